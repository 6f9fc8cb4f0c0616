//! What becomes of a valid module? Maxima are bounded, custom sections go, the rest stays.

mod common;

use common::*;
use hebe_gas::{Size, limits};

fn with_memory(memory: &str, fields: &str) -> String {
    format!(r#"(module {fields} (func (export "main")) (memory (export "memory") {memory}))"#)
}

#[test]
fn the_memory_gets_the_smaller_maximum() {
    for (declared, initial, maximum) in [
        ("0", 0, 512),
        ("1", 1, 512),
        ("1 1", 1, 1),
        ("1 511", 1, 511),
        ("1 512", 1, 512),
        ("1 513", 1, 512),
        ("512 65536", 512, 512),
    ] {
        let prepared = accepts(&with_memory(declared, ""));
        assert_eq!(prepared.memory(), Size { initial, maximum });
        let expected = wasm(&with_memory(&format!("{initial} {maximum}"), ""));
        assert_eq!(prepared.rewrite().code, expected, "{declared}");
    }
}

#[test]
fn the_table_gets_the_smaller_maximum() {
    for (declared, initial, maximum) in [
        ("0", 0, 16_384),
        ("7 7", 7, 7),
        ("7 16384", 7, 16_384),
        ("7 16385", 7, 16_384),
        ("16384 0xffffffff", 16_384, 16_384),
    ] {
        let prepared = accepts(&with_memory("1 1", &format!("(table {declared} funcref)")));
        assert_eq!(prepared.table(), Some(Size { initial, maximum }));
        let expected = format!("(table {initial} {maximum} funcref)");
        assert_eq!(prepared.rewrite().code, wasm(&with_memory("1 1", &expected)), "{declared}");
    }
    assert_eq!(accepts(&contract("")).table(), None);
}

#[test]
fn a_module_that_declares_its_maxima_stays_as_it_is() {
    let code = wasm(&with_memory(
        "1 2",
        r#"(import "ethereum" "nothing" (func $n)) (table 1 2 funcref) (elem (i32.const 0) $n)
           (func $named (call $n)) (global i32 (i32.const 1)) (data (i32.const 0) "abc")"#,
    ));
    assert_eq!(accepts_bytes(&code, &RULES).rewrite().code, code);
}

#[test]
fn numbers_in_a_long_form_stay() {
    // The type section's size in five bytes.
    let mut code = b"\0asm\x01\0\0\0\x01\x84\x80\x80\x80\x00\x01\x60\x00\x00".to_vec();
    code.extend_from_slice(
        &binary(&[
            (3, b"\x01\x00"),
            (5, b"\x01\x01\x01\x02"),
            (7, b"\x02\x04main\x00\x00\x06memory\x02\x00"),
            (10, b"\x01\x02\x00\x0b"),
        ])[8..],
    );
    assert_eq!(accepts_bytes(&code, &RULES).rewrite().code, code);
}

#[test]
fn custom_sections_go_but_for_names() {
    let plain = wasm(&with_memory("1 1", ""));
    let custom = |custom: &str| accepts(&with_memory("1 1", custom)).rewrite().code;
    assert_eq!(custom(r#"(@custom "producers" "x")"#), plain);
    assert_eq!(custom(r#"(@custom "a" (before first) "") (@custom "b" (after code) "bb")"#), plain);
    let names = wasm(&with_memory("1 1", "(func $named)"));
    assert_eq!(accepts_bytes(&names, &RULES).rewrite().code, names);
    assert_eq!(custom(r#"(func $named) (@custom "c" "")"#), names);
}

#[test]
fn contents_of_custom_sections_never_matter() {
    for name in ["name", "producers", "dylink.0", "metadata.code.branch_hint", "linking", ""] {
        accepts(&contract(&format!(r#"(@custom "{name}" "\ff\ff\ff\ff\ff\ff")"#)));
    }
}

#[test]
fn a_custom_section_must_have_a_name() {
    for content in [&b""[..], b"\x05abc", b"\x01\xff"] {
        let mut code = wasm(&contract(""));
        code.extend_from_slice(&binary(&[(0, content)])[8..]);
        assert_eq!(refuses_bytes(&code, &RULES).code(), "malformed");
    }
}

#[test]
fn code_at_its_limit_may_grow_by_what_is_declared() {
    let mut code = wasm(&contract("(table 1 funcref)"));
    let room = limits::CODE.value as usize - code.len();
    // A name section: one byte of id, three of size, five of its name.
    code.push(0);
    code.extend(leb(u32::try_from(room - 4).unwrap()));
    code.extend_from_slice(b"\x04name");
    code.resize(limits::CODE.value as usize, 0);
    let prepared = accepts_bytes(&code, &RULES);
    // Two maxima: 512 takes two bytes, 16,384 three.
    assert_eq!(prepared.rewrite().code.len(), code.len() + 5);
    assert_eq!(prepared.original_size(), code.len());
}
