//! How code fails.

use crate::{
    ScriptedHost,
    asm::asm,
    conform::subject::{Kind, Program, Subject, message},
};
use hebe_host::{Message, StatusCode};

pub(super) fn gas_runs_out(subject: &Subject) -> Result<(), String> {
    const LOOP: Program =
        Program { evm: "JUMPDEST 0 JUMP", wasm: "(loop $l (call $useGas (i64.const 1)) (br $l))" };
    let Some(code) = subject.code(LOOP) else { return Ok(()) };
    for gas in [0, 1, 100_000] {
        let result =
            subject.run(&code, &Message { gas, ..message() }, ScriptedHost::default())?.result;
        if result.status != StatusCode::OutOfGas || !result.output.is_empty() {
            return Err(format!("an endless loop with {gas} gas ended with {}", result.status));
        }
    }
    Ok(())
}

/// `LoadedVm` has seen that no gas is left.
pub(super) fn take_all(subject: &Subject) -> Result<(), String> {
    use StatusCode as Status;
    let deep = "1 ".repeat(1025);
    let cases: Vec<(&str, Vec<u8>, Status)> = match subject.kind {
        Kind::Evm => vec![
            ("an instruction that there is not", vec![0x0c], Status::UndefinedInstruction),
            ("INVALID", vec![0xfe], Status::InvalidInstruction),
            ("POP of nothing", vec![0x50], Status::StackUnderflow),
            ("a push of 1,025 words", asm(&deep), Status::StackOverflow),
            ("a jump to no JUMPDEST", asm("0 JUMP"), Status::BadJumpDestination),
            ("a jump into the data of a push", asm("4 JUMP :605b"), Status::BadJumpDestination),
            ("a load at 2^64", asm("0x010000000000000000 MLOAD"), Status::OutOfGas),
            (
                "a copy from behind the return data",
                asm("1 0 0 RETURNDATACOPY"),
                Status::InvalidMemoryAccess,
            ),
        ],
        Kind::Wasm => vec![
            ("unreachable", crate::contract("(unreachable)"), Status::WasmUnreachableInstruction),
            (
                "a division by zero",
                crate::contract("(drop (i32.div_u (i32.const 1) (i32.const 0)))"),
                Status::WasmTrap,
            ),
            (
                "a load outside of the memory",
                crate::contract("(drop (i32.load (i32.const -1)))"),
                Status::InvalidMemoryAccess,
            ),
        ],
    };
    for (what, code, expected) in cases {
        let result = subject.run(&code, &message(), ScriptedHost::default())?.result;
        // A VM may be less exact than EVMC lets it be.
        if ![expected, Status::Failure, Status::OutOfGas].contains(&result.status) {
            return Err(format!("{what} ended with {}, not {expected}", result.status));
        }
        if !result.output.is_empty() {
            return Err(format!("{what} gave {} bytes of output", result.output.len()));
        }
        if result.gas_refund != 0 {
            return Err(format!("{what} gave a refund of {}", result.gas_refund));
        }
    }
    Ok(())
}

pub(super) fn a_push_without_its_bytes(subject: &Subject) -> Result<(), String> {
    const PUSH32: &[u8] = &[0x7f, 1];
    if subject.kind == Kind::Wasm {
        return Ok(());
    }
    match subject.run(PUSH32, &message(), ScriptedHost::default())?.result.status {
        StatusCode::Success => Ok(()),
        status => Err(format!("a PUSH32 with 1 byte behind it ended with {status}")),
    }
}
