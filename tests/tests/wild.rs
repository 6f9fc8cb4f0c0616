//! Contracts that no compiler would make, on both engines and by the specification.
//!
//! `HEBE_WILD` is how many, from seed 0 on; `HEBE_SEED` tries that one alone. Seeds that have found
//! something are kept in [`FOUND`].

use hebe_testing::wild::{bytes_of_seed, compare_wild, generate};
use std::{collections::BTreeMap, env};

/// Seeds that once made the engines disagree.
const FOUND: &[u64] = &[];

/// How many are tried unless the environment says otherwise.
const DEFAULT: u64 = 1_000;

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().expect("it is a number"))
}

#[test]
fn wild_contracts_do_the_same() {
    let seeds: Vec<u64> = match number("HEBE_SEED") {
        Some(seed) => vec![seed],
        None => FOUND.iter().copied().chain(0..number("HEBE_WILD").unwrap_or(DEFAULT)).collect(),
    };
    let (mut evaluated, mut runs, mut out_of_gas) = (0, 0, 0);
    let mut ends = BTreeMap::<String, usize>::new();
    for seed in &seeds {
        let bytes = bytes_of_seed(*seed);
        let compared = compare_wild(&bytes).unwrap_or_else(|why| {
            let code = hex::encode(generate(&bytes).encode());
            panic!("seed {seed}: {why}\nthe module in hexadecimal: {code}");
        });
        evaluated += usize::from(compared.evaluated);
        runs += compared.engines.runs;
        out_of_gas += compared.engines.out_of_gas;
        *ends.entry(compared.engines.status.to_string()).or_default() += 1;
    }
    println!(
        "{} wild contracts in {runs} runs, {out_of_gas} out of gas, {evaluated} evaluated: {ends:?}",
        seeds.len()
    );
}
