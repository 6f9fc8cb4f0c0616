//! The accounts, and all that one transaction does to them.

use crate::{Accessed, Account, Words, journal::Change};
use hebe_host::{AccessStatus, Address, Bytes32, StorageStatus, U256};
use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
    sync::Arc,
};

/// Accounts by address. A copy shares with the original all that neither of them changes, so that a chain can keep the
/// state of each block.
pub type Accounts = imbl::OrdMap<Address, Account>;

/// The accounts of a chain, with what the running transaction did so far.
///
/// Every change is written into a journal: [`State::snapshot`] marks a place in it,
/// [`State::roll_back`] undoes everything since. Maps are ordered, so that nothing depends on the
/// order of a hash map.
#[derive(Clone, Debug, Default)]
pub struct State {
    accounts: Accounts,
    journal: Vec<Change>,
    logs: Vec<Log>,
    destructed: BTreeSet<Address>,
    /// The contracts that the transaction has created.
    created: BTreeSet<Address>,
    /// Of each word that the transaction stored to: what it was when the transaction began.
    originals: BTreeMap<(Address, Bytes32), Bytes32>,
    transient: BTreeMap<(Address, Bytes32), Bytes32>,
    warm_accounts: BTreeSet<Address>,
    warm_storage: BTreeSet<(Address, Bytes32)>,
    /// Whether an empty account is an account, as it was before EIP-161.
    keeps_empty_accounts: bool,
}

/// The account that stays touched when the touch is rolled back: on the main network, clients once
/// deleted the empty account at the address of RIPEMD-160 although the call had failed, and so it became
/// the rule (EIP-716).
const STAYS_TOUCHED: Address = {
    let mut bytes = [0; 20];
    bytes[19] = 3;
    Address(bytes)
};

/// What a contract logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// Who logged it.
    pub address: Address,
    /// At most four words to search for.
    pub topics: Vec<Bytes32>,
    /// Bytes without limit, apart from their price.
    pub data: Vec<u8>,
}

/// A place in the journal, good until the transaction ends or an older snapshot is rolled back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snapshot(usize);

/// Why no money was moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransferError {
    /// The sender has less.
    #[error("the sender's balance is less than the value")]
    InsufficientBalance,
    /// Only a made-up state gets here: there is not that much ether.
    #[error("the recipient's balance would not fit into 256 bits")]
    Overflow,
}

/// Accounts, from outside of transactions.
impl State {
    /// A state with these accounts.
    pub fn new(accounts: BTreeMap<Address, Account>) -> Self {
        Accounts::from(accounts).into()
    }

    /// All accounts, by address.
    pub fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// All accounts, as a map of their own.
    pub fn to_map(&self) -> BTreeMap<Address, Account> {
        self.accounts.iter().map(|(address, account)| (*address, account.clone())).collect()
    }

    /// Whether an empty account is an account, as it was before EIP-161.
    pub(crate) fn keep_empty_accounts(&mut self, keeps: bool) {
        self.keeps_empty_accounts = keeps;
    }

    /// Puts an account there, in place of one that may be there. Not for use within a transaction:
    /// it can't be undone.
    pub fn insert(&mut self, address: Address, account: Account) {
        self.accounts.insert(address, account);
    }

    /// Takes an account away. Not for use within a transaction: it can't be undone.
    pub fn remove(&mut self, address: Address) {
        self.accounts.remove(&address);
    }
}

impl From<Accounts> for State {
    fn from(accounts: Accounts) -> Self {
        Self { accounts, ..Self::default() }
    }
}

/// What can be asked.
impl State {
    /// The account, if there is one or was one before it was emptied.
    pub fn account(&self, address: Address) -> Option<&Account> {
        self.accounts.get(&address)
    }

    /// Whether the account exists, which an empty one does not (EIP-161, since Spurious Dragon).
    pub fn exists(&self, address: Address) -> bool {
        let keeps = self.keeps_empty_accounts;
        self.account(address).is_some_and(|account| keeps || !account.is_empty())
    }

    /// The balance in wei; zero where there is no account.
    pub fn balance(&self, address: Address) -> U256 {
        self.account(address).map_or(U256::zero(), |account| account.balance)
    }

    /// The nonce; zero where there is no account.
    pub fn nonce(&self, address: Address) -> u64 {
        self.account(address).map_or(0, |account| account.nonce)
    }

    /// The code; empty where there is none.
    pub fn code(&self, address: Address) -> Arc<[u8]> {
        self.account(address).map_or_else(|| Arc::from([]), |account| Arc::clone(&account.code))
    }

    /// The word at `key`; zero where nothing was stored.
    pub fn storage(&self, address: Address, key: Bytes32) -> Bytes32 {
        self.account(address)
            .and_then(|account| account.storage.get(&key))
            .copied()
            .unwrap_or_default()
    }

    /// The word at `key` of transient storage (EIP-1153); zero where nothing was stored.
    pub fn transient_storage(&self, address: Address, key: Bytes32) -> Bytes32 {
        self.transient.get(&(address, key)).copied().unwrap_or_default()
    }

    /// What the running transaction logged so far.
    pub fn logs(&self) -> &[Log] {
        &self.logs
    }
}

/// Changes, each of which [`State::roll_back`] can undo.
impl State {
    /// Moves `value` wei. The recipient is touched, also where nothing moves.
    ///
    /// # Errors
    ///
    /// [`TransferError`], and nothing has changed.
    pub fn transfer(
        &mut self,
        from: Address,
        to: Address,
        value: U256,
    ) -> Result<(), TransferError> {
        let rest = self.balance(from).checked_sub(value);
        let rest = rest.ok_or(TransferError::InsufficientBalance)?;
        if from == to || value.is_zero() {
            self.touch(to);
            return Ok(());
        }
        let sum = self.balance(to).checked_add(value).ok_or(TransferError::Overflow)?;
        self.set_balance(from, rest);
        self.set_balance(to, sum);
        Ok(())
    }

    /// Notes that the account was part of what could have changed it: if it is empty, it is deleted
    /// when the transaction ends (EIP-161). Before that, it was there from then on.
    pub fn touch(&mut self, address: Address) {
        if self.keeps_empty_accounts {
            self.account_mut(address);
        } else if self.account(address).is_some() {
            self.journal.push(Change::Touched(address));
        }
    }

    /// Sets the balance in wei.
    pub fn set_balance(&mut self, address: Address, balance: U256) {
        let before = mem::replace(&mut self.account_mut(address).balance, balance);
        self.journal.push(Change::Balance(address, before));
    }

    /// Sets the nonce.
    pub fn set_nonce(&mut self, address: Address, nonce: u64) {
        let before = mem::replace(&mut self.account_mut(address).nonce, nonce);
        self.journal.push(Change::Nonce(address, before));
    }

    /// Sets the code.
    pub fn set_code(&mut self, address: Address, code: Arc<[u8]>) {
        let before = mem::replace(&mut self.account_mut(address).code, code);
        self.journal.push(Change::Code(address, before));
    }

    /// Stores a word and says how it relates to the original and the current one.
    pub fn set_storage(&mut self, address: Address, key: Bytes32, value: Bytes32) -> StorageStatus {
        let current = self.storage(address, key);
        let original = *self.originals.entry((address, key)).or_insert(current);
        if value != current {
            put_word(&mut self.account_mut(address).storage, key, value);
            self.journal.push(Change::Storage(address, key, current));
        }
        storage_status(original, current, value)
    }

    /// Stores a word in transient storage (EIP-1153).
    pub fn set_transient_storage(&mut self, address: Address, key: Bytes32, value: Bytes32) {
        let before = self.transient_storage(address, key);
        self.put_transient(address, key, value);
        self.journal.push(Change::Transient(address, key, before));
    }

    /// Appends a log.
    pub fn log(&mut self, log: Log) {
        self.logs.push(log);
        self.journal.push(Change::Logged);
    }

    /// Notes that a contract was created in this transaction (EIP-6780).
    pub(crate) fn note_created(&mut self, address: Address) {
        if self.created.insert(address) {
            self.journal.push(Change::Created(address));
        }
    }

    /// Whether a contract was created in this transaction.
    pub(crate) fn is_new(&self, address: Address) -> bool {
        self.created.contains(&address)
    }

    /// Gives all that the account has to `beneficiary` and registers it for destruction when the
    /// transaction ends. What it gives to itself is burned. Returns whether this is the first time
    /// in the transaction.
    ///
    /// # Errors
    ///
    /// [`TransferError::Overflow`], and nothing has changed.
    pub fn selfdestruct(
        &mut self,
        address: Address,
        beneficiary: Address,
    ) -> Result<bool, TransferError> {
        self.transfer(address, beneficiary, self.balance(address))?;
        if address == beneficiary {
            self.set_balance(address, U256::zero());
        }
        let first = self.destructed.insert(address);
        if first {
            self.journal.push(Change::Destructed(address));
        }
        Ok(first)
    }

    /// Marks an account as accessed (EIP-2929); returns what it was before.
    pub fn access_account(&mut self, address: Address) -> AccessStatus {
        if !self.warm_accounts.insert(address) {
            return AccessStatus::Warm;
        }
        self.journal.push(Change::WarmAccount(address));
        AccessStatus::Cold
    }

    /// Marks a storage word as accessed (EIP-2929); returns what it was before.
    pub fn access_storage(&mut self, address: Address, key: Bytes32) -> AccessStatus {
        if !self.warm_storage.insert((address, key)) {
            return AccessStatus::Warm;
        }
        self.journal.push(Change::WarmStorage(address, key));
        AccessStatus::Cold
    }

    /// What the running transaction has accessed so far (EIP-2929).
    pub(crate) fn accessed(&self) -> Accessed {
        Accessed { accounts: self.warm_accounts.clone(), words: self.warm_storage.clone() }
    }

    /// The account to be changed, made where there is none.
    fn account_mut(&mut self, address: Address) -> &mut Account {
        self.accounts.entry(address).or_insert_with(|| {
            self.journal.push(Change::Inserted(address));
            Account::default()
        })
    }
}

/// Going back, and coming to an end.
impl State {
    /// Marks this moment, to be gone back to.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(self.journal.len())
    }

    /// Undoes everything since `snapshot`.
    pub fn roll_back(&mut self, snapshot: Snapshot) {
        let mut stays = false;
        for change in self.journal.split_off(snapshot.0).into_iter().rev() {
            stays |= matches!(change, Change::Touched(address) if address == STAYS_TOUCHED);
            self.undo(change);
        }
        if stays {
            self.touch(STAYS_TOUCHED);
        }
    }

    fn undo(&mut self, change: Change) {
        match change {
            Change::Inserted(address) => drop(self.accounts.remove(&address)),
            // That it happened is all there is to it.
            Change::Touched(_) => {}
            Change::Balance(address, before) => self.inserted(address).balance = before,
            Change::Nonce(address, before) => self.inserted(address).nonce = before,
            Change::Code(address, before) => self.inserted(address).code = before,
            Change::Storage(address, key, before) => {
                put_word(&mut self.inserted(address).storage, key, before);
            }
            Change::Transient(address, key, before) => self.put_transient(address, key, before),
            Change::Logged => drop(self.logs.pop()),
            Change::Destructed(address) => drop(self.destructed.remove(&address)),
            Change::Created(address) => drop(self.created.remove(&address)),
            Change::WarmAccount(address) => drop(self.warm_accounts.remove(&address)),
            Change::WarmStorage(address, key) => drop(self.warm_storage.remove(&(address, key))),
        }
    }

    fn put_transient(&mut self, address: Address, key: Bytes32, value: Bytes32) {
        match value.is_zero() {
            true => self.transient.remove(&(address, key)),
            false => self.transient.insert((address, key), value),
        };
    }

    /// An account that the journal says was changed; it is removed only after these changes are
    /// undone.
    fn inserted(&mut self, address: Address) -> &mut Account {
        self.accounts.entry(address).or_default()
    }

    /// Ends the transaction: destructed accounts are deleted, and accounts that it left empty
    /// (EIP-161). Everything that belongs to the transaction alone is forgotten.
    pub(crate) fn end_transaction(&mut self) -> Ended {
        let ended = Ended {
            logs: mem::take(&mut self.logs),
            destructed: mem::take(&mut self.destructed),
            originals: mem::take(&mut self.originals),
            journal: mem::take(&mut self.journal),
        };
        for address in &ended.destructed {
            self.accounts.remove(address);
        }
        for change in &ended.journal {
            if let Change::Inserted(address)
            | Change::Touched(address)
            | Change::Balance(address, _) = change
                && !self.keeps_empty_accounts
                && self.account(*address).is_some_and(Account::is_empty)
            {
                self.accounts.remove(address);
            }
        }
        self.created.clear();
        self.transient.clear();
        self.warm_accounts.clear();
        self.warm_storage.clear();
        ended
    }
}

/// What a transaction did, as far as it was not undone.
pub(crate) struct Ended {
    pub(crate) logs: Vec<Log>,
    pub(crate) destructed: BTreeSet<Address>,
    pub(crate) originals: BTreeMap<(Address, Bytes32), Bytes32>,
    pub(crate) journal: Vec<Change>,
}

/// Maps of words hold no zeros: a zero is the same as nothing.
fn put_word(words: &mut Words, key: Bytes32, value: Bytes32) {
    match value.is_zero() {
        true => words.remove(&key),
        false => words.insert(key, value),
    };
}

/// EVMC's `enum evmc_storage_status`, as [`StorageStatus`] writes it down.
fn storage_status(original: Bytes32, current: Bytes32, new: Bytes32) -> StorageStatus {
    use StorageStatus as Status;
    let untouched = current == original;
    match (original.is_zero(), current.is_zero(), new.is_zero()) {
        _ if new == current => Status::Assigned,
        (true, true, false) => Status::Added,
        (true, false, true) => Status::AddedDeleted,
        (false, true, false) if new == original => Status::DeletedRestored,
        (false, true, false) => Status::DeletedAdded,
        (false, false, true) if untouched => Status::Deleted,
        (false, false, true) => Status::ModifiedDeleted,
        (false, false, false) if untouched => Status::Modified,
        (false, false, false) if new == original => Status::ModifiedRestored,
        _ => Status::Assigned,
    }
}

#[cfg(test)]
mod tests;
