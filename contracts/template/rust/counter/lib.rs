//! A counter: what is stored, what can be called, what is logged and what is refused.

#![cfg_attr(target_arch = "wasm32", no_std)]

use hebe_sdk::prelude::*;

/// What is stored.
#[storage]
pub struct Counter {
    owner: Slot<Address>,
    count: Slot<U256>,
}

/// The count is another one.
#[derive(Event)]
struct Counted {
    #[indexed]
    by: Address,
    count: U256,
}

#[contract]
impl Counter {
    /// Runs once, when the contract is created.
    #[constructor]
    pub fn create(&mut self, count: U256) {
        self.owner.set(message::sender());
        self.count.set(count);
    }

    /// `&self`: changes nothing.
    pub fn count(&self) -> U256 {
        self.count.get()
    }

    /// `&mut self`: may change what is stored. A sum that has no room reverts.
    pub fn add(&mut self, number: U256) {
        let count = self.count.get() + number;
        self.set(count);
    }

    pub fn reset(&mut self) {
        require!(message::sender() == self.owner.get(), "only the owner can reset");
        self.set(U256::zero());
    }

    /// Not `pub`: can't be called from outside.
    fn set(&mut self, count: U256) {
        self.count.set(count);
        Counted { by: message::sender(), count }.emit();
    }
}
