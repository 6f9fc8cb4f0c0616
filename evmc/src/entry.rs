//! What happens when a client calls us: the create functions, and the functions in the VM they make.
//!
//! Each is a fence: nothing unwinds out of it, and every bad argument is answered with a status.

use crate::{abi::*, convert, evmc_host::EvmcHost, pointers, result};
use hebe_host::{CallResult, Revision, StatusCode};
use hebe_vm::{OptionError, Vm};
use std::{
    ffi::{CStr, c_char},
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    ptr,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

/// Makes a VM with default options, for the client to destroy. Never null unless memory is used up.
///
/// The name is the one that EVMC's loader derives from `libhebe.so`.
#[unsafe(no_mangle)]
pub extern "C" fn evmc_create_hebe() -> *mut evmc_vm {
    fenced(ptr::null_mut(), || Box::into_raw(Box::new(Instance::new())).cast())
}

/// The same under the name that EVMC's loader tries last, for a renamed file.
#[unsafe(no_mangle)]
pub extern "C" fn evmc_create() -> *mut evmc_vm {
    evmc_create_hebe()
}

const NAME: &CStr = c"hebe";
const VERSION: &CStr =
    match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
        Ok(version) => version,
        Err(_) => panic!("a version has no zero byte"),
    };

/// What the client's `evmc_vm` pointer really points at.
#[repr(C)]
struct Instance {
    /// What the client sees. It must come first: both have the same address.
    interface: evmc_vm,
    /// Held while an option is set, so that two at once don't undo each other.
    setting: Mutex<()>,
    /// The VM as it is now. Locked for as long as it takes to copy or to replace the `Arc`, never while
    /// a contract runs: an execution keeps the VM that it began with.
    vm: RwLock<Arc<Vm>>,
}

/// Clients share one VM between threads.
const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Vm>();
};

impl Instance {
    fn new() -> Self {
        Self {
            interface: evmc_vm {
                abi_version: EVMC_ABI_VERSION,
                name: NAME.as_ptr(),
                version: VERSION.as_ptr(),
                destroy: Some(destroy),
                execute: Some(execute),
                get_capabilities: Some(get_capabilities),
                set_option: Some(set_option),
            },
            setting: Mutex::new(()),
            vm: RwLock::new(Arc::new(Vm::default())),
        }
    }

    /// The instance behind a client's pointer; `None` for null.
    ///
    /// # Safety
    ///
    /// Unless null, `vm` must come from [`evmc_create_hebe`] and not be destroyed during `'a`.
    unsafe fn behind<'a>(vm: *mut evmc_vm) -> Option<&'a Self> {
        // SAFETY: `interface` is the first field of a C structure, so the pointer is also one to the
        // instance; the caller promises the rest.
        unsafe { pointers::value(vm.cast::<Self>()) }
    }

    /// The VM with the options that are set now.
    fn current(&self) -> Arc<Vm> {
        // A poisoned lock guards nothing half-done: an `Arc` is replaced in one step.
        self.vm.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_option(&self, name: &str, value: &str) -> Result<(), OptionError> {
        let _turn = self.setting.lock().unwrap_or_else(PoisonError::into_inner);
        let mut vm = Vm::clone(&self.current());
        vm.set_option(name, value)?;
        *self.vm.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(vm);
        Ok(())
    }
}

/// # Safety
///
/// As EVMC has it: `vm` is null or from [`evmc_create_hebe`], and nobody uses it any more.
unsafe extern "C" fn destroy(vm: *mut evmc_vm) {
    if vm.is_null() {
        return;
    }
    // SAFETY: `evmc_create_hebe` made the pointer from a box of this type, and the client gives it up.
    fenced((), || drop(unsafe { Box::from_raw(vm.cast::<Instance>()) }));
}

/// # Safety
///
/// As EVMC has it: `vm` is null or from [`evmc_create_hebe`].
unsafe extern "C" fn get_capabilities(vm: *mut evmc_vm) -> evmc_capabilities_flagset {
    fenced(0, || {
        // SAFETY: the client's promise.
        match unsafe { Instance::behind(vm) } {
            None => 0,
            Some(instance) if instance.current().takes_evm1() => {
                EVMC_CAPABILITY_EWASM | EVMC_CAPABILITY_EVM1
            }
            Some(_) => EVMC_CAPABILITY_EWASM,
        }
    })
}

/// A null or garbled name is no option's name. A null or garbled value is as bad as an empty one, which no
/// option takes.
///
/// # Safety
///
/// As EVMC has it: `vm` is null or from [`evmc_create_hebe`]; `name` and `value` are null or end with
/// a zero byte.
unsafe extern "C" fn set_option(
    vm: *mut evmc_vm,
    name: *const c_char,
    value: *const c_char,
) -> evmc_set_option_result {
    fenced(EVMC_SET_OPTION_INVALID_VALUE, || {
        // SAFETY: the client's promise.
        let (instance, name, value) =
            unsafe { (Instance::behind(vm), pointers::text(name), pointers::text(value)) };
        let (Some(instance), Some(name)) = (instance, name) else {
            return EVMC_SET_OPTION_INVALID_NAME;
        };
        match instance.set_option(name, value.unwrap_or_default()) {
            Ok(()) => EVMC_SET_OPTION_SUCCESS,
            Err(OptionError::UnknownName(_)) => EVMC_SET_OPTION_INVALID_NAME,
            Err(OptionError::InvalidValue { .. }) => EVMC_SET_OPTION_INVALID_VALUE,
        }
    })
}

/// # Safety
///
/// As EVMC has it: `vm` is null or from [`evmc_create_hebe`]; `host` and `message` are null or valid during
/// the call, and so are the arrays in `message`, what `host`'s functions return, and `code` with
/// `code_size`.
unsafe extern "C" fn execute(
    vm: *mut evmc_vm,
    host: *const evmc_host_interface,
    context: *mut evmc_host_context,
    revision: evmc_revision,
    message: *const evmc_message,
    code: *const u8,
    code_size: usize,
) -> evmc_result {
    fenced(result::status_only(StatusCode::InternalError), || {
        // SAFETY: the client's promise, in full.
        let run = unsafe { run(vm, host, context, revision, message, code, code_size) };
        run.map_or_else(result::status_only, result::to_c)
    })
}

/// Executes a message that a client sent; an error is the status to answer it with.
///
/// # Safety
///
/// That of [`execute`].
unsafe fn run(
    vm: *mut evmc_vm,
    host: *const evmc_host_interface,
    context: *mut evmc_host_context,
    revision: evmc_revision,
    message: *const evmc_message,
    code: *const u8,
    code_size: usize,
) -> Result<CallResult, StatusCode> {
    // SAFETY: the client's promise.
    let instance = unsafe { Instance::behind(vm) }.ok_or(StatusCode::InternalError)?;
    // SAFETY: the client's promise.
    let message = unsafe { pointers::value(message) }.ok_or(StatusCode::InternalError)?;
    let revision = Revision::from_number(revision).ok_or(StatusCode::Rejected)?;
    // SAFETY: the client's promise.
    let message = unsafe { convert::message(message) }.map_err(|bad| bad.status())?;
    // SAFETY: the client's promise.
    let code =
        unsafe { pointers::array(code, code_size) }.map_err(|_| StatusCode::InternalError)?;
    // SAFETY: the client's promise.
    let mut host = unsafe { EvmcHost::new(host, context) };
    Ok(instance.current().execute(revision, &message, code, &mut host).into())
}

/// Runs `body`; after a panic gives `otherwise` instead.
///
/// A panic is a bug of ours, and its message is on standard error by then. What it broke stays
/// behind: `body` shares nothing mutable but what locks guard.
fn fenced<T>(otherwise: T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|payload| {
        // Leaked: what was thrown may throw again when it is dropped.
        mem::forget(payload);
        otherwise
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_stays_inside() {
        assert_eq!(fenced(1, || 2), 2);
        assert_eq!(fenced(1, || panic!("to be caught")), 1);
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("a second one");
            }
        }
        assert_eq!(fenced(1, || std::panic::panic_any(Bomb)), 1);
    }
}
