//! What do instructions cost?
//!
//! A schedule is data with a name and a version. It gives a price to every instruction that a module
//! may use, and to each [`Unit`] of what instructions and messages take more than one of. Each price
//! carries its source.

mod cycles;
mod document;
mod flat;
mod measured;
mod text;
mod unit;

pub use document::gas_document;
pub use text::ScheduleError;
pub use unit::{NEAR_PAGES, Unit};

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
    /// Instructions by their names in the text format, or units, with spaces between. `*` is every
    /// instruction.
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
    /// In the order of [`Unit::ALL`].
    units: [u32; Unit::ALL.len()],
}

static ALL: LazyLock<[Schedule; 3]> = LazyLock::new(|| {
    [
        Schedule::from_rows("measured", 1, measured::ABOUT, measured::PRICES),
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
    units: [0; Unit::ALL.len()],
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

    /// `measured`: prices by what our engines take. The default.
    pub fn measured() -> &'static Self {
        &ALL[0]
    }

    /// `cycles`: prices by what a processor takes, by the ewasm draft.
    pub fn cycles() -> &'static Self {
        &ALL[1]
    }

    /// `flat`: one gas for each instruction, by the ewasm draft.
    pub fn flat() -> &'static Self {
        &ALL[2]
    }

    /// No prices, but a count: a particle for each instruction, and for each word or element that it moves.
    /// No chain charges by it.
    pub(crate) fn count() -> &'static Self {
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

    /// What it is called with its version: `name@version`.
    pub fn named_version(&self) -> String {
        format!("{}@{}", self.name, self.version)
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

    /// The price of an instruction or a unit by its name, in particles.
    pub fn price_of(&self, name: &str) -> Option<u32> {
        Unit::by_name(name).map(|unit| self.unit(unit)).or_else(|| self.price(name))
    }

    /// Every price by its name, in particles: units, then instructions.
    pub fn all_prices(&self) -> impl Iterator<Item = (&'static str, u32)> {
        Unit::ALL.into_iter().map(|unit| (unit.name(), self.unit(unit))).chain(self.prices())
    }

    /// Every instruction that a module may use, with its price in particles, in the order of the
    /// opcodes.
    pub fn prices(&self) -> impl Iterator<Item = (&'static str, u32)> {
        let named = |row: &&crate::instruction::Instruction| row.number != TYPED_SELECT;
        let price = |row: &crate::instruction::Instruction| self.prices[usize::from(row.number)];
        INSTRUCTIONS.iter().filter(named).map(move |row| (row.name, price(row)))
    }

    /// The price of a unit, in particles.
    pub fn unit(&self, unit: Unit) -> u32 {
        self.units[unit as usize]
    }

    /// What a message pays for the code that it loads, in particles: by its size in bytes, before anything
    /// is looked at.
    pub fn code_particles(&self, bytes: usize) -> u128 {
        bytes as u128 * u128::from(self.unit(Unit::Code))
    }

    /// How the schedule is called where code or state says by which it was made: its name and its version.
    pub(crate) fn title(&self) -> String {
        format!("{} {}", self.name, self.version)
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
        if let Some(unit) = Unit::by_name(name) {
            self.units[unit as usize] = particles;
            return true;
        }
        let mut found = false;
        for row in INSTRUCTIONS.iter().filter(|row| name == "*" || row.name == name) {
            self.prices[usize::from(row.number)] = particles;
            found = true;
        }
        found
    }
}

/// The number of the `select` that names its type.
const TYPED_SELECT: u16 = 0x1c;

/// Initial pages that cost nothing.
pub(crate) const FREE_PAGES: u32 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instruction_has_one_price() {
        for schedule in Schedule::all() {
            for row in INSTRUCTIONS.iter().filter(|row| row.number != TYPED_SELECT) {
                let prices = schedule.rows().iter().filter(|price| {
                    price.names.split_whitespace().any(|name| name == row.name || name == "*")
                });
                assert_eq!(prices.count(), 1, "{}: {}", schedule.name(), row.name);
            }
        }
    }

    #[test]
    fn the_default_has_one_price_for_each_unit() {
        for unit in Unit::ALL {
            let names =
                |price: &&Price| price.names.split_whitespace().any(|name| name == unit.name());
            let prices: Vec<_> = Schedule::measured().rows().iter().filter(names).collect();
            assert!(matches!(prices[..], [Price { particles: 1.., .. }]), "{}", unit.name());
        }
    }

    #[test]
    fn units_are_in_their_order() {
        assert!(Unit::ALL.into_iter().enumerate().all(|(at, unit)| unit as usize == at));
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
