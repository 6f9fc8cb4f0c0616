//! Which WebAssembly may a contract use? Every proposal is tried, by its typical type or instruction.

mod common;

use common::*;
use hebe_gas::Reason;

/// By default: what compilers emit beyond the MVP. In the MVP: nothing of it.
const DEFAULT_ONLY: &[(&str, &str)] = &[
    ("sign extension", "(func (drop (i32.extend8_s (i32.const 1))))"),
    ("sign extension", "(func (drop (i64.extend32_s (i64.const 1))))"),
    ("mutable globals", r#"(global (export "g") (mut i32) (i32.const 1))"#),
    ("multi-value", "(func (result i32 i64) (i32.const 1) (i64.const 2))"),
    ("multi-value", "(func (i32.const 1) (block (param i32) (drop)))"),
    ("bulk memory", "(func (memory.copy (i32.const 0) (i32.const 0) (i32.const 0)))"),
    ("bulk memory", "(func (memory.fill (i32.const 0) (i32.const 0) (i32.const 0)))"),
    ("bulk memory", r#"(data $d "x") (func (data.drop $d))"#),
    ("bulk memory", r#"(data "x")"#),
    ("bulk memory", "(table 1 funcref) (elem func)"),
    ("reference types", "(table 1 funcref) (func $f) (elem (i32.const 0) funcref (ref.func $f))"),
    (
        "bulk memory",
        "(table 1 funcref) (elem $e func)
         (func (table.init $e (i32.const 0) (i32.const 0) (i32.const 0)))",
    ),
    (
        "bulk memory",
        "(table 1 funcref) (func (table.copy (i32.const 0) (i32.const 0) (i32.const 0)))",
    ),
    ("reference types", "(table 1 funcref) (func (drop (table.get 0 (i32.const 0))))"),
    ("reference types", "(table 1 funcref) (func (table.set 0 (i32.const 0) (ref.null func)))"),
    ("reference types", "(table 1 funcref) (func (drop (table.size 0)))"),
    (
        "reference types",
        "(table 1 funcref) (func (drop (table.grow 0 (ref.null func) (i32.const 1))))",
    ),
    (
        "reference types",
        "(table 1 funcref) (func (table.fill 0 (i32.const 0) (ref.null func) (i32.const 0)))",
    ),
    ("reference types", "(func (drop (ref.is_null (ref.null func))))"),
    ("reference types", "(func $f) (export \"f\" (func $f)) (func (drop (ref.func $f)))"),
    (
        "reference types",
        "(func (drop (select (result i32) (i32.const 1) (i32.const 2) (i32.const 3))))",
    ),
    ("reference types", "(func (local funcref))"),
    ("reference types", "(global funcref (ref.null func))"),
];

/// Never, with the proposal's name.
const NEVER: &[(&str, &str)] = &[
    ("SIMD", "(func (drop (v128.const i64x2 0 0)))"),
    ("SIMD", "(func (local v128))"),
    ("SIMD", "(func (param v128))"),
    ("SIMD", "(func (drop (i8x16.splat (i32.const 0))))"),
    ("threads", "(func (drop (i32.atomic.load (i32.const 0))))"),
    ("threads", "(func (atomic.fence))"),
    ("tail calls", "(func $f (return_call $f))"),
    (
        "tail calls",
        "(type $t (func)) (table 1 funcref) (func (return_call_indirect (type $t) (i32.const 0)))",
    ),
    ("exceptions", "(tag)"),
    ("exceptions", "(func (try_table))"),
    ("exceptions", "(func (throw_ref))"),
    ("exceptions (legacy)", "(func try end)"),
    ("reference types (beyond funcref)", "(func (local externref))"),
    ("reference types (beyond funcref)", "(func (param externref))"),
    ("reference types (beyond funcref)", "(table 1 externref)"),
    ("reference types (beyond funcref)", "(global externref (ref.null extern))"),
    ("reference types (beyond funcref)", "(func (drop (ref.null extern)))"),
    ("reference types (beyond funcref)", "(elem externref)"),
    ("typed function references", "(func (param (ref func)))"),
    ("typed function references", "(type $t (func)) (func (param (ref null $t)))"),
    ("typed function references", "(type $t (func)) (func (call_ref $t (ref.null $t)))"),
    ("typed function references", "(func $f) (table 1 1 funcref (ref.func $f))"),
    ("garbage collection", "(type (struct))"),
    ("garbage collection", "(type (array i32))"),
    ("garbage collection", "(rec (type (func)) (type (func)))"),
    ("garbage collection", "(func (drop (ref.i31 (i32.const 1))))"),
    ("memory64", "(table i64 1 funcref)"),
    ("wide arithmetic", "(func (drop (drop (i64.mul_wide_u (i64.const 1) (i64.const 1)))))"),
    ("stack switching", "(type $f (func)) (type (cont $f))"),
    ("reference types (beyond funcref)", "(func (param anyref))"),
    ("exceptions", "(func (param exnref))"),
];

/// Floats, wherever they can be.
const FLOATS: &[&str] = &[
    "(func (param f32))",
    "(func (result f64) (unreachable))",
    "(type (func (param f64)))",
    "(func (local f32))",
    "(func (drop (f64.const 0)))",
    "(func (drop (f32.add (f32.const 1) (f32.const 1))))",
    "(func (drop (f32.load (i32.const 0))))",
    "(func (drop (f64.reinterpret_i64 (i64.const 0))))",
    "(func (drop (f64.convert_i32_s (i32.const 0))))",
    "(func (unreachable) (i32.trunc_f32_s) (drop))",
    "(func (unreachable) (i32.trunc_sat_f64_u) (drop))",
    // In code that can't be reached, no operand's type gives it away.
    "(func (unreachable) (i64.trunc_f64_u) (drop))",
    "(func (unreachable) (i32.reinterpret_f32) (drop))",
    "(func (unreachable) (i64.reinterpret_f64) (drop))",
    "(func (unreachable) (f32.lt) (drop))",
    "(func (unreachable) (f64.sqrt) (drop))",
    "(func (unreachable) (f64.store))",
    "(func (unreachable) (block (result f32) (unreachable)) (drop))",
    "(func (unreachable) (select (result f32)) (drop))",
    "(global f32 (f32.const 0))",
    r#"(import "ethereum" "finish" (func (param f32)))"#,
    r#"(import "ethereum" "finish" (global f64))"#,
];

fn proposal(code: &[u8], rules: &hebe_gas::Rules<'_>) -> &'static str {
    match refuses_bytes(code, rules).reason {
        Reason::FeatureDisabled { proposal, .. } => proposal,
        other => panic!("{other:?}"),
    }
}

/// The binary of a contract with these fields.
fn with(fields: &str) -> Vec<u8> {
    wasm(&contract(fields))
}

#[test]
fn the_default_takes_what_compilers_emit() {
    for (name, fields) in DEFAULT_ONLY {
        println!("{name}: {fields}");
        accepts_bytes(&with(fields), &RULES);
    }
}

#[test]
fn the_mvp_takes_none_of_it() {
    for (name, fields) in DEFAULT_ONLY {
        println!("{name}: {fields}");
        assert_eq!(proposal(&with(fields), &MVP), *name);
    }
}

#[test]
fn the_mvp_takes_itself() {
    accepts_bytes(
        &with(
            r#"(table 1 funcref) (elem (i32.const 0) $f) (global $g (mut i64) (i64.const 1))
               (type $t (func)) (func $f (call_indirect (type $t) (i32.const 0)))
               (func (result i32) (memory.grow (memory.size)))
               (func (drop (select (i32.const 1) (i32.const 2) (i32.const 3))))
               (func (global.set $g (i64.load (i32.const 0))))
               (data (i32.const 0) "abc")"#,
        ),
        &MVP,
    );
}

#[test]
fn other_proposals_are_refused() {
    for (name, fields) in NEVER {
        println!("{name}: {fields}");
        assert_eq!(proposal(&with(fields), &RULES), *name);
        let mvp = refuses_bytes(&with(fields), &MVP);
        assert_eq!(mvp.code(), "feature-disabled", "{mvp}");
    }
}

#[test]
fn other_memories_are_refused() {
    for (name, memory) in [
        ("threads", r#"(memory (export "memory") 1 1 shared)"#),
        ("memory64", r#"(memory (export "memory") i64 1)"#),
        ("custom page sizes", r#"(memory (export "memory") 1 (pagesize 1))"#),
    ] {
        let code = wasm(&format!(r#"(module (func (export "main")) {memory})"#));
        assert_eq!(proposal(&code, &RULES), name);
        assert_eq!(proposal(&code, &MVP), name);
    }
}

#[test]
fn floats_are_refused_everywhere() {
    for fields in FLOATS {
        println!("{fields}");
        assert_eq!(refuses_bytes(&with(fields), &RULES).reason, Reason::Float);
        let mvp = refuses_bytes(&with(fields), &MVP).reason;
        assert!(
            mvp == Reason::Float || matches!(mvp, Reason::FeatureDisabled { .. }),
            "{fields}: {mvp:?}"
        );
    }
}

#[test]
fn integers_between_the_opcodes_of_floats_stay() {
    for instruction in [
        "i64.load",
        "i32.load8_s",
        "i64.store",
        "i32.store8",
        "i64.store32",
        "i64.const 0",
        "i32.eqz",
        "i64.ge_u",
        "i32.clz",
        "i64.rotr",
        "i32.wrap_i64",
        "i64.extend_i32_s",
        "i64.extend_i32_u",
        "i32.extend8_s",
        "i64.extend32_s",
    ] {
        accepts(&contract(&format!("(func unreachable {instruction} unreachable)")));
    }
}

#[test]
fn segments_with_flags_are_not_mvp() {
    let data = |segment: &[u8]| {
        let section = [&[1], segment, &[0x41, 0, 0x0b, 1, b'x']].concat();
        binary(&[
            (1, b"\x01\x60\x00\x00"),
            (3, b"\x01\x00"),
            (5, b"\x01\x00\x01"),
            (7, b"\x02\x04main\x00\x00\x06memory\x02\x00"),
            (10, b"\x01\x02\x00\x0b"),
            (11, &section),
        ])
    };
    accepts_bytes(&data(&[0]), &MVP);
    accepts_bytes(&data(&[2, 0]), &RULES);
    assert_eq!(proposal(&data(&[2, 0]), &MVP), "bulk memory");
}

#[test]
fn there_may_be_one_table() {
    accepts(&contract("(table 1 funcref)"));
    let reason = refuses(&contract("(table 1 funcref) (table 1 funcref)"));
    assert_eq!(reason, Reason::SeveralTables { found: 2 });
}

#[test]
fn compact_imports_are_refused() {
    // One module name, an empty field, the marker, then two functions of type 0.
    let import = b"\x01\x08ethereum\x00\x7f\x01\x07nothing\x00\x00";
    let code = binary(&[(1, b"\x01\x60\x00\x00"), (2, import)]);
    assert_eq!(proposal(&code, &RULES), "compact imports");
}

#[test]
fn an_index_may_be_long_only_by_default() {
    // (type (func)) (table 1 funcref) (memory 1) (func (call_indirect (i32.const 0))), exports
    let module = |body: &[u8]| {
        let code = [&[1, u8::try_from(body.len() + 2).unwrap(), 0], body, &[0x0b]].concat();
        binary(&[
            (1, b"\x01\x60\x00\x00"),
            (3, b"\x01\x00"),
            (4, b"\x01\x70\x00\x01"),
            (5, b"\x01\x00\x01"),
            (7, b"\x02\x04main\x00\x00\x06memory\x02\x00"),
            (10, &code),
        ])
    };
    let short = module(b"\x41\x00\x11\x00\x00");
    let long = module(b"\x41\x00\x11\x00\x80\x00");
    accepts_bytes(&short, &MVP);
    accepts_bytes(&short, &RULES);
    accepts_bytes(&long, &RULES);
    refuses_bytes(&long, &MVP);
    // memory.size takes a zero byte in both: there is no second memory to name.
    accepts_bytes(&module(b"\x3f\x00\x1a"), &RULES);
    assert_eq!(refuses_bytes(&module(b"\x3f\x80\x00\x1a"), &RULES).code(), "malformed");
}
