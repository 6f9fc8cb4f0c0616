//! A host that answers at once, always the same, so that what is measured is the way to it and back.

use hebe_host::{
    AccessStatus, Address, Bytes32, CallKind, CallResult, Host, HostResult, Message, StatusCode,
    StorageStatus, TxContext, U256,
};

/// A chain in which everything is warm, nothing changes, and every message succeeds without using gas.
pub struct IdleHost;

/// A plain call with so much gas and no input.
pub fn plain_message(gas: i64) -> Message<'static> {
    Message {
        kind: CallKind::Call,
        is_static: false,
        is_delegated: false,
        depth: 0,
        gas,
        recipient: Address::repeat_byte(1),
        sender: Address::repeat_byte(2),
        input: &[],
        value: U256::zero(),
        create2_salt: Bytes32::zero(),
        code_address: Address::repeat_byte(1),
    }
}

impl Host for IdleHost {
    fn account_exists(&mut self, _: Address) -> HostResult<bool> {
        Ok(true)
    }
    fn get_storage(&mut self, _: Address, _: Bytes32) -> HostResult<Bytes32> {
        Ok(Bytes32::zero())
    }
    fn set_storage(&mut self, _: Address, _: Bytes32, _: Bytes32) -> HostResult<StorageStatus> {
        Ok(StorageStatus::Assigned)
    }
    fn get_balance(&mut self, _: Address) -> HostResult<U256> {
        Ok(U256::one())
    }
    fn get_code_size(&mut self, _: Address) -> HostResult<usize> {
        Ok(0)
    }
    fn get_code_hash(&mut self, _: Address) -> HostResult<Bytes32> {
        Ok(Bytes32::zero())
    }
    fn copy_code(&mut self, _: Address, _: usize, _: &mut [u8]) -> HostResult<usize> {
        Ok(0)
    }
    fn selfdestruct(&mut self, _: Address, _: Address) -> HostResult<bool> {
        Ok(false)
    }
    fn call(&mut self, message: &Message<'_>) -> HostResult<CallResult> {
        Ok(CallResult {
            status: StatusCode::Success,
            gas_left: message.gas,
            gas_refund: 0,
            output: Vec::new(),
            create_address: Address::zero(),
        })
    }
    fn get_tx_context(&mut self) -> HostResult<TxContext> {
        Ok(TxContext { block_number: 1, ..TxContext::default() })
    }
    fn get_block_hash(&mut self, _: i64) -> HostResult<Bytes32> {
        Ok(Bytes32::repeat_byte(1))
    }
    fn emit_log(&mut self, _: Address, _: &[u8], _: &[Bytes32]) -> HostResult<()> {
        Ok(())
    }
    fn access_account(&mut self, _: Address) -> HostResult<AccessStatus> {
        Ok(AccessStatus::Warm)
    }
    fn access_storage(&mut self, _: Address, _: Bytes32) -> HostResult<AccessStatus> {
        Ok(AccessStatus::Warm)
    }
    fn get_transient_storage(&mut self, _: Address, _: Bytes32) -> HostResult<Bytes32> {
        Ok(Bytes32::zero())
    }
    fn set_transient_storage(&mut self, _: Address, _: Bytes32, _: Bytes32) -> HostResult<()> {
        Ok(())
    }
}
