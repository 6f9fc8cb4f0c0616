//! How times are taken.
//!
//! All columns of a row take turns, so whatever slows the machine down for a while slows all of them.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

/// Something to be measured: does it so many times, and says how long that took.
pub(crate) type Measured = Box<dyn FnMut(u32) -> Duration>;

/// One after the other, with nothing in between.
pub(crate) fn repeated<T>(mut run: impl FnMut() -> T + 'static) -> Measured {
    Box::new(move |times| {
        let begin = Instant::now();
        for _ in 0..times {
            black_box(run());
        }
        begin.elapsed()
    })
}

/// How long a sample takes, about.
const SAMPLE: Duration = Duration::from_millis(8);

/// How many samples are taken of each column.
const SAMPLES: usize = 25;

/// Times of one thing, in nanoseconds, from the shortest to the longest.
#[derive(Clone)]
pub(crate) struct Samples(Vec<f64>);

impl Samples {
    fn quantile(&self, part: f64) -> f64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is an index"
        )]
        let place = (part * (self.0.len() - 1) as f64).round() as usize;
        self.0[place]
    }

    /// The middle.
    pub(crate) fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// How far apart the middle half is, to each side, as a part of the median.
    pub(crate) fn spread(&self) -> f64 {
        (self.quantile(0.75) - self.quantile(0.25)) / 2.0 / self.median()
    }
}

/// Measures all of them, in turns.
pub(crate) fn in_turns(columns: &mut [Option<Measured>]) -> Vec<Option<Samples>> {
    let counts: Vec<u32> =
        columns.iter_mut().map(|column| column.as_mut().map_or(0, times)).collect();
    let mut samples: Vec<Vec<f64>> = columns.iter().map(|_| Vec::new()).collect();
    for _ in 0..SAMPLES {
        for ((column, count), samples) in columns.iter_mut().zip(&counts).zip(&mut samples) {
            let Some(measured) = column else { continue };
            samples.push(measured(*count).as_secs_f64() * 1e9 / f64::from(*count));
        }
    }
    samples
        .into_iter()
        .map(|mut samples| {
            samples.sort_by(f64::total_cmp);
            (!samples.is_empty()).then_some(Samples(samples))
        })
        .collect()
}

/// How many times make a sample.
fn times(measured: &mut Measured) -> u32 {
    let mut count = 1;
    loop {
        let took = measured(count);
        if took >= SAMPLE / 2 || count >= 1 << 20 {
            let one = (took.as_nanos() / u128::from(count)).max(1);
            return u32::try_from(SAMPLE.as_nanos() / one).unwrap_or(u32::MAX).max(1);
        }
        count *= 4;
    }
}

/// How long it takes to look at the clock twice, which is taken off where each call is timed for itself.
pub(crate) fn clock() -> Duration {
    let mut times: Vec<Duration> = (0..1_001)
        .map(|_| {
            let begin = Instant::now();
            begin.elapsed()
        })
        .collect();
    times.sort();
    times[500]
}
