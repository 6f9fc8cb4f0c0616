//! What the tables hold, in RLP.

use super::Problem;
use crate::{
    block::{Block, Mined, Outcome},
    clock::Clock,
    forms::{ToAlloy, ToChain},
    transactions::Sent,
    world::{Before, Fields, code_hash},
};
use alloy_consensus::{Header, TxEnvelope, transaction::Recovered};
use alloy_eips::eip2718::{Decodable2718, Encodable2718};
use alloy_primitives::{Address, B256, Bytes, Log, U256};
use alloy_rlp::{RlpDecodable, RlpEncodable};
use hebe_host::StatusCode;
use std::sync::Arc;

#[derive(RlpEncodable, RlpDecodable)]
pub(super) struct StoredClock {
    /// The offset's sign, and the offset, in seconds.
    pub(super) is_behind: bool,
    pub(super) offset: u64,
    pub(super) next: Vec<u64>,
    pub(super) interval: Vec<u64>,
}

impl From<Clock> for StoredClock {
    fn from(clock: Clock) -> Self {
        Self {
            is_behind: clock.offset < 0,
            offset: clock.offset.unsigned_abs(),
            next: clock.next.into_iter().collect(),
            interval: clock.interval.into_iter().collect(),
        }
    }
}

impl From<StoredClock> for Clock {
    fn from(stored: StoredClock) -> Self {
        let offset = i64::try_from(stored.offset).unwrap_or(i64::MAX);
        let offset = if stored.is_behind { -offset } else { offset };
        Self {
            offset,
            next: stored.next.first().copied(),
            interval: stored.interval.first().copied(),
        }
    }
}

#[derive(RlpEncodable, RlpDecodable)]
pub(super) struct StoredFields {
    pub(super) balance: U256,
    pub(super) nonce: u64,
    pub(super) code: B256,
}

#[derive(RlpEncodable, RlpDecodable)]
pub(super) struct StoredWord {
    pub(super) key: B256,
    pub(super) word: B256,
}

#[derive(RlpEncodable, RlpDecodable)]
pub(super) struct StoredBefore {
    pub(super) address: Address,
    /// One, or none.
    pub(super) fields: Vec<StoredFields>,
    pub(super) words: Vec<StoredWord>,
}

impl From<&Before> for StoredBefore {
    fn from(before: &Before) -> Self {
        let fields = before.fields.iter().map(|fields| StoredFields {
            balance: fields.balance.to_alloy(),
            nonce: fields.nonce,
            code: code_hash(&fields.code),
        });
        let words = before.words.iter();
        Self {
            address: before.address.to_alloy(),
            fields: fields.collect(),
            words: words
                .map(|(key, word)| StoredWord { key: key.to_alloy(), word: word.to_alloy() })
                .collect(),
        }
    }
}

impl StoredBefore {
    pub(super) fn open(
        self,
        code: &impl Fn(B256) -> Result<Arc<[u8]>, Problem>,
    ) -> Result<Before, Problem> {
        let fields = self.fields.into_iter().next();
        let fields = fields.map(|StoredFields { balance, nonce, code: hash }| {
            code(hash).map(|code| Fields { balance: balance.to_chain(), nonce, code })
        });
        let words = self.words.into_iter();
        Ok(Before {
            address: self.address.to_chain(),
            fields: fields.transpose()?,
            words: words
                .map(|StoredWord { key, word }| (key.to_chain(), word.to_chain()))
                .collect(),
        })
    }
}

#[derive(RlpEncodable, RlpDecodable)]
pub(super) struct StoredTransaction {
    pub(super) sender: Address,
    pub(super) envelope: Bytes,
}

pub(super) fn stored(transaction: &Sent) -> StoredTransaction {
    StoredTransaction {
        sender: transaction.signer(),
        envelope: transaction.inner().encoded_2718().into(),
    }
}

impl StoredTransaction {
    pub(super) fn open(self) -> Result<Sent, Problem> {
        let envelope = TxEnvelope::decode_2718(&mut &self.envelope[..])?;
        Ok(Recovered::new_unchecked(envelope, self.sender))
    }
}

#[derive(RlpEncodable, RlpDecodable)]
pub(super) struct StoredMined {
    pub(super) transaction: StoredTransaction,
    pub(super) status: u64,
    /// One, or none.
    pub(super) reason: Vec<String>,
    pub(super) gas_used: u64,
    pub(super) cumulative_gas_used: u64,
    pub(super) price: u128,
    pub(super) created: Vec<Address>,
    pub(super) output: Bytes,
    pub(super) logs: Vec<Log>,
    pub(super) first_log: u64,
}

#[derive(RlpEncodable, RlpDecodable)]
pub(super) struct StoredBlock {
    pub(super) header: Header,
    pub(super) transactions: Vec<StoredMined>,
}

impl From<&Block> for StoredBlock {
    fn from(block: &Block) -> Self {
        let transactions = block.transactions.iter().map(|mined| {
            let outcome = mined.outcome.clone();
            StoredMined {
                transaction: stored(&mined.transaction),
                // EVMC's numbers; those that are negative, as they wrap.
                status: u64::from((outcome.status as i32).cast_unsigned()),
                reason: outcome.reason.into_iter().collect(),
                gas_used: outcome.gas_used,
                cumulative_gas_used: outcome.cumulative_gas_used,
                price: outcome.price,
                created: outcome.created.into_iter().collect(),
                output: outcome.output,
                logs: outcome.logs,
                first_log: mined.first_log,
            }
        });
        Self { header: block.header.inner().clone(), transactions: transactions.collect() }
    }
}

impl StoredBlock {
    pub(super) fn open(self) -> Result<Block, Problem> {
        let transactions: Result<Vec<Mined>, Problem> =
            self.transactions.into_iter().map(StoredMined::open).collect();
        Ok(Block::new(self.header, transactions?))
    }
}

impl StoredMined {
    pub(super) fn open(self) -> Result<Mined, Problem> {
        let number = u32::try_from(self.status).map_err(|_| "it has a status that there is not")?;
        let status = StatusCode::from_number(number.cast_signed())
            .ok_or("it has a status that there is not")?;
        let outcome = Outcome {
            status,
            reason: self.reason.into_iter().next(),
            gas_used: self.gas_used,
            cumulative_gas_used: self.cumulative_gas_used,
            price: self.price,
            created: self.created.into_iter().next(),
            output: self.output,
            logs: self.logs,
        };
        Ok(Mined {
            transaction: Arc::new(self.transaction.open()?),
            outcome,
            first_log: self.first_log,
        })
    }
}
