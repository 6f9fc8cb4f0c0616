//! A contract that can run, in the forms that there are of it.

use super::heat::Heat;
use crate::{
    cache::{Key, disk::DiskCache},
    compiler::{self, Compiled, Compiler},
    engine::{Engine, Executable, Traps},
    native::{self, stack},
};
use hebe_gas::{PARTICLES_PER_GAS, Prepared};
use hebe_host::{Exit, Fault, Frame, HostFunction};
use std::{
    io::{self, Write},
    num::NonZeroU32,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Once, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

/// A contract that can run.
pub(crate) struct Contract {
    key: Key,
    module: Arc<Prepared>,
    /// The functions that it imports, first to last.
    imports: Vec<&'static HostFunction>,
    interpreted: Box<dyn Executable>,
    /// As native code; `None` inside where the compiler could not have it.
    compiled: OnceLock<Option<Compiled>>,
    heat: Heat,
    /// What the interpreter's code took, and whether there was native code, when this was last asked.
    weighed: AtomicUsize,
    /// Where native code is kept for other processes.
    disk: Option<Arc<DiskCache>>,
    /// How many instructions it may execute, where they cost nothing.
    instruction_bound: Option<NonZeroU32>,
}

impl Contract {
    /// A contract that the interpreter has.
    ///
    /// # Errors
    ///
    /// That of [`Engine::translate`].
    pub(crate) fn new(
        key: Key,
        module: Arc<Prepared>,
        imports: Vec<&'static HostFunction>,
        interpreter: &dyn Engine,
        instruction_bound: Option<NonZeroU32>,
    ) -> Result<Self, Fault> {
        Ok(Self {
            key,
            interpreted: interpreter.translate(&module, imports.clone())?,
            module,
            imports,
            compiled: OnceLock::new(),
            heat: Heat::default(),
            weighed: AtomicUsize::new(0),
            disk: None,
            instruction_bound,
        })
    }

    /// With a folder in which its native code is looked for and kept.
    pub(crate) fn kept_in(mut self, disk: Option<Arc<DiskCache>>) -> Self {
        self.disk = disk;
        self
    }

    /// Takes its native code from the disk, if it is kept there: then it is native from its first call on. To look
    /// takes no longer than to read a file; whatever goes wrong, it is as if nothing were kept. Whether it is
    /// native code by that.
    pub(crate) fn look_up(&self, traps: Traps) -> bool {
        let Some(disk) = self.disk.as_deref().filter(|_| !native::is_forked()) else {
            return false;
        };
        let found = catch_unwind(AssertUnwindSafe(|| {
            Compiler::shared(traps)?.load(&self.module, &self.imports, disk)
        }));
        if let Ok(Ok(Some(found))) = found {
            let _ = self.compiled.set(found);
        }
        self.compiled().is_some()
    }

    /// Where it is in the cache.
    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    /// Compiles it, unless that was done or tried before. Who comes meanwhile waits. Whether it is native
    /// code by now, by this call.
    pub(crate) fn compile(&self, traps: Traps) -> bool {
        let mut is_new = false;
        self.compiled.get_or_init(|| {
            // A panic would be the compiler's bug. The contract stays interpreted then.
            let compiled = catch_unwind(AssertUnwindSafe(|| {
                let compiler = Compiler::shared(traps)?;
                let disk = self.disk.as_deref();
                stack::with_room(COMPILE_BYTES, || {
                    compiler.compile(&self.module, &self.imports, disk)
                })?
            }));
            let compiled = compiled.unwrap_or_else(|_| Err(Fault::Engine("it panicked".into())));
            let compiled = compiled.unwrap_or_else(|fault| {
                complain(&fault);
                None
            });
            is_new = compiled.is_some();
            compiled
        });
        is_new
    }

    /// How much memory it takes by now, in bytes, in all of its forms.
    pub(crate) fn held_bytes(&self) -> usize {
        self.module.held_bytes()
            + self.interpreted.bytes()
            + self.compiled().map_or(0, Compiled::bytes)
    }

    /// Whether it takes more memory than when this was last asked.
    pub(crate) fn has_grown(&self) -> bool {
        let code = self.interpreted.bytes() + self.compiled().map_or(0, Compiled::bytes);
        self.weighed.load(Ordering::Relaxed) != code
            && self.weighed.swap(code, Ordering::Relaxed) != code
    }

    fn compiled(&self) -> Option<&Compiled> {
        self.compiled.get().and_then(Option::as_ref)
    }

    /// Whether it was tried to compile it.
    fn is_settled(&self) -> bool {
        self.compiled.get().is_some()
    }

    /// Runs it as native code if there is some, and in the interpreter otherwise.
    pub(crate) fn run(&self, frame: &mut Frame<'_>) -> Result<(), Exit> {
        match self.compiled() {
            // What other threads had locked when a process was forked stays locked in the child.
            Some(compiled) if !native::is_forked() => self.run_compiled(compiled, frame),
            _ => self.interpret(frame),
        }
    }

    /// As [`Contract::run`], and says whether it has become worth compiling by this run.
    pub(crate) fn run_and_warm(&self, frame: &mut Frame<'_>) -> (Result<(), Exit>, bool) {
        if self.is_settled() {
            return (self.run(frame), false);
        }
        let ended = self.interpret(frame);
        // Nobody knows how much of its gas a failure has executed before it took the rest.
        let taken = match ended {
            Err(Exit::Failure(_)) => frame.gas_left().saturating_mul(PARTICLES_PER_GAS.into()),
            _ => 0,
        };
        let bytes = self.module.original_size();
        (ended, self.heat.add_call(frame.counted().saturating_add(taken), bytes))
    }

    /// It was worth compiling, and could not be: it will be said again.
    pub(crate) fn cool(&self) {
        self.heat.cool();
    }

    /// Runs `main` in a fresh instance of the interpreter's.
    pub(crate) fn interpret(&self, frame: &mut Frame<'_>) -> Result<(), Exit> {
        self.begin(frame)?;
        stack::with_room(0, || self.interpreted.run(frame))?
    }

    /// Runs `main` in an instance that is as good as fresh; in the interpreter where there are as many as
    /// there can be.
    fn run_compiled(&self, compiled: &Compiled, frame: &mut Frame<'_>) -> Result<(), Exit> {
        self.begin(frame)?;
        match stack::with_room(compiler::STACK_BYTES, || compiled.run(frame))? {
            Some(ended) => ended,
            None => stack::with_room(0, || self.interpreted.run(frame))?,
        }
    }

    /// Pays for the start.
    fn begin(&self, frame: &mut Frame<'_>) -> Result<(), Exit> {
        frame.charge_particles(self.module.start_particles().into())?;
        if let Some(bound) = self.instruction_bound {
            frame.count_instructions(bound.get().into());
        }
        Ok(())
    }
}

/// Tells standard error, once, that there is something that is not compiled and ought to be. It may be closed,
/// which must change nothing.
fn complain(fault: &Fault) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let _ = writeln!(
            io::stderr(),
            "hebe: a contract stays interpreted, which is slower and changes nothing else: the compiler: \
             {fault} (this is told once)"
        );
    });
}

impl Drop for Contract {
    fn drop(&mut self) {
        // To give native code back takes locks that may be held by a thread that is not in this process.
        if native::is_forked() {
            std::mem::forget(self.compiled.take());
        }
    }
}

/// Native stack that the compiler may use.
pub(crate) const COMPILE_BYTES: usize = 4 << 20;

const _: () =
    assert!(COMPILE_BYTES <= stack::MOST_BYTES && compiler::STACK_BYTES <= stack::MOST_BYTES);
