//! A development chain behind Ethereum's JSON-RPC.
//!
//! A [`Node`] is a chain of blocks on `hebe-testing`'s state and rules, with Hebe's VM running Wasm and EVM contracts side by
//! side. [`Server`] puts it on a port, for whatever speaks Ethereum's JSON-RPC: wallets, scripts, test tools.
//!
//! The way of a transaction: `rpc/send.rs` reads it, [`Node`] checks it and puts it into the pool (`pool.rs`), a block is made
//! of what waits (`mine.rs`), the history keeps the block and what undoes it (`history.rs`), and the database, if there is one,
//! has all of it on the disk (`database.rs`) before the client gets an answer. Questions (`question.rs`) and tracers
//! (`trace.rs`) run on a copy of the chain at any block since the start, which costs nothing: accounts are kept in maps that
//! share what is the same.
//!
//! The chain is for development: it has one author, who can change anything. Nothing here decides how a contract runs.

#![forbid(unsafe_code)]

mod block;
mod clock;
mod config;
mod database;
mod fail;
mod forms;
mod gate;
mod genesis;
mod history;
mod inside;
mod keys;
mod ledger;
mod mine;
mod node;
mod page;
mod point;
mod pool;
mod print;
mod question;
mod rpc;
mod server;
mod signer;
#[cfg(test)]
mod tests;
mod trace;
mod transactions;
mod trie;
mod world;

pub use config::{CHAIN_ID, CLIENT_VERSION, Config, GAS_LIMIT, MNEMONIC};
pub use fail::Fail;
pub use gate::Allowed;
pub use node::Node;
pub use print::{Printer, visible};
pub use server::{STACK_BYTES, Server, Serving};
