//! The sample contracts: their binaries, where these come from, and how they are built.
//!
//! Tests and benches take a contract with [`binary`], which reads what is committed and needs no
//! toolchain. The command (`cargo run -p hebe-contracts -- build`) makes the binaries anew:
//! [`Sample`]s are the table in `contracts.toml`, [`build()`] compiles them with the toolchains of their
//! languages, and the [`Manifest`] says what came of it.
//!
//! Not in here: running contracts. Nothing here installs anything.

#![forbid(unsafe_code)]

mod assemblyscript;
mod build;
mod c;
mod manifest;
mod npm;
mod project;
mod rust;
mod samples;
mod shrink;
mod solidity;
mod toolchain;

pub use build::{Built, build, write};
pub use manifest::{Entry, Manifest};
pub use project::{Compiled, Project};
pub use rust::cargo_build;
pub use samples::{EntryKind, Language, Sample, samples};
pub use toolchain::{Toolchain, toolchain};

use std::path::{Path, PathBuf};

/// What went wrong, in one line: what, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Problem(pub String);

/// The folder `contracts/`.
pub fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Where the committed binary of the contract `name` is.
pub fn path(name: &str) -> PathBuf {
    folder().join("wasm").join(name).with_extension("wasm")
}

/// Where the interface of the contract `name` is, as JSON. Those that are written with the SDK have one.
pub fn abi_path(name: &str) -> PathBuf {
    folder().join("wasm").join(name).with_extension("abi.json")
}

/// The committed binary of the contract `name`.
///
/// # Panics
///
/// If there is none: names are written in tests and benches, not typed.
pub fn binary(name: &str) -> Vec<u8> {
    let path = path(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The file's text.
fn read_text(path: &Path) -> Result<String, Problem> {
    std::fs::read_to_string(path)
        .map_err(|error| Problem(format!("{} can't be read: {error}", path.display())))
}
