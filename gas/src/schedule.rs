//! What do instructions cost?
//!
//! A schedule is data with a name and a version. It gives a price to every instruction that a module
//! may use, and to the three things of which an instruction can take many at run time: pages of
//! memory, words of 32 bytes, elements of a table. Each price carries its source.

mod cycles;
mod document;
mod flat;
mod text;

pub use document::gas_document;
pub use text::ScheduleError;

use crate::instruction::{INSTRUCTIONS, NUMBERS};
use std::borrow::Cow;
use std::sync::LazyLock;

/// Particles in one gas. All prices are whole particles.
pub const PARTICLES_PER_GAS: u32 = 10_000;

/// The largest price, in particles: 214,748 gas. A price times a run-time length, and the sum of all
/// prices of a function, thus stay below 2^63.
pub const MAX_PRICE: u32 = i32::MAX.cast_unsigned();

/// A price, for one or more things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// Instructions by their names in the text format, or `page`, `word`, `element`, with spaces
    /// between. `*` is every instruction.
    pub names: &'static str,
    /// The price of each.
    pub particles: u32,
    /// Where the number comes from.
    pub why: &'static str,
}

/// The prices of all instructions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    name: Cow<'static, str>,
    version: u32,
    about: &'static str,
    rows: &'static [Price],
    prices: [u32; NUMBERS],
    page: u32,
    word: u32,
    element: u32,
}

static ALL: LazyLock<[Schedule; 2]> = LazyLock::new(|| {
    [
        Schedule::from_rows("cycles", 1, cycles::ABOUT, cycles::PRICES),
        Schedule::from_rows("flat", 1, flat::ABOUT, flat::PRICES),
    ]
});

/// Everything for nothing: what a module runs by whose instructions are not metered.
pub(crate) static FREE: Schedule = Schedule {
    name: Cow::Borrowed("free"),
    version: 1,
    about: "",
    rows: &[],
    prices: [0; NUMBERS],
    page: 0,
    word: 0,
    element: 0,
};

impl Schedule {
    /// The schedules that Hebe knows by name, the default first.
    pub fn all() -> &'static [Self] {
        &*ALL
    }

    /// The schedule of this name, if there is one.
    pub fn by_name(name: &str) -> Option<&'static Self> {
        Self::all().iter().find(|schedule| schedule.name == name)
    }

    /// `cycles`: prices by what a processor takes.
    pub fn cycles() -> &'static Self {
        &ALL[0]
    }

    /// `flat`: one gas for each instruction.
    pub fn flat() -> &'static Self {
        &ALL[1]
    }

    /// No prices, but a count: a particle for each instruction, and for each word or element that it moves.
    /// For bounding code whose instructions cost nothing; no chain charges by it.
    pub fn count() -> &'static Self {
        const ROWS: &[Price] =
            &[Price { names: "* word element", particles: 1, why: "It is counted, not priced." }];
        static COUNT: LazyLock<Schedule> =
            LazyLock::new(|| Schedule::from_rows("count", 1, "Instructions are counted.", ROWS));
        &COUNT
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version. A schedule whose prices change gets a new one.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Where its prices come from, in a few sentences; nothing for a schedule that was read from a
    /// file.
    pub fn about(&self) -> &'static str {
        self.about
    }

    /// The prices with their sources; none for a schedule that was read from a file.
    pub fn rows(&self) -> &'static [Price] {
        self.rows
    }

    /// The price of an instruction by its name in the text format, in particles. `else` and `end`
    /// have none: they cost nothing in every schedule.
    pub fn price(&self, instruction: &str) -> Option<u32> {
        let row = INSTRUCTIONS.iter().find(|row| row.name == instruction)?;
        Some(self.prices[usize::from(row.number)])
    }

    /// Every instruction that a module may use, with its price in particles, in the order of the
    /// opcodes.
    pub fn prices(&self) -> impl Iterator<Item = (&'static str, u32)> {
        let named = |row: &&crate::instruction::Instruction| row.number != TYPED_SELECT;
        let price = |row: &crate::instruction::Instruction| self.prices[usize::from(row.number)];
        INSTRUCTIONS.iter().filter(named).map(move |row| (row.name, price(row)))
    }

    /// The price of a page of memory, 64 KiB, in particles. The first initial page is free, since
    /// every contract must have a memory.
    pub fn page(&self) -> u32 {
        self.page
    }

    /// The price of 32 bytes that a bulk memory instruction writes, rounded up to whole words, in
    /// particles.
    pub fn word(&self) -> u32 {
        self.word
    }

    /// The price of an element that a table instruction writes, in particles.
    pub fn element(&self) -> u32 {
        self.element
    }

    /// What a module pays for its initial memory, in particles.
    pub(crate) fn initial_pages(&self, pages: u32) -> u64 {
        u64::from(pages.saturating_sub(FREE_PAGES)) * u64::from(self.page)
    }

    /// Prices by the number of the instruction.
    pub(crate) fn by_number(&self) -> &[u32; NUMBERS] {
        &self.prices
    }

    fn from_rows(
        name: &'static str,
        version: u32,
        about: &'static str,
        rows: &'static [Price],
    ) -> Self {
        let mut schedule = Self { name: name.into(), version, about, rows, ..FREE.clone() };
        for row in rows {
            for name in row.names.split_whitespace() {
                schedule.set(name, row.particles);
            }
        }
        schedule
    }

    /// Sets the price of everything that has this name. Whether there was such a thing.
    fn set(&mut self, name: &str, particles: u32) -> bool {
        match name {
            "page" => self.page = particles,
            "word" => self.word = particles,
            "element" => self.element = particles,
            _ => {
                let mut found = false;
                for row in INSTRUCTIONS.iter().filter(|row| name == "*" || row.name == name) {
                    self.prices[usize::from(row.number)] = particles;
                    found = true;
                }
                return found;
            }
        }
        true
    }
}

/// The number of the `select` that names its type.
const TYPED_SELECT: u16 = 0x1c;

/// Initial pages that cost nothing.
const FREE_PAGES: u32 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instruction_has_one_price() {
        for schedule in Schedule::all() {
            let things = INSTRUCTIONS.iter().filter(|row| row.number != TYPED_SELECT);
            for name in things.map(|row| row.name).chain(["page", "word", "element"]) {
                let rows = schedule.rows().iter().filter(|row| {
                    let mut names = row.names.split_whitespace();
                    names.any(|n| {
                        n == name || n == "*" && !["page", "word", "element"].contains(&name)
                    })
                });
                assert_eq!(rows.count(), 1, "{}: {name}", schedule.name());
            }
        }
    }

    #[test]
    fn every_name_is_known() {
        for schedule in Schedule::all() {
            for name in schedule.rows().iter().flat_map(|row| row.names.split_whitespace()) {
                assert!(schedule.clone().set(name, 0), "{name}");
            }
            assert!(schedule.prices().all(|(_, price)| price <= MAX_PRICE));
        }
    }
}
