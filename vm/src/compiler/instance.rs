//! Instances of compiled contracts, and the way between a contract and its frame.

use super::{
    border::{self, FrameSlot},
    engine_fault,
    image::Image,
    traps,
};
use crate::tiers::idle::{Counted, Waits};
use hebe_gas::{
    GLOBAL, HEBE, OUT_OF_GAS, STACK_OVERFLOW,
    ValueType::{I32, I64},
    limits,
};
use hebe_host::{Exit, Failure, Fault, Frame, GuestMemory, HostFunction};
use wasmtime::{
    Caller, Engine, Global, InstancePre, Linker, Memory, Module, PoolConcurrencyLimitError,
    ResourceLimiter, Store, TypedFunc, Val,
};

/// How instances of a contract are made.
pub(super) struct Linked {
    engine: Engine,
    /// The module, with its imports.
    module: InstancePre<Running>,
    /// How many mutable globals it exports for us.
    globals: u32,
}

impl Linked {
    /// A `module` that imports `functions`, and behind them the two ways out that the rewriter adds.
    pub(super) fn new(
        module: &Module,
        functions: &[&'static HostFunction],
        globals: u32,
    ) -> Result<Self, Fault> {
        let linked = link(module, functions).map_err(engine_fault)?;
        Ok(Self { engine: module.engine().clone(), module: linked, globals })
    }

    /// A new instance. `None` when there are as many as there can be.
    pub(super) fn instantiate(&self) -> Result<Option<Instance>, Fault> {
        let mut store = Store::new(&self.engine, Running::default());
        store.limiter(|running| running);
        let instance = match self.module.instantiate(&mut store) {
            Ok(instance) => instance,
            Err(error) if error.is::<PoolConcurrencyLimitError>() => return Ok(None),
            Err(error) => return Err(engine_fault(error)),
        };
        let main = instance.get_typed_func(&mut store, "main").map_err(engine_fault)?;
        let missing = |name: &str| Fault::Engine(format!("wasmtime: there is no export {name}"));
        let memory = instance.get_memory(&mut store, "memory").ok_or_else(|| missing("memory"))?;
        store.data_mut().memory = Some(memory);
        let mut globals = Vec::with_capacity(self.globals as usize);
        for number in 0..self.globals {
            let name = format!("{GLOBAL}{number}");
            let global = instance.get_global(&mut store, &name).ok_or_else(|| missing(&name))?;
            let first = global.get(&mut store);
            globals.push((global, first));
        }
        Ok(Some(Instance { store, main, memory, globals, counted: None }))
    }
}

/// An instance of a contract, for one run at a time.
pub(super) struct Instance {
    store: Store<Running>,
    main: TypedFunc<(i64, i32), i64>,
    memory: Memory,
    /// The mutable globals, with their first values.
    globals: Vec<(Global, Val)>,
    /// Its place among those that wait, from when it does so for the first time.
    counted: Option<Counted>,
}

impl Instance {
    /// Runs `main` for `frame`.
    pub(super) fn run(&mut self, frame: &mut Frame<'_>) -> Result<(), Exit> {
        let counter = frame.counter();
        let main = &self.main;
        let ended = border::with_frame(&mut self.store, frame, |store| {
            main.call(store, (counter, limits::STACK.value.cast_signed()))
        });
        let running = self.store.data_mut();
        match ended {
            Ok(counter) => {
                frame.set_counter(counter);
                Ok(())
            }
            Err(error) => Err(running.exit.take().unwrap_or_else(|| traps::why(error))),
        }
    }

    /// Puts memory and globals back into their first state. Says whether it could.
    pub(super) fn restart(&mut self, image: &Image) -> bool {
        for (global, first) in &self.globals {
            if global.set(&mut self.store, *first).is_err() {
                return false;
            }
        }
        let memory = self.memory.data_mut(&mut self.store);
        memory.len() == image.bytes() && image.put_back(memory, border::dirty_pages)
    }
}

impl Waits for Instance {
    fn counted(&mut self) -> &mut Option<Counted> {
        &mut self.counted
    }
}

/// What host functions find in the store.
#[derive(Default)]
pub(crate) struct Running {
    /// The frame that the instance runs for, while it does.
    pub(crate) frame: FrameSlot,
    /// The contract's memory, once it is instantiated; nothing calls a host function before.
    memory: Option<Memory>,
    /// How a host function ended the frame, while wasmtime unwinds.
    exit: Option<Exit>,
}

/// Sizes are checked by `prepare` and by the maxima in the module, so everything may grow; but when
/// the system has no memory to give, the contract must not see that as a -1.
impl ResourceLimiter for Running {
    fn memory_growing(
        &mut self,
        _: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(maximum.is_none_or(|maximum| desired <= maximum))
    }

    fn table_growing(
        &mut self,
        _: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(maximum.is_none_or(|maximum| desired <= maximum))
    }

    /// A growth to more than 4 GiB comes here too, without having been asked about; it is a -1.
    fn memory_grow_failed(&mut self, error: wasmtime::Error) -> wasmtime::Result<()> {
        if error.to_string() == "memory growth exceeds memory type's limits" {
            return Ok(());
        }
        Err(error)
    }

    fn table_grow_failed(&mut self, error: wasmtime::Error) -> wasmtime::Result<()> {
        Err(error)
    }
}

fn link(
    module: &Module,
    functions: &[&'static HostFunction],
) -> wasmtime::Result<InstancePre<Running>> {
    let mut linker = Linker::new(module.engine());
    // What is imported twice is the same row twice.
    linker.allow_shadowing(true);
    let mut rows = functions.iter();
    for import in module.imports() {
        match (import.module(), import.name()) {
            (HEBE, OUT_OF_GAS) => {
                linker.func_wrap(HEBE, OUT_OF_GAS, |mut caller: Caller<'_, Running>| {
                    let exit = frame_of(caller.data_mut())
                        .map_or_else(Exit::from, |frame| frame.counter_used_up());
                    Err::<(), _>(leave(caller.data_mut(), exit))
                })?;
            }
            (HEBE, STACK_OVERFLOW) => {
                linker.func_wrap(HEBE, STACK_OVERFLOW, |mut caller: Caller<'_, Running>| {
                    Err::<(), _>(leave(caller.data_mut(), Failure::StackOverflow.into()))
                })?;
            }
            (from, name) => {
                let Some(row) = rows.next() else {
                    return Err(wasmtime::Error::msg("more is imported than there are rows"));
                };
                host_function(&mut linker, from, name, row)?;
            }
        }
    }
    linker.instantiate_pre(module)
}

/// Makes a row of the interface callable from compiled code: the counter of what may still be used goes in
/// behind the arguments, then the stack that is left; the counter comes back behind the result.
fn host_function(
    linker: &mut Linker<Running>,
    from: &str,
    name: &str,
    row: &'static HostFunction,
) -> wasmtime::Result<()> {
    border::raw_function(
        linker,
        (from, name),
        (row.params, &[I64, I32]),
        (row.results, &[I64]),
        move |caller, values| {
            let (arguments, counter) = values.split_at(row.params.len());
            let counter = counter[0].cast_signed();
            let (result, counter) = call(row, caller, arguments, counter)?;
            Ok([result, counter.cast_unsigned()])
        },
    )
}

/// Calls the row; gives its result and the counter.
fn call(
    row: &HostFunction,
    caller: &mut Caller<'_, Running>,
    arguments: &[u64],
    counter: i64,
) -> wasmtime::Result<(u64, i64)> {
    let result = match caller.data().memory {
        Some(memory) => {
            let (mut bytes, running) = memory.data_and_store_mut(&mut *caller);
            let memory: &mut dyn GuestMemory = &mut bytes;
            frame_of(running).map_err(Exit::from).and_then(|frame| {
                frame.set_counter(counter);
                row.call(frame, memory, arguments).map(|result| (result, frame.counter()))
            })
        }
        None => Err(Fault::Engine("an import was called before there was a memory".into()).into()),
    };
    result.map_err(|exit| leave(caller.data_mut(), exit))
}

/// The frame that the instance runs for.
fn frame_of<'a>(running: &'a mut Running) -> Result<&'a mut Frame<'a>, Fault> {
    running.frame.get().ok_or_else(|| Fault::Engine("an import was called outside of a run".into()))
}

/// Leaves the contract: puts the [`Exit`] where [`Instance::run`] finds it.
fn leave(running: &mut Running, exit: Exit) -> wasmtime::Error {
    running.exit = Some(exit);
    wasmtime::Error::new(Left)
}

/// A function of the host has ended the contract.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("a function of the host has ended the contract")]
struct Left;
