//! The same chain several times, one for each engine, to see that they agree.

use super::{Engine, Mismatch, Names, Subject, value::hex};
use crate::{
    Chain, Report, Transaction,
    state_file::{self, StateFile},
};
use std::fmt::Debug;

/// Chains that began alike and were asked the same, each on its own engine.
#[derive(Clone, Debug)]
pub struct Lanes(Vec<Lane>);

#[derive(Clone, Debug)]
struct Lane {
    engine: Engine,
    chain: Chain,
}

impl Lanes {
    /// This chain on each of the engines.
    ///
    /// # Panics
    ///
    /// Without engines.
    pub fn new(engines: &[Engine], chain: &Chain) -> Self {
        assert!(!engines.is_empty(), "there must be an engine to run on");
        let lane = |(number, engine): (usize, &Engine)| {
            // What a contract prints is the same on all of them.
            let is_quiet = number > 0;
            Lane { engine: engine.clone(), chain: Chain { is_quiet, ..chain.clone() } }
        };
        Self(engines.iter().enumerate().map(lane).collect())
    }

    /// The chain, as the first engine has left it.
    pub fn chain(&self) -> &Chain {
        &self.0[0].chain
    }

    /// Changes every chain alike.
    pub fn change(&mut self, change: impl Fn(&mut Chain)) {
        self.0.iter_mut().for_each(|lane| change(&mut lane.chain));
    }

    /// Runs a transaction on every engine. What comes of it on the first is the report; where another
    /// differs, that is a mismatch.
    pub fn run(&mut self, transaction: &Transaction, names: &Names) -> (Report, Vec<Mismatch>) {
        let mut runs = self.0.iter_mut().map(|lane| {
            let report = lane.chain.run(lane.engine.machine(), transaction);
            (lane, report)
        });
        let (first, report) = runs.next().unwrap_or_else(|| unreachable!("there is an engine"));
        let mut mismatches = Vec::new();
        for (other, other_report) in runs {
            let engines = (first.engine.name(), other.engine.name());
            let found = mismatches.len();
            differences(engines, &report, &other_report, names, &mut mismatches);
            if mismatches.len() == found
                && first.chain.state.accounts() != other.chain.state.accounts()
            {
                let show = |chain: &Chain| {
                    let accounts = chain.state.to_map();
                    let state = StateFile { accounts, ..StateFile::default() };
                    state_file::to_json(&state).to_string()
                };
                mismatches.push(differs("state", engines, show(&first.chain), show(&other.chain)));
            }
        }
        (report, mismatches)
    }
}

fn differences(
    engines: (&str, &str),
    first: &Report,
    other: &Report,
    names: &Names,
    mismatches: &mut Vec<Mismatch>,
) {
    let mut compare = |what: &str, first: String, other: String| {
        if first != other {
            mismatches.push(differs(what, engines, first, other));
        }
    };
    fn text(value: &impl Debug) -> String {
        format!("{value:?}")
    }
    compare("status", first.status.to_string(), other.status.to_string());
    compare("gas used", first.gas_used.to_string(), other.gas_used.to_string());
    compare("refund", first.gas_refund.to_string(), other.gas_refund.to_string());
    compare("output", hex(&first.output), hex(&other.output));
    let created = |report: &Report| report.created.map(|address| names.show(address));
    compare("created", text(&created(first)), text(&created(other)));
    compare("logs", text(&first.logs), text(&other.logs));
    compare("storage", text(&first.storage), text(&other.storage));
    compare("balances", text(&first.balances), text(&other.balances));
    compare("nonces", text(&first.nonces), text(&other.nonces));
    compare("destructed", text(&first.destructed), text(&other.destructed));
}

fn differs(what: &str, (first, other): (&str, &str), one: String, two: String) -> Mismatch {
    Mismatch {
        subject: Subject::Engines,
        what: format!("{what}: engines differ"),
        expected: vec![format!("{first}: {one}")],
        actual: vec![format!("{other}: {two}")],
    }
}
