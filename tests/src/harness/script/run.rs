//! Runs what a test file says.

use super::{
    Fields, Mistake, Outline, Part, TestFile,
    reader::{Contracts, Reader},
    step::Step,
};
use crate::{
    Report, create_address,
    harness::{Expectation, Lanes, Mismatch, Names, On, Seen, Subject, mismatches, tree},
};
use std::{cell::Cell, fs, ops::Range, path::PathBuf, rc::Rc};
use toml::de::DeTable;

/// How a test went.
#[derive(Clone, Debug)]
pub struct TestResult {
    /// Its name; none for the steps at the top of the file.
    pub name: Option<String>,
    /// The steps that were run, first to last.
    pub steps: Vec<StepResult>,
    /// How many more there are, that were not run because one before them did not end as expected.
    pub not_run: usize,
}

/// How a step went.
#[derive(Clone, Debug)]
pub struct StepResult {
    /// What it is called.
    pub title: String,
    /// Where it begins in the file; the first line is 1.
    pub line: usize,
    /// What came of it, on the first engine.
    pub report: Report,
    /// What was not as expected.
    pub mismatches: Vec<Mismatch>,
    /// The calls for reading, where they were asked for.
    pub tree: Vec<String>,
    /// The contract and the function that was called, as far as they are known.
    pub called: Option<(String, String)>,
    /// Where in the file the exact gas is written, in bytes, if it is.
    pub gas_recorded: Option<Range<usize>>,
}

impl TestResult {
    /// Whether all went as expected.
    pub fn passed(&self) -> bool {
        self.not_run == 0 && self.steps.iter().all(|step| step.mismatches.is_empty())
    }
}

impl TestResult {
    /// Whether all of its steps ended as expected, so that others can begin where they ended.
    fn came_to_its_end(&self) -> bool {
        self.not_run == 0 && self.steps.iter().all(StepResult::ended_as_expected)
    }
}

impl StepResult {
    /// Whether it makes sense to go on after it.
    fn ended_as_expected(&self) -> bool {
        let stops = |it: &Mismatch| matches!(it.subject, Subject::Status | Subject::Engines);
        !self.mismatches.iter().any(stops)
    }
}

impl TestFile {
    /// Runs the tests whose names contain `filter`. The steps at the top run first, once, and each test begins
    /// where they ended; where they fail, no test is run.
    ///
    /// # Errors
    ///
    /// A sentence, where the engines can't be had.
    pub fn run(&self, on: &On, filter: &str) -> Result<Vec<TestResult>, String> {
        let document = DeTable::parse(&self.text).map_err(|error| error.to_string())?;
        let root = Fields::root(&document);
        let contracts = Contracts::default();
        let outline = Outline::read(&root).map_err(|mistake| self.sentence(&mistake))?;
        let header = self.header(&root, &contracts).map_err(|mistake| self.sentence(&mistake))?;
        let engines = on.engines(&[header.options, self.options.clone()].concat())?;

        let mut story = Story {
            file: self,
            contracts: &contracts,
            gas: header.gas,
            lanes: Lanes::new(&engines, &header.chain),
            names: header.names,
            trace: on.tree.clone().map(|path| {
                let read = fs::metadata(&path).map_or(0, |it| it.len());
                Rc::new(Trace { path, read: Cell::new(usize::try_from(read).unwrap_or(0)) })
            }),
        };
        let wanted = |part: &&Part<'_>| part.name.is_some_and(|name| name.contains(filter));
        let tests: Vec<&Part<'_>> = outline.tests.iter().filter(wanted).collect();
        if tests.is_empty() && !(outline.tests.is_empty() && filter.is_empty()) {
            return Ok(Vec::new());
        }
        let mut results = Vec::new();
        if !outline.setup.steps.is_empty() {
            results.push(story.tell(&outline.setup)?);
        }
        let began = results.iter().all(TestResult::came_to_its_end);
        for test in tests {
            results.push(match began {
                true => story.clone().tell(test)?,
                false => TestResult {
                    name: test.name.map(str::to_owned),
                    steps: Vec::new(),
                    not_run: test.steps.len(),
                },
            });
        }
        Ok(results)
    }
}

/// A chain that steps are run on.
#[derive(Clone)]
struct Story<'a> {
    file: &'a TestFile,
    contracts: &'a Contracts,
    gas: i64,
    lanes: Lanes,
    names: Names,
    trace: Option<Rc<Trace>>,
}

/// A trace in a file, which grows with every step.
struct Trace {
    path: PathBuf,
    read: Cell<usize>,
}

impl Trace {
    /// The calls since the last time.
    fn tree(&self, names: &Names) -> Vec<String> {
        let text = fs::read_to_string(&self.path).unwrap_or_default();
        let begin = self.read.replace(text.len());
        tree(text.get(begin..).unwrap_or_default(), names)
    }
}

impl Story<'_> {
    fn tell(&mut self, part: &Part<'_>) -> Result<TestResult, String> {
        let mut steps: Vec<StepResult> = Vec::new();
        for (number, node) in (1..).zip(&part.steps) {
            let reader = Reader {
                folder: self.file.folder(),
                contracts: self.contracts,
                names: &self.names,
                state: Some(&self.lanes.chain().state),
                gas: self.gas,
            };
            let step = Step::read(node, &part.place(number), &reader)
                .map_err(|mistake| self.file.sentence(&mistake))?;
            self.move_block(&step, part, number)?;
            let result = self.take(step);
            let goes_on = result.ended_as_expected();
            steps.push(result);
            if !goes_on {
                break;
            }
        }
        let not_run = part.steps.len() - steps.len();
        Ok(TestResult { name: part.name.map(str::to_owned), steps, not_run })
    }

    /// Has the chain go on to the step's block, where it says one.
    fn move_block(&mut self, step: &Step, part: &Part<'_>, number: usize) -> Result<(), String> {
        let context = &self.lanes.chain().context;
        let last = [context.block_number, context.block_timestamp];
        let mut next = last;
        for ((next, last), when) in next.iter_mut().zip(last).zip(step.block) {
            let Some(when) = when else { continue };
            *next = when.after(last).map_err(|problem| {
                let sentence = problem;
                let place = format!("{}: block", part.place(number));
                self.file.sentence(&Mistake { offset: step.offset, place, sentence })
            })?;
        }
        let [number, timestamp] = next;
        self.lanes.change(|chain| {
            chain.context.block_number = number;
            chain.context.block_timestamp = timestamp;
        });
        Ok(())
    }

    fn take(&mut self, step: Step) -> StepResult {
        let next = self.lanes.chain().state.nonce(step.transaction.from);
        let creates = step.transaction.to.is_none();
        let contract =
            step.transaction.to.unwrap_or_else(|| create_address(step.transaction.from, next));
        // What a constructor says is readable too.
        if let Some(interface) = step.interface.filter(|_| creates) {
            self.names.describe(contract, interface);
        }
        // What a file declares anywhere is readable from there on.
        for expectation in &step.expectations {
            match expectation {
                Expectation::Reverts(Some(error), _) => self.names.declare_error(error),
                Expectation::Logs(logs) => {
                    logs.iter()
                        .filter_map(|it| it.event.as_ref())
                        .for_each(|it| self.names.declare_event(it));
                }
                _ => {}
            }
        }
        let (report, mut found) = self.lanes.run(&step.transaction, &self.names);
        if let (Some(name), Some(created)) = (&step.created_as, report.created) {
            self.names.define(name, created);
        }
        let tree = self.trace.as_ref().map_or(Vec::new(), |trace| trace.tree(&self.names));
        let selector = step.transaction.input.first_chunk().copied();
        let function = selector
            .filter(|_| !creates)
            .and_then(|selector| self.names.function(contract, selector))
            .or(step.called.as_ref());
        let called = match (creates, function) {
            (true, _) => Some("create".to_owned()),
            (false, function) => function.map(alloy_json_abi::Function::signature),
        };
        let called = called.map(|called| (self.names.show(contract), called));
        let state = &self.lanes.chain().state;
        let seen = Seen { report: &report, state, names: &self.names };
        found.extend(mismatches(&step.expectations, &seen));
        StepResult {
            title: step.title,
            line: self.file.line(step.offset),
            report,
            mismatches: found,
            tree,
            called,
            gas_recorded: step.gas_recorded,
        }
    }
}
