//! What a running contract gets from the chain.

use crate::{Chain, Log, Machine, Observed, TransferError, keccak256};
use hebe_host::{
    AccessStatus, Address, Bytes32, CallResult, Host, HostFault, HostResult, Message, Revision,
    StorageStatus, TxContext, U256,
};

/// A chain with the machine that runs the messages nested in the one that is running.
pub(crate) struct Running<'a> {
    pub(crate) chain: &'a mut Chain,
    pub(crate) machine: &'a dyn Machine,
}

impl Host for Running<'_> {
    fn debug(&mut self, line: &str) {
        if !self.chain.is_quiet {
            eprintln!("{line}");
        }
    }

    fn account_exists(&mut self, address: Address) -> HostResult<bool> {
        Ok(self.chain.state.exists(address))
    }

    fn get_storage(&mut self, address: Address, key: Bytes32) -> HostResult<Bytes32> {
        Ok(self.chain.state.storage(address, key))
    }

    fn set_storage(
        &mut self,
        address: Address,
        key: Bytes32,
        value: Bytes32,
    ) -> HostResult<StorageStatus> {
        Ok(self.chain.state.set_storage(address, key, value))
    }

    fn get_balance(&mut self, address: Address) -> HostResult<U256> {
        Ok(self.chain.state.balance(address))
    }

    fn get_nonce(&mut self, address: Address) -> HostResult<u64> {
        Ok(self.chain.state.nonce(address))
    }

    fn get_code_size(&mut self, address: Address) -> HostResult<usize> {
        Ok(self.chain.state.code(address).len())
    }

    fn get_code_hash(&mut self, address: Address) -> HostResult<Bytes32> {
        let state = &self.chain.state;
        Ok(if state.exists(address) { keccak256(&state.code(address)) } else { Bytes32::zero() })
    }

    fn copy_code(
        &mut self,
        address: Address,
        offset: usize,
        buffer: &mut [u8],
    ) -> HostResult<usize> {
        let code = self.chain.state.code(address);
        let rest = code.get(offset..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }

    fn selfdestruct(&mut self, address: Address, beneficiary: Address) -> HostResult<bool> {
        self.chain.observe(|state| Observed::Selfdestruct {
            address,
            beneficiary,
            balance: state.balance(address),
        });
        let state = &mut self.chain.state;
        // From Cancun on only a contract of this transaction goes; what others have is sent (EIP-6780).
        let destructed = if self.chain.revision >= Revision::Cancun && !state.is_new(address) {
            state.transfer(address, beneficiary, state.balance(address)).map(|()| false)
        } else {
            state.selfdestruct(address, beneficiary)
        };
        destructed.map_err(|error| match error {
            TransferError::InsufficientBalance => unreachable!("it gives what it has"),
            TransferError::Overflow => {
                HostFault(format!("can't pay the beneficiary: {error}").into())
            }
        })
    }

    fn call(&mut self, message: &Message<'_>) -> HostResult<CallResult> {
        Ok(self.chain.call(self.machine, message).result)
    }

    fn get_tx_context(&mut self) -> HostResult<TxContext> {
        Ok(self.chain.context.clone())
    }

    fn get_block_hash(&mut self, number: i64) -> HostResult<Bytes32> {
        Ok(self.chain.block_hashes.get(&number).copied().unwrap_or_default())
    }

    fn emit_log(&mut self, address: Address, data: &[u8], topics: &[Bytes32]) -> HostResult<()> {
        let log = Log { address, topics: topics.to_vec(), data: data.to_vec() };
        self.chain.observe(|_| Observed::Log(log.clone()));
        self.chain.state.log(log);
        Ok(())
    }

    fn access_account(&mut self, address: Address) -> HostResult<AccessStatus> {
        Ok(self.chain.state.access_account(address))
    }

    fn access_storage(&mut self, address: Address, key: Bytes32) -> HostResult<AccessStatus> {
        Ok(self.chain.state.access_storage(address, key))
    }

    fn get_transient_storage(&mut self, address: Address, key: Bytes32) -> HostResult<Bytes32> {
        Ok(self.chain.state.transient_storage(address, key))
    }

    fn set_transient_storage(
        &mut self,
        address: Address,
        key: Bytes32,
        value: Bytes32,
    ) -> HostResult<()> {
        self.chain.state.set_transient_storage(address, key, value);
        Ok(())
    }
}
