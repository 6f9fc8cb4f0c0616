//! What code can ask.

use crate::{
    ScriptedHost,
    conform::subject::{CALLER, OTHER, OWN, Program, Subject, message},
    pattern_word,
};
use hebe_host::{Message, TxContext, U256};

/// What one instruction gives, and the function of the interface that is like it, whose body leaves its answer at 0.
struct Question {
    what: &'static str,
    program: Program,
    expected: Vec<u8>,
}

fn word(value: U256) -> Vec<u8> {
    value.to_big_endian().to_vec()
}

fn padded(bytes: &[u8]) -> Vec<u8> {
    [vec![0; 32 - bytes.len()], bytes.to_vec()].concat()
}

/// Asks each question of a subject.
fn ask(
    subject: &Subject,
    message: &Message<'_>,
    host: &ScriptedHost,
    questions: Vec<Question>,
) -> Result<(), String> {
    for Question { what, program, expected } in questions {
        // The interface gives addresses and amounts in their own sizes.
        let expected = match subject.kind {
            crate::conform::subject::Kind::Evm => &expected[..],
            crate::conform::subject::Kind::Wasm => {
                let size = wasm_size(program.wasm);
                &expected[expected.len() - size..]
            }
        };
        subject.gives(what, program, message, host.clone(), expected)?;
    }
    Ok(())
}

/// How many bytes a program in WebAssembly finishes with, by its last number.
fn wasm_size(program: &str) -> usize {
    let digits: String = program.chars().filter(|it| it.is_ascii_digit() || *it == ' ').collect();
    digits.split_whitespace().last().and_then(|number| number.parse().ok()).unwrap_or(32)
}

macro_rules! question {
    ($what:literal, $evm:literal, $wasm:literal, $expected:expr) => {
        Question {
            what: $what,
            program: Program { evm: concat!($evm, " 0 MSTORE 32 0 RETURN"), wasm: $wasm },
            expected: $expected,
        }
    };
}

pub(super) fn the_message(subject: &Subject) -> Result<(), String> {
    let value = U256::from(0x0102_0304_0506_u64);
    let message = Message { value, ..message() };
    let questions = vec![
        question!(
            "ADDRESS",
            "ADDRESS",
            "(call $getAddress (i32.const 0)) (call $finish (i32.const 0) (i32.const 20))",
            padded(&OWN.0)
        ),
        question!(
            "CALLER",
            "CALLER",
            "(call $getCaller (i32.const 0)) (call $finish (i32.const 0) (i32.const 20))",
            padded(&CALLER.0)
        ),
        question!("CALLVALUE", "CALLVALUE", "", word(value)),
    ];
    ask(subject, &message, &ScriptedHost::default(), questions)
}

fn context() -> TxContext {
    TxContext {
        tx_gas_price: 0x1122.into(),
        tx_origin: OTHER,
        block_coinbase: CALLER,
        block_number: 0x0102_0304,
        block_timestamp: 0x0506_0708,
        block_gas_limit: 0x090a_0b0c,
        block_prev_randao: U256::from_big_endian(&pattern_word(0x31).0),
        chain_id: 0x7a69.into(),
        block_base_fee: 0x3344.into(),
        blob_base_fee: 0x5566.into(),
        blob_hashes: vec![pattern_word(1), pattern_word(0x61)],
    }
}

pub(super) fn transaction_and_block(subject: &Subject) -> Result<(), String> {
    let host = ScriptedHost { tx_context: context(), ..Default::default() };
    let context = context();
    let number = |number: i64| word(number.cast_unsigned().into());
    let questions = vec![
        question!(
            "ORIGIN",
            "ORIGIN",
            "(call $getTxOrigin (i32.const 0)) (call $finish (i32.const 0) (i32.const 20))",
            padded(&context.tx_origin.0)
        ),
        question!("GASPRICE", "GASPRICE", "", word(context.tx_gas_price)),
        question!(
            "COINBASE",
            "COINBASE",
            "(call $getBlockCoinbase (i32.const 0)) (call $finish (i32.const 0) (i32.const 20))",
            padded(&context.block_coinbase.0)
        ),
        question!("NUMBER", "NUMBER", "", number(context.block_number)),
        question!("TIMESTAMP", "TIMESTAMP", "", number(context.block_timestamp)),
        question!("GASLIMIT", "GASLIMIT", "", number(context.block_gas_limit)),
        question!("DIFFICULTY", "DIFFICULTY", "", word(context.block_prev_randao)),
    ];
    ask(subject, &message(), &host, questions)
}

pub(super) fn base_fee(subject: &Subject) -> Result<(), String> {
    let host = ScriptedHost { tx_context: context(), ..Default::default() };
    let questions = vec![
        question!("BASEFEE", "BASEFEE", "", word(context().block_base_fee)),
        question!("CHAINID", "CHAINID", "", word(context().chain_id)),
    ];
    ask(subject, &message(), &host, questions)
}

pub(super) fn blobs(subject: &Subject) -> Result<(), String> {
    let host = ScriptedHost { tx_context: context(), ..Default::default() };
    let questions = vec![
        question!("BLOBBASEFEE", "BLOBBASEFEE", "", word(context().blob_base_fee)),
        question!("BLOBHASH of 1", "1 BLOBHASH", "", context().blob_hashes[1].0.to_vec()),
        question!("BLOBHASH of 2", "2 BLOBHASH", "", word(U256::zero())),
    ];
    ask(subject, &message(), &host, questions)
}

pub(super) fn block_hash(subject: &Subject) -> Result<(), String> {
    let mut host = ScriptedHost { tx_context: context(), ..Default::default() };
    let current = context().block_number;
    for number in [current - 1, current, current - 257] {
        host.block_hashes.insert(number, pattern_word(0x51));
    }
    let questions = vec![
        question!(
            "BLOCKHASH of the last block",
            "1 NUMBER SUB BLOCKHASH",
            "",
            pattern_word(0x51).0.to_vec()
        ),
        question!("BLOCKHASH of this block", "NUMBER BLOCKHASH", "", word(U256::zero())),
        question!(
            "BLOCKHASH of 257 blocks ago",
            "257 NUMBER SUB BLOCKHASH",
            "",
            word(U256::zero())
        ),
    ];
    ask(subject, &message(), &host, questions)
}

pub(super) fn accounts(subject: &Subject) -> Result<(), String> {
    let mut host = ScriptedHost::default();
    host.accounts.insert(CALLER);
    host.balances.insert(CALLER, 0x0102_0304_0506_u64.into());
    host.codes.insert(CALLER, vec![7; 40]);
    let questions = vec![
        question!("BALANCE", "CALLER BALANCE", "", word(0x0102_0304_0506_u64.into())),
        question!("EXTCODESIZE", "CALLER EXTCODESIZE", "", word(40.into())),
        question!(
            "EXTCODECOPY",
            "32 20 0 CALLER EXTCODECOPY 0 MLOAD",
            "",
            [vec![7; 20], vec![0; 12]].concat()
        ),
    ];
    ask(subject, &message(), &host, questions)
}
