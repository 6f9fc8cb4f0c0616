//! A wallet that several owners move together: arrays, structs in storage, calls with any data, precompiled contracts.
//!
//! A transaction is either proposed and confirmed, one owner a call, or comes with enough signatures at once.

#![cfg_attr(target_arch = "wasm32", no_std)]

use hebe_sdk::{keccak256, prelude::*};

/// A transaction that an owner proposed.
#[storage]
pub struct Proposal {
    to: Slot<Address>,
    executed: Slot<bool>,
    confirmations: Slot<u32>,
    value: Slot<u128>,
    data: Text,
    confirmed: Mapping<Address, Slot<bool>>,
}

/// What is stored.
#[storage]
pub struct Multisig {
    required: Slot<u32>,
    nonce: Slot<u64>,
    owners: Array<Slot<Address>>,
    is_owner: Mapping<Address, Slot<bool>>,
    proposals: Array<Proposal>,
}

/// Money came in.
#[derive(Event)]
struct Deposited {
    #[indexed]
    from: Address,
    value: U256,
}

/// An owner proposed a transaction.
#[derive(Event)]
struct Proposed {
    #[indexed]
    proposal: u32,
    #[indexed]
    owner: Address,
}

/// An owner confirmed one.
#[derive(Event)]
struct Confirmed {
    #[indexed]
    proposal: u32,
    #[indexed]
    owner: Address,
}

/// A transaction was made.
#[derive(Event)]
struct Executed {
    #[indexed]
    to: Address,
    value: U256,
}

/// Too few owners are for it.
#[derive(CustomError)]
struct NotConfirmed {
    confirmations: u32,
    required: u32,
}

/// The precompiled contract that finds out who signed a hash.
const ECRECOVER: Address = Address([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);

/// Half the order of secp256k1. Of the two signatures with the same meaning, only that with the smaller s counts (EIP-2).
const HALF_ORDER: U256 = U256([
    0xdfe9_2f46_681b_20a0,
    0x5d57_6e73_57a4_501d,
    0xffff_ffff_ffff_ffff,
    0x7fff_ffff_ffff_ffff,
]);

#[contract(events(Deposited, Proposed, Confirmed, Executed), errors(NotConfirmed))]
impl Multisig {
    #[constructor]
    pub fn create(&mut self, owners: Vec<Address>, required: u32) {
        require!(required > 0 && required as usize <= owners.len(), "as many can't be required");
        for owner in owners {
            require!(!owner.is_zero(), "an owner is nobody");
            let mut known = self.is_owner.at_mut(owner);
            require!(!known.get(), "an owner is there twice");
            known.set(true);
            self.owners.push(owner);
        }
        self.required.set(required);
    }

    #[receive]
    fn deposit(&mut self) {
        Deposited { from: message::sender(), value: message::value().into() }.emit();
    }

    pub fn owners(&self) -> Vec<Address> {
        (0..self.owners.len()).map(|index| self.owners.at(index).get()).collect()
    }

    pub fn required(&self) -> u32 {
        self.required.get()
    }

    /// Transactions that were made with signatures.
    pub fn nonce(&self) -> u64 {
        self.nonce.get()
    }

    /// To whom, how much, with which data, how many are for it, and whether it was made.
    pub fn proposal(&self, number: u32) -> (Address, u128, Bytes, u32, bool) {
        let proposal = self.proposals.at(number);
        (
            proposal.to.get(),
            proposal.value.get(),
            Bytes(proposal.data.bytes()),
            proposal.confirmations.get(),
            proposal.executed.get(),
        )
    }

    /// Proposes a transaction, and confirms it.
    pub fn propose(&mut self, to: Address, value: u128, data: Bytes) -> u32 {
        let owner = self.only_owner();
        let number = self.proposals.len();
        let mut proposal = self.proposals.grow();
        proposal.to.set(to);
        proposal.value.set(value);
        proposal.data.set_bytes(&data.0);
        Proposed { proposal: number, owner }.emit();
        self.confirm(number);
        number
    }

    pub fn confirm(&mut self, number: u32) {
        let owner = self.only_owner();
        let mut proposal = self.proposals.at_mut(number);
        require!(!proposal.confirmed.at(owner).get(), "the owner has confirmed already");
        proposal.confirmed.at_mut(owner).set(true);
        let confirmations = proposal.confirmations.get() + 1;
        proposal.confirmations.set(confirmations);
        Confirmed { proposal: number, owner }.emit();
    }

    /// Makes a transaction that enough owners have confirmed. Gives what the called contract answered.
    pub fn execute(&mut self, number: u32) -> Bytes {
        self.only_owner();
        let required = self.required.get();
        let mut proposal = self.proposals.at_mut(number);
        require!(!proposal.executed.get(), "the transaction was made already");
        let confirmations = proposal.confirmations.get();
        require!(confirmations >= required, NotConfirmed { confirmations, required });
        // Before the call: whoever is called can call back.
        proposal.executed.set(true);
        send(proposal.to.get(), proposal.value.get(), proposal.data.bytes())
    }

    /// What owners sign for the next transaction, with nothing in front: it is bound to this contract and to its place in the order.
    pub fn hash_to_sign(&self, to: Address, value: u128, data: Bytes) -> FixedBytes<32> {
        FixedBytes(self.hash(to, value, &data))
    }

    /// Makes a transaction that comes with signatures of enough owners: 65 bytes each, r, s and v, in ascending order of the owners.
    pub fn execute_signed(
        &mut self,
        to: Address,
        value: u128,
        data: Bytes,
        signatures: Vec<Bytes>,
    ) -> Bytes {
        let hash = self.hash(to, value, &data);
        let (confirmations, required) = (signatures.len() as u32, self.required.get());
        require!(confirmations >= required, NotConfirmed { confirmations, required });
        let mut last = Address::ZERO;
        for signature in signatures {
            let signer = signer(&hash, &signature.0);
            require!(self.is_owner.at(signer).get(), "bad signature: it is no owner's");
            require!(signer > last, "bad signature: it is not in ascending order of owners");
            last = signer;
        }
        let next = self.nonce.get() + 1;
        self.nonce.set(next);
        send(to, value, data.0)
    }

    fn hash(&self, to: Address, value: u128, data: &Bytes) -> Word {
        let nonce = self.nonce.get();
        keccak256(&[&hebe_sdk::abi::encode(&(message::recipient(), nonce, to, value, data))])
    }

    fn only_owner(&self) -> Address {
        let sender = message::sender();
        require!(self.is_owner.at(sender).get(), "the sender is no owner");
        sender
    }
}

fn send(to: Address, value: u128, data: Vec<u8>) -> Bytes {
    match Call::to(to).value(value).send(&data) {
        Ok(output) => {
            Executed { to, value: value.into() }.emit();
            Bytes(output)
        }
        Err(error) => error.revert(),
    }
}

/// Who signed a hash.
fn signer(hash: &Word, signature: &[u8]) -> Address {
    require!(signature.len() == 65, "bad signature: it must have 65 bytes");
    let s = U256::from_big_endian(&signature[32..64]);
    require!(s <= HALF_ORDER, "bad signature: its s is too large");
    let mut input = Vec::from(*hash);
    input.extend_from_slice(&[0; 31]);
    input.push(signature[64]);
    input.extend_from_slice(&signature[..64]);
    match Call::to(ECRECOVER).ask(&input).as_deref().map(hebe_sdk::abi::decode::<Address>) {
        Ok(Ok(signer)) => signer,
        // The precompiled contract answers nothing where there is no signer.
        _ => revert("bad signature: nobody made it"),
    }
}
