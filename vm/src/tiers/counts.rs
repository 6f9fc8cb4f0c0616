//! What a VM counts about itself. Nothing depends on it.

use crate::Vm;
use std::sync::atomic::{AtomicU64, Ordering};

/// The counters of a VM and its clones.
#[derive(Default)]
pub(crate) struct Counts {
    /// Contracts that became native code.
    pub(crate) compiled: Count,
    /// Messages that ended otherwise as native code.
    pub(crate) differences: Count,
}

/// A counter.
#[derive(Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub(crate) fn add_one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Vm {
    /// How many contracts have become native code so far, compiled or taken from `cache_dir`; those that are gone
    /// from the cache included.
    pub fn compiled_contracts(&self) -> u64 {
        self.counts().compiled.get()
    }

    /// How many messages ended otherwise as native code than in the interpreter, with `engine=shadow`.
    pub fn shadow_differences(&self) -> u64 {
        self.counts().differences.get()
    }
}
