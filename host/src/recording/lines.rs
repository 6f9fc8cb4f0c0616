//! What a recording looks like in a file: a line of JSON for each thing that happened.
//!
//! docs/recordings.md describes it for readers outside of this project.

use super::{Ended, HostCall, Recording, Subject, form};
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    iter,
    path::{Path, PathBuf},
};

/// The version of the format that is written, and the only one that is read.
pub const VERSION: u32 = 1;

/// The largest file that is read, in bytes.
pub const MAX_FILE_BYTES: u64 = 256 << 20;

/// A line of the file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Line {
    /// The first.
    HebeRecording(Head),
    /// A call of the host.
    Call(HostCall),
    /// More calls than are kept.
    Cut {},
    /// The last.
    End(Ended),
}

impl Line {
    /// The line, with its end.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut text = serde_json::to_vec(self)
            .unwrap_or_else(|error| unreachable!("nothing in it that JSON has not: {error}"));
        text.push(b'\n');
        text
    }
}

/// What stands in the first line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    pub(super) version: u32,
    pub(super) subject: Subject,
}

/// A recording could not be read.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// The file system refused.
    #[error("can't read the recording {path}: {error}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The file's content is not a recording.
    #[error("the recording {path} can't be used: {problem}")]
    Content {
        /// The file.
        path: PathBuf,
        /// Which line and field, and what is wrong with it.
        problem: String,
    },
}

impl Recording {
    /// Reads a recording from a file.
    ///
    /// # Errors
    ///
    /// [`RecordingError`] names the file, and the line and field that are wrong.
    pub fn load(path: &Path) -> Result<Self, RecordingError> {
        let io_error = |error| RecordingError::Io { path: path.to_owned(), error };
        let file = File::open(path).map_err(io_error)?;
        match Self::read(&mut BufReader::new(file)) {
            Ok(recording) => Ok(recording),
            Err(Problem::Io(error)) => Err(io_error(error)),
            Err(Problem::Content(problem)) => {
                Err(RecordingError::Content { path: path.to_owned(), problem })
            }
        }
    }

    /// Reads a recording from the bytes of a file.
    ///
    /// # Errors
    ///
    /// A sentence that names the line and the field.
    pub fn parse(mut bytes: &[u8]) -> Result<Self, String> {
        Self::read(&mut bytes).map_err(|problem| problem.to_string())
    }

    /// The bytes of a file of it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let head = Head { version: VERSION, subject: self.subject.clone() };
        let lines = iter::once(Line::HebeRecording(head))
            .chain(self.calls.iter().cloned().map(Line::Call))
            .chain(self.is_cut.then_some(Line::Cut {}))
            .chain(self.ended.clone().map(Line::End));
        lines.flat_map(|line| line.to_bytes()).collect()
    }

    fn read(source: &mut dyn BufRead) -> Result<Self, Problem> {
        let foreign = || {
            Problem::Content(
                "it is not a recording of Hebe, whose first line begins with \
                 {\"hebe_recording\":"
                    .to_owned(),
            )
        };
        // Something else may be large, or have no end at all.
        if !source.fill_buf().map_err(Problem::Io)?.starts_with(b"{") {
            return Err(foreign());
        }
        let mut source = source.take(MAX_FILE_BYTES + 1);
        let mut read = 0;
        let mut line = Vec::new();
        let mut recording: Option<Self> = None;
        for number in 1.. {
            line.clear();
            read += source.read_until(b'\n', &mut line).map_err(Problem::Io)? as u64;
            if read > MAX_FILE_BYTES {
                let problem = format!("it is longer than {MAX_FILE_BYTES} bytes");
                return Err(Problem::Content(problem));
            }
            if line.is_empty() {
                break;
            }
            let wrong = |problem: String| Problem::Content(format!("line {number}{problem}"));
            match &mut recording {
                None => recording = Some(first(&line).ok_or_else(foreign)?.map_err(wrong)?),
                Some(recording) => recording.add(&line).map_err(wrong)?,
            }
        }
        recording.ok_or_else(foreign)
    }

    /// Adds what a line tells.
    fn add(&mut self, bytes: &[u8]) -> Result<(), String> {
        let line = parse(bytes).map_err(|problem| {
            if bytes.ends_with(b"\n") {
                return problem;
            }
            ": it is cut off; without it, the lines before can be used".to_owned()
        })?;
        if self.ended.is_some() {
            return Err(": nothing can follow the end".to_owned());
        }
        match line {
            Line::HebeRecording(_) => return Err(": a second recording begins here".to_owned()),
            Line::Call(_) | Line::Cut {} if self.is_cut => {
                return Err(": only the end can follow a cut".to_owned());
            }
            Line::Call(call) => {
                if let Err(kind) = call.answer.fits(&call.ask) {
                    let (asked, _) = call.ask.parts();
                    return Err(format!(
                        ", field call.answer: {asked} is answered with `{kind}` or `fault`"
                    ));
                }
                self.calls.push(call);
            }
            Line::Cut {} => self.is_cut = true,
            Line::End(ended) => self.ended = Some(ended),
        }
        Ok(())
    }
}

/// A recording that begins with this line; `None` if it is no recording at all.
fn first(bytes: &[u8]) -> Option<Result<Recording, String>> {
    /// What every version has.
    #[derive(Deserialize)]
    struct AnyVersion {
        hebe_recording: serde_json::Value,
    }
    let head = match parse::<Line>(bytes) {
        Ok(Line::HebeRecording(head)) => Ok(head),
        Ok(_) => return None,
        Err(problem) => match serde_json::from_slice::<AnyVersion>(bytes) {
            Ok(other) => {
                let version = other.hebe_recording.get("version").cloned();
                match version {
                    Some(version) if version != VERSION => {
                        return Some(Err(unknown_version(&version)));
                    }
                    _ => Err(problem),
                }
            }
            // It may be a damaged one.
            Err(_) if bytes.starts_with(b"{\"hebe_recording\"") => Err(problem),
            Err(_) => return None,
        },
    };
    Some(head.and_then(|head| {
        if head.version != VERSION {
            return Err(unknown_version(&head.version));
        }
        Ok(Recording { subject: head.subject, calls: Vec::new(), is_cut: false, ended: None })
    }))
}

fn unknown_version(version: &dyn fmt::Display) -> String {
    let version = form::clip(&version.to_string());
    format!(", field hebe_recording.version: it is {version}, and only {VERSION} can be read")
}

/// Reads a line.
///
/// # Errors
///
/// Where in the line, and what is wrong.
fn parse<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let parsed = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let field = error.path().to_string();
        let field = if field == "." { String::new() } else { format!(", field {field}") };
        let error = error.into_inner();
        format!("{}{field}: {}", column(&error), without_place(&error))
    })?;
    json.end().map_err(|error| format!("{}: {}", column(&error), without_place(&error)))?;
    Ok(parsed)
}

fn column(error: &serde_json::Error) -> String {
    match error.column() {
        // Nothing was there.
        0 => String::new(),
        column => format!(", column {column}"),
    }
}

/// The text of an error without its place: within one line, "line 1" would mislead.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((what, _)) => what.to_owned(),
        None => text,
    }
}

/// Why a recording could not be read, before its file has a name.
enum Problem {
    Io(io::Error),
    Content(String),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "{error}"),
            Self::Content(problem) => f.write_str(problem),
        }
    }
}
