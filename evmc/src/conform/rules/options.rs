//! Options: those that nobody has, and those that are set at odd times.

use super::super::{
    Check, Rule, Subject,
    evm::op,
    raw::{Raw, by_abi},
    scene::{Scene, Verdict},
};
use crate::{OptionRefused, abi::*};
use std::{ffi::CStr, ptr};

pub(super) const RULES: &[Rule] = &[
    Rule::must(
        "unknown-option",
        "evmc.h, evmc_set_option_fn; evmc-vmtester",
        "An option that the VM does not have is refused as INVALID_NAME, whatever its value.",
        Check::Usable(unknown),
    ),
    Rule::must(
        "known-option-bad-value",
        "evmc.h, evmc_set_option_fn; evmc-vmtester",
        "Where there is an option `verbose`, a value that makes no sense is refused as INVALID_VALUE.",
        Check::Usable(bad_value),
    ),
    Rule::should(
        "null-option-value",
        "evmc-vmtester (evmc.h forbids clients to do it)",
        "An unknown option with a null pointer as its value is refused as INVALID_NAME.",
        Check::Usable(|subject| by_abi!(null_value, subject)),
    ),
    Rule::should(
        "null-option-name",
        "beyond EVMC, which forbids clients to do it",
        "A null pointer as an option's name is refused.",
        Check::Usable(|subject| by_abi!(null_name, subject)),
    ),
    Rule::must(
        "options-between-executions",
        "evmc.h, evmc_set_option_fn",
        "An option that is refused between two executions changes nothing.",
        Check::Evm(between),
    ),
];

const NAME: &str = "no_option_of_this_name";

fn unknown(subject: &Subject) -> Verdict {
    let mut vm = subject.vm()?;
    let long = "x".repeat(10_000);
    for (name, value) in [
        (NAME, "1"),
        (NAME, ""),
        (NAME, "true"),
        (NAME, &long),
        (&long, "1"),
        ("", "1"),
        ("é", "ü"),
    ] {
        let short: String = name.chars().take(30).collect();
        match vm.set_option(name, value) {
            Err(OptionRefused::InvalidName(_) | OptionRefused::NoOptions) => {}
            Err(other) => return Err(format!("option `{short}` must be INVALID_NAME: {other}")),
            Ok(()) => return Err(format!("option `{short}` was accepted, which is none")),
        }
    }
    Ok(())
}

fn bad_value(subject: &Subject) -> Verdict {
    let mut vm = subject.vm()?;
    let is_known = !matches!(
        vm.set_option("verbose", "1"),
        Err(OptionRefused::InvalidName(_) | OptionRefused::NoOptions)
    );
    match vm.set_option("verbose", "zxcvbnm") {
        Ok(()) if is_known => Err("option `verbose` took the value `zxcvbnm`".to_owned()),
        Err(OptionRefused::BadAnswer { name, answer }) => {
            Err(format!("option `{name}` was answered with {answer}, which EVMC does not have"))
        }
        _ => Ok(()),
    }
}

fn null_value<A: Abi>(subject: &Subject) -> Verdict {
    match set::<A>(subject, Some(c"no_option_of_this_name"), None)? {
        None | Some(EVMC_SET_OPTION_INVALID_NAME) => Ok(()),
        Some(answer) => Err(format!("a null value was answered with {answer}, not 1")),
    }
}

fn null_name<A: Abi>(subject: &Subject) -> Verdict {
    match set::<A>(subject, None, Some(c"1"))? {
        None | Some(EVMC_SET_OPTION_INVALID_NAME | EVMC_SET_OPTION_INVALID_VALUE) => Ok(()),
        Some(answer) => Err(format!("a null name was answered with {answer}, not 1")),
    }
}

/// The VM's answer to an option; `None` where it has no options.
fn set<A: Abi>(
    subject: &Subject,
    name: Option<&CStr>,
    value: Option<&CStr>,
) -> Result<Option<evmc_set_option_result>, String> {
    let vm = Raw::<A>::new(subject)?;
    let pointer = |text: Option<&CStr>| text.map_or(ptr::null(), CStr::as_ptr);
    // SAFETY: the VM lives; whether it bears null is what is asked.
    Ok(vm
        .functions
        .set_option
        .map(|set| unsafe { set(vm.vm.as_ptr(), pointer(name), pointer(value)) }))
}

fn between(subject: &Subject) -> Verdict {
    let mut vm = subject.vm()?;
    let mut scene = Scene::evm([op::STOP]);
    let before = scene.succeeds(&vm)?;
    // Whether it is refused is another rule.
    let _ = vm.set_option(NAME, "1");
    let after = scene.succeeds(&vm)?;
    scene.equal("the second result", before, after)
}
