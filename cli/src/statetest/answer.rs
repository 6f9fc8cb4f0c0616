//! What is said of one test.

use crate::output::{Lines, hex, status, thousands};
use hebe_testing::{
    Account,
    statetest::{Case, Difference, Indexes, Ran, Verdict},
};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

/// A case with its verdict, or a problem of a whole test or file.
pub(super) struct Answer {
    file: PathBuf,
    /// The test; none for a problem of the whole file.
    test: Option<String>,
    /// The case; none for a problem of the whole test.
    case: Option<(String, Indexes)>,
    pub(super) verdict: Verdict,
}

impl Answer {
    /// A file that can't be used.
    pub(super) fn of_file(file: &Path, problem: String) -> Self {
        Self { file: file.to_owned(), test: None, case: None, verdict: Verdict::Error(problem) }
    }

    /// Whether it is a problem of a whole file.
    pub(super) fn is_of_a_file(&self) -> bool {
        self.test.is_none()
    }

    /// A test that can't be used.
    pub(super) fn of_test(file: &Path, test: &str, problem: String) -> Self {
        Self { test: Some(test.to_owned()), ..Self::of_file(file, problem) }
    }

    /// A case.
    pub(super) fn of_case(file: &Path, test: &str, case: &Case, verdict: Verdict) -> Self {
        let (test, case) = (Some(test.to_owned()), Some((case.fork.clone(), case.indexes)));
        Self { file: file.to_owned(), test, case, verdict }
    }

    /// The lines for reading; none of what passed or was skipped.
    pub(super) fn lines(&self, dump: bool) -> String {
        let mut lines = Lines::default();
        match &self.verdict {
            Verdict::Passed(_) | Verdict::Skipped(_) => {}
            Verdict::Error(problem) => lines.title(format!("ERROR {}: {problem}", self.place())),
            Verdict::Failed(ran, differences) => {
                lines.title(format!("FAIL  {}", self.place()));
                for difference in differences {
                    difference_lines(difference, &mut lines);
                }
                match &ran.report {
                    Ok(report) => {
                        lines.add("  ended", status(report));
                        lines.add("  gas used", thousands(report.gas_used));
                    }
                    Err(invalid) => lines.add("  not valid", invalid.to_string()),
                }
                if dump {
                    lines.title(format!("{:#}", accounts_json(ran)));
                }
            }
        }
        lines.text()
    }

    /// One line for programs. docs/cli.md says what the fields are.
    pub(super) fn json_line(&self, dump: bool) -> String {
        let mut line = Map::new();
        let mut put = |name: &str, value: Value| line.insert(name.to_owned(), value);
        if let Some(test) = &self.test {
            put("name", test.as_str().into());
        }
        if let Some((fork, indexes)) = &self.case {
            put("fork", fork.as_str().into());
            put("d", indexes.data.into());
            put("g", indexes.gas.into());
            put("v", indexes.value.into());
        }
        match &self.verdict {
            Verdict::Skipped(why) => drop(put("skipped", why.as_str().into())),
            Verdict::Error(problem) => {
                put("pass", false.into());
                put("error", problem.as_str().into());
            }
            Verdict::Passed(ran) => {
                put("pass", true.into());
                put_ran(ran, &mut put);
            }
            Verdict::Failed(ran, differences) => {
                put("pass", false.into());
                put_ran(ran, &mut put);
                let differences: Vec<_> = differences.iter().map(Difference::to_string).collect();
                put("error", differences.join("; ").into());
                if dump {
                    put("postState", accounts_json(ran));
                }
            }
        }
        put("file", self.file.display().to_string().into());
        format!("{}\n", Value::Object(line))
    }

    /// Which file, test and case.
    fn place(&self) -> String {
        let file = self.file.display();
        match (&self.test, &self.case) {
            (Some(test), Some((fork, Indexes { data, gas, value }))) => {
                format!("{file}: {test}, {fork}, data {data}, gas {gas}, value {value}")
            }
            // A problem of a test begins with the way to the field, which begins with the test.
            _ => file.to_string(),
        }
    }
}

fn put_ran<T>(ran: &Ran, put: &mut impl FnMut(&str, Value) -> T) {
    put("stateRoot", hex(&ran.state_root[..]).into());
    put("postLogsHash", hex(&ran.logs_hash[..]).into());
    match &ran.report {
        Ok(report) => {
            put("status", report.status.name().into());
            put("gasUsed", report.gas_used.into());
        }
        Err(invalid) => {
            put("invalid", invalid.to_string().into());
            if let Some(exception) = invalid.exception() {
                put("exception", exception.into());
            }
        }
    }
}

fn difference_lines(difference: &Difference, lines: &mut Lines) {
    let mut pair = |label, actual: &[u8], expected: &[u8]| {
        lines.add(label, hex(actual));
        lines.add("   expected", hex(expected));
    };
    match difference {
        Difference::StateRoot { expected, actual } => {
            pair("  state root", &actual[..], &expected[..]);
        }
        Difference::LogsHash { expected, actual } => {
            pair("  logs hash", &actual[..], &expected[..]);
        }
        Difference::NotRefused(exception) => {
            lines.add("  valid", format!("but the test expects {exception}"));
        }
    }
}

/// The accounts in the form in which the tests have theirs (`pre`), empty ones included.
fn accounts_json(ran: &Ran) -> Value {
    let accounts = ran.accounts.iter();
    Value::Object(accounts.map(|(at, account)| (hex(&at[..]), account_json(account))).collect())
}

fn account_json(account: &Account) -> Value {
    let storage: Map<String, Value> =
        account.storage.iter().map(|(key, word)| (hex(&key[..]), hex(&word[..]).into())).collect();
    json!({
        "balance": format!("{:#x}", account.balance),
        "nonce": format!("{:#x}", account.nonce),
        "code": hex(&account.code),
        "storage": storage,
    })
}
