//! Helpers for tests that speak to the VM as C does.

#![allow(dead_code)] // Each test file uses its part.

use hebe_evmc::abi::*;
use hebe_host::StatusCode;
use std::{
    ffi::{CStr, CString},
    path::PathBuf,
    ptr,
};

/// A contract that finishes with its input.
pub(crate) const ECHO: &str = r#"(module
    (import "ethereum" "getCallDataSize" (func $size (result i32)))
    (import "ethereum" "callDataCopy" (func $copy (param i32 i32 i32)))
    (import "ethereum" "finish" (func $finish (param i32 i32)))
    (memory (export "memory") 1)
    (func (export "main")
        (call $copy (i32.const 0) (i32.const 0) (call $size))
        (call $finish (i32.const 0) (call $size))))"#;

/// A contract that calls account 0x01…01 with all its gas and no input, and finishes with the
/// result of `call` as a byte, followed by what the call returned.
pub(crate) const CALLER: &str = r#"(module
    (import "ethereum" "call" (func $call (param i64 i32 i32 i32 i32) (result i32)))
    (import "ethereum" "getReturnDataSize" (func $size (result i32)))
    (import "ethereum" "returnDataCopy" (func $copy (param i32 i32 i32)))
    (import "ethereum" "finish" (func $finish (param i32 i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\01\01\01\01\01\01\01\01\01\01\01\01\01\01\01\01\01\01\01\01")
    (func (export "main")
        (i32.store8 (i32.const 100) (call $call
            (i64.const 0x7fffffffffffffff) (i32.const 0) (i32.const 32) (i32.const 0) (i32.const 0)))
        (call $copy (i32.const 101) (i32.const 0) (call $size))
        (call $finish (i32.const 100) (i32.add (i32.const 1) (call $size)))))"#;

pub(crate) fn wasm(wat: &str) -> Vec<u8> {
    wat::parse_str(wat).unwrap()
}

/// Runs a test's body for each ABI: a generic function of no arguments.
macro_rules! every_abi {
    ($body:ident) => {
        $body::<Abi9>();
        $body::<Abi10>();
        $body::<Abi11>();
        $body::<Abi12>();
        $body::<Abi13>();
        $body::<Abi18>();
    };
}
pub(crate) use every_abi;

/// The built-in VM behind its C pointer.
pub(crate) struct RawVm<A: Abi = Abi12>(pub(crate) *mut evmc_vm<A>);

// SAFETY: the functions behind the pointer can be called from any thread.
unsafe impl<A: Abi> Send for RawVm<A> {}
// SAFETY: and at once.
unsafe impl<A: Abi> Sync for RawVm<A> {}

impl<A: Abi> RawVm<A> {
    pub(crate) fn new() -> Self {
        Self(hebe_evmc::create::<A>())
    }

    pub(crate) fn functions(&self) -> evmc_vm<A> {
        // SAFETY: made by the VM's create function, not destroyed before `drop`.
        unsafe { self.0.read() }
    }

    pub(crate) fn set(&self, name: &str, value: &str) -> evmc_set_option_result {
        let (name, value) = (CString::new(name).unwrap(), CString::new(value).unwrap());
        self.set_raw(Some(&name), Some(&value))
    }

    pub(crate) fn set_raw(
        &self,
        name: Option<&CStr>,
        value: Option<&CStr>,
    ) -> evmc_set_option_result {
        let pointer = |text: Option<&CStr>| text.map_or(ptr::null(), CStr::as_ptr);
        // SAFETY: the VM lives; both are null or end with a zero byte.
        unsafe { self.functions().set_option.unwrap()(self.0, pointer(name), pointer(value)) }
    }

    /// `None` where the ABI does not ask.
    pub(crate) fn capabilities(&self) -> Option<u32> {
        let ask = self.functions().get_capabilities.get()?.unwrap();
        // SAFETY: the VM lives.
        Some(unsafe { ask(self.0) })
    }

    /// Executes at Byzantium.
    pub(crate) fn execute(
        &self,
        host: &evmc_host_interface<A>,
        message: &evmc_message<A>,
        code: &[u8],
    ) -> Ended {
        // SAFETY: everything lives during the call.
        unsafe { self.execute_raw(host, 4, message, code.as_ptr(), code.len()) }
    }

    /// # Safety
    ///
    /// That of `execute` in EVMC.
    pub(crate) unsafe fn execute_raw(
        &self,
        host: *const evmc_host_interface<A>,
        revision: i32,
        message: *const evmc_message<A>,
        code: *const u8,
        size: usize,
    ) -> Ended {
        let execute = self.functions().execute.unwrap();
        // SAFETY: the caller's promise, and the VM lives.
        Ended::new(unsafe { execute(self.0, host, ptr::null_mut(), revision, message, code, size) })
    }
}

impl<A: Abi> Drop for RawVm<A> {
    fn drop(&mut self) {
        // SAFETY: nobody has the pointer any more.
        unsafe { self.functions().destroy.unwrap()(self.0) }
    }
}

/// A result, copied and released.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) status: StatusCode,
    pub(crate) gas_left: i64,
    pub(crate) output: Vec<u8>,
}

impl Ended {
    pub(crate) fn new<A: Abi>(result: evmc_result<A>) -> Self {
        let output = if result.output_size == 0 {
            Vec::new()
        } else {
            // SAFETY: the VM's promise.
            unsafe { std::slice::from_raw_parts(result.output_data, result.output_size) }.to_vec()
        };
        if let Some(release) = result.release {
            // SAFETY: called once, here.
            unsafe { release(&result) };
        }
        let status = StatusCode::from_number(result.status_code).unwrap();
        Self { status, gas_left: result.gas_left, output }
    }
}

/// A plain call with 1,000,000 gas and no input.
pub(crate) fn message<A: Abi>() -> evmc_message<A> {
    evmc_message { kind: EVMC_CALL, gas: 1_000_000, ..Default::default() }
}

/// The library of an ABI, which cargo builds for the package's tests, beside them.
pub(crate) fn library_of<A: Abi>() -> PathBuf {
    let name = match A::VERSION {
        12 => "hebe".to_owned(),
        version => format!("hebe_evmc{version}"),
    };
    let test = std::env::current_exe().unwrap();
    let path = test.parent().unwrap().join(libloading::library_filename(name));
    assert!(path.exists(), "{} is missing", path.display());
    path
}

/// `libhebe.so`.
pub(crate) fn library() -> PathBuf {
    library_of::<Abi12>()
}
