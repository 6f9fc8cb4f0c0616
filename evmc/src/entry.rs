//! What happens when a client calls us: the create functions, and the functions in the VM they make.
//!
//! Each is a fence: nothing unwinds out of it, and every bad argument is answered with a status.

use crate::{
    abi::*,
    convert::{self, Reader},
    evmc_host::EvmcHost,
    pointers, result,
};
use hebe_host::{CallResult, Message, Revision, StatusCode};
use hebe_vm::{OptionError, Vm};
use std::{
    ffi::{CStr, c_char},
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    ptr,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

/// What runs behind the C interface: in most libraries, Hebe's VM.
pub trait Inner: Clone + Default + Send + Sync + 'static {
    /// What the VM calls itself.
    const NAME: &'static CStr;

    /// Sets an option.
    ///
    /// # Errors
    ///
    /// Says whether it is the name or the value that can't be.
    fn set(&mut self, name: &str, value: &str) -> Result<(), BadOption>;

    /// What it can run: bits of [`EVMC_CAPABILITY_EVM1`] and its kin.
    fn capabilities(&self) -> evmc_capabilities_flagset;

    /// Runs a message.
    fn run<A: Abi>(
        &self,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut EvmcHost<'_, A>,
    ) -> CallResult;
}

/// Why an option can't be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadOption {
    /// There is no such option.
    Name,
    /// There is, but not with this value.
    Value,
}

impl Inner for Vm {
    const NAME: &'static CStr = c"hebe";

    fn set(&mut self, name: &str, value: &str) -> Result<(), BadOption> {
        self.set_option(name, value).map_err(|error| match error {
            OptionError::UnknownName(_) => BadOption::Name,
            OptionError::InvalidValue { .. } => BadOption::Value,
        })
    }

    fn capabilities(&self) -> evmc_capabilities_flagset {
        let evm1 = if self.takes_evm1() { EVMC_CAPABILITY_EVM1 } else { 0 };
        EVMC_CAPABILITY_EWASM | evm1
    }

    fn run<A: Abi>(
        &self,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut EvmcHost<'_, A>,
    ) -> CallResult {
        self.execute(revision, message, code, host).into()
    }
}

/// Makes a VM with default options, for the client to destroy. Never null unless memory is used up.
pub extern "C" fn create<A: Abi>() -> *mut evmc_vm<A> {
    create_with::<A, Vm>()
}

/// The same with another VM inside.
pub extern "C" fn create_with<A: Abi, V: Inner>() -> *mut evmc_vm<A> {
    fenced(ptr::null_mut(), || Box::into_raw(Box::new(Instance::<A, V>::new())).cast())
}

/// Exports Hebe's VM for an ABI, or another one, under the names that EVMC's loader derives from the file's name, and the
/// one that it tries last.
#[macro_export]
macro_rules! export {
    ($abi:ident: $($name:ident),+) => {
        $crate::export!($abi, $crate::Vm: $($name),+);
    };
    ($abi:ident, $vm:ty: $($name:ident),+) => { $(
        /// Makes a VM with default options, for the client to destroy.
        #[unsafe(no_mangle)]
        pub extern "C" fn $name() -> *mut $crate::abi::evmc_vm<$crate::abi::$abi> {
            $crate::create_with::<$crate::abi::$abi, $vm>()
        }
    )+ };
}

const VERSION: &CStr =
    match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
        Ok(version) => version,
        Err(_) => panic!("a version has no zero byte"),
    };

/// What the client's `evmc_vm` pointer really points at.
#[repr(C)]
struct Instance<A: Abi, V> {
    /// What the client sees. It must come first: both have the same address.
    interface: evmc_vm<A>,
    /// Held while an option is set, so that two at once don't undo each other.
    setting: Mutex<()>,
    /// The VM as it is now. Locked for as long as it takes to copy or to replace the `Arc`, never while
    /// a contract runs: an execution keeps the VM that it began with.
    vm: RwLock<Arc<V>>,
}

impl<A: Abi, V: Inner> Instance<A, V> {
    fn new() -> Self {
        Self {
            interface: evmc_vm {
                abi_version: A::VERSION,
                name: V::NAME.as_ptr(),
                version: VERSION.as_ptr(),
                destroy: Some(destroy::<A, V>),
                execute: Some(execute::<A, V>),
                get_capabilities: Field::new(Some(get_capabilities::<A, V> as _)),
                set_option: Some(set_option::<A, V>),
            },
            setting: Mutex::new(()),
            vm: RwLock::new(Arc::new(V::default())),
        }
    }

    /// The instance behind a client's pointer; `None` for null.
    ///
    /// # Safety
    ///
    /// Unless null, `vm` must come from [`create`] and not be destroyed during `'a`.
    unsafe fn behind<'a>(vm: *mut evmc_vm<A>) -> Option<&'a Self> {
        // SAFETY: `interface` is the first field of a C structure, so the pointer is also one to the
        // instance; the caller promises the rest.
        unsafe { pointers::value(vm.cast::<Self>()) }
    }

    /// The VM with the options that are set now.
    fn current(&self) -> Arc<V> {
        // A poisoned lock guards nothing half-done: an `Arc` is replaced in one step.
        self.vm.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_option(&self, name: &str, value: &str) -> Result<(), BadOption> {
        let _turn = self.setting.lock().unwrap_or_else(PoisonError::into_inner);
        let mut vm = V::clone(&self.current());
        vm.set(name, value)?;
        *self.vm.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(vm);
        Ok(())
    }
}

/// # Safety
///
/// As EVMC has it: `vm` is null or from [`create`], and nobody uses it any more.
unsafe extern "C" fn destroy<A: Abi, V: Inner>(vm: *mut evmc_vm<A>) {
    if vm.is_null() {
        return;
    }
    // SAFETY: `create` made the pointer from a box of this type, and the client gives it up.
    fenced((), || drop(unsafe { Box::from_raw(vm.cast::<Instance<A, V>>()) }));
}

/// # Safety
///
/// As EVMC has it: `vm` is null or from [`create`].
unsafe extern "C" fn get_capabilities<A: Abi, V: Inner>(
    vm: *mut evmc_vm<A>,
) -> evmc_capabilities_flagset {
    // SAFETY: the client's promise.
    fenced(0, || match unsafe { Instance::<A, V>::behind(vm) } {
        Some(instance) => instance.current().capabilities(),
        None => 0,
    })
}

/// A null or garbled name is no option's name. A null or garbled value is as bad as an empty one, which no
/// option takes.
///
/// # Safety
///
/// As EVMC has it: `vm` is null or from [`create`]; `name` and `value` are null or end with
/// a zero byte.
unsafe extern "C" fn set_option<A: Abi, V: Inner>(
    vm: *mut evmc_vm<A>,
    name: *const c_char,
    value: *const c_char,
) -> evmc_set_option_result {
    fenced(EVMC_SET_OPTION_INVALID_VALUE, || {
        // SAFETY: the client's promise.
        let (instance, name, value) =
            unsafe { (Instance::<A, V>::behind(vm), pointers::text(name), pointers::text(value)) };
        let (Some(instance), Some(name)) = (instance, name) else {
            return EVMC_SET_OPTION_INVALID_NAME;
        };
        match instance.set_option(name, value.unwrap_or_default()) {
            Ok(()) => EVMC_SET_OPTION_SUCCESS,
            Err(BadOption::Name) => EVMC_SET_OPTION_INVALID_NAME,
            Err(BadOption::Value) => EVMC_SET_OPTION_INVALID_VALUE,
        }
    })
}

/// # Safety
///
/// As EVMC has it: `vm` is null or from [`create`]; `host` and `message` are null or valid during
/// the call, and so are the arrays in `message`, what `host`'s functions return, and `code` with
/// `code_size`.
unsafe extern "C" fn execute<A: Abi, V: Inner>(
    vm: *mut evmc_vm<A>,
    host: *const evmc_host_interface<A>,
    context: *mut evmc_host_context,
    revision: evmc_revision,
    message: *const evmc_message<A>,
    code: *const u8,
    code_size: usize,
) -> evmc_result<A> {
    fenced(result::status_only(StatusCode::InternalError), || {
        // SAFETY: the client's promise, in full.
        let run = unsafe { run::<A, V>(vm, host, context, revision, message, code, code_size) };
        run.map_or_else(result::status_only, result::to_c)
    })
}

/// Executes a message that a client sent; an error is the status to answer it with.
///
/// # Safety
///
/// That of [`execute`].
unsafe fn run<A: Abi, V: Inner>(
    vm: *mut evmc_vm<A>,
    host: *const evmc_host_interface<A>,
    context: *mut evmc_host_context,
    revision: evmc_revision,
    message: *const evmc_message<A>,
    code: *const u8,
    code_size: usize,
) -> Result<CallResult, StatusCode> {
    // SAFETY: the client's promise.
    let instance = unsafe { Instance::<A, V>::behind(vm) }.ok_or(StatusCode::InternalError)?;
    // SAFETY: the client's promise.
    let message = unsafe { pointers::value(message) }.ok_or(StatusCode::InternalError)?;
    let revision = A::revision(revision).ok_or(StatusCode::Rejected)?;
    // SAFETY: the client's promise.
    let message = unsafe { convert::message(message, Reader::Vm) }.map_err(|bad| bad.status())?;
    // SAFETY: the client's promise.
    let code =
        unsafe { pointers::array(code, code_size) }.map_err(|_| StatusCode::InternalError)?;
    // SAFETY: the client's promise.
    let mut host = unsafe { EvmcHost::new(host, context, revision) };
    Ok(instance.current().run(revision, &message, code, &mut host))
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
