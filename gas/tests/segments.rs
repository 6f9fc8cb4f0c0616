//! Can instantiation fail? Active segments must fit, and their offsets be constant.

mod common;

use common::*;
use hebe_gas::Reason;

#[test]
fn data_must_lie_in_the_initial_memory() {
    let data =
        |offset: i64, bytes: &str| contract(&format!(r#"(data (i32.const {offset}) "{bytes}")"#));
    let outside = |end| Reason::DataSegmentOutOfBounds { segment: 0, end, size: 65_536 };
    accepts(&data(0, "abc"));
    accepts(&data(65_533, "abc"));
    accepts(&data(65_536, ""));
    assert_eq!(refuses(&data(65_534, "abc")), outside(65_537));
    assert_eq!(refuses(&data(65_537, "")), outside(65_537));
    // Offsets are unsigned, and nothing wraps around.
    assert_eq!(refuses(&data(-1, "a")), outside(1 << 32));
    assert_eq!(refuses(&data(-1, "")), outside((1 << 32) - 1));
}

#[test]
fn an_empty_memory_has_room_for_nothing() {
    let data = |bytes: &str| {
        format!(
            r#"(module (func (export "main")) (memory (export "memory") 0 9)
                 (data (i32.const 0) "{bytes}"))"#
        )
    };
    accepts(&data(""));
    assert_eq!(refuses(&data("a")), Reason::DataSegmentOutOfBounds { segment: 0, end: 1, size: 0 });
}

#[test]
fn every_segment_is_looked_at() {
    let reason =
        refuses(&contract(r#"(data "passive") (data (i32.const 0) "") (data (i32.const -1) "")"#));
    assert!(matches!(reason, Reason::DataSegmentOutOfBounds { segment: 2, .. }), "{reason:?}");
}

#[test]
fn elements_must_lie_in_the_initial_table() {
    let element = |offset: i64, items: &str| {
        contract(&format!("(table 4 9 funcref) (func $f) (elem (i32.const {offset}) {items})"))
    };
    let outside = |end| Reason::ElementSegmentOutOfBounds { segment: 0, end, size: 4 };
    accepts(&element(0, "$f $f $f $f"));
    accepts(&element(3, "$f"));
    accepts(&element(4, "func"));
    assert_eq!(refuses(&element(3, "$f $f")), outside(5));
    assert_eq!(refuses(&element(5, "func")), outside(5));
    assert_eq!(refuses(&element(-1, "$f")), outside(1 << 32));
    // The same as expressions.
    accepts(&element(2, "funcref (ref.func $f) (ref.null func)"));
    assert_eq!(refuses(&element(3, "funcref (ref.func $f) (ref.null func)")), outside(5));
}

#[test]
fn passive_and_declared_segments_lie_nowhere() {
    accepts(&contract(
        r#"(table 0 funcref) (func $f) (elem funcref (ref.func $f)) (elem declare func $f)
           (data "longer than nothing")"#,
    ));
}

#[test]
fn constants_are_single() {
    accepts(&contract(
        "(func $f) (table 1 funcref) (global i32 (i32.const -1)) (global (mut i64) (i64.const 1))
         (global funcref (ref.null func)) (global funcref (ref.func $f))",
    ));
    for expression in [
        "(i32.add (i32.const 1) (i32.const 2))",
        "(i32.mul (i32.const 1) (i32.const 2))",
        "(global.get $one)",
        "(i32.clz (i32.const 1))",
        "(i32.load (i32.const 0))",
    ] {
        let one = "(global $one i32 (i32.const 1))";
        for field in [
            format!("(global i32 {expression})"),
            format!(r#"(data (offset {expression}) "")"#),
            format!("(table 1 funcref) (elem (offset {expression}) func)"),
        ] {
            let reason = refuses(&contract(&format!("{one} {field}")));
            assert_eq!(reason.code(), "constant-expression", "{field}: {reason:?}");
        }
    }
    // Two constants are one too many.
    let global = [1, 0x7f, 0, 0x41, 0, 0x41, 0, 0x0b];
    assert_eq!(refuses_bytes(&binary(&[(6, &global)]), &RULES).code(), "invalid");
    assert_eq!(refuses(&contract(r#"(data (offset (i64.const 0)) "")"#)).code(), "invalid");
    assert_eq!(refuses(&contract(r#"(data (offset (ref.func 0)) "")"#)).code(), "invalid");
}
