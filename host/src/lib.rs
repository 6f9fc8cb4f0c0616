//! The Ethereum Environment Interface (EEI): what a contract can ask of the chain it runs on.
//!
//! One table row per function ([`HostFunction`]: module, name, signature, fee, since which revision,
//! body) over two traits: [`Host`], what we ask of a chain, and [`GuestMemory`], what we ask of an
//! engine. The linker, the validator's list of imports, the documentation and the tests all read
//! these rows; no signature is typed twice.
//!
//! A call's life: the executor makes a [`Frame`] for a message, an engine runs the contract and hands
//! every call of an import to [`HostFunction::call`], which charges, checks and acts on the frame; when
//! the frame ends, [`Frame::settle`] turns it into an [`Outcome`].
//!
//! [`recording`] keeps a message with all that a host answered, and runs it again without one;
//! [`trace`] tells what a contract calls while it runs.
//!
//! Not in here: engines, the parsing of Wasm, C types, hashing.

#![forbid(unsafe_code)]

mod address;
mod chain;
mod code_size;
mod debug;
#[cfg(test)]
mod document;
mod ethereum;
mod fees;
mod frame;
mod gas;
mod interface;
mod memory;
mod message;
mod outcome;
pub mod recording;
mod revision;
mod table;
pub mod trace;

pub use address::{create_address, create2_address, keccak256};
pub use chain::{
    AccessStatus, CallResult, Host, HostFault, HostResult, StorageStatus, TxContext, add_refund,
};
pub use code_size::{MAX_CODE_SIZE, size_warning};
pub use fees::{AccessFees, Fees, StorageFees};
pub use frame::Frame;
pub use interface::{HostModule, Interface};
pub use memory::GuestMemory;
pub use message::{CallKind, DELEGATION, MAX_DEPTH, Message};
pub use outcome::{Exit, Failure, Fault, Outcome, StatusCode, Trap};
pub use primitive_types::{H160 as Address, H256 as Bytes32, U256};
pub use revision::Revision;
pub use table::{Args, Body, Fee, HostFunction, Price, Surcharge, Term, Unit};
