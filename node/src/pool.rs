//! The transactions that are in no block yet.

use crate::{fail::Fail, transactions::Sent};
use alloy_consensus::Transaction;
use alloy_primitives::{Address, B256};
use imbl::{OrdMap, ordmap::DiffItem};
use std::{cmp::Reverse, collections::BinaryHeap, sync::Arc};

/// How many transactions wait at the most.
const MAX_TRANSACTIONS: usize = 100_000;

/// How many bytes of data all that wait have at the most.
const MAX_BYTES: usize = 512 << 20;

/// By how many hundredths what replaces another transaction has to pay more, as geth has it; for blobs it is 100.
const PRICE_BUMP: u128 = 10;
const BLOB_PRICE_BUMP: u128 = 100;

/// Where a transaction waits: by sender and nonce.
pub(crate) type Place = (Address, u64);

/// Transactions that wait. A copy shares what is the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pool {
    waiting: OrdMap<Place, Waiting>,
    places: OrdMap<B256, Place>,
    /// Of each sender, how many wait.
    senders: OrdMap<Address, u64>,
    bytes: usize,
    /// How many have come so far.
    arrived: u64,
}

#[derive(Clone, Debug)]
struct Waiting {
    transaction: Arc<Sent>,
    arrived: u64,
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.transaction, &other.transaction)
    }
}

impl Pool {
    /// Adds a transaction; one with the same sender and nonce makes room if this one pays enough more.
    ///
    /// # Errors
    ///
    /// A [`Fail`]; then the pool is as it was.
    pub(crate) fn add(&mut self, transaction: Arc<Sent>) -> Result<(), Fail> {
        let hash = *transaction.tx_hash();
        if self.places.contains_key(&hash) {
            return Err(Fail::refused("already known"));
        }
        let place = (transaction.signer(), transaction.nonce());
        let (mut freed, mut replaced) = (0, None);
        if let Some(old) = self.waiting.get(&place) {
            if !replaces(&transaction, &old.transaction) {
                return Err(Fail::refused(format!(
                    "replacement transaction underpriced: it has to pay {PRICE_BUMP}% more than the one with nonce {} that waits",
                    place.1
                )));
            }
            freed = size(&old.transaction);
            replaced = Some(*old.transaction.tx_hash());
        } else if self.places.len() >= MAX_TRANSACTIONS {
            return Err(Fail::refused(format!(
                "txpool is full: {MAX_TRANSACTIONS} transactions wait"
            )));
        }
        let bytes = size(&transaction);
        if self.bytes - freed + bytes > MAX_BYTES {
            return Err(Fail::refused(format!("txpool is full: {MAX_BYTES} bytes wait")));
        }
        if let Some(old) = replaced {
            self.remove(&old);
        }
        self.bytes += bytes;
        self.arrived += 1;
        self.places.insert(hash, place);
        *self.senders.entry(place.0).or_default() += 1;
        self.waiting.insert(place, Waiting { transaction, arrived: self.arrived });
        Ok(())
    }

    /// Takes a transaction out.
    pub(crate) fn remove(&mut self, hash: &B256) -> Option<Arc<Sent>> {
        let place = self.places.remove(hash)?;
        let gone = self.waiting.remove(&place)?;
        if let Some(number) = self.senders.get_mut(&place.0) {
            *number -= 1;
            if *number == 0 {
                self.senders.remove(&place.0);
            }
        }
        self.bytes -= size(&gone.transaction);
        Some(gone.transaction)
    }

    /// Takes out what a sender can't send any more, since its nonce is this one.
    pub(crate) fn forget_before(&mut self, sender: Address, nonce: u64) {
        let old = self.waiting.range((sender, 0)..(sender, nonce));
        let old: Vec<B256> = old.map(|(_, waiting)| *waiting.transaction.tx_hash()).collect();
        for hash in old {
            self.remove(&hash);
        }
    }

    /// A transaction that waits.
    pub(crate) fn get(&self, hash: &B256) -> Option<&Arc<Sent>> {
        self.waiting.get(self.places.get(hash)?).map(|waiting| &waiting.transaction)
    }

    /// All that wait, by sender and nonce.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<Sent>> {
        self.waiting.values().map(|waiting| &waiting.transaction)
    }

    /// What has changed since the pool was `old`: what waits at a place now, or `None` where nothing waits any more.
    pub(crate) fn since<'a>(
        &'a self,
        old: &'a Self,
    ) -> impl Iterator<Item = (Place, Option<&'a Arc<Sent>>)> {
        old.waiting.diff(&self.waiting).map(|change| match change {
            DiffItem::Add(place, waiting) | DiffItem::Update { new: (place, waiting), .. } => {
                (*place, Some(&waiting.transaction))
            }
            DiffItem::Remove(place, _) => (*place, None),
        })
    }

    /// The nonce behind those that wait without a gap, from `next` on.
    pub(crate) fn next_nonce(&self, sender: Address, next: u64) -> u64 {
        // Nearly always there is no gap, and the last one tells: counting thousands for each that comes takes seconds.
        let number = self.senders.get(&sender).copied().unwrap_or(0);
        let (first, last) = ((sender, 0), (sender, u64::MAX));
        let mut nonces = self.waiting.range(first..=last).map(|((_, nonce), _)| *nonce);
        match (nonces.next(), next.checked_add(number)) {
            (Some(first), Some(end)) if first == next => {
                let newest = self.waiting.get_prev(&last).map(|((_, nonce), _)| *nonce);
                if newest == Some(end - 1) {
                    return end;
                }
            }
            _ => {}
        }
        let is_there = |nonce: &u64| self.waiting.contains_key(&(sender, *nonce));
        (next..=u64::MAX).find(|nonce| !is_there(nonce)).unwrap_or(next)
    }

    /// How many wait.
    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether nothing waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// What can be part of the next block, what gives most for a unit of gas first, and of the same what came first; a
    /// sender's in the order of nonces.
    pub(crate) fn best(&self, base_fee: u64, next_nonce: impl Fn(Address) -> u64) -> Best<'_> {
        let mut best = Best { pool: self, base_fee, heap: BinaryHeap::new() };
        for sender in self.senders.keys() {
            best.push(*sender, next_nonce(*sender));
        }
        best
    }
}

/// Transactions in the order in which they go into a block.
pub(crate) struct Best<'a> {
    pool: &'a Pool,
    base_fee: u64,
    /// Of each sender the next one: its tip, when it came, sender and nonce.
    heap: BinaryHeap<(u128, Reverse<u64>, Address, u64)>,
}

impl Best<'_> {
    fn push(&mut self, sender: Address, nonce: u64) {
        if let Some(Waiting { transaction, arrived }) = self.pool.waiting.get(&(sender, nonce))
            && let Some(tip) = transaction.effective_tip_per_gas(self.base_fee)
        {
            self.heap.push((tip, Reverse(*arrived), sender, nonce));
        }
    }
}

impl Iterator for Best<'_> {
    type Item = Arc<Sent>;

    /// The next one. Who leaves it out has to leave out what its sender sends behind it.
    fn next(&mut self) -> Option<Arc<Sent>> {
        let (_, _, sender, nonce) = self.heap.pop()?;
        if let Some(nonce) = nonce.checked_add(1) {
            self.push(sender, nonce);
        }
        let waiting = self.pool.waiting.get(&(sender, nonce))?;
        Some(Arc::clone(&waiting.transaction))
    }
}

/// Whether a transaction pays enough more than another one to take its place.
fn replaces(new: &Sent, old: &Sent) -> bool {
    let bump = if old.is_eip4844() { BLOB_PRICE_BUMP } else { PRICE_BUMP };
    let is_more = |new: u128, old: u128| {
        new >= old.saturating_add(old.saturating_mul(bump).div_ceil(100)) && new > old
    };
    let blobs = match (new.max_fee_per_blob_gas(), old.max_fee_per_blob_gas()) {
        (Some(new), Some(old)) => is_more(new, old),
        (None, Some(_)) => false,
        _ => true,
    };
    blobs
        && is_more(new.max_fee_per_gas(), old.max_fee_per_gas())
        && is_more(new.priority_fee_or_price(), old.priority_fee_or_price())
}

fn size(transaction: &Sent) -> usize {
    transaction.input().len() + 512
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_consensus::{SignableTransaction, TxEnvelope, TxLegacy, transaction::Recovered};
    use alloy_primitives::{Signature, U256};

    fn sent(gas_price: u128, bytes: usize) -> Arc<Sent> {
        let transaction =
            TxLegacy { gas_price, input: vec![0; bytes].into(), ..TxLegacy::default() };
        let signature = Signature::new(U256::ONE, U256::ONE, false);
        let envelope = TxEnvelope::from(transaction.into_signed(signature));
        Arc::new(Recovered::new_unchecked(envelope, Address::ZERO))
    }

    #[test]
    fn what_would_be_replaced_stays_where_there_is_no_room() {
        let mut pool = Pool::default();
        let old = sent(100, 10);
        pool.add(Arc::clone(&old)).expect("there is room");
        pool.bytes = MAX_BYTES;
        assert!(pool.add(sent(200, 1_000)).is_err());
        assert_eq!(pool.get(old.tx_hash()), Some(&old));
        // One that takes no more has the room of the old one.
        pool.add(sent(200, 10)).expect("there is room");
        assert_eq!((pool.len(), pool.bytes), (1, MAX_BYTES));
    }
}
