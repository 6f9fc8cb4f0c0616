//! Room on the native stack.
//!
//! A client may nest 1,024 messages through us on one thread, whose stack it chose. Each message's
//! run therefore makes sure of room first, and goes on in a fresh segment where there is none; the
//! segment is given back when the run ends.

/// What a run and the client's callback within it may use before the next run looks again. A run in
/// an unoptimised build takes about 20 KiB; the rest is the client's.
const RED_ZONE_BYTES: usize = 256 * 1024;

/// The size of a fresh segment, beyond what is asked for; the system backs it page by page, as it is
/// used.
const SEGMENT_BYTES: usize = 4 * 1024 * 1024;

/// Calls `run` with at least `bytes` of native stack, and [`RED_ZONE_BYTES`] more.
pub(crate) fn with_room<T>(bytes: usize, run: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(RED_ZONE_BYTES + bytes, SEGMENT_BYTES + bytes, run)
}
