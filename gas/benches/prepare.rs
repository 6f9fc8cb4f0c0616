//! How long does `prepare` take? It is part of the first call of every contract: the aim is a cold
//! call of a 1 KB contract under 60 µs, all steps together.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hebe_gas::{
    Exports, Features, ImportSignature, Metering, Profile, Rules, Schedule, ValueType, prepare,
};
use std::hint::black_box;

const RULES: Rules<'static> = Rules {
    features: Features::Default,
    profile: Profile::Contract { exports: Exports::Tolerant },
    imports: &[
        ImportSignature {
            module: "ethereum",
            name: "getGasLeft",
            params: &[],
            results: &[ValueType::I64],
        },
        ImportSignature {
            module: "ethereum",
            name: "finish",
            params: &[ValueType::I32, ValueType::I32],
            results: &[],
        },
    ],
    metering: None,
};

type Mode = (&'static str, fn() -> Option<Metering<'static>>);

/// Checked only, and checked and rewritten.
const MODES: [Mode; 2] =
    [("as it is", || None), ("metered", || Some(Metering::Execution(Schedule::cycles())))];

/// A contract of `functions` functions of about 60 bytes.
fn contract(functions: usize) -> Vec<u8> {
    let function = "(func (param i32) (result i32) (local i32 i64)
        (block (loop (br_if 1 (i32.eqz (local.get 0)))
            (local.set 1 (i32.add (local.get 1) (i32.load offset=8 (local.get 0))))
            (local.set 2 (i64.mul (i64.const 3) (i64.extend_i32_u (local.get 1))))
            (i64.store (i32.and (local.get 1) (i32.const 0xfff8)) (local.get 2))
            (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br 0)))
        (local.get 1))";
    let wat = format!(
        r#"(module (import "ethereum" "getGasLeft" (func (result i64)))
             (import "ethereum" "finish" (func $finish (param i32 i32)))
             (memory (export "memory") 1)
             (func (export "main") (call $finish (i32.const 0) (i32.const 32))) {}
             (data (i32.const 0) "some data"))"#,
        function.repeat(functions)
    );
    wat::parse_str(wat).expect("the text is right")
}

/// Shapes that make each byte as dear as it can be.
fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    let params = "i32 ".repeat(255);
    let wrap = |fields: String| {
        let wat =
            format!(r#"(module {fields} (func (export "main")) (memory (export "memory") 1))"#);
        wat::parse_str(wat).expect("the text is right")
    };
    let bodies_of = |body: &str| format!("(func {body})").repeat(2);
    let bodies = |body: &str| format!("(func unreachable {body} unreachable)").repeat(2);
    vec![
        (
            "calls with 255 parameters that cannot be reached",
            wrap(format!("(func $f (param {params})) {}", bodies(&"call $f ".repeat(260_000)))),
        ),
        (
            "br_tables to a loop with 16 parameters",
            wrap(format!(
                "(type $t (func (param {}))) {}",
                "i32 ".repeat(16),
                bodies(&format!(
                    "loop (type $t) unreachable {} end ",
                    format!("br_table {} 0 ", "0 ".repeat(8_192)).repeat(60)
                ))
            )),
        ),
        ("branches", wrap(bodies_of(&"i32.const 0 br_if 0 ".repeat(130_000)))),
        ("blocks", wrap(bodies_of(&"block end ".repeat(170_000)))),
        (
            "locals",
            wrap(format!("(func (local i32) {})", "local.get 0 local.set 0 ".repeat(130_000))),
        ),
        ("calls", wrap(format!("(func $f) (func {})", "call $f ".repeat(260_000)))),
        (
            "growing memory",
            wrap(format!("(func i32.const 0 {} drop)", "memory.grow ".repeat(260_000))),
        ),
        ("tiny functions", wrap("(func nop)".repeat(16_000))),
        ("types", wrap(format!("(type (func (param {params}))) (func)").repeat(3_900))),
        ("constants", wrap(format!("(func {})", "i32.const 0 drop ".repeat(170_000)))),
        (
            "blocks with 16 results",
            wrap(format!(
                "(type $t (func (result {}))) {}",
                "i32 ".repeat(16),
                bodies(&"block (type $t) unreachable end unreachable ".repeat(100_000))
            )),
        ),
    ]
}

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("prepare");
    let mut measure = |name: &str, code: Vec<u8>, valid: bool| {
        assert_eq!(
            prepare(&code, &RULES).is_ok(),
            valid,
            "{name}: {:?}",
            prepare(&code, &RULES).err()
        );
        group.throughput(Throughput::Bytes(code.len() as u64));
        for (mode, metering) in MODES {
            let rules = Rules { metering: metering(), ..RULES };
            group.bench_function(format!("{name}, {} bytes, {mode}", code.len()), |bencher| {
                bencher.iter(|| prepare(black_box(&code), &rules));
            });
        }
    };
    measure("smallest", contract(0), true);
    measure("1 KB", contract(14), true);
    measure("100 KB", contract(1_550), true);
    measure("1 MB", contract(15_500), true);
    for (name, code) in hostile() {
        measure(name, code, true);
    }
    let code = contract(14);
    group.throughput(Throughput::Bytes(code.len() as u64));
    group.bench_function("the validator alone, 1 KB", |bencher| {
        bencher.iter(|| wasmparser::Validator::new().validate_all(black_box(&code)));
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).measurement_time(std::time::Duration::from_secs(2));
    targets = bench
}
criterion_main!(benches);
