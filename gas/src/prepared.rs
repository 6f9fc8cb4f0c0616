//! A module that engines may run.

use crate::rewrite::bounded;
use crate::validate::Valid;
use crate::{ExternKind, Schedule, limits};
use wasmparser::{Parser, Payload};

/// A module that engines may run: checked against [`Rules`](crate::Rules), and rewritten where these
/// say so. Only [`prepare`](crate::prepare) makes one.
#[derive(Clone, Debug)]
pub struct Prepared {
    code: Vec<u8>,
    original_size: usize,
    imports: Vec<usize>,
    functions: u32,
    memory: Size,
    table: Option<Size>,
    initial_particles: u64,
}

/// How large a memory or table is at first, and can become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Size {
    /// At first: pages of 64 KiB, or elements.
    pub initial: u32,
    /// At most, in the same unit: the smaller of what the module declares and the limit.
    pub maximum: u32,
}

/// An export of a valid module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Export<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it is.
    pub kind: ExternKind,
}

impl Prepared {
    pub(crate) fn new(
        code: Vec<u8>,
        original_size: usize,
        valid: Valid,
        schedule: Option<&Schedule>,
    ) -> Self {
        let size = |initial: u64, declared, limit: limits::Limit| Size {
            initial: u32::try_from(initial).unwrap_or(limit.value),
            maximum: bounded(declared, limit),
        };
        let (memory, table) = (valid.memory, valid.table);
        let memory = memory.map_or(Size { initial: 0, maximum: 0 }, |memory| {
            size(memory.initial, memory.maximum, limits::MEMORY)
        });
        Self {
            code,
            original_size,
            imports: valid.imports,
            functions: valid.functions,
            memory,
            table: table.map(|table| size(table.initial, table.maximum, limits::TABLE_ELEMENTS)),
            initial_particles: schedule.map_or(0, |prices| prices.initial_pages(memory.initial)),
        }
    }

    /// The WebAssembly binary to translate.
    ///
    /// Where [`Rules::metering`](crate::Rules::metering) is set, functions have another shape: after
    /// their parameters all take the gas that is left, an `i64` in particles that is never negative,
    /// and the stack that is left, an `i32` in slots; after their results all give back the gas that
    /// is left. That goes for imports and exports too. `main` thus is `(gas: i64, stack: i32) -> (gas:
    /// i64)`, first called with [`limits::STACK`](crate::limits::STACK). After its own imports the
    /// module imports two functions of type `() -> ()` from module [`HEBE`](crate::HEBE), which must
    /// not return: [`OUT_OF_GAS`](crate::OUT_OF_GAS) and
    /// [`STACK_OVERFLOW`](crate::STACK_OVERFLOW).
    pub fn code(&self) -> &[u8] {
        &self.code
    }

    /// The size of the code given to [`prepare`](crate::prepare), in bytes.
    pub fn original_size(&self) -> usize {
        self.original_size
    }

    /// For each imported function, first to last, its index in
    /// [`Rules::imports`](crate::Rules::imports).
    pub fn imports(&self) -> &[usize] {
        &self.imports
    }

    /// What the contract pays for its initial memory before it is instantiated, in particles.
    pub fn initial_particles(&self) -> u64 {
        self.initial_particles
    }

    /// How many functions the module has of its own, imports not counted.
    pub fn functions(&self) -> u32 {
        self.functions
    }

    /// The memory, in pages of 64 KiB.
    pub fn memory(&self) -> Size {
        self.memory
    }

    /// The table, if there is one, in elements.
    pub fn table(&self) -> Option<Size> {
        self.table
    }

    /// The exports, in their order. They are read from the code each time: nothing that runs a
    /// contract needs them.
    pub fn exports(&self) -> impl Iterator<Item = Export<'_>> {
        Parser::new(0)
            .parse_all(&self.code)
            .map_while(Result::ok)
            .filter_map(|payload| match payload {
                Payload::ExportSection(section) => Some(section),
                _ => None,
            })
            .flat_map(|section| section.into_iter().map_while(Result::ok))
            .map(|export| Export { name: export.name, kind: export.kind.into() })
    }
}
