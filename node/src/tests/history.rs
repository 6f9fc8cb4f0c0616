use super::*;
use proptest::prelude::*;

/// Something that happens to a chain.
#[derive(Clone, Debug)]
enum Step {
    Send {
        from: usize,
        wei: u64,
    },
    Count {
        from: usize,
    },
    Mine(u64),
    Automine(bool),
    SetBalance(u64),
    SetWord(u8),
    Snapshot,
    /// Back to one of the snapshots.
    Revert(usize),
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0_usize..2, 0_u64..1_000).prop_map(|(from, wei)| Step::Send { from, wei }),
        4 => (0_usize..2).prop_map(|from| Step::Count { from }),
        2 => (1_u64..4).prop_map(Step::Mine),
        1 => any::<bool>().prop_map(Step::Automine),
        1 => (0_u64..1_000).prop_map(Step::SetBalance),
        1 => (0_u8..3).prop_map(Step::SetWord),
        2 => Just(Step::Snapshot),
        1 => (0_usize..4).prop_map(Step::Revert),
        1 => Just(Step::Restart),
    ]
}

/// What an account or a word is at a block, as the tests saw it when the block was the newest.
fn state(node: &Node, at: &str) -> Vec<Value> {
    let balances = [ALICE, BOB, NOBODY].map(|who| node.answer("eth_getBalance", json!([who, at])));
    let word = node.answer("eth_getStorageAt", json!([NOBODY, "0x0", at]));
    let count = node.answer("eth_call", json!([{ "to": NOBODY }, at]));
    let proof = node.answer("eth_getProof", json!([NOBODY, ["0x0"], at]));
    balances.into_iter().chain([word, count, proof]).collect()
}

/// The wei that there are: what was burned is known from the blocks.
fn wei(node: &Node) -> u128 {
    let coinbase = "0x0000000000000000000000000000000000000000";
    let held: u128 = [ALICE, BOB, NOBODY, coinbase].map(|who| node.balance(who)).iter().sum();
    let newest = node.number("eth_blockNumber", json!([]));
    let burned: u128 = (0..=newest)
        .map(|number| {
            let block = node.answer("eth_getBlockByNumber", json!([format!("{number:#x}"), false]));
            let read = |field: &str| {
                u128::from_str_radix(&block[field].as_str().unwrap()[2..], 16).unwrap()
            };
            read("gasUsed") * read("baseFeePerGas")
        })
        .sum();
    held + burned
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_random_history_holds(steps in prop::collection::vec(step(), 1..40)) {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { database: Some(folder.path().join("chain.redb")), ..Config::default() };
        let mut node = Node::with(config.clone());
        node.answer("anvil_setCode", json!([NOBODY, hex(&counter())]));
        let mut seen: Vec<Vec<Value>> = vec![state(&node, "latest")];
        let mut snapshots: Vec<(Value, usize, Vec<Value>, u128)> = Vec::new();
        let mut given = wei(&node);
        for step in steps {
            let who = [ALICE, BOB];
            match step {
                Step::Send { from, wei } => {
                    let transaction = json!({ "from": who[from], "to": who[1 - from], "value": format!("{wei:#x}"), "gas": "0x5208" });
                    node.answer("eth_sendTransaction", json!([transaction]));
                }
                Step::Count { from } => {
                    let transaction = json!({ "from": who[from], "to": NOBODY, "data": "0x01", "gas": "0x186a0" });
                    node.answer("eth_sendTransaction", json!([transaction]));
                }
                Step::Mine(count) => drop(node.answer("anvil_mine", json!([count]))),
                Step::Automine(whether) => drop(node.answer("evm_setAutomine", json!([whether]))),
                Step::SetBalance(wei) => {
                    let before = node.balance(NOBODY);
                    node.answer("anvil_setBalance", json!([NOBODY, format!("{wei:#x}")]));
                    given = given - before + u128::from(wei);
                }
                Step::SetWord(word) => {
                    node.answer("anvil_setStorageAt", json!([NOBODY, "0x0", format!("0x{word:064x}")]));
                }
                Step::Snapshot => {
                    let id = node.answer("evm_snapshot", json!([]));
                    snapshots.push((id, seen.len(), state(&node, "latest"), given));
                }
                Step::Revert(index) if index < snapshots.len() => {
                    let (id, blocks, there, was_given) = snapshots.swap_remove(index);
                    snapshots.retain(|(_, later, ..)| *later < blocks);
                    if node.answer("evm_revert", json!([id])) == true {
                        seen.truncate(blocks);
                        seen[blocks - 1] = there;
                        given = was_given;
                    }
                }
                Step::Revert(_) => {}
                Step::Restart => {
                    drop(node);
                    node = Node::with(config.clone());
                    snapshots.clear();
                }
            }
            // Blocks that were made meanwhile, the newest of which may have been changed from outside.
            let newest = usize::try_from(node.number("eth_blockNumber", json!([]))).unwrap();
            while seen.len() <= newest {
                seen.push(state(&node, &format!("{:#x}", seen.len())));
            }
            seen[newest] = state(&node, "latest");
            for (number, expected) in seen.iter().enumerate() {
                prop_assert_eq!(&state(&node, &format!("{number:#x}")), expected, "block {}", number);
            }
            prop_assert_eq!(wei(&node), given, "the balances");
        }
    }
}

#[test]
fn a_question_at_an_old_block_sees_the_coinbase_that_it_had() {
    let node = Node::new_for_tests();
    // Returns the coinbase.
    node.answer("anvil_setCode", json!([NOBODY, "0x415f5260205ff3"]));
    node.answer("evm_mine", json!([]));
    node.answer("anvil_setCoinbase", json!([BOB]));
    node.answer("evm_mine", json!([]));
    let call = |block: &str| node.answer("eth_call", json!([{ "to": NOBODY }, block]));
    assert_eq!(call("0x1"), format!("0x{}", "0".repeat(64)));
    assert_eq!(call("0x2"), format!("0x{}{}", "0".repeat(24), &BOB[2..]));
}

#[test]
fn a_chain_that_starts_anew_has_the_time_and_the_gas_it_began_with() {
    let time = Some(1_000_000_000);
    let node = Node::new(Config { accounts: 1, time, ..Config::default() }).expect("it starts");
    let gas_limit = node.answer("eth_getBlockByNumber", json!(["0x0", false]))["gasLimit"].clone();
    node.answer("evm_setBlockGasLimit", json!([1_000_000]));
    node.answer("evm_increaseTime", json!([5_000]));
    node.answer("anvil_autoImpersonateAccount", json!([true]));
    node.answer("anvil_reset", json!([]));
    node.answer("evm_mine", json!([]));
    let block = node.answer("eth_getBlockByNumber", json!(["0x1", false]));
    let digits = block["timestamp"].as_str().expect("it is hex").trim_start_matches("0x");
    let time = u64::from_str_radix(digits, 16).expect("it fits");
    assert!((1_000_000_001..1_000_000_100).contains(&time), "{block}");
    assert_eq!(block["gasLimit"], gas_limit, "{block}");
    assert!(node.ask("eth_sendTransaction", json!([{ "from": NOBODY, "to": BOB }])).is_err());
}
