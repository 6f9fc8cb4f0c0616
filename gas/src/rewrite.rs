//! Making a valid module into the one that runs.
//!
//! Its declared maxima are bounded by ours, and custom sections other than names are left out. Where
//! it is metered, its functions are written anew; otherwise all other bytes stay as they are.

mod constants;
mod deployed;
mod module;
mod names;
mod threaded;

pub(crate) use deployed::{deployed, is_marked};
pub(crate) use threaded::threaded;
pub use threaded::{GLOBAL, HEBE, OUT_OF_GAS, STACK_OVERFLOW, START};

use crate::limits::{self, Limit};
use std::ops::Range;
use wasm_encoder::Section;
use wasmparser::{MemoryType, TableType};

/// A module that an engine with a compiler of its own runs.
pub struct Rewritten {
    /// The WebAssembly binary to compile.
    ///
    /// Where [`Rules::metering`](crate::Rules::metering) is set, functions have another shape: after
    /// their parameters all take the gas that is left, an `i64` in particles that is never negative,
    /// and the stack that is left, an `i32` in slots; after their results all give back the gas that
    /// is left. That goes for imports and exports too. `main` thus is `(gas: i64, stack: i32) -> (gas:
    /// i64)`, first called with [`limits::STACK`](crate::limits::STACK). After its own imports the
    /// module imports two functions of type `() -> ()` from module [`HEBE`](crate::HEBE), which must
    /// not return: [`OUT_OF_GAS`](crate::OUT_OF_GAS) and
    /// [`STACK_OVERFLOW`](crate::STACK_OVERFLOW).
    pub code: Vec<u8>,
    /// How many mutable globals it has, if all are exported as [`GLOBAL`] and a number from 0 on.
    pub exported_globals: Option<u32>,
}

/// A section that is replaced.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    /// Where the section is, its header included.
    section: Range<usize>,
    /// What comes in its place, a whole section or nothing.
    replacement: Vec<u8>,
}

impl Edit {
    /// Leaves a section out.
    pub(crate) fn remove(section: Range<usize>) -> Self {
        Self { section, replacement: Vec::new() }
    }

    fn replace(section: Range<usize>, replacement: &impl Section) -> Self {
        let mut bytes = Vec::new();
        replacement.append_to(&mut bytes);
        Self { section, replacement: bytes }
    }
}

/// `code` with all `edits`, which are in its order.
pub(crate) fn apply(code: &[u8], edits: &[Edit]) -> Vec<u8> {
    // A maximum that is put in takes at most three bytes more.
    let mut out = Vec::with_capacity(code.len() + 4 * edits.len());
    let mut done = 0;
    for edit in edits {
        out.extend_from_slice(&code[done..edit.section.start]);
        out.extend_from_slice(&edit.replacement);
        done = edit.section.end;
    }
    out.extend_from_slice(&code[done..]);
    out
}

/// The smaller of a declared maximum and ours.
pub(crate) fn bounded(declared: Option<u64>, limit: Limit) -> u32 {
    let declared = declared.and_then(|declared| u32::try_from(declared).ok());
    declared.unwrap_or(u32::MAX).min(limit.value)
}

/// What the memory section has to become, if it can't stay.
pub(crate) fn declared_memory(memory: &MemoryType, section: Range<usize>) -> Option<Edit> {
    let maximum = Some(u64::from(bounded(memory.maximum, limits::MEMORY)));
    (memory.maximum != maximum).then(|| {
        let mut memories = wasm_encoder::MemorySection::new();
        memories.memory(wasm_encoder::MemoryType {
            minimum: memory.initial,
            maximum,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        Edit::replace(section, &memories)
    })
}

/// What the table section has to become, if it can't stay.
pub(crate) fn declared_table(table: &TableType, section: Range<usize>) -> Option<Edit> {
    let maximum = Some(u64::from(bounded(table.maximum, limits::TABLE_ELEMENTS)));
    (table.maximum != maximum).then(|| {
        let mut tables = wasm_encoder::TableSection::new();
        tables.table(wasm_encoder::TableType {
            element_type: wasm_encoder::RefType::FUNCREF,
            minimum: table.initial,
            maximum,
            table64: false,
            shared: false,
        });
        Edit::replace(section, &tables)
    })
}
