//! The chain: accounts, the block, and what is an option of the network.

use crate::{Account, State};
use hebe_host::{Address, Bytes32, Revision, TxContext, U256};
use std::collections::BTreeMap;

/// An in-memory chain at one block.
#[derive(Clone, Debug)]
pub struct Chain {
    /// The revision that contracts run at.
    pub revision: Revision,
    /// The block and the transaction. The origin is set by each transaction.
    pub context: TxContext,
    /// The hashes of the blocks before this one, as far as the chain knows them.
    pub block_hashes: BTreeMap<i64, Bytes32>,
    /// How large a new contract may be, in bytes. No limit by default: that of EIP-170, 24,576
    /// bytes, is small for WebAssembly.
    pub max_code_size: Option<usize>,
    /// Whether the ewasm system contracts stand at 0x…09 and 0x…0a, in place of what the revision may
    /// have there. No by default.
    pub ewasm_system_contracts: bool,
    /// Whether what contracts print through the `debug` module is dropped. It goes to standard error by default.
    pub is_quiet: bool,
    /// The accounts.
    pub state: State,
}

impl Chain {
    /// A chain with these accounts, at block 1.
    pub fn new(revision: Revision, accounts: BTreeMap<Address, Account>) -> Self {
        let context = TxContext {
            block_number: 1,
            block_timestamp: 1,
            block_gas_limit: i64::MAX,
            chain_id: U256::one(),
            ..TxContext::default()
        };
        Self {
            revision,
            context,
            block_hashes: BTreeMap::new(),
            max_code_size: None,
            ewasm_system_contracts: false,
            is_quiet: false,
            state: State::new(accounts),
        }
    }
}
