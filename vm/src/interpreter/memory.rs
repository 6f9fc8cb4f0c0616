//! A contract's linear memory.
//!
//! It knows which of its parts were written to, so that exactly these are put back before the next call: the machine
//! notes each store, and everything else goes through [`Memory::write`] and the like.

use hebe_host::{Failure, Fault, GuestMemory};
use memmap2::MmapMut;
use std::ops::Range;

/// A page of a contract's memory, in bytes.
pub(crate) const PAGE_BYTES: usize = 64 << 10;

/// What is noted as written to: parts of so many bytes.
pub(crate) const PART_BYTES: usize = 1 << PART_BITS;
pub(crate) const PART_BITS: u32 = 12;

/// The widest store, in bytes. Only the part in which a store begins is noted, so the first bytes of the part behind
/// count as written to as well.
const WIDEST_STORE_BYTES: usize = 8;

/// What is in a memory at first.
pub(crate) struct Data {
    /// Where.
    pub(crate) at: usize,
    /// Which bytes of the code.
    pub(crate) bytes: Range<usize>,
}

/// A linear memory.
pub(crate) struct Memory {
    /// What the system has given, zeroed; at least as large as the memory.
    bytes: MmapMut,
    /// The size of the memory, in bytes.
    length: usize,
    /// What it may become, in bytes.
    most: usize,
    /// For each part, whether it was written to; 0 is no.
    written: Vec<u8>,
}

impl Memory {
    /// A memory of zeros, of so many pages, that may grow to `maximum` pages.
    ///
    /// # Errors
    ///
    /// [`Fault::Engine`] where the system has no memory.
    pub(crate) fn new(pages: u32, maximum: u32) -> Result<Self, Fault> {
        let (length, most) = (pages as usize * PAGE_BYTES, maximum as usize * PAGE_BYTES);
        Ok(Self { bytes: zeros(length)?, length, most, written: vec![0; length / PART_BYTES + 1] })
    }

    /// Its size, in pages.
    pub(crate) fn pages(&self) -> u32 {
        u32::try_from(self.length / PAGE_BYTES).unwrap_or(u32::MAX)
    }

    /// What it may become, in pages.
    pub(crate) fn maximum(&self) -> u32 {
        u32::try_from(self.most / PAGE_BYTES).unwrap_or(u32::MAX)
    }

    /// Grows by so many pages, if that is within the maximum: gives the size before, in pages.
    ///
    /// # Errors
    ///
    /// As [`Memory::new`]. The contract must not see that as a growth that failed.
    pub(crate) fn grow(&mut self, pages: u32) -> Result<Option<u32>, Fault> {
        let before = self.pages();
        let length = self.length + pages as usize * PAGE_BYTES;
        if length > self.most {
            return Ok(None);
        }
        if length > self.bytes.len() {
            // All that it may become, so that this happens once. The system backs only what is used.
            let mut bytes = zeros(self.most)?;
            let parts = bytes.chunks_exact_mut(PART_BYTES).zip(self.bytes.chunks_exact(PART_BYTES));
            for (to, from) in parts {
                // What is written to is backed by the system, and stays so while the instance waits.
                if from.iter().any(|byte| *byte != 0) {
                    to.copy_from_slice(from);
                }
            }
            self.bytes = bytes;
        }
        self.length = length;
        self.written.resize(length / PART_BYTES + 1, 0);
        Ok(Some(before))
    }

    /// Where it begins, its size, and where writes to it are noted. Valid until it grows.
    pub(crate) fn raw(&mut self) -> (*mut u8, usize, *mut u8) {
        (self.bytes.as_mut_ptr(), self.length, self.written.as_mut_ptr())
    }

    /// The range of `length` bytes from `start` on, to be written to.
    pub(crate) fn writable(&mut self, start: u64, length: u64) -> Result<&mut [u8], Failure> {
        let range = self.checked(start, length)?;
        self.note(range.clone());
        Ok(&mut self.bytes[range])
    }

    /// Copies within the memory; the ranges may overlap.
    pub(crate) fn copy(&mut self, to: u64, from: u64, length: u64) -> Result<(), Failure> {
        let from = self.checked(from, length)?;
        let to = self.checked(to, length)?;
        self.note(to.clone());
        self.bytes.copy_within(from, to.start);
        Ok(())
    }

    fn checked(&self, start: u64, length: u64) -> Result<Range<usize>, Failure> {
        // Both are below 2^33.
        let end = start + length;
        if end > self.length as u64 {
            return Err(Failure::InvalidMemoryAccess);
        }
        // The size of a memory is a usize.
        Ok(usize::try_from(start).unwrap_or(0)..usize::try_from(end).unwrap_or(0))
    }

    fn note(&mut self, range: Range<usize>) {
        if !range.is_empty() {
            self.written[range.start >> PART_BITS..=(range.end - 1) >> PART_BITS].fill(1);
        }
    }

    /// Puts the memory back into its first state: so many pages of zeros, with `data` in them, which is where and
    /// which bytes of `code`. Gives up, and says so, where more than `most` bytes were written to.
    pub(crate) fn reset(&mut self, pages: u32, most: usize, data: &[Data], code: &[u8]) -> bool {
        let parts = self.written.chunks(8).map(|eight| match eight.first_chunk() {
            Some(eight) => u64::from_ne_bytes(*eight).count_ones() as usize,
            None => eight.iter().filter(|part| **part != 0).count(),
        });
        if parts.sum::<usize>() * PART_BYTES > most {
            return false;
        }
        for group in 0..self.written.len().div_ceil(8) {
            let parts = group * 8..(group * 8 + 8).min(self.written.len());
            if self.written[parts.clone()].iter().all(|part| *part == 0) {
                continue;
            }
            for part in parts {
                if std::mem::take(&mut self.written[part]) != 0 {
                    self.reset_part(part, data, code);
                }
            }
        }
        self.length = pages as usize * PAGE_BYTES;
        self.written.truncate(self.length / PART_BYTES + 1);
        true
    }

    fn reset_part(&mut self, part: usize, data: &[Data], code: &[u8]) {
        let start = part * PART_BYTES;
        let end = (start + PART_BYTES + WIDEST_STORE_BYTES - 1).min(self.length);
        self.bytes[start..end].fill(0);
        for Data { at, bytes } in data {
            let bytes = &code[bytes.clone()];
            let (from, to) = (start.max(*at), end.min(at + bytes.len()));
            if from < to {
                self.bytes[from..to].copy_from_slice(&bytes[from - at..to - at]);
            }
        }
    }

    /// Puts data into a new memory, which does not count as written to.
    pub(crate) fn put(&mut self, at: usize, bytes: &[u8]) -> Result<(), Failure> {
        let range = self.checked(at as u64, bytes.len() as u64)?;
        self.bytes[range].copy_from_slice(bytes);
        Ok(())
    }
}

/// Zeros of the system's, which it backs as they are used.
fn zeros(length: usize) -> Result<MmapMut, Fault> {
    MmapMut::map_anon(length.max(1))
        .map_err(|error| Fault::Engine(format!("there is no memory of {length} bytes: {error}")))
}

impl GuestMemory for Memory {
    fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    fn slice_mut(&mut self, range: Range<usize>) -> &mut [u8] {
        self.note(range.clone());
        &mut self.bytes[range]
    }
}
