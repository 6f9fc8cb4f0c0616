//! The node as clients see it: requests in, answers out.

mod blocks;
mod development;
mod document;
mod filters;
mod history;
mod kept;
mod lists;
mod mistakes;
mod questions;
mod traces;
mod transactions;

use crate::{Config, Fail, Node, rpc};
use hebe_testing::contract_file::deploying;
use serde_json::{Value, json};

/// The first two accounts of the node's own.
const ALICE: &str = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
const BOB: &str = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";

/// An account that nobody has a key of.
const NOBODY: &str = "0x00000000000000000000000000000000000a11ce";

/// An ether in wei.
const ETHER: &str = "0xde0b6b3a7640000";

impl Node {
    /// A chain with two accounts that begins at a time of its own.
    fn new_for_tests() -> Self {
        Self::with(Config::default())
    }

    fn with(config: Config) -> Self {
        let config = Config { accounts: 2, time: Some(1_800_000_000), ..config };
        Self::new(config).expect("it starts")
    }

    /// What a client gets.
    fn ask(&self, method: &str, params: Value) -> Result<Value, Fail> {
        rpc::call(self, method, &params)
    }

    /// The answer of a request that has one.
    fn answer(&self, method: &str, params: Value) -> Value {
        self.ask(method, params.clone())
            .unwrap_or_else(|fail| panic!("{method} {params}: {fail:?}"))
    }

    /// The number that a request gives.
    fn number(&self, method: &str, params: Value) -> u128 {
        let answer = self.answer(method, params);
        let digits = answer.as_str().and_then(|text| text.strip_prefix("0x")).expect("it is hex");
        u128::from_str_radix(digits, 16).expect("it fits")
    }

    /// Sends a transaction and gives its receipt.
    fn send_for(&self, transaction: Value) -> Value {
        let hash = self.answer("eth_sendTransaction", json!([transaction]));
        self.answer("eth_getTransactionReceipt", json!([hash]))
    }

    fn balance(&self, address: &str) -> u128 {
        self.number("eth_getBalance", json!([address, "latest"]))
    }

    /// Creates a contract of this code; gives its address.
    fn deploy(&self, code: &[u8]) -> String {
        let init = deploying(code).expect("it can be deployed");
        let receipt = self.send_for(json!({ "from": ALICE, "data": hex(&init) }));
        assert_eq!(receipt["status"], "0x1", "{receipt}");
        receipt["contractAddress"].as_str().expect("it is there").to_owned()
    }
}

fn hex(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

/// A Wasm contract that counts: with any input it adds one, without it returns the count.
fn counter() -> Vec<u8> {
    wat::parse_str(include_str!("../../../contracts/counter.wat")).expect("it is right")
}

/// A Wasm contract with this `main`. Word 0 of memory is zero.
fn wasm(body: &str) -> Vec<u8> {
    hebe_testing::contract(body)
}

/// EVM bytecode that does the same as [`counter`], and logs the count as its only topic.
fn evm_counter() -> Vec<u8> {
    // CALLDATASIZE PUSH1 add JUMPI | SLOAD(0) MSTORE(0) RETURN(0, 32) | add: JUMPDEST SLOAD(0)+1 DUP1 SSTORE(0) LOG1(0,0)
    let read = "36600d575f545f5260205ff3".to_owned();
    let code = read + "00" + "5b" + "5f54600101805f555f5fa100";
    hex::decode(code).expect("it is hex")
}
