//! Two contracts, one in WebAssembly and one in bytecode, which call each other.

use super::asm::{asm, returning};
use hebe_host::{Address, Bytes32, Revision, StatusCode, U256};
use hebe_testing::{
    Account, Chain, Machine, Report, SENDER, Transaction, machines, module, other_libraries,
};
use hebe_vm::Vm;
use std::{collections::BTreeMap, thread};

const WASM: Address = Address::repeat_byte(0xaa);
const BYTECODE: Address = Address::repeat_byte(0xbb);

/// A chain with these contracts, and what a call of one of them comes to: in the crate, and the same through the library
/// of each of EVMC's ABIs.
fn call(wasm: &[u8], bytecode: &[u8], to: Address, input: &[u8], gas: i64) -> (Chain, Report) {
    let mut vm = Vm::default();
    vm.set_option("metering", "off").expect("it is an option");
    let (chain, report) = call_on(&vm, wasm, bytecode, to, input, gas);
    let (_, twelve) = &machines()[2];
    let libraries = other_libraries().iter().map(|library| library as &dyn Machine);
    for library in libraries.chain([&**twelve as &dyn Machine]) {
        let (other, through) = call_on(library, wasm, bytecode, to, input, gas);
        // Why a library failed, nobody hears.
        assert_eq!(Report { reason: None, ..through }, Report { reason: None, ..report.clone() });
        assert_eq!(other.state.accounts(), chain.state.accounts());
    }
    (chain, report)
}

/// The same on one machine.
fn call_on(
    machine: &dyn Machine,
    wasm: &[u8],
    bytecode: &[u8],
    to: Address,
    input: &[u8],
    gas: i64,
) -> (Chain, Report) {
    let contract = |code: &[u8]| Account { code: code.into(), nonce: 1, ..Account::default() };
    let accounts = BTreeMap::from([
        (WASM, contract(wasm)),
        (BYTECODE, contract(bytecode)),
        (SENDER, Account { balance: U256::exp10(18), ..Account::default() }),
    ]);
    let mut chain = Chain::new(Revision::Byzantium, accounts);
    let (from, value) = (SENDER, U256::zero());
    let input = input.to_vec();
    let report = chain
        .run(machine, &Transaction { from, to: Some(to), input, value, gas, is_static: false });
    (chain, report)
}

/// The address of the bytecode, as a data segment at 128.
const BYTECODE_DATA: &str = r#"(data (i32.const 128)
    "\bb\bb\bb\bb\bb\bb\bb\bb\bb\bb\bb\bb\bb\bb\bb\bb\bb\bb\bb\bb")"#;

/// Called with its level and the level that reverts: stores level + 1 at its level, calls the other contract for the
/// level below, and gives what that gave with its own level behind it.
fn wasm() -> Vec<u8> {
    module(
        "(call $callDataCopy (i32.const 0) (i32.const 0) (i32.const 2))
         (global.set $level (i32.load8_u (i32.const 0)))
         (i32.store8 (i32.const 63) (global.get $level))
         (i32.store8 (i32.const 95) (i32.add (global.get $level) (i32.const 1)))
         (call $storageStore (i32.const 32) (i32.const 64))
         (if (global.get $level) (then
           (i32.store8 (i32.const 0) (i32.sub (global.get $level) (i32.const 1)))
           (drop (call $call (call $getGasLeft)
             (i32.const 128) (i32.const 160) (i32.const 0) (i32.const 2)))
           (global.set $size (call $getReturnDataSize))
           (call $returnDataCopy (i32.const 200) (i32.const 0) (global.get $size))))
         (i32.store8 (i32.add (i32.const 200) (global.get $size)) (global.get $level))
         (global.set $size (i32.add (global.get $size) (i32.const 1)))
         (if (i32.eq (global.get $level) (i32.load8_u (i32.const 1)))
           (then (call $revert (i32.const 200) (global.get $size))))
         (call $finish (i32.const 200) (global.get $size))",
        &format!(
            "(global $level (mut i32) (i32.const 0)) (global $size (mut i32) (i32.const 0))
             {BYTECODE_DATA}"
        ),
    )
}

/// The same in bytecode.
fn bytecode() -> Vec<u8> {
    let (level, reverting) =
        ("0 CALLDATALOAD 0xf8 2 EXP SWAP1 DIV", "1 CALLDATALOAD 0xf8 2 EXP SWAP1 DIV");
    let wasm = format!("0x{}", hex::encode(WASM));
    let begin = format!("{level} DUP1 1 ADD DUP2 SSTORE");
    let lowest = "0 0 MSTORE8 1";
    let call = format!(
        "JUMPDEST 1 DUP2 SUB 0 MSTORE8 {reverting} 1 MSTORE8 0 0 2 0 0 {wasm} GAS CALL POP
         RETURNDATASIZE 0 0 RETURNDATACOPY DUP1 RETURNDATASIZE MSTORE8 1 RETURNDATASIZE ADD"
    );
    let end = format!("JUMPDEST DUP2 {reverting} EQ");
    let length = |text: &str| asm(text).len();
    let call_at = length(&begin) + length("DUP1 0 JUMPI") + length(lowest) + length("0 JUMP");
    let end_at = call_at + length(&call);
    let revert_at = end_at + length(&end) + length("0 JUMPI 0 RETURN");
    asm(&format!(
        "{begin} DUP1 {call_at} JUMPI {lowest} {end_at} JUMP {call} {end} {revert_at} JUMPI 0 RETURN
         JUMPDEST 0 REVERT"
    ))
}

/// What a level costs by itself at Byzantium, where WebAssembly's instructions cost nothing.
mod price {
    /// The copy of a word, a store, and for a call: what is left, the call, the size of the answer and its copy.
    pub(crate) const WASM: i64 = (3 + 3) + 20_000 + 2 + 700 + 2 + (3 + 3);
    pub(crate) const LOWEST_WASM: i64 = (3 + 3) + 20_000;
    /// A byte of call data: three pushes, the load, a power with an exponent of one byte, a swap, a division.
    const BYTE: i64 = 3 * 3 + 3 + 60 + 3 + 5;
    const BEGIN: i64 = BYTE + 4 * 3 + 20_000;
    const BRANCH: i64 = 3 + 3 + 10;
    const END: i64 = 1 + 3 + BYTE + 3 + 3 + 10 + 3;
    /// The level below and the level that reverts go to memory; the call; the answer and the own level go to memory.
    pub(crate) const BYTECODE: i64 = BEGIN
        + BRANCH
        + (1 + 5 * 3 + 3)
        + (BYTE + 3 + 3)
        + (6 * 3 + 2 + 700 + 2)
        + (2 + 3 + 3 + 3 + 3)
        + (3 + 2 + 3)
        + (3 + 2 + 3)
        + END;
    pub(crate) const LOWEST_BYTECODE: i64 = BEGIN + BRANCH + (3 * 3 + 3) + (3 + 3 + 8) + END;
    /// A branch that is taken leads to a JUMPDEST.
    pub(crate) const REVERT: i64 = 1;
}

#[test]
fn six_levels_of_which_one_reverts() {
    const TOP: u8 = 6;
    let (wasm, bytecode) = (wasm(), bytecode());
    for top in [WASM, BYTECODE] {
        let at = |level: u8| match (top == WASM) == level.is_multiple_of(2) {
            true => WASM,
            false => BYTECODE,
        };
        for reverting in (0..=TOP).chain([99]) {
            let place = format!("{top:?}, level {reverting} reverts");
            let (chain, report) = call(&wasm, &bytecode, top, &[TOP, reverting], 10_000_000);
            let expected = if reverting == TOP { StatusCode::Revert } else { StatusCode::Success };
            assert_eq!(report.status, expected, "{place}: {:?}", report.reason);
            assert_eq!(report.output, (0..=TOP).collect::<Vec<_>>(), "{place}");
            // What reverts takes along what it called.
            for level in 0..=TOP {
                let key = Bytes32(U256::from(level).to_big_endian());
                let stored = U256::from_big_endian(&chain.state.storage(at(level), key).0);
                let stays = reverting == 99 || level > reverting;
                let expected = if stays { u64::from(level) + 1 } else { 0 };
                assert_eq!(stored, expected.into(), "{place}: level {level}");
            }
            let gas: i64 = (0..=TOP)
                .map(|level| match (at(level) == WASM, level) {
                    (true, 0) => price::LOWEST_WASM,
                    (true, _) => price::WASM,
                    (false, 0) => price::LOWEST_BYTECODE,
                    (false, _) => price::BYTECODE,
                })
                .sum();
            let in_bytecode = reverting <= TOP && at(reverting) == BYTECODE;
            let gas = gas + if in_bytecode { price::REVERT } else { 0 };
            assert_eq!(report.gas_used, gas, "{place}");
        }
    }
}

#[test]
fn contracts_of_both_kinds_nest_1024_deep() {
    let wasm = module(
        "(drop (call $call (call $getGasLeft)
           (i32.const 128) (i32.const 160) (i32.const 0) (i32.const 0)))
         (call $returnDataCopy (i32.const 0) (i32.const 0) (call $getReturnDataSize))
         (i32.store8 (i32.const 31) (i32.add (i32.load8_u (i32.const 31)) (i32.const 1)))
         (if (i32.eqz (i32.load8_u (i32.const 31))) (then
           (i32.store8 (i32.const 30) (i32.add (i32.load8_u (i32.const 30)) (i32.const 1)))))
         (call $finish (i32.const 0) (i32.const 32))",
        BYTECODE_DATA,
    );
    let bytecode = returning(&format!(
        "0 0 0 0 0 0x{} GAS CALL POP RETURNDATASIZE 0 0 RETURNDATACOPY 0 MLOAD 1 ADD",
        hex::encode(WASM)
    ));
    let test = move || {
        for top in [WASM, BYTECODE] {
            let (_, report) = call(&wasm, &bytecode, top, &[], 1_000_000_000_000_000);
            assert_eq!(report.status, StatusCode::Success, "{:?}", report.reason);
            // From depth 0 to depth 1,024.
            assert_eq!(U256::from_big_endian(&report.output), 1_025.into());
        }
    };
    let thread = thread::Builder::new().stack_size(1 << 20).spawn(test);
    thread.expect("a thread").join().expect("it ends well");
}
