//! Results: whose memory they are, and what is in them.

use super::super::{
    Check, Code, Rule, Subject,
    host::Stage,
    raw::{Held, Raw, by_abi},
    scene::{Hex, Scene, Verdict},
};
use crate::abi::*;
use hebe_host::StatusCode;
use std::sync::atomic::{AtomicU32, Ordering};

pub(super) const RULES: &[Rule] = &[
    Rule::must(
        "success",
        "evmc.h, EVMC_SUCCESS",
        "Code that ends well is a SUCCESS with its output and the gas that is left.",
        Check::Each(|subject, code| ends(subject, code, StatusCode::Success)),
    ),
    Rule::must(
        "revert",
        "evmc.h, EVMC_REVERT; EIP-140",
        "Code that reverts is a REVERT with its output and the gas that is left.",
        Check::Each(|subject, code| ends(subject, code, StatusCode::Revert)),
    ),
    Rule::must(
        "output-until-release",
        "evmc.h, evmc_result::output_data",
        "An output stays what it is until its result is released, whatever is executed meanwhile.",
        Check::Each(|subject, code| by_abi!(until_release, subject, code)),
    ),
    Rule::should(
        "output-after-destroy",
        "beyond EVMC: results are released by their own function",
        "An output can still be read and released when the VM is destroyed.",
        Check::Each(|subject, code| by_abi!(after_destroy, subject, code)),
    ),
    Rule::must(
        "no-output-no-size",
        "evmc.h, evmc_result::output_size; evmc-vmtester",
        "Where the output is a null pointer, its size is 0, and where it is none, its size is not 0.",
        Check::Each(|subject, code| by_abi!(no_output, subject, code)),
    ),
    Rule::must(
        "no-create-address",
        "evmc.h, evmc_result::create_address; evmc-vmtester",
        "A VM never answers with the address of a new contract.",
        Check::Each(|subject, code| by_abi!(no_create_address, subject, code)),
    )
    .abis(9..=13),
    Rule::must(
        "releases-results",
        "evmc.h, evmc_result::release",
        "The result of each nested call is released once.",
        Check::Each(|subject, code| by_abi!(releases, subject, code)),
    ),
    Rule::must(
        "result-without-release",
        "evmc.h, evmc_result::release",
        "The result of a nested call may have nothing to release.",
        Check::Each(|subject, code| by_abi!(no_release, subject, code)),
    ),
];

fn ends(subject: &Subject, code: Code, status: StatusCode) -> Verdict {
    let vm = subject.vm()?;
    for output in [&b""[..], b"o", &[7; 1000]] {
        let program = match status {
            StatusCode::Revert => code.reverts(output),
            _ => code.gives(output),
        };
        let mut scene = Scene::new(code, program);
        let result = scene.ends(&vm, status)?;
        scene.equal("the output", Hex(output), Hex(&result.output))?;
        scene.equal("whether gas is left", true, result.gas_left > 0)?;
    }
    Ok(())
}

/// Executes code as C does.
fn execute<A: Abi>(vm: &Raw<A>, kind: Code, code: &[u8]) -> Result<Held<A>, String> {
    let revision = A::revision_number(kind.revision()).unwrap_or_default();
    vm.execute(revision, &Raw::message(), code, &mut Stage::default(), |_| ())
}

fn is(held: &Held<impl Abi>, wanted: &[u8], when: &str) -> Verdict {
    let output = held.output()?;
    if output == wanted {
        Ok(())
    } else {
        Err(format!("{when}, an output of {:?} is {:?}", Hex(wanted), Hex(&output)))
    }
}

fn until_release<A: Abi>(subject: &Subject, code: Code) -> Verdict {
    let vm = Raw::<A>::new(subject)?;
    let first = execute(&vm, code, &code.gives(b"first output"))?;
    let second = execute(&vm, code, &code.reverts(b"second output"))?;
    is(&first, b"first output", "after another execution")?;
    is(&second, b"second output", "beside another result")?;
    drop(first);
    is(&second, b"second output", "when another result is released")?;
    execute(&vm, code, &code.gives(b"third output"))?;
    is(&second, b"second output", "after another execution")
}

fn after_destroy<A: Abi>(subject: &Subject, code: Code) -> Verdict {
    let vm = Raw::<A>::new(subject)?;
    let held = execute(&vm, code, &code.gives(b"output"))?;
    drop(vm);
    is(&held, b"output", "when the VM is destroyed")
}

fn no_output<A: Abi>(subject: &Subject, code: Code) -> Verdict {
    let vm = Raw::<A>::new(subject)?;
    for program in [code.gives(b""), code.gives(b"output"), code.fails(), code.reverts(b"")] {
        let held = execute(&vm, code, &program)?;
        let (data, size) = (held.c().output_data, held.c().output_size);
        if data.is_null() != (size == 0) {
            let is = if data.is_null() { "a null pointer" } else { "not null" };
            return Err(format!(
                "{:?}: output_data is {is}, and output_size {size}",
                Hex(&program)
            ));
        }
    }
    Ok(())
}

fn no_create_address<A: Abi>(subject: &Subject, code: Code) -> Verdict {
    let vm = Raw::<A>::new(subject)?;
    for program in [code.gives(b""), code.fails(), code.creates(0)] {
        let held = execute(&vm, code, &program)?;
        let address = held.c().create_address.get().unwrap_or_default();
        if address != evmc_address::default() {
            return Err(format!(
                "{:?}: create_address is {:?}",
                Hex(&program),
                Hex(&address.bytes)
            ));
        }
    }
    Ok(())
}

/// How often results of [`counted`] were released.
static RELEASED: AtomicU32 = AtomicU32::new(0);
static OUTPUT: [u8; 4] = *b"echo";

unsafe extern "C" fn count<A: Abi>(_: *const evmc_result<A>) {
    RELEASED.fetch_add(1, Ordering::Relaxed);
}

fn result<A: Abi>(release: Option<evmc_release_result_fn<A>>) -> evmc_result<A> {
    let (output_data, output_size) = (OUTPUT.as_ptr(), OUTPUT.len());
    evmc_result { output_data, output_size, release, ..Default::default() }
}

unsafe extern "C" fn counted<A: Abi>(
    _: *mut evmc_host_context,
    _: *const evmc_message<A>,
) -> evmc_result<A> {
    result(Some(count::<A>))
}

unsafe extern "C" fn not_released<A: Abi>(
    _: *mut evmc_host_context,
    _: *const evmc_message<A>,
) -> evmc_result<A> {
    result(None)
}

/// Calls a host with another function `call`.
fn calls<A: Abi>(subject: &Subject, code: Code, call: evmc_call_fn<A>) -> Verdict {
    let vm = Raw::<A>::new(subject)?;
    let revision = A::revision_number(code.revision()).unwrap_or_default();
    let (program, mut host) = (code.calls(0), Stage::default());
    let change = |interface: &mut evmc_host_interface<A>| interface.call = Some(call);
    let held = vm.execute(revision, &Raw::message(), &program, &mut host, change)?;
    is(&held, &[&[code.answer(true)], &OUTPUT[..]].concat(), "after a nested call")
}

fn releases<A: Abi>(subject: &Subject, code: Code) -> Verdict {
    RELEASED.store(0, Ordering::Relaxed);
    calls::<A>(subject, code, counted::<A>)?;
    match RELEASED.load(Ordering::Relaxed) {
        1 => Ok(()),
        times => Err(format!("the result of a nested call was released {times} times")),
    }
}

fn no_release<A: Abi>(subject: &Subject, code: Code) -> Verdict {
    calls::<A>(subject, code, not_released::<A>)
}
