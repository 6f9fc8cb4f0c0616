//! Bytes that the validator reads and our WebAssembly doesn't have.
//!
//! Some proposals give a second encoding to what was there before, and the validator reads it whether the
//! proposal is allowed or not: the memory's index as a number where 2.0 has a zero byte, `funcref` as
//! `(ref null func)`, a function type as a subtype of nothing. What a contract is must not depend on who
//! reads it, so the encodings of the specification are the only ones. Everything here was validated
//! before, so the bytes are there and nothing else than what is looked for can stand in their place.

use crate::Reason;
use crate::broken::{Broken, read_u32};
use std::ops::Range;
use wasmparser::{BinaryReader, ElementKind, TypeSectionReader};

/// How a function type begins.
const FUNCTION: u8 = 0x60;
/// How a reference to a heap type begins that is written out, and may be null.
const REFERENCE: u8 = 0x63;
/// `select` with types.
const SELECT_TYPED: u8 = 0x1c;
/// The opcode that begins the instructions of two opcodes, and those of them that name a memory.
const PREFIX: u8 = 0xfc;
const MEMORY_INIT: u32 = 8;
const MEMORY_COPY: u32 = 10;
const MEMORY_FILL: u32 = 11;

/// Checks the types of a type section.
pub(crate) fn check_types(code: &[u8], section: &TypeSectionReader<'_>) -> Result<(), Broken> {
    let range = section.range();
    let mut reader = BinaryReader::new(&code[range.clone()], range.start);
    for _ in 0..reader.read_var_u32()? {
        let at = reader.original_position();
        if reader.read_u8()? != FUNCTION {
            return Err(disabled("garbage collection", "a function type as a subtype", at));
        }
        // Parameters, then results, a byte each.
        for _ in 0..2 {
            for _ in 0..reader.read_var_u32()? {
                check_type(code, reader.original_position())?;
                reader.read_u8()?;
            }
        }
    }
    Ok(())
}

/// Checks the value type or the reference type at `at`.
pub(crate) fn check_type(code: &[u8], at: usize) -> Result<(), Broken> {
    if code[at] == REFERENCE {
        return Err(disabled("typed function references", "funcref as a reference to func", at));
    }
    Ok(())
}

/// Checks the type of an element segment, which begins at `start`.
pub(crate) fn check_element_type(
    code: &[u8],
    start: usize,
    kind: &ElementKind<'_>,
) -> Result<(), Broken> {
    let mut reader = BinaryReader::new(&code[start..], start);
    match (reader.read_var_u32()?, kind) {
        (6, ElementKind::Active { offset_expr, .. }) => {
            check_type(code, offset_expr.get_binary_reader().range().end)
        }
        (5 | 7, _) => check_type(code, reader.original_position()),
        _ => Ok(()),
    }
}

/// Checks the type of the block that is opened at `offset`.
pub(crate) fn check_block(code: &[u8], offset: usize) -> Result<(), Broken> {
    // As the index of a type this byte would be negative.
    check_type(code, offset + 1)
}

/// Checks the instruction at `range`, which opens no block.
#[inline]
pub(crate) fn check_instruction(code: &[u8], range: &Range<usize>) -> Result<(), Broken> {
    match code[range.start] {
        // One type, the last thing in it. Before that is the number of types, which doesn't end like this.
        SELECT_TYPED => check_type(code, range.end - 2),
        PREFIX => match read_u32(code, range.start + 1)? {
            MEMORY_INIT | MEMORY_FILL => check_memories(code, range, 1),
            MEMORY_COPY => check_memories(code, range, 2),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Checks that an instruction ends in so many zero bytes. The validator has read as many numbers that are
/// zero; they are longer where one before them goes on.
fn check_memories(code: &[u8], range: &Range<usize>, count: usize) -> Result<(), Broken> {
    let last = range.end - 1;
    match code[last - count..last].iter().position(|byte| byte & 0x80 != 0) {
        Some(place) => {
            let reason = Reason::Malformed("zero byte expected".into());
            Err(Broken::rule(reason, last - count + place))
        }
        None => Ok(()),
    }
}

fn disabled(proposal: &'static str, detail: &str, offset: usize) -> Broken {
    Broken::rule(Reason::FeatureDisabled { proposal, detail: detail.into() }, offset)
}
