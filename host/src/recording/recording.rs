//! What a recording is, as a value.

use super::{Difference, HostCall, OwnedMessage, Replayer, Told, form};
use crate::{CallResult, Revision, StatusCode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One message with everything that decides how it ends, and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// What ran.
    pub subject: Subject,
    /// What the host was asked and answered, first to last.
    pub calls: Vec<HostCall>,
    /// Whether there were more calls than a recording keeps.
    pub is_cut: bool,
    /// How it ended; none where the process ended before.
    pub ended: Option<Ended>,
}

/// The message that ran, and all that was known about it beforehand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// Which VM recorded it, with its version; for reading only.
    pub vm: String,
    /// The revision.
    #[serde(with = "form::name")]
    pub revision: Revision,
    /// The VM's options that can matter, by name.
    pub options: BTreeMap<String, String>,
    /// The message.
    pub message: OwnedMessage,
    /// The code in the state; for a creation the init code.
    #[serde(with = "form::bytes")]
    pub code: Vec<u8>,
    /// The code that ran instead of that in the state, where an option of the VM said so.
    #[serde(with = "form::optional_bytes", default, skip_serializing_if = "Option::is_none")]
    pub replacement: Option<Vec<u8>>,
}

/// How a message ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ended {
    /// The EVMC status.
    #[serde(with = "form::name")]
    pub status: StatusCode,
    /// Gas that was not used, in whole units.
    pub gas_left: i64,
    /// Gas to be refunded.
    pub gas_refund: i64,
    /// Return data, or a new contract's code.
    #[serde(with = "form::bytes")]
    pub output: Vec<u8>,
    /// Why it failed, where somebody knows; for reading only.
    pub reason: Option<String>,
}

impl Ended {
    /// How a VM says that it ended. Addresses of new contracts are the chain's business.
    pub fn new(result: &CallResult, reason: Option<String>) -> Self {
        Self {
            status: result.status,
            gas_left: result.gas_left,
            gas_refund: result.gas_refund,
            output: result.output.clone(),
            reason,
        }
    }

    /// Whether both ended in the same way.
    pub fn is_same(&self, other: &Self) -> bool {
        let seen = |ended: &Self| (ended.status, ended.gas_left, ended.gas_refund);
        seen(self) == seen(other) && self.output == other.output
    }
}

impl Recording {
    /// Whether every call of the host is in it, and the end.
    pub fn is_whole(&self) -> bool {
        self.ended.is_some() && !self.is_cut
    }

    /// A host that answers as this recording says.
    pub fn replayer(&self) -> Replayer<'_> {
        Replayer::new(&self.calls, self.is_whole())
    }

    /// Where a run first differs from this recording, given what its [`Replayer`] told and how it ended.
    pub fn difference(&self, told: Told, ended: Ended) -> Option<Difference> {
        if told.difference.is_some() || told.is_past_the_end {
            return told.difference;
        }
        match &self.ended {
            Some(recorded) if !recorded.is_same(&ended) => {
                Some(Difference::End { calls: self.calls.len(), ended, recorded: recorded.clone() })
            }
            _ => None,
        }
    }
}
