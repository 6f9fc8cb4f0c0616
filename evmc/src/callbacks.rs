//! How somebody else's VM asks our host: EVMC's host interface over [`Host`].

use crate::{
    abi::*,
    convert::{self, access_status_to_c, address, bytes32, bytes32_to_c, u256_to_c},
    pointers, result,
};
use hebe_host::{CallResult, Fault, Host, StatusCode};
use std::{
    any::Any,
    cell::{OnceCell, RefCell},
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
};

/// What the VM's context pointer points at during one execution.
///
/// EVMC's callbacks can't fail, so whatever goes wrong is remembered here, and [`HostContext::finish`]
/// brings it up when the VM has returned. From then on the host is asked nothing more, and the VM is
/// told zeros.
pub(crate) struct HostContext<'a> {
    /// Borrowed for the time of a callback. A VM that uses the context of an outer execution while a
    /// nested one runs finds it taken.
    host: RefCell<&'a mut dyn Host>,
    trouble: OnceCell<Trouble>,
    /// The answer to `get_tx_context`, which VMs may keep pointers into until they return.
    tx_context: OnceCell<(evmc_tx_context, Vec<evmc_bytes32>)>,
}

/// Why an execution can't have an outcome.
enum Trouble {
    /// The host failed, or the VM broke the rules.
    Fault(Fault),
    /// The host panicked, with this.
    Panic(Box<dyn Any + Send>),
}

impl<'a> HostContext<'a> {
    pub(crate) fn new(host: &'a mut dyn Host) -> Self {
        Self { host: RefCell::new(host), trouble: OnceCell::new(), tx_context: OnceCell::new() }
    }

    /// The pointer for the VM, good for as long as `self` is borrowed.
    pub(crate) fn as_c(&self) -> *mut evmc_host_context {
        std::ptr::from_ref(self).cast_mut().cast()
    }

    /// What went wrong in callbacks, if anything did. A panic of the host goes on here, where no C is
    /// in between.
    pub(crate) fn finish(self) -> Result<(), Fault> {
        match self.trouble.into_inner() {
            None => Ok(()),
            Some(Trouble::Fault(fault)) => Err(fault),
            Some(Trouble::Panic(payload)) => resume_unwind(payload),
        }
    }

    /// Asks the host; `None` when that went wrong, now or earlier.
    fn ask<T>(&self, ask: impl FnOnce(&mut dyn Host) -> Result<T, Fault>) -> Option<T> {
        if self.trouble.get().is_some() {
            return None;
        }
        let answer = catch_unwind(AssertUnwindSafe(|| {
            let mut host = self
                .host
                .try_borrow_mut()
                .map_err(|_| broken("used the context of an outer execution"))?;
            ask(&mut **host)
        }));
        let trouble = match answer {
            Ok(Ok(answer)) => return Some(answer),
            Ok(Err(fault)) => Trouble::Fault(fault),
            Err(payload) => Trouble::Panic(payload),
        };
        // Should a nested callback have been first, that one is the cause of this one.
        let _ = self.trouble.set(trouble);
        None
    }
}

/// The VM broke EVMC's rules.
pub(crate) fn broken(what: impl std::fmt::Display) -> Fault {
    Fault::Engine(format!("the VM {what}"))
}

/// Asks the host behind `context`; gives the default when that goes wrong.
///
/// # Safety
///
/// `context` must be null or from [`HostContext::as_c`], its owner still borrowed.
unsafe fn ask<T: Default>(
    context: *mut evmc_host_context,
    ask: impl FnOnce(&mut dyn Host) -> Result<T, Fault>,
) -> T {
    // SAFETY: the caller's promise. The lifetime of the host is that of the borrow.
    let context = unsafe { pointers::value(context.cast::<HostContext<'_>>()) };
    context.and_then(|context| context.ask(ask)).unwrap_or_default()
}

/// The value that a VM must point at.
///
/// # Safety
///
/// That of [`pointers::value`].
unsafe fn given<T: Copy>(pointer: *const T) -> Result<T, Fault> {
    // SAFETY: the caller's promise.
    unsafe { pointers::value(pointer) }
        .copied()
        .ok_or_else(|| broken("gave a null pointer to the host"))
}

/// The interface that every VM gets, with a [`HostContext`].
pub(crate) static INTERFACE: evmc_host_interface = evmc_host_interface {
    account_exists: Some(account_exists),
    get_storage: Some(get_storage),
    set_storage: Some(set_storage),
    get_balance: Some(get_balance),
    get_code_size: Some(get_code_size),
    get_code_hash: Some(get_code_hash),
    copy_code: Some(copy_code),
    selfdestruct: Some(selfdestruct),
    call: Some(call),
    get_tx_context: Some(get_tx_context),
    get_block_hash: Some(get_block_hash),
    emit_log: Some(emit_log),
    access_account: Some(access_account),
    access_storage: Some(access_storage),
    get_transient_storage: Some(get_transient_storage),
    set_transient_storage: Some(set_transient_storage),
};

// Every function below is called by a VM during `LoadedVm::execute`, by EVMC's rules: `context` is the one
// it was given, other pointers are null or valid during the call, arrays as long as the size beside
// them. Each SAFETY line "the VM's promise" means these rules.

unsafe extern "C" fn account_exists(
    context: *mut evmc_host_context,
    account: *const evmc_address,
) -> u8 {
    // SAFETY: the VM's promise.
    let exists = unsafe { ask(context, |host| Ok(host.account_exists(address(given(account)?))?)) };
    u8::from(exists)
}

unsafe extern "C" fn get_storage(
    context: *mut evmc_host_context,
    account: *const evmc_address,
    key: *const evmc_bytes32,
) -> evmc_bytes32 {
    // SAFETY: the VM's promise.
    unsafe {
        ask(context, |host| {
            let value = host.get_storage(address(given(account)?), bytes32(given(key)?))?;
            Ok(bytes32_to_c(value))
        })
    }
}

unsafe extern "C" fn set_storage(
    context: *mut evmc_host_context,
    account: *const evmc_address,
    key: *const evmc_bytes32,
    value: *const evmc_bytes32,
) -> evmc_storage_status {
    // SAFETY: the VM's promise.
    unsafe {
        ask(context, |host| {
            let (account, key, value) = (given(account)?, given(key)?, given(value)?);
            let status = host.set_storage(address(account), bytes32(key), bytes32(value))?;
            Ok(convert::storage_status_to_c(status))
        })
    }
}

unsafe extern "C" fn get_balance(
    context: *mut evmc_host_context,
    account: *const evmc_address,
) -> evmc_uint256be {
    // SAFETY: the VM's promise.
    unsafe { ask(context, |host| Ok(u256_to_c(host.get_balance(address(given(account)?))?))) }
}

unsafe extern "C" fn get_code_size(
    context: *mut evmc_host_context,
    account: *const evmc_address,
) -> usize {
    // SAFETY: the VM's promise.
    unsafe { ask(context, |host| Ok(host.get_code_size(address(given(account)?))?)) }
}

unsafe extern "C" fn get_code_hash(
    context: *mut evmc_host_context,
    account: *const evmc_address,
) -> evmc_bytes32 {
    // SAFETY: the VM's promise.
    unsafe { ask(context, |host| Ok(bytes32_to_c(host.get_code_hash(address(given(account)?))?))) }
}

unsafe extern "C" fn copy_code(
    context: *mut evmc_host_context,
    account: *const evmc_address,
    code_offset: usize,
    buffer: *mut u8,
    buffer_size: usize,
) -> usize {
    // SAFETY: the VM's promise. Its buffer may be uninitialised, so it is only written to.
    unsafe {
        ask(context, |host| {
            let account = address(given(account)?);
            if buffer.is_null() && buffer_size != 0 {
                return Err(broken("gave a null buffer to copy_code"));
            }
            let mut copy = pointers::buffer(buffer_size)
                .map_err(|bad| broken(format_args!("called copy_code with {bad}")))?;
            let copied = host.copy_code(account, code_offset, &mut copy)?;
            let Some(code) = copy.get(..copied) else {
                let text = format!("copied {copied} bytes of code into a buffer of {buffer_size}");
                return Err(Fault::Host(hebe_host::HostFault(text.into())));
            };
            if !code.is_empty() {
                buffer.copy_from_nonoverlapping(code.as_ptr(), code.len());
            }
            Ok(copied)
        })
    }
}

unsafe extern "C" fn selfdestruct(
    context: *mut evmc_host_context,
    account: *const evmc_address,
    beneficiary: *const evmc_address,
) -> u8 {
    // SAFETY: the VM's promise.
    let first = unsafe {
        ask(context, |host| {
            let (account, beneficiary) = (given(account)?, given(beneficiary)?);
            Ok(host.selfdestruct(address(account), address(beneficiary))?)
        })
    };
    u8::from(first)
}

unsafe extern "C" fn call(
    context: *mut evmc_host_context,
    message: *const evmc_message,
) -> evmc_result {
    // SAFETY: the VM's promise, for the message's input too.
    let result: Option<CallResult> = unsafe {
        ask(context, |host| {
            let message = convert::message(&given(message)?)
                .map_err(|bad| broken(format_args!("sent a message that can't be: {bad}")))?;
            Ok(Some(host.call(&message)?))
        })
    };
    result.map_or_else(|| result::status_only(StatusCode::InternalError), result::to_c)
}

unsafe extern "C" fn get_tx_context(context: *mut evmc_host_context) -> evmc_tx_context {
    let empty = || convert::tx_context_to_c(&hebe_host::TxContext::default(), &[]);
    // SAFETY: the VM's promise.
    let Some(context) = (unsafe { pointers::value(context.cast::<HostContext<'_>>()) }) else {
        return empty();
    };
    if let Some((answer, _)) = context.tx_context.get() {
        return *answer;
    }
    let Some(answer) = context.ask(|host| Ok(host.get_tx_context()?)) else { return empty() };
    let hashes: Vec<_> = answer.blob_hashes.iter().copied().map(bytes32_to_c).collect();
    let (answer, _) =
        context.tx_context.get_or_init(|| (convert::tx_context_to_c(&answer, &hashes), hashes));
    *answer
}

unsafe extern "C" fn get_block_hash(context: *mut evmc_host_context, number: i64) -> evmc_bytes32 {
    // SAFETY: the VM's promise.
    unsafe { ask(context, |host| Ok(bytes32_to_c(host.get_block_hash(number)?))) }
}

unsafe extern "C" fn emit_log(
    context: *mut evmc_host_context,
    account: *const evmc_address,
    data: *const u8,
    data_size: usize,
    topics: *const evmc_bytes32,
    topics_count: usize,
) {
    // SAFETY: the VM's promise.
    unsafe {
        ask(context, |host| {
            let account = address(given(account)?);
            if topics_count > 4 {
                return Err(broken(format_args!(
                    "sent a log with {topics_count} topics, of at most 4"
                )));
            }
            let bad = |bad| broken(format_args!("sent a log with {bad}"));
            let data = pointers::array(data, data_size).map_err(bad)?;
            let topics = pointers::array(topics, topics_count).map_err(bad)?;
            let topics: Vec<_> = topics.iter().copied().map(bytes32).collect();
            Ok(host.emit_log(account, data, &topics)?)
        })
    }
}

unsafe extern "C" fn access_account(
    context: *mut evmc_host_context,
    account: *const evmc_address,
) -> evmc_access_status {
    // SAFETY: the VM's promise.
    unsafe {
        ask(context, |host| Ok(access_status_to_c(host.access_account(address(given(account)?))?)))
    }
}

unsafe extern "C" fn access_storage(
    context: *mut evmc_host_context,
    account: *const evmc_address,
    key: *const evmc_bytes32,
) -> evmc_access_status {
    // SAFETY: the VM's promise.
    unsafe {
        ask(context, |host| {
            let status = host.access_storage(address(given(account)?), bytes32(given(key)?))?;
            Ok(access_status_to_c(status))
        })
    }
}

unsafe extern "C" fn get_transient_storage(
    context: *mut evmc_host_context,
    account: *const evmc_address,
    key: *const evmc_bytes32,
) -> evmc_bytes32 {
    // SAFETY: the VM's promise.
    unsafe {
        ask(context, |host| {
            let value =
                host.get_transient_storage(address(given(account)?), bytes32(given(key)?))?;
            Ok(bytes32_to_c(value))
        })
    }
}

unsafe extern "C" fn set_transient_storage(
    context: *mut evmc_host_context,
    account: *const evmc_address,
    key: *const evmc_bytes32,
    value: *const evmc_bytes32,
) {
    // SAFETY: the VM's promise.
    unsafe {
        ask(context, |host| {
            let (account, key, value) = (given(account)?, given(key)?, given(value)?);
            Ok(host.set_transient_storage(address(account), bytes32(key), bytes32(value))?)
        })
    }
}
