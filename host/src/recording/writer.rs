//! How a recording gets into a file while its message runs.
//!
//! Each line is written when it happens, into a file with `.partial` at the end of its name, which gets its
//! own name when the message has ended. So a file with its own name is whole, and of a process that died
//! there is all that happened before.

use super::{
    CallLog, Ended, HostCall, Subject,
    lines::{Head, Line, VERSION},
};
use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// How many bytes of host calls a recording keeps. What comes after is cut, and the end still kept.
pub const MAX_CALLS_BYTES: u64 = 64 << 20;

/// How many bytes a recording keeps of message and code together, and of the output. Contracts are far
/// smaller (1 MiB, and 32 MiB of memory).
const MAX_DATA_BYTES: usize = 32 << 20;

/// What stands at the end of a file's name until its recording is whole.
const PARTIAL: &str = ".partial";

/// A recording that is being written.
pub struct RecordingWriter {
    file: File,
    path: PathBuf,
    /// How many bytes of calls may still come.
    left: u64,
    is_cut: bool,
    /// What went wrong first; nothing is written after that.
    failed: Option<io::Error>,
}

impl RecordingWriter {
    /// Begins the recording that will be at `path`, in place of a file that may be there.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn create(path: &Path, subject: Subject) -> io::Result<Self> {
        let file = File::create(partial(path))?;
        Self::begin(file, path, subject)
    }

    /// Tries whether there can be a recording at `path`. Nothing of it stays.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn try_create(path: &Path) -> io::Result<()> {
        if path.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        File::create(partial(path))?;
        fs::remove_file(partial(path))
    }

    /// Begins the recording that will be at `path`; none where there is one already, even one that is
    /// not whole.
    ///
    /// # Errors
    ///
    /// Those of the file system; [`io::ErrorKind::AlreadyExists`] for one.
    pub fn create_new(path: &Path, subject: Subject) -> io::Result<Self> {
        let file = OpenOptions::new().write(true).create_new(true).open(partial(path))?;
        if path.try_exists()? {
            fs::remove_file(partial(path))?;
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        Self::begin(file, path, subject)
    }

    fn begin(file: File, path: &Path, subject: Subject) -> io::Result<Self> {
        let path = path.to_owned();
        let mut writer = Self { file, path, left: MAX_CALLS_BYTES, is_cut: false, failed: None };
        let replacement = subject.replacement.as_deref().unwrap_or_default();
        let data = [&subject.code, &subject.message.input, replacement];
        let begun = is_small(data.iter().map(|data| data.len()).sum(), "message and code")
            .and_then(|()| writer.write(&Line::HebeRecording(Head { version: VERSION, subject })));
        match begun {
            Ok(()) => Ok(writer),
            Err(error) => {
                // It would be of no use.
                let _ = fs::remove_file(partial(&writer.path));
                Err(error)
            }
        }
    }

    /// Writes how the message ended, and gives the file its name. What could not be written whole is
    /// removed.
    ///
    /// # Errors
    ///
    /// The first that happened since the beginning.
    pub fn finish(mut self, ended: Ended) -> io::Result<()> {
        let done = match self.failed.take() {
            Some(error) => Err(error),
            None => is_small(ended.output.len(), "the bytes of the output")
                .and_then(|()| self.write(&Line::End(ended))),
        };
        let done = done.and_then(|()| fs::rename(partial(&self.path), &self.path));
        if done.is_err() {
            let _ = fs::remove_file(partial(&self.path));
        }
        done
    }

    #[cfg(test)]
    pub(super) fn keep_bytes(&mut self, bytes: u64) {
        self.left = bytes;
    }

    fn write(&mut self, line: &Line) -> io::Result<()> {
        self.file.write_all(&line.to_bytes())
    }

    fn write_call(&mut self, call: HostCall) -> io::Result<()> {
        let line = Line::Call(call).to_bytes();
        match self.left.checked_sub(line.len() as u64) {
            Some(left) => {
                self.left = left;
                self.file.write_all(&line)
            }
            None => {
                self.is_cut = true;
                self.write(&Line::Cut {})
            }
        }
    }
}

impl CallLog for RecordingWriter {
    fn note(&mut self, call: HostCall) {
        if self.is_cut || self.failed.is_some() {
            return;
        }
        if let Err(error) = self.write_call(call) {
            self.failed = Some(error);
        }
    }
}

fn is_small(size: usize, what: &str) -> io::Result<()> {
    if size <= MAX_DATA_BYTES {
        return Ok(());
    }
    let limit = MAX_DATA_BYTES >> 20;
    Err(io::Error::other(format!("{what} are larger than the {limit} MiB that are kept")))
}

/// The file's name while its recording is not whole.
fn partial(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(PARTIAL);
    name.into()
}
