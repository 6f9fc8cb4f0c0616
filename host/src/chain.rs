//! What we ask of a chain.

use crate::{Address, Bytes32, Message, StatusCode, U256};
use std::borrow::Cow;

/// The chain that a contract runs on (EVMC: `struct evmc_host_interface`).
///
/// A call may come back into the same executor, so implementations must be ready for nesting. An
/// error is never the contract's fault: it ends the message as `EVMC_INTERNAL_ERROR`.
pub trait Host {
    /// Tells how much gas the contract has left, in whole units, before each of the questions below.
    /// For those who listen; a chain has no use for it. Behind EVMC's C interface nobody is told.
    fn note_gas_left(&mut self, gas: u64) {
        let _ = gas;
    }

    /// Whether the account exists; since Spurious Dragon an empty one does not (EIP-161).
    fn account_exists(&mut self, address: Address) -> HostResult<bool>;

    /// The word at `key` in the account's storage; zero where nothing was stored.
    fn get_storage(&mut self, address: Address, key: Bytes32) -> HostResult<Bytes32>;

    /// Stores a word and says how it relates to the original and the current one.
    fn set_storage(
        &mut self,
        address: Address,
        key: Bytes32,
        value: Bytes32,
    ) -> HostResult<StorageStatus>;

    /// The account's balance in wei; zero for one that does not exist.
    fn get_balance(&mut self, address: Address) -> HostResult<U256>;

    /// The account's nonce; 0 for one that does not exist. Whoever runs contracts asks for it where the chain wants to
    /// be told the address of a new contract: under EVMC's ABI 18. A chain that is never asked need not answer.
    fn get_nonce(&mut self, address: Address) -> HostResult<u64> {
        let _ = address;
        Err(HostFault(Cow::Borrowed("knows no nonces")))
    }

    /// The size of the account's code in bytes.
    fn get_code_size(&mut self, address: Address) -> HostResult<usize>;

    /// The Keccak-256 hash of the account's code; zero for an account that does not exist.
    fn get_code_hash(&mut self, address: Address) -> HostResult<Bytes32>;

    /// Copies the account's code from `offset` on into `buffer`; returns how many bytes there were,
    /// at most the buffer's length.
    fn copy_code(
        &mut self,
        address: Address,
        offset: usize,
        buffer: &mut [u8],
    ) -> HostResult<usize>;

    /// Registers the account for destruction, its balance for the beneficiary; returns whether this
    /// is the first time in the transaction.
    fn selfdestruct(&mut self, address: Address, beneficiary: Address) -> HostResult<bool>;

    /// Runs another message. For a creation, the chain computes the new contract's address where the message's
    /// recipient is zero, and else takes that.
    fn call(&mut self, message: &Message<'_>) -> HostResult<CallResult>;

    /// The transaction and block that all this is part of; the same at every call.
    fn get_tx_context(&mut self) -> HostResult<TxContext>;

    /// The hash of the block with this number; zero if the chain does not know it.
    fn get_block_hash(&mut self, number: i64) -> HostResult<Bytes32>;

    /// Appends a log with at most four topics.
    fn emit_log(&mut self, address: Address, data: &[u8], topics: &[Bytes32]) -> HostResult<()>;

    /// Marks an account as accessed (EIP-2929); returns what it was before.
    fn access_account(&mut self, address: Address) -> HostResult<AccessStatus>;

    /// Marks a storage word as accessed (EIP-2929); returns what it was before.
    fn access_storage(&mut self, address: Address, key: Bytes32) -> HostResult<AccessStatus>;

    /// The word at `key` in the account's transient storage (EIP-1153).
    fn get_transient_storage(&mut self, address: Address, key: Bytes32) -> HostResult<Bytes32>;

    /// Stores a word in the account's transient storage (EIP-1153).
    fn set_transient_storage(
        &mut self,
        address: Address,
        key: Bytes32,
        value: Bytes32,
    ) -> HostResult<()>;

    /// A line that a contract printed through the `debug` module. Goes to standard error unless the
    /// implementation has a better place.
    fn debug(&mut self, line: &str) {
        eprintln!("{line}");
    }
}

/// What a chain answers, or that it could not.
pub type HostResult<T> = Result<T, HostFault>;

/// The chain could not answer, or its answer cannot be true. The text says which answer and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the host {0}")]
pub struct HostFault(pub Cow<'static, str>);

/// How a nested message ended (EVMC: `struct evmc_result`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallResult {
    /// Success, revert, or which failure.
    pub status: StatusCode,
    /// Gas that was not used, in whole units; from 0 to the message's gas.
    pub gas_left: i64,
    /// Gas to be refunded when the transaction ends; may be negative, and is 0 unless success.
    pub gas_refund: i64,
    /// Return data, or for a creation the new contract's code.
    pub output: Vec<u8>,
    /// The new contract, after a successful creation; else zero.
    pub create_address: Address,
}

impl CallResult {
    /// A result that can't be is the client's fault, and so is one that is no outcome: if a nested
    /// message could not be run, nobody knows how the one that sent it would have ended.
    ///
    /// # Errors
    ///
    /// [`HostFault`] says what can't be.
    pub fn check(&self, message: &Message<'_>) -> Result<(), HostFault> {
        if !(0..=message.gas).contains(&self.gas_left) {
            let (left, gas) = (self.gas_left, message.gas);
            return Err(HostFault(format!("answered call with {left} gas left of {gas}").into()));
        }
        if u32::try_from(self.output.len()).is_err() {
            return Err(HostFault("answered call with more than 4 GiB of output".into()));
        }
        match self.status {
            StatusCode::InternalError | StatusCode::Rejected | StatusCode::OutOfMemory => {
                Err(HostFault(format!("could not run a call: {}", self.status).into()))
            }
            _ => Ok(()),
        }
    }
}

/// More than all gas of a message could have earned in refunds.
const MOST_REFUND: u64 = 1 << 62;

/// What is refunded of a message in all, with `refund` more.
///
/// # Errors
///
/// [`HostFault`] when that is more than any message can have earned, to either side: only a host that lies gets there.
pub fn add_refund(sum: i64, refund: i64) -> Result<i64, HostFault> {
    let sum = sum.checked_add(refund).filter(|sum| sum.unsigned_abs() <= MOST_REFUND);
    sum.ok_or(HostFault(Cow::Borrowed("gave refunds that can't be")))
}

/// The transaction and the block (EVMC: `struct evmc_tx_context`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TxContext {
    /// Wei for a unit of gas.
    pub tx_gas_price: U256,
    /// Who signed the transaction.
    pub tx_origin: Address,
    /// Who receives the block's fees.
    pub block_coinbase: Address,
    /// The block's number.
    pub block_number: i64,
    /// The block's time in seconds since 1970.
    pub block_timestamp: i64,
    /// The block's gas limit, in whole units.
    pub block_gas_limit: i64,
    /// The block's difficulty; from Paris on its RANDAO value.
    pub block_prev_randao: U256,
    /// The chain's number (EIP-155).
    pub chain_id: U256,
    /// Wei for a unit of gas that is burned (EIP-1559).
    pub block_base_fee: U256,
    /// Wei for a unit of blob gas (EIP-7516).
    pub blob_base_fee: U256,
    /// The transaction's versioned blob hashes (EIP-4844).
    pub blob_hashes: Vec<Bytes32>,
}

/// What a store did to a word, by its original value (when the transaction began), its current one
/// and its new one (EVMC: `enum evmc_storage_status`; X, Y, Z are different words that are not zero).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StorageStatus {
    /// The new value is the current one, or a case without a price of its own.
    Assigned,
    /// 0 → 0 → Z
    Added,
    /// X → X → 0
    Deleted,
    /// X → X → Z
    Modified,
    /// X → 0 → Z
    DeletedAdded,
    /// X → Y → 0
    ModifiedDeleted,
    /// X → 0 → X
    DeletedRestored,
    /// 0 → Y → 0
    AddedDeleted,
    /// X → Y → X
    ModifiedRestored,
}

/// Whether an account or a word was accessed before in this transaction (EIP-2929).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccessStatus {
    /// The first time.
    Cold,
    /// Accessed before, or listed in the transaction's access list.
    Warm,
}
