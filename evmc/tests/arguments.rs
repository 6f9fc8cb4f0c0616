//! Every argument that a client can get wrong is answered with a status.

#![allow(unsafe_code)] // Tests speak to the VM as C does.

mod common;

use common::{ECHO, Ended, RawVm, message, wasm};
use hebe::abi::*;
use hebe_host::StatusCode;
use std::{
    ffi::CStr,
    ptr::{self, dangling, null, null_mut},
};

const SUCCESS: i32 = EVMC_SET_OPTION_SUCCESS;
const INVALID_NAME: i32 = EVMC_SET_OPTION_INVALID_NAME;
const INVALID_VALUE: i32 = EVMC_SET_OPTION_INVALID_VALUE;

#[test]
fn the_vm_introduces_itself() {
    let functions = RawVm::new().functions();
    assert_eq!(functions.abi_version, 12);
    // SAFETY: static texts.
    let (name, version) =
        unsafe { (CStr::from_ptr(functions.name), CStr::from_ptr(functions.version)) };
    assert_eq!(name, c"hebe");
    assert_eq!(version.to_str(), Ok(env!("CARGO_PKG_VERSION")));
}

#[test]
fn options_are_set_or_refused() {
    let vm = RawVm::new();
    assert_eq!(vm.set("debug", "true"), SUCCESS);
    assert_eq!(vm.set("debug", "maybe"), INVALID_VALUE);
    assert_eq!(vm.set("debug", ""), INVALID_VALUE);
    assert_eq!(vm.set("Debug", "true"), INVALID_NAME);
    assert_eq!(vm.set("", ""), INVALID_NAME);
    assert_eq!(vm.set("sys:sentinel", "/nonexistent"), INVALID_VALUE);
}

#[test]
fn null_and_garbled_options_are_refused() {
    let vm = RawVm::new();
    assert_eq!(vm.set_raw(None, Some(c"true")), INVALID_NAME);
    assert_eq!(vm.set_raw(None, None), INVALID_NAME);
    assert_eq!(vm.set_raw(Some(c"debug"), None), INVALID_VALUE);
    assert_eq!(vm.set_raw(Some(c"no such option"), None), INVALID_NAME);
    assert_eq!(vm.set_raw(Some(c"debug\xff"), Some(c"true")), INVALID_NAME);
    assert_eq!(vm.set_raw(Some(c"debug"), Some(c"true\xff")), INVALID_VALUE);
}

#[test]
fn a_refused_option_keeps_the_old_setting() {
    let vm = RawVm::new();
    assert_eq!(vm.capabilities(), EVMC_CAPABILITY_EWASM | EVMC_CAPABILITY_EVM1);
    assert_eq!(vm.set("evm1mode", "reject"), SUCCESS);
    assert_eq!(vm.capabilities(), EVMC_CAPABILITY_EWASM);
    assert_eq!(vm.set("evm1mode", "nonsense"), INVALID_VALUE);
    assert_eq!(vm.set_raw(Some(c"evm1mode"), None), INVALID_VALUE);
    assert_eq!(vm.capabilities(), EVMC_CAPABILITY_EWASM);
    assert_eq!(vm.set("evm1mode", "fallback"), SUCCESS);
    assert_eq!(vm.capabilities(), EVMC_CAPABILITY_EWASM | EVMC_CAPABILITY_EVM1);
}

#[test]
fn a_null_vm_is_no_crash() {
    let functions = RawVm::new().functions();
    // SAFETY: null is allowed everywhere here.
    unsafe {
        functions.destroy.unwrap()(null_mut());
        assert_eq!(functions.get_capabilities.unwrap()(null_mut()), 0);
        let (name, value) = (c"debug".as_ptr(), c"true".as_ptr());
        assert_eq!(functions.set_option.unwrap()(null_mut(), name, value), INVALID_NAME);
        let execute = functions.execute.unwrap();
        let result = execute(null_mut(), null(), null_mut(), 4, &message(), null(), 0);
        assert_eq!(Ended::new(result).status, StatusCode::InternalError);
    }
}

/// The status of an execution without a host.
fn status(revision: i32, message: *const evmc_message, code: *const u8, size: usize) -> StatusCode {
    // SAFETY: every test gives arrays that are null, static, borrowed from it, or absurdly large.
    let ended = unsafe { RawVm::new().execute_raw(null(), revision, message, code, size) };
    if ended.status != StatusCode::Success {
        assert_eq!((ended.gas_left, ended.output), (0, vec![]));
    }
    ended.status
}

#[test]
fn null_pointers_with_a_size_are_refused() {
    assert_eq!(status(4, null(), null(), 0), StatusCode::InternalError);
    assert_eq!(status(4, &message(), null(), 0), StatusCode::Success);
    assert_eq!(status(4, &message(), null(), 1), StatusCode::InternalError);
    let input = evmc_message { input_size: 1, ..message() };
    assert_eq!(status(4, &input, null(), 0), StatusCode::InternalError);
}

#[test]
fn absurd_sizes_are_refused_unread() {
    for size in [(1 << 30) + 1, usize::MAX / 2 + 1, usize::MAX] {
        assert_eq!(status(4, &message(), dangling(), size), StatusCode::InternalError);
        let input = evmc_message { input_data: dangling(), input_size: size, ..message() };
        assert_eq!(status(4, &input, null(), 0), StatusCode::InternalError);
    }
}

#[test]
fn revisions_without_rules_are_left_to_the_client() {
    for revision in [i32::MIN, -1, 15, 16, i32::MAX] {
        assert_eq!(status(revision, &message(), null(), 0), StatusCode::Rejected, "{revision}");
    }
    // Before Byzantium there is EVM code and no Wasm. No code at all is EVM code.
    let module = wasm(ECHO);
    for revision in 0..4 {
        let code = (module.as_ptr(), module.len());
        assert_eq!(status(revision, &message(), code.0, code.1), StatusCode::Rejected);
        assert_eq!(status(revision, &message(), null(), 0), StatusCode::Success, "{revision}");
    }
}

#[test]
fn malformed_messages_have_a_status() {
    let run = |change: fn(&mut evmc_message)| {
        let mut message = message();
        change(&mut message);
        status(4, &message, null(), 0)
    };
    assert_eq!(run(|m| m.kind = EVMC_CREATE2), StatusCode::Success);
    assert_eq!(run(|m| m.kind = EVMC_EOFCREATE), StatusCode::Rejected);
    assert_eq!(run(|m| m.kind = 6), StatusCode::InternalError);
    assert_eq!(run(|m| m.kind = i32::MIN), StatusCode::InternalError);
    assert_eq!(run(|m| m.flags = EVMC_STATIC | EVMC_DELEGATED), StatusCode::Success);
    assert_eq!(run(|m| m.flags = 4), StatusCode::InternalError);
    assert_eq!(run(|m| m.depth = 1024), StatusCode::Success);
    assert_eq!(run(|m| m.depth = 1025), StatusCode::CallDepthExceeded);
    assert_eq!(run(|m| m.depth = -1), StatusCode::InternalError);
    assert_eq!(run(|m| m.gas = 0), StatusCode::Success);
    assert_eq!(run(|m| m.gas = -1), StatusCode::InternalError);
    assert_eq!(run(|m| (m.code, m.code_size) = (ptr::null(), 7)), StatusCode::Success);
}

#[test]
fn a_contract_finishes_with_its_input() {
    let message = evmc_message { input_data: b"input".as_ptr(), input_size: 5, ..message() };
    let vm = RawVm::new();
    assert_eq!(vm.set("metering", "off"), SUCCESS);
    // SAFETY: without a host; the rest outlives the call.
    let ended = unsafe {
        let code = wasm(ECHO);
        vm.execute_raw(null(), 4, &message, code.as_ptr(), code.len())
    };
    // getCallDataSize twice, 2 each; callDataCopy of one word, 3 + 3.
    let gas_left = message.gas - 10;
    assert_eq!(ended, Ended { status: StatusCode::Success, gas_left, output: b"input".to_vec() });
}

#[test]
fn evm_code_runs_or_is_refused_or_left_to_the_client() {
    let vm = RawVm::new();
    // PUSH1 0.
    let run = || vm.execute(&Default::default(), &message(), &[0x60, 0x00]);
    let ended = run();
    assert_eq!((ended.status, ended.gas_left), (StatusCode::Success, message().gas - 3));
    assert_eq!(vm.set("evm1mode", "reject"), SUCCESS);
    assert_eq!(run().status, StatusCode::ContractValidationFailure);
    assert_eq!(vm.set("evm1mode", "fallback"), SUCCESS);
    assert_eq!(run().status, StatusCode::Rejected);
}
