//! Does rewriting stand any valid module? Modules by wasm-smith: what is made of them must validate,
//! in every mode (`accepts_bytes` sees to that), and must do the same.

mod common;
mod machine;

use arbitrary::Unstructured;
use common::*;
use hebe_gas::{Metering, Profile, Reason, Rejected, Rules, Schedule, prepare};
use machine::{Ended, run_code};
use wasm_smith::{Config, Module};

/// Modules in our feature set, but for reference types that we refuse.
fn config(bytes: &mut Unstructured<'_>, reference_types: bool) -> Config {
    let mut config: Config = bytes.arbitrary().unwrap_or_default();
    config.reference_types_enabled = reference_types;
    config.allow_floats = false;
    config.simd_enabled = false;
    config.relaxed_simd_enabled = false;
    config.threads_enabled = false;
    config.exceptions_enabled = false;
    config.gc_enabled = false;
    config.tail_call_enabled = false;
    config.memory64_enabled = false;
    config.extended_const_enabled = false;
    config.saturating_float_to_int_enabled = false;
    config.wide_arithmetic_enabled = false;
    config.custom_page_sizes_enabled = false;
    config.shared_everything_threads_enabled = false;
    config.generate_custom_sections = true;
    config.max_memories = 1;
    config.max_tables = 1;
    config.max_memory32_bytes = 64 * 65_536;
    config.max_table_elements = 1_000;
    config.max_type_size = 30;
    config.max_instructions = 400;
    config
}

/// The module of this seed; the same on every machine.
fn module(seed: u64, change: impl FnOnce(&mut Config)) -> Option<Vec<u8>> {
    let mut state = seed;
    let bytes: Vec<u8> = std::iter::repeat_with(|| next(&mut state)).take(3_000).collect();
    let mut bytes = Unstructured::new(&bytes);
    let mut config = config(&mut bytes, seed % 2 == 1);
    change(&mut config);
    Some(Module::new(config, &mut bytes).ok()?.to_bytes())
}

/// A byte of a linear congruential generator (Knuth's MMIX).
fn next(state: &mut u64) -> u8 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    state.to_be_bytes()[0]
}

const SCRIPT: Rules<'static> = Rules { profile: Profile::Script, imports: &[], ..RULES };

#[test]
fn scripts() {
    let mut valid = 0;
    for seed in 0..SEEDS {
        let Some(code) = module(seed, |_| ()) else { continue };
        let metering = Some(Metering::Execution(Schedule::flat()));
        match prepare(&code, &Rules { metering, ..SCRIPT }) {
            Ok(prepared) => {
                validates(&prepared.rewrite().code);
                let off = Rules { metering: Some(Metering::Off), ..SCRIPT };
                validates(&prepare(&code, &off).unwrap().rewrite().code);
                valid += 1;
            }
            // externref, and what is larger than a module may be.
            Err(Rejected {
                reason: Reason::FeatureDisabled { .. } | Reason::Limit { .. }, ..
            }) => {}
            Err(rejected) => panic!("{seed}: {rejected}"),
        }
    }
    println!("{valid} of {SEEDS} modules are valid");
    assert!(valid > SEEDS / 3, "{valid}");
}

/// Below the cost of a run it is out of gas; from there on it ends in the same way, and the host has
/// seen the same.
#[test]
fn contracts() {
    let (mut valid, mut returned) = (0, 0);
    for seed in 0..SEEDS {
        let Some(code) = module(seed, contract_only) else { continue };
        if prepare(&code, &RULES).is_err() {
            continue;
        }
        valid += 1;
        accepts_bytes(&code, &RULES);
        let flat = Rules { metering: Some(Metering::Execution(Schedule::flat())), ..RULES };
        let metered = prepare(&code, &flat).unwrap();
        let full = run_code(&metered.rewrite().code, 100_000);
        let cost = full.used_particles / 10_000;
        if full.ended != Ended::Returned || cost == 0 {
            continue;
        }
        returned += 1;
        for gas in [0, cost / 2, cost - 1] {
            assert_eq!(
                run_code(&metered.rewrite().code, gas).ended,
                Ended::OutOfGas,
                "{seed}, {gas}"
            );
        }
        let exact = run_code(&metered.rewrite().code, cost);
        assert_eq!((exact.ended, exact.seen.len()), (Ended::Returned, full.seen.len()), "{seed}");
    }
    println!("{valid} of {SEEDS} modules are contracts, {returned} returned");
    assert!(valid > SEEDS / 5 && returned > SEEDS / 10, "{valid}, {returned}");
}

const SEEDS: u64 = 400;

/// Makes a contract of it, with a few imports and without segments that may trap.
fn contract_only(config: &mut Config) {
    config.exports =
        Some(wasm(r#"(module (func (export "main")) (memory (export "memory") 1 3))"#));
    config.available_imports = Some(wasm(
        r#"(module (import "ethereum" "getGasLeft" (func (result i64)))
             (import "ethereum" "finish" (func (param i32 i32)))
             (import "ethereum" "nothing" (func)) (import "debug" "print32" (func (param i32))))"#,
    ));
    config.allow_start_export = false;
    config.max_data_segments = 0;
    config.max_element_segments = 0;
}
