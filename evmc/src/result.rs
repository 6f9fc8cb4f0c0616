//! How results cross the border: who owns their memory, and which of them can't be true.

use crate::{
    abi::{Abi, Field, evmc_result},
    convert,
    pointers::{self, BadArray},
};
use hebe_host::{CallResult, StatusCode};

/// A result from the other side that can't be true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadResult {
    #[error("status {0}, which EVMC does not have")]
    Status(i32),
    #[error("{left} gas left, of {gas} that there were")]
    GasLeft { left: i64, gas: i64 },
    #[error("an output with {0}")]
    Output(BadArray),
}

/// A result that C gave us. Released when dropped, whatever happens in between.
pub(crate) struct Received<A: Abi>(evmc_result<A>);

impl<A: Abi> Received<A> {
    /// Takes over `result`.
    ///
    /// # Safety
    ///
    /// Until `release` is called, `output_data` must fit [`pointers::array`] with `output_size`.
    /// `release`, if there is one, must be callable once, with a pointer to a copy of `result`.
    pub(crate) unsafe fn new(result: evmc_result<A>) -> Self {
        Self(result)
    }

    /// The structure, as it came.
    pub(crate) fn as_c(&self) -> &evmc_result<A> {
        &self.0
    }

    /// The result in our own memory, where it can be true of a message that had `gas`.
    ///
    /// Gas left after a failure is accepted: hosts give it back when a call does not even start, for
    /// want of balance or depth. A refund counts after success only and else becomes 0.
    pub(crate) fn read(&self, gas: i64) -> Result<CallResult, BadResult> {
        let c = &self.0;
        let status =
            StatusCode::from_number(c.status_code).ok_or(BadResult::Status(c.status_code))?;
        if c.gas_left < 0 || c.gas_left > gas {
            return Err(BadResult::GasLeft { left: c.gas_left, gas });
        }
        // SAFETY: promised to `new`, and `release` is called by `drop` only.
        let output = unsafe { pointers::array(c.output_data, c.output_size) };
        Ok(CallResult {
            status,
            gas_left: c.gas_left,
            gas_refund: match status {
                StatusCode::Success => c.gas_refund.get().unwrap_or_default(),
                _ => 0,
            },
            output: output.and_then(pointers::copy).map_err(BadResult::Output)?,
            create_address: convert::address(c.create_address.get().unwrap_or_default()),
        })
    }
}

impl<A: Abi> Drop for Received<A> {
    fn drop(&mut self) {
        if let Some(release) = self.0.release {
            // SAFETY: promised to `new`; this is the only call.
            unsafe { release(&self.0) }
        }
    }
}

/// The result for C. Its output is ours until `release` is called with it.
pub(crate) fn to_c<A: Abi>(result: CallResult) -> evmc_result<A> {
    let (output_data, output_size, release) = if result.output.is_empty() {
        (std::ptr::null(), 0, None)
    } else {
        let output = Box::leak(result.output.into_boxed_slice());
        (output.as_ptr(), output.len(), Some(release_output::<A> as _))
    };
    evmc_result {
        status_code: result.status.number(),
        gas_left: result.gas_left,
        gas_refund: Field::new(result.gas_refund),
        output_data,
        output_size,
        release,
        create_address: Field::new(convert::address_to_c(result.create_address)),
        ..Default::default()
    }
}

/// A result that is nothing but a status.
pub(crate) fn status_only<A: Abi>(status: StatusCode) -> evmc_result<A> {
    evmc_result { status_code: status.number(), ..Default::default() }
}

/// `evmc_result::release` of every result that [`to_c`] gave an output.
///
/// # Safety
///
/// `result` must be null or point at such a result or a copy of it, not released before.
unsafe extern "C" fn release_output<A: Abi>(result: *const evmc_result<A>) {
    // SAFETY: the caller's promise.
    let Some(result) = (unsafe { pointers::value(result) }) else { return };
    let output =
        std::ptr::slice_from_raw_parts_mut(result.output_data.cast_mut(), result.output_size);
    if !output.is_null() {
        // SAFETY: `to_c` made pointer and size from a box, and EVMC lets nobody change or release
        // them twice.
        drop(unsafe { Box::from_raw(output) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::{Abi9, Abi12};
    use hebe_host::Address;
    use std::{
        ptr::{dangling, null},
        sync::atomic::{AtomicU32, Ordering},
    };

    fn success(output: &[u8]) -> CallResult {
        CallResult {
            status: StatusCode::Success,
            gas_left: 5,
            gas_refund: -7,
            output: output.to_vec(),
            create_address: Address::repeat_byte(9),
        }
    }

    /// What becomes of a result of a message with 10 gas, after a change to it.
    fn read(change: impl FnOnce(&mut evmc_result)) -> Result<CallResult, BadResult> {
        let mut c = to_c(success(b""));
        change(&mut c);
        // SAFETY: no test gives an output that is neither static nor refused.
        unsafe { Received::new(c) }.read(10)
    }

    #[test]
    fn results_survive_the_way_there_and_back() {
        for output in [&b""[..], b"output"] {
            let c = to_c::<Abi12>(success(output));
            assert_eq!(c.output_data.is_null(), output.is_empty());
            assert_eq!(c.release.is_some(), !output.is_empty());
            // SAFETY: `c` is fresh from `to_c`.
            let received = unsafe { Received::new(c) };
            assert_eq!(received.read(10), Ok(success(output)));
        }
    }

    #[test]
    fn abi_9_has_no_room_for_a_refund() {
        // SAFETY: `to_c` made it.
        let received = unsafe { Received::<Abi9>::new(to_c(success(b""))) };
        assert_eq!(received.read(10), Ok(CallResult { gas_refund: 0, ..success(b"") }));
    }

    #[test]
    fn results_that_cannot_be_true_are_refused() {
        assert_eq!(read(|c| c.status_code = 99), Err(BadResult::Status(99)));
        assert_eq!(read(|c| c.status_code = -4), Err(BadResult::Status(-4)));
        assert_eq!(read(|c| c.gas_left = -1), Err(BadResult::GasLeft { left: -1, gas: 10 }));
        assert_eq!(read(|c| c.gas_left = 11), Err(BadResult::GasLeft { left: 11, gas: 10 }));
        assert_eq!(read(|c| c.gas_left = 10).map(|result| result.gas_left), Ok(10));
        let bad =
            |pointer, size| read(|c| (c.output_data, c.output_size) = (pointer, size)).unwrap_err();
        assert_eq!(bad(null(), 1), BadResult::Output(BadArray::Null(1)));
        let absurd = BadResult::Output(BadArray::TooLarge(usize::MAX));
        assert_eq!(bad(dangling(), usize::MAX), absurd);
    }

    #[test]
    fn a_refund_is_for_success_only() {
        assert_eq!(read(|_| ()).unwrap().gas_refund, -7);
        let reverted = read(|c| c.status_code = 2).unwrap();
        assert_eq!((reverted.gas_left, reverted.gas_refund), (5, 0));
    }

    #[test]
    fn a_call_that_did_not_start_gives_its_gas_back() {
        assert_eq!(read(|c| c.status_code = 17).unwrap().gas_left, 5);
    }

    #[test]
    fn what_is_received_is_released_once_even_if_it_is_refused() {
        static RELEASED: AtomicU32 = AtomicU32::new(0);
        unsafe extern "C" fn count(result: *const evmc_result) {
            assert!(!result.is_null());
            RELEASED.fetch_add(1, Ordering::Relaxed);
        }
        read(|c| c.release = Some(count)).unwrap();
        assert_eq!(RELEASED.load(Ordering::Relaxed), 1);
        let refused = read(|c| {
            c.release = Some(count);
            c.status_code = 99;
        });
        assert_eq!(refused, Err(BadResult::Status(99)));
        assert_eq!(RELEASED.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn releasing_nothing_is_allowed() {
        // SAFETY: null is allowed.
        unsafe { release_output::<Abi12>(null()) };
        // SAFETY: so is a result without output.
        unsafe { release_output::<Abi12>(&status_only(StatusCode::Rejected)) };
    }
}
