//! The `ethereum` module: the EEI's functions, one row each.
//!
//! Bodies are beside each other by what they touch: [`environment`] the message and the block,
//! [`data`] byte strings that are copied, [`state`] storage and logs, [`calls`] other contracts,
//! [`create`] new ones, [`ending`] the end of the frame. [`access`] is what the first access costs,
//! [`messages`] what calls and creations have in common.

mod access;
mod calls;
mod create;
mod data;
mod ending;
mod environment;
mod messages;
mod state;

use crate::{
    Fee, HostFunction, Revision, Surcharge,
    table::{Term, Unit, flat, row},
};
use access::{
    COLD_ACCOUNT, COLD_BENEFICIARY, COLD_DELEGATE, COLD_SLOT_LOADED, COLD_SLOT_STORED, DELEGATE,
};
use calls::{NEW_ACCOUNT, VALUE};
use ending::NEW_BENEFICIARY;
use hebe_gas::ValueType::{I32, I64};

/// The rows of the module: those of the EEI specification (revision 4) in its order, and then what came
/// with later revisions of Ethereum.
#[rustfmt::skip] // A row is a line, whatever its length.
pub(crate) const FUNCTIONS: &[HostFunction] = &[
    row("useGas", &[I64], &[], USE_GAS, environment::use_gas).not_negative(0),
    row("getAddress", &[I32], &[], BASE, environment::get_address),
    row("getExternalBalance", &[I32, I32], &[], flat(|fees| fees.balance), environment::get_external_balance).and(ACCOUNT),
    row("getBlockHash", &[I64, I32], &[I32], flat(|fees| fees.block_hash), environment::get_block_hash),
    row("call", &[I64, I32, I32, I32, I32], &[I32], CALL, calls::call).not_negative(0).and(CALLED_WITH_NEW),
    row("callDataCopy", &[I32, I32, I32], &[], COPY, data::call_data_copy),
    row("getCallDataSize", &[], &[I32], BASE, data::get_call_data_size),
    row("callCode", &[I64, I32, I32, I32, I32], &[I32], CALL, calls::call_code).not_negative(0).and(CALLED_WITH_VALUE),
    row("callDelegate", &[I64, I32, I32, I32], &[I32], CALL, calls::call_delegate).not_negative(0).and(CALLED),
    row("callStatic", &[I64, I32, I32, I32], &[I32], CALL, calls::call_static).not_negative(0).and(CALLED),
    row("storageStore", &[I32, I32], &[], flat(|fees| fees.storage_store.base()), state::storage_store).guarded_by(|fees| fees.storage_store.guard()).changes_state().and(STORED),
    row("storageLoad", &[I32, I32], &[], flat(|fees| fees.storage_load), state::storage_load).and(LOADED),
    row("getCaller", &[I32], &[], BASE, environment::get_caller),
    row("getCallValue", &[I32], &[], BASE, environment::get_call_value),
    row("codeCopy", &[I32, I32, I32], &[], COPY, data::code_copy),
    row("getCodeSize", &[], &[I32], BASE, data::get_code_size),
    row("getBlockCoinbase", &[I32], &[], BASE, environment::get_block_coinbase),
    row("create", &[I32, I32, I32, I32], &[I32], CREATE, create::create).changes_state(),
    row("getBlockDifficulty", &[I32], &[], BASE, environment::get_block_difficulty),
    row("externalCodeCopy", &[I32, I32, I32, I32], &[], EXTERNAL_COPY, data::external_code_copy).and(ACCOUNT),
    row("getExternalCodeSize", &[I32], &[I32], flat(|fees| fees.external_code), data::get_external_code_size).and(ACCOUNT),
    row("getGasLeft", &[], &[I64], BASE, environment::get_gas_left),
    row("getBlockGasLimit", &[], &[I64], BASE, environment::get_block_gas_limit),
    row("getTxGasPrice", &[I32], &[], BASE, environment::get_tx_gas_price),
    row("log", &[I32, I32, I32, I32, I32, I32, I32], &[], LOG, state::log).changes_state(),
    row("getBlockNumber", &[], &[I64], BASE, environment::get_block_number),
    row("getTxOrigin", &[I32], &[], BASE, environment::get_tx_origin),
    row("finish", &[I32, I32], &[], FREE, ending::finish),
    row("revert", &[I32, I32], &[], FREE, ending::revert),
    row("getReturnDataSize", &[], &[I32], BASE, data::get_return_data_size),
    row("returnDataCopy", &[I32, I32, I32], &[], COPY, data::return_data_copy),
    row("selfDestruct", &[I32], &[], flat(|fees| fees.self_destruct), ending::self_destruct).changes_state().and(DESTRUCTED),
    row("getBlockTimestamp", &[], &[I64], BASE, environment::get_block_timestamp),
    row("create2", &[I32, I32, I32, I32, I32], &[I32], CREATE2, create::create2).changes_state().since(Revision::Constantinople),
    row("getExternalCodeHash", &[I32, I32], &[], flat(|fees| fees.external_code_hash), data::get_external_code_hash).and(ACCOUNT).since(Revision::Constantinople),
    row("getChainId", &[I32], &[], BASE, environment::get_chain_id).since(Revision::Istanbul),
    row("getSelfBalance", &[I32], &[], flat(|fees| fees.self_balance), environment::get_self_balance).since(Revision::Istanbul),
    row("getBaseFee", &[I32], &[], BASE, environment::get_base_fee).since(Revision::London),
    row("getPrevRandao", &[I32], &[], BASE, environment::get_block_difficulty).since(Revision::Paris),
    row("transientLoad", &[I32, I32], &[], flat(|fees| fees.transient), state::transient_load).since(Revision::Cancun),
    row("transientStore", &[I32, I32], &[], flat(|fees| fees.transient), state::transient_store).changes_state().since(Revision::Cancun),
    row("getBlobHash", &[I32, I32], &[], flat(|fees| fees.blob_hash), environment::get_blob_hash).since(Revision::Cancun),
    row("getBlobBaseFee", &[I32], &[], BASE, environment::get_blob_base_fee).since(Revision::Cancun),
];

/// What depends on the account that is asked for.
const ACCOUNT: &[&Surcharge] = &[&COLD_ACCOUNT];

/// What depends on the word of storage.
const LOADED: &[&Surcharge] = &[&COLD_SLOT_LOADED];
const STORED: &[&Surcharge] = &[&COLD_SLOT_STORED];

/// What depends on the beneficiary.
const DESTRUCTED: &[&Surcharge] = &[&COLD_BENEFICIARY, &NEW_BENEFICIARY];

/// What depends on the account that is called.
const CALLED: &[&Surcharge] = &[&COLD_ACCOUNT, &DELEGATE, &COLD_DELEGATE];
const CALLED_WITH_VALUE: &[&Surcharge] = &[&COLD_ACCOUNT, &DELEGATE, &COLD_DELEGATE, &VALUE];
const CALLED_WITH_NEW: &[&Surcharge] =
    &[&COLD_ACCOUNT, &DELEGATE, &COLD_DELEGATE, &VALUE, &NEW_ACCOUNT];

const FREE: Fee = flat(|_| 0);
const BASE: Fee = flat(|fees| fees.base);
const CALL: Fee = Fee::InBody(|fees| fees.call);

const USE_GAS: Fee =
    Fee::Before { base: |_| 0, terms: &[Term { argument: 0, unit: Unit::Gas, price: |_| 1 }] };

/// A copy (result, offset, length).
const COPY: Fee = Fee::Before {
    base: |fees| fees.copy,
    terms: &[Term { argument: 2, unit: Unit::Word, price: |fees| fees.copy_word }],
};

/// A copy of an account's code (address, result, offset, length).
const EXTERNAL_COPY: Fee = Fee::Before {
    base: |fees| fees.external_code,
    terms: &[Term { argument: 3, unit: Unit::Word, price: |fees| fees.copy_word }],
};

/// A creation (value, data, length, ...).
const CREATE: Fee = Fee::Before {
    base: |fees| fees.create,
    terms: &[Term { argument: 2, unit: Unit::Word, price: |fees| fees.init_code_word }],
};

/// The same with a salt, where the init code is hashed.
const CREATE2: Fee = Fee::Before {
    base: |fees| fees.create,
    terms: &[Term {
        argument: 2,
        unit: Unit::Word,
        price: |fees| fees.init_code_word + fees.hash_word,
    }],
};

/// A log (data, length, topics, four topics).
const LOG: Fee = Fee::Before {
    base: |fees| fees.log,
    terms: &[
        Term { argument: 1, unit: Unit::Byte, price: |fees| fees.log_byte },
        Term { argument: 2, unit: Unit::Topic, price: |fees| fees.log_topic },
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_module_is_complete() {
        let names: BTreeSet<_> = FUNCTIONS.iter().map(|function| function.name).collect();
        assert_eq!(names.len(), FUNCTIONS.len(), "no name may stand twice");
        for (revision, functions) in [
            (Revision::Byzantium, 33),
            (Revision::Constantinople, 35),
            (Revision::Petersburg, 35),
            (Revision::Istanbul, 37),
            (Revision::Berlin, 37),
            (Revision::London, 38),
            (Revision::Paris, 39),
            (Revision::Shanghai, 39),
            (Revision::Cancun, 43),
            (Revision::Osaka, 43),
        ] {
            let there = FUNCTIONS.iter().filter(|function| function.since <= revision).count();
            assert_eq!(there, functions, "{revision}");
        }
    }

    #[test]
    fn rows_speak_of_arguments_that_exist() {
        for row in FUNCTIONS {
            if let Some(index) = row.not_negative {
                assert_eq!(row.params[index], I64, "{}", row.name);
            }
            if let Fee::Before { terms, .. } = &row.fee {
                assert!(terms.iter().all(|term| term.argument < row.params.len()), "{}", row.name);
            }
            assert!(row.results.len() <= 1, "{}", row.name);
        }
    }
}
