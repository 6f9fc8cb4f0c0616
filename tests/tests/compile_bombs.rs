//! Contracts that are made to be slow to compile.
//!
//! Beyond the bounds (vm/src/compiler/bounds.rs) nothing is compiled; within them the memory that the compiler
//! takes is bounded. One test alone in its process, whose memory is looked at. `--nocapture` shows the figures.

use hebe_host::StatusCode;
use hebe_testing::{check_code, contract, module};
use hebe_vm::Vm;
use std::{fs, time::Instant};

/// What compiling one contract may take at most, on top of what a process has anyway. ARCHITECTURE.md says it.
const BOUND_MIB: usize = 128;

/// The most memory that the process had so far.
fn peak_mib() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok()).unwrap_or(0) / 1024
}

/// `count` locals, each set to something that nobody knows.
fn locals(count: usize) -> String {
    let mut text = format!("(local {})", "i64 ".repeat(count));
    for local in 0..count {
        text += &format!("(local.set {local} (i64.load (i32.const {})))", 8 * local % 60_000);
    }
    text
}

/// A contract whose `main` has this body behind a condition that does not hold.
fn unlikely(declared: &str, body: &str) -> Vec<u8> {
    contract(&format!("{declared} (if (i32.load (i32.const 60008)) (then {body}))"))
}

/// So many elements of a segment that nobody uses.
fn elements(count: usize) -> String {
    format!("(func $f) (table 1 funcref) (elem func {})", "$f ".repeat(count))
}

/// So many types, no two alike.
fn types(count: usize) -> String {
    let param = |i: usize, bit: usize| if (i >> bit) & 1 == 1 { "i64 " } else { "i32 " };
    let params = |i: usize| (0..12).map(|bit| param(i, bit)).collect::<String>();
    (0..count).map(|i| format!("(type (func (param {})))", params(i))).collect()
}

/// So many loads, all of which wait on the operand stack.
fn waiting(count: usize) -> String {
    let loads = "(i64.load (i32.const 8)) ".repeat(count);
    format!("{loads} {} drop", "i64.add ".repeat(count - 1))
}

/// One that the bounds refuse, by each of them.
fn beyond() -> Vec<(&'static str, Vec<u8>)> {
    let step = "(local.set 0 (i64.add (i64.mul (local.get 0) (i64.const 77)) (local.get 1)))";
    let table = |targets: usize| {
        format!("(block (br_table {} (i32.load (i32.const 0))))", "0 ".repeat(targets + 1))
    };
    let looping = "(loop (br_if 0 (i64.eqz (local.get 0))))";
    let rotation = "(local.set 0 (i64.rotl (local.get 0) (local.get 1)))";
    // Bytes that mean nothing, without which so much of one thing would not be valid.
    let room = format!("(data \"{}\")", " ".repeat(150_000));
    vec![
        ("a huge function", unlikely(&locals(2), &step.repeat(30_000))),
        (
            "deep nesting",
            unlikely("", &format!("{}{}", "(block ".repeat(1_000), ")".repeat(1_000)).repeat(20)),
        ),
        ("thousands of targets", unlikely("", &table(8_000).repeat(5))),
        ("thousands of functions", module("", &("(func)".repeat(4_000) + &room))),
        ("tens of thousands of elements", module("", &(elements(60_000) + &room))),
        ("thousands of types", module("", &(types(1_500) + &room))),
        ("thousands of rotations", unlikely(&locals(2), &rotation.repeat(9_000))),
        ("a thousand loads that wait", unlikely("", &waiting(12_000))),
        ("many values over many edges", unlikely(&locals(4_000), &looping.repeat(1_000))),
    ]
}

/// The worst within the bounds.
fn within() -> Vec<(&'static str, Vec<u8>)> {
    let step = "(local.set 0 (i64.add (i64.mul (local.get 0) (i64.const 77)) (local.get 1)))";
    let looping = "(loop (local.set 0 (i64.add (local.get 0) (local.get 1))) (br_if 0 (i64.eqz (local.get 0))))";
    let room = format!("(data \"{}\")", " ".repeat(100_000));
    let function = |body: &str| format!("(func (param i64 i64) {body})");
    vec![
        ("a large function", unlikely(&locals(2), &step.repeat(5_500))),
        ("many functions", module("", &("(func)".repeat(1_500) + &room))),
        ("many elements", module("", &(elements(15_000) + &room))),
        ("many types", module("", &(types(350) + &room))),
        ("128 values over many edges", unlikely(&locals(128), &looping.repeat(600))),
        ("1,000 values over many edges", unlikely(&locals(1_000), &looping.repeat(150))),
        ("several large functions", module("", &function(&step.repeat(5_500)).repeat(3))),
    ]
}

#[test]
fn bombs_do_not_go_off() {
    let vm = |engine| {
        let mut vm = Vm::default();
        vm.set_option("engine", engine).expect("it is an option");
        vm
    };
    let (auto, compiler) = (vm("auto"), vm("compiler"));
    // What the engine takes for itself is not the contract's.
    check_code(contract("")).on(&compiler);
    let mut compiled = compiler.compiled_contracts();
    assert_eq!(compiled, 1);
    for (name, code) in beyond() {
        for vm in [&auto, &compiler] {
            let execution = check_code(code.clone()).gas(10_000_000).on(vm);
            assert_eq!(
                execution.result.status,
                StatusCode::Success,
                "{name}: {:?}",
                execution.reason
            );
        }
        assert_eq!(compiler.compiled_contracts(), compiled, "{name} is beyond the bounds");
    }
    for (name, code) in within() {
        let (before, start) = (peak_mib(), Instant::now());
        let execution = check_code(code.clone()).gas(10_000_000).on(&compiler);
        assert_eq!(execution.result.status, StatusCode::Success, "{name}: {:?}", execution.reason);
        compiled += 1;
        assert_eq!(compiler.compiled_contracts(), compiled, "{name} is within the bounds");
        let (after, time) = (peak_mib(), start.elapsed().as_millis());
        println!("{name}: {} bytes, {} MiB more, {time} ms", code.len(), after - before);
        assert!(after < before + BOUND_MIB, "{name} took {} MiB", after - before);
    }
}
