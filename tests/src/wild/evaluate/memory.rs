//! Memory, table and segments.

use super::{End, Machine, TRAP, count, pop, pop_u32};
use hebe_gas::limits;
use hebe_host::StatusCode;
use std::ops::Range;
use wasm_encoder::{Instruction, MemArg};

/// Bytes in a page.
pub(super) const PAGE: usize = 64 * 1024;

impl Machine<'_> {
    /// So many bytes from an address, if they lie in memory.
    pub(super) fn range(&self, address: u32, length: u32) -> Option<Range<usize>> {
        range(address.into(), length.into(), self.memory.len())
    }

    /// Runs an instruction of the memory or of the table.
    pub(super) fn memory_instruction(
        &mut self,
        instruction: &Instruction<'_>,
        stack: &mut Vec<u64>,
    ) -> Result<(), End> {
        use Instruction as I;
        // A number of N bytes from memory, with its sign or without, as an i32 or an i64.
        let mut load = |place: &MemArg, bytes: u32, sign: Option<u32>| {
            let at = self.place(place, pop_u32(stack), bytes)?;
            let mut number = [0; 8];
            number[..bytes as usize].copy_from_slice(&self.memory[at]);
            let number = u64::from_le_bytes(number);
            let shift = 64 - 8 * bytes;
            let number = match sign {
                Some(bits) => {
                    let extended = ((number << shift).cast_signed() >> shift).cast_unsigned();
                    if bits == 32 { extended & 0xffff_ffff } else { extended }
                }
                None => number,
            };
            stack.push(number);
            Ok(())
        };
        match instruction {
            I::I32Load(place) | I::I64Load32U(place) => return load(place, 4, None),
            I::I64Load(place) => return load(place, 8, None),
            I::I32Load8U(place) | I::I64Load8U(place) => return load(place, 1, None),
            I::I32Load16U(place) | I::I64Load16U(place) => return load(place, 2, None),
            I::I32Load8S(place) => return load(place, 1, Some(32)),
            I::I32Load16S(place) => return load(place, 2, Some(32)),
            I::I64Load8S(place) => return load(place, 1, Some(64)),
            I::I64Load16S(place) => return load(place, 2, Some(64)),
            I::I64Load32S(place) => return load(place, 4, Some(64)),
            _ => {}
        }
        let mut store = |place: &MemArg, bytes: u32| {
            let value = pop(stack).to_le_bytes();
            let at = self.place(place, pop_u32(stack), bytes)?;
            self.memory[at].copy_from_slice(&value[..bytes as usize]);
            Ok(())
        };
        match instruction {
            I::I32Store8(place) | I::I64Store8(place) => return store(place, 1),
            I::I32Store16(place) | I::I64Store16(place) => return store(place, 2),
            I::I32Store(place) | I::I64Store32(place) => return store(place, 4),
            I::I64Store(place) => return store(place, 8),
            _ => {}
        }
        match instruction {
            I::MemorySize(_) => stack.push(count(self.memory.len() / PAGE)),
            I::MemoryGrow(_) => {
                let more = pop_u32(stack) as usize;
                let pages = self.memory.len() / PAGE;
                let limit = limits::MEMORY.value;
                let most = self.module.memory.1.map_or(limit, |most| most.min(limit)) as usize;
                stack.push(grow(pages, more, most));
                if pages + more <= most {
                    self.memory.resize((pages + more) * PAGE, 0);
                }
            }
            I::TableSize(_) => stack.push(count(self.table.len())),
            I::TableGrow(_) => {
                let more = pop_u32(stack) as usize;
                let value = pop(stack);
                let limit = limits::TABLE_ELEMENTS.value;
                let most = self.module.table.and_then(|(_, most)| most);
                let most = most.map_or(limit, |most| most.min(limit)) as usize;
                let elements = self.table.len();
                stack.push(grow(elements, more, most));
                if elements + more <= most {
                    self.table.resize(elements + more, value);
                }
            }
            I::TableGet(_) => {
                let at = pop_u32(stack) as usize;
                stack.push(*self.table.get(at).ok_or(TRAP)?);
            }
            I::TableSet(_) => {
                let value = pop(stack);
                *self.table.get_mut(pop_u32(stack) as usize).ok_or(TRAP)? = value;
            }
            I::DataDrop(segment) => self.data_dropped[*segment as usize] = true,
            I::ElemDrop(segment) => self.elements_dropped[*segment as usize] = true,
            other => self.bulk(other, stack)?,
        }
        Ok(())
    }

    /// Runs an instruction that ends in a length. Nothing is written where a range lies outside.
    fn bulk(&mut self, instruction: &Instruction<'_>, stack: &mut Vec<u64>) -> Result<(), End> {
        use Instruction as I;
        let length = pop_u32(stack).into();
        let second = pop(stack);
        let first = pop_u32(stack).into();
        let outside = End::Failed(StatusCode::InvalidMemoryAccess);
        let (memory, table) = (self.memory.len(), self.table.len());
        let module = self.module;
        match instruction {
            I::MemoryFill(_) => {
                let to = range(first, length, memory).ok_or(outside)?;
                self.memory[to].fill(second.to_le_bytes()[0]);
            }
            I::MemoryCopy { .. } => {
                let from = range(second, length, memory).ok_or(outside.clone())?;
                let to = range(first, length, memory).ok_or(outside)?;
                self.memory.copy_within(from, to.start);
            }
            I::MemoryInit { data_index, .. } => {
                let segment = *data_index as usize;
                let items = &module.data[segment].items[..];
                let items = if self.data_dropped[segment] { &[] } else { items };
                let from = range(second, length, items.len()).ok_or(outside.clone())?;
                let to = range(first, length, memory).ok_or(outside)?;
                self.memory[to].copy_from_slice(&items[from]);
            }
            I::TableFill(_) => {
                let to = range(first, length, table).ok_or(TRAP)?;
                self.table[to].fill(second);
            }
            I::TableCopy { .. } => {
                let from = range(second, length, table).ok_or(TRAP)?;
                let to = range(first, length, table).ok_or(TRAP)?;
                self.table.copy_within(from, to.start);
            }
            I::TableInit { elem_index, .. } => {
                let segment = *elem_index as usize;
                let items = &module.elements[segment].items[..];
                let items = if self.elements_dropped[segment] { &[] } else { items };
                let from = range(second, length, items.len()).ok_or(TRAP)?;
                let to = range(first, length, table).ok_or(TRAP)?;
                self.table[to].copy_from_slice(&items[from]);
            }
            other => unreachable!("nobody generates {other:?}"),
        }
        Ok(())
    }

    /// Where a load or store of so many bytes goes.
    fn place(&self, place: &MemArg, address: u32, bytes: u32) -> Result<Range<usize>, End> {
        range(u64::from(address) + place.offset, bytes.into(), self.memory.len())
            .ok_or(End::Failed(StatusCode::InvalidMemoryAccess))
    }
}

/// The old size, or -1.
fn grow(size: usize, more: usize, most: usize) -> u64 {
    if size + more <= most { count(size) } else { u32::MAX.into() }
}

/// `start..start + length`, if that ends within `size`.
fn range(start: u64, length: u64, size: usize) -> Option<Range<usize>> {
    let start = usize::try_from(start).ok()?;
    let end = start.checked_add(usize::try_from(length).ok()?)?;
    (end <= size).then_some(start..end)
}
