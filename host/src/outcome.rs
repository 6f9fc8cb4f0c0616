//! How a message ends.

use crate::{CallResult, HostFault, HostModule, Revision};
use hebe_gas::{Reason, Rejected};
use std::{borrow::Cow, sync::Arc};

/// How a message ended: what the chain agrees on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The contract finished; its effects stay.
    Success {
        /// Gas that was not used, in whole units.
        gas_left: i64,
        /// Gas to be refunded when the transaction ends.
        gas_refund: i64,
        /// Return data, or for a creation the new contract's code.
        output: Vec<u8>,
    },
    /// The contract asked for its effects to be undone.
    Revert {
        /// Gas that was not used, in whole units.
        gas_left: i64,
        /// Return data.
        output: Vec<u8>,
    },
    /// The contract failed: its effects are undone and all its gas is gone.
    Failure(Failure),
}

impl Outcome {
    /// The EVMC status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Success { .. } => StatusCode::Success,
            Self::Revert { .. } => StatusCode::Revert,
            Self::Failure(failure) => failure.status(),
        }
    }
}

/// What lets the module `debug` be imported, for who has tried without.
fn debug_hint(rejected: &Rejected) -> &'static str {
    match &rejected.reason {
        Reason::UnknownImportModule { module, .. } if &**module == HostModule::DEBUG.name => {
            "; the option debug=true allows the module `debug`"
        }
        _ => "",
    }
}

/// Why a contract failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The gas is used up.
    #[error("out of gas")]
    OutOfGas,
    /// The code is not a valid contract.
    #[error("the contract is not valid: {rejected}{hint}", rejected = .0, hint = debug_hint(.0))]
    Invalid(Arc<Rejected>),
    /// The code is not WebAssembly, and the VM runs nothing else.
    #[error("the code is not WebAssembly (it must begin with 00 61 73 6d)")]
    NotWasm,
    /// The contract at a system address did not say what is to run in the place of bytecode.
    #[error("the system contract {by} gave no WebAssembly to run in the code's place ({status})")]
    NotTranslated {
        /// Its name.
        by: &'static str,
        /// How it ended.
        status: StatusCode,
    },
    /// `log` was asked for more than four topics.
    #[error("a log has at most 4 topics")]
    TooManyTopics,
    /// A range outside memory, input, code or return data.
    #[error("a range outside memory or data was accessed")]
    InvalidMemoryAccess,
    /// A change of state in static mode.
    #[error("the state can't be changed in a static call")]
    StaticModeViolation,
    /// An argument outside its range, or a number that does not fit into 128 bits.
    #[error("an argument or a number is out of range")]
    ArgumentOutOfRange,
    /// The message is deeper than [`MAX_DEPTH`](crate::MAX_DEPTH).
    #[error("messages are nested too deeply")]
    CallDepthExceeded,
    /// Functions are nested too deeply, or their frames are too large.
    #[error("the contract's stack is used up")]
    StackOverflow,
    /// EVM bytecode took more from its stack than there was.
    #[error("the stack has fewer words than the instruction takes")]
    StackUnderflow,
    /// EVM bytecode jumped to where there is no `JUMPDEST`.
    #[error("a jump leads to no JUMPDEST")]
    BadJump,
    /// EVM bytecode executed `INVALID` (EIP-141).
    #[error("the contract executed INVALID")]
    InvalidInstruction,
    /// EVM bytecode executed what is no instruction at this revision.
    #[error("the contract executed what is no instruction at this revision")]
    UndefinedInstruction,
    /// The instruction `unreachable` was executed.
    #[error("the contract executed `unreachable`")]
    Unreachable,
    /// Another WebAssembly trap.
    #[error("the contract trapped: {0}")]
    Trap(Trap),
}

impl Failure {
    /// The EVMC status, as precise as EVMC allows.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::OutOfGas => StatusCode::OutOfGas,
            Self::Invalid(_) | Self::NotWasm | Self::NotTranslated { .. } | Self::TooManyTopics => {
                StatusCode::ContractValidationFailure
            }
            Self::InvalidMemoryAccess => StatusCode::InvalidMemoryAccess,
            Self::StaticModeViolation => StatusCode::StaticModeViolation,
            Self::ArgumentOutOfRange => StatusCode::ArgumentOutOfRange,
            Self::CallDepthExceeded => StatusCode::CallDepthExceeded,
            Self::StackOverflow => StatusCode::StackOverflow,
            Self::StackUnderflow => StatusCode::StackUnderflow,
            Self::BadJump => StatusCode::BadJumpDestination,
            Self::InvalidInstruction => StatusCode::InvalidInstruction,
            Self::UndefinedInstruction => StatusCode::UndefinedInstruction,
            Self::Unreachable => StatusCode::WasmUnreachableInstruction,
            Self::Trap(_) => StatusCode::WasmTrap,
        }
    }
}

/// A WebAssembly trap without an EVMC status of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Trap {
    /// An integer was divided by zero.
    #[error("integer division by zero")]
    DivisionByZero,
    /// The smallest integer was divided by -1.
    #[error("integer overflow")]
    IntegerOverflow,
    /// A table was accessed outside its bounds.
    #[error("table access out of bounds")]
    TableOutOfBounds,
    /// `call_indirect` met a null reference.
    #[error("indirect call of a null reference")]
    IndirectCallToNull,
    /// `call_indirect` met a function of another type.
    #[error("indirect call of a function with another type")]
    BadSignature,
}

/// Why there is no outcome: the fault is ours or the client's, not the contract's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The revision has no prices; the client may run the code elsewhere.
    #[error("nothing can run at {0}: {why}", why = .0.why_not().unwrap_or("it has no prices"))]
    UnsupportedRevision(Revision),
    /// The version of EVMC that the VM is asked in lacks what this revision has.
    #[error("EVMC's ABI {abi} can't carry {revision}")]
    NotInAbi {
        /// The revision.
        revision: Revision,
        /// The ABI's version.
        abi: i32,
    },
    /// The code is not WebAssembly, and the client wants such code back.
    #[error("the code is not WebAssembly, and is left to the client")]
    NotWasm,
    /// The message can't be: the text says what in it.
    #[error("malformed message: {0}")]
    Message(Cow<'static, str>),
    /// The chain could not answer, or lied.
    #[error(transparent)]
    Host(#[from] HostFault),
    /// The contract executed more instructions than an unmetered run may.
    #[error("the bound on the instructions of an unmetered run was reached")]
    InstructionBound,
    /// An engine did what it must not do, or memory could not be had.
    #[error("the engine failed: {0}")]
    Engine(String),
}

impl Fault {
    /// The EVMC status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::UnsupportedRevision(_) | Self::NotInAbi { .. } | Self::NotWasm => {
                StatusCode::Rejected
            }
            Self::Message(_) | Self::Host(_) | Self::InstructionBound | Self::Engine(_) => {
                StatusCode::InternalError
            }
        }
    }
}

/// How a host function ends its frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Success with this output.
    Finish(Vec<u8>),
    /// Revert with this output.
    Revert(Vec<u8>),
    /// Failure.
    Failure(Failure),
    /// No outcome at all.
    Fault(Fault),
}

impl From<Failure> for Exit {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<Fault> for Exit {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<HostFault> for Exit {
    fn from(fault: HostFault) -> Self {
        Self::Fault(Fault::Host(fault))
    }
}

/// EVMC's status codes (`enum evmc_status_code`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i32)]
#[allow(missing_docs)] // EVMC says what each is for.
pub enum StatusCode {
    Success = 0,
    Failure = 1,
    Revert = 2,
    OutOfGas = 3,
    InvalidInstruction = 4,
    UndefinedInstruction = 5,
    StackOverflow = 6,
    StackUnderflow = 7,
    BadJumpDestination = 8,
    InvalidMemoryAccess = 9,
    CallDepthExceeded = 10,
    StaticModeViolation = 11,
    PrecompileFailure = 12,
    ContractValidationFailure = 13,
    ArgumentOutOfRange = 14,
    WasmUnreachableInstruction = 15,
    WasmTrap = 16,
    InsufficientBalance = 17,
    InternalError = -1,
    Rejected = -2,
    OutOfMemory = -3,
}

impl StatusCode {
    /// Every status with EVMC's name for it, without the `EVMC_`.
    pub const ALL: [(Self, &'static str); 21] = [
        (Self::Success, "SUCCESS"),
        (Self::Failure, "FAILURE"),
        (Self::Revert, "REVERT"),
        (Self::OutOfGas, "OUT_OF_GAS"),
        (Self::InvalidInstruction, "INVALID_INSTRUCTION"),
        (Self::UndefinedInstruction, "UNDEFINED_INSTRUCTION"),
        (Self::StackOverflow, "STACK_OVERFLOW"),
        (Self::StackUnderflow, "STACK_UNDERFLOW"),
        (Self::BadJumpDestination, "BAD_JUMP_DESTINATION"),
        (Self::InvalidMemoryAccess, "INVALID_MEMORY_ACCESS"),
        (Self::CallDepthExceeded, "CALL_DEPTH_EXCEEDED"),
        (Self::StaticModeViolation, "STATIC_MODE_VIOLATION"),
        (Self::PrecompileFailure, "PRECOMPILE_FAILURE"),
        (Self::ContractValidationFailure, "CONTRACT_VALIDATION_FAILURE"),
        (Self::ArgumentOutOfRange, "ARGUMENT_OUT_OF_RANGE"),
        (Self::WasmUnreachableInstruction, "WASM_UNREACHABLE_INSTRUCTION"),
        (Self::WasmTrap, "WASM_TRAP"),
        (Self::InsufficientBalance, "INSUFFICIENT_BALANCE"),
        (Self::InternalError, "INTERNAL_ERROR"),
        (Self::Rejected, "REJECTED"),
        (Self::OutOfMemory, "OUT_OF_MEMORY"),
    ];

    /// The status with this EVMC number; `None` if EVMC (ABI 12) has none.
    pub fn from_number(number: i32) -> Option<Self> {
        Self::ALL.iter().map(|(status, _)| *status).find(|status| status.number() == number)
    }

    /// The EVMC number.
    pub fn number(self) -> i32 {
        self as i32
    }

    /// EVMC's name without the `EVMC_`.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(status, _)| *status == self).map_or("?", |(_, name)| name)
    }
}

impl std::fmt::Display for StatusCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl From<Result<Outcome, Fault>> for CallResult {
    /// The outcome as EVMC reports it: no gas, refund or output where EVMC has none.
    fn from(result: Result<Outcome, Fault>) -> Self {
        let (status, gas_left, gas_refund, output) = match result {
            Ok(Outcome::Success { gas_left, gas_refund, output }) => {
                (StatusCode::Success, gas_left, gas_refund, output)
            }
            Ok(Outcome::Revert { gas_left, output }) => (StatusCode::Revert, gas_left, 0, output),
            Ok(Outcome::Failure(failure)) => (failure.status(), 0, 0, Vec::new()),
            Err(fault) => (fault.status(), 0, 0, Vec::new()),
        };
        Self { status, gas_left, gas_refund, output, create_address: Default::default() }
    }
}
