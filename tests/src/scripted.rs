//! A host whose answers are set beforehand, and which remembers what it was asked.
//!
//! For tests of one message, where a [`Chain`](crate::Chain) would know better than the test what
//! ought to happen.

use hebe_host::{
    AccessStatus, Address, Bytes32, CallKind, CallResult, Host, HostResult, Message, StatusCode,
    StorageStatus, TxContext, U256,
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Answers, and what was asked. Everything that nobody set is zero, empty or absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScriptedHost {
    /// The accounts that exist.
    pub accounts: BTreeSet<Address>,
    /// Storage words, by account and key.
    pub storage: BTreeMap<(Address, Bytes32), Bytes32>,
    /// The status that stores answer with; `Assigned` when nobody set it.
    pub storage_status: Option<StorageStatus>,
    /// Balances in wei.
    pub balances: BTreeMap<Address, U256>,
    /// Codes.
    pub codes: BTreeMap<Address, Vec<u8>>,
    /// Hashes of codes.
    pub code_hashes: BTreeMap<Address, Bytes32>,
    /// Whether a self-destruct is the contract's first.
    pub first_selfdestruct: bool,
    /// How the next calls end, first to last; when there are no more, calls fail without gas left.
    pub call_results: VecDeque<CallResult>,
    /// The accounts that are warm.
    pub warm_accounts: BTreeSet<Address>,
    /// The words that are warm.
    pub warm_storage: BTreeSet<(Address, Bytes32)>,
    /// Words of transient storage, by account and key.
    pub transient_storage: BTreeMap<(Address, Bytes32), Bytes32>,
    /// The transaction and block.
    pub tx_context: TxContext,
    /// Block hashes by number.
    pub block_hashes: BTreeMap<i64, Bytes32>,
    /// What was asked, in order, with EVMC's names and the arguments.
    pub asked: Vec<String>,
    /// The messages that were sent.
    pub sent: Vec<Sent>,
    /// The logs: account, data, topics.
    pub logs: Vec<(Address, Vec<u8>, Vec<Bytes32>)>,
    /// What was printed.
    pub lines: Vec<String>,
}

/// A [`Message`] that a contract sent, with its input.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // As in `Message`.
pub struct Sent {
    pub kind: CallKind,
    pub is_static: bool,
    pub is_delegated: bool,
    pub depth: u32,
    pub gas: i64,
    pub recipient: Address,
    pub sender: Address,
    pub input: Vec<u8>,
    pub value: U256,
    pub create2_salt: Bytes32,
    pub code_address: Address,
}

impl From<&Message<'_>> for Sent {
    fn from(message: &Message<'_>) -> Self {
        Self {
            kind: message.kind,
            is_static: message.is_static,
            is_delegated: message.is_delegated,
            depth: message.depth,
            gas: message.gas,
            recipient: message.recipient,
            sender: message.sender,
            input: message.input.to_vec(),
            value: message.value,
            create2_salt: message.create2_salt,
            code_address: message.code_address,
        }
    }
}

impl ScriptedHost {
    fn note(&mut self, question: impl Into<String>) {
        self.asked.push(question.into());
    }
}

impl Host for ScriptedHost {
    fn account_exists(&mut self, address: Address) -> HostResult<bool> {
        self.note(format!("account_exists {address:x}"));
        Ok(self.accounts.contains(&address))
    }

    fn get_storage(&mut self, address: Address, key: Bytes32) -> HostResult<Bytes32> {
        self.note(format!("get_storage {address:x} {key:x}"));
        Ok(self.storage.get(&(address, key)).copied().unwrap_or_default())
    }

    fn set_storage(
        &mut self,
        address: Address,
        key: Bytes32,
        value: Bytes32,
    ) -> HostResult<StorageStatus> {
        self.note(format!("set_storage {address:x} {key:x} {value:x}"));
        self.storage.insert((address, key), value);
        Ok(self.storage_status.unwrap_or(StorageStatus::Assigned))
    }

    fn get_balance(&mut self, address: Address) -> HostResult<U256> {
        self.note(format!("get_balance {address:x}"));
        Ok(self.balances.get(&address).copied().unwrap_or_default())
    }

    fn get_code_size(&mut self, address: Address) -> HostResult<usize> {
        self.note(format!("get_code_size {address:x}"));
        Ok(self.codes.get(&address).map_or(0, Vec::len))
    }

    fn get_code_hash(&mut self, address: Address) -> HostResult<Bytes32> {
        self.note(format!("get_code_hash {address:x}"));
        Ok(self.code_hashes.get(&address).copied().unwrap_or_default())
    }

    fn copy_code(
        &mut self,
        address: Address,
        offset: usize,
        buffer: &mut [u8],
    ) -> HostResult<usize> {
        self.note(format!("copy_code {address:x} {offset} {}", buffer.len()));
        let code = self.codes.get(&address).map_or(&[][..], |code| code);
        let code = code.get(offset..).unwrap_or_default();
        let length = code.len().min(buffer.len());
        buffer[..length].copy_from_slice(&code[..length]);
        Ok(length)
    }

    fn selfdestruct(&mut self, address: Address, beneficiary: Address) -> HostResult<bool> {
        self.note(format!("selfdestruct {address:x} {beneficiary:x}"));
        Ok(self.first_selfdestruct)
    }

    fn call(&mut self, message: &Message<'_>) -> HostResult<CallResult> {
        self.note("call");
        self.sent.push(message.into());
        Ok(self.call_results.pop_front().unwrap_or(CallResult {
            status: StatusCode::Failure,
            gas_left: 0,
            gas_refund: 0,
            output: Vec::new(),
            create_address: Address::zero(),
        }))
    }

    fn get_tx_context(&mut self) -> HostResult<TxContext> {
        self.note("get_tx_context");
        Ok(self.tx_context.clone())
    }

    fn get_block_hash(&mut self, number: i64) -> HostResult<Bytes32> {
        self.note(format!("get_block_hash {number}"));
        Ok(self.block_hashes.get(&number).copied().unwrap_or_default())
    }

    fn emit_log(&mut self, address: Address, data: &[u8], topics: &[Bytes32]) -> HostResult<()> {
        self.note("emit_log");
        self.logs.push((address, data.to_vec(), topics.to_vec()));
        Ok(())
    }

    fn access_account(&mut self, address: Address) -> HostResult<AccessStatus> {
        self.note(format!("access_account {address:x}"));
        Ok(status(self.warm_accounts.insert(address)))
    }

    fn access_storage(&mut self, address: Address, key: Bytes32) -> HostResult<AccessStatus> {
        self.note(format!("access_storage {address:x} {key:x}"));
        Ok(status(self.warm_storage.insert((address, key))))
    }

    fn get_transient_storage(&mut self, address: Address, key: Bytes32) -> HostResult<Bytes32> {
        self.note(format!("get_transient_storage {address:x} {key:x}"));
        Ok(self.transient_storage.get(&(address, key)).copied().unwrap_or_default())
    }

    fn set_transient_storage(
        &mut self,
        address: Address,
        key: Bytes32,
        value: Bytes32,
    ) -> HostResult<()> {
        self.note(format!("set_transient_storage {address:x} {key:x} {value:x}"));
        self.transient_storage.insert((address, key), value);
        Ok(())
    }

    fn debug(&mut self, line: &str) {
        self.lines.push(line.to_owned());
    }
}

/// What something was that is accessed now.
fn status(is_new: bool) -> AccessStatus {
    if is_new { AccessStatus::Cold } else { AccessStatus::Warm }
}
