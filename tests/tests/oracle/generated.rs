//! Generated contracts.
//!
//! `HEBE_GENERATED` is how many, from seed 0 on; `HEBE_SEED` tries that one alone. Seeds that have
//! found something are kept in [`FOUND`].

use hebe_testing::oracle::{End, bytes_of_seed, compare_generated, generate};
use std::{collections::BTreeMap, env};

/// Seeds that once made the meters disagree.
///
/// 1228: wasmi's `select` after a comparison with zero.
const FOUND: &[u64] = &[1_228];

/// How many are tried unless the environment says otherwise: some ten seconds' worth in an unoptimised build.
const DEFAULT: u64 = 1_000;

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().expect("it is a number"))
}

#[test]
fn generated_contracts_cost_the_same_under_both_meters() {
    let seeds: Vec<u64> = match number("HEBE_SEED") {
        Some(seed) => vec![seed],
        None => {
            let count = number("HEBE_GENERATED").unwrap_or(DEFAULT);
            FOUND.iter().copied().chain(0..count).collect()
        }
    };
    let (mut compared, mut limits, mut ends) = (0, 0, BTreeMap::<String, usize>::new());
    for seed in &seeds {
        let bytes = bytes_of_seed(*seed);
        match compare_generated(&bytes) {
            Ok(None) => {}
            Ok(Some((held, sweep))) => {
                compared += 1;
                limits += sweep.limits;
                let end = match held.run.end {
                    End::Ended(by, _) => by,
                    end => format!("{end:?}"),
                };
                let calls = if held.run.events.is_empty() { "" } else { ", host called" };
                let early = if held.out_of_gas_before_trap { ", paid early" } else { "" };
                *ends.entry(end + calls + early).or_default() += 1;
            }
            Err(why) => {
                let code = generate(&bytes).expect("it was made before");
                let hex = hex::encode(code);
                panic!("seed {seed}: {why}\nthe module in hexadecimal: {hex}");
            }
        }
    }
    println!("{compared} of {} generated modules compared, with {limits} gas limits", seeds.len());
    println!("{ends:#?}");
    let called: usize =
        ends.iter().filter_map(|(end, count)| end.contains("called").then_some(count)).sum();
    // Otherwise there is little to see.
    assert!(seeds.len() < 100 || compared * 10 > seeds.len() * 9, "too few are valid contracts");
    assert!(seeds.len() < 100 || called * 3 > compared, "too few call the host");
}
