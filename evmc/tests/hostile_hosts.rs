//! A host that lies or leaves things out is noticed, and named in the fault.

#![allow(unsafe_code)] // Tests speak to the VM as C does.

mod common;

use common::{CALLER, ECHO, Ended, RawVm, message, wasm};
use hebe::{EvmcHost, abi::*};
use hebe_host::{Address, Bytes32, CallKind, Host, HostResult, Message, StatusCode, U256};
use std::{
    fmt::Debug,
    ptr::{dangling, null, null_mut},
    sync::atomic::{AtomicU32, Ordering},
};

/// What a host with this interface is blamed for when it is asked.
fn blamed<T: Debug>(
    interface: &evmc_host_interface,
    ask: impl FnOnce(&mut EvmcHost<'_>) -> HostResult<T>,
) -> String {
    // SAFETY: the interface outlives the host; its functions ignore the context.
    ask(&mut unsafe { EvmcHost::new(interface, null_mut()) }).unwrap_err().to_string()
}

const A: Address = Address::zero();
const KEY: Bytes32 = Bytes32::zero();

fn nested(gas: i64) -> Message<'static> {
    Message {
        kind: CallKind::Call,
        is_static: false,
        is_delegated: false,
        depth: 1,
        gas,
        recipient: A,
        sender: A,
        input: &[],
        value: U256::zero(),
        create2_salt: KEY,
        code_address: A,
    }
}

#[test]
fn no_interface_is_missed_when_it_is_needed() {
    let vm = RawVm::new();
    let run = |wat| {
        let code = wasm(wat);
        // SAFETY: everything outlives the call.
        unsafe { vm.execute_raw(null(), 4, &message(), code.as_ptr(), code.len()) }.status
    };
    assert_eq!(run(ECHO), StatusCode::Success);
    assert_eq!(run(CALLER), StatusCode::InternalError);
    // SAFETY: null is allowed.
    let mut host = unsafe { EvmcHost::new(null(), null_mut()) };
    let fault = host.get_balance(A).unwrap_err().to_string();
    assert_eq!(fault, "the host gave no interface (null pointer)");
}

#[test]
fn a_missing_function_is_named() {
    let none = evmc_host_interface::default();
    let missing =
        |name| format!("the host gave no function {name} (null pointer in its interface)");
    assert_eq!(blamed(&none, |host| host.account_exists(A)), missing("account_exists"));
    assert_eq!(blamed(&none, |host| host.get_storage(A, KEY)), missing("get_storage"));
    assert_eq!(blamed(&none, |host| host.set_storage(A, KEY, KEY)), missing("set_storage"));
    assert_eq!(blamed(&none, |host| host.get_balance(A)), missing("get_balance"));
    assert_eq!(blamed(&none, |host| host.get_code_size(A)), missing("get_code_size"));
    assert_eq!(blamed(&none, |host| host.get_code_hash(A)), missing("get_code_hash"));
    assert_eq!(blamed(&none, |host| host.copy_code(A, 0, &mut [])), missing("copy_code"));
    assert_eq!(blamed(&none, |host| host.selfdestruct(A, A)), missing("selfdestruct"));
    assert_eq!(blamed(&none, |host| host.call(&nested(1))), missing("call"));
    assert_eq!(blamed(&none, |host| host.get_tx_context()), missing("get_tx_context"));
    assert_eq!(blamed(&none, |host| host.get_block_hash(0)), missing("get_block_hash"));
    assert_eq!(blamed(&none, |host| host.emit_log(A, b"", &[])), missing("emit_log"));
    assert_eq!(blamed(&none, |host| host.access_account(A)), missing("access_account"));
    assert_eq!(blamed(&none, |host| host.access_storage(A, KEY)), missing("access_storage"));
    let transient = blamed(&none, |host| host.get_transient_storage(A, KEY));
    assert_eq!(transient, missing("get_transient_storage"));
    let transient = blamed(&none, |host| host.set_transient_storage(A, KEY, KEY));
    assert_eq!(transient, missing("set_transient_storage"));
}

#[test]
fn numbers_without_a_meaning_are_refused() {
    unsafe extern "C" fn two(_: *mut evmc_host_context, _: *const evmc_address) -> u8 {
        2
    }
    unsafe extern "C" fn seven(
        _: *mut evmc_host_context,
        _: *const evmc_address,
        _: *const evmc_address,
    ) -> u8 {
        7
    }
    unsafe extern "C" fn nine(
        _: *mut evmc_host_context,
        _: *const evmc_address,
        _: *const evmc_bytes32,
        _: *const evmc_bytes32,
    ) -> evmc_storage_status {
        9
    }
    unsafe extern "C" fn minus(_: *mut evmc_host_context, _: *const evmc_address) -> i32 {
        -1
    }
    unsafe extern "C" fn minus_word(
        _: *mut evmc_host_context,
        _: *const evmc_address,
        _: *const evmc_bytes32,
    ) -> i32 {
        i32::MIN
    }
    let liar = evmc_host_interface {
        account_exists: Some(two),
        selfdestruct: Some(seven),
        set_storage: Some(nine),
        access_account: Some(minus),
        access_storage: Some(minus_word),
        ..Default::default()
    };
    let said =
        |which, what| format!("the host answered {which} with {what}, which has no meaning there");
    assert_eq!(blamed(&liar, |host| host.account_exists(A)), said("account_exists", 2));
    assert_eq!(blamed(&liar, |host| host.selfdestruct(A, A)), said("selfdestruct", 7));
    assert_eq!(blamed(&liar, |host| host.set_storage(A, KEY, KEY)), said("set_storage", 9));
    assert_eq!(blamed(&liar, |host| host.access_account(A)), said("access_account", -1));
    assert_eq!(blamed(&liar, |host| host.access_storage(A, KEY)), said("access_storage", i32::MIN));
}

#[test]
fn code_longer_than_the_buffer_is_refused() {
    unsafe extern "C" fn copy(
        _: *mut evmc_host_context,
        _: *const evmc_address,
        _: usize,
        _: *mut u8,
        size: usize,
    ) -> usize {
        size + 1
    }
    let liar = evmc_host_interface { copy_code: Some(copy), ..Default::default() };
    let blamed = blamed(&liar, |host| host.copy_code(A, 0, &mut [0; 4]));
    assert_eq!(blamed, "the host answered copy_code with 5 bytes, into a buffer of 4");
}

#[test]
fn blob_hashes_that_are_not_there_are_refused() {
    unsafe extern "C" fn context(_: *mut evmc_host_context) -> evmc_tx_context {
        // SAFETY: zeros and nulls are a valid context.
        let zero: evmc_tx_context = unsafe { std::mem::zeroed() };
        evmc_tx_context { blob_hashes_count: 3, ..zero }
    }
    let liar = evmc_host_interface { get_tx_context: Some(context), ..Default::default() };
    let blamed = blamed(&liar, |host| host.get_tx_context());
    assert!(blamed.ends_with("blob hashes with a null pointer with a size of 3"), "{blamed}");
}

/// How many results were released; each of these tests runs one call at a time.
static RELEASED: AtomicU32 = AtomicU32::new(0);

unsafe extern "C" fn count_release(_: *const evmc_result) {
    RELEASED.fetch_add(1, Ordering::SeqCst);
}

/// What a nested call answers, by the callee's gas: the messages in the test carry which lie they want.
unsafe extern "C" fn lying_call(
    _: *mut evmc_host_context,
    message: *const evmc_message,
) -> evmc_result {
    let honest = evmc_result {
        status_code: 0,
        gas_left: 0,
        gas_refund: 0,
        output_data: null(),
        output_size: 0,
        release: Some(count_release),
        create_address: evmc_address::default(),
        padding: [0; 4],
    };
    // SAFETY: the VM's promise.
    match unsafe { (*message).gas } {
        0 => evmc_result { gas_left: -1, ..honest },
        1 => evmc_result { gas_left: 2, ..honest },
        2 => evmc_result { status_code: 99, ..honest },
        3 => evmc_result { output_size: 1, ..honest },
        4 => evmc_result { output_data: dangling(), output_size: usize::MAX, ..honest },
        _ => evmc_result { output_data: b"output".as_ptr(), output_size: 6, ..honest },
    }
}

#[test]
fn lies_about_a_call_are_refused_and_released() {
    let liar = evmc_host_interface { call: Some(lying_call), ..Default::default() };
    let lies = [
        "-1 gas left, of 0 that there were",
        "2 gas left, of 1 that there were",
        "status 99, which EVMC 12 does not have",
        "an output with a null pointer with a size of 1",
        "an output with a size of 18446744073709551615, more than 1073741824 bytes",
    ];
    for (gas, lie) in (0..).zip(lies) {
        let blamed = blamed(&liar, |host| host.call(&nested(gas)));
        assert_eq!(blamed, format!("the host answered call with {lie}"));
    }
    // SAFETY: the interface outlives the host.
    let result = unsafe { EvmcHost::new(&liar, null_mut()) }.call(&nested(5)).unwrap();
    assert_eq!(result.output, b"output");
    assert_eq!(RELEASED.load(Ordering::SeqCst), 6);
}

#[test]
fn a_lie_to_a_contract_is_an_internal_error() {
    unsafe extern "C" fn lie(_: *mut evmc_host_context, _: *const evmc_message) -> evmc_result {
        // SAFETY: zeros and nulls are a valid result.
        evmc_result { gas_left: -1, ..unsafe { std::mem::zeroed() } }
    }
    unsafe extern "C" fn truth(
        _: *mut evmc_host_context,
        message: *const evmc_message,
    ) -> evmc_result {
        // SAFETY: zeros and nulls are a valid result; the message is the VM's promise.
        unsafe {
            let zero: evmc_result = std::mem::zeroed();
            let gas_left = (*message).gas;
            evmc_result { gas_left, output_data: b"back".as_ptr(), output_size: 4, ..zero }
        }
    }
    unsafe extern "C" fn none(_: *mut evmc_host_context, _: *const evmc_address) -> evmc_bytes32 {
        evmc_bytes32::default()
    }
    let vm = RawVm::new();
    let run = |call: evmc_call_fn| {
        let host =
            evmc_host_interface { call: Some(call), get_balance: Some(none), ..Default::default() };
        vm.execute(&host, &message(), &wasm(CALLER))
    };
    assert_eq!(run(lie), Ended { status: StatusCode::InternalError, gas_left: 0, output: vec![] });
    let ended = run(truth);
    assert_eq!((ended.status, ended.output), (StatusCode::Success, b"\0back".to_vec()));
}
