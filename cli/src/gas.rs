//! `hebe gas`: what do instructions cost?

use crate::{
    Mistake,
    output::{Printout, document},
};
use hebe_gas::{PARTICLES_PER_GAS, Schedule};
use serde_json::{Map, Value, json};

/// Print the prices of a gas schedule.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The schedule
    #[arg(long, value_name = "NAME", default_value_t = Schedule::cycles().name().to_owned())]
    schedule: String,

    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
///
/// A [`Mistake`] when there is no such schedule.
pub(crate) fn gas(arguments: &Arguments) -> Result<Printout, Mistake> {
    let schedule = schedule(&arguments.schedule)?;
    let text = if arguments.json { document(&schedule_json(schedule)) } else { table(schedule) };
    Ok(Printout { text, problems: Vec::new(), code: 0 })
}

/// The schedule of this name.
///
/// # Errors
///
/// A [`Mistake`] with the names that there are.
pub(crate) fn schedule(name: &str) -> Result<&'static Schedule, Mistake> {
    Schedule::by_name(name).ok_or_else(|| {
        let names: Vec<&str> = Schedule::all().iter().map(Schedule::name).collect();
        Mistake(format!("there is no schedule `{name}`; there are {}", names.join(", ")))
    })
}

/// What is paid by how many there are at run time.
fn quantities(schedule: &Schedule) -> [(&'static str, u32, &'static str); 3] {
    [
        ("page", schedule.page(), "64 KiB of memory, beyond the first initial one"),
        ("word", schedule.word(), "32 bytes that a bulk memory instruction writes"),
        ("element", schedule.element(), "an element that a table instruction writes"),
    ]
}

fn table(schedule: &Schedule) -> String {
    let mut text = format!("schedule {}, version {}\n\n", schedule.name(), schedule.version());
    let mut line = |name: &str, gas: &str, what: &str| {
        let line = format!("{name:<24} {gas:>12}  {what}");
        text.push_str(line.trim_end());
        text.push('\n');
    };
    line("instruction", "gas", "");
    for (name, particles) in schedule.prices() {
        line(name, &gas_of(particles), "");
    }
    for (name, particles, what) in quantities(schedule) {
        line(name, &gas_of(particles), what);
    }
    text
}

fn schedule_json(schedule: &Schedule) -> Value {
    let instructions: Map<String, Value> =
        schedule.prices().map(|(name, price)| (name.to_owned(), price.into())).collect();
    let [page, word, element] = quantities(schedule).map(|(_, price, _)| price);
    json!({
        "schedule": schedule.name(),
        "version": schedule.version(),
        "particles_per_gas": PARTICLES_PER_GAS,
        "instructions": instructions,
        "page": page,
        "word": word,
        "element": element,
    })
}

/// Particles as gas, in decimals: prices are no round numbers of gas.
fn gas_of(particles: u32) -> String {
    let (whole, rest) = (particles / PARTICLES_PER_GAS, particles % PARTICLES_PER_GAS);
    format!("{whole}.{rest:04}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_in_gas() {
        assert_eq!(gas_of(0), "0.0000");
        assert_eq!(gas_of(45), "0.0045");
        assert_eq!(gas_of(143_360_000), "14336.0000");
    }

    #[test]
    fn every_instruction_is_in_the_table() {
        for schedule in Schedule::all() {
            let text = table(schedule);
            for (name, _) in schedule.prices() {
                let lines = text.lines().filter(|line| line.starts_with(&format!("{name} ")));
                assert_eq!(lines.count(), 1, "{name}");
            }
        }
    }
}
