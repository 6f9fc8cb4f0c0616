//! An author's project: what it is, and how it is built. The samples have a way of their own, since they share a
//! workspace; what compiles them is the same.

use crate::{
    Problem, c, read_text, rust,
    shrink::{Shrunk, shrink},
    toolchain::version,
};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// What is in a folder, or what a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Project {
    /// A package of Cargo's that depends on the SDK, or is a contract without it.
    Rust {
        /// Its `Cargo.toml`.
        manifest: PathBuf,
    },
    /// A file in C.
    C {
        /// The file.
        source: PathBuf,
    },
    /// A file in AssemblyScript.
    AssemblyScript {
        /// The file.
        source: PathBuf,
    },
}

/// A contract that was built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compiled {
    /// The contract's name: the package's or the file's.
    pub name: String,
    /// The binary, with nothing in it that a contract doesn't need.
    pub code: Vec<u8>,
    /// What the SDK's macros left for tools, if they did.
    pub interface: Option<String>,
    /// The binary as the compiler left it, with the names of functions, to explain a refusal by.
    pub raw: Vec<u8>,
    /// Where the binary belongs.
    pub output: PathBuf,
    /// The compiler and its version.
    pub toolchain: String,
}

/// Sources in a folder, by their extensions, and what they are called.
const LANGUAGES: [(&str, &str); 2] = [("c", "C"), ("ts", "AssemblyScript")];

impl Project {
    /// The project at a path: a file, or a folder with a `Cargo.toml`, or with one contract in C or AssemblyScript.
    ///
    /// # Errors
    ///
    /// A [`Problem`] says what was looked for.
    pub fn find(path: &Path) -> Result<Self, Problem> {
        let shown = path.display();
        if !path.exists() {
            return Err(Problem(format!("there is no {shown}")));
        }
        if path.is_file() {
            return match (path.file_name().and_then(|name| name.to_str()), extension(path)) {
                (Some("Cargo.toml"), _) => Ok(Self::Rust { manifest: path.to_owned() }),
                (_, "c") => Ok(Self::C { source: path.to_owned() }),
                (_, "ts") => Ok(Self::AssemblyScript { source: path.to_owned() }),
                (_, "rs") => Err(Problem(format!(
                    "{shown}: a contract in Rust is built from its package: name the folder with Cargo.toml"
                ))),
                _ => Err(Problem(format!(
                    "{shown} is neither Cargo.toml nor a source in C or AssemblyScript"
                ))),
            };
        }
        let manifest = path.join("Cargo.toml");
        if manifest.is_file() {
            return Ok(Self::Rust { manifest });
        }
        let unreadable = |error| Problem(format!("{shown} can't be read: {error}"));
        let mut sources = Vec::new();
        for entry in std::fs::read_dir(path).map_err(unreadable)? {
            let source = entry.map_err(unreadable)?.path();
            if is_contract(&source) {
                sources.push(source);
            }
        }
        sources.sort();
        match &sources[..] {
            [source] => Self::find(source),
            [] => Err(Problem(format!(
                "there is no contract in {shown}: no Cargo.toml, and no source in C or AssemblyScript that exports a \
                 contract; `hebe new` begins one"
            ))),
            several => {
                let names: Vec<_> = several.iter().map(|path| path.display().to_string()).collect();
                Err(Problem(format!(
                    "there are several contracts in {shown}: say which, {}",
                    names.join(" or ")
                )))
            }
        }
    }

    /// The folder that the project is in.
    pub fn folder(&self) -> &Path {
        let (Self::Rust { manifest: file }
        | Self::C { source: file }
        | Self::AssemblyScript { source: file }) = self;
        match file.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        }
    }

    /// Where the binary goes, without building it; what it is built from, for who asks whether it is older.
    ///
    /// # Errors
    ///
    /// A [`Problem`], where Cargo does not understand the package.
    pub fn output(&self) -> Result<PathBuf, Problem> {
        match self {
            Self::Rust { manifest } => Ok(rust::package(manifest)?.binary()),
            Self::C { source } | Self::AssemblyScript { source } => Ok(beside(self, source)),
        }
    }

    /// Compiles the contract. What the compiler says goes to standard error. With `debug`, what it prints by the
    /// SDK's `debug!` is in it.
    ///
    /// # Errors
    ///
    /// A [`Problem`] says what is missing, or that the compiler failed.
    pub fn compile(&self, debug: bool) -> Result<Compiled, Problem> {
        let (name, raw, output, toolchain) = match self {
            Self::Rust { manifest } => {
                let package = rust::package(manifest)?;
                let (raw, toolchain) = rust::compile_package(&package, debug)?;
                (package.name.replace('-', "_"), raw, package.binary(), toolchain)
            }
            Self::C { source } => {
                let (raw, toolchain) = c::compile_file(source)?;
                (stem(source), raw, beside(self, source), toolchain)
            }
            Self::AssemblyScript { source } => {
                let raw = assemblyscript(self.folder(), source)?;
                let node = version("node").unwrap_or_default();
                (stem(source), raw, beside(self, source), format!("AssemblyScript, Node.js {node}"))
            }
        };
        let Shrunk { code, abi } = shrink(&raw)?;
        Ok(Compiled { name, code, interface: abi, raw, output, toolchain })
    }

    /// The files that the binary is made of, as well as that is known: the sources beside it and below.
    pub fn sources(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut folders = vec![self.folder().to_owned()];
        while let Some(folder) = folders.pop() {
            let Ok(entries) = std::fs::read_dir(&folder) else { continue };
            for entry in entries.flatten() {
                let path = entry.path();
                let name = entry.file_name();
                let name = name.to_string_lossy();
                let is_folder = entry.file_type().is_ok_and(|it| it.is_dir());
                if is_folder {
                    if !["target", "build", "node_modules", "tests"].contains(&&*name)
                        && !name.starts_with('.')
                    {
                        folders.push(path);
                    }
                } else if ["rs", "c", "h", "ts"].contains(&extension(&path))
                    || ["Cargo.toml", "Cargo.lock", "abi.json"].contains(&&*name)
                {
                    files.push(path);
                }
            }
        }
        files.sort();
        files
    }
}

fn extension(path: &Path) -> &str {
    path.extension().and_then(|it| it.to_str()).unwrap_or_default()
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Whether a source is a contract, and not a part of one.
fn is_contract(source: &Path) -> bool {
    let is_source = LANGUAGES.iter().any(|(it, _)| *it == extension(source));
    is_source
        && read_text(source).is_ok_and(|text| match extension(source) {
            "c" => text.contains("CONTRACT ") || text.contains("export_name(\"main\")"),
            _ => text.contains("export function main"),
        })
}

/// Where a binary goes whose language has no place for it.
fn beside(project: &Project, source: &Path) -> PathBuf {
    project.folder().join("build").join(stem(source)).with_extension("wasm")
}

/// Compiles AssemblyScript with the compiler of the project, or of a folder above it.
fn assemblyscript(folder: &Path, source: &Path) -> Result<Vec<u8>, Problem> {
    const HOW: &str = "get it with `npm install --save-dev assemblyscript` in the project's folder";
    if version("node").is_none() {
        return Err(Problem(format!(
            "AssemblyScript needs Node.js 20 or later, and there is none; then {HOW}"
        )));
    }
    let here =
        folder.canonicalize().map_err(|error| Problem(format!("{}: {error}", folder.display())))?;
    let compiler = here
        .ancestors()
        .map(|folder| folder.join("node_modules/assemblyscript/bin/asc.js"))
        .find(|path| path.is_file());
    let compiler =
        compiler.ok_or_else(|| Problem(format!("there is no AssemblyScript compiler: {HOW}")))?;
    let file = source.file_name().unwrap_or(source.as_os_str());
    let scratch = tempfile::tempdir()
        .map_err(|error| Problem(format!("no folder for temporary files: {error}")))?;
    let wasm = scratch.path().join("contract.wasm");
    let mut command = Command::new("node");
    // A relative path keeps this machine out of the binary.
    command
        .current_dir(&here)
        .arg(compiler)
        .arg(file)
        .args(crate::assemblyscript::FLAGS)
        .arg(&wasm);
    run(&mut command, source)?;
    std::fs::read(&wasm).map_err(|error| Problem(format!("{}: {error}", source.display())))
}

/// Runs a compiler, whose messages are for the author.
pub(crate) fn run(command: &mut Command, source: &Path) -> Result<(), Problem> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command
        .stdout(std::process::Stdio::null())
        .status()
        .map_err(|error| Problem(format!("`{name}` can't be run: {error}")))?;
    match status.success() {
        true => Ok(()),
        false => Err(Problem(format!("{} could not be compiled: see above", source.display()))),
    }
}

/// A package of Cargo's.
#[derive(Clone, Debug)]
pub(crate) struct Package {
    pub(crate) manifest: PathBuf,
    pub(crate) name: String,
    /// The name of its library, whose binary is the contract.
    pub(crate) library: String,
    pub(crate) target: PathBuf,
    /// Folders of packages that come from this machine's disk, with what they are called.
    pub(crate) local: Vec<(PathBuf, String)>,
    pub(crate) uses_sdk: bool,
}

impl Package {
    /// The package, as `cargo metadata` tells it.
    pub(crate) fn read(manifest: &Path, metadata: &Value) -> Result<Self, Problem> {
        let shown = manifest.display();
        let path = manifest
            .canonicalize()
            .map_err(|error| Problem(format!("{shown} can't be read: {error}")))?;
        let packages = metadata["packages"].as_array().cloned().unwrap_or_default();
        let own = packages
            .iter()
            .find(|package| {
                package["manifest_path"].as_str().is_some_and(|it| Path::new(it) == path)
            })
            .ok_or_else(|| Problem(format!("{shown} is no package: name the folder of one")))?;
        let targets = own["targets"].as_array().cloned().unwrap_or_default();
        let is_contract = |target: &&Value| {
            target["kind"].as_array().is_some_and(|it| it.contains(&"cdylib".into()))
        };
        let library = targets.iter().find(is_contract).and_then(|target| target["name"].as_str());
        let library = library.ok_or_else(|| {
            Problem(format!(
                "{shown}: the package makes no contract: put `crate-type = [\"cdylib\"]` under [lib]"
            ))
        })?;
        let local =
            packages.iter().filter(|package| package["source"].is_null()).filter_map(|it| {
                let folder = Path::new(it["manifest_path"].as_str()?).parent()?.to_owned();
                Some((folder, it["name"].as_str()?.to_owned()))
            });
        let dependencies = own["dependencies"].as_array().cloned().unwrap_or_default();
        Ok(Self {
            manifest: path,
            name: own["name"].as_str().unwrap_or_default().to_owned(),
            library: library.replace('-', "_"),
            target: metadata["target_directory"].as_str().unwrap_or("target").into(),
            local: local.collect(),
            uses_sdk: dependencies.iter().any(|it| it["name"] == "hebe-sdk"),
        })
    }

    /// Where Cargo leaves the contract.
    pub(crate) fn binary(&self) -> PathBuf {
        let folder = self.target.join(rust::TARGET).join("release");
        folder.join(&self.library).with_extension("wasm")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_project_is_is_found_by_what_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let problem = |path: &Path| Project::find(path).unwrap_err().0;
        assert!(problem(folder.path()).contains("`hebe new` begins one"));
        assert!(problem(&path("none")).starts_with("there is no "));
        std::fs::write(path("part.c"), "int f(void);").unwrap();
        std::fs::write(path("a.c"), "CONTRACT void contract(void) {}").unwrap();
        assert_eq!(Project::find(folder.path()), Ok(Project::C { source: path("a.c") }));
        std::fs::write(path("b.ts"), "export function main(): void {}").unwrap();
        assert!(problem(folder.path()).contains("say which, "));
        assert_eq!(
            Project::find(&path("b.ts")),
            Ok(Project::AssemblyScript { source: path("b.ts") })
        );
        std::fs::write(path("Cargo.toml"), "").unwrap();
        assert_eq!(
            Project::find(folder.path()),
            Ok(Project::Rust { manifest: path("Cargo.toml") })
        );
        std::fs::write(path("lib.rs"), "").unwrap();
        assert!(problem(&path("lib.rs")).contains("name the folder with Cargo.toml"));
    }
}
