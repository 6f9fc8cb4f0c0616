//! Instances of compiled contracts, and the way between a contract and its frame.
//!
//! This is the only file of the crate with `unsafe` in it. It needs it for three things: an instance has
//! to remember the [`Frame`] that it runs for, whose lifetime wasmtime can't express; host functions of
//! any type are called with their arguments in place; and the system is asked which pages of a memory
//! were written to.

#![allow(unsafe_code)]

use super::{engine_fault, image::Image, traps};
use hebe_gas::{
    GLOBAL, HEBE, OUT_OF_GAS, STACK_OVERFLOW,
    ValueType::{self, I32, I64},
    limits,
};
use hebe_host::{Exit, Failure, Fault, Frame, GuestMemory, HostFunction};
use std::{mem::MaybeUninit, ops::Range, ptr::NonNull};
use wasmtime::{
    Caller, Engine, FuncType, Global, InstancePre, Linker, Memory, Module,
    PoolConcurrencyLimitError, ResourceLimiter, Store, TypedFunc, Val, ValRaw, ValType,
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
        Ok(Some(Instance { store, main, memory, globals }))
    }
}

/// An instance of a contract, for one run at a time.
pub(super) struct Instance {
    store: Store<Running>,
    main: TypedFunc<(i64, i32), i64>,
    memory: Memory,
    /// The mutable globals, with their first values.
    globals: Vec<(Global, Val)>,
}

impl Instance {
    /// Runs `main` for `frame`.
    pub(super) fn run(&mut self, frame: &mut Frame<'_>) -> Result<(), Exit> {
        let counter = frame.counter();
        self.store.data_mut().frame = Some(NonNull::from(&mut *frame).cast());
        let ended = self.main.call(&mut self.store, (counter, limits::STACK.value.cast_signed()));
        let running = self.store.data_mut();
        running.frame = None;
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
        memory.len() == image.bytes() && image.put_back(memory, dirty_pages)
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

// SAFETY: the pointer is there only while `Instance::run` runs, which does not let another thread have
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

/// Leaves the contract: puts the [`Exit`] where [`Instance::run`] finds it.
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
        // SAFETY: `Instance::run` put it there, has it borrowed, and takes it away before it returns. The
        // lifetime in its type is a longer one than it has, but nothing that is reached through it leaves
        // the call of the host function: a row's body is written for any lifetime.
        Ok(unsafe { &mut *frame.as_ptr() })
    }
}

/// Which parts of `memory` may have been written to since they were mapped, in order, in bytes. All others
/// hold what they held at first. `None` where the system can't tell, or there are too many parts.
#[cfg(target_os = "linux")]
fn dirty_pages(memory: &[u8], ranges: &mut Vec<Range<usize>>) -> Option<()> {
    use std::{fs::File, os::fd::AsRawFd, process, sync::RwLock};

    /// `struct page_region` of linux/fs.h.
    #[repr(C)]
    #[derive(Clone, Copy, Default)]
    struct PageRegion {
        start: u64,
        end: u64,
        categories: u64,
    }
    /// `struct pm_scan_arg`.
    #[repr(C)]
    struct ScanArgument {
        size: u64,
        flags: u64,
        start: u64,
        end: u64,
        walk_end: u64,
        vec: u64,
        vec_len: u64,
        max_pages: u64,
        category_inverted: u64,
        category_mask: u64,
        category_anyof_mask: u64,
        return_mask: u64,
    }
    /// `_IOWR('f', 16, struct pm_scan_arg)`.
    const PAGEMAP_SCAN: u64 = 3 << 30 | (size_of::<ScanArgument>() as u64) << 16 | 0x66 << 8 | 16;
    const FILE: u64 = 1 << 2;
    const PRESENT: u64 = 1 << 3;
    const SWAPPED: u64 = 1 << 4;
    const ZERO: u64 = 1 << 5;

    /// The map of the process that opened it: a child after a fork needs its own.
    static MAP: RwLock<Option<(u32, File)>> = RwLock::new(None);
    let process = process::id();
    let map = loop {
        let map = MAP.read().ok()?;
        match &*map {
            Some((owner, _)) if *owner == process => break map,
            _ => drop(map),
        }
        let own = File::open("/proc/self/pagemap").ok()?;
        *MAP.write().ok()? = Some((process, own));
    };
    let (_, file) = map.as_ref()?;

    let mut regions = [PageRegion::default(); 32];
    let start = memory.as_ptr() as u64;
    let mut argument = ScanArgument {
        size: size_of::<ScanArgument>() as u64,
        flags: 0,
        start,
        end: start + memory.len() as u64,
        walk_end: 0,
        vec: regions.as_mut_ptr() as u64,
        vec_len: regions.len() as u64,
        max_pages: 0,
        // A page of zeros or of a file that was only read from is not the process's own.
        category_inverted: FILE | ZERO,
        category_mask: FILE | ZERO,
        category_anyof_mask: PRESENT | SWAPPED,
        return_mask: 0,
    };
    // SAFETY: the request takes a pointer to this structure; it writes to it and to as many regions as
    // `vec_len` says, and both live until it returns. The memory itself is only looked up.
    let found = unsafe { libc::ioctl(file.as_raw_fd(), PAGEMAP_SCAN, &raw mut argument) };
    let found = usize::try_from(found).ok()?;
    if argument.walk_end != argument.end {
        return None;
    }
    for region in regions.get(..found)? {
        let offset = |address: u64| usize::try_from(address - start).ok();
        ranges.push(offset(region.start)?..offset(region.end)?);
    }
    Some(())
}

#[cfg(not(target_os = "linux"))]
fn dirty_pages(_: &[u8], _: &mut Vec<Range<usize>>) -> Option<()> {
    None
}
