//! A module that engines may run.

use crate::analysis::{Charge, Function};
use crate::rewrite::{self, Rewritten, bounded};
use crate::schedule::FREE_PAGES;
use crate::validate::Valid;
use crate::{ExternKind, Module, Schedule, SegmentMode, Unit, limits};
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
    start_particles: u64,
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
    pub(crate) fn new(
        code: Arc<[u8]>,
        valid: Valid,
        schedule: Option<Schedule>,
        of_messages: &Schedule,
    ) -> Self {
        let size = |initial: u64, declared, limit: limits::Limit| Size {
            initial: u32::try_from(initial).unwrap_or(limit.value),
            maximum: bounded(declared, limit),
        };
        let memory = valid.memory.map_or(Size { initial: 0, maximum: 0 }, |memory| {
            size(memory.initial, memory.maximum, limits::MEMORY)
        });
        let table = valid.table;
        let table = table.map(|table| size(table.initial, table.maximum, limits::TABLE_ELEMENTS));
        let start_particles = start_particles(
            of_messages,
            &valid.sections,
            memory.initial,
            table.map_or(0, |size| size.initial),
        );
        Self { code, valid, memory, table, schedule: schedule.map(Arc::new), start_particles }
    }

    /// How much memory it takes, in bytes, about: the code, and what is known of it.
    pub fn held_bytes(&self) -> usize {
        let sections = &self.valid.sections;
        let types: usize = sections.types.iter().map(|ty| ty.params.len() + ty.results.len()).sum();
        let items: usize =
            sections.elements.iter().map(|segment| size_of_val(&*segment.items)).sum();
        self.code.len()
            + size_of_val(&*self.valid.functions.functions)
            + size_of_val(&*self.valid.functions.charges)
            + size_of_val(&*sections.types)
            + types
            + size_of_val(&*sections.functions)
            + size_of_val(&*sections.globals)
            + size_of_val(&*sections.elements)
            + items
            + size_of_val(&*sections.data)
            + size_of_val(&*self.valid.imports)
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
    /// Where `memory.grow` and `table.grow` would not pass the maximum, they pay for each
    /// [page](Unit::Page) and [element](Unit::Element); `memory.fill`, `memory.copy` and `memory.init`
    /// for each [32 bytes](Unit::Word), rounded up; `table.fill`, `table.copy` and `table.init` for each
    /// element. All pay before they act, and before they trap.
    pub fn schedule(&self) -> Option<&Schedule> {
        self.schedule.as_deref()
    }

    /// For each imported function, first to last, its index in
    /// [`Rules::imports`](crate::Rules::imports).
    pub fn imports(&self) -> &[usize] {
        &self.valid.imports
    }

    /// What a message pays before `main` runs, in particles: for the start, pages of initial memory but the
    /// first, elements of the table, imports, globals, segments and what is in them.
    pub fn start_particles(&self) -> u64 {
        self.start_particles
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

/// What a message pays for the start of a module.
fn start_particles(schedule: &Schedule, module: &Module, pages: u32, table: u32) -> u64 {
    let active =
        module.data.iter().filter(|segment| matches!(segment.mode, SegmentMode::Active(_)));
    let words: usize = active.map(|segment| segment.bytes.len().div_ceil(32)).sum();
    [
        (Unit::Start, 1),
        (Unit::Page, pages.saturating_sub(FREE_PAGES) as usize),
        (Unit::Data, words),
        (Unit::Item, table as usize + module.element_count() as usize),
        (Unit::Import, module.imported_functions as usize),
        (Unit::Global, module.globals.len()),
        (Unit::Segment, module.data.len() + module.elements.len()),
    ]
    .into_iter()
    // All of it is bounded by the size of code and of memory.
    .map(|(unit, number)| u64::from(schedule.unit(unit)) * number as u64)
    .sum()
}
