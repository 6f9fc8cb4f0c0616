//! How we call somebody else's VM: [`LoadedVm`].

use crate::{
    abi::*,
    callbacks::{self, HostContext, broken},
    convert, entry,
    loader::{self, LoadError, parse_config},
    pointers,
    result::Received,
};
use hebe_host::{CallResult, Fault, Host, Message, Revision, StatusCode};
use std::{
    collections::BTreeMap,
    ffi::{CString, NulError},
    path::Path,
    ptr::NonNull,
};

/// A VM behind EVMC ABI 12: one from a library, or the built-in one through the same interface.
///
/// A loaded library is trusted as native code, since it can do what it likes with the process; what it
/// *says* is checked. It is destroyed when this is dropped, and stays in memory.
pub struct LoadedVm {
    vm: NonNull<evmc_vm>,
    name: String,
    version: String,
    options: BTreeMap<String, String>,
    destroy: evmc_destroy_fn,
    execute: evmc_execute_fn,
    get_capabilities: evmc_get_capabilities_fn,
    set_option: Option<evmc_set_option_fn>,
}

// SAFETY: EVMC ties a VM to no thread.
unsafe impl Send for LoadedVm {}
// SAFETY: clients execute on one VM from many threads at once, so every VM has to bear it. Setting options
// meanwhile is another matter, and takes `&mut self`.
unsafe impl Sync for LoadedVm {}

/// A VM did not take an option.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionRefused {
    /// It has no such option.
    #[error("it has no option `{0}`")]
    InvalidName(String),
    /// It has the option, but not with this value.
    #[error("its option `{name}` can't be `{value}`")]
    InvalidValue {
        /// The option.
        name: String,
        /// The value.
        value: String,
    },
    /// It has no options at all.
    #[error("it has no options")]
    NoOptions,
    /// Name or value contain a zero byte, which EVMC can't carry.
    #[error("an option can't contain a zero byte: {0}")]
    ZeroByte(#[from] NulError),
    /// It answered with a number that means nothing.
    #[error("it answered option `{name}` with {answer}, which EVMC 12 does not have")]
    BadAnswer {
        /// The option.
        name: String,
        /// The number.
        answer: i32,
    },
}

impl LoadedVm {
    /// Loads the library at `path` and makes a VM, as EVMC's loader does. A path without a slash is looked
    /// for where the system looks for libraries.
    ///
    /// # Errors
    ///
    /// [`LoadError`] says what is wrong with the library.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        let path = path.as_ref();
        let create = loader::create_function(path)?;
        // SAFETY: by its name it is an EVMC create function.
        unsafe { Self::create(create, &path.display().to_string()) }
    }

    /// Loads a library and sets options, by a text such as `./libhebe.so,debug=true,cache_size=1M`.
    ///
    /// # Errors
    ///
    /// [`LoadError`]; every option must be accepted.
    pub fn load_with_options(config: &str) -> Result<Self, LoadError> {
        let (library, options) = parse_config(config);
        let mut vm = Self::load(library)?;
        for (name, value) in options {
            vm.set_option(name, value)
                .map_err(|refused| LoadError::Option { library: library.to_owned(), refused })?;
        }
        Ok(vm)
    }

    /// The VM of this crate, through the same C interface but without a library file.
    ///
    /// # Panics
    ///
    /// When memory is used up.
    pub fn built_in() -> Self {
        // SAFETY: our own create function.
        unsafe { Self::create(entry::evmc_create_hebe, "the built-in VM") }
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// Makes a VM; `library` is what errors call it.
    ///
    /// # Safety
    ///
    /// `create` must follow EVMC: what it returns is null or a VM, which is only looked into beyond its
    /// version where that is 12.
    unsafe fn create(create: evmc_create_fn, library: &str) -> Result<Self, LoadError> {
        let no_vm = || LoadError::NoVm(library.to_owned());
        // SAFETY: the caller's promise.
        let vm = NonNull::new(unsafe { create() }).ok_or_else(no_vm)?;
        // SAFETY: in every version of EVMC, a VM begins with the version. Nothing is known about the rest
        // of it before that is compared, not even its size.
        let theirs = unsafe { vm.cast::<i32>().read() };
        if theirs != EVMC_ABI_VERSION {
            // The VM is left alone: its `destroy` may be anywhere.
            return Err(LoadError::AbiVersion { library: library.to_owned(), theirs });
        }
        // SAFETY: the version is ours, so it is this structure.
        let c = unsafe { vm.read() };
        let missing = |missing| LoadError::Incomplete { library: library.to_owned(), missing };
        // From here on dropping destroys the VM, also where a text is missing.
        let mut loaded = Self {
            vm,
            name: String::new(),
            version: String::new(),
            options: BTreeMap::new(),
            destroy: c.destroy.ok_or_else(|| missing("destroy"))?,
            execute: c.execute.ok_or_else(|| missing("execute"))?,
            get_capabilities: c.get_capabilities.ok_or_else(|| missing("get_capabilities"))?,
            set_option: c.set_option,
        };
        // SAFETY: EVMC requires both to be texts that live as long as the VM.
        let (name, version) = unsafe { (pointers::text(c.name), pointers::text(c.version)) };
        name.ok_or_else(|| missing("name in UTF-8"))?.clone_into(&mut loaded.name);
        version.ok_or_else(|| missing("version in UTF-8"))?.clone_into(&mut loaded.version);
        Ok(loaded)
    }

    /// What the VM calls itself.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The VM's own version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The options that were set, with their last values.
    pub fn options(&self) -> &BTreeMap<String, String> {
        &self.options
    }

    /// What the VM can run: bits of [`EVMC_CAPABILITY_EWASM`] and its kin. Options may change it.
    pub fn capabilities(&self) -> u32 {
        // SAFETY: the VM is alive until `drop`.
        unsafe { (self.get_capabilities)(self.vm.as_ptr()) }
    }

    /// Sets an option.
    ///
    /// # Errors
    ///
    /// [`OptionRefused`] is the VM's answer, or says why it could not be asked.
    pub fn set_option(&mut self, name: &str, value: &str) -> Result<(), OptionRefused> {
        let set_option = self.set_option.ok_or(OptionRefused::NoOptions)?;
        let (c_name, c_value) = (CString::new(name)?, CString::new(value)?);
        // SAFETY: the VM is alive until `drop`; both texts end with a zero byte.
        let answer = unsafe { set_option(self.vm.as_ptr(), c_name.as_ptr(), c_value.as_ptr()) };
        let name = name.to_owned();
        match answer {
            EVMC_SET_OPTION_SUCCESS => {
                self.options.insert(name, value.to_owned());
                Ok(())
            }
            EVMC_SET_OPTION_INVALID_NAME => Err(OptionRefused::InvalidName(name)),
            EVMC_SET_OPTION_INVALID_VALUE => {
                Err(OptionRefused::InvalidValue { name, value: value.to_owned() })
            }
            answer => Err(OptionRefused::BadAnswer { name, answer }),
        }
    }

    /// Runs `message` with `code` on `host`. It may be called again from within `host`'s functions.
    ///
    /// # Errors
    ///
    /// [`Fault::Host`] when `host` failed in a callback (the VM could not be told, and whatever it
    /// answered then is dropped); [`Fault::Engine`] when the VM said what can't be true: an unknown
    /// status, more gas left than there was or any after a failure, an output that is not there;
    /// [`Fault::Message`] when `message` does not fit into EVMC. All are `EVMC_INTERNAL_ERROR`.
    ///
    /// # Panics
    ///
    /// With `host`'s own panic, if it panics in a callback, once the VM has returned.
    pub fn execute(
        &self,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut dyn Host,
    ) -> Result<CallResult, Fault> {
        let c_message = convert::message_to_c(message)
            .ok_or(Fault::Message("its depth does not fit into 31 bits".into()))?;
        let context = HostContext::new(host);
        // SAFETY: the VM is alive until `drop`. The interface is static; context, message and code
        // outlive the call. The result is ours to release, by EVMC.
        let received = unsafe {
            Received::new((self.execute)(
                self.vm.as_ptr(),
                &callbacks::INTERFACE,
                context.as_c(),
                revision.number(),
                &c_message,
                pointers::pointer_to(code),
                code.len(),
            ))
        };
        let result = received.read(message.gas);
        drop(received);
        context.finish()?;
        let result = result.map_err(|bad| broken(format_args!("answered with {bad}")))?;
        if !matches!(result.status, StatusCode::Success | StatusCode::Revert)
            && result.gas_left != 0
        {
            let (status, left) = (result.status, result.gas_left);
            return Err(broken(format_args!("answered {status} with {left} gas left, not 0")));
        }
        Ok(result)
    }
}

impl Drop for LoadedVm {
    fn drop(&mut self) {
        // SAFETY: made by `create`, and given up here.
        unsafe { (self.destroy)(self.vm.as_ptr()) }
    }
}

#[cfg(test)]
mod tests {
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
            abi_version: EVMC_ABI_VERSION,
            name: c"test".as_ptr(),
            version: c"1".as_ptr(),
            destroy: Some(destroy),
            execute: Some(execute),
            get_capabilities: Some(get_capabilities),
            set_option: None,
        }))
    }

    fn message(gas: i64) -> Message<'static> {
        Message {
            kind: CallKind::Call,
            is_static: false,
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
        assert_eq!(status, says("status 99, which EVMC 12 does not have"));
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
                host.emit_log.unwrap()(
                    context,
                    &evmc_address::default(),
                    ptr::null(),
                    0,
                    topics,
                    5,
                );
            }
            success()
        });
        assert_eq!(log, "the engine failed: the VM sent a log with 5 topics, of at most 4");
        let call = blamed(|host, context| {
            let c = convert::message_to_c(&message(1)).unwrap();
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
                assert_eq!((first.block_number, first.blob_hashes), (5, second.blob_hashes));
                let hashes = std::slice::from_raw_parts(first.blob_hashes, first.blob_hashes_count);
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
}
