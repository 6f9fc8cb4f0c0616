//! AssemblyScript: `asc` from npm.

use crate::toolchain::{Compiler, Toolchain, output};
use crate::{Problem, Sample, folder, npm, read_text};
use std::{path::PathBuf, process::Command};

struct AssemblyScript {
    asc: PathBuf,
}

pub(crate) fn toolchain() -> Result<Toolchain, Problem> {
    let (folder, number) = npm::package("assemblyscript", "AssemblyScript")?;
    let (_, binaryen) = npm::installed("binaryen")?;
    Ok(Toolchain {
        version: format!("assemblyscript {number}, binaryen {binaryen}"),
        compiler: Box::new(AssemblyScript { asc: folder.join("bin/asc.js") }),
    })
}

/// Before the name of the binary.
pub(crate) const FLAGS: &[&str] = &[
    "--runtime",
    "stub",
    "--optimizeLevel",
    "3",
    "--shrinkLevel",
    "2",
    "--converge",
    "--noAssert",
    "--use",
    "abort=",
    "--disable",
    "nontrapping-f2i",
    "--maximumMemory",
    "16",
    "--outFile",
];

impl Compiler for AssemblyScript {
    fn compile(&self, sample: &Sample) -> Result<Vec<u8>, Problem> {
        read_text(&sample.source())?;
        let scratch = tempfile::tempdir()
            .map_err(|error| Problem(format!("no folder for temporary files: {error}")))?;
        let wasm = scratch.path().join("contract.wasm");
        let mut command = Command::new("node");
        command.current_dir(folder()).arg(&self.asc).arg(&sample.source).args(FLAGS).arg(&wasm);
        output(&mut command, &[])
            .map_err(|problem| Problem(format!("{}: {problem}", sample.source)))?;
        std::fs::read(&wasm).map_err(|error| Problem(format!("{}: {error}", sample.source)))
    }
}
