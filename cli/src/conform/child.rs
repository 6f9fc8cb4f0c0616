//! The processes that try rules: how they are asked, and how they answer.
//!
//! The answer goes to a file, since a VM may print. A process that leaves none, or ends badly after it, has crashed.

use crate::{Mistake, output::Printout};
use hebe_evmc::conform::{Case, Introduction, Subject};
use serde_json::{Value, json};
use std::{
    env, fs,
    path::Path,
    process::{Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// The case that is no rule: who is the library?
const INTRODUCTION: &str = "introduction";
/// Another: does it take WebAssembly?
const TAKES_WASM: &str = "takes-wasm";

/// How processes are asked about a library.
pub(super) struct Child<'a> {
    /// The library, with options.
    pub(super) library: &'a str,
    /// How long each may take.
    pub(super) time_limit: Duration,
}

/// What came of asking.
pub(super) enum Asked<T> {
    /// An answer, or a sentence that says why there is none.
    Answered(Result<T, String>),
    /// The process did not live to give one: how it ended.
    Ended(String),
}

impl Child<'_> {
    /// Asks who the library is. A sentence says why it is no EVMC library.
    ///
    /// # Errors
    ///
    /// A [`Mistake`], where no process can be had.
    pub(super) fn introduction(&self) -> Result<Asked<Introduction>, Mistake> {
        let mut introduction = match self.ask(INTRODUCTION)? {
            Err(how) => return Ok(Asked::Ended(how)),
            Ok(answer) => match read_introduction(&answer) {
                Err(problem) => return Ok(Asked::Answered(Err(problem))),
                Ok(introduction) => introduction,
            },
        };
        // Whoever crashes over WebAssembly has not refused it.
        if introduction.no_wasm.is_none()
            && let Asked::Answered(Err(why)) = self.case(TAKES_WASM)?
        {
            introduction.no_wasm = Some(why);
        }
        Ok(Asked::Answered(Ok(introduction)))
    }

    /// Asks whether a rule holds. A sentence says what does not.
    ///
    /// # Errors
    ///
    /// A [`Mistake`], where no process can be had.
    pub(super) fn case(&self, name: &str) -> Result<Asked<()>, Mistake> {
        Ok(match self.ask(name)? {
            Err(how) => Asked::Ended(how),
            Ok(answer) => Asked::Answered(match text(&answer, "problem") {
                Some(problem) => Err(problem),
                None => Ok(()),
            }),
        })
    }

    /// The answer, or how the process ended.
    fn ask(&self, case: &str) -> Result<Result<Value, String>, Mistake> {
        let can_not = |error| Mistake(format!("can't try `{case}`: {error}"));
        let folder = TempDir::new().map_err(can_not)?;
        let answer = folder.path().join("answer.json");
        let mut child = Command::new(env::current_exe().map_err(can_not)?)
            .args(["conform", "--case", case, "--answer"])
            .arg(&answer)
            .args(["--", self.library])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(can_not)?;
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().map_err(can_not)? {
                break status;
            }
            if start.elapsed() > self.time_limit {
                child.kill().map_err(can_not)?;
                child.wait().map_err(can_not)?;
                let seconds = self.time_limit.as_secs();
                return Ok(Err(format!("it did not end within {seconds} s")));
            }
            thread::sleep(Duration::from_millis(2));
        };
        let answer = fs::read(&answer).ok().and_then(|text| serde_json::from_slice(&text).ok());
        Ok(match (answer, status.success()) {
            (Some(answer), true) => Ok(answer),
            (Some(_), false) => Err(format!("{} after the last execution", how(status))),
            (None, _) => Err(how(status)),
        })
    }
}

/// How a process ended that was to give an answer.
fn how(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return format!("the process was ended by signal {signal}");
    }
    match status.code() {
        Some(code) => format!("the process exited with code {code}"),
        None => "the process ended".to_owned(),
    }
}

/// Is such a process: tries a case, and writes the answer.
///
/// # Errors
///
/// A [`Mistake`], where there is no such case, or the answer can't be written.
pub(super) fn be(library: &str, case: &str, answer: &Path) -> Result<Printout, Mistake> {
    let subject = Subject::open(library).map_err(|error| error.to_string());
    let value = match (subject, case) {
        (Err(problem), _) => json!({ "problem": problem }),
        (Ok(subject), INTRODUCTION) => write_introduction(&subject.introduction()),
        (Ok(subject), TAKES_WASM) => json!({ "problem": subject.takes_wasm().err() }),
        (Ok(subject), name) => {
            let case = Case::all(subject.abi()).into_iter().find(|case| case.name() == name);
            let case = case.ok_or_else(|| Mistake(format!("there is no rule `{name}`")))?;
            json!({ "problem": case.check(&subject).err() })
        }
    };
    fs::write(answer, value.to_string())
        .map_err(|error| Mistake(format!("can't write the answer: {error}")))?;
    Ok(Printout { text: String::new(), problems: Vec::new(), code: 0 })
}

fn write_introduction(introduction: &Introduction) -> Value {
    json!({
        "abi": introduction.abi,
        "name": introduction.name,
        "version": introduction.version,
        "no_use": introduction.no_use,
        "no_evm": introduction.no_evm,
        "no_wasm": introduction.no_wasm,
    })
}

fn read_introduction(answer: &Value) -> Result<Introduction, String> {
    if let Some(problem) = text(answer, "problem") {
        return Err(problem);
    }
    let abi = answer["abi"].as_i64().and_then(|abi| i32::try_from(abi).ok());
    Ok(Introduction {
        abi: abi.ok_or("the answer has no ABI")?,
        name: text(answer, "name"),
        version: text(answer, "version"),
        no_use: text(answer, "no_use"),
        no_evm: text(answer, "no_evm"),
        no_wasm: text(answer, "no_wasm"),
    })
}

fn text(value: &Value, field: &str) -> Option<String> {
    value[field].as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn introductions_survive_the_way_between_processes() {
        let introduction = Introduction {
            abi: 12,
            name: Some("hebe".to_owned()),
            version: None,
            no_use: None,
            no_evm: Some("no capability".to_owned()),
            no_wasm: None,
        };
        assert_eq!(read_introduction(&write_introduction(&introduction)), Ok(introduction));
    }
}
