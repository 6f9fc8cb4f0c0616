//! Bytes, numbers, names and vectors.

use super::Malformed;

/// Whether something could be read.
pub(super) type Grammar<T = ()> = Result<T, Malformed>;

/// A part of a module that is being read.
pub(super) struct Reader<'a> {
    code: &'a [u8],
    at: usize,
    end: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(code: &'a [u8]) -> Self {
        Self { code, at: 0, end: code.len() }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn end(&self) -> usize {
        self.end
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.end
    }

    /// Reads again from there.
    pub(super) fn back_to(&mut self, at: usize) {
        self.at = at;
    }

    /// Nothing may follow.
    pub(super) fn finish(&self) -> Grammar {
        if self.is_at_end() { Ok(()) } else { self.expected("the end") }
    }

    /// What stands here is something else than this.
    pub(super) fn expected<T>(&self, expected: &'static str) -> Grammar<T> {
        Err(Malformed { at: self.at, expected })
    }

    /// What the byte just read belongs to is something else than this.
    pub(super) fn expected_before<T>(&self, expected: &'static str) -> Grammar<T> {
        Err(Malformed { at: self.at - 1, expected })
    }

    pub(super) fn byte(&mut self) -> Grammar<u8> {
        if self.is_at_end() {
            return self.expected("a byte");
        }
        self.at += 1;
        Ok(self.code[self.at - 1])
    }

    pub(super) fn byte_that_is(&mut self, byte: u8, what: &'static str) -> Grammar {
        if self.byte()? == byte { Ok(()) } else { self.expected_before(what) }
    }

    pub(super) fn byte_up_to(&mut self, greatest: u8, what: &'static str) -> Grammar {
        if self.byte()? <= greatest { Ok(()) } else { self.expected_before(what) }
    }

    /// `uN`: as many bytes as N bits have room in, at most, and nothing above the N bits.
    fn unsigned(&mut self, bits: u32) -> Grammar<u64> {
        let byte = u64::from(self.byte()?);
        if byte < 0x80 && (bits >= 7 || byte < 1 << bits) {
            return Ok(byte);
        }
        if byte < 0x80 || bits <= 7 {
            return self.expected_before("a number");
        }
        Ok((self.unsigned(bits - 7)? << 7) | (byte & 0x7f))
    }

    pub(super) fn u32(&mut self) -> Grammar<u32> {
        Ok(u32::try_from(self.unsigned(32)?).expect("it has 32 bits"))
    }

    /// `u32` that is an index, or a number that does not matter.
    pub(super) fn index(&mut self) -> Grammar {
        self.u32().map(drop)
    }

    /// `sN`: the same, and what is above the N bits is as the sign is.
    pub(super) fn signed(&mut self, bits: u32) -> Grammar<i64> {
        let byte = i64::from(self.byte()?);
        match byte {
            0..0x40 if bits > 6 || byte < 1 << (bits - 1) => Ok(byte),
            0x40..0x80 if bits > 6 || byte >= 0x80 - (1 << (bits - 1)) => Ok(byte - 0x80),
            0x80.. if bits > 7 => Ok((self.signed(bits - 7)? << 7) + (byte - 0x80)),
            _ => self.expected_before("a number"),
        }
    }

    pub(super) fn vec(&mut self, mut item: impl FnMut(&mut Self) -> Grammar) -> Grammar<u32> {
        let length = self.u32()?;
        for _ in 0..length {
            item(self)?;
        }
        Ok(length)
    }

    pub(super) fn name(&mut self) -> Grammar {
        let start = self.at;
        let mut bytes = Vec::new();
        self.vec(|reader| {
            bytes.push(reader.byte()?);
            Ok(())
        })?;
        match String::from_utf8(bytes) {
            Ok(_) => Ok(()),
            Err(_) => Err(Malformed { at: start, expected: "a name in UTF-8" }),
        }
    }

    /// Where a size stands, and a reader of so many bytes that follow, which are read here.
    pub(super) fn sized(&mut self) -> Grammar<(usize, Reader<'a>)> {
        let size_at = self.at;
        let size = self.u32()? as usize;
        if self.end - self.at < size {
            return Err(Malformed { at: size_at, expected: "a size within what is there" });
        }
        let start = self.at;
        self.at += size;
        Ok((size_at, Reader { code: self.code, at: start, end: self.at }))
    }
}
