//! What the contract does, in Rust, where a test can loop and compute.

use hebe_testing::{
    harness::{TestChain, built},
    values,
};

#[test]
fn it_counts_past_a_byte() {
    let mut chain = TestChain::new();
    let counter = built("../build/counter.wasm");
    let counter = chain.deploy(&counter).expect_success();
    for _ in 0..300 {
        chain.call(&counter).function("increment", values![]).expect_success();
    }
    chain.call(&counter).function("count", values![]).expect_success().returns(values![300]);
}
