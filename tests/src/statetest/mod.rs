//! Ethereum's state tests (GeneralStateTests, JSON), as every client runs them.
//!
//! A file holds tests by name; a test has accounts, a block, a transaction with lists of data, gas limits
//! and values, and for each fork the state root and the logs hash that some of their combinations must
//! lead to. [`files`] finds files, [`read`] reads one, and [`StateTest::run`] runs one [`Case`] on any
//! machine.
//!
//! Instructions are free in the tests of the ewasm project, so a machine to run those on has
//! `metering=off`.

mod fields;
mod files;
mod format;
mod json;
mod run;

pub use files::files;
pub use format::{
    Block, Case, Expected, Indexes, NamedTest, Network, StateTest, TransactionLists, read,
};
pub use run::{Difference, Ran, Settings, Verdict};

#[cfg(test)]
mod tests;
