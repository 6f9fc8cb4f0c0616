//! What the contract does, in Rust, where a test can loop and compute.

use hebe_testing::{
    harness::{TestChain, built},
    values,
};

#[test]
fn many_small_numbers_make_a_large_one() {
    let mut chain = TestChain::new();
    chain.account("alice", "1 ether");
    let counter = built("../target/wasm32v1-none/release/counter.wasm");
    let counter = chain.create(&counter).constructor("", values![5]).from("alice").expect_success();
    for number in 1..=10 {
        chain.call(&counter).function("add", values![number]).expect_success();
    }
    chain.call(&counter).function("count", values![]).expect_success().returns(values![60]);
}

#[test]
fn only_the_owner_resets() {
    let mut chain = TestChain::new();
    chain.account("alice", "1 ether");
    let counter = built("../target/wasm32v1-none/release/counter.wasm");
    let counter = chain.create(&counter).constructor("", values![5]).from("alice").expect_success();
    chain
        .call(&counter)
        .function("reset", values![])
        .expect_revert("only the owner can reset");
    chain
        .call(&counter)
        .function("reset", values![])
        .from("alice")
        .expect_success()
        .logs([("Counted(address indexed, uint256)", values!["alice", 0])]);
}
