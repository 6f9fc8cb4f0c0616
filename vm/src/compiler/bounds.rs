//! Which modules are compiled, and which are better left to the interpreter.
//!
//! A compiler takes more than linear time and memory for what is made to be slow to compile, and it can't
//! be stopped. So what it may take is bounded beforehand, by numbers that are known from validation.

use super::BYTES_PER_SLOT;
use hebe_gas::{Function, Prepared, limits};

/// The whole module, rewritten, in bytes. Ordinary code of this size takes about two seconds.
const MODULE_BYTES: usize = 1 << 20;

/// Functions of a module.
const FUNCTIONS: usize = 8_192;

/// A function, before it is rewritten, in bytes.
const FUNCTION_BYTES: usize = 64 << 10;

/// Blocks and branches of a function.
const BRANCHES: u32 = 16 << 10;

/// Blocks and branches of a function times its locals: so many values may have to be carried over the edges
/// between its blocks.
const CARRIED_VALUES: u64 = 2 << 20;

/// Whether a module, rewritten to `rewritten` bytes, is within the bounds.
pub(super) fn may_compile(module: &Prepared, rewritten: usize) -> bool {
    rewritten <= MODULE_BYTES
        && module.functions().len() <= FUNCTIONS
        && module.functions().iter().all(|function| {
            function.instructions.len() <= FUNCTION_BYTES
                && function.branches <= BRANCHES
                && u64::from(function.branches) * u64::from(function.locals) <= CARRIED_VALUES
        })
}

/// Whether a compiled function takes no more native stack for its frame than our count of slots allows. It
/// does in code that a compiler emits; but values that are computed once and used in many places all wait
/// in the frame, and there can be as many as a function has instructions.
pub(super) fn frame_fits(function: &Function, code: &[u8]) -> bool {
    let slots = (function.frame + limits::CALL_SLOTS) as usize;
    frame_bytes(code) <= slots * BYTES_PER_SLOT
}

/// What a call takes beside the frame: where to return to, the caller's frame pointer, registers to be
/// restored.
const CALL_BYTES: usize = 128;

/// How much native stack a function takes at most, by its machine code.
#[cfg(target_arch = "x86_64")]
fn frame_bytes(code: &[u8]) -> usize {
    // `sub rsp, n` is in the first instructions, behind the comparison with the limit of the stack; before
    // it there can be others of a page, which touch the pages of a large frame one by one.
    let prologue = &code[..code.len().min(512)];
    let subtrahend = |bytes: &[u8]| match *bytes {
        [0x48, 0x81, 0xec, a, b, c, d, ..] => u32::from_le_bytes([a, b, c, d]) as usize,
        [0x48, 0x83, 0xec, a, ..] => usize::from(a),
        _ => 0,
    };
    let frame = (0..prologue.len()).map(|at| subtrahend(&prologue[at..])).max();
    frame.unwrap_or(0) + CALL_BYTES
}

/// How much native stack a function takes at most. What is put on the stack is put there by instructions of
/// 4 bytes or more, which put 16 bytes at most.
#[cfg(not(target_arch = "x86_64"))]
fn frame_bytes(code: &[u8]) -> usize {
    4 * code.len() + CALL_BYTES
}
