//! An in-memory chain for tests and for the command line.
//!
//! A [`Chain`] holds accounts and what a contract can see of block and transaction. [`Chain::run`]
//! runs one [`Transaction`] on it with any [`Machine`] (the VM built in, or a loaded EVMC library)
//! and gives a [`Report`] of everything that happened. Nothing is left of what failed: [`State`]
//! keeps a journal of changes and undoes them, so no call copies the state.
//!
//! The rules are Byzantium's. Not in here yet: precompiled contracts, what a transaction itself
//! costs, and the state root. Never in here: Wasm, the EEI, and C types.

#![forbid(unsafe_code)]

mod account;
mod address;
mod call;
mod chain;
mod check;
mod host;
mod journal;
mod machine;
#[cfg(feature = "oracle")]
pub mod oracle;
pub mod properties;
mod scripted;
mod state;
pub mod state_file;
mod transaction;

pub use account::Account;
pub use address::{create_address, create2_address, keccak256};
pub use chain::Chain;
pub use check::{
    Check, OTHER, RECIPIENT, Ran, SENDER, check, check_code, contract, library_path, machines,
    module, pattern_address, pattern_word,
};
pub use machine::{Execution, Machine};
pub use scripted::{ScriptedHost, Sent};
pub use state::{Log, Snapshot, State, TransferError};
pub use transaction::{Changed, Report, StorageChange, Transaction};
