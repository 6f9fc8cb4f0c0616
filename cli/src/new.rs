//! `hebe new`: a contract in Rust to begin with.
//!
//! It is the folder contracts/template, which is a contract itself, under another name and with the place
//! of the SDK in it.

use crate::{
    Mistake,
    output::{Printout, document},
};
use serde_json::json;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Begin a contract in Rust: its source, its tests, and all that Cargo needs.
#[derive(clap::Args)]
#[command(after_help = "Exit code: 0 it is there; 2 it could not be made, and nothing was.")]
pub(crate) struct Arguments {
    /// The new folder; its last part is the contract's name
    #[arg(value_name = "NAME")]
    folder: PathBuf,

    /// Where the SDK is: the folder contracts/sdk of Hebe's source [default: of the source that this
    /// `hebe` was built from]
    #[arg(long, value_name = "FOLDER")]
    sdk: Option<PathBuf>,

    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

macro_rules! template {
    ($($path:literal: $what:literal,)*) => {
        /// The files, each with what it is. Its tests have another name in the repository, for `hebe test
        /// contracts/` not to look for a binary that is not there.
        const TEMPLATE: &[(&str, &str, &str)] =
            &[$(($path, include_str!(concat!("../../contracts/template/", $path)), $what)),*];
    };
}

/// The end of the name of a contract's tests.
const TESTS: &str = "test.toml";

template! {
    "src/lib.rs": "the contract",
    "test.toml": "its tests",
    "Cargo.toml": "where the SDK is, and how small the binary is to be",
    ".cargo/config.toml": "where the contract's stack lies",
    ".gitignore": "what not to commit",
}

/// Runs the command.
///
/// # Errors
///
/// A [`Mistake`] about the name, the SDK, or the folder. Then nothing was made.
pub(crate) fn new(arguments: &Arguments) -> Result<Printout, Mistake> {
    let folder = &arguments.folder;
    let name = name(folder)?;
    let sdk = sdk(arguments.sdk.as_deref())?;
    let files: Vec<_> = TEMPLATE
        .iter()
        .map(|(path, text, what)| {
            let path = if *path == TESTS { format!("{name}.{TESTS}") } else { (*path).to_owned() };
            (path, fill(text, name, &sdk), *what)
        })
        .collect();
    create(folder, &files)?;

    let text = if arguments.json {
        let files: Vec<_> = files.iter().map(|(path, ..)| path).collect();
        document(&json!({ "folder": folder.display().to_string(), "files": files }))
    } else {
        let width = files.iter().map(|(path, ..)| path.len()).max().unwrap_or_default();
        let list: String =
            files.iter().map(|(path, _, what)| format!("  {path:width$}  {what}\n")).collect();
        let folder = folder.display();
        format!(
            "{folder}: a counter, to make another contract of\n{list}\nNext:\n    \
             cd {folder}\n    \
             rustup target add wasm32v1-none        # once\n    \
             cargo build --release --target wasm32v1-none\n    \
             hebe test {name}.test.toml\n"
        )
    };
    Ok(Printout { text, problems: Vec::new(), code: 0 })
}

/// The contract's name, which is a package's.
fn name(folder: &Path) -> Result<&str, Mistake> {
    let shown = folder.display();
    let Some(name) = folder.file_name().and_then(|name| name.to_str()) else {
        return Err(Mistake(format!("`{shown}` does not end in a name")));
    };
    let is_name = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c));
    if !is_name {
        return Err(Mistake(format!(
            "`{name}` can't be a contract's name: use small letters, digits, `-` and `_`, a letter first"
        )));
    }
    if is_taken(name) {
        return Err(Mistake(format!(
            "`{name}` can't be a contract's name: it means something else to Rust or Cargo"
        )));
    }
    Ok(name)
}

/// Rust's keywords, the names of its libraries, and what Cargo would confuse with something of its own.
fn is_taken(name: &str) -> bool {
    const TAKEN: &[&str] = &[
        "abstract",
        "alloc",
        "as",
        "async",
        "await",
        "become",
        "box",
        "break",
        "const",
        "continue",
        "core",
        "crate",
        "do",
        "dyn",
        "else",
        "enum",
        "extern",
        "false",
        "final",
        "fn",
        "for",
        "gen",
        "hebe_sdk",
        "hebe_sdk_keccak",
        "hebe_sdk_macros",
        "if",
        "impl",
        "in",
        "let",
        "loop",
        "macro",
        "match",
        "mod",
        "move",
        "mut",
        "override",
        "priv",
        "proc_macro",
        "pub",
        "ref",
        "return",
        "self",
        "static",
        "std",
        "struct",
        "super",
        "test",
        "trait",
        "true",
        "try",
        "type",
        "typeof",
        "unsafe",
        "unsized",
        "use",
        "virtual",
        "where",
        "while",
        "yield",
    ];
    TAKEN.contains(&name.replace('-', "_").as_str())
}

/// Where the SDK is, as a whole path.
fn sdk(given: Option<&Path>) -> Result<String, Mistake> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts/sdk");
    let sdk = given.unwrap_or(&own);
    let is_sdk = fs::read_to_string(sdk.join("Cargo.toml"))
        .is_ok_and(|manifest| manifest.lines().any(|line| line == r#"name = "hebe-sdk""#));
    let path = sdk.canonicalize().ok().filter(|_| is_sdk);
    match (path, given) {
        (Some(path), _) => match path.to_str() {
            Some(path) => Ok(path.to_owned()),
            None => {
                Err(Mistake(format!("Cargo can't be told of {}: it is not UTF-8", path.display())))
            }
        },
        (None, Some(given)) => {
            Err(Mistake(format!("{} is not Hebe's folder contracts/sdk", given.display())))
        }
        (None, None) => Err(Mistake(
            "the source that this `hebe` was built from is gone; say where Hebe's folder \
             contracts/sdk is with --sdk"
                .to_owned(),
        )),
    }
}

/// The template's text for this contract.
fn fill(text: &str, name: &str, sdk: &str) -> String {
    let library = name.replace('-', "_");
    // A string of JSON is one of TOML too.
    text.replace(r#""../sdk""#, &json!(sdk).to_string())
        .replace(r#"name = "counter""#, &format!(r#"name = "{name}""#))
        .replace("counter.test.toml", &format!("{name}.test.toml"))
        .replace("release/counter.wasm", &format!("release/{library}.wasm"))
}

/// Makes the folder with all its files, or nothing.
fn create(folder: &Path, files: &[(String, String, &str)]) -> Result<(), Mistake> {
    let shown = folder.display();
    if folder.symlink_metadata().is_ok() {
        return Err(Mistake(format!("{shown} is there already, and is left as it is")));
    }
    let parent = match folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let make = || {
        // It gets its name when it is complete.
        let scratch = tempfile::Builder::new().prefix(".hebe-new-").tempdir_in(parent)?;
        for (path, text, _) in files {
            let path = scratch.path().join(path);
            fs::create_dir_all(path.parent().unwrap_or(scratch.path()))?;
            fs::write(path, text)?;
        }
        #[cfg(unix)]
        fs::set_permissions(scratch.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
        fs::rename(scratch.path(), folder)?;
        // There is nothing left to clear away.
        let _ = scratch.keep();
        io::Result::Ok(())
    };
    make().map_err(|error| Mistake(format!("{shown} can't be made: {}", reason(&error, parent))))
}

/// The error, without the name of a temporary folder in it.
fn reason(error: &io::Error, parent: &Path) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => format!("there is no folder {}", parent.display()),
        io::ErrorKind::PermissionDenied => {
            format!("the folder {} can't be written to", parent.display())
        }
        io::ErrorKind::NotADirectory => format!("{} is not a folder", parent.display()),
        kind => kind.to_string(),
    }
}
