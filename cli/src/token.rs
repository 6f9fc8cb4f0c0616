//! The sample token as others see it: its code, what to send it, and what it logs (EIP-20).

use crate::{
    Mistake,
    contract_file::{Section, with_section},
};
use hebe_host::{Address, Bytes32, U256};
use hebe_testing::Log;

const INIT: &str = include_str!("../../contracts/erc20_init.wat");
const RUNTIME: &str = include_str!("../../contracts/erc20.wat");

/// keccak256("balanceOf(address)"), the first four bytes.
const BALANCE_OF: [u8; 4] = [0x70, 0xa0, 0x82, 0x31];
/// keccak256("transfer(address,uint256)"), the first four bytes.
const TRANSFER: [u8; 4] = [0xa9, 0x05, 0x9c, 0xbb];

/// Init code that creates a token and gives all of it to the creator.
///
/// # Errors
///
/// A [`Mistake`] if the samples that were built in are broken.
pub(crate) fn init_code() -> Result<Vec<u8>, Mistake> {
    let assemble = |text| {
        wat::parse_str(text).map_err(|error| Mistake(format!("the sample is broken: {error}")))
    };
    with_section(&assemble(INIT)?, Section::Runtime, &assemble(RUNTIME)?)
}

/// The input that asks for a balance.
pub(crate) fn balance_of(account: Address) -> Vec<u8> {
    [&BALANCE_OF[..], &Bytes32::from(account)[..]].concat()
}

/// The input that transfers the sender's tokens.
pub(crate) fn transfer(to: Address, amount: U256) -> Vec<u8> {
    [&TRANSFER[..], &Bytes32::from(to)[..], &amount.to_big_endian()].concat()
}

/// Tokens that went from one account to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Transfer {
    pub(crate) from: Address,
    pub(crate) to: Address,
    pub(crate) amount: U256,
}

impl Transfer {
    /// What a log says, if it is a `Transfer(address,address,uint256)`.
    pub(crate) fn read(log: &Log) -> Option<Self> {
        let [event, from, to] = log.topics[..] else { return None };
        if event != hebe_testing::keccak256(b"Transfer(address,address,uint256)") {
            return None;
        }
        let amount = amount(&log.data)?;
        Some(Self { from: from.into(), to: to.into(), amount })
    }
}

/// The amount in return data or in a log's data: one word, big-endian.
pub(crate) fn amount(word: &[u8]) -> Option<U256> {
    (word.len() == 32).then(|| U256::from_big_endian(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hebe_testing::keccak256;

    #[test]
    fn selectors_are_hashes() {
        assert_eq!(keccak256(b"balanceOf(address)")[..4], BALANCE_OF);
        assert_eq!(keccak256(b"transfer(address,uint256)")[..4], TRANSFER);
    }

    #[test]
    fn only_a_transfer_is_read_as_one() {
        let (from, to) = (Address::repeat_byte(1), Address::repeat_byte(2));
        let event = keccak256(b"Transfer(address,address,uint256)");
        let data = U256::from(7).to_big_endian().to_vec();
        let log = Log { address: to, topics: vec![event, from.into(), to.into()], data };
        assert_eq!(Transfer::read(&log), Some(Transfer { from, to, amount: 7.into() }));
        assert_eq!(Transfer::read(&Log { data: vec![7], ..log.clone() }), None);
        assert_eq!(Transfer::read(&Log { topics: vec![event], ..log.clone() }), None);
        let other = vec![Bytes32::zero(), from.into(), to.into()];
        assert_eq!(Transfer::read(&Log { topics: other, ..log }), None);
    }
}
