//! Storage and logs.

use crate::environment::data_at;
use hebe_host::{Bytes32, StatusCode, StorageStatus};
use hebe_testing::{Check, RECIPIENT, check_code, module, pattern_word};

/// A contract with a key at 0 and a value at 32.
fn with_words(body: &str, key: Bytes32, value: Bytes32) -> Check {
    let data = data_at(0, key.as_bytes()) + &data_at(32, value.as_bytes());
    check_code(module(body, &data))
}

fn store(value: Bytes32) -> Check {
    with_words("(call $storageStore (i32.const 0) (i32.const 32))", pattern_word(1), value)
}

/// A store over a word that is there already.
fn store_over(current: Bytes32, value: Bytes32, status: StorageStatus) -> Check {
    store(value).host(|host| {
        host.storage.insert((RECIPIENT, pattern_word(1)), current);
        host.storage_status = Some(status);
    })
}

#[test]
fn words_are_bytes_as_they_are() {
    let body = "(call $storageLoad (i32.const 0) (i32.const 32)) (call $finish (i32.const 32) (i32.const 32))";
    with_words(body, pattern_word(1), Bytes32::zero())
        .host(|host| host.storage.insert((RECIPIENT, pattern_word(1)), pattern_word(0x50)))
        .succeeds(pattern_word(0x50).as_bytes())
        .asks(&[&format!("get_storage {RECIPIENT:x} {:x}", pattern_word(1))])
        .uses(200);

    let ran = store(pattern_word(0x50)).succeeds(&[]);
    assert_eq!(ran.host.storage[&(RECIPIENT, pattern_word(1))], pattern_word(0x50));
}

#[test]
fn a_store_costs_more_when_zero_becomes_non_zero() {
    let (zero, one, two) = (Bytes32::zero(), pattern_word(0x50), pattern_word(0x60));
    store_over(zero, one, StorageStatus::Added).succeeds(&[]).uses(20_000);
    store_over(one, two, StorageStatus::Modified).succeeds(&[]).uses(5_000);
    store_over(one, one, StorageStatus::Assigned).succeeds(&[]).uses(5_000);
    store_over(one, zero, StorageStatus::Deleted).succeeds(&[]).uses(5_000);
    store_over(zero, zero, StorageStatus::Assigned).succeeds(&[]).uses(5_000);
}

#[test]
fn the_dearer_store_is_paid_before_it_happens() {
    let asked = format!("get_storage {RECIPIENT:x} {:x}", pattern_word(1));
    store(pattern_word(0x50)).gas(19_999).fails(StatusCode::OutOfGas).asks(&[&asked]);
    store(pattern_word(0x50)).gas(20_000).succeeds(&[]).uses(20_000);
}

/// Byzantium refunds whenever non-zero becomes zero, whatever the original was.
#[test]
fn a_store_refunds_when_non_zero_becomes_zero() {
    let (zero, one, two) = (Bytes32::zero(), pattern_word(0x50), pattern_word(0x60));
    let cases = [
        (zero, one, StorageStatus::Added, 0),
        (one, zero, StorageStatus::Deleted, 15_000),
        (one, two, StorageStatus::Modified, 0),
        (zero, two, StorageStatus::DeletedAdded, 0),
        (one, zero, StorageStatus::ModifiedDeleted, 15_000),
        (zero, one, StorageStatus::DeletedRestored, 0),
        (one, zero, StorageStatus::AddedDeleted, 15_000),
        (two, one, StorageStatus::ModifiedRestored, 0),
        (one, one, StorageStatus::Assigned, 0),
    ];
    for (current, new, status, refund) in cases {
        store_over(current, new, status).succeeds(&[]).refunds(refund);
    }
}

#[test]
fn a_revert_refunds_nothing() {
    let body = "(call $storageStore (i32.const 0) (i32.const 32)) (call $revert (i32.const 0) (i32.const 0))";
    with_words(body, pattern_word(1), Bytes32::zero())
        .host(|host| host.storage_status = Some(StorageStatus::Deleted))
        .reverts(&[])
        .uses(5_000)
        .refunds(0);
}

/// Logs 3 bytes at 200 with so many topics, which lie at 0, 32, 64 and 96.
fn log(topics: u32) -> Check {
    let fields: String = (0..4)
        .map(|index| {
            data_at(index * 32, pattern_word(u8::try_from(index).unwrap() * 32 + 1).as_bytes())
        })
        .collect();
    let body = format!(
        "(call $log (i32.const 200) (i32.const 3) (i32.const {topics})
           (i32.const 0) (i32.const 32) (i32.const 64) (i32.const 96))"
    );
    check_code(module(&body, &(fields + &data_at(200, &[7, 8, 9]))))
}

#[test]
fn a_log_has_up_to_four_topics() {
    for count in 0..=4 {
        let ran = log(count).succeeds(&[]).uses(375 + i64::from(count) * 375 + 3 * 8);
        let topics: Vec<Bytes32> =
            (0..count).map(|index| pattern_word(u8::try_from(index).unwrap() * 32 + 1)).collect();
        assert_eq!(ran.host.logs, [(RECIPIENT, vec![7, 8, 9], topics)]);
    }
    log(5).fails(StatusCode::ContractValidationFailure).asks(&[]);
    log(u32::MAX).gas(1 << 50).fails(StatusCode::ContractValidationFailure).asks(&[]);
    log(u32::MAX).fails(StatusCode::OutOfGas);
}

#[test]
fn topics_that_are_not_in_use_are_not_read() {
    let body = "(call $log (i32.const 0) (i32.const 0) (i32.const 1)
        (i32.const 0) (i32.const -1) (i32.const -1) (i32.const -1))";
    check_code(module(body, "")).succeeds(&[]).uses(750);
}

#[test]
fn the_number_of_topics_is_looked_at_before_memory_and_after_static_mode() {
    let body = "(call $log (i32.const -1) (i32.const 8) (i32.const 5)
        (i32.const -1) (i32.const -1) (i32.const -1) (i32.const -1))";
    check_code(module(body, "")).fails(StatusCode::ContractValidationFailure);
    check_code(module(body, "")).is_static().fails(StatusCode::StaticModeViolation);
}
