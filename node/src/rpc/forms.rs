//! Blocks, transactions, receipts and logs as clients see them.

use crate::{
    block::{Block, Mined},
    node::Node,
    transactions::Sent,
};
use alloy_consensus::{Transaction as _, transaction::Recovered};
use alloy_primitives::{B256, U256};
use alloy_rpc_types_eth::{
    Block as RpcBlock, BlockTransactions, Header, Log, Transaction, TransactionReceipt,
};
use hebe_testing::{GAS_PER_BLOB, TransactionRules};
use serde_json::Value;

/// A block, with whole transactions or their hashes.
pub(crate) fn block(block: &Block, is_full: bool) -> RpcBlock {
    let transactions = match is_full {
        true => BlockTransactions::Full(
            (0..block.transactions.len()).filter_map(|index| transaction(block, index)).collect(),
        ),
        false => BlockTransactions::Hashes(hashes(block)),
    };
    RpcBlock {
        header: header(block),
        uncles: Vec::new(),
        transactions,
        withdrawals: block.header.withdrawals_root.map(|_| Default::default()),
    }
}

/// The hashes of a block's transactions.
pub(crate) fn hashes(block: &Block) -> Vec<B256> {
    block.transactions.iter().map(|mined| *mined.transaction.tx_hash()).collect()
}

/// A block's header.
pub(crate) fn header(block: &Block) -> Header {
    // Before Paris, difficulty adds up; here it is nothing.
    Header::from_consensus(block.header.clone(), Some(U256::ZERO), Some(U256::from(block.size)))
}

/// A block's transaction.
pub(crate) fn transaction(block: &Block, index: usize) -> Option<Transaction> {
    let mined = block.transactions.get(index)?;
    Some(Transaction {
        block_hash: Some(block.header.hash()),
        block_number: Some(block.number()),
        transaction_index: Some(index as u64),
        effective_gas_price: Some(mined.outcome.price),
        block_timestamp: Some(block.header.timestamp),
        ..pending(&mined.transaction, block.header.base_fee_per_gas)
    })
}

/// A transaction that is in no block.
pub(crate) fn pending(transaction: &Sent, base_fee: Option<u64>) -> Transaction {
    Transaction {
        inner: Recovered::clone(transaction),
        block_hash: None,
        block_number: None,
        transaction_index: None,
        effective_gas_price: Some(transaction.effective_gas_price(base_fee)),
        block_timestamp: None,
    }
}

/// What came of a block's transaction. Where it failed, `revertReason` says what it returned, as Anvil's does.
pub(crate) fn receipt(node: &Node, block: &Block, index: usize) -> Option<Value> {
    let mined = block.transactions.get(index)?;
    let outcome = &mined.outcome;
    let blobs =
        mined.transaction.blob_versioned_hashes().map(|hashes| hashes.len() as u64 * GAS_PER_BLOB);
    let mut numbers = logs(block, index, mined).into_iter();
    let inner = mined
        .receipt()
        .map_logs(|log| numbers.next().unwrap_or(Log { inner: log, ..Log::default() }));
    let receipt = TransactionReceipt {
        inner,
        transaction_hash: *mined.transaction.tx_hash(),
        transaction_index: Some(index as u64),
        block_hash: Some(block.header.hash()),
        block_number: Some(block.number()),
        gas_used: outcome.gas_used,
        effective_gas_price: outcome.price,
        blob_gas_used: blobs,
        blob_gas_price: blobs.map(|_| blob_price(node, block)),
        from: mined.transaction.signer(),
        to: mined.transaction.to(),
        contract_address: created(mined),
    };
    let mut value = serde_json::to_value(receipt).ok()?;
    // A receipt has the time of its block in its logs alone; geth's has it nowhere else.
    if !outcome.is_success() && !outcome.output.is_empty() {
        value["revertReason"] = outcome.output.to_string().into();
    }
    Some(value)
}

/// The address of the contract that a transaction creates, whether or not it succeeded.
fn created(mined: &Mined) -> Option<alloy_primitives::Address> {
    mined.outcome.created.or_else(|| {
        let transaction = &mined.transaction;
        transaction.is_create().then(|| transaction.signer().create(transaction.nonce()))
    })
}

/// What a unit of blob gas cost in a block, in wei.
pub(crate) fn blob_price(node: &Node, block: &Block) -> u128 {
    let schedule = TransactionRules::of(node.config.revision).and_then(|rules| rules.blobs);
    match (schedule, block.header.excess_blob_gas) {
        (Some(schedule), Some(excess)) => crate::forms::wei_128(schedule.base_fee(excess)),
        _ => 0,
    }
}

/// The logs of a block's transaction.
pub(crate) fn logs(block: &Block, index: usize, mined: &Mined) -> Vec<Log> {
    let logs = (mined.first_log..).zip(&mined.outcome.logs);
    logs.map(|(number, log)| Log {
        inner: log.clone(),
        block_hash: Some(block.header.hash()),
        block_number: Some(block.number()),
        block_timestamp: Some(block.header.timestamp),
        transaction_hash: Some(*mined.transaction.tx_hash()),
        transaction_index: Some(index as u64),
        log_index: Some(number),
        removed: false,
    })
    .collect()
}

/// All logs of a block.
pub(crate) fn all_logs(block: &Block) -> impl Iterator<Item = Log> {
    block.transactions.iter().enumerate().flat_map(|(index, mined)| logs(block, index, mined))
}
