//! Every wrong question gets a sentence on standard error, exit code 2, and no effect.

use crate::support::{STORE, Shell, library};

fn shell() -> Shell {
    let shell = Shell::new();
    shell.write("store.wat", STORE);
    shell
}

#[test]
fn contracts_that_can_not_be_read() {
    let shell = shell();
    shell
        .write("bad.hex", "0x123")
        .write("bad.wat", "(module (func (bar)))")
        .write("text", "hello")
        .write("empty", "");
    for (arguments, expected) in [
        ("run", "there is no contract to run: name a file"),
        ("run missing.wasm", "can't read missing.wasm: "),
        ("run .", "can't read .: "),
        ("run bad.hex", "bad.hex is hex with an odd number of digits"),
        ("run bad.wat", "bad.wat is not valid WebAssembly text: "),
        ("run text", "text is neither a WebAssembly binary"),
        ("run empty", "empty holds no contract: it is empty"),
        ("run store.wat --create --runtime missing", "can't read missing: "),
        ("run --create", "required arguments were not provided"),
    ] {
        shell.hebe(arguments).refuses(expected);
    }
}

#[test]
fn values_that_can_not_be() {
    for (arguments, expected) in [
        ("--input 0", "it is not hex: Odd number of digits"),
        ("--input 0g", "it is not hex: Invalid character 'g' at position 1"),
        ("--value -1", "'-1'"),
        ("--value 1.5", "is not a whole number"),
        ("--gas -1", "-1 is not in 0..9223372036854775807"),
        ("--gas 9223372036854775808", "number too large"),
        ("--sender 0x12", "--sender: `0x12` is not an address: it must be 0x and 40 hex digits"),
        ("--recipient hello", "--recipient: no account is called `hello`: none has a name yet"),
        ("--revision Atlantis", "`Atlantis` is not a revision; the known ones are Frontier,"),
        ("--revision Frontier", "nothing can run at Frontier: the interface begins with Byzantium"),
        ("--revision Amsterdam", "nothing can run at Amsterdam: it is not final"),
        ("--unknown", "unexpected argument '--unknown'"),
        ("--static --value 1", "cannot be used with"),
        ("--static --create", "cannot be used with"),
        ("--create --input 00", "cannot be used with"),
        ("--runtime store.wat", "required arguments were not provided"),
        ("--arguments 00", "required arguments were not provided"),
        ("--create --arguments 0", "it is not hex: Odd number of digits"),
        ("--create --runtime store.wat --arguments 00", "cannot be used with"),
    ] {
        shell().hebe(&format!("run store.wat {arguments}")).refuses(expected);
    }
    let too_large = format!("run store.wat --value 0x1{}", "0".repeat(64));
    shell().hebe(&too_large).refuses("is too large: a number has at most 256 bits");
}

#[test]
fn options_that_the_vm_does_not_have() {
    let library = library().display().to_string();
    for (arguments, expected) in [
        ("--set speed=fast", "there is no option `speed`; there are engine, "),
        ("--set speed", "an option is written name=value"),
        ("--set exports=some", "option `exports`: `some` is none of tolerant, strict"),
        ("--vm missing.so", "missing.so can't be opened as a library"),
        ("--vm ./store.wat", "./store.wat can't be opened as a library"),
        (&format!("--vm {library},speed=fast"), "it has no option `speed`"),
        (&format!("--vm {library} --set exports=some"), "its option `exports` can't be `some`"),
    ] {
        shell().hebe(&format!("run store.wat {arguments}")).refuses(expected);
    }
}

#[test]
fn state_files_that_can_not_be_used() {
    let account = "accounts.0x00000000000000000000000000000000000000aa";
    let with_account = |fields: &str| {
        let address = "0x00000000000000000000000000000000000000aa";
        format!(r#"{{"hebe_state": 1, "accounts": {{"{address}": {fields}}}}}"#)
    };
    for (content, expected) in [
        ("".to_owned(), "the state file s.json can't be used: it is not JSON: ".to_owned()),
        ("{}".to_owned(), "it has no field `hebe_state`".to_owned()),
        (
            r#"{"hebe_state": 7}"#.to_owned(),
            "hebe_state is 7, and only 1, 2 and 3 can be read".to_owned(),
        ),
        (with_account(r#"{"balance": 7}"#), format!("{account}.balance: 7 must be a string")),
        (
            with_account(&format!(r#"{{"balance": "1{}"}}"#, "0".repeat(78))),
            format!("{account}.balance: 1{} is too large", "0".repeat(78)),
        ),
        (
            with_account(r#"{"nonce": 18446744073709551616}"#),
            format!("{account}.nonce: 1.8446744073709552e+19 is not a whole number from 0 to"),
        ),
        (with_account(r#"{"code": "00"}"#), format!("{account}.code: `00` must begin with 0x")),
    ] {
        let shell = shell();
        shell.write("s.json", &content);
        shell.hebe("run store.wat --input 01 --state s.json").refuses(&expected);
        assert_eq!(shell.read("s.json"), content, "the file is untouched");
    }
}

#[test]
fn a_wrong_question_leaves_the_state_file() {
    let shell = shell();
    assert_eq!(shell.hebe("run store.wat --input 01 --state s.json").code(), 0);
    let before = shell.read("s.json");
    for arguments in [
        "run missing.wat --state s.json",
        "run --recipient 0x00000000000000000000000000000000000000aa --state s.json",
        "run store.wat --state s.json --set speed=fast",
        "run store.wat --state s.json --vm missing.so",
        "run store.wat --state s.json --revision Frontier",
        "run store.wat --state s.json --input 0",
    ] {
        assert_eq!(shell.hebe(arguments).code(), 2, "{arguments}");
        assert_eq!(shell.read("s.json"), before, "{arguments}");
    }
    assert_eq!(shell.files(), ["s.json", "store.wat"]);
}

#[test]
fn a_state_file_that_can_not_be_written() {
    let shell = shell();
    let ended = shell.hebe("run store.wat --input 01 --state missing/s.json");
    ended.refuses("can't write the state file missing/s.json: ");
}
