//! The node: a chain, what waits to be part of it, and who is told what happens.

use crate::{
    block::Block, config::Config, fail::Fail, keys::Keys, ledger::Ledger, rpc::Filters,
    transactions::Sent,
};
use alloy_primitives::{Address, B256};
use hebe_host::Revision;
use hebe_testing::built_in;
use hebe_vm::Vm;
use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
    atomic::{AtomicBool, Ordering},
};
use tokio::sync::broadcast;

/// How many events wait for a slow reader, before it is cut off.
const EVENTS: usize = 4096;

/// A development chain, and all that can be asked of it.
pub struct Node {
    pub(crate) config: Config,
    pub(crate) keys: Keys,
    pub(crate) vm: Vm,
    ledger: RwLock<Ledger>,
    pub(crate) events: broadcast::Sender<Event>,
    pub(crate) filters: Mutex<Filters>,
    /// Whether the chain has what its database has not: then nobody hears of anything until it has.
    is_behind: AtomicBool,
    /// Told when interval mining has changed.
    pub(crate) mining_changed: tokio::sync::Notify,
    /// Told whenever anything may have changed.
    pub(crate) changed: tokio::sync::watch::Sender<()>,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// A transaction came into the pool.
    Pending(Arc<Sent>),
    /// A block was made.
    Mined(Arc<Block>),
    /// Blocks were taken away.
    Removed(Arc<Block>),
}

impl Node {
    /// Starts a chain, or goes on with the one in the database.
    ///
    /// # Errors
    ///
    /// A sentence about what of the configuration can't be.
    pub fn new(config: Config) -> Result<Self, String> {
        let keys = Keys::of(&config.mnemonic, config.accounts)?;
        if config.revision < Revision::Byzantium {
            return Err(format!(
                "a node runs at Byzantium or later, and not at {}: before, receipts hold a state root of each transaction",
                config.revision
            ));
        }
        if hebe_testing::TransactionRules::of(config.revision).is_none() {
            return Err(format!(
                "a node can't run at {}: its rules are not final",
                config.revision
            ));
        }
        // Wasm contracts beside bytecode, which is the built-in VM's default; what they print goes to the terminal.
        let mut options: Vec<(&str, &str)> = Vec::new();
        let init_code = config.max_code_size.map(|size| size.saturating_mul(2).to_string());
        options.extend(init_code.as_deref().map(|size| ("max_initcode_size", size)));
        options.extend(config.options.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let vm = built_in(options)?;
        let ledger = Ledger::start(&config, &keys, vm.options().schedule_in_force())?;
        let (events, _) = broadcast::channel(EVENTS);
        Ok(Self {
            config,
            keys,
            vm,
            ledger: RwLock::new(ledger),
            events,
            filters: Mutex::default(),
            is_behind: AtomicBool::new(false),
            mining_changed: tokio::sync::Notify::new(),
            changed: tokio::sync::watch::Sender::new(()),
        })
    }

    /// What there is now, to be read.
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Ledger> {
        // A panic while somebody changed it is a fault of ours; what is there is whole as far as the journal goes.
        self.ledger.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes something, and keeps it before anybody hears of it.
    ///
    /// # Errors
    ///
    /// The [`Fail`] of `change`, or one that says why it can't be kept. Then it is kept as soon as that is possible.
    pub(crate) fn change<T>(
        &self,
        change: impl FnOnce(&mut Ledger, &mut Vec<Event>) -> Result<T, Fail>,
    ) -> Result<T, Fail> {
        let mut ledger: RwLockWriteGuard<'_, Ledger> =
            self.ledger.write().unwrap_or_else(PoisonError::into_inner);
        // What could not be kept before comes first.
        self.keep(&mut ledger)?;
        let mut events = Vec::new();
        let answer = change(&mut ledger, &mut events);
        ledger.unheard.append(&mut events);
        self.keep(&mut ledger)?;
        self.changed.send_replace(());
        answer
    }

    /// Keeps what the database lacks since it could not be written to. Each request begins with this, so that nothing is told
    /// that a crash could take back.
    ///
    /// # Errors
    ///
    /// A [`Fail`] where it can't be written to yet.
    pub(crate) fn catch_up(&self) -> Result<(), Fail> {
        if !self.is_behind.load(Ordering::Acquire) {
            return Ok(());
        }
        let mut ledger = self.ledger.write().unwrap_or_else(PoisonError::into_inner);
        self.keep(&mut ledger)?;
        self.changed.send_replace(());
        Ok(())
    }

    /// Keeps what has changed, and then tells it to who listens.
    fn keep(&self, ledger: &mut Ledger) -> Result<(), Fail> {
        let kept = ledger.save();
        self.is_behind.store(kept.is_err(), Ordering::Release);
        kept?;
        for event in ledger.unheard.drain(..) {
            self.filters().note(&event);
            // Nobody may be listening.
            let _ = self.events.send(event);
        }
        Ok(())
    }

    /// The filters that clients have.
    pub(crate) fn filters(&self) -> MutexGuard<'_, Filters> {
        self.filters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in a transaction. With automine, it is in a block when this returns.
    ///
    /// # Errors
    ///
    /// A [`Fail`] that says why it can't be part of a block, now or later.
    pub(crate) fn send(&self, transaction: Sent) -> Result<B256, Fail> {
        self.change(|ledger, events| ledger.send(transaction, self, events))
    }

    /// Makes a block of what waits.
    ///
    /// # Errors
    ///
    /// A [`Fail`] where it can't be kept.
    pub(crate) fn mine(&self) -> Result<Arc<Block>, Fail> {
        self.change(|ledger, events| Ok(ledger.mine(self, events)))
    }

    /// A sentence where the state that it began with was made under another schedule of prices.
    pub fn made_under_another_schedule(&self) -> Option<String> {
        self.config.state.made_under_another(self.vm.options().schedule_in_force().as_deref())
    }

    /// The number of the newest block.
    pub fn block_number(&self) -> u64 {
        self.read().history.number()
    }

    /// The accounts that the node has keys of, with these keys.
    pub fn accounts(&self) -> Vec<(Address, B256)> {
        self.keys.pairs().collect()
    }

    /// What the node was told when it started.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Seconds from a block to the next one that is made by itself; none where transactions or people make them.
    pub(crate) fn block_time(&self) -> Option<u64> {
        self.read().block_time
    }
}
