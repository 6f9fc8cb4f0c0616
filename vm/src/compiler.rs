//! The compiler: wasmtime with Cranelift.
//!
//! A contract becomes native code, which takes a thousand times longer than the interpreter takes to
//! begin. What it runs is the interpreter's module, so gas can't differ; what differs is looked after here:
//! features, traps, and room on the native stack.

mod border;
mod bounds;
mod image;
mod instance;
mod traps;

use crate::{
    cache::disk::{DiskCache, Fingerprint, Name},
    engine::Traps,
    tiers::idle::{self, Idle},
};
use hebe_gas::{Prepared, Rewritten, limits};
use hebe_host::{Exit, Fault, Frame, HostFunction};
use image::Image;
use instance::Linked;
pub(crate) use instance::Running;
use std::sync::{Arc, OnceLock};
use wasmtime::{
    Config, Engine, InstanceAllocationStrategy, Module, OptLevel, PoolingAllocationConfig,
    Strategy, WasmFeatures,
};

/// Whether this build can make native code.
pub(crate) const IS_BUILT: bool = true;

/// Native stack that a contract's code may use. Our own count of slots ends a contract before this does:
/// code of which a function takes more than [`BYTES_PER_SLOT`] is not run. The rest is for what we don't
/// count, the way in and out and the function that grows the memory.
pub(crate) const STACK_BYTES: usize = limits::STACK.value as usize * BYTES_PER_SLOT + (64 << 10);

/// Bytes of native stack for a slot of ours, at most: a value takes 8, and what else is in a frame has to
/// fit into the rest and into what a call counts beside its frame.
const BYTES_PER_SLOT: usize = 64;

/// How many instances there can be at one time in the process, under one [`Traps`]. Each has 4 GiB of
/// addresses, which cost nothing until they are used.
const INSTANCES: u32 = 1_024;

/// A wasmtime engine with our settings. All VMs of a process share one for each [`Traps`].
#[derive(Clone)]
pub(crate) struct Compiler {
    engine: Engine,
    fingerprint: Fingerprint,
}

impl Compiler {
    /// The process's compiler.
    ///
    /// # Errors
    ///
    /// [`Fault::Engine`], where the system does not give the addresses, or the processor is unknown to
    /// the compiler.
    pub(crate) fn shared(traps: Traps) -> Result<Self, Fault> {
        static SIGNALS: OnceLock<Result<Compiler, Fault>> = OnceLock::new();
        static EXPLICIT: OnceLock<Result<Compiler, Fault>> = OnceLock::new();
        let shared = match traps {
            Traps::Signals => &SIGNALS,
            Traps::Explicit => &EXPLICIT,
        };
        shared.get_or_init(|| Self::new(traps)).clone()
    }

    fn new(traps: Traps) -> Result<Self, Fault> {
        let engine = Engine::new(&config(traps)).map_err(engine_fault)?;
        let fingerprint = Fingerprint::new(&engine.precompile_compatibility_hash());
        Ok(Self { engine, fingerprint })
    }

    /// Compiles a module, which may take a second. `imports` are its imported functions, first to last.
    /// `None` where the module is not within [`bounds`]. What is kept on `disk` need not be compiled.
    ///
    /// # Errors
    ///
    /// [`Fault::Engine`]: engines accept every [`Prepared`], so a refusal is a bug of ours.
    pub(crate) fn compile(
        &self,
        module: &Prepared,
        imports: &[&'static HostFunction],
        disk: Option<&DiskCache>,
    ) -> Result<Option<Compiled>, Fault> {
        let rewritten = module.rewrite();
        if !bounds::may_compile(module, rewritten.code.len()) {
            return Ok(None);
        }
        let found = disk.and_then(|disk| self.find(&rewritten, disk));
        let compiled = match found {
            Some(found) => found,
            None => self.make(&rewritten, disk).map_err(engine_fault)?,
        };
        self.finish(module, &rewritten, imports, &compiled)
    }

    /// Takes a module as it is kept on `disk`, without compiling anything. `None` where it is not kept there;
    /// `None` inside where native code of it must not be run.
    ///
    /// # Errors
    ///
    /// As [`Compiler::compile`].
    pub(crate) fn load(
        &self,
        module: &Prepared,
        imports: &[&'static HostFunction],
        disk: &DiskCache,
    ) -> Result<Option<Option<Compiled>>, Fault> {
        let rewritten = module.rewrite();
        if !bounds::may_compile(module, rewritten.code.len()) {
            return Ok(None);
        }
        let found = self.find(&rewritten, disk);
        found.map(|found| self.finish(module, &rewritten, imports, &found)).transpose()
    }

    fn find(&self, rewritten: &Rewritten, disk: &DiskCache) -> Option<Module> {
        let name = Name::new(&self.fingerprint, &rewritten.code);
        disk.find(&name, |code| border::module_of(&self.engine, code).ok())
    }

    /// Compiles, and keeps the result.
    fn make(&self, rewritten: &Rewritten, disk: Option<&DiskCache>) -> wasmtime::Result<Module> {
        let compiled = Module::new(&self.engine, &rewritten.code)?;
        if let Some(disk) = disk {
            let name = Name::new(&self.fingerprint, &rewritten.code);
            disk.keep(&name, &self.fingerprint, &compiled.serialize()?);
        }
        Ok(compiled)
    }

    /// Makes native code ready to run, if it is within what its frames may take.
    fn finish(
        &self,
        module: &Prepared,
        rewritten: &Rewritten,
        imports: &[&'static HostFunction],
        compiled: &Module,
    ) -> Result<Option<Compiled>, Fault> {
        let text = compiled.text();
        let fits = module.functions().iter().zip(compiled.functions()).all(|(size, function)| {
            let code = text.get(function.offset..function.offset + function.len);
            code.is_some_and(|code| bounds::frame_fits(size, code))
        });
        if !fits {
            return Ok(None);
        }
        let globals = rewritten.exported_globals.filter(|_| !module.changes_table_or_segments());
        let image = globals.and_then(|_| Image::new(module));
        let globals = globals.unwrap_or(0);
        let linked = Linked::new(compiled, imports, globals)?;
        let bytes = compiled.image_range();
        let bytes =
            bytes.end as usize - bytes.start as usize + image.as_ref().map_or(0, Image::weight);
        Ok(Some(Compiled { linked, image, idle: Idle::new(), bytes }))
    }
}

/// A contract as native code, to be run any number of times, by any number of threads.
pub(crate) struct Compiled {
    linked: Linked,
    /// What its memory holds at first, where an instance can be used again.
    image: Option<Image>,
    idle: Arc<Idle<instance::Instance>>,
    bytes: usize,
}

impl Compiled {
    /// What it weighs, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Runs `main`, as [`Executable::run`](crate::engine::Executable::run) does. `None` when there are
    /// as many instances as there can be: then nothing has happened yet.
    ///
    /// An instance that has run is put back into its first state, where that can be done, and kept.
    pub(crate) fn run(&self, frame: &mut Frame<'_>) -> Option<Result<(), Exit>> {
        let mut instance = match self.idle.take() {
            Some(instance) => instance,
            None => match self.instantiate() {
                Ok(instance) => instance?,
                Err(fault) => return Some(Err(fault.into())),
            },
        };
        let ended = instance.run(frame);
        if let Some(image) = &self.image
            && instance.restart(image)
        {
            self.idle.keep(instance);
        }
        Some(ended)
    }

    /// A new instance. Those that wait make room for it.
    fn instantiate(&self) -> Result<Option<instance::Instance>, Fault> {
        match self.linked.instantiate()? {
            Some(instance) => Ok(Some(instance)),
            None => {
                idle::drop_all();
                self.linked.instantiate()
            }
        }
    }
}

/// What compiling a module is thought to take, of what it may take: beyond 1 it stays interpreted.
pub(crate) fn effort(module: &Prepared) -> Option<f64> {
    Some(bounds::share(module, module.rewrite().code.len()))
}

/// Of what this process can run.
pub(crate) fn fingerprints() -> Vec<Fingerprint> {
    let compilers = [Traps::Signals, Traps::Explicit].map(Compiler::shared);
    compilers.into_iter().flatten().map(|compiler| compiler.fingerprint).collect()
}

fn config(traps: Traps) -> Config {
    let mut instances = PoolingAllocationConfig::new();
    instances
        .total_core_instances(INSTANCES)
        .total_memories(INSTANCES)
        .total_tables(INSTANCES)
        .max_memories_per_module(1)
        .max_tables_per_module(1)
        .max_memory_size(limits::MEMORY.value as usize * PAGE_BYTES)
        .table_elements(limits::TABLE_ELEMENTS.value as usize)
        // All functions of the largest module, referred to, and all its globals.
        .max_core_instance_size(4 << 20)
        .linear_memory_keep_resident(256 << 10)
        .table_keep_resident(16 << 10);
    let mut config = Config::new();
    config
        .strategy(Strategy::Cranelift)
        .cranelift_opt_level(OptLevel::Speed)
        .cranelift_debug_verifier(false)
        .allocation_strategy(InstanceAllocationStrategy::Pooling(instances))
        .signals_based_traps(traps == Traps::Signals)
        .max_wasm_stack(STACK_BYTES)
        // There are no such stacks, but it wants them no smaller.
        .async_stack_size(STACK_BYTES)
        // Nobody reads what they are for: backtraces, and unwinding by others than wasmtime.
        .wasm_backtrace_max_frames(None)
        .generate_address_map(false)
        .native_unwind_info(false)
        .memory_may_move(false);
    // What `prepare` refuses anyway, refused once more.
    config.wasm_features(WasmFeatures::all(), false).wasm_features(FEATURES, true);
    config
}

/// WebAssembly as contracts may use it.
const FEATURES: WasmFeatures = WasmFeatures::MUTABLE_GLOBAL
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::REFERENCE_TYPES);

/// A page of a contract's memory.
const PAGE_BYTES: usize = 64 << 10;

fn engine_fault(error: wasmtime::Error) -> Fault {
    Fault::Engine(format!("wasmtime: {error:#}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hebe_gas::{Exports, Features, Metering, Profile, Rules, Schedule, prepare};

    fn compiled(text: &str, traps: Traps) -> Option<Compiled> {
        let rules = Rules {
            features: Features::Default,
            profile: Profile::Contract { exports: Exports::Tolerant },
            imports: &[],
            metering: Some(Metering::Execution(Schedule::measured())),
        };
        let module = prepare(&wat::parse_str(text).expect("the text is right"), &rules);
        let compiler = Compiler::shared(traps).expect("there is a compiler");
        compiler.compile(&module.expect("it is valid"), &[], None).expect("it takes what is valid")
    }

    /// Nothing else would tell: what the compiler does not take is interpreted.
    #[test]
    fn contracts_become_native_code() {
        for traps in [Traps::Signals, Traps::Explicit] {
            for text in [
                r#"(module (memory (export "memory") 1) (func (export "main")))"#,
                r#"(module (memory (export "memory") 17) (table 3 funcref) (global (mut i32) (i32.const 5))
                    (func $f (param i32 i64) (result i64) (i64.mul (local.get 1) (i64.load (local.get 0))))
                    (func (export "main") (drop (call $f (i32.const 1) (i64.const 2)))))"#,
            ] {
                assert!(compiled(text, traps).is_some(), "{traps:?} {text}");
            }
        }
    }
}
