//! What runs translated code. The only file of the interpreter with `unsafe` in it.
//!
//! One loop, one arm for each instruction. A call of a contract's own function is no call of Rust: the native stack stays
//! as it is, however deeply a contract recurs. Slots, instructions, globals and function tables are accessed without
//! being checked; [`check`](super::check) has proved of every function, before it runs for the first time, that they
//! exist. Addresses in the memory are a contract's own, and checked at each access. Where assertions are on, every
//! access of a slot is asserted to be in its frame.
//!
//! What a contract can't reach: nothing but its own frame's slots, all written before they are read; the memory,
//! globals, table and segments of its instance; functions of its module; and the imports that its [`World`] has.

#![allow(unsafe_code)]

use super::{
    code::{Instruction, Op},
    contract::Code,
    instance::Instance,
    memory::PART_BITS,
    slots::{Caller, SLOTS, Stack},
    table::NULL,
};
use hebe_host::{Exit, Failure, Fault, Trap};
use std::slice;

/// What a run asks of the one who started it.
pub(crate) trait World {
    /// What may still be used, in particles, or in whatever is counted.
    fn counter(&mut self) -> u64;

    /// Takes it back.
    fn set_counter(&mut self, counter: u64);

    /// How the run ends when it wants to use more than there is.
    fn used_up(&mut self) -> Exit;

    /// Calls an import: its arguments are the first of the `slots`, and its results go there.
    fn call(
        &mut self,
        import: usize,
        instance: &mut Instance,
        slots: &mut [u64],
    ) -> Result<(), Exit>;
}

/// Ends an arm. Without a difference between the ends of arms, the optimiser makes all of them one jump, which the
/// processor can't predict: the text makes the difference, and no instruction. (With rustc 1.95 each arm then ends in a
/// jump of its own, as long as at most one place in the loop has two ways on, and optimising is at level 3.)
macro_rules! next {
    ($ip:ident, $name:expr) => {{
        // SAFETY: the code goes on behind this instruction, which `check` has proved.
        $ip = unsafe { $ip.add(1) };
        end_of_arm!($name);
        continue;
    }};
}

macro_rules! end_of_arm {
    ($name:expr) => {
        #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
        // SAFETY: it is a comment.
        unsafe {
            std::arch::asm!(concat!("// ", $name), options(nomem, nostack, preserves_flags))
        }
    };
}

/// Runs the function of the module's own with this index among them. Its arguments are the first of `values`, where its
/// results will be; there must be room for both.
///
/// # Errors
///
/// The [`Exit`] says how it ended otherwise.
#[expect(clippy::cast_possible_truncation, reason = "an i32 has no upper half")]
#[expect(clippy::cast_sign_loss, clippy::cast_possible_wrap, reason = "the same bits")]
pub(crate) fn run(
    code: &Code,
    instance: &mut Instance,
    stack: &mut Stack,
    world: &mut dyn World,
    own: u32,
    values: &mut [u64],
) -> Result<(), Exit> {
    let mut ip: *const Instruction = code.entry(own as usize)?.as_ptr();
    let all_slots = stack.begin();
    let mut first: *mut u64 = all_slots;
    let values = values.get_mut(..code.width(own)).ok_or_else(|| fault("too few values".into()))?;
    // SAFETY: no function has as many parameters as there are slots.
    unsafe { all_slots.copy_from_nonoverlapping(values.as_ptr(), values.len()) };
    let no_callers = stack.callers;
    let mut gas = world.counter();
    let (mut memory, mut memory_bytes, mut written) = instance.memory.raw();
    let globals: *mut u64 = instance.globals.as_mut_ptr();
    let number_of_globals = instance.globals.len();

    // A slot of the frame at hand.
    macro_rules! slot {
        ($slot:expr) => {{
            let slot = usize::from($slot);
            debug_assert!(slot < stack.frame as usize, "slot {slot} of {}", stack.frame);
            // SAFETY: `check` has proved that it is in the frame, and `Enter` that the frame is on the stack.
            unsafe { &mut *first.add(slot) }
        }};
    }
    macro_rules! get {
        ($slot:expr) => {
            *slot!($slot)
        };
    }
    macro_rules! set {
        ($slot:expr, $value:expr) => {{
            let value: u64 = $value;
            *slot!($slot) = value;
        }};
    }
    macro_rules! fail {
        ($failure:expr) => {
            return Err(failed($failure))
        };
    }
    macro_rules! pay {
        ($particles:expr) => {
            match gas.checked_sub($particles) {
                Some(rest) => gas = rest,
                None => return Err(world.used_up()),
            }
        };
    }
    // The size is 1 to 8, and addresses are below 2^34: nothing overflows.
    macro_rules! address {
        ($address:expr, $ty:ty) => {{
            let address: u64 = $address;
            if address + size_of::<$ty>() as u64 > memory_bytes as u64 {
                fail!(Failure::InvalidMemoryAccess);
            }
            address as usize
        }};
    }
    macro_rules! do_load {
        ($i:ident, $address:expr, $ty:ty, $convert:expr) => {{
            let address = address!($address, $ty);
            // SAFETY: it is in the memory, as was just checked.
            let value = unsafe { memory.add(address).cast::<$ty>().read_unaligned() };
            let convert: fn($ty) -> u64 = $convert;
            set!($i.a, convert(<$ty>::from_le(value)));
        }};
    }
    macro_rules! load {
        ($i:ident, $address:expr, $ty:ty, $convert:expr) => {{
            do_load!($i, $address, $ty, $convert);
            next!(ip, concat!("load", stringify!($ty), stringify!($address)));
        }};
    }
    macro_rules! do_store {
        ($i:ident, $address:expr, $ty:ty) => {{
            let address = address!($address, $ty);
            let value = (get!($i.c) as $ty).to_le();
            // SAFETY: it is in the memory, as was just checked, and each part of that has its place in `written`.
            unsafe {
                memory.add(address).cast::<$ty>().write_unaligned(value);
                *written.add(address >> PART_BITS) = 1;
            }
        }};
    }
    macro_rules! store {
        ($i:ident, $address:expr, $ty:ty) => {{
            do_store!($i, $address, $ty);
            next!(ip, concat!("store", stringify!($ty), stringify!($address)));
        }};
    }
    macro_rules! do_binary {
        ($i:ident, $operation:expr) => {{
            let operation: fn(u64, u64) -> u64 = $operation;
            set!($i.a, operation(get!($i.b), get!($i.c)));
        }};
    }
    macro_rules! binary {
        ($i:ident, $name:literal, $operation:expr) => {{
            do_binary!($i, $operation);
            next!(ip, $name);
        }};
    }
    macro_rules! do_imm {
        ($i:ident, $operation:expr) => {{
            let operation: fn(u64, u64) -> u64 = $operation;
            set!($i.a, operation(get!($i.b), $i.imm));
        }};
    }
    macro_rules! binary_imm {
        ($i:ident, $name:literal, $operation:expr) => {{
            do_imm!($i, $operation);
            next!(ip, concat!($name, "i"));
        }};
    }
    // Goes on to the second instruction of a pair.
    macro_rules! second {
        ($i:ident) => {{
            // SAFETY: it was there when the pair was named.
            ip = unsafe { ip.add(1) };
            // SAFETY: as above.
            $i = unsafe { &*ip };
        }};
    }
    macro_rules! divide {
        ($i:ident, $name:literal, $right:expr, $operation:expr) => {{
            let operation: fn(u64, u64) -> Result<u64, Trap> = $operation;
            match operation(get!($i.b), $right) {
                Ok(value) => set!($i.a, value),
                Err(trap) => fail!(Failure::Trap(trap)),
            }
            next!(ip, concat!($name, stringify!($right)));
        }};
    }
    macro_rules! unary {
        ($i:ident, $name:literal, $operation:expr) => {{
            let operation: fn(u64) -> u64 = $operation;
            set!($i.a, operation(get!($i.b)));
            next!(ip, $name);
        }};
    }
    // A comparison, for the branch at hand.
    macro_rules! compare {
        ($i:ident, $right:expr, $compare:expr) => {{
            let compare: fn(u64, u64) -> bool = $compare;
            compare(get!($i.b), $right)
        }};
    }
    // Goes into a function of the module's own, which the instruction at hand calls.
    macro_rules! enter {
        ($i:ident, $own:expr) => {{
            let entry = code.entry($own)?;
            // SAFETY: the code goes on behind this instruction, which `check` has proved.
            let next = unsafe { ip.add(1) };
            let (left, frame) = (stack.left, stack.frame);
            // SAFETY: of the slots that each active function counts, `CALL_SLOTS` are in no frame, and have room for it.
            unsafe {
                stack.callers = stack.callers.sub(1);
                stack.callers.write(Caller { next, first, left, frame });
            }
            ip = entry.as_ptr();
            // SAFETY: it is in the frame, or just behind it where that has no arguments; `Enter` looks for room.
            first = unsafe { first.add(usize::from($i.a)) };
        }};
    }
    // Goes back into the function that waits for this one.
    macro_rules! leave {
        () => {{
            if stack.callers == no_callers {
                break;
            }
            // SAFETY: it is the last one that was put there.
            let caller = unsafe { stack.callers.read() };
            // SAFETY: there is one.
            stack.callers = unsafe { stack.callers.add(1) };
            (ip, first) = (caller.next, caller.first);
            (stack.left, stack.frame) = (caller.left, caller.frame);
        }};
    }
    macro_rules! call_import {
        ($i:ident, $import:expr) => {{
            let width = code.import_width($import);
            debug_assert!(usize::from($i.a) + width <= stack.frame as usize);
            // SAFETY: arguments and results are in the frame, which `check` has proved.
            let slots = unsafe { slice::from_raw_parts_mut(first.add(usize::from($i.a)), width) };
            world.set_counter(gas);
            world.call($import, instance, slots)?;
            gas = world.counter();
            (memory, memory_bytes, written) = instance.memory.raw();
        }};
    }

    loop {
        // SAFETY: `ip` is always in the code of a function, which `check` has proved.
        let mut i = unsafe { &*ip };
        let is_taken = match i.op {
            Op::Add32 => binary!(i, "add32", |x, y| (x as u32).wrapping_add(y as u32).into()),
            Op::Sub32 => binary!(i, "sub32", |x, y| (x as u32).wrapping_sub(y as u32).into()),
            Op::Mul32 => binary!(i, "mul32", |x, y| (x as u32).wrapping_mul(y as u32).into()),
            Op::Shl32 => binary!(i, "shl32", |x, y| (x as u32).wrapping_shl(y as u32).into()),
            Op::ShrS32 => {
                binary!(i, "shrs32", |x, y| { ((x as i32).wrapping_shr(y as u32) as u32).into() })
            }
            Op::ShrU32 => binary!(i, "shru32", |x, y| (x as u32).wrapping_shr(y as u32).into()),
            Op::Rotl32 => binary!(i, "rotl32", |x, y| (x as u32).rotate_left(y as u32 & 31).into()),
            Op::Rotr32 => {
                binary!(i, "rotr32", |x, y| (x as u32).rotate_right(y as u32 & 31).into())
            }
            Op::Add64 => binary!(i, "add64", u64::wrapping_add),
            Op::Sub64 => binary!(i, "sub64", u64::wrapping_sub),
            Op::Mul64 => binary!(i, "mul64", u64::wrapping_mul),
            Op::Shl64 => binary!(i, "shl64", |x, y| x.wrapping_shl(y as u32)),
            Op::ShrS64 => binary!(i, "shrs64", |x, y| (x as i64).wrapping_shr(y as u32) as u64),
            Op::ShrU64 => binary!(i, "shru64", |x, y| x.wrapping_shr(y as u32)),
            Op::Rotl64 => binary!(i, "rotl64", |x, y| x.rotate_left(y as u32 & 63)),
            Op::Rotr64 => binary!(i, "rotr64", |x, y| x.rotate_right(y as u32 & 63)),
            Op::And => binary!(i, "and", |x, y| x & y),
            Op::Or => binary!(i, "or", |x, y| x | y),
            Op::Xor => binary!(i, "xor", |x, y| x ^ y),
            Op::Eq => binary!(i, "eq", |x, y| (x == y).into()),
            Op::Ne => binary!(i, "ne", |x, y| (x != y).into()),
            Op::LtU => binary!(i, "ltu", |x, y| (x < y).into()),
            Op::LeU => binary!(i, "leu", |x, y| (x <= y).into()),
            Op::LtS32 => binary!(i, "lts32", |x, y| ((x as i32) < y as i32).into()),
            Op::LeS32 => binary!(i, "les32", |x, y| (x as i32 <= y as i32).into()),
            Op::LtS64 => binary!(i, "lts64", |x, y| ((x as i64) < y as i64).into()),
            Op::LeS64 => binary!(i, "les64", |x, y| (x as i64 <= y as i64).into()),

            Op::Add32Imm => {
                binary_imm!(i, "add32", |x, y| (x as u32).wrapping_add(y as u32).into())
            }
            Op::Mul32Imm => {
                binary_imm!(i, "mul32", |x, y| (x as u32).wrapping_mul(y as u32).into())
            }
            Op::Shl32Imm => {
                binary_imm!(i, "shl32", |x, y| (x as u32).wrapping_shl(y as u32).into())
            }
            Op::ShrS32Imm => binary_imm!(i, "shrs32", |x, y| {
                ((x as i32).wrapping_shr(y as u32) as u32).into()
            }),
            Op::ShrU32Imm => {
                binary_imm!(i, "shru32", |x, y| (x as u32).wrapping_shr(y as u32).into())
            }
            Op::Rotl32Imm => {
                binary_imm!(i, "rotl32", |x, y| (x as u32).rotate_left(y as u32 & 31).into())
            }
            Op::Add64Imm => binary_imm!(i, "add64", u64::wrapping_add),
            Op::Mul64Imm => binary_imm!(i, "mul64", u64::wrapping_mul),
            Op::Shl64Imm => binary_imm!(i, "shl64", |x, y| x.wrapping_shl(y as u32)),
            Op::ShrS64Imm => {
                binary_imm!(i, "shrs64", |x, y| (x as i64).wrapping_shr(y as u32) as u64)
            }
            Op::ShrU64Imm => binary_imm!(i, "shru64", |x, y| x.wrapping_shr(y as u32)),
            Op::Rotl64Imm => binary_imm!(i, "rotl64", |x, y| x.rotate_left(y as u32 & 63)),
            Op::AndImm => binary_imm!(i, "and", |x, y| x & y),
            Op::OrImm => binary_imm!(i, "or", |x, y| x | y),
            Op::XorImm => binary_imm!(i, "xor", |x, y| x ^ y),
            Op::EqImm => binary_imm!(i, "eq", |x, y| (x == y).into()),
            Op::NeImm => binary_imm!(i, "ne", |x, y| (x != y).into()),
            Op::LtUImm => binary_imm!(i, "ltu", |x, y| (x < y).into()),
            Op::GtUImm => binary_imm!(i, "gtu", |x, y| (x > y).into()),
            Op::LeUImm => binary_imm!(i, "leu", |x, y| (x <= y).into()),
            Op::GeUImm => binary_imm!(i, "geu", |x, y| (x >= y).into()),
            Op::LtS32Imm => binary_imm!(i, "lts32", |x, y| ((x as i32) < y as i32).into()),
            Op::GtS32Imm => binary_imm!(i, "gts32", |x, y| (x as i32 > y as i32).into()),
            Op::LeS32Imm => binary_imm!(i, "les32", |x, y| (x as i32 <= y as i32).into()),
            Op::GeS32Imm => binary_imm!(i, "ges32", |x, y| (x as i32 >= y as i32).into()),
            Op::LtS64Imm => binary_imm!(i, "lts64", |x, y| ((x as i64) < y as i64).into()),
            Op::GtS64Imm => binary_imm!(i, "gts64", |x, y| (x as i64 > y as i64).into()),
            Op::LeS64Imm => binary_imm!(i, "les64", |x, y| (x as i64 <= y as i64).into()),
            Op::GeS64Imm => binary_imm!(i, "ges64", |x, y| (x as i64 >= y as i64).into()),

            Op::DivS32 => divide!(i, "divs32", get!(i.c), div_s32),
            Op::RemS32 => divide!(i, "rems32", get!(i.c), rem_s32),
            Op::DivS64 => divide!(i, "divs64", get!(i.c), div_s64),
            Op::RemS64 => divide!(i, "rems64", get!(i.c), rem_s64),
            Op::DivU => divide!(i, "divu", get!(i.c), div_u),
            Op::RemU => divide!(i, "remu", get!(i.c), rem_u),
            Op::DivS32Imm => divide!(i, "divs32", i.imm, div_s32),
            Op::RemS32Imm => divide!(i, "rems32", i.imm, rem_s32),
            Op::DivS64Imm => divide!(i, "divs64", i.imm, div_s64),
            Op::RemS64Imm => divide!(i, "rems64", i.imm, rem_s64),
            Op::DivUImm => divide!(i, "divu", i.imm, div_u),
            Op::RemUImm => divide!(i, "remu", i.imm, rem_u),

            Op::Copy => unary!(i, "copy", |x| x),
            Op::Clz32 => unary!(i, "clz32", |x| (x as u32).leading_zeros().into()),
            Op::Clz64 => unary!(i, "clz64", |x| x.leading_zeros().into()),
            Op::Ctz32 => unary!(i, "ctz32", |x| (x as u32).trailing_zeros().into()),
            Op::Ctz64 => unary!(i, "ctz64", |x| x.trailing_zeros().into()),
            Op::Popcnt => unary!(i, "popcnt", |x| x.count_ones().into()),
            Op::Extend8S32 => unary!(i, "ext8s32", |x| (i32::from(x as i8) as u32).into()),
            Op::Extend16S32 => unary!(i, "ext16s32", |x| (i32::from(x as i16) as u32).into()),
            Op::Extend8S64 => unary!(i, "ext8s64", |x| i64::from(x as i8) as u64),
            Op::Extend16S64 => unary!(i, "ext16s64", |x| i64::from(x as i16) as u64),
            Op::Extend32S64 => unary!(i, "ext32s64", |x| i64::from(x as i32) as u64),
            Op::Const => {
                set!(i.a, i.imm);
                next!(ip, "const");
            }
            Op::Select => {
                let chosen = if get!(i.imm as u16) == 0 { i.c } else { i.b };
                set!(i.a, get!(chosen));
                next!(ip, "select");
            }
            Op::Move => {
                debug_assert!(usize::from(i.a.max(i.b)) + usize::from(i.c) <= stack.frame as usize);
                // SAFETY: both ranges are in the frame, which `check` has proved.
                unsafe {
                    let (from, to) = (first.add(i.b.into()), first.add(i.a.into()));
                    to.copy_from(from, i.c.into());
                }
                next!(ip, "move");
            }

            Op::Load8 => load!(i, at(get!(i.b), i.imm), u8, u64::from),
            Op::Load16 => load!(i, at(get!(i.b), i.imm), u16, u64::from),
            Op::Load32 => load!(i, at(get!(i.b), i.imm), u32, u64::from),
            Op::Load64 => load!(i, at(get!(i.b), i.imm), u64, |x| x),
            Op::Load8S32 => load!(i, at(get!(i.b), i.imm), i8, |x| (i32::from(x) as u32).into()),
            Op::Load16S32 => load!(i, at(get!(i.b), i.imm), i16, |x| (i32::from(x) as u32).into()),
            Op::Load8S64 => load!(i, at(get!(i.b), i.imm), i8, |x| i64::from(x) as u64),
            Op::Load16S64 => load!(i, at(get!(i.b), i.imm), i16, |x| i64::from(x) as u64),
            Op::Load32S64 => load!(i, at(get!(i.b), i.imm), i32, |x| i64::from(x) as u64),
            Op::Load8At => load!(i, i.imm, u8, u64::from),
            Op::Load16At => load!(i, i.imm, u16, u64::from),
            Op::Load32At => load!(i, i.imm, u32, u64::from),
            Op::Load64At => load!(i, i.imm, u64, |x| x),
            Op::Load8S32At => load!(i, i.imm, i8, |x| (i32::from(x) as u32).into()),
            Op::Load16S32At => load!(i, i.imm, i16, |x| (i32::from(x) as u32).into()),
            Op::Load8S64At => load!(i, i.imm, i8, |x| i64::from(x) as u64),
            Op::Load16S64At => load!(i, i.imm, i16, |x| i64::from(x) as u64),
            Op::Load32S64At => load!(i, i.imm, i32, |x| i64::from(x) as u64),
            Op::Store8 => store!(i, at(get!(i.b), i.imm), u8),
            Op::Store16 => store!(i, at(get!(i.b), i.imm), u16),
            Op::Store32 => store!(i, at(get!(i.b), i.imm), u32),
            Op::Store64 => store!(i, at(get!(i.b), i.imm), u64),
            Op::Store8At => store!(i, i.imm, u8),
            Op::Store16At => store!(i, i.imm, u16),
            Op::Store32At => store!(i, i.imm, u32),
            Op::Store64At => store!(i, i.imm, u64),

            Op::GlobalGet => {
                debug_assert!((i.imm as usize) < number_of_globals);
                // SAFETY: there is such a global, which `check` has proved.
                set!(i.a, unsafe { *globals.add(i.imm as usize) });
                next!(ip, "global.get");
            }
            Op::GlobalSet => {
                debug_assert!((i.imm as usize) < number_of_globals);
                let value = get!(i.b);
                // SAFETY: there is such a global, which `check` has proved.
                unsafe { *globals.add(i.imm as usize) = value };
                next!(ip, "global.set");
            }
            Op::MemorySize => {
                set!(i.a, (memory_bytes >> 16) as u64);
                next!(ip, "memory.size");
            }
            Op::MemoryGrow => {
                let pages = get!(i.b) as u32;
                if pages <= instance.memory.maximum() - instance.memory.pages() {
                    pay!(u64::from(pages) * code.page_particles());
                }
                let grown = instance.memory.grow(pages)?;
                (memory, memory_bytes, written) = instance.memory.raw();
                set!(i.a, grown.unwrap_or(u32::MAX).into());
                next!(ip, "memory.grow");
            }
            Op::MemoryFill => {
                let (to, byte, length) = (get!(i.a) as u32, get!(i.b) as u8, get!(i.c) as u32);
                pay!(code.word_particles(length));
                instance.memory.writable(to.into(), length.into()).map_err(failed)?.fill(byte);
                next!(ip, "memory.fill");
            }
            Op::MemoryCopy => {
                let (to, from, length) = (get!(i.a) as u32, get!(i.b) as u32, get!(i.c) as u32);
                pay!(code.word_particles(length));
                let copied = instance.memory.copy(to.into(), from.into(), length.into());
                copied.map_err(failed)?;
                next!(ip, "memory.copy");
            }
            Op::MemoryInit => {
                let (to, from, length) = (get!(i.a) as u32, get!(i.b) as u32, get!(i.c) as u32);
                pay!(code.word_particles(length));
                let segment = i.imm as usize;
                instance.init_memory(code, segment, to, from, length).map_err(failed)?;
                next!(ip, "memory.init");
            }
            Op::DataDrop => {
                instance.drop_data(i.imm as usize);
                next!(ip, "data.drop");
            }
            Op::TableSize => {
                set!(i.a, instance.table.size().into());
                next!(ip, "table.size");
            }
            Op::TableGet => {
                set!(i.a, instance.table.get(get!(i.b) as u32).map_err(trapped)?);
                next!(ip, "table.get");
            }
            Op::TableSet => {
                instance.table.set(get!(i.b) as u32, get!(i.c)).map_err(trapped)?;
                next!(ip, "table.set");
            }
            Op::TableGrow => {
                let (value, elements) = (get!(i.b), get!(i.c) as u32);
                if elements <= instance.table.maximum() - instance.table.size() {
                    pay!(code.element_particles(elements));
                }
                let grown = instance.table.grow(elements, value)?;
                set!(i.a, grown.unwrap_or(u32::MAX).into());
                next!(ip, "table.grow");
            }
            Op::TableFill => {
                let (to, value, length) = (get!(i.a) as u32, get!(i.b), get!(i.c) as u32);
                pay!(code.element_particles(length));
                instance.table.fill(to, value, length).map_err(trapped)?;
                next!(ip, "table.fill");
            }
            Op::TableCopy => {
                let (to, from, length) = (get!(i.a) as u32, get!(i.b) as u32, get!(i.c) as u32);
                pay!(code.element_particles(length));
                instance.table.copy(to, from, length).map_err(trapped)?;
                next!(ip, "table.copy");
            }
            Op::TableInit => {
                let (to, from, length) = (get!(i.a) as u32, get!(i.b) as u32, get!(i.c) as u32);
                pay!(code.element_particles(length));
                let segment = i.imm as usize;
                instance.init_table(code, segment, to, from, length).map_err(trapped)?;
                next!(ip, "table.init");
            }
            Op::ElementDrop => {
                instance.drop_elements(i.imm as usize);
                next!(ip, "elem.drop");
            }

            Op::Enter => {
                if !stack.enter(i.a) {
                    fail!(Failure::StackOverflow);
                }
                debug_assert!({
                    // SAFETY: both are of the same stack.
                    let before = unsafe { first.offset_from(all_slots) };
                    before.unsigned_abs() + stack.frame as usize <= SLOTS
                });
                for local in i.b..i.c {
                    set!(local, 0);
                }
                pay!(i.imm);
                next!(ip, "enter");
            }
            Op::Charge => {
                pay!(i.imm);
                next!(ip, "charge");
            }
            Op::Branch => true,
            Op::BrEq => compare!(i, get!(i.c), |x, y| x == y),
            Op::BrNe => compare!(i, get!(i.c), |x, y| x != y),
            Op::BrLtU => compare!(i, get!(i.c), |x, y| x < y),
            Op::BrLeU => compare!(i, get!(i.c), |x, y| x <= y),
            Op::BrLtS32 => compare!(i, get!(i.c), |x, y| (x as i32) < y as i32),
            Op::BrLeS32 => compare!(i, get!(i.c), |x, y| x as i32 <= y as i32),
            Op::BrLtS64 => compare!(i, get!(i.c), |x, y| (x as i64) < y as i64),
            Op::BrLeS64 => compare!(i, get!(i.c), |x, y| x as i64 <= y as i64),
            Op::BrEqImm => compare!(i, u64::from(i.c), |x, y| x == y),
            Op::BrNeImm => compare!(i, u64::from(i.c), |x, y| x != y),
            Op::BrLtUImm => compare!(i, u64::from(i.c), |x, y| x < y),
            Op::BrGtUImm => compare!(i, u64::from(i.c), |x, y| x > y),
            Op::BrLeUImm => compare!(i, u64::from(i.c), |x, y| x <= y),
            Op::BrGeUImm => compare!(i, u64::from(i.c), |x, y| x >= y),
            Op::BrLtS32Imm => {
                compare!(i, signed(i.c), |x, y| (x as i32) < y as i32)
            }
            Op::BrGtS32Imm => compare!(i, signed(i.c), |x, y| x as i32 > y as i32),
            Op::BrLeS32Imm => compare!(i, signed(i.c), |x, y| x as i32 <= y as i32),
            Op::BrGeS32Imm => compare!(i, signed(i.c), |x, y| x as i32 >= y as i32),
            Op::BrLtS64Imm => {
                compare!(i, signed(i.c), |x, y| (x as i64) < y as i64)
            }
            Op::BrGtS64Imm => compare!(i, signed(i.c), |x, y| x as i64 > y as i64),
            Op::BrLeS64Imm => compare!(i, signed(i.c), |x, y| x as i64 <= y as i64),
            Op::BrGeS64Imm => compare!(i, signed(i.c), |x, y| x as i64 >= y as i64),
            Op::BranchTable => {
                let index = get!(i.b).min(i.imm) as usize;
                // SAFETY: so many branches are behind it, which `check` has proved.
                ip = unsafe { ip.add(index) };
                next!(ip, "br_table");
            }
            Op::Call => {
                enter!(i, i.imm as usize);
                end_of_arm!("call");
                continue;
            }
            Op::CallImport => {
                call_import!(i, i.imm as usize);
                next!(ip, "import");
            }
            Op::CallIndirect => {
                let element = instance.table.get(get!(i.b) as u32).map_err(trapped)?;
                if element == NULL {
                    return Err(trapped(Trap::IndirectCallToNull));
                }
                let function = (element - 1) as usize;
                if !code.has_type(function, i.imm as usize) {
                    return Err(trapped(Trap::BadSignature));
                }
                match function.checked_sub(code.imported_functions()) {
                    Some(own) => enter!(i, own),
                    None => {
                        call_import!(i, function);
                        // SAFETY: the code goes on behind this instruction, which `check` has proved.
                        ip = unsafe { ip.add(1) };
                    }
                }
                end_of_arm!("call_indirect");
                continue;
            }
            Op::ReturnOne => {
                let result = get!(i.b);
                // SAFETY: a function that has a result has a slot.
                unsafe { *first = result };
                leave!();
                end_of_arm!("return_one");
                continue;
            }
            Op::Return => {
                leave!();
                end_of_arm!("return");
                continue;
            }
            Op::Unreachable => fail!(Failure::Unreachable),

            Op::Add32ImmThenBrNe => {
                do_imm!(i, |x, y| (x as u32).wrapping_add(y as u32).into());
                second!(i);
                compare!(i, get!(i.c), |x, y| x != y)
            }
            Op::Add32ImmThenBrNeImm => {
                do_imm!(i, |x, y| (x as u32).wrapping_add(y as u32).into());
                second!(i);
                compare!(i, u64::from(i.c), |x, y| x != y)
            }
            Op::Add32ImmThenBrLtU => {
                do_imm!(i, |x, y| (x as u32).wrapping_add(y as u32).into());
                second!(i);
                compare!(i, get!(i.c), |x, y| x < y)
            }
            Op::Add32ImmThenBrLtUImm => {
                do_imm!(i, |x, y| (x as u32).wrapping_add(y as u32).into());
                second!(i);
                compare!(i, u64::from(i.c), |x, y| x < y)
            }
            Op::Add64ImmThenBrNe => {
                do_imm!(i, u64::wrapping_add);
                second!(i);
                compare!(i, get!(i.c), |x, y| x != y)
            }
            Op::Add64ImmThenBrNeImm => {
                do_imm!(i, u64::wrapping_add);
                second!(i);
                compare!(i, u64::from(i.c), |x, y| x != y)
            }
            Op::Add64ImmThenBrLtU => {
                do_imm!(i, u64::wrapping_add);
                second!(i);
                compare!(i, get!(i.c), |x, y| x < y)
            }
            Op::XorThenRotl32Imm => {
                do_binary!(i, |x, y| x ^ y);
                second!(i);
                do_imm!(i, |x, y| (x as u32).rotate_left(y as u32 & 31).into());
                next!(ip, "XorThenRotl32Imm");
            }
            Op::XorThenRotl64Imm => {
                do_binary!(i, |x, y| x ^ y);
                second!(i);
                do_imm!(i, |x, y| x.rotate_left(y as u32 & 63));
                next!(ip, "XorThenRotl64Imm");
            }
            Op::Add32ThenAdd32 => {
                do_binary!(i, |x, y| (x as u32).wrapping_add(y as u32).into());
                second!(i);
                do_binary!(i, |x, y| (x as u32).wrapping_add(y as u32).into());
                next!(ip, "Add32ThenAdd32");
            }
            Op::Add64ThenAdd64 => {
                do_binary!(i, u64::wrapping_add);
                second!(i);
                do_binary!(i, u64::wrapping_add);
                next!(ip, "Add64ThenAdd64");
            }
            Op::Add64ThenXor => {
                do_binary!(i, u64::wrapping_add);
                second!(i);
                do_binary!(i, |x, y| x ^ y);
                next!(ip, "Add64ThenXor");
            }
            Op::Add32ThenXor => {
                do_binary!(i, |x, y| (x as u32).wrapping_add(y as u32).into());
                second!(i);
                do_binary!(i, |x, y| x ^ y);
                next!(ip, "Add32ThenXor");
            }
            Op::XorThenXor => {
                do_binary!(i, |x, y| x ^ y);
                second!(i);
                do_binary!(i, |x, y| x ^ y);
                next!(ip, "XorThenXor");
            }
            Op::AndThenXor => {
                do_binary!(i, |x, y| x & y);
                second!(i);
                do_binary!(i, |x, y| x ^ y);
                next!(ip, "AndThenXor");
            }
            Op::XorThenAnd => {
                do_binary!(i, |x, y| x ^ y);
                second!(i);
                do_binary!(i, |x, y| x & y);
                next!(ip, "XorThenAnd");
            }
            Op::Rotl32ImmThenXor => {
                do_imm!(i, |x, y| (x as u32).rotate_left(y as u32 & 31).into());
                second!(i);
                do_binary!(i, |x, y| x ^ y);
                next!(ip, "Rotl32ImmThenXor");
            }
            Op::Rotl64ImmThenXor => {
                do_imm!(i, |x, y| x.rotate_left(y as u32 & 63));
                second!(i);
                do_binary!(i, |x, y| x ^ y);
                next!(ip, "Rotl64ImmThenXor");
            }
            Op::Rotl64ImmThenAdd64 => {
                do_imm!(i, |x, y| x.rotate_left(y as u32 & 63));
                second!(i);
                do_binary!(i, u64::wrapping_add);
                next!(ip, "Rotl64ImmThenAdd64");
            }
            Op::Load64ThenAdd64 => {
                do_load!(i, at(get!(i.b), i.imm), u64, |x| x);
                second!(i);
                do_binary!(i, u64::wrapping_add);
                next!(ip, "Load64ThenAdd64");
            }
            Op::Load64ThenXor => {
                do_load!(i, at(get!(i.b), i.imm), u64, |x| x);
                second!(i);
                do_binary!(i, |x, y| x ^ y);
                next!(ip, "Load64ThenXor");
            }
            Op::Load32ThenAdd32 => {
                do_load!(i, at(get!(i.b), i.imm), u32, u64::from);
                second!(i);
                do_binary!(i, |x, y| (x as u32).wrapping_add(y as u32).into());
                next!(ip, "Load32ThenAdd32");
            }
            Op::Load32ThenXor => {
                do_load!(i, at(get!(i.b), i.imm), u32, u64::from);
                second!(i);
                do_binary!(i, |x, y| x ^ y);
                next!(ip, "Load32ThenXor");
            }
            Op::Load64ThenLoad64 => {
                do_load!(i, at(get!(i.b), i.imm), u64, |x| x);
                second!(i);
                do_load!(i, at(get!(i.b), i.imm), u64, |x| x);
                next!(ip, "Load64ThenLoad64");
            }
            Op::Add32ImmThenLoad8 => {
                do_imm!(i, |x, y| (x as u32).wrapping_add(y as u32).into());
                second!(i);
                do_load!(i, at(get!(i.b), i.imm), u8, u64::from);
                next!(ip, "Add32ImmThenLoad8");
            }
            Op::Add32ThenLoad8 => {
                do_binary!(i, |x, y| (x as u32).wrapping_add(y as u32).into());
                second!(i);
                do_load!(i, at(get!(i.b), i.imm), u8, u64::from);
                next!(ip, "Add32ThenLoad8");
            }
            Op::Add32ThenLoad32 => {
                do_binary!(i, |x, y| (x as u32).wrapping_add(y as u32).into());
                second!(i);
                do_load!(i, at(get!(i.b), i.imm), u32, u64::from);
                next!(ip, "Add32ThenLoad32");
            }
            Op::Add32ThenLoad64 => {
                do_binary!(i, |x, y| (x as u32).wrapping_add(y as u32).into());
                second!(i);
                do_load!(i, at(get!(i.b), i.imm), u64, |x| x);
                next!(ip, "Add32ThenLoad64");
            }
            Op::Shl32ImmThenAdd32 => {
                do_imm!(i, |x, y| (x as u32).wrapping_shl(y as u32).into());
                second!(i);
                do_binary!(i, |x, y| (x as u32).wrapping_add(y as u32).into());
                next!(ip, "Shl32ImmThenAdd32");
            }
            Op::Add64ThenStore64 => {
                do_binary!(i, u64::wrapping_add);
                second!(i);
                do_store!(i, at(get!(i.b), i.imm), u64);
                next!(ip, "Add64ThenStore64");
            }
            Op::XorThenStore64 => {
                do_binary!(i, |x, y| x ^ y);
                second!(i);
                do_store!(i, at(get!(i.b), i.imm), u64);
                next!(ip, "XorThenStore64");
            }
            Op::Add32ThenStore32 => {
                do_binary!(i, |x, y| (x as u32).wrapping_add(y as u32).into());
                second!(i);
                do_store!(i, at(get!(i.b), i.imm), u32);
                next!(ip, "Add32ThenStore32");
            }
            Op::CopyThenCopy => {
                set!(i.a, get!(i.b));
                second!(i);
                set!(i.a, get!(i.b));
                next!(ip, "CopyThenCopy");
            }
        };
        // Branches, all together: where several arms have two ends, none of them gets a jump of its own.
        if is_taken {
            pay!(i.branch_cost());
            // SAFETY: the target is in the same function, which `check` has proved.
            ip = unsafe { ip.offset(i.distance()) };
            end_of_arm!("taken");
            continue;
        }
        pay!(u64::from(i.a));
        next!(ip, "not taken");
    }
    world.set_counter(gas);
    // SAFETY: a function's results are in its frame, which is on the stack.
    unsafe { all_slots.copy_to_nonoverlapping(values.as_mut_ptr(), values.len()) };
    Ok(())
}

/// An address and an offset, each below 2^32.
#[expect(clippy::cast_possible_truncation, reason = "an i32 has no upper half")]
fn at(address: u64, offset: u64) -> u64 {
    u64::from(address as u32) + offset
}

/// A number of 16 bits, as a signed one.
fn signed(number: u16) -> u64 {
    i64::from(number.cast_signed()).cast_unsigned()
}

#[cold]
fn failed(failure: Failure) -> Exit {
    failure.into()
}

#[cold]
fn trapped(trap: Trap) -> Exit {
    Failure::Trap(trap).into()
}

#[expect(clippy::cast_possible_truncation, reason = "an i32 has no upper half")]
fn div_s32(x: u64, y: u64) -> Result<u64, Trap> {
    let (x, y) = (x as u32 as i32, y as u32 as i32);
    if y == 0 {
        return Err(Trap::DivisionByZero);
    }
    x.checked_div(y).map(|z| z.cast_unsigned().into()).ok_or(Trap::IntegerOverflow)
}

#[expect(clippy::cast_possible_truncation, reason = "an i32 has no upper half")]
fn rem_s32(x: u64, y: u64) -> Result<u64, Trap> {
    let (x, y) = (x as u32 as i32, y as u32 as i32);
    if y == 0 {
        return Err(Trap::DivisionByZero);
    }
    Ok(x.wrapping_rem(y).cast_unsigned().into())
}

fn div_s64(x: u64, y: u64) -> Result<u64, Trap> {
    if y == 0 {
        return Err(Trap::DivisionByZero);
    }
    let quotient = x.cast_signed().checked_div(y.cast_signed());
    quotient.map(i64::cast_unsigned).ok_or(Trap::IntegerOverflow)
}

fn rem_s64(x: u64, y: u64) -> Result<u64, Trap> {
    if y == 0 {
        return Err(Trap::DivisionByZero);
    }
    Ok(x.cast_signed().wrapping_rem(y.cast_signed()).cast_unsigned())
}

fn div_u(x: u64, y: u64) -> Result<u64, Trap> {
    x.checked_div(y).ok_or(Trap::DivisionByZero)
}

fn rem_u(x: u64, y: u64) -> Result<u64, Trap> {
    x.checked_rem(y).ok_or(Trap::DivisionByZero)
}

/// An engine's fault that only a bug of ours can cause.
pub(crate) fn fault(text: String) -> Fault {
    Fault::Engine(format!("the interpreter: {text}"))
}
