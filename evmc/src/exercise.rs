//! What holds for every input: one function for property tests and fuzzing, not part of the interface.
//!
//! [`exercise`] reads bytes as code, options, a message and a host's answers, runs them through the C
//! functions as a client would, and asserts what must be true whatever they are. The host has no
//! state: it answers with the next bytes of the input, calls back into the VM now and then, and lies
//! wherever EVMC's types let it.

use crate::{abi::*, convert, entry::create, pointers::MAX_BYTES};
use hebe_host::{Revision, StatusCode, TxContext};
use std::{
    cell::{Cell, RefCell},
    ffi::{CString, c_void},
    ptr,
};

/// Names and values of options, so that inputs need not spell them. `sys:` is missing, since it reads
/// files, and `metering=off`, since nothing ends a loop then.
const OPTIONS: [(&str, &str); 14] = [
    ("debug", "true"),
    ("debug", "maybe"),
    ("features", "mvp"),
    ("features", ""),
    ("exports", "strict"),
    ("evm1mode", "fallback"),
    ("evm1mode", "reject"),
    ("cache_size", "0"),
    ("cache_size", "18446744073709551615G"),
    ("engine", "interpreter"),
    ("schedule", "flat"),
    ("metering", "deployment"),
    ("metering", "execution"),
    ("no such option", "true"),
];

/// The deepest that the host calls back into the VM.
const MAX_NESTING: u32 = 8;

/// Runs what `data` says, twice, through the C interface of an ABI. Returns the host's functions that were called, in
/// their order, so that a test can see how far its contract came.
///
/// `data` is a number of options and these (a byte each), the message, the size of the code (two
/// bytes, little-endian) and the code, and then the host's answers. What is missing is zero.
///
/// # Panics
///
/// When a result breaks EVMC's rules, when the two runs differ, or when a nested result is not
/// released exactly once.
pub fn exercise<A: Abi>(data: &[u8]) -> Vec<&'static str> {
    let seen = run::<A>(data);
    assert_eq!(seen, run::<A>(data), "the same input had two outcomes");
    seen.calls
}

/// [`exercise`] of the ABI that the first byte says.
///
/// # Panics
///
/// As [`exercise`] does.
pub fn exercise_any(data: &[u8]) -> Vec<&'static str> {
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    match first % 6 {
        0 => exercise::<Abi9>(rest),
        1 => exercise::<Abi10>(rest),
        2 => exercise::<Abi11>(rest),
        3 => exercise::<Abi12>(rest),
        4 => exercise::<Abi13>(rest),
        _ => exercise::<Abi18>(rest),
    }
}

/// Everything that a client can see of an execution.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    options: Vec<evmc_set_option_result>,
    status: evmc_status_code,
    gas: (i64, i64),
    output: Vec<u8>,
    /// The host's functions, in the order in which they were called.
    calls: Vec<&'static str>,
}

fn run<A: Abi>(data: &[u8]) -> Seen {
    let input = Input(Cell::new(data));
    let vm = create::<A>();
    assert!(!vm.is_null(), "no VM");
    // SAFETY: the VM is ours and not null.
    let functions = unsafe { vm.read() };
    let (Some(set_option), Some(execute), Some(destroy)) =
        (functions.set_option, functions.execute, functions.destroy)
    else {
        panic!("the VM lacks functions")
    };

    let options = (0..input.byte() % 4).map(|_| {
        let (name, value) = OPTIONS[usize::from(input.byte()) % OPTIONS.len()];
        let (name, value) =
            (CString::new(name).unwrap_or_default(), CString::new(value).unwrap_or_default());
        // SAFETY: the VM lives; both texts end with a zero byte.
        unsafe { set_option(vm, name.as_ptr(), value.as_ptr()) }
    });
    let options = options.collect();

    let revision = input.revision::<A>();
    let message = input.message();
    let size = usize::from(u16::from_le_bytes(input.array()));
    let code = input.slice(size);
    let interface = input.interface();
    let host = HostState {
        input,
        vm,
        execute,
        code,
        interface,
        nesting: Cell::new(0),
        calls: RefCell::default(),
        unreleased: Cell::new(0),
    };
    // One input in four comes without an interface.
    let interface =
        if host.input.byte() % 4 == 3 { ptr::null() } else { ptr::from_ref(&host.interface) };

    // SAFETY: the VM lives; everything else is null, or borrowed from here, or of a size that must
    // not be read.
    let result = unsafe {
        execute(vm, interface, host.as_c(), revision, &message, code.as_ptr(), code.len())
    };
    let seen = check(result, message.gas, options, host.calls.take());
    assert_eq!(host.unreleased.get(), 0, "nested results released too rarely or too often");
    // SAFETY: nobody uses the VM any more.
    unsafe { destroy(vm) };
    seen
}

/// Holds a result against EVMC's rules, and releases it.
fn check<A: Abi>(
    result: evmc_result<A>,
    gas: i64,
    options: Vec<evmc_set_option_result>,
    calls: Vec<&'static str>,
) -> Seen {
    let status = StatusCode::from_number(result.status_code);
    let status = status.unwrap_or_else(|| panic!("unknown status {}", result.status_code));
    let (success, revert) = (status == StatusCode::Success, status == StatusCode::Revert);
    assert!(result.gas_left == 0 || success || revert, "{status} with gas left");
    assert!(result.gas_left >= 0 && result.gas_left <= gas.max(0), "{} gas left", result.gas_left);
    let gas_refund = result.gas_refund.get().unwrap_or_default();
    assert!(gas_refund == 0 || success, "{status} with a refund");
    assert!(result.output_size == 0 || success || revert, "{status} with an output");
    assert_eq!(result.output_data.is_null(), result.output_size == 0);
    let output = if result.output_size == 0 {
        Vec::new()
    } else {
        // SAFETY: the VM's promise, which is under test.
        unsafe { std::slice::from_raw_parts(result.output_data, result.output_size) }.to_vec()
    };
    if let Some(release) = result.release {
        // SAFETY: the result is fresh, and this is the only call.
        unsafe { release(&result) };
    }
    let gas = (result.gas_left, gas_refund);
    Seen { options, status: result.status_code, gas, output, calls }
}

/// The bytes not yet used; zeros follow.
struct Input<'a>(Cell<&'a [u8]>);

impl<'a> Input<'a> {
    fn slice(&self, size: usize) -> &'a [u8] {
        let bytes = self.0.get();
        let (taken, rest) = bytes.split_at(size.min(bytes.len()));
        self.0.set(rest);
        taken
    }

    fn array<const N: usize>(&self) -> [u8; N] {
        let mut array = [0; N];
        let taken = self.slice(N);
        array[..taken.len()].copy_from_slice(taken);
        array
    }

    fn byte(&self) -> u8 {
        let [byte] = self.array();
        byte
    }

    /// One in sixteen, or as many as the input likes; never once the input is used up.
    fn lies(&self) -> bool {
        self.byte() & 15 == 15
    }

    fn word(&self) -> evmc_bytes32 {
        evmc_bytes32 { bytes: self.array() }
    }

    /// One that contracts run at, from Byzantium on, unless the input says otherwise.
    fn revision<A: Abi>(&self) -> evmc_revision {
        if self.lies() {
            return i32::from_le_bytes(self.array());
        }
        let supported = Revision::SUPPORTED.map(A::revision_number);
        let supported: Vec<_> = supported.into_iter().flatten().collect();
        supported[usize::from(self.byte()) % supported.len()]
    }

    fn message<A: Abi>(&self) -> evmc_message<A> {
        let wild = self.lies();
        let mut message = evmc_message {
            kind: i32::from(self.byte() % 6),
            flags: u32::from(self.byte() & if A::VERSION >= 12 { 3 } else { 1 }),
            depth: i32::from(u16::from_le_bytes(self.array()) % 1026),
            gas: i64::from(u32::from_le_bytes(self.array())),
            recipient: evmc_address { bytes: self.array() },
            sender: evmc_address { bytes: self.array() },
            input_data: ptr::null(),
            input_size: 0,
            value: self.word(),
            create2_salt: Field::new(self.word()),
            code_address: Field::new(evmc_address { bytes: self.array() }),
            // Nobody may look at these two.
            code: Field::new(ptr::dangling()),
            code_size: Field::new(usize::MAX),
        };
        let input = self.slice(usize::from(self.byte()));
        (message.input_data, message.input_size) = (input.as_ptr(), input.len());
        if wild {
            message.kind = i32::from_le_bytes(self.array());
            message.flags = u32::from_le_bytes(self.array());
            message.depth = i32::from_le_bytes(self.array());
            message.gas = i64::from_le_bytes(self.array());
            (message.input_data, message.input_size) = self.bad_array();
        }
        message
    }

    /// Functions of which some may be missing.
    fn interface<A: Abi>(&self) -> evmc_host_interface<A> {
        let mut interface = complete::<A>();
        if self.lies() {
            let missing = self.byte();
            interface.call = interface.call.filter(|_| missing & 1 == 0);
            interface.get_storage = interface.get_storage.filter(|_| missing & 2 == 0);
            interface.set_storage = interface.set_storage.filter(|_| missing & 4 == 0);
            interface.get_tx_context = interface.get_tx_context.filter(|_| missing & 8 == 0);
            interface.copy_code = interface.copy_code.filter(|_| missing & 16 == 0);
            interface.emit_log = interface.emit_log.filter(|_| missing & 32 == 0);
            let get_nonce = interface.get_nonce.get().flatten();
            interface.get_nonce = Field::new(get_nonce.filter(|_| missing & 64 == 0));
        }
        interface
    }

    /// A pointer and a size that must be refused unread.
    fn bad_array(&self) -> (*const u8, usize) {
        match self.byte() % 3 {
            0 => (ptr::null(), 1 + usize::from(self.byte())),
            1 => (ptr::dangling(), MAX_BYTES + 1 + usize::from(self.byte())),
            _ => (ptr::dangling(), usize::MAX - usize::from(self.byte())),
        }
    }
}

/// What the host's context points at.
struct HostState<'a, A: Abi> {
    input: Input<'a>,
    vm: *mut evmc_vm<A>,
    execute: evmc_execute_fn<A>,
    /// Run again by nested calls.
    code: &'a [u8],
    interface: evmc_host_interface<A>,
    nesting: Cell<u32>,
    calls: RefCell<Vec<&'static str>>,
    /// Nested results that were given and not released.
    unreleased: Cell<i64>,
}

impl<A: Abi> HostState<'_, A> {
    fn as_c(&self) -> *mut evmc_host_context {
        ptr::from_ref(self).cast_mut().cast()
    }

    /// The bytes to answer a call of `function` with.
    ///
    /// # Safety
    ///
    /// `context` must be from `as_c`, as it is when the VM hands on what it was given.
    unsafe fn called<'a>(context: *mut evmc_host_context, function: &'static str) -> &'a Self {
        // SAFETY: the caller's promise.
        let state = unsafe { &*context.cast::<Self>() };
        state.calls.borrow_mut().push(function);
        state
    }

    fn boolean(&self) -> u8 {
        if self.input.lies() { self.input.byte() } else { self.input.byte() & 1 }
    }

    /// A number up to `max`, or a lie.
    fn number(&self, max: u8) -> i32 {
        if self.input.lies() {
            i32::from_le_bytes(self.input.array())
        } else {
            i32::from(self.input.byte() % (max + 1))
        }
    }

    /// Cold or warm, or a lie.
    fn access(&self) -> A::AccessStatus {
        self.boolean().into()
    }

    /// Runs the same code again, one deeper.
    fn nested(&self, message: &evmc_message<A>) -> evmc_result<A> {
        self.nesting.set(self.nesting.get() + 1);
        let (code, size) = (self.code.as_ptr(), self.code.len());
        // SAFETY: as for the outer execution, which still runs.
        let result = unsafe {
            (self.execute)(self.vm, &self.interface, self.as_c(), 4, message, code, size)
        };
        self.nesting.set(self.nesting.get() - 1);
        result
    }

    /// A result made up from the input.
    fn made_up(&self, message: &evmc_message<A>) -> evmc_result<A> {
        let output = Box::new(Output {
            unreleased: ptr::from_ref(&self.unreleased),
            bytes: self.input.array(),
        });
        self.unreleased.set(self.unreleased.get() + 1);
        let mut result = evmc_result {
            status_code: self.number(2),
            gas_left: message.gas.min(i64::from(self.input.byte())),
            gas_refund: Field::new(i64::from(self.input.byte())),
            output_data: ptr::null(),
            output_size: usize::from(self.input.byte() % 33),
            release: Some(release_output),
            create_address: Field::new(evmc_address { bytes: self.input.array() }),
            ..Default::default()
        };
        result.output_data = Box::into_raw(output).cast_const().cast();
        if self.input.lies() {
            result.gas_left = i64::from_le_bytes(self.input.array());
            result.output_size = self.input.bad_array().1.max(MAX_BYTES + 1);
        }
        result
    }
}

/// The output of a made-up result. The bytes come first, so that both have the same address.
#[repr(C)]
struct Output {
    bytes: [u8; 32],
    unreleased: *const Cell<i64>,
}

unsafe extern "C" fn release_output<A: Abi>(result: *const evmc_result<A>) {
    // SAFETY: `made_up` put an `Output` there, and the VM releases it once: what is under test. The counter
    // outlives the execution.
    unsafe {
        let output = Box::from_raw((*result).output_data.cast_mut().cast::<Output>());
        let unreleased = &*output.unreleased;
        unreleased.set(unreleased.get() - 1);
    }
}

/// Defines a callback: its name, the name of the host's state, its other parameters, its answer.
macro_rules! callback {
    ($function:ident, $state:ident $(, $argument:ident: $type:ty)* => $answer:ty $body:block) => {
        unsafe extern "C" fn $function<A: Abi>(
            context: *mut c_void $(, $argument: $type)*
        ) -> $answer {
            // SAFETY: the VM hands on the context it was given.
            let $state = unsafe { HostState::<A>::called(context, stringify!($function)) };
            $body
        }
    };
}

type Account = *const evmc_address;
type Word = *const evmc_bytes32;

callback!(account_exists, state, _a: Account => u8 { state.boolean() });
callback!(get_storage, state, _a: Account, _key: Word => evmc_bytes32 { state.input.word() });
callback!(set_storage, state, _a: Account, _key: Word, _value: Word => i32 { state.number(8) });
callback!(get_balance, state, _a: Account => evmc_bytes32 {
    let mut balance = state.input.word();
    if !state.input.lies() {
        balance.bytes[..16].fill(0);
    }
    balance
});
callback!(get_nonce, state, _a: Account => u64 {
    if state.input.lies() { u64::MAX } else { state.input.byte().into() }
});
callback!(get_code_size, state, _a: Account => usize {
    if state.input.lies() { usize::MAX } else { usize::from(state.input.byte()) }
});
callback!(get_code_hash, state, _a: Account => evmc_bytes32 { state.input.word() });
callback!(copy_code, state, _a: Account, _offset: usize, buffer: *mut u8, size: usize => usize {
    let code = state.input.slice(usize::from(state.input.byte()).min(size));
    // SAFETY: the buffer has `size` bytes, by the VM's promise.
    unsafe { buffer.copy_from_nonoverlapping(code.as_ptr(), code.len()) };
    if state.input.lies() { size.wrapping_add(1) } else { code.len() }
});
callback!(selfdestruct, state, _a: Account, _beneficiary: Account => A::Since10<u8> { Field::new(state.boolean()) });
callback!(call, state, message: *const evmc_message<A> => evmc_result<A> {
    // SAFETY: EVMC forbids null here.
    let message = unsafe { &*message };
    let nest = state.nesting.get() < MAX_NESTING && state.input.byte() & 1 == 1;
    if nest { state.nested(message) } else { state.made_up(message) }
});
callback!(get_tx_context, state => evmc_tx_context<A> {
    let mut context = convert::tx_context_to_c(&TxContext::default(), &[]);
    context.tx_gas_price = state.input.word();
    context.block_number = i64::from_le_bytes(state.input.array());
    if state.input.lies() {
        let (hashes, count) = state.input.bad_array();
        context.blob_hashes = Field::new(hashes.cast());
        context.blob_hashes_count = Field::new(count);
    }
    context
});
callback!(get_block_hash, state, _number: i64 => evmc_bytes32 { state.input.word() });
callback!(emit_log, state, _a: Account, _data: *const u8, _size: usize, _topics: Word, count: usize => () {
    let _ = state;
    debug_assert!(count <= 4);
});
callback!(access_account, state, _a: Account => A::AccessStatus { state.access() });
callback!(access_storage, state, _a: Account, _key: Word => A::AccessStatus { state.access() });
callback!(get_transient_storage, state, _a: Account, _key: Word => evmc_bytes32 { state.input.word() });
callback!(set_transient_storage, state, _a: Account, _key: Word, _value: Word => () { let _ = state; });

fn complete<A: Abi>() -> evmc_host_interface<A> {
    evmc_host_interface {
        account_exists: Some(account_exists::<A>),
        get_storage: Some(get_storage::<A>),
        set_storage: Some(set_storage::<A>),
        get_balance: Some(get_balance::<A>),
        get_nonce: Field::new(Some(get_nonce::<A> as _)),
        get_code_size: Some(get_code_size::<A>),
        get_code_hash: Some(get_code_hash::<A>),
        copy_code: Some(copy_code::<A>),
        selfdestruct: Some(selfdestruct::<A>),
        call: Some(call::<A>),
        get_tx_context: Some(get_tx_context::<A>),
        get_block_hash: Some(get_block_hash::<A>),
        emit_log: Some(emit_log::<A>),
        access_account: Some(access_account::<A>),
        access_storage: Some(access_storage::<A>),
        get_transient_storage: Field::new(Some(get_transient_storage::<A> as _)),
        set_transient_storage: Field::new(Some(set_transient_storage::<A> as _)),
    }
}
