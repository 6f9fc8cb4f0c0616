//! The sample contracts, with inputs that take them to most of their code.

use hebe_gas::Schedule;
use hebe_testing::oracle::{PARTICLES, Program};
use std::{fs, path::Path};

/// Enough for each of them.
const GAS: i64 = 40_000 * PARTICLES;

/// Nothing, one byte, a call's worth of bytes; for each function that the text names by its selector,
/// a call of it with small numbers.
fn inputs(text: &str) -> Vec<Vec<u8>> {
    let mut inputs = vec![Vec::new(), vec![1], (0..100).collect(), vec![7; 333]];
    for selector in text.split("0x").skip(1).filter_map(|rest| rest.get(..8)) {
        if let Ok(number) = u32::from_str_radix(selector, 16) {
            for mut selector in [number.to_be_bytes(), number.to_le_bytes()] {
                let mut words = [0; 96];
                words[31] = 2;
                words[63] = 1;
                inputs.push([&selector[..], &words].concat());
                selector.reverse();
            }
        }
    }
    for first in 0..5 {
        let mut input = vec![0; 80];
        input[0] = first;
        inputs.push(input);
    }
    inputs.sort();
    inputs.dedup();
    inputs
}

#[test]
fn sample_contracts_cost_the_same_under_both_meters() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts");
    let mut contracts = 0;
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        if path.extension().is_none_or(|extension| extension != "wat") {
            continue;
        }
        // A million turns with a call before each instruction take minutes.
        if path.file_stem().is_some_and(|name| name == "loop") {
            continue;
        }
        contracts += 1;
        let name = path.file_name().unwrap_or_default().display();
        let text = fs::read_to_string(&path).expect("it can be read");
        let code = wat::parse_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        for schedule in Schedule::all() {
            let program = Program::new(&code, schedule)
                .unwrap_or_else(|rejected| panic!("{name}: {rejected}"));
            let (mut limits, mut succeeded) = (0, 0);
            for input in inputs(&text) {
                let held = program.compare(&input, GAS).and_then(|compared| {
                    succeeded += usize::from(compared.run.gas_left > 0);
                    program.sweep(&input, GAS, 5)
                });
                limits +=
                    held.unwrap_or_else(|why| panic!("{name}, input {input:?}: {why}")).limits;
            }
            println!("{name}, {}: {succeeded} succeed, {limits} limits", schedule.name());
            assert!(succeeded > 0, "{name}: nothing succeeds");
        }
    }
    assert!(contracts >= 9, "only {contracts} contracts");
}
