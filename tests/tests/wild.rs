//! Contracts that no compiler would make, on both engines and by the specification.
//!
//! `HEBE_WILD` is how many, from seed `HEBE_WILD_FROM` (or 0) on; `HEBE_SEED` tries that one alone. Seeds that have found
//! something are kept in [`FOUND`].

use hebe_gas::Schedule;
use hebe_testing::wild::{Code, End, Module, bytes_of_seed, compare_wild, evaluate, generate};
use std::{
    collections::{BTreeMap, HashSet},
    env,
    mem::{Discriminant, discriminant},
};
use wasm_encoder::Instruction;

/// Seeds that once made the engines or the evaluator disagree. With these two, the evaluator gave a global of type i32 the
/// upper half of what the generator had drawn, too.
const FOUND: &[u64] = &[359_127, 363_739];

/// How many are tried unless the environment says otherwise.
const DEFAULT: u64 = 1_000;

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().expect("it is a number"))
}

#[test]
fn wild_contracts_do_the_same() {
    let seeds: Vec<u64> = match number("HEBE_SEED") {
        Some(seed) => vec![seed],
        None => {
            let first = number("HEBE_WILD_FROM").unwrap_or(0);
            let count = number("HEBE_WILD").unwrap_or(DEFAULT);
            FOUND.iter().copied().chain(first..first + count).collect()
        }
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
    if seeds.len() >= 100 {
        // Otherwise there is little to see.
        assert!(evaluated * 10 > seeds.len() * 9, "too few are evaluated");
        assert!(ends["SUCCESS"] * 10 > seeds.len() * 7, "too few show what they did");
        assert!(ends.len() > 2, "too few fail");
        assert!(out_of_gas * 3 > runs, "too few run out of gas");
    }
}

/// What there is in code.
#[derive(Default)]
struct Seen {
    instructions: HashSet<Discriminant<Instruction<'static>>>,
    /// How many values are carried by branches, at most, and taken by blocks.
    labels: usize,
    params: usize,
    blocks: usize,
}

impl Seen {
    fn look(&mut self, module: &Module, code: &[Code]) {
        for piece in code {
            match piece {
                Code::Plain(instruction) => {
                    self.instructions.insert(discriminant(instruction));
                    if let Instruction::BrTable(labels, _) = instruction {
                        self.labels = self.labels.max(labels.len());
                    }
                }
                Code::Block(_, ty, body) | Code::If(ty, body, None) => {
                    self.block(module, *ty, &[body]);
                }
                Code::If(ty, then, Some(other)) => self.block(module, *ty, &[then, other]),
            }
        }
    }

    fn block(&mut self, module: &Module, ty: u32, parts: &[&[Code]]) {
        let params = module.types[ty as usize].params.len();
        self.blocks += usize::from(params > 0);
        self.params = self.params.max(params);
        for part in parts {
            self.look(module, part);
        }
    }
}

#[test]
fn wild_contracts_have_everything() {
    let mut seen = Seen::default();
    let mut long = 0;
    for seed in 0..300 {
        let module = generate(&bytes_of_seed(seed));
        for function in &module.functions {
            seen.look(&module, &function.body);
        }
        long += usize::from(evaluate(&module, b"input", 500) == End::Unknown);
    }
    // All but the three that open blocks; `select` is there in both forms.
    let instructions = Schedule::flat().prices().count() - 3 + 1;
    assert_eq!(seen.instructions.len(), instructions);
    assert!(
        seen.labels >= 6 && seen.params == 16,
        "{} labels, {} parameters",
        seen.labels,
        seen.params
    );
    assert!(seen.blocks > 1_000, "only {} blocks have parameters", seen.blocks);
    assert!(long > 100, "only {long} of 300 run for long");
}
