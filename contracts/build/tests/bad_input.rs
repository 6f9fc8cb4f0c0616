//! What is wrong with a question to the build command is told in one line, and nothing is written.
#![cfg(unix)]

use hebe_contracts::folder;
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output},
    time::SystemTime,
};

/// Runs the command where these are all the programs that there are.
fn run(arguments: &[&str], programs: &[(&str, &str)]) -> Output {
    let bin = tempfile::tempdir().unwrap();
    for (name, says) in programs {
        let path = bin.path().join(name);
        fs::write(&path, format!("#!/bin/sh\necho '{says}'\n")).unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_hebe-contracts"));
    command.args(arguments).env("PATH", bin.path()).output().unwrap()
}

/// When the binaries were last changed.
fn changed() -> Vec<SystemTime> {
    let files = fs::read_dir(folder().join("wasm")).unwrap();
    let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path: &std::path::PathBuf| modified(path)).collect()
}

fn modified(path: &Path) -> SystemTime {
    fs::metadata(path).unwrap().modified().unwrap()
}

#[track_caller]
fn refuses(arguments: &[&str], programs: &[(&str, &str)], expected: &str) {
    let before = changed();
    let ended = run(arguments, programs);
    let problem = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(problem, format!("hebe-contracts: {expected}\n"));
    assert_eq!(ended.status.code(), Some(2));
    assert!(ended.stdout.is_empty());
    assert_eq!(changed(), before, "nothing is written");
}

#[test]
fn toolchains_that_are_missing() {
    refuses(
        &["build", "--language", "c"],
        &[],
        "no clang for the C contracts: on Debian `apt-get install clang-19 lld-19`",
    );
    for (language, name) in [("assemblyscript", "AssemblyScript"), ("solidity", "Solidity")] {
        refuses(
            &["build", "--language", language],
            &[],
            &format!(
                "no Node.js for the {name} contracts: get 20 or later from nodejs.org, or from your system's \
                 packages (nodejs, npm)"
            ),
        );
    }
}

#[test]
fn toolchains_that_are_too_old() {
    refuses(
        &["build", "erc20_c"],
        &[("clang-19", "Debian clang version 14.0.6")],
        "`Debian clang version 14.0.6` is too old for the C contracts: 19 or later is needed; on Debian \
         `apt-get install clang-19 lld-19`",
    );
    // Clang, asked for its linker, answers this as well.
    refuses(
        &["build", "erc20_c"],
        &[("clang-19", "Debian clang version 19.1.7")],
        "clang-19 finds no wasm-ld for the C contracts: on Debian `apt-get install clang-19 lld-19`",
    );
    refuses(
        &["build", "erc20_assemblyscript"],
        &[("node", "v18.20.4")],
        "Node.js v18.20.4 is too old for the AssemblyScript contracts: 20 or later is needed",
    );
}

#[test]
fn contracts_that_are_not_there() {
    refuses(
        &["build", "nosuch"],
        &[],
        "there is no contract `nosuch`; `list` shows those that there are",
    );
}
