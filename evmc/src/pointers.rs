//! How memory that C points at is read: the only place where a pointer and a size become a slice.

use std::ffi::{CStr, c_char};

/// The most bytes that one pointer may stand for: 1 GiB. Gas limits what a contract can return or be
/// called with to far less, so a larger size is a mistake on the other side, and reading or
/// copying that much would end the client's process.
pub(crate) const MAX_BYTES: usize = 1 << 30;

/// A pointer and a size that can't be memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadArray {
    #[error("a null pointer with a size of {0}")]
    Null(usize),
    #[error("a size of {0}, more than {max} bytes", max = MAX_BYTES)]
    TooLarge(usize),
    #[error("{0} bytes, for which there is no memory")]
    NoMemory(usize),
}

/// The `count` values at `pointer`. With a count of 0 the pointer is not looked at.
///
/// # Safety
///
/// Unless it is null, `pointer` must be aligned, and if `count` values fit into [`MAX_BYTES`], they
/// must be readable and unchanged for `'a`.
pub(crate) unsafe fn array<'a, T>(pointer: *const T, count: usize) -> Result<&'a [T], BadArray> {
    if count == 0 {
        return Ok(&[]);
    }
    if pointer.is_null() {
        return Err(BadArray::Null(count));
    }
    if count.checked_mul(size_of::<T>()).is_none_or(|bytes| bytes > MAX_BYTES) {
        return Err(BadArray::TooLarge(count));
    }
    // SAFETY: not null, and small enough for a slice; the caller promises that it can be read.
    Ok(unsafe { std::slice::from_raw_parts(pointer, count) })
}

/// A copy of `bytes`, or an error where others would abort the process for want of memory.
pub(crate) fn copy(bytes: &[u8]) -> Result<Vec<u8>, BadArray> {
    let mut copy = buffer(bytes.len())?;
    copy.copy_from_slice(bytes);
    Ok(copy)
}

/// `size` zero bytes, at most [`MAX_BYTES`].
pub(crate) fn buffer(size: usize) -> Result<Vec<u8>, BadArray> {
    if size > MAX_BYTES {
        return Err(BadArray::TooLarge(size));
    }
    let mut buffer = Vec::new();
    buffer.try_reserve_exact(size).map_err(|_| BadArray::NoMemory(size))?;
    buffer.resize(size, 0);
    Ok(buffer)
}

/// The value at `pointer`; `None` where it is null.
///
/// # Safety
///
/// Unless it is null, `pointer` must be aligned and point at a value that is unchanged for `'a`.
pub(crate) unsafe fn value<'a, T>(pointer: *const T) -> Option<&'a T> {
    // SAFETY: `as_ref` checks for null; the caller promises the rest.
    unsafe { pointer.as_ref() }
}

/// The text at `pointer`; `None` where it is null or not UTF-8.
///
/// # Safety
///
/// Unless it is null, `pointer` must point at bytes up to a zero byte, unchanged for `'a`.
pub(crate) unsafe fn text<'a>(pointer: *const c_char) -> Option<&'a str> {
    if pointer.is_null() {
        return None;
    }
    // SAFETY: not null; the caller promises the rest.
    unsafe { CStr::from_ptr(pointer) }.to_str().ok()
}

/// The pointer to hand to C for `bytes`: null where they are empty, as Rust's own pointer to an empty
/// slice points nowhere.
pub(crate) fn pointer_to(bytes: &[u8]) -> *const u8 {
    if bytes.is_empty() { std::ptr::null() } else { bytes.as_ptr() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ptr::{dangling, null};

    #[test]
    fn a_size_of_zero_needs_no_pointer() {
        // SAFETY: nothing is read.
        assert_eq!(unsafe { array::<u8>(null(), 0) }, Ok(&[][..]));
        // SAFETY: nothing is read.
        assert_eq!(unsafe { array::<u8>(dangling(), 0) }, Ok(&[][..]));
    }

    #[test]
    fn null_and_absurd_sizes_are_refused_unread() {
        // SAFETY: null may come with any count.
        assert_eq!(unsafe { array::<u8>(null(), 1) }, Err(BadArray::Null(1)));
        for size in [MAX_BYTES + 1, usize::MAX / 2 + 1, usize::MAX] {
            // SAFETY: such counts make no promise about the pointer.
            assert_eq!(unsafe { array::<u8>(dangling(), size) }, Err(BadArray::TooLarge(size)));
        }
        let count = MAX_BYTES / 32 + 1;
        // SAFETY: the values would not fit into MAX_BYTES.
        assert_eq!(unsafe { array::<[u8; 32]>(dangling(), count) }, Err(BadArray::TooLarge(count)));
    }

    #[test]
    fn what_is_there_is_read() {
        let bytes = [1, 2, 3];
        // SAFETY: the array outlives the slice.
        assert_eq!(unsafe { array(bytes.as_ptr(), 2) }, Ok(&bytes[..2]));
        // SAFETY: the literal ends with a zero byte.
        assert_eq!(unsafe { text(c"hebe".as_ptr()) }, Some("hebe"));
        // SAFETY: as above.
        assert_eq!(unsafe { text(c"\xff".as_ptr()) }, None);
    }
}
