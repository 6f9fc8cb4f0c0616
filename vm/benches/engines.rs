//! Engines against each other, and against wasmtime as it is: without metering, with an instance that is
//! there before. All in one run, so that ratios mean something.
//!
//! Run with `cargo bench -p hebe-vm --bench engines`. The figures of record are in docs/benchmarks.md.

mod trivial;

use criterion::{Criterion, criterion_group, criterion_main};
use hebe_host::{Outcome, Revision};
use hebe_vm::{Options, Vm};
use std::{hint::black_box, thread, time::Duration};
use trivial::{Trivial, message};

const EMPTY: &str = include_str!("../../contracts/empty.wat");
const COPY_INPUT: &str = include_str!("../../contracts/copy_input.wat");
const ERC20: &str = include_str!("../../contracts/erc20.wat");

/// The same with 17 pages, as compilers that put their stack in front make them.
const SEVENTEEN_PAGES: &str = r#"(module (memory (export "memory") 17)
    (func (export "main") (i32.store (i32.const 1048000) (i32.const 1)) (i32.store (i32.const 1050000) (i32.const 1))))"#;

const I64_LOOP: &str = r#"(module (memory (export "memory") 1) (func (export "main")
    (local $i i64) (local $acc i64)
    (loop
        (local.set $acc (i64.add (i64.mul (local.get $acc) (i64.const 3)) (local.get $i)))
        (br_if 0 (i64.lt_u (local.tee $i (i64.add (local.get $i) (i64.const 1))) (i64.const 1000000))))
    (i64.store (i32.const 0) (local.get $acc))))"#;

const FIB: &str = r#"(module (memory (export "memory") 1)
    (func $fib (param i32) (result i32)
        (if (result i32) (i32.lt_u (local.get 0) (i32.const 2))
            (then (local.get 0))
            (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1)))
                           (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
    (func (export "main") (i32.store (i32.const 0) (call $fib (i32.const 20)))))"#;

const MEMORY_LOOP: &str = r#"(module (memory (export "memory") 1) (func (export "main") (local $i i32)
    (loop
        (i32.store (i32.and (local.get $i) (i32.const 0xfffc))
            (i32.add (i32.load (i32.and (i32.mul (local.get $i) (i32.const 13)) (i32.const 0xfffc))) (local.get $i)))
        (br_if 0 (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 4))) (i32.const 400000))))))"#;

fn bench(criterion: &mut Criterion) {
    let transfer = {
        let mut input = vec![0xa9, 0x05, 0x9c, 0xbb];
        input.extend([0; 12]);
        input.extend([0x33; 20]);
        input.extend([0; 31]);
        input.push(1);
        input
    };
    let contracts: &[(&str, &str, &[u8])] = &[
        ("empty", EMPTY, &[]),
        ("seventeen_pages", SEVENTEEN_PAGES, &[]),
        ("copy_input", COPY_INPUT, &[7; 32]),
        ("erc20_transfer", ERC20, &transfer),
        ("fib_20", FIB, &[]),
        ("i64_loop_1000000", I64_LOOP, &[]),
        ("memory_loop_100000", MEMORY_LOOP, &[]),
    ];
    for (name, text, input) in contracts {
        let code = wat::parse_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut group = criterion.benchmark_group(*name);
        for engine in ["interpreter", "compiler"] {
            let vm = vm(engine);
            run(&vm, &code, input);
            group.bench_function(engine, |bench| bench.iter(|| run(&vm, &code, input)));
        }
        if let Some(mut raw) = raw(&code) {
            group.bench_function("raw_wasmtime", |bench| bench.iter(&mut raw));
        }
        group.finish();
    }
    two_threads(criterion);
}

fn vm(engine: &str) -> Vm {
    let mut options = Options::default();
    options.set("engine", engine).expect("there is such an engine");
    Vm::new(options)
}

fn run(vm: &Vm, code: &[u8], input: &[u8]) {
    let outcome =
        vm.execute(Revision::Byzantium, black_box(&message(input)), black_box(code), &mut Trivial);
    assert!(matches!(outcome, Ok(Outcome::Success { .. })), "{outcome:?}");
}

/// A call of `main`, unmetered, in an instance that is kept; where nothing is imported.
fn raw(code: &[u8]) -> Option<impl FnMut() + use<>> {
    let engine = wasmtime::Engine::default();
    let module = wasmtime::Module::new(&engine, code).expect("it is right");
    if module.imports().len() > 0 {
        return None;
    }
    let mut store = wasmtime::Store::new(&engine, ());
    let instance = wasmtime::Instance::new(&mut store, &module, &[]).expect("it is right");
    let main = instance.get_typed_func::<(), ()>(&mut store, "main").expect("it is there");
    Some(move || main.call(&mut store, ()).expect("it does not trap"))
}

/// The same work by one thread and by two: the second should take hardly longer.
fn two_threads(criterion: &mut Criterion) {
    const CALLS: u32 = 20_000;
    let vm = vm("compiler");
    let code = wat::parse_str(COPY_INPUT).expect("it is right");
    let mut group = criterion.benchmark_group("calls_20000_by_each_of");
    group.sample_size(10);
    for threads in [1, 2] {
        group.bench_function(format!("{threads}_threads"), |bench| {
            bench.iter(|| {
                thread::scope(|scope| {
                    for _ in 0..threads {
                        scope.spawn(|| (0..CALLS).for_each(|_| run(&vm, &code, &[7; 32])));
                    }
                });
            });
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(30)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = bench
}
criterion_main!(benches);
