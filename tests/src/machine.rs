//! What runs code.

use hebe_host::{CallResult, Host, Message, Outcome, Revision};
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

impl Machine for Vm {
    fn execute(
        &self,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut dyn Host,
    ) -> Execution {
        let result = self.execute(revision, message, code, host);
        let reason = match &result {
            Ok(Outcome::Success { .. } | Outcome::Revert { .. }) => None,
            Ok(Outcome::Failure(failure)) => Some(failure.to_string()),
            Err(fault) => Some(fault.to_string()),
        };
        Execution { result: result.into(), reason }
    }
}
