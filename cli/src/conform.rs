//! `hebe conform`: does a library keep EVMC's rules?
//!
//! A VM under test may crash, hang, or print what it likes. So each rule is tried by a process of its own: this command
//! again, with a hidden option.

mod child;
mod report;

use crate::{
    Mistake,
    output::{Printout, document},
};
use child::{Asked, Child};
use hebe_evmc::conform::{Case, Introduction};
use indicatif::{ProgressBar, ProgressStyle};
use report::{Report, Tried, Verdict};
use std::{
    num::NonZeroUsize,
    path::PathBuf,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

/// Check whether an EVMC library keeps EVMC's rules.
///
/// Takes the library of any VM, of each ABI that Hebe speaks. Each rule is tried in a process of its own, so a crash or a
/// hang is an answer.
#[derive(clap::Args)]
#[command(
    after_help = "Exit code: 0 all rules hold that EVMC or Ethereum has; 1 one does not; 2 it is \
                        not an EVMC library."
)]
pub(crate) struct Arguments {
    /// The library, with options for its VMs
    #[arg(value_name = "LIB[,OPTION=VALUE...]")]
    library: String,

    /// Try only rules with this in their name
    #[arg(long, value_name = "TEXT", default_value = "")]
    only: String,

    /// How many rules to try at once; by default as many as there are processors
    #[arg(long, value_name = "NUMBER")]
    jobs: Option<NonZeroUsize>,

    /// How many seconds a rule may take
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=3600))]
    time_limit: u32,

    /// Print one JSON document
    #[arg(long)]
    json: bool,

    /// Try this rule in this process
    #[arg(long, hide = true, value_name = "CASE", requires = "answer")]
    case: Option<String>,

    /// Where the answer to --case goes
    #[arg(long, hide = true, value_name = "FILE", requires = "case")]
    answer: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
///
/// A [`Mistake`] when the file is no EVMC library, or no rule is meant.
pub(crate) fn conform(arguments: &Arguments) -> Result<Printout, Mistake> {
    if let (Some(case), Some(answer)) = (&arguments.case, &arguments.answer) {
        return child::be(&arguments.library, case, answer);
    }
    let child = Child {
        library: &arguments.library,
        time_limit: Duration::from_secs(arguments.time_limit.into()),
    };
    let report = match child.introduction()? {
        Asked::Answered(Err(problem)) => return Err(Mistake(problem)),
        Asked::Answered(Ok(introduction)) => {
            let tried = try_all(arguments, &child, &introduction)?;
            Report { library: &arguments.library, introduction: Some(introduction), tried }
        }
        Asked::Ended(how) => {
            let tried = vec![Tried::not_loaded(how)];
            Report { library: &arguments.library, introduction: None, tried }
        }
    };
    let text = if arguments.json { document(&report.json()) } else { report.text() };
    Ok(Printout { text, problems: Vec::new(), code: report.is_broken().into() })
}

/// Tries every rule that is meant, several at once.
fn try_all(
    arguments: &Arguments,
    child: &Child<'_>,
    introduction: &Introduction,
) -> Result<Vec<Tried>, Mistake> {
    let cases: Vec<Case> = Case::all(introduction.abi)
        .into_iter()
        .filter(|case| case.name().contains(&arguments.only))
        .collect();
    if cases.is_empty() {
        let (only, abi) = (&arguments.only, introduction.abi);
        return Err(Mistake(format!("no rule of ABI {abi} has `{only}` in its name")));
    }
    let bar = ProgressBar::new(cases.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("{pos}/{len} {wide_msg}") {
        bar.set_style(style);
    }
    let jobs = arguments.jobs.or_else(|| thread::available_parallelism().ok());
    let jobs = jobs.map_or(1, NonZeroUsize::get).min(cases.len());
    let (next, tried) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || -> Result<(), Mistake> {
        while let Some((index, case)) = take(&next, &cases) {
            bar.set_message(case.name());
            let verdict = match case.skipped(introduction) {
                Some(why) => Verdict::Skipped(why),
                None => match child.case(&case.name())? {
                    Asked::Answered(Ok(())) => Verdict::Holds,
                    Asked::Answered(Err(why)) | Asked::Ended(why) => Verdict::Broken(why),
                },
            };
            let mut tried = tried.lock().unwrap_or_else(PoisonError::into_inner);
            tried.push((index, Tried::new(case, verdict)));
            bar.inc(1);
        }
        Ok(())
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..jobs).map(|_| scope.spawn(work)).collect();
        threads.into_iter().try_for_each(|thread| match thread.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    })?;
    bar.finish_and_clear();
    let mut tried = tried.into_inner().unwrap_or_else(PoisonError::into_inner);
    tried.sort_by_key(|(index, _)| *index);
    Ok(tried.into_iter().map(|(_, tried)| tried).collect())
}

/// The next case that nobody has taken.
fn take<'a>(next: &AtomicUsize, cases: &'a [Case]) -> Option<(usize, &'a Case)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    cases.get(index).map(|case| (index, case))
}
