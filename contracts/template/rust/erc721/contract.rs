//! What the token does, in Rust, where a test can loop and compute.

use hebe_testing::{
    harness::{TestChain, built},
    values,
};

#[test]
fn each_token_has_one_owner() {
    let mut chain = TestChain::new();
    chain.account("alice", "1 ether");
    chain.account("bob", "1 ether");
    let token = built("../target/wasm32v1-none/release/counter.wasm");
    let token = chain
        .create(&token)
        .constructor("", values!["Example", "EXA"])
        .from("alice")
        .expect_success();
    for id in 1..=8_u64 {
        let owner = if id % 3 == 0 { "alice" } else { "bob" };
        chain
            .call(&token)
            .function("mint", values![owner, id])
            .from("alice")
            .expect_success();
        chain
            .call(&token)
            .function("ownerOf", values![id])
            .expect_success()
            .returns(values![owner]);
    }
    chain.call(&token).function("balanceOf", values!["bob"]).expect_success().returns(values![6]);
}
