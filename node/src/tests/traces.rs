use super::*;

/// Calls the contract in its input with 1 byte, and reverts if that fails.
fn relay(to: &str) -> Vec<u8> {
    let code = format!("60015f5360205f60015f5f73{}5af1600157", &to[2..]);
    // MSTORE8(0, 1) CALL(gas, to, 0, 0, 1, 0, 32) JUMPI to somewhere bad if it failed
    let code = code.replace("600157", "15602e57005b5f5ffd");
    hex::decode(code).unwrap()
}

#[test]
fn a_tree_of_calls_has_both_kinds_of_contracts() {
    let node = Node::new_for_tests();
    let counter = node.deploy(&counter());
    node.answer("anvil_setCode", json!([NOBODY, hex(&relay(&counter))]));
    let receipt =
        node.send_for(json!({ "from": ALICE, "to": NOBODY, "gas": "0x30d40", "value": "0x5" }));
    assert_eq!(receipt["status"], "0x1", "{receipt}");
    let hash = &receipt["transactionHash"];
    let trace = node.answer("debug_traceTransaction", json!([hash, { "tracer": "callTracer" }]));
    assert_eq!(
        (&trace["type"], &trace["from"], &trace["to"]),
        (&json!("CALL"), &json!(ALICE), &json!(NOBODY))
    );
    assert_eq!(
        (&trace["value"], &trace["gas"], &trace["gasUsed"]),
        (&json!("0x5"), &json!("0x30d40"), &receipt["gasUsed"])
    );
    let inner = &trace["calls"][0];
    assert_eq!(
        (&inner["from"], &inner["to"], &inner["input"]),
        (&json!(NOBODY), &json!(counter), &json!("0x01"))
    );
    let whole = node.answer("hebe_transaction", json!([hash]));
    assert_eq!(whole["call"]["calls"][0]["kind"], "wasm");
    assert_eq!(whole["storage"][0]["after"], format!("0x{:064x}", 1));
    assert_eq!(whole["storage"][0]["slot"], Value::Null);
    // With a storage layout, words have names.
    let layout = json!({
        "storage": [{ "label": "count", "slot": "0", "offset": 0, "type": "t_uint256" }],
        "types": { "t_uint256": { "encoding": "inplace", "label": "uint256", "numberOfBytes": "32" } },
    });
    node.answer("hebe_setInterface", json!([counter, { "abi": [], "storageLayout": layout }]));
    let whole = node.answer("hebe_transaction", json!([hash]));
    assert_eq!(whole["storage"][0]["slot"], "count");
    let block =
        node.answer("debug_traceBlockByNumber", json!(["latest", { "tracer": "callTracer" }]));
    assert_eq!(block[0]["result"], trace);
    let top = json!({ "tracer": "callTracer", "tracerConfig": { "onlyTopCall": true } });
    assert_eq!(node.answer("debug_traceTransaction", json!([hash, top])).get("calls"), None);
}

#[test]
fn accounts_are_shown_before_and_after() {
    let node = Node::new_for_tests();
    let counter = node.deploy(&counter());
    let call = json!({ "from": BOB, "to": counter, "data": "0x01" });
    let before =
        node.answer("debug_traceCall", json!([call, "latest", { "tracer": "prestateTracer" }]));
    let key = format!("0x{:064x}", 0);
    assert_eq!(before[&counter]["storage"][&key], format!("0x{:064x}", 0));
    assert!(before[BOB]["balance"].is_string());
    let diff = json!({ "tracer": "prestateTracer", "tracerConfig": { "diffMode": true } });
    let diff = node.answer("debug_traceCall", json!([call, "latest", diff]));
    assert_eq!(diff["post"][&counter]["storage"][&key], format!("0x{:064x}", 1));
}

#[test]
fn what_a_contract_asks_of_the_chain_is_shown() {
    let node = Node::new_for_tests();
    let counter = node.deploy(&counter());
    let hash =
        node.send_for(json!({ "from": ALICE, "to": counter, "data": "0x01" }))["transactionHash"]
            .clone();
    let events = node.answer("debug_traceTransaction", json!([hash, { "tracer": "hebeTracer" }]));
    let functions: Vec<_> =
        events.as_array().unwrap().iter().filter_map(|event| event["function"].as_str()).collect();
    assert_eq!(functions, ["storageLoad", "getCallDataSize", "storageStore"]);
    let recordings = node.answer("hebe_recordings", json!([hash]));
    let text = recordings[0]["recording"].as_str().unwrap();
    let recording = hebe_host::recording::Recording::parse(text.as_bytes()).unwrap();
    let replayed = hebe_testing::replay(&hebe_vm::Vm::default(), &recording, |_| {});
    assert!(replayed.difference.is_none(), "{replayed:?}");
}

#[test]
fn a_tracer_that_is_not_there_is_named() {
    let node = Node::new_for_tests();
    for (options, words) in
        [(json!({ "tracer": "fourByteTracer" }), "the tracer"), (json!({}), "say a tracer")]
    {
        let fail =
            node.ask("debug_traceCall", json!([{ "to": BOB }, "latest", options])).unwrap_err();
        assert!(fail.code == -32602 && fail.message.starts_with(words), "{fail:?}");
    }
    let fail = node
        .ask("debug_traceBlockByNumber", json!(["0x0", { "tracer": "callTracer" }]))
        .unwrap_err();
    assert_eq!(fail.message, "genesis is not traceable");
}
