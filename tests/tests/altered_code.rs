//! The pass that checks translated code, attacked: what it lets through is harmless.
//!
//! Functions of wild contracts and of the samples are altered in one to three places. The check refuses that, or it is
//! run: inside of its frame, which the interpreter asserts at each access where assertions are on, the same whatever
//! earlier runs left on the stack, and to an end. Code that does not pay for each of its loops and calls is not
//! run, since it would not have to end.
//!
//! `HEBE_ALTERED` is how many are tried.

use hebe_testing::{
    altered::{Became, DECISIONS, alter},
    wild::bytes_of_seed,
};
use std::{collections::BTreeMap, env, fs, path::Path, thread};

/// Seeds that once showed something: a move of nothing that named slots outside of the frame.
const FOUND: &[u64] = &[14_086];

/// How many are tried unless the environment says otherwise.
const DEFAULT: u64 = 5_000;

/// What became of them, and by which rules.
#[derive(Default)]
struct Seen {
    refused: BTreeMap<String, usize>,
    without_pay: usize,
    ran: BTreeMap<String, usize>,
}

impl Seen {
    fn try_one(&mut self, name: &str, bytes: &[u8]) {
        let _tried = Tried(name);
        match alter(bytes).unwrap_or_else(|why| panic!("{name}: {why}")) {
            Became::Nothing => panic!("{name}: there is no contract"),
            Became::Refused(why) => {
                // Behind the function and the instruction.
                let rule = why.rsplit_once(": ").map_or("a function has no end", |(_, rule)| rule);
                *self.refused.entry(rule.to_owned()).or_default() += 1;
            }
            Became::WithoutPay => self.without_pay += 1,
            Became::Ran(run) => {
                let end = format!("{:?}", run.end);
                let end = end.split('(').next().unwrap_or_default();
                *self.ran.entry(end.to_owned()).or_default() += 1;
            }
        }
    }
}

impl Seen {
    fn tell(&self) {
        println!("refused: {:#?}", self.refused);
        println!("not run, since it does not pay: {}\nrun: {:#?}", self.without_pay, self.ran);
    }
}

/// Says which it was when an assertion fails.
struct Tried<'a>(&'a str);

impl Drop for Tried<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("it was {}", self.0);
        }
    }
}

#[test]
fn altered_code_is_refused_or_harmless() {
    let number = |name| env::var(name).ok().map(|text| text.parse().expect("it is a number"));
    let seeds: Vec<u64> = match number("HEBE_SEED") {
        Some(seed) => vec![seed],
        None => FOUND.iter().copied().chain(0..number("HEBE_ALTERED").unwrap_or(DEFAULT)).collect(),
    };
    let mut seen = Seen::default();
    for seed in &seeds {
        seen.try_one(&format!("seed {seed}"), &bytes_of_seed(*seed));
    }
    seen.tell();
    if seeds.len() >= 1_000 {
        // Otherwise there is little to see.
        assert!(seen.refused.len() > 16, "too few rules refuse something");
        assert!(seen.ran.values().sum::<usize>() * 4 > seeds.len(), "too few are run");
        assert!(seen.ran.len() > 3, "too few end otherwise");
    }
}

/// The samples, each altered in many ways.
#[test]
fn altered_samples_are_refused_or_harmless() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts");
    let mut seen = Seen::default();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        if path.extension().is_none_or(|extension| extension != "wat") {
            continue;
        }
        let code = wat::parse_file(&path).expect("the text is right");
        for seed in 0..500 {
            let decisions = bytes_of_seed(seed).into_iter().take(DECISIONS);
            let bytes: Vec<u8> = decisions.chain(code.iter().copied()).collect();
            seen.try_one(&format!("{} with seed {seed}", path.display()), &bytes);
        }
    }
    seen.tell();
}
