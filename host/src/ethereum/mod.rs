//! The `ethereum` module: the EEI's functions, one row each.
//!
//! Bodies are beside each other by what they touch: [`environment`] the message and the block,
//! [`data`] byte strings that are copied, [`state`] storage and logs, [`calls`] other contracts,
//! [`ending`] the end of the frame.

mod calls;
mod data;
mod ending;
mod environment;
mod state;

use crate::{
    Fee, HostFunction,
    table::{Term, Unit, flat, row},
};
use hebe_gas::ValueType::{I32, I64};

/// The rows of the module, in the order of the EEI specification (revision 4).
#[rustfmt::skip] // A row is a line, whatever its length.
pub(crate) const FUNCTIONS: &[HostFunction] = &[
    row("useGas", &[I64], &[], USE_GAS, environment::use_gas).not_negative(0),
    row("getAddress", &[I32], &[], BASE, environment::get_address),
    row("getExternalBalance", &[I32, I32], &[], flat(|fees| fees.balance), environment::get_external_balance),
    row("getBlockHash", &[I64, I32], &[I32], flat(|fees| fees.block_hash), environment::get_block_hash),
    row("call", &[I64, I32, I32, I32, I32], &[I32], CALL, calls::call).not_negative(0),
    row("callDataCopy", &[I32, I32, I32], &[], COPY, data::call_data_copy),
    row("getCallDataSize", &[], &[I32], BASE, data::get_call_data_size),
    row("callCode", &[I64, I32, I32, I32, I32], &[I32], CALL, calls::call_code).not_negative(0),
    row("callDelegate", &[I64, I32, I32, I32], &[I32], CALL, calls::call_delegate).not_negative(0),
    row("callStatic", &[I64, I32, I32, I32], &[I32], CALL, calls::call_static).not_negative(0),
    row("storageStore", &[I32, I32], &[], flat(|fees| fees.storage_store.reset), state::storage_store).changes_state(),
    row("storageLoad", &[I32, I32], &[], flat(|fees| fees.storage_load), state::storage_load),
    row("getCaller", &[I32], &[], BASE, environment::get_caller),
    row("getCallValue", &[I32], &[], BASE, environment::get_call_value),
    row("codeCopy", &[I32, I32, I32], &[], COPY, data::code_copy),
    row("getCodeSize", &[], &[I32], BASE, data::get_code_size),
    row("getBlockCoinbase", &[I32], &[], BASE, environment::get_block_coinbase),
    row("create", &[I32, I32, I32, I32], &[I32], flat(|fees| fees.create), calls::create).changes_state(),
    row("getBlockDifficulty", &[I32], &[], BASE, environment::get_block_difficulty),
    row("externalCodeCopy", &[I32, I32, I32, I32], &[], EXTERNAL_COPY, data::external_code_copy),
    row("getExternalCodeSize", &[I32], &[I32], flat(|fees| fees.external_code), data::get_external_code_size),
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
    row("selfDestruct", &[I32], &[], flat(|fees| fees.self_destruct), ending::self_destruct).changes_state(),
    row("getBlockTimestamp", &[], &[I64], BASE, environment::get_block_timestamp),
];

const FREE: Fee = flat(|_| 0);
const BASE: Fee = flat(|fees| fees.base);
const CALL: Fee = Fee::InBody(|fees| fees.call);

const USE_GAS: Fee =
    Fee::Before { base: |_| 0, terms: &[Term { argument: 0, unit: Unit::Each, price: |_| 1 }] };

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

/// A log (data, length, topics, four topics).
const LOG: Fee = Fee::Before {
    base: |fees| fees.log,
    terms: &[
        Term { argument: 1, unit: Unit::Each, price: |fees| fees.log_byte },
        Term { argument: 2, unit: Unit::Each, price: |fees| fees.log_topic },
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_module_is_complete() {
        let names: BTreeSet<_> = FUNCTIONS.iter().map(|function| function.name).collect();
        assert_eq!(FUNCTIONS.len(), 33, "revision 4 of the EEI has 33 functions");
        assert_eq!(names.len(), FUNCTIONS.len(), "no name may stand twice");
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
