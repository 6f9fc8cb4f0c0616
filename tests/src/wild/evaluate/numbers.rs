//! Arithmetic on integers.

use super::{End, TRAP, low, pop, pop_u32};
use wasm_encoder::Instruction;

/// Computes an instruction that takes numbers from the stack and gives one; `false` if it is none.
pub(super) fn compute(instruction: &Instruction<'_>, stack: &mut Vec<u64>) -> Result<bool, End> {
    use Instruction as I;
    // Of one operand.
    let one_32 = |stack: &mut Vec<u64>, compute: fn(u32) -> u32| {
        let value = pop_u32(stack);
        stack.push(compute(value).into());
        Ok(true)
    };
    let one_64 = |stack: &mut Vec<u64>, compute: fn(u64) -> u64| {
        let value = pop(stack);
        stack.push(compute(value));
        Ok(true)
    };
    // Of two, unsigned and signed; `None` is a trap.
    let two_32 = |stack: &mut Vec<u64>, compute: fn(u32, u32) -> Option<u32>| {
        let (right, left) = (pop_u32(stack), pop_u32(stack));
        stack.push(compute(left, right).ok_or(TRAP)?.into());
        Ok(true)
    };
    let two_64 = |stack: &mut Vec<u64>, compute: fn(u64, u64) -> Option<u64>| {
        let (right, left) = (pop(stack), pop(stack));
        stack.push(compute(left, right).ok_or(TRAP)?);
        Ok(true)
    };
    macro_rules! signed {
        ($signed:ident, |$left:ident, $right:ident| $result:expr) => {
            |$left, $right| {
                let ($left, $right) = ($left.cast_signed(), $right.cast_signed());
                let result: Option<$signed> = $result;
                result.map(<$signed>::cast_unsigned)
            }
        };
    }
    macro_rules! compare {
        ($unsigned:ident, |$left:ident, $right:ident| $result:expr) => {
            |$left, $right| Some($unsigned::from($result))
        };
    }
    // The same for both widths.
    macro_rules! both {
        ($(($i32:ident, $i64:ident): $function:expr;)*) => {
            match instruction {
                $(I::$i32 => return two_32(stack, $function),
                  I::$i64 => return two_64(stack, $function),)*
                _ => {}
            }
        };
    }
    both! {
        (I32Add, I64Add): |left, right| Some(left.wrapping_add(right));
        (I32Sub, I64Sub): |left, right| Some(left.wrapping_sub(right));
        (I32Mul, I64Mul): |left, right| Some(left.wrapping_mul(right));
        (I32DivU, I64DivU): |left, right| left.checked_div(right);
        (I32RemU, I64RemU): |left, right| left.checked_rem(right);
        (I32And, I64And): |left, right| Some(left & right);
        (I32Or, I64Or): |left, right| Some(left | right);
        (I32Xor, I64Xor): |left, right| Some(left ^ right);
    }
    match instruction {
        I::I32Clz => one_32(stack, u32::leading_zeros),
        I::I32Ctz => one_32(stack, u32::trailing_zeros),
        I::I32Popcnt => one_32(stack, u32::count_ones),
        I::I64Clz => one_64(stack, |value| value.leading_zeros().into()),
        I::I64Ctz => one_64(stack, |value| value.trailing_zeros().into()),
        I::I64Popcnt => one_64(stack, |value| value.count_ones().into()),
        I::I32Eqz => one_32(stack, |value| u32::from(value == 0)),
        I::I32Extend8S => {
            one_32(stack, |value| ((value << 24).cast_signed() >> 24).cast_unsigned())
        }
        I::I32Extend16S => {
            one_32(stack, |value| ((value << 16).cast_signed() >> 16).cast_unsigned())
        }
        I::I64Eqz => one_64(stack, |value| u64::from(value == 0)),
        I::I64Extend8S => {
            one_64(stack, |value| ((value << 56).cast_signed() >> 56).cast_unsigned())
        }
        I::I64Extend16S => {
            one_64(stack, |value| ((value << 48).cast_signed() >> 48).cast_unsigned())
        }
        I::I64Extend32S | I::I64ExtendI32S => {
            one_64(stack, |value| ((value << 32).cast_signed() >> 32).cast_unsigned())
        }
        I::I32WrapI64 | I::I64ExtendI32U => one_64(stack, |value| value & 0xffff_ffff),
        I::I32DivS => two_32(stack, signed!(i32, |left, right| left.checked_div(right))),
        I::I64DivS => two_64(stack, signed!(i64, |left, right| left.checked_div(right))),
        // What is left of the smallest number by -1 is 0, which Rust calls an overflow.
        I::I32RemS => two_32(
            stack,
            signed!(i32, |left, right| if right == 0 {
                None
            } else {
                Some(left.wrapping_rem(right))
            }),
        ),
        I::I64RemS => two_64(
            stack,
            signed!(i64, |left, right| if right == 0 {
                None
            } else {
                Some(left.wrapping_rem(right))
            }),
        ),
        // The shift is taken modulo the width.
        I::I32Shl => two_32(stack, |left, right| Some(left << (right % 32))),
        I::I32ShrU => two_32(stack, |left, right| Some(left >> (right % 32))),
        I::I32ShrS => two_32(stack, signed!(i32, |left, right| Some(left >> (right & 31)))),
        I::I32Rotl => two_32(stack, |left, right| Some(left.rotate_left(right % 32))),
        I::I32Rotr => two_32(stack, |left, right| Some(left.rotate_right(right % 32))),
        I::I64Shl => two_64(stack, |left, right| Some(left << (right % 64))),
        I::I64ShrU => two_64(stack, |left, right| Some(left >> (right % 64))),
        I::I64ShrS => two_64(stack, signed!(i64, |left, right| Some(left >> (right & 63)))),
        I::I64Rotl => two_64(stack, |left, right| Some(left.rotate_left(low(right % 64)))),
        I::I64Rotr => two_64(stack, |left, right| Some(left.rotate_right(low(right % 64)))),
        I::I32Eq => two_32(stack, compare!(u32, |left, right| left == right)),
        I::I32Ne => two_32(stack, compare!(u32, |left, right| left != right)),
        I::I32LtU => two_32(stack, compare!(u32, |left, right| left < right)),
        I::I32GtU => two_32(stack, compare!(u32, |left, right| left > right)),
        I::I32LeU => two_32(stack, compare!(u32, |left, right| left <= right)),
        I::I32GeU => two_32(stack, compare!(u32, |left, right| left >= right)),
        I::I32LtS => two_32(stack, signed!(i32, |left, right| Some(i32::from(left < right)))),
        I::I32GtS => two_32(stack, signed!(i32, |left, right| Some(i32::from(left > right)))),
        I::I32LeS => two_32(stack, signed!(i32, |left, right| Some(i32::from(left <= right)))),
        I::I32GeS => two_32(stack, signed!(i32, |left, right| Some(i32::from(left >= right)))),
        I::I64Eq => two_64(stack, compare!(u64, |left, right| left == right)),
        I::I64Ne => two_64(stack, compare!(u64, |left, right| left != right)),
        I::I64LtU => two_64(stack, compare!(u64, |left, right| left < right)),
        I::I64GtU => two_64(stack, compare!(u64, |left, right| left > right)),
        I::I64LeU => two_64(stack, compare!(u64, |left, right| left <= right)),
        I::I64GeU => two_64(stack, compare!(u64, |left, right| left >= right)),
        I::I64LtS => two_64(stack, signed!(i64, |left, right| Some(i64::from(left < right)))),
        I::I64GtS => two_64(stack, signed!(i64, |left, right| Some(i64::from(left > right)))),
        I::I64LeS => two_64(stack, signed!(i64, |left, right| Some(i64::from(left <= right)))),
        I::I64GeS => two_64(stack, signed!(i64, |left, right| Some(i64::from(left >= right)))),
        _ => Ok(false),
    }
}
