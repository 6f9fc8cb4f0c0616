//! What was changed, so that it can be undone.

use hebe_host::{Address, Bytes32, U256};
use std::sync::Arc;

/// One change of the state, with what stood there before.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// The account was not in the map.
    Inserted(Address),
    /// The account was touched: if it is empty when the transaction ends, it goes (EIP-161).
    Touched(Address),
    /// The balance was this.
    Balance(Address, U256),
    /// The nonce was this.
    Nonce(Address, u64),
    /// The code was this.
    Code(Address, Arc<[u8]>),
    /// The word was this.
    Storage(Address, Bytes32, Bytes32),
    /// The word of transient storage was this.
    Transient(Address, Bytes32, Bytes32),
    /// A log was appended.
    Logged,
    /// The account was not registered for destruction.
    Destructed(Address),
    /// The contract was not created in this transaction.
    Created(Address),
    /// The account was cold.
    WarmAccount(Address),
    /// The word was cold.
    WarmStorage(Address, Bytes32),
}
