//! How it is told.

use crate::{
    checks::{CHECKS, Check},
    probe::Probe,
};
use std::fmt::Write;

/// What came of every check, in their order.
#[derive(Debug)]
pub(crate) struct Report {
    abi: i32,
    rows: Vec<(&'static Check, Verdict)>,
}

/// What came of a check.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Good,
    Wrong(String),
    Skipped(String),
}

impl Report {
    /// Does every check.
    pub(crate) fn of(probe: &mut Probe<'_>) -> Self {
        let whole = probe.why_nothing_can_be_checked();
        let rows = CHECKS.iter().map(|check| {
            let verdict = match whole.clone().or_else(|| probe.why_not(check)) {
                Some(why) => Verdict::Skipped(why),
                None => match (check.run)(probe) {
                    Ok(()) => Verdict::Good,
                    Err(what) => Verdict::Wrong(what),
                },
            };
            (check, verdict)
        });
        let rows = rows.collect();
        Self { abi: probe.abi, rows }
    }

    /// Whether nothing is wrong.
    pub(crate) fn is_good(&self) -> bool {
        !self.rows.iter().any(|(_, verdict)| matches!(verdict, Verdict::Wrong(_)))
    }

    /// A line for each check, and a sum.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("hostcheck of a client of EVMC's ABI {}\n", self.abi);
        let (mut good, mut wrong, mut skipped) = (0, 0, 0);
        for (check, verdict) in &self.rows {
            let (name, source) = (check.name, check.source);
            let line = match verdict {
                Verdict::Good => {
                    good += 1;
                    format!("ok       {name}")
                }
                Verdict::Wrong(what) => {
                    wrong += 1;
                    format!("WRONG    {name}: {what} ({source})")
                }
                Verdict::Skipped(why) => {
                    skipped += 1;
                    format!("skipped  {name}: {why}")
                }
            };
            let _ = writeln!(text, "{line}");
        }
        let _ = writeln!(text, "{good} good, {wrong} wrong, {skipped} skipped");
        text
    }
}
