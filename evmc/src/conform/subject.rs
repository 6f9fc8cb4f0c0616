//! The library under test, and what it says of itself.

use super::{programs::Code, raw::by_abi, scene::Scene};
use crate::{LoadError, LoadedVm, RELEASES, abi::*, loader, pointers};
use std::path::Path;

/// A library under test, with the options that its VMs get.
pub struct Subject {
    config: String,
    create: evmc_create_fn,
    abi: i32,
}

impl Subject {
    /// Opens a library, by a text such as `./libhebe.so,debug=true`.
    ///
    /// # Errors
    ///
    /// It is not an EVMC library, or none of an ABI that there are rules for.
    pub fn open(config: &str) -> Result<Self, LoadError> {
        let (library, _) = crate::parse_config(config);
        let create = loader::create_function(Path::new(library))?;
        // SAFETY: by its name it is an EVMC create function, which takes nothing.
        let vm = unsafe { create() };
        if vm.is_null() {
            return Err(LoadError::NoVm(library.to_owned()));
        }
        // SAFETY: in every version of EVMC, a VM begins with the version.
        let abi = unsafe { vm.cast::<i32>().read() };
        if !RELEASES.iter().any(|release| release.abi == abi) {
            return Err(LoadError::AbiVersion { library: library.to_owned(), theirs: abi });
        }
        let subject = Self { config: config.to_owned(), create, abi };
        by_abi!(destroy, &subject, vm.cast());
        Ok(subject)
    }

    /// The version of EVMC's ABI that it speaks.
    pub fn abi(&self) -> i32 {
        self.abi
    }

    pub(super) fn create_function(&self) -> evmc_create_fn {
        self.create
    }

    /// Makes a VM with the options.
    ///
    /// # Errors
    ///
    /// It can't be used, or refuses an option.
    pub(super) fn vm(&self) -> Result<LoadedVm, String> {
        LoadedVm::load_with_options(&self.config).map_err(|error| error.to_string())
    }

    /// What the library says of itself. Nothing is executed.
    pub fn introduction(&self) -> Introduction {
        let vm = self.vm();
        let can_not = |capability, name| match &vm {
            Err(why) => Some(why.clone()),
            Ok(vm) if vm.capabilities().is_some_and(|has| has & capability == 0) => {
                Some(format!("the VM does not have the capability {name}"))
            }
            Ok(_) => None,
        };
        Introduction {
            abi: self.abi,
            name: vm.as_ref().ok().map(|vm| vm.name().to_owned()),
            version: vm.as_ref().ok().map(|vm| vm.version().to_owned()),
            no_evm: can_not(EVMC_CAPABILITY_EVM1, "EVM1"),
            no_wasm: can_not(EVMC_CAPABILITY_EWASM, "EWASM"),
            no_use: vm.as_ref().err().cloned(),
        }
    }

    /// Whether contracts in WebAssembly as we have them mean anything to the VM: their interface is nobody's standard. An
    /// answer that can't be true is no refusal.
    ///
    /// # Errors
    ///
    /// What came of one that does nothing but finish.
    pub fn takes_wasm(&self) -> Result<(), String> {
        match Scene::new(Code::Wasm, Code::Wasm.gives(b"wasm")).run(&self.vm()?) {
            Ok(result) if result.output != b"wasm" => Err(format!(
                "a contract that does nothing but finish ended as {} and gave {} bytes, not 4",
                result.status,
                result.output.len()
            )),
            _ => Ok(()),
        }
    }
}

/// Destroys a VM that was made to look at its version.
fn destroy<A: Abi>(_: &Subject, vm: *mut evmc_vm) {
    let vm = vm.cast::<evmc_vm<A>>();
    // SAFETY: it is a VM of this ABI, from the create function, and nobody else has it.
    unsafe {
        if let Some(destroy) = pointers::value(vm).and_then(|vm| vm.destroy) {
            destroy(vm);
        }
    }
}

/// Who a library is, and which rules make sense for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Introduction {
    /// The version of EVMC's ABI.
    pub abi: i32,
    /// The VM's name.
    pub name: Option<String>,
    /// The VM's version.
    pub version: Option<String>,
    /// Why its VM can't be used at all.
    pub no_use: Option<String>,
    /// Why it is not asked to run EVM bytecode.
    pub no_evm: Option<String>,
    /// Why it is not asked to run WebAssembly.
    pub no_wasm: Option<String>,
}
