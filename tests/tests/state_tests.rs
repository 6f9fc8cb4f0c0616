//! Ethereum's state tests, on every engine, as a crate and as the library that clients load.
//!
//! Our own are in `tests/statetests`, made by the script beside them without any part of Hebe. Those of the
//! ewasm project are read from `shared/statetests` beside this project; where that folder is absent, the
//! suite says so and runs our own only.
//!
//! When one fails, `hebe statetest FILE --dump` shows the accounts that came of it.

use hebe_host::{
    Address, Bytes32, Host, Message, Revision, StatusCode, U256,
    recording::{Recording, Subject},
};
use hebe_testing::{
    Account, Execution, Machine, library_path, library_path_of, open, record, replay,
    statetest::{Case, NamedTest, Ran, Settings, StateTest, Verdict, files, read},
};
use hebe_vm::{OPTIONS, Vm};
use std::{
    cell::RefCell,
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// The engines that there are, by the option's own row; `auto` is made of the others.
fn engines() -> Vec<&'static str> {
    let row = OPTIONS.iter().find(|row| row.name == "engine").expect("it is an option");
    let engines: Vec<_> = row.values.split(" | ").filter(|name| *name != "auto").collect();
    assert!(engines.contains(&"interpreter"), "{engines:?}");
    engines
}

/// Every engine through both paths.
fn machines(options: &[(&str, &str)]) -> Vec<(String, Box<dyn Machine>)> {
    let library = library_path().display().to_string();
    let mut machines: Vec<(String, Box<dyn Machine>)> = Vec::new();
    for engine in engines() {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let options: Vec<_> = options.iter().chain(&[("engine", engine)]).map(owned).collect();
        for (path, through) in [(None, "crate"), (Some(library.as_str()), "library")] {
            let opened = open(path, &[], &options).expect("the options are right");
            machines.push((format!("{engine}, {through}"), opened.machine));
        }
    }
    machines
}

/// What the ewasm project's tests expect, and ours: instructions cost nothing, and there is nothing but WebAssembly.
const OFF: &[(&str, &str)] = &[("metering", "off"), ("evm1mode", "reject")];

fn ours(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

/// The folder of the ewasm project's tests, if it is there.
fn ewasm_tests() -> Option<PathBuf> {
    let folder = ours("../../shared/statetests/stEWASMTests");
    if !folder.is_dir() {
        println!("{} is not there: the ewasm project's tests do not run", folder.display());
        return None;
    }
    Some(folder)
}

/// A folder of Ethereum's own tests, if it is there.
fn ethereums_tests(folder: &str) -> Option<PathBuf> {
    let folder = ours("../../shared/statetests/ethereum").join(folder);
    if !folder.is_dir() {
        println!("{} is not there: Ethereum's own tests do not run", folder.display());
        return None;
    }
    Some(folder)
}

/// Every case of every test in a folder.
fn for_each_case(folder: &Path, mut check: impl FnMut(&str, &StateTest, &Case)) {
    for file in files(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let wrong = |error| panic!("{}: {error}", file.display());
        for NamedTest { name, test } in read(&file).unwrap_or_else(wrong) {
            let test = test.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            for case in &test.cases {
                check(&name, &test, case);
            }
        }
    }
}

/// Expects that every case passes or is skipped; returns how many of each.
fn all_pass(folder: &Path, settings: Settings) -> (usize, usize) {
    let mut counts = None;
    for (on, machine) in machines(OFF) {
        let (mut passed, mut skipped) = (0, 0);
        for_each_case(folder, |name, test, case| {
            match test.run(case, machine.as_ref(), settings) {
                Verdict::Passed(_) => passed += 1,
                Verdict::Skipped(_) => skipped += 1,
                other => panic!("{name} {:?} on {on}: {other:?}", case.indexes),
            }
        });
        assert_eq!(*counts.get_or_insert((passed, skipped)), (passed, skipped), "{on}");
    }
    counts.expect("there is an engine")
}

/// Bytecode that the executable specification has run: as many cases as the scripts in `bytecode_statetests` make, 2,672 of them
/// random and 10,645 directed; in the crate, and through the oldest library and the newest.
#[test]
fn the_specification_runs_bytecode_as_we_do() {
    let path = |abi| Some(library_path_of(abi).display().to_string());
    for (library, expected) in [(None, 13_317), (path(9), 6_299), (path(18), 13_317)] {
        let opened = open(library.as_deref(), &[], &[]).expect("there are no options");
        let mut passed = 0;
        for_each_case(&ours("bytecode_statetests"), |name, test, case| {
            match test.run(case, opened.machine.as_ref(), Settings::default()) {
                Verdict::Passed(_) => passed += 1,
                Verdict::Skipped(_) => {}
                other => panic!("{name} {} on {library:?}: {other:?}", case.fork),
            }
        });
        assert_eq!(passed, expected, "{library:?}");
    }
}

/// Our own tests, of every revision, through the library of every ABI that can carry it: gas, refunds, addresses of new
/// contracts, logs and state.
#[test]
fn our_tests_pass_through_every_library() {
    let settings = Settings::default();
    let options = [("metering", "off")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut counts = Vec::new();
    for abi in [9, 10, 11, 13, 18] {
        let path = library_path_of(abi).display().to_string();
        let opened = open(Some(&path), &[], &options).expect("the options are right");
        let mut passed = 0;
        for folder in ["eei_statetests", "spec_statetests"] {
            for_each_case(&ours(folder), |name, test, case| {
                match test.run(case, opened.machine.as_ref(), settings) {
                    Verdict::Passed(_) => passed += 1,
                    Verdict::Skipped(_) => {}
                    other => panic!("{name} {:?} through ABI {abi}: {other:?}", case.indexes),
                }
            });
        }
        counts.push((abi, passed));
    }
    // ABI 18 has no Constantinople.
    assert_eq!(counts, [(9, 1129), (10, 1567), (11, 1808), (13, 2338), (18, 2224)]);
}

#[test]
fn the_ewasm_projects_tests_pass() {
    let Some(folder) = ewasm_tests() else { return };
    assert_eq!(all_pass(&folder, Settings::default()), (128, 0));
}

/// Transfers, precompiled contracts, and transactions that are not valid: all that runs no EVM code, at every
/// revision that there is. What is not valid has the name that the tests of the execution specification have
/// for it, where the test is of their time.
#[test]
fn ethereums_tests_of_transactions_alone_pass() {
    let (_, machine) = machines(OFF).swap_remove(0);
    for (name, expected) in [("current", 428), ("cancun", 966), ("constantinople", 63)] {
        let Some(folder) = ethereums_tests(name) else { return };
        let mut passed = 0;
        for_each_case(&folder, |name, test, case| {
            let invalid = case.expected.exception.as_deref();
            if case.revision.why_not().is_some() || invalid.is_none() && runs_code(test, case) {
                return;
            }
            match test.run(case, machine.as_ref(), Settings::default()) {
                Verdict::Passed(ran) => {
                    passed += 1;
                    is_refused_by_its_name(case, &ran);
                }
                other => panic!("{name} {} {:?}: {other:?}", case.fork, case.indexes),
            }
        });
        assert_eq!(passed, expected, "{}", folder.display());
    }
}

/// EVM contracts, in the crate and as the library: every test of a part of the files, or of all of them with
/// `HEBE_STATETESTS=all`, at every fork. `hebe statetest` runs them all in less time.
#[test]
fn ethereums_tests_pass() {
    let all = std::env::var("HEBE_STATETESTS").is_ok_and(|which| which == "all");
    let library = library_path().display().to_string();
    let mut passed = 0;
    for folder in ["current", "cancun", "constantinople"] {
        let Some(folder) = ethereums_tests(folder) else { return };
        let files = files(&folder).expect("the folder can be read");
        for (index, file) in files.iter().enumerate().step_by(if all { 1 } else { 50 }) {
            let path = (index % 100 == 0).then_some(library.as_str());
            let machine = open(path, &[], &[]).expect("there is one").machine;
            for_each_case(file, |name, test, case| {
                match test.run(case, machine.as_ref(), Settings::default()) {
                    Verdict::Passed(_) => passed += 1,
                    other => panic!("{name} {} {:?}: {other:?}", case.fork, case.indexes),
                }
            });
        }
    }
    assert!(passed > 1_000, "{passed}");
}

/// Transactions that the executable specification was asked about: how many cases `spec_statetests/make.py` makes.
#[test]
fn the_specifications_answers_are_ours() {
    let folder = ours("spec_statetests");
    assert_eq!(all_pass(&folder, Settings::default()), (1_026, 0));
    let (_, machine) = machines(OFF).swap_remove(0);
    for_each_case(&folder, |name, test, case| {
        match test.run(case, machine.as_ref(), Settings::default()) {
            Verdict::Passed(ran) => is_refused_by_its_name(case, &ran),
            other => panic!("{name}: {other:?}"),
        }
    });
}

/// What is not valid has the name that the case has for it, where the case is not older than these names.
fn is_refused_by_its_name(case: &Case, ran: &Ran) {
    let names = case.expected.exception.as_deref().unwrap_or_default();
    if names.starts_with("TransactionException.") {
        let found = ran.report.as_ref().err().and_then(|why| why.exception());
        assert!(found.is_some_and(|found| names.split('|').any(|name| name == found)), "{names}");
    }
}

/// Whether a case runs code when its transaction is valid.
fn runs_code(test: &StateTest, case: &Case) -> bool {
    let transaction = &test.transaction;
    match transaction.to {
        None => !transaction.data[case.indexes.data].is_empty(),
        Some(to) => test.pre.get(&to).is_some_and(|account| !account.code.is_empty()),
    }
}

/// What native code does in the interpreter's shadow is the same, instructions paid for or not.
#[test]
fn the_ewasm_projects_tests_differ_nowhere_in_the_shadow() {
    let Some(folder) = ewasm_tests() else { return };
    for metering in ["off", "execution"] {
        let mut vm = Vm::default();
        vm.set_option("metering", metering).expect("it is an option");
        vm.set_option("engine", "shadow").expect("it is an option");
        let mut cases = 0;
        for_each_case(&folder, |name, test, case| {
            let verdict = test.run(case, &vm, Settings::default());
            assert!(!matches!(verdict, Verdict::Error(_)), "{name}: {verdict:?}");
            assert_eq!(vm.shadow_differences(), 0, "{name}, metering={metering}");
            cases += 1;
        });
        assert_eq!(cases, 128);
        // Many tests have the same contract, some have none that is valid.
        assert!(vm.compiled_contracts() > 80, "{}", vm.compiled_contracts());
    }
}

#[test]
fn our_own_tests_pass() {
    assert_eq!(all_pass(&ours("statetests"), Settings::default()), (OUR_CASES, 0));
}

/// The interface at every revision: how many cases `eei_statetests/make.py` makes.
#[test]
fn our_tests_of_the_interface_pass() {
    assert_eq!(all_pass(&ours("eei_statetests"), Settings::default()), (1_312, 0));
}

/// How many cases `statetests/make.py` makes.
const OUR_CASES: usize = 95;

/// A machine that keeps a recording of every message, nested ones too.
struct Recorded<'a> {
    machine: &'a dyn Machine,
    recordings: RefCell<Vec<Recording>>,
}

impl Machine for Recorded<'_> {
    fn execute(
        &self,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut dyn Host,
    ) -> Execution {
        // What is nested comes back to this machine, through the chain.
        let (execution, recording) = record(self.machine, revision, message, code, host);
        self.recordings.borrow_mut().push(recording);
        execution
    }

    fn subject(&self, revision: Revision, message: &Message<'_>, code: &[u8]) -> Subject {
        self.machine.subject(revision, message, code)
    }
}

/// Recorded once, through the file's form and back, and replayed on every engine through both paths.
#[test]
fn every_message_replays_without_a_difference() {
    let machines = machines(OFF);
    let (_, first) = &machines[0];
    let folders = [(Some(ours("statetests")), OUR_MESSAGES), (ewasm_tests(), EWASM_MESSAGES)];
    for (folder, expected) in folders {
        let Some(folder) = folder else { continue };
        let mut count = 0;
        for_each_case(&folder, |name, test, case| {
            let recorded = Recorded { machine: first.as_ref(), recordings: RefCell::default() };
            test.run(case, &recorded, Settings::default());
            for recording in recorded.recordings.into_inner() {
                count += 1;
                let recording = Recording::parse(&recording.to_bytes()).expect("it is right");
                for (on, machine) in &machines {
                    let replayed = replay(machine.as_ref(), &recording, |_| ());
                    assert!(!replayed.is_past_the_end, "{name} {:?} on {on}", case.indexes);
                    if let Some(difference) = replayed.difference {
                        panic!("{name} {:?} on {on}: {difference}", case.indexes);
                    }
                }
            }
        });
        assert_eq!(count, expected, "{}", folder.display());
    }
}

/// How many messages run code, nested ones too, in our own tests and in the ewasm project's.
const OUR_MESSAGES: usize = 55;
const EWASM_MESSAGES: usize = 158;

#[test]
fn system_contracts_are_there_if_the_chain_has_them() {
    let folder = ours("system_contracts");
    let with = Settings { ewasm_system_contracts: true, ..Settings::default() };
    assert_eq!(all_pass(&folder, with), (1, 0));
    let (_, machine) = machines(OFF).swap_remove(0);
    for_each_case(&folder, |name, test, case| {
        let verdict = test.run(case, machine.as_ref(), Settings::default());
        assert!(matches!(verdict, Verdict::Failed(..)), "{name}: {verdict:?}");
    });
}

#[test]
fn a_wrong_root_a_wrong_hash_and_a_missing_refusal_are_seen() {
    let (_, machine) = machines(OFF).swap_remove(0);
    for_each_case(&ours("statetests"), |name, test, case| {
        let mut wrong = [case.clone(), case.clone(), case.clone()];
        wrong[0].expected.state_root.0[0] ^= 1;
        wrong[1].expected.logs_hash.0[31] ^= 1;
        wrong[2].expected.exception = Some("anything".to_owned());
        for (what, wrong) in wrong.iter().enumerate() {
            match test.run(wrong, machine.as_ref(), Settings::default()) {
                Verdict::Failed(_, differences) => assert_eq!(differences.len(), 1, "{name}"),
                Verdict::Skipped(_) => {}
                // It is indeed not valid, as the third one wants it.
                Verdict::Passed(ran) if what == 2 => assert!(ran.report.is_err(), "{name}"),
                other => panic!("{name}, {what}: {other:?}"),
            }
        }
    });
}

#[test]
fn a_fault_of_the_vm_is_neither_a_pass_nor_a_failure() {
    let code = r#"(module (memory (export "memory") 1) (func (export "main") (loop (br 0))))"#;
    let code = wat::parse_str(code).expect("the text is right");
    let endless = Account { code: code.into(), ..Account::default() };
    let bounded = [("metering", "off"), ("instruction_bound", "1000")];
    for (on, machine) in machines(&bounded) {
        for_each_case(&ours("statetests/transfer.json"), |name, test, case| {
            let mut test = test.clone();
            test.transaction.to = Some(Address::repeat_byte(0xcc));
            test.pre.insert(Address::repeat_byte(0xcc), endless.clone());
            match test.run(case, machine.as_ref(), Settings::default()) {
                Verdict::Error(why) => assert!(why.contains("INTERNAL_ERROR"), "{on}: {why}"),
                other => panic!("{name} on {on}: {other:?}"),
            }
        });
    }
}

/// The tests whose outcome, gas aside, is another one when instructions are paid for, and why.
const DEPENDS_ON_GAS: [(&str, &str); 4] = [
    ("getGasLeftCountUsedGas", "it stores how much gas is left"),
    ("validateBytecodeMissingVersionIsInvalid", NOT_WASM),
    ("validateBytecodeMissingVersionOneByteIsInvalid", NOT_WASM),
    ("validateBytecodeMissingVersionTwoBytesIsInvalid", NOT_WASM),
];

/// Why tests with cut WebAssembly have no outcome to compare.
const NOT_WASM: &str =
    "it calls what is no WebAssembly; where its gas is another one than expected, it is left out";

/// What came of a case apart from gas: how the transaction ended, the logs, and the accounts without the
/// balances of sender and coinbase. `None` where it ran what this VM can't.
fn without_gas(
    test: &StateTest,
    case: &Case,
    machine: &dyn Machine,
) -> Option<(Option<StatusCode>, Bytes32, BTreeMap<Address, Account>)> {
    let mut ran = match test.run(case, machine, Settings::default()) {
        Verdict::Passed(ran) | Verdict::Failed(ran, _) => ran,
        Verdict::Skipped(_) => return None,
        other @ Verdict::Error(_) => panic!("it can't be run: {other:?}"),
    };
    for address in [test.transaction.sender, test.block.coinbase] {
        if let Some(account) = ran.accounts.get_mut(&address) {
            account.balance = U256::zero();
        }
    }
    Some((ran.report.ok().map(|report| report.status), ran.logs_hash, ran.accounts))
}

#[test]
fn metering_changes_nothing_but_gas() {
    let Some(folder) = ewasm_tests() else { return };
    let known = DEPENDS_ON_GAS.map(|(name, _)| name);
    for ((on, free), (_, paid)) in
        machines(OFF).into_iter().zip(machines(&[("evm1mode", "reject")]))
    {
        let mut different = Vec::new();
        for_each_case(&folder, |name, test, case| {
            let outcome = |machine: &dyn Machine| without_gas(test, case, machine);
            if outcome(free.as_ref()) != outcome(paid.as_ref()) {
                different.push(name.to_owned());
            }
        });
        assert_eq!(different, known, "{on}");
    }
}
