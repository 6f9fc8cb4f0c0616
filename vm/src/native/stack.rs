//! Room on the native stack.
//!
//! A client may nest 1,024 messages through us on one thread, whose stack it chose. Each message's run
//! therefore makes sure of room first, and goes on in a segment of our own where there is none. A thread keeps
//! one segment for its next call: to map a fresh one costs ten times what an ordinary call does, and threads of
//! 2 MiB, which are common, need one for every call of compiled code. All others are given back when the run
//! ends.

use corosensei::{
    on_stack,
    stack::{DefaultStack, Stack as _},
};
use hebe_host::Fault;
use std::cell::{Cell, RefCell};

/// What a run and the client's callback within it may use before the next run looks again. A run in
/// an unoptimised build takes about 20 KiB; the rest is the client's.
const RED_ZONE_BYTES: usize = 256 << 10;

/// The size of a segment; the system backs it page by page, as it is used. Half of it is for the run that
/// needs it, the other for those that nest in it without needing one of their own.
const SEGMENT_BYTES: usize = 9 << 20;

/// The most that may be asked for.
pub(crate) const MOST_BYTES: usize = SEGMENT_BYTES / 2;

thread_local! {
    /// Where the segment ends that this thread runs on; 0 while it runs on a stack that is not ours.
    static LIMIT: Cell<usize> = const { Cell::new(0) };
    /// A segment that nobody runs on.
    static SPARE: RefCell<Option<DefaultStack>> = const { RefCell::new(None) };
}

/// Calls `run` with at least `bytes` of native stack, up to [`MOST_BYTES`], and 256 KiB more.
///
/// # Errors
///
/// [`Fault::Engine`] where the system has no memory for a stack.
pub(crate) fn with_room<T>(bytes: usize, run: impl FnOnce() -> T) -> Result<T, Fault> {
    debug_assert!(bytes <= MOST_BYTES, "a segment has no room for {bytes} bytes");
    if bytes_left() >= RED_ZONE_BYTES + bytes { Ok(run()) } else { on_segment(run) }
}

/// How much is left of the stack that this thread runs on, about.
fn bytes_left() -> usize {
    let mark = 0_u8;
    match LIMIT.get() {
        0 => stacker::remaining_stack().unwrap_or(0),
        limit => (&raw const mark).addr().saturating_sub(limit),
    }
}

/// Calls `run` on a segment.
fn on_segment<T>(run: impl FnOnce() -> T) -> Result<T, Fault> {
    let spare = SPARE.try_with(RefCell::take).unwrap_or_default();
    let mut stack = match spare {
        Some(stack) => stack,
        None => DefaultStack::new(SEGMENT_BYTES)
            .map_err(|error| Fault::Engine(format!("there is no memory for a stack: {error}")))?,
    };
    let back = Back(LIMIT.replace(stack.limit().get()));
    let ended = on_stack(&mut stack, run);
    drop(back);
    // At the end of a thread there is no place to keep it.
    let _ = SPARE.try_with(|spare| spare.replace(Some(stack)));
    Ok(ended)
}

/// Puts the limit back that was before, however a run ends.
struct Back(usize);

impl Drop for Back {
    fn drop(&mut self) {
        LIMIT.set(self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        panic::{AssertUnwindSafe, catch_unwind},
        thread,
    };

    /// Does `test` on a thread that has less stack than is asked for.
    fn on_small_thread(test: impl FnOnce() + Send + 'static) {
        let thread = thread::Builder::new().stack_size(1 << 20).spawn(test);
        thread.expect("a thread").join().expect("it ends well");
    }

    /// The address of something on the stack.
    fn here() -> usize {
        let mark = 0_u8;
        (&raw const mark).addr()
    }

    /// Uses so many bytes of the stack, and about as many when it is not optimised.
    fn with_used<T>(bytes: usize, run: impl FnOnce() -> T) -> T {
        let start = here();
        fn deeper<T>(until: usize, run: impl FnOnce() -> T) -> T {
            let used = std::hint::black_box([0_u8; 4096]);
            let ended = if here() < until { run() } else { deeper(until, run) };
            std::hint::black_box(used);
            ended
        }
        deeper(start - bytes, run)
    }

    #[test]
    fn there_is_room_as_asked() {
        on_small_thread(|| {
            let left = with_room(MOST_BYTES, || with_used(MOST_BYTES, bytes_left));
            assert!((1 << 17..SEGMENT_BYTES).contains(&left.unwrap()));
        });
    }

    #[test]
    fn where_there_is_room_nothing_changes() {
        on_small_thread(|| {
            let place = here();
            let within = with_room(0, here).unwrap();
            assert!(place - within < 64 << 10);
            let (outer, inner) =
                with_room(MOST_BYTES, || (here(), with_room(1 << 20, here).unwrap())).unwrap();
            assert!(outer - inner < 64 << 10);
            assert_eq!(LIMIT.get(), 0);
        });
    }

    #[test]
    fn a_thread_keeps_one_segment() {
        on_small_thread(|| {
            let segment = || LIMIT.get();
            let nested = || with_used(MOST_BYTES, || with_room(MOST_BYTES, segment).unwrap());
            let (outer, inner) = with_room(MOST_BYTES, || (segment(), nested())).unwrap();
            assert_ne!(outer, inner);
            // The outer one came back last.
            assert_eq!(with_room(MOST_BYTES, segment), Ok(outer));
            assert_eq!(with_room(MOST_BYTES, segment), Ok(outer));
        });
    }

    #[test]
    fn a_panic_comes_through() {
        on_small_thread(|| {
            let before = bytes_left();
            let run = || with_room(MOST_BYTES, || panic!("as it is meant to"));
            assert!(catch_unwind(AssertUnwindSafe(run)).is_err());
            assert_eq!(LIMIT.get(), 0);
            // The system may have given a larger stack than was asked for.
            assert!(bytes_left() <= before);
            with_room(MOST_BYTES, || assert!(bytes_left() > MOST_BYTES)).unwrap();
        });
    }

    /// 100 levels, each at the end of its room: more than ten times what a segment holds.
    #[test]
    fn runs_nest() {
        fn level(number: u32) -> u32 {
            if number == 0 {
                return 0;
            }
            with_used(1 << 20, || with_room(1 << 20, || level(number - 1)).unwrap() + 1)
        }
        on_small_thread(|| assert_eq!(with_room(MOST_BYTES, || level(100)).unwrap(), 100));
    }
}
