//! The sample contracts do what their test files say, on every engine and through the shared library.
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

    let on = On::every().and_library(library_path().display().to_string());
    let mut failures = Vec::new();
    for path in files {
        let file = match TestFile::load(&path) {
            Ok(file) => file,
            Err(problems) => {
                failures.extend(problems);
                continue;
            }
        };
        let results = file.run(&on, "").expect("the engines are there");
        assert!(!results.is_empty(), "{} has tests", path.display());
        for result in results.iter().filter(|result| !result.passed()) {
            let name = result.name.as_deref().unwrap_or("steps");
            for step in &result.steps {
                for mismatch in &step.mismatches {
                    let (path, line) = (path.display(), step.line);
                    failures.push(format!("{path}:{line}: {name}: {}: {mismatch}", step.title));
                }
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}
