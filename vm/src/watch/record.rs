//! The folder that the option `record` names: a file for each message, nested ones too.

use hebe_host::recording::{CallLog, Ended, HostCall, RecordingWriter, Subject};
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};

/// A folder of recordings. Names begin with a number that counts up, in the order in which the messages
/// begin, and go on with what is of most use to a person: depth, and the contract's address.
pub(crate) struct Folder {
    path: PathBuf,
    /// The number of the next recording.
    next: AtomicU64,
    has_complained: AtomicBool,
}

/// A recording that is being written; nothing where that was not possible.
pub(crate) struct Running(RecordingWriter);

impl CallLog for Running {
    fn note(&mut self, call: HostCall) {
        self.0.note(call);
    }
}

impl Folder {
    /// The folder at `path`, made where there is none. Numbers go on after those of recordings that
    /// are there.
    ///
    /// # Errors
    ///
    /// Where it is no folder, or can't be made or read.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        if !path.try_exists()? {
            fs::create_dir(path)?;
        }
        let mut next = 0;
        for entry in fs::read_dir(path)? {
            let name = entry?.file_name();
            let number = name.to_str().and_then(|name| name.split('-').next()?.parse::<u64>().ok());
            next = next.max(number.map_or(0, |number| number.saturating_add(1)));
        }
        // Where clients stand may change; the folder stays.
        let path = fs::canonicalize(path)?;
        Ok(Self { path, next: AtomicU64::new(next), has_complained: AtomicBool::new(false) })
    }

    /// Begins a recording. Nothing, where the file system refuses.
    pub(crate) fn begin(&self, subject: Subject) -> Option<Running> {
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let message = &subject.message;
            let contract = hex::encode(message.borrow().contract());
            let name = format!("{number:08}-{}-{contract}.jsonl", message.depth);
            match RecordingWriter::create_new(&self.path.join(name), subject.clone()) {
                Ok(writer) => return Some(Running(writer)),
                // Another process records into the same folder.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => {
                    self.complain(&error);
                    return None;
                }
            }
        }
    }

    /// Ends a recording.
    pub(crate) fn end(&self, running: Running, ended: Ended) {
        if let Err(error) = running.0.finish(ended) {
            self.complain(&error);
        }
    }

    /// Tells standard error, once. It may be closed, which must change nothing.
    fn complain(&self, error: &io::Error) {
        if !self.has_complained.swap(true, Ordering::Relaxed) {
            let path = self.path.display();
            let _ = writeln!(
                io::stderr(),
                "hebe: a message could not be recorded in {path}: {error} (this is told once)"
            );
        }
    }
}
