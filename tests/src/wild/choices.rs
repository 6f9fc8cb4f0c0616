//! Choices made by bytes.

/// Bytes that decide. When they are used up everything is the first of what can be chosen.
pub(super) struct Choices<'a> {
    bytes: &'a [u8],
}

impl<'a> Choices<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    pub(super) fn are_used_up(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Takes one of so many equal parts of the bytes.
    pub(super) fn split_off(&mut self, parts: usize) -> Self {
        let (part, rest) = self.bytes.split_at(self.bytes.len() / parts.max(1));
        self.bytes = rest;
        Self { bytes: part }
    }

    fn byte(&mut self) -> u8 {
        match self.bytes.split_first() {
            Some((first, rest)) => {
                self.bytes = rest;
                *first
            }
            None => 0,
        }
    }

    /// A number below this one, which is at most 256.
    pub(super) fn below(&mut self, number: usize) -> usize {
        usize::from(self.byte()) % number.max(1)
    }

    /// True one time in so many, and never when the bytes are used up.
    pub(super) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// A number: one at which something changes, or any.
    pub(super) fn number(&mut self) -> u64 {
        const EDGES: [u64; 16] = [
            0,
            1,
            2,
            7,
            0x7f,
            0x80,
            0xff,
            0x7fff,
            0xffff,
            0x7fff_ffff,
            0x8000_0000,
            0xffff_ffff,
            0x1_0000_0000,
            0x7fff_ffff_ffff_ffff,
            0x8000_0000_0000_0000,
            u64::MAX,
        ];
        match self.below(4) {
            0 => self.pick(&EDGES),
            1 => self.below(32) as u64,
            2 => u64::from(self.byte()).wrapping_neg(),
            _ => u64::from_le_bytes(std::array::from_fn(|_| self.byte())),
        }
    }
}
