//! Which modules are compiled, and which are better left to the interpreter.
//!
//! A compiler takes more than linear time and memory for what is made to be slow to compile, and it can't
//! be stopped. So what it may take is estimated beforehand, by numbers that are known from validation.

use super::BYTES_PER_SLOT;
use hebe_gas::{Effort, Function, Prepared, limits};

/// The most that compiling a module may take by [`microseconds`]: half a second. What was found to be slowest
/// within it takes less than a second and less than 128 MiB.
const MOST_MICROSECONDS: u64 = 500_000;

/// Whether a module, rewritten to `rewritten` bytes, is within the bounds.
pub(super) fn may_compile(module: &Prepared, rewritten: usize) -> bool {
    microseconds(module, rewritten) <= MOST_MICROSECONDS
}

/// What compiling a module is thought to take, of what it may take: beyond 1 it is not compiled.
#[expect(clippy::cast_precision_loss, reason = "it is for reading")]
pub(super) fn share(module: &Prepared, rewritten: usize) -> f64 {
    microseconds(module, rewritten) as f64 / MOST_MICROSECONDS as f64
}

/// What compiling a module takes on a machine of 2024, about and rather too much: the sum of what it takes for each
/// thing that a module can have many of. Measured with modules of nothing but that thing; where memory would pass
/// its bound first, it counts for as much.
fn microseconds(module: &Prepared, rewritten: usize) -> u64 {
    let sections = module.module();
    let elements: usize = sections.elements.iter().map(|segment| segment.items.len()).sum();
    let data: usize = sections.data.iter().map(|segment| segment.bytes.len()).sum();
    let whole = [
        (rewritten.saturating_sub(data), BYTE),
        (sections.types.len(), TYPE),
        (module.functions().len(), FUNCTION),
        (elements, ELEMENT),
        (sections.elements.len(), SEGMENT),
    ];
    let whole = whole.into_iter().map(|(number, each)| number as u64 * each).sum::<u64>();
    module.functions().iter().map(of_function).fold(whole, u64::saturating_add)
}

/// What a function takes beside its bytes.
fn of_function(function: &Function) -> u64 {
    let Effort { branches, operands, calls, departures, pinned } = function.effort;
    let each = [(branches, BRANCH), (calls, CALL), (departures, DEPARTURE), (pinned, PINNED)];
    let each = each.into_iter().map(|(number, each)| u64::from(number) * each).sum::<u64>();
    // A departure has a condition or two of its own.
    let joints = u64::from(branches) + 2 * u64::from(departures);
    let [operands, locals] = [operands, function.locals].map(u64::from);
    let alive = u64::from(function.frame);
    // What is alive in many blocks has to be looked at in each, and moved aside where registers are needed; what a
    // loop carries is held against each other.
    let joined = joints * alive / CARRIED_PER_MICROSECOND
        + joints * joints / JOINT_PAIRS_PER_MICROSECOND
        + function.instructions.len() as u64 * alive / BYTES_WITH_ALIVE_PER_MICROSECOND
        + operands * operands / OPERAND_PAIRS_PER_MICROSECOND
        + if branches > 0 { locals * locals / LOCAL_PAIRS_PER_MICROSECOND } else { 0 };
    each + joined
}

/// Microseconds for each of these. Ordinary code is all bytes: arithmetic takes 1.2 for one, loads and stores in a
/// single huge function 2.5.
const BYTE: u64 = 2;
/// Each type needs a way in from outside.
const TYPE: u64 = 1_000;
const FUNCTION: u64 = 200;
const ELEMENT: u64 = 25;
/// A segment of elements.
const SEGMENT: u64 = 65;
const BRANCH: u64 = 15;
const CALL: u64 = 45;
const DEPARTURE: u64 = 175;
const PINNED: u64 = 80;

/// Of what grows faster than its number, how many pairs take a microsecond.
const CARRIED_PER_MICROSECOND: u64 = 2;
const BYTES_WITH_ALIVE_PER_MICROSECOND: u64 = 400;
const JOINT_PAIRS_PER_MICROSECOND: u64 = 12;
const OPERAND_PAIRS_PER_MICROSECOND: u64 = 120;
const LOCAL_PAIRS_PER_MICROSECOND: u64 = 12;

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
