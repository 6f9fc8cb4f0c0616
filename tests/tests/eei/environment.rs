//! What a contract can ask about its message, the transaction, the block, and balances.

use hebe_host::{StatusCode, U256};
use hebe_testing::{
    OTHER, RECIPIENT, SENDER, check, check_code, module, pattern_address, pattern_word,
};

/// A number whose 16 bytes all differ.
const WIDE: u128 = 0x0f0e_0d0c_0b0a_0908_0706_0504_0302_0100;

/// The body of a contract that returns what `call` writes to the first `length` bytes of memory.
fn returning(call: &str, length: u32) -> String {
    format!("(call {call}) (call $finish (i32.const 0) (i32.const {length}))")
}

/// The body of a contract that returns an i64.
fn returning_i64(call: &str) -> String {
    format!("(i64.store (i32.const 0) (call {call})) (call $finish (i32.const 0) (i32.const 8))")
}

#[test]
fn use_gas_takes_what_it_says() {
    check("(call $useGas (i64.const 12345))").succeeds(&[]).uses(12_345);
    check("(call $useGas (i64.const 0))").gas(0).succeeds(&[]).uses(0);
    check("(call $useGas (i64.const -1))").fails(StatusCode::ArgumentOutOfRange);
    check("(call $useGas (i64.const 0x8000000000000000))").fails(StatusCode::ArgumentOutOfRange);
    check("(call $useGas (i64.const 0x7fffffffffffffff))").fails(StatusCode::OutOfGas);
    check("(call $useGas (i64.const 0x7fffffffffffffff))")
        .gas(i64::MAX)
        .succeeds(&[])
        .uses(i64::MAX);
}

#[test]
fn get_gas_left_is_what_is_left_after_its_fee() {
    check(&returning_i64("$getGasLeft")).gas(1_000).succeeds(&998u64.to_le_bytes()).uses(2);
    check(&returning_i64("$getGasLeft")).gas(2).succeeds(&[0; 8]);
    check(&returning_i64("$getGasLeft")).gas(i64::MAX).succeeds(&(i64::MAX - 2).to_le_bytes());
}

#[test]
fn addresses_are_bytes_as_they_are() {
    check(&returning("$getAddress (i32.const 0)", 20)).succeeds(RECIPIENT.as_bytes()).asks(&[]);
    check(&returning("$getCaller (i32.const 0)", 20)).succeeds(SENDER.as_bytes()).asks(&[]);
    check(&returning("$getTxOrigin (i32.const 0)", 20))
        .host(|host| host.tx_context.tx_origin = pattern_address(0x90))
        .succeeds(pattern_address(0x90).as_bytes());
    check(&returning("$getBlockCoinbase (i32.const 0)", 20))
        .host(|host| host.tx_context.block_coinbase = pattern_address(0xa0))
        .succeeds(pattern_address(0xa0).as_bytes());
}

#[test]
fn the_call_value_is_little_endian_in_16_bytes() {
    let body = returning("$getCallValue (i32.const 0)", 17);
    let mut output = WIDE.to_le_bytes().to_vec();
    output.push(0);
    check(&body).value(WIDE).succeeds(&output).uses(2);
    check(&body).value(U256::from(u128::MAX) + 1).fails(StatusCode::ArgumentOutOfRange);
}

#[test]
fn the_gas_price_is_little_endian_in_16_bytes() {
    let body = returning("$getTxGasPrice (i32.const 0)", 16);
    check(&body)
        .host(|host| host.tx_context.tx_gas_price = WIDE.into())
        .succeeds(&WIDE.to_le_bytes());
    check(&body)
        .host(|host| host.tx_context.tx_gas_price = U256::from(u128::MAX) + 1)
        .fails(StatusCode::ArgumentOutOfRange);
}

#[test]
fn a_balance_is_that_of_the_address_in_memory() {
    let body = "(call $getExternalBalance (i32.const 32) (i32.const 0)) (call $finish (i32.const 0) (i32.const 16))";
    let code = module(body, &data_at(32, OTHER.as_bytes()));
    check_code(code.clone())
        .host(|host| host.balances.insert(OTHER, WIDE.into()))
        .succeeds(&WIDE.to_le_bytes())
        .asks(&[&format!("get_balance {OTHER:x}")])
        .uses(400);
    check_code(code)
        .host(|host| host.balances.insert(OTHER, U256::MAX))
        .fails(StatusCode::ArgumentOutOfRange);
}

/// A data segment.
pub(crate) fn data_at(offset: u32, bytes: &[u8]) -> String {
    let bytes: String = bytes.iter().map(|byte| format!("\\{byte:02x}")).collect();
    format!("(data (i32.const {offset}) \"{bytes}\")")
}

#[test]
fn the_difficulty_is_little_endian_in_32_bytes() {
    let difficulty = U256::from_big_endian(pattern_word(1).as_bytes());
    check(&returning("$getBlockDifficulty (i32.const 0)", 32))
        .host(|host| host.tx_context.block_prev_randao = difficulty)
        .succeeds(&difficulty.to_little_endian());
}

#[test]
fn block_numbers_are_64_bits() {
    let context = |name: &str| {
        check(&returning_i64(name)).host(|host| {
            host.tx_context.block_number = 0x0102_0304_0506_0708;
            host.tx_context.block_timestamp = 0x1112_1314_1516_1718;
            host.tx_context.block_gas_limit = 0x2122_2324_2526_2728;
        })
    };
    context("$getBlockNumber").succeeds(&0x0102_0304_0506_0708u64.to_le_bytes()).uses(2);
    context("$getBlockTimestamp").succeeds(&0x1112_1314_1516_1718u64.to_le_bytes()).uses(2);
    context("$getBlockGasLimit").succeeds(&0x2122_2324_2526_2728u64.to_le_bytes()).uses(2);
}

#[test]
fn the_transaction_context_is_asked_for_once() {
    check("(drop (call $getBlockNumber)) (drop (call $getBlockTimestamp)) (call $getTxOrigin (i32.const 0))")
        .succeeds(&[])
        .asks(&["get_tx_context"]);
}

/// Asks for the hash of block `number` while block 1000 is being made; the output is the function's
/// result and the memory that the hash would go to, which holds 9s before.
fn block_hash(number: i64, hash: u8) -> hebe_testing::Ran {
    let body = format!(
        "(i32.store8 (i32.const 0) (call $getBlockHash (i64.const {number}) (i32.const 1)))
         (call $finish (i32.const 0) (i32.const 33))"
    );
    check_code(module(&body, &data_at(1, &[9; 32])))
        .host(|host| {
            host.tx_context.block_number = 1000;
            if hash != 0 {
                host.block_hashes.insert(number, pattern_word(hash));
            }
        })
        .run()
}

#[test]
fn block_hashes_are_those_of_the_last_256_blocks() {
    let found: Vec<u8> = [0].into_iter().chain(pattern_word(7).0).collect();
    let not_found: Vec<u8> = [1].into_iter().chain([9; 32]).collect();
    for number in [744, 999] {
        let ran = block_hash(number, 7)
            .asks(&["get_tx_context", &format!("get_block_hash {number}")])
            .uses(800);
        assert_eq!(ran.result.output, found, "block {number}");
    }
    for number in [743, 1000, 1001, 0, -1, i64::MIN, i64::MAX] {
        let ran = block_hash(number, 7).asks(&["get_tx_context"]).uses(800);
        assert_eq!(ran.result.output, not_found, "block {number}");
    }
    assert_eq!(block_hash(999, 0).result.output, not_found, "the host does not know it");
}
