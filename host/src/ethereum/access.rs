//! What a transaction accesses for the first time costs more (EIP-2929, since Berlin). A row charges
//! the price of what is warm; here is what comes on top.

use crate::{AccessStatus, Address, Bytes32, Exit, Fees, Frame, Surcharge};

/// An account is accessed for the first time.
pub(super) static COLD_ACCOUNT: Surcharge = Surcharge {
    when: "when the account is cold",
    price: |fees| fees.access.as_ref().map_or(0, |access| access.cold_account - access.warm),
};

/// A beneficiary is accessed for the first time. A warm one costs nothing, so this is the whole price.
pub(super) static COLD_BENEFICIARY: Surcharge = Surcharge {
    when: "when the beneficiary is cold",
    price: |fees| fees.access.as_ref().map_or(0, |access| access.cold_account),
};

/// A word is loaded that is accessed for the first time.
pub(super) static COLD_SLOT_LOADED: Surcharge = Surcharge {
    when: "when the word is cold",
    price: |fees| fees.access.as_ref().map_or(0, |access| access.cold_slot - access.warm),
};

/// A word is stored that is accessed for the first time: the whole price, since a store that changes nothing
/// costs that of a warm one besides.
pub(super) static COLD_SLOT_STORED: Surcharge = Surcharge {
    when: "when the word is cold",
    price: |fees| fees.access.as_ref().map_or(0, |access| access.cold_slot),
};

/// The target of a call has delegated to an account that is warm (EIP-7702).
pub(super) static DELEGATE: Surcharge = Surcharge {
    when: "when the account has delegated",
    price: |fees| match &fees.access {
        Some(access) if fees.delegation => access.warm,
        _ => 0,
    },
};

/// And if that account is accessed for the first time, this too.
pub(super) static COLD_DELEGATE: Surcharge = Surcharge {
    when: "when the delegate is cold",
    price: |fees| if fees.delegation { (COLD_ACCOUNT.price)(fees) } else { 0 },
};

/// Accesses an account.
pub(super) fn account(frame: &mut Frame<'_>, address: Address) -> Result<(), Exit> {
    access_account(frame, address, &COLD_ACCOUNT)
}

/// Accesses the account that a self-destruct gives to.
pub(super) fn beneficiary(frame: &mut Frame<'_>, address: Address) -> Result<(), Exit> {
    access_account(frame, address, &COLD_BENEFICIARY)
}

/// Accesses the account that the target of a call has delegated to.
pub(super) fn delegate(frame: &mut Frame<'_>, address: Address) -> Result<(), Exit> {
    frame.pay(&DELEGATE)?;
    access_account(frame, address, &COLD_DELEGATE)
}

/// Accesses a word of this contract's storage, to load it.
pub(super) fn slot_to_load(frame: &mut Frame<'_>, key: Bytes32) -> Result<(), Exit> {
    access_slot(frame, key, &COLD_SLOT_LOADED)
}

/// Accesses a word of this contract's storage, to store it.
pub(super) fn slot_to_store(frame: &mut Frame<'_>, key: Bytes32) -> Result<(), Exit> {
    access_slot(frame, key, &COLD_SLOT_STORED)
}

fn access_account(frame: &mut Frame<'_>, address: Address, cold: &Surcharge) -> Result<(), Exit> {
    if counts(frame.fees()) && frame.host().access_account(address)? == AccessStatus::Cold {
        frame.pay(cold)?;
    }
    Ok(())
}

fn access_slot(frame: &mut Frame<'_>, key: Bytes32, cold: &Surcharge) -> Result<(), Exit> {
    let address = frame.message().recipient;
    if counts(frame.fees()) && frame.host().access_storage(address, key)? == AccessStatus::Cold {
        frame.pay(cold)?;
    }
    Ok(())
}

/// Whether it matters what was accessed before. Where it does not, the host is not asked.
fn counts(fees: &Fees) -> bool {
    fees.access.is_some()
}
