//! Holds the Rust declarations of every ABI against the layout that a C compiler gives EVMC's own headers.
//! If this fails, `src/abi.rs` is wrong, not the layout.

#![allow(unsafe_code)] // The helpers that it shares speak to the VM as C does.

mod common;

use common::every_abi;
use hebe_evmc::abi::*;
use hebe_host::StatusCode;
use serde_json::Value;
use std::{collections::BTreeMap, mem::offset_of};

/// Size, alignment, and each field's offset and size.
type Layout = (usize, usize, BTreeMap<String, (usize, usize)>);

/// Only its type matters: which field of which structure.
fn size_of_field<S, F>(_: fn(&S) -> &F) -> usize {
    size_of::<F>()
}

/// The layouts of structures, without the fields that an ABI lacks. The pattern makes a forgotten field an error of
/// the compiler.
macro_rules! layouts {
    ($($name:ident = $structure:ty { $($field:ident),* })*) => {
        BTreeMap::from([$({
            let _: fn($structure) = |$name { $($field: _),* }| ();
            let fields = [$((
                stringify!($field).to_owned(),
                (
                    offset_of!($structure, $field),
                    size_of_field(|value: &$structure| &value.$field),
                ),
            )),*];
            let fields = fields.into_iter().filter(|(_, (_, size))| *size != 0);
            let layout = (size_of::<$structure>(), align_of::<$structure>(), fields.collect());
            (stringify!($name).to_owned(), layout)
        }),*])
    };
}

macro_rules! numbers {
    ($($enumeration:ident { $($name:ident),* })*) => {
        BTreeMap::from([$((
            stringify!($enumeration).to_owned(),
            BTreeMap::from([$((stringify!($name).to_owned(), i64::from($name))),*]),
        )),*])
    };
}

fn our_structures<A: Abi>() -> BTreeMap<String, Layout> {
    let mut ours: BTreeMap<String, Layout> = layouts! {
        evmc_bytes32 = evmc_bytes32 { bytes }
        evmc_address = evmc_address { bytes }
        evmc_message = evmc_message<A> {
            kind, flags, depth, gas, recipient, sender, input_data, input_size, value,
            create2_salt, code_address, code, code_size
        }
        evmc_tx_initcode = evmc_tx_initcode { hash, code, code_size }
        evmc_tx_context = evmc_tx_context<A> {
            tx_gas_price, tx_origin, block_coinbase, block_number, block_timestamp,
            block_gas_limit, block_prev_randao, chain_id, block_base_fee, blob_base_fee,
            blob_hashes, blob_hashes_count, initcodes, initcodes_count, block_slot_number
        }
        evmc_result = evmc_result<A> {
            status_code, gas_left, gas_refund, output_data, output_size, release,
            create_address, padding
        }
        evmc_host_interface = evmc_host_interface<A> {
            account_exists, get_storage, set_storage, get_balance, get_nonce, get_code_size,
            get_code_hash, copy_code, selfdestruct, call, get_tx_context, get_block_hash,
            emit_log, access_account, access_storage, get_transient_storage,
            set_transient_storage
        }
        evmc_vm = evmc_vm<A> {
            abi_version, name, version, destroy, execute, get_capabilities, set_option
        }
    };
    if A::VERSION != 12 {
        ours.remove("evmc_tx_initcode");
    }
    if A::VERSION == 9 {
        let mut rename = |structure: &str, ours_is: &str, theirs: &str| {
            let (.., fields): &mut Layout = ours.get_mut(structure).unwrap();
            let field = fields.remove(ours_is).unwrap();
            fields.insert(theirs.to_owned(), field);
        };
        rename("evmc_message", "recipient", "destination");
        rename("evmc_tx_context", "block_prev_randao", "block_difficulty");
    }
    ours
}

fn our_numbers<A: Abi>() -> BTreeMap<String, BTreeMap<String, i64>> {
    let mut ours = numbers! {
        evmc_call_kind {
            EVMC_CALL, EVMC_DELEGATECALL, EVMC_CALLCODE, EVMC_CREATE, EVMC_CREATE2, EVMC_EOFCREATE
        }
        evmc_flags { EVMC_STATIC, EVMC_DELEGATED }
        evmc_storage_status {
            EVMC_STORAGE_ASSIGNED, EVMC_STORAGE_ADDED, EVMC_STORAGE_DELETED,
            EVMC_STORAGE_MODIFIED, EVMC_STORAGE_DELETED_ADDED, EVMC_STORAGE_MODIFIED_DELETED,
            EVMC_STORAGE_DELETED_RESTORED, EVMC_STORAGE_ADDED_DELETED,
            EVMC_STORAGE_MODIFIED_RESTORED
        }
        evmc_access_status { EVMC_ACCESS_COLD, EVMC_ACCESS_WARM }
        evmc_set_option_result {
            EVMC_SET_OPTION_SUCCESS, EVMC_SET_OPTION_INVALID_NAME, EVMC_SET_OPTION_INVALID_VALUE
        }
        evmc_capabilities {
            EVMC_CAPABILITY_EVM1, EVMC_CAPABILITY_EWASM, EVMC_CAPABILITY_PRECOMPILES
        }
    };
    if A::VERSION == 9 {
        use five_statuses::*;
        ours.extend(numbers! {
            evmc_storage_status {
                EVMC_STORAGE_UNCHANGED, EVMC_STORAGE_MODIFIED, EVMC_STORAGE_MODIFIED_AGAIN,
                EVMC_STORAGE_ADDED, EVMC_STORAGE_DELETED
            }
        });
    }
    let mut lacks = |enumeration: &str, name: &str| {
        ours.get_mut(enumeration).unwrap().remove(name).unwrap();
    };
    if A::VERSION != 12 {
        lacks("evmc_call_kind", "EVMC_EOFCREATE");
    }
    if A::VERSION < 12 {
        lacks("evmc_flags", "EVMC_DELEGATED");
    }
    if A::VERSION >= 18 {
        ours.remove("evmc_capabilities");
    }
    let statuses =
        StatusCode::ALL.map(|(status, name)| (format!("EVMC_{name}"), i64::from(status.number())));
    ours.insert("evmc_status_code".to_owned(), BTreeMap::from(statuses));
    let revisions = A::REVISIONS.iter().zip(0..).map(|(revision, number)| {
        (format!("EVMC_{}", revision.name().to_uppercase().replace(' ', "_")), number)
    });
    ours.insert("evmc_revision".to_owned(), revisions.collect());
    ours
}

/// The description of an ABI, where it is at hand.
fn theirs<A: Abi>() -> Option<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/evmc/abi-layout.json");
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("not checked: {path} is absent");
        return None;
    };
    let mut versions: Value = serde_json::from_str(&text).unwrap();
    let abi = versions[A::VERSION.to_string()].take();
    assert_eq!(abi["abi_version"], A::VERSION);
    Some(abi)
}

fn entries(object: &Value) -> impl Iterator<Item = (String, &Value)> {
    object.as_object().unwrap().iter().map(|(name, value)| (name.clone(), value))
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

#[test]
fn structures_are_laid_out_as_in_c() {
    fn are_laid_out<A: Abi>() {
        let Some(abi) = theirs::<A>() else { return };
        let theirs: BTreeMap<String, Layout> = entries(&abi["structs"])
            .map(|(name, layout)| {
                let fields = entries(&layout["fields"]).map(|(name, field)| {
                    (name, (number(&field["offset"]), number(&field["size"])))
                });
                (name, (number(&layout["size"]), number(&layout["align"]), fields.collect()))
            })
            .collect();
        assert_eq!(our_structures::<A>(), theirs, "ABI {}", A::VERSION);
    }
    every_abi!(are_laid_out);
}

#[test]
fn numbers_are_those_of_c() {
    fn are_those<A: Abi>() {
        let Some(abi) = theirs::<A>() else { return };
        let mut theirs: BTreeMap<String, BTreeMap<String, i64>> = entries(&abi["enums"])
            .map(|(name, values)| {
                let values = entries(values).map(|(name, value)| (name, value.as_i64().unwrap()));
                (name, values.collect())
            })
            .collect();
        // Two more names for revisions.
        let revisions = theirs.get_mut("evmc_revision").unwrap();
        let last = i64::try_from(A::REVISIONS.len()).unwrap() - 1;
        assert_eq!(revisions.remove("EVMC_MAX_REVISION"), Some(last));
        assert!(revisions.remove("EVMC_LATEST_STABLE_REVISION").is_some());
        assert_eq!(our_numbers::<A>(), theirs, "ABI {}", A::VERSION);
    }
    every_abi!(are_those);
}
