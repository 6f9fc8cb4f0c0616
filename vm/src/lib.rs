//! The executor: from a message and a contract's code to an [`Outcome`](hebe_host::Outcome).
//!
//! [`Vm::execute`] is the life of a call, top to bottom. Clients reach it through `hebe-evmc`, the
//! command line and the test harness directly. A `Vm` can be shared between threads and entered
//! again from within a call: nothing is locked while the host or a contract runs.
//!
//! The rooms: `vm.rs` is a message's life, and `options.rs` what a client can choose about it. `interpreter` and `compiler`
//! are the engines, behind the trait in `engine.rs`; `evm` runs bytecode. `tiers` has what there is of a contract by now and what it gets next.
//! `cache` keeps contracts in memory and native code on disk. `watch` has what can be seen of a run. `native` is the
//! process that we are in. Imports go from `vm.rs` to `tiers`, to the engines, to `cache::disk` and `native`.
//!
//! `unsafe` is allowed in files called `border.rs`, beside what they serve, and in the interpreter's `machine.rs`.
//!
//! Without the feature `compiler`, which is on by default, there is no wasmtime and everything is interpreted.
//!
//! Not in here: the C ABI, any EEI function by name, what makes a contract valid.

#![deny(unsafe_code)]
#![cfg_attr(
    not(feature = "compiler"),
    allow(dead_code, reason = "what only the compiler asks for")
)]

mod cache;
#[cfg_attr(not(feature = "compiler"), path = "no_compiler.rs")]
mod compiler;
pub mod disk_cache;
mod engine;
mod evm;
mod interpreter;
mod native;
mod options;
pub mod plain;
pub mod steps;
mod system_contract;
mod tiers;
mod vm;
mod watch;

pub use options::{OPTIONS, OptionError, OptionRow, Options};
pub use vm::Vm;
