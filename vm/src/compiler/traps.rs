//! What a trap of wasmtime's means to a contract.

use super::engine_fault;
use hebe_host::{Exit, Failure, Trap};

/// How `main` ended, when no function of the host ended it.
pub(super) fn why(error: wasmtime::Error) -> Exit {
    match error.downcast_ref::<wasmtime::Trap>().and_then(|trap| failure(*trap)) {
        Some(failure) => failure.into(),
        None => engine_fault(error).into(),
    }
}

/// The failure that a trap is. `None` for what can't happen: our own count ends a contract before
/// wasmtime's bound of the stack does, its fuel and its interruptions are off, and everything else belongs to
/// proposals that contracts don't have. What wasmtime may add is a fault likewise.
fn failure(trap: wasmtime::Trap) -> Option<Failure> {
    Some(match trap {
        wasmtime::Trap::UnreachableCodeReached => Failure::Unreachable,
        wasmtime::Trap::MemoryOutOfBounds => Failure::InvalidMemoryAccess,
        wasmtime::Trap::TableOutOfBounds => Failure::Trap(Trap::TableOutOfBounds),
        wasmtime::Trap::IndirectCallToNull => Failure::Trap(Trap::IndirectCallToNull),
        wasmtime::Trap::BadSignature => Failure::Trap(Trap::BadSignature),
        wasmtime::Trap::IntegerDivisionByZero => Failure::Trap(Trap::DivisionByZero),
        wasmtime::Trap::IntegerOverflow => Failure::Trap(Trap::IntegerOverflow),
        _ => return None,
    })
}
