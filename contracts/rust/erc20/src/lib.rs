//! A token (ERC-20): balances, allowances, events.

#![cfg_attr(target_arch = "wasm32", no_std)]

use hebe_sdk::prelude::*;

/// What is stored.
#[storage]
pub struct Erc20 {
    total_supply: Slot<U256>,
    balances: Mapping<Address, Slot<U256>>,
    allowances: Mapping<Address, Mapping<Address, Slot<U256>>>,
}

/// Tokens moved; from nobody when they are made.
#[derive(Event)]
struct Transfer {
    #[indexed]
    from: Address,
    #[indexed]
    to: Address,
    value: U256,
}

/// An owner said how much a spender may move.
#[derive(Event)]
struct Approval {
    #[indexed]
    owner: Address,
    #[indexed]
    spender: Address,
    value: U256,
}

#[contract(events(Transfer, Approval))]
impl Erc20 {
    /// Makes all tokens there will ever be, for who creates the contract.
    #[constructor]
    pub fn create(&mut self, supply: U256) {
        let creator = message::sender();
        self.total_supply.set(supply);
        self.balances.at_mut(creator).set(supply);
        Transfer { from: Address::ZERO, to: creator, value: supply }.emit();
    }

    pub fn name() -> &'static str {
        "Example"
    }

    pub fn symbol() -> &'static str {
        "EXA"
    }

    pub fn decimals() -> u8 {
        18
    }

    pub fn total_supply(&self) -> U256 {
        self.total_supply.get()
    }

    pub fn balance_of(&self, owner: Address) -> U256 {
        self.balances.at(owner).get()
    }

    pub fn transfer(&mut self, to: Address, value: U256) -> bool {
        self.move_tokens(message::sender(), to, value);
        true
    }

    pub fn approve(&mut self, spender: Address, value: U256) -> bool {
        let owner = message::sender();
        self.allowances.at_mut(owner).at_mut(spender).set(value);
        Approval { owner, spender, value }.emit();
        true
    }

    pub fn allowance(&self, owner: Address, spender: Address) -> U256 {
        self.allowances.at(owner).at(spender).get()
    }

    /// Moves tokens of somebody who allowed it. An allowance of 2^256 - 1 is never used up.
    pub fn transfer_from(&mut self, from: Address, to: Address, value: U256) -> bool {
        let spender = message::sender();
        let mut allowances = self.allowances.at_mut(from);
        let mut allowance = allowances.at_mut(spender);
        let allowed = allowance.get();
        if allowed != U256::MAX {
            require!(value <= allowed, "insufficient allowance");
            allowance.set(allowed - value);
        }
        self.move_tokens(from, to, value);
        true
    }

    fn move_tokens(&mut self, from: Address, to: Address, value: U256) {
        require!(!to.is_zero(), "the recipient is nobody");
        // A handle kept is a hash saved: where a key's value is, has to be computed.
        let mut sender = self.balances.at_mut(from);
        let balance = sender.get();
        require!(value <= balance, "insufficient balance");
        sender.set(balance - value);
        // Read after writing: sender and recipient may be the same.
        let mut recipient = self.balances.at_mut(to);
        let balance = recipient.get();
        recipient.set(balance + value);
        Transfer { from, to, value }.emit();
    }
}
