use super::*;

#[test]
fn what_is_missing_or_wrong_is_named() {
    let node = Node::new_for_tests();
    for (method, params, words) in [
        ("eth_getBalance", json!([]), "missing value for required argument 0, address"),
        ("eth_getBalance", json!([null]), "missing value for required argument 0, address"),
        ("eth_getBalance", json!([ALICE, "lates"]), "invalid argument 1, block"),
        ("eth_getBalance", json!({ "address": ALICE }), "the parameters must be a list"),
        ("eth_getStorageAt", json!([ALICE, "0xzz"]), "invalid argument 1, key"),
        ("eth_getBlockByNumber", json!([{}]), "invalid argument 0, block"),
        ("eth_feeHistory", json!(["0x1", "latest", [5, 1]]), "invalid reward percentile"),
        ("anvil_mine", json!(["0xffffffffff"]), "1099511627775 blocks are too many"),
        ("eth_getProof", json!([ALICE, vec!["0x0"; 1025]]), "too many keys"),
        ("evm_increaseTime", json!(["-1"]), "invalid argument 0, seconds"),
        ("hebe_setInterface", json!([ALICE, [], "0"]), "name: `0` can't be a name"),
    ] {
        let fail = node.ask(method, params.clone()).unwrap_err();
        assert_eq!(fail.code, -32602, "{method} {params}: {fail:?}");
        assert!(fail.message.starts_with(words), "{method} {params}: {}", fail.message);
    }
    assert_eq!(node.ask("eth_nothing", json!([])).unwrap_err().code, -32601);
}

#[test]
fn numbers_at_their_ends_are_answered() {
    let node = Node::new_for_tests();
    for (method, params) in [
        ("evm_increaseTime", json!(["0xffffffffffffffff"])),
        ("evm_setNextBlockTimestamp", json!(["0xffffffffffffffff"])),
        ("evm_setTime", json!(["0x10000000001"])),
        ("evm_mine", json!(["0xffffffffffffffff"])),
        ("anvil_mine", json!(["0x2", "0xffffffffffffffff"])),
        ("anvil_setBlockTimestampInterval", json!(["0x10000000001"])),
        ("evm_setIntervalMining", json!(["0xffffffffffffffff"])),
    ] {
        let fail = node.ask(method, params).unwrap_err();
        assert_eq!(fail.code, -32602, "{method}: {fail:?}");
        assert!(fail.message.contains("too many: at most 1099511627776"), "{method}: {fail:?}");
    }
    // The last nonce that an account can have sends nothing (EIP-2681).
    node.answer("anvil_setNonce", json!([NOBODY, "0xffffffffffffffff"]));
    node.answer("anvil_impersonateAccount", json!([NOBODY]));
    node.answer("anvil_setBalance", json!([NOBODY, ETHER]));
    let pending = node.answer("eth_getTransactionCount", json!([NOBODY, "pending"]));
    assert_eq!(pending, "0xffffffffffffffff");
    let fail = node.ask("eth_sendTransaction", json!([{ "from": NOBODY, "to": BOB }])).unwrap_err();
    assert_eq!(fail.code, -32000, "{fail:?}");
    // Types as deep as nobody writes them.
    let deep = format!("uint256{}", "[]".repeat(100_000));
    let entry = json!({ "type": "function", "name": "f", "inputs": [{ "type": deep, "name": "x" }], "outputs": [] });
    let fail = node.ask("hebe_setInterface", json!([NOBODY, [entry]])).unwrap_err();
    assert!(fail.message.ends_with("more than 64 types lie in each other"), "{fail:?}");
    let fail = node.ask("hebe_encode", json!([NOBODY, format!("f{}", "(".repeat(100_000)), []]));
    assert_eq!(fail.unwrap_err().code, -32602);
}

#[test]
fn typed_data_has_a_bound_on_its_types() {
    let node = Node::new_for_tests();
    // Each type has the next one in it, as often as `properties` says.
    let chain = |length: usize, properties: &[&str], last: &str| {
        let mut types = serde_json::Map::new();
        for index in 0..length {
            let next = format!("A{}", index + 1);
            let list = properties.iter().map(|name| json!({ "name": name, "type": next }));
            types.insert(format!("A{index}"), list.collect());
        }
        types.insert(format!("A{length}"), json!([{ "name": "x", "type": last }]));
        types.insert("EIP712Domain".into(), json!([]));
        json!({ "types": types, "primaryType": "A0", "domain": {}, "message": { "x": null } })
    };
    let deep = "more than 64 types lie in each other";
    for (data, words) in [
        (chain(20_000, &["x"], "uint256"), deep),
        (chain(2, &["x"], "A0"), deep),
        (chain(2, &["x"], &format!("uint256{}", "[]".repeat(100_000))), deep),
        (chain(40, &["x", "y"], "uint256"), "its types become more than 100000"),
    ] {
        let fail = node.ask("eth_signTypedData_v4", json!([ALICE, data])).unwrap_err();
        assert_eq!(fail.code, -32602, "{fail:?}");
        assert!(fail.message.contains(words), "{fail:?}");
    }
    let mut fine = chain(3, &["x"], "uint256[2][]");
    fine["message"] = json!({ "x": { "x": { "x": { "x": [[1, 2]] } } } });
    node.answer("eth_signTypedData_v4", json!([ALICE, fine]));
}

#[test]
fn prices_and_nonces_at_their_ends_do_no_harm() {
    let node = Node::new_for_tests();
    let most = format!("0x{}", "f".repeat(32));
    let all = format!("0x{}", "f".repeat(64));
    node.answer("anvil_setBalance", json!([ALICE, all]));
    node.answer("anvil_setBalance", json!([BOB, "0x0"]));
    let tip = json!({ "from": ALICE, "to": NOBODY, "gas": "0x5208", "maxPriorityFeePerGas": most });
    assert_eq!(node.answer("eth_fillTransaction", json!([tip]))["maxFeePerGas"], most);
    // A nonce that no transaction can have (EIP-2681) doesn't wait for its turn.
    let last = json!({ "from": ALICE, "to": BOB, "gas": "0x5208", "nonce": "0xffffffffffffffff" });
    let fail = node.ask("eth_sendTransaction", json!([last])).unwrap_err();
    assert!(fail.message.starts_with("nonce has max value"), "{fail:?}");
    // The base fee after a full block would need more bits than a header has for it.
    node.answer("anvil_setCode", json!([NOBODY, "0x5b5f56"]));
    node.answer("anvil_setNextBlockBaseFeePerGas", json!(["0xffffffffffffffff"]));
    let burn = json!({ "from": ALICE, "to": NOBODY, "gas": "0x1000000", "maxFeePerGas": most, "maxPriorityFeePerGas": "0x0" });
    let receipt = node.send_for(burn);
    assert_eq!(receipt["gasUsed"], "0x1000000", "{receipt}");
    let price = node.number("eth_gasPrice", json!([]));
    assert_eq!(price, u128::from(u64::MAX) + 1_000_000_000);
    node.answer("evm_mine", json!([]));
    let block = node.answer("eth_getBlockByNumber", json!(["latest", false]));
    assert_eq!(block["baseFeePerGas"], "0xffffffffffffffff", "{block}");
}
