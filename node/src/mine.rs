//! How a block is made.

use crate::{
    block::{Block, Mined, Outcome, bloom, length},
    config::Config,
    forms::{ToAlloy, ToChain},
    genesis::BEACON_ROOT,
    ledger::Ledger,
    node::{Event, Node},
    transactions::{self, Sent, whole_gas},
};
use alloy_consensus::{
    EMPTY_OMMER_ROOT_HASH, EMPTY_ROOT_HASH, Header as RawHeader, Transaction,
    constants::EMPTY_WITHDRAWALS,
    proofs::{calculate_receipt_root, calculate_transaction_root},
};
use alloy_eips::eip7685::EMPTY_REQUESTS_HASH;
use alloy_primitives::{Address, B256, Bytes, keccak256};
use hebe_host::Revision;
use hebe_testing::{BlockBefore, Chain, GAS_PER_BLOB, InvalidTransaction, TransactionRules};
use std::{collections::BTreeSet, sync::Arc};

/// Wei that the first block burns for a unit of gas (EIP-1559, INITIAL_BASE_FEE).
const INITIAL_BASE_FEE: u64 = 1_000_000_000;

/// What a block's header and lists take of its bytes at the most, beside the transactions.
const HEADER_BYTES: usize = 1_024;

/// A header, as what comes before a block and what its transactions see.
pub(crate) struct Header<'a>(&'a RawHeader);

impl<'a> Header<'a> {
    /// The block's.
    pub(crate) fn of(block: &'a Block) -> Self {
        Self(block.header.inner())
    }

    /// The first block, which is empty.
    pub(crate) fn first(config: &Config, state_root: B256, time: u64) -> Block {
        let base_fee = (config.revision >= Revision::London).then_some(INITIAL_BASE_FEE);
        let mut header = empty(config.revision);
        header.state_root = state_root;
        header.timestamp = time;
        header.gas_limit = config.gas_limit;
        header.base_fee_per_gas = base_fee;
        Block::new(header, Vec::new())
    }

    /// Puts a chain into this block.
    pub(crate) fn enter(&self, chain: &mut Chain) {
        let header = self.0;
        let context = &mut chain.context;
        context.block_number = whole_gas(header.number);
        context.block_timestamp = whole_gas(header.timestamp);
        context.block_gas_limit = whole_gas(header.gas_limit);
        context.block_base_fee = header.base_fee_per_gas.unwrap_or_default().into();
        context.block_prev_randao = match chain.revision >= Revision::Paris {
            true => hebe_host::U256::from_big_endian(&header.mix_hash.0),
            false => header.difficulty.to_chain(),
        };
        chain.set_excess_blob_gas(header.excess_blob_gas.unwrap_or_default());
    }

    /// Sets what gas and blobs cost in the block behind this one; gives its excess of blob gas.
    pub(crate) fn follow(&self, chain: &mut Chain) -> u64 {
        let header = self.0;
        let excess = chain.follow(&BlockBefore {
            gas_limit: header.gas_limit,
            gas_used: header.gas_used,
            base_fee: header.base_fee_per_gas.unwrap_or_default().into(),
            excess_blob_gas: header.excess_blob_gas.unwrap_or_default(),
            blob_gas_used: header.blob_gas_used.unwrap_or_default(),
        });
        // A header holds no more, and without the field it would be none of its revision.
        let most = hebe_host::U256::from(u64::MAX);
        chain.context.block_base_fee = chain.context.block_base_fee.min(most);
        excess
    }
}

/// A header that has the fields of its revision.
fn empty(revision: Revision) -> RawHeader {
    let since = |first| revision >= first;
    RawHeader {
        ommers_hash: EMPTY_OMMER_ROOT_HASH,
        transactions_root: EMPTY_ROOT_HASH,
        receipts_root: EMPTY_ROOT_HASH,
        extra_data: Bytes::from_static(b"hebe"),
        withdrawals_root: since(Revision::Shanghai).then_some(EMPTY_WITHDRAWALS),
        blob_gas_used: since(Revision::Cancun).then_some(0),
        excess_blob_gas: since(Revision::Cancun).then_some(0),
        parent_beacon_block_root: since(Revision::Cancun).then_some(BEACON_ROOT.to_alloy()),
        requests_hash: since(Revision::Prague).then_some(EMPTY_REQUESTS_HASH),
        ..RawHeader::default()
    }
}

/// A block that is being made.
struct Making {
    chain: Chain,
    header: RawHeader,
    transactions: Vec<Mined>,
    bytes: usize,
    logs: u64,
    blobs: u64,
}

/// Why a transaction is not in a block.
enum Left {
    /// There is no room: it waits for the next one.
    NoRoom,
    /// It can't be part of any.
    Invalid(InvalidTransaction),
}

impl Making {
    /// Begins a block behind the newest one.
    fn begin(ledger: &Ledger, node: &Node) -> Self {
        let mut chain = ledger.chain.clone();
        let before = ledger.history.newest();
        let mut header = empty(chain.revision);
        header.parent_hash = before.header.hash();
        header.number = before.number() + 1;
        header.timestamp = ledger.clock.next_time(before.header.timestamp);
        header.gas_limit = ledger.gas_limit;
        header.beneficiary = chain.context.block_coinbase.to_alloy();
        // There is no randomness here: two nodes that do the same have the same blocks.
        if chain.revision >= Revision::Paris {
            header.mix_hash = keccak256(before.header.hash());
        }
        let excess = Header::of(before).follow(&mut chain);
        if let Some(own) = &mut header.excess_blob_gas {
            *own = excess;
        }
        if chain.revision >= Revision::London {
            if let Some(base_fee) = ledger.next_base_fee {
                chain.context.block_base_fee = base_fee.into();
            }
            header.base_fee_per_gas = u64::try_from(chain.context.block_base_fee).ok();
        }
        Header(&header).enter(&mut chain);
        // Those before the newest block are there: one comes, and the oldest of 257 goes.
        let number = whole_gas(before.number());
        chain.block_hashes.insert(number, before.header.hash().to_chain());
        chain.block_hashes.remove(&(number - 256));
        chain.start_block(&node.vm, BEACON_ROOT, header.parent_hash.to_chain());
        Self { chain, header, transactions: Vec::new(), bytes: HEADER_BYTES, logs: 0, blobs: 0 }
    }

    /// Adds a transaction.
    fn add(&mut self, transaction: &Arc<Sent>, ledger: &Ledger, node: &Node) -> Result<(), Left> {
        let sender = transaction.signer();
        let gas_left = self.header.gas_limit - self.header.gas_used;
        let bytes = length(transaction);
        let blobs = transaction.blob_versioned_hashes().map_or(0, |hashes| hashes.len() as u64);
        let no_room = transaction.gas_limit() > gas_left
            || !TransactionRules::of(self.chain.revision)
                .is_some_and(|rules| rules.allows_block_size(self.bytes + bytes))
            || (blobs > 0 && self.blobs + blobs > self.max_blobs());
        if no_room {
            return Err(Left::NoRoom);
        }
        let paid = transactions::paid(transaction.inner(), sender);
        self.chain.allows_sender_code = ledger.is_impersonated(sender);
        let report = self.chain.transact(&node.vm, &paid).map_err(Left::Invalid)?;
        let outcome = Outcome::new(report, self.header.gas_used, self.chain.context.tx_gas_price);
        self.header.gas_used = outcome.cumulative_gas_used;
        self.bytes += bytes;
        self.blobs += blobs;
        let first_log = self.logs;
        self.logs += outcome.logs.len() as u64;
        self.transactions.push(Mined { transaction: Arc::clone(transaction), outcome, first_log });
        Ok(())
    }

    /// How many blobs a block has at the most (EIP-7840).
    fn max_blobs(&self) -> u64 {
        let rules = TransactionRules::of(self.chain.revision);
        rules.and_then(|rules| rules.blobs).map_or(0, |schedule| schedule.max)
    }

    /// Adds what waits, as far as there is room. Gives what can't be part of any block.
    fn fill(&mut self, ledger: &Ledger, node: &Node) -> Vec<B256> {
        let base_fee = self.header.base_fee_per_gas.unwrap_or_default();
        let mut invalid = Vec::new();
        // Who has left out a transaction can't send the one behind it.
        let mut stopped: BTreeSet<Address> = BTreeSet::new();
        for transaction in ledger.pool.best(base_fee, |sender| ledger.nonce(sender)) {
            if stopped.contains(&transaction.signer()) {
                continue;
            }
            match self.add(&transaction, ledger, node) {
                Ok(()) => {}
                Err(left) => {
                    stopped.insert(transaction.signer());
                    if let Left::Invalid(why) = left
                        && !matches!(
                            why,
                            InvalidTransaction::MaxBlobFee { .. }
                                | InvalidTransaction::MaxFee { .. }
                        )
                    {
                        invalid.push(*transaction.tx_hash());
                    }
                }
            }
        }
        invalid
    }
}

impl Ledger {
    /// Makes a block of what waits. What can't be part of any block is dropped.
    pub(crate) fn mine(&mut self, node: &Node, events: &mut Vec<Event>) -> Arc<Block> {
        let mut making = Making::begin(self, node);
        let invalid = making.fill(self, node);
        for hash in &invalid {
            self.pool.remove(hash);
        }
        let Making { mut chain, mut header, transactions, blobs, .. } = making;
        let undo = self.world.follow(chain.state.accounts());
        let receipts: Vec<_> = transactions.iter().map(Mined::receipt).collect();
        let envelopes: Vec<_> =
            transactions.iter().map(|mined| mined.transaction.inner()).collect();
        header.state_root = self.world.root();
        header.transactions_root = calculate_transaction_root(&envelopes);
        header.receipts_root = calculate_receipt_root(&receipts);
        header.logs_bloom = bloom(&receipts);
        if let Some(used) = &mut header.blob_gas_used {
            *used = blobs * GAS_PER_BLOB;
        }
        for mined in &transactions {
            self.pool.remove(mined.transaction.tx_hash());
            let sender = mined.transaction.signer();
            self.pool.forget_before(sender, chain.state.nonce(sender.to_chain()));
        }
        chain.allows_sender_code = false;
        self.chain = chain;
        self.clock.made(header.timestamp);
        self.next_base_fee = None;
        let number = header.number;
        // The chain is in this block already: its transactions ran there.
        self.history.push(Block::new(header, transactions), undo, &self.world);
        self.changed_from(number);
        let block = Arc::clone(self.history.newest());
        events.push(Event::Mined(Arc::clone(&block)));
        block
    }

    /// The chain in the block that would be made now, and that block's header.
    pub(crate) fn pending(&self, node: &Node) -> (Chain, Block) {
        let mut making = Making::begin(self, node);
        making.fill(self, node);
        let Making { mut chain, header, transactions, .. } = making;
        chain.allows_sender_code = false;
        (chain, Block::new(header, transactions))
    }
}
