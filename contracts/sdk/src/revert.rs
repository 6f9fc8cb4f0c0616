//! Ending a call so that nothing of it stays, with a reason for who called.
//!
//! A panic with a fixed text, an overflow of arithmetic among them, reverts with this text as the reason, so `unwrap` on what
//! can't fail and plain `+` are fine in a contract.

use crate::abi::Encode;
#[cfg(target_arch = "wasm32")]
use crate::raw;
use alloc::vec::Vec;

/// Selector of `Error(string)`, the error that carries a reason in Solidity.
const ERROR: [u8; 4] = [0x08, 0xc3, 0x79, 0xa0];

/// Selector of `Panic(uint256)`, and the number in it for a failed assertion: what a panic without a
/// fixed text reverts with.
#[cfg(target_arch = "wasm32")]
const PANIC: ([u8; 4], u8) = ([0x4e, 0x48, 0x7b, 0x71], 0x01);

/// An error with a name and fields, made with `#[derive(CustomError)]`: smaller than a text, and readable by programs.
pub trait CustomError {
    /// The first four bytes of its encoding: the hash of its signature.
    const SELECTOR: [u8; 4];

    /// Its entry of the interface, JSON.
    const JSON: &'static str;

    /// Appends its fields, encoded.
    fn encode_fields(&self, out: &mut Vec<u8>);

    /// Reverts with this error.
    fn revert(&self) -> ! {
        let mut data = Vec::from(Self::SELECTOR);
        self.encode_fields(&mut data);
        revert_with(&data)
    }
}

/// Reverts with `Error(reason)`.
#[cold]
#[inline(never)]
pub fn revert(reason: &str) -> ! {
    let mut data = Vec::from(ERROR);
    (reason,).encode(&mut data);
    revert_with(&data)
}

/// Reverts with these bytes as they are.
pub fn revert_with(data: &[u8]) -> ! {
    // In a native test the reason is what a test wants to see.
    #[cfg(not(target_arch = "wasm32"))]
    panic!("reverted with {data:02x?}");
    // SAFETY: the slice's bytes are read.
    #[cfg(target_arch = "wasm32")]
    unsafe {
        raw::revert(data.as_ptr(), data.len())
    }
}

/// Whether a text has something like `{n}` in it, as texts have that are to be formatted.
#[doc(hidden)]
pub const fn has_placeholder(text: &str) -> bool {
    let text = text.as_bytes();
    let mut index = 0;
    while index + 1 < text.len() {
        if text[index] == b'{' {
            let next = text[index + 1];
            if next == b'{' {
                index += 1;
            } else if next == b'}' || next == b':' || next == b'_' || next.is_ascii_alphanumeric() {
                return true;
            }
        }
        index += 1;
    }
    false
}

/// Reverts with a reason unless the condition holds: `require!(amount <= balance, "insufficient balance")`.
///
/// Instead of a reason, a [`CustomError`] may be given.
#[macro_export]
macro_rules! require {
    ($condition:expr, $reason:literal $(,)?) => {{
        const {
            ::core::assert!(
                !$crate::revert::has_placeholder($reason),
                "a reason is a fixed text, and `{{...}}` in it is not filled in: revert with a `CustomError`, whose \
                 fields carry values"
            )
        };
        if !$condition {
            $crate::revert::revert($reason)
        }
    }};
    ($condition:expr, $reason:literal, $($values:tt)+) => {
        ::core::compile_error!(
            "a reason is a fixed text: revert with a `CustomError`, whose fields carry values"
        )
    };
    ($condition:expr, $error:expr $(,)?) => {
        if !$condition {
            $crate::revert::CustomError::revert(&$error)
        }
    };
}

#[cfg(target_arch = "wasm32")]
#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    // Looking at the text keeps all that the compiler has to say about panics in the binary: 0.5 KB, or 3 KB where numbers
    // are formatted.
    #[cfg(feature = "panic-reasons")]
    if let Some(reason) = info.message().as_str() {
        revert(reason);
    }
    let _ = info;
    let mut data = [0; 36];
    data[..4].copy_from_slice(&PANIC.0);
    data[35] = PANIC.1;
    revert_with(&data)
}
