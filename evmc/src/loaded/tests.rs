use super::*;
use hebe_host::*;
use std::{cell::RefCell, ptr};

/// A host that knows one word of storage; every test that needs more says so.
#[derive(Default)]
struct OneWord {
    asked: u32,
    fails: bool,
    panics: bool,
}

fn unused() -> HostFault {
    HostFault("was asked what no test asks".into())
}

impl Host for OneWord {
    fn account_exists(&mut self, _: Address) -> HostResult<bool> {
        Err(unused())
    }
    fn get_storage(&mut self, _: Address, key: Bytes32) -> HostResult<Bytes32> {
        self.asked += 1;
        assert!(!self.panics, "the host's own bug");
        if self.fails { Err(HostFault("has lost its disk".into())) } else { Ok(key) }
    }
    fn set_storage(&mut self, _: Address, _: Bytes32, _: Bytes32) -> HostResult<StorageStatus> {
        Err(unused())
    }
    fn get_balance(&mut self, _: Address) -> HostResult<U256> {
        Err(unused())
    }
    fn get_code_size(&mut self, _: Address) -> HostResult<usize> {
        Err(unused())
    }
    fn get_code_hash(&mut self, _: Address) -> HostResult<Bytes32> {
        Err(unused())
    }
    fn copy_code(&mut self, _: Address, _: usize, buffer: &mut [u8]) -> HostResult<usize> {
        Ok(buffer.len() + 1)
    }
    fn selfdestruct(&mut self, _: Address, _: Address) -> HostResult<bool> {
        Err(unused())
    }
    fn call(&mut self, _: &Message<'_>) -> HostResult<CallResult> {
        Err(unused())
    }
    fn get_tx_context(&mut self) -> HostResult<TxContext> {
        self.asked += 1;
        let blob_hashes = vec![Bytes32::repeat_byte(7); 2];
        Ok(TxContext { blob_hashes, block_number: 5, ..Default::default() })
    }
    fn get_block_hash(&mut self, _: i64) -> HostResult<Bytes32> {
        Err(unused())
    }
    fn emit_log(&mut self, _: Address, _: &[u8], _: &[Bytes32]) -> HostResult<()> {
        Err(unused())
    }
    fn access_account(&mut self, _: Address) -> HostResult<AccessStatus> {
        Err(unused())
    }
    fn access_storage(&mut self, _: Address, _: Bytes32) -> HostResult<AccessStatus> {
        Err(unused())
    }
    fn get_transient_storage(&mut self, _: Address, _: Bytes32) -> HostResult<Bytes32> {
        Err(unused())
    }
    fn set_transient_storage(&mut self, _: Address, _: Bytes32, _: Bytes32) -> HostResult<()> {
        Err(unused())
    }
}

/// What a VM made for a test does when it executes.
type Behaviour = fn(&evmc_host_interface, *mut evmc_host_context) -> evmc_result;

thread_local! {
    static BEHAVIOUR: RefCell<Option<Behaviour>> = const { RefCell::new(None) };
}

unsafe extern "C" fn execute(
    _: *mut evmc_vm,
    host: *const evmc_host_interface,
    context: *mut evmc_host_context,
    _: evmc_revision,
    _: *const evmc_message,
    _: *const u8,
    _: usize,
) -> evmc_result {
    let behaviour = BEHAVIOUR.take().expect("the test set one");
    // SAFETY: `LoadedVm` gives its static interface.
    behaviour(unsafe { &*host }, context)
}

unsafe extern "C" fn destroy(vm: *mut evmc_vm) {
    // SAFETY: made by `create` below.
    drop(unsafe { Box::from_raw(vm) });
}

unsafe extern "C" fn get_capabilities(_: *mut evmc_vm) -> u32 {
    0
}

unsafe extern "C" fn create() -> *mut evmc_vm {
    Box::into_raw(Box::new(evmc_vm {
        abi_version: Abi12::VERSION,
        name: c"test".as_ptr(),
        version: c"1".as_ptr(),
        destroy: Some(destroy),
        execute: Some(execute),
        get_capabilities: Present(Some(get_capabilities)),
        set_option: None,
    }))
}

fn message(gas: i64) -> Message<'static> {
    Message {
        kind: CallKind::Call,
        is_static: false,
        is_delegated: false,
        depth: 0,
        gas,
        recipient: Address::zero(),
        sender: Address::zero(),
        input: &[],
        value: U256::zero(),
        create2_salt: Bytes32::zero(),
        code_address: Address::zero(),
    }
}

/// Executes a message with 10 gas on a VM that behaves so.
fn run(host: &mut OneWord, behaviour: Behaviour) -> Result<CallResult, Fault> {
    // SAFETY: `create` follows EVMC.
    let vm = unsafe { LoadedVm::create(create, "test") }.unwrap();
    BEHAVIOUR.set(Some(behaviour));
    vm.execute(Revision::Byzantium, &message(10), &[], host)
}

fn success() -> evmc_result {
    crate::result::status_only(StatusCode::Success)
}

/// What a VM that behaves so is blamed for.
fn blamed(behaviour: Behaviour) -> String {
    run(&mut OneWord::default(), behaviour).unwrap_err().to_string()
}

#[test]
fn a_vm_that_lies_about_its_result_is_refused() {
    let says = |what| format!("the engine failed: the VM answered with {what}");
    let status = blamed(|_, _| evmc_result { status_code: 99, ..success() });
    assert_eq!(status, says("status 99, which EVMC does not have"));
    let gas = blamed(|_, _| evmc_result { gas_left: 11, ..success() });
    assert_eq!(gas, says("11 gas left, of 10 that there were"));
    let output = blamed(|_, _| evmc_result { output_size: 1, ..success() });
    assert_eq!(output, says("an output with a null pointer with a size of 1"));
    let failure = blamed(|_, _| evmc_result { status_code: 3, gas_left: 1, ..success() });
    assert_eq!(failure, "the engine failed: the VM answered OUT_OF_GAS with 1 gas left, not 0");
}

fn ask_storage(host: &evmc_host_interface, context: *mut evmc_host_context) -> u8 {
    let (address, key) = (evmc_address::default(), evmc_bytes32 { bytes: [6; 32] });
    // SAFETY: the context is the one that the VM was given; both pointers are valid.
    unsafe { host.get_storage.unwrap()(context, &address, &key) }.bytes[0]
}

#[test]
fn the_host_is_asked() {
    let mut host = OneWord::default();
    let result = run(&mut host, |host, context| evmc_result {
        gas_left: ask_storage(host, context).into(),
        ..success()
    });
    assert_eq!((result.unwrap().gas_left, host.asked), (6, 1));
}

#[test]
fn a_fault_of_the_host_is_not_lost_and_the_host_is_left_alone_after_it() {
    let mut host = OneWord { fails: true, ..Default::default() };
    let result = run(&mut host, |host, context| {
        assert_eq!((ask_storage(host, context), ask_storage(host, context)), (0, 0));
        success()
    });
    assert_eq!(result, Err(Fault::Host(HostFault("has lost its disk".into()))));
    assert_eq!(host.asked, 1);
}

#[test]
#[should_panic(expected = "the host's own bug")]
fn a_panic_of_the_host_goes_around_the_vm() {
    let mut host = OneWord { panics: true, ..Default::default() };
    let _ = run(&mut host, |host, context| {
        assert_eq!(ask_storage(host, context), 0);
        success()
    });
}

#[test]
fn a_vm_that_asks_nonsense_is_blamed() {
    let null = blamed(|host, context| {
        // SAFETY: null is what is being tried.
        unsafe { host.get_balance.unwrap()(context, ptr::null()) };
        success()
    });
    assert_eq!(null, "the engine failed: the VM gave a null pointer to the host");
    let log = blamed(|host, context| {
        // SAFETY: nothing behind the dangling pointer may be read.
        unsafe {
            let topics = ptr::dangling();
            host.emit_log.unwrap()(context, &evmc_address::default(), ptr::null(), 0, topics, 5);
        }
        success()
    });
    assert_eq!(log, "the engine failed: the VM sent a log with 5 topics, of at most 4");
    let call = blamed(|host, context| {
        let c = convert::message_to_c(&message(1), Reader::Vm).unwrap();
        // SAFETY: the message is valid but for its kind.
        let result = unsafe { host.call.unwrap()(context, &evmc_message { kind: 9, ..c }) };
        assert_eq!(result.status_code, StatusCode::InternalError.number());
        success()
    });
    assert!(call.ends_with("its kind is 9, which EVMC 12 does not have"), "{call}");
}

#[test]
fn a_host_that_copies_too_much_code_is_blamed() {
    let blamed = blamed(|host, context| {
        let mut buffer = [0; 4];
        // SAFETY: the buffer is as large as it says.
        let copied = unsafe {
            let pointer = buffer.as_mut_ptr();
            host.copy_code.unwrap()(context, &evmc_address::default(), 0, pointer, 4)
        };
        assert_eq!((copied, buffer), (0, [0; 4]));
        success()
    });
    assert_eq!(blamed, "the host copied 5 bytes of code into a buffer of 4");
}

#[test]
fn the_transactions_context_is_asked_once_and_stays() {
    let mut host = OneWord::default();
    let result = run(&mut host, |host, context| {
        // SAFETY: the context is the VM's; EVMC keeps the hashes until the VM returns.
        unsafe {
            let first = host.get_tx_context.unwrap()(context);
            let second = host.get_tx_context.unwrap()(context);
            assert_eq!((first.block_number, first.blob_hashes.0), (5, second.blob_hashes.0));
            let hashes = std::slice::from_raw_parts(first.blob_hashes.0, first.blob_hashes_count.0);
            assert_eq!(hashes, [evmc_bytes32 { bytes: [7; 32] }; 2]);
        }
        success()
    });
    assert_eq!((result.map(|result| result.status), host.asked), (Ok(StatusCode::Success), 1));
}

#[test]
fn options_are_optional() {
    // SAFETY: `create` follows EVMC.
    let mut vm = unsafe { LoadedVm::create(create, "test") }.unwrap();
    assert_eq!(vm.set_option("a", "b"), Err(OptionRefused::NoOptions));
}
