//! When is a contract worth compiling?
//!
//! When the interpreter has spent about as much time on it as the compiler will need: then, whatever comes,
//! no more than twice the least is spent. Both are told by numbers that don't depend on the machine, so that
//! the same calls compile the same contracts: a gas of instructions stands for 40 ns of the interpreter's time
//! (measured: 27 in a loop of arithmetic, 35 in keccak-256, 200 in recursion). docs/benchmarks.md has the
//! measurements, on the same machine.

use hebe_gas::PARTICLES_PER_GAS;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a call adds apart from what it executes, in particles: what it takes the interpreter to begin one and
/// native code doesn't, 1 µs or more.
const CALL: u64 = 30 * PARTICLES_PER_GAS as u64;

/// What compiling any contract is worth, in particles: 0.3 ms.
const CONTRACT: u64 = 8_000 * PARTICLES_PER_GAS as u64;

/// What compiling a byte of a contract's code is worth, in particles: about 2 µs.
const BYTE: u64 = 50 * PARTICLES_PER_GAS as u64;

/// How much the interpreter has run a contract, in particles of gas that its instructions cost.
#[derive(Default)]
pub(crate) struct Heat(AtomicU64);

impl Heat {
    /// Adds a call that took so many `particles`. Whether a contract with so many bytes of code has become
    /// worth compiling by that; it is said once.
    pub(crate) fn add_call(&self, particles: u64, code_bytes: usize) -> bool {
        let threshold = CONTRACT + BYTE * code_bytes as u64;
        let more = particles.saturating_add(CALL).min(u64::MAX / 4);
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
        assert!(!heat.add_call(threshold - 2 * CALL - 1, 100));
        assert!(heat.add_call(1, 100));
        assert!(!heat.add_call(threshold, 100));
        heat.cool();
        assert!(heat.add_call(u64::MAX, 100));
        assert!(!heat.add_call(u64::MAX, 100));
        assert!(!heat.add_call(u64::MAX, 100));
        assert!(!heat.add_call(u64::MAX, 100));
    }

    #[test]
    fn calls_alone_are_enough() {
        let heat = Heat::default();
        let calls = (1..).find(|_| heat.add_call(0, 1_000)).expect("some time");
        assert_eq!(calls, (8_000_u64 + 50 * 1_000).div_ceil(30));
    }
}
