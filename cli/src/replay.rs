//! `hebe replay`: recorded messages, run again without a chain.

use crate::{
    Mistake, machine,
    output::{Lines, Printout, document, hex, thousands},
    values, watch,
};
use hebe_host::recording::Recording;
use hebe_testing::{Opened, Replayed, replay as run_again};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Run recorded messages again, without any chain.
///
/// The VM gets the options of the recording, and on top of them those of --set. The first difference from the
/// recorded run is told: at which call of the host, with which gas.
#[derive(clap::Args)]
#[command(
    after_help = "Exit code: 0 nothing differs; 1 a run differs from its recording; 2 the question itself \
                  was wrong, or a file is no recording."
)]
pub(crate) struct Arguments {
    /// Recordings, as `hebe run --record` and the option `record` of the library write them
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Use this EVMC library (ABI 12) instead of the VM built in
    #[arg(long, value_name = "LIB[,OPTION=VALUE...]")]
    vm: Option<String>,

    /// Set an option of the VM, whatever the recording says; can be given several times
    #[arg(long = "set", value_name = "OPTION=VALUE", value_parser = values::option)]
    options: Vec<(String, String)>,

    #[command(flatten)]
    trace: watch::Trace,

    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
///
/// A [`Mistake`] about the VM or its options.
pub(crate) fn replay(arguments: &Arguments) -> Result<Printout, Mistake> {
    let mut options = arguments.options.clone();
    options.extend(arguments.trace.option()?);
    let (mut lines, mut documents, mut problems) = (Lines::default(), Vec::new(), Vec::new());
    let mut code = 0;
    for path in &arguments.files {
        let file = path.display().to_string();
        let recording = match Recording::load(path) {
            Ok(recording) => recording,
            Err(error) => {
                code = 2;
                documents.push(json!({ "file": file, "problem": error.to_string() }));
                problems.push(error.to_string());
                continue;
            }
        };
        let vm = arguments.vm.as_deref();
        let Opened { machine, refused } = machine::for_recording(vm, &recording.subject, &options)?;
        if !refused.is_empty() {
            let refused = refused.join(", ");
            problems
                .push(format!("{file}: the VM does not take options of the recording: {refused}"));
        }
        let made = recording.subject.options.get("schedule");
        if let (Some(made), Some(now)) = (made, machine.schedule())
            && *made != now
        {
            problems.push(format!(
                "{file}: it was recorded under the prices of {made}, and {now} is in force now"
            ));
        }
        let replayed = run_again(machine.as_ref(), &recording, |line| eprintln!("{line}"));
        if replayed.difference.is_some() {
            code = code.max(1);
        }
        if arguments.json {
            documents.push(as_json(path, &recording, &replayed));
        } else {
            if !lines.is_empty() {
                lines.title("");
            }
            as_lines(path, &recording, &replayed, &mut lines);
        }
    }
    let text = if arguments.json { document(&json!({ "files": documents })) } else { lines.text() };
    Ok(Printout { text, problems, code })
}

fn as_lines(path: &Path, recording: &Recording, replayed: &Replayed, lines: &mut Lines) {
    let subject = &recording.subject;
    let message = subject.message.borrow();
    lines.add("recording", path.display().to_string());
    lines.add("recorded by", format!("{}, {}", subject.vm, subject.revision));
    lines.add("contract", format!("{} at depth {}", hex(&message.contract()[..]), message.depth));
    let count = recording.calls.len();
    lines.add("host calls", thousands(count));
    if replayed.is_past_the_end {
        let why = if recording.is_cut { "was cut there" } else { "has no end" };
        lines.add("status", format!("unknown: the recording {why}, and the run went on"));
    } else {
        let result = &replayed.execution.result;
        let reason = replayed.execution.reason.as_ref().map(|reason| format!(": {reason}"));
        lines.add("status", format!("{}{}", result.status, reason.unwrap_or_default()));
        let used = message.gas.saturating_sub(result.gas_left);
        lines.add("gas used", format!("{} of {}", thousands(used), thousands(message.gas)));
        let output = &result.output;
        lines.add("output", if output.is_empty() { "none".to_owned() } else { hex(output) });
    }
    match &replayed.difference {
        None if recording.ended.is_none() => {
            lines.add("difference", "none as far as the recording goes, which has no end");
        }
        None => lines.add("difference", "none"),
        Some(difference) => lines.add("difference", difference.to_string()),
    }
}

/// docs/recordings.md says what the fields are.
fn as_json(path: &Path, recording: &Recording, replayed: &Replayed) -> Value {
    let result = &replayed.execution.result;
    let difference = replayed.difference.as_ref().map(|difference| {
        let mut fields = difference.to_json();
        fields["text"] = difference.to_string().into();
        fields
    });
    json!({
        "file": path.display().to_string(),
        "vm": recording.subject.vm,
        "revision": recording.subject.revision.name(),
        "host_calls": recording.calls.len(),
        "is_whole": recording.is_whole(),
        "is_past_the_end": replayed.is_past_the_end,
        "status": result.status.name(),
        "reason": replayed.execution.reason,
        "gas_left": result.gas_left,
        "gas_refund": result.gas_refund,
        "output": hex(&result.output),
        "difference": difference,
    })
}
