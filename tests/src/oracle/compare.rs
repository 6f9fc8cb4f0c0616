//! Holding the real meter against the oracle.

use super::host::{Setting, imports};
use super::instrument::{Instrumented, instrument};
use super::interpreted::Interpreted;
use super::native::Native;
use super::prices::Prices;
use super::run::{End, Run, engine, run_oracle};
use hebe_gas::{
    Exports, Features, Metering, Prepared, Profile, Rejected, Rules, Schedule, prepare,
};
use std::sync::Arc;

/// A contract that can be run under both meters.
pub struct Program {
    prices: Prices,
    prepared: Arc<Prepared>,
    interpreted: Interpreted,
    native: Native,
    instrumented: Instrumented,
    engine: wasmi::Engine,
}

/// What both meters agree about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// What the oracle's run did.
    pub run: Run,
    /// How much gas it took until the end, in particles. After a failure, what the instructions took
    /// until then.
    pub cost: i64,
    /// Whether the real meter reported out of gas where the oracle met a trap in the same stretch.
    pub out_of_gas_before_trap: bool,
}

/// What a sweep over gas limits found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sweep {
    /// How many limits were tried.
    pub limits: usize,
    /// At how many of them the gas did not suffice.
    pub out_of_gas: usize,
}

impl Program {
    /// Makes both modules of a contract.
    ///
    /// # Errors
    ///
    /// [`Rejected`] when it is no valid contract.
    ///
    /// # Panics
    ///
    /// When an engine refuses either module: there must be no such contract.
    pub fn new(code: &[u8], schedule: &Schedule) -> Result<Self, Rejected> {
        let rules = Rules {
            features: Features::Default,
            profile: Profile::Contract { exports: Exports::Tolerant },
            imports: imports(),
            metering: Some(Metering::Execution(schedule)),
        };
        let prepared = Arc::new(prepare(code, &rules)?);
        let engine = engine();
        let prices = Prices::new(schedule);
        let interpreted = Interpreted::new(&prepared);
        let instrumented = instrument(code, &prices, &engine)
            .unwrap_or_else(|error| panic!("the oracle's module is refused: {error}"));
        let native = Native::new(&prepared);
        Ok(Self { prices, prepared, interpreted, native, instrumented, engine })
    }

    /// What it pays before it starts, for its memory, in particles.
    pub fn initial(&self) -> i64 {
        self.prepared.start_particles().try_into().expect("pages are limited")
    }

    /// Runs it under both meters with so much `gas`, in particles.
    ///
    /// # Errors
    ///
    /// What they disagree about.
    pub fn compare(&self, setting: &Setting, gas: i64) -> Result<Compared, String> {
        let (oracle, charges) =
            run_oracle(&self.engine, &self.instrumented, &self.prices, setting, gas, false);
        drop(charges);
        self.hold(oracle, setting, gas)
    }

    /// Runs it with all gas limits below and above which something changes: at most `most` of them,
    /// spread evenly, when there are more. `gas` is what it certainly ends with.
    ///
    /// # Errors
    ///
    /// What the meters disagree about, or with which limit it does not end as it must.
    pub fn sweep(&self, setting: &Setting, gas: i64, most: usize) -> Result<Sweep, String> {
        let (full, left) =
            run_oracle(&self.engine, &self.instrumented, &self.prices, setting, gas, true);
        let cost = gas - full.gas_left;
        let observes_gas = full.events.iter().any(|event| event.function == "getGasLeft");
        let succeeds = matches!(full.end, End::Returned | End::Ended(..));
        // Just too little for each charge, and just enough.
        let mut limits: Vec<i64> =
            left.iter().map(|left| gas - left).flat_map(|cost| [cost - 1, cost]).collect();
        limits.extend([0, cost - 1, cost, cost + 1, gas]);
        limits.retain(|limit| (0..=gas).contains(limit));
        limits.sort_unstable();
        limits.dedup();
        // Under the oracle a run takes its time: long ones are not tried as often.
        let most = most.min((300_000 / left.len().max(1)).max(4));
        let step = limits.len().div_ceil(most.max(1)).max(1);
        let last = limits.len().saturating_sub(6);
        let chosen = limits.iter().enumerate().filter(|(at, _)| at % step == 0 || *at >= last);

        let mut sweep = Sweep::default();
        for (_, &limit) in chosen {
            let compared = self.compare(setting, limit)?;
            let out_of_gas = compared.run.end == End::OutOfGas;
            sweep.limits += 1;
            sweep.out_of_gas += usize::from(out_of_gas);
            if succeeds && !observes_gas {
                let enough = limit >= cost;
                if out_of_gas == enough || enough && compared.run.end != full.end {
                    return Err(format!("with {limit} of {cost}: {:?}", compared.run.end));
                }
                if enough && limit - compared.run.gas_left != cost {
                    return Err(format!("with {limit} it cost something else than {cost}"));
                }
            }
        }
        Ok(sweep)
    }

    /// Holds the real meter against a run of the oracle.
    fn hold(&self, oracle: Run, setting: &Setting, gas: i64) -> Result<Compared, String> {
        let metered = self.metered(setting, gas)?;
        let cost = gas - oracle.gas_left;
        if oracle == metered {
            return Ok(Compared { run: oracle, cost, out_of_gas_before_trap: false });
        }
        let may_differ = matches!(oracle.end, End::Trap(_))
            && metered.end == End::OutOfGas
            && oracle.events == metered.events;
        if may_differ {
            // No stretch costs more than this, so then the trap must be seen. The events are others
            // if the contract looks at its gas, but so are the oracle's.
            let more = gas.saturating_add(self.instrumented.longest_stretch);
            let (oracle_later, _) =
                run_oracle(&self.engine, &self.instrumented, &self.prices, setting, more, false);
            let metered_later = self.metered(setting, more)?;
            if oracle_later == metered_later || oracle_later.events != oracle.events {
                return Ok(Compared { run: oracle, cost, out_of_gas_before_trap: true });
            }
        }
        Err(difference(("oracle", &oracle), ("metered", &metered), gas))
    }

    /// Runs it under the real meter, on both engines, which must not differ.
    fn metered(&self, setting: &Setting, gas: i64) -> Result<Run, String> {
        let interpreted = self.interpreted.run(setting, gas);
        let native = self.native.run(setting, gas);
        if interpreted == native {
            Ok(interpreted)
        } else {
            Err(difference(("interpreter", &interpreted), ("compiler", &native), gas))
        }
    }
}

/// The first thing in which two runs differ, each of which has a name.
fn difference((one, first): (&str, &Run), (other, second): (&str, &Run), gas: i64) -> String {
    let at = first.events.iter().zip(&second.events).position(|(a, b)| a != b);
    let at = at.unwrap_or(first.events.len().min(second.events.len()));
    let mut text = format!("with {gas} particles, ");
    if first.events == second.events {
        text += &format!("after {at} calls of host functions:");
    } else {
        text += &format!("call {at} of a host function:");
        for (name, run) in [(one, first), (other, second)] {
            text += &format!("\n  {name} {:?}", run.events.get(at));
        }
        text += "\nthen the runs end:";
    }
    for (name, run) in [(one, first), (other, second)] {
        text += &format!("\n  {name} {:?}, {} left", run.end, run.gas_left);
    }
    if first.memory != second.memory {
        text += "\nand the memory differs";
    }
    text
}
