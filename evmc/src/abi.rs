//! EVMC ABI version 12 as C sees it: structures, function types and numbers, under EVMC's own names.
//!
//! Nothing here has meaning yet. Enumerations are plain integers, since C may put any number into
//! them; booleans that callbacks return are bytes for the same reason. `tests/abi_layout.rs` holds every
//! size, offset and number against the layout that a C compiler gives the official header.

#![allow(non_camel_case_types)] // EVMC's names, so that both sides can be read next to each other.

use std::ffi::{c_char, c_void};

/// The ABI version that all of this describes.
pub const EVMC_ABI_VERSION: i32 = 12;

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
/// Creation of an EOF contract (EIP-7620).
pub const EVMC_EOFCREATE: evmc_call_kind = 5;

/// Bit of `evmc_message::flags`: nothing may change the state.
pub const EVMC_STATIC: u32 = 1;
/// Bit of `evmc_message::flags`: the code comes by delegation (EIP-7702).
pub const EVMC_DELEGATED: u32 = 2;

/// What a contract runs for.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct evmc_message {
    /// How the contract was reached.
    pub kind: evmc_call_kind,
    /// `EVMC_STATIC`, `EVMC_DELEGATED`.
    pub flags: u32,
    /// How many messages are below this one, from 0.
    pub depth: i32,
    /// Gas that may be used.
    pub gas: i64,
    /// The account that the code acts on.
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
    pub create2_salt: evmc_bytes32,
    /// Whose code runs.
    pub code_address: evmc_address,
    /// The code, where a client has it at hand; VMs use the argument of `execute` instead.
    pub code: *const u8,
    /// Bytes at `code`.
    pub code_size: usize,
}

/// Init code of a transaction (EIP-7873). Hebe does not look at it.
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
#[derive(Clone, Copy, Debug)]
pub struct evmc_tx_context {
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
    /// RANDAO value, or difficulty before Paris.
    pub block_prev_randao: evmc_uint256be,
    /// The chain's number (EIP-155).
    pub chain_id: evmc_uint256be,
    /// Wei burned for a unit of gas (EIP-1559).
    pub block_base_fee: evmc_uint256be,
    /// Wei for a unit of blob gas (EIP-7516).
    pub blob_base_fee: evmc_uint256be,
    /// Versioned blob hashes (EIP-4844); may be null if there are none.
    pub blob_hashes: *const evmc_bytes32,
    /// Hashes at `blob_hashes`.
    pub blob_hashes_count: usize,
    /// The transaction's init codes; may be null if there are none.
    pub initcodes: *const evmc_tx_initcode,
    /// Init codes at `initcodes`.
    pub initcodes_count: usize,
}

/// How an execution ended: `hebe_host::StatusCode` has the names of the numbers.
pub type evmc_status_code = i32;
/// A revision of Ethereum: `hebe_host::Revision` has the names of the numbers.
pub type evmc_revision = i32;

/// Frees what a result holds.
pub type evmc_release_result_fn = unsafe extern "C" fn(result: *const evmc_result);

/// The result of an execution. Whoever receives it must call `release`, if there is one, once.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct evmc_result {
    /// How it ended.
    pub status_code: evmc_status_code,
    /// Gas that was not used.
    pub gas_left: i64,
    /// Gas to be refunded when the transaction ends; may be negative.
    pub gas_refund: i64,
    /// Return data; may be null if empty.
    pub output_data: *const u8,
    /// Bytes at `output_data`.
    pub output_size: usize,
    /// Frees the result's memory; null if there is nothing to free.
    pub release: Option<evmc_release_result_fn>,
    /// The new contract, after a creation.
    pub create_address: evmc_address,
    /// Fills up the structure.
    pub padding: [u8; 4],
}

/// What a store did to a word of storage: one of `EVMC_STORAGE_ASSIGNED` and its kin. The comments give
/// the original, the current and the new value; X, Y and Z are different and not zero.
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

/// Whether something was accessed before (EIP-2929).
pub type evmc_access_status = i32;
/// Accessed for the first time.
pub const EVMC_ACCESS_COLD: evmc_access_status = 0;
/// Accessed before.
pub const EVMC_ACCESS_WARM: evmc_access_status = 1;

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
/// Type of `selfdestruct`: address, beneficiary; returns a C `bool`.
pub type evmc_selfdestruct_fn =
    unsafe extern "C" fn(*mut evmc_host_context, *const evmc_address, *const evmc_address) -> u8;
/// Type of `call`.
pub type evmc_call_fn =
    unsafe extern "C" fn(*mut evmc_host_context, *const evmc_message) -> evmc_result;
/// Type of `get_tx_context`.
pub type evmc_get_tx_context_fn = unsafe extern "C" fn(*mut evmc_host_context) -> evmc_tx_context;
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
pub type evmc_access_account_fn =
    unsafe extern "C" fn(*mut evmc_host_context, *const evmc_address) -> evmc_access_status;
/// Type of `access_storage`.
pub type evmc_access_storage_fn = unsafe extern "C" fn(
    *mut evmc_host_context,
    *const evmc_address,
    *const evmc_bytes32,
) -> evmc_access_status;
/// Type of `set_transient_storage`.
pub type evmc_set_transient_storage_fn = unsafe extern "C" fn(
    *mut evmc_host_context,
    *const evmc_address,
    *const evmc_bytes32,
    *const evmc_bytes32,
);

/// What a client offers to a VM. `hebe_host::Host` says what each function is for.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
#[allow(missing_docs)]
pub struct evmc_host_interface {
    pub account_exists: Option<evmc_account_exists_fn>,
    pub get_storage: Option<evmc_get_storage_fn>,
    pub set_storage: Option<evmc_set_storage_fn>,
    pub get_balance: Option<evmc_get_balance_fn>,
    pub get_code_size: Option<evmc_get_code_size_fn>,
    pub get_code_hash: Option<evmc_get_code_hash_fn>,
    pub copy_code: Option<evmc_copy_code_fn>,
    pub selfdestruct: Option<evmc_selfdestruct_fn>,
    pub call: Option<evmc_call_fn>,
    pub get_tx_context: Option<evmc_get_tx_context_fn>,
    pub get_block_hash: Option<evmc_get_block_hash_fn>,
    pub emit_log: Option<evmc_emit_log_fn>,
    pub access_account: Option<evmc_access_account_fn>,
    pub access_storage: Option<evmc_access_storage_fn>,
    pub get_transient_storage: Option<evmc_get_storage_fn>,
    pub set_transient_storage: Option<evmc_set_transient_storage_fn>,
}

/// Frees a VM.
pub type evmc_destroy_fn = unsafe extern "C" fn(*mut evmc_vm);
/// Runs a message: VM, host interface and its context, revision, message, code and its size.
pub type evmc_execute_fn = unsafe extern "C" fn(
    *mut evmc_vm,
    *const evmc_host_interface,
    *mut evmc_host_context,
    evmc_revision,
    *const evmc_message,
    *const u8,
    usize,
) -> evmc_result;
/// Tells what a VM can run.
pub type evmc_get_capabilities_fn = unsafe extern "C" fn(*mut evmc_vm) -> evmc_capabilities_flagset;
/// Sets an option: name and value, both terminated by a zero byte.
pub type evmc_set_option_fn =
    unsafe extern "C" fn(*mut evmc_vm, *const c_char, *const c_char) -> evmc_set_option_result;
/// Makes a VM, or returns null. A library exports it as `evmc_create_<name>`.
pub type evmc_create_fn = unsafe extern "C" fn() -> *mut evmc_vm;

/// A VM.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct evmc_vm {
    /// The version of EVMC's ABI that the rest follows.
    pub abi_version: i32,
    /// The VM's name.
    pub name: *const c_char,
    /// The VM's version.
    pub version: *const c_char,
    /// Frees the VM.
    pub destroy: Option<evmc_destroy_fn>,
    /// Runs a message.
    pub execute: Option<evmc_execute_fn>,
    /// Tells what the VM can run.
    pub get_capabilities: Option<evmc_get_capabilities_fn>,
    /// Sets an option; null where the VM has none.
    pub set_option: Option<evmc_set_option_fn>,
}
