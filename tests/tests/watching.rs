//! Traces and recordings: in order, at the right depth, the same through the library, and without effect.

use hebe_evmc::LoadedVm;
use hebe_host::{Address, StatusCode, U256, recording::Recording};
use hebe_testing::{
    Account, Chain, Machine, OTHER, RECIPIENT, Report, SENDER, Transaction, check, contract,
    library_path, replay,
};
use hebe_vm::Vm;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    thread,
};
use tempfile::TempDir;

/// Sends a message on with 5,000 gas, reads a word, and finishes with 4 bytes.
const OUTER: &str = "
    (drop (call $call (i64.const 5000) (i32.const 0) (i32.const 32) (i32.const 0) (i32.const 2)))
    (call $storageLoad (i32.const 64) (i32.const 128))
    (call $finish (i32.const 0) (i32.const 4))";

/// Stores with 5,000 gas, which is not enough for a new word.
const INNER: &str = "(call $storageStore (i32.const 0) (i32.const 32)) unreachable";

fn account(code: Vec<u8>) -> Account {
    Account { code: code.into(), nonce: 1, ..Account::default() }
}

/// Runs the outer contract, which calls the inner one.
fn run(machine: &dyn Machine) -> Report {
    let outer =
        hebe_testing::module(OUTER, &format!("(data (i32.const 0) \"{}\")", escaped(OTHER)));
    let inner = hebe_testing::module(INNER, "(data (i32.const 32) \"\\01\")");
    let sender = Account { balance: U256::exp10(18), ..Account::default() };
    let accounts =
        BTreeMap::from([(RECIPIENT, account(outer)), (OTHER, account(inner)), (SENDER, sender)]);
    let mut chain = Chain::new(hebe_host::Revision::Byzantium, accounts);
    chain.run(
        machine,
        &Transaction {
            from: SENDER,
            to: Some(RECIPIENT),
            input: vec![7],
            value: U256::zero(),
            gas: 100_000,
            is_static: false,
        },
    )
}

fn escaped(address: Address) -> String {
    address.0.iter().map(|byte| format!("\\{byte:02x}")).collect()
}

/// The VM as a crate and as a library, with this option.
fn both(name: &str, value: [&Path; 2]) -> [(&'static str, Box<dyn Machine>); 2] {
    let mut vm = Vm::default();
    let mut library = LoadedVm::load(library_path()).unwrap();
    vm.set_option("metering", "off").unwrap();
    library.set_option("metering", "off").unwrap();
    vm.set_option(name, value[0].to_str().unwrap()).unwrap();
    library.set_option(name, value[1].to_str().unwrap()).unwrap();
    [("crate", Box::new(vm)), ("library", Box::new(library))]
}

fn unwatched() -> Vm {
    let mut vm = Vm::default();
    vm.set_option("metering", "off").unwrap();
    vm
}

fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn a_trace_has_every_call_in_order_and_at_its_depth() {
    let folder = TempDir::new().unwrap();
    let paths = [folder.path().join("crate"), folder.path().join("library")];
    for ((name, machine), path) in both("trace", [&paths[0], &paths[1]]).iter().zip(&paths) {
        assert_eq!(run(&**machine), run(&unwatched()), "a trace has no effect");
        let lines = lines(path);
        let short: Vec<_> = lines
            .iter()
            .map(|line| {
                let what = line.get("function").unwrap_or(&line["event"]);
                (line["message"].clone(), line["depth"].clone(), what.as_str().unwrap())
            })
            .collect();
        let expected = [
            (0, 0, "begin"),
            (1, 1, "begin"),
            (1, 1, "storageStore"),
            (1, 1, "end"),
            (0, 0, "call"),
            (0, 0, "storageLoad"),
            (0, 0, "finish"),
            (0, 0, "end"),
        ];
        assert_eq!(short, expected.map(|(m, d, w)| (json!(m), json!(d), w)), "{name}");
        assert_eq!(
            lines[1],
            json!({
                "event": "begin", "message": 1, "depth": 1, "kind": "CALL", "static": false,
                "from": format!("{RECIPIENT:?}"), "to": format!("{OTHER:?}"),
                "contract": format!("{OTHER:?}"), "value": "0", "gas": 5000,
                "input": "0x7071", "code_bytes": lines[1]["code_bytes"],
            })
        );
        assert_eq!(lines[2]["ends"], "out of gas");
        assert_eq!((&lines[2]["gas"], &lines[2]["gas_after"]), (&json!(5000), &json!(0)));
        assert_eq!(lines[3]["status"], "OUT_OF_GAS");
        let call = &lines[4];
        assert_eq!(call["arguments"], json!([5000, 0, 32, 0, 2]));
        assert_eq!(call["result"], 1);
        assert_eq!((&call["gas"], &call["gas_after"]), (&json!(100_000), &json!(94_300)));
        let load = &lines[5];
        assert_eq!((&load["result"], &load["ends"]), (&Value::Null, &Value::Null));
        assert_eq!((&load["gas"], &load["gas_after"]), (&json!(94_300), &json!(94_100)));
        assert_eq!(load["host"][0]["ask"]["get_storage"]["address"], format!("{RECIPIENT:?}"));
        assert_eq!(load["host"][0]["answer"]["word"], format!("0x{}", "00".repeat(32)));
        assert_eq!(lines[6]["ends"], "finish");
        assert_eq!(
            (&lines[7]["status"], &lines[7]["output"]),
            (&json!("SUCCESS"), &json!("0x70717273"))
        );
    }
    assert_eq!(fs::read(&paths[0]).unwrap(), fs::read(&paths[1]).unwrap());
}

#[test]
fn every_message_is_recorded_and_replays() {
    let folder = TempDir::new().unwrap();
    let paths = [folder.path().join("crate"), folder.path().join("library")];
    for ((name, machine), path) in both("record", [&paths[0], &paths[1]]).iter().zip(&paths) {
        assert_eq!(run(&**machine), run(&unwatched()), "recording has no effect");
        let files = files(path);
        let names: Vec<_> =
            files.iter().map(|file| file.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(
            names,
            [format!("00000000-0-{RECIPIENT:x}.jsonl"), format!("00000001-1-{OTHER:x}.jsonl")]
        );
        let recordings: Vec<_> = files.iter().map(|file| Recording::load(file).unwrap()).collect();
        assert_eq!(recordings[0].subject.options["metering"], "off");
        assert_eq!(recordings[0].subject.options["schedule"], "measured@1", "a default");
        assert_eq!(recordings[0].calls.len(), 2, "the call and the load");
        assert!(recordings[0].calls.iter().all(|call| call.gas.is_some()), "{name}");
        assert_eq!(recordings[1].ended.as_ref().unwrap().status, StatusCode::OutOfGas);
        for recording in &recordings {
            let replayed = replay(&unwatched(), recording, |_| ());
            assert_eq!(replayed.difference, None, "{name}");
        }
        // At other prices it does differ.
        let replayed = replay(&Vm::default(), &recordings[0], |_| ());
        let difference = replayed.difference.unwrap().to_string();
        assert!(difference.starts_with("at host call 0, with 9"), "{difference}");
    }
}

#[test]
fn a_folder_of_recordings_is_never_written_over() {
    let folder = TempDir::new().unwrap();
    for round in 1..=3 {
        let mut vm = unwatched();
        vm.set_option("record", folder.path().to_str().unwrap()).unwrap();
        run(&vm);
        assert_eq!(files(folder.path()).len(), 2 * round);
    }
}

/// Two VMs that do not know of each other, and threads of both.
#[test]
fn many_record_into_one_folder() {
    let folder = TempDir::new().unwrap();
    let vms = [(), ()].map(|()| {
        let mut vm = unwatched();
        vm.set_option("record", folder.path().to_str().unwrap()).unwrap();
        vm
    });
    thread::scope(|scope| {
        for vm in vms.iter().cycle().take(4) {
            scope.spawn(|| (0..10).for_each(|_| drop(run(vm))));
        }
    });
    let files = files(folder.path());
    assert_eq!(files.len(), 80);
    for file in files {
        assert!(Recording::load(&file).unwrap().is_whole());
    }
}

#[test]
fn a_folder_that_is_gone_has_no_effect() {
    let folder = TempDir::new().unwrap();
    let mut vm = unwatched();
    vm.set_option("record", folder.path().to_str().unwrap()).unwrap();
    drop(folder);
    assert_eq!(run(&vm), run(&unwatched()));
}

#[test]
fn a_replaced_contract_is_in_the_recording() {
    let folder = TempDir::new().unwrap();
    let (file, recordings) = (folder.path().join("other.wasm"), folder.path().join("r"));
    fs::write(&file, contract("(call $finish (i32.const 0) (i32.const 3))")).unwrap();
    let mut vm = unwatched();
    vm.set_option(&format!("sys:{RECIPIENT:?}"), file.to_str().unwrap()).unwrap();
    vm.set_option("record", recordings.to_str().unwrap()).unwrap();
    run(&vm);
    let recording = Recording::load(&files(&recordings)[0]).unwrap();
    assert_eq!(recording.subject.replacement, Some(fs::read(&file).unwrap()));
    assert_eq!(recording.ended.as_ref().unwrap().output, [0; 3]);
}

#[test]
fn what_can_not_be_written_to_is_no_value() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "kept").unwrap();
    let missing = folder.path().join("no/such/folder");
    let mut vm = Vm::default();
    for (name, path) in [("record", &file), ("record", &missing), ("trace", &missing)] {
        let error = vm.set_option(name, path.to_str().unwrap()).unwrap_err().to_string();
        assert!(error.starts_with(&format!("option `{name}`: {}: ", path.display())), "{error}");
    }
    let error = vm.set_option("trace", folder.path().to_str().unwrap()).unwrap_err().to_string();
    assert!(error.contains("directory"), "{error}");
    assert!(vm.set_option("record", "").is_err() && vm.set_option("trace", "").is_err());
    assert_eq!(fs::read_to_string(file).unwrap(), "kept");
}

/// A trace of every kind of end, in the words that docs/trace.md has.
#[test]
fn ends_have_words() {
    let folder = TempDir::new().unwrap();
    for (body, expected) in [
        ("(call $revert (i32.const 0) (i32.const 0))", "revert"),
        ("(call $finish (i32.const 0) (i32.const 0))", "finish"),
        ("(call $useGas (i64.const -1))", "an argument or a number is out of range"),
        ("(call $getAddress (i32.const -1))", "a range outside memory or data was accessed"),
    ] {
        let path = folder.path().join("trace");
        let mut vm = unwatched();
        vm.set_option("trace", path.to_str().unwrap()).unwrap();
        check(body).on(&vm);
        assert_eq!(lines(&path)[1]["ends"], expected);
        fs::remove_file(path).unwrap();
    }
}
