//! A host that lies or leaves things out is noticed, and named in the fault.

#![allow(unsafe_code)] // Tests speak to the VM as C does.

mod common;

use common::{CALLER, ECHO, Ended, RawVm, every_abi, message, wasm};
use hebe_evmc::{EvmcHost, abi::*};
use hebe_host::{
    Address, Bytes32, CallKind, Host, HostResult, Message, Revision, StatusCode, U256,
};
use std::{
    cell::Cell,
    fmt::Debug,
    ptr::{dangling, null, null_mut},
};

/// What a host with this interface is blamed for when it is asked.
fn blamed<A: Abi, T: Debug>(
    interface: &evmc_host_interface<A>,
    ask: impl FnOnce(&mut EvmcHost<'_, A>) -> HostResult<T>,
) -> String {
    // SAFETY: the interface outlives the host; its functions ignore the context.
    ask(&mut unsafe { EvmcHost::new(interface, null_mut(), Revision::Byzantium) })
        .unwrap_err()
        .to_string()
}

const ZERO: Address = Address::zero();
const KEY: Bytes32 = Bytes32::zero();

fn nested(gas: i64) -> Message<'static> {
    Message {
        kind: CallKind::Call,
        is_static: false,
        is_delegated: false,
        depth: 1,
        gas,
        recipient: ZERO,
        sender: ZERO,
        input: &[],
        value: U256::zero(),
        create2_salt: KEY,
        code_address: ZERO,
    }
}

#[test]
fn no_interface_is_missed_when_it_is_needed() {
    fn is_missed<A: Abi>() {
        let vm = RawVm::<A>::new();
        let run = |wat| {
            let code = wasm(wat);
            // SAFETY: everything outlives the call.
            unsafe { vm.execute_raw(null(), 4, &message(), code.as_ptr(), code.len()) }.status
        };
        assert_eq!(run(ECHO), StatusCode::Success);
        assert_eq!(run(CALLER), StatusCode::InternalError);
        // SAFETY: null is allowed.
        let mut host = unsafe { EvmcHost::<A>::new(null(), null_mut(), Revision::Byzantium) };
        let fault = host.get_balance(ZERO).unwrap_err().to_string();
        assert_eq!(fault, "the host gave no interface (null pointer)");
    }
    every_abi!(is_missed);
}

#[test]
fn a_missing_function_is_named() {
    fn is_named<A: Abi>() {
        let none = evmc_host_interface::<A>::default();
        let missing =
            |name| format!("the host gave no function {name} (null pointer in its interface)");
        // What came with a later ABI can't be asked at all.
        let later = |since, name| match A::VERSION < since {
            true => format!("the host can't be asked {name}, which EVMC {} lacks", A::VERSION),
            false => missing(name),
        };
        let (a, key) = (ZERO, KEY);
        assert_eq!(blamed(&none, |host| host.account_exists(a)), missing("account_exists"));
        assert_eq!(blamed(&none, |host| host.get_storage(a, key)), missing("get_storage"));
        assert_eq!(blamed(&none, |host| host.set_storage(a, key, key)), missing("set_storage"));
        assert_eq!(blamed(&none, |host| host.get_balance(a)), missing("get_balance"));
        assert_eq!(blamed(&none, |host| host.get_nonce(a)), later(18, "get_nonce"));
        assert_eq!(blamed(&none, |host| host.get_code_size(a)), missing("get_code_size"));
        assert_eq!(blamed(&none, |host| host.get_code_hash(a)), missing("get_code_hash"));
        assert_eq!(blamed(&none, |host| host.copy_code(a, 0, &mut [])), missing("copy_code"));
        assert_eq!(blamed(&none, |host| host.selfdestruct(a, a)), missing("selfdestruct"));
        assert_eq!(blamed(&none, |host| host.call(&nested(1))), missing("call"));
        assert_eq!(blamed(&none, |host| host.get_tx_context()), missing("get_tx_context"));
        assert_eq!(blamed(&none, |host| host.get_block_hash(0)), missing("get_block_hash"));
        assert_eq!(blamed(&none, |host| host.emit_log(a, b"", &[])), missing("emit_log"));
        assert_eq!(blamed(&none, |host| host.access_account(a)), missing("access_account"));
        assert_eq!(blamed(&none, |host| host.access_storage(a, key)), missing("access_storage"));
        let transient = blamed(&none, |host| host.get_transient_storage(a, key));
        assert_eq!(transient, later(11, "get_transient_storage"));
        let transient = blamed(&none, |host| host.set_transient_storage(a, key, key));
        assert_eq!(transient, later(11, "set_transient_storage"));
        // A creation asks for the nonce first, where the VM computes the address.
        let creation = Message { kind: CallKind::Create, ..nested(1) };
        let first = if A::VERSION < 18 { "call" } else { "get_nonce" };
        assert_eq!(blamed(&none, |host| host.call(&creation)), missing(first));
    }
    every_abi!(is_named);
}

#[test]
fn numbers_without_a_meaning_are_refused() {
    type Account = *const evmc_address;
    type Word = *const evmc_bytes32;
    unsafe extern "C" fn two(_: *mut evmc_host_context, _: Account) -> u8 {
        2
    }
    unsafe extern "C" fn seven<A: Abi>(
        _: *mut evmc_host_context,
        _: Account,
        _: Account,
    ) -> A::Since10<u8> {
        Field::new(7)
    }
    unsafe extern "C" fn nine(
        _: *mut evmc_host_context,
        _: Account,
        _: Word,
        _: Word,
    ) -> evmc_storage_status {
        9
    }
    unsafe extern "C" fn five<A: Abi>(_: *mut evmc_host_context, _: Account) -> A::AccessStatus {
        5.into()
    }
    unsafe extern "C" fn two_fifty<A: Abi>(
        _: *mut evmc_host_context,
        _: Account,
        _: Word,
    ) -> A::AccessStatus {
        250.into()
    }
    fn are_refused<A: Abi>() {
        let liar = evmc_host_interface::<A> {
            account_exists: Some(two),
            selfdestruct: Some(seven::<A>),
            set_storage: Some(nine),
            access_account: Some(five::<A>),
            access_storage: Some(two_fifty::<A>),
            ..Default::default()
        };
        let said = |which, what| {
            format!("the host answered {which} with {what}, which has no meaning there")
        };
        let (a, key) = (ZERO, KEY);
        assert_eq!(blamed(&liar, |host| host.account_exists(a)), said("account_exists", 2));
        assert_eq!(blamed(&liar, |host| host.set_storage(a, key, key)), said("set_storage", 9));
        assert_eq!(blamed(&liar, |host| host.access_account(a)), said("access_account", 5));
        assert_eq!(blamed(&liar, |host| host.access_storage(a, key)), said("access_storage", 250));
        if A::VERSION >= 10 {
            assert_eq!(blamed(&liar, |host| host.selfdestruct(a, a)), said("selfdestruct", 7));
        }
    }
    every_abi!(are_refused);
    // An int may be negative, too; in ABI 18 it is a byte.
    unsafe extern "C" fn minus(_: *mut evmc_host_context, _: Account) -> i32 {
        -1
    }
    let liar = evmc_host_interface::<Abi12> { access_account: Some(minus), ..Default::default() };
    let blamed = blamed(&liar, |host| host.access_account(ZERO));
    assert_eq!(blamed, "the host answered access_account with -1, which has no meaning there");
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
    let liar = evmc_host_interface::<Abi12> { copy_code: Some(copy), ..Default::default() };
    let blamed = blamed(&liar, |host| host.copy_code(ZERO, 0, &mut [0; 4]));
    assert_eq!(blamed, "the host answered copy_code with 5 bytes, into a buffer of 4");
}

#[test]
fn blob_hashes_that_are_not_there_are_refused() {
    unsafe extern "C" fn context<A: Abi>(_: *mut evmc_host_context) -> evmc_tx_context<A> {
        evmc_tx_context { blob_hashes_count: Field::new(3), ..Default::default() }
    }
    fn are_refused<A: Abi>() {
        let liar = evmc_host_interface { get_tx_context: Some(context::<A>), ..Default::default() };
        let blamed = blamed(&liar, |host| host.get_tx_context());
        assert!(blamed.ends_with("blob hashes with a null pointer with a size of 3"), "{blamed}");
    }
    are_refused::<Abi11>();
    are_refused::<Abi12>();
    are_refused::<Abi13>();
    are_refused::<Abi18>();
}

thread_local! {
    /// How many results were released on this thread.
    static RELEASED: Cell<u32> = const { Cell::new(0) };
}

unsafe extern "C" fn count_release<A: Abi>(_: *const evmc_result<A>) {
    RELEASED.set(RELEASED.get() + 1);
}

/// What a nested call answers, by the callee's gas: the messages in the test carry which lie they want.
unsafe extern "C" fn lying_call<A: Abi>(
    _: *mut evmc_host_context,
    message: *const evmc_message<A>,
) -> evmc_result<A> {
    let honest = evmc_result { release: Some(count_release::<A>), ..Default::default() };
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
    fn are_refused<A: Abi>() {
        let liar = evmc_host_interface { call: Some(lying_call::<A>), ..Default::default() };
        let lies = [
            "-1 gas left, of 0 that there were",
            "2 gas left, of 1 that there were",
            "status 99, which EVMC does not have",
            "an output with a null pointer with a size of 1",
            "an output with a size of 18446744073709551615, more than 1073741824 bytes",
        ];
        RELEASED.set(0);
        for (gas, lie) in (0..).zip(lies) {
            let blamed = blamed(&liar, |host| host.call(&nested(gas)));
            assert_eq!(blamed, format!("the host answered call with {lie}"));
        }
        // SAFETY: the interface outlives the host.
        let mut host = unsafe { EvmcHost::new(&liar, null_mut(), Revision::Byzantium) };
        assert_eq!(host.call(&nested(5)).unwrap().output, b"output");
        assert_eq!(RELEASED.get(), 6);
    }
    every_abi!(are_refused);
}

unsafe extern "C" fn zero(_: *mut evmc_host_context, _: *const evmc_address) -> evmc_bytes32 {
    evmc_bytes32::default()
}

#[test]
fn a_lie_to_a_contract_is_an_internal_error() {
    unsafe extern "C" fn lie<A: Abi>(
        _: *mut evmc_host_context,
        _: *const evmc_message<A>,
    ) -> evmc_result<A> {
        evmc_result { gas_left: -1, ..Default::default() }
    }
    unsafe extern "C" fn truth<A: Abi>(
        _: *mut evmc_host_context,
        message: *const evmc_message<A>,
    ) -> evmc_result<A> {
        // SAFETY: the VM's promise.
        let gas_left = unsafe { (*message).gas };
        evmc_result {
            gas_left,
            output_data: b"back".as_ptr(),
            output_size: 4,
            ..Default::default()
        }
    }
    fn is_an_error<A: Abi>() {
        let vm = RawVm::<A>::new();
        let run = |call: evmc_call_fn<A>| {
            let host = evmc_host_interface {
                call: Some(call),
                get_balance: Some(zero),
                ..Default::default()
            };
            vm.execute(&host, &message(), &wasm(CALLER))
        };
        let failed = Ended { status: StatusCode::InternalError, gas_left: 0, output: vec![] };
        assert_eq!(run(lie), failed);
        let ended = run(truth);
        assert_eq!((ended.status, ended.output), (StatusCode::Success, b"\0back".to_vec()));
    }
    every_abi!(is_an_error);
}

/// What a host of ABI 18 was asked for a creation.
#[derive(Default)]
struct Asked {
    nonce: u64,
    warmed: Vec<Address>,
    sent: Vec<Address>,
}

impl Asked {
    /// # Safety
    ///
    /// `context` must be from a test below.
    unsafe fn behind<'a>(context: *mut evmc_host_context) -> &'a mut Self {
        // SAFETY: the caller's promise; nobody else uses it meanwhile.
        unsafe { &mut *context.cast::<Self>() }
    }
}

unsafe extern "C" fn nonce(context: *mut evmc_host_context, _: *const evmc_address) -> u64 {
    // SAFETY: of the test's host.
    unsafe { Asked::behind(context) }.nonce
}

unsafe extern "C" fn warm(context: *mut evmc_host_context, account: *const evmc_address) -> u8 {
    // SAFETY: of the test's host; the VM's promise.
    unsafe { Asked::behind(context).warmed.push(Address((*account).bytes)) };
    EVMC_ACCESS_COLD
}

unsafe extern "C" fn create(
    context: *mut evmc_host_context,
    message: *const evmc_message<Abi18>,
) -> evmc_result<Abi18> {
    // SAFETY: of the test's host; the VM's promise.
    unsafe {
        assert_eq!((*message).recipient, (*message).code_address.0);
        Asked::behind(context).sent.push(Address((*message).recipient.bytes));
        evmc_result { gas_left: (*message).gas, ..Default::default() }
    }
}

/// The address of a new contract is the VM's to compute since ABI 18; the examples are of EIP-1014 and go-ethereum.
#[test]
fn the_vm_computes_the_address_of_a_new_contract() {
    let interface = evmc_host_interface::<Abi18> {
        get_nonce: Present(Some(nonce)),
        access_account: Some(warm),
        call: Some(create),
        ..Default::default()
    };
    let run = |revision, nonce, message: Message<'static>| {
        let mut asked = Asked { nonce, ..Default::default() };
        // SAFETY: interface and context outlive the host.
        let result =
            unsafe { EvmcHost::new(&interface, (&raw mut asked).cast(), revision) }.call(&message);
        (result.unwrap(), asked)
    };
    let sender: Address = "6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0".parse().unwrap();
    let plain = Message { kind: CallKind::Create, sender, ..nested(7) };
    let expected: Address = "343c43a37d37dff08ae8c4a11544c718abb4fcf8".parse().unwrap();
    let (result, asked) = run(Revision::Berlin, 1, plain);
    assert_eq!((result.create_address, result.gas_left), (expected, 7));
    assert_eq!((asked.warmed, asked.sent), (vec![expected], vec![expected]));
    // Nothing is warm or cold before Berlin.
    assert_eq!(run(Revision::Istanbul, 1, plain).1.warmed, []);
    // Sender, salt and code of the last example but one.
    let salted = Message {
        kind: CallKind::Create2,
        sender: "00000000000000000000000000000000deadbeef".parse().unwrap(),
        create2_salt: Bytes32::from_low_u64_be(0xcafebabe),
        input: &[0xde, 0xad, 0xbe, 0xef],
        ..nested(7)
    };
    let expected: Address = "60f3f640a8508fc6a86d45df051962668e1e8ac7".parse().unwrap();
    assert_eq!(run(Revision::Osaka, 1, salted).0.create_address, expected);
    // EIP-2681: a light failure, of which the host hears nothing.
    let (result, asked) = run(Revision::Osaka, u64::MAX, plain);
    assert_eq!((result.status, result.gas_left), (StatusCode::Failure, 7));
    assert_eq!((asked.warmed, asked.sent), (vec![], vec![]));
}
