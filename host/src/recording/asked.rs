//! [`Host`] for those to whom all of its functions are alike: a question, and its answer.

use super::{
    OwnedMessage, Question,
    exchange::{Answered, Done},
};
use crate::{
    AccessStatus, Address, Bytes32, CallResult, Host, HostResult, Message, StorageStatus,
    TxContext, U256,
};

/// Who stands for a host, and treats all of its functions alike.
pub(super) trait Asked {
    /// How much gas is left when the next question is asked.
    fn hear_gas_left(&mut self, gas: u64);

    /// Answers a question; code with no more bytes than were asked for. `pass_on` asks it of a host, for
    /// those who have one.
    fn answer<T: Answered>(
        &mut self,
        question: Question,
        pass_on: impl FnOnce(&mut dyn Host) -> HostResult<T>,
    ) -> HostResult<T>;

    /// What a contract prints is nothing that decides how it ends, and no question.
    fn print(&mut self, line: &str);
}

impl<A: Asked> Host for A {
    fn note_gas_left(&mut self, gas: u64) {
        self.hear_gas_left(gas);
    }

    fn account_exists(&mut self, address: Address) -> HostResult<bool> {
        self.answer(Question::AccountExists { address }, |host| host.account_exists(address))
    }

    fn get_storage(&mut self, address: Address, key: Bytes32) -> HostResult<Bytes32> {
        self.answer(Question::GetStorage { address, key }, |host| host.get_storage(address, key))
    }

    fn set_storage(
        &mut self,
        address: Address,
        key: Bytes32,
        value: Bytes32,
    ) -> HostResult<StorageStatus> {
        self.answer(Question::SetStorage { address, key, value }, |host| {
            host.set_storage(address, key, value)
        })
    }

    fn get_balance(&mut self, address: Address) -> HostResult<U256> {
        self.answer(Question::GetBalance { address }, |host| host.get_balance(address))
    }

    fn get_nonce(&mut self, address: Address) -> HostResult<u64> {
        self.answer(Question::GetNonce { address }, |host| host.get_nonce(address))
    }

    fn get_code_size(&mut self, address: Address) -> HostResult<usize> {
        let size = self.answer(Question::GetCodeSize { address }, |host| {
            host.get_code_size(address).map(|size| size as u64)
        })?;
        Ok(usize::try_from(size).unwrap_or(usize::MAX))
    }

    fn get_code_hash(&mut self, address: Address) -> HostResult<Bytes32> {
        self.answer(Question::GetCodeHash { address }, |host| host.get_code_hash(address))
    }

    fn copy_code(
        &mut self,
        address: Address,
        offset: usize,
        buffer: &mut [u8],
    ) -> HostResult<usize> {
        let question =
            Question::CopyCode { address, offset: offset as u64, length: buffer.len() as u64 };
        let mut said = None;
        let bytes = self.answer(question, |host| {
            let count = host.copy_code(address, offset, buffer)?;
            said = Some(count);
            Ok(buffer.get(..count).unwrap_or(buffer).to_vec())
        })?;
        let count = bytes.len().min(buffer.len());
        buffer[..count].copy_from_slice(&bytes[..count]);
        // A host that says it copied more than there is room for is caught where it is asked.
        Ok(said.unwrap_or(count))
    }

    fn selfdestruct(&mut self, address: Address, beneficiary: Address) -> HostResult<bool> {
        self.answer(Question::Selfdestruct { address, beneficiary }, |host| {
            host.selfdestruct(address, beneficiary)
        })
    }

    fn call(&mut self, message: &Message<'_>) -> HostResult<CallResult> {
        self.answer(Question::Call(OwnedMessage::sent(message)), |host| host.call(message))
    }

    fn get_tx_context(&mut self) -> HostResult<TxContext> {
        self.answer(Question::GetTxContext {}, |host| host.get_tx_context())
    }

    fn get_block_hash(&mut self, number: i64) -> HostResult<Bytes32> {
        self.answer(Question::GetBlockHash { number }, |host| host.get_block_hash(number))
    }

    fn emit_log(&mut self, address: Address, data: &[u8], topics: &[Bytes32]) -> HostResult<()> {
        let question = Question::EmitLog { address, data: data.to_vec(), topics: topics.to_vec() };
        self.answer(question, |host| host.emit_log(address, data, topics).map(|()| Done {}))?;
        Ok(())
    }

    fn access_account(&mut self, address: Address) -> HostResult<AccessStatus> {
        self.answer(Question::AccessAccount { address }, |host| host.access_account(address))
    }

    fn access_storage(&mut self, address: Address, key: Bytes32) -> HostResult<AccessStatus> {
        self.answer(Question::AccessStorage { address, key }, |host| {
            host.access_storage(address, key)
        })
    }

    fn get_transient_storage(&mut self, address: Address, key: Bytes32) -> HostResult<Bytes32> {
        self.answer(Question::GetTransientStorage { address, key }, |host| {
            host.get_transient_storage(address, key)
        })
    }

    fn set_transient_storage(
        &mut self,
        address: Address,
        key: Bytes32,
        value: Bytes32,
    ) -> HostResult<()> {
        self.answer(Question::SetTransientStorage { address, key, value }, |host| {
            host.set_transient_storage(address, key, value).map(|()| Done {})
        })?;
        Ok(())
    }

    fn debug(&mut self, line: &str) {
        self.print(line);
    }
}
