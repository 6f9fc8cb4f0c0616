//! How we call somebody else's VM: [`LoadedVm`].

use crate::{
    abi::*,
    callbacks::{self, HostContext, broken},
    convert::{self, Reader},
    entry,
    loader::{self, LoadError, parse_config},
    pointers,
    result::{BadResult, Received},
};
use hebe_host::{CallResult, Fault, Host, Message, Revision, StatusCode};
use std::{
    collections::BTreeMap,
    ffi::{CStr, CString, NulError},
    path::Path,
    ptr::NonNull,
};

/// A VM behind one of EVMC's ABIs: one from a library, or the built-in one through the same interface.
///
/// A loaded library is trusted as native code, since it can do what it likes with the process; what it
/// *says* is checked. It is destroyed when this is dropped, and stays in memory.
pub struct LoadedVm {
    vm: Box<dyn AnyVm>,
    abi_version: i32,
    name: String,
    version: String,
    options: BTreeMap<String, String>,
}

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
    #[error("it answered option `{name}` with {answer}, which EVMC does not have")]
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
    pub fn built_in<A: Abi>() -> Self {
        // SAFETY: our own create function, which makes a VM of this ABI.
        unsafe { Self::of(NonNull::new(entry::create::<A>()), "the built-in VM") }
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// Makes a VM; `library` is what errors call it.
    ///
    /// # Safety
    ///
    /// `create` must follow EVMC: what it returns is null or a VM, which is only looked into beyond its
    /// version where that is known.
    unsafe fn create(create: evmc_create_fn, library: &str) -> Result<Self, LoadError> {
        // SAFETY: the caller's promise.
        let vm = NonNull::new(unsafe { create() });
        let Some(first) = vm else { return Err(LoadError::NoVm(library.to_owned())) };
        // SAFETY: in every version of EVMC, a VM begins with the version. Nothing is known about the rest
        // of it before that is compared, not even its size.
        let theirs = unsafe { first.cast::<i32>().read() };
        // SAFETY: by its version, it is a VM of this ABI.
        unsafe {
            match theirs {
                // `RELEASES` has the same.
                Abi9::VERSION => Self::of::<Abi9>(vm.map(NonNull::cast), library),
                Abi10::VERSION => Self::of::<Abi10>(vm.map(NonNull::cast), library),
                Abi11::VERSION => Self::of::<Abi11>(vm.map(NonNull::cast), library),
                Abi12::VERSION => Self::of::<Abi12>(vm, library),
                Abi13::VERSION => Self::of::<Abi13>(vm.map(NonNull::cast), library),
                Abi18::VERSION => Self::of::<Abi18>(vm.map(NonNull::cast), library),
                // The VM is left alone: its `destroy` may be anywhere.
                _ => Err(LoadError::AbiVersion { library: library.to_owned(), theirs }),
            }
        }
    }

    /// A VM of this ABI.
    ///
    /// # Safety
    ///
    /// `vm` must be one, and nobody else may use it.
    unsafe fn of<A: Abi>(
        vm: Option<NonNull<evmc_vm<A>>>,
        library: &str,
    ) -> Result<Self, LoadError> {
        let vm = vm.ok_or_else(|| LoadError::NoVm(library.to_owned()))?;
        // SAFETY: the caller's promise.
        let c = unsafe { vm.read() };
        let missing = |missing| LoadError::Incomplete { library: library.to_owned(), missing };
        // From here on dropping destroys the VM, also where a text is missing.
        let foreign = Foreign {
            vm,
            destroy: c.destroy.ok_or_else(|| missing("destroy"))?,
            execute: c.execute.ok_or_else(|| missing("execute"))?,
            get_capabilities: match c.get_capabilities.get() {
                Some(function) => Some(function.ok_or_else(|| missing("get_capabilities"))?),
                None => None,
            },
            set_option: c.set_option,
        };
        // SAFETY: EVMC requires both to be texts that live as long as the VM.
        let (name, version) = unsafe { (pointers::text(c.name), pointers::text(c.version)) };
        Ok(Self {
            name: name.ok_or_else(|| missing("name in UTF-8"))?.to_owned(),
            version: version.ok_or_else(|| missing("version in UTF-8"))?.to_owned(),
            abi_version: A::VERSION,
            options: BTreeMap::new(),
            vm: Box::new(foreign),
        })
    }

    /// The version of EVMC's ABI that it speaks.
    pub fn abi_version(&self) -> i32 {
        self.abi_version
    }

    /// Whether its ABI can carry a revision. ABI 18 has no Constantinople.
    pub fn carries(&self, revision: Revision) -> bool {
        self.vm.carries(revision)
    }

    /// The newest revision that its ABI can carry.
    pub fn last_revision(&self) -> Revision {
        self.vm.last_revision()
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

    /// What the VM can run: bits of [`EVMC_CAPABILITY_EWASM`] and its kin. Options may change it. `None` since ABI 18,
    /// where a VM is not asked.
    pub fn capabilities(&self) -> Option<u32> {
        self.vm.capabilities()
    }

    /// Sets an option.
    ///
    /// # Errors
    ///
    /// [`OptionRefused`] is the VM's answer, or says why it could not be asked.
    pub fn set_option(&mut self, name: &str, value: &str) -> Result<(), OptionRefused> {
        let (c_name, c_value) = (CString::new(name)?, CString::new(value)?);
        let answer = self.vm.set_option(&c_name, &c_value).ok_or(OptionRefused::NoOptions)?;
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
        let received = self.vm.execute(revision, message, code, host)?;
        let result = received.map_err(|bad| broken(format_args!("answered with {bad}")))?;
        if !matches!(result.status, StatusCode::Success | StatusCode::Revert)
            && result.gas_left != 0
        {
            let (status, left) = (result.status, result.gas_left);
            return Err(broken(format_args!("answered {status} with {left} gas left, not 0")));
        }
        Ok(result)
    }
}

/// A VM, whatever its ABI.
trait AnyVm: Send + Sync {
    fn carries(&self, revision: Revision) -> bool;
    fn last_revision(&self) -> Revision;
    fn capabilities(&self) -> Option<u32>;
    /// The VM's answer; `None` where it has no options.
    fn set_option(&mut self, name: &CStr, value: &CStr) -> Option<evmc_set_option_result>;
    /// The VM's answer.
    ///
    /// # Errors
    ///
    /// The message can't be said in the ABI, so the VM was not asked; or the host failed in a callback.
    fn execute(
        &self,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut dyn Host,
    ) -> Result<Result<CallResult, BadResult>, Fault>;
}

/// Somebody else's VM, of one ABI.
struct Foreign<A: Abi> {
    vm: NonNull<evmc_vm<A>>,
    destroy: evmc_destroy_fn<A>,
    execute: evmc_execute_fn<A>,
    get_capabilities: Option<evmc_get_capabilities_fn<A>>,
    set_option: Option<evmc_set_option_fn<A>>,
}

// SAFETY: EVMC ties a VM to no thread.
unsafe impl<A: Abi> Send for Foreign<A> {}
// SAFETY: clients execute on one VM from many threads at once, so every VM has to bear it. Setting options
// meanwhile is another matter, and takes `&mut self`.
unsafe impl<A: Abi> Sync for Foreign<A> {}

impl<A: Abi> AnyVm for Foreign<A> {
    fn carries(&self, revision: Revision) -> bool {
        A::revision_number(revision).is_some()
    }

    fn last_revision(&self) -> Revision {
        A::LAST
    }

    fn capabilities(&self) -> Option<u32> {
        // SAFETY: the VM is alive until `drop`.
        self.get_capabilities.map(|ask| unsafe { ask(self.vm.as_ptr()) })
    }

    fn set_option(&mut self, name: &CStr, value: &CStr) -> Option<evmc_set_option_result> {
        // SAFETY: the VM is alive until `drop`; both texts end with a zero byte.
        self.set_option.map(|set| unsafe { set(self.vm.as_ptr(), name.as_ptr(), value.as_ptr()) })
    }

    fn execute(
        &self,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut dyn Host,
    ) -> Result<Result<CallResult, BadResult>, Fault> {
        let number =
            A::revision_number(revision).ok_or(Fault::NotInAbi { revision, abi: A::VERSION })?;
        let c_message = convert::message_to_c(message, Reader::Vm)
            .map_err(|problem| Fault::Message(problem.into()))?;
        let context = HostContext::<A>::new(host, revision, message);
        let interface = callbacks::interface();
        // SAFETY: the VM is alive until `drop`. Interface, context, message and code outlive the call. The
        // result is ours to release, by EVMC.
        let received = unsafe {
            Received::new((self.execute)(
                self.vm.as_ptr(),
                &interface,
                context.as_c(),
                number,
                &c_message,
                pointers::pointer_to(code),
                code.len(),
            ))
        };
        let mut result = received.read(message.gas);
        if let Ok(CallResult { status: StatusCode::Success, gas_refund, .. }) = &mut result
            && A::VERSION < 10
        {
            *gas_refund = context.refund()?;
        }
        drop(received);
        context.finish()?;
        Ok(result)
    }
}

impl<A: Abi> Drop for Foreign<A> {
    fn drop(&mut self) {
        // SAFETY: made by the VM's create function, and given up here.
        unsafe { (self.destroy)(self.vm.as_ptr()) }
    }
}

#[cfg(test)]
mod tests;
