//! Is a function's body valid, and within the limits?

use crate::analysis::Analyser;
use crate::broken::{Broken, limit, read_u32};
use crate::limits::{self, Limit};
use crate::{Module, Reason, encoding};
use std::ops::Range;
use wasmparser::{
    BinaryReader, BlockType, FuncValidator, FunctionBody, ValType, ValidatorResources,
    WasmModuleResources,
};

/// The first and last of the opcodes that open a block; `loop` is between.
const BLOCK: u8 = 0x02;
const IF: u8 = 0x04;

/// Checks `body`, which is a part of `code`, and has each instruction analysed once it is valid.
pub(crate) fn check(
    code: &[u8],
    body: &FunctionBody<'_>,
    validator: &mut FuncValidator<ValidatorResources>,
    analyser: &mut Analyser<false>,
    module: &Module,
    most_steps: Limit,
) -> Result<(), Broken> {
    limit(limits::BODY, body.range().len(), body.range().start)?;
    let mut reader = body.get_binary_reader();
    let parameters = validator.len_locals();
    let declared = define_locals(code, &mut reader, validator)?;
    let start = reader.original_position();
    let locals = validator.len_locals();
    analyser.begin(validator.index(), [parameters, locals], module, start);
    let slots = u64::from(locals);
    analyser.add_steps(u64::from(locals.min(64) / 2), limits::steps::TWO_LOCALS);
    let mut deepest = 0;
    while !reader.eof() {
        let offset = reader.original_position();
        check_opcode(code, offset)?;
        reader.visit_operator(&mut validator.visitor(offset))??;
        let instruction = offset..reader.original_position();
        if matches!(code[offset], BLOCK..=IF) {
            encoding::check_block(code, offset)?;
            limit(limits::BLOCK_PARAMETERS, block_parameters(validator), offset)?;
        } else {
            encoding::check_instruction(code, &instruction)?;
        }
        if validator.operand_stack_height() > deepest {
            deepest = validator.operand_stack_height();
            limit(limits::FRAME, slots + u64::from(deepest), offset)?;
        }
        // The function's own block is one of these.
        limit(limits::NESTING, validator.control_stack_height().saturating_sub(1), offset)?;
        analyser.instruction(code, instruction, module);
        limit(most_steps, analyser.steps(), offset)?;
    }
    let end = reader.original_position();
    reader.finish_expression(&validator.visitor(end))?;
    analyser.end(declared, locals, start..end, locals + deepest);
    Ok(())
}

/// How the locals of a function are declared.
#[derive(Clone, Debug)]
pub(crate) struct Locals {
    /// How many groups are declared.
    pub(crate) groups: u32,
    /// Where they are, after their number.
    pub(crate) range: Range<usize>,
}

/// What can be said by the opcode alone, before the validator sees the instruction.
fn check_opcode(code: &[u8], offset: usize) -> Result<(), Broken> {
    match code[offset] {
        // br_table, counted first: to validate it takes time for each target.
        0x0e => limit(limits::BR_TABLE, read_u32(code, offset + 1)?, offset),
        // Loads, stores and constants; comparisons; arithmetic; conversions from and to floats. The
        // validator would let the conversions to integers pass in code that can't be reached.
        0x2a
        | 0x2b
        | 0x38
        | 0x39
        | 0x43
        | 0x44
        | 0x5b..=0x66
        | 0x8b..=0xa6
        | 0xa8..=0xab
        | 0xae..=0xbf => Err(Broken::rule(Reason::Float, offset)),
        _ => Ok(()),
    }
}

/// How many parameters the innermost block has.
fn block_parameters(validator: &FuncValidator<ValidatorResources>) -> usize {
    match validator.get_control_frame(0).map(|frame| frame.block_type) {
        Some(BlockType::FuncType(index)) => {
            validator.resources().sub_type_at(index).map_or(0, |ty| ty.unwrap_func().params().len())
        }
        _ => 0,
    }
}

/// Reads the declarations of locals. They are counted before they are defined: ten bytes can declare
/// four billion.
fn define_locals(
    code: &[u8],
    reader: &mut BinaryReader<'_>,
    validator: &mut FuncValidator<ValidatorResources>,
) -> Result<Locals, Broken> {
    let groups = reader.read_var_u32()?;
    let start = reader.original_position();
    for _ in 0..groups {
        let offset = reader.original_position();
        let count: u32 = reader.read()?;
        let type_at = reader.original_position();
        let ty: ValType = reader.read()?;
        limit(limits::LOCALS, u64::from(validator.len_locals()) + u64::from(count), offset)?;
        validator.define_locals(offset, count, ty)?;
        encoding::check_type(code, type_at)?;
    }
    // Parameters alone are within their own limit, which is lower.
    let end = reader.original_position();
    limit(limits::FRAME, validator.len_locals(), end)?;
    Ok(Locals { groups, range: start..end })
}
