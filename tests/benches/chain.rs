//! The chain: going back, state tests, and what it costs to be watched.
//!
//! The state tests are those of the ewasm project where they are, and our own otherwise.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use hebe_host::{
    Address, Bytes32, Host, Message, Revision, StatusCode, U256, recording::Subject,
    trace::JsonTrace,
};
use hebe_testing::{
    Account, Chain, Execution, Machine, State, Transaction, contract, library_path, open, record,
    statetest::{Settings, StateTest, Verdict, files, read},
};
use hebe_vm::{Options, Vm};
use std::{hint::black_box, io, path::Path, sync::Arc, thread};

/// A hundred changes, undone, in states of different sizes.
fn roll_back(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("roll_back");
    for size in [100, 10_000, 1_000_000] {
        let account = Account { balance: 1.into(), nonce: 1, ..Account::default() };
        let accounts =
            (0..size).map(|number| (Address::from_low_u64_be(number << 16), account.clone()));
        let mut state = State::new(accounts.collect());
        group.bench_function(BenchmarkId::from_parameter(size), |bencher| {
            bencher.iter(|| {
                let snapshot = state.snapshot();
                for number in 0..25 {
                    // A quarter of these accounts are new.
                    let address = Address::from_low_u64_be(((number % 20) << 16) | (number / 20));
                    state.set_balance(address, number.into());
                    state.set_nonce(address, number);
                    state.set_storage(address, Bytes32::zero(), Bytes32::repeat_byte(1));
                    state.access_account(address);
                }
                state.roll_back(black_box(snapshot));
            });
        });
    }
}

/// Every test in the folder, from its file.
fn folder() -> Vec<StateTest> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let theirs = root.join("../../shared/statetests/stEWASMTests");
    let folder = if theirs.is_dir() { theirs } else { root.join("statetests") };
    files(&folder)
        .expect("the folder is there")
        .iter()
        .flat_map(|file| read(file).expect("it can be read"))
        .map(|test| test.test.expect("it is right"))
        .collect()
}

/// Every case of the tests: with a VM that has seen them, on one thread and on two; and from nothing.
fn state_tests(criterion: &mut Criterion) {
    let tests = folder();
    let library = library_path().display().to_string();
    let options = [("metering", "off"), ("engine", "interpreter")];
    let options = options.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let machine = |library| open(library, &[], &options).expect("the options are right").machine;
    let paths = [("crate", None), ("library", Some(library.as_str()))];

    let mut group = criterion.benchmark_group("state_tests");
    group.throughput(Throughput::Elements(tests.len() as u64)).sample_size(20);
    for (name, path) in paths {
        group.bench_function(BenchmarkId::new(name, "from the files"), |bencher| {
            bencher.iter(|| {
                let machine = machine(path);
                folder().iter().for_each(|test| run(test, machine.as_ref()));
            });
        });
        let machine = &machine(path);
        for threads in [1, 2] {
            group.bench_function(BenchmarkId::new(name, threads), |bencher| {
                bencher.iter(|| {
                    thread::scope(|scope| {
                        for part in tests.chunks(tests.len().div_ceil(threads)) {
                            scope.spawn(move || {
                                part.iter().for_each(|test| run(test, machine.as_ref()))
                            });
                        }
                    });
                });
            });
        }
    }
}

fn run(test: &StateTest, machine: &dyn Machine) {
    for case in &test.cases {
        match test.run(case, machine, Settings::default()) {
            Verdict::Passed(_) | Verdict::Skipped(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// A contract that reads storage a thousand times: what a call of a host function costs where nobody
/// watches, and where somebody does.
fn watching(criterion: &mut Criterion) {
    let code = contract(
        "(local $left i32)
         (local.set $left (i32.const 1000))
         (loop
             (call $storageLoad (i32.const 0) (i32.const 32))
             (br_if 0 (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))",
    );
    let recipient = Address::repeat_byte(0xcc);
    let reader = Account { code: code.into(), nonce: 1, ..Account::default() };
    let mut chain = Chain::new(Revision::Byzantium, [(recipient, reader)].into());
    let transaction = Transaction {
        from: Address::repeat_byte(0xaa),
        to: Some(recipient),
        input: Vec::new(),
        value: U256::zero(),
        gas: 1_000_000,
        is_static: true,
    };
    let mut options = Options::default();
    options.set("engine", "interpreter").expect("it is an option");
    let unwatched = Vm::new(options.clone());
    options.trace_to(Arc::new(JsonTrace::new(io::sink(), "nowhere")));
    let traced = Vm::new(options);
    let recorded = Recorded(&unwatched);

    let mut group = criterion.benchmark_group("watching");
    group.throughput(Throughput::Elements(1000));
    let machines: [(&str, &dyn Machine); 3] =
        [("unwatched", &unwatched), ("traced", &traced), ("recorded", &recorded)];
    for (name, machine) in machines {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let report = chain.run(machine, black_box(&transaction));
                assert_eq!(report.status, StatusCode::Success);
            });
        });
    }
}

/// A VM whose messages are recorded, in memory.
struct Recorded<'a>(&'a Vm);

impl Machine for Recorded<'_> {
    fn execute(
        &self,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut dyn Host,
    ) -> Execution {
        let (execution, recording) = record(self.0, revision, message, code, host);
        black_box(recording);
        execution
    }

    fn subject(&self, revision: Revision, message: &Message<'_>, code: &[u8]) -> Subject {
        Machine::subject(self.0, revision, message, code)
    }
}

criterion_group!(benches, roll_back, state_tests, watching);
criterion_main!(benches);
