//! Memory, tables and references.

use super::{Row, leaked, modules::room, repeated};
use std::fmt::Write;

/// Loads and stores near and far, growth, and bulk instructions.
pub(super) fn memory() -> Vec<Row> {
    let mut rows = Vec::new();
    const LOADS: &[(&str, &str)] = &[
        ("i32.load", "i32"),
        ("i32.load8_s", "i32"),
        ("i32.load8_u", "i32"),
        ("i32.load16_s", "i32"),
        ("i32.load16_u", "i32"),
        ("i64.load", "i64"),
        ("i64.load8_s", "i64"),
        ("i64.load8_u", "i64"),
        ("i64.load16_s", "i64"),
        ("i64.load16_u", "i64"),
        ("i64.load32_s", "i64"),
        ("i64.load32_u", "i64"),
    ];
    for (name, ty) in LOADS {
        // The memory is zero, so each finds the address of the next.
        let copy = match *ty {
            "i32" => format!("(local.set $i ({name} (local.get $i)))"),
            _ => format!("(local.set $i (i32.wrap_i64 ({name} (local.get $i))))"),
        };
        rows.push(repeated(*name, name, 150, &copy));
    }
    for (name, value) in [
        ("i32.store", "$j"),
        ("i32.store8", "$j"),
        ("i32.store16", "$j"),
        ("i64.store", "$y"),
        ("i64.store8", "$y"),
        ("i64.store16", "$y"),
        ("i64.store32", "$y"),
    ] {
        rows.push(repeated(name, name, 75, &format!("({name} offset=64 (local.get $i) (local.get {value})) ({name} offset=80 (local.get $i) (local.get {value}))")).of(2));
    }
    rows.push(repeated("a store and a load of it", "i64.load", 100, "(i64.store (i32.const 64) (local.get $x)) (local.set $x (i64.add (i64.load (i32.const 64)) (local.get $y)))"));
    // Addresses by a generator of numbers, each load waiting for the one before.
    let chance = |mask: u64, what: &str| {
        format!(
            "(local.set $x (i64.add (i64.mul (local.get $x) (i64.const 6364136223846793005)) (i64.const 1442695040888963407))) (local.set $i (i32.wrap_i64 (i64.and (i64.xor (i64.shr_u (local.get $x) (i64.const 30)) (local.get $y)) (i64.const {mask})))) {what}"
        )
    };
    let load = "(local.set $y (i64.load (local.get $i)))";
    let store = "(i64.store (local.get $i) (i64.const 0))";
    for (size, mask, pages) in [
        ("64 KiB", 0xfff8, "1 1"),
        ("1 MiB", 0xf_fff8, "16 16"),
        ("2 MiB", 0x1f_fff8, "32 32"),
        ("32 MiB", 0x1ff_fff8, "512 512"),
    ] {
        let price = if mask > 0xf_ffff { "far" } else { "i64.load" };
        rows.push(
            repeated(format!("loads by chance, {size}"), price, 100, &chance(mask, load))
                .pages(pages),
        );
        rows.push(
            repeated(
                format!("stores by chance, {size}"),
                if price == "far" { "far" } else { "i64.store" },
                100,
                &chance(mask, store),
            )
            .pages(pages),
        );
    }
    rows.push(repeated("memory.copy of 8 bytes by chance, 32 MiB", "far", 100, &chance(0x1ff_fff8, "(memory.copy (local.get $i) (i32.xor (local.get $i) (i32.const 0x1248000)) (i32.const 8))")).pages("512 512"));
    for (bytes, size) in [(0, "0 bytes"), (32, "32 bytes"), (1 << 16, "64 KiB"), (1 << 20, "1 MiB")]
    {
        let words = if bytes == 0 { 0 } else { bytes / 32 };
        let pages = if bytes > 1 << 16 { "32 32" } else { "2 2" };
        for (op, source) in [
            ("memory.copy", "(i32.const 65535)"),
            ("memory.fill", "(local.get $j)"),
            ("memory.init $d", "(i32.const 0)"),
        ] {
            if op.starts_with("memory.init") && bytes > 1 << 16 {
                continue;
            }
            let name = op.trim_end_matches(" $d");
            let price = if words == 0 { leaked(name.to_owned()) } else { "word" };
            let row = repeated(
                format!("{name}, {size}"),
                price,
                if bytes > 64 { 2 } else { 50 },
                &format!("({op} (i32.const 1) {source} (i32.const {bytes}))"),
            )
            .pages(pages)
            .of(words.max(1));
            let data = if op.starts_with("memory.init") {
                format!("(data $d \"{}\")", "x".repeat(bytes.max(1)))
            } else {
                String::new()
            };
            rows.push(row.with(&data));
        }
    }
    rows.push(repeated(
        "memory.grow by nothing",
        "memory.grow",
        50,
        "(local.set $i (memory.grow (i32.const 0)))",
    ));
    rows.push(repeated(
        "memory.grow that fails",
        "memory.grow",
        50,
        "(local.set $i (memory.grow (i32.const 1)))",
    ));
    rows.push(repeated("data.drop", "data.drop", 100, "(data.drop $d)").with("(data $d \"x\")"));
    rows
}

/// Tables and references.
pub(super) fn tables() -> Vec<Row> {
    const FIELDS: &str = "(table $t 4096 4096 funcref) (elem $e func $f $f $f $f) (func $f)";
    let mut rows: Vec<Row> = [
        ("ref.null", "(ref.null func) drop "),
        ("ref.is_null", "(local.set $i (i32.add (local.get $i) (ref.is_null (local.get $r))))"),
        ("ref.func", "(local.set $r (ref.func $f)) (local.set $i (i32.add (local.get $i) (ref.is_null (local.get $r))))"),
        ("table.get", "(local.set $i (ref.is_null (table.get $t (local.get $i))))"),
        ("table.set", "(table.set $t (local.get $i) (local.get $r))"),
        ("table.size", "(local.set $i (i32.add (local.get $i) (table.size $t)))"),
        ("table.grow", "(local.set $i (table.grow $t (local.get $r) (i32.const 1)))"),
        ("table.fill", "(table.fill $t (i32.const 0) (local.get $r) (i32.const 0))"),
        ("table.copy", "(table.copy $t $t (i32.const 0) (i32.const 9) (i32.const 0))"),
        ("table.init", "(table.init $t $e (i32.const 0) (i32.const 0) (i32.const 0))"),
        ("elem.drop", "(elem.drop $e)"),
    ]
    .into_iter()
    .map(|(name, copy)| repeated(name, name, 100, copy).with(FIELDS).declare("(local $r funcref)"))
    .collect();
    for (name, copy, units) in [
        (
            "table.fill, 4,096 elements",
            "(table.fill $t (i32.const 0) (local.get $r) (i32.const 4096))",
            4_096,
        ),
        (
            "table.copy, 2,000 elements",
            "(table.copy $t $t (i32.const 0) (i32.const 9) (i32.const 2000))",
            2_000,
        ),
        (
            "table.init, 2,000 elements",
            "(table.init $t $e (i32.const 0) (i32.const 0) (i32.const 2000))",
            2_000,
        ),
    ] {
        let fields = format!(
            "(table $t 4096 4096 funcref) (elem $e func {}) (func $f)",
            "$f ".repeat(2_000)
        );
        rows.push(
            repeated(name, "element", 2, copy)
                .with(&fields)
                .declare("(local $r funcref)")
                .of(units),
        );
    }
    rows.push(
        repeated(
            "ref.func of many, in a table",
            "ref.func",
            1,
            &(0..400).fold(String::new(), |mut text, i| {
                let _ = write!(text, "(table.set $t (i32.const {i}) (ref.func $f{i}))");
                text
            }),
        )
        .with(&(0..400).fold(
            room(&" ".repeat(1_000)) + "(table $t 400 400 funcref)",
            |mut text, i| {
                let _ = write!(text, "(func $f{i}) (elem declare func $f{i})");
                text
            },
        ))
        .of(400),
    );
    rows
}
