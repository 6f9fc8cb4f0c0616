//! Failures: what they leave, and which status they have.

use super::super::{
    Check, Code, Rule, Subject,
    evm::{Evm, op},
    host::Stage,
    raw::{Raw, by_abi},
    scene::{Hex, Named, Scene, Verdict},
    wasm::{Arg, Keep, Wasm},
};
use crate::abi::*;
use hebe_host::StatusCode;

/// A rule about which status a failure has.
macro_rules! status {
    ($name:literal, $source:literal, $says:literal, $code:expr, [$($status:ident),+]) => {
        Rule::should($name, $source, $says, Check::Evm(|subject| {
            status(subject, Code::Evm, $code, &[$(StatusCode::$status),+])
        }))
    };
}

pub(super) const RULES: &[Rule] = &[
    Rule::must(
        "failure-takes-all-gas",
        "evmc.h, evmc_result::gas_left; evmc-vmtester",
        "No gas is left after a failure.",
        Check::Each(|subject, code| by_abi!(no_gas, subject, code)),
    ),
    Rule::must(
        "failure-has-no-refund",
        "evmc.h, evmc_result::gas_refund",
        "There is no refund unless the status is SUCCESS.",
        Check::Each(|subject, code| by_abi!(no_refund, subject, code)),
    )
    .abis(10..=18),
    Rule::must(
        "failure-has-no-output",
        "evmc.h, evmc_result::output_data: it comes from RETURN or REVERT",
        "There is no output after a failure.",
        Check::Each(|subject, code| by_abi!(no_output, subject, code)),
    ),
    Rule::must(
        "out-of-gas",
        "evmc.h, EVMC_OUT_OF_GAS; Yellow Paper, 9.4.2",
        "A loop without an end runs out of gas.",
        Check::Each(|subject, code| status(subject, code, code.endless(), &[StatusCode::OutOfGas])),
    ),
    Rule::must(
        "failures",
        "Yellow Paper, 9.4.2",
        "Code that can't go on fails.",
        Check::Each(failures),
    ),
    status!(
        "undefined-instruction",
        "evmc.h, EVMC_UNDEFINED_INSTRUCTION",
        "An opcode that is no instruction ends as UNDEFINED_INSTRUCTION.",
        vec![0x0c],
        [UndefinedInstruction]
    ),
    status!(
        "invalid-instruction",
        "evmc.h, EVMC_INVALID_INSTRUCTION; EIP-141",
        "INVALID ends as INVALID_INSTRUCTION.",
        vec![op::INVALID],
        [InvalidInstruction]
    ),
    status!(
        "stack-underflow",
        "evmc.h, EVMC_STACK_UNDERFLOW",
        "An instruction without its operands ends as STACK_UNDERFLOW.",
        vec![op::ADD],
        [StackUnderflow]
    ),
    status!(
        "stack-overflow",
        "evmc.h, EVMC_STACK_OVERFLOW",
        "1,025 words on the stack end as STACK_OVERFLOW.",
        Evm::new().zeros(1025).code(),
        [StackOverflow]
    ),
    status!(
        "bad-jump",
        "evmc.h, EVMC_BAD_JUMP_DESTINATION",
        "A jump to no JUMPDEST ends as BAD_JUMP_DESTINATION.",
        Evm::new().number(0).op(op::JUMP).code(),
        [BadJumpDestination]
    ),
    status!(
        "jump-into-data",
        "evmc.h, EVMC_BAD_JUMP_DESTINATION; Yellow Paper, 9.4.3",
        "A jump into the data of a PUSH ends as BAD_JUMP_DESTINATION.",
        Evm::new().number(4).op(op::JUMP).number(op::JUMPDEST.into()).code(),
        [BadJumpDestination]
    ),
    status!(
        "memory-far-away",
        "Yellow Paper, 9.1: memory costs gas",
        "Memory that nobody can pay for ends as OUT_OF_GAS.",
        Evm::new().push(&[0xff; 32]).op(op::MLOAD).code(),
        [OutOfGas]
    ),
    status!(
        "return-data-out-of-bounds",
        "evmc.h, EVMC_INVALID_MEMORY_ACCESS; EIP-211",
        "RETURNDATACOPY past the return data ends as INVALID_MEMORY_ACCESS.",
        Evm::new().number(1).zeros(2).op(op::RETURNDATACOPY).code(),
        [InvalidMemoryAccess]
    ),
];

/// Contracts that fail, each in another way.
fn failing(code: Code) -> Vec<Vec<u8>> {
    match code {
        Code::Evm => vec![
            vec![0x0c],
            vec![op::INVALID],
            vec![op::ADD],
            Evm::new().zeros(1025).code(),
            Evm::new().number(0).op(op::JUMP).code(),
            Evm::new().number(4).op(op::JUMP).number(op::JUMPDEST.into()).code(),
            Evm::new().push(&[0xff; 32]).op(op::MLOAD).code(),
            Evm::new().number(1).zeros(2).op(op::RETURNDATACOPY).code(),
            code.endless(),
        ],
        Code::Wasm => vec![
            Wasm::default().unreachable().code(),
            Wasm::default().call("finish", &[Arg::I32(-1), Arg::I32(1)], Keep::Nothing).code(),
            Wasm::default().call("no such function", &[], Keep::Nothing).code(),
            b"\0asm\x01\0\0\0".to_vec(),
            b"\0asm\x01\0\0\0\xff".to_vec(),
            code.endless(),
        ],
    }
}

fn failures(subject: &Subject, code: Code) -> Verdict {
    let vm = subject.vm()?;
    failing(code).into_iter().try_for_each(|program| Scene::new(code, program).fails(&vm).map(drop))
}

fn status(subject: &Subject, code: Code, program: Vec<u8>, statuses: &[StatusCode]) -> Verdict {
    let mut scene = Scene::new(code, program);
    let result = scene.fails(&subject.vm()?)?;
    if statuses.contains(&result.status) {
        return Ok(());
    }
    scene.equal("the status", Named(statuses[0]), Named(result.status))
}

/// Looks at the results of contracts that fail, as C sees them.
fn look<A: Abi>(
    subject: &Subject,
    code: Code,
    look: impl Fn(&evmc_result<A>) -> Option<String>,
) -> Verdict {
    let vm = Raw::<A>::new(subject)?;
    let revision = A::revision_number(code.revision()).unwrap_or_default();
    // A refund is there before the failure.
    let mut programs = failing(code);
    if code == Code::Evm {
        programs.push([code.stores(), vec![op::INVALID]].concat());
    }
    for program in programs {
        let mut host = Stage { stored: hebe_host::StorageStatus::Deleted, ..Stage::default() };
        let held = vm.execute(revision, &Raw::message(), &program, &mut host, |_| ())?;
        if let Some(wrong) = look(held.c()) {
            let program = Hex(&program[..program.len().min(40)]);
            return Err(format!("code {program:?} ended as {}: {wrong}", held.c().status_code));
        }
    }
    Ok(())
}

fn no_gas<A: Abi>(subject: &Subject, code: Code) -> Verdict {
    look::<A>(subject, code, |c| {
        (c.gas_left != 0).then(|| format!("gas_left is {}, not 0", c.gas_left))
    })
}

fn no_refund<A: Abi>(subject: &Subject, code: Code) -> Verdict {
    look::<A>(subject, code, |c| {
        let refund = c.gas_refund.get().unwrap_or_default();
        (refund != 0).then(|| format!("gas_refund is {refund}, not 0"))
    })
}

fn no_output<A: Abi>(subject: &Subject, code: Code) -> Verdict {
    look::<A>(subject, code, |c| {
        (c.output_size != 0).then(|| format!("output_size is {}, not 0", c.output_size))
    })
}
