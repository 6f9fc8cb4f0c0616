//! The sample contracts: every message of their tests, and the hostile ones that are valid.
//!
//! A contract finds the input, the caller and the storage that it had in its test. It is run to its end, if
//! that is within [`gas`], and with gas limits below; otherwise as far as that gas goes: with a call before
//! each instruction, the compute suite's dearest would take minutes. `HEBE_ORACLE_WHOLE=1` runs all of them
//! to their end (in the release profile, please).

use hebe_gas::{Exports, Features, Profile, Rules, Schedule, is_wasm, prepare};
use hebe_host::recording::{Answer, Question, Recording};
use hebe_testing::{
    contract_file,
    harness::{On, TestFile, script::EXTENSION},
    oracle::{End, PARTICLES, Program, Setting, imports},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
};

/// As far as a message is followed, beyond its initial memory: some hundred thousand instructions by
/// either schedule.
fn gas(schedule: &Schedule) -> i64 {
    let gas = if schedule.name() == "flat" { 100_000 } else { 1_000 };
    gas * PARTICLES
}

/// More than any of them costs.
const WHOLE: i64 = 1_000_000_000 * PARTICLES;

/// How many gas limits each message is tried with, spread over all at which something changes; fewer, if it
/// is a long one. See [`Program::sweep`].
const LIMITS: usize = 8;

fn contracts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts")
}

/// The files below `folder` that end like this, in order.
fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        let name = path.file_name().unwrap_or_default();
        if path.is_dir() {
            // What compilers leave there is no sample.
            if name != "target" && name != "node_modules" {
                found.extend(files(&path, end));
            }
        } else if path.to_string_lossy().ends_with(end) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The code of each contract that runs in the tests, with what it finds each time.
type Messages = BTreeMap<Vec<u8>, BTreeSet<Setting>>;

/// Every message of every test file, nested ones too.
fn messages() -> Messages {
    let mut messages = Messages::new();
    for path in files(&contracts(), EXTENSION) {
        let folder = tempfile::tempdir().expect("there can be a folder");
        let record = ("record".to_owned(), folder.path().display().to_string());
        let file = TestFile::load(&path).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
        let on = On::interpreter();
        file.with_options(&[record]).run(&on, "").expect("the interpreter is there");
        for path in files(folder.path(), "") {
            let Recording { subject, calls, .. } = Recording::load(&path).expect("it is sound");
            if !is_wasm(&subject.code) {
                continue;
            }
            let mut storage = BTreeMap::new();
            for call in calls {
                match (call.ask, call.answer) {
                    (Question::GetStorage { key, .. }, Answer::Word(value)) => {
                        storage.entry(key.0).or_insert(value.0);
                    }
                    // What it reads later is what it wrote.
                    (Question::SetStorage { key, .. }, _) => {
                        storage.entry(key.0).or_insert([0; 32]);
                    }
                    _ => {}
                }
            }
            messages.entry(subject.code.clone()).or_default().insert(Setting {
                input: subject.message.input,
                caller: Some(subject.message.sender.0),
                code: subject.code,
                storage,
            });
        }
    }
    messages
}

/// The contracts that are files: the hand-written and the compiled ones.
fn samples() -> Vec<(String, Vec<u8>)> {
    let text = files(&contracts(), ".wat").into_iter();
    let text = text.filter(|path| path.parent().is_some_and(|folder| !folder.ends_with("hostile")));
    text.chain(files(&contracts().join("wasm"), ".wasm")).map(|path| read(&path)).collect()
}

fn read(path: &Path) -> (String, Vec<u8>) {
    let name = path.file_name().unwrap_or_default().display().to_string();
    (name, contract_file::read(path).unwrap_or_else(|error| panic!("{error}")))
}

/// What one contract's comparison found.
#[derive(Default)]
struct Found {
    messages: usize,
    limits: usize,
    /// How many succeeded, and how many were followed until their gas was used up.
    succeeded: usize,
    cut: usize,
}

/// Compares one contract with all that it finds.
fn compare<'a>(
    name: &str,
    code: &[u8],
    schedule: &Schedule,
    settings: impl IntoIterator<Item = &'a Setting>,
) -> Found {
    let program =
        Program::new(code, schedule).unwrap_or_else(|rejected| panic!("{name}: {rejected}"));
    let whole = env::var_os("HEBE_ORACLE_WHOLE").is_some();
    let gas = gas(schedule) + program.initial();
    let mut found = Found::default();
    for setting in settings {
        let mut held = program.compare(setting, gas);
        let is_cut = held.as_ref().is_ok_and(|held| held.run.end == End::OutOfGas);
        if is_cut && whole {
            held = program.compare(setting, WHOLE);
        }
        let swept = held.and_then(|held| Ok((held.run.end, program.sweep(setting, gas, LIMITS)?)));
        let (end, sweep) =
            swept.unwrap_or_else(|why| panic!("{name}, {}, {setting:?}: {why}", schedule.name()));
        found.messages += 1;
        found.limits += sweep.limits;
        found.cut += usize::from(end == End::OutOfGas);
        found.succeeded += usize::from(match end {
            End::Returned => true,
            End::Ended(by, _) => by != "revert",
            _ => false,
        });
    }
    found
}

fn tell(name: &str, code: &[u8], schedule: &Schedule, found: &Found) {
    let Found { messages, limits, succeeded, cut } = found;
    println!(
        "{name}, {} bytes, {}: {messages} messages, {succeeded} succeed, {cut} not to their end; {limits} \
         gas limits",
        code.len(),
        schedule.name(),
    );
}

#[test]
fn sample_contracts_cost_the_same_under_both_meters() {
    let mut messages = messages();
    let samples = samples();
    assert!(samples.len() >= 26, "only {} contracts", samples.len());
    // What is sent to the others: the tokens among those without a test understand some of it.
    let sent = messages.values().flatten().filter(|setting| setting.input.len() <= 132);
    let sent: BTreeSet<Vec<u8>> = sent.map(|setting| setting.input.clone()).collect();
    // Of those with the same beginning, which says what is called, one is enough.
    let mut called = BTreeSet::new();
    let sent = sent.iter().filter(|input| called.insert(input.get(..4)));
    let sent: BTreeSet<Setting> = sent.map(|input| Setting::with_input(input)).collect();
    for (name, code) in &samples {
        // Init code has its runtime or its arguments behind it.
        if !messages.keys().any(|ran| ran.starts_with(code)) {
            println!("{name} has no test: {} inputs of others", sent.len());
            messages.insert(code.clone(), sent.clone());
        }
    }
    // Those that call others get nowhere with a host that answers anything.
    let mut failing = BTreeSet::new();
    for (code, settings) in &messages {
        let sample = samples.iter().find(|(_, sample)| code.starts_with(sample));
        let name = sample.map_or("made by a contract", |(name, _)| name);
        for schedule in Schedule::all() {
            let found = compare(name, code, schedule, settings);
            tell(name, code, schedule, &found);
            if found.succeeded + found.cut == 0 {
                failing.insert(name);
            }
        }
    }
    println!("{} contracts; nothing succeeds of {failing:?}", messages.len());
    assert!(failing.len() * 4 < messages.len(), "nothing succeeds of {failing:?}");
}

/// They end in every way in which a contract can.
#[test]
fn hostile_contracts_cost_the_same_under_both_meters() {
    let rules = Rules {
        features: Features::Default,
        profile: Profile::Contract { exports: Exports::Tolerant },
        imports: imports(),
        metering: None,
    };
    let mut compared = 0;
    for path in files(&contracts().join("hostile"), "") {
        let Ok(code) = contract_file::read(&path) else { continue };
        if prepare(&code, &rules).is_err() {
            continue;
        }
        compared += 1;
        let (name, _) = read(&path);
        for schedule in Schedule::all() {
            let found = compare(&name, &code, schedule, [&Setting::default()]);
            tell(&name, &code, schedule, &found);
        }
    }
    assert!(compared >= 80, "only {compared} hostile contracts are valid");
}
