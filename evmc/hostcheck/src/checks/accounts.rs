//! Accounts: whether they exist, and what they have.

use crate::probe::{Checked, Probe};
use hebe_host::{Bytes32, keccak256};

pub(super) fn existence(probe: &mut Probe<'_>) -> Checked {
    let (own, nobody) = (probe.own(), probe.nobody(0));
    if !probe.exists(own)? {
        return Err(format!("{own:?}, whose code runs, does not exist"));
    }
    if probe.exists(nobody)? {
        return Err(format!("{nobody:?} exists, which nobody has"));
    }
    Ok(())
}

pub(super) fn nobody_has_nothing(probe: &mut Probe<'_>) -> Checked {
    let nobody = probe.nobody(1);
    let (balance, size) = (probe.balance(nobody)?, probe.code_size(nobody)?);
    let hash = probe.code_hash(nobody)?;
    if !balance.is_zero() {
        return Err(format!("{nobody:?}, which nobody has, has a balance of {balance}"));
    }
    if size != 0 || !probe.copy_code(nobody, 0, 32)?.is_empty() {
        return Err(format!("{nobody:?}, which nobody has, has code"));
    }
    if !hash.is_zero() {
        return Err(format!("the code hash of {nobody:?}, which nobody has, is {hash:?}, not 0"));
    }
    let word = probe.load(nobody, Bytes32::repeat_byte(1))?;
    if !word.is_zero() {
        return Err(format!("{nobody:?}, which nobody has, stores {word:?}"));
    }
    Ok(())
}

/// There is less than 2^90 wei, and tests give accounts up to 2^128.
pub(super) fn balance_is_big_endian(probe: &mut Probe<'_>) -> Checked {
    for account in [probe.own(), probe.message.sender] {
        let balance = probe.balance(account)?;
        if balance.bits() > 128 {
            return Err(format!(
                "{account:?} has {balance} wei, more than 128 bits: is it little-endian?"
            ));
        }
    }
    let value = probe.message.value;
    if value.bits() > 128 {
        return Err(format!("the message's value is {value}, more than 128 bits"));
    }
    Ok(())
}

pub(super) fn code_is_its_own(probe: &mut Probe<'_>) -> Checked {
    if !probe.has_its_code() {
        return Ok(());
    }
    let (own, expected) = (probe.own(), probe.code.len());
    let (size, hash) = (probe.code_size(own)?, probe.code_hash(own)?);
    if size != expected {
        return Err(format!("get_code_size is {size} for code that runs with {expected} bytes"));
    }
    let expected = keccak256(probe.code);
    if hash != expected {
        return Err(format!("get_code_hash is {hash:?}, and the code that runs has {expected:?}"));
    }
    Ok(())
}

pub(super) fn code_is_copied(probe: &mut Probe<'_>) -> Checked {
    if !probe.has_its_code() {
        return Ok(());
    }
    let (own, code) = (probe.own(), probe.code);
    let middle = code.len() / 2;
    let places = [
        (0, code.len()),
        (0, code.len() + 32),
        (middle, 3),
        (code.len(), 32),
        (code.len() + 1, 32),
        (usize::MAX, 32),
        (0, 0),
    ];
    for (offset, length) in places {
        let rest = code.get(offset..).unwrap_or_default();
        let expected = &rest[..rest.len().min(length)];
        let copied = probe.copy_code(own, offset, length)?;
        if copied != expected {
            return Err(format!(
                "copy_code of {length} bytes from {offset} on, of {}, gave {} that are not these",
                code.len(),
                copied.len()
            ));
        }
    }
    Ok(())
}

pub(super) fn nonce_of_nobody(probe: &mut Probe<'_>) -> Checked {
    let nobody = probe.nobody(2);
    match probe.nonce(nobody)? {
        0 => Ok(()),
        nonce => Err(format!("{nobody:?}, which nobody has, has the nonce {nonce}")),
    }
}
