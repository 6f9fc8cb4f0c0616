//! The hashes that a block header holds: of the state and of the logs.

use crate::{Account, Log, keccak256};
use alloy_primitives::U256 as TrieNumber;
use alloy_rlp::{Encodable, Header};
use alloy_trie::{TrieAccount, root};
use hebe_host::{Address, Bytes32};

/// The root of the state's Merkle Patricia trie (Yellow Paper, section 4.1). Every account in the map
/// is part of it, empty ones too: what does not exist must not be in the map.
pub fn state_root<'a>(accounts: impl IntoIterator<Item = (&'a Address, &'a Account)>) -> Bytes32 {
    let leaves = accounts.into_iter().map(|(address, account)| {
        let leaf = TrieAccount {
            nonce: account.nonce,
            balance: TrieNumber::from_be_bytes(account.balance.to_big_endian()),
            storage_root: storage_root(&account.storage).0.into(),
            code_hash: keccak256(&account.code).0.into(),
        };
        (address.0.into(), leaf)
    });
    Bytes32(root::state_root_unhashed::<TrieAccount>(leaves).0)
}

/// The root of an account's storage trie.
pub fn storage_root<'a>(storage: impl IntoIterator<Item = (&'a Bytes32, &'a Bytes32)>) -> Bytes32 {
    let words = storage.into_iter().filter(|(_, word)| !word.is_zero());
    let leaves = words.map(|(key, word)| (key.0.into(), TrieNumber::from_be_bytes(word.0)));
    Bytes32(root::storage_root_unhashed(leaves).0)
}

/// The hash of a transaction's logs, as state tests have it: Keccak-256 of their list in RLP, each log
/// a list of address, list of topics, and data (Yellow Paper, section 4.3.1).
pub fn logs_hash(logs: &[Log]) -> Bytes32 {
    let mut list = Vec::new();
    for log in logs {
        encode_log(log, &mut list);
    }
    let mut rlp = Vec::with_capacity(list.len() + 9);
    Header { list: true, payload_length: list.len() }.encode(&mut rlp);
    rlp.extend(list);
    keccak256(&rlp)
}

fn encode_log(log: &Log, out: &mut Vec<u8>) {
    let topics_length = log.topics.iter().map(|topic| topic.0.length()).sum();
    let topics = Header { list: true, payload_length: topics_length };
    let data = log.data.as_slice();
    let payload_length = log.address.0.length() + topics.length() + topics_length + data.length();
    Header { list: true, payload_length }.encode(out);
    log.address.0.encode(out);
    topics.encode(out);
    for topic in &log.topics {
        topic.0.encode(out);
    }
    data.encode(out);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn word(text: &str) -> Bytes32 {
        text.parse().unwrap()
    }

    /// The specification's examples of RLP (Yellow Paper, appendix B; Ethereum's wiki).
    #[test]
    fn rlp_of_known_items() {
        let text = "Lorem ipsum dolor sit amet, consectetur adipisicing elit";
        let string = |text: &str| alloy_rlp::encode(text.as_bytes());
        for (encoded, expected) in [
            (string(""), "80"),
            (string("dog"), "83646f67"),
            (string("\x0f"), "0f"),
            (string(text), &format!("b838{}", hex::encode(text))),
            (alloy_rlp::encode(0_u64), "80"),
            (alloy_rlp::encode(15_u64), "0f"),
            (alloy_rlp::encode(1024_u64), "820400"),
            (alloy_rlp::encode(["cat", "dog"].map(str::to_owned).to_vec()), "c88363617483646f67"),
            (alloy_rlp::encode(Vec::<u64>::new()), "c0"),
        ] {
            assert_eq!(hex::encode(encoded), expected);
        }
    }

    /// Ethereum's `TrieTests/hex_encoded_securetrie_test.json`, `test1`. Of code and storage it has only
    /// the hashes.
    #[test]
    fn trie_of_known_accounts() {
        let none = word("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");
        let storage = word("ba4b47865c55a341a4a78759bb913cd15c3ee8eaf30a62fa8d1c8863113d84e8");
        let code = word("04bccc5d94f4d1f99aab44369a910179931772f2a5c001c3229f57831c102769");
        let no_code = keccak256(&[]);
        let leaves = [
            ("a94f5374fce5edbc8e2a8697c15331677e6ebf0b", 1, 0x05f4_46a7, none, no_code),
            ("095e7baea6a6c7c4c2dfeb977efac326af552d87", 1, 1, none, code),
            ("d2571607e241ecf590ed94b12d87c94babe36db6", 1, 0, storage, no_code),
            ("62c01474f089b07dae603491675dc5b5748f7049", 0, 0, none, no_code),
            ("2adc25665018aa1fe0e6bc666dac8fc2697ff9ba", 0, 0x01_9a59, none, no_code),
        ];
        let leaves = leaves.map(|(address, nonce, balance, storage_root, code_hash)| {
            let address: Address = address.parse().unwrap();
            let (storage_root, code_hash) = (storage_root.0.into(), code_hash.0.into());
            let balance = TrieNumber::from(balance);
            (address.0.into(), TrieAccount { nonce, balance, storage_root, code_hash })
        });
        let expected = word("730a444e08ab4b8dee147c9b232fc52d34a223d600031c1e9d25bfc985cbd797");
        assert_eq!(root::state_root_unhashed::<TrieAccount>(leaves).0, expected.0);
    }

    #[test]
    fn root_of_no_accounts() {
        let empty = word("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");
        assert_eq!(state_root(&BTreeMap::new()), empty);
        assert_eq!(storage_root(&BTreeMap::new()), empty);
        let zero = BTreeMap::from([(Bytes32::zero(), Bytes32::zero())]);
        assert_eq!(storage_root(&zero), empty, "a zero is the same as nothing");
    }

    #[test]
    fn hash_of_no_logs() {
        // The hash of an empty list in RLP, which is also that of no uncles.
        let empty = word("1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347");
        assert_eq!(logs_hash(&[]), empty);
    }
}
