//! What a valid contract is, what running it costs, and how it is made to count that.
//!
//! [`prepare`] is the only way to make a [`Prepared`], and engines take nothing else: nobody has to
//! remember whether a module was checked. Called by `hebe-vm` before a contract runs for the first
//! time and by the command line's `check`.
//!
//! The way of a module, as [`prepare`] has it: *validate* (all rules, all [`limits`]) and, in the same
//! pass over the code, *analyse* (where is it charged, by which [`Schedule`]; how large are its
//! frames); then *rewrite*. Gas travels through parameters and results, so any engine that runs the
//! same bytes uses the same gas; see [`Prepared::code`] for what an engine must do.
//! [`meter_deployed`] is the other way to meter: once, when a contract is deployed. What a broken rule
//! means in words is found out only after one was broken.
//!
//! Not in here: engines, chains, EVMC, and what host functions do. What may be imported arrives as a
//! list of [`ImportSignature`]s; only `ethereum.useGas`, by which deployed code pays, is known by name.

#![forbid(unsafe_code)]

pub mod limits;

mod analysis;
mod body;
mod broken;
mod encoding;
mod exports;
mod extern_kind;
mod import;
mod imports;
mod instruction;
mod module;
mod prepare;
mod prepared;
mod reason;
mod rejected;
mod rewrite;
mod rules;
mod schedule;
mod segments;
mod suggest;
mod validate;

pub use analysis::{Charge, Effort, Function};
pub use extern_kind::ExternKind;
pub use import::{ImportSignature, ValueType};
pub use module::{
    Constant, DataSegment, ElementSegment, FunctionType, Global, Module, SegmentMode, Type,
};
pub use prepare::{is_wasm, meter_deployed, prepare};
pub use prepared::{Export, Prepared, Size};
pub use reason::Reason;
pub use rejected::Rejected;
pub use rewrite::{GLOBAL, HEBE, OUT_OF_GAS, Rewritten, STACK_OVERFLOW, START};
pub use rules::{Exports, Features, Metering, Profile, Rules};
pub use schedule::{
    MAX_PRICE, NEAR_PAGES, PARTICLES_PER_GAS, Price, Schedule, ScheduleError, Unit, gas_document,
};
