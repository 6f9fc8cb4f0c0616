//! `hebe conform`: does a VM do what EVMC and the EIPs say?

use crate::{
    Mistake,
    output::{Printout, document, say},
};
use hebe_testing::conform::{RULES, Rule, Verdict};
use serde_json::{Value, json};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Check an EVMC VM: does it do what EVMC and the EIPs say?
#[derive(clap::Args)]
#[command(
    after_help = "Exit code: 0 every rule holds that must; 1 one does not; 2 the file is no EVMC library.\n\
                  For clients there is hostcheck: docs/hostcheck.md."
)]
pub(crate) struct Arguments {
    /// The library, of any ABI: LIB[,option=value...]
    library: String,

    /// Only rules whose name contains TEXT
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,

    /// Seconds that a rule may take before it counts as endless
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=3600))]
    limit: u64,

    /// Print one JSON document
    #[arg(long)]
    json: bool,

    /// Try this rule in this process, and write what came of it into the file of --answer
    #[arg(long, hide = true, requires = "answer")]
    rule: Option<String>,

    #[arg(long, hide = true)]
    answer: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
///
/// A [`Mistake`] when the file is no EVMC library, or no rule has the name.
pub(crate) fn conform(arguments: &Arguments) -> Result<Printout, Mistake> {
    if let (Some(rule), Some(answer)) = (&arguments.rule, &arguments.answer) {
        return try_here(rule, &arguments.library, answer);
    }
    let filter = arguments.filter.as_deref().unwrap_or_default();
    let rules: Vec<_> = RULES.iter().filter(|rule| rule.name.contains(filter)).collect();
    if rules.is_empty() {
        let names: Vec<_> = RULES.iter().map(|rule| rule.name).collect();
        return Err(Mistake(format!("no rule has `{filter}` in its name: {}", names.join(", "))));
    }
    let folder = tempfile::tempdir()
        .map_err(|error| Mistake(format!("can't make a temporary folder: {}", error.kind())))?;
    let mut tried = Vec::new();
    for rule in rules {
        let verdict = try_apart(rule, arguments, &folder.path().join("answer"))?;
        if !arguments.json {
            say(&line(rule, &verdict))?;
        }
        tried.push((rule, verdict));
    }
    let count = |is: fn(&Rule, &Verdict) -> bool| {
        tried.iter().filter(|(rule, verdict)| is(rule, verdict)).count()
    };
    let good = count(|_, verdict| *verdict == Verdict::Good);
    let wrong = count(|rule, verdict| rule.is_must && matches!(verdict, Verdict::Wrong(_)));
    let worse = count(|rule, verdict| !rule.is_must && matches!(verdict, Verdict::Wrong(_)));
    let skipped = tried.len() - good - wrong - worse;
    let text = match arguments.json {
        true => {
            let rules: Vec<_> =
                tried.iter().map(|(rule, verdict)| rule_json(rule, verdict)).collect();
            document(&json!({
                "library": arguments.library,
                "rules": rules,
                "good": good, "wrong": wrong, "worse": worse, "skipped": skipped,
            }))
        }
        false => format!(
            "{good} good, {wrong} wrong, {worse} that should be better, {skipped} skipped\n"
        ),
    };
    Ok(Printout { text, problems: Vec::new(), code: u8::from(wrong > 0) })
}

fn line(rule: &Rule, verdict: &Verdict) -> String {
    let (name, source) = (rule.name, rule.source);
    match verdict {
        Verdict::Good => format!("ok       {name}\n"),
        Verdict::Wrong(what) if rule.is_must => format!("WRONG    {name}: {what} ({source})\n"),
        Verdict::Wrong(what) => format!("worse    {name}: {what} ({source})\n"),
        Verdict::Skipped(why) => format!("skipped  {name}: {why}\n"),
    }
}

fn rule_json(rule: &Rule, verdict: &Verdict) -> Value {
    let (verdict, why) = words(verdict);
    let mut document = json!({
        "rule": rule.name, "source": rule.source, "must": rule.is_must, "verdict": verdict,
    });
    if let Some(why) = why {
        document["why"] = why.into();
    }
    document
}

fn words(verdict: &Verdict) -> (&'static str, Option<&str>) {
    match verdict {
        Verdict::Good => ("good", None),
        Verdict::Wrong(what) => ("wrong", Some(what)),
        Verdict::Skipped(why) => ("skipped", Some(why)),
    }
}

/// In this process, which a VM may take down.
fn try_here(rule: &str, library: &str, answer: &Path) -> Result<Printout, Mistake> {
    let rule = Rule::named(rule).ok_or_else(|| Mistake(format!("there is no rule `{rule}`")))?;
    let answered = match rule.try_on(library) {
        Ok(verdict) => {
            let (verdict, why) = words(&verdict);
            json!({ "verdict": verdict, "why": why })
        }
        Err(mistake) => json!({ "mistake": mistake }),
    };
    fs::write(answer, answered.to_string())
        .map_err(|error| Mistake(format!("can't write {}: {error}", answer.display())))?;
    Ok(Printout { text: String::new(), problems: Vec::new(), code: 0 })
}

/// In a process of its own.
fn try_apart(rule: &Rule, arguments: &Arguments, answer: &Path) -> Result<Verdict, Mistake> {
    let cannot =
        |error: std::io::Error| Mistake(format!("can't start a process to check in: {error}"));
    let program = env::current_exe().map_err(cannot)?;
    let mut child = Command::new(program)
        .args(["conform", &arguments.library, "--rule", rule.name, "--answer"])
        .arg(answer)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(cannot)?;
    let begin = Instant::now();
    let ended = loop {
        if let Some(status) = child.try_wait().map_err(cannot)? {
            break Some(status);
        }
        if begin.elapsed() > Duration::from_secs(arguments.limit) {
            let _ = child.kill();
            let _ = child.wait();
            break None;
        }
        thread::sleep(Duration::from_millis(5));
    };
    let answered = fs::read_to_string(answer).ok();
    let _ = fs::remove_file(answer);
    let Some(status) = ended else {
        return Ok(Verdict::Wrong(format!("the VM did not come back in {} s", arguments.limit)));
    };
    let answered: Option<Value> = answered.and_then(|text| serde_json::from_str(&text).ok());
    let Some(answered) = answered else {
        return Ok(Verdict::Wrong(format!("the process was brought down: {}", how(status))));
    };
    if let Some(mistake) = answered["mistake"].as_str() {
        return Err(Mistake(mistake.to_owned()));
    }
    let why = answered["why"].as_str().unwrap_or_default().to_owned();
    Ok(match answered["verdict"].as_str() {
        // What it did is good, and then it took the process down on its way out.
        Some("good") if !status.success() => Verdict::Wrong(format!("at its end: {}", how(status))),
        Some("good") => Verdict::Good,
        Some("skipped") => Verdict::Skipped(why),
        _ => Verdict::Wrong(why),
    })
}

fn how(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return format!("signal {signal}");
    }
    status.to_string()
}
