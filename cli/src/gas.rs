//! `hebe gas`: what do instructions cost?

use crate::{
    Mistake,
    output::{Printout, document},
};
use hebe_gas::{PARTICLES_PER_GAS, Schedule, Unit};
use serde_json::{Map, Value, json};
use std::{borrow::Cow, fs, path::Path};

/// Print the prices of a gas schedule.
#[derive(clap::Args)]
#[command(
    after_help = "To make a schedule of your own: hebe gas --text > my.schedule, change it, and \
                  give it a name and a version of its own."
)]
pub(crate) struct Arguments {
    /// The schedule: `measured`, `cycles`, `flat`, or a file as --text prints it
    #[arg(long, value_name = "NAME|FILE", default_value_t = Schedule::measured().name().to_owned())]
    schedule: String,

    /// Print it as a schedule file: a line for each price, in particles, 10,000 to a gas
    #[arg(long, conflicts_with = "json")]
    text: bool,

    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
///
/// A [`Mistake`] when there is no such schedule, or the file is none.
pub(crate) fn gas(arguments: &Arguments) -> Result<Printout, Mistake> {
    let schedule = schedule(&arguments.schedule)?;
    let text = match arguments {
        Arguments { json: true, .. } => document(&schedule_json(&schedule)),
        Arguments { text: true, .. } => schedule.to_text(),
        _ => table(&schedule),
    };
    Ok(Printout { text, problems: Vec::new(), code: 0 })
}

/// More than any schedule has: a line for each instruction takes some 4,000 bytes.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// The schedule of this name, or in the file of this name.
///
/// # Errors
///
/// A [`Mistake`] with the names that there are, or with what is wrong with the file.
pub(crate) fn schedule(name: &str) -> Result<Cow<'static, Schedule>, Mistake> {
    if let Some(known) = Schedule::by_name(name) {
        return Ok(Cow::Borrowed(known));
    }
    let path = Path::new(name);
    let Ok(about) = path.metadata() else {
        let names: Vec<&str> = Schedule::all().iter().map(Schedule::name).collect();
        let names = names.join(", ");
        let what = format!("there is no schedule `{name}`, and no file; the schedules are {names}");
        return Err(Mistake(what));
    };
    if about.len() > MAX_FILE_BYTES {
        return Err(Mistake(format!("{name} is no schedule: it has {} bytes", about.len())));
    }
    let text = fs::read_to_string(path)
        .map_err(|error| Mistake(format!("can't read the schedule {name}: {error}")))?;
    match Schedule::parse(&text) {
        Ok(schedule) => Ok(Cow::Owned(schedule)),
        Err(error) => Err(Mistake(format!("{name} is no schedule: {error}"))),
    }
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
    for unit in Unit::ALL {
        line(unit.name(), &gas_of(schedule.unit(unit)), unit.about());
    }
    text
}

fn schedule_json(schedule: &Schedule) -> Value {
    let instructions: Map<String, Value> =
        schedule.prices().map(|(name, price)| (name.to_owned(), price.into())).collect();
    let mut document = json!({
        "schedule": schedule.name(),
        "version": schedule.version(),
        "particles_per_gas": PARTICLES_PER_GAS,
        "instructions": instructions,
    });
    for unit in Unit::ALL {
        document[unit.name()] = schedule.unit(unit).into();
    }
    document
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
