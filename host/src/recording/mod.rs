//! Recordings: one message with everything that decides how it ends.
//!
//! A contract sees nothing but its message, its code, and what its chain answers. A [`Recorder`] stands
//! between a contract and its [`Host`](crate::Host) and notes each question with its answer; a
//! [`Replayer`] gives the same answers again without any chain, on whichever engine or VM, and tells the
//! first [`Difference`]. A nested message is one answer: what it did inside is another recording's matter.
//!
//! | file | question |
//! |---|---|
//! | `exchange` | what can a host be asked, and answer? |
//! | `message` | what is kept of a message? |
//! | `asked` | how are all functions of a host one? |
//! | `recorder` | how is a host listened to? |
//! | `replayer` | how are the answers given again? |
//! | `difference` | where do two runs part, in a sentence? |
//! | `recording` | what is a recording, as a value? |
//! | `lines`, `form` | what does it look like in a file? (docs/recordings.md) |
//! | `writer` | how does it get into a file while the message runs? |

mod asked;
mod difference;
mod exchange;
pub(crate) mod form;
mod lines;
mod message;
mod recorder;
#[expect(clippy::module_inception, reason = "the value that this module is about")]
mod recording;
mod replayer;
mod writer;

pub use difference::Difference;
pub use exchange::{Answer, HostCall, Question};
pub use lines::{MAX_FILE_BYTES, RecordingError, VERSION};
pub use message::OwnedMessage;
pub use recorder::{CallLog, Recorder};
pub use recording::{Ended, Recording, Subject};
pub use replayer::{Replayer, Told};
pub use writer::{MAX_CALLS_BYTES, RecordingWriter};

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
