//! The chain: accounts, the block, and what is an option of the network.

use crate::{Account, BlobSchedule, Observed, State, TransactionRules, precompiles};
use hebe_host::{Address, Bytes32, Revision, TxContext, U256};
use std::collections::BTreeMap;

/// The hashes of blocks by their numbers. A copy shares what is the same.
pub type BlockHashes = imbl::OrdMap<i64, Bytes32>;

/// An in-memory chain at one block.
#[derive(Clone, Debug)]
pub struct Chain {
    /// The revision that contracts run at.
    pub revision: Revision,
    /// The block and the transaction. The origin is set by each transaction.
    pub context: TxContext,
    /// The hashes of the blocks before this one, as far as the chain knows them.
    pub block_hashes: BlockHashes,
    /// How large a new contract may be, in bytes, instead of what the revision says (EIP-170: 24,576, which is
    /// small for WebAssembly). Init code may be twice as long (EIP-3860, from Shanghai on).
    pub max_code_size: Option<usize>,
    /// How many blobs there are, and what they cost, instead of what the revision says (EIP-7892).
    pub blob_schedule: Option<BlobSchedule>,
    /// Whether a sender may have code, as it could before EIP-3607, which holds at every revision. No by
    /// default.
    pub allows_sender_code: bool,
    /// Whether a transaction may have any gas, which EIP-7825 limits from Osaka on. No by default; yes for questions,
    /// which are part of no block.
    pub allows_any_gas: bool,
    /// Whether the ewasm system contracts stand at 0x…09 and 0x…0a, in place of what the revision may
    /// have there. No by default.
    pub ewasm_system_contracts: bool,
    /// Whether what contracts print through the `debug` module is dropped. It goes to standard error by default.
    pub is_quiet: bool,
    /// What happens inside of transactions, where somebody wants to know: each is added to it. It is not cleared.
    pub observed: Option<Vec<Observed>>,
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
            // The least that blobs cost, where there are some.
            blob_base_fee: u8::from(revision >= Revision::Cancun).into(),
            ..TxContext::default()
        };
        Self {
            revision,
            context,
            block_hashes: BlockHashes::new(),
            max_code_size: None,
            blob_schedule: None,
            allows_sender_code: false,
            allows_any_gas: false,
            ewasm_system_contracts: false,
            is_quiet: false,
            observed: None,
            state: State::new(accounts),
        }
    }

    /// How large a new contract may be, in bytes (EIP-170, from Spurious Dragon on).
    pub fn max_code_size(&self) -> usize {
        let rules = || TransactionRules::of(self.revision);
        self.max_code_size.or_else(|| Some(rules()?.max_code_size)).unwrap_or(usize::MAX)
    }

    /// How long the init code of a transaction may be, in bytes, where the revision has a limit (EIP-3860).
    pub fn max_init_code_size(&self) -> usize {
        self.max_code_size().saturating_mul(2)
    }

    /// Where the chain has precompiled contracts.
    pub fn precompiles(&self) -> Vec<Address> {
        precompiles::addresses(self)
    }

    /// Notes what happened, where somebody wants to know.
    pub(crate) fn observe(&mut self, event: impl FnOnce(&State) -> Observed) {
        if let Some(observed) = &mut self.observed {
            observed.push(event(&self.state));
        }
    }

    /// How many blobs there are, and what they cost, if there are some.
    pub(crate) fn blob_schedule(&self, rules: &TransactionRules) -> Option<BlobSchedule> {
        rules.blobs.map(|schedule| self.blob_schedule.unwrap_or(schedule))
    }
}
