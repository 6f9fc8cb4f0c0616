//! Running the programs against the clock of this thread's processor time.
//!
//! What a loop costs beside its copies is left out: each is run with all of its copies and with half of them, and
//! the difference counts. So does that of the gas, which makes code that an engine leaves out visible: it takes no
//! time and costs gas, and never the other way round.

use super::rows::{Kind, Row};
use crate::{IdleHost, plain_message};
use cpu_time::ThreadTime;
use hebe_gas::{PARTICLES_PER_GAS, Schedule, Unit};
use hebe_host::{Message, Outcome, Revision};
use hebe_vm::Vm;
use std::time::Duration;

/// What a row took on one engine.
#[derive(Clone, Debug)]
pub struct Measured {
    /// [`Row::name`].
    pub name: String,
    /// [`Row::price`].
    pub price: &'static str,
    /// The engine.
    pub engine: &'static str,
    /// Time of one copy, in nanoseconds.
    pub nanoseconds: f64,
    /// What it costs, in particles.
    pub particles: f64,
    /// [`Row::units`].
    pub units: usize,
}

impl Measured {
    /// Nanoseconds for a gas; `None` where nothing is charged, or nothing was measured.
    pub fn nanoseconds_a_gas(&self) -> Option<f64> {
        let gas = self.particles / f64::from(PARTICLES_PER_GAS);
        (gas > 0.0 && !self.is_nothing()).then(|| self.nanoseconds / gas)
    }

    /// Whether the program took no longer with all of its copies than with half of them: an engine made nothing of
    /// them, or the machine did something else meanwhile. Such a figure says nothing.
    pub fn is_nothing(&self) -> bool {
        self.nanoseconds < 0.0
    }
}

/// Gas for anything.
const GAS: i64 = 1 << 50;

/// How long a run of a loop is to take: long against what the clock can't see.
const RUN: Duration = Duration::from_millis(3);

/// What a caller pays for a call at least, in gas (EIP-2929, a warm account): it is for the start and for code that
/// nobody has seen, too.
const CALL_FEE: f64 = 100.0;

/// How often a loop runs at most: there are programs of which native code leaves nothing.
const MOST_ROUNDS: usize = 1 << 16;

/// An input of as many bytes as a loop is to have rounds.
static ROUNDS: [u8; MOST_ROUNDS] = [0; MOST_ROUNDS];

/// A VM with only this engine, whose messages pay by this schedule.
///
/// # Errors
///
/// What is wrong with the engine's or the schedule's name.
pub fn vm(engine: &str, schedule: &Schedule) -> Result<Vm, String> {
    let mut vm = Vm::default();
    for (name, value) in [("engine", engine), ("schedule", schedule.name())] {
        vm.set_option(name, value).map_err(|error| error.to_string())?;
    }
    Ok(vm)
}

/// The message with which a row runs for so many rounds, at most 65,536.
pub fn rounds_message(gas: i64, rounds: usize) -> Message<'static> {
    Message { input: &ROUNDS[..rounds.min(MOST_ROUNDS)], ..plain_message(gas) }
}

impl Row {
    /// Measures it on an engine, `tries` times; the shortest counts. `None` where it is not of this engine: code that
    /// nobody has seen is the interpreter's.
    ///
    /// # Errors
    ///
    /// What is wrong with the program, which is a mistake in its row.
    pub fn measure(
        &self,
        vm: &Vm,
        schedule: &Schedule,
        engine: &'static str,
        tries: usize,
    ) -> Result<Option<Measured>, String> {
        let (nanoseconds, particles) = match &self.kind {
            Kind::Loop { copies, .. } => self.measure_loop(vm, *copies, tries)?,
            Kind::Start(_) => self.measure_start(vm, tries)?,
            Kind::Cold(_) if engine != "interpreter" => return Ok(None),
            Kind::Cold(_) => self.measure_cold(vm, schedule, tries)?,
        };
        let (name, price, units) = (self.name.clone(), self.price, self.units);
        Ok(Some(Measured { name, price, engine, nanoseconds, particles, units }))
    }

    fn measure_loop(&self, vm: &Vm, copies: usize, tries: usize) -> Result<(f64, f64), String> {
        let [full, half] = [self.code(2)?, self.code(1)?];
        let time = |rounds| Ok::<_, String>(spend(vm, &full, rounds)?.0);
        // The first run prepares the code, and what stands before the loop takes its time, too.
        time(1)?;
        let once = time(1)?.min(time(1)?).min(time(1)?);
        let mut rounds = 2;
        while rounds < MOST_ROUNDS && time(rounds)?.saturating_sub(once) < once.max(RUN / 2) {
            rounds *= 2;
        }
        let measure = |code| -> Result<(f64, f64), String> {
            spend(vm, code, rounds)?;
            let mut best = spend(vm, code, rounds)?;
            for _ in 1..tries {
                best.0 = best.0.min(spend(vm, code, rounds)?.0);
            }
            #[expect(clippy::cast_precision_loss, reason = "gas of milliseconds is a small number")]
            let gas = best.1 as f64;
            Ok((nanoseconds(best.0), gas * f64::from(PARTICLES_PER_GAS)))
        };
        let (full, half) = (measure(&full)?, measure(&half)?);
        let counted = self.scale(rounds) * self.scale(copies - copies / 2);
        Ok(((full.0 - half.0) / counted, (full.1 - half.1) / counted))
    }

    /// As a number with which one can divide.
    fn scale(&self, copies: usize) -> f64 {
        f64::from(u32::try_from(copies).unwrap_or(u32::MAX))
    }

    fn measure_start(&self, vm: &Vm, tries: usize) -> Result<(f64, f64), String> {
        const CALLS: u32 = 20;
        let code = self.code(2)?;
        // Gas is whole outside; the part of a unit that is rounded up is far below what a start costs.
        let used = spend(vm, &code, 1)?.1;
        let mut best = Duration::MAX;
        for _ in 0..3 * tries {
            let before = ThreadTime::now();
            for _ in 0..CALLS {
                run(vm, &code, 1)?;
            }
            best = best.min(before.elapsed() / CALLS);
        }
        let gas = f64::from(u32::try_from(used).unwrap_or(u32::MAX)) + CALL_FEE;
        Ok((nanoseconds(best), gas * f64::from(PARTICLES_PER_GAS)))
    }

    /// A byte of code that nobody has seen. Each run has other bytes, in a section that means nothing.
    fn measure_cold(
        &self,
        vm: &Vm,
        schedule: &Schedule,
        tries: usize,
    ) -> Result<(f64, f64), String> {
        let code = self.code(2)?;
        let mut best = Duration::MAX;
        let mut all = Duration::ZERO;
        for attempt in 0..u16::MAX {
            if usize::from(attempt) >= tries && all > RUN {
                break;
            }
            let mut unseen = code.clone();
            let [high, low] = attempt.to_be_bytes();
            unseen.extend([0, 5, 2, b'n', b'o', high, low]);
            let time = spend(vm, &unseen, 1)?.0;
            all += time;
            best = best.min(time);
        }
        let bytes = self.scale(code.len() + 7);
        let start = f64::from(schedule.unit(Unit::Start)) + CALL_FEE * f64::from(PARTICLES_PER_GAS);
        Ok((nanoseconds(best) / bytes, f64::from(schedule.unit(Unit::Code)) + start / bytes))
    }

    /// The contract in bytes, with `halves` of what is in its loop, if it has one: 1 or 2. [`rounds_message`] runs it.
    ///
    /// # Errors
    ///
    /// What is wrong with the text, which is a mistake in the row.
    pub fn code(&self, halves: usize) -> Result<Vec<u8>, String> {
        wat::parse_str(self.text(halves)).map_err(|error| format!("{}: {error}", self.name))
    }
}

/// Runs `code` once. What it took, and the gas; or how it ended, if not with success.
fn spend(vm: &Vm, code: &[u8], rounds: usize) -> Result<(Duration, i64), String> {
    let before = ThreadTime::now();
    let left = run(vm, code, rounds)?;
    Ok((before.elapsed(), GAS - left))
}

fn run(vm: &Vm, code: &[u8], rounds: usize) -> Result<i64, String> {
    match vm.execute(Revision::LATEST, &rounds_message(GAS, rounds), code, &mut IdleHost) {
        Ok(Outcome::Success { gas_left, .. }) => Ok(gas_left),
        Ok(other) => Err(format!("it ended with {other:?}")),
        Err(fault) => Err(fault.to_string()),
    }
}

fn nanoseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9
}

/// The middle of the interpreter's rows, in nanoseconds a gas. The fees of host functions are Ethereum's, and far
/// above what the VM does for them; they don't count.
pub fn median(measured: &[Measured]) -> Option<f64> {
    let of_interpreter =
        measured.iter().filter(|row| row.engine == "interpreter" && row.price != "fee");
    let mut all: Vec<f64> = of_interpreter.filter_map(Measured::nanoseconds_a_gas).collect();
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied()
}

/// The price of `name`, in particles, with which its slowest row takes `nanoseconds_a_gas` and a quarter less. What
/// else is in a copy keeps its price. `None` where no row measures it.
pub fn price(
    name: &str,
    measured: &[Measured],
    schedule: &Schedule,
    nanoseconds_a_gas: f64,
) -> Option<u32> {
    const MARGIN: f64 = 1.25;
    let now = f64::from(schedule.price_of(name)?);
    let wanted = measured.iter().filter(|row| row.price == name && !row.is_nothing()).map(|row| {
        let units = f64::from(u32::try_from(row.units).unwrap_or(u32::MAX));
        let others = row.particles - now * units;
        let needed = row.nanoseconds * MARGIN / nanoseconds_a_gas * f64::from(PARTICLES_PER_GAS);
        ((needed - others) / units).max(0.0)
    });
    let most = wanted.reduce(f64::max)?;
    // To five particles, upwards.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is positive and small"
    )]
    let price = (most / 5.0).ceil().min(4e8) as u32 * 5;
    Some(price)
}
