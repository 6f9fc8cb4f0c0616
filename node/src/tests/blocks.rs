use super::*;

#[test]
fn a_transaction_makes_a_block_and_a_receipt() {
    let node = Node::new_for_tests();
    assert_eq!(node.number("eth_blockNumber", json!([])), 0);
    let receipt = node.send_for(json!({ "from": ALICE, "to": BOB, "value": ETHER }));
    assert_eq!(receipt["status"], "0x1");
    assert_eq!(receipt["gasUsed"], "0x5208");
    assert_eq!(receipt["blockNumber"], "0x1");
    assert_eq!(receipt["contractAddress"], Value::Null);
    assert_eq!(node.balance(BOB), 10_001 * 10_u128.pow(18));
    let block = node.answer("eth_getBlockByNumber", json!(["latest", false]));
    assert_eq!(block["hash"], receipt["blockHash"]);
    assert_eq!(block["transactions"], json!([receipt["transactionHash"]]));
    assert_eq!(node.answer("eth_getBlockByHash", json!([block["hash"], false])), block);
    let parent = node.answer("eth_getBlockByNumber", json!(["0x0", false]));
    assert_eq!(block["parentHash"], parent["hash"]);
    assert_eq!(node.answer("eth_getBlockReceipts", json!(["latest"])), json!([receipt]));
    assert_eq!(node.answer("eth_getBlockByNumber", json!(["0x9", false])), Value::Null);
    assert_eq!(node.answer("eth_getTransactionReceipt", json!([block["hash"]])), Value::Null);
}

#[test]
fn a_header_has_the_fields_of_its_revision() {
    use hebe_host::Revision;
    for (revision, there, missing) in [
        (Revision::Byzantium, "difficulty", "baseFeePerGas"),
        (Revision::London, "baseFeePerGas", "withdrawalsRoot"),
        (Revision::Shanghai, "withdrawalsRoot", "blobGasUsed"),
        (Revision::Cancun, "parentBeaconBlockRoot", "requestsHash"),
        (Revision::Osaka, "requestsHash", "blockAccessListHash"),
    ] {
        let node = Node::with(Config { revision, ..Config::default() });
        node.answer("evm_mine", json!([]));
        let block = node.answer("eth_getBlockByNumber", json!(["0x1", true]));
        assert!(block.get(there).is_some_and(|field| !field.is_null()), "{revision}: {there}");
        assert!(block.get(missing).is_none_or(Value::is_null), "{revision}: {missing}");
        let receipt = node.send_for(json!({ "from": ALICE, "to": BOB, "value": "0x1" }));
        assert_eq!(receipt["status"], "0x1", "{revision}");
    }
    for revision in [Revision::Frontier, Revision::Amsterdam] {
        let config = Config { revision, ..Config::default() };
        assert!(
            Node::new(config).err().is_some_and(|problem| problem.contains(&revision.to_string()))
        );
    }
}

/// EIP-1559: an empty block makes gas cheaper by an eighth, a full one dearer.
#[test]
fn the_base_fee_follows_the_gas_that_was_used() {
    let node = Node::new_for_tests();
    node.answer("anvil_mine", json!(["0x2"]));
    let fee = |number: &str| {
        let block = node.answer("eth_getBlockByNumber", json!([number, false]));
        u64::from_str_radix(block["baseFeePerGas"].as_str().unwrap().trim_start_matches("0x"), 16)
            .unwrap()
    };
    assert_eq!([fee("0x0"), fee("0x1"), fee("0x2")], [1_000_000_000, 875_000_000, 765_625_000]);
    let history = node.answer("eth_feeHistory", json!(["0x3", "latest", [10, 90]]));
    assert_eq!(history["oldestBlock"], "0x0");
    assert_eq!(
        history["baseFeePerGas"],
        json!(["0x3b9aca00", "0x342770c0", "0x2da282a8", "0x27ee3253"])
    );
    node.answer("anvil_setNextBlockBaseFeePerGas", json!(["0x64"]));
    node.answer("evm_mine", json!([]));
    assert_eq!(fee("0x3"), 100);
}

#[test]
fn the_pending_block_has_what_waits() {
    let node = Node::new_for_tests();
    node.answer("evm_setAutomine", json!([false]));
    let hash =
        node.answer("eth_sendTransaction", json!([{ "from": ALICE, "to": BOB, "value": ETHER }]));
    assert_eq!(node.answer("eth_getTransactionReceipt", json!([hash])), Value::Null);
    let pending = node.answer("eth_getBlockByNumber", json!(["pending", false]));
    assert_eq!((&pending["number"], &pending["hash"]), (&json!("0x1"), &Value::Null));
    assert_eq!(pending["transactions"], json!([hash]));
    let balance = |at| node.number("eth_getBalance", json!([BOB, at]));
    assert_eq!(balance("pending") - balance("latest"), 10_u128.pow(18));
    assert_eq!(node.number("eth_getTransactionCount", json!([ALICE, "pending"])), 1);
    assert_eq!(node.number("eth_getTransactionCount", json!([ALICE, "latest"])), 0);
    node.answer("evm_mine", json!([]));
    assert_eq!(balance("latest"), balance("pending"));
}

/// The root and the proofs are those that anybody can check (EIP-1186).
#[test]
fn accounts_and_words_are_proven() {
    use alloy_primitives::{B256, Bytes, U256, keccak256};
    use alloy_trie::{Nibbles, TrieAccount, proof::verify_proof};
    let node = Node::new_for_tests();
    let counter = node.deploy(&counter());
    node.send_for(json!({ "from": ALICE, "to": counter, "data": "0x01" }));
    node.answer("evm_mine", json!([]));
    for at in ["0x2", "latest"] {
        let root: B256 = serde_json::from_value(
            node.answer("eth_getBlockByNumber", json!([at, false]))["stateRoot"].clone(),
        )
        .unwrap();
        let proof = node.answer("eth_getProof", json!([counter, ["0x0", "0x1"], at]));
        let nodes =
            |value: &Value| -> Vec<Bytes> { serde_json::from_value(value.clone()).unwrap() };
        let read = |field: &str| serde_json::from_value(proof[field].clone()).unwrap();
        let account = TrieAccount {
            nonce: 1,
            balance: U256::ZERO,
            storage_root: read("storageHash"),
            code_hash: read("codeHash"),
        };
        let key = |of: &[u8]| Nibbles::unpack(keccak256(of));
        let address = hex::decode(&counter[2..]).unwrap();
        verify_proof(
            root,
            key(&address),
            Some(alloy_rlp::encode(account)),
            &nodes(&proof["accountProof"]),
        )
        .unwrap();
        assert_eq!(proof["storageProof"][0]["value"], "0x1");
        for (index, value) in [(0, Some(alloy_rlp::encode(1_u64))), (1, None)] {
            let word = B256::with_last_byte(index);
            let proof = nodes(&proof["storageProof"][usize::from(index)]["proof"]);
            verify_proof(account.storage_root, key(&word[..]), value, &proof).unwrap();
        }
    }
    let nobody = node.answer("eth_getProof", json!([NOBODY, [], "latest"]));
    assert_eq!(nobody["balance"], "0x0");
}
