//! An in-memory chain for tests and for the command line.
//!
//! A [`Chain`] holds accounts and what a contract can see of block and transaction. [`Chain::run`]
//! runs one [`Transaction`] on it with any [`Machine`] (the VM built in, or a loaded EVMC library)
//! and gives a [`Report`] of everything that happened. Nothing is left of what failed: [`State`]
//! keeps a journal of changes and undoes them, so no call copies the state.
//!
//! Such a transaction is free. [`Chain::transact`] runs a [`PaidTransaction`]: one that has to be valid and
//! that its sender pays for, by Ethereum's rules, so that [`state_root`] is the one that every client
//! finds. [`statetest`] runs Ethereum's state tests in this way.
//!
//! The rules are those of each revision from Frontier to Osaka; what runs at which is the machine's affair. Never in here: Wasm, the EEI, and C types.

#![forbid(unsafe_code)]

mod account;
#[cfg(feature = "oracle")]
pub mod altered;
mod authorization;
mod blobs;
mod block;
pub mod calibrate;
mod call;
mod chain;
mod check;
pub mod contract_file;
#[cfg(feature = "oracle")]
mod engines;
pub mod files;
pub mod grammar;
pub mod harness;
mod host;
mod idle_host;
mod journal;
mod machine;
mod observed;
mod open;
#[cfg(feature = "oracle")]
pub mod oracle;
mod paid_transaction;
mod precompiles;
pub mod properties;
mod replay;
mod root;
mod rules;
mod scripted;
mod secret_key;
mod state;
pub mod state_file;
pub mod statetest;
mod transaction;
mod validity;
#[cfg(feature = "oracle")]
pub mod wild;

pub use account::{Account, Words};
pub use authorization::Authorization;
pub use blobs::{BlobSchedule, GAS_PER_BLOB};
pub use block::{BlockBefore, SYSTEM_ADDRESS};
pub use chain::{BlockHashes, Chain};
pub use check::{
    Check, OTHER, RECIPIENT, Ran, SENDER, check, check_code, contract, library_path,
    library_path_of, machines, module, other_libraries, pattern_address, pattern_word,
};
#[cfg(feature = "oracle")]
pub use engines::{EnginesCompared, compare_engines};
pub use hebe_host::{create_address, create2_address, keccak256};
pub use idle_host::{IdleHost, plain_message};
pub use machine::{Execution, Machine};
pub use observed::{Accessed, Observed};
pub use open::{Opened, built_in, open};
pub use paid_transaction::{AccessListEntry, Blobs, PaidTransaction, Price, TransactionType};
pub use replay::{Replayed, record, replay};
pub use root::{logs_hash, state_root, storage_root};
pub use rules::TransactionRules;
pub use scripted::{ScriptedHost, Sent};
pub use secret_key::address_of_secret_key;
pub use state::{Accounts, Log, Snapshot, State, TransferError};
pub use transaction::{Changed, Report, StorageChange, Transaction};
pub use validity::InvalidTransaction;

#[cfg(doctest)]
#[doc = include_str!("../../docs/testing.md")]
pub struct DocumentOnTesting;
