//! Whether an EVMC library keeps EVMC's rules: [`rules`] has them all, and [`Case::check`] tries one.
//!
//! The library can be anybody's, of each ABI that [`LoadedVm`](crate::LoadedVm) loads. A VM under test may crash or hang and
//! take the process along, so whoever wants an answer for each rule runs each in a process of its own.
//!
//! | file | question |
//! |---|---|
//! | `subject` | which library is it, and what code does it take? |
//! | `programs`, `evm`, `wasm` | what is it given to run? |
//! | `host` | what does it run on? |
//! | `scene` | how is one execution held against what is expected? |
//! | `raw` | how is it called where the loader would step in? |
//! | `rules` | what must hold? |

mod evm;
mod host;
mod programs;
mod raw;
mod rules;
mod scene;
mod subject;
mod wasm;

pub use programs::Code;
pub use rules::rules;
pub use subject::{Introduction, Subject};

use crate::abi::*;
use hebe_host::Revision;
use std::ops::RangeInclusive;

/// How much a rule binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// EVMC or Ethereum says so: a VM that breaks it is wrong.
    Must,
    /// Nobody has promised it, and a client is better off if it holds.
    Should,
}

impl Weight {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
        }
    }
}

/// Something that holds for every VM.
pub struct Rule {
    /// What it is called.
    pub name: &'static str,
    /// How much it binds.
    pub weight: Weight,
    /// What holds.
    pub says: &'static str,
    /// Who says so.
    pub source: &'static str,
    abis: (i32, i32),
    since: Revision,
    check: Check,
}

/// How a rule is tried. An error is a sentence.
#[derive(Clone, Copy)]
enum Check {
    /// On any VM, even one that can't be used.
    Any(fn(&Subject) -> Result<(), String>),
    /// On a VM that can be used, whatever it runs.
    Usable(fn(&Subject) -> Result<(), String>),
    /// With a kind of code.
    Each(fn(&Subject, Code) -> Result<(), String>),
    /// With EVM bytecode.
    Evm(fn(&Subject) -> Result<(), String>),
    /// With WebAssembly.
    Wasm(fn(&Subject) -> Result<(), String>),
}

impl Rule {
    const fn must(
        name: &'static str,
        source: &'static str,
        says: &'static str,
        check: Check,
    ) -> Self {
        let (weight, since) = (Weight::Must, Revision::Frontier);
        Self { name, weight, says, source, abis: (0, i32::MAX), since, check }
    }

    const fn should(
        name: &'static str,
        source: &'static str,
        says: &'static str,
        check: Check,
    ) -> Self {
        Self { weight: Weight::Should, ..Self::must(name, source, says, check) }
    }

    /// A rule of some ABIs.
    const fn abis(self, abis: RangeInclusive<i32>) -> Self {
        Self { abis: (*abis.start(), *abis.end()), ..self }
    }

    /// A rule of ABIs that can carry this revision.
    const fn since(self, since: Revision) -> Self {
        Self { since, ..self }
    }

    /// With which kinds of code it is tried.
    fn codes(&self) -> &'static [Option<Code>] {
        match self.check {
            Check::Any(_) | Check::Usable(_) => &[None],
            Check::Each(_) => &[Some(Code::Evm), Some(Code::Wasm)],
            Check::Evm(_) => &[Some(Code::Evm)],
            Check::Wasm(_) => &[Some(Code::Wasm)],
        }
    }

    fn is_of(&self, abi: i32) -> bool {
        (self.abis.0..=self.abis.1).contains(&abi) && self.since <= last_revision(abi)
    }
}

/// The newest revision that an ABI can carry.
fn last_revision(abi: i32) -> Revision {
    match abi {
        9 => Abi9::LAST,
        10 => Abi10::LAST,
        11 => Abi11::LAST,
        12 => Abi12::LAST,
        13 => Abi13::LAST,
        _ => Abi18::LAST,
    }
}

/// A rule, with a kind of code to try it with where it is about code.
#[derive(Clone, Copy)]
pub struct Case {
    /// The rule.
    pub rule: &'static Rule,
    /// The kind of code.
    pub code: Option<Code>,
}

impl Case {
    /// Every case for libraries of an ABI.
    pub fn all(abi: i32) -> Vec<Self> {
        let rules = rules().filter(|rule| rule.is_of(abi));
        rules
            .flat_map(|rule| rule.codes().iter().map(move |code| Self { rule, code: *code }))
            .collect()
    }

    /// The rule's name, and the kind of code where a rule is tried with several: `echo/wasm`.
    pub fn name(&self) -> String {
        match self.code {
            Some(code) if self.rule.codes().len() > 1 => {
                format!("{}/{}", self.rule.name, code.name())
            }
            _ => self.rule.name.to_owned(),
        }
    }

    /// Why it is not tried, where that is so.
    pub fn skipped(&self, introduction: &Introduction) -> Option<String> {
        match (self.rule.check, self.code) {
            (Check::Any(_), _) => None,
            (_, None) => introduction.no_use.clone(),
            (_, Some(Code::Evm)) => introduction.no_evm.clone(),
            (_, Some(Code::Wasm)) => introduction.no_wasm.clone(),
        }
    }

    /// Tries it.
    ///
    /// # Errors
    ///
    /// It does not hold: what was done, what was expected, and what came.
    pub fn check(&self, subject: &Subject) -> Result<(), String> {
        match self.rule.check {
            Check::Any(check) | Check::Usable(check) | Check::Evm(check) | Check::Wasm(check) => {
                check(subject)
            }
            Check::Each(check) => check(subject, self.code.unwrap_or(Code::Evm)),
        }
    }
}

#[cfg(test)]
mod tests;
