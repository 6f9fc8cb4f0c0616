//! C: clang and wasm-ld, without a C library.

use crate::toolchain::{Compiler, Toolchain, major, output, version};
use crate::{Problem, Sample, folder, read_text};
use std::process::Command;

/// The oldest clang that is known to make such binaries.
const OLDEST: u32 = 19;

const HOW: &str = "on Debian `apt-get install clang-19 lld-19`";

const COMPILERS: &[&str] = &["clang-19", "clang"];

struct C {
    clang: &'static str,
}

pub(crate) fn toolchain() -> Result<Toolchain, Problem> {
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
    let Some(linker) = version(linker.trim()) else {
        return Err(Problem(format!("{clang} finds no wasm-ld for the C contracts: {HOW}")));
    };
    Ok(Toolchain { version: format!("{name}, {linker}"), compiler: Box::new(C { clang }) })
}

impl Compiler for C {
    fn compile(&self, sample: &Sample) -> Result<Vec<u8>, Problem> {
        // Clang would complain too, but of a temporary name.
        read_text(&sample.source())?;
        let scratch = tempfile::tempdir()
            .map_err(|error| Problem(format!("no folder for temporary files: {error}")))?;
        let wasm = scratch.path().join("contract.wasm");
        let mut command = Command::new(self.clang);
        // Relative paths keep this machine out of the binary.
        command
            .current_dir(folder())
            .args(["--target=wasm32", "-std=c23", "-Oz", "-flto", "-nostdlib", "-ffreestanding"])
            .args(["-Wall", "-Wextra", "-Werror", "-fvisibility=hidden", "-Ic"])
            .args(["-mbulk-memory", "-mno-reference-types", "-mno-multivalue"])
            .args(["-Wl,--no-entry", "-Wl,--strip-all", "-Wl,--compress-relocations"])
            .args(["-Wl,-z,stack-size=16384", "-Wl,--stack-first", "-o"])
            .arg(&wasm)
            .arg(&sample.source);
        output(&mut command, &[])?;
        std::fs::read(&wasm).map_err(|error| Problem(format!("{}: {error}", sample.source)))
    }
}
