//! What happens to a contract before it runs, step by step, for whoever measures it. Nothing is kept, and nothing
//! is taken from a cache.

use crate::{Vm, compiler::Compiler, native::stack, options::Stage, tiers::COMPILE_BYTES};
use hebe_gas::{Prepared, Rejected};
use hebe_host::{Fault, HostFunction, Revision};
use std::sync::Arc;

/// A contract that is valid, with its charges in it: what engines get.
pub struct Contract(Arc<Prepared>);

impl Contract {
    /// How long it is when charges have been written into it, in bytes, as the compiler gets it.
    pub fn rewritten_bytes(&self) -> usize {
        self.0.rewrite().code.len()
    }
}

impl Vm {
    /// Validates `code` and puts the charges in. `is_init_code` says whether it creates a contract.
    ///
    /// # Errors
    ///
    /// A [`Fault`] where `revision` has no prices; inside, why the contract is not valid.
    pub fn prepare_step(
        &self,
        revision: Revision,
        code: &[u8],
        is_init_code: bool,
    ) -> Result<Result<Contract, Rejected>, Fault> {
        let stage = if is_init_code { Stage::Init } else { Stage::Stored };
        let interface = self.interface(revision)?;
        Ok(self.prepare(interface, code, stage).map(|module| Contract(Arc::new(module))))
    }

    /// Translates all functions of a contract for the interpreter, which otherwise does so when they are first
    /// called.
    ///
    /// # Errors
    ///
    /// A [`Fault`], which is a bug of ours.
    pub fn translate_step(&self, revision: Revision, contract: &Contract) -> Result<(), Fault> {
        self.engine.translate(&contract.0, self.imports(revision, contract)?)?.translate_all()
    }

    /// Compiles a contract, in this thread. How much its native code weighs, in bytes; `None` where the compiler
    /// does not take it, so that it stays interpreted.
    ///
    /// # Errors
    ///
    /// A [`Fault`], which is a bug of ours, or where the compiler can't be had.
    pub fn compile_step(
        &self,
        revision: Revision,
        contract: &Contract,
    ) -> Result<Option<usize>, Fault> {
        let imports = self.imports(revision, contract)?;
        let compiler = Compiler::shared(self.options().traps)?;
        let compiled =
            stack::with_room(COMPILE_BYTES, || compiler.compile(&contract.0, &imports, None))??;
        Ok(compiled.map(|compiled| compiled.bytes()))
    }

    fn imports(
        &self,
        revision: Revision,
        contract: &Contract,
    ) -> Result<Vec<&'static HostFunction>, Fault> {
        let functions = self.interface(revision)?.functions();
        Ok(contract.0.imports().iter().map(|row| functions[*row]).collect())
    }
}
