//! Revisions: their numbers differ between ABIs, and what each has.

use super::super::{
    Check, Code, Rule, Subject,
    evm::{Evm, op},
    host::Stage,
    raw::{Raw, by_abi},
    scene::{Scene, Verdict},
};
use crate::abi::*;
use hebe_host::{Revision, StatusCode};

/// A rule about an instruction that came with a revision. The code before it puts its operands on the stack.
macro_rules! since {
    ($name:literal, $source:literal, $revision:ident, $zeros:literal, $opcode:ident) => {
        Rule::must(
            $name,
            $source,
            concat!(
                stringify!($opcode),
                " is there since ",
                stringify!($revision),
                ", and not before."
            ),
            Check::Evm(|subject| {
                let code = Evm::new().zeros($zeros).op(op::$opcode).code();
                came_with(subject, code, Revision::$revision)
            }),
        )
        .since(Revision::$revision)
    };
}

pub(super) const RULES: &[Rule] = &[
    Rule::must(
        "revisions",
        "evmc.h, evmc_revision and EVMC_REJECTED",
        "At each revision that the ABI names, code runs or is REJECTED.",
        Check::Evm(|subject| by_abi!(numbers, subject)),
    ),
    Rule::should(
        "revisions-beyond",
        "evmc.h, EVMC_REJECTED",
        "At a number that is no revision of the ABI, no code runs.",
        Check::Evm(|subject| by_abi!(beyond, subject)),
    ),
    since!("since-delegatecall", "EIP-7", Homestead, 6, DELEGATECALL),
    since!("since-returndatasize", "EIP-211", Byzantium, 0, RETURNDATASIZE),
    since!("since-staticcall", "EIP-214", Byzantium, 6, STATICCALL),
    Rule::must(
        "since-revert",
        "EIP-140",
        "REVERT is there since Byzantium, and not before.",
        Check::Evm(since_revert),
    ),
    since!("since-shl", "EIP-145", Petersburg, 2, SHL),
    since!("since-extcodehash", "EIP-1052", Petersburg, 1, EXTCODEHASH),
    since!("since-create2", "EIP-1014", Petersburg, 4, CREATE2),
    since!("since-chainid", "EIP-1344", Istanbul, 0, CHAINID),
    since!("since-selfbalance", "EIP-1884", Istanbul, 0, SELFBALANCE),
    since!("since-basefee", "EIP-3198", London, 0, BASEFEE),
    since!("since-push0", "EIP-3855", Shanghai, 0, PUSH0),
    since!("since-tload", "EIP-1153", Cancun, 1, TLOAD),
    since!("since-tstore", "EIP-1153", Cancun, 2, TSTORE),
    since!("since-mcopy", "EIP-5656", Cancun, 3, MCOPY),
    since!("since-blobhash", "EIP-4844", Cancun, 1, BLOBHASH),
    since!("since-blobbasefee", "EIP-7516", Cancun, 0, BLOBBASEFEE),
    since!("since-clz", "EIP-7939", Osaka, 1, CLZ),
];

/// The status of STOP at a number.
fn stop_at<A: Abi>(vm: &Raw<A>, number: i32) -> Result<i32, String> {
    let held = vm.execute(number, &Raw::message(), &[op::STOP], &mut Stage::default(), |_| ())?;
    Ok(held.c().status_code)
}

fn numbers<A: Abi>(subject: &Subject) -> Verdict {
    let vm = Raw::<A>::new(subject)?;
    for (number, revision) in (0..).zip(A::REVISIONS) {
        let status = stop_at(&vm, number)?;
        if ![StatusCode::Success.number(), StatusCode::Rejected.number()].contains(&status) {
            return Err(format!("STOP at {revision}, number {number}, ended with status {status}"));
        }
    }
    Ok(())
}

fn beyond<A: Abi>(subject: &Subject) -> Verdict {
    let vm = Raw::<A>::new(subject)?;
    let count = i32::try_from(A::REVISIONS.len()).unwrap_or(i32::MAX);
    for number in [count, count + 1, 100, 1_000_000, i32::MAX, -1, i32::MIN] {
        if stop_at(&vm, number)? == StatusCode::Success.number() {
            return Err(format!(
                "STOP at revision {number} succeeded, which ABI {} does not have",
                A::VERSION
            ));
        }
    }
    Ok(())
}

/// What came of code at a revision: whether it ran; `None` where the revision is rejected or not in the ABI.
fn runs(subject: &Subject, code: &[u8], revision: Revision) -> Result<Option<bool>, String> {
    let vm = subject.vm()?;
    if !vm.carries(revision) {
        return Ok(None);
    }
    let mut scene = Scene::evm(code).at(revision);
    let result = scene.run(&vm)?;
    Ok(match result.status {
        StatusCode::Rejected => None,
        StatusCode::Success => Some(true),
        _ => Some(false),
    })
}

/// Code that runs since a revision, and fails before it.
fn came_with(subject: &Subject, code: Vec<u8>, since: Revision) -> Verdict {
    let mut revisions = Revision::ALL.map(|(revision, _)| revision).to_vec();
    // It had them, too, and Petersburg took none of them away.
    revisions.retain(|revision| *revision != Revision::Constantinople);
    for revision in revisions.into_iter().filter(|revision| *revision < Revision::Amsterdam) {
        let wanted = revision >= since;
        match runs(subject, &code, revision)? {
            Some(came) if came != wanted => {
                let did = if came { "runs" } else { "fails" };
                let code = &code[..code.len().min(20)];
                return Err(format!("code {code:02x?} {did} at {revision}, and came with {since}"));
            }
            _ => {}
        }
    }
    Ok(())
}

fn since_revert(subject: &Subject) -> Verdict {
    let vm = subject.vm()?;
    for (revision, wanted) in
        [(Revision::SpuriousDragon, false), (Revision::Byzantium, true), (vm.last_revision(), true)]
    {
        let mut scene = Scene::evm(Code::Evm.reverts(b"")).at(revision);
        let status = scene.run(&vm)?.status;
        if status != StatusCode::Rejected {
            scene.equal("whether it ends as REVERT", wanted, status == StatusCode::Revert)?;
        }
    }
    Ok(())
}
