//! What time it is on the chain.

use std::time::{SystemTime, UNIX_EPOCH};

/// The latest time, and the longest while, that clients can set, in seconds: the year 36,812. So sums of them, and the times of many
/// blocks behind them, are far from what the numbers can hold, and each block stays later than the one before.
pub(crate) const MOST_SECONDS: u64 = 1 << 40;

/// The machine's clock, moved by who develops. Times are in seconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Clock {
    /// How far the chain is ahead of the machine, in seconds.
    pub(crate) offset: i64,
    /// The next block's time, where somebody has set it.
    pub(crate) next: Option<u64>,
    /// Seconds from a block to the next, where somebody has set them.
    pub(crate) interval: Option<u64>,
}

impl Clock {
    /// The time on the chain.
    pub(crate) fn now(&self) -> u64 {
        now().saturating_add_signed(self.offset)
    }

    /// The next block's time; later than the last one's (Yellow Paper, section 4.4.4).
    pub(crate) fn next_time(&self, last: u64) -> u64 {
        let next = match (self.next, self.interval) {
            (Some(next), _) => next,
            (None, Some(interval)) => last.saturating_add(interval),
            (None, None) => self.now(),
        };
        next.max(last.saturating_add(1))
    }

    /// A block of this time was made. Where its time had been set, the chain's clock goes on from there.
    pub(crate) fn made(&mut self, time: u64) {
        if self.next.take().is_some() {
            self.set(time);
        }
    }

    /// Sets the time on the chain.
    pub(crate) fn set(&mut self, time: u64) {
        let difference = i128::from(time) - i128::from(now());
        self.offset = i64::try_from(difference).unwrap_or(i64::MAX);
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_was_set_holds_once_and_the_clock_goes_on_from_it() {
        let mut clock = Clock { next: Some(5_000_000_000), ..Clock::default() };
        assert_eq!(clock.next_time(1), 5_000_000_000);
        clock.made(5_000_000_000);
        assert_eq!(clock.next, None);
        assert!((5_000_000_000..5_000_000_100).contains(&clock.next_time(1)));
    }

    #[test]
    fn no_block_is_before_the_last_one() {
        let clock = Clock { next: Some(5), ..Clock::default() };
        assert_eq!(clock.next_time(7), 8);
        let clock = Clock { interval: Some(0), ..Clock::default() };
        assert_eq!(clock.next_time(7), 8);
        let clock = Clock { interval: Some(12), ..Clock::default() };
        assert_eq!(clock.next_time(7), 19);
        assert_eq!(clock.next_time(u64::MAX), u64::MAX);
    }
}
