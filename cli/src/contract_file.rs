//! Reads a contract from a file, whatever form it is in.

use crate::Mistake;
use hebe_testing::contract_file;
use std::path::Path;

/// The bytes of the contract in a file; `-` is standard input.
///
/// # Errors
///
/// A [`Mistake`] that names the file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Mistake> {
    contract_file::read(path).map_err(Mistake)
}

/// Init code that carries the code it is to deploy.
///
/// # Errors
///
/// A [`Mistake`] where the runtime's length does not fit.
pub(crate) fn with_runtime(init_code: &[u8], runtime: &[u8]) -> Result<Vec<u8>, Mistake> {
    contract_file::with_runtime(init_code, runtime).map_err(Mistake)
}
