//! A contract whose code can be changed: it keeps storage and money, and runs another contract's code with them.
//!
//! Its own two fields are where ERC-1967 puts them, so that they are in nobody's way: at hashes that no layout reaches.

#![cfg_attr(target_arch = "wasm32", no_std)]

use hebe_sdk::{
    abi::Value,
    prelude::*,
    storage::{Layout, Place, load, store},
};

/// The slots of the implementation and the administrator: keccak256("eip1967.proxy.implementation") - 1 and
/// keccak256("eip1967.proxy.admin") - 1.
const IMPLEMENTATION: [u8; 32] = [
    0x36, 0x08, 0x94, 0xa1, 0x3b, 0xa1, 0xa3, 0x21, 0x06, 0x67, 0xc8, 0x28, 0x49, 0x2d, 0xb9, 0x8d,
    0xca, 0x3e, 0x20, 0x76, 0xcc, 0x37, 0x35, 0xa9, 0x20, 0xa3, 0xca, 0x50, 0x5d, 0x38, 0x2b, 0xbc,
];
const ADMINISTRATOR: [u8; 32] = [
    0xb5, 0x31, 0x27, 0x68, 0x4a, 0x56, 0x8b, 0x31, 0x73, 0xae, 0x13, 0xb9, 0xf8, 0xa6, 0x01, 0x6e,
    0x24, 0x3e, 0x63, 0xb6, 0xe8, 0xee, 0x11, 0x78, 0xd6, 0xa7, 0x17, 0x85, 0x0b, 0x5d, 0x61, 0x03,
];

/// What is stored, at places of its own.
pub struct Proxy;

impl Layout for Proxy {
    const BYTES: usize = 32;

    fn at(_: Place) -> Self {
        Self
    }

    fn clear(&mut self) {
        store(&IMPLEMENTATION, &[0; 32]);
        store(&ADMINISTRATOR, &[0; 32]);
    }
}

/// Another contract's code is run from now on.
#[derive(Event)]
struct Upgraded {
    #[indexed]
    implementation: Address,
}

#[contract(events(Upgraded))]
impl Proxy {
    /// Who creates the contract can change its code.
    #[constructor]
    pub fn create(&mut self, implementation: Address) {
        store(&ADMINISTRATOR, &message::sender().to_word());
        set_implementation(implementation);
    }

    /// Runs another contract's code from now on, and if there is data, runs it with this at once: to set up what it stores.
    pub fn upgrade_to_and_call(&mut self, implementation: Address, data: Bytes) {
        require!(message::sender() == read(&ADMINISTRATOR), "only the administrator can upgrade");
        set_implementation(implementation);
        if !data.0.is_empty() {
            run(&data.0);
        }
    }

    pub fn implementation(&self) -> Address {
        read(&IMPLEMENTATION)
    }

    #[fallback]
    fn forward(&mut self, data: &[u8]) -> Vec<u8> {
        run(data)
    }
}

fn read(slot: &[u8; 32]) -> Address {
    Address::from_word(&load(slot)).unwrap_or_default()
}

fn set_implementation(implementation: Address) {
    require!(block::code_size(implementation) > 0, "there is no contract to run");
    store(&IMPLEMENTATION, &implementation.to_word());
    Upgraded { implementation }.emit();
}

/// Runs the implementation's code, and ends as it ends.
fn run(data: &[u8]) -> Vec<u8> {
    Call::to(read(&IMPLEMENTATION)).delegate(data).unwrap_or_else(|error| error.revert())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hebe_sdk::{U256, keccak256};

    #[test]
    fn slots_are_those_of_erc_1967() {
        let slot = |name: &str| {
            (U256::from_big_endian(&keccak256(&[name.as_bytes()])) - 1).to_big_endian()
        };
        assert_eq!(slot("eip1967.proxy.implementation"), IMPLEMENTATION);
        assert_eq!(slot("eip1967.proxy.admin"), ADMINISTRATOR);
    }
}
