//! What happens inside of a transaction, for who wants to see it: tracers, and those who count accesses.

use crate::{Execution, Log};
use hebe_host::{Address, Bytes32, U256, recording::OwnedMessage};
use std::collections::BTreeSet;

/// Something that happened. A message's events are between its beginning and its end; what was rolled back is there, too.
#[derive(Clone, Debug, PartialEq)]
pub enum Observed {
    /// A message begins: the transaction's own, or one that a contract sends.
    Begin(OwnedMessage),
    /// The newest message that has begun and not ended has ended.
    End(Execution),
    /// The running contract logged something.
    Log(Log),
    /// The running contract destructs itself, or sends all that it has (EIP-6780).
    Selfdestruct {
        /// The contract.
        address: Address,
        /// Who gets what it has.
        beneficiary: Address,
        /// What it has, in wei.
        balance: U256,
    },
    /// The transaction is over, and has accessed this.
    Accessed(Accessed),
}

/// Accounts and words of storage that are warm when a transaction ends (EIP-2929). What a message accessed that was rolled
/// back is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accessed {
    /// Accounts, precompiled contracts included.
    pub accounts: BTreeSet<Address>,
    /// Words of storage, by account and key.
    pub words: BTreeSet<(Address, Bytes32)>,
}
