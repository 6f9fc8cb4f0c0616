//! What does rewriting make of code? Small modules, and what they become.
//!
//! `BLESS=1 cargo test -p hebe-gas --test golden` writes the files again; then read the difference.

mod common;

use common::*;
use hebe_gas::{Metering, Rules, Schedule, meter_deployed};
use std::path::Path;

const EXECUTION: &str = "execution";

/// Compares what becomes of `golden/NAME.wat` with `golden/NAME.FORM.wat`.
fn check(name: &str, form: &str, rewrite: impl Fn(&[u8]) -> Vec<u8>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let source = std::fs::read_to_string(folder.join(format!("{name}.wat"))).unwrap();
    let found = wasmprinter::print_bytes(rewrite(&wasm(&source))).unwrap() + "\n";
    let file = folder.join(format!("{name}.{form}.wat"));
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, &found).unwrap();
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(found, expected, "{}: set BLESS=1 to accept", file.display());
}

fn execution(name: &str) {
    let metering = Some(Metering::Execution(Schedule::flat()));
    check(name, EXECUTION, |code| accepts_bytes(code, &Rules { metering, ..RULES }).rewrite().code);
}

macro_rules! golden {
    ($($name:ident)*) => {$(
        #[test]
        fn $name() {
            execution(stringify!($name));
        }
    )*};
}

#[test]
fn deployed() {
    for name in ["branches", "calls", "lengths", "indices", "pages"] {
        check(name, "deployed", |code| meter_deployed(code, &RULES, Schedule::flat()).unwrap());
    }
}

golden! { straight branches calls results lengths indices }

#[test]
fn off() {
    let rules = Rules { metering: Some(Metering::Off), ..RULES };
    check("calls", "off", |code| accepts_bytes(code, &rules).rewrite().code);
}
