//! Generated contracts.
//!
//! `HEBE_GENERATED` is how many, from seed 0 on; `HEBE_SEED` tries that one alone. Seeds that have
//! found something are kept in [`FOUND`].

use hebe_testing::oracle::{End, compare_generated, generate};
use std::{collections::BTreeMap, env};

/// Seeds that once made the meters disagree.
const FOUND: &[u64] = &[];

/// How many are tried unless the environment says otherwise: a dozen seconds' worth in an unoptimised build.
const DEFAULT: u64 = 150;

/// Bytes that depend on `seed` alone (SplitMix64), mostly few, sometimes many.
fn bytes(seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let length = 1 << (5 + next() % 7);
    let odd = next() % 2;
    (0..length + odd).map(|_| next().to_le_bytes()[0]).collect()
}

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
    let (mut compared, mut ends) = (0, BTreeMap::<String, usize>::new());
    for seed in &seeds {
        let bytes = bytes(*seed);
        match compare_generated(&bytes) {
            Ok(None) => {}
            Ok(Some(held)) => {
                compared += 1;
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
    println!("{compared} of {} generated modules compared: {ends:#?}", seeds.len());
    assert!(seeds.len() < 100 || compared * 2 > seeds.len(), "too few are valid contracts");
}
