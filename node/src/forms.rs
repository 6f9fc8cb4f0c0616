//! The same numbers, addresses and words in the two families of crates: the chain's, and alloy's.

use alloy_primitives as alloy;
use hebe_host::{Address, Bytes32, U256};

/// From alloy's form to the chain's.
pub(crate) trait ToChain {
    /// The chain's form.
    type Form;

    /// The same in the chain's form.
    fn to_chain(self) -> Self::Form;
}

/// From the chain's form to alloy's.
pub(crate) trait ToAlloy {
    /// Alloy's form.
    type Form;

    /// The same in alloy's form.
    fn to_alloy(self) -> Self::Form;
}

impl ToChain for alloy::Address {
    type Form = Address;

    fn to_chain(self) -> Address {
        Address(self.0.0)
    }
}

impl ToChain for alloy::B256 {
    type Form = Bytes32;

    fn to_chain(self) -> Bytes32 {
        Bytes32(self.0)
    }
}

impl ToChain for alloy::U256 {
    type Form = U256;

    fn to_chain(self) -> U256 {
        U256::from_big_endian(&self.to_be_bytes::<32>())
    }
}

impl ToAlloy for Address {
    type Form = alloy::Address;

    fn to_alloy(self) -> alloy::Address {
        alloy::Address::new(self.0)
    }
}

impl ToAlloy for Bytes32 {
    type Form = alloy::B256;

    fn to_alloy(self) -> alloy::B256 {
        alloy::B256::new(self.0)
    }
}

impl ToAlloy for U256 {
    type Form = alloy::U256;

    fn to_alloy(self) -> alloy::U256 {
        alloy::U256::from_be_bytes(self.to_big_endian())
    }
}

impl ToAlloy for hebe_testing::Log {
    type Form = alloy::Log;

    fn to_alloy(self) -> alloy::Log {
        let topics = self.topics.into_iter().map(ToAlloy::to_alloy).collect();
        alloy::Log::new_unchecked(self.address.to_alloy(), topics, self.data.into())
    }
}

/// The gas of a chain's report, which is never negative, in the form of blocks.
pub(crate) fn gas(gas: i64) -> u64 {
    u64::try_from(gas).unwrap_or(0)
}

/// A price in wei, in the form of blocks; one that is too large for it is the largest there is.
pub(crate) fn wei_128(wei: U256) -> u128 {
    u128::try_from(wei).unwrap_or(u128::MAX)
}
