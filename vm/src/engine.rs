//! What the executor asks of an engine.

use hebe_gas::Prepared;
use hebe_host::{Exit, Fault, Frame, HostFunction};
use std::sync::Arc;

/// How compiled code notices that it must trap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Traps {
    /// By signals of the processor, which wasmtime handles for the whole process.
    #[default]
    Signals,
    /// By checks in the code, for processes that handle signals themselves.
    Explicit,
}

/// A WebAssembly engine. It decides how fast a contract runs and nothing else.
pub(crate) trait Engine: Send + Sync {
    /// Makes a module ready to run. `imports` are the module's imported functions, first to last.
    ///
    /// # Errors
    ///
    /// [`Fault::Engine`]: engines accept every [`Prepared`], so a refusal is a bug of ours.
    fn translate(
        &self,
        module: &Arc<Prepared>,
        imports: Vec<&'static HostFunction>,
    ) -> Result<Box<dyn Executable>, Fault>;
}

/// A translated contract, to be run any number of times, by any number of threads.
pub(crate) trait Executable: Send + Sync {
    /// Runs `main` in a fresh instance. `Ok` when it returned of itself.
    ///
    /// # Errors
    ///
    /// The [`Exit`] says how it ended otherwise.
    fn run(&self, frame: &mut Frame<'_>) -> Result<(), Exit>;

    /// How much memory its translated code takes by now, in bytes.
    fn bytes(&self) -> usize {
        0
    }

    /// Translates what is otherwise translated when it is first called.
    ///
    /// # Errors
    ///
    /// As [`Engine::translate`].
    fn translate_all(&self) -> Result<(), Fault> {
        Ok(())
    }
}
