//! `hebe bench`: how fast is a contract?

mod figures;
mod page;
mod plots;
mod progress;
mod samples;
mod subject;

use crate::{
    Mistake,
    block::Block,
    call::{self, Call, Ready},
    output::{Printout, document, hex},
    values,
};
use clap::builder::PossibleValuesParser;
use figures::Figures;
use hebe_host::{Fault, Fees, StatusCode};
use hebe_testing::{
    Execution, Transaction, files,
    harness::{Names, abi},
};
use samples::Bound;
use serde_json::json;
use std::{
    io,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    time::Duration,
};
use subject::Subject;

/// Measure a contract: each step on its way to run, and a call of it, on every engine.
///
/// What is measured is the message that `hebe run` would run, on the same chain, and each run is undone. A time is
/// that of the VM with the chain's answers in it. A cold call is that of a VM that has seen no contract yet; a warm
/// one is that of a VM which has run the message before.
#[derive(clap::Args)]
#[command(
    after_help = "Exit code: 0 the contract succeeded; 1 it reverted or failed, which is measured all the \
                  same, or it can't run at all; 2 the question itself was wrong, and nothing was measured."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    call: Call,

    /// Begin with the accounts in this JSON file, which stays as it is
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// Set an option of the VM; can be given several times
    #[arg(long = "set", value_name = "OPTION=VALUE", value_parser = values::option)]
    options: Vec<(String, String)>,

    /// Measure this engine; can be given several times
    #[arg(long = "engine", value_name = "NAME", default_values = ["interpreter", "compiler"],
          value_parser = PossibleValuesParser::new(["interpreter", "compiler", "auto", "shadow"]))]
    engines: Vec<String>,

    /// How long to take for each figure, in seconds; it has three samples at least
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "1",
          allow_negative_numbers = true)]
    time: Duration,

    /// How many samples to take for each figure, at most
    #[arg(long, value_name = "NUMBER", default_value = "100000")]
    runs: NonZeroUsize,

    /// Write a page with plots into this file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,

    /// Print one JSON document
    #[arg(long)]
    json: bool,

    // Last, since it begins a heading.
    #[command(flatten)]
    block: Block,
}

/// A time on the command line.
fn seconds(text: &str) -> Result<Duration, String> {
    const MOST: f64 = 3_600.0;
    text.parse()
        .ok()
        .filter(|seconds| (0.0..=MOST).contains(seconds))
        .map(Duration::from_secs_f64)
        .ok_or_else(|| format!("a time is a number of seconds up to {MOST}, such as 0.5"))
}

/// Runs the command.
///
/// # Errors
///
/// A [`Mistake`]; nothing was measured then, or the page could not be written.
pub(crate) fn bench(arguments: &Arguments) -> Result<Printout, Mistake> {
    if arguments.options.iter().any(|(name, _)| name == "engine") {
        return Err(Mistake("the engines to measure are chosen by --engine".to_owned()));
    }
    let revision = arguments.call.revision();
    if Fees::of(revision).is_none() {
        return Err(Mistake(Fault::UnsupportedRevision(revision).to_string()));
    }
    let state = arguments.state.as_deref().map(call::state).transpose()?;
    let ready = arguments.call.set_up(state.unwrap_or_default(), &arguments.block)?;
    let Ready { chain, transaction, names, .. } = ready;
    let title = title(&arguments.call, &transaction, &names);
    let mut subject = Subject::new(chain, transaction, &arguments.options)?;
    if let Some(path) = &arguments.html {
        files::check(path).map_err(|error| not_written(path, &error))?;
    }

    let (first, _) = subject.run(&subject.vm("interpreter")?)?;
    let contract = if subject.is_bytecode() { None } else { subject.contract()? };
    let can_run = contract.is_some() || subject.is_bytecode();
    if !can_run || first.result.status == StatusCode::InternalError {
        return Ok(can_not_run(&first, arguments.json));
    }
    let bound = Bound { time: arguments.time, most: arguments.runs.get() };
    let measured = subject.measure(contract.as_ref(), &first, &arguments.engines, bound)?;
    let contract = arguments.call.title();
    let figures = Figures { contract, title, command: command(), first, measured };

    if let Some(path) = &arguments.html {
        files::replace(path, page::html(&figures)).map_err(|error| not_written(path, &error))?;
    }
    let text = if arguments.json { document(&figures.json()) } else { figures.text() };
    let is_good = figures.is_success() && figures.differing().next().is_none();
    Ok(Printout { text, problems: problems(&figures), code: u8::from(!is_good) })
}

/// What has to be said beside the figures.
fn problems(figures: &Figures) -> Vec<String> {
    let mut problems = Vec::new();
    if cfg!(debug_assertions) {
        problems.push("this is a debug build: the times mean little".to_owned());
    }
    if !figures.is_success() {
        let status = figures.first.result.status;
        problems
            .push(format!("the contract did not succeed ({status}): that is what was measured"));
    }
    problems.extend(figures.differing().map(|engine| {
        format!(
            "on {engine} it ends otherwise than on the interpreter, a bug of Hebe's that we want to hear of; \
             `hebe run --set engine=shadow` records it"
        )
    }));
    problems
}

/// Where there is nothing to measure.
fn can_not_run(first: &Execution, as_json: bool) -> Printout {
    let (status, reason) = (first.result.status, first.reason.as_deref());
    let text = if as_json {
        document(&json!({ "status": status.name(), "reason": reason }))
    } else {
        let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        format!("status       {status}{reason}\nnothing was measured\n")
    };
    Printout { text, problems: Vec::new(), code: 1 }
}

/// The contract, and what is asked of it: the call by its function where that is known, or else the beginning of the
/// call data.
fn title(call: &Call, transaction: &Transaction, names: &Names) -> String {
    let contract = call.title();
    let input = call.input();
    let called = match (transaction.to, input.first_chunk()) {
        (None, _) => "creation".to_owned(),
        (Some(to), Some(selector)) => names
            .function(to, *selector)
            .and_then(|function| abi::show_call(function, input, names))
            .unwrap_or_else(|| format!("{} and {} bytes", hex(selector), input.len() - 4)),
        (Some(_), None) if input.is_empty() => "no call data".to_owned(),
        (Some(_), None) => hex(input),
    };
    format!("{contract}: {called}")
}

/// The command line, for who wants to measure the same again.
fn command() -> String {
    let words = std::env::args().skip(1).map(|word| {
        let is_plain =
            |letter: char| letter.is_ascii_alphanumeric() || "-_./=:,+@".contains(letter);
        match !word.is_empty() && word.chars().all(is_plain) {
            true => word,
            false => format!("'{}'", word.replace('\'', "'\\''")),
        }
    });
    format!("hebe {}", words.collect::<Vec<_>>().join(" "))
}

fn not_written(path: &Path, error: &io::Error) -> Mistake {
    Mistake(format!("{}: {error}", path.display()))
}
