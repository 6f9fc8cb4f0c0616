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
        let revision_number = revision.number().ok_or(Fault::UnsupportedRevision(revision))?;
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
                revision_number,
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
mod tests;
