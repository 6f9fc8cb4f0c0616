//! How a host is listened to.

use super::{Answer, HostCall, Question, asked::Asked, exchange::Answered};
use crate::{Host, HostResult};

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
}

impl Asked for Recorder<'_> {
    fn hear_gas_left(&mut self, gas: u64) {
        self.gas = Some(gas);
        self.host.note_gas_left(gas);
    }

    fn answer<T: Answered>(
        &mut self,
        ask: Question,
        pass_on: impl FnOnce(&mut dyn Host) -> HostResult<T>,
    ) -> HostResult<T> {
        let gas = self.gas.take();
        let answer = pass_on(self.host);
        self.log.note(HostCall { gas, ask, answer: Answer::of(answer.clone()) });
        answer
    }

    fn print(&mut self, line: &str) {
        self.host.debug(line);
    }
}
