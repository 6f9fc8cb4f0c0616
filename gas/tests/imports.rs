//! What may a contract import?

mod common;

use common::*;
use hebe_gas::{ExternKind, Reason, Rules};

#[test]
fn takes_known_functions_and_says_which() {
    let prepared = accepts(&contract(
        r#"(import "debug" "print32" (func (param i32)))
           (import "ethereum" "finish" (func (param i32 i32)))
           (import "ethereum" "getGasLeft" (func (result i64)))
           (import "ethereum" "finish" (func (param i32 i32)))"#,
    ));
    assert_eq!(prepared.imports(), [4, 1, 0, 1]);
    assert!(accepts(&contract("")).imports().is_empty());
}

#[test]
fn refuses_other_types() {
    for (params, found) in [
        ("(param i32)", "(i32) -> ()"),
        ("(param i32 i32 i32)", "(i32, i32, i32) -> ()"),
        ("(param i32 i64)", "(i32, i64) -> ()"),
        ("(param i32 i32) (result i32)", "(i32, i32) -> (i32)"),
        ("", "() -> ()"),
        ("(param i32 funcref)", "(i32, funcref) -> ()"),
    ] {
        let rejected =
            rejected(&contract(&format!(r#"(import "ethereum" "finish" (func {params}))"#)));
        assert_eq!(rejected.code(), "import-type");
        assert_eq!(
            rejected.what(),
            format!("import ethereum.finish has type {found}; it must be (i32, i32) -> ()")
        );
    }
}

#[test]
fn refuses_unknown_functions_and_suggests_near_ones() {
    let mend = |import: &str| {
        let rejected = rejected(&contract(&format!("(import {import} (func))")));
        (rejected.code(), rejected.mend().map(|mend| mend.to_string()))
    };
    let import = |name: &str| Some(format!("import {name}"));
    assert_eq!(mend(r#""ethereum" "Finish""#), ("unknown-import", import("ethereum.finish")));
    assert_eq!(mend(r#""ethereum" "use_gas""#), ("unknown-import", import("ethereum.useGas")));
    assert_eq!(mend(r#""ethereum" "sha3""#), ("unknown-import", None));
    assert_eq!(mend(r#""env" "finish""#), ("unknown-import-module", import("ethereum.finish")));
    assert_eq!(
        mend(r#""env" "abort""#).1.unwrap(),
        "functions can be imported from ethereum, debug"
    );
    assert_eq!(mend(r#""" """#).0, "unknown-import-module");
}

#[test]
fn knows_nothing_but_the_given_list() {
    let rules = Rules { imports: &common::IMPORTS[..4], ..RULES };
    let code = wasm(&contract(r#"(import "debug" "print32" (func (param i32)))"#));
    assert_eq!(refuses_bytes(&code, &rules).code(), "unknown-import-module");
    assert_eq!(
        refuses_bytes(&code, &Rules { imports: &[], ..RULES }).code(),
        "unknown-import-module"
    );
}

#[test]
fn refuses_what_is_not_a_function() {
    for (item, kind) in [
        ("(memory 1)", ExternKind::Memory),
        ("(table 1 funcref)", ExternKind::Table),
        ("(global i32)", ExternKind::Global),
        ("(global (mut i64))", ExternKind::Global),
    ] {
        let wat = format!(r#"(module (import "ethereum" "finish" {item}) (func (export "main")))"#);
        let (module, name) = ("ethereum".into(), "finish".into());
        assert_eq!(refuses(&wat), Reason::ImportNotAFunction { module, name, kind });
    }
}

#[test]
fn escapes_names_in_sentences() {
    let text = rejected(&contract(r#"(import "\1b[2J" "a\nb" (func))"#)).to_string();
    assert!(text.starts_with(r"import \u{1b}[2J.a\nb: "), "{text}");
}
