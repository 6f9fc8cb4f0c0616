//! The blocks since the start, and the state of each.

use crate::{
    block::{Block, Mined},
    world::{Undo, World},
};
use alloy_primitives::B256;
use hebe_testing::Accounts;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// A state is kept as it is each so many blocks; those between are found from the next one by what undoes a block.
const CHECKPOINT_INTERVAL: u64 = 256;

/// The chain's blocks. There is at least one.
#[derive(Debug)]
pub(crate) struct History {
    blocks: Vec<Arc<Block>>,
    /// Of each block: what leads to the state of the one before.
    undos: Vec<Arc<Undo>>,
    by_hash: HashMap<B256, u64>,
    /// Where transactions are: block and index.
    transactions: HashMap<B256, (u64, usize)>,
    checkpoints: BTreeMap<u64, World>,
}

impl History {
    /// A chain whose first block this is.
    pub(crate) fn new(first: Block) -> Self {
        let mut history = Self {
            blocks: Vec::new(),
            undos: Vec::new(),
            by_hash: HashMap::new(),
            transactions: HashMap::new(),
            checkpoints: BTreeMap::new(),
        };
        history.put(first, Undo::default());
        history
    }

    /// Appends a block, whose state is now the world's.
    pub(crate) fn push(&mut self, block: Block, undo: Undo, world: &World) {
        let number = block.number();
        self.put(block, undo);
        if number.is_multiple_of(CHECKPOINT_INTERVAL) {
            self.checkpoints.insert(number, world.clone());
        }
    }

    fn put(&mut self, block: Block, undo: Undo) {
        let number = self.blocks.len() as u64;
        self.by_hash.insert(block.header.hash(), number);
        for (index, mined) in block.transactions.iter().enumerate() {
            self.transactions.insert(*mined.transaction.tx_hash(), (number, index));
        }
        self.blocks.push(Arc::new(block));
        self.undos.push(Arc::new(undo));
    }

    /// Puts blocks that were kept there, and finds the states that are to be at hand.
    pub(crate) fn restore(blocks: Vec<(Block, Undo)>, world: &World) -> Option<Self> {
        let mut blocks = blocks.into_iter();
        let (first, undo) = blocks.next()?;
        let mut history = Self::new(first);
        history.undos[0] = Arc::new(undo);
        for (block, undo) in blocks {
            history.put(block, undo);
        }
        let mut world = world.clone();
        let mut accounts = world.accounts().clone();
        for number in (0..history.number()).rev() {
            history.undos[index(number + 1)].apply(&mut accounts);
            if number.is_multiple_of(CHECKPOINT_INTERVAL) {
                world.follow(&accounts);
                history.checkpoints.insert(number, world.clone());
            }
        }
        Some(history)
    }

    /// Takes away all blocks behind this one, and gives them.
    pub(crate) fn truncate(&mut self, number: u64, undo: Arc<Undo>) -> Vec<Arc<Block>> {
        let gone = self.blocks.split_off((index(number) + 1).min(self.blocks.len()));
        for block in &gone {
            self.by_hash.remove(&block.header.hash());
            for mined in &block.transactions {
                self.transactions.remove(mined.transaction.tx_hash());
            }
        }
        self.undos.truncate(self.blocks.len());
        self.undos[index(number)] = undo;
        self.checkpoints.split_off(&number);
        gone
    }

    /// The newest block changed its state without a block: by who develops.
    pub(crate) fn changed(&mut self, mut undo: Undo) {
        let number = self.number();
        let before = &mut self.undos[index(number)];
        undo.0.extend_from_slice(&before.0);
        *before = Arc::new(undo);
        // It is the world itself that is asked as long as the block is the newest.
        self.checkpoints.remove(&number);
    }

    /// The newest block's number.
    pub(crate) fn number(&self) -> u64 {
        self.blocks.len() as u64 - 1
    }

    /// The newest block.
    pub(crate) fn newest(&self) -> &Arc<Block> {
        &self.blocks[self.blocks.len() - 1]
    }

    /// A block.
    pub(crate) fn block(&self, number: u64) -> Option<&Arc<Block>> {
        self.blocks.get(usize::try_from(number).ok()?)
    }

    /// What leads from a block's state to that of the one before.
    pub(crate) fn undo(&self, number: u64) -> &Arc<Undo> {
        &self.undos[index(number)]
    }

    /// The number of the block with this hash.
    pub(crate) fn number_of(&self, hash: &B256) -> Option<u64> {
        self.by_hash.get(hash).copied()
    }

    /// A transaction, with its block and its index there.
    pub(crate) fn transaction(&self, hash: &B256) -> Option<(&Arc<Block>, usize, &Mined)> {
        let (number, index) = *self.transactions.get(hash)?;
        let block = self.block(number)?;
        Some((block, index, block.transactions.get(index)?))
    }

    /// The accounts when the block was the newest.
    pub(crate) fn accounts_at(&self, number: u64, world: &World) -> Accounts {
        let (from, nearest) = self.nearest(number, world);
        let mut accounts = nearest.accounts().clone();
        for later in (number + 1..=from).rev() {
            self.undos[index(later)].apply(&mut accounts);
        }
        accounts
    }

    /// The accounts and their tries when the block was the newest.
    pub(crate) fn world_at(&self, number: u64, world: &World) -> World {
        let (_, nearest) = self.nearest(number, world);
        let mut there = nearest.clone();
        there.follow(&self.accounts_at(number, world));
        there
    }

    /// The nearest state from which the block's is found.
    fn nearest<'a>(&'a self, number: u64, world: &'a World) -> (u64, &'a World) {
        let newest = self.number();
        let kept = self.checkpoints.range(number..newest).next();
        kept.map_or((newest, world), |(number, world)| (*number, world))
    }
}

/// Blocks are in memory, so their numbers are indices.
fn index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
