//! A transaction as Ethereum has it: valid or not, and paid for.

use crate::{Chain, Machine, Report, Transaction, rules::TransactionRules};
use hebe_host::{Address, Revision, U256};

/// A transaction that its sender pays for. Who signed it is known; the signature is not part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidTransaction {
    /// The account that signed it and pays.
    pub sender: Address,
    /// How many transactions the sender has sent before.
    pub nonce: u64,
    /// Wei for a unit of gas.
    pub gas_price: U256,
    /// Gas that may be used, in whole units, what the transaction itself costs included.
    pub gas_limit: u64,
    /// The account that is called; none for the creation of a contract.
    pub to: Option<Address>,
    /// Wei sent along.
    pub value: U256,
    /// Call data; for a creation the init code.
    pub data: Vec<u8>,
}

/// Why a transaction can't be part of any block. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTransaction {
    /// Transactions of this revision can't run yet.
    #[error("the rules of transactions at {0} are not known")]
    UnsupportedRevision(Revision),
    /// It was sent already, or one before it was not.
    #[error("nonce {given}, but the sender's next one is {expected}")]
    Nonce {
        /// The transaction's.
        given: u64,
        /// The account's.
        expected: u64,
    },
    /// The sender can send nothing any more (EIP-2681).
    #[error("the sender's nonce is the largest there can be")]
    NonceOverflow,
    /// A contract signs nothing (EIP-3607).
    #[error("the sender has code")]
    SenderHasCode,
    /// Gas and value cost more than the sender has.
    #[error("the sender has {balance} wei, and needs {}", needs(.cost))]
    Balance {
        /// The sender's balance.
        balance: U256,
        /// Gas limit times price, and the value; none where 256 bits can't hold it.
        cost: Option<U256>,
    },
    /// It does not fit into the block.
    #[error("its gas limit is {gas_limit}, and the block's {block_gas_limit}")]
    BlockGasLimit {
        /// The transaction's.
        gas_limit: u64,
        /// The block's.
        block_gas_limit: i64,
    },
    /// The gas limit is below what the transaction costs before anything runs.
    #[error("its gas limit is {gas_limit}, and it costs {intrinsic_gas} before anything runs")]
    IntrinsicGas {
        /// The transaction's.
        gas_limit: u64,
        /// What it costs.
        intrinsic_gas: u64,
    },
}

fn needs(cost: &Option<U256>) -> String {
    cost.map_or_else(|| "more than 256 bits can hold".to_owned(), |cost| cost.to_string())
}

/// A transaction that is valid, with what follows from that.
struct Valid {
    /// The gas that is left for the message.
    gas: i64,
    /// Gas limit times price, in wei.
    gas_cost: U256,
}

impl Chain {
    /// Runs a transaction as part of the block: the sender pays for all gas in advance and is given back
    /// what was not used, with the refund; the coinbase gets the rest (Yellow Paper, section 6).
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
        let PaidTransaction { sender, gas_price, gas_limit, to, value, .. } = *transaction;
        let Valid { gas, gas_cost } = self.validate(rules, transaction)?;
        self.context.tx_gas_price = gas_price;
        self.state.set_balance(sender, self.state.balance(sender) - gas_cost);

        let input = transaction.data.clone();
        let message = Transaction { from: sender, to, input, value, gas, is_static: false };
        let execution = self.send(machine, &message);

        let gas_left = u64::try_from(execution.result.gas_left).unwrap_or(0);
        let used = gas_limit - gas_left;
        let refund = rules.capped_refund(used, execution.result.gas_refund);
        let (used, left) = (used - refund, gas_left + refund);
        self.pay(sender, gas_price * left);
        self.pay(self.context.block_coinbase, gas_price * used);

        let mut report = self.end(&message, execution);
        let whole = |gas: u64| i64::try_from(gas).unwrap_or(i64::MAX);
        (report.gas_used, report.gas_left, report.gas_refund) =
            (whole(used), whole(left), whole(refund));
        Ok(report)
    }

    fn validate(
        &self,
        rules: &TransactionRules,
        transaction: &PaidTransaction,
    ) -> Result<Valid, InvalidTransaction> {
        let PaidTransaction { sender, nonce, gas_price, gas_limit, to, value, ref data } =
            *transaction;
        let expected = self.state.nonce(sender);
        if nonce != expected {
            return Err(InvalidTransaction::Nonce { given: nonce, expected });
        }
        if nonce == u64::MAX {
            return Err(InvalidTransaction::NonceOverflow);
        }
        if !self.state.code(sender).is_empty() {
            return Err(InvalidTransaction::SenderHasCode);
        }
        let gas_cost = gas_price.checked_mul(gas_limit.into());
        let cost = gas_cost.and_then(|gas_cost| gas_cost.checked_add(value));
        let balance = self.state.balance(sender);
        let Some(gas_cost) = gas_cost.filter(|_| cost.is_some_and(|cost| cost <= balance)) else {
            return Err(InvalidTransaction::Balance { balance, cost });
        };
        let block_gas_limit = self.context.block_gas_limit;
        let Some(whole_gas) = i64::try_from(gas_limit).ok().filter(|gas| *gas <= block_gas_limit)
        else {
            return Err(InvalidTransaction::BlockGasLimit { gas_limit, block_gas_limit });
        };
        let intrinsic_gas = rules.intrinsic_gas(to.is_none(), data);
        match whole_gas.checked_sub_unsigned(intrinsic_gas) {
            Some(gas @ 0..) => Ok(Valid { gas, gas_cost }),
            _ => Err(InvalidTransaction::IntrinsicGas { gas_limit, intrinsic_gas }),
        }
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
