//! The curve alt_bn128 (bn254): sums, multiples and the pairing check of EIP-196 and EIP-197.

use crate::{Answer, input::array};
use alloc::vec::Vec;
use ark_bn254::{Bn254, Fq, Fq2, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup, pairing::Pairing};
use ark_ff::{BigInt, BigInteger, One, PrimeField};

/// The sum of two points (precompile 6). Input: two points, 64 bytes each; what is missing is zero.
/// Output: a point. A point is its coordinates x and y, big-endian words; zeros are infinity.
pub fn bn128_add(input: &[u8]) -> Answer {
    let (a, b) = (g1(&array(input, 0))?, g1(&array(input, 64))?);
    Ok(g1_bytes(a + b))
}

/// A multiple of a point (precompile 7). Input: a point and a word; what is missing is zero. Output: a
/// point.
pub fn bn128_mul(input: &[u8]) -> Answer {
    let point = g1(&array(input, 0))?;
    let scalar: [u8; 32] = array(input, 64);
    Ok(g1_bytes(point.mul_bigint(integer(&scalar).0)))
}

/// Whether the product of pairings is one (precompile 8). Input: pairs of a point of G1 (64 bytes) and
/// one of G2 (128 bytes: x and y, each with its imaginary part first). Output: the word 1 or 0.
pub fn bn128_pairing(input: &[u8]) -> Answer {
    let (pairs, rest) = input.as_chunks::<192>();
    if !rest.is_empty() {
        return Err("input must be pairs of 192 bytes");
    }
    let mut left = Vec::with_capacity(pairs.len());
    let mut right = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let (a, b) = (g1(&array(pair, 0))?, g2(&array(pair, 64))?);
        if !a.is_zero() && !b.is_zero() {
            left.push(a);
            right.push(b);
        }
    }
    let is_one = left.is_empty() || Bn254::multi_pairing(left, right).0.is_one();
    let mut word = [0; 32];
    word[31] = u8::from(is_one);
    Ok(word.to_vec())
}

fn g1(bytes: &[u8; 64]) -> Result<G1Affine, &'static str> {
    let (x, y) = (field(&array(bytes, 0))?, field(&array(bytes, 32))?);
    if bytes.iter().all(|byte| *byte == 0) {
        return Ok(G1Affine::identity());
    }
    let point = G1Affine::new_unchecked(x, y);
    // The curve's order is prime, so whatever is on it is in the group.
    if point.is_on_curve() { Ok(point) } else { Err("point is not on the curve") }
}

fn g2(bytes: &[u8; 128]) -> Result<G2Affine, &'static str> {
    let coordinate = |offset| -> Result<Fq2, &'static str> {
        let imaginary = field(&array(bytes, offset))?;
        Ok(Fq2::new(field(&array(bytes, offset + 32))?, imaginary))
    };
    let (x, y) = (coordinate(0)?, coordinate(64)?);
    if bytes.iter().all(|byte| *byte == 0) {
        return Ok(G2Affine::identity());
    }
    let point = G2Affine::new_unchecked(x, y);
    if !point.is_on_curve() {
        return Err("point is not on the curve");
    }
    if !point.is_in_correct_subgroup_assuming_on_curve() {
        return Err("point is not in the group");
    }
    Ok(point)
}

/// An element of the base field; what is not below its order is refused.
fn field(bytes: &[u8; 32]) -> Result<Fq, &'static str> {
    Fq::from_bigint(integer(bytes)).ok_or("coordinate is not below the field's order")
}

fn integer(bytes: &[u8; 32]) -> BigInt<4> {
    let limb = |index: usize| u64::from_be_bytes(array(bytes, 24 - 8 * index));
    BigInt::new([limb(0), limb(1), limb(2), limb(3)])
}

fn g1_bytes(point: G1Projective) -> Vec<u8> {
    let Some((x, y)) = point.into_affine().xy() else {
        return [0; 64].to_vec();
    };
    let mut bytes = x.into_bigint().to_bytes_be();
    bytes.extend(y.into_bigint().to_bytes_be());
    bytes
}
