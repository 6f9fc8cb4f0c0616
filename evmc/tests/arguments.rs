//! Every argument that a client can get wrong is answered with a status.

#![allow(unsafe_code)] // Tests speak to the VM as C does.

mod common;

use common::{ECHO, Ended, RawVm, every_abi, message, wasm};
use hebe_evmc::abi::*;
use hebe_host::StatusCode;
use std::{
    ffi::CStr,
    ptr::{dangling, null, null_mut},
};

const SUCCESS: i32 = EVMC_SET_OPTION_SUCCESS;
const INVALID_NAME: i32 = EVMC_SET_OPTION_INVALID_NAME;
const INVALID_VALUE: i32 = EVMC_SET_OPTION_INVALID_VALUE;

#[test]
fn the_vm_introduces_itself() {
    fn introduces<A: Abi>() {
        let functions = RawVm::<A>::new().functions();
        assert_eq!(functions.abi_version, A::VERSION);
        // SAFETY: static texts.
        let (name, version) =
            unsafe { (CStr::from_ptr(functions.name), CStr::from_ptr(functions.version)) };
        assert_eq!(name, c"hebe");
        assert_eq!(version.to_str(), Ok(env!("CARGO_PKG_VERSION")));
    }
    every_abi!(introduces);
}

#[test]
fn options_are_set_or_refused() {
    let vm = RawVm::<Abi12>::new();
    assert_eq!(vm.set("debug", "true"), SUCCESS);
    assert_eq!(vm.set("debug", "maybe"), INVALID_VALUE);
    assert_eq!(vm.set("debug", ""), INVALID_VALUE);
    assert_eq!(vm.set("Debug", "true"), INVALID_NAME);
    assert_eq!(vm.set("", ""), INVALID_NAME);
    assert_eq!(vm.set("sys:sentinel", "/nonexistent"), INVALID_VALUE);
}

#[test]
fn null_and_garbled_options_are_refused() {
    let vm = RawVm::<Abi12>::new();
    assert_eq!(vm.set_raw(None, Some(c"true")), INVALID_NAME);
    assert_eq!(vm.set_raw(None, None), INVALID_NAME);
    assert_eq!(vm.set_raw(Some(c"debug"), None), INVALID_VALUE);
    assert_eq!(vm.set_raw(Some(c"no such option"), None), INVALID_NAME);
    assert_eq!(vm.set_raw(Some(c"debug\xff"), Some(c"true")), INVALID_NAME);
    assert_eq!(vm.set_raw(Some(c"debug"), Some(c"true\xff")), INVALID_VALUE);
}

#[test]
fn a_refused_option_keeps_the_old_setting() {
    let vm = RawVm::<Abi12>::new();
    assert_eq!(vm.capabilities(), Some(EVMC_CAPABILITY_EWASM | EVMC_CAPABILITY_EVM1));
    assert_eq!(vm.set("evm1mode", "reject"), SUCCESS);
    assert_eq!(vm.capabilities(), Some(EVMC_CAPABILITY_EWASM));
    assert_eq!(vm.set("evm1mode", "nonsense"), INVALID_VALUE);
    assert_eq!(vm.set_raw(Some(c"evm1mode"), None), INVALID_VALUE);
    assert_eq!(vm.capabilities(), Some(EVMC_CAPABILITY_EWASM));
    assert_eq!(vm.set("evm1mode", "fallback"), SUCCESS);
    assert_eq!(vm.capabilities(), Some(EVMC_CAPABILITY_EWASM | EVMC_CAPABILITY_EVM1));
}

#[test]
fn a_null_vm_is_no_crash() {
    fn is_no_crash<A: Abi>() {
        let functions = RawVm::<A>::new().functions();
        // SAFETY: null is allowed everywhere here.
        unsafe {
            functions.destroy.unwrap()(null_mut());
            if let Some(ask) = functions.get_capabilities.get() {
                assert_eq!(ask.unwrap()(null_mut()), 0);
            }
            let (name, value) = (c"debug".as_ptr(), c"true".as_ptr());
            assert_eq!(functions.set_option.unwrap()(null_mut(), name, value), INVALID_NAME);
            let execute = functions.execute.unwrap();
            let result = execute(null_mut(), null(), null_mut(), 4, &message(), null(), 0);
            assert_eq!(Ended::new(result).status, StatusCode::InternalError);
        }
    }
    every_abi!(is_no_crash);
}

/// The status of an execution without a host.
fn status<A: Abi>(
    revision: i32,
    message: *const evmc_message<A>,
    code: *const u8,
    size: usize,
) -> StatusCode {
    // SAFETY: every test gives arrays that are null, static, borrowed from it, or absurdly large.
    let ended = unsafe { RawVm::<A>::new().execute_raw(null(), revision, message, code, size) };
    if ended.status != StatusCode::Success {
        assert_eq!((ended.gas_left, ended.output), (0, vec![]));
    }
    ended.status
}

#[test]
fn null_pointers_with_a_size_are_refused() {
    fn refused<A: Abi>() {
        assert_eq!(status::<A>(4, null(), null(), 0), StatusCode::InternalError);
        assert_eq!(status::<A>(4, &message(), null(), 0), StatusCode::Success);
        assert_eq!(status::<A>(4, &message(), null(), 1), StatusCode::InternalError);
        let input = evmc_message::<A> { input_size: 1, ..message() };
        assert_eq!(status(4, &input, null(), 0), StatusCode::InternalError);
    }
    every_abi!(refused);
}

#[test]
fn absurd_sizes_are_refused_unread() {
    fn refused<A: Abi>() {
        for size in [(1 << 30) + 1, usize::MAX / 2 + 1, usize::MAX] {
            assert_eq!(status::<A>(4, &message(), dangling(), size), StatusCode::InternalError);
            let input = evmc_message::<A> { input_data: dangling(), input_size: size, ..message() };
            assert_eq!(status(4, &input, null(), 0), StatusCode::InternalError);
        }
    }
    every_abi!(refused);
}

/// Each ABI at the revisions that it can carry, by its own numbers for them.
#[test]
fn revisions_without_rules_are_left_to_the_client() {
    fn left<A: Abi>(last: i32) {
        let module = wasm(ECHO);
        let run =
            |revision, code: &[u8]| status::<A>(revision, &message(), code.as_ptr(), code.len());
        for revision in [i32::MIN, -1, last + 1, last + 2, 17, i32::MAX] {
            assert_eq!(run(revision, &[]), StatusCode::Rejected, "{revision} of {}", A::VERSION);
        }
        // Before Byzantium there is EVM code and no Wasm. No code at all is EVM code.
        for revision in 0..=last {
            assert_eq!(run(revision, &[]), StatusCode::Success, "{revision} of {}", A::VERSION);
            let expected = match revision {
                0..4 => StatusCode::Rejected,
                _ => StatusCode::Success,
            };
            assert_eq!(run(revision, &module), expected, "{revision} of {}", A::VERSION);
        }
    }
    left::<Abi9>(9);
    left::<Abi10>(11);
    left::<Abi11>(12);
    left::<Abi12>(14);
    left::<Abi13>(14);
    left::<Abi18>(13);
}

/// A number means the revision that its ABI gives it: 0x5f is PUSH0 from Shanghai on.
#[test]
fn revisions_have_other_numbers_in_abi_18() {
    fn first_with_push0<A: Abi>() -> Option<i32> {
        let run = |revision| status::<A>(revision, &message(), [0x5f].as_ptr(), 1);
        (0..17).find(|revision| run(*revision) == StatusCode::Success)
    }
    assert_eq!(first_with_push0::<Abi9>(), None);
    assert_eq!(first_with_push0::<Abi10>(), Some(11));
    assert_eq!(first_with_push0::<Abi12>(), Some(11));
    assert_eq!(first_with_push0::<Abi13>(), Some(11));
    assert_eq!(first_with_push0::<Abi18>(), Some(10));
}

#[test]
fn malformed_messages_have_a_status() {
    fn run<A: Abi>(change: fn(&mut evmc_message<A>)) -> StatusCode {
        let mut message = message();
        change(&mut message);
        status(4, &message, null(), 0)
    }
    fn have<A: Abi>() {
        let delegated = match A::VERSION {
            12.. => StatusCode::Success,
            _ => StatusCode::InternalError,
        };
        let eof = match A::VERSION {
            12 => StatusCode::Rejected,
            _ => StatusCode::InternalError,
        };
        assert_eq!(run::<A>(|m| m.kind = EVMC_CREATE2), StatusCode::Success);
        assert_eq!(run::<A>(|m| m.kind = EVMC_EOFCREATE), eof);
        assert_eq!(run::<A>(|m| m.kind = 6), StatusCode::InternalError);
        assert_eq!(run::<A>(|m| m.kind = i32::MIN), StatusCode::InternalError);
        assert_eq!(run::<A>(|m| m.flags = EVMC_STATIC), StatusCode::Success);
        assert_eq!(run::<A>(|m| m.flags = EVMC_STATIC | EVMC_DELEGATED), delegated);
        assert_eq!(run::<A>(|m| m.flags = 4), StatusCode::InternalError);
        assert_eq!(run::<A>(|m| m.depth = 1024), StatusCode::Success);
        assert_eq!(run::<A>(|m| m.depth = 1025), StatusCode::CallDepthExceeded);
        assert_eq!(run::<A>(|m| m.depth = -1), StatusCode::InternalError);
        assert_eq!(run::<A>(|m| m.gas = 0), StatusCode::Success);
        assert_eq!(run::<A>(|m| m.gas = -1), StatusCode::InternalError);
        // The code is the argument; what the message has is not looked at.
        assert_eq!(run::<A>(|m| m.code_size = Field::new(7)), StatusCode::Success);
    }
    every_abi!(have);
}

#[test]
fn a_contract_finishes_with_its_input() {
    fn finishes<A: Abi>() {
        let message =
            evmc_message::<A> { input_data: b"input".as_ptr(), input_size: 5, ..message() };
        let vm = RawVm::<A>::new();
        assert_eq!(vm.set("metering", "off"), SUCCESS);
        // SAFETY: without a host; the rest outlives the call.
        let ended = unsafe {
            let code = wasm(ECHO);
            vm.execute_raw(null(), 4, &message, code.as_ptr(), code.len())
        };
        // getCallDataSize twice, 2 each; callDataCopy of one word, 3 + 3.
        let gas_left = message.gas - 10;
        let expected = Ended { status: StatusCode::Success, gas_left, output: b"input".to_vec() };
        assert_eq!(ended, expected);
    }
    every_abi!(finishes);
}

#[test]
fn evm_code_runs_or_is_refused_or_left_to_the_client() {
    let vm = RawVm::<Abi12>::new();
    // PUSH1 0.
    let run = || vm.execute(&Default::default(), &message(), &[0x60, 0x00]);
    let ended = run();
    assert_eq!((ended.status, ended.gas_left), (StatusCode::Success, message::<Abi12>().gas - 3));
    assert_eq!(vm.set("evm1mode", "reject"), SUCCESS);
    assert_eq!(run().status, StatusCode::ContractValidationFailure);
    assert_eq!(vm.set("evm1mode", "fallback"), SUCCESS);
    assert_eq!(run().status, StatusCode::Rejected);
}
