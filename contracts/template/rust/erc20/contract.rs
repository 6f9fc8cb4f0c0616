//! What the token does, in Rust, where a test can loop and compute.

use hebe_testing::{
    harness::{TestChain, built},
    values,
};

#[test]
fn no_token_is_made_or_lost() {
    let mut chain = TestChain::new();
    let people = ["alice", "bob", "carol"];
    for person in people {
        chain.account(person, "1 ether");
    }
    let token = built("../target/wasm32v1-none/release/counter.wasm");
    let token = chain.create(&token).constructor("", values![1_000]).from("alice").expect_success();
    let mut balances = [1_000, 0, 0];
    for step in 0..20 {
        let (from, to) = (step % 3, (step + 1 + step / 7) % 3);
        let amount = balances[from] / 2;
        chain
            .call(&token)
            .function("transfer", values![people[to], amount])
            .from(people[from])
            .expect_success();
        balances[from] -= amount;
        balances[to] += amount;
    }
    assert_eq!(balances.iter().sum::<u64>(), 1_000);
    for (person, balance) in people.into_iter().zip(balances) {
        chain
            .call(&token)
            .function("balanceOf", values![person])
            .expect_success()
            .returns(values![balance]);
    }
}
