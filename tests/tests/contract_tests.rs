//! The sample contracts do what their test files say, on every engine and through the shared library, metered and not.
//!
//! It will bother you when a contract, a price or the interface changes: `hebe test contracts/` then shows
//! what is different.

use hebe_testing::{
    harness::{On, TestFile, script::EXTENSION},
    library_path,
};
use std::{
    fs,
    path::{Path, PathBuf},
    thread,
};

fn find(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be read").path();
        let name = path.file_name().unwrap_or_default();
        if path.is_dir() {
            // What compilers leave there is no sample.
            if name != "target" && name != "node_modules" {
                find(&path, files);
            }
        } else if path.to_string_lossy().ends_with(EXTENSION) {
            files.push(path);
        }
    }
}

#[test]
fn contracts_do_what_their_tests_say() {
    let mut files = Vec::new();
    find(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts"), &mut files);
    assert!(files.len() > 1, "the samples have tests");
    files.sort();

    let failures: Vec<String> = thread::scope(|scope| {
        let runs: Vec<_> =
            files.iter().map(|path| scope.spawn(|| run_in_each_mode(path))).collect();
        runs.into_iter().flat_map(|run| run.join().expect("problems are told")).collect()
    });
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

fn run_in_each_mode(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).expect("the file can be read");
    // What is said of gas holds with metering only.
    let modes: &[&str] = if text.contains("expect.gas") || text.contains("OUT_OF_GAS") {
        &[METERED]
    } else {
        &[METERED, NOT_METERED]
    };
    modes.iter().flat_map(|mode| run(path, format!("{text}{mode}"))).collect()
}

const METERED: &str = "";
const NOT_METERED: &str = "\n[vm]\nmetering = \"off\"\n";

fn run(path: &Path, text: String) -> Vec<String> {
    let on = On::every().and_library(library_path().display().to_string());
    let file = match TestFile::from_text(path, text) {
        Ok(file) => file,
        Err(problems) => return problems,
    };
    let results = file.run(&on, "").expect("the engines are there");
    assert!(!results.is_empty(), "{} has tests", path.display());
    let mut failures = Vec::new();
    for result in results.iter().filter(|result| !result.passed()) {
        let name = result.name.as_deref().unwrap_or("steps");
        for step in &result.steps {
            for mismatch in &step.mismatches {
                let (path, line) = (path.display(), step.line);
                failures.push(format!("{path}:{line}: {name}: {}: {mismatch}", step.title));
            }
        }
    }
    failures
}
