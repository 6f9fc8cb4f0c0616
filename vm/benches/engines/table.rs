//! The table, as Markdown.

use crate::measure::Samples;

/// What was measured of a row: its name, and the columns.
pub(crate) struct Line {
    pub(crate) name: &'static str,
    pub(crate) columns: Vec<Option<Samples>>,
}

/// What columns are divided by.
pub(crate) const BASE: usize = 3;

pub(crate) const COLUMNS: [&str; 7] = [
    "Hebe, interpreter",
    "Hebe, compiler",
    "wasmi",
    "wasmtime",
    "wasmtime with fuel",
    "native Rust",
    "revm",
];

pub(crate) fn markdown(lines: &[Line]) -> String {
    let mut text =
        format!("| contract | {} |\n|---|{}\n", COLUMNS.join(" | "), "---|".repeat(COLUMNS.len()));
    for Line { name, columns } in lines {
        let base = columns[BASE].as_ref().map(Samples::low);
        let cells = columns.iter().enumerate().map(|(column, samples)| {
            let Some(samples) = samples else { return String::new() };
            let spread = format!("{} ±{:.0}%", time(samples.median()), samples.spread() * 100.0);
            match base {
                Some(base) if column != BASE => {
                    format!("{spread}, {}×", digits(samples.low() / base))
                }
                _ => spread,
            }
        });
        text += &format!("| {name} | {} |\n", cells.collect::<Vec<_>>().join(" | "));
    }
    text
}

/// Something that we want to reach.
pub(crate) struct Aim {
    pub(crate) what: &'static str,
    pub(crate) figure: f64,
    pub(crate) bound: f64,
    /// How both are written.
    pub(crate) write: fn(f64) -> String,
    /// Whether the figure is to be at least the bound, and not at most.
    pub(crate) is_least: bool,
}

impl Aim {
    fn verdict(&self) -> String {
        let missed = match self.is_least {
            true => 1.0 - self.figure / self.bound,
            false => self.figure / self.bound - 1.0,
        };
        if missed <= 0.0 { "met".to_owned() } else { format!("missed by {:.0}%", missed * 100.0) }
    }
}

pub(crate) fn aims(aims: &[Aim]) -> String {
    let mut text = "| aim | measured | |\n|---|---|---|\n".to_owned();
    for aim in aims {
        let bound = if aim.is_least { "at least" } else { "at most" };
        let (figure, most) = ((aim.write)(aim.figure), (aim.write)(aim.bound));
        text += &format!("| {}: {bound} {most} | {figure} | {} |\n", aim.what, aim.verdict());
    }
    text
}

/// A time in nanoseconds, with its unit.
pub(crate) fn time(nanoseconds: f64) -> String {
    let (number, unit) = match nanoseconds {
        small if small < 999.5 => (small, "ns"),
        middle if middle < 999.5e3 => (middle / 1e3, "µs"),
        large if large < 999.5e6 => (large / 1e6, "ms"),
        huge => (huge / 1e9, "s"),
    };
    format!("{} {unit}", digits(number))
}

/// How many times as much.
pub(crate) fn ratio(number: f64) -> String {
    format!("{number:.2}×")
}

/// A number with three digits.
fn digits(number: f64) -> String {
    match number {
        small if small < 9.995 => format!("{small:.2}"),
        middle if middle < 99.95 => format!("{middle:.1}"),
        large => format!("{large:.0}"),
    }
}
