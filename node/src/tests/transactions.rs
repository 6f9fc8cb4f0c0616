use super::*;
use crate::keys::Keys;
use alloy_consensus::{TxEip1559, TxEip2930, TxEip7702, TxLegacy, TypedTransaction};
use alloy_eips::{
    eip2718::Encodable2718,
    eip2930::{AccessList, AccessListItem},
    eip7702::Authorization,
};
use alloy_primitives::{Address, B256, TxKind, U256};
use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;

fn address(text: &str) -> Address {
    text.parse().expect("it is an address")
}

/// A transaction that Alice has signed, as it goes over the wire.
fn raw(transaction: impl Into<TypedTransaction>) -> String {
    let keys = Keys::of(crate::MNEMONIC, 2).expect("they are known");
    let signed = keys.sign(address(ALICE), transaction.into()).expect("it has the key");
    hex(&signed.encoded_2718())
}

/// A transfer of a wei to Bob.
fn transfer(nonce: u64, max_fee_per_gas: u128) -> TxEip1559 {
    TxEip1559 {
        chain_id: 31_337,
        nonce,
        gas_limit: 21_000,
        max_fee_per_gas,
        max_priority_fee_per_gas: max_fee_per_gas.min(1_000_000_000),
        to: TxKind::Call(address(BOB)),
        value: U256::from(1),
        ..TxEip1559::default()
    }
}

const FEE: u128 = 10_000_000_000;

#[test]
fn every_type_of_transaction_is_taken() {
    let node = Node::new_for_tests();
    let to = TxKind::Call(address(BOB));
    let (chain_id, gas_limit, value) = (31_337, 100_000, U256::from(1));
    let legacy = TxLegacy {
        chain_id: Some(chain_id),
        nonce: 0,
        gas_price: FEE,
        gas_limit,
        to,
        value,
        ..TxLegacy::default()
    };
    let list =
        AccessList(vec![AccessListItem { address: address(BOB), storage_keys: vec![B256::ZERO] }]);
    let listed = TxEip2930 {
        chain_id,
        nonce: 1,
        gas_price: FEE,
        gas_limit,
        to,
        value,
        access_list: list.clone(),
        ..TxEip2930::default()
    };
    let market = transfer(2, FEE);
    let own: PrivateKeySigner =
        "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d".parse().unwrap();
    let authorization =
        Authorization { chain_id: U256::from(chain_id), address: address(NOBODY), nonce: 0 };
    let signature = own.sign_hash_sync(&authorization.signature_hash()).unwrap();
    let delegation = TxEip7702 {
        chain_id,
        nonce: 3,
        gas_limit,
        max_fee_per_gas: FEE,
        max_priority_fee_per_gas: 1,
        to: address(BOB),
        authorization_list: vec![authorization.into_signed(signature)],
        ..TxEip7702::default()
    };
    for (ty, raw) in [(0, raw(legacy)), (1, raw(listed)), (2, raw(market)), (4, raw(delegation))] {
        let hash = node.answer("eth_sendRawTransaction", json!([raw]));
        let receipt = node.answer("eth_getTransactionReceipt", json!([hash]));
        assert_eq!(receipt["type"], format!("0x{ty}"));
        assert_eq!(receipt["status"], "0x1", "{receipt}");
        assert_eq!(node.answer("eth_getRawTransactionByHash", json!([hash])), raw);
        let transaction = node.answer("eth_getTransactionByHash", json!([hash]));
        assert_eq!(transaction["from"], ALICE);
    }
    let code = node.answer("eth_getCode", json!([BOB, "latest"]));
    assert_eq!(code, format!("0xef0100{}", &NOBODY[2..]), "Bob has delegated");
}

/// The words are those that clients look for.
#[test]
fn what_can_be_in_no_block_is_refused() {
    let node = Node::new_for_tests();
    node.answer("eth_sendRawTransaction", json!([raw(transfer(0, FEE))]));
    let mut too_dear = transfer(1, FEE);
    too_dear.value = U256::MAX >> 1;
    let mut no_gas = transfer(1, FEE);
    no_gas.gas_limit = 20_999;
    let mut greedy = transfer(1, FEE);
    greedy.max_priority_fee_per_gas = FEE + 1;
    let mut other_chain = transfer(1, FEE);
    other_chain.chain_id = 1;
    let mut much_gas = transfer(1, FEE);
    much_gas.gas_limit = 1 << 25;
    for (raw, words) in [
        (raw(transfer(0, FEE)), "already known"),
        (raw(transfer(0, FEE + 1)), "nonce too low: next nonce 1, tx nonce 0"),
        (raw(too_dear), "insufficient funds for gas * price + value"),
        (raw(no_gas), "intrinsic gas too low"),
        (raw(greedy), "max priority fee per gas higher than max fee per gas"),
        (raw(other_chain), "invalid chain id for signer: have 1 want 31337"),
        (raw(much_gas), "transaction gas limit too high"),
        (raw(transfer(1, 1)), "max fee per gas less than block base fee"),
    ] {
        let fail = node.ask("eth_sendRawTransaction", json!([raw])).unwrap_err();
        assert_eq!(fail.code, -32000, "{words}");
        assert!(fail.message.starts_with(words), "{words}: {}", fail.message);
    }
    for raw in ["0x", "0x02", "0xc0", "0x05c0", "0x7fff"] {
        let fail = node.ask("eth_sendRawTransaction", json!([raw])).unwrap_err();
        assert_eq!(fail.code, -32602, "{raw}: {}", fail.message);
    }
    assert_eq!(node.number("eth_blockNumber", json!([])), 1, "none of them made a block");
}

#[test]
fn transactions_wait_for_those_before_them() {
    let node = Node::new_for_tests();
    let second = node.answer("eth_sendRawTransaction", json!([raw(transfer(1, FEE))]));
    assert_eq!(
        node.answer("txpool_status", json!([])),
        json!({ "pending": "0x0", "queued": "0x1" })
    );
    assert_eq!(node.number("eth_getTransactionCount", json!([ALICE, "pending"])), 0);
    let first = node.answer("eth_sendRawTransaction", json!([raw(transfer(0, FEE))]));
    let block = node.answer("eth_getBlockByNumber", json!(["latest", false]));
    assert_eq!(block["transactions"], json!([first, second]));
}

/// What replaces a transaction pays a tenth more, for both parts of its price.
#[test]
fn a_transaction_is_replaced_by_one_that_pays_more() {
    let node = Node::new_for_tests();
    node.answer("evm_setAutomine", json!([false]));
    let old = node.answer("eth_sendRawTransaction", json!([raw(transfer(0, FEE))]));
    let fail = node
        .ask("eth_sendRawTransaction", json!([raw(transfer(0, FEE + FEE / 10 - 1))]))
        .unwrap_err();
    assert!(fail.message.starts_with("replacement transaction underpriced"), "{fail:?}");
    let mut more = transfer(0, FEE + FEE / 10);
    let fail = node.ask("eth_sendRawTransaction", json!([raw(more.clone())])).unwrap_err();
    assert!(
        fail.message.starts_with("replacement transaction underpriced"),
        "the tip is the same: {fail:?}"
    );
    more.max_priority_fee_per_gas += 100_000_000;
    let new = node.answer("eth_sendRawTransaction", json!([raw(more)]));
    assert_eq!(node.answer("eth_getTransactionByHash", json!([old])), Value::Null);
    node.answer("evm_mine", json!([]));
    let block = node.answer("eth_getBlockByNumber", json!(["latest", false]));
    assert_eq!(block["transactions"], json!([new]));
}

/// What gives most for its gas comes first; of the same, what came first.
#[test]
fn a_block_takes_what_gives_most() {
    let node = Node::new_for_tests();
    node.answer("evm_setAutomine", json!([false]));
    let send = |from, tip: &str| {
        let transaction =
            json!({ "from": from, "to": NOBODY, "gas": "0x5208", "maxPriorityFeePerGas": tip });
        node.answer("eth_sendTransaction", json!([transaction]))
    };
    let [slow, slower] = [send(ALICE, "0x1"), send(ALICE, "0x3")];
    let fast = send(BOB, "0x2");
    node.answer("evm_mine", json!([]));
    let block = node.answer("eth_getBlockByNumber", json!(["latest", false]));
    assert_eq!(block["transactions"], json!([fast, slow, slower]));
}

#[test]
fn a_full_block_leaves_the_rest_for_the_next() {
    let node = Node::with(Config { gas_limit: 50_000, ..Config::default() });
    node.answer("evm_setAutomine", json!([false]));
    for nonce in 0..3 {
        node.answer("eth_sendRawTransaction", json!([raw(transfer(nonce, FEE))]));
    }
    let count = || {
        node.answer("evm_mine", json!([]));
        node.number("eth_getBlockTransactionCountByNumber", json!(["latest"]))
    };
    assert_eq!([count(), count(), count()], [2, 1, 0]);
}

#[test]
fn wasm_and_bytecode_run_side_by_side() {
    let node = Node::new_for_tests();
    for (code, kind) in [(counter(), "wasm"), (evm_counter(), "evm")] {
        let contract = match kind {
            "wasm" => node.deploy(&code),
            _ => {
                node.answer("anvil_setCode", json!([NOBODY, hex(&code)]));
                NOBODY.to_owned()
            }
        };
        assert_eq!(node.answer("hebe_contract", json!([contract]))["kind"], kind);
        for _ in 0..2 {
            let receipt = node.send_for(json!({ "from": BOB, "to": contract, "data": "0x01" }));
            assert_eq!(receipt["status"], "0x1", "{kind}");
        }
        let count = node.answer("eth_call", json!([{ "to": contract }, "latest"]));
        assert_eq!(count, format!("0x{:064x}", 2), "{kind}");
        assert_eq!(node.answer("eth_getStorageAt", json!([contract, "0x0", "latest"])), count);
    }
}

#[test]
fn the_node_signs_for_its_own_accounts_only() {
    let node = Node::new_for_tests();
    let transaction = json!({ "from": NOBODY, "to": BOB, "value": "0x1" });
    let fail = node.ask("eth_sendTransaction", json!([transaction])).unwrap_err();
    assert!(fail.message.starts_with("unknown account"), "{fail:?}");
    // ethers.js's example of EIP-191 and of Hardhat's first account was made by it.
    let signature = node.answer("personal_sign", json!(["0x48656265", ALICE]));
    assert_eq!(signature, node.answer("eth_sign", json!([ALICE, "0x48656265"])));
    let signature: alloy_primitives::Signature = signature.as_str().unwrap().parse().unwrap();
    assert_eq!(signature.recover_address_from_msg("Hebe").unwrap(), address(ALICE));
    let signed =
        node.answer("eth_signTransaction", json!([{ "from": ALICE, "to": BOB, "value": "0x1" }]));
    let hash = node.answer("eth_sendRawTransaction", json!([signed]));
    assert_eq!(node.answer("eth_getTransactionByHash", json!([hash]))["from"], ALICE);
}

#[test]
fn a_transaction_goes_by_the_gas_of_the_block_that_comes() {
    let node = Node::with(Config { revision: "Prague".parse().unwrap(), ..Config::default() });
    let send = |gas: u64| {
        let gas = format!("{gas:#x}");
        node.ask("eth_sendTransaction", json!([{ "from": ALICE, "to": BOB, "gas": gas }]))
    };
    node.answer("evm_setBlockGasLimit", json!([100_000_000]));
    let hash = send(90_000_000).expect("there is room");
    assert_ne!(node.answer("eth_getTransactionReceipt", json!([hash])), Value::Null);
    // It would wait for ever.
    node.answer("evm_setBlockGasLimit", json!([50_000]));
    let fail = send(60_000).unwrap_err();
    assert!(fail.message.starts_with("exceeds block gas limit"), "{fail:?}");
}
