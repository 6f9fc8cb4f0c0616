//! Which function of a library makes its VM, and what text says how to set it up.
//!
//! The rules are those of EVMC's own loader (`evmc_load`, `evmc_load_and_configure`), so that what
//! loads here loads in a client and the other way round.

use crate::{OptionRefused, RELEASES, abi::evmc_create_fn};
use std::path::{Path, PathBuf};

/// Why a library could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file is missing, or the system's loader refuses it.
    #[error("{path} can't be opened as a library: {problem}{}", hint(path))]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system's loader says.
        problem: String,
    },
    /// The library exports no function that makes a VM.
    #[error("{path} is not an EVMC library: it exports none of {}", tried.join(", "))]
    NoCreateFunction {
        /// The file.
        path: PathBuf,
        /// The names that were looked for.
        tried: Vec<String>,
    },
    /// The function that makes a VM returned null.
    #[error("{0} made no VM (its create function returned null)")]
    NoVm(String),
    /// The VM speaks a version of EVMC that Hebe does not.
    #[error(
        "{library} has EVMC ABI version {theirs}, and hebe speaks {}; so another build of it is needed",
        RELEASES.map(|release| release.abi.to_string()).join(", ")
    )]
    AbiVersion {
        /// Which library.
        library: String,
        /// The version it has.
        theirs: i32,
    },
    /// The VM lacks something that EVMC requires.
    #[error("{library} gives no {missing} (null pointer), which EVMC requires")]
    Incomplete {
        /// Which library.
        library: String,
        /// The field of `evmc_vm`.
        missing: &'static str,
    },
    /// The VM refused an option.
    #[error("{library}: {refused}")]
    Option {
        /// Which library.
        library: String,
        /// What it refused.
        refused: OptionRefused,
    },
}

/// What the system's loader says, which is behind what the crate says.
fn problem(error: &libloading::Error) -> String {
    let source = std::error::Error::source(error);
    source.map_or_else(|| error.to_string(), ToString::to_string)
}

/// A bare name is looked for among the system's libraries only, which is rarely what was meant.
fn hint(path: &Path) -> String {
    let bare = path.components().count() == 1 && !path.has_root();
    if bare {
        format!("; a file in the current directory is written ./{}", path.display())
    } else {
        String::new()
    }
}

/// The create function of the library at `path`.
///
/// The library is never unloaded: a VM may have started threads or registered functions to be run
/// when a thread or the process ends, and would take them away from under the process. Opening
/// the same file again gives the same library, so nothing piles up.
pub(crate) fn create_function(path: &Path) -> Result<evmc_create_fn, LoadError> {
    // SAFETY: native code is run; whoever names the file trusts it as much as a client that loads it.
    let library = unsafe { libloading::Library::new(path) }
        .map_err(|error| LoadError::Open { path: path.to_owned(), problem: problem(&error) })?;
    let library = Box::leak(Box::new(library));
    let tried = create_names(path);
    tried
        .iter()
        // SAFETY: EVMC gives every function of such a name this type.
        .find_map(|name| unsafe { library.get::<evmc_create_fn>(name.as_bytes()) }.ok())
        .map(|function| *function)
        .ok_or_else(|| LoadError::NoCreateFunction { path: path.to_owned(), tried })
}

/// The names under which the library at `path` may export its create function, in the order of trial:
/// by the file's name without `lib` and extensions, then with one word after another taken from
/// its front, then the plain `evmc_create`.
fn create_names(path: &Path) -> Vec<String> {
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let name = file.strip_prefix("lib").unwrap_or(&file);
    let name = name.split('.').next().unwrap_or_default().replace('-', "_");
    let mut names = Vec::new();
    let mut rest = Some(name.as_str());
    while let Some(name) = rest {
        names.push(format!("evmc_create_{name}"));
        rest = name.split_once('_').map(|(_, shorter)| shorter);
    }
    names.push("evmc_create".to_owned());
    names
}

/// Splits `LIB,option=value,...` into the library and its options. An option without `=` has an empty
/// value. As in EVMC's loader, neither path nor values can contain a comma.
pub fn parse_config(config: &str) -> (&str, Vec<(&str, &str)>) {
    let mut parts = config.split(',');
    let library = parts.next().unwrap_or_default();
    (library, parts.map(|option| option.split_once('=').unwrap_or((option, ""))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &str) -> String {
        create_names(Path::new(path)).join(" ").replace("evmc_create", "*")
    }

    #[test]
    fn names_are_derived_as_evmcs_loader_does() {
        assert_eq!(names("/usr/lib/libhebe.so"), "*_hebe *");
        assert_eq!(names("libhebe.so.0.1"), "*_hebe *");
        assert_eq!(names("hebe.dll"), "*_hebe *");
        assert_eq!(names("libhebe-1.2.so"), "*_hebe_1 *_1 *");
        assert_eq!(names("./my-old_hebe.so"), "*_my_old_hebe *_old_hebe *_hebe *");
        assert_eq!(names("lib.so"), "*_ *");
        assert_eq!(names("/"), "*_ *");
    }

    #[test]
    fn a_bare_name_gets_a_hint() {
        let error = |path: &str| create_function(Path::new(path)).unwrap_err().to_string();
        assert!(
            error("no-such.so")
                .ends_with("; a file in the current directory is written ./no-such.so")
        );
        assert!(!error("/no-such.so").contains("current directory"));
    }

    #[test]
    fn configurations_are_split_at_commas() {
        assert_eq!(parse_config("a.so"), ("a.so", vec![]));
        let options = vec![("engine", "auto"), ("sys:sentinel", "a=b"), ("trace", "")];
        assert_eq!(parse_config("a.so,engine=auto,sys:sentinel=a=b,trace"), ("a.so", options));
        assert_eq!(parse_config(""), ("", vec![]));
    }
}
