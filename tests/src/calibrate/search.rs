//! A search for programs that take long for their gas: pieces of the rows, mixed by chance, and changed as long as
//! that makes them worse.
//!
//! How fast a machine is changes while it does other things. So what is found is held against ordinary rows that are
//! measured beside it, and measured twice: the smaller figure counts.

use super::{
    bench::{Measured, vm},
    course::{Course, float},
    rows::{Mixed, Row, pieces},
};
use cpu_time::ProcessTime;
use hebe_gas::Schedule;
use hebe_vm::Vm;
use serde_json::{Value, json};
use std::time::Duration;

/// A search on one engine, which can go on for as long as one likes, and be kept and taken up again.
pub struct Search {
    engine: &'static str,
    schedule: &'static Schedule,
    vm: Vm,
    /// The interpreter, for ordinary rows.
    ordinary_vm: Vm,
    ordinary_rows: Vec<Row>,
    /// What a gas of these took last, in nanoseconds.
    ordinary: f64,
    pieces: Vec<Row>,
    course: Course,
    /// The worst so far, the very worst first.
    worst: Vec<Found>,
}

/// A program that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The pieces, by the names of their rows, and how often each stands in a copy.
    pub pieces: Vec<(String, usize)>,
    /// Nanoseconds a gas.
    pub nanoseconds_a_gas: f64,
    /// That against ordinary rows on the interpreter, which were measured beside it.
    pub ratio: f64,
    mix: Mixed,
}

/// How many finds are kept.
const KEPT: usize = 20;

/// How many pieces a program has at most, and how often one stands in it.
const PIECES: usize = 4;
const TIMES: usize = 6;

/// Rows that are near the median of all on the interpreter.
const ORDINARY: [&str; 5] = ["i64.add", "i64.mul", "i32.load", "local.tee", "if, taken"];

/// What the fields of a kept search are called, and which version they are.
const VERSION: u64 = 1;

impl Search {
    /// A search that begins with `seed`: the same one tries the same programs, as far as measurements agree.
    ///
    /// # Errors
    ///
    /// What is wrong with the engine's or the schedule's name.
    pub fn new(
        engine: &'static str,
        schedule: &'static Schedule,
        seed: u64,
    ) -> Result<Self, String> {
        let ordinary_rows =
            super::rows().into_iter().filter(|row| ORDINARY.contains(&row.name.as_str()));
        let mut search = Self {
            engine,
            schedule,
            vm: vm(engine, schedule)?,
            ordinary_vm: vm("interpreter", schedule)?,
            ordinary_rows: ordinary_rows.collect(),
            ordinary: 0.0,
            pieces: pieces(),
            course: Course::new(seed),
            worst: Vec::new(),
        };
        search.measure_ordinary()?;
        Ok(search)
    }

    /// Tries one program more. Gives it if it is among the worst. A mixture that does not end with success, since one
    /// piece leaves an address of which another knows nothing, is none.
    pub fn step(&mut self) -> Option<Found> {
        let start = ProcessTime::now();
        let found = self.try_one();
        self.course.tried_since(start);
        found
    }

    fn try_one(&mut self) -> Option<Found> {
        let mix = if self.worst.is_empty() || self.course.random.below(4) == 0 {
            self.fresh()
        } else {
            self.changed()
        };
        if self.worst.iter().any(|other| other.mix == mix) {
            return None;
        }
        let first = self.measure(&mix, 2)?;
        let enough = match self.worst.get(KEPT - 1) {
            Some(last) => last.ratio,
            None => 0.0,
        };
        if first / self.ordinary < enough {
            return None;
        }
        self.measure_ordinary().ok()?;
        let nanoseconds_a_gas = first.min(self.measure(&mix, 3)?);
        let names =
            mix.pieces.iter().map(|(piece, times)| (self.pieces[*piece].name.clone(), *times));
        let ratio = nanoseconds_a_gas / self.ordinary;
        let found = Found { pieces: names.collect(), nanoseconds_a_gas, ratio, mix };
        self.insert(found.clone()).then_some(found)
    }

    /// Whether it is among the worst.
    fn insert(&mut self, found: Found) -> bool {
        let at = self.worst.partition_point(|other| other.ratio >= found.ratio);
        if at >= KEPT {
            return false;
        }
        self.worst.insert(at, found);
        self.worst.truncate(KEPT);
        true
    }

    /// Measures the worst again, with more runs, beside ordinary rows; what was smaller counts.
    pub fn measure_again(&mut self) {
        let start = ProcessTime::now();
        for mut found in std::mem::take(&mut self.worst) {
            if self.measure_ordinary().is_ok()
                && let Some(again) = self.measure(&found.mix, 7)
                && again / self.ordinary < found.ratio
            {
                found.nanoseconds_a_gas = again;
                found.ratio = again / self.ordinary;
            }
            self.insert(found);
        }
        self.course.spent += start.elapsed();
    }

    fn measure(&self, mix: &Mixed, tries: usize) -> Option<f64> {
        let row = mix.row(&self.pieces);
        let measured = row.measure(&self.vm, self.schedule, self.engine, tries).ok().flatten()?;
        measured.nanoseconds_a_gas()
    }

    /// The middle of the ordinary rows.
    fn measure_ordinary(&mut self) -> Result<(), String> {
        let mut rates = Vec::new();
        for row in &self.ordinary_rows {
            let measured = row.measure(&self.ordinary_vm, self.schedule, "interpreter", 3)?;
            rates.extend(measured.as_ref().and_then(Measured::nanoseconds_a_gas));
        }
        rates.sort_by(f64::total_cmp);
        self.ordinary = rates.get(rates.len() / 2).copied().ok_or("ordinary rows take no time")?;
        Ok(())
    }

    /// The worst so far, the very worst first.
    pub fn worst(&self) -> &[Found] {
        &self.worst
    }

    /// How many programs were tried.
    pub fn tried(&self) -> u64 {
        self.course.tried
    }

    /// Processor time that it took so far, before it was kept, too.
    pub fn spent(&self) -> Duration {
        self.course.spent
    }

    /// The engine.
    pub fn engine(&self) -> &'static str {
        self.engine
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.course.seed
    }

    /// All that [`Search::resume`] needs.
    pub fn keep(&self) -> Value {
        let worst = self.worst.iter().map(|found| {
            json!({
                "pieces": found.pieces,
                "resets": found.mix.resets,
                "nanoseconds_a_gas": found.nanoseconds_a_gas,
                "ratio": found.ratio,
            })
        });
        let mut kept = json!({
            "version": VERSION,
            "engine": self.engine,
            "schedule": self.schedule.name(),
            "schedule_version": self.schedule.version(),
        });
        self.course.keep(&mut kept);
        kept["worst"] = worst.collect();
        kept
    }

    /// Goes on where a search was kept, which began with the same engine, schedule and rows.
    ///
    /// # Errors
    ///
    /// What is missing, or is another's.
    pub fn resume(&mut self, kept: &Value) -> Result<(), String> {
        let same = |name: &str, wanted: Value| match &kept[name] {
            it if *it == wanted => Ok(()),
            it => Err(format!("it was kept with `{name}` {it}, and here it is {wanted}")),
        };
        same("version", VERSION.into())?;
        same("engine", self.engine.into())?;
        same("schedule", self.schedule.name().into())?;
        same("schedule_version", self.schedule.version().into())?;
        let course = Course::of(kept)?;
        let worst = kept["worst"].as_array().ok_or("`worst` must be a list")?;
        let worst = worst.iter().map(|found| self.found(found)).collect::<Result<Vec<_>, _>>()?;
        self.course = course;
        self.worst.clear();
        for found in worst {
            self.insert(found);
        }
        Ok(())
    }

    fn found(&self, kept: &Value) -> Result<Found, String> {
        let pieces: Vec<(String, usize)> = serde_json::from_value(kept["pieces"].clone())
            .map_err(|error| format!("`pieces`: {error}"))?;
        let piece = |(name, times): &(String, usize)| {
            let at = self.pieces.iter().position(|row| row.name == *name);
            let at = at.ok_or_else(|| format!("there is no row `{name}` any more"))?;
            if (1..=TIMES).contains(times) {
                Ok((at, *times))
            } else {
                Err(format!("`{name}` can't stand {times} times in a copy"))
            }
        };
        let mix = pieces.iter().map(piece).collect::<Result<Vec<_>, String>>()?;
        if mix.is_empty() || mix.len() > PIECES {
            return Err(format!("a program has 1 to {PIECES} pieces, not {}", mix.len()));
        }
        Ok(Found {
            pieces,
            nanoseconds_a_gas: float(kept, "nanoseconds_a_gas")?,
            ratio: float(kept, "ratio")?,
            mix: Mixed { pieces: mix, resets: kept["resets"] == true },
        })
    }

    fn fresh(&mut self) -> Mixed {
        let pieces = (0..=self.course.random.index(PIECES)).map(|_| self.piece()).collect();
        Mixed { pieces, resets: self.course.random.below(2) == 0 }
    }

    /// One of the worst, with a piece more, less, or another.
    fn changed(&mut self) -> Mixed {
        let one = self.course.random.index(self.worst.len());
        let mut mix = self.worst[one].mix.clone();
        let at = self.course.random.index(mix.pieces.len());
        match self.course.random.below(5) {
            0 if mix.pieces.len() > 1 => drop(mix.pieces.remove(at)),
            1 if mix.pieces.len() < PIECES => {
                let piece = self.piece();
                mix.pieces.insert(at, piece);
            }
            2 => mix.pieces[at].1 = 1 + self.course.random.index(TIMES),
            3 => mix.resets = !mix.resets,
            _ => mix.pieces[at] = self.piece(),
        }
        mix
    }

    fn piece(&mut self) -> (usize, usize) {
        (self.course.random.index(self.pieces.len()), 1 + self.course.random.index(TIMES))
    }
}
