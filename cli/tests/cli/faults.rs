//! What once went wrong, and is not to go wrong again.

use crate::support::{STORE, Shell};
use std::process::{Command, Stdio};

/// Reverts with `Error("no")`.
const REVERTS: &str = r#"
(module
  (import "ethereum" "revert" (func $revert (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\08\c3\79\a0")
  (data (i32.const 35) "\20")
  (data (i32.const 67) "\02no")
  (func (export "main") (call $revert (i32.const 0) (i32.const 100))))"#;

#[test]
fn runs_at_once_lose_no_update() {
    let shell = Shell::new();
    shell.write("store.wat", STORE);
    let run = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hebe"));
        command.current_dir(shell.path("")).args([
            "run",
            "store.wat",
            "--input",
            "01",
            "--state",
            "s.json",
        ]);
        command.stdout(Stdio::null()).spawn().unwrap()
    };
    let runs: Vec<_> = (0..8).map(|_| run()).collect();
    assert!(runs.into_iter().all(|mut run| run.wait().unwrap().success()));
    let report = shell.hebe("run store.wat --input 01 --state s.json --json").json(0);
    assert_eq!(report["nonces"][0]["before"], 8);
    assert_eq!(shell.files(), ["s.json", "store.wat"]);
}

#[test]
fn a_metered_contract_is_an_ordinary_file() {
    use std::os::unix::fs::PermissionsExt;
    let shell = Shell::new();
    shell.write("store.wat", STORE);
    assert_eq!(shell.hebe("meter store.wat -o m.wasm").code(), 0);
    let mode = |name: &str| shell.path(name).metadata().unwrap().permissions().mode();
    assert_eq!(mode("m.wasm"), mode("store.wat"));
    let again = shell.hebe("meter m.wasm -o twice.wasm");
    assert_eq!(again.code(), 1);
    assert!(again.problem().contains("m.wasm is metered already"), "{}", again.problem());
    assert_eq!(shell.hebe("meter m.wasm -o twice.wasm --again").code(), 0);
}

#[test]
fn no_message_names_a_temporary_file() {
    let shell = Shell::new();
    shell.write("store.wat", STORE);
    for arguments in [
        "meter store.wat -o missing/m.wasm",
        "bench store.wat --html missing/page.html",
        "run store.wat --state missing/s.json",
    ] {
        let ended = shell.hebe(arguments);
        assert_eq!(ended.code(), 2, "{arguments}");
        assert!(!ended.problem().contains(".tmp"), "{}", ended.problem());
        assert!(ended.problem().contains("missing/"), "{}", ended.problem());
    }
}

#[test]
fn who_has_read_enough_may_go() {
    let shell = Shell::new();
    shell.write("store.wat", STORE);
    let hebe = env!("CARGO_BIN_EXE_hebe");
    let script = format!("({hebe} meter store.wat --wat -o - ; echo $? >&2) | true");
    let output =
        Command::new("sh").current_dir(shell.path("")).args(["-c", &script]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "0\n");
}

#[test]
fn a_trace_s_file_is_not_taken_for_the_contract() {
    let shell = Shell::new();
    shell.write("store.wat", STORE).write("old.jsonl", "");
    for file in ["t.jsonl", "old.jsonl", "t.txt", "-"] {
        let expected = format!("write --trace={file}");
        shell.hebe(&format!("run --trace {file} store.wat")).refuses(&expected);
    }
    assert_eq!(shell.hebe("run --trace store.wat --input 01").code(), 0);
    assert_eq!(shell.hebe("run store.wat --input 01 --trace").code(), 0);
}

#[test]
fn an_estimate_shows_what_a_revert_says() {
    let shell = Shell::new();
    let ended = shell.write("no.wat", REVERTS).hebe("run no.wat --estimate");
    assert_eq!(ended.code(), 1);
    assert!(ended.text().contains("output       0x08c379a0"), "{}", ended.text());
    assert!(ended.text().contains("error      Error(\"no\")"), "{}", ended.text());
}

#[test]
fn a_float_is_told_with_its_function_wherever_it_is() {
    let shell = Shell::new();
    let area = r#"(module (memory (export "memory") 1) (func (export "main"))
        (func $area (param f64) (result i32) i32.const 0))"#;
    let ended = shell.write("area.wat", area).hebe("check area.wat");
    assert!(ended.text().contains("(function 1 `area`, byte "), "{}", ended.text());
}

#[test]
fn the_refusal_of_debug_names_the_option() {
    let shell = Shell::new();
    let prints = r#"(module (import "debug" "print32" (func $print (param i32)))
        (memory (export "memory") 1) (func (export "main") (call $print (i32.const 7))))"#;
    shell.write("prints.wat", prints);
    assert!(shell.hebe("check prints.wat").text().contains("--debug allows the module `debug`"));
    let run = shell.hebe("run prints.wat");
    assert!(
        run.text().contains("the option debug=true allows the module `debug`"),
        "{}",
        run.text()
    );
    shell.write(
        "prints.test.toml",
        "vm.debug = true\n[accounts]\nprints = { code = \"prints.wat\" }\n[[step]]\nsend = \"\"\nto = \"prints\"\n",
    );
    let test = shell.hebe("test prints.test.toml");
    assert_eq!((test.code(), test.problem()), (0, "print32: 7 (0x7)\n"), "once, on all engines");
}

#[test]
fn reverts_that_differ_in_their_encoding_only_are_told_apart() {
    let shell = Shell::new();
    let padded = REVERTS.replace("\\02no", "\\02no\\00\\01");
    shell.write("no.wat", padded).write(
        "no.test.toml",
        "[accounts]\nno = { code = \"no.wat\" }\n[[step]]\nsend = \"\"\nto = \"no\"\nexpect.revert = \"no\"\n",
    );
    let ended = shell.hebe("test no.test.toml");
    assert_eq!(ended.code(), 1);
    assert!(
        ended.text().contains("revert: the same values, encoded otherwise from byte 71 on"),
        "{}",
        ended.text()
    );
}
