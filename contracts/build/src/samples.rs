//! Which contracts there are.

use crate::{Problem, folder, read_text};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;

/// A row of `contracts.toml`, whose first lines say what the fields mean.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// The binary is `wasm/NAME.wasm`.
    pub name: String,
    /// What it is written in.
    pub language: Language,
    /// Relative to `contracts/`.
    pub source: String,
    /// What the binary is when the VM runs it.
    #[serde(default)]
    pub entry: EntryKind,
    /// The Cargo profile of a Rust contract.
    #[serde(default = "release")]
    pub profile: String,
}

fn release() -> String {
    "release".to_owned()
}

/// What a contract is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Language {
    Rust,
    C,
    AssemblyScript,
    Solidity,
}

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Rust => "rust",
            Self::C => "c",
            Self::AssemblyScript => "assemblyscript",
            Self::Solidity => "solidity",
        })
    }
}

/// What a binary is when the VM runs it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EntryKind {
    /// The code of a contract.
    #[default]
    Runtime,
    /// Code that creates one: what it finishes with is the contract.
    Init,
    /// A contract that, run as init code, finishes with itself.
    Both,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    contract: Vec<Sample>,
}

impl Sample {
    /// Where its source is.
    pub fn source(&self) -> PathBuf {
        folder().join(&self.source)
    }
}

/// All samples, or those with these names.
///
/// # Errors
///
/// A [`Problem`] if the table can't be read or has no such name.
pub fn samples(names: &[String]) -> Result<Vec<Sample>, Problem> {
    let path = folder().join("contracts.toml");
    let table: Table = toml::from_str(&read_text(&path)?).map_err(|error| {
        let text = error.to_string();
        Problem(format!("contracts/contracts.toml: {}", text.trim().replace('\n', " ")))
    })?;
    let all = table.contract;
    for name in names {
        if !all.iter().any(|sample| sample.name == *name) {
            return Err(Problem(format!(
                "there is no contract `{name}`; `list` shows those that there are"
            )));
        }
    }
    Ok(all.into_iter().filter(|sample| names.is_empty() || names.contains(&sample.name)).collect())
}
