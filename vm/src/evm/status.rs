//! How bytecode's end is told.

use hebe_host::{Failure, Fault};
use revm_interpreter::InstructionResult;

/// What a failure of the interpreter's is. Gas is all gone, whichever it is.
pub(super) fn failure(result: InstructionResult) -> Result<Failure, Fault> {
    use InstructionResult as Ended;
    Ok(match result {
        Ended::OutOfGas
        | Ended::MemoryOOG
        | Ended::MemoryLimitOOG
        | Ended::InvalidOperandOOG
        | Ended::ReentrancySentryOOG
        | Ended::CreateInitCodeSizeLimit => Failure::OutOfGas,
        Ended::OpcodeNotFound | Ended::NotActivated => Failure::UndefinedInstruction,
        Ended::InvalidFEOpcode => Failure::InvalidInstruction,
        Ended::CallNotAllowedInsideStatic | Ended::StateChangeDuringStaticCall => {
            Failure::StaticModeViolation
        }
        Ended::InvalidJump => Failure::BadJump,
        Ended::StackUnderflow => Failure::StackUnderflow,
        Ended::StackOverflow => Failure::StackOverflow,
        Ended::OutOfOffset => Failure::InvalidMemoryAccess,
        // What happens around messages is not the interpreter's affair, nor what is to come.
        other => return Err(Fault::Engine(format!("the EVM ended with {other:?}"))),
    })
}
