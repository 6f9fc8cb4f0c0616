//! A block, and what came of its transactions.

use crate::{
    forms::{ToAlloy, gas, wei_128},
    transactions::Sent,
};
use alloy_consensus::{BlockBody, Header, Receipt, ReceiptEnvelope, Sealed, TxEnvelope, TxReceipt};
use alloy_primitives::{Address, Bloom, Bytes, Log};
use alloy_rlp::Encodable;
use hebe_host::StatusCode;
use hebe_testing::Report;
use std::sync::Arc;

/// A block of the chain.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    /// The header, with its hash.
    pub(crate) header: Sealed<Header>,
    /// Its transactions, with what came of them.
    pub(crate) transactions: Vec<Mined>,
    /// The block's size in RLP, in bytes.
    pub(crate) size: usize,
}

/// A transaction in a block.
#[derive(Clone, Debug)]
pub(crate) struct Mined {
    /// The transaction.
    pub(crate) transaction: Arc<Sent>,
    /// What came of it.
    pub(crate) outcome: Outcome,
    /// Where its logs begin in the block's.
    pub(crate) first_log: u64,
}

/// What came of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// How it ended, in EVMC's words.
    pub(crate) status: StatusCode,
    /// Why it failed, where somebody knows.
    pub(crate) reason: Option<String>,
    /// Gas that it used, in whole units.
    pub(crate) gas_used: u64,
    /// Gas that the block's transactions have used with it.
    pub(crate) cumulative_gas_used: u64,
    /// Wei that a unit of gas has cost.
    pub(crate) price: u128,
    /// The new contract.
    pub(crate) created: Option<Address>,
    /// What it returned; nothing where it created a contract.
    pub(crate) output: Bytes,
    /// What it logged.
    pub(crate) logs: Vec<Log>,
}

impl Outcome {
    /// What a report says, behind transactions that have used `before` gas.
    pub(crate) fn new(report: Report, before: u64, price: hebe_host::U256) -> Self {
        let gas_used = gas(report.gas_used);
        Self {
            status: report.status,
            reason: report.reason,
            gas_used,
            cumulative_gas_used: before + gas_used,
            price: wei_128(price),
            created: report.created.map(ToAlloy::to_alloy),
            output: report.output.into(),
            logs: report.logs.into_iter().map(ToAlloy::to_alloy).collect(),
        }
    }

    /// Whether it succeeded.
    pub(crate) fn is_success(&self) -> bool {
        self.status == StatusCode::Success
    }
}

impl Mined {
    /// The receipt, as it is hashed (EIP-2718, EIP-658).
    pub(crate) fn receipt(&self) -> ReceiptEnvelope {
        let receipt = Receipt {
            status: self.outcome.is_success().into(),
            cumulative_gas_used: self.outcome.cumulative_gas_used,
            logs: self.outcome.logs.clone(),
        };
        ReceiptEnvelope::from_typed(self.transaction.tx_type(), receipt.with_bloom())
    }
}

impl Block {
    /// Puts a block together.
    pub(crate) fn new(header: Header, transactions: Vec<Mined>) -> Self {
        let body = BlockBody {
            transactions: transactions
                .iter()
                .map(|mined| mined.transaction.inner().clone())
                .collect(),
            ommers: Vec::new(),
            withdrawals: header.withdrawals_root.map(|_| Default::default()),
        };
        let size = alloy_consensus::Block::<TxEnvelope>::rlp_length_for(&header, &body);
        Self { header: Sealed::new(header), transactions, size }
    }

    /// Its number.
    pub(crate) fn number(&self) -> u64 {
        self.header.number
    }
}

/// The bits of all logs.
pub(crate) fn bloom(receipts: &[ReceiptEnvelope]) -> Bloom {
    let mut bloom = Bloom::ZERO;
    for receipt in receipts {
        bloom |= receipt.bloom();
    }
    bloom
}

/// How long a transaction is inside of a block, in bytes.
pub(crate) fn length(transaction: &TxEnvelope) -> usize {
    transaction.length()
}
