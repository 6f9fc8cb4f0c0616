//! How recorded answers are given again.

use super::{Answer, Difference, HostCall, Question, asked::Asked, exchange::Answered};
use crate::{Host, HostFault, HostResult};
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

    /// Notes it where the same is asked with another amount of gas left.
    fn compare_gas(&mut self, index: usize, gas: Option<u64>) {
        let recorded = &self.calls[index];
        if let (Some(gas), Some(recorded_gas)) = (gas, recorded.gas)
            && gas != recorded_gas
        {
            self.differs(Difference::Gas { index, gas, recorded: recorded.clone() });
        }
    }

    /// The recorded context: in its turn, where gas can be compared too, and else at any time.
    fn context(&mut self, gas: Option<u64>) -> Option<&'a Answer> {
        let is_context = |call: &&HostCall| matches!(call.ask, Question::GetTxContext {});
        let index = self.met;
        if let Some(call) = self.calls.get(index).filter(is_context) {
            self.compare_gas(index, gas);
            self.met += 1;
            return Some(&call.answer);
        }
        self.calls.iter().find(is_context).map(|call| &call.answer)
    }

    fn give<T: Answered>(&mut self, answer: &Answer) -> HostResult<T> {
        match (T::from_answer(answer), answer) {
            (Some(answer), _) => Ok(answer),
            (None, Answer::Fault(text)) => self.fails(text.clone()),
            (None, _) => self.fails(format!("has a recorded answer that is no {}", T::KIND)),
        }
    }
}

impl Asked for Replayer<'_> {
    fn hear_gas_left(&mut self, gas: u64) {
        self.gas = Some(gas);
    }

    fn answer<T: Answered>(
        &mut self,
        asked: Question,
        _: impl FnOnce(&mut dyn Host) -> HostResult<T>,
    ) -> HostResult<T> {
        let gas = self.gas.take();
        if let Question::GetTxContext {} = asked
            && let Some(answer) = self.context(gas)
        {
            return self.give(answer);
        }
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
        self.compare_gas(index, gas);
        if let (Question::CopyCode { length, .. }, Answer::Bytes(bytes)) =
            (&asked, &recorded.answer)
            && bytes.len() as u64 > *length
        {
            return self.fails("has recorded more bytes of code than were asked for");
        }
        self.give(&recorded.answer)
    }

    fn print(&mut self, line: &str) {
        (self.debug)(line);
    }
}
