//! A host that answers at once, so that what is measured is the way to it and back.

use hebe_host::{
    AccessStatus, Address, Bytes32, CallResult, Host, HostFault, HostResult, Message,
    StorageStatus, TxContext, U256,
};

/// A chain in which everything is zero, and warm.
pub(super) struct IdleHost;

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
        Ok(U256::zero())
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
    fn call(&mut self, _: &Message<'_>) -> HostResult<CallResult> {
        Err(HostFault("was asked to run a message, which no program does".into()))
    }
    fn get_tx_context(&mut self) -> HostResult<TxContext> {
        Ok(TxContext::default())
    }
    fn get_block_hash(&mut self, _: i64) -> HostResult<Bytes32> {
        Ok(Bytes32::zero())
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
