//! Compilers that come from npm, with the versions that `package-lock.json` names.

use crate::toolchain::{major, version};
use crate::{Problem, folder, read_text};
use std::path::PathBuf;

/// The oldest Node.js that both compilers run on.
const OLDEST: u32 = 20;

/// The installed package's folder and version; it must be the one that is asked for in
/// `package.json`.
pub(crate) fn package(name: &str, language: &str) -> Result<(PathBuf, String), Problem> {
    let node = version("node").ok_or_else(|| {
        Problem(format!(
            "no Node.js for the {language} contracts: get {OLDEST} or later from nodejs.org, or from \
             your system's packages (nodejs, npm)"
        ))
    })?;
    if major(&node).is_none_or(|major| major < OLDEST) {
        return Err(Problem(format!(
            "Node.js {node} is too old for the {language} contracts: {OLDEST} or later is needed"
        )));
    }
    let (package, installed) = installed(name)?;
    let wanted = field(&folder().join("package.json"), &["devDependencies", name])?;
    if installed != wanted {
        return Err(Problem(format!(
            "{name} is {installed}, not {wanted}: `npm ci --prefix contracts`"
        )));
    }
    Ok((package, installed))
}

/// A package that is installed, and its version.
pub(crate) fn installed(name: &str) -> Result<(PathBuf, String), Problem> {
    let package = folder().join("node_modules").join(name);
    if !package.join("package.json").exists() {
        return Err(Problem(format!(
            "the npm package {name} is missing: `npm ci --prefix contracts`"
        )));
    }
    let version = field(&package.join("package.json"), &["version"])?;
    Ok((package, version))
}

fn field(path: &std::path::Path, keys: &[&str]) -> Result<String, Problem> {
    let document: serde_json::Value = serde_json::from_str(&read_text(path)?)
        .map_err(|error| Problem(format!("{}: {error}", path.display())))?;
    let value = keys.iter().fold(&document, |value, key| &value[*key]);
    Ok(value.as_str().unwrap_or_default().to_owned())
}
