//! A transaction from outside, and what came of it.

use crate::{
    Chain, Execution, Log, Machine, authorization, journal::Change, precompiles, state::Ended,
};
use hebe_host::{Address, Bytes32, CallKind, Message, Revision, StatusCode, U256};
use std::collections::BTreeMap;

/// What somebody outside asks of the chain. It costs nothing beyond what the contract uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// The sender and origin.
    pub from: Address,
    /// The account that is called; none for the creation of a contract.
    pub to: Option<Address>,
    /// Call data; for a creation the init code.
    pub input: Vec<u8>,
    /// Wei sent along.
    pub value: U256,
    /// Gas that may be used, in whole units; from 0 to `i64::MAX`.
    pub gas: i64,
    /// Nothing may change the state. This is a question rather than a transaction, so the sender's
    /// nonce stays as well.
    pub is_static: bool,
}

/// What came of a transaction. Whatever failed has changed nothing, apart from the sender's nonce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How it ended.
    pub status: StatusCode,
    /// A sentence that says why it failed, where somebody knows.
    pub reason: Option<String>,
    /// Gas that was used, in whole units, refunds not taken off.
    pub gas_used: i64,
    /// Gas that was not used, in whole units.
    pub gas_left: i64,
    /// Gas to be refunded, in whole units, before any cap.
    pub gas_refund: i64,
    /// Return data.
    pub output: Vec<u8>,
    /// The new contract, after a successful creation.
    pub created: Option<Address>,
    /// What was logged, first to last.
    pub logs: Vec<Log>,
    /// Words that have changed, by account and key.
    pub storage: Vec<StorageChange>,
    /// Balances that have changed, by account.
    pub balances: BTreeMap<Address, Changed<U256>>,
    /// Nonces that have changed, by account.
    pub nonces: BTreeMap<Address, Changed<u64>>,
    /// Accounts that destructed themselves, and are gone with all their storage.
    pub destructed: Vec<Address>,
}

impl Report {
    /// A report in which nothing happened, and that ended so.
    pub fn of_nothing(status: StatusCode) -> Self {
        Self {
            status,
            reason: None,
            gas_used: 0,
            gas_left: 0,
            gas_refund: 0,
            output: Vec::new(),
            created: None,
            logs: Vec::new(),
            storage: Vec::new(),
            balances: BTreeMap::new(),
            nonces: BTreeMap::new(),
            destructed: Vec::new(),
        }
    }
}

/// A word of storage that has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StorageChange {
    /// The account.
    pub account: Address,
    /// Where in its storage.
    pub key: Bytes32,
    /// The word.
    pub word: Changed<Bytes32>,
}

/// Something before and after the transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed<T> {
    /// When the transaction began.
    pub before: T,
    /// When it had ended.
    pub after: T,
}

impl Chain {
    /// Runs a transaction and ends it.
    pub fn run(&mut self, machine: &dyn Machine, transaction: &Transaction) -> Report {
        self.begin(transaction);
        let execution = self.send(machine, transaction);
        self.end(transaction, execution)
    }

    /// Runs a transaction to see how it ends, and undoes it.
    pub fn try_run(&mut self, machine: &dyn Machine, transaction: &Transaction) -> Execution {
        let snapshot = self.state.snapshot();
        self.begin(transaction);
        let execution = self.send(machine, transaction);
        self.state.roll_back(snapshot);
        execution
    }

    /// Begins a transaction: what it accesses anyway is warm (EIP-2929, EIP-3651), and a call counts the
    /// sender's nonce.
    pub(crate) fn begin(&mut self, transaction: &Transaction) {
        let Transaction { from, to, value, is_static, .. } = *transaction;
        self.state.keep_empty_accounts(self.revision < Revision::SpuriousDragon);
        self.context.tx_origin = from;
        self.state.access_account(from);
        for address in precompiles::addresses(self) {
            self.state.access_account(address);
        }
        if self.revision >= Revision::Shanghai {
            self.state.access_account(self.context.block_coinbase);
        }
        let Some(recipient) = to else { return };
        self.state.access_account(recipient);
        // A creation counts the sender's nonce by itself. Who can't pay has sent nothing.
        if !is_static
            && self.state.balance(from) >= value
            && let Some(nonce) = self.state.nonce(from).checked_add(1)
        {
            self.state.set_nonce(from, nonce);
        }
    }

    /// Runs a transaction's message. The code of an account that has delegated is its delegate's, which is
    /// warm then (EIP-7702).
    pub(crate) fn send(&mut self, machine: &dyn Machine, transaction: &Transaction) -> Execution {
        let Transaction { from, to, ref input, value, gas, is_static } = *transaction;
        let recipient = to.unwrap_or_default();
        let delegate = match to {
            Some(to) if self.revision >= Revision::Prague => {
                authorization::delegate(&self.state.code(to))
            }
            _ => None,
        };
        if let Some(delegate) = delegate {
            self.state.access_account(delegate);
        }
        let message = Message {
            kind: if to.is_some() { CallKind::Call } else { CallKind::Create },
            is_static,
            is_delegated: delegate.is_some(),
            depth: 0,
            gas,
            recipient,
            sender: from,
            input,
            value,
            create2_salt: Bytes32::zero(),
            code_address: delegate.unwrap_or(recipient),
        };
        self.call(machine, &message)
    }

    /// Ends a transaction, and says what came of it.
    pub(crate) fn end(&mut self, transaction: &Transaction, execution: Execution) -> Report {
        let Transaction { to, gas, .. } = *transaction;
        let ended = self.state.end_transaction();
        let result = execution.result;
        Report {
            status: result.status,
            reason: execution.reason,
            gas_used: gas.saturating_sub(result.gas_left),
            gas_left: result.gas_left,
            gas_refund: result.gas_refund,
            output: result.output,
            created: (to.is_none() && result.status == StatusCode::Success)
                .then_some(result.create_address),
            storage: self.storage_changes(&ended),
            balances: self.changes(&ended, |change| match *change {
                Change::Balance(address, before) => {
                    Some((address, before, self.state.balance(address)))
                }
                _ => None,
            }),
            nonces: self.changes(&ended, |change| match *change {
                Change::Nonce(address, before) => {
                    Some((address, before, self.state.nonce(address)))
                }
                _ => None,
            }),
            logs: ended.logs,
            destructed: ended.destructed.into_iter().collect(),
        }
    }

    fn storage_changes(&self, ended: &Ended) -> Vec<StorageChange> {
        let touched = ended.originals.iter().map(|(&(account, key), &before)| {
            let after = self.state.storage(account, key);
            StorageChange { account, key, word: Changed { before, after } }
        });
        touched.filter(|change| change.word.before != change.word.after).collect()
    }

    /// The changes that `read` finds in the journal, each with its address, what was before, and
    /// what is now. The first change of an address tells what was when the transaction began.
    fn changes<T: Copy + PartialEq>(
        &self,
        ended: &Ended,
        read: impl Fn(&Change) -> Option<(Address, T, T)>,
    ) -> BTreeMap<Address, Changed<T>> {
        let mut changes = BTreeMap::new();
        for (address, before, after) in ended.journal.iter().filter_map(read) {
            changes.entry(address).or_insert(Changed { before, after });
        }
        changes.retain(|_, change| change.before != change.after);
        changes
    }
}
