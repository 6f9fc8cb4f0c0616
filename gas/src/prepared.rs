//! A module that engines may run.

use crate::analysis::Function;
use crate::rewrite::{Rewritten, bounded};
use crate::validate::Valid;
use crate::{ExternKind, Schedule, limits};
use wasmparser::{DataKind, Operator, Parser, Payload};

/// A module that engines may run: checked against [`Rules`](crate::Rules), and rewritten where these
/// say so. Only [`prepare`](crate::prepare) makes one.
#[derive(Clone, Debug)]
pub struct Prepared {
    code: Vec<u8>,
    restart: Option<Restart>,
    functions: Vec<FunctionSize>,
    original_size: usize,
    imports: Vec<usize>,
    number_of_functions: u32,
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

/// What there is of an instance's own that a run can change, beside its memory, where that is all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Restart {
    /// How many mutable globals there are; they are exported as [`GLOBAL`](crate::GLOBAL) and a number
    /// from 0 on.
    pub mutable_globals: u32,
}

/// How large a function is, before it is rewritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FunctionSize {
    /// Parameters, locals and the deepest operand stack, in slots. The function takes as many from the
    /// stack, and [`CALL_SLOTS`](limits::CALL_SLOTS) more.
    pub frame: u32,
    /// Parameters and locals.
    pub locals: u32,
    /// Its instructions, in bytes.
    pub bytes: u32,
    /// How many blocks and branches it has, each target of a `br_table` counted.
    pub branches: u32,
}

impl FunctionSize {
    fn of(function: &Function) -> Self {
        Self {
            frame: function.frame,
            locals: function.locals.count,
            bytes: u32::try_from(function.instructions.len()).unwrap_or(u32::MAX),
            branches: function.branches,
        }
    }
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
        rewritten: Rewritten,
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
        let analysis = valid.analysis.as_ref();
        Self {
            code: rewritten.code,
            restart: analysis
                .filter(|analysis| !analysis.changes_table_or_segments)
                .and(rewritten.exported_globals)
                .map(|mutable_globals| Restart { mutable_globals }),
            functions: analysis.map_or(Vec::new(), |analysis| {
                analysis.functions.iter().map(FunctionSize::of).collect()
            }),
            original_size,
            imports: valid.imports,
            number_of_functions: valid.functions,
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

    /// What has to be put back, beside the memory, before an instance can be used again. `None` where
    /// that can't be told: where the module changes its table or drops segments, has exports of its own
    /// that are called like ours, or is not metered.
    pub fn restart(&self) -> Option<Restart> {
        self.restart
    }

    /// How large each function of the module's own is, in order. Empty where the module is not metered.
    pub fn function_sizes(&self) -> &[FunctionSize] {
        &self.functions
    }

    /// What active data segments put into the memory when it is new, in their order: where, and the bytes.
    /// They are read from the code each time. None for a segment whose place is not a constant, which no
    /// contract has.
    pub fn data(&self) -> impl Iterator<Item = Option<(u32, &[u8])>> {
        Parser::new(0)
            .parse_all(&self.code)
            .map_while(Result::ok)
            .filter_map(|payload| match payload {
                Payload::DataSection(section) => Some(section),
                _ => None,
            })
            .flat_map(|section| section.into_iter().map_while(Result::ok))
            .filter_map(|segment| match segment.kind {
                DataKind::Passive => None,
                DataKind::Active { offset_expr, .. } => {
                    let place = match offset_expr.get_operators_reader().read() {
                        Ok(Operator::I32Const { value }) => Some(value.cast_unsigned()),
                        _ => None,
                    };
                    Some(place.map(|place| (place, segment.data)))
                }
            })
    }

    /// How many functions the module has of its own, imports not counted.
    pub fn functions(&self) -> u32 {
        self.number_of_functions
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
