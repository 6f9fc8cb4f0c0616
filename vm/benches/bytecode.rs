//! EVM bytecode in the VM, beside the interpreter that it runs on, driven directly: what does the host, the message and the rest cost?
//!
//!     cargo bench -p hebe-vm --bench bytecode
//!
//! Without `--bench`, as `cargo test --benches` runs it, everything runs once, and is held against each other.

#[path = "engines/evm.rs"]
mod evm;
#[allow(dead_code)] // The engines' table is about more.
#[path = "engines/measure.rs"]
mod measure;
mod trivial;

use hebe_evmc::{LoadedVm, abi::Abi12};
use hebe_host::{CallResult, Outcome, Revision, StatusCode};
use hebe_vm::Vm;
use measure::{Measured, Samples, in_turns, repeated};
use sha3::{Digest, Keccak256};
use std::env;
use trivial::{Trivial, message};

/// x = ((x * x + 7) / 3) ^ n, signed, 10,000 times: what a ray tracer in fixed point does most.
const ARITHMETIC: &str = "6001 612710 5b 90 80 02 6007 01 6003 90 05 81 18 90 6001 90 03 80 6005 57 50 6000 52 6020 6000 f3";

fn main() {
    let loops = include_str!("engines/evm/loops.hex");
    let token = include_str!("engines/evm/token.hex");
    let selector = |signature: &str| Keccak256::digest(signature)[..4].to_vec();
    // To 0x33…33, 1 token.
    let transfer =
        [selector("transfer(address,uint256)"), vec![0; 12], vec![0x33; 20], vec![0; 31], vec![1]]
            .concat();
    let rows = [
        ("ERC-20 transfer, solc", token, transfer),
        ("i64 loop, 1,000,000 turns", loops, selector("i64Loop()")),
        ("memory loop, 100,000 turns", loops, selector("memoryLoop()")),
        ("fib(20), recursive", loops, selector("fib20()")),
        ("signed arithmetic, 10,000 turns", ARITHMETIC, Vec::new()),
    ];
    let is_bench = env::args().any(|argument| argument == "--bench");
    let mut lines = vec!["| bytecode | Hebe | revm | |".to_owned(), "|---|---|---|---|".to_owned()];
    for (name, code, input) in rows {
        let (revm, expected) = evm::calls(code, &input);
        let (hebe, output) = hebe(code, &input);
        assert_eq!(output, expected, "{name}");
        let mut columns = [Some(hebe), Some(revm)];
        if !is_bench {
            columns.iter_mut().flatten().for_each(|measured| _ = measured(1));
            continue;
        }
        let samples: Vec<Samples> = in_turns(&mut columns).into_iter().flatten().collect();
        let ratio = samples[0].low() / samples[1].low();
        lines.push(format!(
            "| {name} | {} | {} | {ratio:.2} |",
            time(&samples[0]),
            time(&samples[1])
        ));
    }
    let mut empty = [Some(empty_through_c())];
    if is_bench {
        let samples: Vec<Samples> = in_turns(&mut empty).into_iter().flatten().collect();
        lines.push(format!("| STOP, through the C interface | {} | | |", time(&samples[0])));
        println!("{}", lines.join("\n"));
    } else {
        empty.iter_mut().flatten().for_each(|measured| _ = measured(1));
    }
}

fn time(samples: &Samples) -> String {
    let nanoseconds = samples.median();
    let (value, unit) = match nanoseconds {
        1e6.. => (nanoseconds / 1e6, "ms"),
        1e3.. => (nanoseconds / 1e3, "µs"),
        _ => (nanoseconds, "ns"),
    };
    format!("{value:.3} {unit} ±{:.0}%", samples.spread() * 100.0)
}

/// Calls of code in the VM, and what the first one gives.
fn hebe(code: &str, input: &[u8]) -> (Measured, Vec<u8>) {
    let code = hex::decode(code.split_whitespace().collect::<String>()).expect("it is hex");
    let (vm, input) = (Vm::default(), input.to_vec());
    let call = move || {
        let message = hebe_host::Message { gas: 1 << 50, ..message(&input) };
        match vm.execute(Revision::Byzantium, &message, &code, &mut Trivial) {
            Ok(Outcome::Success { output, .. }) => output,
            other => panic!("{other:?}"),
        }
    };
    let output = call();
    (repeated(call), output)
}

/// The shortest contract that there is, as a client calls it.
fn empty_through_c() -> Measured {
    let vm = LoadedVm::built_in::<Abi12>();
    repeated(move || {
        let result = vm.execute(Revision::Byzantium, &message(&[]), &[0], &mut Trivial);
        assert!(matches!(result, Ok(CallResult { status: StatusCode::Success, .. })), "{result:?}");
    })
}
