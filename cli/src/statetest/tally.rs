//! How it went on the whole.

use super::answer::Answer;
use hebe_testing::statetest::Verdict;
use std::{collections::BTreeMap, fmt::Write as _, num::NonZeroUsize, time::Duration};

/// Counts of the verdicts.
#[derive(Default)]
pub(super) struct Tally {
    passed: usize,
    failed: usize,
    errors: usize,
    /// Those of the errors that are about a whole file.
    unusable: usize,
    /// By reason.
    skipped: BTreeMap<String, usize>,
}

impl Tally {
    /// Counts an answer.
    pub(super) fn count(&mut self, answer: &Answer) {
        self.unusable += usize::from(answer.is_of_a_file());
        match &answer.verdict {
            Verdict::Passed(_) => self.passed += 1,
            Verdict::Failed(..) => self.failed += 1,
            Verdict::Error(_) => self.errors += 1,
            Verdict::Skipped(why) => *self.skipped.entry(why.clone()).or_default() += 1,
        }
    }

    /// How many answers there were.
    pub(super) fn tests(&self) -> usize {
        self.passed + self.failed + self.errors + self.skipped.values().sum::<usize>()
    }

    /// How many files could not be used.
    pub(super) fn unusable(&self) -> usize {
        self.unusable
    }

    /// Whether nothing failed or went wrong.
    pub(super) fn is_good(&self) -> bool {
        self.failed == 0 && self.errors == 0
    }

    /// The summary for reading.
    pub(super) fn text(&self, elapsed: Duration, threads: NonZeroUsize) -> String {
        let mut text = String::new();
        for (why, count) in &self.skipped {
            // Writing into a string does not fail.
            let _ = writeln!(text, "{count} skipped: {why}");
        }
        let Self { passed, failed, errors, skipped, .. } = self;
        let errors_noun = if *errors == 1 { "error" } else { "errors" };
        let skipped: usize = skipped.values().sum();
        let seconds = elapsed.as_secs_f64();
        let _ = writeln!(
            text,
            "{passed} passed, {failed} failed, {errors} {errors_noun}, {skipped} skipped; {seconds:.2} s, jobs: \
             {threads}"
        );
        text
    }
}
