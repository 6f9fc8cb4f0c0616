//! Things that each have one owner (ERC-721): texts in storage, two functions of one name, asking a receiver.

#![cfg_attr(target_arch = "wasm32", no_std)]

use hebe_sdk::{call::CallError, prelude::*};

/// What is stored.
#[storage]
pub struct Erc721 {
    name: Text,
    symbol: Text,
    minter: Slot<Address>,
    owners: Mapping<U256, Slot<Address>>,
    balances: Mapping<Address, Slot<U256>>,
    approved: Mapping<U256, Slot<Address>>,
    operators: Mapping<Address, Mapping<Address, Slot<bool>>>,
}

/// A thing has another owner; from nobody when it is new.
#[derive(Event)]
struct Transfer {
    #[indexed]
    from: Address,
    #[indexed]
    to: Address,
    #[indexed]
    token_id: U256,
}

/// Somebody may move a thing.
#[derive(Event)]
struct Approval {
    #[indexed]
    owner: Address,
    #[indexed]
    approved: Address,
    #[indexed]
    token_id: U256,
}

/// Somebody may move all things of an owner, or may no longer.
#[derive(Event)]
struct ApprovalForAll {
    #[indexed]
    owner: Address,
    #[indexed]
    operator: Address,
    approved: bool,
}

/// What a contract must have to be given things by `safeTransferFrom`.
#[interface]
trait Receiver {
    fn on_erc721_received(
        &mut self,
        operator: Address,
        from: Address,
        token_id: U256,
        data: Bytes,
    ) -> FixedBytes<4>;
}

/// What a receiver answers: the selector of the function that asked.
const RECEIVED: FixedBytes<4> = FixedBytes([0x15, 0x0b, 0x7a, 0x02]);

/// Interfaces, as ERC-165 names them: that of ERC-165, of ERC-721, and of its names.
const INTERFACES: [[u8; 4]; 3] =
    [[0x01, 0xff, 0xc9, 0xa7], [0x80, 0xac, 0x58, 0xcd], [0x5b, 0x5e, 0x13, 0x9f]];

#[contract(events(Transfer, Approval, ApprovalForAll))]
impl Erc721 {
    /// Who creates the contract is who can make things.
    #[constructor]
    pub fn create(&mut self, name: String, symbol: String) {
        self.name.set(&name);
        self.symbol.set(&symbol);
        self.minter.set(message::sender());
    }

    pub fn name(&self) -> String {
        self.name.get()
    }

    pub fn symbol(&self) -> String {
        self.symbol.get()
    }

    pub fn supports_interface(interface_id: FixedBytes<4>) -> bool {
        INTERFACES.contains(&interface_id.0)
    }

    pub fn balance_of(&self, owner: Address) -> U256 {
        require!(!owner.is_zero(), "nobody owns nothing");
        self.balances.at(owner).get()
    }

    pub fn owner_of(&self, token_id: U256) -> Address {
        let owner = self.owners.at(token_id).get();
        require!(!owner.is_zero(), "there is no such token");
        owner
    }

    pub fn mint(&mut self, to: Address, token_id: U256) {
        require!(message::sender() == self.minter.get(), "only the minter can mint");
        require!(!to.is_zero(), "the recipient is nobody");
        require!(self.owners.at(token_id).get().is_zero(), "the token is there already");
        self.give(Address::ZERO, to, token_id);
    }

    pub fn approve(&mut self, approved: Address, token_id: U256) {
        let (owner, sender) = (self.owner_of(token_id), message::sender());
        let may = sender == owner || self.operators.at(owner).at(sender).get();
        require!(may, "the sender may not approve");
        self.approved.at_mut(token_id).set(approved);
        Approval { owner, approved, token_id }.emit();
    }

    pub fn get_approved(&self, token_id: U256) -> Address {
        self.owner_of(token_id);
        self.approved.at(token_id).get()
    }

    pub fn set_approval_for_all(&mut self, operator: Address, approved: bool) {
        let owner = message::sender();
        self.operators.at_mut(owner).at_mut(operator).set(approved);
        ApprovalForAll { owner, operator, approved }.emit();
    }

    pub fn is_approved_for_all(&self, owner: Address, operator: Address) -> bool {
        self.operators.at(owner).at(operator).get()
    }

    pub fn transfer_from(&mut self, from: Address, to: Address, token_id: U256) {
        let (owner, sender) = (self.owner_of(token_id), message::sender());
        require!(owner == from, "the token has another owner");
        require!(!to.is_zero(), "the recipient is nobody");
        let may = sender == owner
            || self.operators.at(owner).at(sender).get()
            || self.approved.at(token_id).get() == sender;
        require!(may, "the sender may not move the token");
        self.give(from, to, token_id);
    }

    pub fn safe_transfer_from(&mut self, from: Address, to: Address, token_id: U256) {
        self.safe_transfer_from_with_data(from, to, token_id, Bytes::default());
    }

    #[abi_name = "safeTransferFrom"]
    pub fn safe_transfer_from_with_data(
        &mut self,
        from: Address,
        to: Address,
        token_id: U256,
        data: Bytes,
    ) {
        self.transfer_from(from, to, token_id);
        // An account without code can always be given something. The token has moved already, so a receiver
        // that calls back finds everything as it will be.
        if block::code_size(to) > 0 {
            match Receiver(to).on_erc721_received(message::sender(), from, token_id, data) {
                Ok(RECEIVED) => {}
                Err(error @ CallError::Reverted(_)) => error.revert(),
                _ => revert("the recipient takes no tokens"),
            }
        }
    }

    /// Gives a thing to its new owner, and forgets who else might have moved it.
    fn give(&mut self, from: Address, to: Address, token_id: U256) {
        if !from.is_zero() {
            let mut approved = self.approved.at_mut(token_id);
            if !approved.get().is_zero() {
                approved.set(Address::ZERO);
            }
            let mut balance = self.balances.at_mut(from);
            let less = balance.get() - 1;
            balance.set(less);
        }
        let mut balance = self.balances.at_mut(to);
        let more = balance.get() + 1;
        balance.set(more);
        self.owners.at_mut(token_id).set(to);
        Transfer { from, to, token_id }.emit();
    }
}
