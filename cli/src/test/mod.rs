//! `hebe test`: test files of contracts.

mod fresh;
mod gas_report;
mod watching;

use crate::{
    Mistake,
    output::{Lines, Printout, Reading, document, report_json, thousands},
    watch,
};
use hebe_testing::{
    files,
    harness::{Engine, Mismatch, On, StepResult, TestFile, TestResult, script::EXTENSION},
};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Run test files of contracts: TOML files that say what is deployed and called, and what is expected.
///
/// docs/testing.md teaches how to write them.
#[derive(clap::Args)]
#[command(
    after_help = "Exit code: 0 all went as expected; 1 a test failed; 2 a file is no test file or \
                        can't be read, or there was nothing to run."
)]
pub(crate) struct Arguments {
    /// Test files, or folders with files that end in .test.toml
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,

    /// Run only the tests whose name contains this
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    filter: String,

    /// Run on this engine instead of on every one; can be given several times, together with --vm
    #[arg(long = "engine", value_name = "NAME")]
    engines: Vec<String>,

    /// Run on this EVMC library (ABI 12) instead of the engines built in; can be given several times
    #[arg(long = "vm", value_name = "LIB[,OPTION=VALUE...]")]
    libraries: Vec<String>,

    /// How large a new contract may be, in bytes, where a file does not say it; 24,576 by default
    #[arg(long, value_name = "BYTES")]
    max_code_size: Option<usize>,

    /// Write the gas that was used into the files, where exact figures stand in them and all else is as expected
    #[arg(long)]
    bless: bool,

    /// Don't build the contract whose source is newer than its binary
    #[arg(long)]
    no_build: bool,

    /// Build the contract with what the SDK's `debug!` prints
    #[arg(long, conflicts_with = "no_build")]
    debug: bool,

    /// Run again whenever a file changes, until interrupted
    #[arg(long, conflicts_with_all = ["json", "bless"])]
    watch: bool,

    /// Show the calls of each step: what is asked, stored, logged and returned, with its gas
    #[arg(short, long, conflicts_with = "trace")]
    verbose: bool,

    /// Show what each function uses, against the report in FILE, which is then replaced
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true,
          default_missing_value = "gas-report.json")]
    gas_report: Option<PathBuf>,

    /// With --gas-report: leave the file as it is, and fail where anything differs from it
    #[arg(long, requires = "gas_report")]
    check: bool,

    #[command(flatten)]
    trace: watch::Trace,

    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// How often something happened.
#[derive(Default)]
struct Tally {
    passed: usize,
    failed: usize,
    /// Files that could not be run.
    unusable: usize,
}

/// Runs the command.
///
/// # Errors
///
/// A [`Mistake`] about the options, or where there is nothing to run.
pub(crate) fn test(arguments: &Arguments) -> Result<Printout, Mistake> {
    if arguments.watch {
        return watching::again_and_again(&arguments.paths, || once(arguments));
    }
    once(arguments)
}

/// Runs the tests once.
fn once(arguments: &Arguments) -> Result<Printout, Mistake> {
    let mut on = On::every();
    if !(arguments.engines.is_empty() && arguments.libraries.is_empty()) {
        on.built_in.clone_from(&arguments.engines);
        on.libraries.clone_from(&arguments.libraries);
    }
    on.trace = arguments.trace.file()?.map(str::to_owned);
    let scratch = arguments.verbose.then(tempfile::NamedTempFile::new).transpose();
    let scratch = scratch
        .map_err(|error| Mistake(format!("can't write a temporary file: {}", error.kind())))?;
    on.tree = scratch.as_ref().map(|file| file.path().to_owned());
    let mut gas = gas_report::GasReport::default();
    let mut builds = fresh::Builds::default();
    // Wrong options are told once, and not for each file.
    let engines = on.engines(&[]).map_err(Mistake)?;
    let files = find(&arguments.paths);
    let (mut lines, mut documents, mut problems) = (Lines::default(), Vec::new(), Vec::new());
    let mut tally = Tally::default();
    for file in files {
        let (name, results) = match file {
            Err(problem) => {
                problems.push(problem);
                tally.unusable += 1;
                continue;
            }
            Ok(path) => {
                let ran = builds
                    .refresh(&path, arguments.debug, arguments.no_build)
                    .map_err(|problem| vec![format!("{}: {problem}", path.display())])
                    .and_then(|()| run(&path, &on, arguments));
                (path.display().to_string(), ran)
            }
        };
        match results {
            Err(sentences) => {
                documents.push(json!({ "file": name, "problems": sentences }));
                problems.extend(sentences);
                tally.unusable += 1;
            }
            Ok(Ran { results, .. }) if results.is_empty() => {}
            Ok(Ran { title, results, blessed }) => {
                lines.title(title.map_or_else(|| name.clone(), |title| format!("{name}: {title}")));
                match blessed {
                    0 => {}
                    1 => lines.title("  1 new figure of gas was written into the file"),
                    many => {
                        lines.title(format!(
                            "  {many} new figures of gas were written into the file"
                        ));
                    }
                }
                gas.count(&results);
                for result in &results {
                    // What comes before the tests is none, unless there are no others.
                    if result.name.is_some() || results.len() == 1 {
                        *(if result.passed() { &mut tally.passed } else { &mut tally.failed }) += 1;
                    }
                    result_lines(result, &mut lines);
                }
                lines.title("");
                let tests: Vec<Value> = results.iter().map(result_json).collect();
                documents.push(json!({ "file": name, "blessed": blessed, "tests": tests }));
            }
        }
    }
    if tally.passed + tally.failed == 0 && tally.unusable == 0 {
        let filter = &arguments.filter;
        problems.push(match filter.is_empty() {
            true => format!("there is nothing to run: no file ends in {EXTENSION}"),
            false => format!("there is nothing to run: no test's name contains `{filter}`"),
        });
        tally.unusable = 1;
    }
    let mut changed = 0;
    if let Some(path) = &arguments.gas_report
        && tally.failed == 0
        && tally.unusable == 0
    {
        changed = gas.lines(path, arguments.check, &mut lines)?;
    }
    let engines: Vec<&str> = engines.iter().map(Engine::name).collect();
    let Tally { passed, failed, unusable } = tally;
    lines.title(summary(&tally, &engines));
    let text = match arguments.json {
        true => document(&json!({
            "engines": engines, "passed": passed, "failed": failed, "files": documents,
        })),
        false => lines.text(),
    };
    if arguments.check && changed > 0 {
        problems.push(format!(
            "{changed} {} of the gas report changed: `hebe test --gas-report` keeps the new ones",
            plural(changed, "row")
        ));
    }
    let code = match (unusable, failed) {
        (0, 0) if arguments.check && changed > 0 => 1,
        (0, 0) => 0,
        (0, _) => 1,
        _ => 2,
    };
    Ok(Printout { text, problems, code })
}

/// What a file's tests came to.
struct Ran {
    title: Option<String>,
    results: Vec<TestResult>,
    /// How many new figures were written into the file.
    blessed: usize,
}

fn run(path: &Path, on: &On, arguments: &Arguments) -> Result<Ran, Vec<String>> {
    let problem = |problem: String| vec![format!("{}: {problem}", path.display())];
    let filter = &arguments.filter;
    let file = TestFile::load(path)?.with_code_size(arguments.max_code_size);
    let title = file.title();
    let results = file.run(on, filter).map_err(problem)?;
    let Some(new) = arguments.bless.then(|| file.with_new_gas(&results)).flatten() else {
        return Ok(Ran { title, results, blessed: 0 });
    };
    files::replace(path, &new.text)
        .map_err(|error| problem(format!("it can't be written: {error}")))?;
    let file = TestFile::from_text(path, new.text)?.with_code_size(arguments.max_code_size);
    let results = file.run(on, filter).map_err(problem)?;
    Ok(Ran { title, results, blessed: new.figures })
}

/// The test files: those named, and in folders named, all that end in `.test.toml`, in the order of their
/// names.
fn find(paths: &[PathBuf]) -> Vec<Result<PathBuf, String>> {
    let mut files = Vec::new();
    for path in paths {
        match path.is_dir() {
            true => find_in(path, &mut files),
            false => files.push(Ok(path.clone())),
        }
    }
    files
}

fn find_in(folder: &Path, files: &mut Vec<Result<PathBuf, String>>) {
    let unreadable = |error| Err(format!("can't read folder {}: {error}", folder.display()));
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => return files.push(unreadable(error)),
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        // A link to a folder is not followed, since it may lead back.
        let is_folder = entry.file_type().is_ok_and(|it| it.is_dir());
        let name = entry.file_name();
        if is_folder {
            find_in(&entry.path(), files);
        } else if name.to_string_lossy().ends_with(EXTENSION) {
            files.push(Ok(entry.path()));
        }
    }
}

fn result_lines(result: &TestResult, lines: &mut Lines) {
    lines.title(format!("  {}", result.name.as_deref().unwrap_or("steps")));
    for step in &result.steps {
        let StepResult { title, line, report, mismatches, .. } = step;
        let gas = thousands(report.gas_used);
        if mismatches.is_empty() {
            lines.title(format!("    ok    {title:<48} {gas:>12} gas"));
            tree_lines(step, lines);
            continue;
        }
        lines.title(format!("    FAIL  {title:<48} {gas:>12} gas, line {line}"));
        tree_lines(step, lines);
        for mismatch in mismatches {
            for text in mismatch.to_string().lines() {
                lines.title(format!("          {text}"));
            }
        }
    }
    match result.not_run {
        0 => {}
        1 => lines.title("    -     1 step was not run"),
        steps => lines.title(format!("    -     {steps} steps were not run")),
    }
}

fn tree_lines(step: &StepResult, lines: &mut Lines) {
    for line in &step.tree {
        lines.title(format!("          {line}"));
    }
}

fn summary(tally: &Tally, engines: &[&str]) -> String {
    let Tally { passed, failed, unusable } = *tally;
    let total = passed + failed;
    let mut text = format!("{total} {}: {passed} passed", plural(total, "test"));
    if failed > 0 {
        text += &format!(", {failed} failed");
    }
    if unusable > 0 {
        text += &format!("; {unusable} {} could not be run", plural(unusable, "file"));
    }
    format!("{text} (on {})", engines.join(", "))
}

fn plural(number: usize, thing: &str) -> String {
    format!("{thing}{}", if number == 1 { "" } else { "s" })
}

fn result_json(result: &TestResult) -> Value {
    let steps: Vec<Value> = result.steps.iter().map(step_json).collect();
    json!({
        "name": result.name,
        "passed": result.passed(),
        "steps": steps,
        "not_run": result.not_run,
    })
}

fn step_json(step: &StepResult) -> Value {
    let mismatch = |it: &Mismatch| {
        json!({
            "what": it.what,
            "expected": it.expected.join("\n"),
            "actual": it.actual.join("\n"),
        })
    };
    json!({
        "name": step.title,
        "line": step.line,
        "mismatches": step.mismatches.iter().map(mismatch).collect::<Vec<_>>(),
        "report": report_json(&step.report, Reading::NOTHING),
    })
}
