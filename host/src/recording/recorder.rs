//! How a host is listened to.

use super::{
    Answer, HostCall, OwnedMessage, Question,
    exchange::{Answered, Done},
};
use crate::{
    AccessStatus, Address, Bytes32, CallResult, Host, HostResult, Message, StorageStatus,
    TxContext, U256,
};

/// Where calls of a host are noted, first to last.
pub trait CallLog {
    /// Notes a call. Whatever goes wrong must stay inside: noting changes nothing for the contract.
    fn note(&mut self, call: HostCall);
}

impl CallLog for Vec<HostCall> {
    fn note(&mut self, call: HostCall) {
        self.push(call);
    }
}

/// A host that gives the answers of another one, and notes them. For one message: a nested message gets
/// a recorder of its own, or none.
pub struct Recorder<'a> {
    host: &'a mut dyn Host,
    log: &'a mut dyn CallLog,
    /// What the frame told for the question that comes next.
    gas: Option<u64>,
}

impl<'a> Recorder<'a> {
    /// Notes in `log` what is asked of `host`.
    pub fn new(host: &'a mut dyn Host, log: &'a mut dyn CallLog) -> Self {
        Self { host, log, gas: None }
    }

    fn note<T: Answered + Clone>(
        &mut self,
        ask: Question,
        gas: Option<u64>,
        answer: HostResult<T>,
    ) -> HostResult<T> {
        self.log.note(HostCall { gas, ask, answer: Answer::of(answer.clone()) });
        answer
    }
}

impl Host for Recorder<'_> {
    fn note_gas_left(&mut self, gas: u64) {
        self.gas = Some(gas);
        self.host.note_gas_left(gas);
    }

    fn account_exists(&mut self, address: Address) -> HostResult<bool> {
        let gas = self.gas.take();
        let answer = self.host.account_exists(address);
        self.note(Question::AccountExists { address }, gas, answer)
    }

    fn get_storage(&mut self, address: Address, key: Bytes32) -> HostResult<Bytes32> {
        let gas = self.gas.take();
        let answer = self.host.get_storage(address, key);
        self.note(Question::GetStorage { address, key }, gas, answer)
    }

    fn set_storage(
        &mut self,
        address: Address,
        key: Bytes32,
        value: Bytes32,
    ) -> HostResult<StorageStatus> {
        let gas = self.gas.take();
        let answer = self.host.set_storage(address, key, value);
        self.note(Question::SetStorage { address, key, value }, gas, answer)
    }

    fn get_balance(&mut self, address: Address) -> HostResult<U256> {
        let gas = self.gas.take();
        let answer = self.host.get_balance(address);
        self.note(Question::GetBalance { address }, gas, answer)
    }

    fn get_code_size(&mut self, address: Address) -> HostResult<usize> {
        let gas = self.gas.take();
        let answer = self.host.get_code_size(address);
        let noted = answer.clone().map(|size| size as u64);
        let _ = self.note(Question::GetCodeSize { address }, gas, noted);
        answer
    }

    fn get_code_hash(&mut self, address: Address) -> HostResult<Bytes32> {
        let gas = self.gas.take();
        let answer = self.host.get_code_hash(address);
        self.note(Question::GetCodeHash { address }, gas, answer)
    }

    fn copy_code(
        &mut self,
        address: Address,
        offset: usize,
        buffer: &mut [u8],
    ) -> HostResult<usize> {
        let gas = self.gas.take();
        let answer = self.host.copy_code(address, offset, buffer);
        // A host that says it copied more than there is room for is caught where it is asked.
        let noted = answer.clone().map(|count| buffer.get(..count).unwrap_or(buffer).to_vec());
        let (offset, length) = (offset as u64, buffer.len() as u64);
        let _ = self.note(Question::CopyCode { address, offset, length }, gas, noted);
        answer
    }

    fn selfdestruct(&mut self, address: Address, beneficiary: Address) -> HostResult<bool> {
        let gas = self.gas.take();
        let answer = self.host.selfdestruct(address, beneficiary);
        self.note(Question::Selfdestruct { address, beneficiary }, gas, answer)
    }

    fn call(&mut self, message: &Message<'_>) -> HostResult<CallResult> {
        let gas = self.gas.take();
        let answer = self.host.call(message);
        self.note(Question::Call(OwnedMessage::sent(message)), gas, answer)
    }

    fn get_tx_context(&mut self) -> HostResult<TxContext> {
        let gas = self.gas.take();
        let answer = self.host.get_tx_context();
        self.note(Question::GetTxContext {}, gas, answer)
    }

    fn get_block_hash(&mut self, number: i64) -> HostResult<Bytes32> {
        let gas = self.gas.take();
        let answer = self.host.get_block_hash(number);
        self.note(Question::GetBlockHash { number }, gas, answer)
    }

    fn emit_log(&mut self, address: Address, data: &[u8], topics: &[Bytes32]) -> HostResult<()> {
        let gas = self.gas.take();
        let answer = self.host.emit_log(address, data, topics);
        let (data, topics) = (data.to_vec(), topics.to_vec());
        let ask = Question::EmitLog { address, data, topics };
        self.note(ask, gas, answer.map(|()| Done {})).map(drop)
    }

    fn access_account(&mut self, address: Address) -> HostResult<AccessStatus> {
        let gas = self.gas.take();
        let answer = self.host.access_account(address);
        self.note(Question::AccessAccount { address }, gas, answer)
    }

    fn access_storage(&mut self, address: Address, key: Bytes32) -> HostResult<AccessStatus> {
        let gas = self.gas.take();
        let answer = self.host.access_storage(address, key);
        self.note(Question::AccessStorage { address, key }, gas, answer)
    }

    fn get_transient_storage(&mut self, address: Address, key: Bytes32) -> HostResult<Bytes32> {
        let gas = self.gas.take();
        let answer = self.host.get_transient_storage(address, key);
        self.note(Question::GetTransientStorage { address, key }, gas, answer)
    }

    fn set_transient_storage(
        &mut self,
        address: Address,
        key: Bytes32,
        value: Bytes32,
    ) -> HostResult<()> {
        let gas = self.gas.take();
        let answer = self.host.set_transient_storage(address, key, value);
        let ask = Question::SetTransientStorage { address, key, value };
        self.note(ask, gas, answer.map(|()| Done {})).map(drop)
    }

    /// What a contract prints is nothing that decides how it ends, and is not noted.
    fn debug(&mut self, line: &str) {
        self.host.debug(line);
    }
}
