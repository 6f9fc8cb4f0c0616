//! What must a contract export, and what may it?

mod common;

use common::*;
use hebe_gas::{Export, Exports, ExternKind, Profile, Reason, Rules};

const STRICT: Rules<'static> =
    Rules { profile: Profile::Contract { exports: Exports::Strict }, ..RULES };

#[test]
fn main_must_be_a_plain_function() {
    let main = |main: &str| format!(r#"(module {main} (memory (export "memory") 1))"#);
    accepts(&main(r#"(func (export "main"))"#));
    // An imported function is one too.
    accepts(&main(r#"(func (export "main") (import "ethereum" "nothing"))"#));

    assert_eq!(refuses(&main("(func)")), Reason::MissingMain);
    assert_eq!(refuses(&main(r#"(func (export "Main"))"#)), Reason::MissingMain);
    for (ty, found) in [
        ("(param i32)", "(i32) -> ()"),
        ("(result i32) i32.const 0", "() -> (i32)"),
        ("(param i64 i32)", "(i64, i32) -> ()"),
    ] {
        let reason = refuses(&main(&format!(r#"(func (export "main") {ty})"#)));
        assert_eq!(reason, Reason::MainType { found: found.into() });
    }
    for (field, kind) in [
        ("global", ExternKind::Global),
        ("table", ExternKind::Table),
        ("memory", ExternKind::Memory),
    ] {
        let reason = refuses(&format!(
            r#"(module (memory 1) (table 1 funcref) (global i32 (i32.const 0))
                 (export "main" ({field} 0)))"#
        ));
        assert_eq!(reason, Reason::MainNotFunction { kind });
    }
}

#[test]
fn memory_must_be_exported() {
    let module = |fields: &str| format!(r#"(module (func (export "main")) {fields})"#);
    accepts(&module(r#"(memory (export "memory") 0)"#));
    assert_eq!(refuses(&module("(memory 1)")), Reason::MissingMemoryExport);
    assert_eq!(refuses(&module(r#"(memory (export "mem") 1)"#)), Reason::MissingMemoryExport);
    assert_eq!(
        refuses(&module(r#"(memory 1) (func (export "memory"))"#)),
        Reason::MemoryExportNotMemory { kind: ExternKind::Function }
    );
}

#[test]
fn there_must_be_one_memory() {
    let module = |fields: &str| format!(r#"(module (func (export "main")) {fields})"#);
    assert_eq!(refuses(&module("")), Reason::NoMemory);
    assert_eq!(
        refuses(&module(r#"(memory (export "memory") 1) (memory 1)"#)),
        Reason::SeveralMemories { found: 2 }
    );
    // The smallest module of all, and one with an empty memory section.
    assert_eq!(refuses_bytes(&binary(&[]), &RULES).reason, Reason::NoMemory);
    assert_eq!(refuses_bytes(&binary(&[(5, &[0])]), &RULES).reason, Reason::NoMemory);
}

#[test]
fn more_exports_are_tolerated_unless_strict() {
    let plain = wasm(&contract(""));
    let more = wasm(&contract(r#"(global (export "__heap_base") i32 (i32.const 8))"#));
    accepts_bytes(&plain, &STRICT);
    accepts_bytes(&more, &RULES);
    let (name, kind) = ("__heap_base".into(), ExternKind::Global);
    assert_eq!(refuses_bytes(&more, &STRICT).reason, Reason::ExtraExport { name, kind });
}

#[test]
fn a_start_function_is_refused() {
    let rejected = rejected(&contract("(func $init) (start $init)"));
    assert_eq!(rejected.reason, Reason::StartFunction);
    assert_eq!(rejected.mend().unwrap(), "call it from `main` instead");
}

#[test]
fn exports_and_sizes_can_be_shown() {
    let wat = contract(r#"(table (export "t") 3 5 funcref) (func) (func)"#);
    let prepared = accepts(&wat);
    let exports: Vec<_> = prepared.exports().collect();
    assert_eq!(
        exports,
        [
            Export { name: "t", kind: ExternKind::Table, index: 0 },
            Export { name: "main", kind: ExternKind::Function, index: 2 },
            Export { name: "memory", kind: ExternKind::Memory, index: 0 },
        ]
    );
    assert_eq!(prepared.functions().len(), 3);
    assert_eq!(prepared.original_size(), wasm(&wat).len());
    assert_eq!((prepared.memory().initial, prepared.memory().maximum), (1, 512));
    let table = prepared.table().unwrap();
    assert_eq!((table.initial, table.maximum), (3, 5));
}
