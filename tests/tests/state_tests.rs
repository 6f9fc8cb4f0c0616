//! The ewasm project's state tests, on every engine, as a crate and as the library that clients load.
//!
//! They are read from `shared/statetests` beside this project. Where that folder is absent, this suite says
//! so, and only the project's own tests run.

use hebe::LoadedVm;
use hebe_testing::{
    Machine, library_path,
    statetest::{NamedTest, Settings, Verdict, files, read},
};
use hebe_vm::{OPTIONS, Options, Vm};
use std::path::{Path, PathBuf};

/// The engines that there are, by the option's own row; `auto` is one of the others.
fn engines() -> Vec<&'static str> {
    let row = OPTIONS.iter().find(|row| row.name == "engine").expect("it is an option");
    row.values.split(" | ").filter(|name| *name != "auto").collect()
}

/// Every engine through both paths, with `metering` set to this.
fn machines(metering: &str) -> Vec<(String, Box<dyn Machine>)> {
    let mut machines: Vec<(String, Box<dyn Machine>)> = Vec::new();
    for engine in engines() {
        let mut options = Options::default();
        options.bound_instructions(100_000_000);
        let mut library = LoadedVm::load(library_path()).expect("the library loads");
        for (name, value) in [("metering", metering), ("engine", engine)] {
            options.set(name, value).expect("it is an option");
            library.set_option(name, value).expect("it is an option");
        }
        machines.push((format!("{engine}, crate"), Box::new(Vm::new(options))));
        machines.push((format!("{engine}, library"), Box::new(library)));
    }
    machines
}

/// The folder of the ewasm project's tests, if it is there.
fn ewasm_tests() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/statetests/stEWASMTests");
    if !folder.is_dir() {
        println!("{} is not there, so the ewasm project's tests do not run", folder.display());
        return None;
    }
    Some(folder)
}

/// Runs all tests of a folder; returns how many passed.
fn all_pass(folder: &Path, machine: &dyn Machine, on: &str) -> usize {
    let mut passed = 0;
    for file in files(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        for NamedTest { name, test } in
            read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
        {
            let test = test.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            for case in &test.cases {
                match test.run(case, machine, Settings::default()) {
                    Verdict::Passed(_) => passed += 1,
                    other => panic!("{name} at {} on {on}: {other:?}", case.fork),
                }
            }
        }
    }
    passed
}

#[test]
fn the_ewasm_projects_tests_pass() {
    let Some(folder) = ewasm_tests() else { return };
    for (on, machine) in machines("off") {
        assert_eq!(all_pass(&folder, machine.as_ref(), &on), 128, "{on}");
    }
}
