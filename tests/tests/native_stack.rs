//! The interpreter must not use the native stack for what a contract does in a loop.
//!
//! In optimised builds wasmi trusts the compiler to make each of its calls from one instruction to the
//! next a jump. Where that fails, every executed instruction leaves something on the stack, and a
//! hostile loop ends the process. So: each kind of instruction, many times, on a small stack; in the
//! profile that is shipped too (`cargo test --release -p hebe-testing --test native_stack`). If this
//! dies, wasmi or the compiler has changed: build wasmi with `portable-dispatch`.

use hebe_host::StatusCode;
use hebe_testing::{check_code, machines, module};
use std::thread;

const STACK_BYTES: usize = 512 * 1024;
/// At 16 bytes for an instruction, which is the least that a call leaves, half of this is too much
/// for the stack and for a fresh segment of the executor's.
const TURNS: u32 = 600_000;

/// Instructions that leave nothing on the stack, of every kind that contracts may use. `$i` and `$l`
/// are an i32 and an i64 that change.
fn instructions() -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for (ty, local, constant) in [("i32", "$i", "(i32.const 7)"), ("i64", "$l", "(i64.const 7)")] {
        for operator in [
            "add", "sub", "mul", "div_s", "div_u", "rem_s", "rem_u", "and", "or", "xor", "shl",
            "shr_s", "shr_u", "rotl", "rotr", "eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s",
            "le_u", "ge_s", "ge_u",
        ] {
            all.push(format!("(drop ({ty}.{operator} (local.get {local}) {constant}))"));
            all.push(format!(
                "(drop ({ty}.{operator} {constant} ({ty}.or (local.get {local}) ({ty}.const 1))))"
            ));
        }
        for operator in ["clz", "ctz", "popcnt", "eqz", "extend8_s", "extend16_s"] {
            all.push(format!("(drop ({ty}.{operator} (local.get {local})))"));
        }
        for width in ["", "8_s", "8_u", "16_s", "16_u"] {
            all.push(format!(
                "(drop ({ty}.load{width} (i32.and (local.get $i) (i32.const 0xff))))"
            ));
        }
        for width in ["", "8", "16"] {
            all.push(format!(
                "({ty}.store{width} (i32.and (local.get $i) (i32.const 0xff)) (local.get {local}))"
            ));
        }
        all.push(format!("(drop (select (local.get {local}) {constant} (local.get $i)))"));
        all.push(format!("(global.set $g{ty} ({ty}.add (global.get $g{ty}) {constant}))"));
    }
    all.extend(
        [
            "(drop (i64.extend_i32_s (local.get $i)))",
            "(drop (i64.extend_i32_u (local.get $i)))",
            "(drop (i64.extend32_s (local.get $l)))",
            "(drop (i32.wrap_i64 (local.get $l)))",
            "(drop (i64.load32_s (i32.const 8)))",
            "(i64.store32 (i32.const 8) (local.get $l))",
            "(block (br_if 0 (local.get $i)) (nop))",
            "(block (block (block (br_table 0 1 2 (i32.rem_u (local.get $i) (i32.const 4))))))",
            "(if (local.get $i) (then (nop)) (else (nop)))",
            "(call $nothing)",
            "(drop (call $same (local.get $i)))",
            "(call_indirect (type $void) (i32.const 0))",
            "(drop (memory.size))",
            "(drop (memory.grow (i32.const 0)))",
            "(memory.fill (i32.const 64) (i32.const 1) (i32.const 16))",
            "(memory.copy (i32.const 64) (i32.const 96) (i32.const 16))",
            "(memory.init $data (i32.const 64) (i32.const 0) (i32.const 4))",
            "(table.set (i32.const 1) (ref.func $nothing))",
            "(drop (ref.is_null (table.get (i32.const 1))))",
            "(drop (table.size))",
            "(table.fill (i32.const 1) (ref.null func) (i32.const 1))",
            "(table.copy (i32.const 1) (i32.const 0) (i32.const 1))",
        ]
        .map(str::to_owned),
    );
    all
}

#[test]
fn no_instruction_uses_the_native_stack() {
    let instructions = instructions();
    let chunks: Vec<_> = instructions.chunks(24).map(|chunk| chunk.join("\n")).collect();
    let fields = r#"(type $void (func)) (table 2 funcref) (elem (i32.const 0) func $nothing)
        (global $gi32 (mut i32) (i32.const 0)) (global $gi64 (mut i64) (i64.const 0))
        (data $data "abcd") (func $nothing) (func $same (param i32) (result i32) (local.get 0))"#;
    for chunk in chunks {
        let turns = TURNS / 24;
        let body = format!(
            "(local $i i32) (local $l i64)
             (loop
                {chunk}
                (local.set $l (i64.add (local.get $l) (i64.const 0x100000001)))
                (br_if 0 (i32.lt_u
                    (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const {turns}))))"
        );
        let code = module(&body, fields);
        let small = thread::Builder::new().stack_size(STACK_BYTES);
        let thread = small.spawn(move || {
            for (name, machine) in machines() {
                let execution = check_code(code.clone()).on(machine.as_ref());
                assert_eq!(
                    execution.result.status,
                    StatusCode::Success,
                    "{name} {:?}",
                    execution.reason
                );
            }
        });
        thread.expect("a thread").join().expect("it ends well");
    }
}
