//! The memory of a message.

use revm_interpreter::interpreter_types::MemoryTr;
use std::{
    cell::{Ref, RefCell},
    ops::Range,
};

/// The largest memory, in bytes. It costs more than 2^45 gas (Yellow Paper, appendix H, Cmem), which no block has, so
/// that no chain can tell; evmone has the same bound.
const MAX_BYTES: usize = 1 << 32;

/// Memory, of whole words, that grows as it is paid for.
#[derive(Debug, Default)]
pub(super) struct Memory {
    bytes: RefCell<Vec<u8>>,
    /// The system had none to give.
    could_not_grow: bool,
}

impl Memory {
    /// A memory that is empty, in the place of an old one.
    pub(super) fn in_place_of(mut old: Vec<u8>) -> Self {
        old.clear();
        Self { bytes: RefCell::new(old), could_not_grow: false }
    }

    /// The place, for the next one.
    pub(super) fn into_place(self) -> Vec<u8> {
        self.bytes.into_inner()
    }

    /// Has `fill` write to a range, and puts zeros where that ends: it gives how many bytes it wrote.
    pub(super) fn write<E>(
        &mut self,
        offset: usize,
        len: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<usize, E>,
    ) -> Result<(), E> {
        let range = &mut self.bytes.get_mut()[offset..][..len];
        let written = fill(range)?.min(len);
        range[written..].fill(0);
        Ok(())
    }

    /// Whether it ended the message as no chain may know.
    pub(super) fn could_not_grow(&self) -> bool {
        self.could_not_grow
    }
}

impl MemoryTr for Memory {
    /// Writes `data` from an offset on, and zeros where it ends before `len`.
    fn set_data(&mut self, memory_offset: usize, data_offset: usize, len: usize, data: &[u8]) {
        let data = data.get(data_offset..).unwrap_or_default();
        let (copied, rest) =
            self.bytes.get_mut()[memory_offset..][..len].split_at_mut(data.len().min(len));
        copied.copy_from_slice(&data[..copied.len()]);
        rest.fill(0);
    }

    /// Each message has a memory of its own, so global and local are the same.
    fn set_data_from_global(
        &mut self,
        memory_offset: usize,
        data_offset: usize,
        len: usize,
        data_range: Range<usize>,
    ) {
        let data = self.bytes.get_mut()[data_range].to_vec();
        self.set_data(memory_offset, data_offset, len, &data);
    }

    fn global_slice(&self, range: Range<usize>) -> Ref<'_, [u8]> {
        self.slice(range)
    }

    fn local_memory_offset(&self) -> usize {
        0
    }

    fn set(&mut self, memory_offset: usize, data: &[u8]) {
        self.bytes.get_mut()[memory_offset..][..data.len()].copy_from_slice(data);
    }

    fn size(&self) -> usize {
        self.bytes.borrow().len()
    }

    fn copy(&mut self, destination: usize, source: usize, len: usize) {
        self.bytes.get_mut().copy_within(source..source + len, destination);
    }

    fn slice(&self, range: Range<usize>) -> Ref<'_, [u8]> {
        Ref::map(self.bytes.borrow(), |bytes| &bytes[range])
    }

    fn resize(&mut self, new_size: usize) -> bool {
        if new_size > MAX_BYTES {
            return false;
        }
        let bytes = self.bytes.get_mut();
        if bytes.try_reserve(new_size.saturating_sub(bytes.len())).is_err() {
            self.could_not_grow = true;
            return false;
        }
        bytes.resize(new_size, 0);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_data_has_not_is_zero() {
        let mut memory = Memory::in_place_of(vec![7; 9]);
        assert!(memory.resize(32));
        memory.set(0, &[9; 32]);
        memory.set_data(1, 1, 4, &[1, 2, 3]);
        memory.set_data(6, usize::MAX, 2, &[1]);
        assert_eq!(memory.slice(0..9)[..], [9, 2, 3, 0, 0, 9, 0, 0, 9]);
        memory.copy(0, 1, 2);
        assert_eq!(memory.slice(0..3)[..], [2, 3, 3]);
    }

    #[test]
    fn it_has_a_bound_that_is_no_fault() {
        let mut memory = Memory::default();
        assert!(!memory.resize(MAX_BYTES + 32));
        assert!(!memory.could_not_grow());
    }
}
