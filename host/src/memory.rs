//! How guest memory is read and written.

use crate::{Address, Bytes32, Failure};
use std::ops::Range;

/// A contract's linear memory, as engines show it to host functions. Every access is checked;
/// offsets and lengths are in bytes.
pub trait GuestMemory {
    /// The whole memory.
    fn bytes(&self) -> &[u8];

    /// A range of it, to write to; it comes from [`GuestMemory::range`].
    fn slice_mut(&mut self, range: Range<usize>) -> &mut [u8];

    /// The range of `length` bytes from `offset` on.
    ///
    /// # Errors
    ///
    /// [`Failure::InvalidMemoryAccess`] unless `offset + length <= size`, for a length of zero too.
    fn range(&self, offset: u32, length: u32) -> Result<Range<usize>, Failure> {
        checked_range(offset, length as usize, self.bytes().len())
    }

    /// The `length` bytes from `offset` on; errors as [`GuestMemory::range`].
    fn read(&self, offset: u32, length: u32) -> Result<&[u8], Failure> {
        let range = self.range(offset, length)?;
        Ok(&self.bytes()[range])
    }

    /// Puts `bytes` at `offset`; errors as [`GuestMemory::range`].
    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Failure> {
        let range = checked_range(offset, bytes.len(), self.bytes().len())?;
        self.slice_mut(range).copy_from_slice(bytes);
        Ok(())
    }

    /// The address at `offset`: 20 bytes as they are.
    fn read_address(&self, offset: u32) -> Result<Address, Failure> {
        self.read(offset, 20).map(Address::from_slice)
    }

    /// The hash or storage word at `offset`: 32 bytes as they are.
    fn read_bytes32(&self, offset: u32) -> Result<Bytes32, Failure> {
        self.read(offset, 32).map(Bytes32::from_slice)
    }

    /// The number at `offset`: 16 bytes, little-endian.
    fn read_u128(&self, offset: u32) -> Result<u128, Failure> {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(self.read(offset, 16)?);
        Ok(u128::from_le_bytes(bytes))
    }
}

/// The range of `length` bytes from `offset` on in something of `size` bytes.
///
/// # Errors
///
/// [`Failure::InvalidMemoryAccess`] unless `offset + length <= size`, for a length of zero too.
pub(crate) fn checked_range(
    offset: u32,
    length: usize,
    size: usize,
) -> Result<Range<usize>, Failure> {
    let start = offset as usize;
    match start.checked_add(length) {
        Some(end) if end <= size => Ok(start..end),
        _ => Err(Failure::InvalidMemoryAccess),
    }
}

impl GuestMemory for &mut [u8] {
    fn bytes(&self) -> &[u8] {
        self
    }

    fn slice_mut(&mut self, range: Range<usize>) -> &mut [u8] {
        &mut self[range]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_may_end_where_the_memory_ends() {
        assert_eq!(checked_range(0, 8, 8), Ok(0..8));
        assert_eq!(checked_range(8, 0, 8), Ok(8..8));
        assert_eq!(checked_range(7, 2, 8), Err(Failure::InvalidMemoryAccess));
        assert_eq!(checked_range(9, 0, 8), Err(Failure::InvalidMemoryAccess));
    }

    #[test]
    fn a_range_does_not_wrap_around() {
        assert_eq!(checked_range(u32::MAX, 1, 8), Err(Failure::InvalidMemoryAccess));
        assert_eq!(checked_range(u32::MAX, usize::MAX, 8), Err(Failure::InvalidMemoryAccess));
    }

    #[test]
    fn numbers_are_little_endian_and_byte_strings_as_they_are() {
        let mut bytes = [0u8; 64];
        bytes[0] = 1;
        let memory = &mut bytes[..];
        assert_eq!(memory.read_u128(0), Ok(1));
        assert_eq!(memory.read_bytes32(0).unwrap().0[0], 1);
        assert_eq!(memory.read_address(0).unwrap().0[0], 1);
        assert_eq!(memory.read_u128(49), Err(Failure::InvalidMemoryAccess));
    }
}
