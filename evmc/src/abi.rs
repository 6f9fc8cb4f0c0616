//! EVMC's ABIs as C sees them: structures, function types and numbers, under EVMC's own names.
//!
//! There is one declaration of each structure for all ABIs. A field that some of them lack says so by its type, such as
//! [`Abi::Since11`]: in an ABI without it, it takes no room. What differs otherwise are the members of [`Abi`].
//! Read [`Abi`] and the ABIs below it, and you have read all that changed.
//!
//! Nothing here has meaning yet. Enumerations are plain integers, since C may put any number into
//! them; booleans that callbacks return are bytes for the same reason. `tests/abi_layout.rs` holds every
//! size, offset and number of every ABI against the layout that a C compiler gives the official headers.

#![allow(non_camel_case_types)]
// EVMC's names, so that both sides can be read next to each other.
// The compiler does not see through a field that may be absent to the function pointer in it.
#![allow(improper_ctypes_definitions)]

use hebe_host::Revision;
use std::{
    ffi::{c_char, c_void},
    fmt::Debug,
    marker::PhantomData,
};

/// One version of EVMC's ABI: which fields its structures have, and what its numbers mean.
pub trait Abi: Copy + Debug + Default + Send + Sync + 'static {
    /// Its number, with which every VM begins (`EVMC_ABI_VERSION`).
    const VERSION: i32;
    /// The revisions that it names, in the order of their numbers, from 0.
    const REVISIONS: &'static [Revision];
    /// The newest revision for which it has all that a contract can ask for. It names later ones, too.
    const LAST: Revision;

    /// A field that came with ABI 10.
    type Since10<T: Plain>: Field<T>;
    /// A field that came with ABI 11.
    type Since11<T: Plain>: Field<T>;
    /// A field that came with ABI 12.
    type Since12<T: Plain>: Field<T>;
    /// A field that ABI 12 alone has.
    type Only12<T: Plain>: Field<T>;
    /// A field that came with ABI 13.
    type Since13<T: Plain>: Field<T>;
    /// A field that came with ABI 18.
    type Since18<T: Plain>: Field<T>;
    /// A field that went with ABI 13.
    type Until12<T: Plain>: Field<T>;
    /// A field that went with ABI 18.
    type Until13<T: Plain>: Field<T>;
    /// `enum evmc_access_status`: an int, and since ABI 18 one byte.
    type AccessStatus: Plain + Into<i32> + From<u8>;

    /// The meaning of a number of `enum evmc_revision`; `None` for one that this ABI can't carry.
    fn revision(number: i32) -> Option<Revision> {
        let named = Self::REVISIONS.get(usize::try_from(number).ok()?);
        named.copied().filter(|revision| *revision <= Self::LAST)
    }

    /// The number of a revision; `None` for one that this ABI can't carry.
    fn revision_number(revision: Revision) -> Option<i32> {
        let number = Self::REVISIONS.iter().position(|named| *named == revision)?;
        i32::try_from(number).ok().filter(|_| revision <= Self::LAST)
    }
}

/// What a field can hold.
pub trait Plain: Copy + Default {}
impl<T: Copy + Default> Plain for T {}

/// A field that an ABI has or has not.
pub trait Field<T>: Copy + Default {
    /// What is in it; `None` where there is no such field.
    fn get(self) -> Option<T>;
    /// The field with this in it; nothing where there is no such field.
    fn new(value: T) -> Self;
}

/// A field that is there.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Present<T>(pub T);

impl<T: Plain> Field<T> for Present<T> {
    fn get(self) -> Option<T> {
        Some(self.0)
    }
    fn new(value: T) -> Self {
        Self(value)
    }
}

/// A field that is not there: it takes no room.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Absent<T>(PhantomData<T>);

impl<T: Plain> Field<T> for Absent<T> {
    fn get(self) -> Option<T> {
        None
    }
    fn new(_: T) -> Self {
        Self::default()
    }
}

/// Defines an ABI: its number, its newest revision, the names of all, and its fields.
macro_rules! abi {
    (
        $(#[$about:meta])* $abi:ident = $version:literal, up to $last:ident of $revisions:expr;
        $since10:ident $since11:ident $since12:ident $only12:ident $since13:ident $since18:ident
        $until12:ident $until13:ident, $access:ty
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $abi;

        impl Abi for $abi {
            const VERSION: i32 = $version;
            const REVISIONS: &'static [Revision] = $revisions;
            const LAST: Revision = Revision::$last;
            type Since10<T: Plain> = $since10<T>;
            type Since11<T: Plain> = $since11<T>;
            type Since12<T: Plain> = $since12<T>;
            type Only12<T: Plain> = $only12<T>;
            type Since13<T: Plain> = $since13<T>;
            type Since18<T: Plain> = $since18<T>;
            type Until12<T: Plain> = $until12<T>;
            type Until13<T: Plain> = $until13<T>;
            type AccessStatus = $access;
        }
    };
}

// In the order of the trait:
// Since10 Since11 Since12 Only12 Since13 Since18
// Until12 Until13, AccessStatus
abi! {
    /// EVMC 9.0 (2021). The host adds refunds up, from five statuses of a store.
    Abi9 = 9, up to London of REVISIONS_9;
    Absent Absent Absent Absent Absent Absent
    Present Present, i32
}
abi! {
    /// EVMC 10 (2022). Code has an address of its own, and the VM adds refunds up, from nine statuses.
    Abi10 = 10, up to Shanghai of REVISIONS_10;
    Present Absent Absent Absent Absent Absent
    Present Present, i32
}
abi! {
    /// EVMC 11 (2023). Transient storage and blobs.
    Abi11 = 11, up to Cancun of REVISIONS_10;
    Present Present Absent Absent Absent Absent
    Present Present, i32
}
abi! {
    /// EVMC 12 (2025), evmone up to 0.21. Delegation, and what EOF would have needed.
    Abi12 = 12, up to Osaka of REVISIONS_12;
    Present Present Present Present Absent Absent
    Present Present, i32
}
abi! {
    /// evmone 0.22 (2026). Without EOF, with the slot's number.
    Abi13 = 13, up to Osaka of REVISIONS_13;
    Present Present Present Absent Present Absent
    Absent Present, i32
}
abi! {
    /// evmone 0.23 (2026). The VM computes addresses of new contracts and has no capabilities; revisions have other
    /// numbers.
    Abi18 = 18, up to Osaka of REVISIONS_18;
    Present Present Present Absent Present Present
    Absent Absent, u8
}

/// The revisions that ABI 9 names: Paris has no number.
const REVISIONS_9: &[Revision] = {
    use Revision::*;
    &[
        Frontier,
        Homestead,
        TangerineWhistle,
        SpuriousDragon,
        Byzantium,
        Constantinople,
        Petersburg,
        Istanbul,
        Berlin,
        London,
        Shanghai,
    ]
};

/// Every revision in the order of history, of which the ABIs from 10 to 13 name more and more.
const HISTORY: [Revision; 17] = {
    let mut all = [Revision::Frontier; 17];
    let mut number = 0;
    while number < all.len() {
        all[number] = Revision::ALL[number].0;
        number += 1;
    }
    all
};

/// Up to Prague.
const REVISIONS_10: &[Revision] = HISTORY.split_at(14).0;

/// ABI 12 has no number for Amsterdam.
const REVISIONS_12: &[Revision] = &{
    let mut named = [Revision::Experimental; 16];
    let mut number = 0;
    while number <= Revision::Osaka as usize {
        named[number] = HISTORY[number];
        number += 1;
    }
    named
};

const REVISIONS_13: &[Revision] = &HISTORY;

/// Without Constantinople.
const REVISIONS_18: &[Revision] = &{
    let mut named = [Revision::Frontier; 16];
    let mut number = 0;
    while number < named.len() {
        let skipped = number >= Revision::Constantinople as usize;
        named[number] = HISTORY[number + skipped as usize];
        number += 1;
    }
    named
};

/// 32 bytes, big-endian where they are a number.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct evmc_bytes32 {
    /// The bytes.
    pub bytes: [u8; 32],
}

/// A 256-bit number, big-endian.
pub type evmc_uint256be = evmc_bytes32;

/// An account's address.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct evmc_address {
    /// The bytes.
    pub bytes: [u8; 20],
}

/// How a contract is reached: one of `EVMC_CALL` and its kin.
pub type evmc_call_kind = i32;
/// A plain call.
pub const EVMC_CALL: evmc_call_kind = 0;
/// Other code on the caller's account, with the caller's sender and value (EIP-7).
pub const EVMC_DELEGATECALL: evmc_call_kind = 1;
/// Other code on the caller's account.
pub const EVMC_CALLCODE: evmc_call_kind = 2;
/// Contract creation.
pub const EVMC_CREATE: evmc_call_kind = 3;
/// Contract creation at a salted address (EIP-1014).
pub const EVMC_CREATE2: evmc_call_kind = 4;
/// Creation of an EOF contract (EIP-7620), in ABI 12.
pub const EVMC_EOFCREATE: evmc_call_kind = 5;

/// Bit of `evmc_message::flags`: nothing may change the state.
pub const EVMC_STATIC: u32 = 1;
/// Bit of `evmc_message::flags`: the code comes by delegation (EIP-7702). Since ABI 12.
pub const EVMC_DELEGATED: u32 = 2;

/// What a contract runs for.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct evmc_message<A: Abi = Abi12> {
    /// How the contract was reached.
    pub kind: evmc_call_kind,
    /// `EVMC_STATIC`, `EVMC_DELEGATED`.
    pub flags: u32,
    /// How many messages are below this one, from 0.
    pub depth: i32,
    /// Gas that may be used.
    pub gas: i64,
    /// The account that the code acts on. In ABI 9 its name is `destination`, and a message that a VM sends has the
    /// code's address here. Since ABI 18 the VM computes it for a creation.
    pub recipient: evmc_address,
    /// Who sent the message.
    pub sender: evmc_address,
    /// Call data, or init code where the message is on its way to a host; may be null if empty.
    pub input_data: *const u8,
    /// Bytes at `input_data`.
    pub input_size: usize,
    /// Wei.
    pub value: evmc_uint256be,
    /// Salt of `EVMC_CREATE2`.
    pub create2_salt: A::Until13<evmc_bytes32>,
    /// Whose code runs.
    pub code_address: A::Since10<evmc_address>,
    /// The code, where a client has it at hand; VMs use the argument of `execute` instead.
    pub code: A::Since12<*const u8>,
    /// Bytes at `code`.
    pub code_size: A::Since12<usize>,
}

/// Init code of a transaction (EIP-7873), in ABI 12. Hebe does not look at it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct evmc_tx_initcode {
    /// Keccak-256 of the code.
    pub hash: evmc_bytes32,
    /// The code.
    pub code: *const u8,
    /// Bytes at `code`.
    pub code_size: usize,
}

/// The transaction and its block.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct evmc_tx_context<A: Abi = Abi12> {
    /// Wei for a unit of gas.
    pub tx_gas_price: evmc_uint256be,
    /// Who signed the transaction.
    pub tx_origin: evmc_address,
    /// Who receives the block's fees.
    pub block_coinbase: evmc_address,
    /// The block's number.
    pub block_number: i64,
    /// Seconds since 1970.
    pub block_timestamp: i64,
    /// The block's gas limit.
    pub block_gas_limit: i64,
    /// RANDAO value, or difficulty before Paris; in ABI 9 its name is `block_difficulty`.
    pub block_prev_randao: evmc_uint256be,
    /// The chain's number (EIP-155).
    pub chain_id: evmc_uint256be,
    /// Wei burned for a unit of gas (EIP-1559).
    pub block_base_fee: evmc_uint256be,
    /// Wei for a unit of blob gas (EIP-7516).
    pub blob_base_fee: A::Since11<evmc_uint256be>,
    /// Versioned blob hashes (EIP-4844); may be null if there are none.
    pub blob_hashes: A::Since11<*const evmc_bytes32>,
    /// Hashes at `blob_hashes`.
    pub blob_hashes_count: A::Since11<usize>,
    /// The transaction's init codes; may be null if there are none.
    pub initcodes: A::Only12<*const evmc_tx_initcode>,
    /// Init codes at `initcodes`.
    pub initcodes_count: A::Only12<usize>,
    /// The block's slot (EIP-7843), which no contract can ask for yet.
    pub block_slot_number: A::Since13<u64>,
}

/// How an execution ended: `hebe_host::StatusCode` has the names of the numbers.
pub type evmc_status_code = i32;
/// A revision of Ethereum: [`Abi::REVISIONS`] has the names of the numbers.
pub type evmc_revision = i32;

/// Frees what a result holds.
pub type evmc_release_result_fn<A = Abi12> = unsafe extern "C" fn(result: *const evmc_result<A>);

/// The result of an execution. Whoever receives it must call `release`, if there is one, once.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct evmc_result<A: Abi = Abi12> {
    /// How it ended.
    pub status_code: evmc_status_code,
    /// Gas that was not used.
    pub gas_left: i64,
    /// Gas to be refunded when the transaction ends; may be negative.
    pub gas_refund: A::Since10<i64>,
    /// Return data; may be null if empty.
    pub output_data: *const u8,
    /// Bytes at `output_data`.
    pub output_size: usize,
    /// Frees the result's memory; null if there is nothing to free.
    pub release: Option<evmc_release_result_fn<A>>,
    /// The new contract, after a creation.
    pub create_address: A::Until13<evmc_address>,
    /// Fills up the structure.
    pub padding: A::Until12<[u8; 4]>,
}

/// What a store did to a word of storage: one of `EVMC_STORAGE_ASSIGNED` and its kin. The comments give
/// the original, the current and the new value; X, Y and Z are different and not zero. ABI 9 has the five of [`five_statuses`] instead.
pub type evmc_storage_status = i32;
/// None of the others.
pub const EVMC_STORAGE_ASSIGNED: evmc_storage_status = 0;
/// 0 → 0 → Z
pub const EVMC_STORAGE_ADDED: evmc_storage_status = 1;
/// X → X → 0
pub const EVMC_STORAGE_DELETED: evmc_storage_status = 2;
/// X → X → Z
pub const EVMC_STORAGE_MODIFIED: evmc_storage_status = 3;
/// X → 0 → Z
pub const EVMC_STORAGE_DELETED_ADDED: evmc_storage_status = 4;
/// X → Y → 0
pub const EVMC_STORAGE_MODIFIED_DELETED: evmc_storage_status = 5;
/// X → 0 → X
pub const EVMC_STORAGE_DELETED_RESTORED: evmc_storage_status = 6;
/// 0 → Y → 0
pub const EVMC_STORAGE_ADDED_DELETED: evmc_storage_status = 7;
/// X → Y → X
pub const EVMC_STORAGE_MODIFIED_RESTORED: evmc_storage_status = 8;

/// `enum evmc_storage_status` of ABI 9.
pub mod five_statuses {
    use super::evmc_storage_status;

    /// The new value is the current one.
    pub const EVMC_STORAGE_UNCHANGED: evmc_storage_status = 0;
    /// X → X → Z
    pub const EVMC_STORAGE_MODIFIED: evmc_storage_status = 1;
    /// The transaction changed the word before.
    pub const EVMC_STORAGE_MODIFIED_AGAIN: evmc_storage_status = 2;
    /// 0 → 0 → Z
    pub const EVMC_STORAGE_ADDED: evmc_storage_status = 3;
    /// X → X → 0
    pub const EVMC_STORAGE_DELETED: evmc_storage_status = 4;
}

/// `enum evmc_access_status`: accessed for the first time (EIP-2929).
pub const EVMC_ACCESS_COLD: u8 = 0;
/// Accessed before.
pub const EVMC_ACCESS_WARM: u8 = 1;

/// How setting an option went.
pub type evmc_set_option_result = i32;
/// The option is set.
pub const EVMC_SET_OPTION_SUCCESS: evmc_set_option_result = 0;
/// There is no such option.
pub const EVMC_SET_OPTION_INVALID_NAME: evmc_set_option_result = 1;
/// The option can't have this value.
pub const EVMC_SET_OPTION_INVALID_VALUE: evmc_set_option_result = 2;

/// What a VM can run: bits of `EVMC_CAPABILITY_EVM1` and its kin.
pub type evmc_capabilities_flagset = u32;
/// EVM bytecode.
pub const EVMC_CAPABILITY_EVM1: evmc_capabilities_flagset = 1;
/// Ewasm contracts.
pub const EVMC_CAPABILITY_EWASM: evmc_capabilities_flagset = 2;
/// Precompiled contracts.
pub const EVMC_CAPABILITY_PRECOMPILES: evmc_capabilities_flagset = 4;

/// The client's own data, handed back to it with each callback. It may be null.
pub type evmc_host_context = c_void;

/// Type of `account_exists`; returns a C `bool`.
pub type evmc_account_exists_fn =
    unsafe extern "C" fn(*mut evmc_host_context, *const evmc_address) -> u8;
/// Type of `get_storage` and `get_transient_storage`.
pub type evmc_get_storage_fn = unsafe extern "C" fn(
    *mut evmc_host_context,
    *const evmc_address,
    *const evmc_bytes32,
) -> evmc_bytes32;
/// Type of `set_storage`.
pub type evmc_set_storage_fn = unsafe extern "C" fn(
    *mut evmc_host_context,
    *const evmc_address,
    *const evmc_bytes32,
    *const evmc_bytes32,
) -> evmc_storage_status;
/// Type of `get_balance`.
pub type evmc_get_balance_fn =
    unsafe extern "C" fn(*mut evmc_host_context, *const evmc_address) -> evmc_uint256be;
/// Type of `get_code_size`.
pub type evmc_get_code_size_fn =
    unsafe extern "C" fn(*mut evmc_host_context, *const evmc_address) -> usize;
/// Type of `get_code_hash`.
pub type evmc_get_code_hash_fn =
    unsafe extern "C" fn(*mut evmc_host_context, *const evmc_address) -> evmc_bytes32;
/// Type of `copy_code`: offset, buffer, its size; returns the bytes written.
pub type evmc_copy_code_fn = unsafe extern "C" fn(
    *mut evmc_host_context,
    *const evmc_address,
    usize,
    *mut u8,
    usize,
) -> usize;
/// Type of `get_nonce`, since ABI 18.
pub type evmc_get_nonce_fn =
    unsafe extern "C" fn(*mut evmc_host_context, *const evmc_address) -> u64;
/// Type of `selfdestruct`: address, beneficiary; returns a C `bool`, since ABI 10.
pub type evmc_selfdestruct_fn<A = Abi12> = unsafe extern "C" fn(
    *mut evmc_host_context,
    *const evmc_address,
    *const evmc_address,
) -> <A as Abi>::Since10<u8>;
/// Type of `call`.
pub type evmc_call_fn<A = Abi12> =
    unsafe extern "C" fn(*mut evmc_host_context, *const evmc_message<A>) -> evmc_result<A>;
/// Type of `get_tx_context`.
pub type evmc_get_tx_context_fn<A = Abi12> =
    unsafe extern "C" fn(*mut evmc_host_context) -> evmc_tx_context<A>;
/// Type of `get_block_hash`.
pub type evmc_get_block_hash_fn = unsafe extern "C" fn(*mut evmc_host_context, i64) -> evmc_bytes32;
/// Type of `emit_log`: address, data and its size, topics and their count.
pub type evmc_emit_log_fn = unsafe extern "C" fn(
    *mut evmc_host_context,
    *const evmc_address,
    *const u8,
    usize,
    *const evmc_bytes32,
    usize,
);
/// Type of `access_account`.
pub type evmc_access_account_fn<A = Abi12> =
    unsafe extern "C" fn(*mut evmc_host_context, *const evmc_address) -> <A as Abi>::AccessStatus;
/// Type of `access_storage`.
pub type evmc_access_storage_fn<A = Abi12> = unsafe extern "C" fn(
    *mut evmc_host_context,
    *const evmc_address,
    *const evmc_bytes32,
) -> <A as Abi>::AccessStatus;
/// Type of `set_transient_storage`.
pub type evmc_set_transient_storage_fn = unsafe extern "C" fn(
    *mut evmc_host_context,
    *const evmc_address,
    *const evmc_bytes32,
    *const evmc_bytes32,
);

/// What a client offers to a VM. `hebe_host::Host` says what each function is for.
#[repr(C)]
#[derive(Clone, Copy, Default)]
#[allow(missing_docs)]
pub struct evmc_host_interface<A: Abi = Abi12> {
    pub account_exists: Option<evmc_account_exists_fn>,
    pub get_storage: Option<evmc_get_storage_fn>,
    pub set_storage: Option<evmc_set_storage_fn>,
    pub get_balance: Option<evmc_get_balance_fn>,
    pub get_nonce: A::Since18<Option<evmc_get_nonce_fn>>,
    pub get_code_size: Option<evmc_get_code_size_fn>,
    pub get_code_hash: Option<evmc_get_code_hash_fn>,
    pub copy_code: Option<evmc_copy_code_fn>,
    pub selfdestruct: Option<evmc_selfdestruct_fn<A>>,
    pub call: Option<evmc_call_fn<A>>,
    pub get_tx_context: Option<evmc_get_tx_context_fn<A>>,
    pub get_block_hash: Option<evmc_get_block_hash_fn>,
    pub emit_log: Option<evmc_emit_log_fn>,
    pub access_account: Option<evmc_access_account_fn<A>>,
    pub access_storage: Option<evmc_access_storage_fn<A>>,
    pub get_transient_storage: A::Since11<Option<evmc_get_storage_fn>>,
    pub set_transient_storage: A::Since11<Option<evmc_set_transient_storage_fn>>,
}

/// Frees a VM.
pub type evmc_destroy_fn<A = Abi12> = unsafe extern "C" fn(*mut evmc_vm<A>);
/// Runs a message: VM, host interface and its context, revision, message, code and its size.
pub type evmc_execute_fn<A = Abi12> = unsafe extern "C" fn(
    *mut evmc_vm<A>,
    *const evmc_host_interface<A>,
    *mut evmc_host_context,
    evmc_revision,
    *const evmc_message<A>,
    *const u8,
    usize,
) -> evmc_result<A>;
/// Tells what a VM can run.
pub type evmc_get_capabilities_fn<A = Abi12> =
    unsafe extern "C" fn(*mut evmc_vm<A>) -> evmc_capabilities_flagset;
/// Sets an option: name and value, both terminated by a zero byte.
pub type evmc_set_option_fn<A = Abi12> =
    unsafe extern "C" fn(*mut evmc_vm<A>, *const c_char, *const c_char) -> evmc_set_option_result;
/// Makes a VM, or returns null. A library exports it as `evmc_create_<name>`.
pub type evmc_create_fn<A = Abi12> = unsafe extern "C" fn() -> *mut evmc_vm<A>;

/// A VM.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct evmc_vm<A: Abi = Abi12> {
    /// The version of EVMC's ABI that the rest follows.
    pub abi_version: i32,
    /// The VM's name.
    pub name: *const c_char,
    /// The VM's version.
    pub version: *const c_char,
    /// Frees the VM.
    pub destroy: Option<evmc_destroy_fn<A>>,
    /// Runs a message.
    pub execute: Option<evmc_execute_fn<A>>,
    /// Tells what the VM can run.
    pub get_capabilities: A::Until13<Option<evmc_get_capabilities_fn<A>>>,
    /// Sets an option; null where the VM has none.
    pub set_option: Option<evmc_set_option_fn<A>>,
}
