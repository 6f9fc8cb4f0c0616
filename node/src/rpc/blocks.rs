//! Blocks, and the transactions in them.

use super::{Arguments, Methods, answer, forms, quantity};
use crate::{block::Block, fail::Fail, ledger::Ledger, node::Node, point::Point};
use alloy_consensus::Header;
use alloy_eips::{BlockId, BlockNumberOrTag, eip2718::Encodable2718};
use alloy_primitives::{B256, Bytes, U64};
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) const METHODS: Methods = &[
    ("eth_blockNumber", |node, _| Ok(quantity(node.block_number()))),
    ("eth_getBlockByNumber", |node, arguments| {
        let number = arguments.next::<BlockNumberOrTag>("block")?;
        by_number(node, number, arguments)
    }),
    ("eth_getBlockByHash", |node, arguments| {
        let hash = arguments.next("hash")?;
        let is_full = arguments.optional("full")?.unwrap_or(false);
        let ledger = node.read();
        answer(with_hash(&ledger, &hash).map(|block| forms::block(block, is_full)))
    }),
    ("eth_getBlockTransactionCountByNumber", |node, arguments| {
        let block = find(node, arguments.next("block")?);
        Ok(block.map_or(Value::Null, |block| quantity(block.transactions.len() as u64)))
    }),
    ("eth_getBlockTransactionCountByHash", |node, arguments| {
        let ledger = node.read();
        let block = with_hash(&ledger, &arguments.next("hash")?);
        Ok(block.map_or(Value::Null, |block| quantity(block.transactions.len() as u64)))
    }),
    ("eth_getBlockReceipts", |node, arguments| {
        let id: BlockId = arguments.next("block")?;
        let block = node.read().known(id);
        let receipts = block.map(|block| -> Vec<_> {
            (0..block.transactions.len())
                .filter_map(|index| forms::receipt(node, &block, index))
                .collect()
        });
        answer(receipts)
    }),
    ("eth_getHeaderByNumber", |node, arguments| {
        answer(find(node, arguments.next("block")?).map(|block| forms::header(&block)))
    }),
    ("eth_getHeaderByHash", |node, arguments| {
        let ledger = node.read();
        answer(with_hash(&ledger, &arguments.next("hash")?).map(|block| forms::header(block)))
    }),
    ("eth_getUncleCountByBlockNumber", |node, arguments| {
        Ok(find(node, arguments.next("block")?).map_or(Value::Null, |_| quantity(0)))
    }),
    ("eth_getUncleCountByBlockHash", |node, arguments| {
        let ledger = node.read();
        Ok(with_hash(&ledger, &arguments.next("hash")?).map_or(Value::Null, |_| quantity(0)))
    }),
    ("eth_getUncleByBlockNumberAndIndex", |_, _| Ok(Value::Null)),
    ("eth_getUncleByBlockHashAndIndex", |_, _| Ok(Value::Null)),
    ("eth_getTransactionByHash", |node, arguments| {
        let hash: B256 = arguments.next("hash")?;
        let ledger = node.read();
        if let Some((block, index, _)) = ledger.history.transaction(&hash) {
            return answer(forms::transaction(block, index));
        }
        let base_fee = Some(ledger.next_base_fee());
        answer(ledger.pool.get(&hash).map(|transaction| forms::pending(transaction, base_fee)))
    }),
    ("eth_getRawTransactionByHash", |node, arguments| {
        let hash: B256 = arguments.next("hash")?;
        let ledger = node.read();
        let mined = ledger.history.transaction(&hash).map(|(_, _, mined)| &mined.transaction);
        let transaction = mined.or_else(|| ledger.pool.get(&hash));
        answer(transaction.map(|transaction| Bytes::from(transaction.inner().encoded_2718())))
    }),
    ("eth_getTransactionByBlockNumberAndIndex", |node, arguments| {
        let block = find(node, arguments.next("block")?);
        let index: U64 = arguments.next("index")?;
        answer(block.and_then(|block| forms::transaction(&block, index.try_into().ok()?)))
    }),
    ("eth_getTransactionByBlockHashAndIndex", |node, arguments| {
        let ledger = node.read();
        let block = with_hash(&ledger, &arguments.next("hash")?);
        let index: U64 = arguments.next("index")?;
        answer(block.and_then(|block| forms::transaction(block, index.try_into().ok()?)))
    }),
    ("eth_getTransactionReceipt", |node, arguments| {
        let ledger = node.read();
        let mined = ledger.history.transaction(&arguments.next("hash")?);
        Ok(mined
            .and_then(|(block, index, _)| forms::receipt(node, block, index))
            .unwrap_or_default())
    }),
    ("debug_getRawHeader", |node, arguments| {
        let block = node.read().known(arguments.next("block")?);
        answer(block.map(|block| Bytes::from(alloy_rlp::encode::<&Header>(block.header.inner()))))
    }),
    ("debug_getRawReceipts", |node, arguments| {
        let block = node.read().known(arguments.next("block")?);
        answer(block.map(|block| -> Vec<Bytes> {
            block.transactions.iter().map(|mined| mined.receipt().encoded_2718().into()).collect()
        }))
    }),
];

impl Ledger {
    /// The block that is meant, if it is there; never the pending one.
    pub(super) fn known(&self, id: BlockId) -> Option<Arc<Block>> {
        match self.point(Some(id)).ok()? {
            Point::Block(number) => self.history.block(number).cloned(),
            Point::Pending => Some(Arc::clone(self.history.newest())),
        }
    }
}

fn with_hash<'a>(ledger: &'a Ledger, hash: &B256) -> Option<&'a Arc<Block>> {
    ledger.history.block(ledger.history.number_of(hash)?)
}

/// The block that is meant, the one that would be made now included.
fn find(node: &Node, tag: BlockNumberOrTag) -> Option<Arc<Block>> {
    let ledger = node.read();
    match ledger.number(tag) {
        Some(number) => ledger.history.block(number).cloned(),
        None => Some(Arc::new(ledger.pending(node).1)),
    }
}

fn by_number(node: &Node, tag: BlockNumberOrTag, arguments: &mut Arguments) -> Result<Value, Fail> {
    let is_full = arguments.optional("full")?.unwrap_or(false);
    let block = find(node, tag);
    let mut value = answer(block.map(|block| forms::block(&block, is_full)))?;
    if tag.is_pending() && value.is_object() {
        // It is not there yet: geth gives these as null.
        for field in ["hash", "nonce", "miner"] {
            value[field] = json!(null);
        }
    }
    Ok(value)
}
