//! `hebe test`.

use crate::support::{LOG, STORE, Shell};
use hebe_testing::harness::Engine;
use serde_json::json;

const GOOD: &str = r#"
title = "What store.wat does"

[accounts]
store = { code = "store.wat" }

[[step]]
send = "0x05"
to = "store"
expect.output = "uint256:5"

[[test]]
name = "it stores"

[[test.step]]
name = "seven"
send = "0x07"
to = "store"
expect.storage.store = { 0 = 7 }

[[test]]
name = "it answers"

[[test.step]]
send = "0x07"
to = "store"
expect.output = "uint256:7"
"#;

/// A Wasm contract calls one in bytecode, which stores what it is given.
#[test]
fn contracts_of_both_kinds_call_each_other() {
    let caller = r#"(module
        (import "ethereum" "callDataCopy" (func $callDataCopy (param i32 i32 i32)))
        (import "ethereum" "getGasLeft" (func $getGasLeft (result i64)))
        (import "ethereum" "call" (func $call (param i64 i32 i32 i32 i32) (result i32)))
        (import "ethereum" "returnDataCopy" (func $returnDataCopy (param i32 i32 i32)))
        (import "ethereum" "finish" (func $finish (param i32 i32)))
        (memory (export "memory") 1)
        (func (export "main")
          (call $callDataCopy (i32.const 0) (i32.const 0) (i32.const 52))
          (drop (call $call (call $getGasLeft)
            (i32.const 0) (i32.const 100) (i32.const 20) (i32.const 32)))
          (call $returnDataCopy (i32.const 200) (i32.const 0) (i32.const 32))
          (call $finish (i32.const 200) (i32.const 32))))"#;
    let test = format!(
        r#"
[accounts]
caller = {{ code = "caller.wat" }}
store = {{ address = "0x{address}", code = "store.evm" }}

[[step]]
send = "0x{address}{input:0>64}"
to = "caller"
expect.output = "uint256:5"
expect.storage.store = {{ 0 = 5 }}
"#,
        address = "bb".repeat(20),
        input = "5",
    );
    let shell = Shell::new();
    shell.write("caller.wat", caller).write("store.evm", crate::run::BYTECODE);
    let ended = shell.write("both.test.toml", test).hebe("test both.test.toml");
    assert_eq!(ended.code(), 0, "{}", ended.text());
}

/// What is said of the engines in the last line.
fn on() -> String {
    format!("(on {})\n", Engine::names().join(", "))
}

fn shell() -> Shell {
    let shell = Shell::new();
    shell.write("store.wat", STORE).write("log.wat", LOG).write("store.test.toml", GOOD);
    shell
}

#[test]
fn a_file_is_told_step_by_step() {
    shell().hebe("test store.test.toml").prints(&format!(
        "\
store.test.toml: What store.wat does
  steps
    ok    send 1 byte to store                                   22,181 gas
  it stores
    ok    seven                                                   5,081 gas
  it answers
    ok    send 1 byte to store                                    5,081 gas

2 tests: 2 passed {}",
        on()
    ));
}

#[test]
fn what_is_different_is_shown_and_the_code_is_1() {
    let shell = shell();
    shell.write("store.test.toml", GOOD.replace("0 = 7", "0 = 8"));
    let ended = shell.hebe("test store.test.toml");
    assert_eq!(ended.code(), 1);
    let expected = "\
    FAIL  seven                                                   5,081 gas, line 15
          storage of store at 0
            expected 8
            actual   7
";
    assert!(ended.text().contains(expected), "{}", ended.text());
    assert!(ended.text().ends_with(&format!("\n2 tests: 1 passed, 1 failed {}", on())));
}

#[test]
fn a_bad_file_is_told_and_the_others_are_run() {
    let shell = shell();
    shell
        .write("a.test.toml", "[[step]]\nsend = 1\nto = \"x\"\n")
        .write("b.test.toml", "steps = []");
    let ended = shell.hebe("test .");
    assert_eq!(ended.code(), 2);
    assert!(
        ended.text().ends_with(&format!("2 tests: 2 passed; 2 files could not be run {}", on()))
    );
    assert_eq!(
        ended.problem(),
        "hebe: ./a.test.toml:2: step 1: send: 1 is not bytes: `0x` and hex digits, or `type:value`\n\
         hebe: ./b.test.toml:1: there is nothing to run: it has no [[step]] and no [[test]]\n"
    );
}

#[test]
fn folders_are_searched_for_test_files() {
    let shell = shell();
    std::fs::create_dir(shell.path("inner")).unwrap();
    shell
        .write("inner/other.test.toml", GOOD.replace("store.wat\" }", "../store.wat\" }"))
        .write("inner/other.toml", "not a test");
    let ended = shell.hebe("test . --json");
    let files: Vec<_> = ended.json(0)["files"].as_array().unwrap().clone();
    let names: Vec<_> = files.iter().map(|file| file["file"].as_str().unwrap()).collect();
    assert_eq!(names, ["./inner/other.test.toml", "./store.test.toml"]);
}

#[test]
fn a_filter_chooses_tests() {
    let shell = shell();
    let ended = shell.hebe("test . --filter answers --json");
    let tests = ended.json(0)["files"][0]["tests"].clone();
    let names: Vec<_> = tests.as_array().unwrap().iter().map(|it| it["name"].clone()).collect();
    assert_eq!(names, [json!(null), json!("it answers")]);
    let ended = shell.hebe("test . --filter nonsense");
    assert_eq!(ended.code(), 2);
    assert_eq!(
        ended.problem(),
        "hebe: there is nothing to run: no test's name contains `nonsense`\n"
    );
}

#[test]
fn nothing_to_run_is_told() {
    let shell = Shell::new();
    let ended = shell.hebe("test .");
    assert_eq!(ended.code(), 2);
    assert_eq!(ended.problem(), "hebe: there is nothing to run: no file ends in .test.toml\n");
    let ended = shell.hebe("test none.test.toml");
    assert_eq!(ended.code(), 2);
    assert!(ended.problem().starts_with("hebe: none.test.toml: can't be read: No such file"));
}

#[test]
fn wrong_options_are_told_once() {
    let ended = shell().hebe("test . --engine steam");
    assert_eq!(ended.code(), 2);
    assert_eq!(ended.problem().lines().count(), 1, "{}", ended.problem());
    assert!(ended.problem().starts_with("hebe: option `engine`: `steam` is none of auto, "));
    let ended = shell().hebe("test . --vm nothing.so");
    assert_eq!((ended.code(), ended.problem().lines().count()), (2, 1), "{}", ended.problem());
}

#[test]
fn json_has_every_field() {
    let shell = shell();
    shell.write("store.test.toml", GOOD.replace("0 = 7", "0 = 8")).write("bad.test.toml", "x = ");
    let ended = shell.hebe("test . --json");
    let json = ended.json(2);
    assert_eq!(json["engines"], json!(Engine::names()));
    assert_eq!((&json["passed"], &json["failed"]), (&json!(1), &json!(1)));
    let [bad, good] = &json["files"].as_array().unwrap()[..] else { panic!("{json}") };
    assert_eq!(bad["file"], "./bad.test.toml");
    assert!(bad["problems"][0].as_str().unwrap().contains("it is not TOML"));
    assert_eq!(good["blessed"], 0);
    let test = &good["tests"][1];
    assert_eq!(
        (&test["name"], &test["passed"], &test["not_run"]),
        (&json!("it stores"), &json!(false), &json!(0))
    );
    let step = &test["steps"][0];
    assert_eq!((&step["name"], &step["line"]), (&json!("seven"), &json!(15)));
    let mismatch = json!({ "what": "storage of store at 0", "expected": "8", "actual": "7" });
    assert_eq!(step["mismatches"], json!([mismatch]));
    assert_eq!(step["report"]["gas_used"], 5081);
}

#[test]
fn bless_writes_gas_figures() {
    let shell = shell();
    let with = |figure: &str| {
        GOOD.replace("expect.storage", &format!("expect.gas = {figure}\nexpect.storage"))
    };
    shell.write("store.test.toml", with("1"));
    let ended = shell.hebe("test .");
    assert_eq!(ended.code(), 1);
    assert!(
        ended.text().contains("gas\n            expected 1\n            actual   5081 (+5080)\n")
    );
    assert_eq!(shell.read("store.test.toml"), with("1"));
    let ended = shell.hebe("test . --bless");
    assert_eq!(ended.code(), 0);
    assert!(ended.text().contains("  1 new figure of gas was written into the file\n"));
    assert_eq!(shell.read("store.test.toml"), with("5_081"));
    // Nothing is left to do.
    assert!(!shell.hebe("test . --bless").text().contains("written"));
}

#[test]
fn a_trace_has_every_message() {
    let shell = shell();
    shell.write("trace.jsonl", "older\n");
    assert_eq!(shell.hebe("test . --trace=trace.jsonl").code(), 0);
    let trace = shell.read("trace.jsonl");
    let begins = trace.lines().filter(|line| line.contains(r#""event":"begin""#));
    assert_eq!(begins.count(), 3, "{trace}");
    assert!(!trace.contains("older"));
    let ended = shell.hebe("test . --trace");
    assert_eq!(ended.problem().lines().count(), trace.lines().count());
}

#[test]
fn the_document_shows_what_is_printed() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let document = read("docs/testing.md");
    let after = |begin: &str| document.split_once(begin).unwrap().1;
    let file = after("```toml\n").split_once("```").unwrap().0;
    let transcript = after("```text\n$ hebe test counter.test.toml\n").split_once("```").unwrap().0;

    let shell = Shell::new();
    shell.write("counter.wat", read("contracts/counter.wat")).write("counter.test.toml", file);
    shell.hebe("test counter.test.toml").prints(transcript);
}

/// EIP-170, and how to go beyond it.
#[test]
fn a_contract_that_is_too_large_is_told_what_lifts_the_limit() {
    let shell = Shell::new();
    let large = format!(
        r#"(module (memory (export "memory") 1) (func (export "main")) (data (i32.const 0) "{}"))"#,
        "a".repeat(24_576)
    );
    shell.write("large.wat", large);
    let step = "[[step]]\ndeploy = \"large.wat\"\nas = \"large\"\n";
    shell.write("large.test.toml", step);
    let ended = shell.hebe("test large.test.toml --engine interpreter");
    assert_eq!(ended.code(), 1);
    assert!(ended.text().contains("more than max_code_size allows (24576"), "{}", ended.text());
    assert_eq!(shell.hebe("test large.test.toml --max-code-size 30000").code(), 0);
    shell.write("large.test.toml", format!("chain.max_code_size = 30_000\n{step}"));
    assert_eq!(shell.hebe("test large.test.toml").code(), 0);
}

/// Both ways on which a contract comes to be on `hebe run`.
#[test]
fn a_run_can_lift_the_limit_too() {
    let shell = Shell::new();
    let large = format!(
        r#"(module (memory (export "memory") 1) (func (export "main")) (data (i32.const 0) "{}"))"#,
        "a".repeat(24_576)
    );
    let deploy = include_str!("../../../contracts/deploy.wat");
    shell.write("large.wat", large).write("deploy.wat", deploy);
    let run = "run deploy.wat --create --runtime large.wat --gas 100000000";
    let ended = shell.hebe(run);
    assert_eq!(ended.code(), 1);
    assert!(ended.text().contains("max_code_size"), "{}", ended.text());
    assert_eq!(shell.hebe(&format!("{run} --max-code-size 30000")).code(), 0);
}
