//! Modules that an interpreter once ran wrongly, each with what WebAssembly says.
//!
//! It kept values of locals, constants and results where they happened to lie across the places where
//! control joins. What came of it: other values, values of an earlier call, a process that ended.

use super::{ALL_RIGHT, vm};
use hebe_host::StatusCode;
use hebe_testing::{check_code, module};
use std::thread;

/// Runs a module on every engine, again and again in one VM, on a stack that is no larger than threads have.
#[track_caller]
fn ends(text: &str, input: &[u8], status: StatusCode, output: &str) {
    let code = wat::parse_str(text).unwrap_or_else(|error| panic!("{error}"));
    for engine in ALL_RIGHT {
        let case = check_code(code.clone()).input(input);
        let run = move || {
            let vm = vm(&[("engine", engine)]);
            [(); 3].map(|()| case.on(&vm))
        };
        let thread = thread::Builder::new().stack_size(2 << 20).spawn(run).expect("a thread");
        for execution in thread.join().expect("it ends well") {
            let found = hex::encode(&execution.result.output);
            assert_eq!(
                (execution.result.status, &*found),
                (status, output),
                "{engine}: {execution:?}"
            );
        }
    }
}

#[track_caller]
fn gives(text: &str, output: &str) {
    for input in [&b""[..], b"x", b"xx"] {
        ends(text, input, StatusCode::Success, output);
    }
}

const IMPORTS: &str = r#"
    (import "ethereum" "finish" (func $finish (param i32 i32)))
    (import "ethereum" "getCallDataSize" (func $size (result i32)))"#;

#[test]
fn a_local_waits_below_a_parameter_of_a_block_that_sets_it_on_one_path() {
    let text = format!(
        r#"(module {IMPORTS} (memory (export "memory") 1)
             (func (export "main") (local $x i64)
               (local.set $x (i64.const 0x1111111111111111))
               i32.const 0
               local.get $x
               i32.const 1
               block (param i32)
                 drop
                 (br_if 0 (i32.eqz (call $size)))
                 (local.set $x (i64.const 0x2222222222222222))
               end
               i64.store
               (call $finish (i32.const 0) (i32.const 8))))"#
    );
    gives(&text, "1111111111111111");
}

#[test]
fn a_value_waits_below_a_parameter_of_a_loop() {
    let text = format!(
        r#"(module {IMPORTS} (memory (export "memory") 1)
             (func (export "main") (local $a i32) (local $b i32) (local $t i32)
               (local.set $b (i32.const 0x55))
               i32.const 0
               (i32.lt_u (local.get $a) (i32.const 7))
               local.tee $t
               local.get $b
               loop (param i32)
                 drop
               end
               i32.store
               (call $finish (i32.const 0) (i32.const 4))))"#
    );
    gives(&text, "01000000");
}

#[test]
fn two_values_leave_through_a_br_table_with_a_third_below() {
    let text = format!(
        r#"(module {IMPORTS} (memory (export "memory") 1)
             (func $f (param $index i32) (result i32 i32)
               block (result i32 i32)
                 i32.const 9
                 i32.const 2
                 i32.const 3
                 local.get $index
                 br_table 0 1
               end)
             (func (export "main") (local $a i32) (local $b i32)
               (call $f (call $size))
               local.set $b
               local.set $a
               (i32.store (i32.const 0) (local.get $a))
               (i32.store (i32.const 4) (local.get $b))
               (call $finish (i32.const 0) (i32.const 8))))"#
    );
    gives(&text, "0200000003000000");
}

#[test]
fn a_select_takes_its_own_condition() {
    let text = format!(
        r#"(module {IMPORTS} (memory (export "memory") 1)
             (func (export "main") (local $i i32)
               (local.set $i (i32.const 5))
               (i32.store (i32.const 0)
                 (select (i32.const 1) (i32.const 2) (i32.eqz (local.get $i))))
               (i32.store (i32.const 4)
                 (select (i32.const 1) (i32.const 2) (i32.ne (local.get $i) (i32.const 0))))
               (call $finish (i32.const 0) (i32.const 8))))"#
    );
    gives(&text, "0200000001000000");
}

/// A store far from its address, of a value that is its address: in `main`, and in a function that it calls.
#[test]
fn a_far_store_of_its_own_address() {
    let store = "(i32.add (local.get $x) (i32.const 5))
                 local.tee $x
                 local.get $x
                 i32.store8 offset=70000";
    let finish = "(call $finish (i32.const 70000) (i32.const 8))";
    gives(
        &format!(
            r#"(module {IMPORTS} (memory (export "memory") 2)
                 (func (export "main") (local $x i32) {store} {finish}))"#
        ),
        "0000000000050000",
    );
    gives(
        &format!(
            r#"(module {IMPORTS} (memory (export "memory") 2)
                 (func $f (local $x i32) {store})
                 (func (export "main") (call $f) {finish}))"#
        ),
        "0000000000050000",
    );
}

/// Null stays null below a block, and calling it is a trap and nothing else.
#[test]
fn a_null_reference_waits_below_a_parameter_of_a_block() {
    let text = format!(
        r#"(module {IMPORTS} (memory (export "memory") 1)
             (type $t (func)) (table 1 funcref) (elem declare func $g) (func $g)
             (func (export "main") (local $f funcref)
               i32.const 0
               local.get $f
               i32.const 1
               block (param i32)
                 drop
                 (br_if 0 (i32.eqz (call $size)))
                 (local.set $f (ref.func $g))
               end
               table.set 0
               (call_indirect (type $t) (i32.const 0))
               (call $finish (i32.const 0) (i32.const 4))))"#
    );
    for input in [&b""[..], b"x"] {
        ends(&text, input, StatusCode::WasmTrap, "");
    }
}

/// Each turn of these leaves nothing on the native stack, however it is metered: gas ends them.
#[test]
fn growing_by_nothing_for_ever_is_out_of_gas() {
    for grow in [
        "(memory.grow (i32.const 0))",
        "(memory.grow (i32.const 100000))",
        "(table.grow 0 (ref.null func) (i32.const 0))",
        "(table.grow 0 (ref.null func) (i32.const 100000))",
    ] {
        let code = module(&format!("(loop $l (drop {grow}) (br $l))"), "(table 1 funcref)");
        for engine in ALL_RIGHT {
            let case = check_code(code.clone()).gas(60_000);
            let thread = thread::Builder::new()
                .stack_size(512 << 10)
                .spawn(move || case.on(&vm(&[("engine", engine)])).result.status);
            let status = thread.expect("a thread").join().expect("it ends well");
            assert_eq!(status, StatusCode::OutOfGas, "{engine}: {grow}");
        }
    }
}
