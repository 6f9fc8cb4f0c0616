//! Host modules, and what a contract of one revision can import from them.

use crate::{Fees, HostFunction, Revision, debug, ethereum};
use hebe_gas::{ImportSignature, Reason, Rejected};

/// A table of functions under one import name. There may be any number of them.
pub struct HostModule {
    /// The import's module name.
    pub name: &'static str,
    /// The functions of all revisions.
    pub functions: &'static [HostFunction],
}

impl HostModule {
    /// The EEI proper.
    pub const ETHEREUM: Self = Self { name: "ethereum", functions: ethereum::FUNCTIONS };

    /// Printing, for contract authors.
    pub const DEBUG: Self = Self { name: "debug", functions: debug::FUNCTIONS };
}

/// The functions that a contract of one revision can import, and their prices.
pub struct Interface {
    revision: Revision,
    fees: &'static Fees,
    functions: Vec<&'static HostFunction>,
    signatures: Vec<ImportSignature>,
    /// What only later revisions have, with the module's name.
    later: Vec<(&'static str, &'static HostFunction)>,
}

impl Interface {
    /// What `modules` offer at `revision`; `None` while that revision's prices are not complete.
    pub fn new(revision: Revision, modules: &[&'static HostModule]) -> Option<Self> {
        let fees = Fees::of(revision)?;
        let all = || {
            modules
                .iter()
                .flat_map(|module| module.functions.iter().map(|function| (module.name, function)))
        };
        let rows = || all().filter(|(_, function)| function.since <= revision);
        Some(Self {
            revision,
            fees,
            functions: rows().map(|(_, function)| function).collect(),
            signatures: rows()
                .map(|(module, function)| ImportSignature {
                    module,
                    name: function.name,
                    params: function.params,
                    results: function.results,
                })
                .collect(),
            later: all().filter(|(_, function)| function.since > revision).collect(),
        })
    }

    /// Why code was refused, in the words of one who knows other revisions too: an import that this one lacks
    /// is named with the first that has it.
    pub fn explain(&self, mut rejected: Rejected) -> Rejected {
        if let Reason::UnknownImport { module, name, .. } = &rejected.reason
            && let Some((_, function)) = self
                .later
                .iter()
                .find(|(its, function)| **its == **module && *function.name == **name)
        {
            rejected.reason = Reason::ImportNotYet {
                module: module.clone(),
                name: name.clone(),
                since: function.since.name(),
                here: self.revision.name(),
            };
        }
        rejected
    }

    /// The revision.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// The prices.
    pub fn fees(&self) -> &'static Fees {
        self.fees
    }

    /// The functions, in the order of [`Interface::signatures`].
    pub fn functions(&self) -> &[&'static HostFunction] {
        &self.functions
    }

    /// What may be imported, for [`hebe_gas::Rules`].
    pub fn signatures(&self) -> &[ImportSignature] {
        &self.signatures
    }
}
