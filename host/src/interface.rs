//! Host modules, and what a contract of one revision can import from them.

use crate::{Fees, HostFunction, Revision, debug, ethereum};
use hebe_gas::ImportSignature;

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
}

impl Interface {
    /// What `modules` offer at `revision`; `None` while that revision's prices are not complete.
    pub fn new(revision: Revision, modules: &[&'static HostModule]) -> Option<Self> {
        let fees = Fees::of(revision)?;
        let rows = || {
            modules
                .iter()
                .flat_map(|module| module.functions.iter().map(|function| (module.name, function)))
                .filter(|(_, function)| function.since <= revision)
        };
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
        })
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
