//! Arithmetic, constants, locals, globals.

use super::{Row, leaked, repeated};

pub(super) fn instructions() -> Vec<Row> {
    let mut rows = Vec::new();
    const BINARY: &[&str] =
        &["add", "sub", "mul", "and", "or", "xor", "shl", "shr_s", "shr_u", "rotl", "rotr"];
    const COMPARE: &[&str] =
        &["eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u"];
    for (ty, into, first, second) in [("i32", "$i", "$j", "$k"), ("i64", "$x", "$y", "$z")] {
        for op in BINARY {
            let name = leaked(format!("{ty}.{op}"));
            // A chain, so that each waits for the one before; operands change, so that nothing is known of them.
            let copy = format!(
                "(local.set {into} ({name} ({name} (local.get {into}) (local.get {first})) (local.get {second})))"
            );
            rows.push(repeated(name, name, 150, &copy).of(2));
        }
        for op in ["div_s", "div_u", "rem_s", "rem_u"] {
            let name = leaked(format!("{ty}.{op}"));
            // Never zero, never an overflow, and the quotient is long.
            let copy = format!(
                "(local.set {into} ({name} ({ty}.or (local.get {into}) ({ty}.const 0x7ffffff1)) ({ty}.or (local.get {first}) ({ty}.const 3))))"
            );
            rows.push(repeated(name, name, 150, &copy));
        }
        for op in COMPARE {
            let name = leaked(format!("{ty}.{op}"));
            let copy = match ty {
                "i32" => format!("(local.set $i ({name} (local.get $i) (local.get $j)))"),
                _ => format!(
                    "(local.set $i (i32.add (local.get $i) ({name} (local.get $x) (local.get $y)))) (local.set $x (i64.add (local.get $x) (local.get $z)))"
                ),
            };
            rows.push(repeated(name, name, 150, &copy));
        }
        for op in ["clz", "ctz", "popcnt", "extend8_s", "extend16_s"] {
            let name = leaked(format!("{ty}.{op}"));
            let copy = format!(
                "(local.set {into} ({ty}.add ({name} (local.get {into})) (local.get {first})))"
            );
            rows.push(repeated(name, name, 150, &copy));
        }
    }
    rows.extend([
        repeated("i32.eqz", "i32.eqz", 150, "(local.set $i (i32.eqz (local.get $i)))"),
        repeated("i64.eqz", "i64.eqz", 150, "(local.set $i (i64.eqz (local.get $x))) (local.set $x (i64.add (local.get $x) (local.get $y)))"),
        repeated("i64.extend32_s", "i64.extend32_s", 150, "(local.set $x (i64.extend32_s (i64.add (local.get $x) (local.get $y))))"),
        repeated("i64.extend_i32_s", "i64.extend_i32_s", 150, "(local.set $x (i64.add (local.get $x) (i64.extend_i32_s (i32.wrap_i64 (local.get $x)))))"),
        repeated("i64.extend_i32_u", "i64.extend_i32_u", 150, "(local.set $x (i64.add (local.get $x) (i64.extend_i32_u (i32.wrap_i64 (local.get $x)))))"),
        repeated("i32.wrap_i64", "i32.wrap_i64", 150, "(local.set $x (i64.extend_i32_u (i32.wrap_i64 (i64.add (local.get $x) (local.get $y)))))"),
        repeated("select", "select", 150, "(local.set $i (select (local.get $j) (local.get $k) (local.get $i)))"),
        // Written to slots, since a block comes.
        repeated("i32.const, dropped", "i32.const", 1, &format!("{}{}", "(i32.const 77) ".repeat(400), "drop ".repeat(400))).of(400),
        repeated("i64.const, dropped", "i64.const", 1, &format!("{}{}", "(i64.const 0x1234567812345678) ".repeat(400), "drop ".repeat(400))).of(400),
        repeated("i64.const, stored", "i64.const", 200, "(local.set $x (i64.const 0x1234567812345678))"),
        repeated("local.get, dropped", "local.get", 1, &format!("{}{}", "(local.get $i) (local.get $j) ".repeat(200), "drop ".repeat(400))).of(400),
        repeated("local.get and local.set", "local.set", 200, "(local.set $x (local.get $y)) (local.set $y (local.get $z)) (local.set $z (local.get $x))").of(3),
        repeated("local.tee", "local.tee", 200, "(local.set $x (local.tee $y (local.tee $z (i64.add (local.get $x) (local.get $y)))))").of(2),
        repeated("nop", "nop", 400, "nop "),
        repeated("global.get", "global.get", 200, "(local.set $x (i64.add (local.get $x) (global.get $g)))").with("(global $g (mut i64) (i64.const 5))"),
        repeated("global.set", "global.set", 200, "(global.set $g (local.get $x)) (global.set $h (local.get $y))").with("(global $g (mut i64) (i64.const 5)) (global $h (mut i64) (i64.const 5))").of(2),
        repeated("memory.size", "memory.size", 200, "(local.set $i (i32.add (local.get $i) (memory.size)))"),
    ]);
    rows
}
