//! What gas and blobs cost.

use super::{Arguments, Methods, answer, forms};
use crate::{block::Block, fail::Fail, node::Node};
use alloy_consensus::Transaction;
use alloy_eips::BlockNumberOrTag;
use alloy_primitives::{U64, U256};
use alloy_rpc_types_eth::FeeHistory;
use serde_json::Value;

/// How many blocks a history of fees has at the most, as geth has it.
const MAX_BLOCKS: u64 = 1_024;

/// How many percentiles it has at the most, as geth has it.
const MAX_PERCENTILES: usize = 100;

/// Wei for a unit of gas to the coinbase that the node suggests, as Anvil does.
pub(super) const SUGGESTED_TIP: u128 = 1_000_000_000;

pub(super) const METHODS: Methods = &[
    ("eth_gasPrice", |node, _| answer(U256::from(gas_price(node)))),
    ("eth_maxPriorityFeePerGas", |_, _| answer(U256::from(SUGGESTED_TIP))),
    ("eth_blobBaseFee", |node, _| {
        let ledger = node.read();
        answer(U256::from(ledger.next_blob_price()))
    }),
    ("eth_feeHistory", history),
];

/// What a transaction without a market may pay for a unit of gas, to be in the next block.
pub(super) fn gas_price(node: &Node) -> u128 {
    u128::from(node.read().next_base_fee()) + SUGGESTED_TIP
}

fn history(node: &Node, arguments: &mut Arguments) -> Result<Value, Fail> {
    let count: U64 = arguments.next("block count")?;
    let newest: BlockNumberOrTag = arguments.next("newest block")?;
    let percentiles: Vec<f64> = arguments.optional("percentiles")?.unwrap_or_default();
    if percentiles.len() > MAX_PERCENTILES {
        return Err(Fail::params(format!("over the query limit {MAX_PERCENTILES} of percentiles")));
    }
    let is_rising = percentiles.is_sorted();
    if !is_rising || percentiles.iter().any(|percentile| !(0.0..=100.0).contains(percentile)) {
        return Err(Fail::params("invalid reward percentile: they rise, from 0 to 100"));
    }
    let ledger = node.read();
    let last = ledger.number(newest).unwrap_or_else(|| ledger.history.number());
    if last > ledger.history.number() {
        return Err(Fail::refused(format!(
            "request beyond head block: requested {last}, head {}",
            ledger.history.number()
        )));
    }
    let count = count.to::<u64>().min(MAX_BLOCKS).min(last + 1);
    let first = last + 1 - count;
    let blocks: Vec<_> = (first..=last).filter_map(|number| ledger.history.block(number)).collect();
    let base_fee = |block: &Block| u128::from(block.header.base_fee_per_gas.unwrap_or_default());
    let mut base_fees: Vec<u128> = blocks.iter().map(|block| base_fee(block)).collect();
    let mut blob_fees: Vec<u128> =
        blocks.iter().map(|block| forms::blob_price(node, block)).collect();
    // The one behind the last block is known, too.
    match ledger.history.block(last + 1) {
        Some(next) => {
            base_fees.push(base_fee(next));
            blob_fees.push(forms::blob_price(node, next));
        }
        None => {
            base_fees.push(u128::from(ledger.next_base_fee()));
            blob_fees.push(ledger.next_blob_price());
        }
    }
    let ratio = |part: u64, whole: u64| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
    let max_blob_gas = hebe_testing::TransactionRules::of(node.config.revision)
        .and_then(|rules| rules.blobs)
        .map_or(0, |schedule| schedule.max * hebe_testing::GAS_PER_BLOB);
    answer(FeeHistory {
        base_fee_per_gas: base_fees,
        gas_used_ratio: blocks
            .iter()
            .map(|block| ratio(block.header.gas_used, block.header.gas_limit))
            .collect(),
        base_fee_per_blob_gas: blob_fees,
        blob_gas_used_ratio: blocks
            .iter()
            .map(|block| ratio(block.header.blob_gas_used.unwrap_or_default(), max_blob_gas))
            .collect(),
        oldest_block: first,
        reward: (!percentiles.is_empty())
            .then(|| blocks.iter().map(|block| rewards(block, &percentiles)).collect()),
    })
}

/// The tips that parts of a block's gas have given at the most: of what gave least first.
fn rewards(block: &Block, percentiles: &[f64]) -> Vec<u128> {
    let base_fee = block.header.base_fee_per_gas.unwrap_or_default();
    let mut tips: Vec<(u128, u64)> = block
        .transactions
        .iter()
        .map(|mined| {
            let tip = mined.transaction.effective_tip_per_gas(base_fee).unwrap_or_default();
            (tip, mined.outcome.gas_used)
        })
        .collect();
    tips.sort_unstable();
    let reward = |percentile: &f64| {
        let threshold = block.header.gas_used as f64 * percentile / 100.0;
        let mut sum = 0;
        let reached = tips.iter().find(|(_, gas)| {
            sum += gas;
            sum as f64 >= threshold
        });
        reached.or(tips.last()).map_or(0, |(tip, _)| *tip)
    };
    percentiles.iter().map(reward).collect()
}
