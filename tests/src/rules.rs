//! What a transaction as such costs and may be, and how large a block of them, by revision.
//!
//! Each row is the one before, plus its changes, to be read beside the EIPs. A revision is in
//! [`TransactionRules::of`] when its row says all that it needs: no transaction ever runs by another
//! revision's rules.

use crate::{BlobSchedule, PaidTransaction, TransactionType};
use hebe_host::{MAX_CODE_SIZE, Revision};

/// The rules of one revision; gas in whole units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionRules {
    /// The newest type of transaction (EIP-2718).
    pub newest_type: TransactionType,
    /// Any transaction (Gtransaction).
    pub base: u64,
    /// On top of it, one that creates a contract (Gtxcreate, EIP-2, since Homestead).
    pub creation: u64,
    /// Each byte of data that is zero (Gtxdatazero).
    pub zero_byte: u64,
    /// Each other byte of data (Gtxdatanonzero; EIP-2028).
    pub nonzero_byte: u64,
    /// Each 32-byte word of init code, rounded up (EIP-3860).
    pub init_code_word: u64,
    /// Each account in the access list (EIP-2930).
    pub listed_account: u64,
    /// Each word of storage in the access list (EIP-2930).
    pub listed_slot: u64,
    /// Each authorisation (EIP-7702, PER_EMPTY_ACCOUNT_COST).
    pub authorization: u64,
    /// What of that comes back where the account exists (EIP-7702, less PER_AUTH_BASE_COST).
    pub authorization_refund: u64,
    /// What a token of data costs at the least: a byte that is zero is one, any other is four (EIP-7623).
    pub floor_token: u64,
    /// At most the used gas divided by this is refunded (Yellow Paper, section 6.2; EIP-3529).
    pub refund_divisor: u64,
    /// The most gas of a transaction (EIP-7825).
    pub max_gas: Option<u64>,
    /// The largest code of a contract, in bytes (EIP-170). Init code can be twice as long, where it is
    /// limited (EIP-3860).
    pub max_code_size: usize,
    /// Whether init code is limited (EIP-3860).
    pub limits_init_code: bool,
    /// Whether a contract's code can't begin with 0xef (EIP-3541).
    pub reserves_ef: bool,
    /// Whether a part of the price of gas is burned (EIP-1559).
    pub burns_base_fee: bool,
    /// Whether accounts are warm or cold (EIP-2929).
    pub has_access_lists: bool,
    /// Whether the coinbase is warm from the beginning (EIP-3651).
    pub warms_coinbase: bool,
    /// Blobs, where there are some (EIP-4844).
    pub blobs: Option<BlobSchedule>,
    /// The most blobs of a transaction, where that is less than a block's (EIP-7594).
    pub max_blobs: Option<usize>,
    /// Whether what executing costs holds up the price of blobs (EIP-7918).
    pub bounds_blob_fee: bool,
    /// Whether only a contract that was created in the same transaction destructs itself (EIP-6780).
    pub destructs_new_only: bool,
    /// The largest block, in bytes of its RLP encoding, where that is limited (EIP-7934).
    pub max_block_size: Option<usize>,
}

/// The largest block of consensus, in bytes (EIP-7934, MAX_BLOCK_SIZE).
const MAX_BLOCK_SIZE: usize = 10_485_760;

/// What of it is kept for the beacon block around (EIP-7934, SAFETY_MARGIN).
const BLOCK_SIZE_MARGIN: usize = 2_097_152;

impl TransactionRules {
    /// The rules of `revision`; `None` where they are not final.
    pub fn of(revision: Revision) -> Option<&'static Self> {
        match revision {
            Revision::Frontier => Some(&FRONTIER),
            Revision::Homestead | Revision::TangerineWhistle => Some(&HOMESTEAD),
            Revision::SpuriousDragon
            | Revision::Byzantium
            | Revision::Constantinople
            | Revision::Petersburg => Some(&SPURIOUS_DRAGON),
            Revision::Istanbul => Some(&ISTANBUL),
            Revision::Berlin => Some(&BERLIN),
            Revision::London | Revision::Paris => Some(&LONDON),
            Revision::Shanghai => Some(&SHANGHAI),
            Revision::Cancun => Some(&CANCUN),
            Revision::Prague => Some(&PRAGUE),
            Revision::Osaka => Some(&OSAKA),
            Revision::Amsterdam | Revision::Experimental => None,
        }
    }

    /// What a transaction costs before anything runs (Yellow Paper, section 6.2, g0).
    pub fn intrinsic_gas(&self, transaction: &PaidTransaction) -> u64 {
        let data = &transaction.data;
        let bytes: u64 = data
            .iter()
            .map(|byte| if *byte == 0 { self.zero_byte } else { self.nonzero_byte })
            .sum();
        let creation = match transaction.to {
            Some(_) => 0,
            None => self.creation + self.init_code_word * data.len().div_ceil(32) as u64,
        };
        let listed: u64 = transaction
            .access_list
            .iter()
            .flatten()
            .map(|entry| self.listed_account + self.listed_slot * entry.keys.len() as u64)
            .sum();
        let authorizations = transaction.authorizations.as_ref().map_or(0, Vec::len) as u64;
        self.base + creation + bytes + listed + self.authorization * authorizations
    }

    /// What a transaction costs at the least, whatever it used (EIP-7623); 0 where there is no such rule.
    pub fn floor_gas(&self, data: &[u8]) -> u64 {
        if self.floor_token == 0 {
            return 0;
        }
        let tokens: u64 = data.iter().map(|byte| if *byte == 0 { 1 } else { 4 }).sum();
        self.base + self.floor_token * tokens
    }

    /// Whether a block may be so large: `size` is in bytes, of the whole block encoded in RLP, header,
    /// transactions and withdrawals. Who builds a block asks this before adding a transaction.
    pub fn allows_block_size(&self, size: usize) -> bool {
        self.max_block_size.is_none_or(|max| size <= max)
    }

    /// What is given back of `used` gas, of a refund that was gathered while running.
    pub fn capped_refund(&self, used: u64, refund: i64) -> u64 {
        u64::try_from(refund).unwrap_or(0).min(used / self.refund_divisor)
    }
}

/// Frontier: Yellow Paper, appendix G.
const FRONTIER: TransactionRules = TransactionRules {
    newest_type: TransactionType::Legacy,
    base: 21_000,
    creation: 0,
    zero_byte: 4,
    nonzero_byte: 68,
    init_code_word: 0,
    listed_account: 0,
    listed_slot: 0,
    authorization: 0,
    authorization_refund: 0,
    floor_token: 0,
    refund_divisor: 2,
    max_gas: None,
    max_code_size: usize::MAX,
    limits_init_code: false,
    reserves_ef: false,
    burns_base_fee: false,
    has_access_lists: false,
    warms_coinbase: false,
    blobs: None,
    max_blobs: None,
    bounds_blob_fee: false,
    destructs_new_only: false,
    max_block_size: None,
};

/// Homestead: creations cost more (EIP-2).
const HOMESTEAD: TransactionRules = TransactionRules { creation: 32_000, ..FRONTIER };

/// Spurious Dragon: code is limited (EIP-170). Up to Petersburg nothing else changes for
/// transactions.
const SPURIOUS_DRAGON: TransactionRules =
    TransactionRules { max_code_size: MAX_CODE_SIZE, ..HOMESTEAD };

/// Istanbul: cheaper data (EIP-2028).
const ISTANBUL: TransactionRules = TransactionRules { nonzero_byte: 16, ..SPURIOUS_DRAGON };

/// Berlin: access lists (EIP-2929, EIP-2930).
const BERLIN: TransactionRules = TransactionRules {
    newest_type: TransactionType::AccessList,
    listed_account: 2_400,
    listed_slot: 1_900,
    has_access_lists: true,
    ..ISTANBUL
};

/// London: the fee market (EIP-1559), smaller refunds (EIP-3529), 0xef (EIP-3541).
const LONDON: TransactionRules = TransactionRules {
    newest_type: TransactionType::FeeMarket,
    refund_divisor: 5,
    reserves_ef: true,
    burns_base_fee: true,
    ..BERLIN
};

/// Shanghai: a warm coinbase (EIP-3651), limited init code (EIP-3860).
const SHANGHAI: TransactionRules =
    TransactionRules { init_code_word: 2, limits_init_code: true, warms_coinbase: true, ..LONDON };

/// Cancun: blobs (EIP-4844), and contracts that stay (EIP-6780).
const CANCUN: TransactionRules = TransactionRules {
    newest_type: TransactionType::Blob,
    blobs: Some(BlobSchedule::CANCUN),
    destructs_new_only: true,
    ..SHANGHAI
};

/// Prague: authorisations (EIP-7702), dearer data (EIP-7623), more blobs (EIP-7691).
const PRAGUE: TransactionRules = TransactionRules {
    newest_type: TransactionType::SetCode,
    authorization: 25_000,
    authorization_refund: 12_500,
    floor_token: 10,
    blobs: Some(BlobSchedule::PRAGUE),
    ..CANCUN
};

/// Osaka: a cap on a transaction's gas (EIP-7825) and blobs (EIP-7594), a bound on the price of blobs
/// (EIP-7918), and a limit of a block's size (EIP-7934).
const OSAKA: TransactionRules = TransactionRules {
    max_gas: Some(1 << 24),
    max_blobs: Some(6),
    bounds_blob_fee: true,
    max_block_size: Some(MAX_BLOCK_SIZE - BLOCK_SIZE_MARGIN),
    ..PRAGUE
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AccessListEntry;
    use hebe_host::Address;

    fn gas(rules: &TransactionRules, to: Option<Address>, data: &[u8]) -> u64 {
        let data = data.to_vec();
        rules.intrinsic_gas(&PaidTransaction { to, data, ..PaidTransaction::default() })
    }

    #[test]
    fn intrinsic_gas_counts_the_bytes_of_data() {
        for (creates, data, byzantium, istanbul, shanghai) in [
            (false, &b""[..], 21_000, 21_000, 21_000),
            (true, b"", 53_000, 53_000, 53_000),
            (false, &[0; 3], 21_012, 21_012, 21_012),
            (false, &[1, 0, 255], 21_140, 21_036, 21_036),
            (true, &[0, 0x61, 0x73, 0x6d], 53_208, 53_052, 53_054),
            (true, &[0; 33], 53_132, 53_132, 53_136),
        ] {
            let to = (!creates).then(Address::zero);
            assert_eq!(gas(&SPURIOUS_DRAGON, to, data), byzantium, "{creates} {data:?}");
            assert_eq!(gas(&ISTANBUL, to, data), istanbul, "{creates} {data:?}");
            assert_eq!(gas(&SHANGHAI, to, data), shanghai, "{creates} {data:?}");
        }
    }

    #[test]
    fn intrinsic_gas_counts_lists() {
        let entry = |keys| AccessListEntry {
            address: Address::zero(),
            keys: vec![Default::default(); keys],
        };
        let transaction = PaidTransaction {
            to: Some(Address::zero()),
            access_list: Some(vec![entry(0), entry(2)]),
            authorizations: Some(vec![Default::default(); 3]),
            ..PaidTransaction::default()
        };
        let lists = 2 * 2_400 + 2 * 1_900;
        assert_eq!(PRAGUE.intrinsic_gas(&transaction), 21_000 + lists + 3 * 25_000);
    }

    #[test]
    fn data_has_a_floor_from_prague_on() {
        assert_eq!(CANCUN.floor_gas(&[1; 100]), 0);
        assert_eq!(PRAGUE.floor_gas(&[]), 21_000);
        assert_eq!(PRAGUE.floor_gas(&[0, 1, 0]), 21_060);
    }

    #[test]
    fn a_refund_is_a_part_of_what_was_used() {
        for (used, refund, byzantium, london) in [
            (100_000, 15_000, 15_000, 15_000),
            (30_001, 15_000, 15_000, 6_000),
            (29_999, 15_000, 14_999, 5_999),
            (29_999, 39_000, 14_999, 5_999),
            (1, 15_000, 0, 0),
            (100_000, 0, 0, 0),
            (100_000, -1, 0, 0),
        ] {
            assert_eq!(SPURIOUS_DRAGON.capped_refund(used, refund), byzantium, "{used} {refund}");
            assert_eq!(LONDON.capped_refund(used, refund), london, "{used} {refund}");
        }
    }

    #[test]
    fn every_revision_that_is_final_has_rules() {
        for (revision, _) in Revision::ALL {
            let expected = revision <= Revision::LATEST;
            assert_eq!(TransactionRules::of(revision).is_some(), expected, "{revision}");
        }
    }

    #[test]
    fn the_size_of_a_block_is_limited_from_osaka_on() {
        for (revision, size, allowed) in [
            (Revision::Prague, usize::MAX, true),
            (Revision::Osaka, 0, true),
            (Revision::Osaka, 8_388_608, true),
            (Revision::Osaka, 8_388_609, false),
        ] {
            let rules = TransactionRules::of(revision).unwrap();
            assert_eq!(rules.allows_block_size(size), allowed, "{revision} {size}");
        }
    }

    #[test]
    fn a_creation_costs_more_since_homestead() {
        assert_eq!(gas(&FRONTIER, None, b""), 21_000);
        assert_eq!(gas(&HOMESTEAD, None, b""), 53_000);
    }
}
