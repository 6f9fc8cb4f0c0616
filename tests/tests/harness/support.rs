//! Test files that stand in a test.

use hebe_testing::{
    contract,
    harness::{On, TestFile, TestResult},
};
use std::path::Path;

/// A line for `[accounts]`: a contract with this body of `main`, and 100 wei.
pub(crate) fn account(name: &str, body: &str) -> String {
    format!("{name} = {{ balance = 100, code = \"0x{}\" }}\n", hex::encode(contract(body)))
}

/// What is wrong with a file, in lines that begin with `test.toml:`.
pub(crate) fn mistakes(text: &str) -> Vec<String> {
    match TestFile::from_text(Path::new("test.toml"), text.to_owned()) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes,
    }
}

/// What comes of a file that has no mistakes.
pub(crate) fn run(text: &str) -> Vec<TestResult> {
    let file = TestFile::from_text(Path::new("test.toml"), text.to_owned());
    let file = file.unwrap_or_else(|mistakes| panic!("{}\n{text}", mistakes.join("\n")));
    file.run(&On::every(), "").expect("the engines are there")
}

/// All that was not as expected.
pub(crate) fn differences(text: &str) -> String {
    let results = run(text);
    let steps = results.iter().flat_map(|result| &result.steps);
    let mismatches = steps.flat_map(|step| &step.mismatches);
    mismatches.map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
