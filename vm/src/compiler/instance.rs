//! Instances of compiled contracts, and the way between a contract and its frame.
//!
//! This is the only file of the crate with `unsafe` in it. It needs it for two things: an instance has to
//! remember the [`Frame`] that it runs for, whose lifetime wasmtime can't express; and host functions
//! of any type are called with their arguments in place.

#![allow(unsafe_code)]

use super::{engine_fault, traps};
use hebe_gas::{
    HEBE, OUT_OF_GAS, STACK_OVERFLOW,
    ValueType::{self, I32, I64},
    limits,
};
use hebe_host::{Exit, Failure, Fault, Frame, GuestMemory, HostFunction};
use std::{mem::MaybeUninit, ptr::NonNull};
use wasmtime::{
    Caller, Engine, FuncType, InstancePre, Linker, Memory, Module, PoolConcurrencyLimitError,
    ResourceLimiter, Store, ValRaw, ValType,
};

/// The instances of a contract.
pub(super) struct Instances {
    engine: Engine,
    /// The module, with its imports.
    linked: InstancePre<Running>,
}

impl Instances {
    /// Those of `module`, which imports `functions`, and behind them the two ways out that the rewriter
    /// adds.
    pub(super) fn new(module: &Module, functions: &[&'static HostFunction]) -> Result<Self, Fault> {
        let linked = link(module, functions).map_err(engine_fault)?;
        Ok(Self { engine: module.engine().clone(), linked })
    }

    /// Runs `main` for `frame`. `None` when there is no room for an instance.
    pub(super) fn run(&self, frame: &mut Frame<'_>) -> Option<Result<(), Exit>> {
        let mut store = Store::new(&self.engine, Running::default());
        store.limiter(|running| running);
        let instance = match self.linked.instantiate(&mut store) {
            Ok(instance) => instance,
            Err(error) if error.is::<PoolConcurrencyLimitError>() => return None,
            Err(error) => return Some(Err(engine_fault(error).into())),
        };
        store.data_mut().memory = instance.get_memory(&mut store, "memory");
        let main = match instance.get_typed_func::<(i64, i32), i64>(&mut store, "main") {
            Ok(main) => main,
            Err(error) => return Some(Err(engine_fault(error).into())),
        };
        let counter = frame.counter();
        store.data_mut().frame = Some(NonNull::from(&mut *frame).cast());
        let ended = main.call(&mut store, (counter, limits::STACK.value.cast_signed()));
        store.data_mut().frame = None;
        Some(match ended {
            Ok(counter) => {
                frame.set_counter(counter);
                Ok(())
            }
            Err(error) => Err(store.data_mut().exit.take().unwrap_or_else(|| traps::why(error))),
        })
    }
}

/// What host functions find in the store.
#[derive(Default)]
struct Running {
    /// The frame that the instance runs for, while it does.
    frame: Option<NonNull<Frame<'static>>>,
    /// The contract's memory, once it is instantiated; nothing calls a host function before.
    memory: Option<Memory>,
    /// How a host function ended the frame, while wasmtime unwinds.
    exit: Option<Exit>,
}

// SAFETY: the pointer is there only while `Instances::run` runs, which does not let another thread have
// the store.
unsafe impl Send for Running {}
// SAFETY: nothing can be done with a shared `Running`.
unsafe impl Sync for Running {}

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
                    let exit = caller
                        .data_mut()
                        .frame()
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
    let engine = linker.engine().clone();
    let params = row.params.iter().map(value_type).chain([ValType::I64, ValType::I32]);
    let results = row.results.iter().map(value_type).chain([ValType::I64]);
    let ty = FuncType::new(&engine, params, results);
    let function = move |mut caller: Caller<'_, Running>, values: &mut [MaybeUninit<ValRaw>]| {
        // SAFETY: wasmtime has written the arguments, of the types above, from the first value on.
        let read = |index: usize| unsafe { values[index].assume_init_ref() };
        let mut raw = [0; MOST_ARGUMENTS];
        for (index, (raw, ty)) in raw.iter_mut().zip(row.params).enumerate() {
            *raw = match ty {
                I32 => read(index).get_u32().into(),
                I64 => read(index).get_u64(),
            };
        }
        let arguments = row.params.len();
        let counter = read(arguments).get_i64();
        let (result, counter) = call(row, &mut caller, &raw[..arguments], counter)?;
        let results = match row.results {
            [I32] => [ValRaw::u32(low_half(result)), ValRaw::i64(counter)],
            [_] => [ValRaw::u64(result), ValRaw::i64(counter)],
            _ => [ValRaw::i64(counter), ValRaw::i64(0)],
        };
        for (value, result) in values.iter_mut().zip(results).take(row.results.len() + 1) {
            value.write(result);
        }
        Ok(())
    };
    // SAFETY: the function takes arguments and gives results of the types of the same row.
    unsafe { linker.func_new_unchecked(from, name, ty, function) }.map(|_| ())
}

#[expect(clippy::cast_possible_truncation, reason = "an i32 has no upper half")]
fn low_half(raw: u64) -> u32 {
    raw as u32
}

/// More than any row has.
const MOST_ARGUMENTS: usize = 16;

fn value_type(ty: &ValueType) -> ValType {
    match ty {
        I32 => ValType::I32,
        I64 => ValType::I64,
    }
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
            running.frame().map_err(Exit::from).and_then(|frame| {
                frame.set_counter(counter);
                row.call(frame, memory, arguments).map(|result| (result, frame.counter()))
            })
        }
        None => Err(Fault::Engine("an import was called before there was a memory".into()).into()),
    };
    result.map_err(|exit| leave(caller.data_mut(), exit))
}

/// Leaves the contract: puts the [`Exit`] where [`Instances::run`] finds it.
fn leave(running: &mut Running, exit: Exit) -> wasmtime::Error {
    running.exit = Some(exit);
    wasmtime::Error::new(Left)
}

/// A function of the host has ended the contract.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("a function of the host has ended the contract")]
struct Left;

impl Running {
    /// The frame that the instance runs for.
    fn frame(&mut self) -> Result<&mut Frame<'static>, Fault> {
        let frame = self
            .frame
            .ok_or_else(|| Fault::Engine("an import was called outside of a run".into()))?;
        // SAFETY: `Instances::run` put it there, has it borrowed, and takes it away before it returns. The
        // lifetime in its type is a longer one than it has, but nothing that is reached through it leaves
        // the call of the host function: a row's body is written for any lifetime.
        Ok(unsafe { &mut *frame.as_ptr() })
    }
}
