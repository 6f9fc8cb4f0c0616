//! A contract's table.

use hebe_host::{Fault, Trap};

/// A reference to no function, as slots and elements have it. A function is its index and one.
pub(crate) const NULL: u64 = 0;

/// A table of references to functions.
pub(crate) struct Table {
    elements: Vec<u32>,
    maximum: u32,
    /// Whether anything was changed since it was in its first state.
    pub(crate) is_changed: bool,
}

impl Table {
    /// A table of so many nulls, that may grow to `maximum` elements.
    pub(crate) fn new(size: u32, maximum: u32) -> Self {
        Self { elements: vec![0; size as usize], maximum, is_changed: false }
    }

    pub(crate) fn size(&self) -> u32 {
        u32::try_from(self.elements.len()).unwrap_or(u32::MAX)
    }

    pub(crate) fn maximum(&self) -> u32 {
        self.maximum
    }

    /// The element at `index`.
    ///
    /// # Errors
    ///
    /// [`Trap::TableOutOfBounds`], as all that follow.
    pub(crate) fn get(&self, index: u32) -> Result<u64, Trap> {
        let element = self.elements.get(index as usize);
        element.map(|element| u64::from(*element)).ok_or(Trap::TableOutOfBounds)
    }

    pub(crate) fn set(&mut self, index: u32, value: u64) -> Result<(), Trap> {
        self.range(index, 1)?[0] = reference(value);
        Ok(())
    }

    /// Grows by so many elements, if that is within the maximum: gives the size before.
    ///
    /// # Errors
    ///
    /// [`Fault::Engine`] where the system has no memory, which the contract must not see as a growth that failed.
    pub(crate) fn grow(&mut self, elements: u32, value: u64) -> Result<Option<u32>, Fault> {
        let before = self.size();
        let size = before.checked_add(elements).filter(|size| *size <= self.maximum);
        let Some(size) = size else { return Ok(None) };
        self.elements
            .try_reserve(elements as usize)
            .map_err(|error| Fault::Engine(format!("there is no memory for a table: {error}")))?;
        self.is_changed = true;
        self.elements.resize(size as usize, reference(value));
        Ok(Some(before))
    }

    pub(crate) fn fill(&mut self, index: u32, value: u64, length: u32) -> Result<(), Trap> {
        self.range(index, length)?.fill(reference(value));
        Ok(())
    }

    /// Copies within the table; the ranges may overlap.
    pub(crate) fn copy(&mut self, to: u32, from: u32, length: u32) -> Result<(), Trap> {
        let source = from as usize..from as usize + length as usize;
        if source.end > self.elements.len() {
            return Err(Trap::TableOutOfBounds);
        }
        self.range(to, length)?;
        self.elements.copy_within(source, to as usize);
        Ok(())
    }

    /// Copies `values`, or rather `length` of them from `from` on, to `to`.
    pub(crate) fn init(
        &mut self,
        to: u32,
        values: impl ExactSizeIterator<Item = u64>,
        from: u32,
        length: u32,
    ) -> Result<(), Trap> {
        if u64::from(from) + u64::from(length) > values.len() as u64 {
            return Err(Trap::TableOutOfBounds);
        }
        let elements = self.range(to, length)?;
        for (element, value) in elements.iter_mut().zip(values.skip(from as usize)) {
            *element = reference(value);
        }
        Ok(())
    }

    /// Makes it so many nulls again.
    pub(crate) fn clear(&mut self, size: u32) {
        self.elements.clear();
        self.elements.resize(size as usize, 0);
        self.is_changed = false;
    }

    fn range(&mut self, start: u32, length: u32) -> Result<&mut [u32], Trap> {
        self.is_changed = true;
        let range = start as usize..start as usize + length as usize;
        self.elements.get_mut(range).ok_or(Trap::TableOutOfBounds)
    }
}

/// A reference as an element: there are far fewer functions than a u32 can name.
fn reference(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(0)
}
