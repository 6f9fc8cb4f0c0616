//! `hebe test --gas-report`: what each function of each contract uses, and how that has changed.

use crate::{
    Mistake,
    output::{Lines, thousands},
};
use hebe_testing::{files, harness::TestResult};
use serde_json::{Value, json};
use std::{collections::BTreeMap, fs, io, path::Path};

/// Gas of the calls of one function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Row {
    calls: usize,
    min: i64,
    median: i64,
    max: i64,
}

/// The gas of all calls, by contract and function.
#[derive(Default)]
pub(super) struct GasReport(BTreeMap<(String, String), Vec<i64>>);

impl GasReport {
    /// Counts the calls of tests. A step that did not go as expected says nothing.
    pub(super) fn count(&mut self, results: &[TestResult]) {
        for step in results.iter().flat_map(|result| &result.steps) {
            if let Some((contract, function)) = &step.called
                && step.mismatches.is_empty()
            {
                let key = (contract.clone(), function.clone());
                self.0.entry(key).or_default().push(step.report.gas_used);
            }
        }
    }

    fn rows(&self) -> BTreeMap<(String, String), Row> {
        let row = |gas: &Vec<i64>| {
            let mut sorted = gas.clone();
            sorted.sort_unstable();
            let (min, max) = (sorted[0], sorted[sorted.len() - 1]);
            Row { calls: sorted.len(), min, median: sorted[sorted.len() / 2], max }
        };
        self.0.iter().map(|(key, gas)| (key.clone(), row(gas))).collect()
    }

    /// The table, against the report in the file; and how many rows have changed. With `check`, the file stays as it is;
    /// otherwise this report takes its place.
    ///
    /// # Errors
    ///
    /// A [`Mistake`] about the file; with `check` also where there is none.
    pub(super) fn lines(
        &self,
        path: &Path,
        check: bool,
        lines: &mut Lines,
    ) -> Result<usize, Mistake> {
        let (rows, kept) = (self.rows(), read(path, check)?);
        let width = rows.keys().map(|(contract, function)| contract.len() + function.len() + 1);
        let width = width.max().unwrap_or(0).max(8);
        lines.title(format!(
            "{:<width$} {:>6} {:>12} {:>12} {:>12}",
            "function", "calls", "min", "median", "max"
        ));
        let mut changed = 0;
        for ((contract, function), row) in &rows {
            let before =
                kept.as_ref().and_then(|kept| kept.get(&(contract.clone(), function.clone())));
            let note = match (before, &kept) {
                (Some(before), _) if before == row => String::new(),
                (Some(before), _) => {
                    changed += 1;
                    let by = row.median - before.median;
                    let sign = if by > 0 { "+" } else { "" };
                    match by {
                        0 => "   changed: min, max or calls".to_owned(),
                        by => format!("   median {sign}{}", thousands(by)),
                    }
                }
                (None, Some(_)) => {
                    changed += 1;
                    "   new".to_owned()
                }
                (None, None) => String::new(),
            };
            lines.title(format!(
                "{:<width$} {:>6} {:>12} {:>12} {:>12}{note}",
                format!("{contract}.{function}"),
                row.calls,
                thousands(row.min),
                thousands(row.median),
                thousands(row.max),
            ));
        }
        for (contract, function) in kept.iter().flat_map(BTreeMap::keys) {
            if !rows.contains_key(&(contract.clone(), function.clone())) {
                changed += 1;
                lines.title(format!("{contract}.{function}   no longer called"));
            }
        }
        lines.title("");
        if !check {
            let wrong = |error| Mistake(format!("{} can't be written: {error}", path.display()));
            files::replace(path, format!("{:#}\n", to_json(&rows))).map_err(wrong)?;
        }
        Ok(changed)
    }
}

fn to_json(rows: &BTreeMap<(String, String), Row>) -> Value {
    let list = rows.iter().map(|((contract, function), row)| {
        let Row { calls, min, median, max } = row;
        json!({
            "contract": contract, "function": function,
            "calls": calls, "min": min, "median": median, "max": max,
        })
    });
    json!({ "hebe_gas_report": 1, "functions": list.collect::<Vec<_>>() })
}

type Rows = BTreeMap<(String, String), Row>;

/// The report that was kept, if there is one.
fn read(path: &Path, must_be: bool) -> Result<Option<Rows>, Mistake> {
    let shown = path.display();
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound && !must_be => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(Mistake(format!(
                "there is no {shown} to check against: `hebe test --gas-report` without --check writes it"
            )));
        }
        Err(error) => return Err(Mistake(format!("{shown} can't be read: {error}"))),
    };
    let wrong = || Mistake(format!("{shown} is no gas report of Hebe's"));
    let document: Value = serde_json::from_str(&text).map_err(|_| wrong())?;
    let rows = document["functions"].as_array().ok_or_else(wrong)?.iter().map(|row| {
        let text = |field: &str| row[field].as_str().map(str::to_owned);
        let gas = |field: &str| row[field].as_i64();
        let key = (text("contract")?, text("function")?);
        let calls = usize::try_from(row["calls"].as_u64()?).ok()?;
        Some((key, Row { calls, min: gas("min")?, median: gas("median")?, max: gas("max")? }))
    });
    rows.collect::<Option<Rows>>().map(Some).ok_or_else(wrong)
}
