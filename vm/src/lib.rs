//! The executor: from a message and a contract's code to an [`Outcome`](hebe_host::Outcome).
//!
//! [`Vm::execute`] is the life of a call, top to bottom. Clients reach it through `hebe-evmc`, the
//! command line and the test harness directly. A `Vm` can be shared between threads and entered
//! again from within a call: nothing is locked while the host or a contract runs.
//!
//! Not in here: the C ABI, any EEI function by name, what makes a contract valid.

#![deny(unsafe_code)]

mod background;
mod border;
mod cache;
mod compiler;
mod contract;
mod counts;
pub mod disk_cache;
mod engine;
mod heat;
mod idle;
mod interpreter;
mod options;
pub mod plain;
mod record;
mod shadow;
mod stack;
pub mod steps;
mod vm;
mod watch;

pub use options::{OPTIONS, OptionError, OptionRow, Options};
pub use vm::Vm;
