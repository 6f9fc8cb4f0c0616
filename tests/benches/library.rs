//! What a client pays: messages through the C interface of `libhebe.so`, beside the same through the crate; the
//! first call of a contract; two threads beside one.
//!
//! Run with `cargo bench -p hebe-testing --bench library`. The figures of record are in docs/benchmarks.md.

#[path = "../../vm/benches/trivial/mod.rs"]
mod trivial;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use hebe_evmc::LoadedVm;
use hebe_host::{Outcome, Revision, StatusCode};
use hebe_testing::library_path;
use hebe_vm::{Options, Vm};
use std::{hint::black_box, thread, time::Duration};
use trivial::{Trivial, message};

/// Contracts with their call data.
fn contracts() -> [(&'static str, Vec<u8>, Vec<u8>); 3] {
    let wasm = |text: &str| wat::parse_str(text).expect("the text is right");
    let transfer = [&[0xa9, 0x05, 0x9c, 0xbb][..], &[0; 12], &[0x33; 20], &[0; 31], &[1]].concat();
    [
        ("empty", wasm(include_str!("../../contracts/empty.wat")), Vec::new()),
        ("copy_input", wasm(include_str!("../../contracts/copy_input.wat")), vec![7; 32]),
        ("erc20_transfer", wasm(include_str!("../../contracts/erc20.wat")), transfer),
    ]
}

fn crate_with(engine: &str) -> Vm {
    let mut options = Options::default();
    options.set("engine", engine).expect("there is such an engine");
    Vm::new(options)
}

fn library_with(engine: &str) -> LoadedVm {
    let mut vm = LoadedVm::load(library_path()).expect("the library loads");
    vm.set_option("engine", engine).expect("there is such an engine");
    vm
}

fn run_crate(vm: &Vm, code: &[u8], input: &[u8]) {
    let outcome =
        vm.execute(Revision::Byzantium, black_box(&message(input)), black_box(code), &mut Trivial);
    assert!(matches!(outcome, Ok(Outcome::Success { .. })), "{outcome:?}");
}

fn run_library(vm: &LoadedVm, code: &[u8], input: &[u8]) {
    let result =
        vm.execute(Revision::Byzantium, black_box(&message(input)), black_box(code), &mut Trivial);
    assert!(result.as_ref().is_ok_and(|result| result.status == StatusCode::Success), "{result:?}");
}

/// Calls of a contract that was called before.
fn warm(criterion: &mut Criterion) {
    for (name, code, input) in contracts() {
        let mut group = criterion.benchmark_group(format!("warm/{name}"));
        for engine in ["interpreter", "compiler"] {
            let vm = crate_with(engine);
            group.bench_function(BenchmarkId::new("crate", engine), |bench| {
                bench.iter(|| run_crate(&vm, &code, &input));
            });
            let vm = library_with(engine);
            group.bench_function(BenchmarkId::new("library", engine), |bench| {
                bench.iter(|| run_library(&vm, &code, &input));
            });
        }
        group.finish();
    }
}

/// Calls of a contract that the VM has never seen.
fn first(criterion: &mut Criterion) {
    for (name, code, input) in contracts() {
        let mut vm = library_with("auto");
        vm.set_option("cache_size", "0").expect("0 keeps nothing");
        criterion.bench_function(&format!("first/{name}"), |bench| {
            bench.iter(|| run_library(&vm, &code, &input));
        });
    }
}

/// The same work by each of one and two threads, which have the 2 MiB of stack that Rust's usually have: the
/// second should take no longer.
fn threads(criterion: &mut Criterion) {
    const CALLS: u32 = 20_000;
    let [_, (_, code, input), _] = contracts();
    let vm = library_with("compiler");
    let mut group = criterion.benchmark_group("20000_calls_by_each");
    group.sample_size(20);
    for threads in [1, 2] {
        group.bench_function(BenchmarkId::from_parameter(threads), |bench| {
            bench.iter(|| {
                thread::scope(|scope| {
                    for _ in 0..threads {
                        scope.spawn(|| (0..CALLS).for_each(|_| run_library(&vm, &code, &input)));
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
        .sample_size(50)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2));
    targets = warm, first, threads
}
criterion_main!(benches);
