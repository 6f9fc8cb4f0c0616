//! Static mode: what may not happen in it, and who else is in it.

use super::super::{
    Check, Code, Rule, Subject,
    evm::{Evm, op},
    programs::OTHER,
    scene::{Scene, Verdict},
};
use hebe_host::{Revision, StatusCode};

pub(super) const RULES: &[Rule] = &[
    Rule::must(
        "static-changes-nothing",
        "EIP-214; evmc.h, EVMC_STATIC",
        "In static mode, what would change the state fails, and the host is asked for no change.",
        Check::Each(changes_nothing),
    ),
    Rule::should(
        "static-status",
        "evmc.h, EVMC_STATIC_MODE_VIOLATION",
        "In static mode, what would change the state ends as STATIC_MODE_VIOLATION.",
        Check::Each(status),
    ),
    Rule::must(
        "static-is-inherited",
        "EIP-214; evmc.h, EVMC_STATIC",
        "Whatever is called in static mode is called with the flag STATIC.",
        Check::Evm(inherited),
    ),
    Rule::must(
        "static-is-not-forever",
        "evmc.h, evmc_message::flags",
        "A call without the flag STATIC can change the state after one with it.",
        Check::Each(not_forever),
    ),
    Rule::must(
        "static-allows-the-rest",
        "EIP-214",
        "In static mode, CALL without value, and CALLCODE even with value, are allowed.",
        Check::Evm(allows),
    ),
];

/// Contracts that would change the state, and the revision that they run at.
fn changing(subject: &Subject, code: Code) -> Vec<(Vec<u8>, Revision)> {
    let mut programs =
        vec![code.stores(), code.logs(), code.calls(1), code.creates(0), code.destructs()];
    if code == Code::Evm {
        for topics in [0, 1, 3, 4] {
            programs.push(Evm::new().zeros(6).op(op::LOG0 + topics).code());
        }
        programs.push(Evm::new().zeros(4).op(op::CREATE2).code());
    }
    let mut all: Vec<_> = programs.into_iter().map(|program| (program, code.revision())).collect();
    if code == Code::Evm && super::super::last_revision(subject.abi()) >= Revision::Cancun {
        all.push((Evm::new().zeros(2).op(op::TSTORE).code(), Revision::Cancun));
    }
    all
}

fn scene(code: Code, program: Vec<u8>, revision: Revision) -> Scene<'static> {
    let mut scene = Scene::new(code, program).at(revision);
    scene.message.is_static = true;
    scene
}

fn changes_nothing(subject: &Subject, code: Code) -> Verdict {
    let vm = subject.vm()?;
    for (program, revision) in changing(subject, code) {
        let mut scene = scene(code, program, revision);
        scene.fails(&vm)?;
        let changes: Vec<_> = scene.host.asked.iter().filter(|asked| asked.is_change()).collect();
        scene.equal("what the host is asked to change", vec![], changes)?;
    }
    Ok(())
}

fn status(subject: &Subject, code: Code) -> Verdict {
    let vm = subject.vm()?;
    for (program, revision) in changing(subject, code) {
        scene(code, program, revision).ends(&vm, StatusCode::StaticModeViolation)?;
    }
    Ok(())
}

/// A call of a kind, which ends with the byte that says whether it went well.
fn call(opcode: u8, value: Option<u64>) -> Vec<u8> {
    let code = value.into_iter().fold(Evm::new().zeros(4), Evm::number);
    code.push(&OTHER.0).number(50_000).op(opcode).give_answer()
}

fn inherited(subject: &Subject) -> Verdict {
    let vm = subject.vm()?;
    for (opcode, value) in [
        (op::CALL, Some(0)),
        (op::CALLCODE, Some(0)),
        (op::DELEGATECALL, None),
        (op::STATICCALL, None),
    ] {
        for is_static in [true, false] {
            let mut scene = Scene::evm(call(opcode, value));
            scene.message.is_static = is_static;
            scene.gives(&vm, &[1])?;
            let wanted = is_static || opcode == op::STATICCALL;
            scene.equal("whether the flag STATIC is sent", wanted, scene.sent()?.is_static)?;
        }
    }
    Ok(())
}

fn not_forever(subject: &Subject, code: Code) -> Verdict {
    let vm = subject.vm()?;
    scene(code, code.stores(), code.revision()).fails(&vm)?;
    Scene::new(code, code.stores()).succeeds(&vm).map(drop)
}

fn allows(subject: &Subject) -> Verdict {
    let vm = subject.vm()?;
    for (opcode, value) in [(op::CALL, 0), (op::CALLCODE, 0), (op::CALLCODE, 1)] {
        let mut scene = scene(Code::Evm, call(opcode, Some(value)), Code::Evm.revision());
        scene.gives(&vm, &[1])?;
        scene.sent()?;
    }
    Ok(())
}
