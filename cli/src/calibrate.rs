//! `hebe calibrate`: do prices follow the work?

mod plot;

use crate::{
    Mistake,
    output::{Printout, document},
};
use clap::builder::PossibleValuesParser;
use hebe_gas::{PARTICLES_PER_GAS, Schedule};
use hebe_testing::calibrate::{self, Measured, Row, Search, rows};
use hebe_vm::Vm;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use std::{
    fmt::Write as _,
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

/// Measure what each price pays for, on this machine, and hold it against what is charged.
///
/// Each row is a program in which one thing is nearly all of the work: an instruction, a host function, or a shape of
/// module. It says how many nanoseconds a gas of it takes, and how that stands to the median of the interpreter's
/// rows. Prices are right where all rows are near one; a contract can slow a node down by what is far above.
#[derive(clap::Args)]
#[command(
    after_help = "Close other programs first: what shares a cache or a core with this one is measured, too. \
                  A full run takes some minutes; --only and --quick make it short."
)]
pub(crate) struct Arguments {
    /// Measure this engine; can be given several times
    #[arg(long = "engine", value_name = "NAME", default_values = ["interpreter", "compiler"],
          value_parser = PossibleValuesParser::new(["interpreter", "compiler"]))]
    engines: Vec<String>,

    /// Charge by this schedule
    #[arg(long, value_name = "NAME", default_value_t = Schedule::measured().name().to_owned())]
    schedule: String,

    /// Measure only rows with this in their name or their price
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,

    /// Take each figure from two runs instead of seven
    #[arg(long)]
    quick: bool,

    /// How long a gas is to take in the prices of --write, in nanoseconds
    #[arg(long, value_name = "NUMBER", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    nanoseconds: u32,

    /// Write a schedule of what was measured, with a quarter more, into this file
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,

    /// Draw the rows into this file, as SVG
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,

    /// Mix the rows by chance for so many seconds, in search of what is worse than each, and print the worst
    #[arg(long, value_name = "SECONDS", conflicts_with_all = ["write", "plot", "only"])]
    search: Option<u32>,

    /// Where --search begins: the same number tries the same programs
    #[arg(long, value_name = "NUMBER", default_value_t = 1, requires = "search")]
    seed: u64,

    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

impl Arguments {
    /// The engines that are wanted, each once.
    fn engines(&self) -> impl Iterator<Item = &'static str> {
        ["interpreter", "compiler"]
            .into_iter()
            .filter(|engine| self.engines.iter().any(|wanted| wanted == engine))
    }
}

/// Runs the command.
///
/// # Errors
///
/// A [`Mistake`] when there is no such schedule or row, or a file can't be written.
pub(crate) fn calibrate(arguments: &Arguments) -> Result<Printout, Mistake> {
    let schedule = Schedule::by_name(&arguments.schedule).ok_or_else(|| {
        let names: Vec<&str> = Schedule::all().iter().map(Schedule::name).collect();
        Mistake(format!(
            "there is no schedule `{}`; there are {}",
            arguments.schedule,
            names.join(", ")
        ))
    })?;
    if let Some(seconds) = arguments.search {
        return search(arguments, schedule, seconds);
    }
    let only = arguments.only.as_deref().unwrap_or_default();
    let rows: Vec<Row> = rows()
        .into_iter()
        .filter(|row| row.name.contains(only) || row.price.contains(only))
        .collect();
    if rows.is_empty() {
        return Err(Mistake(format!("no row has `{only}` in its name or its price")));
    }
    let (measured, problems) = measure(arguments, schedule, &rows)?;
    let Some(median) =
        calibrate::median(&measured).or_else(|| measured.first()?.nanoseconds_a_gas())
    else {
        return Err(Mistake("nothing that was measured costs anything by this schedule".into()));
    };
    if let Some(path) = &arguments.write {
        let text = suggested(&measured, schedule, arguments.nanoseconds);
        write(path, text.as_bytes())?;
    }
    if let Some(path) = &arguments.plot {
        write(path, plot::svg(&measured, median).as_bytes())?;
    }
    let text = if arguments.json {
        document(&in_json(&measured, schedule, median))
    } else {
        table(measured, median)
    };
    Ok(Printout { text, problems, code: 0 })
}

/// Measures all rows on all engines. What can't be run is told, and the rest goes on.
fn measure(
    arguments: &Arguments,
    schedule: &Schedule,
    rows: &[Row],
) -> Result<(Vec<Measured>, Vec<String>), Mistake> {
    let bar = ProgressBar::new((rows.len() * arguments.engines.len()) as u64);
    if let Ok(style) = ProgressStyle::with_template("{pos}/{len} {wide_msg} {eta}") {
        bar.set_style(style);
    }
    let tries = if arguments.quick { 2 } else { 7 };
    let (mut measured, mut problems) = (Vec::new(), Vec::new());
    for engine in arguments.engines() {
        let vm = vm(engine, schedule)?;
        for row in rows {
            bar.set_message(format!("{engine}: {}", row.name));
            match row.measure(&vm, schedule, engine, tries) {
                Ok(found) => measured.extend(found),
                Err(why) => problems.push(format!("{} on the {engine}: {why}", row.name)),
            }
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    Ok((measured, problems))
}

/// A VM with only this engine.
fn vm(engine: &str, schedule: &Schedule) -> Result<Vm, Mistake> {
    let mut vm = Vm::default();
    for (name, value) in [("engine", engine), ("schedule", schedule.name())] {
        vm.set_option(name, value).map_err(|error| Mistake(error.to_string()))?;
    }
    Ok(vm)
}

/// Searches on each engine, one after the other.
fn search(arguments: &Arguments, schedule: &Schedule, seconds: u32) -> Result<Printout, Mistake> {
    let time = Duration::from_secs(seconds.into());
    let (mut text, mut engines) = (String::new(), serde_json::Map::new());
    for engine in arguments.engines() {
        let vm = vm(engine, schedule)?;
        let mut search = Search::new(arguments.seed);
        let bar = ProgressBar::new_spinner();
        let (start, mut tried) = (Instant::now(), 0_u64);
        while start.elapsed() < time {
            search.step(&vm, schedule, engine);
            tried += 1;
            let worst = search.worst().first().and_then(|found| found.measured.nanoseconds_a_gas());
            bar.set_message(format!(
                "{engine}: {tried} programs, the worst {:.1} ns a gas",
                worst.unwrap_or(0.0)
            ));
            bar.tick();
        }
        bar.finish_and_clear();
        let _ = writeln!(text, "{engine}: {tried} programs\n");
        let mut found = Vec::new();
        for one in search.worst() {
            let rate = one.measured.nanoseconds_a_gas().unwrap_or(0.0);
            let pieces: Vec<String> =
                one.pieces.iter().map(|(name, times)| format!("{times} × {name}")).collect();
            let _ = writeln!(text, "{rate:>8.1} ns a gas  {}", pieces.join("; "));
            found.push(json!({ "nanoseconds_a_gas": rate, "pieces": pieces }));
        }
        text.push('\n');
        engines.insert(engine.to_owned(), json!({ "programs": tried, "worst": found }));
    }
    if arguments.json {
        text = document(
            &json!({ "schedule": schedule.name(), "seed": arguments.seed, "engines": engines }),
        );
    }
    Ok(Printout { text, problems: Vec::new(), code: 0 })
}

fn write(path: &PathBuf, bytes: &[u8]) -> Result<(), Mistake> {
    fs::write(path, bytes)
        .map_err(|error| Mistake(format!("can't write {}: {error}", path.display())))
}

/// A schedule file with the prices that were measured; what was not keeps its price.
fn suggested(measured: &[Measured], schedule: &Schedule, nanoseconds: u32) -> String {
    let mut text = format!(
        "# Prices by measurement, at {nanoseconds} ns a gas, with a quarter more.\nschedule = {}\nversion = {}\n",
        schedule.name(),
        schedule.version() + 1
    );
    for (name, now) in schedule.all_prices() {
        let price = calibrate::price(name, measured, schedule, nanoseconds.into()).unwrap_or(now);
        let _ = writeln!(text, "{name} = {price}");
    }
    text
}

/// The rows, the worst first.
fn table(mut measured: Vec<Measured>, median: f64) -> String {
    measured.sort_by(|a, b| rate(b).total_cmp(&rate(a)));
    let mut text = format!(
        "{:<52} {:<12} {:<12} {:>10} {:>10} {:>10} {:>7}\n",
        "row", "price", "engine", "ns", "particles", "ns a gas", "ratio"
    );
    for row in &measured {
        let (rate, ratio) = match row.nanoseconds_a_gas() {
            Some(rate) => (format!("{rate:.1}"), format!("{:.2}", rate / median)),
            None => ("free".into(), String::new()),
        };
        let _ = writeln!(
            text,
            "{:<52} {:<12} {:<12} {:>10.2} {:>10.0} {rate:>10} {ratio:>7}",
            row.name, row.price, row.engine, row.nanoseconds, row.particles
        );
    }
    let _ = writeln!(text, "\nmedian of the interpreter's rows: {median:.1} ns a gas");
    text
}

/// For sorting: what is free and takes time comes first.
fn rate(row: &Measured) -> f64 {
    row.nanoseconds_a_gas().unwrap_or(if row.nanoseconds > 0.2 { f64::INFINITY } else { 0.0 })
}

fn in_json(measured: &[Measured], schedule: &Schedule, median: f64) -> Value {
    let rows: Vec<Value> = measured
        .iter()
        .map(|row| {
            json!({
                "row": row.name,
                "price": row.price,
                "engine": row.engine,
                "units": row.units,
                "nanoseconds": row.nanoseconds,
                "particles": row.particles,
                "nanoseconds_a_gas": row.nanoseconds_a_gas(),
                "ratio": row.nanoseconds_a_gas().map(|rate| rate / median),
            })
        })
        .collect();
    json!({
        "schedule": schedule.name(),
        "version": schedule.version(),
        "particles_per_gas": PARTICLES_PER_GAS,
        "median_nanoseconds_a_gas": median,
        "rows": rows,
    })
}
