//! `hebe conform`: does a VM do what EVMC and the EIPs say?
//!
//! Each rule loads the library anew, runs a little code through it on a [`ScriptedHost`](crate::ScriptedHost), and holds what came against
//! what must. What a VM says that can't be true, [`LoadedVm`] notices. A VM may crash or hang in any of them, so the command
//! line runs each rule in a process of its own.

mod rules;
mod subject;

pub use rules::RULES;
use subject::{Kind, Subject};

use hebe_evmc::LoadedVm;
use hebe_host::Revision;
use std::fmt;

/// Something that a VM must do.
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// Where it is written.
    pub source: &'static str,
    /// Whether a VM that does not has a fault; else it is only worse than it could be.
    pub is_must: bool,
    /// The first of EVMC's ABIs, and the last.
    abis: (i32, i32),
    since: Revision,
    run: fn(&Subject) -> Result<(), String>,
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// What a rule came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The VM does it.
    Good,
    /// It does not: what was done, what had to come, what came.
    Wrong(String),
    /// It is not for this VM; why.
    Skipped(String),
}

impl Rule {
    /// The rule of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.name == name)
    }

    /// Tries a library (`LIB[,option=value...]`).
    ///
    /// # Errors
    ///
    /// A sentence says why it is no EVMC library.
    pub fn try_on(&self, library: &str) -> Result<Verdict, String> {
        let vm = LoadedVm::load_with_options(library).map_err(|error| error.to_string())?;
        let (first, last) = self.abis;
        let abi = vm.abi_version();
        if !(first..=last).contains(&abi) {
            return Ok(Verdict::Skipped(format!("it is not in ABI {abi}")));
        }
        if !vm.carries(self.since) {
            return Ok(Verdict::Skipped(format!("ABI {abi} can't carry {}", self.since)));
        }
        let kinds = Kind::of(&vm);
        let mut subject =
            Subject { vm, library: library.to_owned(), kind: Kind::Evm, since: self.since };
        for kind in kinds {
            subject.kind = kind;
            if let Err(what) = (self.run)(&subject) {
                return Ok(Verdict::Wrong(format!("{kind}: {what}")));
            }
        }
        Ok(Verdict::Good)
    }
}
