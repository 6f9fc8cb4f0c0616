//! How recorded answers are given again.

use super::{
    Answer, Difference, HostCall, OwnedMessage, Question,
    exchange::{Answered, Done},
};
use crate::{
    AccessStatus, Address, Bytes32, CallResult, Host, HostFault, HostResult, Message,
    StorageStatus, TxContext, U256,
};
use std::borrow::Cow;

/// A host without a chain: it answers as a recorded one did, and notes where the run first differs from
/// the recorded one.
///
/// Questions must come as they were recorded, with the same gas left where both are known. After one that
/// does not, nobody knows the answers, and the host fails. Only the transaction's context, the same
/// at every call, can be asked for at any time.
pub struct Replayer<'a> {
    calls: &'a [HostCall],
    /// How many of the calls have been met.
    met: usize,
    /// Whether more was asked than is recorded of a run that is not recorded to its end.
    is_past_the_end: bool,
    /// Whether the recording goes to the end of the run.
    is_whole: bool,
    /// Whether it failed, as recorded or for want of an answer. A VM behind C can't be told, and
    /// goes on asking.
    has_failed: bool,
    gas: Option<u64>,
    difference: Option<Difference>,
    debug: fn(&str),
}

/// What a [`Replayer`] has to tell when the run is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Where the run first differs from the recorded one.
    pub difference: Option<Difference>,
    /// Whether the run went on where the recording, which is not whole, has no more answers. How it
    /// ended then means nothing.
    pub is_past_the_end: bool,
}

impl<'a> Replayer<'a> {
    /// A host that answers with `calls`; `is_whole` says that there were no more of them when the run ended.
    pub fn new(calls: &'a [HostCall], is_whole: bool) -> Self {
        Self {
            calls,
            met: 0,
            is_past_the_end: false,
            is_whole,
            has_failed: false,
            gas: None,
            difference: None,
            debug: |_| (),
        }
    }

    /// What the contract prints goes to `print`; else it goes nowhere.
    pub fn printing(self, print: fn(&str)) -> Self {
        Self { debug: print, ..self }
    }

    /// What there is to tell, once the run is over.
    pub fn told(mut self) -> Told {
        self.pass_context();
        if let Some(recorded) = self.calls.get(self.met)
            && !self.has_failed
        {
            self.differs(Difference::NotAsked { index: self.met, recorded: recorded.clone() });
        }
        Told { difference: self.difference, is_past_the_end: self.is_past_the_end }
    }

    fn differs(&mut self, difference: Difference) {
        if self.difference.is_none() {
            self.difference = Some(difference);
        }
    }

    /// Goes past recorded questions for the context, which may come at any time.
    fn pass_context(&mut self) {
        while let Some(HostCall { ask: Question::GetTxContext {}, .. }) = self.calls.get(self.met) {
            self.met += 1;
        }
    }

    fn fails<T>(&mut self, text: impl Into<Cow<'static, str>>) -> HostResult<T> {
        self.has_failed = true;
        Err(HostFault(text.into()))
    }

    fn answer<T: Answered>(&mut self, asked: Question) -> HostResult<T> {
        let gas = self.gas.take();
        if self.has_failed {
            return self.fails("has failed before");
        }
        self.pass_context();
        let index = self.met;
        let Some(recorded) = self.calls.get(index) else {
            if self.is_whole {
                self.differs(Difference::NotRecorded { index, gas, asked });
            } else {
                self.is_past_the_end = true;
            }
            return self.fails("has no more recorded answers");
        };
        if recorded.ask != asked {
            self.differs(Difference::Question { index, gas, asked, recorded: recorded.clone() });
            return self.fails("has no recorded answer to this question");
        }
        self.met += 1;
        if let (Some(gas), Some(recorded_gas)) = (gas, recorded.gas)
            && gas != recorded_gas
        {
            self.differs(Difference::Gas { index, gas, recorded: recorded.clone() });
        }
        self.give(&recorded.answer)
    }

    fn give<T: Answered>(&mut self, answer: &Answer) -> HostResult<T> {
        match (T::from_answer(answer), answer) {
            (Some(answer), _) => Ok(answer),
            (None, Answer::Fault(text)) => self.fails(text.clone()),
            (None, _) => self.fails(format!("has a recorded answer that is no {}", T::KIND)),
        }
    }
}

impl Host for Replayer<'_> {
    fn note_gas_left(&mut self, gas: u64) {
        self.gas = Some(gas);
    }

    fn account_exists(&mut self, address: Address) -> HostResult<bool> {
        self.answer(Question::AccountExists { address })
    }

    fn get_storage(&mut self, address: Address, key: Bytes32) -> HostResult<Bytes32> {
        self.answer(Question::GetStorage { address, key })
    }

    fn set_storage(
        &mut self,
        address: Address,
        key: Bytes32,
        value: Bytes32,
    ) -> HostResult<StorageStatus> {
        self.answer(Question::SetStorage { address, key, value })
    }

    fn get_balance(&mut self, address: Address) -> HostResult<U256> {
        self.answer(Question::GetBalance { address })
    }

    fn get_code_size(&mut self, address: Address) -> HostResult<usize> {
        let size: u64 = self.answer(Question::GetCodeSize { address })?;
        Ok(usize::try_from(size).unwrap_or(usize::MAX))
    }

    fn get_code_hash(&mut self, address: Address) -> HostResult<Bytes32> {
        self.answer(Question::GetCodeHash { address })
    }

    fn copy_code(
        &mut self,
        address: Address,
        offset: usize,
        buffer: &mut [u8],
    ) -> HostResult<usize> {
        let (offset, length) = (offset as u64, buffer.len() as u64);
        let bytes: Vec<u8> = self.answer(Question::CopyCode { address, offset, length })?;
        match buffer.get_mut(..bytes.len()) {
            Some(start) => start.copy_from_slice(&bytes),
            None => return self.fails("has recorded more bytes of code than were asked for"),
        }
        Ok(bytes.len())
    }

    fn selfdestruct(&mut self, address: Address, beneficiary: Address) -> HostResult<bool> {
        self.answer(Question::Selfdestruct { address, beneficiary })
    }

    fn call(&mut self, message: &Message<'_>) -> HostResult<CallResult> {
        self.answer(Question::Call(OwnedMessage::sent(message)))
    }

    fn get_tx_context(&mut self) -> HostResult<TxContext> {
        let recorded = |call: &&HostCall| matches!(call.ask, Question::GetTxContext {});
        match self.calls.get(self.met).filter(recorded) {
            // In its turn, where gas can be compared too.
            Some(_) => {
                let gas = self.gas.take();
                let call = &self.calls[self.met];
                if let (Some(gas), Some(recorded)) = (gas, call.gas)
                    && gas != recorded
                {
                    self.differs(Difference::Gas { index: self.met, gas, recorded: call.clone() });
                }
                self.met += 1;
                self.give(&call.answer)
            }
            None => match self.calls.iter().find(recorded) {
                Some(call) => {
                    self.gas = None;
                    self.give(&call.answer)
                }
                None => self.answer(Question::GetTxContext {}),
            },
        }
    }

    fn get_block_hash(&mut self, number: i64) -> HostResult<Bytes32> {
        self.answer(Question::GetBlockHash { number })
    }

    fn emit_log(&mut self, address: Address, data: &[u8], topics: &[Bytes32]) -> HostResult<()> {
        let (data, topics) = (data.to_vec(), topics.to_vec());
        self.answer::<Done>(Question::EmitLog { address, data, topics }).map(drop)
    }

    fn access_account(&mut self, address: Address) -> HostResult<AccessStatus> {
        self.answer(Question::AccessAccount { address })
    }

    fn access_storage(&mut self, address: Address, key: Bytes32) -> HostResult<AccessStatus> {
        self.answer(Question::AccessStorage { address, key })
    }

    fn get_transient_storage(&mut self, address: Address, key: Bytes32) -> HostResult<Bytes32> {
        self.answer(Question::GetTransientStorage { address, key })
    }

    fn set_transient_storage(
        &mut self,
        address: Address,
        key: Bytes32,
        value: Bytes32,
    ) -> HostResult<()> {
        self.answer::<Done>(Question::SetTransientStorage { address, key, value }).map(drop)
    }

    fn debug(&mut self, line: &str) {
        (self.debug)(line);
    }
}
