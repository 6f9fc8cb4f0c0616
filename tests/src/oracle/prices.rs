//! What an instruction costs: all that the oracle takes from the schedule.

use hebe_gas::{Schedule, Unit};
use std::{cell::RefCell, collections::BTreeMap};
use wasmparser::Operator;

/// Particles in one gas.
pub const PARTICLES: i64 = 10_000;

/// The prices of a schedule, by instruction.
pub(super) struct Prices {
    schedule: Schedule,
    found: RefCell<BTreeMap<&'static str, i64>>,
}

impl Prices {
    pub(super) fn new(schedule: &Schedule) -> Self {
        Self { schedule: schedule.clone(), found: RefCell::default() }
    }

    /// What `operator` costs before anything is known of lengths, in particles.
    fn instruction(&self, operator: &Operator<'_>) -> i64 {
        let visitor = visitor(operator);
        *self.found.borrow_mut().entry(visitor).or_insert_with(|| match &*text_name(visitor) {
            "else" | "end" => 0,
            name => {
                let price = self.schedule.price(name);
                price.unwrap_or_else(|| panic!("`{name}` has no price")).into()
            }
        })
    }

    /// What `operator` costs where the memory can have `max_pages`.
    pub(super) fn instruction_in(&self, operator: &Operator<'_>, max_pages: u32) -> i64 {
        let name = text_name(visitor(operator));
        let accesses = name.contains(".load")
            || name.contains(".store")
            || ["memory.copy", "memory.fill", "memory.init"].contains(&&*name);
        let places = if &*name == "memory.copy" { 2 } else { usize::from(accesses) };
        let far = if max_pages > 16 { self.of(Unit::Far, places) } else { 0 };
        self.instruction(operator) + far
    }

    /// What so many of a unit cost.
    pub(super) fn of(&self, unit: Unit, number: usize) -> i64 {
        i64::from(self.schedule.unit(unit)) * i64::try_from(number).expect("modules are small")
    }

    /// What `pages` more pages of memory cost.
    pub(super) fn pages(&self, pages: u32) -> i64 {
        self.of(Unit::Page, pages as usize)
    }

    /// What a bulk memory instruction costs for its length in bytes: each 32 or part of 32.
    pub(super) fn bytes(&self, length: u32) -> i64 {
        self.of(Unit::Word, length.div_ceil(32) as usize)
    }

    /// What a table instruction costs for its length in elements.
    pub(super) fn elements(&self, length: u32) -> i64 {
        self.of(Unit::Element, length as usize)
    }
}

macro_rules! visitors {
    ($(@$proposal:ident $operator:ident $({ $($field:ident: $ty:ty),* })? => $visitor:ident ($($rest:tt)*))*) => {
        /// What wasmparser calls the visitor of an instruction.
        fn visitor(operator: &Operator<'_>) -> &'static str {
            match operator {
                $(Operator::$operator { .. } => stringify!($visitor),)*
                _ => "unknown",
            }
        }
    };
}

wasmparser::for_each_operator!(visitors);

/// The name in the text format of the instruction with this visitor.
fn text_name(visitor: &str) -> String {
    let name = visitor.trim_start_matches("visit_");
    match name.split_once('_') {
        Some((
            "i32" | "i64" | "local" | "global" | "table" | "memory" | "ref" | "data" | "elem",
            _,
        )) => name.replacen('_', ".", 1),
        Some(("typed", rest)) => rest.to_owned(),
        _ => name.to_owned(),
    }
}
