//! Generated contracts on both engines.
//!
//! `HEBE_GENERATED` is how many, from seed 0 on; `HEBE_SEED` tries that one alone. Seeds that have found
//! something are kept in [`FOUND`].

use hebe_testing::{
    compare_engines,
    oracle::{bytes_of_seed, generate},
};
use std::{collections::BTreeMap, env};

/// Seeds that once made the engines disagree.
const FOUND: &[u64] = &[];

/// How many are tried unless the environment says otherwise.
const DEFAULT: u64 = 300;

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().expect("it is a number"))
}

#[test]
fn generated_contracts_do_the_same() {
    let seeds: Vec<u64> = match number("HEBE_SEED") {
        Some(seed) => vec![seed],
        None => {
            let count = number("HEBE_GENERATED").unwrap_or(DEFAULT);
            FOUND.iter().copied().chain(0..count).collect()
        }
    };
    let (mut compared, mut runs, mut out_of_gas, mut memories) = (0, 0, 0, 0);
    let mut ends = BTreeMap::<String, usize>::new();
    for seed in &seeds {
        let bytes = bytes_of_seed(*seed);
        match compare_engines(&bytes) {
            Ok(None) => {}
            Ok(Some(found)) => {
                compared += 1;
                runs += found.runs;
                out_of_gas += found.out_of_gas;
                memories += usize::from(found.memory);
                *ends.entry(found.status.to_string()).or_default() += 1;
            }
            Err(why) => {
                let code = generate(&bytes).expect("it was made before");
                panic!("seed {seed}: {why}\nthe module in hexadecimal: {}", hex::encode(code));
            }
        }
    }
    println!(
        "{compared} of {} generated modules in {runs} runs, {out_of_gas} out of gas, {memories} \
         with their memory: {ends:?}",
        seeds.len()
    );
    // Otherwise there is little to see.
    assert!(seeds.len() < 100 || compared * 10 > seeds.len() * 9, "too few are valid contracts");
    assert!(seeds.len() < 100 || out_of_gas * 10 > runs, "too few run out of gas");
    assert!(seeds.len() < 100 || memories * 10 > compared, "too few show their memory");
}
