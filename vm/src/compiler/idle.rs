//! Instances that wait for the next call.
//!
//! To make a store and an instance, and to give their memory back, costs several times what an ordinary
//! call does. So an instance that can be put back into its first state is kept.

use super::instance::Instance;
use std::{
    array,
    cell::Cell,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering},
    },
};

/// How many instances wait in the whole process, at most. That is a part of those that there can be, so
/// that there is room for others.
const IN_PROCESS: usize = 256;

/// How many wait in a list.
const IN_LIST: usize = 4;

/// Threads take from different lists, as long as there are not more threads than this.
const LISTS: usize = 8;

/// How many there are that wait, or have waited and run again: so a call changes it only once for an instance, and
/// threads don't wait for each other at it.
static COUNTED: AtomicUsize = AtomicUsize::new(0);

/// An instance's place among those that are counted.
pub(super) struct Counted;

impl Counted {
    fn new() -> Self {
        COUNTED.fetch_add(1, Ordering::Relaxed);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        COUNTED.fetch_sub(1, Ordering::Relaxed);
    }
}

/// All contracts that may have instances waiting.
static CONTRACTS: Mutex<Vec<Weak<Idle>>> = Mutex::new(Vec::new());

/// The waiting instances of a contract.
pub(super) struct Idle {
    lists: [List; LISTS],
}

/// A list, far enough from the next one that threads don't share what their processors hold of them.
#[derive(Default)]
#[repr(align(128))]
struct List(Mutex<Vec<Instance>>);

impl Idle {
    pub(super) fn new() -> Arc<Self> {
        let idle = Arc::new(Self { lists: array::from_fn(|_| List::default()) });
        let mut contracts = lock(&CONTRACTS);
        contracts.retain(|contract| contract.strong_count() > 0);
        contracts.push(Arc::downgrade(&idle));
        idle
    }

    /// An instance that waits, if there is one.
    pub(super) fn take(&self) -> Option<Instance> {
        lock(&self.lists[list_of_this_thread()].0).pop()
    }

    /// Keeps an instance, which has been put back into its first state. Where too many wait, it and all
    /// that wait are dropped: those that are called again soon will be back.
    pub(super) fn keep(&self, mut instance: Instance) {
        if instance.counted.is_none() {
            if COUNTED.load(Ordering::Relaxed) >= IN_PROCESS {
                drop(instance);
                return drop_all();
            }
            instance.counted = Some(Counted::new());
        }
        let mut list = lock(&self.lists[list_of_this_thread()].0);
        if list.len() < IN_LIST {
            list.push(instance);
        } else {
            // A drop takes time, and the list is not locked for so long.
            drop(list);
            drop(instance);
        }
    }

    fn clear(&self) {
        for list in &self.lists {
            let instances = std::mem::take(&mut *lock(&list.0));
            // A drop takes time, and the list is not locked for so long.
            drop(instances);
        }
    }
}

impl Drop for Idle {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Drops all instances that wait, of all contracts.
pub(super) fn drop_all() {
    let contracts = lock(&CONTRACTS).clone();
    for contract in contracts.iter().filter_map(Weak::upgrade) {
        contract.clear();
    }
}

fn list_of_this_thread() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static LIST: Cell<usize> = const { Cell::new(usize::MAX) };
    }
    LIST.try_with(|list| {
        if list.get() == usize::MAX {
            list.set(NEXT.fetch_add(1, Ordering::Relaxed) % LISTS);
        }
        list.get()
    })
    .unwrap_or(0)
}

/// Nothing is left half-done behind these locks.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
