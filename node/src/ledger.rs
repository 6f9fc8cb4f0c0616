//! All of a chain that changes, and what changes it but for blocks.

use crate::{
    clock::Clock,
    config::Config,
    database::{Database, Kept},
    fail::Fail,
    forms::ToChain,
    genesis,
    history::History,
    keys::Keys,
    mine::Header,
    node::{Event, Node},
    pool::Pool,
    transactions::{self, Sent},
    world::{Undo, World},
};
use alloy_consensus::{Transaction, TxEnvelope};
use alloy_primitives::{Address, B256};
use hebe_testing::{
    BlockHashes, Chain, InvalidTransaction, State, harness::Names, state_file::StateFile,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What a database calls the schedule where nothing is paid.
const FREE: &str = "none";

/// All that changes.
pub(crate) struct Ledger {
    /// The chain at its newest block, with the state as it is now.
    pub(crate) chain: Chain,
    /// The same accounts with their tries.
    pub(crate) world: World,
    pub(crate) history: History,
    pub(crate) pool: Pool,
    pub(crate) clock: Clock,
    /// Whether a transaction makes a block at once.
    pub(crate) automine: bool,
    /// Seconds from a block to the next one that is made by itself.
    pub(crate) block_time: Option<u64>,
    /// Gas of the blocks that come, in whole units.
    pub(crate) gas_limit: u64,
    /// Wei that the next block burns for a unit of gas, where somebody has set it.
    pub(crate) next_base_fee: Option<u64>,
    /// Who may send without a signature.
    pub(crate) impersonated: BTreeSet<Address>,
    /// Whether everybody may.
    pub(crate) impersonates_all: bool,
    /// What accounts are called, and what contracts can be asked.
    pub(crate) names: Names,
    /// What happened, as long as it is not kept.
    pub(crate) unheard: Vec<Event>,
    snapshots: BTreeMap<u64, Snapshot>,
    next_snapshot: u64,
    database: Option<Database>,
}

/// What the ledger goes back to.
struct Snapshot {
    number: u64,
    undo: Arc<Undo>,
    world: World,
    clock: Clock,
    pool: Pool,
    next_base_fee: Option<u64>,
}

impl Ledger {
    /// Begins a chain, or goes on with the one in the database. Messages pay by `schedule`.
    ///
    /// # Errors
    ///
    /// A sentence about what of the configuration can't be.
    pub(crate) fn start(
        config: &Config,
        keys: &Keys,
        schedule: Option<String>,
    ) -> Result<Self, String> {
        let (database, kept) = match &config.database {
            None => (None, None),
            Some(path) => {
                let (database, kept) =
                    Database::open(path, config, schedule.as_deref().unwrap_or(FREE))?;
                (Some(database), kept)
            }
        };
        let is_new = kept.is_none();
        let accounts = match &kept {
            Some(kept) => kept.accounts.clone(),
            None => genesis::accounts(config, keys),
        };
        let mut chain = Chain::new(config.revision, BTreeMap::new());
        chain.state = State::from(accounts.clone());
        chain.max_code_size = config.max_code_size;
        chain.context.chain_id = config.chain_id.into();
        chain.context.block_gas_limit = i64::try_from(config.gas_limit)
            .map_err(|_| format!("the gas limit of a block is at most {}", i64::MAX))?;
        let world = World::new(&accounts);
        let clock = Clock::default();
        let mut names = config.state.names.clone();
        let (history, pool, clock) = match kept {
            Some(Kept { blocks, pool, clock, names: kept, .. }) => {
                names = kept;
                let history =
                    History::restore(blocks, &world).ok_or("the database has no blocks")?;
                (history, pool, clock)
            }
            None => {
                let time = config.time.unwrap_or_else(|| clock.now());
                let mut clock = clock;
                if config.time.is_some() {
                    clock.set(time);
                }
                (History::new(Header::first(config, world.root(), time)), Pool::default(), clock)
            }
        };
        let mut ledger = Self {
            chain,
            world,
            history,
            pool,
            clock,
            automine: config.block_time.is_none(),
            block_time: config.block_time,
            gas_limit: config.gas_limit,
            next_base_fee: None,
            impersonated: BTreeSet::new(),
            impersonates_all: false,
            names,
            unheard: Vec::new(),
            snapshots: BTreeMap::new(),
            next_snapshot: 1,
            database,
        };
        ledger.set_context();
        if let (true, Some(database)) = (is_new, &mut ledger.database) {
            database.changed_from(0);
        }
        ledger.save().map_err(|fail| fail.message)?;
        Ok(ledger)
    }

    /// Writes what has changed, where the chain is kept.
    ///
    /// # Errors
    ///
    /// A [`Fail`] that says why it can't be kept.
    pub(crate) fn save(&mut self) -> Result<(), Fail> {
        let Some(database) = &mut self.database else { return Ok(()) };
        database
            .save(&self.history, self.world.accounts(), &self.pool, &self.clock, &self.names)
            .map_err(|problem| {
                Fail::internal(format!(
                    "the chain can't be kept: {problem}. The node goes on when it can: make room for its database"
                ))
            })
    }

    /// Blocks from this one on are others now.
    pub(crate) fn changed_from(&mut self, number: u64) {
        if let Some(database) = &mut self.database {
            database.changed_from(number);
        }
    }

    /// Puts the newest block into the chain's context, for questions.
    pub(crate) fn set_context(&mut self) {
        let newest = Arc::clone(self.history.newest());
        Header::of(&newest).enter(&mut self.chain);
        self.chain.block_hashes = self.hashes_before(newest.number());
    }

    /// The hashes of the 256 blocks before this one.
    pub(crate) fn hashes_before(&self, number: u64) -> BlockHashes {
        let hashes = (number.saturating_sub(256)..number).filter_map(|number| {
            let block = self.history.block(number)?;
            Some((i64::try_from(number).ok()?, block.header.hash().to_chain()))
        });
        hashes.collect()
    }

    /// The nonce that the account's next transaction has to have.
    pub(crate) fn nonce(&self, address: Address) -> u64 {
        self.chain.state.nonce(address.to_chain())
    }

    /// The nonce behind all that wait of this account.
    pub(crate) fn pending_nonce(&self, address: Address) -> u64 {
        self.pool.next_nonce(address, self.nonce(address))
    }

    /// Takes in a transaction, and makes a block of it where that is wanted.
    ///
    /// # Errors
    ///
    /// As of [`Node::send`].
    pub(crate) fn send(
        &mut self,
        transaction: Sent,
        node: &Node,
        events: &mut Vec<Event>,
    ) -> Result<B256, Fail> {
        let hash = *transaction.tx_hash();
        if self.history.transaction(&hash).is_some() {
            return Err(Fail::refused("already known: it is in a block"));
        }
        self.check(&transaction)?;
        // One whose nonce is too high waits for those before it.
        let is_next = transaction.nonce() <= self.pending_nonce(transaction.signer());
        let makes_block = self.automine && is_next;
        if makes_block {
            self.check_price(&transaction)?;
        }
        let transaction = Arc::new(transaction);
        self.pool.add(Arc::clone(&transaction))?;
        events.push(Event::Pending(transaction));
        if makes_block {
            self.mine(node, events);
        }
        Ok(hash)
    }

    /// Whether a transaction pays what the next block asks. With automine nobody would make a later one, for which it could
    /// wait.
    fn check_price(&self, transaction: &TxEnvelope) -> Result<(), Fail> {
        let (max_fee, base_fee) = (transaction.max_fee_per_gas(), self.next_base_fee());
        if max_fee < u128::from(base_fee) {
            return Err(Fail::refused(format!(
                "max fee per gas less than block base fee: maxFeePerGas: {max_fee}, baseFee: {base_fee}"
            )));
        }
        let blob_price = self.next_blob_price();
        match transaction.max_fee_per_blob_gas() {
            Some(max_fee) if max_fee < blob_price => Err(Fail::refused(format!(
                "max fee per blob gas less than block blob gas fee: {max_fee} and {blob_price} wei"
            ))),
            _ => Ok(()),
        }
    }

    /// Whether a transaction can be part of a block, this one or, as far as its nonce and price go, a later one.
    fn check(&self, transaction: &Sent) -> Result<(), Fail> {
        let chain_id = self.chain.context.chain_id.low_u64();
        match transaction.chain_id() {
            Some(own) if own != chain_id => {
                return Err(Fail::refused(format!(
                    "invalid chain id for signer: have {own} want {chain_id}"
                )));
            }
            _ => {}
        }
        let sender = transaction.signer();
        let next = self.nonce(sender);
        if transaction.nonce() < next {
            return Err(Fail::refused(format!(
                "nonce too low: next nonce {next}, tx nonce {}",
                transaction.nonce()
            )));
        }
        // What is checked below is the account's nonce, for which this one may only wait.
        if transaction.nonce() == u64::MAX {
            return Err(InvalidTransaction::NonceOverflow.into());
        }
        // The copy shares the state: it costs next to nothing.
        let mut chain = self.chain.clone();
        chain.context.block_base_fee = hebe_host::U256::zero();
        chain.context.blob_base_fee = hebe_host::U256::zero();
        // That of the blocks that come: the newest one may have had another.
        chain.context.block_gas_limit = transactions::whole_gas(self.gas_limit);
        chain.allows_sender_code = self.is_impersonated(sender);
        let mut paid = transactions::paid(transaction.inner(), sender);
        paid.nonce = next;
        chain.check(&paid)?;
        Ok(())
    }

    /// Whether somebody may send without a signature.
    pub(crate) fn is_impersonated(&self, address: Address) -> bool {
        self.impersonates_all || self.impersonated.contains(&address)
    }

    /// Changes accounts from outside of blocks: by who develops. Gives nothing; the next block's root has it.
    pub(crate) fn develop(&mut self, change: impl FnOnce(&mut State)) {
        change(&mut self.chain.state);
        self.keep_state();
    }

    /// Takes on the chain's state as that of the newest block.
    pub(crate) fn keep_state(&mut self) {
        let undo = self.world.follow(self.chain.state.accounts());
        if !undo.0.is_empty() {
            self.history.changed(undo);
            let number = self.history.number();
            self.changed_from(number);
        }
    }

    /// Puts the state of a file in place of what its accounts are.
    pub(crate) fn load(&mut self, state: StateFile) {
        for (address, account) in state.accounts {
            self.chain.state.insert(address, account);
        }
        for (name, address) in state.names.iter() {
            self.names.define(name, address);
            if let Some(interface) = state.names.interface(address) {
                self.names.describe(address, Arc::clone(interface));
            }
        }
        self.keep_state();
    }

    /// Marks this moment, to be gone back to.
    pub(crate) fn snapshot(&mut self) -> u64 {
        let number = self.history.number();
        let snapshot = Snapshot {
            number,
            undo: Arc::clone(self.history.undo(number)),
            world: self.world.clone(),
            clock: self.clock,
            pool: self.pool.clone(),
            next_base_fee: self.next_base_fee,
        };
        let id = self.next_snapshot;
        self.next_snapshot += 1;
        self.snapshots.insert(id, snapshot);
        id
    }

    /// Goes back to a moment; later ones are gone then, and so is this one. `false` where there is no such moment.
    pub(crate) fn revert(&mut self, id: u64, events: &mut Vec<Event>) -> bool {
        let Some(snapshot) = self.snapshots.remove(&id) else { return false };
        self.snapshots.split_off(&id);
        let gone = self.history.truncate(snapshot.number, snapshot.undo);
        events.extend(gone.into_iter().rev().map(Event::Removed));
        self.changed_from(snapshot.number);
        self.world = snapshot.world;
        self.chain.state = State::from(self.world.accounts().clone());
        self.clock = snapshot.clock;
        self.pool = snapshot.pool;
        self.next_base_fee = snapshot.next_base_fee;
        self.set_context();
        true
    }

    /// Starts anew, from the state with which the node began.
    pub(crate) fn reset(&mut self, node: &Node, events: &mut Vec<Event>) {
        let accounts = genesis::accounts(&node.config, &node.keys);
        let number = self.history.number();
        let gone = (1..=number).rev().filter_map(|number| self.history.block(number).cloned());
        events.extend(gone.map(Event::Removed));
        self.world = World::new(&accounts);
        self.chain.state = State::from(accounts);
        self.clock = Clock::default();
        if let Some(time) = node.config.time {
            self.clock.set(time);
        }
        let time = self.clock.now();
        self.gas_limit = node.config.gas_limit;
        self.history = History::new(Header::first(&node.config, self.world.root(), time));
        self.pool = Pool::default();
        self.next_base_fee = None;
        self.snapshots.clear();
        self.impersonated.clear();
        self.impersonates_all = false;
        self.names = node.config.state.names.clone();
        self.chain.context.block_coinbase = hebe_host::Address::zero();
        self.changed_from(0);
        self.set_context();
    }
}
