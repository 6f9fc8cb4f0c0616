//! New contracts, and those that go.

use crate::{
    command::{Command, Order},
    probe::{Checked, Probe},
};
use hebe_host::{
    Address, Bytes32, CallKind, CallResult, Message, Revision, StatusCode, U256, create2_address,
    keccak256,
};

fn created(result: &CallResult) -> Checked<Address> {
    match result.status {
        StatusCode::Success if result.create_address.is_zero() => {
            Err("a creation succeeded, and its address is zero".to_owned())
        }
        StatusCode::Success => Ok(result.create_address),
        status => Err(format!("a creation that succeeds came back with {status}")),
    }
}

pub(super) fn code_is_stored(probe: &mut Probe<'_>) -> Checked {
    let result = probe.create(&Order::new(Command::Finish), U256::zero())?;
    let address = created(&result)?;
    let code = probe.contract_code();
    if !result.output.is_empty() {
        return Err("the code of a new contract came back as an output".to_owned());
    }
    if !probe.exists(address)? {
        return Err(format!("the new contract {address:?} does not exist"));
    }
    let (size, hash) = (probe.code_size(address)?, probe.code_hash(address)?);
    if size != code.len() || hash != keccak256(code) || probe.copy_code(address, 0, size)? != code {
        return Err(format!(
            "the init code gave {} bytes of code, and others are stored",
            code.len()
        ));
    }
    Ok(())
}

pub(super) fn value_is_given(probe: &mut Probe<'_>) -> Checked {
    let own = probe.own();
    let before = probe.balance(own)?;
    if before.is_zero() {
        return Ok(());
    }
    let address = created(&probe.create(&Order::new(Command::Finish), U256::one())?)?;
    let (left, got) = (probe.balance(own)?, probe.balance(address)?);
    if left + 1 != before || got < U256::one() {
        return Err(format!(
            "a contract was created with 1 wei: the creator had {before} and has {left}, the contract has {got}"
        ));
    }
    Ok(())
}

pub(super) fn create2_has_its_address(probe: &mut Probe<'_>) -> Checked {
    let (own, code) = (probe.own(), Order::new(Command::Finish).bytes());
    // A salt that no transaction before this one had.
    let context = probe.context()?;
    let mut salt = keccak256(&context.block_number.to_be_bytes());
    let mut tries = 0;
    while probe.exists(create2_address(own, salt, &code))? {
        salt = keccak256(&salt.0);
        tries += 1;
        if tries == 100 {
            return Err("every address that a salted creation could have exists".to_owned());
        }
    }
    let expected = create2_address(own, salt, &code);
    let plain = probe.creation(CallKind::Create2, &code, U256::zero());
    let message = Message { create2_salt: salt, ..plain };
    let address = created(&probe.send(&message)?)?;
    if address != expected {
        return Err(format!("the address of a salted creation is {address:?}, not {expected:?}"));
    }
    let code_size = probe.code_size(expected)?;
    if code_size == 0 {
        return Err(format!("there is no code at {expected:?} after a salted creation"));
    }
    let again = probe.send(&message)?;
    match again.status {
        StatusCode::Success => {
            Err(format!("a second contract was created at {expected:?} (EIP-684)"))
        }
        _ if again.gas_left != 0 => {
            Err(format!("a creation where there is a contract left {} gas", again.gas_left))
        }
        _ => Ok(()),
    }
}

/// The creator's nonce counts its creations, also those that fail; a new contract's is 1.
pub(super) fn nonces_are_raised(probe: &mut Probe<'_>) -> Checked {
    let own = probe.own();
    let before = probe.nonce(own)?;
    let address = created(&probe.create(&Order::new(Command::Finish), U256::zero())?)?;
    let after = probe.nonce(own)?;
    if after != before + 1 {
        return Err(format!("a creation changed the creator's nonce from {before} to {after}"));
    }
    if probe.revision >= Revision::SpuriousDragon {
        let nonce = probe.nonce(address)?;
        if nonce != 1 {
            return Err(format!("the nonce of a new contract is {nonce}, not 1"));
        }
    }
    let key = probe.fresh_key();
    probe.create(&Order::about(Command::ChangeAndFail, key), U256::zero())?;
    let failed = probe.nonce(own)?;
    if failed != after + 1 {
        return Err(format!(
            "a creation that failed changed the creator's nonce from {after} to {failed}"
        ));
    }
    Ok(())
}

pub(super) fn revert_undoes(probe: &mut Probe<'_>) -> Checked {
    let own = probe.own();
    let before = probe.balance(own)?;
    let value = if before.is_zero() { U256::zero() } else { U256::one() };
    let key = probe.fresh_key();
    let result = probe.create(&Order::about(Command::ChangeAndRevert, key), value)?;
    if result.status != StatusCode::Revert {
        return Err(format!("init code that reverts came back as {}", result.status));
    }
    if result.output != crate::command::REVERTED {
        return Err(format!("of the output of a revert, {} bytes came back", result.output.len()));
    }
    let after = probe.balance(own)?;
    if after != before {
        return Err(format!(
            "a creation with {value} wei reverted, and the creator had {before} and has {after}"
        ));
    }
    Ok(())
}

pub(super) fn a_contract_goes_once(probe: &mut Probe<'_>) -> Checked {
    let address = created(&probe.create(&Order::new(Command::Finish), U256::zero())?)?;
    let input = Order::about(Command::Destroy, Bytes32::zero()).bytes();
    let message = probe.to(CallKind::Call, address, &input);
    let result = probe.send(&message)?;
    match result.output[..] {
        [1, 0] => Ok(()),
        [first, second] => Err(format!(
            "selfdestruct answered {first} and then {second}, and not 1 for the first time alone"
        )),
        _ => Err(format!("the contract that goes came back with {}", result.status)),
    }
}
