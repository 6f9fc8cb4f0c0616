//! What fuzzing found once, and a little of what it looks at.
//!
//! A failure here is a bug that was mended and is back. `cargo fuzz run TARGET FILE` shows it under
//! the sanitizer.

use hebe_evmc::{abi::Abi12, exercise::exercise};
use hebe_testing::properties::{
    altered_code_is_harmless, engines_agree, meters_agree, prepare_holds, wild_contracts_agree,
};
use proptest::prelude::*;
use std::{fs, path::Path};

/// Runs every kept input of a target.
fn replay(target: &str, run: impl Fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/finds").join(target);
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        println!("{}", path.display());
        run(&fs::read(&path).expect("it can be read"));
    }
}

#[test]
fn finds_of_prepare_are_mended() {
    replay("prepare", prepare_holds);
}

#[test]
fn finds_of_evmc_are_mended() {
    replay("evmc", |data| drop(exercise::<Abi12>(data)));
}

#[test]
fn finds_of_meter_oracle_are_mended() {
    replay("meter_oracle", meters_agree);
}

#[test]
fn finds_of_engines_are_mended() {
    replay("engines", engines_agree);
}

#[test]
fn finds_of_interpreter_are_mended() {
    replay("interpreter", altered_code_is_harmless);
}

#[test]
fn finds_of_wild_are_mended() {
    replay("wild", wild_contracts_agree);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_behind_a_header_are_refused_or_run(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        let code: Vec<u8> = b"\0asm\x01\0\0\0".iter().copied().chain(bytes).collect();
        prepare_holds(&code);
    }

    #[test]
    fn a_contract_with_a_changed_byte_is_refused_or_runs(index in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut code = wat::parse_str(include_str!("../../contracts/erc20.wat")).expect("it is right");
        let index = index.index(code.len());
        code[index] = byte;
        prepare_holds(&code);
    }
}
