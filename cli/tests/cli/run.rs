//! `hebe run`: good runs.

use crate::support::{LOG, STORE, Shell, library};
use hebe_testing::create_address;
use serde_json::json;

const RECIPIENT: &str = "0x000000000000000000000000000000000000c0de";
const SENDER: &str = "0x00000000000000000000000000000000000a11ce";

fn word(last: &str) -> String {
    format!("0x{last:0>64}")
}

#[test]
fn a_run_prints_what_came_of_it() {
    let shell = Shell::new();
    shell.write("store.wat", STORE).hebe("run store.wat --input 0x2a --value 7").prints(&format!(
        "\
status       SUCCESS
gas used     22,181 of 10,000,000
output       {after}
storage      {RECIPIENT}
  key        {zero}
  before     {zero}
  after      {after}
balance      {RECIPIENT}
  before     0
  after      7
balance      {SENDER}
  before     1,000,000,000,000,000,000,000,000
  after      999,999,999,999,999,999,999,993
",
        zero = word("0"),
        after = word("2a"),
    ));
    assert_eq!(shell.files(), ["store.wat"], "without --state nothing is kept");
}

/// What store.wat does, in bytecode: it stores the first word of its input at 0, and gives it.
pub(crate) const BYTECODE: &str =
    "0x6000 35 80 6000 55 # CALLDATALOAD, DUP1, SSTORE\n6000 52 6020 6000 f3 # MSTORE, RETURN";

#[test]
fn bytecode_runs_at_every_revision() {
    let shell = Shell::new();
    shell.write("store.hex", BYTECODE).write("store.wat", STORE);
    let input = word("2a");
    for (revision, gas) in [("Frontier", 20_027), ("Byzantium", 20_027), ("Osaka", 22_127)] {
        let run = format!("run store.hex --input {input} --revision {revision} --json");
        let answer = shell.hebe(&run).json(0);
        let [output, used] = ["output", "gas_used"].map(|field| &answer[field]);
        assert_eq!((output, used), (&json!(input), &json!(gas)), "{revision}");
    }
    shell.hebe("run store.hex --revision Amsterdam").refuses("not final");
    shell.hebe("run store.wat --revision Frontier").refuses("the interface begins with Byzantium");
    let refused = shell.hebe("run store.hex --set evm1mode=reject --json").json(1);
    assert_eq!(refused["status"], "CONTRACT_VALIDATION_FAILURE");
    let trace = shell.hebe(&format!("run store.hex --input {input} --trace=trace.jsonl"));
    assert_eq!(trace.code(), 0);
    let lines = shell.read("trace.jsonl");
    let store = lines.lines().find(|line| line.contains("SSTORE")).expect("it is told");
    let expected =
        r#""event":"instruction","message":0,"depth":0,"instruction":"SSTORE","offset":6,"#;
    assert!(store.contains(expected), "{store}");
    assert!(store.contains("set_storage"), "{store}");
}

#[test]
fn json_has_every_field() {
    let shell = Shell::new();
    let report = shell.write("log.wat", LOG).hebe("run log.wat --gas 1000 --json").json(0);
    assert_eq!(
        report,
        json!({
            "status": "SUCCESS",
            "reason": null,
            "gas_used": 843,
            "gas_left": 157,
            "gas_refund": 0,
            "output": "0x",
            "returns": null,
            "revert": null,
            "created": null,
            "logs": [{
                "address": RECIPIENT,
                "topics": [format!("0xc0de{}", "0".repeat(60))],
                "data": "0xc0de",
                "event": null,
            }],
            "storage": [],
            "balances": [],
            "nonces": [{ "account": SENDER, "before": 0, "after": 1 }],
            "destructed": [],
        })
    );
}

#[test]
fn a_revert_and_a_failure_exit_with_1_and_say_why() {
    let shell = Shell::new();
    shell.write("log.wat", LOG);
    let report = shell.hebe("run log.wat --input 01 --json").json(1);
    assert_eq!((&report["status"], &report["output"]), (&json!("REVERT"), &json!("0xc0de")));
    assert_eq!(report["logs"], json!([]));

    let report = shell.hebe("run log.wat --gas 767 --json").json(1);
    assert_eq!(
        (&report["status"], &report["reason"]),
        (&json!("OUT_OF_GAS"), &json!("out of gas"))
    );
    assert_eq!(report["gas_left"], 0);

    shell.write("bad.wat", "(module)");
    let report = shell.hebe("run bad.wat --json").json(1);
    assert_eq!(report["status"], "CONTRACT_VALIDATION_FAILURE");
    let reason = report["reason"].as_str().unwrap();
    assert!(reason.starts_with("the contract is not valid: there is no memory;"), "{reason}");
}

#[test]
fn state_is_kept_between_runs() {
    let shell = Shell::new();
    shell.write("store.wat", STORE);
    assert_eq!(shell.hebe("run store.wat --input 01 --state s.json").code(), 0);
    let report = shell.hebe("run store.wat --input 02 --state s.json --json").json(0);
    assert_eq!(report["storage"][0]["before"], word("1"));
    assert_eq!(report["nonces"][0]["before"], 1);
    let report = shell.hebe("run --input 03 --state s.json --json").json(0);
    assert_eq!(report["storage"][0]["before"], word("2"), "the code is in the state file");
}

#[test]
fn a_failed_run_keeps_the_storage() {
    let shell = Shell::new();
    shell.write("store.wat", STORE).hebe("run store.wat --input 01 --state s.json");
    assert_eq!(shell.hebe("run --input 02 --gas 100 --state s.json").code(), 1);
    let report = shell.hebe("run --input 03 --state s.json --json").json(0);
    assert_eq!(report["storage"][0]["before"], word("1"));
    assert_eq!(report["nonces"][0]["before"], 2, "the failed transaction counts");
}

#[test]
fn a_static_run_changes_nothing() {
    let shell = Shell::new();
    shell.write("store.wat", STORE);
    let report = shell.hebe("run store.wat --input 01 --static --state s.json --json").json(1);
    assert_eq!(report["status"], "STATIC_MODE_VIOLATION");
    assert_eq!(shell.files(), ["store.wat"], "no state file was made");

    shell.hebe("run store.wat --input 01 --state s.json");
    let before = shell.read("s.json");
    shell.write("nothing.wat", r#"(module (memory (export "memory") 1) (func (export "main")))"#);
    assert_eq!(shell.hebe("run nothing.wat --static --state s.json").code(), 0);
    assert_eq!(shell.read("s.json"), before);
}

#[test]
fn a_contract_is_created_and_then_called() {
    let shell = Shell::new();
    let deploy = concat!(env!("CARGO_MANIFEST_DIR"), "/../contracts/deploy.wat");
    shell.write("store.wat", STORE);
    let create =
        ["run", deploy, "--create", "--runtime", "store.wat", "--state", "s.json", "--json"];
    let report = shell.hebe_with(create).json(0);
    let created = report["created"].as_str().unwrap();
    assert_eq!(created, format!("{:?}", create_address(SENDER.parse().unwrap(), 0)));
    let report =
        shell.hebe(&format!("run --recipient {created} --input 2a --state s.json --json")).json(0);
    assert_eq!(report["storage"][0]["account"], created);
    assert_eq!(report["output"], word("2a"));
}

#[test]
fn a_contract_is_read_in_every_form() {
    let shell = Shell::new();
    let binary = wat::parse_str(STORE).unwrap();
    shell.write("store.wasm", &binary).write("store.hex", hex::encode(&binary));
    for file in ["store.wasm", "store.hex"] {
        assert_eq!(shell.hebe(&format!("run {file} --input 01")).code(), 0, "{file}");
    }
}

#[test]
fn a_library_runs_what_the_built_in_vm_runs() {
    let shell = Shell::new();
    shell.write("store.wat", STORE).write("log.wat", LOG);
    let library = library().display().to_string();
    for (arguments, code) in [
        ("run store.wat --input 2a --value 7 --json", 0),
        ("run log.wat --json", 0),
        ("run log.wat --input 00 --json", 1),
    ] {
        let built_in = shell.hebe(arguments).json(code);
        let loaded = shell.hebe_with(arguments.split(' ').chain(["--vm", &library])).json(code);
        assert_eq!(built_in, loaded, "{arguments}");
    }
}

#[test]
fn options_reach_either_vm() {
    let shell = Shell::new();
    shell.write(
        "extra.wat",
        r#"(module (memory (export "memory") 1) (func (export "main") (export "more")))"#,
    );
    let library = library().display().to_string();
    let with_option = format!("{library},exports=strict");
    for arguments in [
        &["run", "extra.wat", "--set", "exports=strict"][..],
        &["run", "extra.wat", "--set", "exports=strict", "--vm", &library],
        &["run", "extra.wat", "--vm", &with_option],
    ] {
        let ended = shell.hebe_with(arguments);
        assert!(ended.text().contains("CONTRACT_VALIDATION_FAILURE"), "{}", ended.problem());
        assert_eq!(ended.code(), 1);
    }
    assert_eq!(shell.hebe("run extra.wat").code(), 0);
}
