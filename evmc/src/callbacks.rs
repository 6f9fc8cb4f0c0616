//! How somebody else's VM asks our host: EVMC's host interface over [`Host`].

use crate::{
    abi::*,
    convert::{self, Reader, access_status_to_c, address, bytes32, bytes32_to_c, u256_to_c},
    pointers, result,
};
use hebe_host::{Address, CallResult, Fault, Host, Message, Revision, StatusCode, add_refund};
use std::{
    any::Any,
    cell::{Cell, OnceCell, RefCell},
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
};

/// What the VM's context pointer points at during one execution.
///
/// EVMC's callbacks can't fail, so whatever goes wrong is remembered here, and [`HostContext::finish`]
/// brings it up when the VM has returned. From then on the host is asked nothing more, and the VM is
/// told zeros.
pub(crate) struct HostContext<'a, A: Abi> {
    /// Borrowed for the time of a callback. A VM that uses the context of an outer execution while a
    /// nested one runs finds it taken.
    host: RefCell<&'a mut dyn Host>,
    trouble: OnceCell<Trouble>,
    /// The answer to `get_tx_context`, which VMs may keep pointers into until they return.
    tx_context: OnceCell<(evmc_tx_context<A>, Vec<evmc_bytes32>)>,
    revision: Revision,
    /// The account that the execution is on.
    running: Address,
    /// What the execution has added to the refund so far; `None` where that is more than fits. It counts where the VM can't
    /// say it: in ABI 9.
    refund: Cell<Option<i64>>,
}

/// Why an execution can't have an outcome.
enum Trouble {
    /// The host failed, or the VM broke the rules.
    Fault(Fault),
    /// The host panicked, with this.
    Panic(Box<dyn Any + Send>),
}

impl<'a, A: Abi> HostContext<'a, A> {
    /// The context of an execution of `message`.
    pub(crate) fn new(host: &'a mut dyn Host, revision: Revision, message: &Message<'_>) -> Self {
        Self {
            host: RefCell::new(host),
            trouble: OnceCell::new(),
            tx_context: OnceCell::new(),
            revision,
            running: message.recipient,
            refund: Cell::new(Some(0)),
        }
    }

    /// The pointer for the VM, good for as long as `self` is borrowed.
    pub(crate) fn as_c(&self) -> *mut evmc_host_context {
        std::ptr::from_ref(self).cast_mut().cast()
    }

    /// What stores, self-destructs and nested calls added to the refund.
    ///
    /// # Errors
    ///
    /// It is more than the host can have meant.
    pub(crate) fn refund(&self) -> Result<i64, Fault> {
        self.refund
            .get()
            .ok_or_else(|| Fault::Host(hebe_host::HostFault("gave refunds that can't be".into())))
    }

    fn add_refund(&self, gas: i64) {
        self.refund.set(self.refund.get().and_then(|refund| add_refund(refund, gas).ok()));
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
unsafe fn ask<A: Abi, T: Default>(
    context: *mut evmc_host_context,
    ask: impl FnOnce(&mut dyn Host) -> Result<T, Fault>,
) -> T {
    // SAFETY: the caller's promise.
    let context = unsafe { behind::<A>(context) };
    context.and_then(|context| context.ask(ask)).unwrap_or_default()
}

/// What `context` points at; `None` for null.
///
/// # Safety
///
/// That of [`ask`]. The lifetime of the host is that of the borrow.
unsafe fn behind<'a, A: Abi>(context: *mut evmc_host_context) -> Option<&'a HostContext<'a, A>> {
    // SAFETY: the caller's promise.
    unsafe { pointers::value(context.cast::<HostContext<'a, A>>()) }
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

/// The interface that every VM of an ABI gets, with a [`HostContext`].
pub(crate) fn interface<A: Abi>() -> evmc_host_interface<A> {
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

// Every function below is called by a VM during `LoadedVm::execute`, by EVMC's rules: `context` is the one
// it was given, other pointers are null or valid during the call, arrays as long as the size beside
// them. Each SAFETY line "the VM's promise" means these rules.

unsafe extern "C" fn account_exists<A: Abi>(
    context: *mut evmc_host_context,
    account: *const evmc_address,
) -> u8 {
    // SAFETY: the VM's promise.
    let exists =
        unsafe { ask::<A, _>(context, |host| Ok(host.account_exists(address(given(account)?))?)) };
    u8::from(exists)
}

unsafe extern "C" fn get_storage<A: Abi>(
    context: *mut evmc_host_context,
    account: *const evmc_address,
    key: *const evmc_bytes32,
) -> evmc_bytes32 {
    // SAFETY: the VM's promise.
    unsafe {
        ask::<A, _>(context, |host| {
            let value = host.get_storage(address(given(account)?), bytes32(given(key)?))?;
            Ok(bytes32_to_c(value))
        })
    }
}

unsafe extern "C" fn set_storage<A: Abi>(
    context: *mut evmc_host_context,
    account: *const evmc_address,
    key: *const evmc_bytes32,
    value: *const evmc_bytes32,
) -> evmc_storage_status {
    // SAFETY: the VM's promise.
    let Some(context) = (unsafe { behind::<A>(context) }) else { return 0 };
    // SAFETY: the VM's promise.
    let status = context.ask(|host| unsafe {
        let (account, key, value) = (given(account)?, given(key)?, given(value)?);
        Ok(host.set_storage(address(account), bytes32(key), bytes32(value))?)
    });
    status.map_or(0, |status| {
        context.add_refund(convert::fees(context.revision).storage_store.refund(status));
        convert::storage_status_to_c::<A>(status, context.revision)
    })
}

unsafe extern "C" fn get_balance<A: Abi>(
    context: *mut evmc_host_context,
    account: *const evmc_address,
) -> evmc_uint256be {
    // SAFETY: the VM's promise.
    unsafe {
        ask::<A, _>(context, |host| Ok(u256_to_c(host.get_balance(address(given(account)?))?)))
    }
}

unsafe extern "C" fn get_nonce<A: Abi>(
    context: *mut evmc_host_context,
    account: *const evmc_address,
) -> u64 {
    // SAFETY: the VM's promise.
    unsafe { ask::<A, _>(context, |host| Ok(host.get_nonce(address(given(account)?))?)) }
}

unsafe extern "C" fn get_code_size<A: Abi>(
    context: *mut evmc_host_context,
    account: *const evmc_address,
) -> usize {
    // SAFETY: the VM's promise.
    unsafe { ask::<A, _>(context, |host| Ok(host.get_code_size(address(given(account)?))?)) }
}

unsafe extern "C" fn get_code_hash<A: Abi>(
    context: *mut evmc_host_context,
    account: *const evmc_address,
) -> evmc_bytes32 {
    // SAFETY: the VM's promise.
    unsafe {
        ask::<A, _>(context, |host| Ok(bytes32_to_c(host.get_code_hash(address(given(account)?))?)))
    }
}

unsafe extern "C" fn copy_code<A: Abi>(
    context: *mut evmc_host_context,
    account: *const evmc_address,
    code_offset: usize,
    buffer: *mut u8,
    buffer_size: usize,
) -> usize {
    // SAFETY: the VM's promise. Its buffer may be uninitialised, so it is only written to.
    unsafe {
        ask::<A, _>(context, |host| {
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

unsafe extern "C" fn selfdestruct<A: Abi>(
    context: *mut evmc_host_context,
    account: *const evmc_address,
    beneficiary: *const evmc_address,
) -> A::Since10<u8> {
    // SAFETY: the VM's promise.
    let Some(context) = (unsafe { behind::<A>(context) }) else { return Default::default() };
    // SAFETY: the VM's promise.
    let first = context.ask(|host| unsafe {
        let (account, beneficiary) = (given(account)?, given(beneficiary)?);
        Ok(host.selfdestruct(address(account), address(beneficiary))?)
    });
    let first = first.unwrap_or_default();
    if first {
        context.add_refund(convert::fees(context.revision).self_destruct_refund);
    }
    Field::new(u8::from(first))
}

unsafe extern "C" fn call<A: Abi>(
    context: *mut evmc_host_context,
    message: *const evmc_message<A>,
) -> evmc_result<A> {
    let failed = || result::status_only(StatusCode::InternalError);
    // SAFETY: the VM's promise.
    let Some(context) = (unsafe { behind::<A>(context) }) else { return failed() };
    let reader = Reader::Host { running: context.running };
    // SAFETY: the VM's promise, for the message's input too.
    let result: Option<CallResult> = context.ask(|host| unsafe {
        let message = convert::message(&given(message)?, reader)
            .map_err(|bad| broken(format_args!("sent a message that can't be: {bad}")))?;
        Ok(host.call(&message)?)
    });
    result.map_or_else(failed, |result| {
        context.add_refund(result.gas_refund);
        result::to_c(result)
    })
}

unsafe extern "C" fn get_tx_context<A: Abi>(context: *mut evmc_host_context) -> evmc_tx_context<A> {
    let empty = || convert::tx_context_to_c(&hebe_host::TxContext::default(), &[]);
    // SAFETY: the VM's promise.
    let Some(context) = (unsafe { behind::<A>(context) }) else { return empty() };
    if let Some((answer, _)) = context.tx_context.get() {
        return *answer;
    }
    let Some(answer) = context.ask(|host| Ok(host.get_tx_context()?)) else { return empty() };
    let hashes: Vec<_> = answer.blob_hashes.iter().copied().map(bytes32_to_c).collect();
    let (answer, _) =
        context.tx_context.get_or_init(|| (convert::tx_context_to_c(&answer, &hashes), hashes));
    *answer
}

unsafe extern "C" fn get_block_hash<A: Abi>(
    context: *mut evmc_host_context,
    number: i64,
) -> evmc_bytes32 {
    // SAFETY: the VM's promise.
    unsafe { ask::<A, _>(context, |host| Ok(bytes32_to_c(host.get_block_hash(number)?))) }
}

unsafe extern "C" fn emit_log<A: Abi>(
    context: *mut evmc_host_context,
    account: *const evmc_address,
    data: *const u8,
    data_size: usize,
    topics: *const evmc_bytes32,
    topics_count: usize,
) {
    // SAFETY: the VM's promise.
    unsafe {
        ask::<A, _>(context, |host| {
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

unsafe extern "C" fn access_account<A: Abi>(
    context: *mut evmc_host_context,
    account: *const evmc_address,
) -> A::AccessStatus {
    // SAFETY: the VM's promise.
    unsafe {
        ask::<A, _>(context, |host| {
            Ok(access_status_to_c::<A>(host.access_account(address(given(account)?))?))
        })
    }
}

unsafe extern "C" fn access_storage<A: Abi>(
    context: *mut evmc_host_context,
    account: *const evmc_address,
    key: *const evmc_bytes32,
) -> A::AccessStatus {
    // SAFETY: the VM's promise.
    unsafe {
        ask::<A, _>(context, |host| {
            let status = host.access_storage(address(given(account)?), bytes32(given(key)?))?;
            Ok(access_status_to_c::<A>(status))
        })
    }
}

unsafe extern "C" fn get_transient_storage<A: Abi>(
    context: *mut evmc_host_context,
    account: *const evmc_address,
    key: *const evmc_bytes32,
) -> evmc_bytes32 {
    // SAFETY: the VM's promise.
    unsafe {
        ask::<A, _>(context, |host| {
            let value =
                host.get_transient_storage(address(given(account)?), bytes32(given(key)?))?;
            Ok(bytes32_to_c(value))
        })
    }
}

unsafe extern "C" fn set_transient_storage<A: Abi>(
    context: *mut evmc_host_context,
    account: *const evmc_address,
    key: *const evmc_bytes32,
    value: *const evmc_bytes32,
) {
    // SAFETY: the VM's promise.
    unsafe {
        ask::<A, _>(context, |host| {
            let (account, key, value) = (given(account)?, given(key)?, given(value)?);
            Ok(host.set_transient_storage(address(account), bytes32(key), bytes32(value))?)
        })
    }
}
