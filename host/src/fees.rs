//! What the EEI's functions cost, per revision.
//!
//! Each revision is the one before, plus its changes (`Fees { balance: 700, ..PETERSBURG }`), to be
//! read beside the EIPs. A revision enters [`Fees::of`] when its list is complete, and not before:
//! nothing ever runs at another revision's prices.

use crate::Revision;

/// The prices of one revision, in gas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fees {
    /// A function that reads what the frame knows anyway (Yellow Paper, Gbase).
    pub base: u64,
    /// A copy from input, code or return data, before its words (Gverylow).
    pub copy: u64,
    /// Each 32-byte word of a copy, rounded up (Gcopy).
    pub copy_word: u64,
    /// `getBlockHash` (EEI revision 4).
    pub block_hash: u64,
    /// `getExternalBalance` (EIP-150).
    pub balance: u64,
    /// `getExternalCodeSize`, and `externalCodeCopy` before its words (EIP-150).
    pub external_code: u64,
    /// `storageLoad` (EIP-150).
    pub storage_load: u64,
    /// `storageStore`.
    pub storage_store: StorageFees,
    /// `log`, before topics and data (Glog).
    pub log: u64,
    /// Each topic of a log (Glogtopic).
    pub log_topic: u64,
    /// Each byte of a log's data (Glogdata).
    pub log_byte: u64,
    /// A call of any kind (EIP-150).
    pub call: u64,
    /// A call that sends value (Gcallvalue).
    pub call_value: u64,
    /// A call that sends value to an account that does not exist (Gnewaccount, EIP-161).
    pub call_new_account: u64,
    /// What a callee that is sent value gets on top, for free (Gcallstipend).
    pub call_stipend: u64,
    /// `create` (Gcreate).
    pub create: u64,
    /// `selfDestruct` (EIP-150).
    pub self_destruct: u64,
    /// `selfDestruct` that sends a balance to an account that does not exist (EIP-150, EIP-161).
    pub self_destruct_new_account: u64,
    /// Refund for the first `selfDestruct` of a contract in a transaction (Rselfdestruct).
    pub self_destruct_refund: i64,
}

/// The prices of `storageStore`, in gas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageFees {
    /// Any store (Gsreset).
    pub reset: u64,
    /// On top of [`StorageFees::reset`], when zero becomes non-zero (Gsset less Gsreset).
    pub set: u64,
    /// Refund when non-zero becomes zero (Rsclear).
    pub clear_refund: i64,
}

impl Fees {
    /// The prices of `revision`; `None` while its table is not complete.
    pub fn of(revision: Revision) -> Option<&'static Self> {
        match revision {
            Revision::Byzantium => Some(&BYZANTIUM),
            _ => None,
        }
    }
}

/// Byzantium: the EEI specification, revision 4; Yellow Paper, Appendix G.
const BYZANTIUM: Fees = Fees {
    base: 2,
    copy: 3,
    copy_word: 3,
    block_hash: 800,
    balance: 400,
    external_code: 700,
    storage_load: 200,
    storage_store: StorageFees { reset: 5_000, set: 15_000, clear_refund: 15_000 },
    log: 375,
    log_topic: 375,
    log_byte: 8,
    call: 700,
    call_value: 9_000,
    call_new_account: 25_000,
    call_stipend: 2_300,
    create: 32_000,
    self_destruct: 5_000,
    self_destruct_new_account: 25_000,
    self_destruct_refund: 24_000,
};
