//! Reading an encoding that nobody vouches for.

use super::Decode;
use crate::Word;

/// Data that is no encoding of the type that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// A place in an encoding.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    /// What offsets count from.
    frame: &'a [u8],
    position: usize,
}

impl<'a> Reader<'a> {
    /// The beginning of an encoding.
    pub fn new(data: &'a [u8]) -> Self {
        Self { frame: data, position: 0 }
    }

    /// The next word.
    ///
    /// # Errors
    ///
    /// [`Malformed`] at the end.
    pub fn word(&mut self) -> Result<&'a Word, Malformed> {
        let word = self.rest().first_chunk().ok_or(Malformed)?;
        self.position += 32;
        Ok(word)
    }

    /// The next word as a size or offset. None that fits in no memory is one.
    ///
    /// # Errors
    ///
    /// [`Malformed`].
    pub fn size(&mut self) -> Result<usize, Malformed> {
        let (high, low) = self.word()?.split_last_chunk().ok_or(Malformed)?;
        if high.iter().any(|byte| *byte != 0) {
            return Err(Malformed);
        }
        usize::try_from(u32::from_be_bytes(*low)).map_err(|_| Malformed)
    }

    /// The next element of a tuple or array: here, or where an offset here says.
    ///
    /// # Errors
    ///
    /// [`Malformed`].
    pub fn element<T: Decode>(&mut self) -> Result<T, Malformed> {
        if T::DYNAMIC {
            let offset = self.size()?;
            T::decode(&mut Reader::new(self.frame.get(offset..).ok_or(Malformed)?))
        } else {
            T::decode(self)
        }
    }

    /// What lies from here to the end.
    pub fn rest(&self) -> &'a [u8] {
        self.frame.get(self.position..).unwrap_or_default()
    }
}
