//! A module that engines may run.

use crate::analysis::{Charge, Function};
use crate::rewrite::{self, Rewritten, bounded};
use crate::validate::Valid;
use crate::{ExternKind, Module, Schedule, limits};
use std::sync::Arc;
use wasmparser::{Parser, Payload};

/// A module that engines may run: checked against [`Rules`](crate::Rules), with what it costs. Only
/// [`prepare`](crate::prepare) makes one.
///
/// An engine runs [`Prepared::code`] and charges by [`Prepared::charges`], or runs [`Prepared::rewrite`], which
/// charges itself. Both use the same gas and the same stack.
#[derive(Clone, Debug)]
pub struct Prepared {
    code: Arc<[u8]>,
    valid: Valid,
    memory: Size,
    table: Option<Size>,
    schedule: Option<Arc<Schedule>>,
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
    /// Its index among those of its kind.
    pub index: u32,
}

impl Prepared {
    pub(crate) fn new(code: Arc<[u8]>, valid: Valid, schedule: Option<Schedule>) -> Self {
        let size = |initial: u64, declared, limit: limits::Limit| Size {
            initial: u32::try_from(initial).unwrap_or(limit.value),
            maximum: bounded(declared, limit),
        };
        let memory = valid.memory.map_or(Size { initial: 0, maximum: 0 }, |memory| {
            size(memory.initial, memory.maximum, limits::MEMORY)
        });
        let table = valid.table;
        let table = table.map(|table| size(table.initial, table.maximum, limits::TABLE_ELEMENTS));
        Self { code, valid, memory, table, schedule: schedule.map(Arc::new) }
    }

    /// The code that was given to [`prepare`](crate::prepare).
    pub fn code(&self) -> &[u8] {
        &self.code
    }

    /// The size of [`Prepared::code`], in bytes.
    pub fn original_size(&self) -> usize {
        self.code.len()
    }

    /// What its sections say.
    pub fn module(&self) -> &Module {
        &self.valid.sections
    }

    /// What is known of each function of the module's own, in order.
    pub fn functions(&self) -> &[Function] {
        &self.valid.functions.functions
    }

    /// What the code of all functions costs, in its order. Nothing where the module is not metered.
    ///
    /// A charge is paid when its first instruction is reached, before it has any effect. `memory.grow`, the
    /// bulk and the table instructions cost something more, which depends on their operands; see
    /// [`Prepared::schedule`].
    pub fn charges(&self) -> &[Charge] {
        &self.valid.functions.charges
    }

    /// The prices of what an instruction can take many of. `None` where the module is not metered.
    ///
    /// Where [`memory.grow`](Schedule::page) and [`table.grow`](Schedule::element) would not pass the maximum,
    /// they pay for each page and element; [`memory.fill`, `memory.copy` and `memory.init`](Schedule::word)
    /// for each 32 bytes, rounded up; [`table.fill`, `table.copy` and `table.init`](Schedule::element) for
    /// each element. All pay before they act, and before they trap.
    pub fn schedule(&self) -> Option<&Schedule> {
        self.schedule.as_deref()
    }

    /// For each imported function, first to last, its index in
    /// [`Rules::imports`](crate::Rules::imports).
    pub fn imports(&self) -> &[usize] {
        &self.valid.imports
    }

    /// What the contract pays for its initial memory before it is instantiated, in particles.
    pub fn initial_particles(&self) -> u64 {
        self.schedule.as_ref().map_or(0, |prices| prices.initial_pages(self.memory.initial))
    }

    /// The memory, in pages of 64 KiB.
    pub fn memory(&self) -> Size {
        self.memory
    }

    /// The table, if there is one, in elements.
    pub fn table(&self) -> Option<Size> {
        self.table
    }

    /// Whether reachable code changes the table or drops a segment: then more than memory and globals has to
    /// be put back before an instance can be used again.
    pub fn changes_table_or_segments(&self) -> bool {
        self.valid.functions.changes_table_or_segments
    }

    /// Writes the module anew, so that it counts its gas and its stack itself. Time and memory are linear in the
    /// size of the code. Where [`Rules::metering`](crate::Rules::metering) is not set, only maxima are bounded.
    pub fn rewrite(&self) -> Rewritten {
        match self.schedule.as_deref() {
            Some(schedule) => rewrite::threaded(&self.code, &self.valid, schedule),
            None => Rewritten {
                code: rewrite::apply(&self.code, &self.valid.edits),
                exported_globals: None,
            },
        }
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
            .map(|export| Export {
                name: export.name,
                kind: export.kind.into(),
                index: export.index,
            })
    }
}
