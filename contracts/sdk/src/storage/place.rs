//! Where something is in storage, and where the fields of a struct go.

use crate::Word;

/// A slot, and a place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The slot.
    pub slot: Word,
    /// Bytes from the slot's end, where the lowest are, to the value's.
    pub offset: u8,
}

impl Place {
    /// Where a contract's storage begins.
    pub const ROOT: Self = Self { slot: [0; 32], offset: 0 };

    /// The beginning of a slot.
    pub fn slot(slot: Word) -> Self {
        Self { slot, offset: 0 }
    }

    /// The place of a field in what begins here.
    #[must_use]
    pub fn field(self, (slots, offset): (u32, u8)) -> Self {
        Self { slot: self.slots_behind(slots), offset }
    }

    /// The slot that many behind this one; behind the last comes the first.
    pub fn slots_behind(&self, slots: u32) -> Word {
        let mut slot = self.slot;
        let mut carry = u64::from(slots);
        for digit in slot.as_chunks_mut().0.iter_mut().rev() {
            carry += u64::from(u32::from_be_bytes(*digit));
            *digit = (carry as u32).to_be_bytes();
            carry >>= 32;
        }
        slot
    }
}

/// Where fields of these sizes go, as (slots from the beginning, bytes from the slot's end): a field that shares goes where
/// the one before ends, if there is room; any other begins a slot, and so does the one behind it.
pub const fn place_fields<const N: usize>(sizes: [usize; N]) -> [(u32, u8); N] {
    let mut places = [(0, 0); N];
    let (mut slot, mut used, mut index) = (0, 0, 0);
    while index < N {
        let size = sizes[index];
        if used > 0 && used + size > 32 {
            slot += 1;
            used = 0;
        }
        places[index] = (slot, used as u8);
        if size < 32 {
            used += size;
        } else {
            slot += (size / 32) as u32;
        }
        index += 1;
    }
    places
}

/// Slots that fields of these sizes take.
pub const fn slots<const N: usize>(sizes: [usize; N]) -> usize {
    if N == 0 {
        return 1;
    }
    let (slot, _) = place_fields(sizes)[N - 1];
    let last = sizes[N - 1];
    slot as usize + if last < 32 { 1 } else { last / 32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_fields_share_a_slot() {
        // As solc 0.8 places bool, address, uint128, uint256, uint8, mapping, uint64[3], bool, uint248.
        let sizes = [1, 20, 16, 32, 1, 32, 32, 1, 31];
        let places = [(0, 0), (0, 1), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (6, 1)];
        assert_eq!(place_fields(sizes), places);
        assert_eq!(slots(sizes), 7);
        assert_eq!(slots([32, 64]), 3);
        assert_eq!(slots([1]), 1);
    }

    #[test]
    fn slots_behind_carry() {
        let place = Place::slot([0xff; 32]);
        assert_eq!(place.slots_behind(1), [0; 32]);
        let mut slot = [0; 32];
        slot[24..].copy_from_slice(&0xffff_fffe_u64.to_be_bytes());
        let mut next = [0; 32];
        next[24..].copy_from_slice(&0x1_0000_0001_u64.to_be_bytes());
        assert_eq!(Place::slot(slot).slots_behind(3), next);
    }
}
