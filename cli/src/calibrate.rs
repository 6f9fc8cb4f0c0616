//! `hebe calibrate`: do prices follow the work?

mod plot;

use crate::{
    Mistake,
    output::{Printout, document},
};
use clap::builder::PossibleValuesParser;
use hebe_gas::{PARTICLES_PER_GAS, Schedule};
use hebe_testing::calibrate::{self, Measured, Row, Search, rows};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use std::{
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
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

    /// Mix the rows by chance for so many seconds of processor time, in search of what is worse than each, and print the
    /// worst
    #[arg(long, value_name = "SECONDS", conflicts_with_all = ["write", "plot", "only"])]
    search: Option<u32>,

    /// Where --search begins, 1 if nothing is said: the same number tries the same programs
    #[arg(long, value_name = "NUMBER", requires = "search")]
    seed: Option<u64>,

    /// Keep the search in this file, and go on from there if there is one
    #[arg(long, value_name = "FILE", requires = "search")]
    keep: Option<PathBuf>,

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
        let vm = calibrate::vm(engine, schedule).map_err(Mistake)?;
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

/// How often a search is kept while it goes on: what is lost when it is killed.
const KEPT_EVERY: Duration = Duration::from_secs(10);

/// Searches on each engine, one after the other, for so much processor time more.
fn search(
    arguments: &Arguments,
    schedule: &'static Schedule,
    seconds: u32,
) -> Result<Printout, Mistake> {
    let mut kept = match &arguments.keep {
        Some(path) => read_kept(path)?,
        None => serde_json::Map::new(),
    };
    let (mut text, mut engines) = (String::new(), serde_json::Map::new());
    for engine in arguments.engines() {
        let mut search =
            Search::new(engine, schedule, arguments.seed.unwrap_or(1)).map_err(Mistake)?;
        if let (Some(before), Some(path)) = (kept.get(engine), &arguments.keep) {
            take_up(&mut search, before, path, arguments.seed)?;
        }
        let until = search.spent() + Duration::from_secs(seconds.into());
        let bar = ProgressBar::new(until.as_secs());
        if let Ok(style) = ProgressStyle::with_template("{pos}/{len} s {wide_msg} {eta}") {
            bar.set_style(style);
        }
        let mut last_kept = Instant::now();
        while search.spent() < until {
            search.step();
            bar.set_position(search.spent().as_secs());
            let worst = search.worst().first().map_or(0.0, |found| found.ratio);
            let tried = search.tried();
            bar.set_message(format!(
                "{engine}: {tried} programs, the worst {worst:.2} times ordinary ones"
            ));
            if let Some(path) = &arguments.keep
                && last_kept.elapsed() > KEPT_EVERY
            {
                kept.insert(engine.to_owned(), search.keep());
                write_kept(path, &kept)?;
                last_kept = Instant::now();
            }
        }
        search.measure_again();
        bar.finish_and_clear();
        if let Some(path) = &arguments.keep {
            kept.insert(engine.to_owned(), search.keep());
            write_kept(path, &kept)?;
        }
        let spent = search.spent().as_secs_f64();
        let _ = writeln!(
            text,
            "{engine}: {} programs in {spent:.0} s of processor time, seed {}\n",
            search.tried(),
            search.seed()
        );
        let mut found = Vec::new();
        for one in search.worst() {
            let (rate, ratio) = (one.nanoseconds_a_gas, one.ratio);
            let pieces: Vec<String> =
                one.pieces.iter().map(|(name, times)| format!("{times} × {name}")).collect();
            let _ = writeln!(text, "{rate:>8.1} ns a gas {ratio:>7.2}  {}", pieces.join("; "));
            found.push(json!({ "nanoseconds_a_gas": rate, "ratio": ratio, "pieces": pieces }));
        }
        text.push('\n');
        engines.insert(
            engine.to_owned(),
            json!({ "programs": search.tried(), "seconds": spent, "seed": search.seed(), "worst": found }),
        );
    }
    if arguments.json {
        text = document(&json!({ "schedule": schedule.name(), "engines": engines }));
    }
    Ok(Printout { text, problems: Vec::new(), code: 0 })
}

/// Goes on where the file says that a search was.
fn take_up(
    search: &mut Search,
    before: &Value,
    path: &Path,
    seed: Option<u64>,
) -> Result<(), Mistake> {
    let why = |what: String| Mistake(format!("can't go on with {}: {what}", path.display()));
    search.resume(before).map_err(why)?;
    match seed {
        Some(seed) if seed != search.seed() => {
            Err(why(format!("it began with seed {}, not {seed}", search.seed())))
        }
        _ => Ok(()),
    }
}

/// What is kept of searches, by engine. A file that is not there yet has none.
fn read_kept(path: &Path) -> Result<serde_json::Map<String, Value>, Mistake> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(serde_json::Map::new()),
        Err(error) => return Err(Mistake(format!("can't read {}: {error}", path.display()))),
    };
    serde_json::from_slice(&text)
        .map_err(|error| Mistake(format!("{} is no kept search: {error}", path.display())))
}

/// Writes what is kept of searches. One that is killed leaves a file that is whole.
fn write_kept(path: &Path, kept: &serde_json::Map<String, Value>) -> Result<(), Mistake> {
    hebe_testing::files::replace(path, document(&Value::Object(kept.clone())))
        .map_err(|error| not_written(path, &error))
}

fn write(path: &PathBuf, bytes: &[u8]) -> Result<(), Mistake> {
    fs::write(path, bytes).map_err(|error| not_written(path, &error))
}

fn not_written(path: &Path, error: &io::Error) -> Mistake {
    Mistake(format!("can't write {}: {error}", path.display()))
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
            None if row.is_nothing() => ("nothing".into(), String::new()),
            None => ("free".into(), String::new()),
        };
        let _ = writeln!(
            text,
            "{:<52} {:<12} {:<12} {:>10.2} {:>10.0} {rate:>10} {ratio:>7}",
            row.name, row.price, row.engine, row.nanoseconds, row.particles
        );
    }
    let _ = writeln!(text, "\nmedian of the interpreter's rows: {median:.1} ns a gas");
    let above: Vec<&Measured> = measured.iter().filter(|row| is_above(row, median)).collect();
    if !above.is_empty() {
        let _ = writeln!(text, "\nabove twice the median:");
    }
    for row in above {
        let why = calibrate::reason(row).unwrap_or("no reason is known");
        let _ = writeln!(text, "- {}, {}: {why}", row.name, row.engine);
    }
    text
}

/// Whether a gas of it takes more than twice the median's time.
fn is_above(row: &Measured, median: f64) -> bool {
    row.nanoseconds_a_gas().is_some_and(|rate| rate > 2.0 * median)
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
                "nothing": row.is_nothing(),
                "reason": calibrate::reason(row).filter(|_| is_above(row, median)),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nothing_is_called_so_and_what_is_above_is_named() {
        let row = |name: &str, price, nanoseconds, particles| Measured {
            name: name.into(),
            price,
            engine: "interpreter",
            nanoseconds,
            particles,
            units: 1,
        };
        let measured = vec![
            row("ordinary", "i64.add", 1.0, 100.0),
            row("far away", "far", 90.0, 3_000.0),
            row("unknown", "i64.mul", 3.0, 100.0),
            row("twice", "i64.mul", 2.0, 100.0),
            row("noise", "i64.sub", -1.0, 100.0),
            row("gratis", "nop", 0.1, 0.0),
        ];
        let text = table(measured.clone(), 100.0);
        let line =
            |name: &str| text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        assert!(line("noise").trim_end().ends_with("nothing"), "{text}");
        assert!(line("gratis").trim_end().ends_with("free"), "{text}");
        let (_, named) = text.split_once("above twice the median:\n").expect("there are some");
        let named: Vec<&str> = named.lines().collect();
        assert!(named[0].starts_with("- far away, interpreter: each access waits"), "{text}");
        assert_eq!(named[1..], ["- unknown, interpreter: no reason is known"]);
        assert!(!table(measured[..1].to_vec(), 100.0).contains("above"), "nothing is above");

        let json = in_json(&measured, Schedule::measured(), 100.0);
        assert_eq!(json["rows"][4]["nothing"], true);
        assert_eq!(json["rows"][4]["ratio"], Value::Null);
        assert_eq!(json["rows"][0]["reason"], Value::Null);
        assert!(json["rows"][1]["reason"].is_string());
    }
}
