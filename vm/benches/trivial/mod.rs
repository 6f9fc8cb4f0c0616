//! A message, and a host that answers without doing anything.

use hebe_host::{
    AccessStatus, Address, Bytes32, CallKind, CallResult, Host, HostFault, HostResult, Message,
    StorageStatus, TxContext, U256,
};

/// A plain call with this input, and gas for anything.
pub(crate) fn message(input: &[u8]) -> Message<'_> {
    Message {
        kind: CallKind::Call,
        is_static: false,
        is_delegated: false,
        depth: 0,
        gas: 100_000_000,
        recipient: Address::repeat_byte(1),
        sender: Address::repeat_byte(2),
        input,
        value: U256::zero(),
        create2_salt: Bytes32::zero(),
        code_address: Address::repeat_byte(1),
    }
}

/// A chain that knows storage, where every word is 1, and logs, which go nowhere.
pub(crate) struct Trivial;

fn asked<T>() -> HostResult<T> {
    Err(HostFault("was asked".into()))
}

impl Host for Trivial {
    fn account_exists(&mut self, _: Address) -> HostResult<bool> {
        asked()
    }
    fn get_storage(&mut self, _: Address, _: Bytes32) -> HostResult<Bytes32> {
        Ok(Bytes32::from_low_u64_be(1))
    }
    fn set_storage(&mut self, _: Address, _: Bytes32, _: Bytes32) -> HostResult<StorageStatus> {
        Ok(StorageStatus::Assigned)
    }
    fn get_balance(&mut self, _: Address) -> HostResult<U256> {
        asked()
    }
    fn get_code_size(&mut self, _: Address) -> HostResult<usize> {
        asked()
    }
    fn get_code_hash(&mut self, _: Address) -> HostResult<Bytes32> {
        asked()
    }
    fn copy_code(&mut self, _: Address, _: usize, _: &mut [u8]) -> HostResult<usize> {
        asked()
    }
    fn selfdestruct(&mut self, _: Address, _: Address) -> HostResult<bool> {
        asked()
    }
    fn call(&mut self, _: &Message<'_>) -> HostResult<CallResult> {
        asked()
    }
    fn get_tx_context(&mut self) -> HostResult<TxContext> {
        asked()
    }
    fn get_block_hash(&mut self, _: i64) -> HostResult<Bytes32> {
        asked()
    }
    fn emit_log(&mut self, _: Address, _: &[u8], _: &[Bytes32]) -> HostResult<()> {
        Ok(())
    }
    fn access_account(&mut self, _: Address) -> HostResult<AccessStatus> {
        asked()
    }
    fn access_storage(&mut self, _: Address, _: Bytes32) -> HostResult<AccessStatus> {
        asked()
    }
    fn get_transient_storage(&mut self, _: Address, _: Bytes32) -> HostResult<Bytes32> {
        asked()
    }
    fn set_transient_storage(&mut self, _: Address, _: Bytes32, _: Bytes32) -> HostResult<()> {
        asked()
    }
}
