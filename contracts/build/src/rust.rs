//! Rust: the target `wasm32v1-none`, which is exactly what contracts may use.
//!
//! It comes with rustup, or, where that can't download, from Debian: a compiler, the source of its
//! library, which Cargo then builds too (an unstable option, which `RUSTC_BOOTSTRAP` allows), and a
//! linker.

use crate::project::{Package, run};
use crate::toolchain::{Compiler, Toolchain, numbers, output, version};
use crate::{Problem, Sample, folder, read_text};
use std::{env, path::Path, path::PathBuf, process::Command};

pub(crate) const TARGET: &str = "wasm32v1-none";

/// What the guests' Cargo.toml asks for as `rust-version`.
const OLDEST: (u32, u32) = (1, 95);

const HOW: &str = "get the target with `rustup target add wasm32v1-none`, or on Debian \
                   `apt-get install rustc-web rust-web-src lld-22`";

/// Linkers that Debian's compiler can work with, newest first.
const LINKERS: &[&str] = &["wasm-ld-22", "wasm-ld-21", "wasm-ld-20", "wasm-ld-19", "wasm-ld"];

struct Rust {
    rustc: PathBuf,
    /// Where the compiler's library is built from source, the linker; `None` where the target is
    /// installed, and has its own.
    linker: Option<&'static str>,
}

/// `cargo build` with whatever a package of a contract needs beyond its own files: for tests of packages outside
/// of this repository.
///
/// # Errors
///
/// A [`Problem`] if there is no compiler for contracts.
pub fn cargo_build() -> Result<Command, Problem> {
    find(None).map(|(_, rust)| rust.cargo())
}

pub(crate) fn toolchain(recorded: Option<&str>) -> Result<Toolchain, Problem> {
    let (version, rust) = find(recorded)?;
    Ok(Toolchain { version, compiler: Box::new(rust) })
}

/// The compiler, and its version with those of its parts.
fn find(recorded: Option<&str>) -> Result<(String, Rust), Problem> {
    let mut found: Option<(String, Rust)> = None;
    let mut old = None;
    for rustc in [PathBuf::from("rustc"), PathBuf::from("/usr/bin/rustc")] {
        let Some((name, sysroot)) = version(&rustc).zip(sysroot(&rustc)) else {
            continue;
        };
        let (version, linker) = if sysroot.join("lib/rustlib").join(TARGET).is_dir() {
            (format!("{name}, {TARGET}"), None)
        } else if sysroot.join("lib/rustlib/src/rust/library/core").is_dir()
            && let Some((linker, linker_name)) = linker()
        {
            (format!("{name}, its library from source, {linker_name}"), Some(linker))
        } else {
            continue;
        };
        if numbers(&name) < Some(OLDEST) {
            old = Some(name);
            continue;
        }
        let is_recorded = recorded == Some(version.as_str());
        if found.is_none() || is_recorded {
            found = Some((version, Rust { rustc, linker }));
        }
    }
    found.ok_or_else(|| {
        let (major, minor) = OLDEST;
        Problem(match old {
            Some(old) => format!(
                "{old} is too old for the Rust contracts: {major}.{minor} or later is needed; {HOW}"
            ),
            None => format!("no Rust compiler with the target {TARGET}: {HOW}"),
        })
    })
}

fn sysroot(rustc: &Path) -> Option<PathBuf> {
    let text = output(Command::new(rustc).args(["--print", "sysroot"]), &[]).ok()?;
    Some(PathBuf::from(text.trim()))
}

fn cargo_home() -> Option<PathBuf> {
    let given = env::var_os("CARGO_HOME").map(PathBuf::from);
    given.or_else(|| env::home_dir().map(|home| home.join(".cargo")))
}

/// The package that a `Cargo.toml` is of.
///
/// # Errors
///
/// What Cargo says about it.
pub(crate) fn package(manifest: &Path) -> Result<Package, Problem> {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args(["metadata", "--format-version=1", "--color=never", "--manifest-path"])
        .arg(manifest);
    let text = output(&mut command, &[])
        .map_err(|problem| Problem(format!("{}: {problem}", manifest.display())))?;
    let metadata = serde_json::from_str(&text)
        .map_err(|error| Problem(format!("what `cargo metadata` says can't be read: {error}")))?;
    Package::read(manifest, &metadata)
}

/// Compiles a package of an author's. Gives the binary and the compiler's version.
///
/// # Errors
///
/// A [`Problem`] if there is no compiler, or it failed.
pub(crate) fn compile_package(
    package: &Package,
    debug: bool,
) -> Result<(Vec<u8>, String), Problem> {
    let (version, rust) = find(None)?;
    let mut flags = Rust::common_flags(16_384, package.uses_sdk);
    // The same source gives the same bytes in any folder and for any user. The longest path comes last, for it counts.
    let mut folders: Vec<(PathBuf, String)> = Vec::new();
    folders.extend(cargo_home().map(|home| (home, "/cargo".to_owned())));
    folders.extend(sysroot(&rust.rustc).map(|sysroot| (sysroot, "/rust".to_owned())));
    folders.extend(package.local.iter().map(|(folder, name)| (folder.clone(), format!("/{name}"))));
    folders.sort_by_key(|(folder, _)| folder.as_os_str().len());
    flags.extend(
        folders.iter().map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display())),
    );
    let mut command = rust.cargo();
    command
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"))
        .env("CARGO_INCREMENTAL", "0")
        // Names of functions explain a refusal, and are left out of the contract all the same.
        .env("CARGO_PROFILE_RELEASE_STRIP", "debuginfo")
        .args(["--quiet", "--release", "--lib", "--manifest-path"])
        .arg(&package.manifest)
        .args(["--package", &package.name]);
    if package.uses_sdk {
        let debug = if debug { ",hebe-sdk/debug" } else { "" };
        command.arg("--features").arg(format!("hebe-sdk/abi-section{debug}"));
    }
    run(&mut command, &package.manifest)?;
    let path = package.binary();
    let raw = std::fs::read(&path)
        .map_err(|error| Problem(format!("{} can't be read: {error}", path.display())))?;
    Ok((raw, version))
}

fn linker() -> Option<(&'static str, String)> {
    LINKERS.iter().find_map(|linker| Some((*linker, version(linker)?)))
}

impl Compiler for Rust {
    fn compile(&self, sample: &Sample) -> Result<Vec<u8>, Problem> {
        let source = sample.source();
        let (package, binary) = if source.extension().is_some_and(|extension| extension == "rs") {
            let package = source.ancestors().find(|folder| folder.join("Cargo.toml").exists());
            (package.unwrap_or(&source).to_owned(), source.file_stem())
        } else {
            (source.clone(), None)
        };
        let manifest = read_text(&package.join("Cargo.toml"))?;
        let manifest: toml::Table = toml::from_str(&manifest)
            .map_err(|error| Problem(format!("{}: {}", sample.source, error.message())))?;
        let name = manifest.get("package").and_then(|package| package.get("name"));
        let Some(name) = name.and_then(toml::Value::as_str) else {
            return Err(Problem(format!("{}: its Cargo.toml names no package", sample.source)));
        };

        let packages = manifest.get("dependencies");
        let uses_sdk = packages.is_some_and(|packages| packages.get("hebe-sdk").is_some());
        let mut command = self.cargo();
        let target = folder().join("target");
        command
            .current_dir(folder())
            .env("CARGO_ENCODED_RUSTFLAGS", self.flags(&sample.profile, uses_sdk)?)
            .env("CARGO_TARGET_DIR", &target)
            .env("CARGO_INCREMENTAL", "0")
            .args(["--locked", "--profile", &sample.profile, "--package", name]);
        if let Some(binary) = binary {
            command.arg("--bin").arg(binary);
        }
        if uses_sdk {
            command.args(["--features", "hebe-sdk/abi-section"]);
        }
        output(&mut command, &[])
            .map_err(|problem| Problem(format!("{}: {problem}", sample.source)))?;
        let file = match binary {
            Some(binary) => binary.to_string_lossy().into_owned(),
            None => name.replace('-', "_"),
        };
        let path = target.join(TARGET).join(&sample.profile).join(file).with_extension("wasm");
        std::fs::read(&path).map_err(|error| {
            Problem(format!(
                "{}: {} can't be read: {error}; is the package a cdylib?",
                sample.source,
                path.display()
            ))
        })
    }
}

impl Rust {
    /// `cargo build` for the target with this compiler.
    fn cargo(&self) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        // What the caller's environment says of other builds must not change this one.
        for (variable, _) in env::vars_os() {
            let name = variable.to_string_lossy();
            if name.ends_with("RUSTFLAGS")
                || name.starts_with("CARGO_BUILD_")
                || name.starts_with("CARGO_PROFILE_")
            {
                command.env_remove(&variable);
            }
        }
        command.env("RUSTC", &self.rustc).env("RUSTC_BOOTSTRAP", "1");
        command.args(["build", "--color=never", "--target", TARGET]);
        if let Some(linker) = self.linker {
            command.env("CARGO_TARGET_WASM32V1_NONE_LINKER", linker).arg("-Zbuild-std=core,alloc");
        }
        command
    }

    /// Flags that every contract is compiled with; some only where it is written with the SDK.
    fn common_flags(stack: u32, uses_sdk: bool) -> Vec<String> {
        let mut flags = vec![
            "-Clink-arg=--export=main".to_owned(),
            "-Clink-arg=--compress-relocations".to_owned(),
            // The stack lies below everything else, so using it up is a trap. A page of memory costs gas, and a
            // contract that computes little has room for all it needs on the first, which is free.
            format!("-Clink-arg=-zstack-size={stack}"),
            "-Clink-arg=--stack-first".to_owned(),
            // Copying and clearing as instructions, where the library would bring loops: 2 KB less, and less gas.
            "-Ctarget-feature=+bulk-memory".to_owned(),
        ];
        if uses_sdk {
            // Where in its source a contract panicked is nobody's business on a chain: 1 KB of paths. Both this and what
            // the SDK does under `hebe_build` are unstable, which `RUSTC_BOOTSTRAP` allows.
            flags.extend(["-Zlocation-detail=none".to_owned(), "--cfg=hebe_build".to_owned()]);
        }
        flags
    }

    /// Flags that make small binaries without a trace of this machine, separated as Cargo wants them.
    fn flags(&self, profile: &str, uses_sdk: bool) -> Result<String, Problem> {
        let problem = |error: std::io::Error| Problem(format!("the folder contracts: {error}"));
        let contracts = folder().canonicalize().map_err(problem)?;
        let home = cargo_home();
        let mut flags =
            Self::common_flags(if profile == "release" { 16_384 } else { 65_536 }, uses_sdk);
        let mut remap = |from: &Path, to: &str| {
            flags.push(format!("--remap-path-prefix={}={to}", from.display()));
        };
        remap(&contracts, "/contracts");
        if let Some(home) = home {
            remap(&home, "/cargo");
        }
        if let Some(sysroot) = sysroot(&self.rustc) {
            remap(&sysroot, "/rust");
        }
        Ok(flags.join("\x1f"))
    }
}
