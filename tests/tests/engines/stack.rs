//! The stack ends by our count on both engines, whatever the machine has.

use super::{compiler, vm};
use hebe_host::StatusCode;
use hebe_testing::{check_code, module};
use std::{fmt::Write, thread};

/// A function with so many locals, all of which it needs after it has called itself.
fn wide(locals: usize) -> String {
    let mut text =
        format!("(func $wide (param $n i32) (result i32) (local {})", "i32 ".repeat(locals));
    for local in 1..=locals {
        write!(text, "(local.set {local} (i32.load (i32.mul (local.get $n) (i32.const {local}))))")
            .unwrap();
    }
    text += "(local.set $n (call $wide (i32.and (i32.add (local.get $n) (i32.const 1)) (i32.const 255))))";
    for local in 1..=locals {
        write!(text, "(local.set $n (i32.add (local.get $n) (local.get {local})))").unwrap();
    }
    text + "(local.get $n))"
}

/// On a thread of 2 MiB, which a contract's whole stack does not fit into.
fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().stack_size(2 << 20).spawn(test);
    thread.expect("a thread").join().expect("it ends well");
}

#[test]
fn deep_recursion_ends_by_our_count() {
    on_a_small_stack(|| {
        let compiler = compiler();
        let interpreter = vm(&[("engine", "interpreter")]);
        let mut compiled = 0;
        for locals in [0, 1, 7, 31, 100, 1_000, 8_000] {
            let code = module("(drop (call $wide (i32.const 0)))", &wide(locals));
            let case = check_code(code).gas(1_000_000_000);
            for vm in [&compiler, &interpreter] {
                let execution = case.on(vm);
                assert_eq!(
                    execution.result.status,
                    StatusCode::StackOverflow,
                    "{locals} locals: {:?}",
                    execution.reason
                );
            }
            // The widest is beyond what is compiled.
            compiled += u64::from(locals < 8_000);
            assert_eq!(compiler.compiled_contracts(), compiled, "{locals} locals");
        }
    });
}

/// Recursion through another function, through the table and in tail position: as deep as direct recursion, to
/// the call, on both engines.
#[test]
fn recursion_of_every_kind_is_as_deep() {
    // A parameter, two operands and eight slots a call; in `main` one operand and eight.
    let deepest = (65_536 - 9) / 11 - 1;
    let next = "(i32.sub (local.get 0) (i32.const 1))";
    let function = |name: &str, call: &str| {
        format!("(func ${name} (param i32) (if (local.get 0) (then (nop) {call} (nop))))")
    };
    let calling = |name: &str| format!("(call ${name} {next})");
    let kinds = [
        function("f", &calling("f")),
        function("f", &calling("g")) + &function("g", &calling("f")),
        "(table funcref (elem $f)) (type $t (func (param i32)))".to_owned()
            + &function("f", &format!("(call_indirect (type $t) {next} (i32.const 0))")),
        format!(
            "(func $f (param i32) (if (i32.eqz (local.get 0)) (then (return))) {})",
            calling("f")
        ),
    ];
    on_a_small_stack(move || {
        let compiler = compiler();
        let interpreter = vm(&[("engine", "interpreter")]);
        for fields in kinds {
            for (depth, status) in
                [(deepest, StatusCode::Success), (deepest + 1, StatusCode::StackOverflow)]
            {
                let code = module(&format!("(call $f (i32.const {depth}))"), &fields);
                for vm in [&compiler, &interpreter] {
                    let execution = check_code(code.clone()).on(vm);
                    assert_eq!(execution.result.status, status, "{fields}: {:?}", execution.reason);
                }
            }
        }
        assert_eq!(compiler.compiled_contracts(), 8);
    });
}

/// Values that are computed once and wanted again after a call all wait in the native frame, which is far wider
/// than ours then. Such code stays with the interpreter.
#[test]
fn frames_that_optimising_makes_wide_are_not_run() {
    on_a_small_stack(|| {
        let mut body = String::new();
        for _ in 0..2 {
            for k in 0..1_500 {
                write!(
                    body,
                    "(i32.store (i32.const {}) (i32.xor (i32.mul (local.get $n) (i32.const {})) (local.get $n)))",
                    4 * k,
                    2 * k + 3
                )
                .unwrap();
            }
            body += "(call $deep (i32.add (local.get $n) (i32.const 1)))";
        }
        let fields = format!("(func $deep (param $n i32) {body})");
        let case = check_code(module("(call $deep (i32.const 0))", &fields)).gas(1_000_000_000);
        let vm = compiler();
        let execution = case.on(&vm);
        assert_eq!(execution.result.status, StatusCode::StackOverflow, "{:?}", execution.reason);
        assert_eq!(vm.compiled_contracts(), 0);
    });
}
