//! What [`prepare`](crate::prepare) holds a module against.

use crate::ImportSignature;
use wasmparser::WasmFeatures;

/// The rules for one kind of module at one revision.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// Which WebAssembly proposals a module may use.
    pub features: Features,
    /// What a module must look like.
    pub profile: Profile,
    /// Which functions a module may import, at most one row for each module and name.
    pub imports: &'a [ImportSignature],
}

/// Which WebAssembly a module may use. Floats are refused in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Features {
    /// The MVP and what today's compilers emit beyond it: mutable globals, sign extension,
    /// multi-value, bulk memory, and of reference types what funcref tables need.
    #[default]
    Default,
    /// The WebAssembly MVP as ewasm had it: nothing beyond, encodings included.
    Mvp,
}

impl Features {
    /// What the validator may let through, built up from nothing. Floats have a flag of their own,
    /// and so has every reference but `funcref` (`GC_TYPES`); both stay off.
    pub(crate) fn wasm(self) -> WasmFeatures {
        match self {
            Self::Default => WasmFeatures::MUTABLE_GLOBAL
                .union(WasmFeatures::SIGN_EXTENSION)
                .union(WasmFeatures::MULTI_VALUE)
                .union(WasmFeatures::BULK_MEMORY)
                .union(WasmFeatures::REFERENCE_TYPES),
            Self::Mvp => WasmFeatures::empty(),
        }
    }
}

/// What a module must look like, apart from being valid WebAssembly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Profile {
    /// A contract by the Ewasm Contract Interface: `main` and `memory` exported, no start function.
    Contract {
        /// What may be exported beside these two.
        exports: Exports,
    },
}

/// What a contract may export beside `main` and `memory`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Exports {
    /// Anything: linkers emit `__heap_base` and the like, and nobody can reach it.
    #[default]
    Tolerant,
    /// Nothing, the rule of the Ewasm Contract Interface.
    Strict,
}
