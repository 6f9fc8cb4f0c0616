//! Times of the same thing, again and again.

use crate::Mistake;
use std::time::{Duration, Instant};

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound {
    /// For so long, warming up not included.
    pub(super) time: Duration,
    /// So many samples at most.
    pub(super) most: usize,
}

/// So many samples there are in any case, where they are not bounded by number.
const LEAST: usize = 3;

/// A part of the time goes first, without being counted: caches fill, and the processor wakes up.
const WARM_UP: u32 = 10;

impl Bound {
    /// What `run` says that it took, again and again.
    ///
    /// # Errors
    ///
    /// The first of `run`.
    pub(super) fn sample(
        self,
        mut run: impl FnMut() -> Result<Duration, Mistake>,
    ) -> Result<Samples, Mistake> {
        let begin = Instant::now();
        loop {
            run()?;
            if begin.elapsed() >= self.time / WARM_UP {
                break;
            }
        }
        let begin = Instant::now();
        let mut times = Vec::new();
        while times.len() < self.most && (times.len() < LEAST || begin.elapsed() < self.time) {
            times.push(run()?);
        }
        Ok(Samples::new(&times))
    }
}

/// Times, in nanoseconds.
#[derive(Clone, Debug)]
pub(super) struct Samples {
    in_order: Vec<f64>,
    sorted: Vec<f64>,
}

impl Samples {
    /// There is one at least.
    pub(super) fn new(times: &[Duration]) -> Self {
        let in_order: Vec<f64> = times.iter().map(|time| time.as_secs_f64() * 1e9).collect();
        let mut sorted = in_order.clone();
        sorted.sort_by(f64::total_cmp);
        Self { in_order, sorted }
    }

    /// As they were taken.
    pub(super) fn in_order(&self) -> &[f64] {
        &self.in_order
    }

    /// From the shortest to the longest.
    pub(super) fn sorted(&self) -> &[f64] {
        &self.sorted
    }

    /// The time that a part of them, from 0 to 1, does not exceed; between two samples, a mean of both.
    pub(super) fn quantile(&self, part: f64) -> f64 {
        let place = part * (self.sorted.len() - 1) as f64;
        let (below, above) = (place.floor(), place.ceil());
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is an index"
        )]
        let (low, high) = (self.sorted[below as usize], self.sorted[above as usize]);
        low + (high - low) * (place - below)
    }

    /// The middle.
    pub(super) fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// How far apart the middle half of them is, to each side, as a part of the median.
    pub(super) fn spread(&self) -> f64 {
        let half = (self.quantile(0.75) - self.quantile(0.25)) / 2.0;
        if self.median() > 0.0 { half / self.median() } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(nanoseconds: &[u64]) -> Samples {
        Samples::new(&nanoseconds.iter().copied().map(Duration::from_nanos).collect::<Vec<_>>())
    }

    #[test]
    fn the_middle_is_found() {
        assert_eq!(samples(&[7]).median(), 7.0);
        assert_eq!(samples(&[9, 1, 2]).median(), 2.0);
        assert_eq!(samples(&[4, 1, 2, 100]).median(), 3.0);
        let many = samples(&[5, 1, 2, 3, 4]);
        assert_eq!((many.quantile(0.0), many.quantile(0.25), many.quantile(1.0)), (1.0, 2.0, 5.0));
        assert_eq!(many.spread(), 1.0 / 3.0);
        assert_eq!(many.in_order()[0], 5.0);
    }

    #[test]
    fn the_number_of_samples_is_bounded() {
        let count = |most, time| {
            let bound = Bound { time, most };
            let samples = bound.sample(|| Ok(Duration::from_nanos(1))).expect("nothing fails");
            samples.in_order().len()
        };
        assert_eq!(count(1, Duration::ZERO), 1);
        assert_eq!(count(100, Duration::ZERO), LEAST);
        assert_eq!(count(5, Duration::from_secs(3_600 / 36_000_000)), LEAST);
        assert_eq!(count(5, Duration::from_millis(20)), 5);
    }

    #[test]
    fn a_failure_ends_it() {
        let bound = Bound { time: Duration::from_secs(3_600), most: usize::MAX };
        let failed = bound.sample(|| Err(Mistake("no".to_owned())));
        assert_eq!(failed.expect_err("it fails"), Mistake("no".to_owned()));
    }
}
