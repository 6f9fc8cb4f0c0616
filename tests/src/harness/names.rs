//! Accounts by name, and what can be asked of them.

use super::Interface;
use crate::keccak256;
use alloy_json_abi::{Error, Event, Function};
use hebe_host::{Address, Bytes32};
use std::{collections::BTreeMap, sync::Arc};

/// Who sends where nothing is said.
pub(super) const SENDER: &str = "sender";

/// 1,000,000 ether in wei: what that account has.
pub(super) const SENDERS_BALANCE: u128 = 1_000_000_000_000_000_000_000_000;

/// The gas of a step, where nothing is said.
pub(super) const GAS: i64 = 10_000_000;

/// What is known of accounts: which one a name means, what an address is called, and the interfaces of contracts, by
/// which data is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    by_name: BTreeMap<String, Address>,
    by_address: BTreeMap<Address, String>,
    interfaces: BTreeMap<Address, Arc<Interface>>,
    /// Events and errors of no contract in particular.
    declared: Interface,
}

/// Whether this can be an account's name, so that it is not mistaken for something else.
///
/// # Errors
///
/// A sentence that says what a name looks like.
pub fn check_name(name: &str) -> Result<(), String> {
    let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter));
    match is_name {
        true => Ok(()),
        false => {
            Err(format!("`{name}` can't be a name: a letter, then letters, digits, `_` and `-`"))
        }
    }
}

/// The address that an account gets by its name alone: the last 20 bytes of the name's Keccak-256.
pub fn address_of(name: &str) -> Address {
    keccak256(name.as_bytes()).into()
}

impl Names {
    /// Gives an address a name; a name that was there means the new address from now on.
    pub fn define(&mut self, name: &str, address: Address) {
        if let Some(old) = self.by_name.insert(name.to_owned(), address) {
            self.by_address.remove(&old);
        }
        self.by_address.insert(address, name.to_owned());
    }

    /// Says what can be asked of the contract at this address.
    pub fn describe(&mut self, address: Address, interface: impl Into<Arc<Interface>>) {
        self.interfaces.insert(address, interface.into());
    }

    /// Remembers an event, to show whoever logs it.
    pub fn declare_event(&mut self, event: &Event) {
        self.declared.add_event(event.clone());
    }

    /// Remembers an error, to show whoever reverts with it.
    pub fn declare_error(&mut self, error: &Error) {
        self.declared.add_error(error.clone());
    }

    /// What can be asked of the contract at this address, if that is known.
    pub fn interface(&self, address: Address) -> Option<&Arc<Interface>> {
        self.interfaces.get(&address)
    }

    /// All names with what they mean, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Address)> {
        self.by_name.iter().map(|(name, address)| (name.as_str(), *address))
    }

    /// What the address is called.
    pub fn of(&self, address: Address) -> Option<&str> {
        self.by_address.get(&address).map(String::as_str)
    }

    /// The function that call data to this address asks for.
    pub fn function(&self, address: Address, selector: [u8; 4]) -> Option<&Function> {
        self.interface(address)?.function_of(selector)
    }

    /// The error with this selector. Whoever reverts may pass on the error of another contract, so all are known
    /// everywhere.
    pub fn error(&self, selector: [u8; 4]) -> Option<&Error> {
        self.all().find_map(|interface| interface.error_of(selector))
    }

    /// The event with this topic, as `address` declares it, or else as another does. Contracts that have the same
    /// event may index other parameters of it.
    pub fn events(&self, address: Address, topic: Bytes32) -> impl Iterator<Item = &Event> {
        let own = self.interface(address).map(|it| &**it);
        own.into_iter().chain(self.all()).flat_map(move |interface| interface.events_of(topic))
    }

    /// The errors with this name.
    pub fn errors_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Error> {
        self.all().flat_map(move |it| it.abi().errors.get(name).into_iter().flatten())
    }

    /// The events with this name, those of the contract first.
    pub fn events_named<'a>(
        &'a self,
        contract: Address,
        name: &'a str,
    ) -> impl Iterator<Item = &'a Event> {
        let own = self.interface(contract).map(|it| &**it).into_iter();
        own.chain(self.all()).flat_map(move |it| it.abi().events.get(name).into_iter().flatten())
    }

    fn all(&self) -> impl Iterator<Item = &Interface> {
        std::iter::once(&self.declared).chain(self.interfaces.values().map(|it| &**it))
    }

    /// Whether the name means an account.
    pub fn is_known(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// The address that `text` means: a name, or `0x` and 40 hex digits.
    ///
    /// # Errors
    ///
    /// A sentence that has the names there are.
    pub fn address(&self, text: &str) -> Result<Address, String> {
        if let Some(address) = self.by_name.get(text) {
            return Ok(*address);
        }
        if let Some(digits) = text.strip_prefix("0x") {
            let mut address = Address::zero();
            return match hex::decode_to_slice(digits, &mut address.0) {
                Ok(()) => Ok(address),
                Err(_) => {
                    Err(format!("`{text}` is not an address: it must be 0x and 40 hex digits"))
                }
            };
        }
        let names: Vec<&str> = self.by_name.keys().map(String::as_str).collect();
        if names.is_empty() {
            return Err(format!("no account is called `{text}`: none has a name yet"));
        }
        let meant = super::closest(text, &names).map_or(String::new(), |it| format!(" (`{it}`?)"));
        Err(format!("no account is called `{text}`{meant}; there are {}", names.join(", ")))
    }

    /// The address for reading: its name where it has one.
    pub fn show(&self, address: Address) -> String {
        match self.by_address.get(&address) {
            Some(name) => name.clone(),
            None => format!("0x{}", hex::encode(address)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_or_hex_is_an_address() {
        let mut names = Names::default();
        names.define("alice", address_of("alice"));
        let hex = "0x5dad7600c5d89fe3824ffa99ec1c3eb8bf3b0501";
        assert_eq!(names.address("alice"), names.address(hex), "keccak256(\"alice\"), its end");
        assert_eq!(names.show(address_of("alice")), "alice");
        assert_eq!(names.show(Address::zero()), format!("0x{}", "0".repeat(40)));
        let problem = names.address("bob").unwrap_err();
        assert_eq!(problem, "no account is called `bob`; there are alice");
        assert!(names.address("0x12").unwrap_err().contains("40 hex digits"));
    }

    #[test]
    fn a_name_can_move() {
        let mut names = Names::default();
        names.define("token", Address::repeat_byte(1));
        names.define("token", Address::repeat_byte(2));
        assert_eq!(names.address("token"), Ok(Address::repeat_byte(2)));
        assert_eq!(names.show(Address::repeat_byte(1)), format!("0x{}", "01".repeat(20)));
    }
}
