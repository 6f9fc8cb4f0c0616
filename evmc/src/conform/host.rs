//! The host that rules let a VM run on: it gives what it was told to give, and remembers what it was asked.

use super::programs::CREATED;
use hebe_host::{
    AccessStatus, Address, Bytes32, CallKind, CallResult, Host, HostResult, Message, StatusCode,
    StorageStatus, TxContext, U256,
};
use std::collections::BTreeMap;

/// What a VM asked, under EVMC's names for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    AccountExists(Address),
    GetStorage(Address, Bytes32),
    SetStorage(Address, Bytes32, Bytes32),
    GetBalance(Address),
    GetNonce(Address),
    GetCodeSize(Address),
    GetCodeHash(Address),
    CopyCode(Address),
    SelfDestruct(Address, Address),
    Call(Box<Sent>),
    GetTxContext,
    GetBlockHash(i64),
    EmitLog(Address, Vec<u8>, Vec<Bytes32>),
    AccessAccount(Address),
    AccessStorage(Address, Bytes32),
    GetTransientStorage(Address, Bytes32),
    SetTransientStorage(Address, Bytes32, Bytes32),
}

impl Asked {
    /// Whether it may change the state.
    pub(super) fn is_change(&self) -> bool {
        matches!(
            self,
            Self::SetStorage(..)
                | Self::SelfDestruct(..)
                | Self::Call(_)
                | Self::EmitLog(..)
                | Self::SetTransientStorage(..)
        )
    }
}

/// A message that a VM sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sent {
    pub(super) kind: CallKind,
    pub(super) is_static: bool,
    pub(super) is_delegated: bool,
    pub(super) depth: u32,
    pub(super) gas: i64,
    pub(super) recipient: Address,
    pub(super) sender: Address,
    pub(super) input: Vec<u8>,
    pub(super) value: U256,
    pub(super) create2_salt: Bytes32,
    /// Whose code is to run.
    pub(super) code_address: Address,
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
            code_address: message.contract(),
        }
    }
}

/// What runs a message that a VM sends.
type Callee<'a> = Box<dyn FnMut(&Message<'_>) -> CallResult + 'a>;

/// A host of fixed answers. Unless it is told otherwise, all accounts exist, are warm and own [`Stage::RICH`], stores
/// change nothing, and calls succeed with all their gas left.
pub(super) struct Stage<'a> {
    pub(super) exists: bool,
    pub(super) is_cold: bool,
    pub(super) balance: U256,
    pub(super) nonce: u64,
    pub(super) storage: BTreeMap<(Address, Bytes32), Bytes32>,
    pub(super) transient: BTreeMap<(Address, Bytes32), Bytes32>,
    pub(super) stored: StorageStatus,
    pub(super) codes: BTreeMap<Address, Vec<u8>>,
    pub(super) code_hash: Bytes32,
    pub(super) first_selfdestruct: bool,
    pub(super) tx: TxContext,
    pub(super) block_hash: Bytes32,
    pub(super) callee: Callee<'a>,
    /// What it was asked, first to last.
    pub(super) asked: Vec<Asked>,
}

impl Stage<'_> {
    /// What each account owns.
    pub(super) const RICH: u64 = 1_000_000;

    /// The messages that were sent, first to last.
    pub(super) fn sent(&self) -> Vec<&Sent> {
        self.asked
            .iter()
            .filter_map(|asked| match asked {
                Asked::Call(sent) => Some(&**sent),
                _ => None,
            })
            .collect()
    }

    fn status(&self) -> AccessStatus {
        if self.is_cold { AccessStatus::Cold } else { AccessStatus::Warm }
    }
}

impl Default for Stage<'_> {
    fn default() -> Self {
        Self {
            exists: true,
            is_cold: false,
            balance: Self::RICH.into(),
            nonce: 7,
            storage: BTreeMap::new(),
            transient: BTreeMap::new(),
            stored: StorageStatus::Assigned,
            codes: BTreeMap::new(),
            code_hash: Bytes32::zero(),
            first_selfdestruct: false,
            tx: TxContext::default(),
            block_hash: Bytes32::zero(),
            callee: Box::new(|message| ended(StatusCode::Success, message.gas, b"")),
            asked: Vec::new(),
        }
    }
}

/// How a nested message ended.
pub(super) fn ended(status: StatusCode, gas_left: i64, output: &[u8]) -> CallResult {
    let (output, create_address) = (output.to_vec(), Address::zero());
    CallResult { status, gas_left, gas_refund: 0, output, create_address }
}

impl Host for Stage<'_> {
    fn account_exists(&mut self, address: Address) -> HostResult<bool> {
        self.asked.push(Asked::AccountExists(address));
        Ok(self.exists)
    }

    fn get_storage(&mut self, address: Address, key: Bytes32) -> HostResult<Bytes32> {
        self.asked.push(Asked::GetStorage(address, key));
        Ok(self.storage.get(&(address, key)).copied().unwrap_or_default())
    }

    fn set_storage(
        &mut self,
        address: Address,
        key: Bytes32,
        value: Bytes32,
    ) -> HostResult<StorageStatus> {
        self.asked.push(Asked::SetStorage(address, key, value));
        Ok(self.stored)
    }

    fn get_balance(&mut self, address: Address) -> HostResult<U256> {
        self.asked.push(Asked::GetBalance(address));
        Ok(self.balance)
    }

    fn get_nonce(&mut self, address: Address) -> HostResult<u64> {
        self.asked.push(Asked::GetNonce(address));
        Ok(self.nonce)
    }

    fn get_code_size(&mut self, address: Address) -> HostResult<usize> {
        self.asked.push(Asked::GetCodeSize(address));
        Ok(self.codes.get(&address).map_or(0, Vec::len))
    }

    fn get_code_hash(&mut self, address: Address) -> HostResult<Bytes32> {
        self.asked.push(Asked::GetCodeHash(address));
        Ok(self.code_hash)
    }

    fn copy_code(
        &mut self,
        address: Address,
        offset: usize,
        buffer: &mut [u8],
    ) -> HostResult<usize> {
        self.asked.push(Asked::CopyCode(address));
        let code = self.codes.get(&address).and_then(|code| code.get(offset..));
        let code = code.unwrap_or_default();
        let length = code.len().min(buffer.len());
        buffer[..length].copy_from_slice(&code[..length]);
        Ok(length)
    }

    fn selfdestruct(&mut self, address: Address, beneficiary: Address) -> HostResult<bool> {
        self.asked.push(Asked::SelfDestruct(address, beneficiary));
        Ok(self.first_selfdestruct)
    }

    /// A creation that goes well makes [`CREATED`].
    fn call(&mut self, message: &Message<'_>) -> HostResult<CallResult> {
        self.asked.push(Asked::Call(Box::new(message.into())));
        let mut result = (self.callee)(message);
        if result.status == StatusCode::Success && message.is_create() {
            result.create_address = CREATED;
        }
        Ok(result)
    }

    fn get_tx_context(&mut self) -> HostResult<TxContext> {
        self.asked.push(Asked::GetTxContext);
        Ok(self.tx.clone())
    }

    fn get_block_hash(&mut self, number: i64) -> HostResult<Bytes32> {
        self.asked.push(Asked::GetBlockHash(number));
        Ok(self.block_hash)
    }

    fn emit_log(&mut self, address: Address, data: &[u8], topics: &[Bytes32]) -> HostResult<()> {
        self.asked.push(Asked::EmitLog(address, data.to_vec(), topics.to_vec()));
        Ok(())
    }

    fn access_account(&mut self, address: Address) -> HostResult<AccessStatus> {
        self.asked.push(Asked::AccessAccount(address));
        Ok(self.status())
    }

    fn access_storage(&mut self, address: Address, key: Bytes32) -> HostResult<AccessStatus> {
        self.asked.push(Asked::AccessStorage(address, key));
        Ok(self.status())
    }

    fn get_transient_storage(&mut self, address: Address, key: Bytes32) -> HostResult<Bytes32> {
        self.asked.push(Asked::GetTransientStorage(address, key));
        Ok(self.transient.get(&(address, key)).copied().unwrap_or_default())
    }

    fn set_transient_storage(
        &mut self,
        address: Address,
        key: Bytes32,
        value: Bytes32,
    ) -> HostResult<()> {
        self.asked.push(Asked::SetTransientStorage(address, key, value));
        Ok(())
    }
}
