//! Engines against each other, against wasmi and wasmtime as they are, against native code and an EVM: one table,
//! in one run, so that ratios mean something.
//!
//!     cargo bench -p hebe-vm --bench engines              prints it
//!     cargo bench -p hebe-vm --bench engines -- --write   puts it into docs/benchmarks.md too
//!     ONLY=fib cargo bench -p hebe-vm --bench engines     prints the rows with this in their name, without aims
//!
//! Without `--bench`, as `cargo test --benches` runs it, everything runs once, and is held against each other.

mod contracts;
mod evm;
mod measure;
mod native;
mod raw;
mod table;
#[path = "../trivial/mod.rs"]
mod trivial;

use contracts::{KILOBYTE, Kind, LARGE, Row};
use hebe_evmc::{LoadedVm, abi::Abi12};
use hebe_host::{CallResult, Outcome, Revision, StatusCode};
use hebe_vm::{Options, Vm};
use measure::{Measured, Samples, in_turns, repeated};
use std::{env, fs, path::Path, thread, time::Instant};
use table::{Aim, COLUMNS, Line};
use trivial::{Trivial, message};

/// The column of native code.
const NATIVE: usize = 5;

/// Fuel for anything; a word more would be a negative number inside of wasmtime.
const FUEL: u64 = i64::MAX as u64;

fn main() {
    let is_asked = |option: &str| env::args().any(|argument| argument == option);
    let mut rows: Vec<(&str, Kind, Vec<Option<Measured>>)> =
        contracts::rows().into_iter().map(|row| (row.name, row.kind, columns(row))).collect();
    rows.insert(1, ("empty contract, through the C interface", Kind::Short, c_interface()));
    rows.push((
        "first call, 1 KB, native code on disk",
        Kind::First,
        on_disk(contracts::ordinary(KILOBYTE)),
    ));
    rows.push((
        "first call, 65 KB, native code on disk",
        Kind::First,
        on_disk(contracts::ordinary(LARGE)),
    ));
    rows.push((VALIDATOR_ALONE, Kind::First, validator_alone(contracts::ordinary(LARGE))));
    if !is_asked("--bench") {
        let measured = rows.iter_mut().flat_map(|(_, _, columns)| columns.iter_mut().flatten());
        measured.for_each(|measured| _ = measured(1));
        return;
    }
    let machine = machine();
    let mut lines = Vec::new();
    let only = env::var("ONLY").ok();
    for (name, kind, mut columns) in rows {
        if only.as_ref().is_some_and(|only| !name.contains(only)) {
            continue;
        }
        eprintln!("{name}");
        lines.push((kind, Line { name, columns: in_turns(&mut columns) }));
    }
    if only.is_some() {
        let lines: Vec<Line> = lines.into_iter().map(|(_, line)| line).collect();
        println!("{}", table::markdown(&lines));
        return;
    }
    let aims = aims(&lines, threads());
    let lines: Vec<Line> = lines.into_iter().map(|(_, line)| line).collect();
    let text = format!("{}\n{}\n{machine}\n", table::markdown(&lines), table::aims(&aims));
    println!("{text}");
    if is_asked("--write") {
        write(&text);
    }
}

/// What is measured of a row. All that give an answer give the same.
fn columns(row: Row) -> Vec<Option<Measured>> {
    let Row { name, code, input, native, evm, kind } = row;
    let fueled =
        wasmtime::Engine::new(wasmtime::Config::new().consume_fuel(true)).expect("it is right");
    let plain = wasmtime::Engine::default();
    let wasmi = {
        // As we use it, too.
        let mut config = wasmi::Config::default();
        config.compilation_mode(wasmi::CompilationMode::LazyTranslation);
        wasmi::Engine::new(&config)
    };
    if kind == Kind::First {
        let hebe =
            |engine| hebe_calls(vm(&[("engine", engine), ("cache_size", "0")]), &code, &input).0;
        return vec![
            Some(hebe("interpreter")),
            Some(hebe("compiler")),
            Some(raw::wasmi::first_calls(wasmi, &code, &input)),
            Some(raw::wasmtime::first_calls(plain, &code, &input)),
            None,
            None,
            None,
        ];
    }
    let (interpreter, expected) = hebe_calls(vm(&[("engine", "interpreter")]), &code, &input);
    let same = |column: usize, (measured, output): (Measured, Vec<u8>)| {
        assert_eq!(output, expected, "{name}: {}", COLUMNS[column]);
        Some(measured)
    };
    let native = native.map(|mut native| {
        assert_eq!(native(), expected, "{name}: in Rust");
        repeated(native)
    });
    let evm = evm.map(|evm| {
        let (measured, output) = evm::calls(evm.code, &evm.input);
        if evm.gives_number {
            let low: Vec<u8> = output.iter().rev().take(expected.len()).copied().collect();
            assert_eq!(low, expected, "{name}: on the EVM");
        }
        measured
    });
    vec![
        Some(interpreter),
        same(1, hebe_calls(vm(&[("engine", "compiler")]), &code, &input)),
        same(2, raw::wasmi::calls(&wasmi, None, &code, &input)),
        same(3, raw::wasmtime::calls(&plain, None, &code, &input)),
        same(4, raw::wasmtime::calls(&fueled, Some(FUEL), &code, &input)),
        native,
        evm,
    ]
}

fn vm(options: &[(&str, &str)]) -> Vm {
    let mut given = Options::default();
    for (name, value) in options {
        given.set(name, value).expect("it is an option");
    }
    Vm::new(given)
}

/// Calls of a contract, and what the first gives.
fn hebe_calls(vm: Vm, code: &[u8], input: &[u8]) -> (Measured, Vec<u8>) {
    let (code, input) = (code.to_vec(), input.to_vec());
    let call = move || match vm.execute(Revision::Byzantium, &message(&input), &code, &mut Trivial)
    {
        Ok(Outcome::Success { output, .. }) => output,
        other => panic!("{other:?}"),
    };
    let output = call();
    (repeated(call), output)
}

/// What a first call of the 65 KB contract is held against: reading and validating it, and nothing else.
const VALIDATOR_ALONE: &str = "wasmparser's validator alone, 65 KB";

/// The validator in the column of native code, since it runs no contract.
fn validator_alone(code: Vec<u8>) -> Vec<Option<Measured>> {
    let validate = move || {
        let mut validator = wasmparser::Validator::new();
        validator.validate_all(&code).map(drop).expect("it is valid");
    };
    let mut columns: Vec<Option<Measured>> = COLUMNS.iter().map(|_| None).collect();
    columns[NATIVE] = Some(repeated(validate));
    columns
}

/// The empty contract, as a client calls it.
fn c_interface() -> Vec<Option<Measured>> {
    let calls = |engine| {
        let mut vm = LoadedVm::built_in::<Abi12>();
        vm.set_option("engine", engine).expect("it is an option");
        let code =
            wat::parse_str(include_str!("../../../contracts/empty.wat")).expect("it is right");
        Some(repeated(move || {
            let result = vm.execute(Revision::Byzantium, &message(&[]), &code, &mut Trivial);
            assert!(
                matches!(result, Ok(CallResult { status: StatusCode::Success, .. })),
                "{result:?}"
            );
        }))
    };
    let mut columns = vec![calls("interpreter"), calls("compiler")];
    columns.resize_with(COLUMNS.len(), || None);
    columns
}

/// First calls of a contract that another process has compiled.
fn on_disk(code: Vec<u8>) -> Vec<Option<Measured>> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cache").display().to_string();
    let vm = |engine| vm(&[("engine", engine), ("cache_size", "0"), ("cache_dir", &path)]);
    drop(hebe_calls(vm("compiler"), &code, &[]));
    let (mut calls, _) = hebe_calls(vm("auto"), &code, &[]);
    let calls: Measured = Box::new(move |times| {
        let _ = &folder;
        calls(times)
    });
    let mut columns = vec![None, Some(calls)];
    columns.resize_with(COLUMNS.len(), || None);
    columns
}

/// How much more two threads do than one, in the same time.
fn threads() -> f64 {
    const CALLS: u32 = 20_000;
    let vm = vm(&[("engine", "compiler")]);
    let code =
        wat::parse_str(include_str!("../../../contracts/copy_input.wat")).expect("it is right");
    let calls = || {
        for _ in 0..CALLS {
            let outcome = vm.execute(Revision::Byzantium, &message(&[7; 32]), &code, &mut Trivial);
            assert!(matches!(outcome, Ok(Outcome::Success { .. })), "{outcome:?}");
        }
    };
    calls();
    let time = |threads: u32| {
        let begin = Instant::now();
        thread::scope(|scope| {
            (0..threads).for_each(|_| drop(scope.spawn(calls)));
        });
        begin.elapsed().as_secs_f64() / f64::from(threads)
    };
    let mut ratios: Vec<f64> = (0..15).map(|_| time(1) / time(2)).collect();
    ratios.sort_by(f64::total_cmp);
    ratios[ratios.len() / 2]
}

/// What we want to reach, and how far we are.
fn aims(lines: &[(Kind, Line)], threads: f64) -> Vec<Aim> {
    const COMPILER: usize = 1;
    let low = |line: &Line, column: usize| line.columns[column].as_ref().map(Samples::low);
    let figure = |name: &str, column: usize| {
        let line = lines.iter().find(|(_, line)| line.name == name).map(|(_, line)| line);
        line.and_then(|line| line.columns[column].as_ref()).expect("it was measured").median()
    };
    let ratios = |kinds: &[Kind], base: usize| {
        let lines = lines.iter().filter(|(kind, _)| kinds.contains(kind));
        let mut ratios: Vec<f64> =
            lines.filter_map(|(_, line)| Some(low(line, COMPILER)? / low(line, base)?)).collect();
        ratios.sort_by(f64::total_cmp);
        ratios
    };
    let metering = ratios(&[Kind::Warm, Kind::Hash], table::BASE);
    let hashes = ratios(&[Kind::Hash], 5);
    let most = |what, figure, bound, write| Aim { what, figure, bound, write, is_least: false };
    vec![
        most(
            "metered against unmetered (long rows), median",
            metering[metering.len() / 2],
            1.05,
            table::ratio,
        ),
        most("metered against unmetered, worst", metering[metering.len() - 1], 1.15, table::ratio),
        most("hashes against native Rust, median", hashes[hashes.len() / 2], 1.5, table::ratio),
        most(
            "warm empty call through the C interface",
            figure("empty contract, through the C interface", COMPILER),
            2e3,
            table::time,
        ),
        most(
            "ERC-20 transfer",
            figure("ERC-20 transfer, written by hand", COMPILER),
            3.5e3,
            table::time,
        ),
        most("fib(20)", figure("fib(20), recursive", COMPILER), 75e3, table::time),
        most("i64 loop", figure("i64 loop, 1,000,000 turns", COMPILER), 1.5e6, table::time),
        most("first call of a small contract", figure("first call, 1 KB", 0), 50e3, table::time),
        most("first call of the 65 KB contract", figure("first call, 65 KB", 0), 1e6, table::time),
        most(
            "first call of the 65 KB contract against the validator alone",
            figure("first call, 65 KB", 0) / figure(VALIDATOR_ALONE, NATIVE),
            1.3,
            table::ratio,
        ),
        Aim {
            what: "two threads against one",
            figure: threads,
            bound: 1.8,
            write: table::ratio,
            is_least: true,
        },
    ]
}

/// What this runs on, and what else did when it began: other work makes the figures worse.
fn machine() -> String {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let processor = read("/proc/cpuinfo");
    let processor =
        processor.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let processor = processor.map_or(env::consts::ARCH, |(_, name)| name);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let load = read("/proc/loadavg");
    let load = load.split(' ').next().filter(|load| !load.is_empty()).unwrap_or("unknown");
    format!("{processor}, {threads} threads, {}; load average before: {load}.", env::consts::OS)
}

const BEGIN: &str = "<!-- begin: cargo bench -p hebe-vm --bench engines -- --write -->\n";
const END: &str = "<!-- end -->\n";

/// Puts the tables between the marks in docs/benchmarks.md.
fn write(text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/benchmarks.md");
    let page = fs::read_to_string(&path).expect("the page is there");
    let (before, rest) = page.split_once(BEGIN).expect("the mark is there");
    let (_, after) = rest.split_once(END).expect("the mark is there");
    fs::write(&path, format!("{before}{BEGIN}\n{text}\n{END}{after}")).expect("it can be written");
}
