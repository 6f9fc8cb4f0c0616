//! `--trace` and `--record`: who watches a run.

use crate::Mistake;
use hebe_host::{
    Host, Message, Revision,
    recording::{Ended, Recorder, RecordingWriter, Subject},
};
use hebe_testing::{Execution, Machine};
use std::{cell::RefCell, fs::File, io, path::Path};

/// The argument `--trace`.
#[derive(clap::Args)]
pub(crate) struct Trace {
    /// Write a line of JSON for each message and each call of a host function, to standard error or to
    /// this file
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true,
          default_missing_value = "-")]
    trace: Option<String>,
}

impl Trace {
    /// Where it goes, if it is asked for: a file, which begins anew, or `-`.
    ///
    /// # Errors
    ///
    /// A [`Mistake`] where the file can't be made.
    pub(crate) fn file(&self) -> Result<Option<&str>, Mistake> {
        let Some(file) = &self.trace else { return Ok(None) };
        if file != "-" {
            File::create(file)
                .map_err(|error| Mistake(format!("can't write the trace to {file}: {error}")))?;
        }
        Ok(Some(file))
    }

    /// The VM's option that does it, if it is asked for.
    ///
    /// # Errors
    ///
    /// As for [`Trace::file`].
    pub(crate) fn option(&self) -> Result<Option<(String, String)>, Mistake> {
        Ok(self.file()?.map(|file| ("trace".to_owned(), file.to_owned())))
    }

    /// Whether it is asked for.
    pub(crate) fn is_on(&self) -> bool {
        self.trace.is_some()
    }
}

/// The word behind a bare `--trace`, where it was meant for the trace's file: it is none that could be read, or one
/// that traces are called. Without this, it would be taken for the contract.
pub(crate) fn misplaced_file(words: &[String]) -> Option<Mistake> {
    let place = words.iter().position(|word| word == "--trace")?;
    let file = words.get(place + 1).filter(|word| *word == "-" || !word.starts_with('-'))?;
    let is_trace = file == "-" || file.ends_with(".jsonl");
    let is_missing = !Path::new(file).exists();
    (is_trace || is_missing).then(|| {
        let why = if is_trace { "" } else { ", and there is no such file to run" };
        Mistake(format!("--trace {file}: its file stands behind `=`: write --trace={file}{why}"))
    })
}

/// A machine whose first message is recorded; those that are nested in it are answers.
pub(crate) struct Recorded<'a> {
    machine: &'a dyn Machine,
    path: &'a Path,
    done: RefCell<Option<io::Result<()>>>,
}

impl<'a> Recorded<'a> {
    /// Has the message that `machine` runs first recorded in the file at `path`.
    ///
    /// # Errors
    ///
    /// A [`Mistake`] where there can't be such a file, before anything is run.
    pub(crate) fn new(machine: &'a dyn Machine, path: &'a Path) -> Result<Self, Mistake> {
        RecordingWriter::try_create(path).map_err(|error| Mistake(cannot_write(path, &error)))?;
        Ok(Self { machine, path, done: RefCell::new(None) })
    }

    /// What went wrong with the recording, once the run is over.
    pub(crate) fn problem(self) -> Option<String> {
        match self.done.into_inner() {
            None => {
                let path = self.path.display();
                Some(format!("nothing is recorded in {path}: no contract's code was run"))
            }
            Some(Ok(())) => None,
            Some(Err(error)) => Some(cannot_write(self.path, &error)),
        }
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> String {
    format!("can't write the recording {}: {error}", path.display())
}

impl Machine for Recorded<'_> {
    fn execute(
        &self,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut dyn Host,
    ) -> Execution {
        let run = |host: &mut dyn Host| self.machine.execute(revision, message, code, host);
        if message.depth > 0 {
            return run(host);
        }
        let subject = self.machine.subject(revision, message, code);
        let (execution, done) = match RecordingWriter::create(self.path, subject) {
            Ok(mut writer) => {
                let execution = run(&mut Recorder::new(host, &mut writer));
                let ended = Ended::new(&execution.result, execution.reason.clone());
                (execution, writer.finish(ended))
            }
            Err(error) => (run(host), Err(error)),
        };
        *self.done.borrow_mut() = Some(done);
        execution
    }

    fn subject(&self, revision: Revision, message: &Message<'_>, code: &[u8]) -> Subject {
        self.machine.subject(revision, message, code)
    }
}
