//! Threads that compile contracts while the interpreter runs them.
//!
//! A contract gets here when it has used enough gas to be worth it ([`Heat`](super::heat)), or has just been
//! deployed. What is finished is put into the contract, where the next call finds it.

use super::{Contract, Counts};
use crate::{cache::Cache, engine::Traps, native};
use std::{
    collections::VecDeque,
    process,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak},
    thread::{self, JoinHandle},
};

/// How many contracts wait at most. More are not taken; they come again when they have used as much gas
/// again.
const QUEUE: usize = 64;

/// Native stack of a thread that compiles.
const STACK_BYTES: usize = 8 << 20;

/// The threads of a VM, which begin with the first contract that is submitted.
pub(crate) struct Background {
    most_threads: usize,
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// Where the threads are: after a fork, the child has none of them.
    process: u32,
}

struct Shared {
    traps: Traps,
    counts: Arc<Counts>,
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    /// How many threads wait for a job.
    waiting: usize,
    is_closed: bool,
}

/// A contract to compile, if it is still there when its turn comes, and the cache that keeps it.
struct Job {
    contract: Weak<Contract>,
    cache: Weak<Cache>,
}

impl Background {
    /// As many as `most_threads`, none of which is there yet.
    pub(crate) fn new(most_threads: usize, traps: Traps, counts: Arc<Counts>) -> Self {
        Self {
            most_threads,
            shared: Arc::new(Shared {
                traps,
                counts,
                queue: Mutex::default(),
                changed: Condvar::new(),
            }),
            threads: Mutex::default(),
            process: process::id(),
        }
    }

    /// Has a contract compiled, if there is room in the queue. Says whether it will be.
    pub(crate) fn submit(&self, contract: &Arc<Contract>, cache: &Arc<Cache>) -> bool {
        // In a child of a fork nobody would come, and the lock may be held by nobody.
        if self.most_threads == 0 || native::is_forked() {
            return false;
        }
        let job = Job { contract: Arc::downgrade(contract), cache: Arc::downgrade(cache) };
        let mut queue = lock(&self.shared.queue);
        if queue.jobs.len() >= QUEUE {
            return false;
        }
        queue.jobs.push_back(job);
        let needs_thread = queue.waiting < queue.jobs.len();
        drop(queue);
        self.shared.changed.notify_one();
        if needs_thread {
            self.add_thread();
        }
        true
    }

    /// Begins a thread, if there are fewer than there may be. If the system has none, contracts stay
    /// interpreted.
    fn add_thread(&self) {
        let mut threads = lock(&self.threads);
        if threads.len() >= self.most_threads {
            return;
        }
        native::watch_forks();
        let shared = self.shared.clone();
        let thread = thread::Builder::new().name("hebe compiler".into()).stack_size(STACK_BYTES);
        if let Ok(thread) = thread.spawn(move || shared.work()) {
            threads.push(thread);
        }
    }
}

impl Shared {
    /// What a thread does.
    fn work(&self) {
        native::block_signals();
        while let Some(job) = self.next() {
            let Some(contract) = job.contract.upgrade() else { continue };
            if contract.compile(self.traps) {
                self.counts.compiled.add_one();
                if let Some(cache) = job.cache.upgrade() {
                    cache.weigh_again(&contract);
                }
            }
        }
    }

    /// The next contract to compile; `None` when that is over.
    fn next(&self) -> Option<Job> {
        let mut queue = lock(&self.queue);
        loop {
            if queue.is_closed {
                return None;
            }
            if let Some(job) = queue.jobs.pop_front() {
                return Some(job);
            }
            queue.waiting += 1;
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
            queue.waiting -= 1;
        }
    }
}

impl Drop for Background {
    /// Waits for the threads, which finish at most what they have begun.
    fn drop(&mut self) {
        if process::id() != self.process {
            // They are another process's.
            std::mem::take(self.threads.get_mut().unwrap_or_else(PoisonError::into_inner))
                .into_iter()
                .for_each(std::mem::forget);
            return;
        }
        let jobs = {
            let mut queue = lock(&self.shared.queue);
            queue.is_closed = true;
            std::mem::take(&mut queue.jobs)
        };
        drop(jobs);
        self.shared.changed.notify_all();
        for thread in std::mem::take(&mut *lock(&self.threads)) {
            // It has caught its own panics.
            let _ = thread.join();
        }
    }
}

/// Nothing is left half-done behind these locks.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
