//! How values are written on the command line.

use crate::Mistake;
use hebe_host::{Address, U256};
use hebe_testing::{
    harness::{self, Names, When},
    state_file,
};

/// Bytes: hex, with or without `0x`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bytes(pub(crate) Vec<u8>);

pub(crate) fn bytes(text: &str) -> Result<Bytes, String> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    hex::decode(digits).map(Bytes).map_err(|error| format!("it is not hex: {error}"))
}

/// An address: 40 hex digits, with or without `0x`.
pub(crate) fn address(text: &str) -> Result<Address, String> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let mut address = Address::zero();
    hex::decode_to_slice(digits, &mut address.0)
        .map_err(|_| "an address has 40 hex digits".to_owned())?;
    Ok(address)
}

/// A number of 256 bits: decimal, or hex with `0x`.
pub(crate) fn number(text: &str) -> Result<U256, String> {
    state_file::parse_u256(text)
}

/// An amount of money: wei, or with a unit, such as `1.5 ether`.
pub(crate) fn wei(text: &str) -> Result<U256, String> {
    harness::number(text)
}

/// A number of blocks, perhaps from the last one on.
pub(crate) fn when(text: &str) -> Result<When, String> {
    harness::when(text)
}

/// A time, perhaps from that of the last block on.
pub(crate) fn time(text: &str) -> Result<When, String> {
    harness::time(text)
}

/// An account: its name, or its address with or without `0x`.
///
/// # Errors
///
/// A sentence that names the option.
pub(crate) fn account(option: &str, text: &str, names: &Names) -> Result<Address, Mistake> {
    let is_plain = text.len() == 40 && !names.is_known(text);
    let found = match is_plain.then(|| address(text)) {
        Some(Ok(address)) => Ok(address),
        _ => names.address(text),
    };
    found.map_err(|problem| Mistake(format!("{option}: {problem}")))
}

/// A VM's option: `name=value`.
pub(crate) fn option(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("an option is written name=value")?;
    Ok((name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_hex() {
        assert_eq!(bytes("0x00fF").unwrap().0, [0, 255]);
        assert_eq!(bytes("00ff").unwrap().0, [0, 255]);
        assert_eq!(bytes("").unwrap(), Bytes::default());
        for wrong in ["0", "0x0", "xy", "0X00", "00 ff", "0x0x00"] {
            assert!(bytes(wrong).unwrap_err().starts_with("it is not hex: "), "{wrong}");
        }
    }

    #[test]
    fn addresses_have_40_digits() {
        let digits = "00000000000000000000000000000000000000aB";
        assert_eq!(address(digits), Ok(Address::from_low_u64_be(0xab)));
        assert_eq!(address(&format!("0x{digits}")), Ok(Address::from_low_u64_be(0xab)));
        for wrong in ["", "0xab", &digits[1..], &format!("0x0x{digits}")] {
            assert!(address(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_option_has_one_name_and_the_rest_is_its_value() {
        let expected = ("sys:sentinel".to_owned(), "a=b".to_owned());
        assert_eq!(option("sys:sentinel=a=b"), Ok(expected));
        assert!(option("debug").is_err());
    }
}
