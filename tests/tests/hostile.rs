//! The folder of modules that must be refused or must fail: each says in its first line how.
//!
//! A failure here means that something got in, or that a status changed; the folder's README says
//! how a line is read.

use hebe_host::StatusCode;
use hebe_testing::{check_code, machines};
use std::{fs, path::Path};

/// The binary in a file of the folder, and what its first line expects.
fn read(path: &Path) -> (Vec<u8>, String) {
    let text = fs::read_to_string(path).expect("it can be read");
    let first = text.lines().next().unwrap_or_default();
    let is_hex = path.extension().is_some_and(|extension| extension == "hex");
    let expectation = first
        .trim_start_matches(if is_hex { "#" } else { ";;" })
        .trim_start()
        .strip_prefix("expect: ")
        .unwrap_or_else(|| panic!("{}: the first line says what is expected", path.display()));
    let code = if is_hex {
        let digits: String = text
            .lines()
            .flat_map(|line| line.split('#').next().unwrap_or_default().chars())
            .filter(|digit| !digit.is_whitespace())
            .collect();
        hex::decode(digits).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    } else {
        wat::parse_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    (code, expectation.to_owned())
}

#[test]
fn every_module_ends_as_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts/hostile");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be listed").path())
        .filter(|path| path.extension().is_some_and(|extension| extension != "md"))
        .collect();
    paths.sort();
    assert!(paths.len() > 100, "only {} files", paths.len());

    let mut wrong = Vec::new();
    for path in &paths {
        let (code, expectation) = read(path);
        let expected = if expectation.starts_with("refused") {
            StatusCode::ContractValidationFailure.name()
        } else {
            &expectation
        };
        let case = check_code(code).gas(10_000_000);
        let (_, machine) = &machines()[0];
        let reason = case.on(machine.as_ref()).reason;
        let status = case.run().result.status;
        if status.name() != expected {
            let name = path.file_name().unwrap_or_default().display();
            wrong.push(format!("{name}: {status} instead of {expectation} ({reason:?})"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), paths.len(), wrong.join("\n"));
}
