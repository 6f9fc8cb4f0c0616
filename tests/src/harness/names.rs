//! Accounts by name.

use crate::keccak256;
use hebe_host::Address;
use std::collections::BTreeMap;

/// Who sends where nothing is said.
pub(super) const SENDER: &str = "sender";

/// 1,000,000 ether in wei: what that account has.
pub(super) const SENDERS_BALANCE: u128 = 1_000_000_000_000_000_000_000_000;

/// The gas of a step, where nothing is said.
pub(super) const GAS: i64 = 10_000_000;

/// Which account a name means, and what an address is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    by_name: BTreeMap<String, Address>,
    by_address: BTreeMap<Address, String>,
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
        Err(format!("no account is called `{text}`; there are {}", names.join(", ")))
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
