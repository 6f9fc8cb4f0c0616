//! `hebe check`.

use crate::support::{STORE, Shell};
use serde_json::json;

const START: &str = r#"
(module (memory (export "memory") 1) (func (export "main")) (func $first) (start $first))"#;
const EXTRA: &str = r#"
(module (memory (export "memory") 1 2) (func (export "main") (export "more")) (table 3 funcref))"#;

fn size(text: &str) -> usize {
    wat::parse_str(text).unwrap().len()
}

#[test]
fn a_valid_contract_is_described() {
    let shell = Shell::new();
    shell.write("store.wat", STORE).write("extra.wat", EXTRA);
    shell.hebe("check store.wat extra.wat").prints(&format!(
        "\
store.wat: valid
  size       {} bytes, 1 function
  imports    ethereum.callDataCopy, ethereum.storageStore, ethereum.finish
  exports    memory (memory), main (function)
  memory     1 page of 64 KiB, at most 512
extra.wat: valid
  size       {} bytes, 1 function
  imports    none
  exports    memory (memory), main (function), more (function)
  memory     1 page of 64 KiB, at most 2
  table      3 elements, at most 16,384
",
        size(STORE),
        size(EXTRA),
    ));
}

/// Ethereum takes contracts of 24,576 bytes.
#[test]
fn a_contract_that_is_too_large_for_ethereum_is_told_so() {
    let shell = Shell::new();
    let large = |bytes: usize| {
        format!(
            r#"(module (memory (export "memory") 1) (func (export "main")) (data (i32.const 0) "{}"))"#,
            "a".repeat(bytes)
        )
    };
    shell.write("small.wat", large(24_000)).write("large.wat", large(24_576));
    assert!(!shell.hebe("check small.wat").text().contains("Ethereum"));
    let over = size(&large(24_576)) - 24_576;
    let ended = shell.hebe("check large.wat");
    let expected = format!("{over} bytes more than the 24576 that Ethereum lets a contract have");
    assert!(ended.code() == 0 && ended.text().contains(&expected), "{}", ended.text());
}

#[test]
fn an_import_of_a_later_revision_is_named_with_it() {
    let shell = Shell::new();
    let text = r#"(module (import "ethereum" "getBaseFee" (func (param i32)))
        (memory (export "memory") 1) (func (export "main")))"#;
    shell.write("fee.wat", text);
    assert_eq!(shell.hebe("check fee.wat").code(), 0);
    let ended = shell.hebe("check fee.wat --revision Berlin");
    let expected = "import ethereum.getBaseFee: Berlin does not have it; London is the first";
    assert!(ended.code() == 1 && ended.text().contains(expected), "{}", ended.text());
}

#[test]
fn a_contract_that_is_not_valid_is_told_why_and_where() {
    let shell = Shell::new();
    let ended = shell.write("start.wat", START).hebe("check start.wat");
    let expected =
        "start.wat: not valid: there is a start function; call it from `main` instead (byte ";
    assert!(ended.text().starts_with(expected), "{}", ended.text());
    assert_eq!(ended.code(), 1);
}

#[test]
fn json_has_every_field() {
    let shell = Shell::new();
    shell.write("extra.wat", EXTRA).write("start.wat", START);
    let answer = shell.hebe("check --json extra.wat start.wat missing").json(2);
    let [valid, invalid, missing] = [0, 1, 2].map(|index| &answer["files"][index]);
    assert_eq!(
        *valid,
        json!({
            "file": "extra.wat",
            "valid": true,
            "kind": "wasm",
            "size": size(EXTRA),
            "functions": 1,
            "imports": [],
            "exports": [
                { "name": "memory", "kind": "memory" },
                { "name": "main", "kind": "function" },
                { "name": "more", "kind": "function" },
            ],
            "memory": { "initial": 1, "maximum": 2 },
            "table": { "initial": 3, "maximum": 16_384 },
        })
    );
    assert_eq!((&invalid["file"], &invalid["valid"]), (&json!("start.wat"), &json!(false)));
    assert_eq!(invalid["reason"]["what"], "there is a start function");
    assert_eq!(invalid["reason"]["mend"], "call it from `main` instead");
    assert!(invalid["reason"]["offset"].is_u64() && invalid["reason"]["code"].is_string());
    assert_eq!(missing["file"], "missing");
    assert!(missing["problem"].as_str().unwrap().starts_with("can't read missing: "));
}

/// Any bytes are bytecode, those of a damaged file too.
#[test]
fn bytecode_is_told_from_webassembly() {
    let shell = Shell::new();
    shell
        .write("token.hex", "6000 6000 f3")
        .write("old.hex", "ef0001")
        .write("cut.hex", "0061736d");
    shell.hebe("check token.hex old.hex cut.hex").prints(
        "\
token.hex: EVM bytecode
  size       5 bytes
old.hex: EVM bytecode
  size       3 bytes
             it begins with ef, which no new contract can since London (EIP-3541)
cut.hex: EVM bytecode
  size       4 bytes
",
    );
    let answer = shell.hebe("check --json token.hex old.hex").json(0);
    assert_eq!(
        answer["files"][0],
        json!({ "file": "token.hex", "valid": true, "kind": "evm", "size": 5 })
    );
    assert!(answer["files"][1]["warning"].is_string());
    let ended = shell.hebe("check --wasm cut.hex");
    assert_eq!(ended.code(), 1);
    assert!(ended.text().starts_with("cut.hex: not valid: "), "{}", ended.text());
}

#[test]
fn a_file_that_can_not_be_read_does_not_stop_the_others() {
    let shell = Shell::new();
    let ended = shell.write("store.wat", STORE).hebe("check missing store.wat");
    assert!(ended.problem().starts_with("hebe: can't read missing: "));
    assert!(ended.text().starts_with("store.wat: valid\n"));
    assert_eq!(ended.code(), 2);
}

#[test]
fn stricter_rules_can_be_asked_for() {
    let shell = Shell::new();
    shell.write("extra.wat", EXTRA).write(
        "extend.wat",
        r#"(module (memory (export "memory") 1)
             (func (export "main") (drop (i32.extend8_s (i32.const 1)))))"#,
    );
    shell.write(
        "debug.wat",
        r#"(module (import "debug" "print32" (func (param i32)))
             (memory (export "memory") 1) (func (export "main")))"#,
    );
    for (valid, invalid) in [
        ("check extra.wat", "check extra.wat --exports strict"),
        ("check extend.wat", "check extend.wat --features mvp"),
        ("check debug.wat --debug", "check debug.wat"),
    ] {
        assert_eq!(shell.hebe(valid).code(), 0, "{valid}");
        assert_eq!(shell.hebe(invalid).code(), 1, "{invalid}");
    }
}

#[test]
fn wrong_questions_are_refused() {
    let shell = Shell::new();
    shell.write("store.wat", STORE);
    for (arguments, expected) in [
        ("check", "required arguments were not provided"),
        ("check store.wat --features new", "invalid value 'new'"),
        ("check store.wat --exports all", "invalid value 'all'"),
        ("check store.wat --revision Amsterdam", "nothing can run at Amsterdam: it is not final"),
        ("check missing", "can't read missing: "),
    ] {
        shell.hebe(arguments).refuses(expected);
    }
}
