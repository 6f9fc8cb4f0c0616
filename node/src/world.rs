//! The accounts of a chain with the tries over them, and what leads back from one block to the one before.

use crate::{forms::ToAlloy, trie::Trie};
use alloy_primitives::{B256, Bytes, KECCAK256_EMPTY, keccak256};
use alloy_trie::TrieAccount;
use hebe_host::{Address, Bytes32, U256};
use hebe_testing::{Account, Accounts, Words};
use imbl::{OrdMap, ordmap::DiffItem};
use std::sync::Arc;

/// Accounts, and their tries. A copy costs nothing but what either changes later.
#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    accounts: Accounts,
    trie: Trie,
    /// The tries of accounts that have storage.
    storage: OrdMap<Address, Trie>,
}

/// What changes accounts back to what they were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Undo(pub(crate) Vec<Before>);

/// What one account was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Before {
    pub(crate) address: Address,
    /// All but its storage; none where there was no account.
    pub(crate) fields: Option<Fields>,
    /// Words that were different, zero included; where there is no account any more, all of them.
    pub(crate) words: Vec<(Bytes32, Bytes32)>,
}

/// An account without its storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fields {
    pub(crate) balance: U256,
    pub(crate) nonce: u64,
    pub(crate) code: Arc<[u8]>,
}

impl Fields {
    fn of(account: &Account) -> Self {
        let Account { balance, nonce, ref code, .. } = *account;
        Self { balance, nonce, code: Arc::clone(code) }
    }
}

impl World {
    /// A world with these accounts.
    pub(crate) fn new(accounts: &Accounts) -> Self {
        let mut world = Self::default();
        world.follow(accounts);
        world
    }

    /// The accounts.
    pub(crate) fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// Takes on what accounts have become, in time that follows what has changed, and gives what leads back.
    pub(crate) fn follow(&mut self, accounts: &Accounts) -> Undo {
        let mut undo = Vec::new();
        let before = std::mem::replace(&mut self.accounts, accounts.clone());
        for change in before.diff(accounts) {
            let (address, old, new) = match change {
                DiffItem::Add(address, new) => (*address, None, Some(new)),
                DiffItem::Remove(address, old) => (*address, Some(old), None),
                DiffItem::Update { old: (address, old), new: (_, new) } => {
                    (*address, Some(old), Some(new))
                }
            };
            let words = self.follow_words(address, old, new);
            self.set_leaf(address, new);
            undo.push(Before { address, fields: old.map(Fields::of), words });
        }
        Undo(undo)
    }

    /// Takes on an account's storage; gives the words that were different.
    fn follow_words(
        &mut self,
        address: Address,
        old: Option<&Account>,
        new: Option<&Account>,
    ) -> Vec<(Bytes32, Bytes32)> {
        let none = Words::new();
        let old = old.map_or(&none, |account| &account.storage);
        let new = new.map_or(&none, |account| &account.storage);
        if old.ptr_eq(new) || (old.is_empty() && new.is_empty()) {
            return Vec::new();
        }
        let mut trie = self.storage.get(&address).cloned().unwrap_or_default();
        let mut before = Vec::new();
        for change in old.diff(new) {
            let (key, was, is) = match change {
                DiffItem::Add(key, is) => (*key, Bytes32::zero(), *is),
                DiffItem::Remove(key, was) => (*key, *was, Bytes32::zero()),
                DiffItem::Update { old: (key, was), new: (_, is) } => (*key, *was, *is),
            };
            before.push((key, was));
            let hashed = keccak256(key.0);
            match is.is_zero() {
                true => trie.remove(hashed),
                false => {
                    let number = alloy_primitives::U256::from_be_bytes(is.0);
                    trie.insert(hashed, alloy_rlp::encode(number));
                }
            }
        }
        match new.is_empty() {
            true => self.storage.remove(&address),
            false => self.storage.insert(address, trie),
        };
        before
    }

    fn set_leaf(&mut self, address: Address, account: Option<&Account>) {
        let key = keccak256(address.0);
        match account {
            None => self.trie.remove(key),
            Some(account) => {
                let leaf = self.leaf(address, account);
                self.trie.insert(key, alloy_rlp::encode(leaf));
            }
        }
    }

    /// What the trie says of an account.
    pub(crate) fn leaf(&self, address: Address, account: &Account) -> TrieAccount {
        TrieAccount {
            nonce: account.nonce,
            balance: account.balance.to_alloy(),
            storage_root: self.storage.get(&address).cloned().unwrap_or_default().root(),
            code_hash: code_hash(&account.code),
        }
    }

    /// The state's root.
    pub(crate) fn root(&self) -> B256 {
        self.trie.root()
    }

    /// The nodes that lead to an account (EIP-1186).
    pub(crate) fn account_proof(&self, address: Address) -> Vec<Bytes> {
        self.trie.proof(keccak256(address.0))
    }

    /// The nodes that lead to a word of an account's storage.
    pub(crate) fn word_proof(&self, address: Address, key: Bytes32) -> Vec<Bytes> {
        let trie = self.storage.get(&address);
        trie.map_or_else(Vec::new, |trie| trie.proof(keccak256(key.0)))
    }

    /// Goes back.
    #[cfg(test)]
    fn undo(&mut self, undo: &Undo) {
        let mut accounts = self.accounts.clone();
        undo.apply(&mut accounts);
        self.follow(&accounts);
    }
}

impl Undo {
    /// Changes accounts back.
    pub(crate) fn apply(&self, accounts: &mut Accounts) {
        for Before { address, fields, words } in &self.0 {
            let Some(Fields { balance, nonce, code }) = fields else {
                accounts.remove(address);
                continue;
            };
            let account = accounts.entry(*address).or_default();
            (account.balance, account.nonce, account.code) = (*balance, *nonce, Arc::clone(code));
            for (key, word) in words {
                match word.is_zero() {
                    true => account.storage.remove(key),
                    false => account.storage.insert(*key, *word),
                };
            }
        }
    }
}

/// The hash of an account's code.
pub(crate) fn code_hash(code: &[u8]) -> B256 {
    if code.is_empty() { KECCAK256_EMPTY } else { keccak256(code) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hebe_testing::state_root;
    use proptest::prelude::*;

    fn accounts() -> impl Strategy<Value = Accounts> {
        let words = prop::collection::btree_map(0_u64..6, 0_u64..3, 0..5);
        let account =
            (0_u64..3, 0_u64..3, 0_u8..3, words).prop_map(|(balance, nonce, code, words)| {
                let word = Bytes32::from_low_u64_be;
                let storage = words.into_iter().filter(|(_, to)| *to != 0);
                Account {
                    balance: balance.into(),
                    nonce,
                    code: vec![code; code.into()].into(),
                    storage: storage.map(|(key, to)| (word(key), word(to))).collect(),
                }
            });
        prop::collection::btree_map(0_u64..8, account, 0..8).prop_map(|accounts| {
            let accounts = accounts.into_iter();
            accounts.map(|(at, account)| (Address::from_low_u64_be(at), account)).collect()
        })
    }

    proptest! {
        #[test]
        fn every_step_has_its_root_and_can_be_undone(steps in prop::collection::vec(accounts(), 1..6)) {
            let mut world = World::default();
            let mut before = Vec::new();
            for step in &steps {
                let was = world.clone();
                let undo = world.follow(step);
                prop_assert_eq!(world.root(), state_root(step).to_alloy());
                before.push((was, undo));
            }
            for (was, undo) in before.iter().rev() {
                world.undo(undo);
                prop_assert_eq!(&world.accounts, &was.accounts);
                prop_assert_eq!(world.root(), was.root());
            }
        }
    }
}
