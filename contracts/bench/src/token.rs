//! A transfer of the token, by language, and of the same token on a native EVM.

use crate::{ENGINES, evm, show, thousands, time, vm};
use hebe_host::{Address, Revision, StatusCode, U256};
use hebe_testing::{Chain, Report, Transaction, keccak256};
use hebe_vm::Vm;
use std::collections::BTreeMap;

const TOKENS: &[(&str, &str)] =
    &[("erc20_rust", "Rust"), ("erc20_c", "C"), ("erc20_assemblyscript", "AssemblyScript")];

pub const SENDER: Address = Address::repeat_byte(0xa1);
pub const RECIPIENT: Address = Address::repeat_byte(0xb2);
pub const SUPPLY: u64 = 1_000_000_000;

/// `transfer(RECIPIENT, 1)`
pub fn transfer() -> Vec<u8> {
    let amount = U256::one().to_big_endian();
    let selector = &keccak256(b"transfer(address,uint256)")[..4];
    [selector, &[0; 12], RECIPIENT.as_bytes(), &amount].concat()
}

pub fn table() {
    print!("| token | bytes | gas of its creation | gas of a transfer |");
    ENGINES.iter().for_each(|engine| print!(" {engine} |"));
    println!();
    println!("|---|---|---|---|{}", "---|".repeat(ENGINES.len()));
    for (name, language) in TOKENS {
        let code = hebe_contracts::binary(name);
        let mut row = String::new();
        for engine in ENGINES {
            let vm = vm(engine);
            let (mut chain, token, creation) = create(&vm, &code);
            // The first makes the recipient's word, which is dearer.
            let _ = call(&mut chain, &vm, token);
            let report = call(&mut chain, &vm, token);
            if row.is_empty() {
                let (creation, transfer) = (creation.gas_used, report.gas_used);
                row = format!(" {} | {} |", thousands(creation), thousands(transfer));
            }
            let time = time(|| drop(call(&mut chain, &vm, token)));
            row += &format!(" {} |", show(time));
        }
        println!("| {language} | {} |{row}", thousands(code.len()));
    }
    let evm = evm::measure();
    print!("| Solidity, on revm | {} |", thousands(evm.bytes));
    print!(" {} | {} |", thousands(evm.creation_gas), thousands(evm.transfer_gas));
    println!(" {} | |", show(evm.time));
}

fn create(vm: &Vm, code: &[u8]) -> (Chain, Address, Report) {
    let mut chain = Chain::new(Revision::Byzantium, BTreeMap::new());
    let mut input = code.to_vec();
    input.extend([0, 46, 9]);
    input.extend(b"arguments");
    input.extend(U256::from(SUPPLY).to_big_endian());
    input.extend(32_u32.to_le_bytes());
    let report = chain.run(vm, &transaction(None, input));
    let token = report.created.unwrap_or_else(|| panic!("{report:?}"));
    (chain, token, report)
}

fn call(chain: &mut Chain, vm: &Vm, token: Address) -> Report {
    let report = chain.run(vm, &transaction(Some(token), transfer()));
    assert_eq!(report.status, StatusCode::Success, "{:?}", report.reason);
    report
}

fn transaction(to: Option<Address>, input: Vec<u8>) -> Transaction {
    Transaction { from: SENDER, to, input, value: U256::zero(), gas: 1 << 40, is_static: false }
}
