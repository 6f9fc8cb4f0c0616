//! What does a refusal say? What, where, in which function, and how to mend it.

mod common;

use common::*;
use hebe_gas::{Reason, is_wasm};

#[test]
fn wasm_is_told_from_other_code() {
    assert!(is_wasm(b"\0asm\x01\0\0\0"));
    assert!(is_wasm(b"\0asm\xff\xff\xff\xff and more"));
    assert!(!is_wasm(b"\0asm\x01\0\0"));
    assert!(!is_wasm(b"\0ASM\x01\0\0\0"));
    assert!(!is_wasm(b""));
}

#[test]
fn headers() {
    let reason = |code: &[u8]| refuses_bytes(code, &RULES).reason;
    assert_eq!(reason(b""), Reason::BadMagic);
    assert_eq!(reason(b"\0asm\x01\0\0"), Reason::BadMagic);
    assert_eq!(reason(b"\x60\x80\x60\x40\x52\x60\x0a\x60\x0b"), Reason::BadMagic);
    assert_eq!(reason(b"\0asm\x02\0\0\0"), Reason::BadVersion { found: 2 });
    let component = refuses_bytes(b"\0asm\x0d\0\x01\0", &RULES);
    assert_eq!(component.reason, Reason::BadVersion { found: 0x1_000d });
    assert!(component.mend().unwrap().contains("component"));
}

#[test]
fn one_sentence_says_it_all() {
    assert_eq!(
        rejected(&contract(r#"(import "ethereum" "finish" (func (param i32)))"#)).to_string(),
        "import ethereum.finish has type (i32) -> (); it must be (i32, i32) -> () (byte 0x15)"
    );
    assert_eq!(
        rejected(&contract("(func $f) (start $f)")).to_string(),
        "there is a start function; call it from `main` instead (byte 0x2d)"
    );
    assert_eq!(
        rejected(&contract("(func $price f64.const 1 drop)")).to_string(),
        "floating point is not deterministic; use integers or fixed-point numbers \
         (function 0 `price`, byte 0x30)"
    );
    assert_eq!(
        rejected(&contract("(table 20000 funcref)")).to_string(),
        "table: 20000, where the limit is 16384 elements (byte 0x15)"
    );
}

#[test]
fn functions_are_counted_with_imports_and_named() {
    let rejected = rejected(&contract(
        r#"(import "ethereum" "nothing" (func)) (func $fine) (func $b\61d i32.add)"#,
    ));
    assert_eq!(rejected.code(), "invalid");
    assert_eq!(rejected.function, Some(2));
}

#[test]
fn names_are_escaped_cut_and_optional() {
    // A body that is only `i32.add`, then names: a subsection 1 with one function, 0.
    let module = |name: &[u8]| {
        let names = [b"\x01\x00", &*leb(u32::try_from(name.len()).unwrap()), name].concat();
        let names = [b"\x04name\x01", &*leb(u32::try_from(names.len()).unwrap()), &names].concat();
        binary(&[
            (1, b"\x01\x60\x00\x00"),
            (3, b"\x01\x00"),
            (10, b"\x01\x03\x00\x6a\x0b"),
            (0, &names),
        ])
    };
    let name = |name: &[u8]| refuses_bytes(&module(name), &RULES).function_name;
    assert_eq!(name(b"transfer").as_deref(), Some("transfer"));
    assert_eq!(name(b"").as_deref(), Some(""));
    assert_eq!(name(b"\xff"), None);
    assert_eq!(name("ä".repeat(129).as_bytes()).as_deref(), Some(&*"ä".repeat(128)));
    let text = refuses_bytes(&module(b"\x1b[2J\n"), &RULES).to_string();
    assert!(text.contains(r"function 0 `\u{1b}[2J\n`"), "{text}");
}

#[test]
fn malformed_is_told_from_invalid() {
    let code = |code: &[u8]| refuses_bytes(code, &RULES).code();
    // A section longer than the module, sections out of order, an unknown opcode, no `end`.
    assert_eq!(code(b"\0asm\x01\0\0\0\x01\x7f"), "malformed");
    assert_eq!(code(&binary(&[(3, &[0]), (1, &[0])])), "malformed");
    let body = |body: &[u8]| {
        let body = [&[1, u8::try_from(body.len()).unwrap()], body].concat();
        binary(&[(1, b"\x01\x60\x00\x00"), (3, b"\x01\x00"), (10, &body)])
    };
    assert_eq!(code(&body(b"\x00\xf7\x0b")), "malformed");
    assert_eq!(code(&body(b"\x00\x01")), "malformed");
    // What can be read, but has no meaning.
    assert_eq!(code(&body(b"\x00\x6a\x0b")), "invalid");
    assert_eq!(code(&body(b"\x00\x20\x00\x1a\x0b")), "invalid");
    assert_eq!(
        code(&binary(&[(1, b"\x01\x60\x00\x00"), (3, b"\x01\x01"), (10, b"\x01\x02\x00\x0b")])),
        "invalid"
    );
    assert_eq!(refuses(&contract(r#"(func (export "main"))"#)).code(), "invalid");
}

#[test]
fn offsets_point_at_the_item() {
    // Two types, the second with too many results.
    let bad = [b"\x60\x00\x11", &[0x7f; 17][..]].concat();
    let types = [b"\x02\x60\x00\x00", &bad[..]].concat();
    let rejected = refuses_bytes(&binary(&[(1, &types)]), &RULES);
    assert_eq!(rejected.code(), "limit");
    assert_eq!(rejected.offset, 8 + 2 + 4);
}
