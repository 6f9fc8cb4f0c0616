//! What an account holds.

use hebe_host::{Bytes32, U256};
use std::sync::Arc;

/// Words of storage by key, none of them zero. A copy shares with the original all that neither of them changes.
pub type Words = imbl::OrdMap<Bytes32, Bytes32>;

/// An account. One that holds nothing but storage is *empty* and does not exist (EIP-161).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Wei.
    pub balance: U256,
    /// Transactions sent; for a contract, contracts created and one more (EIP-161).
    pub nonce: u64,
    /// The contract's code; empty for an account that is none. Shared, so that a call copies none.
    pub code: Arc<[u8]>,
    /// The words that are not zero.
    pub storage: Words,
}

impl Account {
    /// Whether the account is the same as none: no balance, nonce or code (EIP-161).
    pub fn is_empty(&self) -> bool {
        self.balance.is_zero() && self.nonce == 0 && self.code.is_empty()
    }

    /// Whether a contract can't be created here: there is one, or was one, or an account that has
    /// sent something (EIP-684), or storage that the new contract would inherit (EIP-7610).
    pub fn is_taken(&self) -> bool {
        self.nonce != 0 || !self.code.is_empty() || !self.storage.is_empty()
    }
}
