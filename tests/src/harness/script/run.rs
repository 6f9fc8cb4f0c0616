//! Runs what a test file says.

use super::{
    Fields, Outline, Part, TestFile,
    reader::{Contracts, Reader},
    step::Step,
};
use crate::{
    Report,
    harness::{Lanes, Mismatch, Names, On, Seen, Subject, mismatches},
};
use std::ops::Range;
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

    fn take(&mut self, step: Step) -> StepResult {
        let (report, mut found) = self.lanes.run(&step.transaction, &self.names);
        if let (Some(name), Some(created)) = (&step.created_as, report.created) {
            self.names.define(name, created);
        }
        let state = &self.lanes.chain().state;
        let seen = Seen { report: &report, state, names: &self.names };
        found.extend(mismatches(&step.expectations, &seen));
        StepResult {
            title: step.title,
            line: self.file.line(step.offset),
            report,
            mismatches: found,
            gas_recorded: step.gas_recorded,
        }
    }
}
