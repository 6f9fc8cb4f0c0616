//! One execution: code, a message and a host; and the sentences that say what was not as it should be.

use super::{
    host::{Asked, Sent, Stage},
    programs::{Code, RECIPIENT, SENDER},
};
use crate::LoadedVm;
use hebe_host::{
    Address, Bytes32, CallKind, CallResult, Fault, Message, Revision, StatusCode, U256,
};
use std::fmt::Debug;

/// Whether a rule holds: an error is a sentence that says what was done, what was expected, and what came.
pub(super) type Verdict = Result<(), String>;

/// The gas of every message that says nothing else.
pub(super) const GAS: i64 = 1_000_000;

/// An execution that is to be. Change what you like of it, and then run it.
pub(super) struct Scene<'a> {
    pub(super) revision: Revision,
    pub(super) message: Message<'a>,
    pub(super) code: Vec<u8>,
    pub(super) host: Stage<'a>,
}

impl Scene<'_> {
    /// A plain call of this code, at the revision that suits its kind.
    pub(super) fn new(kind: Code, code: impl Into<Vec<u8>>) -> Self {
        let message = message();
        Self { revision: kind.revision(), message, code: code.into(), host: Stage::default() }
    }

    /// A plain call of this bytecode, at London.
    pub(super) fn evm(code: impl Into<Vec<u8>>) -> Self {
        Self::new(Code::Evm, code)
    }

    /// The same at another revision.
    pub(super) fn at(self, revision: Revision) -> Self {
        Self { revision, ..self }
    }

    /// Runs it.
    ///
    /// # Errors
    ///
    /// What the VM answered can't be true.
    pub(super) fn run(&mut self, vm: &LoadedVm) -> Result<CallResult, String> {
        vm.execute(self.revision, &self.message, &self.code, &mut self.host).map_err(|fault| {
            match fault {
                Fault::Engine(text) => format!("{}: {text}", self.what()),
                other => format!("{}: {other}", self.what()),
            }
        })
    }

    /// Runs it.
    ///
    /// # Errors
    ///
    /// It did not end as SUCCESS.
    pub(super) fn succeeds(&mut self, vm: &LoadedVm) -> Result<CallResult, String> {
        self.ends(vm, StatusCode::Success)
    }

    /// Runs it.
    ///
    /// # Errors
    ///
    /// It did not end with this status.
    pub(super) fn ends(&mut self, vm: &LoadedVm, status: StatusCode) -> Result<CallResult, String> {
        let result = self.run(vm)?;
        if result.status == status {
            Ok(result)
        } else {
            Err(format!("{} ended as {}, not as {status}", self.what(), result.status))
        }
    }

    /// Runs it.
    ///
    /// # Errors
    ///
    /// It did not fail: it succeeded, reverted, or the VM gave up on it.
    pub(super) fn fails(&mut self, vm: &LoadedVm) -> Result<CallResult, String> {
        let result = self.run(vm)?;
        if result.status.number() > 0 && result.status != StatusCode::Revert {
            Ok(result)
        } else {
            Err(format!("{} ended as {}, and must fail", self.what(), result.status))
        }
    }

    /// Runs it.
    ///
    /// # Errors
    ///
    /// It did not succeed with this output.
    pub(super) fn gives(&mut self, vm: &LoadedVm, output: &[u8]) -> Result<CallResult, String> {
        let result = self.succeeds(vm)?;
        self.equal("the output", Hex(output), Hex(&result.output))?;
        Ok(result)
    }

    /// Whether two things are equal.
    ///
    /// # Errors
    ///
    /// What came of the execution, and what was expected.
    pub(super) fn equal<T: PartialEq + Debug>(&self, what: &str, wanted: T, came: T) -> Verdict {
        if wanted == came {
            Ok(())
        } else {
            Err(format!("{}: {what} must be {wanted:?}, and is {came:?}", self.what()))
        }
    }

    /// Whether the host was asked this, once.
    ///
    /// # Errors
    ///
    /// What it was asked instead.
    pub(super) fn was_asked(&self, wanted: &Asked) -> Verdict {
        match self.host.asked.iter().filter(|asked| *asked == wanted).count() {
            1 => Ok(()),
            times => Err(format!(
                "{}: the host must be asked {wanted:?} once; it was asked that {times} times of {:?}",
                self.what(),
                self.host.asked
            )),
        }
    }

    /// The one message that was sent.
    ///
    /// # Errors
    ///
    /// There was none, or more.
    pub(super) fn sent(&self) -> Result<&Sent, String> {
        match self.host.sent()[..] {
            [sent] => Ok(sent),
            ref other => {
                Err(format!("{}: one message must be sent, and {} were", self.what(), other.len()))
            }
        }
    }

    /// Whether nothing was sent.
    ///
    /// # Errors
    ///
    /// What was sent.
    pub(super) fn sent_nothing(&self) -> Verdict {
        self.equal("what is sent", vec![], self.host.sent())
    }

    /// What is executed, for sentences: all that is not as it is everywhere.
    fn what(&self) -> String {
        const MOST: usize = 200;
        let code = Hex(&self.code[..self.code.len().min(MOST)]);
        let more = if self.code.len() > MOST { "…" } else { "" };
        let mut text = format!("code {code:?}{more} at {}", self.revision);
        let message = &self.message;
        let parts = [
            (message.kind != CallKind::Call, format!("as {:?}", message.kind)),
            (message.is_static, "in static mode".to_owned()),
            (message.depth != 0, format!("at depth {}", message.depth)),
            (message.gas != GAS, format!("with {} gas", message.gas)),
            (!message.input.is_empty(), format!("with {} bytes of input", message.input.len())),
            (!message.value.is_zero(), format!("with a value of {}", message.value)),
        ];
        for (_, part) in parts.iter().filter(|(is_told, _)| *is_told) {
            text += &format!(", {part}");
        }
        text
    }
}

/// A plain call from [`SENDER`] to [`RECIPIENT`] with [`GAS`].
pub(super) fn message() -> Message<'static> {
    Message {
        kind: CallKind::Call,
        is_static: false,
        is_delegated: false,
        depth: 0,
        gas: GAS,
        recipient: RECIPIENT,
        sender: SENDER,
        input: &[],
        value: U256::zero(),
        create2_salt: Bytes32::zero(),
        code_address: RECIPIENT,
    }
}

/// An address as a word of the EVM.
pub(super) fn padded(address: Address) -> Bytes32 {
    address.into()
}

/// A number as a word of the EVM.
pub(super) fn number(number: impl Into<U256>) -> Bytes32 {
    Bytes32(number.into().to_big_endian())
}

/// Bytes that are shown as hex.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Hex<'a>(pub(super) &'a [u8]);

impl Debug for Hex<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("0x")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A status that is shown by EVMC's name for it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Named(pub(super) StatusCode);

impl Debug for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.name())
    }
}
