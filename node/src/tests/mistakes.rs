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
