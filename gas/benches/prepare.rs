//! How long does `prepare` take? It is part of the first call of every contract: the aim is a cold
//! call of a 1 KB contract under 60 µs, all steps together.
//!
//! `cargo bench -p hebe-gas`. At the end it prints what docs/benchmarks.md has: for each shape of code the
//! speed, how much more a byte costs in a module four times as large (nothing, if time is linear), and how
//! much more than in ordinary code. That is of the fastest sample of each, since nothing makes the same work
//! faster but much makes it slower.

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use hebe_gas::{
    Exports, Features, ImportSignature, Metering, Profile, Rules, Schedule, ValueType, prepare,
};
use std::{
    hint::black_box,
    time::{Duration, Instant},
};

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

/// How large the hostile shapes are, in parts of a module of 1 MiB.
const QUARTER: usize = 1;
const WHOLE: usize = 4;

/// Shapes that make each byte as dear as it can be, of so many quarters of 1 MiB.
fn hostile(quarters: usize) -> Vec<(&'static str, Vec<u8>)> {
    let params = "i32 ".repeat(255);
    let wrap = |fields: String| {
        let wat =
            format!(r#"(module {fields} (func (export "main")) (memory (export "memory") 1))"#);
        wat::parse_str(wat).expect("the text is right")
    };
    // A body is at most half a module.
    let bodies_of = |instructions: &str, in_all: usize| {
        let each = instructions.repeat(in_all * quarters / 8);
        format!("(func {each})").repeat(2)
    };
    let unreachable = |instructions: &str, in_all: usize| {
        let each = instructions.repeat(in_all * quarters / 8);
        format!("(func unreachable {each} unreachable)").repeat(2)
    };
    vec![
        ("all branches", wrap(bodies_of("i32.const 0 br_if 0 ", 260_000))),
        ("all blocks", wrap(bodies_of("block end ", 340_000))),
        ("all loops that do something", wrap(bodies_of("loop nop end ", 250_000))),
        (
            "all locals",
            wrap(format!(
                "(func (local i32) {}) ",
                "local.get 0 local.set 0 ".repeat(130_000 * quarters / 4)
            )),
        ),
        ("all calls", wrap(format!("(func $f) {}", bodies_of("call $f ", 520_000)))),
        (
            "all `memory.grow`",
            wrap(format!(
                "(func i32.const 0 {} drop)",
                "memory.grow ".repeat(260_000 * quarters / 4)
            )),
        ),
        ("all constants", wrap(bodies_of("i32.const 0 drop ", 340_000))),
        ("functions of 5 bytes", wrap("(func nop)".repeat(16_000 * quarters / 4))),
        (
            "types of 255 parameters",
            wrap(format!("(type (func (param {params}))) (func)").repeat(3_900 * quarters / 4)),
        ),
        (
            "unreachable calls of 255 parameters",
            wrap(format!("(func $f (param {params})) {}", unreachable("call $f ", 520_000))),
        ),
        (
            "unreachable `br_table`s of 8,192 targets to a loop of 16 parameters",
            wrap(format!(
                "(type $t (func (param {}))) {}",
                "i32 ".repeat(16),
                format!(
                    "(func unreachable loop (type $t) unreachable {} end unreachable)",
                    format!("br_table {} 0 ", "0 ".repeat(8_192)).repeat(60 * quarters / 4)
                )
                .repeat(2)
            )),
        ),
        (
            "unreachable blocks of 16 results",
            wrap(format!(
                "(type $t (func (result {}))) {}",
                "i32 ".repeat(16),
                unreachable("block (type $t) unreachable end unreachable ", 200_000)
            )),
        ),
    ]
}

/// The fastest time of one `prepare`, as it is and metered.
#[derive(Clone, Copy)]
struct Fastest {
    bytes: usize,
    times: [Duration; 2],
}

impl Fastest {
    fn measure(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, code: &[u8]) -> Self {
        if let Err(rejected) = prepare(code, &RULES) {
            panic!("{name}: {rejected}");
        }
        group.throughput(Throughput::Bytes(code.len() as u64));
        let times = MODES.map(|(mode, metering)| {
            let rules = Rules { metering: metering(), ..RULES };
            let mut fastest = Duration::MAX;
            group.bench_function(format!("{name}, {} bytes, {mode}", code.len()), |bencher| {
                bencher.iter_custom(|times| {
                    let start = Instant::now();
                    for _ in 0..times {
                        let _ = black_box(prepare(black_box(code), &rules));
                    }
                    let taken = start.elapsed();
                    fastest = fastest.min(taken.div_f64(times as f64));
                    taken
                });
            });
            fastest
        });
        Self { bytes: code.len(), times }
    }

    /// In MiB per second, and in nanoseconds for a byte.
    fn speed(&self, mode: usize) -> f64 {
        self.bytes as f64 / f64::from(1 << 20) / self.times[mode].as_secs_f64()
    }
}

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("prepare");
    let mut table = String::from(
        "\n| module | bytes | checked only | metered | per second | a byte, to one in a quarter of it | to \
         one in ordinary code |\n|---|---|---|---|---|---|---|\n",
    );
    let mut row = |name: &str, found: Fastest, to_quarter: Option<f64>, to_ordinary: f64| {
        let [plain, metered] = found.times;
        let (bytes, speed) = (found.bytes, found.speed(1));
        let to_quarter = to_quarter.map_or_else(String::new, |ratio| format!("{ratio:.2}"));
        table += &format!(
            "| {name} | {bytes} | {plain:.2?} | {metered:.2?} | {speed:.1} MiB | {to_quarter} | \
             {to_ordinary:.2} |\n"
        );
    };
    let mut ordinary =
        |name: &str, functions: usize| Fastest::measure(&mut group, name, &contract(functions));
    let sizes = [("smallest", 0), ("1 KB", 14), ("100 KB", 1_550)]
        .map(|(name, functions)| (name, ordinary(name, functions)));
    let quarter = ordinary("256 KB", 3_875);
    let whole = ordinary("1 MB", 15_500);
    for (name, found) in sizes {
        row(name, found, None, whole.speed(1) / found.speed(1));
    }
    row("1 MB", whole, Some(quarter.speed(1) / whole.speed(1)), 1.0);
    for ((name, quarter), (_, whole_code)) in hostile(QUARTER).into_iter().zip(hostile(WHOLE)) {
        let quarter = Fastest::measure(&mut group, name, &quarter);
        let found = Fastest::measure(&mut group, name, &whole_code);
        row(name, found, Some(quarter.speed(1) / found.speed(1)), whole.speed(1) / found.speed(1));
    }
    let code = contract(14);
    group.throughput(Throughput::Bytes(code.len() as u64));
    group.bench_function("the validator alone, 1 KB", |bencher| {
        bencher.iter(|| wasmparser::Validator::new().validate_all(black_box(&code)));
    });
    group.finish();
    println!("{table}");
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = bench
}
criterion_main!(benches);
