//! A contract that makes contracts: it copies one that is there, and gives it arguments of its own.
//!
//! The interface has `create` at every revision. `create2`, which makes the address known beforehand, begins with
//! Constantinople, at which Hebe does not run yet.

#![cfg_attr(target_arch = "wasm32", no_std)]

use hebe_sdk::{call::OrRevert, entry, prelude::*};

/// What is stored.
#[storage]
pub struct Factory {
    template: Slot<Address>,
    made: Array<Slot<Address>>,
}

/// A token was made.
#[derive(Event)]
struct Made {
    #[indexed]
    token: Address,
    #[indexed]
    creator: Address,
    supply: U256,
}

/// A token, as far as a factory uses it.
#[interface]
trait Token {
    fn transfer(&mut self, to: Address, value: U256) -> bool;
}

#[contract(events(Made))]
impl Factory {
    /// Takes the token that will be copied: a contract is its own init code, so that its code is all it takes.
    #[constructor]
    pub fn create(&mut self, template: Address) {
        require!(block::code_size(template) > 0, "there is no contract to copy");
        self.template.set(template);
    }

    /// Makes a token, all of which belongs to who asks for it.
    pub fn make(&mut self, supply: U256) -> Address {
        let code = block::code(self.template.get());
        let init_code = entry::with_arguments(&code, &(supply,));
        let token = call::create(&init_code, 0).or_revert();
        let creator = message::sender();
        // The token's creator is the factory.
        require!(Token(token).transfer(creator, supply).or_revert(), "the token was not given");
        self.made.push(token);
        Made { token, creator, supply }.emit();
        token
    }

    pub fn count(&self) -> u32 {
        self.made.len()
    }

    pub fn made(&self, index: u32) -> Address {
        self.made.at(index).get()
    }
}
