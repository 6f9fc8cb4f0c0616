//! `hebe run --record` and `--trace`, and `hebe replay`.

use crate::support::{LOG, STORE, Shell, library};
use serde_json::{Value, json};

/// A shell with a recording of a store.
fn recorded() -> Shell {
    let shell = Shell::new();
    shell.write("store.wat", STORE).write("log.wat", LOG);
    let plain = shell.hebe("run store.wat --input 2a --json");
    let watched = shell.hebe("run store.wat --input 2a --json --record r.jsonl");
    assert_eq!(watched.json(0), plain.json(0), "recording has no effect");
    assert_eq!(shell.files(), ["log.wat", "r.jsonl", "store.wat"]);
    shell
}

fn replayed(shell: &Shell, arguments: &str, code: i32) -> Value {
    shell.hebe(&format!("replay r.jsonl --json {arguments}")).json(code)["files"][0].clone()
}

#[test]
fn a_recording_replays_on_every_engine_and_through_the_library() {
    let shell = recorded();
    let library = format!("--vm {}", library().display());
    for vm in ["", "--set engine=interpreter", "--set engine=compiler", &library] {
        let replayed = replayed(&shell, vm, 0);
        assert_eq!(replayed["difference"], Value::Null, "{vm}");
        assert_eq!((&replayed["status"], &replayed["is_whole"]), (&json!("SUCCESS"), &json!(true)));
        assert_eq!(replayed["gas_left"], 9_977_819);
    }
}

#[test]
fn a_recording_of_the_library_replays_in_the_vm_built_in() {
    let shell = recorded();
    let library = library();
    let run = format!("run store.wat --input 2a --vm {} --record r.jsonl", library.display());
    assert_eq!(shell.hebe(&run).code(), 0);
    assert_eq!(replayed(&shell, "", 0)["difference"], Value::Null);
}

#[test]
fn what_differs_is_told() {
    let shell = recorded();
    let difference = replayed(&shell, "--set metering=off", 1)["difference"].clone();
    assert_eq!(difference["what"], "gas");
    assert_eq!(difference["host_call"], 0);
    assert!(difference["gas"].as_u64() > difference["recorded_gas"].as_u64(), "{difference}");
    let text = shell.hebe("replay r.jsonl --set metering=off");
    assert_eq!(text.code(), 1);
    assert!(text.text().contains("\ndifference   at host call 0, with "), "{}", text.text());

    let other =
        "r.jsonl: it was recorded under the prices of measured@1, and flat@1 is in force now";
    for (options, is_told) in [("--set schedule=flat", true), ("--set engine=compiler", false)] {
        let problem = shell.hebe(&format!("replay r.jsonl {options}"));
        assert_eq!(problem.problem().contains(other), is_told, "{}", problem.problem());
    }

    // Another answer gives another output.
    let changed = shell.read("r.jsonl").replacen("\"output\":\"0x00", "\"output\":\"0x01", 1);
    shell.write("r.jsonl", changed);
    let difference = replayed(&shell, "", 1)["difference"].clone();
    assert_eq!(difference["what"], "end");
    assert!(difference["text"].as_str().unwrap().starts_with("at the end, after "));
}

#[test]
fn what_a_crash_leaves_can_be_replayed() {
    let shell = recorded();
    let text = shell.read("r.jsonl");
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    shell.write("r.jsonl", lines[..lines.len() - 1].concat());
    let whole = replayed(&shell, "", 0);
    assert_eq!((&whole["is_whole"], &whole["is_past_the_end"]), (&json!(false), &json!(false)));
    shell.write("r.jsonl", lines[0]);
    assert_eq!(replayed(&shell, "", 0)["is_past_the_end"], true);
    let text = shell.hebe("replay r.jsonl");
    assert!(
        text.text().contains("the recording has no end, and the run went on"),
        "{}",
        text.text()
    );
}

#[test]
fn replaced_code_is_in_the_recording() {
    let shell = recorded();
    shell.hebe("meter log.wat -o log.wasm");
    let sys = "sys:0x000000000000000000000000000000000000c0de=log.wasm";
    let run = format!("run store.wat --set record=recordings --set {sys}");
    assert_eq!(shell.hebe(&run).code(), 0);
    std::fs::remove_file(shell.path("log.wasm")).unwrap();
    let file = "recordings/00000000-0-000000000000000000000000000000000000c0de.jsonl";
    for vm in [String::new(), format!("--vm {}", library().display())] {
        let ended = shell.hebe(&format!("replay {file} {vm}"));
        assert_eq!((ended.code(), ended.problem()), (0, ""), "{}", ended.text());
    }
}

#[test]
fn one_bad_file_does_not_keep_the_others_from_running() {
    let shell = recorded();
    let ended = shell.hebe("replay missing.jsonl store.wat r.jsonl --json");
    let document = ended.json(2);
    let files = document["files"].as_array().unwrap();
    assert!(
        files[0]["problem"].as_str().unwrap().contains("can't read the recording missing.jsonl")
    );
    assert!(files[1]["problem"].as_str().unwrap().contains("it is not a recording of Hebe"));
    assert_eq!(files[2]["difference"], Value::Null);
    assert_eq!(ended.problem().lines().count(), 2);
    let ended = shell.hebe("replay missing.jsonl r.jsonl");
    assert!(ended.text().starts_with("recording    r.jsonl\n"), "{}", ended.text());
}

#[test]
fn wrong_questions() {
    let shell = recorded();
    for (arguments, expected) in [
        ("replay", "required arguments were not provided"),
        ("replay r.jsonl --set speed=fast", "there is no option `speed`"),
        ("replay r.jsonl --vm missing.so", "missing.so"),
        ("run store.wat --record missing/r", "can't write the recording missing/r: "),
        ("run store.wat --record .", "can't write the recording .: "),
        ("run store.wat --trace=missing/t", "can't write the trace to missing/t: "),
        ("run store.wat --estimate --record r", "cannot be used with"),
        ("run store.wat --block-number -1", "`-1` is not a whole number"),
        ("run store.wat --coinbase 0x12", "an address has 40 hex digits"),
        ("run store.wat --chain-id x", "is not a whole number"),
    ] {
        shell.hebe(arguments).refuses(expected);
    }
    assert_eq!(shell.files(), ["log.wat", "r.jsonl", "store.wat"]);
}

/// Reads storage a thousand times.
const READER: &str = r#"(module
    (import "ethereum" "storageLoad" (func $load (param i32 i32)))
    (memory (export "memory") 1)
    (func (export "main") (local $left i32)
        (local.set $left (i32.const 1000))
        (loop
            (call $load (i32.const 0) (i32.const 32))
            (br_if 0 (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))))"#;

#[test]
fn a_full_disk_keeps_no_half_recording_and_changes_no_outcome() {
    let shell = Shell::new();
    shell.write("reader.wat", READER);
    let plain = shell.hebe("run reader.wat --json").json(0);
    let long_input =
        format!("run reader.wat --record r.jsonl --json --input {}", "00".repeat(9000));
    // In the middle, and at the very beginning.
    for run in ["run reader.wat --record r.jsonl --json", &long_input] {
        let ended = shell.hebe_on_a_full_disk(run);
        assert_eq!(ended.json(2)["output"], plain["output"]);
        let expected = "hebe: can't write the recording r.jsonl: File too large (os error 27)\n";
        assert_eq!(ended.problem(), expected);
        assert_eq!(shell.files(), ["reader.wat"]);
    }

    let ended = shell.hebe_on_a_full_disk("run reader.wat --json --set record=recordings");
    assert_eq!(ended.json(0), plain);
    assert!(
        ended.problem().starts_with("hebe: a message could not be recorded in /")
            && ended.problem().ends_with(": File too large (os error 27) (this is told once)\n"),
        "{}",
        ended.problem()
    );
    assert_eq!(std::fs::read_dir(shell.path("recordings")).unwrap().count(), 0);

    let ended = shell.hebe_on_a_full_disk("run reader.wat --json --trace=trace.jsonl");
    assert_eq!(ended.json(0), plain);
    let expected = "hebe: can't write the trace to trace.jsonl: File too large (os error 27)\n";
    assert_eq!(ended.problem(), expected);
}

#[test]
fn a_recording_that_is_not_there_is_not_passed_over() {
    let shell = Shell::new();
    shell.write("store.wat", STORE);
    // More than the sender has.
    let run = format!("run store.wat --value 2{} --record r.jsonl", "0".repeat(24));
    let ended = shell.hebe(&run);
    assert_eq!(
        (ended.code(), ended.problem()),
        (2, "hebe: nothing is recorded in r.jsonl: no contract's code was run\n")
    );
    assert_eq!(shell.files(), ["store.wat"]);
}

#[test]
fn a_trace_goes_to_standard_error_or_to_a_file_that_begins_anew() {
    let shell = recorded();
    let ended = shell.hebe("run log.wat --trace");
    let lines: Vec<Value> =
        ended.problem().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let events: Vec<_> = lines.iter().map(|line| line["event"].as_str().unwrap()).collect();
    assert_eq!((events[0], *events.last().unwrap()), ("begin", "end"));
    assert!(lines.iter().any(|line| line["function"] == "log"));
    let library = format!("--vm {}", library().display());
    for vm in ["", "--set engine=compiler", &library] {
        shell.write("t.jsonl", "older\n");
        assert_eq!(shell.hebe(&format!("run log.wat --trace=t.jsonl {vm}")).code(), 0);
        assert_eq!(shell.read("t.jsonl"), ended.problem(), "{vm}");
    }
}

#[test]
fn the_block_is_what_was_asked_for() {
    let shell = Shell::new();
    shell.write(
        "block.wat",
        r#"(module
            (import "ethereum" "getBlockNumber" (func $number (result i64)))
            (import "ethereum" "getBlockTimestamp" (func $timestamp (result i64)))
            (import "ethereum" "getBlockGasLimit" (func $limit (result i64)))
            (import "ethereum" "getBlockCoinbase" (func $coinbase (param i32)))
            (import "ethereum" "getBlockDifficulty" (func $difficulty (param i32)))
            (import "ethereum" "getTxGasPrice" (func $price (param i32)))
            (import "ethereum" "finish" (func $finish (param i32 i32)))
            (memory (export "memory") 1)
            (func (export "main")
                (i64.store8 (i32.const 0) (call $number))
                (i64.store8 (i32.const 1) (call $timestamp))
                (i64.store8 (i32.const 2) (call $limit))
                (call $coinbase (i32.const 3))
                (call $difficulty (i32.const 23))
                (call $price (i32.const 55))
                (call $finish (i32.const 0) (i32.const 56))))"#,
    );
    let coinbase = "11".repeat(20);
    let report = shell.hebe(&format!(
        "run block.wat --json --block-number 7 --timestamp 8 --block-gas-limit 9 --coinbase {coinbase} \
         --difficulty 0x0a --gas-price 11 --chain-id 12"
    ));
    let expected = format!("0x070809{coinbase}0a{}0b", "00".repeat(31));
    assert_eq!(report.json(0)["output"], expected);
}

/// Calls 0x…bb with all the gas there is, and traps unless that succeeds.
const CALLER: &str = r#"(module
    (import "ethereum" "call" (func $call (param i64 i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 19) "\bb")
    (func (export "main")
        (if (call $call (i64.const 0x7fffffffffffffff) (i32.const 0) (i32.const 64)
                (i32.const 96) (i32.const 1))
            (then unreachable))))"#;

#[test]
fn an_estimate_is_the_least_that_succeeds_and_more_than_what_is_used() {
    let shell = Shell::new();
    shell.write("store.wat", STORE).write("caller.wat", CALLER);
    // Only to have it there: a static store fails.
    let store = "run store.wat --input 00 --recipient 0x00000000000000000000000000000000000000bb";
    assert_eq!(shell.hebe(&format!("{store} --state s.json")).code(), 0);
    let before = shell.read("s.json");

    let estimate = shell.hebe("run caller.wat --state s.json --estimate --json").json(0);
    let least = estimate["least_gas"].as_i64().unwrap();
    let used = estimate["gas_used"].as_i64().unwrap();
    assert!(least > used, "the rule of one 64th: {estimate}");
    for (gas, code) in [(least, 0), (least - 1, 1), (used, 1)] {
        shell.write("copy.json", &before);
        let run = format!("run caller.wat --state copy.json --gas {gas}");
        assert_eq!(shell.hebe(&run).code(), code, "with {gas} of {estimate}");
    }
    assert_eq!(shell.read("s.json"), before, "an estimate changes nothing");

    let text = shell.hebe("run caller.wat --state s.json --estimate");
    assert!(text.text().starts_with("least gas    "), "{}", text.text());
    let hopeless = shell.hebe("run caller.wat --state s.json --estimate --gas 100 --json").json(1);
    assert_eq!(hopeless["least_gas"], Value::Null);
    assert_eq!(hopeless["status"], "OUT_OF_GAS");
    let text = shell.hebe("run caller.wat --state s.json --estimate --gas 100");
    assert!(text.text().contains("least gas    not found: "), "{}", text.text());
}
