//! What an instruction costs: all that the oracle takes from the schedule.

use hebe_gas::Schedule;
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
    pub(super) fn instruction(&self, operator: &Operator<'_>) -> i64 {
        let visitor = visitor(operator);
        *self.found.borrow_mut().entry(visitor).or_insert_with(|| match &*text_name(visitor) {
            "else" | "end" => 0,
            name => {
                let price = self.schedule.price(name);
                price.unwrap_or_else(|| panic!("`{name}` has no price")).into()
            }
        })
    }

    /// What `pages` more pages of memory cost.
    pub(super) fn pages(&self, pages: u32) -> i64 {
        i64::from(pages) * i64::from(self.schedule.page())
    }

    /// What a bulk memory instruction costs for its length in bytes: each 32 or part of 32.
    pub(super) fn bytes(&self, length: u32) -> i64 {
        i64::from(length.div_ceil(32)) * i64::from(self.schedule.word())
    }

    /// What a table instruction costs for its length in elements.
    pub(super) fn elements(&self, length: u32) -> i64 {
        i64::from(length) * i64::from(self.schedule.element())
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
