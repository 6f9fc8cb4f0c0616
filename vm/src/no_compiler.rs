//! What stands in the compiler's place in a build without the feature `compiler`: everything stays interpreted.
//!
//! Its items are those of `compiler.rs` that the rest of the crate asks for.

use crate::{
    cache::disk::{DiskCache, Fingerprint},
    engine::Traps,
};
use hebe_gas::Prepared;
use hebe_host::{Exit, Fault, Frame, HostFunction};
use std::convert::Infallible;

/// Whether this build can make native code.
pub(crate) const IS_BUILT: bool = false;

/// Native stack that a contract's code may use: none, as there is none.
pub(crate) const STACK_BYTES: usize = 0;

/// A compiler that takes nothing.
pub(crate) struct Compiler;

impl Compiler {
    pub(crate) fn shared(_: Traps) -> Result<Self, Fault> {
        Ok(Self)
    }

    pub(crate) fn compile(
        &self,
        _: &Prepared,
        _: &[&'static HostFunction],
        _: Option<&DiskCache>,
    ) -> Result<Option<Compiled>, Fault> {
        Ok(None)
    }

    pub(crate) fn load(
        &self,
        _: &Prepared,
        _: &[&'static HostFunction],
        _: &DiskCache,
    ) -> Result<Option<Option<Compiled>>, Fault> {
        Ok(None)
    }
}

/// Native code, of which there is none.
pub(crate) struct Compiled(Infallible);

impl Compiled {
    pub(crate) fn bytes(&self) -> usize {
        match self.0 {}
    }

    pub(crate) fn run(&self, _: &mut Frame<'_>) -> Option<Result<(), Exit>> {
        match self.0 {}
    }
}

/// What compiling a module is thought to take: nothing is known of it.
pub(crate) fn effort(_: &Prepared) -> Option<f64> {
    None
}

/// Of what this process can run.
pub(crate) fn fingerprints() -> Vec<Fingerprint> {
    Vec::new()
}
