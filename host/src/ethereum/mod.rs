//! The `ethereum` module: the EEI's functions.

use crate::HostFunction;

/// The rows of the module.
pub(crate) const FUNCTIONS: &[HostFunction] = &[];
