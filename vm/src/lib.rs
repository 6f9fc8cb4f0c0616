//! The executor.

#![forbid(unsafe_code)]

use hebe_host::{Fault, Host, Message, Outcome, Revision};

/// The VM.
pub struct Vm;

/// An option could not be set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionError {
    /// There is no such option.
    #[error("there is no option `{0}`")]
    UnknownName(String),
    /// The option can't have this value; the text says what it can have.
    #[error("option `{name}`: {problem}")]
    InvalidValue {
        /// The option.
        name: String,
        /// What is wrong.
        problem: String,
    },
}

impl Vm {
    /// A VM with default options.
    pub fn new() -> Self {
        Self
    }

    /// Sets an option; on an error the VM keeps its old setting.
    pub fn set_option(&mut self, name: &str, value: &str) -> Result<(), OptionError> {
        let _ = value;
        Err(OptionError::UnknownName(name.to_owned()))
    }

    /// Whether code that is not WebAssembly is handed back to the client (`evm1mode=fallback`).
    pub fn hands_back_evm1(&self) -> bool {
        false
    }

    /// Runs `message`.
    pub fn execute(
        &self,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut dyn Host,
    ) -> Result<Outcome, Fault> {
        let _ = (message, code, host);
        Err(Fault::UnsupportedRevision(revision))
    }
}

impl Default for Vm {
    fn default() -> Self {
        Self::new()
    }
}
