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

/// How long a sample takes, about: less than a system lets one process run, so that on a busy machine many samples
/// have a processor for themselves.
const SAMPLE: Duration = Duration::from_micros(400);

/// How many samples are taken of each column.
const SAMPLES: usize = 251;

/// Where a sample takes much longer, there are fewer: those that fit into this, and a few in any case.
const COLUMN: Duration = Duration::from_secs(3);
const FEW: usize = 9;

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

    /// A quarter is faster. What else runs on the machine disturbs it less than the middle, so ratios are made of it.
    pub(crate) fn low(&self) -> f64 {
        self.quantile(0.25)
    }

    /// How far apart the middle half is, to each side, as a part of the median.
    pub(crate) fn spread(&self) -> f64 {
        (self.quantile(0.75) - self.quantile(0.25)) / 2.0 / self.median()
    }
}

/// A column that is being measured.
struct Column<'m> {
    measured: &'m mut Measured,
    /// How many times make a sample.
    times: u32,
    samples: Vec<f64>,
    spent: Duration,
}

impl<'m> Column<'m> {
    fn new(measured: &'m mut Measured) -> Self {
        let times = times(measured);
        Self { measured, times, samples: Vec::new(), spent: Duration::ZERO }
    }

    fn sample(&mut self) {
        if self.spent < COLUMN || self.samples.len() < FEW {
            let took = (self.measured)(self.times);
            self.samples.push(took.as_secs_f64() * 1e9 / f64::from(self.times));
            self.spent += took;
        }
    }
}

/// Measures all of them, in turns.
pub(crate) fn in_turns(columns: &mut [Option<Measured>]) -> Vec<Option<Samples>> {
    let mut columns: Vec<Option<Column<'_>>> =
        columns.iter_mut().map(|column| column.as_mut().map(Column::new)).collect();
    let count = columns.len();
    for round in 0..SAMPLES {
        // Each begins in its turn: otherwise what interrupts us regularly could always meet the same one.
        for turn in 0..count {
            if let Some(column) = &mut columns[(round + turn) % count] {
                column.sample();
            }
        }
    }
    let sorted = |mut column: Column<'_>| {
        column.samples.sort_by(f64::total_cmp);
        Samples(column.samples)
    };
    columns.into_iter().map(|column| column.map(sorted)).collect()
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
