//! Which bytes are a module? The binary grammar of WebAssembly, read a second time.
//!
//! What a contract is decides consensus, and the validator that `hebe-gas` uses reads some bytes that
//! the specification doesn't know. So this is written down from the specification's chapter "Binary
//! Format" alone (2.0 for [`Features::Default`], 1.0 for [`Features::Mvp`]), for the part of
//! WebAssembly that contracts may use: no floats, no vectors, no references but `funcref`. It knows no
//! limits, and next to nothing of validation: indices may point anywhere, and types need not fit. Only
//! where the validator calls a number malformed that no valid module has, it is refused here too.
//!
//! Tests and fuzzing hold `prepare` against it in both directions. It is slow, and not meant for
//! anything else.

mod instructions;
mod reader;

use hebe_gas::Features;
use reader::{Grammar, Reader};
use std::fmt;

/// The first byte that the grammar doesn't allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Where it is, in bytes from the start of the module.
    pub at: usize,
    /// What should stand there.
    pub expected: &'static str,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} expected at byte {:#x}", self.expected, self.at)
    }
}

impl std::error::Error for Malformed {}

/// Where something stands whose size is written before it: a section, or the body of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sized {
    /// Where its size is written.
    pub size_at: usize,
    /// Where it begins, behind its size.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// Reads `code` as a module; for one that is well-formed, where its sections and bodies are, each
/// section before the bodies in it.
///
/// # Errors
///
/// [`Malformed`] says what the grammar expects, and where.
pub fn read_module(code: &[u8], features: Features) -> Result<Vec<Sized>, Malformed> {
    let mut module = Module { features, ..Module::default() };
    let mut reader = Reader::new(code);
    for byte in *b"\0asm\x01\0\0\0" {
        reader.byte_that_is(byte, "the magic and the version")?;
    }
    let mut last = 0;
    while !reader.is_at_end() {
        let at = reader.at();
        let id = reader.byte()?;
        let (size_at, mut section) = reader.sized()?;
        let start = section.at();
        let end = section.end();
        module.sized.push(Sized { size_at, start, end });
        if id == 0 {
            section.name()?;
            continue;
        }
        let order = SECTIONS.iter().position(|section| *section == id).map(|place| place + 1);
        match order {
            Some(order) if order > last => last = order,
            _ => return Err(Malformed { at, expected: "a section that may follow" }),
        }
        module.section(id, &mut section)?;
        section.finish()?;
    }
    module.finish(code.len())?;
    Ok(module.sized)
}

/// The sections that there may be, by their numbers, in their order.
const SECTIONS: [u8; 12] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 10, 11];

/// What has to fit together in a module that was read.
#[derive(Default)]
struct Module {
    features: Features,
    sized: Vec<Sized>,
    functions: u32,
    bodies: u32,
    data_count: Option<u32>,
    data: u32,
    /// Where the code first names a data segment.
    data_index: Option<usize>,
}

impl Module {
    fn section(&mut self, id: u8, reader: &mut Reader<'_>) -> Grammar {
        let is_mvp = self.features == Features::Mvp;
        match id {
            1 => drop(reader.vec(function_type(is_mvp))?),
            2 => drop(reader.vec(import(is_mvp))?),
            3 => self.functions = reader.vec(Reader::index)?,
            4 => drop(reader.vec(table_type)?),
            5 => drop(reader.vec(limits)?),
            6 => drop(reader.vec(|reader| {
                global_type(is_mvp)(reader)?;
                instructions::expression(reader, is_mvp, &mut None)
            })?),
            7 => drop(reader.vec(|reader| {
                reader.name()?;
                reader.byte_up_to(3, "the kind of an export")?;
                reader.index()
            })?),
            8 => reader.index()?,
            9 => drop(reader.vec(element_segment(is_mvp))?),
            10 => {
                self.bodies = reader.vec(|reader| {
                    let (size_at, mut body) = reader.sized()?;
                    let (start, end) = (body.at(), body.end());
                    self.sized.push(Sized { size_at, start, end });
                    body.vec(|reader| {
                        reader.index()?;
                        value_type(is_mvp)(reader)
                    })?;
                    instructions::expression(&mut body, is_mvp, &mut self.data_index)?;
                    body.finish()
                })?;
            }
            11 => self.data = reader.vec(data_segment(is_mvp))?,
            12 if !is_mvp => self.data_count = Some(reader.u32()?),
            _ => return reader.expected("a section that there is"),
        }
        Ok(())
    }

    fn finish(&self, end: usize) -> Grammar {
        if self.functions != self.bodies {
            return Err(Malformed { at: end, expected: "a body for each function" });
        }
        if self.data_count.is_some_and(|count| count != self.data) {
            return Err(Malformed { at: end, expected: "as many data segments as were counted" });
        }
        match self.data_index {
            Some(at) if self.data_count.is_none() && self.features != Features::Mvp => {
                Err(Malformed { at, expected: "a data count section before" })
            }
            _ => Ok(()),
        }
    }
}

/// `i32`, `i64` or `funcref`; the MVP has no values of the last kind.
fn value_type(is_mvp: bool) -> impl Fn(&mut Reader<'_>) -> Grammar {
    move |reader| match reader.byte()? {
        0x7f | 0x7e => Ok(()),
        0x70 if !is_mvp => Ok(()),
        _ => reader.expected_before("a value type"),
    }
}

fn function_type(is_mvp: bool) -> impl Fn(&mut Reader<'_>) -> Grammar {
    move |reader| {
        reader.byte_that_is(0x60, "a function type")?;
        reader.vec(value_type(is_mvp))?;
        // More than one result is what validation forbids in the MVP.
        reader.vec(value_type(is_mvp)).map(drop)
    }
}

fn limits(reader: &mut Reader<'_>) -> Grammar {
    match reader.byte()? {
        0 => reader.u32().map(drop),
        1 => {
            reader.u32()?;
            reader.u32().map(drop)
        }
        _ => reader.expected_before("limits"),
    }
}

fn table_type(reader: &mut Reader<'_>) -> Grammar {
    reader.byte_that_is(0x70, "funcref")?;
    limits(reader)
}

fn global_type(is_mvp: bool) -> impl Fn(&mut Reader<'_>) -> Grammar {
    move |reader| {
        value_type(is_mvp)(reader)?;
        reader.byte_up_to(1, "whether a global may change")
    }
}

fn import(is_mvp: bool) -> impl Fn(&mut Reader<'_>) -> Grammar {
    move |reader| {
        reader.name()?;
        reader.name()?;
        match reader.byte()? {
            0 => reader.index(),
            1 => table_type(reader),
            2 => limits(reader),
            3 => global_type(is_mvp)(reader),
            _ => reader.expected_before("the kind of an import"),
        }
    }
}

fn element_segment(is_mvp: bool) -> impl Fn(&mut Reader<'_>) -> Grammar {
    move |reader| {
        let expression =
            |reader: &mut Reader<'_>| instructions::expression(reader, is_mvp, &mut None);
        if is_mvp {
            // The index of the table, of which there is one, and nothing else.
            zero(reader)?;
            expression(reader)?;
            return reader.vec(Reader::index).map(drop);
        }
        let kind = reader.u32()?;
        match kind {
            0 | 4 => expression(reader)?,
            2 | 6 => {
                reader.index()?;
                expression(reader)?;
            }
            1 | 3 | 5 | 7 => {}
            _ => return reader.expected_before("the kind of an element segment"),
        }
        match kind {
            1..=3 => reader.byte_that_is(0, "functions as elements")?,
            5..=7 => reader.byte_that_is(0x70, "funcref")?,
            _ => {}
        }
        if kind < 4 { reader.vec(Reader::index) } else { reader.vec(expression) }.map(drop)
    }
}

fn data_segment(is_mvp: bool) -> impl Fn(&mut Reader<'_>) -> Grammar {
    move |reader| {
        if is_mvp {
            // The index of the memory, of which there is one, and nothing else.
            zero(reader)?;
            instructions::expression(reader, is_mvp, &mut None)?;
            return reader.vec(|reader| reader.byte().map(drop)).map(drop);
        }
        match reader.u32()? {
            0 => instructions::expression(reader, is_mvp, &mut None)?,
            1 => {}
            2 => {
                reader.index()?;
                instructions::expression(reader, is_mvp, &mut None)?;
            }
            _ => return reader.expected_before("the kind of a data segment"),
        }
        reader.vec(|reader| reader.byte().map(drop)).map(drop)
    }
}

/// An index that can only be 0, as a number of any length.
fn zero(reader: &mut Reader<'_>) -> Grammar {
    if reader.u32()? == 0 { Ok(()) } else { reader.expected_before("index 0") }
}
