//! The auction house, on a chain in Rust: what TOML can't say, since it loops.

use hebe_contracts::path;
use hebe_testing::{
    harness::{Interface, TestChain, built},
    values,
};

/// The house, which knows its interface, with a lot of alice's.
fn house(chain: &mut TestChain) -> hebe_testing::harness::Done {
    for name in ["alice", "bob", "carol"] {
        chain.account(name, "1000 ether");
    }
    let house = chain
        .create(&built(path("auction")))
        .constructor("(string)", values!["Sothebys"])
        .from("alice")
        .named("house")
        .expect_success();
    let interface = Interface::load(&hebe_contracts::abi_path("auction")).unwrap();
    chain.describe(&house, interface);
    let open = values!["a chair", 10, 3_600];
    chain.call(&house).function("open", open).from("alice").expect_success().returns(values![0]);
    house
}

#[test]
fn no_wei_is_made_or_lost() {
    let mut chain = TestChain::new();
    let house = house(&mut chain);
    for bid in 10..40_u64 {
        let bidder = ["bob", "carol"][usize::from(bid % 2 == 0)];
        chain
            .call(&house)
            .function("bid", values![0])
            .from(bidder)
            .value(bid)
            .expect_success()
            .logs([(
                "BidPlaced(uint64 indexed, address indexed, uint128)",
                values![0, bidder, bid],
            )]);
    }
    chain.call(&house).function("bids", values![]).expect_success().returns(values![30]);
    chain
        .call(&house)
        .function("settle", values![0])
        .expect_error("StillOpen(uint64,uint64)", values![3_601, 1]);
    chain.warp(3_600).roll(300);
    chain.call(&house).function("settle", values![0]).expect_success();
    for name in ["alice", "bob", "carol"] {
        chain.call(&house).function("withdraw", values![]).from(name).expect_success();
    }
    chain.expect_balance(&house, 0);
}

#[test]
fn a_failure_reads_like_the_contract() {
    let told = std::panic::catch_unwind(|| {
        let mut chain = TestChain::new();
        let house = house(&mut chain);
        chain.call(&house).function("bid", values![0]).from("bob").value(5).expect_success();
    });
    let told = told.unwrap_err().downcast::<String>().unwrap();
    assert!(told.contains("actual   REVERT with BidTooLow(offered: 5, required: 10)"), "{told}");
}

#[test]
#[should_panic(expected = "has no function `bidd` (`bid`?)")]
fn a_name_that_is_not_there_is_told() {
    let mut chain = TestChain::new();
    let house = house(&mut chain);
    chain.call(&house).function("bidd", values![0]).expect_success();
}
