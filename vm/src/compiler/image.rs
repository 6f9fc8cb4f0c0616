//! What a contract's memory holds at first, and how it is put back.

use hebe_gas::{Constant, Prepared, SegmentMode};
use std::ops::Range;

/// A memory's first state.
pub(super) struct Image {
    bytes: usize,
    /// What is not zero: where, and the bytes; a later one covers an earlier one.
    data: Vec<(usize, Box<[u8]>)>,
}

/// Finds the parts of a memory that may have been written to; `None` when it can't.
pub(super) type FindDirty = fn(&[u8], &mut Vec<Range<usize>>) -> Option<()>;

/// A memory up to this size is put back as a whole, without a look at what was written to: to ask costs
/// 0.6 to 0.9 µs, and 64 KiB of zeros 0.4.
const WHOLE_BYTES: usize = 64 << 10;

/// More than this that was written to is not put back. An instance that waits keeps it from the system, and
/// a new one costs less.
const DIRTY_BYTES: usize = 256 << 10;

/// More segments than this are not put back one by one.
const SEGMENTS: usize = 256;

impl Image {
    /// That of a module, if it can be put back.
    pub(super) fn new(module: &Prepared) -> Option<Self> {
        let mut data = Vec::new();
        for segment in &module.module().data {
            let place = match segment.mode {
                SegmentMode::Active(Constant::Number(place)) => usize::try_from(place).ok()?,
                SegmentMode::Active(_) => return None,
                SegmentMode::Passive | SegmentMode::Declared => continue,
            };
            let bytes = &module.code()[segment.bytes.clone()];
            if bytes.is_empty() {
                continue;
            }
            if data.len() == SEGMENTS {
                return None;
            }
            data.push((place, bytes.into()));
        }
        Some(Self { bytes: module.memory().initial as usize * super::PAGE_BYTES, data })
    }

    /// The size of the memory.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// What it weighs, in bytes.
    pub(super) fn weight(&self) -> usize {
        self.data.iter().map(|(_, bytes)| bytes.len() + 32).sum()
    }

    /// Puts `memory`, which is as large as at first, back. Says whether it could.
    pub(super) fn put_back(&self, memory: &mut [u8], find: FindDirty) -> bool {
        if memory.len() <= WHOLE_BYTES {
            self.restore(memory, 0..memory.len());
            return true;
        }
        let mut dirty = Vec::with_capacity(8);
        let found = find(memory, &mut dirty).is_some();
        if !found || dirty.iter().map(Range::len).sum::<usize>() > DIRTY_BYTES {
            return false;
        }
        for range in dirty {
            self.restore(memory, range);
        }
        true
    }

    /// Restores a part of `memory`.
    fn restore(&self, memory: &mut [u8], range: Range<usize>) {
        memory[range.clone()].fill(0);
        for (place, bytes) in &self.data {
            let start = range.start.max(*place);
            let end = range.end.min(place + bytes.len());
            if start < end {
                memory[start..end].copy_from_slice(&bytes[start - place..end - place]);
            }
        }
    }
}
