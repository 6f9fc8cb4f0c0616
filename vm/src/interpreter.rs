//! The interpreter: wasmi.
//!
//! Functions are translated when they are first called, so a contract starts at once. Each run gets
//! a store and an instance of its own, and nothing of an earlier run can be seen.

mod link;

use crate::engine::{Engine, Executable};
use hebe_gas::{Prepared, limits};
use hebe_host::{Exit, Failure, Fault, Frame, HostFunction, Trap};
use wasmi::{
    CompilationMode, Config, Instance, Memory, Module, ResourceLimiter, Store, TrapCode,
    errors::{MemoryError, TableError},
};
use wasmi_core::LimiterError;

/// Bytes that wasmi may use for a slot of ours: a cell of 8 bytes, and as much again for its
/// temporaries and constants.
const BYTES_PER_SLOT: usize = 16;

/// A wasmi engine with our settings.
pub(crate) struct Interpreter {
    engine: wasmi::Engine,
}

impl Interpreter {
    pub(crate) fn new() -> Self {
        let stack_slots = limits::STACK.value as usize;
        let mut config = Config::default();
        config
            .compilation_mode(CompilationMode::Lazy)
            .ignore_custom_sections(true)
            // One more than can be: the way out of a frame that is one too many is a call as well.
            .set_max_recursion_depth(stack_slots / limits::CALL_SLOTS as usize + 1)
            .set_max_stack_height(stack_slots * BYTES_PER_SLOT)
            .set_max_cached_stacks(64)
            // What `prepare` refuses anyway, refused once more.
            .floats(false)
            .wasm_saturating_float_to_int(false)
            .wasm_multi_memory(false)
            .wasm_tail_call(false)
            .wasm_extended_const(false);
        Self { engine: wasmi::Engine::new(&config) }
    }
}

impl Engine for Interpreter {
    fn translate(
        &self,
        module: &Prepared,
        imports: Vec<&'static HostFunction>,
    ) -> Result<Box<dyn Executable>, Fault> {
        let module = Module::new(&self.engine, module.code()).map_err(engine_fault)?;
        Ok(Box::new(Contract { module, imports }))
    }
}

/// A contract that wasmi has parsed.
struct Contract {
    module: Module,
    imports: Vec<&'static HostFunction>,
}

impl Executable for Contract {
    fn run(&self, frame: &mut Frame<'_>) -> Result<(), Exit> {
        let mut store =
            Store::new(self.module.engine(), Running { frame, memory: None, exit: None });
        store.limiter(|running| running);
        let imports = link::imports(&mut store, &self.imports);
        let instance = Instance::new(&mut store, &self.module, &imports).map_err(engine_fault)?;
        store.data_mut().memory = instance.get_memory(&store, "memory");
        let main =
            instance.get_typed_func::<(i64, i32), i64>(&store, "main").map_err(engine_fault)?;
        let counter = store.data_mut().frame.counter();
        match main.call(&mut store, (counter, limits::STACK.value.cast_signed())) {
            Ok(counter) => {
                store.data_mut().frame.set_counter(counter);
                Ok(())
            }
            Err(error) => Err(why(error, store.data_mut())),
        }
    }
}

/// What host functions find in the store.
struct Running<'r, 'f> {
    frame: &'r mut Frame<'f>,
    /// The contract's memory, once it is instantiated; nothing calls a host function before.
    memory: Option<Memory>,
    /// How a host function ended the frame, while wasmi unwinds.
    exit: Option<Exit>,
}

/// Sizes are checked by `prepare` and by the maxima in the module, so everything may grow; but when
/// the system has no memory to give, the contract must not see that as a -1.
impl ResourceLimiter for Running<'_, '_> {
    fn memory_growing(
        &mut self,
        _: usize,
        _: usize,
        _: Option<usize>,
    ) -> Result<bool, LimiterError> {
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _: usize,
        _: usize,
        _: Option<usize>,
    ) -> Result<bool, LimiterError> {
        Ok(true)
    }

    fn memory_grow_failed(&mut self, _: &MemoryError) -> Result<(), LimiterError> {
        Err(LimiterError::ResourceLimiterDeniedAllocation)
    }

    fn table_grow_failed(&mut self, error: &TableError) -> Result<(), LimiterError> {
        match error {
            TableError::OutOfSystemMemory => Err(LimiterError::ResourceLimiterDeniedAllocation),
            _ => Ok(()),
        }
    }

    fn instances(&self) -> usize {
        1
    }

    fn tables(&self) -> usize {
        1
    }

    fn memories(&self) -> usize {
        1
    }
}

/// Why `main` did not return.
fn why(error: wasmi::Error, running: &mut Running<'_, '_>) -> Exit {
    if let Some(exit) = running.exit.take() {
        return exit;
    }
    let Some(code) = error.as_trap_code() else { return engine_fault(error).into() };
    let failure = match code {
        TrapCode::UnreachableCodeReached => Failure::Unreachable,
        TrapCode::MemoryOutOfBounds => Failure::InvalidMemoryAccess,
        TrapCode::TableOutOfBounds => Failure::Trap(Trap::TableOutOfBounds),
        TrapCode::IndirectCallToNull => Failure::Trap(Trap::IndirectCallToNull),
        TrapCode::BadSignature => Failure::Trap(Trap::BadSignature),
        TrapCode::IntegerDivisionByZero => Failure::Trap(Trap::DivisionByZero),
        TrapCode::IntegerOverflow => Failure::Trap(Trap::IntegerOverflow),
        // Our own count ends a contract before wasmi's stack does, its fuel is off, contracts have no
        // floats to convert, and no allocation may fail before their eyes.
        TrapCode::StackOverflow
        | TrapCode::OutOfFuel
        | TrapCode::BadConversionToInteger
        | TrapCode::GrowthOperationLimited
        | TrapCode::OutOfSystemMemory => return engine_fault(error).into(),
    };
    failure.into()
}

fn engine_fault(error: wasmi::Error) -> Fault {
    Fault::Engine(format!("wasmi: {error}"))
}
