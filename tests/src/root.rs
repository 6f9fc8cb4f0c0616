//! The hashes that a block header holds: of the state and of the logs.

use crate::{Account, Log, keccak256};
use alloy_primitives::U256 as TrieNumber;
use alloy_rlp::{Encodable, Header};
use alloy_trie::{TrieAccount, root};
use hebe_host::{Address, Bytes32};
use std::collections::BTreeMap;

/// The root of the state's Merkle Patricia trie (Yellow Paper, section 4.1). Every account in the map
/// is part of it, empty ones too: what does not exist must not be in the map.
pub fn state_root(accounts: &BTreeMap<Address, Account>) -> Bytes32 {
    let leaves = accounts.iter().map(|(address, account)| {
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
pub fn storage_root(storage: &BTreeMap<Bytes32, Bytes32>) -> Bytes32 {
    let words = storage.iter().filter(|(_, word)| !word.is_zero());
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
