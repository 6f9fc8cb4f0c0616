//! One `execute`: of an empty contract, of one that copies its input, of a loop; warm (seen before)
//! and cold (never seen).
//!
//! Run with `cargo bench -p hebe-vm --bench execute`. The figures of record are in docs/benchmarks.md.

mod trivial;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use hebe_host::{Outcome, Revision};
use hebe_vm::{Options, Vm};
use std::hint::black_box;
use trivial::{Trivial, message};

const EMPTY: &str = include_str!("../../contracts/empty.wat");
const COPY_INPUT: &str = include_str!("../../contracts/copy_input.wat");
const LOOP: &str = include_str!("../../contracts/loop.wat");

fn bench(criterion: &mut Criterion) {
    let contracts = [("empty", EMPTY), ("copy_input", COPY_INPUT), ("loop_1000000", LOOP)];
    for (name, text) in contracts {
        let code = wat::parse_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let vm = Vm::new(Options::default());
        criterion.bench_function(&format!("warm/{name}"), |bench| bench.iter(|| run(&vm, &code)));
        cold(criterion, name, code);
    }
    cold(criterion, "one_kilobyte", kilobyte());
}

/// A cold run is that of a contract whose bytes the VM has not seen; making a VM is not counted.
fn cold(criterion: &mut Criterion, name: &str, code: Vec<u8>) {
    let mut vm = Vm::new(Options::default());
    vm.set_option("cache_size", "0").expect("0 keeps nothing");
    criterion.bench_function(&format!("cold/{name}"), |bench| {
        bench.iter_batched(|| code.clone(), |code| run(&vm, &code), BatchSize::SmallInput);
    });
}

/// A contract of about 1 KB: twenty functions of ordinary arithmetic, one of which runs.
fn kilobyte() -> Vec<u8> {
    let function = "(func (param i32 i32) (result i32) (local i32)
        (local.set 2 (i32.mul (local.get 0) (i32.const 31)))
        (block (br_if 0 (i32.lt_u (local.get 1) (local.get 2)))
            (local.set 2 (i32.load (local.get 1))))
        (i32.add (local.get 2) (i32.const 7)))";
    let text = format!(
        r#"(module (memory (export "memory") 1) {}
            (func (export "main") (drop (call 3 (i32.const 1) (i32.const 2)))))"#,
        function.repeat(24)
    );
    wat::parse_str(text).expect("the text is right")
}

fn run(vm: &Vm, code: &[u8]) {
    let message = message(&[7; 32]);
    let outcome =
        vm.execute(Revision::Byzantium, black_box(&message), black_box(code), &mut Trivial);
    assert!(matches!(outcome, Ok(Outcome::Success { .. })), "{outcome:?}");
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(50);
    targets = bench
}
criterion_main!(benches);
