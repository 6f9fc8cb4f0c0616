//! Why a module was refused.

use std::fmt;

/// A module that is not a valid contract: what is wrong, where, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// What is wrong.
    pub reason: Reason,
    /// Where in the module's binary, in bytes from its start.
    pub offset: usize,
    /// Index of the function it is in, imports counted, where there is one.
    pub function: Option<u32>,
}

/// What can be wrong with a module.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// Not valid WebAssembly.
    Invalid(String),
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Reason::Invalid(text) = &self.reason;
        write!(f, "{text} (at byte {})", self.offset)
    }
}

impl std::error::Error for Rejected {}
