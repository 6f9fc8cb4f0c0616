//! Hosts that lie: EVMC does not promise that a VM bears them, but a client's fault should not take the process along.

use super::super::{
    Check, Code, Rule, Subject,
    evm::{Evm, op},
    host::Stage,
    programs::OTHER,
    raw::{Raw, by_abi},
    scene::Verdict,
};
use crate::abi::*;
use hebe_host::{Revision, StatusCode};
use std::ptr;

/// A rule about a lie. What is done to the interface is generic over the ABI.
macro_rules! lie {
    ($name:literal, $says:literal, $programs:expr, $change:ident) => {
        Rule::should(
            $name,
            "beyond EVMC: a host that keeps to it does not do this",
            $says,
            Check::Evm(|subject| {
                fn check<A: Abi>(subject: &Subject) -> Verdict {
                    lie::<A>(subject, Revision::London, $programs, $change::<A>)
                }
                by_abi!(check, subject)
            }),
        )
    };
}

pub(super) const RULES: &[Rule] = &[
    lie!(
        "lie-call-output",
        "A nested result with a size and a null pointer is no crash.",
        calling(),
        call_output
    ),
    lie!(
        "lie-call-gas",
        "A nested result with negative gas gives the caller none that it has not.",
        calling(),
        call_gas
    ),
    lie!(
        "lie-call-more-gas",
        "A nested result with more gas than it got gives the caller none that it has not.",
        calling(),
        call_more_gas
    ),
    lie!(
        "lie-call-status",
        "A nested result with a status that there is not is no crash.",
        calling(),
        call_status
    ),
    lie!(
        "lie-storage-status",
        "A status of a store that there is not is no crash.",
        vec![Code::Evm.stores()],
        storage_status
    ),
    lie!(
        "lie-access-status",
        "An access that is neither cold nor warm is no crash.",
        vec![Code::Evm.loads(), Code::Evm.asks_balance()],
        access_status
    ),
    lie!(
        "lie-code-size",
        "Code of 2^64 - 1 bytes is no crash.",
        vec![Evm::new().push(&OTHER.0).op(op::EXTCODESIZE).give_top()],
        code_size
    ),
    lie!(
        "lie-copied-code",
        "A copy of more bytes than were asked for is no crash.",
        vec![Evm::new().number(32).zeros(2).push(&OTHER.0).op(op::EXTCODECOPY).give(32)],
        copied_code
    ),
    lie!(
        "lie-boolean",
        "A boolean of 2 is no crash.",
        vec![Code::Evm.destructs(), Code::Evm.calls(1)],
        boolean
    ),
    lie!(
        "null-functions",
        "An interface of null pointers is no crash.",
        vec![
            Code::Evm.stores(),
            Code::Evm.loads(),
            Code::Evm.asks_balance(),
            Code::Evm.calls(1),
            Code::Evm.creates(0),
            Code::Evm.logs(),
            Code::Evm.destructs(),
            Evm::new().op(op::NUMBER).give_top(),
            Evm::new().number(1).op(op::BLOCKHASH).give_top(),
        ],
        nothing
    ),
    Rule::should(
        "lie-blob-hashes",
        "beyond EVMC: a host that keeps to it does not do this",
        "Blob hashes with a count and a null pointer are no crash.",
        Check::Evm(|subject| by_abi!(blob_hashes, subject)),
    )
    .since(Revision::Cancun),
    Rule::should(
        "null-host",
        "beyond EVMC: host MUST NOT be NULL, unless there are precompiled contracts",
        "Code that asks nothing runs without a host, or is refused.",
        Check::Evm(|subject| by_abi!(null_host, subject)),
    ),
];

/// Contracts that call and create.
fn calling() -> Vec<Vec<u8>> {
    let mut all = vec![Code::Evm.calls(0), Code::Evm.calls(1), Code::Evm.creates(0)];
    // One that wants output in memory.
    let code = Evm::new().number(64).zeros(4).push(&OTHER.0).number(1_000).op(op::CALL).give(64);
    all.push(code);
    all
}

/// Runs code on a host with another interface: the VM must answer with what can be true.
fn lie<A: Abi>(
    subject: &Subject,
    revision: Revision,
    programs: Vec<Vec<u8>>,
    change: fn(&mut evmc_host_interface<A>),
) -> Verdict {
    let vm = Raw::<A>::new(subject)?;
    let number = A::revision_number(revision).unwrap_or_default();
    for program in programs {
        let message = Raw::<A>::message();
        let held = vm.execute(number, &message, &program, &mut Stage::default(), change)?;
        let (status, left) = (held.c().status_code, held.c().gas_left);
        if StatusCode::from_number(status).is_none() {
            return Err(format!("the status is {status}, which EVMC does not have"));
        }
        if !(0..=message.gas).contains(&left) {
            return Err(format!("gas_left is {left}, of {}", message.gas));
        }
        held.output()?;
    }
    Ok(())
}

fn call_output<A: Abi>(interface: &mut evmc_host_interface<A>) {
    unsafe extern "C" fn lie<A: Abi>(
        _: *mut evmc_host_context,
        _: *const evmc_message<A>,
    ) -> evmc_result<A> {
        evmc_result { output_size: 100, ..Default::default() }
    }
    interface.call = Some(lie::<A>);
}

fn call_gas<A: Abi>(interface: &mut evmc_host_interface<A>) {
    unsafe extern "C" fn lie<A: Abi>(
        _: *mut evmc_host_context,
        _: *const evmc_message<A>,
    ) -> evmc_result<A> {
        evmc_result { gas_left: -1_000_000_000, ..Default::default() }
    }
    interface.call = Some(lie::<A>);
}

fn call_more_gas<A: Abi>(interface: &mut evmc_host_interface<A>) {
    unsafe extern "C" fn lie<A: Abi>(
        _: *mut evmc_host_context,
        _: *const evmc_message<A>,
    ) -> evmc_result<A> {
        evmc_result { gas_left: i64::MAX, ..Default::default() }
    }
    interface.call = Some(lie::<A>);
}

fn call_status<A: Abi>(interface: &mut evmc_host_interface<A>) {
    unsafe extern "C" fn lie<A: Abi>(
        _: *mut evmc_host_context,
        _: *const evmc_message<A>,
    ) -> evmc_result<A> {
        evmc_result { status_code: 99, ..Default::default() }
    }
    interface.call = Some(lie::<A>);
}

fn storage_status<A: Abi>(interface: &mut evmc_host_interface<A>) {
    unsafe extern "C" fn lie(
        _: *mut evmc_host_context,
        _: *const evmc_address,
        _: *const evmc_bytes32,
        _: *const evmc_bytes32,
    ) -> evmc_storage_status {
        99
    }
    interface.set_storage = Some(lie);
}

fn access_status<A: Abi>(interface: &mut evmc_host_interface<A>) {
    unsafe extern "C" fn account<A: Abi>(
        _: *mut evmc_host_context,
        _: *const evmc_address,
    ) -> A::AccessStatus {
        7.into()
    }
    unsafe extern "C" fn storage<A: Abi>(
        _: *mut evmc_host_context,
        _: *const evmc_address,
        _: *const evmc_bytes32,
    ) -> A::AccessStatus {
        7.into()
    }
    interface.access_account = Some(account::<A>);
    interface.access_storage = Some(storage::<A>);
}

fn code_size<A: Abi>(interface: &mut evmc_host_interface<A>) {
    unsafe extern "C" fn lie(_: *mut evmc_host_context, _: *const evmc_address) -> usize {
        usize::MAX
    }
    interface.get_code_size = Some(lie);
}

fn copied_code<A: Abi>(interface: &mut evmc_host_interface<A>) {
    unsafe extern "C" fn lie(
        _: *mut evmc_host_context,
        _: *const evmc_address,
        _: usize,
        _: *mut u8,
        size: usize,
    ) -> usize {
        size.wrapping_add(1_000_000)
    }
    unsafe extern "C" fn size(_: *mut evmc_host_context, _: *const evmc_address) -> usize {
        32
    }
    interface.copy_code = Some(lie);
    interface.get_code_size = Some(size);
}

fn boolean<A: Abi>(interface: &mut evmc_host_interface<A>) {
    unsafe extern "C" fn exists(_: *mut evmc_host_context, _: *const evmc_address) -> u8 {
        2
    }
    unsafe extern "C" fn selfdestruct<A: Abi>(
        _: *mut evmc_host_context,
        _: *const evmc_address,
        _: *const evmc_address,
    ) -> A::Since10<u8> {
        Field::new(2)
    }
    interface.account_exists = Some(exists);
    interface.selfdestruct = Some(selfdestruct::<A>);
}

fn nothing<A: Abi>(interface: &mut evmc_host_interface<A>) {
    *interface = evmc_host_interface::default();
}

fn blob_hashes<A: Abi>(subject: &Subject) -> Verdict {
    unsafe extern "C" fn lie_of<A: Abi>(_: *mut evmc_host_context) -> evmc_tx_context<A> {
        evmc_tx_context { blob_hashes_count: Field::new(3), ..Default::default() }
    }
    let code = Evm::new().number(1).op(op::BLOBHASH).give_top();
    lie::<A>(subject, Revision::Cancun, vec![code], |interface| {
        interface.get_tx_context = Some(lie_of::<A>);
    })
}

fn null_host<A: Abi>(subject: &Subject) -> Verdict {
    let vm = Raw::<A>::new(subject)?;
    let execute = vm.functions.execute.ok_or("there is no function `execute`")?;
    let number = A::revision_number(Revision::London).unwrap_or_default();
    let (message, code) = (Raw::<A>::message(), [op::STOP]);
    // SAFETY: the VM lives, and all is borrowed from here or null; whether it bears that is what is asked. The result is
    // ours to release.
    let received = unsafe {
        let result = execute(
            vm.vm.as_ptr(),
            ptr::null(),
            ptr::null_mut(),
            number,
            &message,
            code.as_ptr(),
            code.len(),
        );
        crate::result::Received::new(result)
    };
    match StatusCode::from_number(received.as_c().status_code) {
        Some(_) => Ok(()),
        None => {
            Err(format!("the status is {}, which EVMC does not have", received.as_c().status_code))
        }
    }
}
