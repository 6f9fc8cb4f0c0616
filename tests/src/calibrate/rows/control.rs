//! What goes from place to place: blocks, branches, calls, and what they carry.

use super::{Row, repeated};
use std::fmt::Write;

/// Blocks, branches, and what they carry.
pub(super) fn branches() -> Vec<Row> {
    let many = |n: usize| format!("(param {0}) (result {0})", "i64 ".repeat(n));
    let results = |n: usize| format!("(result {})", "i64 ".repeat(n));
    let mut rows = vec![
        repeated("block", "block", 400, "(block)"),
        repeated("loop", "loop", 400, "(loop)"),
        repeated(
            "if, not taken",
            "if",
            200,
            "(if (local.get $i) (then (local.set $j (local.get $k))))",
        ),
        repeated(
            "if, taken",
            "if",
            200,
            "(if (local.get $n) (then (local.set $j (i32.add (local.get $j) (local.get $k)))) (else (nop)))",
        ),
        repeated(
            "if, by chance",
            "if",
            100,
            "(local.set $x (i64.add (i64.mul (local.get $x) (i64.const 6364136223846793005)) (i64.const 1442695040888963407))) (if (i32.wrap_i64 (i64.shr_u (local.get $x) (i64.const 63))) (then (local.set $j (i32.add (local.get $j) (local.get $k)))))",
        ),
        repeated("br", "br", 200, "(block (br 0))"),
        repeated("br_if, not taken", "br_if", 200, "(block (br_if 0 (local.get $i)))"),
        repeated("br_if, taken", "br_if", 200, "(block (br_if 0 (local.get $n)))"),
        repeated(
            "br_if, by chance",
            "br_if",
            100,
            "(local.set $x (i64.add (i64.mul (local.get $x) (i64.const 6364136223846793005)) (i64.const 1442695040888963407))) (block (br_if 0 (i32.wrap_i64 (i64.shr_u (local.get $x) (i64.const 63)))) (local.set $j (i32.add (local.get $j) (local.get $k))))",
        ),
        repeated(
            "br_table, the same target",
            "br_table",
            100,
            "(block (block (br_table 0 1 0 1 (local.get $i))))",
        ),
        repeated(
            "br_table, by chance",
            "br_table",
            100,
            "(local.set $x (i64.add (i64.mul (local.get $x) (i64.const 6364136223846793005)) (i64.const 1442695040888963407))) (block (block (block (block (br_table 0 1 2 3 (i32.wrap_i64 (i64.shr_u (local.get $x) (i64.const 62))))) (local.set $j (local.get $k))) (local.set $j (i32.add (local.get $j) (local.get $k)))) (local.set $k (local.get $j)))",
        ),
        repeated(
            "loops, one in another, 16 parameters",
            "value",
            1,
            &format!(
                "{}{}{}{}",
                "(i64.const 5) ".repeat(16),
                format!("(loop {} ", many(16)).repeat(100),
                ")".repeat(100),
                "drop ".repeat(16)
            ),
        )
        .of(1600),
    ];
    for n in [1, 4, 16] {
        let gets = "(local.get $y) ".repeat(n);
        let drops = "drop ".repeat(n);
        rows.push(
            repeated(
                format!("br with {n} values"),
                "value",
                60,
                &format!("(block {} (local.get $x) {gets} (br 0)) {drops}", results(n)),
            )
            .of(n),
        );
        rows.push(repeated(format!("br_if with {n} values"), "value", 60, &format!("(block {} (local.get $x) drop (local.get $z) {gets} (br_if 0 (local.get $n)) br 0) {drops}", results(n))).of(2 * n));
        rows.push(repeated(format!("br_table with {n} values"), "value", 60, &format!("(block {r} (block {r} (local.get $z) {gets} (br_table 0 1 (local.get $i))) ) {drops}", r = results(n))).of(n));
    }
    rows
}

/// Functions: arguments, results, locals, frames.
pub(super) fn calls() -> Vec<Row> {
    let mut rows = vec![
        repeated("call", "call", 100, "(call $f)").with("(func $f)"),
        repeated("call_indirect", "call_indirect", 100, "(call_indirect (type $t) (local.get $i))")
            .with("(type $t (func)) (table 1 1 funcref) (elem (i32.const 0) func $f) (func $f (type $t))"),
        repeated("return", "return", 100, "(call $f)").with("(func $f return)"),
        repeated("recursion, fib", "call", 1, "(drop (call $fib (i32.const 14)))")
            .with("(func $fib (param i32) (result i32) (if (result i32) (i32.lt_u (local.get 0) (i32.const 2)) (then (local.get 0)) (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1))) (call $fib (i32.sub (local.get 0) (i32.const 2)))))))")
            .of(1219),
        repeated("recursion, 3,000 deep", "call", 1, "(call $deep (i32.const 3000))")
            .with("(func $deep (param i32) (if (local.get 0) (then (call $deep (i32.sub (local.get 0) (i32.const 1))))))")
            .of(3001),
    ];
    for n in [1, 8, 64, 255] {
        let args = "(local.get $y) ".repeat(n);
        rows.push(
            repeated(format!("call, {n} arguments"), "value", 3, &format!("{args} (call $f)"))
                .with(&format!("(func $f (param {}))", "i64 ".repeat(n)))
                .of(n),
        );
        let constants = "(i64.const 0x123456789a) ".repeat(n);
        rows.push(
            repeated(format!("call, {n} constants"), "value", 3, &format!("{constants} (call $f)"))
                .with(&format!("(func $f (param {}))", "i64 ".repeat(n)))
                .of(n),
        );
    }
    for n in [1, 4, 16] {
        let types = "i64 ".repeat(n);
        rows.push(
            repeated(
                format!("call, {n} results"),
                "value",
                30,
                &format!("(call $f) {}", "drop ".repeat(n)),
            )
            .with(&format!(
                "(global $g (mut i64) (i64.const 1)) (func $f (result {types}) {})",
                "(global.get $g) ".repeat(n)
            ))
            .of(n),
        );
    }
    for n in [8, 128, 1_024, 8_190] {
        rows.push(
            repeated(format!("call, {n} locals"), "local", 5, "(call $f)")
                .with(&format!("(func $f (local {}))", "i64 ".repeat(n)))
                .of(n),
        );
        let alive: String = (0..n.min(1_000)).fold(String::new(), |mut text, i| {
            let _ =
                write!(text, "(if (local.get {i}) (then (local.set {} (i32.const 1))))", n - 1 - i);
            text
        });
        if n <= 1_024 {
            rows.push(
                repeated(format!("call, {n} locals alive"), "local", 5, "(call $f)")
                    .with(&format!("(func $f (local {}) {alive})", "i32 ".repeat(n)))
                    .of(n),
            );
        }
    }
    rows
}
