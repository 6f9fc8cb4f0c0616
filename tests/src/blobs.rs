//! What blobs cost (EIP-4844), and how that changes from block to block.

use hebe_host::U256;

/// Gas of one blob.
pub const GAS_PER_BLOB: u64 = 1 << 17;

/// Execution gas that a blob is worth at the least (EIP-7918, BLOB_BASE_COST).
const BLOB_BASE_COST: u64 = 1 << 13;

/// How many blobs there are, and how fast their price changes (EIP-7840). Networks change it between forks
/// too (EIP-7892).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlobSchedule {
    /// Blobs of a block at which the price stays.
    pub target: u64,
    /// The most blobs of a block.
    pub max: u64,
    /// What the price's exponent is divided by.
    pub update_fraction: u64,
}

impl BlobSchedule {
    /// EIP-4844.
    pub const CANCUN: Self = Self { target: 3, max: 6, update_fraction: 3_338_477 };

    /// EIP-7691.
    pub const PRAGUE: Self = Self { target: 6, max: 9, update_fraction: 5_007_716 };

    /// Wei for a unit of blob gas, where so much has been used beyond the target (EIP-4844).
    pub fn base_fee(&self, excess_blob_gas: u64) -> U256 {
        fake_exponential(excess_blob_gas.into(), self.update_fraction.into())
    }

    /// What has been used beyond the target after this block: its own excess and blob gas, and, where the
    /// price has a bound (EIP-7918), what a unit of gas cost in it.
    pub fn next_excess(
        &self,
        excess_blob_gas: u64,
        blob_gas_used: u64,
        bounding_base_fee: Option<U256>,
    ) -> u64 {
        let target = self.target * GAS_PER_BLOB;
        let sum = excess_blob_gas.saturating_add(blob_gas_used);
        if sum < target {
            return 0;
        }
        if let Some(base_fee) = bounding_base_fee
            && base_fee.saturating_mul(BLOB_BASE_COST.into())
                > self.base_fee(excess_blob_gas).saturating_mul(GAS_PER_BLOB.into())
        {
            let part = u128::from(blob_gas_used) * u128::from(self.max - self.target)
                / u128::from(self.max);
            return excess_blob_gas.saturating_add(u64::try_from(part).unwrap_or(u64::MAX));
        }
        sum - target
    }
}

/// e to the power of `numerator / denominator`, by the terms of its series in whole numbers (EIP-4844). What
/// does not fit into 256 bits is the largest number that does.
fn fake_exponential(numerator: U256, denominator: U256) -> U256 {
    let mut term = denominator;
    let mut sum = U256::zero();
    for index in 1u64.. {
        if term.is_zero() {
            break;
        }
        sum = sum.saturating_add(term);
        let Some(product) = term.checked_mul(numerator) else { return U256::MAX };
        term = product / (denominator * index);
    }
    sum / denominator
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_price_is_the_eips() {
        for (numerator, denominator, expected) in [
            (0, 1, 1),
            (38_493, 1_000, 52_154_907_411_014_652_u64),
            (0, 1_000, 1),
            (1, 1, 2),
            (2, 1, 6),
            (3, 1, 16),
            (5, 2, 11),
        ] {
            let value = fake_exponential(numerator.into(), denominator.into());
            let difference = value.abs_diff(expected.into());
            let exact = numerator != 38_493;
            assert!(!exact || difference.is_zero(), "{numerator}/{denominator}: {value}");
            assert!(
                difference <= U256::from(expected / 1_000),
                "{numerator}/{denominator}: {value}"
            );
        }
        let cancun = BlobSchedule::CANCUN;
        assert_eq!(cancun.base_fee(0), 1.into());
        // The excess at which a wei becomes two (EIP-4844's own test: 2,314,057 and 2,314,058).
        assert_eq!(cancun.base_fee(2_314_057), 1.into());
        assert_eq!(cancun.base_fee(2_314_058), 2.into());
        assert_eq!(cancun.base_fee(10 * 1024 * 1024), 23.into());
        assert_eq!(cancun.base_fee(u64::MAX), U256::MAX);
    }

    #[test]
    fn what_is_beyond_the_target_adds_up() {
        let cancun = BlobSchedule::CANCUN;
        let blobs = |number: u64| number * GAS_PER_BLOB;
        assert_eq!(cancun.next_excess(0, blobs(2), None), 0);
        assert_eq!(cancun.next_excess(0, blobs(3), None), 0);
        assert_eq!(cancun.next_excess(0, blobs(4), None), blobs(1));
        assert_eq!(cancun.next_excess(blobs(2), blobs(0), None), 0);
        assert_eq!(cancun.next_excess(blobs(5), blobs(1), None), blobs(3));
        assert_eq!(cancun.next_excess(u64::MAX, blobs(6), None), u64::MAX - blobs(3));
    }

    /// EIP-7918: where a blob costs less than its base cost of execution gas, the target is not taken off.
    #[test]
    fn the_price_has_a_bound_where_gas_is_dear() {
        let prague = BlobSchedule::PRAGUE;
        let blobs = |number: u64| number * GAS_PER_BLOB;
        assert_eq!(prague.next_excess(blobs(1), blobs(6), Some(16.into())), blobs(1));
        assert_eq!(prague.next_excess(blobs(1), blobs(6), Some(17.into())), blobs(3));
        assert_eq!(prague.next_excess(blobs(1), blobs(4), Some(17.into())), 0);
    }
}
