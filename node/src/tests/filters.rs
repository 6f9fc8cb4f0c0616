use super::*;

#[test]
fn logs_are_found_by_block_address_and_topic() {
    let node = Node::new_for_tests();
    node.answer("anvil_setCode", json!([NOBODY, hex(&evm_counter())]));
    for _ in 0..3 {
        node.send_for(json!({ "from": ALICE, "to": NOBODY, "data": "0x01" }));
    }
    let count =
        |filter: Value| node.answer("eth_getLogs", json!([filter])).as_array().unwrap().len();
    let topic = |number: u8| format!("0x{number:064x}");
    assert_eq!(count(json!({})), 1, "the newest block");
    assert_eq!(count(json!({ "fromBlock": "0x0" })), 3);
    assert_eq!(count(json!({ "fromBlock": "0x2", "toBlock": "0x2", "address": NOBODY })), 1);
    assert_eq!(count(json!({ "fromBlock": "0x0", "address": BOB })), 0);
    assert_eq!(count(json!({ "fromBlock": "0x0", "topics": [[topic(1), topic(3)]] })), 2);
    let hash = node.answer("eth_getBlockByNumber", json!(["0x1", false]))["hash"].clone();
    let logs = node.answer("eth_getLogs", json!([{ "blockHash": hash }]));
    assert_eq!((&logs[0]["topics"][0], &logs[0]["logIndex"]), (&json!(topic(1)), &json!("0x0")));
    for wrong in [json!({ "fromBlock": "0x3", "toBlock": "0x1" }), json!({ "fromBlock": "0x9" })] {
        assert!(node.ask("eth_getLogs", json!([wrong])).is_err());
    }
}

#[test]
fn a_filter_gives_what_is_new() {
    let node = Node::new_for_tests();
    node.answer("anvil_setCode", json!([NOBODY, hex(&evm_counter())]));
    let [blocks, logs, pending] = [
        node.answer("eth_newBlockFilter", json!([])),
        node.answer("eth_newFilter", json!([{ "address": NOBODY }])),
        node.answer("eth_newPendingTransactionFilter", json!([])),
    ];
    let changes = |filter: &Value| {
        node.answer("eth_getFilterChanges", json!([filter])).as_array().unwrap().len()
    };
    let all = || [changes(&blocks), changes(&logs), changes(&pending)];
    assert_eq!(all(), [0, 0, 0]);
    let other = node.answer("eth_newPendingTransactionFilter", json!([]));
    let snapshot = node.answer("evm_snapshot", json!([]));
    let count = || node.send_for(json!({ "from": ALICE, "to": NOBODY, "data": "0x01" }));
    count();
    assert_eq!(all(), [1, 1, 1]);
    node.answer("evm_mine", json!([]));
    assert_eq!(all(), [1, 0, 0]);
    node.answer("evm_revert", json!([snapshot]));
    count();
    assert_eq!(all(), [1, 1, 1], "the block in place of the one that is gone");
    assert_eq!(changes(&other), 2, "each filter has its own place in what came");
    assert_eq!(node.answer("eth_uninstallFilter", json!([blocks])), true);
    assert!(
        node.ask("eth_getFilterChanges", json!([blocks]))
            .unwrap_err()
            .message
            .starts_with("filter not found")
    );
}
