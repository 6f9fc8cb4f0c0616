//! Logs, and what has happened since somebody asked last.

use super::{Arguments, Methods, answer, forms};
use crate::{
    fail::Fail,
    ledger::Ledger,
    node::{Event, Node},
};
use alloy_eips::BlockNumberOrTag;
use alloy_primitives::{B256, U64};
use alloy_rpc_types_eth::{Filter, FilterBlockOption, Log};
use serde_json::Value;
use std::{
    collections::{BTreeMap, VecDeque},
    time::{Duration, Instant},
};

/// A filter that nobody asks for so long is gone, as geth has it.
const IDLE: Duration = Duration::from_secs(5 * 60);

/// How many filters there are at the most; the one that was asked longest ago makes room.
const MAX_FILTERS: usize = 1_000;

/// How many transactions are kept for those who don't ask. All filters share them: a thousand lists of their own would take
/// gigabytes.
const MAX_PENDING: usize = 100_000;

pub(super) const METHODS: Methods = &[
    ("eth_getLogs", |node, arguments| {
        let filter: Filter = arguments.next("filter")?;
        answer(node.read().logs(&filter)?)
    }),
    ("eth_newFilter", |node, arguments| {
        let filter: Filter = arguments.next("filter")?;
        let next = node.block_number() + 1;
        Ok(node.filters().add(Kind::Logs { filter: Box::new(filter), next }))
    }),
    ("eth_newBlockFilter", |node, _| {
        let next = node.block_number() + 1;
        Ok(node.filters().add(Kind::Blocks { next }))
    }),
    ("eth_newPendingTransactionFilter", |node, _| {
        let mut filters = node.filters();
        let next = filters.pending_end();
        Ok(filters.add(Kind::Pending { next }))
    }),
    ("eth_getFilterChanges", changes),
    ("eth_getFilterLogs", |node, arguments| {
        let id = arguments.next::<U64>("filter")?.to::<u64>();
        let filter = match &node.filters().find(id)?.kind {
            Kind::Logs { filter, .. } => filter.clone(),
            _ => return Err(Fail::refused("filter not found: it is not one of logs")),
        };
        answer(node.read().logs(&filter)?)
    }),
    ("eth_uninstallFilter", |node, arguments| {
        let id = arguments.next::<U64>("filter")?.to::<u64>();
        answer(node.filters().filters.remove(&id).is_some())
    }),
];

/// What clients have asked to be told of.
#[derive(Default)]
pub(crate) struct Filters {
    filters: BTreeMap<u64, Asked>,
    last: u64,
    /// The newest transactions that came, and how many came before these.
    pending: VecDeque<B256>,
    pending_before: usize,
}

struct Asked {
    kind: Kind,
    at: Instant,
}

enum Kind {
    /// Blocks from this one on.
    Blocks { next: u64 },
    /// Logs of blocks from this one on.
    Logs { filter: Box<Filter>, next: u64 },
    /// Transactions from this one on, of all that came.
    Pending { next: usize },
}

impl Filters {
    fn add(&mut self, kind: Kind) -> Value {
        self.filters.retain(|_, asked| asked.at.elapsed() < IDLE);
        if self.filters.len() >= MAX_FILTERS
            && let Some(oldest) =
                self.filters.iter().min_by_key(|(_, asked)| asked.at).map(|(id, _)| *id)
        {
            self.filters.remove(&oldest);
        }
        self.last += 1;
        self.filters.insert(self.last, Asked { kind, at: Instant::now() });
        super::quantity(self.last)
    }

    fn find(&mut self, id: u64) -> Result<&mut Asked, Fail> {
        let asked = self.filters.get_mut(&id).ok_or_else(|| Fail::refused("filter not found"))?;
        asked.at = Instant::now();
        Ok(asked)
    }

    /// How many transactions came so far.
    fn pending_end(&self) -> usize {
        self.pending_before + self.pending.len()
    }

    /// Takes note of what happened.
    pub(crate) fn note(&mut self, event: &Event) {
        match event {
            Event::Pending(transaction) => {
                self.pending.push_back(*transaction.tx_hash());
                if self.pending.len() > MAX_PENDING {
                    self.pending.pop_front();
                    self.pending_before += 1;
                }
            }
            // What comes in place of a block that is gone is new.
            Event::Removed(block) => {
                for asked in self.filters.values_mut() {
                    if let Kind::Blocks { next } | Kind::Logs { next, .. } = &mut asked.kind {
                        *next = block.number().min(*next);
                    }
                }
            }
            Event::Mined(_) => {}
        }
    }
}

fn changes(node: &Node, arguments: &mut Arguments) -> Result<Value, Fail> {
    let id = arguments.next::<U64>("filter")?.to::<u64>();
    let ledger = node.read();
    let newest = ledger.history.number();
    let mut filters = node.filters();
    let pending_end = filters.pending_end();
    match &mut filters.find(id)?.kind {
        Kind::Pending { next } => {
            let first = std::mem::replace(next, pending_end);
            let known = first.saturating_sub(filters.pending_before);
            let hashes: Vec<&B256> = filters.pending.iter().skip(known).collect();
            answer(hashes)
        }
        Kind::Blocks { next } => {
            let blocks = (*next..=newest).filter_map(|number| ledger.history.block(number));
            let hashes: Vec<B256> = blocks.map(|block| block.header.hash()).collect();
            *next = newest + 1;
            answer(hashes)
        }
        Kind::Logs { filter, next } => {
            let (first, last) = filter.extract_block_range();
            let (first, last) = (
                first.map_or(*next, |first| first.max(*next)),
                last.map_or(newest, |last| last.min(newest)),
            );
            let logs = ledger.logs_between(filter, first, last);
            *next = newest + 1;
            answer(logs)
        }
    }
}

impl Ledger {
    /// The logs that a filter lets through.
    ///
    /// # Errors
    ///
    /// A [`Fail`] about its range.
    fn logs(&self, filter: &Filter) -> Result<Vec<Log>, Fail> {
        let newest = self.history.number();
        let (first, last) = match filter.block_option {
            FilterBlockOption::AtBlockHash(hash) => {
                let number = self.history.number_of(&hash);
                let number =
                    number.ok_or_else(|| Fail::refused(format!("unknown block: {hash}")))?;
                (number, number)
            }
            FilterBlockOption::Range { from_block, to_block } => {
                let number = |tag: Option<BlockNumberOrTag>| {
                    tag.and_then(|tag| self.number(tag)).unwrap_or(newest)
                };
                (number(from_block), number(to_block))
            }
        };
        if first > last {
            return Err(Fail::params(format!("invalid block range: from {first} to {last}")));
        }
        if first > newest {
            return Err(Fail::refused(format!(
                "block range extends beyond current head block: {first}, and the newest is {newest}"
            )));
        }
        Ok(self.logs_between(filter, first, last.min(newest)))
    }

    fn logs_between(&self, filter: &Filter, first: u64, last: u64) -> Vec<Log> {
        let blocks = (first..=last).filter_map(|number| self.history.block(number));
        blocks
            .filter(|block| filter.matches_bloom(block.header.logs_bloom))
            .flat_map(|block| forms::all_logs(block))
            .filter(|log| filter.matches(&log.inner))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transactions::Sent;
    use alloy_consensus::{SignableTransaction, TxEnvelope, TxLegacy};
    use alloy_primitives::{Address, Signature, U256};
    use std::sync::Arc;

    #[test]
    fn filters_share_what_they_keep_of_transactions() {
        let transaction = TxLegacy::default();
        let signature = Signature::new(U256::ONE, U256::ONE, false);
        let envelope = TxEnvelope::from(transaction.into_signed(signature));
        let event = Event::Pending(Arc::new(Sent::new_unchecked(envelope, Address::ZERO)));
        let mut filters = Filters::default();
        for _ in 0..MAX_FILTERS {
            filters.add(Kind::Pending { next: 0 });
        }
        for _ in 0..MAX_PENDING + 5 {
            filters.note(&event);
        }
        // The newest are there, once.
        assert_eq!(filters.pending.len(), MAX_PENDING);
        assert_eq!(filters.pending_end(), MAX_PENDING + 5);
    }
}
