use super::*;

/// The numbers of blocks, or hashes of transactions, in a list.
fn column(rows: &Value, name: &str) -> Vec<Value> {
    rows.as_array().expect("it is a list").iter().map(|row| row[name].clone()).collect()
}

#[test]
fn blocks_are_listed_some_at_a_time() {
    let node = Node::new_for_tests();
    node.answer("anvil_mine", json!([9]));
    let list = |params| column(&node.answer("hebe_blocks", params), "number");
    assert_eq!(list(json!([null, 3])), [9, 8, 7]);
    assert_eq!(list(json!([7, 3])), [6, 5, 4]);
    assert_eq!(list(json!([2, 3])), [1, 0]);
    assert_eq!(list(json!([0, 3])), [0; 0]);
    assert_eq!(list(json!([1_000, 1])), [9]);
    assert_eq!(list(json!([])).len(), 10);
}

#[test]
fn transactions_are_listed_across_blocks() {
    let node = Node::new_for_tests();
    let send = |to: &str| {
        node.send_for(json!({ "from": ALICE, "to": to, "value": "0x1" }))["transactionHash"].clone()
    };
    let one = send(BOB);
    node.answer("anvil_mine", json!([3]));
    let two = send(NOBODY);
    node.answer("evm_setAutomine", json!([false]));
    let (three, four) = {
        let wait = || {
            let request = json!([{ "from": ALICE, "to": BOB, "value": "0x1" }]);
            node.answer("eth_sendTransaction", request)
        };
        (wait(), wait())
    };
    assert_eq!(node.answer("hebe_pending", json!([1]))["count"], 2);
    node.answer("evm_mine", json!([]));
    let first = node.answer("hebe_transactions", json!([null, 3]));
    assert_eq!(column(&first["rows"], "hash"), [four.clone(), three.clone(), two]);
    let rest = node.answer("hebe_transactions", json!([first["next"], 3]));
    assert_eq!((column(&rest["rows"], "hash"), &rest["next"]), (vec![one.clone()], &Value::Null));
    let of_bob = node.answer("hebe_transactions", json!([null, 3, BOB]));
    assert_eq!(column(&of_bob["rows"], "hash"), [four.clone(), three, one]);
    assert_eq!(of_bob["next"], Value::Null);
    let block = node.answer("hebe_block", json!([first["rows"][0]["blockHash"], 1, 5]));
    assert_eq!((column(&block["rows"], "hash"), &block["transactions"]), (vec![four], &json!(2)));
    assert_eq!(node.answer("hebe_block", json!(["0x99"])), Value::Null);
}

#[test]
fn a_row_says_why_it_reverted() {
    let node = Node::new_for_tests();
    // Reverts with Error("no").
    let error = format!("08c379a0{:064x}{:064x}{:0<64}", 32, 2, hex::encode("no"));
    let code = format!("6064600a5f3960645ffd{error}");
    node.answer("anvil_setCode", json!([NOBODY, format!("0x{code}")]));
    node.send_for(json!({ "from": ALICE, "to": NOBODY, "gas": "0x30d40" }));
    let row = &node.answer("hebe_transactions", json!([]))["rows"][0];
    assert_eq!((&row["status"], &row["reason"]), (&json!("reverted"), &json!("no")), "{row}");
}

#[test]
fn what_is_meant_by_a_text_is_found() {
    let node = Node::new_for_tests();
    let hash = node.send_for(json!({ "from": ALICE, "to": BOB }))["transactionHash"].clone();
    node.answer("hebe_setInterface", json!([NOBODY, [], "nobody"]));
    let find = |text: &str| node.answer("hebe_find", json!([text]));
    assert_eq!(find(" 1 "), json!({ "block": 1 }));
    assert_eq!(find("2"), Value::Null);
    assert_eq!(find(hash.as_str().unwrap())["transaction"]["block"], 1);
    let block = node.answer("eth_getBlockByNumber", json!(["0x1"]))["hash"].clone();
    assert_eq!(find(block.as_str().unwrap()), json!({ "block": 1 }));
    assert_eq!(find("nobody"), json!({ "account": NOBODY }));
    assert_eq!(find(BOB), json!({ "account": BOB }));
    assert_eq!(find("somebody"), Value::Null);
}

#[test]
fn accounts_are_listed_by_what_they_are() {
    let node = Node::new_for_tests();
    let counter = node.deploy(&counter());
    let named = node.deploy(&evm_counter());
    node.answer("hebe_setInterface", json!([named, [], "evm"]));
    let list = |params| column(&node.answer("hebe_accounts", params), "address");
    assert_eq!(list(json!(["own"])), [ALICE, BOB]);
    assert_eq!(list(json!(["own", 1, 5])), [BOB]);
    // Those with a name come first, and those that each chain has come last.
    let contracts = list(json!(["contracts"]));
    assert_eq!((&contracts[..2], contracts.len()), (&[json!(named), json!(counter)][..], 5));
    assert!(!list(json!(["others"])).contains(&json!(ALICE)));
    assert_eq!(list(json!([])).len(), 8);
    let fail = node.ask("hebe_accounts", json!(["x"])).unwrap_err();
    assert_eq!(fail.message, "there is no list `x`: own, contracts and others are");
}

/// As deep as calls go, and as many as there may be.
#[test]
fn a_large_tree_is_cut() {
    let thread = std::thread::Builder::new().stack_size(crate::STACK_BYTES);
    thread.spawn(large_trees).expect("it starts").join().expect("it ends well");
}

fn large_trees() {
    let node = Node::with(Config {
        gas_limit: 1 << 40,
        revision: hebe_host::Revision::Prague,
        ..Config::default()
    });
    // Calls itself with all gas.
    node.answer("anvil_setCode", json!([NOBODY, "0x5f5f5f5f5f305af100"]));
    let receipt = node.send_for(json!({ "from": ALICE, "to": NOBODY, "gas": "0x7735940000" }));
    let whole = node.answer("hebe_transaction", json!([receipt["transactionHash"]]));
    let mut depth = 0;
    let mut call = &whole["call"];
    while let Some(inner) = call["calls"].get(0) {
        (call, depth) = (inner, depth + 1);
    }
    assert_eq!(depth, 1_024);
    // Logs without end, as far as the gas goes.
    node.answer("anvil_setCode", json!([NOBODY, "0x5b5f5fa05a610400105f57"]));
    let receipt = node.send_for(json!({ "from": ALICE, "to": NOBODY, "gas": "0x3d0900" }));
    let whole = node.answer("hebe_transaction", json!([receipt["transactionHash"]]));
    assert_eq!(receipt["status"], "0x1", "{whole}");
    let call = &whole["call"];
    assert_eq!(call["events"].as_array().unwrap().len(), 5_000);
    assert!(call["omitted"].as_u64().unwrap() > 1_000);
}
