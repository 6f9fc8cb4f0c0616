//! C: clang and wasm-ld, without a C library.

use crate::project::run;
use crate::toolchain::{Compiler, Toolchain, major, output, version};
use crate::{Problem, Sample, folder, read_text};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// The oldest clang that is known to make such binaries.
const OLDEST: u32 = 19;

const HOW: &str = "on Debian `apt-get install clang-19 lld-19`";

const COMPILERS: &[&str] = &["clang-19", "clang"];

struct C {
    clang: &'static str,
    /// The linker that it would call.
    linker: PathBuf,
}

pub(crate) fn toolchain() -> Result<Toolchain, Problem> {
    let (version, c) = find()?;
    Ok(Toolchain { version, compiler: Box::new(c) })
}

/// The compiler, and its version with that of its linker.
fn find() -> Result<(String, C), Problem> {
    let found = COMPILERS.iter().find_map(|clang| Some((*clang, version(clang)?)));
    let Some((clang, name)) = found else {
        return Err(Problem(format!("no clang for the C contracts: {HOW}")));
    };
    if major(&name).is_none_or(|major| major < OLDEST) {
        return Err(Problem(format!(
            "`{name}` is too old for the C contracts: {OLDEST} or later is needed; {HOW}"
        )));
    }
    // The linker that this clang would call.
    let linker = output(Command::new(clang).arg("--print-prog-name=wasm-ld"), &[])?;
    let Some(linker_version) = version(linker.trim()) else {
        return Err(Problem(format!("{clang} finds no wasm-ld for the C contracts: {HOW}")));
    };
    let c = C { clang, linker: in_path(linker.trim()) };
    Ok((format!("{name}, {linker_version}"), c))
}

/// Where a program is that is called by its name.
fn in_path(name: &str) -> PathBuf {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&paths).map(|path| path.join(name)).find(|it| it.is_file());
    found.unwrap_or_else(|| name.into())
}

const FLAGS: &[&str] = &[
    "--target=wasm32",
    "-std=c23",
    "-Oz",
    "-flto",
    "-nostdlib",
    "-ffreestanding",
    "-Wall",
    "-Wextra",
    "-fvisibility=hidden",
    "-mbulk-memory",
    "-mno-reference-types",
    "-mno-multivalue",
    "-Wl,--no-entry",
    "-Wl,--compress-relocations",
    "-Wl,-z,stack-size=16384",
    "-Wl,--stack-first",
    // Loads and stores cost more in a memory that can have more than 16 pages.
    "-Wl,--max-memory=1048576",
];

/// Compiles a file of an author's. Gives the binary and the compiler's version.
///
/// # Errors
///
/// A [`Problem`] if there is no compiler, or it failed.
pub(crate) fn compile_file(source: &Path) -> Result<(Vec<u8>, String), Problem> {
    let (version, c) = find()?;
    let scratch = tempfile::tempdir()
        .map_err(|error| Problem(format!("no folder for temporary files: {error}")))?;
    let wasm = scratch.path().join("contract.wasm");
    let folder = source.parent().filter(|folder| *folder != Path::new(""));
    let mut command = c.command();
    // A relative path keeps this machine out of the binary.
    command.current_dir(folder.unwrap_or(Path::new("."))).args(FLAGS);
    command.args(["-Wl,--strip-debug", "-o"]).arg(&wasm);
    command.arg(source.file_name().unwrap_or(source.as_os_str()));
    run(&mut command, source)?;
    let raw =
        std::fs::read(&wasm).map_err(|error| Problem(format!("{}: {error}", source.display())))?;
    Ok((raw, version))
}

impl C {
    /// The compiler, to be given arguments. It looks for `wasm-opt` in `PATH` and would have it change the binary; so it
    /// gets none, and the same source gives the same bytes whatever else is installed.
    fn command(&self) -> Command {
        let mut command = Command::new(in_path(self.clang));
        command.env("PATH", "").arg(format!("-fuse-ld={}", self.linker.display()));
        command
    }
}

impl Compiler for C {
    fn compile(&self, sample: &Sample) -> Result<Vec<u8>, Problem> {
        // Clang would complain too, but of a temporary name.
        read_text(&sample.source())?;
        let scratch = tempfile::tempdir()
            .map_err(|error| Problem(format!("no folder for temporary files: {error}")))?;
        let wasm = scratch.path().join("contract.wasm");
        let mut command = self.command();
        // Relative paths keep this machine out of the binary.
        command
            .current_dir(folder())
            .args(FLAGS)
            .args(["-Werror", "-Ic", "-Wl,--strip-all", "-o"])
            .arg(&wasm)
            .arg(&sample.source);
        output(&mut command, &[])?;
        std::fs::read(&wasm).map_err(|error| Problem(format!("{}: {error}", sample.source)))
    }
}
