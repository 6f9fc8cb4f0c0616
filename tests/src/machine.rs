//! What runs code.

use hebe_evmc::LoadedVm;
use hebe_host::{
    CallResult, Fault, Host, Message, Outcome, Revision,
    recording::{OwnedMessage, Subject},
};
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

    /// Why nothing can run at a revision, where that is the machine's own.
    fn lacks(&self, revision: Revision) -> Option<Fault> {
        let _ = revision;
        None
    }

    /// The schedule of prices that messages pay by, as `name@version`; none where nothing is paid, or nobody knows.
    fn schedule(&self) -> Option<String> {
        None
    }

    /// What a recording keeps of a message before it runs on this machine.
    fn subject(&self, revision: Revision, message: &Message<'_>, code: &[u8]) -> Subject;
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

    fn schedule(&self) -> Option<String> {
        self.options().schedule_in_force()
    }

    fn subject(&self, revision: Revision, message: &Message<'_>, code: &[u8]) -> Subject {
        self.subject(revision, message, code)
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

    fn lacks(&self, revision: Revision) -> Option<Fault> {
        let abi = self.abi_version();
        (!self.carries(revision)).then_some(Fault::NotInAbi { revision, abi })
    }

    /// Where an option replaces code, only the option is known.
    fn subject(&self, revision: Revision, message: &Message<'_>, code: &[u8]) -> Subject {
        let mut options = self.options().clone();
        // A run that is repeated is not to be watched again.
        options.retain(|name, _| name != "trace" && name != "record");
        Subject {
            vm: format!("{} {}", self.name(), self.version()),
            revision,
            options,
            message: OwnedMessage::from(message),
            code: code.to_vec(),
            replacement: None,
        }
    }
}
