//! What was measured, as a table and as JSON.

use super::samples::Samples;
use crate::output::{Lines, hex, thousands};
use hebe_host::StatusCode;
use hebe_testing::Execution;
use serde_json::{Value, json};

/// All that is known of a contract's speed.
pub(super) struct Figures {
    /// What the contract is called.
    pub(super) contract: String,
    /// The contract, and what is asked of it.
    pub(super) title: String,
    /// How it was asked for.
    pub(super) command: String,
    /// How the message ends, in the interpreter.
    pub(super) first: Execution,
    pub(super) measured: Measured,
}

/// What was measured.
pub(super) struct Measured {
    /// By the message.
    pub(super) gas_used: i64,
    /// The contract's, as it was given.
    pub(super) code_bytes: usize,
    /// Whether the compiler takes the contract.
    pub(super) is_compiled: bool,
    pub(super) steps: Vec<Step>,
    pub(super) speeds: Vec<Speed>,
}

/// A step on the way to run.
pub(super) struct Step {
    pub(super) name: &'static str,
    /// How large what comes of it is.
    pub(super) bytes: usize,
    pub(super) samples: Samples,
}

/// Calls on an engine.
pub(super) struct Speed {
    pub(super) engine: String,
    pub(super) cold: Samples,
    pub(super) warm: Samples,
    /// Whether all calls ended as the first in the interpreter did.
    pub(super) ends_alike: bool,
}

impl Speed {
    /// Calls in a second, one after the other.
    pub(super) fn calls_per_second(&self) -> f64 {
        1e9 / self.warm.median()
    }
}

/// The steps, as they are explained to a reader.
fn explained(step: &Step) -> String {
    let bytes = thousands(step.bytes);
    match step.name {
        "prepare" => format!("validate, and put the charges in: {bytes} bytes"),
        "translate" => "for the interpreter, which does the rest at first calls".to_owned(),
        _ => format!("to native code: {bytes} bytes"),
    }
}

impl Figures {
    /// Whether the contract does what it is asked for.
    pub(super) fn is_success(&self) -> bool {
        self.first.result.status == StatusCode::Success
    }

    /// The engines on which it ends otherwise than in the interpreter.
    pub(super) fn differing(&self) -> impl Iterator<Item = &str> {
        let speeds = self.measured.speeds.iter().filter(|speed| !speed.ends_alike);
        speeds.map(|speed| speed.engine.as_str())
    }

    /// Nanoseconds for a gas, in a warm call; none where no gas is used.
    pub(super) fn per_gas(&self, speed: &Speed) -> Option<f64> {
        let gas = self.measured.gas_used;
        (gas > 0).then(|| speed.warm.median() / gas as f64)
    }

    /// How the message ended, in a line.
    pub(super) fn ended(&self) -> String {
        let gas = thousands(self.measured.gas_used);
        let output = self.first.result.output.len();
        let reason = self.first.reason.as_ref().map(|reason| format!(": {reason}"));
        let status = self.first.result.status;
        let output = match output {
            0 => String::new(),
            bytes => format!(", {} bytes of output", thousands(bytes)),
        };
        format!("{status}{}, {gas} gas{output}", reason.unwrap_or_default())
    }

    /// The rows about the steps, below their titles.
    pub(super) fn step_rows(&self) -> Vec<Vec<String>> {
        let title = ["step", "median", "spread", "samples", ""].map(str::to_owned).to_vec();
        let rows = self.measured.steps.iter().map(|step| {
            let Step { name, samples, .. } = step;
            let count = thousands(samples.sorted().len());
            vec![
                (*name).to_owned(),
                time(samples.median()),
                spread(samples),
                count,
                explained(step),
            ]
        });
        [title].into_iter().chain(rows).collect()
    }

    /// The rows about the engines, below their titles.
    pub(super) fn engine_rows(&self) -> Vec<Vec<String>> {
        let title = [
            "engine",
            "cold call",
            "",
            "warm call",
            "",
            "ns per gas",
            "calls per second",
            "gas per second",
        ];
        let rows = self.measured.speeds.iter().map(|speed| {
            let per_gas = self.per_gas(speed);
            vec![
                speed.engine.clone(),
                time(speed.cold.median()),
                spread(&speed.cold),
                time(speed.warm.median()),
                spread(&speed.warm),
                per_gas.map_or("-".to_owned(), digits),
                rounded(speed.calls_per_second()),
                per_gas.map_or("-".to_owned(), |time| rounded(1e9 / time)),
            ]
        });
        [title.map(str::to_owned).to_vec()].into_iter().chain(rows).collect()
    }

    /// After how many warm calls compiling has paid; none where it never does, or one of both was not measured.
    pub(super) fn pays_after(&self) -> Option<f64> {
        let warm = |name: &str| {
            let speed = self.measured.speeds.iter().find(|speed| speed.engine == name);
            speed.map(|speed| speed.warm.median())
        };
        let compile = self.measured.steps.iter().find(|step| step.name == "compile")?;
        let gained = warm("interpreter")? - warm("compiler")?;
        (gained > 0.0).then(|| (compile.samples.median() / gained).ceil())
    }

    /// Sentences below the tables.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.measured.is_compiled {
            notes.push(
                "the compiler does not take this contract (it is larger or more entangled than its bounds \
                 allow): it stays interpreted"
                    .to_owned(),
            );
        }
        if let Some(calls) = self.pays_after() {
            notes.push(format!("compiling has paid after {} warm calls", rounded(calls)));
        }
        notes
    }

    /// Tables for a terminal.
    pub(super) fn text(&self) -> String {
        let mut lines = Lines::default();
        lines.add(
            "contract",
            format!("{}, {} bytes", self.title, thousands(self.measured.code_bytes)),
        );
        lines.add("call", self.ended());
        for rows in [self.step_rows(), self.engine_rows()] {
            lines.title("");
            for line in aligned(&rows) {
                lines.title(line);
            }
        }
        let notes = self.notes();
        if !notes.is_empty() {
            lines.title("");
        }
        for note in notes {
            lines.title(note);
        }
        lines.text()
    }

    /// The document of `--json`. docs/cli.md says what the fields are.
    pub(super) fn json(&self) -> Value {
        let Self { contract, title, command, first, measured } = self;
        let steps = measured.steps.iter().map(|step| {
            let mut object = samples_json(&step.samples);
            object["step"] = step.name.into();
            object["bytes"] = step.bytes.into();
            object
        });
        let engines = measured.speeds.iter().map(|speed| {
            let per_gas = self.per_gas(speed);
            json!({
                "engine": speed.engine,
                "cold": samples_json(&speed.cold),
                "warm": samples_json(&speed.warm),
                "ns_per_gas": per_gas,
                "calls_per_second": speed.calls_per_second(),
                "gas_per_second": per_gas.map(|time| 1e9 / time),
                "ends_alike": speed.ends_alike,
            })
        });
        json!({
            "contract": contract,
            "message": title,
            "command": command,
            "code_bytes": measured.code_bytes,
            "version": env!("CARGO_PKG_VERSION"),
            "machine": machine(),
            "status": first.result.status.name(),
            "reason": first.reason,
            "gas_used": measured.gas_used,
            "output": hex(&first.result.output),
            "is_compiled": measured.is_compiled,
            "steps": steps.collect::<Vec<_>>(),
            "engines": engines.collect::<Vec<_>>(),
            "compiling_pays_after_calls": self.pays_after(),
        })
    }
}

fn samples_json(samples: &Samples) -> Value {
    json!({
        "median_ns": samples.median(),
        "quarter_ns": samples.quantile(0.25),
        "three_quarters_ns": samples.quantile(0.75),
        "least_ns": samples.quantile(0.0),
        "most_ns": samples.quantile(1.0),
        "samples": samples.sorted().len(),
    })
}

/// What this ran on, as far as it is known.
pub(super) fn machine() -> String {
    let processor = std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    let (system, architecture) = (std::env::consts::OS, std::env::consts::ARCH);
    let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get());
    let processor = processor.unwrap_or_else(|| architecture.to_owned());
    format!("{processor}, {threads} threads, {system} {architecture}")
}

/// Rows with their cells below each other: words to the left, and what begins with a digit to the right.
fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column| {
        rows.iter()
            .filter_map(|row: &Vec<String>| row.get(column))
            .map(|cell: &String| cell.chars().count())
            .max()
    };
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    rows.iter()
        .map(|row| {
            let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
                // The first names the row, and what is explained reads on.
                if column == 0 || *width > LONG {
                    format!("{cell:<width$}")
                } else {
                    format!("{cell:>width$}")
                }
            });
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        })
        .collect()
}

/// A column that is wider than this holds sentences.
const LONG: usize = 20;

/// A time in nanoseconds, with its unit.
pub(super) fn time(nanoseconds: f64) -> String {
    let units = [("s", 1e9), ("ms", 1e6), ("µs", 1e3)];
    // What would be rounded to 1,000 of a unit is one of the next.
    let (unit, size) =
        units.into_iter().find(|(_, size)| nanoseconds >= size * 0.9995).unwrap_or(("ns", 1.0));
    format!("{} {unit}", digits(nanoseconds / size))
}

/// A number with three digits.
fn digits(number: f64) -> String {
    match number {
        0.0 => "0".to_owned(),
        number if number < 0.001 => format!("{number:.1e}"),
        number if number < 0.9995 => format!("{number:.3}"),
        number if number < 9.995 => format!("{number:.2}"),
        number if number < 99.95 => format!("{number:.1}"),
        number => format!("{number:.0}"),
    }
}

/// `± 5%`
fn spread(samples: &Samples) -> String {
    match samples.sorted().len() {
        1 => String::new(),
        _ => format!("± {:.0}%", samples.spread() * 100.0),
    }
}

/// A large number, which nobody reads to its last digit.
fn rounded(number: f64) -> String {
    match number {
        huge if huge >= 1e9 => format!("{:.2} G", huge / 1e9),
        large if large >= 1e6 => format!("{:.2} M", large / 1e6),
        number => thousands(format!("{number:.0}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_digits_and_a_unit() {
        let told =
            [0.0, 1.0, 12.34, 999.4, 999.6, 1_234.0, 56_789.0, 999_999.0, 1.5e6, 2e9, 3.6e12];
        let expected = [
            "0 ns", "1.00 ns", "12.3 ns", "999 ns", "1.00 µs", "1.23 µs", "56.8 µs", "1.00 ms",
            "1.50 ms", "2.00 s", "3600 s",
        ];
        assert_eq!(told.map(time), expected);
    }

    #[test]
    fn columns_are_aligned() {
        let rows = [
            ["step", "median", ""],
            ["a", "1.00 µs", "what it is, in so many words"],
            ["longer", "10.0 ms", ""],
        ];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        let expected =
            ["step     median", "a       1.00 µs  what it is, in so many words", "longer  10.0 ms"];
        assert_eq!(aligned(&rows), expected);
    }
}
