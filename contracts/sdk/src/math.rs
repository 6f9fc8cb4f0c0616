//! Arithmetic that prices and shares need: products of 512 bits, and roots.
//!
//! Division of the large types of [`primitive_types`] goes by digits of 64 bits, which need a division of 128 bits by 64 that
//! WebAssembly has not: 5 KB for a product of 512 bits and its quotient. Here digits have 32 bits: 1.4 KB.

use crate::{U256, revert::revert};

/// Digits of 32 bits in a number of 512 bits.
const DIGITS: usize = 16;

/// A number of at most 512 bits and a digit more, in digits of 32 bits, the lowest first.
///
/// There is room for 32, and places go around at the end: so none is outside, and no text about it comes into a contract. What
/// is above the number is zero.
#[derive(Clone, Copy)]
struct Digits([u32; 32]);

impl Digits {
    const ZERO: Self = Self([0; 32]);

    fn new(number: U256) -> Self {
        let mut digits = Self::ZERO;
        for (place, limb) in number.0.into_iter().enumerate() {
            digits.set(2 * place, limb);
            digits.set(2 * place + 1, limb >> 32);
        }
        digits
    }

    fn get(&self, place: usize) -> u64 {
        self.0[place % 32].into()
    }

    /// Sets a digit to the low half of `value`.
    fn set(&mut self, place: usize, value: u64) {
        self.0[place % 32] = value as u32;
    }

    /// The number, if it has room in 256 bits.
    fn number(&self) -> Option<U256> {
        if (8..DIGITS).any(|place| self.get(place) != 0) {
            return None;
        }
        let mut limbs = [0; 4];
        for (place, limb) in limbs.iter_mut().enumerate() {
            *limb = self.get(2 * place) | self.get(2 * place + 1) << 32;
        }
        Some(U256(limbs))
    }

    /// Moves all digits of a number of 512 bits up by less than 32 bits, one digit more included.
    fn shift(&mut self, bits: u32) {
        let mut carry = 0;
        for place in 0..=DIGITS {
            let moved = self.get(place) << bits | carry;
            self.set(place, moved);
            carry = moved >> 32;
        }
    }

    /// Adds `factor` times `other` from a place on, where it must have room. A factor is below 2^32.
    fn add(&mut self, place: usize, other: &Self, factor: u64, digits: usize) {
        let mut carry = 0;
        for index in 0..=digits {
            let sum = self.get(place + index) + factor * other.get(index) + carry;
            self.set(place + index, sum);
            carry = sum >> 32;
        }
    }

    /// Takes `factor` times `other` away from a place on. Gives whether it was more than there was: then the digits are those of
    /// the difference and a 1 in front.
    fn subtract(&mut self, place: usize, other: &Self, factor: u64, digits: usize) -> bool {
        let mut borrow = 0;
        for index in 0..=digits {
            let product = factor * other.get(index) + borrow;
            let digit = self.get(place + index);
            self.set(place + index, digit.wrapping_sub(product));
            borrow = (product >> 32) + u64::from(digit < product & 0xffff_ffff);
        }
        borrow != 0
    }
}

/// The quotient, rounded down, of a number of 512 bits by one of 256. Reverts where the divisor is zero.
///
/// Knuth, The Art of Computer Programming, volume 2, section 4.3.1, algorithm D.
#[inline(never)]
fn divide(mut number: Digits, divisor: U256) -> Digits {
    let mut divisor = Digits::new(divisor);
    let Some(top) = (0..8).rev().find(|place| divisor.get(*place) != 0) else {
        revert("division by zero")
    };
    // So that the divisor's highest bit is set, and a digit guessed from the highest ones is too large by 2 at the most.
    let bits = (divisor.get(top) as u32).leading_zeros();
    number.shift(bits);
    divisor.shift(bits);
    let high = divisor.get(top);
    // There is a zero where there is no such digit.
    let second = divisor.get(top.wrapping_sub(1));
    let mut quotient = Digits::ZERO;
    for place in (0..DIGITS - top).rev() {
        let front = number.get(place + top + 1) << 32 | number.get(place + top);
        let mut digit = (front / high).min(0xffff_ffff);
        let mut rest = front - digit * high;
        while rest >> 32 == 0
            && digit * second > (rest << 32 | number.get((place + top).wrapping_sub(1)))
        {
            digit -= 1;
            rest += high;
        }
        if number.subtract(place, &divisor, digit, top + 1) {
            digit -= 1;
            number.add(place, &divisor, 1, top + 1);
        }
        quotient.set(place, digit);
    }
    quotient
}

/// `a * b / divisor`, rounded down; the product may have 512 bits. Reverts where the divisor is zero, and where the quotient has no
/// room in 256 bits.
#[inline(never)]
pub fn mul_div(a: U256, b: U256, divisor: U256) -> U256 {
    let (a, b) = (Digits::new(a), Digits::new(b));
    let mut product = Digits::ZERO;
    for place in 0..8 {
        product.add(place, &b, a.get(place), 8);
    }
    match divide(product, divisor).number() {
        Some(quotient) => quotient,
        None => revert("arithmetic operation overflow"),
    }
}

/// The square root, rounded down.
#[inline(never)]
pub fn sqrt(number: U256) -> u128 {
    if number.is_zero() {
        return 0;
    }
    // Newton's method from above: each guess is better than the one before, until none is.
    let mut root = match (number.bits() as u32).div_ceil(2) {
        128 => u128::MAX,
        bits => 1 << bits,
    };
    loop {
        let quotient = divide(Digits::new(number), root.into()).number().map(u128::try_from);
        match quotient {
            Some(Ok(quotient)) if quotient < root => root = quotient + (root - quotient) / 2,
            _ => return root,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers whose digits are where algorithms of division go wrong: 0, 1, the highest bit, all bits, and some between.
    fn numbers() -> Vec<U256> {
        let digits = [0, 1, 2, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, 0xffff_fffe, 0xffff_ffff];
        let mut numbers = Vec::new();
        let mut state = 1_u64;
        for length in 1..=8 {
            for _ in 0..24 {
                let mut digits = (0..length).map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    digits[(state >> 61) as usize]
                });
                let limb = |digits: &mut dyn Iterator<Item = u64>| {
                    digits.next().unwrap_or(0) | digits.next().unwrap_or(0) << 32
                };
                numbers.push(U256([(); 4].map(|()| limb(&mut digits))));
            }
        }
        numbers
    }

    #[test]
    fn products_and_quotients_are_those_of_the_crate() {
        let numbers = numbers();
        let mut fit = 0;
        for (index, a) in numbers.iter().enumerate() {
            for b in numbers.iter().skip(index % 5).step_by(5) {
                for divisor in numbers.iter().skip(index % 3).step_by(7) {
                    if divisor.is_zero() {
                        continue;
                    }
                    let expected = a.full_mul(*b) / *divisor;
                    if let Ok(expected) = U256::try_from(expected) {
                        assert_eq!(
                            mul_div(*a, *b, *divisor),
                            expected,
                            "{a:x} * {b:x} / {divisor:x}"
                        );
                        fit += 1;
                    } else {
                        let mut product = Digits::ZERO;
                        let (a, b) = (Digits::new(*a), Digits::new(*b));
                        (0..8).for_each(|place| product.add(place, &b, a.get(place), 8));
                        assert!(divide(product, *divisor).number().is_none(), "{expected:x}");
                    }
                }
            }
        }
        assert!(fit > 50_000, "{fit}");
    }

    #[test]
    fn a_guess_that_is_one_too_large_is_mended() {
        // 0x7fffffff_80000000_00000000_00000000 by 0x80000000_00000000_00000001, where the digit guessed from the two highest ones is
        // one too large (Hacker's Delight, section 9-2).
        let number = U256([0, 0x7fff_ffff_8000_0000, 0, 0]);
        let divisor = U256([1, 0x8000_0000, 0, 0]);
        assert_eq!(mul_div(number, U256::one(), divisor), 0xffff_fffe_u64.into());
    }

    #[test]
    fn roots() {
        for number in numbers() {
            assert_eq!(U256::from(sqrt(number)), number.integer_sqrt(), "{number:x}");
        }
        for root in [1, 2, 3, 1000, u128::from(u64::MAX), u128::MAX - 1, u128::MAX] {
            let square = U256::from(root) * U256::from(root);
            assert_eq!(sqrt(square), root);
            assert_eq!(sqrt(square - 1), root - 1);
        }
        assert_eq!(sqrt(U256::MAX), u128::MAX);
    }

    #[test]
    #[should_panic(expected = "reverted")]
    fn a_division_by_zero() {
        mul_div(1.into(), 1.into(), 0.into());
    }

    #[test]
    #[should_panic(expected = "reverted")]
    fn a_quotient_without_room() {
        mul_div(U256::MAX, 2.into(), 1.into());
    }
}
