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

/// A section: its id, and what is in it.
type Section<'a> = (u8, &'a [u8]);

/// A contract with this body of a second function, as it stands, and more sections.
fn with_body(body: &[u8], more: &[Section<'_>]) -> Vec<u8> {
    let size = u8::try_from(body.len()).unwrap();
    let code = [&[2, 2, 0, 0x0b, size], body].concat();
    let mut sections: Vec<Section<'_>> = vec![
        (1, b"\x01\x60\x00\x00"),
        (3, b"\x02\x00\x00"),
        (5, b"\x01\x00\x01"),
        (7, b"\x02\x04main\x00\x00\x06memory\x02\x00"),
        (10, &code),
    ];
    for section in more {
        sections.retain(|(id, _)| *id != section.0);
        sections.push(*section);
    }
    // The data count stands before the code.
    sections.sort_by_key(|(id, _)| if *id == 12 { 19 } else { 2 * *id });
    binary(&sections)
}

#[test]
fn a_memory_is_named_by_a_zero_byte() {
    let data: &[Section<'_>] = &[(12, b"\x01"), (11, b"\x01\x01\x01a")];
    let with =
        |last: &[u8]| with_body(&[b"\x00\x41\x00\x41\x00\x41\x00", last, b"\x0b"].concat(), data);
    for good in [
        &b"\xfc\x0b\x00"[..],
        b"\xfc\x8b\x80\x00\x00",
        b"\xfc\x0a\x00\x00",
        b"\xfc\x8a\x80\x80\x80\x00\x00\x00",
        b"\xfc\x08\x00\x00",
        b"\xfc\x88\x00\x80\x80\x00\x00",
    ] {
        accepts_bytes(&with(good), &RULES);
    }
    for (bad, place) in [
        (&b"\xfc\x0b\x80\x00"[..], 2),
        (b"\xfc\x0b\x80\x80\x80\x80\x00", 5),
        (b"\xfc\x0a\x80\x00\x00", 2),
        (b"\xfc\x0a\x00\x80\x00", 3),
        (b"\xfc\x08\x00\x80\x00", 3),
        (b"\xfc\x08\x80\x00\x80\x00", 4),
    ] {
        let code = with(bad);
        let rejected = refuses_bytes(&code, &RULES);
        assert_eq!(rejected.reason, Reason::Malformed("zero byte expected".into()), "{bad:x?}");
        let start = code.windows(bad.len()).position(|window| window == bad).unwrap();
        assert_eq!(rejected.offset, start + place, "{bad:x?}");
        assert_eq!(rejected.function, Some(1));
    }
}

#[test]
fn funcref_is_one_byte() {
    let table: &[u8] = b"\x01\x70\x00\x01";
    let places: &[(&[u8], &[Section<'_>])] = &[
        (b"\x00\x0b", &[(1, b"\x02\x60\x00\x00\x60\x02\x7f\x70\x00")]),
        (b"\x00\x0b", &[(1, b"\x02\x60\x00\x00\x60\x00\x02\x7f\x70")]),
        (b"\x00\x0b", &[(4, table)]),
        (b"\x00\x0b", &[(6, b"\x01\x70\x01\xd0\x70\x0b")]),
        (b"\x00\x0b", &[(9, b"\x01\x05\x70\x00")]),
        (b"\x00\x0b", &[(9, b"\x01\x87\x00\x70\x00")]),
        (b"\x00\x0b", &[(4, table), (9, b"\x01\x06\x00\x41\x00\x0b\x70\x00")]),
        (b"\x01\x01\x70\x0b", &[]),
        (b"\x02\x01\x7f\x00\x70\x0b", &[]),
        (b"\x00\x00\x02\x70\x00\x0b\x1a\x0b", &[]),
        (b"\x00\x00\x1c\x01\x70\x1a\x0b", &[]),
        (b"\x00\x00\x1c\x81\x00\x70\x1a\x0b", &[]),
    ];
    for (body, sections) in places {
        accepts_bytes(&with_body(body, sections), &RULES);
        // Each 0x70 that is a type in turn becomes 0x63 0x70.
        let long = |bytes: &[u8]| {
            let at = bytes.iter().rposition(|byte| *byte == 0x70)?;
            // `ref.null` has a heap type, which has no other form.
            let at = if at > 0 && bytes[at - 1] == 0xd0 { 1 } else { at };
            let mut bytes = bytes.to_vec();
            bytes.insert(at, 0x63);
            Some(bytes)
        };
        let code = match (long(body), sections.last()) {
            (Some(body), _) => with_body(&body, sections),
            (None, Some((id, section))) => {
                let section = long(section).expect("it has a funcref");
                let mut sections = sections.to_vec();
                sections.pop();
                sections.push((*id, &section));
                with_body(body, &sections)
            }
            (None, None) => unreachable!("there is one somewhere"),
        };
        assert_eq!(proposal(&code, &RULES), "typed function references", "{body:x?} {sections:x?}");
    }
    // As a table's type it is the MVP's too.
    let mvp = with_body(b"\x00\x0b", &[(4, b"\x01\x63\x70\x00\x01")]);
    assert_eq!(proposal(&mvp, &MVP), "typed function references");
}

#[test]
fn a_type_is_a_function_type() {
    let with = |ty: &[u8]| with_body(b"\x00\x0b", &[(1, &[b"\x01", ty].concat())]);
    accepts_bytes(&with(b"\x60\x00\x00"), &MVP);
    for rules in [RULES, MVP] {
        assert_eq!(proposal(&with(b"\x4f\x00\x60\x00\x00"), &rules), "garbage collection");
        assert_eq!(proposal(&with(b"\x50\x00\x60\x00\x00"), &rules), "garbage collection");
        assert_eq!(proposal(&with(b"\x4e\x01\x60\x00\x00"), &rules), "garbage collection");
    }
}

#[test]
fn an_import_of_an_exact_type_is_refused() {
    let import = |kind| [b"\x01\x08ethereum\x07nothing", &[kind, 0][..]].concat();
    accepts_bytes(
        &with_body(
            b"\x00\x0b",
            &[(2, &import(0x00)), (7, b"\x02\x04main\x00\x01\x06memory\x02\x00")],
        ),
        &MVP,
    );
    for rules in [RULES, MVP] {
        let code = with_body(b"\x00\x0b", &[(2, &import(0x20))]);
        assert_eq!(proposal(&code, &rules), "custom descriptors");
    }
}
