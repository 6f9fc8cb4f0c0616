//! Instances that wait for the next call.
//!
//! To make an instance, and to give its memory back, costs several times what an ordinary call does. So an
//! instance that can be put back into its first state is kept.
//!
//! Nothing here waits for a lock: whoever can't have one at once goes without. So a process that was forked while
//! another thread had it goes on.

use std::{
    array,
    cell::Cell,
    sync::{
        Arc, Mutex, MutexGuard, TryLockError, Weak,
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

/// What can wait.
pub(crate) trait Waits: Send {
    /// Its place among those that are counted, if it has one by now.
    fn counted(&mut self) -> &mut Option<Counted>;
}

/// An instance's place among those that are counted.
pub(crate) struct Counted;

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
static CONTRACTS: Mutex<Vec<Weak<dyn Clear>>> = Mutex::new(Vec::new());

/// Something whose instances can be dropped.
trait Clear: Send + Sync {
    fn clear(&self);
}

/// The waiting instances of a contract on an engine.
pub(crate) struct Idle<T: Waits + 'static> {
    lists: [List<T>; LISTS],
}

/// A list, far enough from the next one that threads don't share what their processors hold of them.
#[repr(align(128))]
struct List<T>(Mutex<Vec<T>>);

impl<T: Waits + 'static> Idle<T> {
    /// A list that is empty.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { lists: array::from_fn(|_| List(Mutex::default())) })
    }

    /// Has its instances dropped, too, when there are too many in the process.
    fn register(self: &Arc<Self>) {
        if let Some(mut contracts) = lock(&CONTRACTS) {
            contracts.retain(|contract| contract.strong_count() > 0);
            let weak: Weak<Self> = Arc::downgrade(self);
            contracts.push(weak);
        }
    }

    /// An instance that waits, if there is one.
    pub(crate) fn take(&self) -> Option<T> {
        lock(&self.lists[list_of_this_thread()].0)?.pop()
    }

    /// Keeps an instance, which has been put back into its first state. Where too many wait, it and all
    /// that wait are dropped: those that are called again soon will be back.
    pub(crate) fn keep(self: &Arc<Self>, mut instance: T) {
        if instance.counted().is_none() {
            if COUNTED.load(Ordering::Relaxed) >= IN_PROCESS {
                drop(instance);
                return drop_all();
            }
            *instance.counted() = Some(Counted::new());
            self.register();
        }
        let full = match lock(&self.lists[list_of_this_thread()].0) {
            Some(mut list) if list.len() < IN_LIST => {
                list.push(instance);
                return;
            }
            _ => instance,
        };
        // A drop takes time, and the list is not locked for so long.
        drop(full);
    }
}

impl<T: Waits + 'static> Clear for Idle<T> {
    fn clear(&self) {
        for list in &self.lists {
            let instances = lock(&list.0).map(|mut list| std::mem::take(&mut *list));
            // A drop takes time, and the list is not locked for so long.
            drop(instances);
        }
    }
}

/// Drops all instances that wait, of all contracts.
pub(crate) fn drop_all() {
    let contracts = lock(&CONTRACTS).map(|contracts| contracts.clone()).unwrap_or_default();
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

/// The lock, if nobody has it. Nothing is left half-done behind it.
fn lock<T>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    match mutex.try_lock() {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}
