//! Storage: what it keeps, how stores are told apart, what is undone.

use crate::{
    command::{Command, Order, changed_word},
    probe::{Checked, Probe},
};
use hebe_host::{Bytes32, Fees, Revision, StorageStatus, U256, keccak256};

fn word(number: u8) -> Bytes32 {
    Bytes32::from_low_u64_be(number.into())
}

pub(super) fn words_keep(probe: &mut Probe<'_>) -> Checked {
    let (own, key) = (probe.own(), probe.fresh_key());
    // All of its 32 bytes are something.
    let value = keccak256(b"hostcheck value");
    for value in [value, word(1)] {
        probe.store(key, value)?;
        let stored = probe.load(own, key)?;
        if stored != value {
            return Err(format!("{value:?} was stored, and get_storage gives {stored:?}"));
        }
    }
    Ok(())
}

pub(super) fn keys_differ(probe: &mut Probe<'_>) -> Checked {
    let (own, key) = (probe.own(), probe.fresh_key());
    let mut mirrored = key;
    mirrored.0.reverse();
    let next = Bytes32((U256::from_big_endian(&key.0) + 1).to_big_endian());
    let nobody = probe.nobody(3);
    let others = [(own, next), (own, mirrored), (nobody, key)];
    let mut before = Vec::new();
    for (account, other) in others {
        before.push(probe.load(account, other)?);
    }
    probe.store(key, Bytes32::repeat_byte(9))?;
    for ((account, other), before) in others.into_iter().zip(before) {
        let after = probe.load(account, other)?;
        if after != before {
            return Err(format!("a store at {key:?} changed {other:?} of {account:?}"));
        }
    }
    Ok(())
}

/// Stores one value after the other, and follows the table of EVMC's header. What was there when the transaction began is
/// what was there at first, since nobody else uses the word.
pub(super) fn statuses_of_a_sequence(probe: &mut Probe<'_>) -> Checked {
    let (own, key) = (probe.own(), probe.fresh_key());
    let original = probe.load(own, key)?;
    let zero = Bytes32::zero();
    let [x, y, z] = match original.is_zero() {
        true => [zero, word(1), word(2)],
        false => [original, word(101), word(102)],
    };
    let mut current = original;
    // It ends with another word than zero, so that a second transaction meets one.
    for new in [x, y, y, z, zero, zero, y, x, z, zero, x, y, z] {
        let status = probe.store(key, new)?;
        let expected = expected_status(original, current, new);
        if !means_the_same(probe, status, expected) {
            return Err(format!(
                "a store of {new:?} over {current:?}, which was {original:?} when the transaction began, is \
                 {status:?} and not {expected:?}"
            ));
        }
        current = new;
    }
    Ok(())
}

fn expected_status(original: Bytes32, current: Bytes32, new: Bytes32) -> StorageStatus {
    use StorageStatus as Status;
    let [o, c, n] = [original, current, new].map(|word| word.is_zero());
    match (original == current, new == original) {
        _ if current == new => Status::Assigned,
        (true, _) if o => Status::Added,
        (true, _) if n => Status::Deleted,
        (true, _) => Status::Modified,
        (_, true) if o => Status::AddedDeleted,
        (_, true) if c => Status::DeletedRestored,
        (_, true) => Status::ModifiedRestored,
        _ if o => Status::Assigned,
        _ if c => Status::DeletedAdded,
        _ if n => Status::ModifiedDeleted,
        _ => Status::Assigned,
    }
}

/// ABI 9 has five statuses for nine: they must cost the same.
fn means_the_same(probe: &Probe<'_>, status: StorageStatus, expected: StorageStatus) -> bool {
    if probe.abi >= 10 {
        return status == expected;
    }
    let priced = probe.revision.clamp(Revision::Byzantium, Revision::LATEST);
    Fees::of(priced).is_none_or(|fees| {
        fees.storage_store.surcharge(status) == fees.storage_store.surcharge(expected)
    })
}

pub(super) fn success_keeps(probe: &mut Probe<'_>) -> Checked {
    let (own, key) = (probe.own(), probe.fresh_key());
    let before = prepare(probe, key)?;
    probe.order(&Order::about(Command::Change, key))?;
    let after = probe.load(own, key)?;
    if after == changed_word() {
        Ok(())
    } else {
        Err(format!(
            "a nested message stored {:?} over {before:?}, and there is {after:?}",
            changed_word()
        ))
    }
}

pub(super) fn revert_undoes(probe: &mut Probe<'_>) -> Checked {
    undoes(probe, Command::ChangeAndRevert)
}

pub(super) fn failure_undoes(probe: &mut Probe<'_>) -> Checked {
    undoes(probe, Command::ChangeAndFail)
}

fn undoes(probe: &mut Probe<'_>, command: Command) -> Checked {
    let (own, key) = (probe.own(), probe.fresh_key());
    let before = prepare(probe, key)?;
    probe.order(&Order::about(command, key))?;
    let after = probe.load(own, key)?;
    if after != before {
        return Err(format!(
            "a nested message stored {after:?} over {before:?} and ended with {command:?}, and it is still there"
        ));
    }
    // The word must be as changed as it was: it was stored once in this transaction, whatever the nested message did.
    let status = probe.store(key, before)?;
    if means_the_same(probe, status, StorageStatus::Assigned) {
        Ok(())
    } else {
        Err(format!(
            "after a nested message that changed a word was undone, storing it again is {status:?}"
        ))
    }
}

/// Puts something into a word that a nested message is to change.
fn prepare(probe: &mut Probe<'_>, key: Bytes32) -> Checked<Bytes32> {
    let value = word(0x77);
    probe.store(key, value)?;
    Ok(value)
}
