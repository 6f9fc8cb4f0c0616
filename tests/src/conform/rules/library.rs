//! The library and its VMs.

use crate::{
    ScriptedHost,
    conform::subject::{Kind, Program, Subject, message},
};
use hebe_evmc::{LoadedVm, OptionRefused};
use hebe_host::StatusCode;

pub(super) fn has_a_name(subject: &Subject) -> Result<(), String> {
    let (name, version) = (subject.vm.name(), subject.vm.version());
    if name.is_empty() || version.is_empty() {
        return Err(format!("its name is `{name}` and its version `{version}`"));
    }
    Ok(())
}

pub(super) fn says_what_it_runs(subject: &Subject) -> Result<(), String> {
    match subject.vm.capabilities() {
        Some(0) => Err("it says that it can run nothing".to_owned()),
        _ => Ok(()),
    }
}

pub(super) fn knows_its_options(subject: &Subject) -> Result<(), String> {
    let mut vm = another(subject)?;
    for _ in 0..2 {
        match vm.set_option("hebe-conform: no such option", "1") {
            Err(OptionRefused::InvalidName(_) | OptionRefused::NoOptions) => {}
            Ok(()) => return Err("it took an option that no VM has".to_owned()),
            Err(other) => return Err(format!("of an option that no VM has, it said: {other}")),
        }
        // Once more after it has run something.
        let _ = vm.execute(subject.revision(), &message(), &[], &mut ScriptedHost::default());
    }
    Ok(())
}

fn another(subject: &Subject) -> Result<LoadedVm, String> {
    LoadedVm::load_with_options(&subject.library)
        .map_err(|error| format!("it can be loaded once, and not again: {error}"))
}

pub(super) fn can_be_made_often(subject: &Subject) -> Result<(), String> {
    for _ in 0..100 {
        drop(another(subject)?);
    }
    // The first one still works.
    says_seven(subject)
}

pub(super) fn keeps_to_itself(subject: &Subject) -> Result<(), String> {
    let other = another(subject)?;
    let _ = other.execute(subject.revision(), &message(), &[], &mut ScriptedHost::default());
    drop(other);
    says_seven(subject)
}

/// A contract that finishes with the byte 7.
const SEVEN: Program = Program {
    evm: "7 0 MSTORE8 1 0 RETURN",
    wasm: "(i32.store8 (i32.const 0) (i32.const 7)) (call $finish (i32.const 0) (i32.const 1))",
};

fn says_seven(subject: &Subject) -> Result<(), String> {
    subject.gives("an output", SEVEN, &message(), Default::default(), &[7])
}

/// All that EVMC says is that a VM may answer REJECTED. So anything but a crash will do, and success only where the ABI has
/// the revision.
pub(super) fn survives_unknown_revisions(subject: &Subject) -> Result<(), String> {
    let code = match subject.kind {
        Kind::Evm => vec![0],
        Kind::Wasm => crate::contract(""),
    };
    for number in [-1, 100, i32::MAX, i32::MIN] {
        let status = subject.vm.status_at(number, &code);
        if status == StatusCode::Success.number() {
            return Err(format!("it ran code at revision {number}, which there is not"));
        }
    }
    Ok(())
}
