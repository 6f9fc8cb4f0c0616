//! Instructions and expressions.

use super::reader::{Grammar, Reader};
use super::value_type;

/// An expression, its `end` included. Where it first names a data segment is put into `data_index`.
pub(super) fn expression(
    reader: &mut Reader<'_>,
    is_mvp: bool,
    data_index: &mut Option<usize>,
) -> Grammar {
    // What is open: the expression itself, and for each block whether an `else` may follow.
    let mut open = vec![false];
    while let Some(may_have_else) = open.last_mut() {
        match reader.byte()? {
            0x0b => drop(open.pop()),
            0x05 if *may_have_else => *may_have_else = false,
            opcode @ 0x02..=0x04 => {
                block_type(reader, is_mvp)?;
                open.push(opcode == 0x04);
            }
            opcode => instruction(opcode, reader, is_mvp, data_index)?,
        }
    }
    Ok(())
}

/// Nothing, one value type, or the index of a type as a number that is not negative. A value type is a
/// byte that would be a negative number.
fn block_type(reader: &mut Reader<'_>, is_mvp: bool) -> Grammar {
    let start = reader.at();
    match reader.byte()? {
        0x40 => Ok(()),
        0x41..=0x7f => {
            reader.back_to(start);
            value_type(is_mvp)(reader)
        }
        _ if is_mvp => reader.expected_before("the type of a block"),
        _ => {
            reader.back_to(start);
            if reader.signed(33)? < 0 {
                return reader.expected_before("the index of a type");
            }
            Ok(())
        }
    }
}

/// What follows an opcode that is neither a block's nor ends one.
fn instruction(
    opcode: u8,
    reader: &mut Reader<'_>,
    is_mvp: bool,
    data_index: &mut Option<usize>,
) -> Grammar {
    match opcode {
        // unreachable, nop, return, drop, select; comparisons, arithmetic, conversions of integers.
        0x00 | 0x01 | 0x0f | 0x1a | 0x1b | 0x45..=0x5a | 0x67..=0x8a | 0xa7 | 0xac | 0xad => Ok(()),
        // br, br_if, call; local.get, local.set, local.tee, global.get, global.set
        0x0c | 0x0d | 0x10 | 0x20..=0x24 => reader.index(),
        // br_table
        0x0e => {
            reader.vec(Reader::index)?;
            reader.index()
        }
        // call_indirect: a type, and in the MVP a zero where there is a table since.
        0x11 => {
            reader.index()?;
            if is_mvp { zero(reader) } else { reader.index() }
        }
        // Loads and stores: the alignment, which is never valid above 3, and the offset.
        0x28 | 0x29 | 0x2c..=0x37 | 0x3a..=0x3e => {
            if reader.u32()? > 3 {
                return reader.expected_before("an alignment");
            }
            reader.index()
        }
        // memory.size, memory.grow
        0x3f | 0x40 => zero(reader),
        0x41 => reader.signed(32).map(drop),
        0x42 => reader.signed(64).map(drop),
        _ if is_mvp => reader.expected_before("an instruction"),
        // select with types
        0x1c => reader.vec(value_type(is_mvp)).map(drop),
        // table.get, table.set, ref.func
        0x25 | 0x26 | 0xd2 => reader.index(),
        // Sign extension; ref.is_null
        0xc0..=0xc4 | 0xd1 => Ok(()),
        // ref.null
        0xd0 => reader.byte_that_is(0x70, "funcref"),
        0xfc => prefixed(reader, data_index),
        _ => reader.expected_before("an instruction"),
    }
}

/// What follows the prefix 0xfc: a number says which instruction it is.
fn prefixed(reader: &mut Reader<'_>, data_index: &mut Option<usize>) -> Grammar {
    match reader.u32()? {
        // memory.init, data.drop
        number @ (8 | 9) => {
            data_index.get_or_insert(reader.at());
            reader.index()?;
            if number == 8 { zero(reader) } else { Ok(()) }
        }
        // memory.copy
        10 => {
            zero(reader)?;
            zero(reader)
        }
        // memory.fill
        11 => zero(reader),
        // table.init, table.copy
        12 | 14 => {
            reader.index()?;
            reader.index()
        }
        // elem.drop, table.grow, table.size, table.fill
        13 | 15 | 16 | 17 => reader.index(),
        _ => reader.expected_before("an instruction"),
    }
}

/// The one memory, which is named by a byte.
fn zero(reader: &mut Reader<'_>) -> Grammar {
    reader.byte_that_is(0, "a zero byte")
}
