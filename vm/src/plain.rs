//! Modules that need not be contracts, in the interpreter: any of their functions, with imports of one's own.
//!
//! For test suites and tools. Such a module is [`Prepared`] as a contract is, by the same rules or by those of
//! [`Profile::Script`](hebe_gas::Profile); it is metered as its rules say.

mod altered;

pub use altered::{Altered, Part};

use crate::interpreter::{Code, Instance as Inner, Stack, World, call};
use hebe_gas::Prepared;
use hebe_host::{Exit, Failure, GuestMemory};
use std::sync::Arc;

/// A module in the interpreter, of which functions are translated when they are first called.
#[derive(Clone)]
pub struct Module(Arc<Code>);

impl Module {
    /// Takes a module.
    pub fn new(prepared: Arc<Prepared>) -> Self {
        Self(Arc::new(Code::new(prepared)))
    }
}

/// The functions that a module imports.
pub trait Imports {
    /// Calls the import with this index. Its arguments are the first of the `slots`, where its results go: an i32
    /// zero-extended, a reference to a function as its index and one, and none as 0. `gas` is what is left, in
    /// particles, to be taken from.
    ///
    /// # Errors
    ///
    /// An [`Exit`] ends the run.
    fn call(
        &mut self,
        import: usize,
        instance: &mut Running<'_>,
        slots: &mut [u64],
        gas: &mut u64,
    ) -> Result<(), Exit>;
}

/// An instance while an import of it is called.
pub struct Running<'a>(&'a mut Inner);

impl Running<'_> {
    /// Its memory.
    pub fn memory(&mut self) -> &mut dyn GuestMemory {
        &mut self.0.memory
    }
}

/// An instance of a module.
pub struct Instance {
    module: Module,
    inner: Inner,
}

impl Instance {
    /// Instantiates a module with the first values of its imported globals. Its start function is not called.
    ///
    /// # Errors
    ///
    /// An [`Exit`] where the system has no memory, or a segment lies outside of its memory or table.
    pub fn new(module: &Module, globals: Vec<u64>) -> Result<Self, Exit> {
        Ok(Self { module: module.clone(), inner: Inner::new(&module.0, globals)? })
    }

    /// Calls a function by its index among all of the module's. Its arguments are the first of the `slots`, where its
    /// results will be, as [`Imports::call`] has them. `gas` is what is left, in particles.
    ///
    /// # Errors
    ///
    /// The [`Exit`] says how it ended otherwise.
    pub fn call(
        &mut self,
        function: u32,
        slots: &mut [u64],
        gas: &mut u64,
        imports: &mut dyn Imports,
    ) -> Result<(), Exit> {
        let mut world = Plain { imports, gas };
        let index = function as usize;
        let Some(own) = index.checked_sub(self.module.0.imported_functions()) else {
            return world.call(index, &mut self.inner, slots);
        };
        let own = u32::try_from(own).unwrap_or(u32::MAX);
        call(&self.module.0, &mut self.inner, &mut world, own, slots)
    }

    /// Leaves this byte everywhere in the stack that the thread's next call gets, as earlier runs might.
    ///
    /// # Errors
    ///
    /// An [`Exit`] where the system has no memory.
    pub fn soil_stack(byte: u8) -> Result<(), Exit> {
        let mut stack = Stack::take()?;
        stack.soil(byte);
        stack.give_back();
        Ok(())
    }

    /// Its memory.
    pub fn memory(&mut self) -> &mut dyn GuestMemory {
        &mut self.inner.memory
    }

    /// The value of a global, by its index.
    pub fn global(&self, index: u32) -> Option<u64> {
        self.inner.globals.get(index as usize).copied()
    }
}

/// Imports and gas of a run.
struct Plain<'a> {
    imports: &'a mut dyn Imports,
    gas: &'a mut u64,
}

impl World for Plain<'_> {
    fn counter(&mut self) -> u64 {
        *self.gas
    }

    fn set_counter(&mut self, counter: u64) {
        *self.gas = counter;
    }

    fn used_up(&mut self) -> Exit {
        Failure::OutOfGas.into()
    }

    fn call(&mut self, import: usize, instance: &mut Inner, slots: &mut [u64]) -> Result<(), Exit> {
        self.imports.call(import, &mut Running(instance), slots, self.gas)
    }
}
