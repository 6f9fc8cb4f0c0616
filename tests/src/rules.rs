//! What a transaction as such costs and may be, by revision.
//!
//! Each row is the one before, plus its changes, to be read beside the EIPs. A revision enters
//! [`TransactionRules::of`] when its row says all that it needs, and not before: no transaction ever runs
//! by another revision's rules.

use hebe_host::Revision;

/// The rules of one revision; gas in whole units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionRules {
    /// Any transaction (Gtransaction).
    pub base: u64,
    /// On top of it, one that creates a contract (Gtxcreate, EIP-2).
    pub creation: u64,
    /// Each byte of data that is zero (Gtxdatazero).
    pub zero_byte: u64,
    /// Each other byte of data (Gtxdatanonzero; EIP-2028).
    pub nonzero_byte: u64,
    /// At most the used gas divided by this is refunded (Yellow Paper, section 6.2; EIP-3529).
    pub refund_divisor: u64,
    /// The largest code of a contract, in bytes (EIP-170).
    pub max_code_size: usize,
}

impl TransactionRules {
    /// The rules of `revision`; `None` while they are not complete.
    pub fn of(revision: Revision) -> Option<&'static Self> {
        match revision {
            Revision::Byzantium | Revision::Constantinople | Revision::Petersburg => {
                Some(&BYZANTIUM)
            }
            Revision::Istanbul => Some(&ISTANBUL),
            _ => None,
        }
    }

    /// What a transaction costs before anything runs (Yellow Paper, section 6.2, g0).
    pub fn intrinsic_gas(&self, creates: bool, data: &[u8]) -> u64 {
        let data: u64 = data
            .iter()
            .map(|byte| if *byte == 0 { self.zero_byte } else { self.nonzero_byte })
            .sum();
        self.base + if creates { self.creation } else { 0 } + data
    }

    /// What is given back of `used` gas, of a refund that was gathered while running.
    pub fn capped_refund(&self, used: u64, refund: i64) -> u64 {
        u64::try_from(refund).unwrap_or(0).min(used / self.refund_divisor)
    }
}

/// Byzantium: Yellow Paper, appendix G.
const BYZANTIUM: TransactionRules = TransactionRules {
    base: 21_000,
    creation: 32_000,
    zero_byte: 4,
    nonzero_byte: 68,
    refund_divisor: 2,
    max_code_size: 24_576,
};

/// Istanbul: cheaper data (EIP-2028).
const ISTANBUL: TransactionRules = TransactionRules { nonzero_byte: 16, ..BYZANTIUM };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intrinsic_gas_counts_the_bytes_of_data() {
        for (creates, data, byzantium, istanbul) in [
            (false, &b""[..], 21_000, 21_000),
            (true, b"", 53_000, 53_000),
            (false, &[0; 3], 21_012, 21_012),
            (false, &[1, 0, 255], 21_140, 21_036),
            (true, &[0, 0x61, 0x73, 0x6d], 53_208, 53_052),
        ] {
            assert_eq!(BYZANTIUM.intrinsic_gas(creates, data), byzantium, "{creates} {data:?}");
            assert_eq!(ISTANBUL.intrinsic_gas(creates, data), istanbul, "{creates} {data:?}");
        }
    }

    #[test]
    fn a_refund_is_at_most_half_of_what_was_used() {
        for (used, refund, given_back) in [
            (100_000, 15_000, 15_000),
            (30_001, 15_000, 15_000),
            (29_999, 15_000, 14_999),
            (29_999, 39_000, 14_999),
            (1, 15_000, 0),
            (100_000, 0, 0),
            (100_000, -1, 0),
        ] {
            assert_eq!(BYZANTIUM.capped_refund(used, refund), given_back, "{used} {refund}");
        }
    }

    #[test]
    fn a_revision_without_a_row_has_no_rules() {
        assert!(TransactionRules::of(Revision::Byzantium).is_some());
        assert!(TransactionRules::of(Revision::Berlin).is_none());
        assert!(TransactionRules::of(Revision::Frontier).is_none());
    }
}
