//! What was built, by what: `wasm/manifest.toml`.

use crate::{EntryKind, Language, Problem, folder, read_text};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{io::Write, path::Path};

/// The committed binaries, in the order of their names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// A row for each.
    #[serde(default)]
    pub contract: Vec<Entry>,
}

/// A binary and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its file is `NAME.wasm`.
    pub name: String,
    /// What it is written in.
    pub language: Language,
    /// Relative to `contracts/`.
    pub source: String,
    /// What the binary is when the VM runs it.
    pub entry: EntryKind,
    /// What compiled it, each part with its version.
    pub toolchain: String,
    /// In bytes.
    pub size: usize,
    /// SHA-256, in hex.
    pub sha256: String,
}

/// SHA-256, in hex.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

impl Manifest {
    /// The committed manifest; an empty one if there is none.
    ///
    /// # Errors
    ///
    /// A [`Problem`] if it can't be read.
    pub fn read() -> Result<Self, Problem> {
        let path = folder().join("wasm/manifest.toml");
        if !path.exists() {
            return Ok(Self::default());
        }
        toml::from_str(&read_text(&path)?).map_err(|error| {
            let text = error.to_string();
            Problem(format!("contracts/wasm/manifest.toml: {}", text.trim().replace('\n', " ")))
        })
    }

    /// The row of the contract `name`.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.contract.iter().find(|entry| entry.name == name)
    }

    /// Puts a row in the place of that with its name.
    pub(crate) fn put(&mut self, entry: Entry) {
        self.contract.retain(|other| other.name != entry.name);
        let place = self.contract.partition_point(|other| other.name < entry.name);
        self.contract.insert(place, entry);
    }

    /// Writes the manifest; whoever reads it meanwhile sees the old one or the new one.
    pub(crate) fn write(&self) -> Result<(), Problem> {
        let text = toml::to_string(self).expect("it is a table of strings and numbers");
        let head = "# Written by `cargo run -p hebe-contracts -- build`.\n\n";
        replace_file(&folder().join("wasm/manifest.toml"), format!("{head}{text}").as_bytes())
    }
}

/// Writes a file as a whole or not at all.
pub(crate) fn replace_file(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    let write = || {
        let folder = path.parent().expect("it is in a folder");
        std::fs::create_dir_all(folder)?;
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
        let mut file = builder.tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.persist(path)?;
        std::io::Result::Ok(())
    };
    write().map_err(|error| Problem(format!("{} can't be written: {error}", path.display())))
}
