//! Helpers for tests that speak to the VM as C does.

#![allow(dead_code)] // Each test file uses its part.

use hebe::abi::*;
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

/// The built-in VM behind its C pointer.
pub(crate) struct RawVm(pub(crate) *mut evmc_vm);

// SAFETY: the functions behind the pointer can be called from any thread.
unsafe impl Send for RawVm {}
// SAFETY: and at once.
unsafe impl Sync for RawVm {}

impl RawVm {
    pub(crate) fn new() -> Self {
        Self(hebe::evmc_create_hebe())
    }

    pub(crate) fn functions(&self) -> evmc_vm {
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

    pub(crate) fn capabilities(&self) -> u32 {
        // SAFETY: the VM lives.
        unsafe { self.functions().get_capabilities.unwrap()(self.0) }
    }

    /// Executes at Byzantium.
    pub(crate) fn execute(
        &self,
        host: &evmc_host_interface,
        message: &evmc_message,
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
        host: *const evmc_host_interface,
        revision: i32,
        message: *const evmc_message,
        code: *const u8,
        size: usize,
    ) -> Ended {
        let execute = self.functions().execute.unwrap();
        // SAFETY: the caller's promise, and the VM lives.
        Ended::new(unsafe { execute(self.0, host, ptr::null_mut(), revision, message, code, size) })
    }
}

impl Drop for RawVm {
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
    pub(crate) fn new(result: evmc_result) -> Self {
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
pub(crate) fn message() -> evmc_message {
    evmc_message {
        kind: EVMC_CALL,
        flags: 0,
        depth: 0,
        gas: 1_000_000,
        recipient: evmc_address::default(),
        sender: evmc_address::default(),
        input_data: ptr::null(),
        input_size: 0,
        value: evmc_bytes32::default(),
        create2_salt: evmc_bytes32::default(),
        code_address: evmc_address::default(),
        code: ptr::null(),
        code_size: 0,
    }
}

/// `libhebe.so`, which cargo builds for the package's tests, beside them.
pub(crate) fn library() -> PathBuf {
    let name = libloading::library_filename("hebe");
    let test = std::env::current_exe().unwrap();
    let path = test.parent().unwrap().join(&name);
    assert!(path.exists(), "{} is missing", path.display());
    path
}
