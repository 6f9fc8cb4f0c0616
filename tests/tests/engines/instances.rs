//! An instance that is used again is as good as a fresh one.

use super::{compiler, vm};
use hebe_host::StatusCode;
use hebe_testing::{Check, check_code, module};
use hebe_vm::Vm;

/// Runs a case a few times; each time it must end as it does in the interpreter at first.
#[track_caller]
fn is_fresh_each_time(case: &Check) {
    let expected = case.on(&vm(&[("engine", "interpreter")])).result;
    let compiled = compiler();
    for round in 0..5 {
        assert_eq!(case.on(&compiled).result, expected, "round {round}");
    }
    assert_eq!(compiled.compiled_contracts(), 1, "it is to run as native code");
}

/// A contract that finishes with a sum over its memory, a global, and the table's size, and then has changed all.
fn contract(pages: u32, fields: &str, change: &str) -> Check {
    let body = format!(
        "(local $i i32) (local $sum i64)
         (loop
            (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 31)) (i64.load (local.get $i))))
            (br_if 0 (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 8)))
                (i32.shl (memory.size) (i32.const 16)))))
         (local.set $sum (i64.add (local.get $sum) (i64.extend_i32_u (memory.size))))
         {change}
         (i64.store (i32.const 8) (local.get $sum))
         (call $finish (i32.const 8) (i32.const 8))"
    );
    let text = format!(
        "(module
            (import \"ethereum\" \"finish\" (func $finish (param i32 i32)))
            (import \"ethereum\" \"getCaller\" (func $getCaller (param i32)))
            (memory (export \"memory\") {pages}) {fields} (func (export \"main\") {body}))"
    );
    let code = wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    check_code(code).gas(100_000_000)
}

#[test]
fn memory_is_as_at_first() {
    let data = "(data (i32.const 0) \"abc\") (data (i32.const 2) \"cdefg\") (data (i32.const 65000) \"end\")";
    for pages in [1, 2, 3, 17, 40] {
        // Everything, a little everywhere, by the host.
        let fill =
            "(memory.fill (i32.const 0) (i32.const 0xaa) (i32.shl (memory.size) (i32.const 16)))";
        let touch = "(local.set $i (i32.const 0)) (loop
            (i32.store (local.get $i) (i32.const -1))
            (br_if 0 (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 50000)))
                (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 4)))))";
        let end = "(i32.store8 (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 1)) (i32.const 7))";
        let host = "(call $getCaller (i32.const 4000)) (call $getCaller (i32.const 64990))";
        for change in [fill, touch, end, host, ""] {
            is_fresh_each_time(&contract(pages, data, change));
        }
    }
}

#[test]
fn data_over_many_pages_is_as_at_first() {
    let long = "x".repeat(9_000);
    let data = format!(
        "(data (i32.const 4090) \"{long}\") (data (i32.const 12000) \"{long}\") (data (i32.const 131060) \"across\")"
    );
    let change =
        "(i32.store8 (i32.const 4095) (i32.const 0)) (i64.store (i32.const 12285) (i64.const 0))
        (i64.store (i32.const 131061) (i64.const 1)) (i32.store8 (i32.const 20480) (i32.const 1))";
    is_fresh_each_time(&contract(3, &data, change));
}

#[test]
fn globals_are_as_at_first() {
    let fields = "(global $a (mut i32) (i32.const 5)) (global $b (mut i64) (i64.const -1)) (global $c i32 (i32.const 9))
        (global $f (mut funcref) (ref.null func)) (global $g (mut funcref) (ref.func $nothing))
        (func $nothing) (elem declare func $nothing)";
    let change = "(local.set $sum (i64.add (local.get $sum) (i64.extend_i32_s (global.get $a))))
        (local.set $sum (i64.mul (local.get $sum) (global.get $b)))
        (local.set $sum (i64.add (local.get $sum) (i64.extend_i32_s (i32.add (i32.shl (ref.is_null (global.get $f)) (i32.const 1)) (ref.is_null (global.get $g))))))
        (global.set $a (i32.const 77)) (global.set $b (i64.const 78))
        (global.set $f (ref.func $nothing)) (global.set $g (ref.null func))";
    is_fresh_each_time(&contract(1, fields, change));
    // Where the contract has the names that we export globals under.
    let taken = format!("{fields} (export \"hebe.global.0\" (global $c))");
    is_fresh_each_time(&contract(1, &taken, change));
}

#[test]
fn what_grows_is_as_at_first() {
    let grow = "(drop (memory.grow (i32.const 2))) (i32.store (i32.const 70000) (i32.const 1))";
    is_fresh_each_time(&contract(1, "", grow));
    let grow = "(local.set $sum (i64.extend_i32_u (table.size))) (drop (table.grow (ref.null func) (i32.const 3)))";
    is_fresh_each_time(&contract(1, "(table 2 funcref)", grow));
}

#[test]
fn tables_and_segments_are_as_at_first() {
    let fields = "(table 4 funcref) (elem (i32.const 0) func $nothing $nothing) (func $nothing)
        (elem $e func $nothing) (data $d \"passive\")";
    let look = "(local.set $i (i32.const 0)) (loop
        (local.set $sum (i64.add (i64.shl (local.get $sum) (i64.const 1)) (i64.extend_i32_u (ref.is_null (table.get (local.get $i))))))
        (br_if 0 (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 4))))";
    for change in [
        "(table.set (i32.const 0) (ref.null func))",
        "(table.fill (i32.const 0) (ref.null func) (i32.const 4))",
        "(table.copy (i32.const 2) (i32.const 0) (i32.const 2))",
        "(table.init $e (i32.const 3) (i32.const 0) (i32.const 1)) (elem.drop $e)",
        "(memory.init $d (i32.const 100) (i32.const 0) (i32.const 7)) (data.drop $d)",
    ] {
        is_fresh_each_time(&contract(1, fields, &format!("{look} {change}")));
    }
}

/// However a run ends, it leaves nothing behind.
#[test]
fn the_end_of_a_run_does_not_matter() {
    let start = "(local $seen i32) (local.set $seen (i32.load (i32.const 0))) (i32.store (i32.const 0) (i32.const 1))
        (if (local.get $seen) (then (call $finish (i32.const 0) (i32.const 1))))";
    for (end, status) in [
        ("(unreachable)", StatusCode::WasmUnreachableInstruction),
        ("(drop (i32.div_u (i32.const 1) (i32.const 0)))", StatusCode::WasmTrap),
        ("(drop (i32.load (i32.const -1)))", StatusCode::InvalidMemoryAccess),
        ("(loop (br 0))", StatusCode::OutOfGas),
        ("(call $deeper)", StatusCode::StackOverflow),
        ("(call $revert (i32.const 0) (i32.const 0))", StatusCode::Revert),
        ("(call $getCaller (i32.const -1))", StatusCode::InvalidMemoryAccess),
    ] {
        let code = module(
            &format!("{start} {end} (call $finish (i32.const 0) (i32.const 0))"),
            "(func $deeper (call $deeper))",
        );
        let vm = compiler();
        for _ in 0..4 {
            assert_eq!(check_code(code.clone()).on(&vm).result.status, status, "{end}");
        }
    }
}

/// More instances than can wait, and more than there can be.
#[test]
fn many_contracts_share_the_instances() {
    let vm = compiler();
    let code = |number: u32| {
        module(
            &format!(
                "(i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const {number})))
                 (call $finish (i32.const 0) (i32.const 4))"
            ),
            "",
        )
    };
    for round in 0..2 {
        for number in 0..300 {
            let result = check_code(code(number)).on(&vm).result;
            assert_eq!(result.output, number.to_le_bytes(), "round {round}");
        }
    }
}

/// Where code checks for traps itself, the same happens.
#[test]
fn explicit_traps_are_the_same() {
    let explicit: Vm = vm(&[("engine", "compiler"), ("traps", "explicit")]);
    let signals = compiler();
    for body in [
        "(unreachable)",
        "(drop (i32.div_s (i32.const 1) (i32.load (i32.const 0))))",
        "(drop (i32.div_s (i32.const 0x80000000) (i32.sub (i32.load (i32.const 0)) (i32.const 1))))",
        "(drop (i64.rem_u (i64.const 1) (i64.load (i32.const 0))))",
        "(drop (i32.load (i32.const 65533)))",
        "(i64.store offset=4294967295 (i32.const -1) (i64.const 0))",
        "(memory.fill (i32.const 65530) (i32.const 0) (i32.const 7))",
        "(call_indirect (i32.const 9))",
        "(call_indirect (i32.const 1))",
        "(call_indirect (param i32) (i32.const 1) (i32.const 0))",
        "(drop (table.get (i32.const 2)))",
        "(call $deeper)",
        "(i32.store (i32.const 65532) (memory.grow (i32.const 1)))",
        "(drop (memory.grow (i32.const -1)))",
    ] {
        let fields = "(table 2 funcref) (elem (i32.const 0) func $nothing) (func $nothing) (func $deeper (call $deeper))";
        let case = check_code(module(body, fields));
        let expected = case.on(&vm(&[("engine", "interpreter")])).result;
        for vm in [&explicit, &signals] {
            let execution = case.on(vm);
            assert_eq!(execution.result, expected, "{body}: {:?}", execution.reason);
        }
    }
}
