//! What is warm, and what a transaction keeps for itself.

use crate::{
    command::{Command, Order, changed_word},
    probe::{Checked, Probe},
};
use hebe_host::{AccessStatus, Address, Revision, keccak256};

pub(super) fn accounts_warm_up(probe: &mut Probe<'_>) -> Checked {
    let nobody = probe.nobody(4);
    let both = (probe.access(nobody)?, probe.access(nobody)?);
    match both {
        (AccessStatus::Cold, AccessStatus::Warm) => Ok(()),
        (first, second) => {
            Err(format!("{nobody:?} was {first:?} and then {second:?}, and not cold and then warm"))
        }
    }
}

pub(super) fn words_warm_up(probe: &mut Probe<'_>) -> Checked {
    let key = keccak256(&probe.fresh_key().0);
    let both = (probe.access_word(key)?, probe.access_word(key)?);
    match both {
        (AccessStatus::Cold, AccessStatus::Warm) => Ok(()),
        (first, second) => Err(format!(
            "the word {key:?} was {first:?} and then {second:?}, and not cold and then warm"
        )),
    }
}

pub(super) fn some_are_warm(probe: &mut Probe<'_>) -> Checked {
    let context = probe.context()?;
    let mut warm = vec![("the called account", probe.own()), ("the sender", context.tx_origin)];
    warm.extend((1..=9).map(|number| ("a precompiled contract", Address::from_low_u64_be(number))));
    if probe.revision >= Revision::Shanghai {
        warm.push(("the coinbase", context.block_coinbase));
    }
    for (what, account) in warm {
        if probe.access(account)? == AccessStatus::Cold {
            return Err(format!("{account:?}, {what}, is cold"));
        }
    }
    Ok(())
}

/// A nested message makes an account and a word warm, and is undone.
pub(super) fn revert_cools_down(probe: &mut Probe<'_>) -> Checked {
    let key = probe.fresh_key();
    probe.order(&Order::about(Command::ChangeAndRevert, key))?;
    if probe.access(key.into())? == AccessStatus::Warm {
        return Err("an account that only a reverted message accessed is warm".to_owned());
    }
    if probe.access_word(keccak256(&key.0))? == AccessStatus::Warm {
        return Err("a word that only a reverted message accessed is warm".to_owned());
    }
    Ok(())
}

pub(super) fn transient_keeps(probe: &mut Probe<'_>) -> Checked {
    let (own, key) = (probe.own(), probe.fresh_key());
    let before = probe.transient(own, key)?;
    if !before.is_zero() {
        return Err(format!("transient storage that nobody wrote to has {before:?}"));
    }
    let value = keccak256(b"hostcheck value");
    probe.store_transient(key, value)?;
    let after = probe.transient(own, key)?;
    if after != value {
        return Err(format!("{value:?} was stored, and get_transient_storage gives {after:?}"));
    }
    let storage = probe.load(own, key)?;
    if storage == value {
        return Err("what went into transient storage is in storage".to_owned());
    }
    let nobody = probe.nobody(5);
    match probe.transient(nobody, key)? {
        word if word.is_zero() => Ok(()),
        word => Err(format!("{nobody:?} has {word:?} in transient storage")),
    }
}

pub(super) fn revert_undoes_transient(probe: &mut Probe<'_>) -> Checked {
    let (own, key) = (probe.own(), probe.fresh_key());
    probe.order(&Order::about(Command::ChangeAndRevert, key))?;
    if probe.transient(own, key)? == changed_word() {
        return Err("what a reverted message stored is still in transient storage".to_owned());
    }
    probe.order(&Order::about(Command::Change, key))?;
    match probe.transient(own, key)? {
        word if word == changed_word() => Ok(()),
        word => Err(format!("a nested message stored {:?}, and there is {word:?}", changed_word())),
    }
}
