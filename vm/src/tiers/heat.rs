//! When is a contract worth compiling?
//!
//! When the interpreter has spent about as much time on it as the compiler will need: then, whatever comes,
//! no more than twice the least is spent. Both are told by numbers that don't depend on the machine, so that
//! the same calls compile the same contracts: by the default schedule a gas of instructions stands for 80 ns of the
//! interpreter's time. docs/benchmarks.md has the measurements.

use hebe_gas::PARTICLES_PER_GAS;
use std::sync::atomic::{AtomicU64, Ordering};

/// What of a call does not count, in particles: native code takes 0.8 µs longer to begin one.
const CALL: u64 = 10 * PARTICLES_PER_GAS as u64;

/// What compiling any contract is worth, in particles: 0.3 ms.
const CONTRACT: u64 = 4_000 * PARTICLES_PER_GAS as u64;

/// What compiling a byte of a contract's code is worth, in particles: about 2 µs.
const BYTE: u64 = 25 * PARTICLES_PER_GAS as u64;

/// How much the interpreter has run a contract, in particles of gas that its instructions cost.
#[derive(Default)]
pub(crate) struct Heat(AtomicU64);

impl Heat {
    /// Adds a call that took so many `particles`. Whether a contract with so many bytes of code has become
    /// worth compiling by that; it is said once.
    pub(crate) fn add_call(&self, particles: u64, code_bytes: usize) -> bool {
        let threshold = CONTRACT + BYTE * code_bytes as u64;
        let more = particles.saturating_sub(CALL).min(u64::MAX / 4);
        let before = self.0.fetch_add(more, Ordering::Relaxed);
        // It stops at a number that no call can bring to overflow.
        if before > u64::MAX / 2 {
            self.0.store(u64::MAX / 2, Ordering::Relaxed);
        }
        before < threshold && before.saturating_add(more) >= threshold
    }

    /// Has it said again, after as much again.
    pub(crate) fn cool(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_once() {
        let heat = Heat::default();
        let threshold = CONTRACT + 100 * BYTE;
        assert!(!heat.add_call(threshold + CALL - 1, 100));
        assert!(heat.add_call(CALL + 1, 100));
        assert!(!heat.add_call(threshold, 100));
        heat.cool();
        assert!(heat.add_call(u64::MAX, 100));
        assert!(!heat.add_call(u64::MAX, 100));
        assert!(!heat.add_call(u64::MAX, 100));
        assert!(!heat.add_call(u64::MAX, 100));
    }

    #[test]
    fn short_calls_are_the_interpreters() {
        let heat = Heat::default();
        assert!(!(0..1_000_000).any(|_| heat.add_call(CALL, 100)));
        let calls = (1..).find(|_| heat.add_call(2 * CALL, 1_000)).expect("some time");
        assert_eq!(calls, (4_000_u64 + 25 * 1_000).div_ceil(10));
    }
}
