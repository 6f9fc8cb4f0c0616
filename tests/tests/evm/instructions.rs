//! What each family of instructions gives, and since when there is it.

use super::asm::{asm, returning};
use hebe_host::{Bytes32, Revision, StatusCode, TxContext, U256};
use hebe_testing::{Check, OTHER, RECIPIENT, SENDER, check_code, keccak256};

use Revision::*;

/// The word that a code leaves.
fn gives(code: &str, word: impl Into<U256>) {
    gives_at(Byzantium, code, word);
}

fn gives_at(revision: Revision, code: &str, word: impl Into<U256>) {
    println!("{code} at {revision}");
    at(revision, code).succeeds(&word.into().to_big_endian());
}

/// A case with an account, a block and a transaction behind it.
fn at(revision: Revision, code: &str) -> Check {
    check_code(returning(code)).at(revision).input(&[0xaa, 0xbb]).value(77).host(|host| {
        host.tx_context = TxContext {
            tx_gas_price: 11.into(),
            tx_origin: OTHER,
            block_coinbase: OTHER,
            block_number: 500,
            block_timestamp: 13,
            block_gas_limit: 14,
            block_prev_randao: 15.into(),
            chain_id: 16.into(),
            block_base_fee: 17.into(),
            blob_base_fee: 18.into(),
            blob_hashes: vec![Bytes32::repeat_byte(1), Bytes32::repeat_byte(2)],
        };
        host.balances.insert(RECIPIENT, 19.into());
        host.balances.insert(OTHER, 20.into());
        host.accounts.insert(OTHER);
        host.codes.insert(OTHER, vec![1, 2, 3]);
        host.code_hashes.insert(OTHER, Bytes32::repeat_byte(7));
        host.block_hashes.insert(499, Bytes32::repeat_byte(8));
        host.storage.insert((RECIPIENT, Bytes32::zero()), Bytes32::repeat_byte(9));
    })
}

const MINUS_ONE: &str = "0 NOT";

fn minus(number: u64) -> U256 {
    U256::zero().overflowing_sub(number.into()).0
}

fn word(address: hebe_host::Address) -> U256 {
    U256::from_big_endian(&Bytes32::from(address).0)
}

#[test]
fn numbers() {
    gives("2 3 ADD", 5);
    gives(&format!("2 {MINUS_ONE} ADD"), 1);
    gives("2 3 SUB", 1);
    gives("3 2 SUB", minus(1));
    gives("6 7 MUL", 42);
    gives("2 7 DIV", 3);
    gives("0 7 DIV", 0);
    gives("2 7 0 SUB SDIV", minus(3));
    gives("2 7 MOD", 1);
    gives("0 7 MOD", 0);
    gives("5 7 0 SUB SMOD", minus(2));
    gives(&format!("8 2 {MINUS_ONE} ADDMOD"), 1);
    gives("5 4 3 MULMOD", 2);
    gives("10 2 EXP", 1024);
    gives("0 0 EXP", 1);
    gives("0xff 0 SIGNEXTEND", minus(1));
    gives("0x7f 0 SIGNEXTEND", 0x7f);
}

#[test]
fn comparisons_and_bits() {
    gives("2 1 LT", 1);
    gives("2 1 GT", 0);
    gives(&format!("1 {MINUS_ONE} SLT"), 1);
    gives(&format!("1 {MINUS_ONE} SGT"), 0);
    gives("3 3 EQ", 1);
    gives("0 ISZERO", 1);
    gives("6 3 AND", 2);
    gives("6 3 OR", 7);
    gives("6 3 XOR", 5);
    gives("0x0102 31 BYTE", 2);
    gives("0x0102 32 BYTE", 0);
    gives_at(Constantinople, "1 4 SHL", 16);
    gives_at(Constantinople, "16 4 SHR", 1);
    gives_at(Constantinople, &format!("{MINUS_ONE} 4 SAR"), minus(1));
    gives_at(Constantinople, "1 0x0100 SHL", 0);
    gives_at(Osaka, "1 CLZ", 255);
    gives_at(Osaka, "0 CLZ", 256);
}

#[test]
fn memory_and_stack() {
    gives("5 MSIZE POP", 5);
    gives("0 MLOAD POP MSIZE", 32);
    gives("31 MLOAD POP MSIZE", 64);
    gives("0xabcd 32 MSTORE8 32 MLOAD 0xf8 2 EXP SWAP1 DIV", 0xcd);
    gives("1 2 3 DUP3", 1);
    gives("1 2 3 SWAP2", 1);
    gives_at(Shanghai, "PUSH0", 0);
    gives_at(Cancun, "0x2a 0 MSTORE 32 0 64 MCOPY 64 MLOAD", 0x2a);
    gives("0 0 KECCAK256", U256::from_big_endian(&keccak256(&[]).0));
    gives("32 0 KECCAK256", U256::from_big_endian(&keccak256(&[0; 32]).0));
}

#[test]
fn flow() {
    // A jump over what would end the contract.
    gives("5 8 JUMP INVALID INVALID INVALID JUMPDEST", 5);
    gives("5 0 10 JUMPI 6 ADD :5b", 11);
    gives("5 1 10 JUMPI 6 ADD JUMPDEST", 5);
    gives("PC PC ADD", 1);
    at(Byzantium, "GAS").succeeds(&U256::from(1_000_000 - 2).to_big_endian());
}

#[test]
fn the_message() {
    gives("ADDRESS", word(RECIPIENT));
    gives("CALLER", word(SENDER));
    gives("CALLVALUE", 77);
    gives("CALLDATASIZE", 2);
    gives("0 CALLDATALOAD 0xf0 2 EXP SWAP1 DIV", 0xaabb);
    gives("1 CALLDATALOAD 0xf8 2 EXP SWAP1 DIV", 0xbb);
    gives("2 CALLDATALOAD", 0);
    gives(&format!("{MINUS_ONE} CALLDATALOAD"), 0);
    gives("4 1 0 CALLDATACOPY 0 MLOAD 0xf8 2 EXP SWAP1 DIV", 0xbb);
    // What is past the end overwrites with zeros.
    gives("0 NOT 0 MSTORE 32 1 0 CALLDATACOPY 0 MLOAD 0xf0 2 EXP SWAP1 DIV", 0xbb00);
    gives("CODESIZE", 9);
    gives("1 0 0 CODECOPY 0 MLOAD 0xf8 2 EXP SWAP1 DIV", 0x60);
}

#[test]
fn transaction_and_block() {
    gives("ORIGIN", word(OTHER));
    gives("GASPRICE", 11);
    gives("COINBASE", word(OTHER));
    gives("NUMBER", 500);
    gives("TIMESTAMP", 13);
    gives("GASLIMIT", 14);
    gives("DIFFICULTY", 15);
    gives_at(Paris, "DIFFICULTY", 15);
    gives_at(Istanbul, "CHAINID", 16);
    gives_at(London, "BASEFEE", 17);
    gives_at(Cancun, "BLOBBASEFEE", 18);
    gives_at(Cancun, "1 BLOBHASH", U256::from_big_endian(&[2; 32]));
    gives_at(Cancun, "2 BLOBHASH", 0);
    gives("499 BLOCKHASH", U256::from_big_endian(&[8; 32]));
    for unknown in [500, 501, 243] {
        gives(&format!("{unknown} BLOCKHASH"), 0);
    }
    // The host is asked once, however often the code looks.
    let ran = at(Byzantium, "NUMBER TIMESTAMP ADD ORIGIN POP").run();
    assert_eq!(ran.host.asked, ["get_tx_context"]);
}

#[test]
fn accounts() {
    let other = format!("0x{}", hex::encode(OTHER));
    gives(&format!("{other} BALANCE"), 20);
    gives(&format!("{other} EXTCODESIZE"), 3);
    gives(&format!("2 1 0 {other} EXTCODECOPY 0 MLOAD 0xf0 2 EXP SWAP1 DIV"), 0x0203);
    gives(&format!("9 9 0 {other} EXTCODECOPY 0 MLOAD"), 0);
    gives(
        &format!("0 NOT 0 MSTORE 32 2 0 {other} EXTCODECOPY 0 MLOAD 0xf0 2 EXP SWAP1 DIV"),
        0x0300,
    );
    gives_at(Constantinople, &format!("{other} EXTCODEHASH"), U256::from_big_endian(&[7; 32]));
    gives_at(Istanbul, "SELFBALANCE", 19);
    // Upper bytes of an address mean nothing.
    gives(&format!("{other} 0xff 0xa0 2 EXP MUL OR BALANCE"), 20);
}

#[test]
fn words() {
    gives("0 SLOAD", U256::from_big_endian(&[9; 32]));
    gives("5 SLOAD", 0);
    gives("7 5 SSTORE 5 SLOAD", 7);
    gives_at(Cancun, "7 5 TSTORE 5 TLOAD 6 TLOAD ADD", 7);
}

#[test]
fn logs() {
    let ran = check_code(asm("0xab 0 MSTORE8 1 2 2 0 LOG2 3 4 1 0 0 LOG4"));
    let ran = ran.fails(StatusCode::StackUnderflow);
    assert_eq!(ran.host.logs.len(), 1, "the second one takes six words");
    let ran = check_code(asm("0xab 0 MSTORE8 1 2 2 0 LOG2")).succeeds(&[]);
    let topic = |number: u64| Bytes32(U256::from(number).to_big_endian());
    assert_eq!(ran.host.logs, [(RECIPIENT, vec![0xab, 0], vec![topic(2), topic(1)])]);
}

#[test]
fn endings() {
    let end = |code: &str| check_code(asm(code));
    end("STOP").succeeds(&[]);
    end("").succeeds(&[]);
    end("5").succeeds(&[]);
    end("0xab 0 MSTORE8 2 0 RETURN").succeeds(&[0xab, 0]);
    end("0xab 0 MSTORE8 2 0 REVERT").reverts(&[0xab, 0]).uses(3 * 4 + 3 + 3);
    end("INVALID").fails(StatusCode::InvalidInstruction);
    end(":0c").fails(StatusCode::UndefinedInstruction);
    end("ADD").fails(StatusCode::StackUnderflow);
    end("JUMPDEST 1 0 JUMP").fails(StatusCode::StackOverflow);
    end("0 JUMP").fails(StatusCode::BadJumpDestination);
    end("1 0 0 RETURNDATACOPY").fails(StatusCode::InvalidMemoryAccess);
    end("0 SELFDESTRUCT").succeeds(&[]);
    for changes in ["0 0 SSTORE", "0 0 LOG0", "0 0 0 CREATE", "0 SELFDESTRUCT"] {
        end(changes).is_static().fails(StatusCode::StaticModeViolation);
    }
    end("0 0 TSTORE").at(Cancun).is_static().fails(StatusCode::StaticModeViolation);
    end("0 0 0 0 1 0 0 CALL").is_static().fails(StatusCode::StaticModeViolation);
}

/// Each instruction that came later than Frontier, with the revision that it came with.
#[test]
fn what_came_later_is_undefined_before() {
    let six = "0 0 0 0 0 0";
    for (since, name) in [
        (Homestead, "DELEGATECALL"),
        (Byzantium, "RETURNDATASIZE"),
        (Byzantium, "RETURNDATACOPY"),
        (Byzantium, "STATICCALL"),
        (Byzantium, "REVERT"),
        (Constantinople, "SHL"),
        (Constantinople, "SHR"),
        (Constantinople, "SAR"),
        (Constantinople, "EXTCODEHASH"),
        (Constantinople, "CREATE2"),
        (Istanbul, "CHAINID"),
        (Istanbul, "SELFBALANCE"),
        (London, "BASEFEE"),
        (Shanghai, "PUSH0"),
        (Cancun, "TLOAD"),
        (Cancun, "TSTORE"),
        (Cancun, "MCOPY"),
        (Cancun, "BLOBHASH"),
        (Cancun, "BLOBBASEFEE"),
        (Osaka, "CLZ"),
    ] {
        for (revision, _) in Revision::ALL.into_iter().filter(|(it, _)| *it <= Osaka) {
            let ran = check_code(asm(&format!("{six} {name}"))).at(revision).run();
            let undefined = ran.result.status == StatusCode::UndefinedInstruction;
            assert_eq!(undefined, revision < since, "{name} at {revision}: {}", ran.result.status);
        }
    }
}
