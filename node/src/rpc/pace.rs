//! Where a request runs: on the thread that read it, if its method is quick, or on another one.
//!
//! Threads that read are as few as the machine has processors, and each has many connections: who blocks one, holds up all of
//! these. But to hand a request to another thread, and its answer back, takes longer than most requests. Which methods are quick
//! is not known beforehand (a call runs any contract), so each is watched.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

/// How long a method may take that runs where it was read, in nanoseconds. To change threads twice takes a tenth of it.
const QUICK_NS: u64 = 300_000;

/// How much of what it took before is forgotten each time: one of so many. After a second it takes some 65 quick ones.
const FORGOTTEN: u64 = 8;

/// How long a method took of late.
#[derive(Debug)]
pub(super) struct Pace {
    /// The longest time, in nanoseconds, less the longer it is ago.
    longest_ns: AtomicU64,
}

impl Default for Pace {
    /// Of a method that nobody has called yet nothing is known.
    fn default() -> Self {
        Self { longest_ns: AtomicU64::new(QUICK_NS) }
    }
}

impl Pace {
    fn is_quick(&self) -> bool {
        self.longest_ns.load(Ordering::Relaxed) < QUICK_NS
    }

    fn took(&self, ns: u64) {
        let longest = self.longest_ns.load(Ordering::Relaxed);
        let longest = ns.max(longest - longest.div_ceil(FORGOTTEN));
        self.longest_ns.store(longest, Ordering::Relaxed);
    }

    /// Runs a request of the method. Nothing comes of it where it panics.
    pub(super) async fn run<T: Send + 'static>(
        self: std::sync::Arc<Self>,
        request: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let is_quick = self.is_quick();
        let timed = move || {
            let begun = Instant::now();
            let answer = catch_unwind(AssertUnwindSafe(request)).ok();
            self.took(u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX));
            answer
        };
        if is_quick { timed() } else { tokio::task::spawn_blocking(timed).await.ok().flatten() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_quick_until_it_was_slow_and_again_after_a_while() {
        let pace = Pace::default();
        assert!(!pace.is_quick());
        pace.took(1_000);
        assert!(pace.is_quick());
        pace.took(1_000_000_000);
        let mut quick_ones = 0;
        while !pace.is_quick() {
            pace.took(1_000);
            quick_ones += 1;
        }
        assert!((60..70).contains(&quick_ones), "{quick_ones}");
    }

    #[tokio::test]
    async fn a_request_that_panics_has_no_answer() {
        for _ in 0..2 {
            let pace = std::sync::Arc::new(Pace::default());
            pace.took(0);
            assert_eq!(std::sync::Arc::clone(&pace).run(|| 5).await, Some(5));
            assert_eq!(pace.run(|| -> u8 { panic!("it is broken") }).await, None);
        }
    }
}
