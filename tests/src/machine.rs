//! What runs code.

use hebe::LoadedVm;
use hebe_host::{CallResult, Fault, Host, Message, Outcome, Revision};
use hebe_vm::Vm;

/// Something that runs a message's code: the VM built in, or an EVMC library.
pub trait Machine {
    /// Runs `code` for `message`; what it asks of the chain goes to `host`, which may come back
    /// into the same machine.
    fn execute(
        &self,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut dyn Host,
    ) -> Execution;
}

/// How a message ended, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Execution {
    /// What the chain agrees on.
    pub result: CallResult,
    /// A sentence that says why it failed, where somebody knows: EVMC carries only a status.
    pub reason: Option<String>,
}

impl From<CallResult> for Execution {
    fn from(result: CallResult) -> Self {
        Self { result, reason: None }
    }
}

impl From<Fault> for Execution {
    fn from(fault: Fault) -> Self {
        let reason = Some(fault.to_string());
        Self { result: Err(fault).into(), reason }
    }
}

impl Machine for Vm {
    fn execute(
        &self,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut dyn Host,
    ) -> Execution {
        match self.execute(revision, message, code, host) {
            Ok(outcome) => {
                let reason = match &outcome {
                    Outcome::Failure(failure) => Some(failure.to_string()),
                    Outcome::Success { .. } | Outcome::Revert { .. } => None,
                };
                Execution { result: Ok(outcome).into(), reason }
            }
            Err(fault) => fault.into(),
        }
    }
}

impl Machine for LoadedVm {
    fn execute(
        &self,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut dyn Host,
    ) -> Execution {
        match self.execute(revision, message, code, host) {
            Ok(result) => result.into(),
            Err(fault) => fault.into(),
        }
    }
}
