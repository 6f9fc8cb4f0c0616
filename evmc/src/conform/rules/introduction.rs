//! What a library says of itself, and how VMs come and go.

use super::super::{
    Check, Rule, Subject,
    evm::op,
    raw::{Raw, by_abi},
    scene::{Scene, Verdict},
};
use crate::{abi::*, pointers, result::Received};
use hebe_host::StatusCode;
use std::{ffi::c_char, ptr};

pub(super) const RULES: &[Rule] = &[
    Rule::must(
        "abi-version",
        "evmc.h, evmc_vm::abi_version; evmc-vmtester",
        "Every VM of a library has the same ABI version.",
        Check::Any(|subject| by_abi!(abi_version, subject)),
    ),
    Rule::must(
        "name",
        "evmc.h, evmc_vm::name; evmc-vmtester",
        "The name is a text in UTF-8 that is not empty.",
        Check::Any(|subject| by_abi!(name, subject)),
    ),
    Rule::must(
        "version",
        "evmc.h, evmc_vm::version; evmc-vmtester",
        "The version is a text in UTF-8 that is not empty.",
        Check::Any(|subject| by_abi!(version, subject)),
    ),
    Rule::must(
        "functions",
        "evmc.h, evmc_vm",
        "The functions `destroy`, `execute` and (up to ABI 13) `get_capabilities` are there.",
        Check::Any(|subject| by_abi!(functions, subject)),
    ),
    Rule::must(
        "capabilities",
        "evmc.h, evmc_capabilities; evmc-vmtester",
        "A VM is capable of something.",
        Check::Usable(capabilities),
    )
    .abis(9..=13),
    Rule::must(
        "precompiles",
        "EIP-2003, EIP-1352; evmc-vmtester",
        "A VM with the capability PRECOMPILES runs those addresses without code and host, or rejects them.",
        Check::Usable(|subject| by_abi!(precompiles, subject)),
    )
    .abis(9..=13),
    Rule::must(
        "two-vms",
        "evmc.h, evmc_create_example_vm",
        "A VM goes on when another one of the library is destroyed.",
        Check::Evm(two_vms),
    ),
    Rule::must(
        "many-vms",
        "evmc.h, evmc_destroy_fn",
        "VMs can be made and destroyed many times.",
        Check::Evm(many_vms),
    ),
];

fn abi_version<A: Abi>(subject: &Subject) -> Verdict {
    let first = Raw::<A>::new(subject)?;
    let second = Raw::<A>::new(subject)?;
    let versions = [first.functions.abi_version, second.functions.abi_version];
    if versions == [A::VERSION; 2] {
        Ok(())
    } else {
        Err(format!(
            "of two VMs, abi_version is {versions:?}, and was {} of a first one",
            A::VERSION
        ))
    }
}

fn name<A: Abi>(subject: &Subject) -> Verdict {
    let vm = Raw::<A>::new(subject)?;
    // SAFETY: EVMC requires it to be a text that lives as long as the VM, which is destroyed after this.
    unsafe { text("name", vm.functions.name) }
}

fn version<A: Abi>(subject: &Subject) -> Verdict {
    let vm = Raw::<A>::new(subject)?;
    // SAFETY: as for the name.
    unsafe { text("version", vm.functions.version) }
}

/// Whether there is a text.
///
/// # Safety
///
/// That of [`pointers::text`].
unsafe fn text(what: &str, pointer: *const c_char) -> Verdict {
    if pointer.is_null() {
        return Err(format!("{what} is a null pointer"));
    }
    // SAFETY: the caller's promise.
    match unsafe { pointers::text(pointer) } {
        None => Err(format!("{what} is not UTF-8")),
        Some("") => Err(format!("{what} is empty")),
        Some(_) => Ok(()),
    }
}

fn functions<A: Abi>(subject: &Subject) -> Verdict {
    let functions = Raw::<A>::new(subject)?.functions;
    let no_capabilities = functions.get_capabilities.get().is_some_and(|it| it.is_none());
    let missing = [
        ("destroy", functions.destroy.is_none()),
        ("execute", functions.execute.is_none()),
        ("get_capabilities", no_capabilities),
    ];
    match missing.iter().find(|(_, is_missing)| *is_missing) {
        Some((name, _)) => Err(format!("{name} is a null pointer")),
        None => Ok(()),
    }
}

fn capabilities(subject: &Subject) -> Verdict {
    let all = EVMC_CAPABILITY_EVM1 | EVMC_CAPABILITY_EWASM | EVMC_CAPABILITY_PRECOMPILES;
    match subject.vm()?.capabilities().unwrap_or_default() {
        has if has & all == 0 => Err(format!("its capabilities are {has:#x}, which is none")),
        _ => Ok(()),
    }
}

fn precompiles<A: Abi>(subject: &Subject) -> Verdict {
    let has = subject.vm()?.capabilities().unwrap_or_default();
    if has & EVMC_CAPABILITY_PRECOMPILES == 0 {
        return Ok(());
    }
    let vm = Raw::<A>::new(subject)?;
    let execute = vm.functions.execute.ok_or("there is no function `execute`")?;
    let revision = A::revision_number(A::LAST).unwrap_or_default();
    for number in 0..=u16::MAX {
        let mut account = evmc_address::default();
        account.bytes[18..].copy_from_slice(&number.to_be_bytes());
        let code_address = Field::new(account);
        let message = evmc_message { recipient: account, code_address, ..Raw::<A>::message() };
        let (host, context, code) = (ptr::null(), ptr::null_mut(), ptr::null());
        // SAFETY: the VM lives, and all is borrowed from here or null, which EVMC allows for this capability. The result
        // is ours to release.
        let received = unsafe {
            Received::new(execute(vm.vm.as_ptr(), host, context, revision, &message, code, 0))
        };
        use StatusCode::{Failure, OutOfGas, Rejected, Revert, Success};
        let status = StatusCode::from_number(received.as_c().status_code);
        if !status.is_some_and(|it| [Success, OutOfGas, Failure, Revert, Rejected].contains(&it)) {
            let status = received.as_c().status_code;
            return Err(format!("the contract at {number:#x} ended with status {status}"));
        }
    }
    Ok(())
}

fn two_vms(subject: &Subject) -> Verdict {
    let (first, second) = (subject.vm()?, subject.vm()?);
    let mut scene = Scene::evm([op::STOP]);
    scene.succeeds(&first)?;
    scene.succeeds(&second)?;
    drop(first);
    scene.succeeds(&second)?;
    drop(second);
    scene.succeeds(&subject.vm()?).map(drop)
}

fn many_vms(subject: &Subject) -> Verdict {
    for _ in 0..100 {
        Scene::evm([op::STOP]).succeeds(&subject.vm()?)?;
    }
    Ok(())
}
