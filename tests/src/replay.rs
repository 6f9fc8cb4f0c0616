//! Messages recorded and replayed on any machine.

use crate::{Execution, Machine};
use hebe_host::{
    Host, Message, Revision,
    recording::{Difference, Ended, Recorder, Recording, Subject},
};

/// How a recorded message ended when it was run again.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// How it ended. Means nothing where it is past the end of the recording.
    pub execution: Execution,
    /// Where it first differs from the recorded run.
    pub difference: Option<Difference>,
    /// Whether it went on where the recording, which is not whole, has no more answers.
    pub is_past_the_end: bool,
}

/// Runs a message and records it.
pub fn record(
    machine: &dyn Machine,
    revision: Revision,
    message: &Message<'_>,
    code: &[u8],
    host: &mut dyn Host,
) -> (Execution, Recording) {
    let mut calls = Vec::new();
    let mut recorder = Recorder::new(host, &mut calls);
    let execution = machine.execute(revision, message, code, &mut recorder);
    let subject = machine.subject(revision, message, code);
    let ended = Some(Ended::new(&execution.result, execution.reason.clone()));
    (execution, Recording { subject, calls, is_cut: false, ended })
}

/// Runs a recorded message again. What its contract prints goes to `print`.
pub fn replay(machine: &dyn Machine, recording: &Recording, print: fn(&str)) -> Replayed {
    let Subject { revision, message, code, .. } = &recording.subject;
    let mut replayer = recording.replayer().printing(print);
    let execution = machine.execute(*revision, &message.borrow(), code, &mut replayer);
    let told = replayer.told();
    let is_past_the_end = told.is_past_the_end;
    let ended = Ended::new(&execution.result, execution.reason.clone());
    let difference = recording.difference(told, ended);
    Replayed { execution, difference, is_past_the_end }
}
