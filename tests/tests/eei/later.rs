//! What came with later revisions: what their functions give, what is warm and what is cold, refunds,
//! delegation.

use crate::environment::data_at;
use hebe_host::{Address, CallKind, CallResult, Revision, StatusCode, StorageStatus, U256};
use hebe_testing::{
    Check, OTHER, RECIPIENT, Sent, check, check_code, module, pattern_address, pattern_word,
};

/// A number whose 32 bytes all differ, as it lies in memory.
fn wide() -> (U256, Vec<u8>) {
    let bytes: Vec<u8> = (1..33).collect();
    (U256::from_little_endian(&bytes), bytes)
}

/// A contract that calls a function which writes 32 bytes to 64, and returns these.
fn giving(function: &str, argument: &str) -> Check {
    let body = format!(
        "(call ${function} {argument} (i32.const 64)) (call $finish (i32.const 64) (i32.const 32))"
    );
    check_code(module(&body, &data_at(0, OTHER.as_bytes()))).at(Revision::LATEST)
}

#[test]
fn numbers_of_256_bits_are_little_endian() {
    let (number, bytes) = wide();
    giving("getChainId", "").host(|host| host.tx_context.chain_id = number).succeeds(&bytes);
    giving("getBaseFee", "").host(|host| host.tx_context.block_base_fee = number).succeeds(&bytes);
    giving("getBlobBaseFee", "")
        .host(|host| host.tx_context.blob_base_fee = number)
        .succeeds(&bytes);
    for function in ["getPrevRandao", "getBlockDifficulty"] {
        giving(function, "")
            .host(|host| host.tx_context.block_prev_randao = number)
            .succeeds(&bytes);
    }
}

#[test]
fn the_balance_of_ones_own_has_128_bits() {
    let body = "(call $getSelfBalance (i32.const 64)) (call $finish (i32.const 64) (i32.const 17))";
    let case = |balance: U256| {
        check(body).at(Revision::Istanbul).host(|host| host.balances.insert(RECIPIENT, balance))
    };
    let mut expected = [0xff; 17];
    expected[16] = 0;
    case(U256::from(u128::MAX)).succeeds(&expected);
    case(U256::from(u128::MAX) + 1).fails(StatusCode::ArgumentOutOfRange);
}

#[test]
fn a_blob_that_is_not_there_has_the_hash_zero() {
    let hashes = [pattern_word(1), pattern_word(100)];
    let case = |index: &str| {
        giving("getBlobHash", &format!("(i32.const {index})"))
            .host(|host| host.tx_context.blob_hashes = hashes.to_vec())
    };
    case("0").succeeds(hashes[0].as_bytes());
    case("1").succeeds(hashes[1].as_bytes());
    case("2").succeeds(&[0; 32]);
    case("-1").succeeds(&[0; 32]);
}

#[test]
fn a_code_hash_is_the_hosts() {
    let hash = pattern_word(9);
    giving("getExternalCodeHash", "(i32.const 0)")
        .host(|host| host.code_hashes.insert(OTHER, hash))
        .succeeds(hash.as_bytes());
    giving("getExternalCodeHash", "(i32.const 0)").succeeds(&[0; 32]);
}

#[test]
fn transient_storage_is_not_storage() {
    let body = "(call $transientStore (i32.const 0) (i32.const 32))
        (call $storageLoad (i32.const 0) (i32.const 64))
        (call $transientLoad (i32.const 0) (i32.const 96))
        (call $finish (i32.const 64) (i32.const 64))";
    let data = data_at(0, pattern_word(1).as_bytes()) + &data_at(32, pattern_word(50).as_bytes());
    let expected = [[0; 32], pattern_word(50).0].concat();
    check_code(module(body, &data))
        .at(Revision::Cancun)
        .succeeds(&expected)
        .uses(100 + 2_100 + 100);
}

/// A contract that does something twice. What the second time costs is what is warm.
fn twice(call: &str, revision: Revision) -> Check {
    let data = data_at(0, OTHER.as_bytes()) + &data_at(32, pattern_word(1).as_bytes());
    check_code(module(&format!("{call} {call}"), &data)).at(revision)
}

#[test]
fn what_was_accessed_before_is_cheap() {
    let no_gas = "(i64.const 0) (i32.const 0)";
    let nothing = "(i32.const 0) (i32.const 0)";
    let value = "(i32.const 96)";
    for (call, cold, warm) in [
        ("(call $getExternalBalance (i32.const 0) (i32.const 96))".to_owned(), 2_600, 100),
        ("(drop (call $getExternalCodeSize (i32.const 0)))".to_owned(), 2_600, 100),
        ("(call $getExternalCodeHash (i32.const 0) (i32.const 96))".to_owned(), 2_600, 100),
        (format!("(call $externalCodeCopy (i32.const 0) (i32.const 96) {nothing})"), 2_600, 100),
        (format!("(drop (call $call {no_gas} {value} {nothing}))"), 2_600, 100),
        (format!("(drop (call $callCode {no_gas} {value} {nothing}))"), 2_600, 100),
        (format!("(drop (call $callDelegate {no_gas} {nothing}))"), 2_600, 100),
        (format!("(drop (call $callStatic {no_gas} {nothing}))"), 2_600, 100),
        ("(call $storageLoad (i32.const 32) (i32.const 96))".to_owned(), 2_100, 100),
        // A store that changes nothing.
        ("(call $storageStore (i32.const 32) (i32.const 96))".to_owned(), 2_200, 100),
    ] {
        for revision in [Revision::Berlin, Revision::Osaka] {
            twice(&call, revision).succeeds(&[]).uses(cold + warm);
            let is_warm = twice(&call, revision).host(|host| {
                host.warm_accounts.insert(OTHER);
                host.warm_storage.insert((RECIPIENT, pattern_word(1)));
            });
            is_warm.succeeds(&[]).uses(2 * warm);
        }
    }
}

/// Before Berlin nobody asks what was accessed.
#[test]
fn before_berlin_nothing_is_warm() {
    let call = "(call $getExternalBalance (i32.const 0) (i32.const 96))";
    let question = format!("get_balance {OTHER:x}");
    twice(call, Revision::Istanbul).succeeds(&[]).uses(1_400).asks(&[&question, &question]);
}

#[test]
fn a_beneficiary_is_warm_for_nothing() {
    let case = |revision| {
        check_code(module("(call $selfDestruct (i32.const 0))", &data_at(0, OTHER.as_bytes())))
            .at(revision)
            .host(|host| host.accounts.insert(OTHER))
    };
    let warm = |revision| case(revision).host(|host| host.warm_accounts.insert(OTHER));
    case(Revision::Istanbul).succeeds(&[]).uses(5_000);
    case(Revision::Berlin).succeeds(&[]).uses(7_600);
    warm(Revision::Berlin).succeeds(&[]).uses(5_000);
    let rich = warm(Revision::Berlin).host(|host| {
        host.accounts.clear();
        host.balances.insert(RECIPIENT, 1.into())
    });
    rich.succeeds(&[]).uses(30_000);
}

#[test]
fn a_self_destruct_refunds_until_berlin() {
    for revision in Revision::SUPPORTED {
        let refund = if revision < Revision::London { 24_000 } else { 0 };
        check("(call $selfDestruct (i32.const 0))")
            .at(revision)
            .host(|host| host.first_selfdestruct = true)
            .succeeds(&[])
            .refunds(refund);
    }
}

/// A store of a word over another one; the host says what that is.
fn store(revision: Revision, status: StorageStatus) -> Check {
    let data = data_at(0, pattern_word(1).as_bytes()) + &data_at(32, pattern_word(2).as_bytes());
    check_code(module("(call $storageStore (i32.const 0) (i32.const 32))", &data))
        .at(revision)
        .host(|host| {
            host.storage_status = Some(status);
            host.storage.insert((RECIPIENT, pattern_word(1)), pattern_word(3));
            host.warm_storage.insert((RECIPIENT, pattern_word(1)))
        })
}

/// From EIP-1283, EIP-2200, EIP-2929 and EIP-3529: gas and refund, at Constantinople, Istanbul, Berlin, London.
#[test]
fn all_statuses_of_storage_have_their_price_and_refund() {
    use StorageStatus::*;
    for (status, [constantinople, istanbul, berlin, london]) in [
        (Assigned, [(200, 0), (800, 0), (100, 0), (100, 0)]),
        (Added, [(20_000, 0); 4]),
        (Deleted, [(5_000, 15_000), (5_000, 15_000), (2_900, 15_000), (2_900, 4_800)]),
        (Modified, [(5_000, 0), (5_000, 0), (2_900, 0), (2_900, 0)]),
        (DeletedAdded, [(200, -15_000), (800, -15_000), (100, -15_000), (100, -4_800)]),
        (ModifiedDeleted, [(200, 15_000), (800, 15_000), (100, 15_000), (100, 4_800)]),
        (DeletedRestored, [(200, -10_200), (800, -10_800), (100, -12_200), (100, -2_000)]),
        (AddedDeleted, [(200, 19_800), (800, 19_200), (100, 19_900), (100, 19_900)]),
        (ModifiedRestored, [(200, 4_800), (800, 4_200), (100, 2_800), (100, 2_800)]),
    ] {
        for (revision, (gas, refund)) in [
            (Revision::Constantinople, constantinople),
            (Revision::Istanbul, istanbul),
            (Revision::Berlin, berlin),
            (Revision::London, london),
            (Revision::Osaka, london),
        ] {
            store(revision, status).succeeds(&[]).uses(gas).refunds(refund);
            // Where the guard is met first, gas is not what ends it.
            let less = (gas - 1).max(2_300);
            if less < gas {
                store(revision, status).gas(less).fails(StatusCode::OutOfGas);
            }
        }
    }
}

/// EIP-2200: not with the stipend of a call, whatever it would cost.
#[test]
fn a_store_needs_more_than_2300_gas() {
    for (revision, guards) in [
        (Revision::Constantinople, false),
        (Revision::Petersburg, false),
        (Revision::Istanbul, true),
        (Revision::Berlin, true),
        (Revision::Osaka, true),
    ] {
        let at = |gas| store(revision, StorageStatus::Assigned).gas(gas);
        if guards {
            at(2_300).fails(StatusCode::OutOfGas).asks(&[]);
            // It is part of the fee, so it comes before static mode.
            at(2_300).is_static().fails(StatusCode::OutOfGas);
            at(2_301).is_static().fails(StatusCode::StaticModeViolation);
            at(2_301).succeeds(&[]);
        } else if revision == Revision::Constantinople {
            at(200).succeeds(&[]).uses(200);
        }
    }
}

/// A contract that creates another one with 3 bytes of init code and a salt, and returns the result and the
/// address.
fn creating(value: u128) -> Check {
    let body =
        "(i32.store8 (i32.const 200) (call $create2 (i32.const 32) (i32.const 64) (i32.const 3)
            (i32.const 96) (i32.const 201)))
        (call $finish (i32.const 200) (i32.const 21))";
    let data = data_at(32, &value.to_le_bytes())
        + &data_at(64, &[7, 8, 9])
        + &data_at(96, pattern_word(30).as_bytes());
    check_code(module(body, &data)).at(Revision::Constantinople)
}

#[test]
fn create2_sends_its_salt() {
    let created = CallResult {
        status: StatusCode::Success,
        gas_left: 0,
        gas_refund: 0,
        output: vec![1],
        create_address: OTHER,
    };
    let ran = creating(3)
        .gas(32_006 + 6_400)
        .depth(7)
        .host(|host| {
            host.balances.insert(RECIPIENT, 3.into());
            host.call_results.push_back(created);
        })
        .succeeds(&[&[0], OTHER.as_bytes()].concat());
    let message = Sent {
        kind: CallKind::Create2,
        is_static: false,
        is_delegated: false,
        depth: 8,
        gas: 6_300,
        recipient: Address::zero(),
        sender: RECIPIENT,
        input: vec![7, 8, 9],
        value: 3.into(),
        create2_salt: pattern_word(30),
        code_address: Address::zero(),
    };
    assert_eq!(ran.host.sent, [message]);
    creating(4).succeeds(&[&[1][..], &[0; 20]].concat());
    creating(0).depth(1024).succeeds(&[&[1][..], &[0; 20]].concat()).uses(32_006).asks(&[]);
}

/// From Shanghai on, and before anything else is looked at but the fee and static mode (EIP-3860).
#[test]
fn init_code_is_limited() {
    let body = |length: u32| {
        format!(
            "(drop (call $create (i32.const 0) (i32.const 0) (i32.const {length}) (i32.const 0)))"
        )
    };
    let long = |revision| check(&body(49_153)).at(revision);
    long(Revision::Shanghai).fails(StatusCode::OutOfGas).asks(&[]);
    long(Revision::Shanghai).is_static().fails(StatusCode::StaticModeViolation);
    long(Revision::Paris).succeeds(&[]);
    let words = 49_152 / 32;
    check(&body(49_152)).at(Revision::Shanghai).depth(1024).succeeds(&[]).uses(32_000 + 2 * words);
    // Beyond memory too: the length is what is wrong first.
    check(&body(1 << 20)).at(Revision::Shanghai).fails(StatusCode::OutOfGas).asks(&[]);
    check(&body(1 << 20)).at(Revision::Paris).fails(StatusCode::InvalidMemoryAccess);
}

/// The account to which [`OTHER`] has delegated.
const DELEGATE: Address = pattern_address(0xa0);

/// A contract that calls [`OTHER`], which has delegated.
fn calling_delegated(function: &str, revision: Revision) -> Check {
    let value = if ["call", "callCode"].contains(&function) { "(i32.const 96)" } else { "" };
    let body = format!(
        "(drop (call ${function} (i64.const 0) (i32.const 0) {value} (i32.const 0) (i32.const 0)))"
    );
    check_code(module(&body, &data_at(0, OTHER.as_bytes()))).at(revision).host(|host| {
        host.codes.insert(OTHER, [&[0xef, 1, 0], &DELEGATE[..]].concat());
        // Whose delegation is not followed.
        host.codes.insert(DELEGATE, [&[0xef, 1, 0], &RECIPIENT[..]].concat())
    })
}

#[test]
fn a_delegates_code_runs_on_the_account_that_was_called() {
    for (function, recipient) in [
        ("call", OTHER),
        ("callStatic", OTHER),
        ("callCode", RECIPIENT),
        ("callDelegate", RECIPIENT),
    ] {
        let ran = calling_delegated(function, Revision::Prague).succeeds(&[]).uses(2 * 2_600);
        let [sent] = &ran.host.sent[..] else { panic!("{function} sends a message") };
        let seen = (sent.is_delegated, sent.recipient, sent.code_address);
        assert_eq!(seen, (true, recipient, DELEGATE), "{function}");

        let warm = |accounts: &[Address]| {
            let accounts = accounts.to_vec();
            let case = calling_delegated(function, Revision::Osaka);
            case.host(|host| host.warm_accounts.extend(accounts)).succeeds(&[])
        };
        warm(&[OTHER]).uses(100 + 2_600);
        warm(&[DELEGATE]).uses(2_600 + 100);
        warm(&[OTHER, DELEGATE]).uses(200);
        // It is paid before the depth is looked at, as the access to the account itself is.
        let deep = calling_delegated(function, Revision::Prague).depth(1024).succeeds(&[]);
        assert!(deep.host.sent.is_empty());
        deep.uses(2 * 2_600);
        calling_delegated(function, Revision::Prague)
            .gas(2 * 2_600 - 1)
            .fails(StatusCode::OutOfGas);

        let before = calling_delegated(function, Revision::Cancun).succeeds(&[]).uses(2_600);
        assert!(!before.host.sent[0].is_delegated);
        assert_eq!(before.host.sent[0].code_address, OTHER);
    }
}

#[test]
fn other_code_is_no_delegation() {
    let short = [&[0xef, 1, 0], &DELEGATE[..19]].concat();
    let other = [&[0xef, 1, 1], &DELEGATE[..]].concat();
    for code in [short, other, vec![]] {
        let case = calling_delegated("call", Revision::Prague);
        let ran = case.host(|host| host.codes.insert(OTHER, code)).succeeds(&[]).uses(2_600);
        assert!(!ran.host.sent[0].is_delegated);
    }
}

/// A frame whose own code came by delegation calls as any other.
#[test]
fn a_frames_own_delegation_is_not_passed_on() {
    let case = calling_delegated("callDelegate", Revision::Prague).delegated();
    let ran = case.host(|host| host.codes.clear()).succeeds(&[]);
    assert!(!ran.host.sent[0].is_delegated);
}

/// It is bytecode that begins with an instruction that there is not.
#[test]
fn the_code_of_a_delegation_does_not_run() {
    let code = [&[0xef, 1, 0], &DELEGATE[..]].concat();
    check_code(code).at(Revision::Osaka).fails(StatusCode::UndefinedInstruction).asks(&[]);
}

#[test]
fn what_is_before_byzantium_or_not_final_is_rejected() {
    for (revision, _) in Revision::ALL {
        let status = check("").at(revision).run().result.status;
        let supported = Revision::SUPPORTED.contains(&revision);
        let expected = if supported { StatusCode::Success } else { StatusCode::Rejected };
        assert_eq!(status, expected, "{revision}");
    }
}
