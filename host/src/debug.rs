//! The `debug` module: printing, for contract authors.

use crate::HostFunction;

/// The rows of the module.
pub(crate) const FUNCTIONS: &[HostFunction] = &[];
