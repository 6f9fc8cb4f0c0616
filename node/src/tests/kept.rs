use super::*;
use std::path::Path;

fn on(path: &Path) -> Node {
    Node::with(Config { database: Some(path.to_owned()), ..Config::default() })
}

/// All that a client could see of a chain.
fn seen(node: &Node) -> Vec<Value> {
    let newest = u64::try_from(node.number("eth_blockNumber", json!([]))).unwrap();
    let mut seen = Vec::new();
    for number in 0..=newest {
        let at = format!("{number:#x}");
        seen.push(node.answer("eth_getBlockByNumber", json!([at, true])));
        seen.push(node.answer("eth_getBlockReceipts", json!([at])));
        seen.push(node.answer("eth_getBalance", json!([ALICE, at])));
        seen.push(node.answer("eth_getStorageAt", json!([NOBODY, "0x0", at])));
    }
    seen.push(node.answer("txpool_content", json!([])));
    seen.push(node.answer("hebe_accounts", json!([])));
    seen.push(node.answer("eth_getProof", json!([NOBODY, ["0x0"], "latest"])));
    seen
}

#[test]
fn a_restart_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chain.redb");
    let node = on(&path);
    node.answer("anvil_setCode", json!([NOBODY, hex(&counter())]));
    node.answer("hebe_setInterface", json!([NOBODY, [], "counter"]));
    for _ in 0..3 {
        node.send_for(json!({ "from": ALICE, "to": NOBODY, "data": "0x01" }));
    }
    let snapshot = node.answer("evm_snapshot", json!([]));
    node.send_for(json!({ "from": BOB, "to": NOBODY, "data": "0x01" }));
    node.answer("evm_revert", json!([snapshot]));
    node.answer("anvil_setBalance", json!([BOB, "0x5"]));
    node.answer("evm_setAutomine", json!([false]));
    node.answer(
        "eth_sendTransaction",
        json!([{ "from": ALICE, "to": NOBODY, "data": "0x01", "gas": "0x186a0" }]),
    );
    let before = seen(&node);
    drop(node);
    let node = on(&path);
    assert_eq!(seen(&node), before);
    // It goes on from there.
    node.answer("evm_mine", json!([]));
    assert_eq!(
        node.answer("eth_getStorageAt", json!([NOBODY, "0x0", "latest"])),
        format!("0x{:064x}", 4)
    );
}

#[test]
fn a_file_that_is_not_this_chain_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chain.redb");
    let node = on(&path);
    let problem = |config| Node::new(config).err().unwrap();
    let again = Config { database: Some(path.clone()), accounts: 2, ..Config::default() };
    assert!(problem(again.clone()).ends_with("another node has it open"));
    drop(node);
    assert!(
        problem(Config { chain_id: 5, ..again.clone() })
            .ends_with("start it with --chain-id 31337")
    );
    let revision = hebe_host::Revision::Cancun;
    assert!(
        problem(Config { revision, ..again.clone() }).ends_with("start it with --revision Osaka")
    );
    let options = vec![("schedule".to_owned(), "flat".to_owned())];
    assert!(
        problem(Config { options, ..again.clone() })
            .contains("paid by the schedule measured@1, and flat@1 is in force")
    );
    std::fs::write(&path, "not a database").unwrap();
    assert!(problem(again.clone()).contains("it can't be opened"));
    let nowhere = folder.path().join("no").join("chain.redb");
    assert!(problem(Config { database: Some(nowhere), ..again }).contains("it can't be opened"));
}
