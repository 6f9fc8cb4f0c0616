//! `hebe deploy`, `send` and `call`: a day on a chain in a file.

use crate::support::Shell;
use hebe_contracts::path;
use std::fs;

/// A folder with a token in it, whose interface lies beside it.
fn shell() -> Shell {
    let shell = Shell::new();
    shell.write("token.wasm", fs::read(path("erc20_rust")).unwrap());
    shell.write("token.abi.json", fs::read(hebe_contracts::abi_path("erc20_rust")).unwrap());
    shell
}

/// With the token deployed by alice, who has a thousand.
fn deployed() -> Shell {
    let shell = shell();
    let ended = shell.hebe("deploy token.wasm 1000 --from alice");
    assert_eq!(ended.code(), 0, "{}", ended.problem());
    shell
}

#[test]
fn a_contract_is_deployed_sent_to_and_asked() {
    let shell = shell();
    let ended = shell.hebe("deploy token.wasm 1000 --as coin --from alice");
    assert!(ended.text().starts_with("coin   0x"), "{}{}", ended.text(), ended.problem());
    assert!(ended.text().contains("emit    coin: Transfer(from: 0x0000"), "{}", ended.text());
    assert!(ended.problem().starts_with("hebe: alice is new: 0x"), "{}", ended.problem());
    let sent = shell.hebe("send coin transfer(address,uint256) coin 250 --from alice");
    assert!(sent.text().starts_with("ok      true  "), "{}{}", sent.text(), sent.problem());
    assert!(
        sent.text().ends_with("emit    coin: Transfer(from: alice, to: coin, value: 250)\n"),
        "{}",
        sent.text()
    );
    shell.hebe("call coin balanceOf alice").prints("750\n");
    let poor = shell.hebe("send coin transfer alice 1 --from bob");
    assert_eq!(poor.code(), 1);
    assert!(poor.text().starts_with("REVERT  Error(\"insufficient balance\")"), "{}", poor.text());
    let report = shell.hebe("call coin balanceOf alice --json").json(0);
    assert_eq!(report["returns"], "750");
}

#[test]
fn the_block_moves_on_with_each_transaction() {
    let shell = deployed();
    let block = || {
        let state: serde_json::Value = serde_json::from_str(&shell.read("hebe.json")).unwrap();
        (state["block"]["number"].as_i64().unwrap(), state["block"]["timestamp"].as_i64().unwrap())
    };
    assert_eq!(block(), (1, 12));
    shell.hebe("call token totalSupply").prints("1000\n");
    assert_eq!(block(), (1, 12), "a question makes no block");
    assert_eq!(shell.hebe("send token transfer alice 1 --from carol").code(), 1);
    assert_eq!(block(), (2, 24), "one that fails does");
    assert_eq!(shell.hebe("send alice --value 5 --timestamp +1d --block-number +100").code(), 0);
    assert_eq!(block(), (102, 86_424));
    shell.hebe("send alice --value 5 --timestamp 7").refuses("a chain doesn't go back");
    assert_eq!(block(), (102, 86_424));
}

#[test]
fn money_is_sent_in_the_units_of_the_tests() {
    let shell = deployed();
    assert_eq!(
        shell.hebe_with(["send", "alice", "--value", "1.5 ether", "--from", "bob"]).code(),
        0
    );
    let state: serde_json::Value = serde_json::from_str(&shell.read("hebe.json")).unwrap();
    let accounts = state["accounts"].as_object().unwrap().values();
    let alice = accounts.clone().find(|account| account["name"] == "alice").unwrap();
    assert_eq!(alice["balance"], "1000001500000000000000000");
}

#[test]
fn a_name_moves_to_what_is_deployed_again() {
    let shell = deployed();
    let again = shell.hebe("deploy token.wasm 7 --from alice");
    assert!(again.problem().contains("token was 0x"), "{}", again.problem());
    shell.hebe("call token totalSupply").prints("7\n");
    shell.hebe("deploy token.wasm 7 --as alice").refuses("`alice` is an account already");
}

#[test]
fn what_is_wrong_is_told_and_nothing_happens() {
    let shell = deployed();
    let before = shell.read("hebe.json");
    for (arguments, expected) in [
        ("send tokne transfer alice 1", "no account is called `tokne` (`token`?)"),
        ("send token tranfser alice 1", "token has no function `tranfser` (`transfer`?)"),
        ("send token transfer(address) alice", "it has `transfer(address,uint256)`"),
        (
            "send token transfer alice",
            "there is 1 value, and the signature has 2: (address,uint256)",
        ),
        ("send token transfer bob 1", "value 1 (to): no account is called `bob`; there are alice"),
        ("send token transfer alice much", "value 2 (value): `much` is not a whole number"),
        ("send token transfer alice -1", "-1 is negative, and uint256 is not"),
        ("send token transfer alice 1 --value 1.5", "`1.5` is not a whole number"),
        ("send token transfer alice 1 --from 0x12", "--from: `0x12` is not an address"),
        ("send token transfer alice 1 --from 1a", "--from: `1a` can't be a name"),
        ("send token transfer alice 1 --timestamp yesterday", "`yesterday` is not a whole number"),
        ("call alice balanceOf alice", "alice is no contract: there is no code at 0x"),
        ("call token balanceOf [alice", "`[alice` is not a list: `]` is missing at its end"),
        (
            "deploy token.wasm",
            "the constructor of token.wasm: there are 0 values, and the signature has 1",
        ),
        ("deploy missing.wasm", "can't read missing.wasm: "),
        ("deploy token.wasm 1 --as 1x", "--as: `1x` can't be a name"),
        ("deploy token.wasm 1 --abi token.wasm", "token.wasm is no interface: "),
        (
            "call token balanceOf alice --state missing/hebe.json",
            "missing/hebe.json has no accounts yet",
        ),
    ] {
        shell.hebe(arguments).refuses(expected);
        assert_eq!(shell.read("hebe.json"), before, "{arguments}");
    }
}

#[test]
fn a_contract_without_an_interface_is_called_by_signature() {
    let shell = Shell::new();
    let erc20 = concat!(env!("CARGO_MANIFEST_DIR"), "/../contracts/");
    let deploy = [
        "deploy".to_owned(),
        format!("{erc20}erc20_init.wat"),
        "--runtime".to_owned(),
        format!("{erc20}erc20.wat"),
        "--as".to_owned(),
        "coin".to_owned(),
    ];
    assert_eq!(shell.hebe_with(&deploy).code(), 0);
    let ask = ["call", "coin", "balanceOf(address) returns (uint256)", "sender"];
    shell.hebe_with(ask).prints("1000000\n");
    shell
        .hebe("call coin totalSupply")
        .refuses("the interface of coin is not known: write the function");
    shell.hebe("deploy token.wat 5").refuses("can't read token.wat");
    shell.write("plain.wat", r#"(module (memory (export "memory") 1) (func (export "main")))"#);
    shell
        .hebe("deploy plain.wat 5")
        .refuses("plain.wat takes no arguments: its interface is not known");
    assert_eq!(shell.hebe("deploy plain.wat").code(), 0);
    shell.hebe("call plain --input 00").prints("0x\n");
}

#[test]
fn a_state_made_under_other_prices_says_so() {
    const OTHER: &str =
        "hebe: the state was made under the prices of cycles@1, and measured@1 is in force now";
    let shell = shell();
    let made = shell.hebe("deploy token.wasm 1000 --from alice --set schedule=cycles");
    assert_eq!(made.code(), 0, "{}", made.problem());
    for (words, is_told) in [
        ("call token balanceOf alice", true),
        ("call token balanceOf alice --set schedule=cycles", false),
        ("call token balanceOf alice --set metering=off", false),
        ("run --state hebe.json --recipient token --static", true),
        ("send token transfer alice 1 --from alice", true),
        // From here on it is a state of these prices.
        ("call token balanceOf alice", false),
    ] {
        let ended = shell.hebe(words);
        assert_eq!(ended.problem().contains(OTHER), is_told, "{words}: {}", ended.problem());
    }
}
