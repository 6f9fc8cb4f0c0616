//! What compiles contracts, and how to get it where it is missing.

use crate::{Language, Problem, assemblyscript, c, rust, solidity};
use std::{
    ffi::OsStr,
    io::{Read, Seek, SeekFrom, Write},
    process::{Command, Stdio},
};

/// Something that compiles contracts of one language.
pub struct Toolchain {
    /// Its parts, each with its version, as the manifest has them.
    pub version: String,
    pub(crate) compiler: Box<dyn Compiler>,
}

/// A language's way from source to WebAssembly.
pub(crate) trait Compiler {
    /// Compiles one sample. What it prints is passed on only if it fails.
    fn compile(&self, sample: &crate::Sample) -> Result<Vec<u8>, Problem>;
}

/// The toolchain for `language`. Where several would do, the one that `recorded` names is preferred.
///
/// # Errors
///
/// A [`Problem`] says what is missing or too old, and how to get it.
pub fn toolchain(language: Language, recorded: Option<&str>) -> Result<Toolchain, Problem> {
    match language {
        Language::Rust => rust::toolchain(recorded),
        Language::C => c::toolchain(),
        Language::AssemblyScript => assemblyscript::toolchain(),
        Language::Solidity => solidity::toolchain(),
    }
}

/// What a program printed to standard output.
///
/// # Errors
///
/// If it is not there, or failed: what it said, its first error in one line.
pub(crate) fn output(command: &mut Command, input: &[u8]) -> Result<String, Problem> {
    let name = command.get_program().to_string_lossy().into_owned();
    let cant = |error: std::io::Error| Problem(format!("`{name}` can't be run: {error}"));
    // To a file, since a program of Node.js that exits loses what a pipe has not yet taken.
    let mut file = tempfile::tempfile().map_err(cant)?;
    command.stdin(Stdio::piped()).stderr(Stdio::piped());
    command.stdout(file.try_clone().map_err(cant)?);
    let mut child = command.spawn().map_err(cant)?;
    // A program that reads nothing closes the pipe; what it then says is of more interest.
    let _ = child.stdin.take().map(|mut pipe| pipe.write_all(input));
    let output = child.wait_with_output().map_err(cant)?;
    let mut printed = Vec::new();
    file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_end(&mut printed)).map_err(cant)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&printed).into_owned());
    }
    let said = if output.stderr.is_empty() { &printed } else { &output.stderr };
    let said = String::from_utf8_lossy(said);
    Err(Problem(format!("`{name}` failed: {}", first_error(&said))))
}

/// The first line that speaks of an error, and the line after it, which often says where.
fn first_error(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let is_error = |line: &&str| line.to_lowercase().contains("error");
    let first = lines.iter().position(is_error).unwrap_or(0);
    lines.iter().skip(first).take(2).copied().collect::<Vec<_>>().join(" ")
}

/// The first line of what `program --version` prints; `None` if it can't be run.
pub(crate) fn version(program: impl AsRef<OsStr>) -> Option<String> {
    let text = output(Command::new(program).arg("--version"), &[]).ok()?;
    text.lines().next().map(|line| line.trim().to_owned())
}

/// The first number of the first version in a line: 19 of `Debian clang version 19.1.7 (3)`.
pub(crate) fn major(version: &str) -> Option<u32> {
    numbers(version).map(|(major, _)| major)
}

/// The first two numbers of the first version in a line.
pub(crate) fn numbers(version: &str) -> Option<(u32, u32)> {
    version.split_whitespace().find_map(|word| {
        let mut parts = word.trim_start_matches('v').split('.');
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        assert_eq!(numbers("Debian clang version 19.1.7 (3~deb12u1)"), Some((19, 1)));
        assert_eq!(numbers("rustc 1.96.0 (ac68faa20 2026-05-25)"), Some((1, 96)));
        assert_eq!(numbers("v20.20.2"), Some((20, 20)));
        assert_eq!(major("no version at all"), None);
    }

    #[test]
    fn errors_are_one_line() {
        let said = "warning: x\n\nerror[E1]: no\n  --> a.rs:1\n  more\n";
        assert_eq!(first_error(said), "error[E1]: no --> a.rs:1");
        assert_eq!(first_error("just this"), "just this");
        assert_eq!(first_error(""), "");
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let problem = output(&mut Command::new("no-such-compiler"), &[]).unwrap_err();
        assert!(problem.0.starts_with("`no-such-compiler` can't be run: "), "{problem}");
        assert_eq!(version("no-such-compiler"), None);
    }

    #[test]
    fn what_a_failed_program_said_is_passed_on() {
        let mut cat = Command::new("cat");
        let problem = output(cat.arg("/no/such/file"), &[]).unwrap_err();
        assert!(problem.0.contains("/no/such/file"), "{problem}");
        assert_eq!(output(&mut Command::new("cat"), b"in").unwrap(), "in");
    }
}
