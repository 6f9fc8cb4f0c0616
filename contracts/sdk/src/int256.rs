//! A signed number of 256 bits.

use crate::U256;
use core::{
    cmp::Ordering,
    ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign},
};

/// A whole number from -2^255 to 2^255 - 1: `int256`.
///
/// An operation whose result has no room, and a division by zero, revert, as those of [`U256`] do. Division goes towards
/// zero, and a remainder has the sign of what is divided, as in Rust and Solidity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct I256(U256);

impl I256 {
    /// 0.
    pub const ZERO: Self = Self(U256([0; 4]));

    /// 1.
    pub const ONE: Self = Self(U256([1, 0, 0, 0]));

    /// 2^255 - 1.
    pub const MAX: Self = Self(U256([u64::MAX, u64::MAX, u64::MAX, u64::MAX >> 1]));

    /// -2^255.
    pub const MIN: Self = Self(U256([0, 0, 0, 1 << 63]));

    /// The number with these bits, in two's complement.
    pub const fn from_bits(bits: U256) -> Self {
        Self(bits)
    }

    /// Its bits, in two's complement.
    pub const fn to_bits(self) -> U256 {
        self.0
    }

    /// Whether it is below zero.
    pub const fn is_negative(self) -> bool {
        self.0.0[3] >> 63 == 1
    }

    /// Whether it is zero.
    pub const fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// Its distance from zero.
    pub fn unsigned_abs(self) -> U256 {
        if self.is_negative() { self.negated().0 } else { self.0 }
    }

    /// The sum, where it has room.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let sum = Self(self.0.overflowing_add(other.0).0);
        // Numbers of different signs have one always; others whose sum has another sign than they have none.
        let has_room =
            self.is_negative() != other.is_negative() || sum.is_negative() == self.is_negative();
        has_room.then_some(sum)
    }

    /// The difference, where it has room.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        let difference = Self(self.0.overflowing_sub(other.0).0);
        let has_room = self.is_negative() == other.is_negative()
            || difference.is_negative() == self.is_negative();
        has_room.then_some(difference)
    }

    /// The product, where it has room.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        let magnitude = self.unsigned_abs().checked_mul(other.unsigned_abs())?;
        Self::new(self.is_negative() != other.is_negative(), magnitude)
    }

    /// The quotient; none of a division by zero, and where it has no room: of the least number by -1.
    pub fn checked_div(self, other: Self) -> Option<Self> {
        let magnitude = self.unsigned_abs().checked_div(other.unsigned_abs())?;
        Self::new(self.is_negative() != other.is_negative(), magnitude)
    }

    /// The remainder; none of a division by zero.
    pub fn checked_rem(self, other: Self) -> Option<Self> {
        let magnitude = self.unsigned_abs().checked_rem(other.unsigned_abs())?;
        Self::new(self.is_negative(), magnitude)
    }

    /// The number on the other side of zero; none for the least one.
    pub fn checked_neg(self) -> Option<Self> {
        (self != Self::MIN).then(|| self.negated())
    }

    /// A sign and a distance from zero, where there is such a number.
    fn new(is_negative: bool, magnitude: U256) -> Option<Self> {
        let number = Self(magnitude);
        match (is_negative, number.is_negative()) {
            (false, false) => Some(number),
            (true, false) => Some(number.negated()),
            (true, true) if number == Self::MIN => Some(number),
            _ => None,
        }
    }

    fn negated(self) -> Self {
        Self((!self.0).overflowing_add(U256::one()).0)
    }
}

impl Ord for I256 {
    fn cmp(&self, other: &Self) -> Ordering {
        other.is_negative().cmp(&self.is_negative()).then(self.0.cmp(&other.0))
    }
}

impl PartialOrd for I256 {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

macro_rules! from_signed {
    ($($type:ty),*) => {
        $(impl From<$type> for I256 {
            fn from(number: $type) -> Self {
                let magnitude = Self(U256::from(number.unsigned_abs()));
                if number < 0 { magnitude.negated() } else { magnitude }
            }
        })*
    };
}
from_signed!(i8, i16, i32, i64, i128);

/// Where the number has room.
impl TryFrom<U256> for I256 {
    type Error = OutOfRange;

    fn try_from(number: U256) -> Result<Self, OutOfRange> {
        Self::new(false, number).ok_or(OutOfRange)
    }
}

/// Where the number is not negative.
impl TryFrom<I256> for U256 {
    type Error = OutOfRange;

    fn try_from(number: I256) -> Result<Self, OutOfRange> {
        if number.is_negative() { Err(OutOfRange) } else { Ok(number.0) }
    }
}

/// A number that the other type doesn't have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfRange;

#[cold]
#[inline(never)]
fn no_room() -> ! {
    panic!("arithmetic operation overflow")
}

macro_rules! operators {
    ($($trait:ident $function:ident $assign:ident $assign_function:ident $checked:ident;)*) => {
        $(
            impl $trait for I256 {
                type Output = Self;

                fn $function(self, other: Self) -> Self {
                    match self.$checked(other) {
                        Some(result) => result,
                        None => no_room(),
                    }
                }
            }

            impl $assign for I256 {
                fn $assign_function(&mut self, other: Self) {
                    *self = self.$function(other);
                }
            }
        )*
    };
}

operators! {
    Add add AddAssign add_assign checked_add;
    Sub sub SubAssign sub_assign checked_sub;
    Mul mul MulAssign mul_assign checked_mul;
    Div div DivAssign div_assign checked_div;
    Rem rem RemAssign rem_assign checked_rem;
}

impl Neg for I256 {
    type Output = Self;

    fn neg(self) -> Self {
        match self.checked_neg() {
            Some(number) => number,
            None => no_room(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::Value;

    const SAMPLES: [i128; 9] =
        [0, 1, -1, 7, -7, i64::MAX as i128, i64::MIN as i128, i128::MAX / 3, i128::MIN / 3];

    #[test]
    fn small_numbers_do_what_rust_does() {
        for a in SAMPLES {
            let [x, negated] = [a, -a].map(I256::from);
            assert_eq!(-x, negated);
            assert_eq!(I256::from_word(&x.to_word()), Some(x));
            assert_eq!(x.to_word()[16..], a.to_be_bytes());
            for b in SAMPLES {
                let y = I256::from(b);
                assert_eq!(x + y, I256::from(a + b));
                assert_eq!(x - y, I256::from(a - b));
                assert_eq!(x.cmp(&y), a.cmp(&b));
                assert_eq!(x.checked_div(y), a.checked_div(b).map(I256::from));
                assert_eq!(x.checked_rem(y), a.checked_rem(b).map(I256::from));
                if let Some(product) = a.checked_mul(b) {
                    assert_eq!(x * y, I256::from(product));
                }
            }
        }
    }

    #[test]
    fn what_has_no_room_is_none() {
        let (min, max, one) = (I256::MIN, I256::MAX, I256::ONE);
        assert_eq!(max.checked_add(one), None);
        assert_eq!(min.checked_sub(one), None);
        assert_eq!(min.checked_neg(), None);
        assert_eq!(min.checked_div(-one), None);
        assert_eq!(min.checked_mul(-one), None);
        assert_eq!(min.checked_rem(-one), Some(I256::ZERO));
        assert_eq!(one.checked_div(I256::ZERO), None);
        assert_eq!(max.checked_add(min), Some(-one));
        assert_eq!((max - one).checked_add(one), Some(max));
        assert_eq!(min.checked_mul(one), Some(min));
        assert_eq!(min.unsigned_abs(), U256::one() << 255);
        assert_eq!(I256::try_from(U256::one() << 255), Err(OutOfRange));
        assert_eq!(U256::try_from(-one), Err(OutOfRange));
        assert_eq!(U256::try_from(max), Ok(U256::MAX >> 1));
    }

    #[test]
    #[should_panic(expected = "arithmetic operation overflow")]
    fn operators_refuse_what_has_no_room() {
        let _ = I256::MAX + I256::ONE;
    }
}
