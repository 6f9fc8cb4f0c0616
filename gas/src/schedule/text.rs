//! Schedules as text: one line for each price.

use super::{MAX_PRICE, Schedule};
use std::fmt::{self, Write};

/// Why a text is not a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScheduleError {
    /// A line is not `name = number`.
    Line {
        /// Its number, from 1.
        line: usize,
    },
    /// There is no instruction or unit of this name, nor is it `schedule` or `version`.
    UnknownName(String),
    /// A name occurs more than once.
    Twice(String),
    /// A price is not there.
    Missing(&'static str),
    /// A price is negative, too large, or no whole number.
    BadPrice {
        /// What has this price.
        name: String,
        /// The price as it is written.
        found: String,
    },
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { line } => write!(f, "line {line} is not `name = price`"),
            Self::UnknownName(name) => {
                write!(f, "there is no instruction or unit `{}`", name.escape_debug())
            }
            Self::Twice(name) => write!(f, "`{name}` has two prices; it must have one"),
            Self::Missing(name) => {
                write!(f, "`{name}` has no price; every instruction and unit needs one")
            }
            Self::BadPrice { name, found } => write!(
                f,
                "the price of `{name}` is {}; it must be a whole number of particles from 0 to \
                 {MAX_PRICE}",
                found.escape_debug()
            ),
        }
    }
}

impl std::error::Error for ScheduleError {}

impl Schedule {
    /// Reads a schedule as [`Schedule::to_text`] writes it: lines of `name = price in particles`, in
    /// any order; `#` begins a comment. Every instruction and every [`Unit`](super::Unit) must have its price.
    ///
    /// # Errors
    ///
    /// [`ScheduleError`] names the price that is missing or wrong.
    pub fn parse(text: &str) -> Result<Self, ScheduleError> {
        let mut schedule = super::FREE.clone();
        let mut seen: Vec<&str> = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            let (name, value) =
                line.split_once('=').ok_or(ScheduleError::Line { line: number + 1 })?;
            let (name, value) = (name.trim(), value.trim());
            if seen.contains(&name) {
                return Err(ScheduleError::Twice(name.to_owned()));
            }
            match name {
                "schedule" => schedule.name = value.to_owned().into(),
                "version" => schedule.version = price(name, value)?,
                "*" => return Err(ScheduleError::UnknownName(name.to_owned())),
                _ => {
                    if !schedule.set(name, 0) {
                        return Err(ScheduleError::UnknownName(name.to_owned()));
                    }
                    schedule.set(name, price(name, value)?);
                }
            }
            seen.push(name);
        }
        let prices = super::FREE.all_prices().map(|(name, _)| name);
        match ["schedule", "version"].into_iter().chain(prices).find(|name| !seen.contains(name)) {
            Some(missing) => Err(ScheduleError::Missing(missing)),
            None => Ok(schedule),
        }
    }

    /// The schedule as text, a line for each price.
    pub fn to_text(&self) -> String {
        let mut text = format!("schedule = {}\nversion = {}\n", self.name, self.version);
        for (name, particles) in self.all_prices() {
            // Writing to a string can't fail.
            let _ = writeln!(text, "{name} = {particles}");
        }
        text
    }
}

fn price(name: &str, found: &str) -> Result<u32, ScheduleError> {
    let digits = found.bytes().all(|byte| byte.is_ascii_digit());
    found
        .parse()
        .ok()
        .filter(|price| digits && *price <= MAX_PRICE)
        .ok_or_else(|| ScheduleError::BadPrice { name: name.to_owned(), found: found.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        for schedule in Schedule::all() {
            let read = Schedule::parse(&schedule.to_text()).unwrap();
            assert_eq!(read.to_text(), schedule.to_text());
            assert_eq!(read.by_number(), schedule.by_number());
        }
    }

    #[test]
    fn a_wrong_price_is_refused_by_name() {
        let text = Schedule::flat().to_text();
        let refused = |from: &str, to: &str| {
            assert!(text.contains(from));
            Schedule::parse(&text.replace(from, to)).unwrap_err().to_string()
        };
        assert_eq!(
            refused("i32.add = 10000\n", ""),
            "`i32.add` has no price; every instruction and unit needs one"
        );
        assert_eq!(
            refused("page = 143360000\n", ""),
            "`page` has no price; every instruction and unit needs one"
        );
        assert!(
            refused("nop = 10000", "nop = -1").starts_with("the price of `nop` is -1; it must")
        );
        assert!(refused("nop = 10000", "nop = 2147483648").contains("`nop` is 2147483648"));
        assert!(refused("nop = 10000", "nop = +1").contains("`nop` is +1"));
        assert_eq!(refused("nop = ", "nap = "), "there is no instruction or unit `nap`");
        assert_eq!(refused("nop = ", "i32.add = "), "`i32.add` has two prices; it must have one");
        assert_eq!(refused("word = ", "word "), "line 4 is not `name = price`");
    }
}
