//! What may modules of the specification's test scripts do that contracts may not?

mod common;

use common::*;
use hebe_gas::{Metering, Prepared, Profile, Reason, Rules, START, Schedule, prepare};
use wasmi::{Engine, Linker, Module, Store};

const SCRIPT: Rules<'static> = Rules { profile: Profile::Script, ..RULES };

fn script(wat: &str) -> Prepared {
    let metering = Some(Metering::Execution(Schedule::flat()));
    let prepared = prepare(&wasm(wat), &Rules { metering, ..SCRIPT })
        .unwrap_or_else(|rejected| panic!("{rejected}"));
    validates(&prepared.rewrite().code);
    prepared
}

#[test]
fn anything_may_be_imported_and_exported() {
    script("(module)");
    script(r#"(module (func (export "f") (param i32) (result i64 i32) (unreachable)))"#);
    script(
        r#"(module (import "spectest" "global_i32" (global $g i32)) (import "m" "t" (table 1 funcref))
             (import "m" "memory" (memory 1 2)) (import "m" "f" (func $f (param i32)))
             (global i32 (global.get $g)) (elem (i32.const 9) $f) (data (global.get $g) "x")
             (func (export "g") (drop (memory.grow (i32.const 1))) (call $f (i32.const 1))))"#,
    );
    script(r#"(module (memory 0) (data (i32.const 1) "x"))"#);
}

#[test]
fn a_start_function_is_exported() {
    let code = script(
        r#"(module (global $g (export "g") (mut i32) (i32.const 0))
             (func $f (global.set $g (i32.const 7))) (start $f))"#,
    );
    let engine = Engine::default();
    let module = Module::new(&engine, &code.rewrite().code).unwrap();
    let mut store = Store::new(&engine, ());
    let mut linker = Linker::new(&engine);
    for name in [hebe_gas::OUT_OF_GAS, hebe_gas::STACK_OVERFLOW] {
        let stop = wasmi::Func::wrap(&mut store, || ());
        linker.define(hebe_gas::HEBE, name, stop).unwrap();
    }
    let instance = linker.instantiate_and_start(&mut store, &module).unwrap();
    let start = instance.get_typed_func::<(i64, i32), i64>(&store, START).unwrap();
    assert_eq!(start.call(&mut store, (50_000, 1_000)).unwrap(), 50_000 - 2 * 10_000);
    let global = instance.get_global(&store, "g").unwrap();
    assert_eq!(global.get(&store).i32(), Some(7));
    // Without anything else to export, too.
    script("(module (func) (start 0))");
}

#[test]
fn what_is_not_valid_is_refused_all_the_same() {
    let refused = |wat: &str| prepare(&wasm(wat), &SCRIPT).unwrap_err().reason;
    assert_eq!(refused("(module (func (result f32) (f32.const 0)))"), Reason::Float);
    assert!(matches!(refused("(module (func (param i32)) (start 0))"), Reason::Invalid(_)));
    assert!(matches!(refused("(module (func (drop)))"), Reason::Invalid(_)));
}
