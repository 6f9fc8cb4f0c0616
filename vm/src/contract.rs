//! A contract that can run, in the forms that there are of it.

use crate::{
    compiler::{self, Compiled, Compiler, Traps},
    engine::{Engine, Executable},
    stack,
};
use hebe_gas::Prepared;
use hebe_host::{Exit, Fault, Frame, HostFunction};
use std::sync::OnceLock;

/// A contract that can run.
pub(crate) struct Contract {
    module: Prepared,
    /// The functions that it imports, first to last.
    imports: Vec<&'static HostFunction>,
    interpreted: Box<dyn Executable>,
    /// As native code; `None` inside where the compiler could not have it.
    compiled: OnceLock<Option<Compiled>>,
    /// How many instructions it may execute, where they cost nothing.
    instruction_bound: Option<i64>,
}

impl Contract {
    /// A contract that the interpreter has.
    ///
    /// # Errors
    ///
    /// That of [`Engine::translate`].
    pub(crate) fn new(
        module: Prepared,
        imports: Vec<&'static HostFunction>,
        interpreter: &dyn Engine,
        instruction_bound: Option<i64>,
    ) -> Result<Self, Fault> {
        let interpreted = interpreter.translate(&module, imports.clone())?;
        Ok(Self { module, imports, interpreted, compiled: OnceLock::new(), instruction_bound })
    }

    /// Compiles it, unless that was done or tried before. Who comes meanwhile waits.
    pub(crate) fn compile(&self, traps: Traps) {
        self.compiled.get_or_init(|| {
            Compiler::shared(traps)
                .and_then(|compiler| compiler.compile(&self.module, &self.imports))
                .ok()
                .flatten()
        });
    }

    /// Pays for the memory and runs `main` in a fresh instance: as native code if there is some, and room
    /// for an instance of it.
    pub(crate) fn run(&self, frame: &mut Frame<'_>) -> Result<(), Exit> {
        frame.charge_particles(self.module.initial_particles().into())?;
        if let Some(bound) = self.instruction_bound {
            frame.count_instructions(bound);
        }
        if let Some(Some(compiled)) = self.compiled.get() {
            let ended = stack::with_room(compiler::STACK_BYTES, || compiled.run(frame));
            if let Some(ended) = ended {
                return ended;
            }
        }
        self.interpret(frame)
    }

    fn interpret(&self, frame: &mut Frame<'_>) -> Result<(), Exit> {
        stack::with_room(0, || self.interpreted.run(frame))
    }
}
