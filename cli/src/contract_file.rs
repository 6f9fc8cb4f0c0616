//! Reads a contract from a file, whatever form it is in.

use crate::Mistake;
use hebe_testing::contract_file;
pub(crate) use hebe_testing::contract_file::{Contract, Section};
use std::path::Path;

/// The bytes of the contract in a file; `-` is standard input.
///
/// # Errors
///
/// A [`Mistake`] that names the file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Mistake> {
    contract_file::read(path).map_err(Mistake)
}

/// The contract in a file as it is deployed, and its interface: from the file `abi`, or found with the contract.
///
/// # Errors
///
/// A [`Mistake`] that names the file.
pub(crate) fn load(path: &Path, abi: Option<&Path>) -> Result<Contract, Mistake> {
    contract_file::load(path, abi).map_err(Mistake)
}

/// Init code that carries something at its end.
///
/// # Errors
///
/// A [`Mistake`] where its length does not fit.
pub(crate) fn with_section(
    init_code: &[u8],
    section: Section,
    content: &[u8],
) -> Result<Vec<u8>, Mistake> {
    contract_file::with_section(init_code, section, content).map_err(Mistake)
}
