use super::*;

/// Reverts with `Error("no")`.
fn reverts() -> Vec<u8> {
    wasm(
        "(i32.store (i32.const 0) (i32.const 0xa079c308))
         (i32.store8 (i32.const 35) (i32.const 32))
         (i32.store8 (i32.const 67) (i32.const 2))
         (i32.store16 (i32.const 68) (i32.const 0x6f6e))
         (call $revert (i32.const 0) (i32.const 100))",
    )
}

#[test]
fn a_revert_has_its_data_and_its_reason() {
    let node = Node::new_for_tests();
    let contract = node.deploy(&reverts());
    for method in ["eth_call", "eth_estimateGas"] {
        let fail = node.ask(method, json!([{ "to": contract }])).unwrap_err();
        assert_eq!((fail.code, fail.message.as_str()), (3, "execution reverted: no"), "{method}");
        let data = fail.data.unwrap();
        assert!(data.as_str().unwrap().starts_with("0x08c379a0"), "{data}");
    }
    let receipt = node.send_for(json!({ "from": ALICE, "to": contract, "gas": "0x186a0" }));
    assert_eq!(receipt["status"], "0x0");
    assert!(receipt["revertReason"].as_str().unwrap().starts_with("0x08c379a0"));
}

#[test]
fn a_question_without_end_ends() {
    let node = Node::new_for_tests();
    // JUMPDEST, PUSH1 0, JUMP; and GAS, given back.
    node.answer("anvil_setCode", json!([NOBODY, "0x5b600056"]));
    node.answer("anvil_setCode", json!([BOB, "0x5a5f5260205ff3"]));
    let endless = json!([{ "to": NOBODY, "gas": "0x3fffffffffffffff" }]);
    for method in ["eth_call", "eth_estimateGas"] {
        let fail = node.ask(method, endless.clone()).unwrap_err();
        assert_eq!(fail.code, -32000, "{method}: {fail:?}");
        assert!(fail.message.contains("out of gas"), "{method}: {fail:?}");
    }
    // It gets as much as geth gives, and not what it asked for.
    let gas = node.number("eth_call", json!([{ "to": BOB, "gas": "0x3fffffffffffffff" }]));
    assert!((49_900_000..50_000_000).contains(&gas), "{gas}");
}

#[test]
fn a_question_changes_nothing_and_asks_any_block() {
    let node = Node::new_for_tests();
    let counter = node.deploy(&counter());
    let count = |at: &str| node.answer("eth_call", json!([{ "to": counter }, at]));
    for _ in 0..3 {
        node.answer("eth_call", json!([{ "to": counter, "data": "0x01" }]));
        node.send_for(json!({ "from": ALICE, "to": counter, "data": "0x01" }));
    }
    for (at, expected) in [("0x1", 0), ("0x2", 1), ("0x3", 2), ("latest", 3), ("pending", 3)] {
        assert_eq!(count(at), format!("0x{expected:064x}"), "{at}");
    }
    assert_eq!(count("0x0"), "0x", "it was not there yet");
    let fail = node.ask("eth_call", json!([{ "to": counter }, "0x5"])).unwrap_err();
    assert!(fail.message.starts_with("header not found"), "{fail:?}");
}

#[test]
fn state_and_block_can_be_other_for_a_question() {
    let node = Node::new_for_tests();
    let counter = node.deploy(&counter());
    let word = format!("0x{:064x}", 7);
    let key = format!("0x{:064x}", 0);
    let ask =
        |overrides: Value| node.ask("eth_call", json!([{ "to": counter }, "latest", overrides]));
    assert_eq!(ask(json!({ &counter: { "stateDiff": { &key: word } } })).unwrap(), word);
    assert_eq!(ask(json!({ &counter: { "state": { &key: word } } })).unwrap(), word);
    assert_eq!(ask(json!({ &counter: { "code": "0x" } })).unwrap(), "0x");
    let both = json!({ &counter: { "state": {}, "stateDiff": {} } });
    assert_eq!(ask(both).unwrap_err().code, -32602);
    // PUSH0 BALANCE of Alice is too long; NUMBER and RETURN are enough.
    let number = json!({ NOBODY: { "code": "0x435f5260205ff3" } });
    let answer =
        node.answer("eth_call", json!([{ "to": NOBODY }, "latest", number, { "number": "0x63" }]));
    assert_eq!(answer, format!("0x{:064x}", 99));
    // Without its money, a call that sends some can't be.
    let poor = json!({ ALICE: { "balance": "0x0" } });
    let fail = node
        .ask("eth_call", json!([{ "from": ALICE, "to": BOB, "value": "0x1" }, "latest", poor]))
        .unwrap_err();
    assert!(fail.message.starts_with("insufficient funds"), "{fail:?}");
}

/// With the estimate a transaction succeeds; with less than it needs it does not.
#[test]
fn an_estimate_suffices_and_is_no_more_than_that() {
    let node = Node::new_for_tests();
    let counter = node.deploy(&counter());
    let evm = evm_counter();
    node.answer("anvil_setCode", json!([NOBODY, hex(&evm)]));
    assert_eq!(node.number("eth_estimateGas", json!([{ "from": ALICE, "to": BOB }])), 21_000);
    for to in [counter.as_str(), NOBODY] {
        let transaction = json!({ "from": ALICE, "to": to, "data": "0x01" });
        let gas = node.number("eth_estimateGas", json!([transaction]));
        let send = |gas: u128| {
            let snapshot = node.answer("evm_snapshot", json!([]));
            let mut transaction = transaction.clone();
            transaction["gas"] = format!("{gas:#x}").into();
            let receipt = node.send_for(transaction);
            node.answer("evm_revert", json!([snapshot]));
            receipt["status"] == "0x1"
        };
        assert!(send(gas), "{to}: {gas}");
        assert!(!send(gas - gas / 50), "{to}: {gas} is much more than it needs");
    }
    let fail = node
        .ask("eth_estimateGas", json!([{ "to": counter, "data": "0x01", "gas": "0x5400" }]))
        .unwrap_err();
    assert!(fail.message.starts_with("gas required exceeds allowance"), "{fail:?}");
}

#[test]
fn an_access_list_has_what_is_cold_otherwise() {
    let node = Node::new_for_tests();
    let counter = node.deploy(&counter());
    let list = node
        .answer("eth_createAccessList", json!([{ "from": ALICE, "to": counter, "data": "0x01" }]));
    let key = format!("0x{:064x}", 0);
    assert_eq!(list["accessList"], json!([{ "address": counter, "storageKeys": [key] }]));
    assert_eq!(list.get("error"), None);
    let none = node.answer("eth_createAccessList", json!([{ "from": ALICE, "to": BOB }]));
    assert_eq!(none["accessList"], json!([]));
}

#[test]
fn a_request_that_contradicts_itself_is_refused() {
    let node = Node::new_for_tests();
    for (request, words) in [
        (json!({ "gasPrice": "0x1", "maxFeePerGas": "0x1" }), "both gasPrice and"),
        (json!({ "maxFeePerGas": "0x1", "maxPriorityFeePerGas": "0x2" }), "maxFeePerGas (1) <"),
        (json!({ "data": "0x01", "input": "0x02" }), "both \"data\" and \"input\""),
        (json!({ "chainId": "0x1" }), "chainId does not match node's (have=1, want=31337)"),
        (json!({ "to": "0x12" }), "invalid argument 0, transaction"),
    ] {
        let fail = node.ask("eth_call", json!([request])).unwrap_err();
        assert_eq!(fail.code, -32602, "{words}");
        assert!(fail.message.starts_with(words), "{}", fail.message);
    }
}

#[test]
fn an_estimate_is_no_more_than_can_be_sent_and_as_much_as_a_block_has() {
    // Counts down from its argument: 26 gas each.
    let loops = |node: &Node, count: u32| {
        node.answer("anvil_setCode", json!([NOBODY, "0x5f355b600190038060025700"]));
        let data = format!("0x{count:064x}");
        node.ask("eth_estimateGas", json!([{ "from": ALICE, "to": NOBODY, "data": data }]))
    };
    let osaka = Node::new_for_tests();
    loops(&osaka, 600_000).expect("it fits");
    let fail = loops(&osaka, 700_000).unwrap_err();
    assert!(fail.message.starts_with("gas required exceeds allowance (16777216)"), "{fail:?}");
    let prague = Node::with(Config { revision: "Prague".parse().unwrap(), ..Config::default() });
    loops(&prague, 1_000_000).expect("it fits");
    let fail = loops(&prague, 1_500_000).unwrap_err();
    assert!(fail.message.starts_with("gas required exceeds allowance (30000000)"), "{fail:?}");
    prague.answer("evm_setBlockGasLimit", json!([100_000_000]));
    loops(&prague, 1_500_000).expect("it fits");
}
