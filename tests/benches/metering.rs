//! What does metering cost while a contract runs, and how much longer does it make the code?
//!
//! `cargo bench -p hebe-testing --bench metering`, then ` -- NAME` for the programs whose names contain that.
//! The figures of record are in docs/benchmarks.md.
//!
//! Each program is one message to a VM that has seen it before. *Unmetered* is `metering=off`, where functions
//! have the same shape and the stack is counted; *bare* is wasmi on the code as it was written, without
//! anything of ours, for programs that import nothing.
//!
//! Not criterion's: it measures one thing after the other, and here only ratios matter. These are taken of pairs
//! that follow each other within milliseconds, so that whatever else the machine does happens to both.

use hebe_gas::{Exports, Features, Metering, Profile, Rules, Schedule, meter_deployed, prepare};
use hebe_host::{Bytes32, HostModule, Interface, Revision, StatusCode};
use hebe_testing::{Check, RECIPIENT, SENDER, check_code, contract_file};
use hebe_vm::Vm;
use std::{
    env, fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// How many times each pair is taken, and for how long each of the two runs then.
const ROUNDS: usize = 31;
const SAMPLE: Duration = Duration::from_millis(8);

/// A message to a contract.
struct Program {
    name: String,
    code: Vec<u8>,
    input: Vec<u8>,
}

fn contracts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts")
}

/// Everything that is measured: loops of one kind, contracts in text, compiled contracts.
fn programs() -> Vec<Program> {
    let address_word = [&[0; 12][..], SENDER.as_bytes()].concat();
    let transfer = [&[0xa9, 0x05, 0x9c, 0xbb][..], &address_word, &[0; 31], &[1]].concat();
    let mut programs: Vec<Program> = LOOPS
        .into_iter()
        .map(|(name, fields, body)| Program {
            name: format!("loop of {name}"),
            code: in_a_loop(fields, body),
            input: Vec::new(),
        })
        .collect();
    for (file, input) in [
        ("empty.wat", vec![]),
        ("counter.wat", vec![1]),
        ("copy_input.wat", vec![7; 1_000]),
        ("erc20.wat", transfer),
        ("hash.wat", vec![7; 1_000]),
        ("loop.wat", vec![]),
    ] {
        let code = contract_file::read(&contracts().join(file)).expect("it is a contract");
        programs.push(Program { name: file.to_owned(), code, input });
    }
    programs.extend(compute_suite());
    programs
}

/// The compiled contracts of the compute suite, each with the first input that its test has for it.
fn compute_suite() -> Vec<Program> {
    let text = fs::read_to_string(contracts().join("compute/compute.test.toml"))
        .expect("the suite has tests");
    let mut programs: Vec<Program> = Vec::new();
    for step in text.split("[[test.step]]").skip(1) {
        let field = |name: &str| {
            let (_, after) = step.split_once(&format!("\n{name} = \"")).expect("a step has it");
            after.split_once('"').expect("it ends").0
        };
        let (name, input) =
            (format!("{}.wasm", field("to")), field("send").trim_start_matches("0x"));
        let is_refused = step.contains("expect.revert");
        if is_refused || programs.iter().any(|program| program.name == name) {
            continue;
        }
        let path = contracts().join("wasm").join(&name);
        let code = contract_file::read(&path).expect("it is a contract");
        programs.push(Program { name, code, input: hex::decode(input).expect("it is hex") });
    }
    programs
}

/// Loops that do one kind of thing, two hundred thousand times.
const LOOPS: [(&str, &str, &str); 5] = [
    (
        "arithmetic",
        "",
        "(local.set $a (i64.mul (i64.xor (local.get $a) (i64.shl (local.get $a) (i64.const 13))) (i64.const 31)))
         (local.set $a (i64.add (i64.rotl (local.get $a) (i64.const 7)) (i64.extend_i32_u (local.get $i))))
         (local.set $a (i64.sub (local.get $a) (i64.shr_u (local.get $a) (i64.const 3))))",
    ),
    (
        "memory",
        "",
        "(local.set $p (i32.and (i32.shl (local.get $i) (i32.const 3)) (i32.const 0xfff8)))
         (i64.store (local.get $p) (i64.add (i64.load (local.get $p)) (i64.const 1)))
         (i32.store8 offset=1 (local.get $p) (i32.load8_u offset=5 (local.get $p)))",
    ),
    (
        "calls",
        "(func $f (param i32 i32) (result i32) (i32.add (local.get 0) (i32.xor (local.get 1) (i32.const 5))))
         (func $g (param i32) (result i32) (call $f (local.get 0) (i32.const 3)))",
        "(local.set $p (call $f (local.get $p) (call $g (local.get $i))))",
    ),
    (
        "branches",
        "",
        "(if (i32.and (local.get $i) (i32.const 1))
            (then (local.set $p (i32.add (local.get $p) (i32.const 3))))
            (else (local.set $p (i32.xor (local.get $p) (i32.const 9)))))
         (block (block (block (br_table 0 1 2 (i32.and (local.get $p) (i32.const 3))))
            (local.set $a (i64.const 4)))
            (br_if 0 (i32.lt_u (local.get $p) (i32.const 100)))
            (local.set $p (i32.shr_u (local.get $p) (i32.const 1))))",
    ),
    // Straight code of some size between two charges.
    (
        "straight",
        "",
        "(local.set $a (i64.add (i64.mul (local.get $a) (i64.const 31)) (i64.const 7)))
         (local.set $a (i64.xor (local.get $a) (i64.shr_u (local.get $a) (i64.const 11))))
         (local.set $a (i64.add (i64.mul (local.get $a) (i64.const 37)) (i64.const 5)))
         (local.set $a (i64.xor (local.get $a) (i64.shr_u (local.get $a) (i64.const 17))))
         (local.set $a (i64.add (i64.mul (local.get $a) (i64.const 41)) (i64.const 3)))
         (local.set $a (i64.xor (local.get $a) (i64.shr_u (local.get $a) (i64.const 23))))",
    ),
];

fn in_a_loop(fields: &str, body: &str) -> Vec<u8> {
    let text = format!(
        r#"(module (memory (export "memory") 2) {fields}
             (func (export "main") (local $i i32) (local $p i32) (local $a i64)
               (loop $again {body}
                 (br_if $again (i32.lt_u
                   (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 200000))))))"#
    );
    wat::parse_str(text).expect("the text is right")
}

/// The message, to an account that has a token's balance for its caller.
fn case(program: &Program) -> Check {
    let mut balance = [0; 32];
    balance[20] = 1;
    let mut key = [0; 32];
    key[12..].copy_from_slice(SENDER.as_bytes());
    check_code(program.code.clone()).input(&program.input).gas(1_000_000_000).host(|host| {
        host.storage.insert((RECIPIENT, Bytes32(key)), Bytes32(balance));
    })
}

/// Whether the compiler takes the program, metered or not.
fn compiles(program: &Program, case: &Check) -> bool {
    ["off", "execution"].iter().all(|metering| {
        let vm = ran(program, case, "compiler", metering);
        vm.compiled_contracts() == 1
    })
}

/// A VM that has run the program once.
fn vm(program: &Program, case: &Check, engine: &str, metering: &str) -> Vm {
    let vm = ran(program, case, engine, metering);
    // What stays with the interpreter tells nothing of native code.
    let compiled = vm.compiled_contracts();
    assert_eq!(compiled, u64::from(engine == "compiler"), "{}", program.name);
    vm
}

/// A VM that has run the program once, on whichever engine took it in the end.
fn ran(program: &Program, case: &Check, engine: &str, metering: &str) -> Vm {
    let mut vm = Vm::default();
    vm.set_option("engine", engine).expect("it is an engine");
    vm.set_option("metering", metering).expect("it is a mode");
    let ran = case.on(&vm);
    assert_eq!(ran.result.status, StatusCode::Success, "{}: {:?}", program.name, ran.reason);
    vm
}

/// wasmi on the code as it was written, with a store and an instance for each run.
fn bare(code: &[u8]) -> Option<impl FnMut() + use<>> {
    let engine = wasmi::Engine::default();
    let module = wasmi::Module::new(&engine, code).expect("it is valid");
    let imports_nothing = module.imports().len() == 0;
    imports_nothing.then_some(move || {
        let mut store = wasmi::Store::new(&engine, ());
        let instance = wasmi::Instance::new(&mut store, &module, &[]).expect("it is linked");
        let main = instance.get_typed_func::<(), ()>(&store, "main").expect("it is exported");
        main.call(&mut store, ()).expect("it returns");
    })
}

/// Two things that ran in turn: the middle time of one run of each, and the middle of the ratios of the
/// pairs.
struct Pair {
    first: Duration,
    second: Duration,
    ratio: f64,
}

fn pair(mut first: impl FnMut(), mut second: impl FnMut(), is_trial: bool) -> Pair {
    fn time(run: &mut impl FnMut(), times: u32) -> f64 {
        let start = Instant::now();
        (0..times).for_each(|_| run());
        start.elapsed().as_secs_f64() / f64::from(times)
    }
    let start = Instant::now();
    second();
    let times = SAMPLE.as_nanos() / start.elapsed().as_nanos().max(1);
    let times = u32::try_from(times).unwrap_or(u32::MAX).clamp(1, 100_000);
    let times = if is_trial { 1 } else { times };
    let (mut firsts, mut seconds, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..if is_trial { 1 } else { ROUNDS } {
        // Whichever is second finds warm caches.
        let (a, b) = if round % 2 == 0 {
            let a = time(&mut first, times);
            (a, time(&mut second, times))
        } else {
            let b = time(&mut second, times);
            (time(&mut first, times), b)
        };
        firsts.push(a);
        seconds.push(b);
        ratios.push(b / a);
    }
    let [first, second] = [firsts, seconds].map(|all| Duration::from_secs_f64(middle(all)));
    Pair { first, second, ratio: middle(ratios) }
}

fn middle(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    // Cargo says `--bench` unless it only tries whether benches run.
    let is_trial = !arguments.iter().any(|argument| argument == "--bench");
    let wanted = arguments.iter().find(|argument| !argument.starts_with('-'));
    let is_wanted = |name: &str| wanted.is_none_or(|wanted| name.contains(wanted.as_str()));
    print_times(is_trial, is_wanted);
    print_growth(is_wanted);
}

/// Prints how much longer a metered contract runs.
fn print_times(is_trial: bool, is_wanted: impl Fn(&str) -> bool) {
    println!(
        "| program | interpreter, unmetered | metered | ratio | to bare wasmi | native, unmetered | metered | ratio |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let (mut interpreted, mut native) = (Vec::new(), Vec::new());
    for program in programs().iter().filter(|program| is_wanted(&program.name)) {
        let case = case(program);
        let [interpreter, compiler] = ["interpreter", "compiler"].map(|engine| {
            if engine == "compiler" && !compiles(program, &case) {
                return None;
            }
            let [unmetered, metered] =
                ["off", "execution"].map(|metering| vm(program, &case, engine, metering));
            let [off, on] = [&unmetered, &metered].map(|vm| || drop(case.on(vm)));
            let pair = pair(off, on, is_trial);
            let bare = (engine == "interpreter").then(|| bare(&program.code)).flatten();
            let bare = bare.map(|bare| self::pair(bare, on, is_trial).ratio);
            Some((pair, bare))
        });
        let Some((interpreter, bare)) = interpreter else { continue };
        interpreted.push(interpreter.ratio);
        let compiled = compiler.map_or_else(
            || "stays interpreted: beyond the bounds on compiling | | ".to_owned(),
            |(pair, _)| {
                native.push(pair.ratio);
                format!("{:.2?} | {:.2?} | {:.2}", pair.first, pair.second, pair.ratio)
            },
        );
        println!(
            "| {} | {:.2?} | {:.2?} | {:.2} | {} | {compiled} |",
            program.name,
            interpreter.first,
            interpreter.second,
            interpreter.ratio,
            bare.map_or_else(String::new, |ratio| format!("{ratio:.2}")),
        );
    }
    if !native.is_empty() {
        println!("| middle | | | {:.2} | | | | {:.2} |", middle(interpreted), middle(native));
    }
}

/// Prints by how much metering makes code longer.
fn print_growth(is_wanted: impl Fn(&str) -> bool) {
    let interface =
        Interface::new(Revision::Byzantium, &[&HostModule::ETHEREUM]).expect("it has prices");
    let schedule = Schedule::measured();
    let rules = |metering| Rules {
        features: Features::Default,
        profile: Profile::Contract { exports: Exports::Tolerant },
        imports: interface.signatures(),
        metering: Some(metering),
    };
    println!("\n| contract | bytes | metered for execution | ratio | for deployment | ratio |");
    println!("|---|---|---|---|---|---|");
    let files = |folder: PathBuf, extension: &str| {
        let entries = fs::read_dir(folder).expect("it is there").flatten();
        let mut files: Vec<_> = entries.map(|entry| entry.path()).collect();
        files.retain(|path| path.extension().is_some_and(|found| found == extension));
        files.sort();
        files
    };
    for path in [files(contracts(), "wat"), files(contracts().join("wasm"), "wasm")].concat() {
        let name = path.file_name().unwrap_or_default().display().to_string();
        if !is_wanted(&name) {
            continue;
        }
        let code = contract_file::read(&path).expect("it is a contract");
        let threaded = prepare(&code, &rules(Metering::Execution(schedule))).expect("it is valid");
        let deployed = meter_deployed(&code, &rules(Metering::Off), schedule).expect("it is valid");
        let (size, threaded, deployed) =
            (code.len(), threaded.rewrite().code.len(), deployed.len());
        let ratio = |to: usize| to as f64 / size as f64;
        println!(
            "| {name} | {size} | {threaded} | {:.2} | {deployed} | {:.2} |",
            ratio(threaded),
            ratio(deployed)
        );
    }
}
