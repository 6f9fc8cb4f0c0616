//! `engine=shadow`: each message runs in the interpreter, and then once more as native code.
//!
//! The second run has no chain: it gets the answers that the first got. Whatever it asks, however much gas it
//! has left when it asks, and however it ends must be the same. If anything is not, standard error is told, the
//! message is written into a file from which anybody can replay it, and the interpreter's answer stands.

use crate::{Vm, options::EngineChoice, watch::told};
use hebe_host::{
    Fault, Host, Message, Outcome, Revision,
    recording::{CallLog, Difference, Ended, HostCall, Recorder, Recording, RecordingWriter},
    trace::Tracer,
};
use std::{
    env,
    io::{self, Write},
    path::PathBuf,
    process,
    sync::atomic::{AtomicU64, Ordering},
};

/// So many calls of the host are held against each other, at most.
const MOST_CALLS: usize = 1 << 16;

/// The calls of the host, up to [`MOST_CALLS`].
#[derive(Default)]
struct Log {
    calls: Vec<HostCall>,
    is_cut: bool,
}

impl CallLog for Log {
    fn note(&mut self, call: HostCall) {
        if self.calls.len() < MOST_CALLS {
            self.calls.push(call);
        } else {
            self.is_cut = true;
        }
    }
}

impl Vm {
    /// Runs a message on both engines; the outcome is the interpreter's.
    pub(crate) fn run_shadowed(
        &self,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut dyn Host,
        tracer: Option<&Tracer<'_>>,
    ) -> Result<Outcome, Fault> {
        let mut log = Log::default();
        let mut recorder = Recorder::new(host, &mut log);
        let outcome =
            self.run(EngineChoice::Interpreter, revision, message, code, &mut recorder, tracer);
        let (result, reason) = told(&outcome);
        let recording = Recording {
            subject: self.subject(revision, message, code),
            calls: log.calls,
            is_cut: log.is_cut,
            ended: Some(Ended::new(&result, reason)),
        };
        if let Some(difference) = self.again(&recording, revision, message, code) {
            self.counts().differences.add_one();
            report(&difference, &recording);
        }
        outcome
    }

    /// Runs a recorded message as native code. Where it differs, if it does.
    fn again(
        &self,
        recording: &Recording,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
    ) -> Option<Difference> {
        let mut replayer = recording.replayer();
        let outcome =
            self.run(EngineChoice::Compiler, revision, message, code, &mut replayer, None);
        let (result, reason) = told(&outcome);
        recording.difference(replayer.told(), Ended::new(&result, reason))
    }
}

/// Tells standard error, which may be closed.
fn report(difference: &Difference, recording: &Recording) {
    let kept = match keep(recording) {
        Ok(path) => format!("`hebe replay {}` shows it", path.display()),
        Err(error) => format!("the message could not be recorded: {error}"),
    };
    let _ = writeln!(
        io::stderr(),
        "hebe: the engines differ, which is a bug of Hebe's that we want to hear of: {difference}; the \
         interpreter's answer stands; {kept}"
    );
}

/// Writes a recording into the system's folder for temporary files.
fn keep(recording: &Recording) -> io::Result<PathBuf> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path =
            env::temp_dir().join(format!("hebe-difference-{}-{number}.jsonl", process::id()));
        let mut writer = match RecordingWriter::create_new(&path, recording.subject.clone()) {
            Ok(writer) => writer,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(error),
        };
        for call in &recording.calls {
            writer.note(call.clone());
        }
        if let Some(ended) = &recording.ended {
            writer.finish(ended.clone())?;
        }
        return Ok(path);
    }
}
