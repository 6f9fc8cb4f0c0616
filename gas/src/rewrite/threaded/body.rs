//! How a function's body is written, charges included.
//!
//! This is most of what rewriting does, so it is written byte by byte.

use super::super::constants::FUNCREF;
use super::super::module::{Form, ToWrite, leb};
use super::{ADDED_PARAMETERS, I32, I64, Threaded};
use crate::analysis::{Point, What};
use crate::{Unit, limits};
use std::ops::Range;
use wasm_encoder::{BlockType, InstructionSink};

const UNREACHABLE: u8 = 0x00;
const BLOCK: u8 = 0x02;
const END: u8 = 0x0b;
const BR_IF: u8 = 0x0d;
const RETURN: u8 = 0x0f;
const CALL: u8 = 0x10;
const LOCAL_GET: u8 = 0x20;
const LOCAL_SET: u8 = 0x21;
const LOCAL_TEE: u8 = 0x22;
const I32_CONST: u8 = 0x41;
const I64_CONST: u8 = 0x42;
const I32_LT_S: u8 = 0x48;
const I64_LT_S: u8 = 0x53;
const I32_SUB: u8 = 0x6b;
const I64_SUB: u8 = 0x7d;

/// A body that is being written.
pub(super) struct Body<'a> {
    form: &'a Threaded<'a>,
    out: &'a mut Vec<u8>,
    body: &'a ToWrite<'a>,
    /// The local that has the gas, after the parameters.
    gas: u32,
    /// What is written often: `local.get` of the gas, and of the gas and the stack, and
    /// `local.set` of the gas.
    get_gas: Short,
    get_both: Short,
    set_gas: Short,
    /// What keeps the gas that is left, up to the label of its `br_if`.
    keep: Short,
}

/// A few bytes that are written again and again.
#[derive(Clone, Copy, Default)]
struct Short {
    bytes: [u8; 16],
    length: usize,
}

impl Short {
    fn push(mut self, byte: u8) -> Self {
        self.bytes[self.length] = byte;
        self.length += 1;
        self
    }

    /// An instruction on a local. There are at most 8,192 and a few.
    fn local(mut self, opcode: u8, mut local: u32) -> Self {
        self = self.push(opcode);
        while local >= 0x80 {
            self = self.push(local.to_le_bytes()[0] | 0x80);
            local >>= 7;
        }
        self.push(local.to_le_bytes()[0])
    }

    fn write(&self, out: &mut Vec<u8>) {
        // To copy all and take some back is cheaper than a call that copies as much as there is.
        let end = out.len() + self.length;
        out.extend_from_slice(&self.bytes);
        out.truncate(end);
    }
}

/// Copies a part of the code, which mostly is short: see [`Short::write`].
#[inline]
fn copy(out: &mut Vec<u8>, code: &[u8], part: Range<usize>) {
    match code[part.start..].first_chunk::<16>() {
        Some(more) if part.len() <= more.len() => {
            let end = out.len() + part.len();
            out.extend_from_slice(more);
            out.truncate(end);
        }
        _ => out.extend_from_slice(&code[part]),
    }
}

/// Writes a number that has a sign.
#[inline]
fn signed(out: &mut Vec<u8>, mut number: i64) {
    while !(-0x40..0x40).contains(&number) {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0] & 0x7f);
}

/// Writes the beginning of a block.
fn block(out: &mut Vec<u8>, ty: BlockType) {
    let ty = match ty {
        BlockType::Empty => 0x40,
        BlockType::Result(wasm_encoder::ValType::I32) => I32,
        BlockType::Result(wasm_encoder::ValType::I64) => I64,
        BlockType::Result(_) => FUNCREF,
        BlockType::FunctionType(index) => {
            out.push(BLOCK);
            return signed(out, index.into());
        }
    };
    out.extend_from_slice(&[BLOCK, ty]);
}

impl<'a> Body<'a> {
    pub(super) fn new(
        form: &'a Threaded<'a>,
        out: &'a mut Vec<u8>,
        body: &'a ToWrite<'a>,
        gas: u32,
    ) -> Self {
        let get_gas = Short::default().local(LOCAL_GET, gas);
        let get_both = get_gas.local(LOCAL_GET, gas + 1);
        let set_gas = Short::default().local(LOCAL_SET, gas);
        let keep = Short::default().local(LOCAL_TEE, gas);
        let keep = keep.push(I64_CONST).push(0).push(I64_LT_S).push(BR_IF);
        Self { form, out, body, gas, get_gas, get_both, set_gas, keep }
    }

    /// The local that has the stack that is left.
    fn stack(&self) -> u32 {
        self.gas + 1
    }

    /// The local where an operand waits.
    fn aside(&self) -> u32 {
        self.body.function.locals + ADDED_PARAMETERS
    }

    fn instructions(&mut self) -> InstructionSink<'_> {
        InstructionSink::new(self.out)
    }

    /// Writes all of it.
    pub(super) fn write(mut self, code: &[u8], results: BlockType) {
        let analysed = self.body.analysed;
        let locals = &self.body.function.declared;
        let aside = analysed.calls_indirectly || analysed.has_lengths;
        leb(self.out, locals.groups + u32::from(aside));
        copy(self.out, code, locals.range.clone());
        if aside {
            self.out.extend([1, I32]);
        }
        self.enter(results);
        self.code(code, self.body.points);
        self.get_gas.write(self.out);
        self.out.extend_from_slice(&[RETURN, END]);
        if analysed.charges {
            self.way_out(self.form.out_of_gas);
        }
        self.way_out(self.form.stack_overflow());
    }

    /// Calls a function that does not return, and closes a block.
    fn way_out(&mut self, function: u32) {
        self.out.push(CALL);
        leb(self.out, function);
        self.out.extend_from_slice(&[UNREACHABLE, END]);
    }

    /// Takes the frame from the stack that is left, and opens the block of the code.
    fn enter(&mut self, results: BlockType) {
        let (stack, charges) = (self.stack(), self.body.analysed.charges);
        let frame = self.body.function.frame + limits::CALL_SLOTS;
        let out = &mut *self.out;
        block(out, BlockType::Empty);
        if charges {
            block(out, BlockType::Empty);
        }
        let get_stack = Short::default().local(LOCAL_GET, stack);
        let set_stack = Short::default().local(LOCAL_SET, stack);
        get_stack.write(out);
        out.push(I32_CONST);
        signed(out, frame.into());
        out.extend_from_slice(&[I32_LT_S, BR_IF, u8::from(charges)]);
        get_stack.write(out);
        out.push(I32_CONST);
        signed(out, frame.into());
        out.push(I32_SUB);
        set_stack.write(out);
        block(out, results);
    }

    /// The code, up to its last `end`, which closes the block.
    fn code(&mut self, code: &[u8], points: &[Point]) {
        let mut done = self.body.function.instructions.start;
        // Whether a call has left the gas on the stack.
        let mut on_stack = false;
        for point in points {
            let at = point.at as usize;
            let continues = at == done && matches!(point.what, What::Stretch(1..));
            if on_stack && !continues {
                let gas = self.gas;
                self.instructions().local_set(gas);
                on_stack = false;
            }
            copy(self.out, code, done..at);
            done = at + usize::from(point.size);
            match point.what {
                What::Stretch(0) => {}
                What::Stretch(cost) => {
                    self.charge(cost, point.depth, on_stack);
                    on_stack = false;
                }
                What::Unreachable(length) => done += length as usize,
                _ => on_stack = self.instruction(point, &code[at..done]),
            }
        }
        let end = self.body.function.instructions.end;
        if on_stack {
            let gas = self.gas;
            self.instructions().local_set(gas);
        }
        copy(self.out, code, done..end);
    }

    /// Charges what is known beforehand. The gas is on the stack if a call has just left it there.
    fn charge(&mut self, particles: u64, depth: u16, on_stack: bool) {
        // Far below 2^63, as prices are bounded.
        let particles = particles.cast_signed();
        if on_stack {
            self.out.push(I64_CONST);
            signed(self.out, particles);
            self.out.push(I64_SUB);
            return self.pay(depth.into());
        }
        self.get_gas.write(self.out);
        self.out.push(I64_CONST);
        signed(self.out, particles);
        self.out.extend_from_slice(&[I64_LT_S, BR_IF]);
        leb(self.out, u32::from(depth) + 1);
        self.get_gas.write(self.out);
        self.out.push(I64_CONST);
        signed(self.out, particles);
        self.out.push(I64_SUB);
        self.set_gas.write(self.out);
    }

    /// Keeps the gas that is left, which is on the stack, or leaves if it is negative.
    fn pay(&mut self, depth: u32) {
        self.keep.write(self.out);
        leb(self.out, depth + 1);
    }

    /// Writes an instruction that needs attention. Whether it leaves the gas on the stack.
    fn instruction(&mut self, point: &Point, original: &[u8]) -> bool {
        let (gas, aside) = (self.gas, self.aside());
        let (form, depth) = (self.form, u32::from(point.depth));
        match point.what {
            What::Stretch(_) | What::Unreachable(_) => {}
            What::Local { opcode, index } => {
                self.out.push(opcode);
                leb(self.out, index + ADDED_PARAMETERS);
            }
            What::Return => {
                self.instructions().local_get(gas).return_();
            }
            What::RefFunc { function } => {
                self.instructions().ref_func(form.shift().function(function));
            }
            What::Call { function } => {
                let function = form.shift().function(function);
                self.get_both.write(self.out);
                self.out.push(CALL);
                leb(self.out, function);
                return true;
            }
            What::CallIndirect { ty } => {
                self.instructions().local_set(aside);
                self.get_both.write(self.out);
                self.instructions().local_get(aside).call_indirect(0, form.function_type(ty));
                return true;
            }
            What::MemoryGrow => {
                let Some(grow) = form.memory_grow else {
                    self.out.extend_from_slice(original);
                    return false;
                };
                self.instructions().local_get(gas).call(grow);
                return true;
            }
            What::TableGrow => {
                self.instructions()
                    .local_tee(aside)
                    .i32_const(form.max_elements.cast_signed())
                    .table_size(0)
                    .i32_sub()
                    .i32_le_u()
                    .if_(BlockType::Empty);
                self.charge_length(1, form.schedule.unit(Unit::Element), depth + 1);
                self.instructions().end().local_get(aside);
                self.out.extend_from_slice(original);
            }
            What::Bytes => {
                self.instructions().local_set(aside);
                self.charge_length(32, form.schedule.unit(Unit::Word), depth);
                self.instructions().local_get(aside);
                self.out.extend_from_slice(original);
            }
            What::Elements => {
                self.instructions().local_set(aside);
                self.charge_length(1, form.schedule.unit(Unit::Element), depth);
                self.instructions().local_get(aside);
                self.out.extend_from_slice(original);
            }
        }
        false
    }

    /// Charges for the length that waits aside, `price` for each `unit`, rounded up. Nothing can
    /// overflow: lengths are below 2^32, prices below 2^31.
    fn charge_length(&mut self, unit: i64, price: u32, depth: u32) {
        let (gas, aside) = (self.gas, self.aside());
        let mut instructions = self.instructions();
        instructions.local_get(gas).local_get(aside).i64_extend_i32_u();
        if unit > 1 {
            instructions.i64_const(unit - 1).i64_add().i64_const(unit).i64_div_u();
        }
        instructions.i64_const(price.into()).i64_mul().i64_sub();
        self.pay(depth);
    }
}
