use super::*;

#[test]
fn accounts_are_changed_from_outside() {
    let node = Node::new_for_tests();
    node.answer("anvil_setBalance", json!([NOBODY, ETHER]));
    node.answer("hardhat_setNonce", json!([NOBODY, "0x7"]));
    node.answer("anvil_setCode", json!([NOBODY, hex(&counter())]));
    node.answer("hardhat_setStorageAt", json!([NOBODY, "0x0", format!("0x{:064x}", 41)]));
    assert_eq!(node.balance(NOBODY), 10_u128.pow(18));
    assert_eq!(node.number("eth_getTransactionCount", json!([NOBODY, "latest"])), 7);
    node.send_for(json!({ "from": ALICE, "to": NOBODY, "data": "0x01" }));
    assert_eq!(node.answer("eth_call", json!([{ "to": NOBODY }])), format!("0x{:064x}", 42));
    node.answer("anvil_setBalance", json!([NOBODY, "0x0"]));
    assert_eq!(node.balance(NOBODY), 0);
    assert_eq!(
        node.number("eth_getBalance", json!([NOBODY, "0x0"])),
        10_u128.pow(18),
        "the block before had it"
    );
}

#[test]
fn who_is_impersonated_sends_without_a_key() {
    let node = Node::new_for_tests();
    node.answer("anvil_setBalance", json!([NOBODY, ETHER]));
    let transaction = json!({ "from": NOBODY, "to": BOB, "value": "0x1" });
    assert!(node.ask("eth_sendTransaction", json!([transaction])).is_err());
    node.answer("hardhat_impersonateAccount", json!([NOBODY]));
    let receipt = node.send_for(transaction.clone());
    assert_eq!((&receipt["status"], &receipt["from"]), (&json!("0x1"), &json!(NOBODY)));
    // A contract can, too (EIP-3607 doesn't hold for who is impersonated).
    node.answer("anvil_setCode", json!([NOBODY, "0x00"]));
    assert_eq!(node.send_for(transaction.clone())["status"], "0x1");
    node.answer("hardhat_stopImpersonatingAccount", json!([NOBODY]));
    assert!(node.ask("eth_sendTransaction", json!([transaction])).is_err());
}

#[test]
fn time_goes_as_it_is_told() {
    let node = Node::new_for_tests();
    let time = || {
        node.answer("evm_mine", json!([]));
        let block = node.answer("eth_getBlockByNumber", json!(["latest", false]));
        u64::from_str_radix(&block["timestamp"].as_str().unwrap()[2..], 16).unwrap()
    };
    let first = time();
    node.answer("evm_increaseTime", json!([3600]));
    // The first block was a second behind the clock.
    assert!((3599..3610).contains(&(time() - first)));
    node.answer("evm_setNextBlockTimestamp", json!([2_000_000_000]));
    assert_eq!(time(), 2_000_000_000);
    assert!((2_000_000_001..2_000_000_010).contains(&time()), "the clock goes on from there");
    let fail = node.ask("evm_setNextBlockTimestamp", json!([5])).unwrap_err();
    assert!(fail.message.starts_with("Timestamp error"), "{fail:?}");
    node.answer("anvil_mine", json!(["0x3", "0x3c"]));
    let block = node.answer("eth_getBlockByNumber", json!(["latest", false]));
    assert!(
        u64::from_str_radix(&block["timestamp"].as_str().unwrap()[2..], 16).unwrap()
            >= 2_000_000_121
    );
}

#[test]
fn a_snapshot_brings_everything_back() {
    let node = Node::new_for_tests();
    let counter = node.deploy(&counter());
    let snapshot = node.answer("evm_snapshot", json!([]));
    let before =
        (node.balance(ALICE), node.answer("eth_getBlockByNumber", json!(["latest", true])));
    node.send_for(json!({ "from": ALICE, "to": counter, "data": "0x01" }));
    node.answer("anvil_setBalance", json!([NOBODY, ETHER]));
    let later = node.answer("evm_snapshot", json!([]));
    assert_eq!(node.answer("evm_revert", json!([snapshot])), true);
    assert_eq!(
        before,
        (node.balance(ALICE), node.answer("eth_getBlockByNumber", json!(["latest", true])))
    );
    assert_eq!(node.balance(NOBODY), 0);
    assert_eq!(node.answer("eth_call", json!([{ "to": counter }])), format!("0x{:064x}", 0));
    assert_eq!(node.answer("evm_revert", json!([later])), false, "it was later");
    assert_eq!(node.answer("evm_revert", json!([snapshot])), false, "it was used");
}

#[test]
fn the_state_is_dumped_and_loaded() {
    let node = Node::new_for_tests();
    let counter = node.deploy(&counter());
    node.send_for(json!({ "from": ALICE, "to": counter, "data": "0x01" }));
    let (text, object) =
        (node.answer("anvil_dumpState", json!([])), node.answer("hebe_dumpState", json!([])));
    for state in [text, object] {
        let other = Node::new_for_tests();
        assert_eq!(other.answer("anvil_loadState", json!([state])), true);
        assert_eq!(other.answer("eth_call", json!([{ "to": counter }])), format!("0x{:064x}", 1));
        assert_eq!(other.balance(ALICE), node.balance(ALICE));
    }
    for wrong in [json!("0x12"), json!({}), json!("zz"), json!(5)] {
        assert_eq!(
            node.ask("anvil_loadState", json!([wrong])).unwrap_err().code,
            -32602,
            "{wrong}"
        );
    }
}

#[test]
fn the_chain_begins_anew() {
    let node = Node::new_for_tests();
    let first = node.answer("eth_getBlockByNumber", json!(["0x0", false]));
    node.send_for(json!({ "from": ALICE, "to": BOB, "value": ETHER }));
    node.answer("anvil_reset", json!([]));
    assert_eq!(node.number("eth_blockNumber", json!([])), 0);
    assert_eq!(node.answer("eth_getBlockByNumber", json!(["latest", false])), first);
    assert_eq!(node.balance(BOB), 10_000 * 10_u128.pow(18));
    let fork = json!([{ "forking": { "jsonRpcUrl": "http://localhost" } }]);
    assert_eq!(node.ask("hardhat_reset", fork).unwrap_err().code, -32602);
}

#[test]
fn a_transaction_is_dropped() {
    let node = Node::new_for_tests();
    node.answer("evm_setAutomine", json!([false]));
    let hash = node.answer("eth_sendTransaction", json!([{ "from": ALICE, "to": BOB }]));
    assert_eq!(node.answer("anvil_dropTransaction", json!([hash])), hash);
    assert_eq!(node.answer("anvil_dropTransaction", json!([hash])), Value::Null);
    node.answer("evm_setAutomine", json!([true]));
    assert_eq!(node.number("eth_blockNumber", json!([])), 0, "nothing waited");
}

#[test]
fn interfaces_are_kept_with_contracts() {
    let node = Node::new_for_tests();
    let counter = node.deploy(&counter());
    let abi = json!([{ "type": "function", "name": "count", "inputs": [], "outputs": [{ "type": "uint256", "name": "" }], "stateMutability": "view" }]);
    node.answer("hebe_setInterface", json!([counter, abi, "counter"]));
    let contract = node.answer("hebe_contract", json!([counter]));
    assert_eq!((&contract["name"], &contract["kind"]), (&json!("counter"), &json!("wasm")));
    assert!(contract["imports"].as_array().unwrap().contains(&json!("ethereum.storageLoad")));
    let encoded = node.answer("hebe_encode", json!([counter, "count"]));
    assert_eq!(encoded, "0x06661abd");
    assert_eq!(node.ask("hebe_setInterface", json!([counter, "x"])).unwrap_err().code, -32602);
    assert_eq!(node.ask("hebe_call", json!([counter, "nothing"])).unwrap_err().code, -32602);
}
