//! Does code that was metered for its deployment pay through `useGas` what it does?

mod common;
mod machine;

use common::*;
use hebe_gas::{
    Exports, Features, Metering, Profile, Reason, Rules, Schedule, limits, meter_deployed,
};
use machine::{Ended, Ran, run_code};

/// The rules for what stands in the state of a chain with this schedule.
fn stored(schedule: &Schedule) -> Rules<'_> {
    Rules { metering: Some(Metering::Deployed(schedule)), ..RULES }
}

fn run(code: &[u8], schedule: &Schedule) -> Ran {
    let metered = meter_deployed(code, &RULES, schedule).unwrap();
    let ran = run_code(&accepts_bytes(&metered, &stored(schedule)).rewrite().code, 1_000_000);
    // Nothing but `useGas` takes gas, and the host function of these tests takes none.
    assert_eq!(ran.used_particles, 0);
    ran
}

/// Asserts what `fields` pay, one `useGas` after the other.
#[track_caller]
fn pays(fields: &str, schedule: &Schedule, gas: &[i64]) {
    let ran = run(&wasm(&format!("(module {fields})")), schedule);
    assert_eq!(ran.ended, Ended::Returned);
    let paid = ran.seen.iter().filter(|call| call.name == "useGas");
    assert_eq!(paid.map(|call| call.arguments[0]).collect::<Vec<_>>(), gas);
}

#[test]
fn stretches_in_whole_gas() {
    let fields = r#"(memory (export "memory") 1) (func (export "main")
        (block (br_if 0 (i32.eqz (i32.const 1))) (drop (i32.div_u (i32.const 7) (i32.const 3))))
        nop)"#;
    pays(fields, Schedule::flat(), &[4, 4, 1]);
    // 0.0180 and 0.3735 gas.
    pays(fields, Schedule::cycles(), &[1, 1]);
}

#[test]
fn lengths_and_growth_before_they_act() {
    pays(
        r#"(memory (export "memory") 1 3) (table 1 5 funcref) (func (export "main")
             (memory.fill (i32.const 0) (i32.const 0) (i32.const 33))
             (drop (memory.grow (i32.const 2)))
             (drop (memory.grow (i32.const 1)))
             (drop (table.grow (ref.null func) (i32.const 4)))
             (drop (table.grow (ref.null func) (i32.const 1))))"#,
        Schedule::flat(),
        &[4, 2, 2, 2 * 14_336, 3, 4, 4, 4, 1],
    );
    pays(
        r#"(memory (export "memory") 1) (func (export "main")
             (memory.fill (i32.const 0) (i32.const 0) (i32.const 65536)))"#,
        Schedule::cycles(),
        // 2,048 words of 0.0180 gas.
        &[1, 37],
    );
}

#[test]
fn the_start_is_paid_by_the_message() {
    let code = wasm(r#"(module (memory (export "memory") 3) (func (export "main")))"#);
    let metered = meter_deployed(&code, &RULES, Schedule::flat()).unwrap();
    let started = accepts_bytes(&metered, &stored(Schedule::flat()));
    assert_eq!(started.start_particles(), 2 * 14_336 * 10_000);
}

#[test]
fn what_was_not_metered_is_metered_when_it_is_prepared() {
    let code = wasm(&contract("(func nop nop)"));
    let particles = |code: &[u8]| -> Vec<_> {
        let prepared = accepts_bytes(code, &stored(Schedule::flat()));
        prepared.charges().iter().map(|charge| charge.particles).collect()
    };
    assert_eq!(particles(&code), [20_000]);
    let by = |schedule| meter_deployed(&code, &RULES, schedule).unwrap();
    assert_eq!(particles(&by(Schedule::flat())), []);
    // By another schedule: nobody knows whether it pays enough.
    assert_eq!(particles(&by(Schedule::cycles())), [20_000]);
}

#[test]
fn code_can_not_bring_its_own_mark() {
    let code = wasm(&contract("(func nop)"));
    let metered = meter_deployed(&code, &RULES, Schedule::flat()).unwrap();
    // As a hostile contract would: the section that says it was metered, before code that was not.
    let added = metered.windows(13).position(|bytes| bytes.ends_with(b"flat 1")).unwrap() + 13;
    let forged = [&metered[..added], &code[8..]].concat();
    accepts_bytes(&forged, &stored(Schedule::flat()));
    let again = meter_deployed(&forged, &RULES, Schedule::flat()).unwrap();
    assert_eq!(again, metered);
    // In a message that creates, and in other modes, it says nothing.
    let flat = Rules { metering: Some(Metering::Execution(Schedule::flat())), ..RULES };
    assert_eq!(accepts_bytes(&forged, &flat).charges().len(), 1);
}

#[test]
fn a_contract_that_imports_use_gas_keeps_it() {
    pays(
        r#"(import "ethereum" "useGas" (func $pay (param i64))) (memory (export "memory") 1)
           (func (export "main") (call $pay (i64.const 99)))"#,
        Schedule::flat(),
        &[2, 99],
    );
}

#[test]
fn the_result_is_a_contract_by_the_same_rules() {
    let code = wasm(
        r#"(module (import "ethereum" "nothing" (func $n)) (memory (export "memory") 2)
             (func (export "main") (call $n) (drop (memory.grow (i32.const 1)))))"#,
    );
    let profile = Profile::Contract { exports: Exports::Strict };
    for features in [Features::Mvp, Features::Default] {
        let rules = Rules { features, profile, ..RULES };
        accepts_bytes(&meter_deployed(&code, &rules, Schedule::cycles()).unwrap(), &rules);
    }
}

#[test]
fn what_would_be_too_large_is_refused() {
    let code = wasm(&contract(&format!("(func {})", "block nop end ".repeat(100_000))));
    accepts_bytes(&code, &RULES);
    let rejected = meter_deployed(&code, &RULES, Schedule::flat()).unwrap_err();
    assert_eq!(rejected.code(), "metered");
    assert!(matches!(&rejected.reason, Reason::Metered(reason)
        if matches!(**reason, Reason::Limit { limit: limits::CODE | limits::BODY, .. })));
    assert!(rejected.to_string().starts_with("once it is metered: "), "{rejected}");
}

#[test]
fn what_is_not_valid_is_refused_as_ever() {
    let rejected = meter_deployed(&wasm("(module)"), &RULES, Schedule::flat()).unwrap_err();
    assert!(matches!(rejected.reason, Reason::NoMemory | Reason::MissingMain));
}
