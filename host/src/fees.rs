//! What the EEI's functions cost, per revision.
//!
//! Each revision is the one before, plus its changes (`Fees { balance: 700, ..PETERSBURG }`), to be
//! read beside the EIPs. A revision is in [`Fees::of`] when its list is complete: nothing ever runs at
//! another revision's prices.

use crate::{Revision, StorageStatus};

/// The prices of one revision, in gas, and the rules that differ by revision. What a function costs
/// that the revision does not have is 0, and never looked at.
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
    /// What an account or a word of storage costs that is accessed for the first time; none before
    /// EIP-2929, when nobody asked.
    pub access: Option<AccessFees>,
    /// `getExternalBalance` (EIP-150, EIP-1884); from EIP-2929 on that of a warm account.
    pub balance: u64,
    /// `getSelfBalance` (EIP-1884).
    pub self_balance: u64,
    /// `getExternalCodeSize`, and `externalCodeCopy` before its words (EIP-150); from EIP-2929 on that
    /// of a warm account.
    pub external_code: u64,
    /// `getExternalCodeHash` (EIP-1052, EIP-1884); from EIP-2929 on that of a warm account.
    pub external_code_hash: u64,
    /// `storageLoad` (EIP-150, EIP-1884); from EIP-2929 on that of a warm word.
    pub storage_load: u64,
    /// `storageStore`.
    pub storage_store: StorageFees,
    /// `transientLoad` and `transientStore` (EIP-1153).
    pub transient: u64,
    /// `log`, before topics and data (Glog).
    pub log: u64,
    /// Each topic of a log (Glogtopic).
    pub log_topic: u64,
    /// Each byte of a log's data (Glogdata).
    pub log_byte: u64,
    /// A call of any kind (EIP-150); from EIP-2929 on that of a warm account.
    pub call: u64,
    /// A call that sends value (Gcallvalue).
    pub call_value: u64,
    /// A call that sends value to an account that does not exist (Gnewaccount, EIP-161).
    pub call_new_account: u64,
    /// What a callee that is sent value gets on top, for free (Gcallstipend).
    pub call_stipend: u64,
    /// Whether an account's code can be another account's (EIP-7702), so that calls look for it.
    pub delegation: bool,
    /// `create` and `create2` (Gcreate).
    pub create: u64,
    /// Each 32-byte word of init code, rounded up (EIP-3860).
    pub init_code_word: u64,
    /// Each 32-byte word of init code that `create2` hashes, rounded up (EIP-1014, Gkeccak256word).
    pub hash_word: u64,
    /// The longest init code, in bytes, unless the VM's option says otherwise (EIP-3860).
    pub max_init_code_size: Option<usize>,
    /// `selfDestruct` (EIP-150).
    pub self_destruct: u64,
    /// `selfDestruct` that sends a balance to an account that does not exist (EIP-150, EIP-161).
    pub self_destruct_new_account: u64,
    /// Refund for the first `selfDestruct` of a contract in a transaction (Rselfdestruct; EIP-3529).
    pub self_destruct_refund: i64,
    /// `getBlobHash` (EIP-4844).
    pub blob_hash: u64,
}

/// What the first access in a transaction costs (EIP-2929).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessFees {
    /// An account, the first time.
    pub cold_account: u64,
    /// A word of storage, the first time.
    pub cold_slot: u64,
    /// Either, every other time.
    pub warm: u64,
}

/// The prices of `storageStore`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StorageFees {
    /// By the current and the new word (Yellow Paper, appendix G).
    Gross {
        /// Any store (Gsreset).
        reset: u64,
        /// Instead of it, when zero becomes non-zero (Gsset).
        set: u64,
        /// Refund when non-zero becomes zero (Rsclear).
        clear_refund: i64,
    },
    /// By the word that was there when the transaction began, too (EIP-1283, EIP-2200, EIP-2929).
    Net {
        /// A store that changes nothing, or what the transaction changed before.
        dirty: u64,
        /// The first change of a word that was zero.
        set: u64,
        /// The first change of another word.
        reset: u64,
        /// Refund when non-zero becomes zero.
        clear_refund: i64,
        /// With no more gas than this a store fails, so that the stipend of a call can't change the
        /// state (EIP-2200).
        guard: u64,
    },
}

impl StorageFees {
    /// What every store costs, whatever it does.
    pub fn base(&self) -> u64 {
        match *self {
            Self::Gross { reset, .. } => reset,
            Self::Net { dirty, .. } => dirty,
        }
    }

    /// What a store needs to have more gas than; 0 where there is no such rule.
    pub fn guard(&self) -> u64 {
        match *self {
            Self::Gross { .. } => 0,
            Self::Net { guard, .. } => guard,
        }
    }

    /// What a store costs beyond [`StorageFees::base`], by what it did to the word.
    pub fn surcharge(&self, status: StorageStatus) -> u64 {
        use StorageStatus as Status;
        match (self, status) {
            // From zero to another word, whatever was there when the transaction began.
            (
                Self::Gross { reset, set, .. },
                Status::Added | Status::DeletedAdded | Status::DeletedRestored,
            ) => set - reset,
            (Self::Net { set, dirty, .. }, Status::Added) => set - dirty,
            (Self::Net { reset, dirty, .. }, Status::Deleted | Status::Modified) => reset - dirty,
            _ => 0,
        }
    }

    /// What a store adds to the refund, by what it did to the word. Negative where it takes back what an
    /// earlier store was promised.
    pub fn refund(&self, status: StorageStatus) -> i64 {
        use StorageStatus as Status;
        match (self, status) {
            (
                Self::Gross { clear_refund, .. },
                Status::Deleted | Status::ModifiedDeleted | Status::AddedDeleted,
            )
            | (Self::Net { clear_refund, .. }, Status::Deleted | Status::ModifiedDeleted) => {
                *clear_refund
            }
            (Self::Net { clear_refund, .. }, Status::DeletedAdded) => -clear_refund,
            (Self::Net { set, dirty, .. }, Status::AddedDeleted) => (set - dirty).cast_signed(),
            (Self::Net { reset, dirty, .. }, Status::ModifiedRestored) => {
                (reset - dirty).cast_signed()
            }
            (Self::Net { reset, dirty, clear_refund, .. }, Status::DeletedRestored) => {
                (reset - dirty).cast_signed() - clear_refund
            }
            _ => 0,
        }
    }
}

impl Fees {
    /// The prices of `revision`; `None` for what was before Byzantium, which had no ewasm, and for what is
    /// not final.
    pub fn of(revision: Revision) -> Option<&'static Self> {
        match revision {
            Revision::Frontier
            | Revision::Homestead
            | Revision::TangerineWhistle
            | Revision::SpuriousDragon => None,
            Revision::Byzantium => Some(&BYZANTIUM),
            Revision::Constantinople => Some(&CONSTANTINOPLE),
            Revision::Petersburg => Some(&PETERSBURG),
            Revision::Istanbul => Some(&ISTANBUL),
            Revision::Berlin => Some(&BERLIN),
            Revision::London => Some(&LONDON),
            Revision::Paris => Some(&PARIS),
            Revision::Shanghai => Some(&SHANGHAI),
            Revision::Cancun => Some(&CANCUN),
            Revision::Prague => Some(&PRAGUE),
            Revision::Osaka => Some(&OSAKA),
            Revision::Amsterdam | Revision::Experimental => None,
        }
    }
}

/// Byzantium: the EEI specification, revision 4; Yellow Paper, Appendix G.
const BYZANTIUM: Fees = Fees {
    base: 2,
    copy: 3,
    copy_word: 3,
    block_hash: 800,
    access: None,
    balance: 400,
    self_balance: 0,
    external_code: 700,
    external_code_hash: 0,
    storage_load: 200,
    storage_store: StorageFees::Gross { reset: 5_000, set: 20_000, clear_refund: 15_000 },
    transient: 0,
    log: 375,
    log_topic: 375,
    log_byte: 8,
    call: 700,
    call_value: 9_000,
    call_new_account: 25_000,
    call_stipend: 2_300,
    delegation: false,
    create: 32_000,
    init_code_word: 0,
    hash_word: 0,
    max_init_code_size: None,
    self_destruct: 5_000,
    self_destruct_new_account: 25_000,
    self_destruct_refund: 24_000,
    blob_hash: 0,
};

/// Constantinople: `create2` (EIP-1014), `getExternalCodeHash` (EIP-1052), net metering of storage
/// (EIP-1283).
const CONSTANTINOPLE: Fees = Fees {
    hash_word: 6,
    external_code_hash: 400,
    storage_store: StorageFees::Net {
        dirty: 200,
        set: 20_000,
        reset: 5_000,
        clear_refund: 15_000,
        guard: 0,
    },
    ..BYZANTIUM
};

/// Petersburg: net metering of storage is taken back (EIP-1716).
const PETERSBURG: Fees = Fees { storage_store: BYZANTIUM.storage_store, ..CONSTANTINOPLE };

/// Istanbul: reads of the state cost more (EIP-1884), and net metering of storage comes again (EIP-2200).
const ISTANBUL: Fees = Fees {
    balance: 700,
    self_balance: 5,
    external_code_hash: 700,
    storage_load: 800,
    storage_store: StorageFees::Net {
        dirty: 800,
        set: 20_000,
        reset: 5_000,
        clear_refund: 15_000,
        guard: 2_300,
    },
    ..PETERSBURG
};

/// Berlin: what a transaction accesses for the first time costs more, everything else less (EIP-2929).
const BERLIN: Fees = Fees {
    access: Some(AccessFees { cold_account: 2_600, cold_slot: 2_100, warm: 100 }),
    balance: 100,
    external_code: 100,
    external_code_hash: 100,
    storage_load: 100,
    storage_store: StorageFees::Net {
        dirty: 100,
        set: 20_000,
        reset: 2_900,
        clear_refund: 15_000,
        guard: 2_300,
    },
    call: 100,
    ..ISTANBUL
};

/// London: smaller refunds, and none for `selfDestruct` (EIP-3529); `getBaseFee` (EIP-3198).
const LONDON: Fees = Fees {
    storage_store: StorageFees::Net {
        dirty: 100,
        set: 20_000,
        reset: 2_900,
        clear_refund: 4_800,
        guard: 2_300,
    },
    self_destruct_refund: 0,
    ..BERLIN
};

/// Paris: nothing costs anything else (EIP-4399 gives the difficulty's function another meaning).
const PARIS: Fees = LONDON;

/// Shanghai: init code is limited, and costs by its length (EIP-3860).
const SHANGHAI: Fees = Fees { init_code_word: 2, max_init_code_size: Some(49_152), ..PARIS };

/// Cancun: transient storage (EIP-1153), `getBlobHash` (EIP-4844), `getBlobBaseFee` (EIP-7516).
const CANCUN: Fees = Fees { transient: 100, blob_hash: 3, ..SHANGHAI };

/// Prague: the code of an account can be another one's (EIP-7702).
const PRAGUE: Fees = Fees { delegation: true, ..CANCUN };

/// Osaka: nothing that a contract pays for by the EEI.
const OSAKA: Fees = PRAGUE;

#[cfg(test)]
mod tests;
