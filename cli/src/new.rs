//! `hebe new`: a contract to begin with.
//!
//! The templates are in contracts/template, and those samples that are worth beginning with; they get another name and
//! the place of the SDK.

use crate::{
    Mistake,
    output::{Printout, document},
};
use clap::ValueEnum;
use serde_json::json;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Begin a contract: its source, its tests, and all that building it needs.
#[derive(clap::Args)]
#[command(after_help = "Exit code: 0 it is there; 2 it could not be made, and nothing was.")]
pub(crate) struct Arguments {
    /// The new folder; its last part is the contract's name
    #[arg(value_name = "NAME")]
    folder: PathBuf,

    /// What to begin with
    #[arg(long, value_enum, default_value_t = Kind::Counter)]
    template: Kind,

    /// What to write it in
    #[arg(long, value_enum, default_value_t = Language::Rust)]
    language: Language,

    /// Where the SDK is: the folder contracts/sdk of Hebe's source [default: of the source that this
    /// `hebe` was built from]
    #[arg(long, value_name = "FOLDER")]
    sdk: Option<PathBuf>,

    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// What a contract is begun as.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// A number that grows
    Counter,
    /// A token: balances and allowances
    Erc20,
    /// Things that each have one owner
    Erc721,
}

/// What a contract is written in.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Language {
    Rust,
    C,
}

/// A file of a template: where it goes, what is in it, and what it is. In both, `counter` is the contract's name.
type File = (&'static str, &'static str, &'static str);

macro_rules! template {
    ($path:literal) => {
        include_str!(concat!("../../contracts/template/", $path))
    };
}

/// Beside the contract and its tests, what every package in Rust has.
const RUST: &[File] = &[
    (
        "Cargo.toml",
        template!("rust/Cargo.toml"),
        "where the SDK is, and how small the binary is to be",
    ),
    ("tests/Cargo.toml", template!("rust/tests.toml"), "where the library for tests is"),
    (".cargo/config.toml", template!("rust/.cargo/config.toml"), "where the contract's stack lies"),
    (".gitignore", template!("rust/.gitignore"), "what not to commit"),
];

const C: &[File] = &[
    ("hebe.h", include_str!("../../contracts/c/hebe.h"), "what a contract can call"),
    ("tests/Cargo.toml", template!("c/tests.toml"), "where the library for tests is"),
    (".gitignore", template!("c/.gitignore"), "what not to commit"),
];

const SOURCE: &str = "the contract";
const TESTS: &str = "its tests";
const RUST_TESTS: &str = "its tests in Rust";
const ABI: &str = "its interface";

/// The files of a template.
///
/// # Errors
///
/// A [`Mistake`] where there is none.
fn template(kind: Kind, language: Language) -> Result<Vec<File>, Mistake> {
    let (own, common): (&[File], _) = match (language, kind) {
        (Language::Rust, Kind::Counter) => (
            &[
                ("src/lib.rs", template!("rust/counter/lib.rs"), SOURCE),
                ("counter.test.toml", template!("rust/counter/test.toml"), TESTS),
                ("tests/contract.rs", template!("rust/counter/contract.rs"), RUST_TESTS),
            ],
            RUST,
        ),
        (Language::Rust, Kind::Erc20) => (
            &[
                ("src/lib.rs", include_str!("../../contracts/rust/erc20/src/lib.rs"), SOURCE),
                ("counter.test.toml", template!("rust/erc20/test.toml"), TESTS),
                ("tests/contract.rs", template!("rust/erc20/contract.rs"), RUST_TESTS),
            ],
            RUST,
        ),
        (Language::Rust, Kind::Erc721) => (
            &[
                ("src/lib.rs", include_str!("../../contracts/rust/erc721/src/lib.rs"), SOURCE),
                ("counter.test.toml", template!("rust/erc721/test.toml"), TESTS),
                ("tests/contract.rs", template!("rust/erc721/contract.rs"), RUST_TESTS),
            ],
            RUST,
        ),
        (Language::C, Kind::Counter) => (
            &[
                ("counter.c", template!("c/counter/counter.c"), SOURCE),
                ("abi.json", template!("c/counter/abi.json"), ABI),
                ("counter.test.toml", template!("c/counter/test.toml"), TESTS),
                ("tests/contract.rs", template!("c/counter/contract.rs"), RUST_TESTS),
            ],
            C,
        ),
        (Language::C, Kind::Erc20) => (
            &[
                ("counter.c", include_str!("../../contracts/c/erc20/erc20.c"), SOURCE),
                ("keccak.h", include_str!("../../contracts/c/keccak.h"), "Ethereum's hash"),
                ("abi.json", include_str!("../../contracts/wasm/erc20_rust.abi.json"), ABI),
                ("counter.test.toml", template!("c/erc20/test.toml"), TESTS),
                ("tests/contract.rs", template!("rust/erc20/contract.rs"), RUST_TESTS),
            ],
            C,
        ),
        (Language::C, Kind::Erc721) => {
            return Err(Mistake(
                "there is no template erc721 in C; there are counter and erc20".to_owned(),
            ));
        }
    };
    Ok([own, common].concat())
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
    let template = template(arguments.template, arguments.language)?;
    let files: Vec<_> = template
        .iter()
        .map(|(path, text, what)| {
            (path.replace("counter", name), fill(text, name, &sdk, arguments.language), *what)
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
            "{folder}: a contract to begin with\n{list}\nNext:\n    \
             cd {folder}\n    \
             hebe build\n    \
             hebe test\n    \
             cargo test --manifest-path tests/Cargo.toml\n"
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
fn fill(text: &str, name: &str, sdk: &str, language: Language) -> String {
    let library = match language {
        Language::Rust => name.replace('-', "_"),
        Language::C => name.to_owned(),
    };
    let testing = Path::new(sdk).join("../../tests");
    let testing = testing.canonicalize().unwrap_or(testing).display().to_string();
    // A string of JSON is one of TOML too.
    text.replace(r#""../../sdk""#, &json!(sdk).to_string())
        .replace(r#""../../../tests""#, &json!(testing).to_string())
        .replace(r#"name = "counter"#, &format!(r#"name = "{name}"#))
        .replace("release/counter.wasm", &format!("release/{library}.wasm"))
        .replace("build/counter.wasm", &format!("build/{library}.wasm"))
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
