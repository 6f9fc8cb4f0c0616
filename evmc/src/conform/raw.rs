//! A VM as C sees it, for what [`LoadedVm`](crate::LoadedVm) would not let through.

use super::{host::Stage, scene::message, subject::Subject};
use crate::{
    abi::*,
    callbacks::{self, HostContext},
    convert::{self, Reader},
    pointers,
    result::Received,
};
use hebe_host::{Message, Revision};
use std::ptr::NonNull;

/// A VM under test, behind its pointer. It is destroyed when this is dropped.
pub(super) struct Raw<A: Abi> {
    pub(super) vm: NonNull<evmc_vm<A>>,
    pub(super) functions: evmc_vm<A>,
}

impl<A: Abi> Raw<A> {
    /// Makes a VM.
    ///
    /// # Errors
    ///
    /// The library made none, or one of another ABI than before.
    pub(super) fn new(subject: &Subject) -> Result<Self, String> {
        // SAFETY: by its name it is an EVMC create function, which takes nothing.
        let vm = NonNull::new(unsafe { subject.create_function()() });
        let vm = vm.ok_or("the create function returned null")?;
        // SAFETY: in every version of EVMC, a VM begins with the version.
        let version = unsafe { vm.cast::<i32>().read() };
        if version != A::VERSION {
            return Err(format!(
                "abi_version was {}, and of another VM it is {version}",
                A::VERSION
            ));
        }
        let vm = vm.cast::<evmc_vm<A>>();
        // SAFETY: by its version, it is a VM of this ABI.
        Ok(Self { vm, functions: unsafe { vm.read() } })
    }

    /// A plain call as C has it.
    pub(super) fn message() -> evmc_message<A> {
        convert::message_to_c(&message(), Reader::Vm).unwrap_or_default()
    }

    /// Executes with everything as C has it. The interface can be changed before.
    ///
    /// # Errors
    ///
    /// There is no function `execute`, or the host was misused.
    pub(super) fn execute(
        &self,
        revision: i32,
        message: &evmc_message<A>,
        code: &[u8],
        host: &mut Stage<'_>,
        change: impl FnOnce(&mut evmc_host_interface<A>),
    ) -> Result<Held<A>, String> {
        let execute = self.functions.execute.ok_or("there is no function `execute`")?;
        let plain = Message { gas: message.gas, ..super::scene::message() };
        let context = HostContext::<A>::new(host, Revision::London, &plain);
        let mut interface = callbacks::interface();
        change(&mut interface);
        let code_data = pointers::pointer_to(code);
        // SAFETY: the VM is alive until `drop`. Interface, context, message and code outlive the call; those who change
        // the interface or the message answer for what they put there. The result is ours to release.
        let result = unsafe {
            Received::new(execute(
                self.vm.as_ptr(),
                &interface,
                context.as_c(),
                revision,
                message,
                code_data,
                code.len(),
            ))
        };
        context.finish().map_err(|fault| fault.to_string())?;
        Ok(Held(result))
    }
}

impl<A: Abi> Drop for Raw<A> {
    fn drop(&mut self) {
        if let Some(destroy) = self.functions.destroy {
            // SAFETY: made by the library's create function, and given up here.
            unsafe { destroy(self.vm.as_ptr()) }
        }
    }
}

/// A result that is not yet released. Dropping it does that.
pub(super) struct Held<A: Abi>(pub(super) Received<A>);

impl<A: Abi> Held<A> {
    /// The structure.
    pub(super) fn c(&self) -> &evmc_result<A> {
        self.0.as_c()
    }

    /// A copy of the output.
    ///
    /// # Errors
    ///
    /// Pointer and size can't be memory.
    pub(super) fn output(&self) -> Result<Vec<u8>, String> {
        let c = self.c();
        // SAFETY: the VM's promise until the result is released.
        let output = unsafe { pointers::array(c.output_data, c.output_size) };
        output
            .map(<[u8]>::to_vec)
            .map_err(|bad| format!("the VM answered with an output with {bad}"))
    }
}

/// Runs a check that is generic over the ABI with that of the library.
macro_rules! by_abi {
    ($check:ident, $subject:expr $(, $more:expr)*) => {
        match $subject.abi() {
            9 => $check::<$crate::abi::Abi9>($subject $(, $more)*),
            10 => $check::<$crate::abi::Abi10>($subject $(, $more)*),
            11 => $check::<$crate::abi::Abi11>($subject $(, $more)*),
            12 => $check::<$crate::abi::Abi12>($subject $(, $more)*),
            13 => $check::<$crate::abi::Abi13>($subject $(, $more)*),
            _ => $check::<$crate::abi::Abi18>($subject $(, $more)*),
        }
    };
}
pub(super) use by_abi;
