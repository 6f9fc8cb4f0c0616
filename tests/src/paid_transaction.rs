//! A transaction as Ethereum has it: valid or not, and paid for.

use crate::{
    Authorization, Chain, InvalidTransaction, Machine, Observed, Report, Transaction,
    authorization, rules::TransactionRules, validity::Valid,
};
use hebe_host::{Address, Bytes32, U256};

/// A transaction that its sender pays for. Who signed it is known; the signature is not part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaidTransaction {
    /// The account that signed it and pays.
    pub sender: Address,
    /// How many transactions the sender has sent before.
    pub nonce: u64,
    /// What it pays for gas.
    pub price: Price,
    /// Gas that may be used, in whole units, what the transaction itself costs included.
    pub gas_limit: u64,
    /// The account that is called; none for the creation of a contract.
    pub to: Option<Address>,
    /// Wei sent along.
    pub value: U256,
    /// Call data; for a creation the init code.
    pub data: Vec<u8>,
    /// What is warm from the beginning (EIP-2930); none in a transaction that has no such list.
    pub access_list: Option<Vec<AccessListEntry>>,
    /// The blobs that it comes with (EIP-4844).
    pub blobs: Option<Blobs>,
    /// What accounts have agreed to (EIP-7702).
    pub authorizations: Option<Vec<Authorization>>,
}

/// The type of a transaction (EIP-2718).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum TransactionType {
    /// Without a type.
    Legacy = 0,
    /// With an access list (EIP-2930).
    AccessList = 1,
    /// With a price that has two parts (EIP-1559).
    FeeMarket = 2,
    /// With blobs (EIP-4844).
    Blob = 3,
    /// With authorisations (EIP-7702).
    SetCode = 4,
}

/// Wei for a unit of gas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Price {
    /// All of it.
    Gas(U256),
    /// At most so much, and of that so much to the coinbase (EIP-1559).
    Market {
        /// The most that is paid, what is burned included.
        max_fee: U256,
        /// The most that the coinbase gets.
        priority_fee: U256,
    },
}

impl Default for Price {
    /// Nothing.
    fn default() -> Self {
        Self::Gas(U256::zero())
    }
}

/// An account, and words of its storage, that are warm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessListEntry {
    /// The account.
    pub address: Address,
    /// Keys of words in its storage.
    pub keys: Vec<Bytes32>,
}

/// What a transaction says of its blobs, which are not part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blobs {
    /// The most wei for a unit of blob gas.
    pub max_fee: U256,
    /// The blobs' versioned hashes.
    pub hashes: Vec<Bytes32>,
}

impl PaidTransaction {
    /// Its type, by what it has.
    pub fn ty(&self) -> TransactionType {
        if self.authorizations.is_some() {
            TransactionType::SetCode
        } else if self.blobs.is_some() {
            TransactionType::Blob
        } else if matches!(self.price, Price::Market { .. }) {
            TransactionType::FeeMarket
        } else if self.access_list.is_some() {
            TransactionType::AccessList
        } else {
            TransactionType::Legacy
        }
    }
}

impl Chain {
    /// Runs a transaction as part of the block: the sender pays for all gas in advance and is given back
    /// what was not used, with the refund; the coinbase gets the rest, as far as it is not burned (Yellow
    /// Paper, section 6).
    ///
    /// The report's gas is the transaction's: what it costs by itself is part of what was used, and the
    /// refund, as far as it was granted, is taken off.
    ///
    /// # Errors
    ///
    /// [`InvalidTransaction`], and nothing has changed.
    pub fn transact(
        &mut self,
        machine: &dyn Machine,
        transaction: &PaidTransaction,
    ) -> Result<Report, InvalidTransaction> {
        let rules = TransactionRules::of(self.revision)
            .ok_or(InvalidTransaction::UnsupportedRevision(self.revision))?;
        let PaidTransaction { sender, gas_limit, to, value, .. } = *transaction;
        let Valid { gas, price, priority_fee, gas_cost, blob_cost } =
            self.validate(rules, transaction)?;
        self.context.tx_gas_price = price;
        let blobs = transaction.blobs.as_ref();
        self.context.blob_hashes = blobs.map_or_else(Vec::new, |blobs| blobs.hashes.clone());
        self.state.set_balance(sender, self.state.balance(sender) - gas_cost - blob_cost);
        for entry in transaction.access_list.iter().flatten() {
            self.state.access_account(entry.address);
            for key in &entry.keys {
                self.state.access_storage(entry.address, *key);
            }
        }

        let input = transaction.data.clone();
        let message = Transaction { from: sender, to, input, value, gas, is_static: false };
        self.begin(&message);
        let authorizations = transaction.authorizations.as_deref().unwrap_or_default();
        let chain_id = self.context.chain_id;
        let granted = authorization::apply(&mut self.state, rules, chain_id, authorizations);
        let execution = self.send(machine, &message);

        let gas_left = u64::try_from(execution.result.gas_left).unwrap_or(0);
        let used = gas_limit - gas_left;
        let granted = i64::try_from(granted).unwrap_or(i64::MAX);
        let refund = execution.result.gas_refund.saturating_add(granted);
        let refund = rules.capped_refund(used, refund);
        let used = (used - refund).max(rules.floor_gas(&transaction.data));
        let left = gas_limit - used;
        self.pay(sender, price * left);
        self.pay(self.context.block_coinbase, priority_fee * used);

        self.observe(|state| Observed::Accessed(state.accessed()));
        let mut report = self.end(&message, execution);
        self.context.blob_hashes.clear();
        let whole = |gas: u64| i64::try_from(gas).unwrap_or(i64::MAX);
        (report.gas_used, report.gas_left, report.gas_refund) =
            (whole(used), whole(left), whole(refund));
        Ok(report)
    }

    /// Pays gas. That touches the account, also where it is nothing. Only a made-up state has an account
    /// that can't hold it, and there it holds what it can.
    fn pay(&mut self, address: Address, wei: U256) {
        self.state.touch(address);
        if !wei.is_zero() {
            let balance = self.state.balance(address).saturating_add(wei);
            self.state.set_balance(address, balance);
        }
    }
}
