//! Does code pay exactly what it does, and does it still do the same?
//!
//! Prices are `flat`: a gas for each instruction but `else` and `end`, so sums can be counted in the
//! text. What a host function sees is checked where it is called.

mod common;
mod machine;

use common::*;
use hebe_gas::{Metering, Rules, Schedule, limits};
use machine::{Ended, run, run_as};

/// Asserts what running `wat` takes of plenty of gas, in instructions, and that it succeeds.
#[track_caller]
fn takes(fields: &str, gas: i64) {
    let ran = run(&format!(r#"(module {fields} (memory (export "memory") 1 4))"#), 1_000_000);
    assert_eq!(ran.ended, Ended::Returned, "{:?}", ran.seen);
    assert_eq!(ran.used_particles, gas * 10_000);
}

/// Asserts the values that `wat` gives to `print32`.
#[track_caller]
fn prints(fields: &str, values: &[i64]) {
    let module = format!(
        r#"(module (import "debug" "print32" (func $print (param i32))) {fields}
             (memory (export "memory") 1 4))"#
    );
    for metering in [Metering::Execution(Schedule::flat()), Metering::Off] {
        let ran = run_as(&module, metering, i64::MAX / 10_000);
        assert_eq!(ran.ended, Ended::Returned);
        let seen: Vec<i64> = ran.seen.iter().map(|call| call.arguments[0]).collect();
        assert_eq!(seen, values);
    }
}

#[test]
fn straight_code() {
    takes(r#"(func (export "main"))"#, 0);
    takes(r#"(func (export "main") nop)"#, 1);
    takes(r#"(func (export "main") (drop (i32.add (i32.const 1) (i32.const 2))))"#, 4);
}

#[test]
fn blocks_and_branches() {
    takes(r#"(func (export "main") (block nop br 0 nop nop) nop)"#, 4);
    takes(r#"(func (export "main") (block (br_if 0 (i32.const 1)) nop nop) nop)"#, 4);
    takes(r#"(func (export "main") (block (br_if 0 (i32.const 0)) nop nop) nop)"#, 6);
    takes(r#"(func (export "main") (if (i32.const 1) (then nop nop nop)) nop)"#, 6);
    takes(r#"(func (export "main") (if (i32.const 0) (then nop nop nop)) nop)"#, 3);
    takes(r#"(func (export "main") (if (i32.const 0) (then nop nop nop) (else nop)) nop)"#, 4);
    takes(r#"(func (export "main") (block (block nop return) nop) nop)"#, 4);
    for (index, gas) in [(0, 2 + 2 + 1), (1, 2 + 2), (2, 2 + 2 + 1), (-1, 2 + 2 + 1)] {
        takes(
            &format!(
                r#"(func (export "main")
                     (block (block (br_table 0 1 0 (i32.const {index}))) nop))"#
            ),
            gas,
        );
    }
}

#[test]
fn loops() {
    // const, set; loop; then 3 times: get const sub tee br_if.
    takes(
        r#"(func (export "main") (local i32) (local.set 0 (i32.const 3))
             (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))"#,
        2 + 1 + 3 * 5,
    );
    // With parameters: const, loop; 4 times: const sub tee get br_if; drop.
    takes(
        r#"(type $t (func (param i32) (result i32)))
           (func (export "main") (local i32) i32.const 4
             loop (type $t) i32.const 1 i32.sub local.tee 0 local.get 0 br_if 0 end drop)"#,
        2 + 4 * 5 + 1,
    );
}

#[test]
fn calls() {
    takes(
        r#"(func $f (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
           (func (export "main") (drop (call $f (call $f (i32.const 1)))))"#,
        4 + 2 * 3,
    );
    takes(
        r#"(type $t (func (result i32 i64))) (table funcref (elem $f))
           (func $f (type $t) nop (return (i32.const 1) (i64.const 2)))
           (func (export "main") (drop (drop (call_indirect (type $t) (i32.const 0)))) )"#,
        4 + 4,
    );
    takes(
        r#"(func $count (param i32) (result i32)
             (if (result i32) (local.get 0)
               (then (call $count (i32.sub (local.get 0) (i32.const 1))))
               (else (i32.const 7))))
           (func (export "main") (drop (call $count (i32.const 100))))"#,
        3 + 100 * 6 + 3,
    );
}

#[test]
fn lengths() {
    // Two constants and the length, the instruction, and the words.
    for (bytes, words) in [(0, 0), (1, 1), (32, 1), (33, 2), (65_536, 2_048)] {
        for instruction in ["memory.copy", "memory.fill"] {
            takes(
                &format!(
                    r#"(func (export "main")
                         ({instruction} (i32.const 0) (i32.const 0) (i32.const {bytes})))"#
                ),
                4 + words,
            );
        }
    }
    takes(
        r#"(data $d "abc") (func (export "main")
             (memory.init $d (i32.const 0) (i32.const 0) (i32.const 3)) data.drop $d)"#,
        4 + 1 + 1,
    );
    takes(
        r#"(table 8 funcref) (elem $e func $f $f $f) (func $f) (func (export "main")
             (table.init $e (i32.const 0) (i32.const 0) (i32.const 3))
             (table.copy (i32.const 3) (i32.const 0) (i32.const 4))
             (table.fill (i32.const 3) (ref.null func) (i32.const 5)) elem.drop $e
             (table.set (i32.const 1) (table.get (i32.const 0))) (drop (table.size)))"#,
        4 + 3 + 4 + 4 + 4 + 5 + 1 + 4 + 2,
    );
}

#[test]
fn a_length_is_paid_before_it_acts() {
    // A length that is out of bounds traps, if it can be paid.
    let fill = |length: i64| {
        format!(
            r#"(module (func (export "main")
                 (memory.fill (i32.const 0) (i32.const 0) (i32.const {length})))
                 (memory (export "memory") 1))"#
        )
    };
    let words = (1 << 32) / 32;
    assert_eq!(
        run(&fill(-1), 4 + words).ended,
        Ended::Trapped("out of bounds memory access".into())
    );
    assert_eq!(run(&fill(-1), 4 + words - 1).ended, Ended::OutOfGas);
    let fill = r#"(module (table 1 funcref) (func (export "main")
                 (table.fill (i32.const 0) (ref.null func) (i32.const -1)))
                 (memory (export "memory") 1))"#;
    let elements = (1 << 32) - 1;
    assert!(matches!(run(fill, 4 + elements).ended, Ended::Trapped(_)));
    assert_eq!(run(fill, 4 + elements - 1).ended, Ended::OutOfGas);
}

#[test]
fn growth_is_paid_unless_it_fails() {
    let page = 14_336;
    let grow = |delta: i64, pages: i64| {
        takes(
            &format!(r#"(func (export "main") (drop (memory.grow (i32.const {delta}))))"#),
            3 + pages * page,
        );
    };
    grow(0, 0);
    grow(1, 1);
    grow(3, 3);
    grow(4, 0);
    grow(-1, 0);
    prints(
        r#"(func (export "main")
             (call $print (memory.grow (i32.const 2)))
             (call $print (memory.grow (i32.const 2)))
             (call $print (memory.grow (i32.const -1)))
             (call $print (memory.grow (i32.const 1)))
             (call $print (memory.grow (i32.const 0)))
             (call $print (memory.size)))"#,
        &[1, -1, -1, 3, 4, 4],
    );
    let module = r#"(module (func (export "main") (drop (memory.grow (i32.const 1))))
                      (memory (export "memory") 1))"#;
    assert_eq!(run(module, 3 + page - 1).ended, Ended::OutOfGas);
    assert_eq!(run(module, 3 + page).ended, Ended::Returned);
    let table = |delta: i64, elements: i64| {
        takes(
            &format!(
                r#"(table 2 7 funcref)
                   (func (export "main") (drop (table.grow (ref.null func) (i32.const {delta}))))"#
            ),
            4 + elements,
        );
    };
    table(0, 0);
    table(5, 5);
    table(6, 0);
    table(-1, 0);
}

#[test]
fn initial_pages_but_one_are_paid() {
    let pages = |pages: u32, metering| {
        let module =
            wasm(&format!(r#"(module (func (export "main")) (memory (export "memory") {pages}))"#));
        accepts_bytes(&module, &Rules { metering, ..RULES }).start_particles()
    };
    let flat = Some(Metering::Execution(Schedule::flat()));
    let price = 143_360_000;
    for (count, paid) in [(0, 0), (1, 0), (2, 1), (512, 511)] {
        assert_eq!(pages(count, flat), paid * price);
        for free in [None, Some(Metering::Off), Some(Metering::Counted)] {
            assert_eq!(pages(count, free), 0);
        }
    }
}

#[test]
fn a_host_function_sees_exactly_what_is_left() {
    let ran = run(
        r#"(module (import "ethereum" "getGasLeft" (func $gas (result i64)))
             (func $f (drop (call $gas)) nop)
             (func (export "main")
               (drop (call $gas)) call $f (loop (drop (call $gas))))
             (memory (export "memory") 1))"#,
        100,
    );
    let used: Vec<i64> = ran.seen.iter().map(|call| 100 - call.gas / 10_000).collect();
    // call; drop call call; drop nop loop call.
    assert_eq!(used, [1, 4, 4 + 2 + 1 + 1]);
    assert_eq!(ran.used_particles, (4 + 2 + 1 + 1 + 1) * 10_000);
}

#[test]
fn gas_ends_at_the_cost_and_not_before() {
    let module = r#"(module (import "ethereum" "nothing" (func $host))
        (func $f (param i32) (if (local.get 0) (then
            (call $host) (call $f (i32.sub (local.get 0) (i32.const 1))))))
        (func (export "main") (call $f (i32.const 3)) (drop (memory.grow (i32.const 0))))
        (memory (export "memory") 1))"#;
    let full = run(module, 1_000);
    let cost = full.used_particles / 10_000;
    // main; three times f with its branch, once without.
    assert_eq!(cost, 5 + 3 * 7 + 2);
    for gas in 0..cost {
        assert_eq!(run(module, gas).ended, Ended::OutOfGas, "{gas}");
    }
    assert_eq!(run(module, cost).ended, Ended::Returned);
    assert_eq!(run(module, i64::MAX / 10_000).used_particles, full.used_particles);
}

#[test]
fn a_failed_charge_in_every_place() {
    let place = |code: &str| {
        let module = format!(
            r#"(module (table 1 funcref) (func $f (result i64 i32)
                 (block (block {code})) (i64.const 1) (i32.const 2))
               (func (export "main") (call $f) drop drop) (memory (export "memory") 1))"#
        );
        for gas in 0..9 {
            assert_eq!(run(&module, gas).ended, Ended::OutOfGas, "{code}, {gas}");
        }
        assert_eq!(run(&module, 14_336 + 1_000).ended, Ended::Returned, "{code}");
    };
    place("nop nop nop nop");
    place("(loop nop nop nop nop)");
    place("(if (i32.const 1) (then nop nop))");
    place("(if (i32.const 0) (then) (else nop nop))");
    place("(br_table 0 1 0 (i32.const 1)) nop nop");
    place("(memory.fill (i32.const 0) (i32.const 0) (i32.const 64))");
    place("(drop (memory.grow (i32.const 1)))");
    place("(drop (table.grow (ref.null func) (i32.const 100)))");
}

#[test]
fn the_stack_is_counted_in_frames() {
    // A parameter, a local, two operands; and main's frame: one operand.
    let frame = 1 + 1 + 2 + limits::CALL_SLOTS;
    let main = 1 + limits::CALL_SLOTS;
    let depth = (limits::STACK.value - main) / frame;
    let module = |calls: u32| {
        format!(
            r#"(module (func $f (param i32) (local i64)
                 (if (i32.ne (local.get 0) (i32.const 0))
                   (then (call $f (i32.sub (local.get 0) (i32.const 1))))))
               (func (export "main") (call $f (i32.const {}))) (memory (export "memory") 1))"#,
            calls - 1
        )
    };
    for metering in [Metering::Execution(Schedule::flat()), Metering::Off] {
        assert_eq!(run_as(&module(depth), metering, 1_000_000).ended, Ended::Returned);
        assert_eq!(run_as(&module(depth + 1), metering, 1_000_000).ended, Ended::StackOverflow);
    }
}

#[test]
fn the_stack_of_a_callee_is_free_again() {
    let ran = run(
        r#"(module (import "ethereum" "nothing" (func $host))
             (func $f (call $host))
             (func (export "main") (call $host) (call $f) (call $f) (call $host))
             (memory (export "memory") 1))"#,
        1_000,
    );
    let stack: Vec<u32> = ran.seen.iter().map(|call| limits::STACK.value - call.stack).collect();
    assert_eq!(stack, [8, 16, 16, 8]);
}

#[test]
fn results_and_branches_stay_the_same() {
    prints(
        r#"(type $pair (func (param i32) (result i32 i32)))
           (func $f (type $pair)
             (i32.const 1) (i32.const 2) (br_table 0 0 0 (local.get 0)))
           (func $g (type $pair)
             (i32.const 3)
             (block (type $pair) (i32.const 4) (br_if 1 (local.get 0)) (i32.const 5) (i32.add)))
           (func $show (param i32 i32) (call $print (local.get 0)) (call $print (local.get 1)))
           (func (export "main")
             (call $show (call $f (i32.const 1)))
             (call $show (call $g (i32.const 1)))
             (call $show (call $g (i32.const 0))))"#,
        &[1, 2, 3, 4, 3, 9],
    );
}

#[test]
fn imports_in_tables_and_as_main() {
    prints(
        r#"(type $t (func (param i32))) (table funcref (elem $print $own))
           (func $own (type $t) (call $print (i32.add (local.get 0) (i32.const 1))))
           (func (export "main")
             (call_indirect (type $t) (i32.const 7) (i32.const 0))
             (call_indirect (type $t) (i32.const 7) (i32.const 1)))"#,
        &[7, 8],
    );
    let ran = run(
        r#"(module (import "ethereum" "nothing" (func $n)) (export "main" (func $n))
             (memory (export "memory") 1))"#,
        5,
    );
    assert_eq!((ran.ended, ran.used_particles, ran.seen.len()), (Ended::Returned, 0, 1));
}

#[test]
fn a_type_that_does_not_match_still_traps() {
    let module = r#"(module (type $t (func (param i32))) (table funcref (elem $f)) (func $f)
        (func (export "main") (call_indirect (type $t) (i32.const 7) (i32.const 0)))
        (memory (export "memory") 1))"#;
    assert!(
        matches!(run(module, 100).ended, Ended::Trapped(text) if text.contains("indirect call"))
    );
}

#[test]
fn code_after_a_branch_does_not_run_and_does_not_cost() {
    takes(
        r#"(func $f (result i32)
             (block (result i32) (i32.const 1) (br 0) (drop) (call $f) (drop)
               (block (loop (br 1) (br_table 0 1 (i32.const 0))) (unreachable))
               (if (result i32) (i32.const 0) (then (unreachable)) (else (i32.const 2)))))
           (func (export "main") (drop (call $f)))"#,
        2 + 3,
    );
}

#[test]
fn many_locals_and_parameters() {
    // Beyond 127, numbers take two bytes.
    let params = "i32 ".repeat(200);
    prints(
        &format!(
            r#"(type $t (func (param {params}) (result i32))) (table funcref (elem $f))
               (func $f (type $t) (local $a i32) (local i64) (local $b i32)
                 (local.set $b (local.get 199)) (local.set $a (local.get $b))
                 (i32.add (local.get $a) (local.get 0)))
               (func (export "main")
                 (call $print (call_indirect (type $t) {} (i32.const 0))))"#,
            (0..200).map(|n| format!("(i32.const {}) ", n + 1)).collect::<String>()
        ),
        &[201],
    );
}

/// Functions that call themselves without end, of all shapes: our count ends them, never the engine's
/// (which has two calls more than there can be frames of no slots, and 16 bytes for each of our slots).
#[test]
fn our_bound_of_the_stack_is_met_before_the_engines() {
    let params = "i32 ".repeat(255);
    let zeros = "(i32.const 0) ".repeat(255);
    let gets: String = (0..255).map(|n| format!("(local.get {n}) ")).collect();
    let results = "i64 ".repeat(16);
    let wide = limits::FRAME.value - 4;
    for function in [
        "(func $f (call $f))".to_owned(),
        "(func $f (call_indirect (i32.const 0)))".to_owned(),
        "(func $f (call $g)) (func $g (call $f))".to_owned(),
        format!("(func $f (call $g {zeros})) (func $g (param {params}) (call $g {gets}))"),
        format!(
            "(func $f (call $g) {}) (func $g (result {results}) (call $g))",
            "drop ".repeat(16)
        ),
        format!("(func $f (local {}) (call $f))", "i64 ".repeat(8_000)),
        format!(
            "(func $f {} (call $f) {})",
            "i32.const 1 ".repeat(wide as usize),
            "drop ".repeat(wide as usize)
        ),
        format!(
            "(func $f {} (call $g) {}) (func $g (call $f))",
            "(i64.load (i32.const 0)) ".repeat(40),
            "drop ".repeat(40)
        ),
        "(func $f (loop (if (i32.eqz (memory.grow (i32.const 0))) (then)) (call $f)))".to_owned(),
    ] {
        let module = format!(
            r#"(module (table funcref (elem $f)) {function}
                 (func (export "main") (call $f)) (memory (export "memory") 1))"#
        );
        for metering in [Metering::Execution(Schedule::flat()), Metering::Off] {
            let ran = run_as(&module, metering, i64::MAX / 10_000);
            assert_eq!(ran.ended, Ended::StackOverflow, "{}", &function[..60.min(function.len())]);
        }
    }
}
