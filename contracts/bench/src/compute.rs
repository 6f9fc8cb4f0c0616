//! The compute suite, and the same source built for this machine.

use crate::{ENGINES, show, thousands, time, vm};
use hebe_host::{Address, Bytes32, CallKind, Message, Outcome, Revision, U256};
use hebe_testing::ScriptedHost;
use hebe_vm::Vm;
use std::hint::black_box;

pub fn table() {
    print!("| contract | bytes | input | gas |");
    ENGINES.iter().for_each(|engine| print!(" {engine} |"));
    println!(" native |");
    println!("|---|---|---|---|{}---|", "---|".repeat(ENGINES.len()));
    let engines: Vec<Vm> = ENGINES.iter().map(|engine| vm(engine)).collect();
    for (name, what, input) in inputs() {
        let code = hebe_contracts::binary(name);
        let (_, native) = hebe_compute::FUNCTIONS
            .iter()
            .find(|(function, _)| *function == name)
            .expect("the contract's function");
        let expected = native(&input).expect("the input is right");
        let (gas, output) = run(&engines[0], &code, &input);
        assert_eq!(output, expected, "{name}");
        print!("| `{name}` | {} | {what} | {} |", thousands(code.len()), thousands(gas));
        let native = time(|| drop(black_box(native(black_box(&input)))));
        for vm in &engines {
            assert_eq!(run(vm, &code, &input), (gas, expected.clone()), "{name}");
            let time = time(|| drop(black_box(run(vm, &code, &input))));
            let ratio = time.as_secs_f64() / native.as_secs_f64();
            print!(" {} ({ratio:.1}×) |", show(time));
        }
        println!(" {} |", show(native));
    }
}

/// Gas used, and the output.
fn run(vm: &Vm, code: &[u8], input: &[u8]) -> (i64, Vec<u8>) {
    const GAS: i64 = i64::MAX;
    let message = Message {
        kind: CallKind::Call,
        is_static: true,
        is_delegated: false,
        depth: 0,
        gas: GAS,
        recipient: Address::repeat_byte(1),
        sender: Address::repeat_byte(2),
        input,
        value: U256::zero(),
        create2_salt: Bytes32::zero(),
        code_address: Address::repeat_byte(1),
    };
    let outcome = vm.execute(Revision::Byzantium, &message, code, &mut ScriptedHost::default());
    match outcome {
        Ok(Outcome::Success { output, gas_left, .. }) => (GAS - gas_left, output),
        other => panic!("{other:?}"),
    }
}

/// Contract, what its input is, and the input.
fn inputs() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let kilobyte: Vec<u8> = (0..1024).map(|index| (index % 251) as u8).collect();
    let hex = |text: &str| hex::decode(text.split_whitespace().collect::<String>()).expect("hex");
    let point = hex("0000000000000000000000000000000000000000000000000000000000000001
                     0000000000000000000000000000000000000000000000000000000000000002");
    let order_minus_1 = hex("30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000000");
    let minus = hebe_compute::bn128_mul(&[point.clone(), order_minus_1.clone()].concat())
        .expect("a point and a number");
    let g2 = hex("198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2
                  1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed
                  090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b
                  12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa");
    let length = |bytes: u8| [vec![0; 31], vec![bytes]].concat();
    let number = vec![0xd7; 32];
    vec![
        ("keccak256", "1 KiB", kilobyte.clone()),
        ("sha256", "1 KiB", kilobyte.clone()),
        ("ripemd160", "1 KiB", kilobyte.clone()),
        ("sha1", "1 KiB", kilobyte.clone()),
        ("blake2b", "1 KiB", kilobyte.clone()),
        ("blake2f", "12 rounds", {
            let mut input = vec![0, 0, 0, 12];
            input.extend(&kilobyte[..208]);
            input.push(1);
            input
        }),
        ("modexp", "three numbers of 32 bytes", {
            let lengths = [length(32), length(32), length(32)].concat();
            [lengths, number.clone(), number.clone(), number].concat()
        }),
        (
            "ecrecover",
            "a signature",
            hex("18c547e4f7b0f325ad1e56f57e26c745b09a3e503d86e00e5255ff7f715d3d1c
             000000000000000000000000000000000000000000000000000000000000001c
             73b1693892219d736caba55bdb67216e485557ea6b6af75f37096c9aa6a5a75f
             eeb940b1d03b21e36b0e47e79769f095fe2ab855bd91e3a38756b7d75a9c4549"),
        ),
        ("ed25519_verify", "a signature", hex(include_str!("../../build/tests/ed25519.hex"))),
        ("bn128_add", "two points", [point.clone(), point.clone()].concat()),
        ("bn128_mul", "a number of 254 bits", [point.clone(), order_minus_1].concat()),
        ("bn128_pairing", "two pairs", [point, g2.clone(), minus, g2].concat()),
    ]
}
