//! What [`prepare`](crate::prepare) holds a module against.

use crate::rewrite::is_marked;
use crate::schedule::FREE;
use crate::{ImportSignature, Schedule};
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
    /// How a module is made to count its gas and its stack; `None` leaves its functions as they are.
    pub metering: Option<Metering<'a>>,
}

/// What a module is made to count while it runs. In every mode its functions take and give back gas
/// as [`Prepared::code`](crate::Prepared::code) says, and count their stack.
#[derive(Clone, Copy, Debug, Default)]
pub enum Metering<'a> {
    /// No instruction costs anything, so nothing ends a loop.
    #[default]
    Off,
    /// No instruction costs anything, but each takes one particle from what it is given to count with, and
    /// so does each word or element that it moves: a bound for code that nothing else ends.
    Counted,
    /// Instructions cost what the schedule says.
    Execution(&'a Schedule),
    /// Code that was metered by [`meter_deployed`](crate::meter_deployed) with the same schedule pays by
    /// itself. Code that was not is metered as with [`Metering::Execution`], so that nothing runs free of
    /// charge.
    Deployed(&'a Schedule),
}

impl<'a> Metering<'a> {
    /// What the instructions of `code` cost beside what it pays itself.
    pub(crate) fn of_instructions(self, code: &[u8]) -> &'a Schedule {
        match self {
            Self::Counted => Schedule::count(),
            Self::Deployed(schedule) if is_marked(code, schedule) => &FREE,
            _ => self.of_messages(),
        }
    }

    /// What messages cost: the code that they load, the start of a contract, the trip to the host.
    pub fn of_messages(self) -> &'a Schedule {
        match self {
            Self::Off | Self::Counted => &FREE,
            Self::Execution(schedule) | Self::Deployed(schedule) => schedule,
        }
    }
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
    /// A module of the WebAssembly specification's test scripts, for test suites only: it may import
    /// and export anything, have a start function, have no memory, and have segments that trap.
    Script,
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
