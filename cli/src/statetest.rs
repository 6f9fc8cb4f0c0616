//! `hebe statetest`: Ethereum's state tests.

mod answer;
mod jobs;
mod tally;

use crate::{
    Mistake, machine,
    output::{Printout, say},
    values, watch,
};
use hebe_testing::{
    Opened,
    statetest::{self, Settings},
};
use indicatif::{ProgressBar, ProgressStyle};
use std::{num::NonZeroUsize, path::PathBuf, thread, time::Instant};

/// Run Ethereum state tests (GeneralStateTests, JSON).
///
/// Instructions cost nothing, as the tests of the ewasm project expect it, unless --set metering=... says
/// otherwise. A transaction that is not valid must leave the state as it was.
#[derive(clap::Args)]
#[command(
    after_help = "Exit code: 0 all tests that could run passed; 1 one failed, or is malformed, or could not be \
                  run to its end; 2 a file holds no tests or can't be read, there was nothing to run, or the \
                  question itself was wrong."
)]
pub(crate) struct Arguments {
    /// Files, and folders with files that end in .json, at any depth
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Run only the tests whose name contains this
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,

    /// How many tests run at once; as many as there are processors by default
    #[arg(long, value_name = "NUMBER")]
    jobs: Option<NonZeroUsize>,

    /// What runs contracts; the same as --set engine=NAME
    #[arg(long, value_name = "NAME")]
    engine: Option<String>,

    /// Use this EVMC library (ABI 12) instead of the VM built in
    #[arg(long, value_name = "LIB[,OPTION=VALUE...]")]
    vm: Option<String>,

    /// Set an option of the VM; can be given several times
    #[arg(long = "set", value_name = "OPTION=VALUE", value_parser = values::option)]
    options: Vec<(String, String)>,

    /// Put the ewasm system contracts on the chain: keccak256 at 0x…09, sentinel at 0x…0a
    #[arg(long)]
    system_contracts: bool,

    /// Let accounts with code send transactions, for tests that are older than EIP-3607
    #[arg(long)]
    allow_sender_code: bool,

    /// Show the accounts after the transaction of a test that failed
    #[arg(long)]
    dump: bool,

    #[command(flatten)]
    trace: watch::Trace,

    /// Print one line of JSON for each test, and nothing else
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
///
/// A [`Mistake`]; then nothing was run.
pub(crate) fn statetest(arguments: &Arguments) -> Result<Printout, Mistake> {
    let mut options = arguments.options.clone();
    options.extend(arguments.engine.iter().map(|engine| ("engine".to_owned(), engine.clone())));
    options.extend(arguments.trace.option()?);
    let defaults = [("metering", "off")];
    let Opened { machine, refused } =
        machine::open_with(arguments.vm.as_deref(), &defaults, &options)?;
    let settings = Settings {
        ewasm_system_contracts: arguments.system_contracts,
        allows_sender_code: arguments.allow_sender_code,
    };
    // The lines of several tests would mingle.
    let one = arguments.trace.is_on().then_some(NonZeroUsize::MIN);
    let threads = arguments
        .jobs
        .or(one)
        .or_else(|| thread::available_parallelism().ok())
        .unwrap_or(NonZeroUsize::MIN);

    let mut tally = tally::Tally::default();
    let mut files = Vec::new();
    let mut answers = Vec::new();
    for path in &arguments.paths {
        match statetest::files(path) {
            Ok(found) => files.extend(found),
            Err(problem) => answers.push(answer::Answer::of_file(path, problem)),
        }
    }
    let bar = progress_bar(files.len());
    let mut show = |answers: Vec<answer::Answer>| {
        let mut text = String::new();
        for answer in &answers {
            tally.count(answer);
            text += &if arguments.json {
                answer.json_line(arguments.dump)
            } else {
                answer.lines(arguments.dump)
            };
        }
        bar.suspend(|| say(&text))
    };
    show(answers)?;
    let begin = Instant::now();
    let work = jobs::Work {
        files: &files,
        filter: arguments.filter.as_deref(),
        machine: machine.as_ref(),
        settings,
    };
    work.run(threads, |answers| {
        show(answers)?;
        bar.inc(1);
        Ok(())
    })?;
    let elapsed = begin.elapsed();
    bar.finish_and_clear();

    let mut problems: Vec<String> = refused
        .iter()
        .map(|option| {
            format!(
                "the VM does not take {option}: the tests may expect that instructions cost nothing"
            )
        })
        .collect();
    // One rule for all commands: what can't be read, or where there is nothing to do, is a wrong question.
    let mut is_unusable = tally.unusable() > 0;
    if let Some(filter) = &arguments.filter
        && tally.tests() == 0
    {
        problems.push(format!("there is nothing to run: no test's name contains `{filter}`"));
        is_unusable = true;
    }
    let text = if arguments.json { String::new() } else { tally.text(elapsed, threads) };
    let code = match (is_unusable, tally.is_good()) {
        (true, _) => 2,
        (false, true) => 0,
        (false, false) => 1,
    };
    Ok(Printout { text, problems, code })
}

/// Shows on a terminal how far it is, on standard error; elsewhere it shows nothing.
fn progress_bar(files: usize) -> ProgressBar {
    let bar = ProgressBar::new(files as u64);
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len} files, {eta} left");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
