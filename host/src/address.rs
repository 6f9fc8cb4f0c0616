//! Where a new contract lives.

use crate::{Address, Bytes32};
use alloy_rlp::{Encodable, Header};
use sha3::{Digest, Keccak256};

/// The Keccak-256 hash, as Ethereum uses it.
pub fn keccak256(bytes: &[u8]) -> Bytes32 {
    Bytes32(Keccak256::digest(bytes).into())
}

/// The address of the contract that `sender` creates with this nonce, its nonce before the creation
/// (Yellow Paper, section 7): the last 20 bytes of `keccak256(rlp([sender, nonce]))`.
pub fn create_address(sender: Address, nonce: u64) -> Address {
    let payload_length = sender.0.length() + nonce.length();
    let mut rlp = Vec::with_capacity(1 + payload_length);
    Header { list: true, payload_length }.encode(&mut rlp);
    sender.0.encode(&mut rlp);
    nonce.encode(&mut rlp);
    keccak256(&rlp).into()
}

/// The address of the contract that `sender` creates with this salt and init code (EIP-1014): the
/// last 20 bytes of `keccak256(0xff ++ sender ++ salt ++ keccak256(init code))`.
pub fn create2_address(sender: Address, salt: Bytes32, init_code: &[u8]) -> Address {
    let init_code_hash = keccak256(init_code);
    keccak256(&[&[0xff], &sender[..], &salt[..], &init_code_hash[..]].concat()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        text.parse().unwrap()
    }

    #[test]
    fn create_addresses_of_a_known_sender() {
        let sender = address("6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0");
        let known = [
            "cd234a471b72ba2f1ccf0a70fcaba648a5eecd8d",
            "343c43a37d37dff08ae8c4a11544c718abb4fcf8",
            "f778b86fa74e846c4f0a1fbd1335fe81c00a0c91",
            "fffd933a0bc612844eaf0c6fe3e5b8e9b6c1d19c",
        ];
        for (nonce, expected) in (0..).zip(known) {
            assert_eq!(create_address(sender, nonce), address(expected), "nonce {nonce}");
        }
    }

    #[test]
    fn create2_addresses_of_eip_1014() {
        const ZERO: &str = "0000000000000000000000000000000000000000";
        const LEFT: &str = "deadbeef00000000000000000000000000000000";
        const RIGHT: &str = "00000000000000000000000000000000deadbeef";
        let feed = "000000000000000000000000feed000000000000000000000000000000000000";
        let cafebabe = "00000000000000000000000000000000000000000000000000000000cafebabe";
        let zero = &"0".repeat(64);
        let long = &"deadbeef".repeat(11);
        for (sender, salt, init_code, expected) in [
            (ZERO, zero.as_str(), "00", "4D1A2e2bB4F88F0250f26Ffff098B0b30B26BF38"),
            (LEFT, zero, "00", "B928f69Bb1D91Cd65274e3c79d8986362984fDA3"),
            (LEFT, feed, "00", "D04116cDd17beBE565EB2422F2497E06cC1C9833"),
            (ZERO, zero, "deadbeef", "70f2b2914A2a4b783FaEFb75f459A580616Fcb5e"),
            (RIGHT, cafebabe, "deadbeef", "60f3f640a8508fC6a86d45DF051962668E1e8AC7"),
            (RIGHT, cafebabe, long, "1d8bfDC5D46DC4f61D6b6115972536eBE6A8854C"),
            (ZERO, zero, "", "E33C0C7F7df4809055C3ebA6c09CFe4BaF1BD9e0"),
        ] {
            let init_code = hex::decode(init_code).unwrap();
            let actual = create2_address(address(sender), salt.parse().unwrap(), &init_code);
            assert_eq!(actual, address(expected));
        }
    }
}
