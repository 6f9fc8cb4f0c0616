//! Deposits that can't be taken out twice: who is paid can call back before the payment ends, and must find nothing left.
//!
//! `withdraw_late` makes the classic mistake, to show what `withdraw` prevents. Put no money in it.

#![cfg_attr(target_arch = "wasm32", no_std)]

use hebe_sdk::{call::OrRevert, prelude::*};

/// What is stored.
#[storage]
pub struct Vault {
    deposits: Mapping<Address, Slot<u128>>,
}

#[contract]
impl Vault {
    #[payable]
    pub fn deposit(&mut self) {
        let mut deposit = self.deposits.at_mut(message::sender());
        // More wei than 128 bits does not exist, and an overflow reverts.
        let more = deposit.get() + message::value();
        deposit.set(more);
    }

    pub fn deposit_of(&self, owner: Address) -> u128 {
        self.deposits.at(owner).get()
    }

    /// Pays a part of the sender's deposit out: first it is taken off, then it is sent.
    pub fn withdraw(&mut self, value: u128) {
        let sender = message::sender();
        let mut deposit = self.deposits.at_mut(sender);
        let has = deposit.get();
        require!(value <= has, "insufficient deposit");
        deposit.set(has - value);
        Call::to(sender).value(value).send(&[]).or_revert();
    }

    /// The same in the wrong order: who is paid calls back, and is paid again from what it still seems to have.
    pub fn withdraw_late(&mut self, value: u128) {
        let sender = message::sender();
        let mut deposit = self.deposits.at_mut(sender);
        let has = deposit.get();
        require!(value <= has, "insufficient deposit");
        Call::to(sender).value(value).send(&[]).or_revert();
        deposit.set(has - value);
    }
}
