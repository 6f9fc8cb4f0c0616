//! Who watches messages: a trace and recordings. Neither changes anything for a contract.

mod record;
mod shadow;

pub(crate) use record::Folder;

use crate::Vm;
use hebe_host::{
    CallResult, Fault, Host, Message, Outcome, Revision,
    recording::{Ended, OwnedMessage, Recorder, Subject},
    trace::{TraceSink, Tracer},
};
use std::{fmt, sync::Arc};

/// The watchers of a VM.
#[derive(Clone, Default)]
pub(crate) struct Watchers {
    /// Is told what contracts call.
    pub(crate) trace: Option<Arc<dyn TraceSink>>,
    /// Gets a recording of each message.
    pub(crate) recordings: Option<Arc<Folder>>,
}

impl Watchers {
    /// Whether anybody watches.
    pub(crate) fn is_empty(&self) -> bool {
        self.trace.is_none() && self.recordings.is_none()
    }
}

impl fmt::Debug for Watchers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { trace, recordings } = self;
        f.debug_struct("Watchers")
            .field("trace", &trace.is_some())
            .field("recordings", &recordings.is_some())
            .finish()
    }
}

impl Vm {
    /// [`Vm::execute`] where somebody watches.
    pub(crate) fn execute_watched(
        &self,
        watchers: &Watchers,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut dyn Host,
    ) -> Result<Outcome, Fault> {
        let recording = watchers
            .recordings
            .as_ref()
            .and_then(|folder| folder.begin(self.subject(revision, message, code)));
        let Some(mut recording) = recording else {
            return self.execute_traced(watchers, revision, message, code, host);
        };
        let mut recorder = Recorder::new(host, &mut recording);
        let outcome = self.execute_traced(watchers, revision, message, code, &mut recorder);
        let (result, reason) = told(&outcome);
        if let Some(folder) = &watchers.recordings {
            folder.end(recording, Ended::new(&result, reason));
        }
        outcome
    }

    fn execute_traced(
        &self,
        watchers: &Watchers,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut dyn Host,
    ) -> Result<Outcome, Fault> {
        let Some(sink) = &watchers.trace else {
            return self.execute_unwatched(revision, message, code, host, None);
        };
        let tracer = Tracer::begin(&**sink, message, code.len());
        let mut log = &tracer;
        let mut listened = Recorder::new(host, &mut log);
        let outcome = self.execute_unwatched(revision, message, code, &mut listened, Some(&tracer));
        let (result, reason) = told(&outcome);
        tracer.end(&result, reason.as_deref());
        outcome
    }

    /// What is known beforehand of a message that is to be recorded.
    pub fn subject(&self, revision: Revision, message: &Message<'_>, code: &[u8]) -> Subject {
        Subject {
            vm: concat!("hebe ", env!("CARGO_PKG_VERSION")).to_owned(),
            revision,
            options: self.options().to_record(),
            message: OwnedMessage::from(message),
            code: code.to_vec(),
            replacement: self.replacement(message).map(<[u8]>::to_vec),
        }
    }
}

/// How a message ended, as EVMC tells it, and why.
pub(crate) fn told(outcome: &Result<Outcome, Fault>) -> (CallResult, Option<String>) {
    let reason = match outcome {
        Ok(Outcome::Success { .. } | Outcome::Revert { .. }) => None,
        Ok(Outcome::Failure(failure)) => Some(failure.to_string()),
        Err(fault) => Some(fault.to_string()),
    };
    (outcome.clone().into(), reason)
}
