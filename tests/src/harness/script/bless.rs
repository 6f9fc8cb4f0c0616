//! Writes the gas that was used into a test file, in place of what stands there.

use super::{StepResult, TestFile, TestResult};
use crate::harness::Subject;
use std::ops::Range;

impl TestFile {
    /// The file with new figures where a step used other gas than is written there, exactly and not as a bound,
    /// and was otherwise as expected. Everything else stays as it is. Nothing, where no figure changes.
    pub fn with_new_gas(&self, results: &[TestResult]) -> Option<NewGas> {
        let mut figures: Vec<(Range<usize>, i64)> =
            results.iter().flat_map(|result| &result.steps).filter_map(new_figure).collect();
        if figures.is_empty() {
            return None;
        }
        figures.sort_by_key(|(span, _)| span.start);
        let mut text = String::new();
        let mut copied = 0;
        for (span, gas) in &figures {
            text.push_str(&self.text[copied..span.start]);
            text.push_str(&with_underscores(*gas));
            copied = span.end;
        }
        text.push_str(&self.text[copied..]);
        Some(NewGas { text, figures: figures.len() })
    }
}

/// A test file's new text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewGas {
    /// All of it.
    pub text: String,
    /// How many figures are other than before.
    pub figures: usize,
}

/// Where the figure of a step stands and what is to stand there, if it is to change.
fn new_figure(step: &StepResult) -> Option<(Range<usize>, i64)> {
    let only_gas = !step.mismatches.is_empty()
        && step.mismatches.iter().all(|mismatch| mismatch.subject == Subject::Gas);
    let span = step.gas_recorded.clone().filter(|_| only_gas)?;
    Some((span, step.report.gas_used))
}

/// A number as TOML has it, with `_` between thousands.
fn with_underscores(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('_');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        assert_eq!(with_underscores(0), "0");
        assert_eq!(with_underscores(999), "999");
        assert_eq!(with_underscores(1_000), "1_000");
        assert_eq!(with_underscores(1_234_567), "1_234_567");
    }
}
