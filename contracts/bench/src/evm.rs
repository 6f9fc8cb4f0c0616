//! The token in Solidity on revm.
//!
//! `token.evm.hex` is what solc 0.8.20 makes of `solidity/token.sol` for Byzantium, `viaIR`, optimiser
//! on with 200 runs, without metadata: `node evm.js` makes it anew.

use crate::token::{RECIPIENT, SENDER, SUPPLY, transfer};
use hebe_host::U256 as Number;
use revm::{
    Context, ExecuteCommitEvm, ExecuteEvm, MainBuilder, MainContext,
    context::{TxEnv, result::ExecutionResult},
    database::{CacheDB, EmptyDB},
    primitives::{Address, TxKind, hardfork::SpecId},
};
use std::time::Duration;

pub struct Measured {
    pub bytes: usize,
    pub creation_gas: u64,
    pub transfer_gas: u64,
    pub time: Duration,
}

/// What a transaction costs before any code runs, at Byzantium: not counted on the other VM.
fn intrinsic_gas(input: &[u8], is_creation: bool) -> u64 {
    let data: u64 = input.iter().map(|byte| if *byte == 0 { 4 } else { 68 }).sum();
    21_000 + data + if is_creation { 32_000 } else { 0 }
}

pub fn measure() -> Measured {
    let text: String = include_str!("../token.evm.hex").split_whitespace().collect();
    let mut input = hex::decode(text).expect("it is hex");
    input.extend(Number::from(SUPPLY).to_big_endian());

    let mut evm = Context::mainnet()
        .with_db(CacheDB::<EmptyDB>::default())
        .modify_cfg_chained(|cfg| {
            cfg.set_spec_and_mainnet_gas_params(SpecId::BYZANTIUM);
            cfg.disable_nonce_check = true;
            cfg.tx_chain_id_check = false;
        })
        .build_mainnet();
    let transaction = |kind, data: Vec<u8>| {
        let caller = Address::from(SENDER.0);
        let builder = TxEnv::builder().caller(caller).kind(kind).data(data.into());
        builder.gas_limit(10_000_000).build().expect("it is complete")
    };
    let creation = evm
        .transact_commit(transaction(TxKind::Create, input.clone()))
        .expect("it is a transaction");
    let token = creation.created_address().unwrap_or_else(|| panic!("{creation:?}"));
    let bytes = creation.output().map_or(0, |code| code.len());
    // As on the other VM: the recipient has a word already.
    let call = transaction(TxKind::Call(token), transfer());
    evm.transact_commit(call.clone()).expect("it is a transaction");
    let result = evm.transact(call.clone()).expect("it is a transaction").result;
    assert!(matches!(result, ExecutionResult::Success { .. }), "{result:?}");
    let time = crate::time(|| {
        let result = evm.transact(call.clone()).expect("it is a transaction");
        assert!(result.result.is_success());
    });
    assert_eq!(result.logs().len(), 1);
    assert_ne!(RECIPIENT, SENDER);
    Measured {
        bytes,
        creation_gas: creation.tx_gas_used() - intrinsic_gas(&input, true),
        transfer_gas: result.tx_gas_used() - intrinsic_gas(&transfer(), false),
        time,
    }
}
