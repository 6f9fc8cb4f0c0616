//! What is expected of a step, and what was there instead.

use super::{Names, abi, value::hex};
use crate::{Log, Report, State};
use alloy_json_abi::{Error, Event, Function};
use hebe_host::{Address, Bytes32, StatusCode, U256};
use std::{fmt, sync::Arc};

/// One thing that is expected.
#[derive(Clone, Debug)]
pub enum Expectation {
    /// How the step ends.
    Status(StatusCode),
    /// The return data.
    Output(Vec<u8>),
    /// The return data, as what this function returns.
    Returns(Box<Function>, Vec<u8>),
    /// The data of a revert: its encoding, and the error where it is not one of Solidity's own.
    Reverts(Option<Box<Error>>, Vec<u8>),
    /// Whole gas used, refunds not taken off.
    Gas {
        /// No less.
        at_least: i64,
        /// No more.
        at_most: i64,
    },
    /// The refund, before any cap.
    Refund(i64),
    /// The logs, all of them in their order.
    Logs(Vec<ExpectedLog>),
    /// A word of storage; the text is how the key was written.
    Storage(Address, String, Bytes32, Bytes32),
    /// A balance in wei.
    Balance(Address, U256),
    /// By how much a balance has changed: added, or taken away.
    BalanceChange(Address, Sign, U256),
    /// A nonce.
    Nonce(Address, u64),
    /// An account's code.
    Code(Address, Arc<[u8]>),
    /// The address of the new contract.
    Created(Address),
    /// The accounts that have destructed themselves, by address.
    Destructed(Vec<Address>),
}

/// In which direction something changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// It grew.
    Plus,
    /// It shrank.
    Minus,
}

/// A log that is expected.
#[derive(Clone, Debug)]
pub struct ExpectedLog {
    /// Who logs, which topics, which data.
    pub log: Log,
    /// The event that it was written as, to show it and its like as.
    pub event: Option<Event>,
}

/// What a step left behind.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    /// What came of it.
    pub report: &'a Report,
    /// The accounts after it.
    pub state: &'a State,
    /// What accounts are called.
    pub names: &'a Names,
}

/// An expectation that was not met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Which kind of thing it is about.
    pub subject: Subject,
    /// Of what.
    pub what: String,
    /// What should have been, in lines.
    pub expected: Vec<String>,
    /// What was.
    pub actual: Vec<String>,
}

/// What a [`Mismatch`] is about, as far as anybody has to tell mismatches apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// How the step ended. What follows would make no sense.
    Status,
    /// The gas used: it changes with prices, while everything else stays.
    Gas,
    /// Two engines that do not agree: a fault of the VM's and not of the contract's.
    Engines,
    /// Anything else that the step left behind.
    Effect,
}

impl Mismatch {
    fn new(
        what: impl Into<String>,
        expected: impl Into<String>,
        actual: impl Into<String>,
    ) -> Self {
        let (expected, actual) = (vec![expected.into()], vec![actual.into()]);
        Self { subject: Subject::Effect, what: what.into(), expected, actual }
    }

    fn about(self, subject: Subject) -> Self {
        Self { subject, ..self }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let ([expected], [actual]) = (&self.expected[..], &self.actual[..]) {
            return write!(f, "{}\n  expected {expected}\n  actual   {actual}", self.what);
        }
        write!(f, "{}\n  - expected, + actual", self.what)?;
        for index in 0..self.expected.len().max(self.actual.len()) {
            match (self.expected.get(index), self.actual.get(index)) {
                (Some(expected), Some(actual)) if expected == actual => {
                    write!(f, "\n    {expected}")?;
                }
                (expected, actual) => {
                    expected.map_or(Ok(()), |line| write!(f, "\n  - {line}"))?;
                    actual.map_or(Ok(()), |line| write!(f, "\n  + {line}"))?;
                }
            }
        }
        Ok(())
    }
}

impl Expectation {
    /// What does not agree; nothing where it does.
    pub fn check(&self, seen: &Seen<'_>) -> Option<Mismatch> {
        let Seen { report, state, names } = *seen;
        let unless = |met: bool, mismatch: &dyn Fn() -> Mismatch| (!met).then(mismatch);
        match self {
            Self::Status(status) => unless(report.status == *status, &|| {
                Mismatch::new("status", status.to_string(), show_status(seen))
                    .about(Subject::Status)
            }),
            Self::Output(output) => unless(report.output == *output, &|| {
                Mismatch::new("output", show_bytes(output), show_bytes(&report.output))
            }),
            Self::Returns(function, output) => unless(report.output == *output, &|| {
                let show = |data: &[u8]| {
                    abi::show_parameters(data, &function.outputs, names)
                        .map_or_else(|| show_bytes(data), |values| format!("({values})"))
                };
                told_apart(
                    "returns",
                    (output, show(output)),
                    (&report.output, show(&report.output)),
                )
            }),
            Self::Reverts(error, data) => unless(report.output == *data, &|| {
                let show = |data: &[u8]| abi::show_revert(data, error.as_deref(), names);
                told_apart("revert", (data, show(data)), (&report.output, show(&report.output)))
            }),
            Self::Gas { at_least, at_most } => {
                unless((at_least..=at_most).contains(&&report.gas_used), &|| {
                    let expected = match (*at_least, *at_most) {
                        (low, high) if low == high => low.to_string(),
                        (0, high) => format!("at most {high}"),
                        (low, i64::MAX) => format!("at least {low}"),
                        (low, high) => format!("{low} to {high}"),
                    };
                    let over = report.gas_used.saturating_sub(*at_most);
                    let under = report.gas_used.saturating_sub(*at_least);
                    let by = if over > 0 { over } else { under };
                    let actual = format!("{} ({by:+})", report.gas_used);
                    Mismatch::new("gas", expected, actual).about(Subject::Gas)
                })
            }
            Self::Refund(refund) => unless(report.gas_refund == *refund, &|| {
                Mismatch::new("refund", refund.to_string(), report.gas_refund.to_string())
            }),
            Self::Logs(logs) => check_logs(logs, seen),
            Self::Storage(account, text, key, word) => {
                let actual = state.storage(*account, *key);
                unless(actual == *word, &|| {
                    let what = format!("storage of {} at {text}", names.show(*account));
                    Mismatch::new(what, show_word(*word, names), show_word(actual, names))
                })
            }
            Self::Balance(account, balance) => {
                let actual = state.balance(*account);
                unless(actual == *balance, &|| {
                    let what = format!("balance of {}", names.show(*account));
                    Mismatch::new(what, balance.to_string(), actual.to_string())
                })
            }
            Self::BalanceChange(account, sign, wei) => {
                let actual = balance_change(*account, report);
                unless(actual == (*sign, *wei) || (wei.is_zero() && actual.1.is_zero()), &|| {
                    let what = format!("change of the balance of {}", names.show(*account));
                    Mismatch::new(what, show_change((*sign, *wei)), show_change(actual))
                })
            }
            Self::Nonce(account, nonce) => {
                let actual = state.nonce(*account);
                unless(actual == *nonce, &|| {
                    let what = format!("nonce of {}", names.show(*account));
                    Mismatch::new(what, nonce.to_string(), actual.to_string())
                })
            }
            Self::Code(account, code) => {
                let actual = state.code(*account);
                unless(actual == *code, &|| {
                    let what = format!("code of {}", names.show(*account));
                    Mismatch::new(what, show_code(code), show_code(&actual))
                })
            }
            Self::Created(address) => unless(report.created == Some(*address), &|| {
                let actual = report.created.map_or("nothing".to_owned(), |it| names.show(it));
                Mismatch::new("created", names.show(*address), actual)
            }),
            Self::Destructed(accounts) => {
                let mut expected = accounts.clone();
                expected.sort_unstable();
                unless(report.destructed == expected, &|| {
                    let list = |accounts: &[Address]| match accounts {
                        [] => vec!["none".to_owned()],
                        accounts => accounts.iter().map(|it| names.show(*it)).collect(),
                    };
                    Mismatch {
                        subject: Subject::Effect,
                        what: "destructed".to_owned(),
                        expected: list(&expected),
                        actual: list(&report.destructed),
                    }
                })
            }
        }
    }
}

/// Two encodings of the same values differ in what does not count for them: padding, offsets, bytes behind. Then the
/// bytes are shown too.
fn told_apart(what: &str, expected: (&[u8], String), actual: (&[u8], String)) -> Mismatch {
    let ((left, expected), (right, actual)) = (expected, actual);
    if expected != actual {
        return Mismatch::new(what, expected, actual);
    }
    let at = left.iter().zip(right).position(|(left, right)| left != right);
    let at = at.unwrap_or(left.len().min(right.len()));
    let what = format!("{what}: the same values, encoded otherwise from byte {at} on");
    let lines = |text: String, bytes: &[u8]| vec![text, show_bytes(bytes)];
    Mismatch {
        subject: Subject::Effect,
        what,
        expected: lines(expected, left),
        actual: lines(actual, right),
    }
}

/// What of these expectations does not agree. Where the step ended in another way than expected, the rest
/// would only say so again.
pub fn mismatches(expectations: &[Expectation], seen: &Seen<'_>) -> Vec<Mismatch> {
    let is_status = |it: &&Expectation| matches!(it, Expectation::Status(_));
    let ended = expectations.iter().filter(is_status).find_map(|it| it.check(seen));
    match ended {
        Some(mismatch) => vec![mismatch],
        None => expectations.iter().filter_map(|it| it.check(seen)).collect(),
    }
}

fn check_logs(expected: &[ExpectedLog], seen: &Seen<'_>) -> Option<Mismatch> {
    let logs = &seen.report.logs;
    if expected.iter().map(|it| &it.log).eq(logs) {
        return None;
    }
    let events: Vec<&Event> = expected.iter().filter_map(|it| it.event.as_ref()).collect();
    let show = |logs: &mut dyn Iterator<Item = &Log>, events: &[&Event]| {
        let lines: Vec<String> =
            logs.flat_map(|log| abi::show_log(log, events, seen.names)).collect();
        if lines.is_empty() { vec!["none".to_owned()] } else { lines }
    };
    let what = "logs".to_owned();
    let mut left = show(&mut expected.iter().map(|it| &it.log), &events);
    let mut right = show(&mut logs.iter(), &events);
    if left == right {
        let raw = |log: &Log| abi::show_log_raw(log, seen.names);
        left = expected.iter().flat_map(|it| raw(&it.log)).collect();
        right = logs.iter().flat_map(raw).collect();
    }
    Some(Mismatch { subject: Subject::Effect, what, expected: left, actual: right })
}

/// The status, and what is known about why.
pub(super) fn show_status(seen: &Seen<'_>) -> String {
    let Seen { report, names, .. } = *seen;
    match (report.status, &report.reason) {
        (StatusCode::Revert, _) => {
            format!("REVERT with {}", abi::show_revert(&report.output, None, names))
        }
        (status, Some(reason)) => format!("{status}: {reason}"),
        (status, None) => status.to_string(),
    }
}

fn balance_change(account: Address, report: &Report) -> (Sign, U256) {
    match report.balances.get(&account) {
        Some(change) if change.after < change.before => (Sign::Minus, change.before - change.after),
        Some(change) => (Sign::Plus, change.after - change.before),
        None => (Sign::Plus, U256::zero()),
    }
}

fn show_change((sign, wei): (Sign, U256)) -> String {
    format!("{}{wei}", if sign == Sign::Plus { '+' } else { '-' })
}

fn show_bytes(bytes: &[u8]) -> String {
    if bytes.is_empty() { "nothing".to_owned() } else { hex(bytes) }
}

fn show_code(code: &[u8]) -> String {
    match code.len() {
        0 => "none".to_owned(),
        size => format!("{size} bytes, {}", hex(&crate::keccak256(code)[..])),
    }
}

/// A word as whatever it looks like: an account, a number, or bytes.
fn show_word(word: Bytes32, names: &Names) -> String {
    let number = U256::from_big_endian(&word[..]);
    if number.bits() <= 128 {
        return number.to_string();
    }
    let address = Address::from(word);
    let shown = names.show(address);
    if Bytes32::from(address) == word && !shown.starts_with("0x") {
        return shown;
    }
    hex(&word[..])
}
