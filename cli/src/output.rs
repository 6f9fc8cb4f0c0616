//! How answers look, on a terminal and as JSON.

use crate::{Mistake, colour};
use alloy_json_abi::Function;
use hebe_host::StatusCode;
use hebe_testing::{
    Changed, Log, Report, Transaction,
    harness::{Names, abi},
};
use serde_json::{Value, json};
use std::{
    fmt::Write as _,
    io::{self, Write as _},
    process::ExitCode,
};

/// What a command has to say.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Printout {
    /// For standard output.
    pub(crate) text: String,
    /// Sentences for standard error.
    pub(crate) problems: Vec<String>,
    /// The exit code.
    pub(crate) code: u8,
}

impl Printout {
    /// Prints it. Nobody listening is not an error.
    ///
    /// # Errors
    ///
    /// A [`Mistake`] when standard output can't be written to.
    pub(crate) fn print(&self) -> Result<ExitCode, Mistake> {
        for problem in &self.problems {
            eprintln!("hebe: {problem}");
        }
        say(&self.text)?;
        Ok(ExitCode::from(self.code))
    }
}

/// Prints what is ready before the rest is. Nobody listening is not an error.
///
/// # Errors
///
/// A [`Mistake`] when standard output can't be written to.
pub(crate) fn say(text: &str) -> Result<(), Mistake> {
    let mut out = io::stdout().lock();
    match out.write_all(colour::coloured(text).as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Mistake(format!("can't write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Lines with a label in front, aligned.
#[derive(Default)]
pub(crate) struct Lines(String);

impl Lines {
    /// Appends a line.
    pub(crate) fn add(&mut self, label: &str, text: impl AsRef<str>) {
        let line = format!("{label:<12} {}", text.as_ref());
        self.0.push_str(line.trim_end());
        self.0.push('\n');
    }

    /// Whether there is none yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Appends a line as it is.
    pub(crate) fn title(&mut self, text: impl AsRef<str>) {
        self.0.push_str(text.as_ref());
        self.0.push('\n');
    }

    /// All lines.
    pub(crate) fn text(self) -> String {
        self.0
    }
}

/// A JSON document, indented.
pub(crate) fn document(value: &Value) -> String {
    format!("{value:#}\n")
}

/// Bytes as hex with `0x`.
pub(crate) fn hex(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

/// A whole number with commas between thousands.
pub(crate) fn thousands(number: impl ToString) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        let rest = digits.len() - index;
        if index > 0 && rest.is_multiple_of(3) && !text.ends_with('-') {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What bytes are read by: the names and interfaces that are known, and the function that was called.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    names: Option<&'a Names>,
    function: Option<&'a Function>,
}

impl<'a> Reading<'a> {
    /// Nothing is known.
    pub(crate) const NOTHING: Self = Self { names: None, function: None };

    /// What a transaction's outcome is read by.
    pub(crate) fn new(names: &'a Names, transaction: &Transaction) -> Self {
        let selector = transaction.input.first_chunk().copied();
        let function = transaction.to.zip(selector).and_then(|(to, it)| names.function(to, it));
        Self { names: Some(names), function }
    }

    /// Results of this function.
    pub(crate) fn of(names: &'a Names, function: Option<&'a Function>) -> Self {
        Self { names: Some(names), function }
    }

    /// What a function returned: its value, or its values in parentheses.
    pub(crate) fn returns(self, status: StatusCode, output: &[u8]) -> Option<String> {
        let outputs = &self.function?.outputs;
        if status != StatusCode::Success || outputs.is_empty() {
            return None;
        }
        let shown = abi::show_parameters(output, outputs, self.names?)?;
        Some(if outputs.len() == 1 && outputs[0].name.is_empty() {
            shown
        } else {
            format!("({shown})")
        })
    }

    /// With what a contract reverted.
    pub(crate) fn revert(self, status: StatusCode, output: &[u8]) -> Option<String> {
        let known = Names::default();
        (status == StatusCode::Revert)
            .then(|| abi::revert_text(output, None, self.names.unwrap_or(&known)))
            .flatten()
    }

    /// A log in a line: who logs, and the event, or the topics and the data.
    pub(crate) fn log(self, log: &Log) -> String {
        let unnamed = Names::default();
        let names = self.names.unwrap_or(&unnamed);
        abi::show_log(log, &[], names).join(" ")
    }

    /// What was logged, where it is an event that is known.
    pub(crate) fn event(self, log: &Log) -> Option<String> {
        abi::log_text(log, &[], self.names?)
    }
}

/// The output, and what it says.
pub(crate) fn output_lines(
    status: StatusCode,
    output: &[u8],
    reading: Reading<'_>,
    lines: &mut Lines,
) {
    lines.add("output", if output.is_empty() { "none".to_owned() } else { hex(output) });
    if let Some(values) = reading.returns(status, output) {
        lines.add("  returns", values);
    }
    if let Some(error) = reading.revert(status, output) {
        lines.add("  error", error);
    }
}

/// A report for reading.
pub(crate) fn report_lines(report: &Report, reading: Reading<'_>, lines: &mut Lines) {
    lines.add("status", status(report));
    let (used, gas) = (report.gas_used, report.gas_used.saturating_add(report.gas_left));
    lines.add("gas used", format!("{} of {}", thousands(used), thousands(gas)));
    if report.gas_refund != 0 {
        lines.add("refund", thousands(report.gas_refund));
    }
    if let Some(created) = report.created {
        lines.add("created", hex(&created[..]));
    }
    if report.created.is_none() {
        output_lines(report.status, &report.output, reading, lines);
    }
    for log in &report.logs {
        log_lines(log, lines);
        if let Some(event) = reading.event(log) {
            lines.add("  event", event);
        }
    }
    for change in &report.storage {
        lines.add("storage", hex(&change.account[..]));
        lines.add("  key", hex(&change.key[..]));
        lines.add("  before", hex(&change.word.before[..]));
        lines.add("  after", hex(&change.word.after[..]));
    }
    for (account, Changed { before, after }) in &report.balances {
        lines.add("balance", hex(&account[..]));
        lines.add("  before", thousands(before));
        lines.add("  after", thousands(after));
    }
    for account in &report.destructed {
        lines.add("destructed", hex(&account[..]));
    }
}

/// The status, and why it is that.
pub(crate) fn status(report: &Report) -> String {
    let mut text = report.status.to_string();
    if let Some(reason) = &report.reason {
        // Writing into a string does not fail.
        let _ = write!(text, ": {reason}");
    }
    text
}

fn log_lines(log: &Log, lines: &mut Lines) {
    lines.add("log", hex(&log.address[..]));
    for topic in &log.topics {
        lines.add("  topic", hex(&topic[..]));
    }
    lines.add("  data", if log.data.is_empty() { "none".to_owned() } else { hex(&log.data) });
}

/// A report for programs. docs/cli.md says what the fields are.
pub(crate) fn report_json(report: &Report, reading: Reading<'_>) -> Value {
    let logs = report.logs.iter().map(|log| {
        let topics: Vec<_> = log.topics.iter().map(|topic| hex(&topic[..])).collect();
        json!({
            "address": hex(&log.address[..]),
            "topics": topics,
            "data": hex(&log.data),
            "event": reading.event(log),
        })
    });
    let storage = report.storage.iter().map(|change| {
        json!({
            "account": hex(&change.account[..]),
            "key": hex(&change.key[..]),
            "before": hex(&change.word.before[..]),
            "after": hex(&change.word.after[..]),
        })
    });
    // Few readers of JSON keep numbers of 256 bits, so balances are text.
    let balances = report.balances.iter().map(|(account, Changed { before, after })| {
        let (before, after) = (before.to_string(), after.to_string());
        json!({ "account": hex(&account[..]), "before": before, "after": after })
    });
    let nonces = report.nonces.iter().map(|(account, Changed { before, after })| {
        json!({ "account": hex(&account[..]), "before": before, "after": after })
    });
    json!({
        "status": report.status.name(),
        "reason": report.reason,
        "gas_used": report.gas_used,
        "gas_left": report.gas_left,
        "gas_refund": report.gas_refund,
        "output": hex(&report.output),
        "returns": reading.returns(report.status, &report.output),
        "revert": reading.revert(report.status, &report.output),
        "created": report.created.map(|address| hex(&address[..])),
        "logs": logs.collect::<Vec<_>>(),
        "storage": storage.collect::<Vec<_>>(),
        "balances": balances.collect::<Vec<_>>(),
        "nonces": nonces.collect::<Vec<_>>(),
        "destructed": report.destructed.iter().map(|account| hex(&account[..])).collect::<Vec<_>>(),
    })
}

/// The exit code that tells whether a contract succeeded.
pub(crate) fn exit_code(status: StatusCode) -> u8 {
    u8::from(status != StatusCode::Success)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_marked() {
        for (number, expected) in
            [(0, "0"), (999, "999"), (1_000, "1,000"), (-100, "-100"), (-1_234_567, "-1,234,567")]
        {
            assert_eq!(thousands(number), expected);
        }
    }
}
