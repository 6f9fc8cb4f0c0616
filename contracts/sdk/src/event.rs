//! Events: what a contract writes to the chain's log.

use crate::{Word, abi::Encode, raw};
use alloc::vec::Vec;

/// An event, made with `#[derive(Event)]`: fields marked `#[indexed]` become topics, the others its data.
pub trait Event {
    /// The hash of its signature: the first topic.
    const TOPIC: Word;

    /// Its entry of the interface, JSON.
    const JSON: &'static str;

    /// Writes it to the log.
    fn emit(&self);
}

/// What can be a topic.
pub trait Topic {
    /// The topic: the value's word, or the hash of what has no fixed size.
    fn topic(&self) -> Word;
}

/// Writes data and up to four topics to the log.
pub fn log(topics: &[Word], data: &[u8]) {
    let topic = |index: usize| topics.get(index).map_or(core::ptr::null(), |word| word.as_ptr());
    // SAFETY: the slice's bytes are read, and 32 of each topic that there is.
    unsafe {
        raw::log(
            data.as_ptr(),
            data.len(),
            topics.len() as i32,
            topic(0),
            topic(1),
            topic(2),
            topic(3),
        );
    }
}

/// Writes an event: what the derived [`Event::emit`] calls.
#[doc(hidden)]
pub fn emit(topics: &[Word], fields: &impl Encode) {
    let mut data = Vec::new();
    fields.encode(&mut data);
    log(topics, &data);
}
