//! Who signs with a secret key.

use crate::keccak256;
use hebe_host::{Address, Bytes32};
use k256::{SecretKey, elliptic_curve::sec1::ToEncodedPoint};

/// The address of the account that a secret key signs for: the last 20 bytes of the Keccak-256 hash of
/// its public key on secp256k1 (Yellow Paper, appendix F). `None` for a word that is no key: zero, or not
/// below the order of the curve.
pub fn address_of_secret_key(key: Bytes32) -> Option<Address> {
    let point = SecretKey::from_slice(&key.0).ok()?.public_key().to_encoded_point(false);
    // The first byte says that the point is not compressed.
    point.as_bytes().get(1..).map(|coordinates| keccak256(coordinates).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_known_keys() {
        for (key, address) in [
            // The key of 1, whose public key is the curve's base point.
            ("01", "7e5f4552091a69125d5dfcb7b8c2659029395bdf"),
            // EIP-155's example.
            (
                "4646464646464646464646464646464646464646464646464646464646464646",
                "9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f",
            ),
            // The sender of most state tests.
            (
                "45a915e4d060149eb4365960e6a7a45f334393093061116b197e3240065ff2d8",
                "a94f5374fce5edbc8e2a8697c15331677e6ebf0b",
            ),
        ] {
            let key = format!("{key:0>64}").parse().unwrap();
            assert_eq!(address_of_secret_key(key), Some(address.parse().unwrap()));
        }
    }

    #[test]
    fn some_words_are_no_keys() {
        let order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
        for word in [Bytes32::zero(), order.parse().unwrap(), Bytes32::repeat_byte(0xff)] {
            assert_eq!(address_of_secret_key(word), None, "{word:?}");
        }
    }
}
