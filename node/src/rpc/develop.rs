//! What only a development chain can do, by the names that Anvil, Hardhat and Ganache gave it.

use super::{Arguments, Methods, answer, quantity};
use crate::{
    clock::MOST_SECONDS,
    fail::Fail,
    forms::{ToAlloy, ToChain},
    ledger::Ledger,
    node::{Event, Node},
    question::set_word,
};
use alloy_primitives::{Address, B256, Bytes, U64, U256};
use alloy_rpc_types_anvil::{NodeEnvironment, NodeForkConfig, NodeInfo};
use alloy_serde::JsonStorageKey;
use hebe_testing::{
    Account,
    state_file::{self, LastBlock, StateFile},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// How many blocks are made by one request at the most.
const MAX_BLOCKS: u64 = 100_000;

pub(super) const METHODS: Methods = &[
    ("evm_mine", |node, arguments| {
        let options: Option<Value> = arguments.optional("options")?;
        let (time, count) = mine_options(options.unwrap_or_default())?;
        mine(node, count, time, None)?;
        Ok("0x0".into())
    }),
    ("anvil_mine", mine_many),
    ("hardhat_mine", mine_many),
    ("evm_setAutomine", set_automine),
    ("anvil_setAutomine", set_automine),
    ("hardhat_setAutomine", set_automine),
    ("anvil_getAutomine", |node, _| Ok(node.read().automine.into())),
    ("hardhat_getAutomine", |node, _| Ok(node.read().automine.into())),
    ("evm_setIntervalMining", set_interval),
    ("anvil_setIntervalMining", set_interval),
    ("anvil_getIntervalMining", |node, _| answer(node.block_time())),
    ("evm_increaseTime", increase_time),
    ("anvil_increaseTime", increase_time),
    ("evm_setNextBlockTimestamp", set_next_time),
    ("anvil_setNextBlockTimestamp", set_next_time),
    ("evm_setTime", set_time),
    ("anvil_setTime", set_time),
    ("anvil_setBlockTimestampInterval", |node, arguments| {
        let seconds = seconds(arguments, "seconds")?;
        change(node, |ledger| ledger.clock.interval = Some(seconds))
    }),
    ("anvil_removeBlockTimestampInterval", |node, _| {
        node.change(|ledger, _| Ok(Value::from(ledger.clock.interval.take().is_some())))
    }),
    ("evm_snapshot", snapshot),
    ("anvil_snapshot", snapshot),
    ("evm_revert", revert),
    ("anvil_revert", revert),
    ("anvil_setBalance", set_balance),
    ("hardhat_setBalance", set_balance),
    ("tenderly_setBalance", set_balance),
    ("evm_setAccountBalance", set_balance),
    ("anvil_addBalance", |node, arguments| {
        let address: Address = arguments.next("address")?;
        let wei: U256 = arguments.next("balance")?;
        account(node, address, |account| {
            account.balance = account.balance.saturating_add(wei.to_chain());
        })
    }),
    ("anvil_setCode", set_code),
    ("hardhat_setCode", set_code),
    ("evm_setAccountCode", set_code),
    ("anvil_setNonce", set_nonce),
    ("hardhat_setNonce", set_nonce),
    ("evm_setAccountNonce", set_nonce),
    ("anvil_setStorageAt", set_storage),
    ("hardhat_setStorageAt", set_storage),
    ("evm_setAccountStorageAt", set_storage),
    ("anvil_impersonateAccount", impersonate),
    ("hardhat_impersonateAccount", impersonate),
    ("anvil_stopImpersonatingAccount", stop_impersonating),
    ("hardhat_stopImpersonatingAccount", stop_impersonating),
    ("anvil_autoImpersonateAccount", |node, arguments| {
        let all: bool = arguments.next("whether")?;
        change(node, |ledger| ledger.impersonates_all = all)
    }),
    ("anvil_dropTransaction", drop_transaction),
    ("hardhat_dropTransaction", |node, arguments| {
        drop_transaction(node, arguments).map(|hash| Value::from(!hash.is_null()))
    }),
    ("anvil_dropAllTransactions", |node, _| {
        change(node, |ledger| ledger.pool = Default::default())
    }),
    ("anvil_removePoolTransactions", |node, arguments| {
        let address: Address = arguments.next("address")?;
        change(node, |ledger| ledger.pool.forget_before(address, u64::MAX))
    }),
    ("anvil_setNextBlockBaseFeePerGas", set_base_fee),
    ("hardhat_setNextBlockBaseFeePerGas", set_base_fee),
    ("anvil_setCoinbase", set_coinbase),
    ("hardhat_setCoinbase", set_coinbase),
    ("evm_setBlockGasLimit", set_gas_limit),
    ("anvil_setBlockGasLimit", set_gas_limit),
    ("anvil_setLoggingEnabled", |_, _| Ok(Value::Null)),
    ("hardhat_setLoggingEnabled", |_, _| Ok(true.into())),
    ("anvil_dumpState", dump_state),
    ("anvil_loadState", load_state),
    ("anvil_reset", reset),
    ("hardhat_reset", reset),
    ("anvil_nodeInfo", node_info),
];

/// A change that has nothing to say.
fn change(node: &Node, change: impl FnOnce(&mut Ledger)) -> Result<Value, Fail> {
    node.change(|ledger, _| {
        change(ledger);
        Ok(Value::Null)
    })
}

/// Changes an account.
fn account(node: &Node, address: Address, edit: impl FnOnce(&mut Account)) -> Result<Value, Fail> {
    let address = address.to_chain();
    change(node, |ledger| {
        ledger.develop(|state| {
            let mut account = state.account(address).cloned().unwrap_or_default();
            edit(&mut account);
            match account.is_empty() && account.storage.is_empty() {
                true => state.remove(address),
                false => state.insert(address, account),
            }
        });
    })
}

/// A number, which clients write as hex, as a decimal text, or as a JSON number.
fn number(arguments: &mut Arguments, name: &str) -> Result<u64, Fail> {
    let number: U256 = arguments.next(name)?;
    u64::try_from(number).map_err(|_| Fail::params(format!("{name}: {number} is too large")))
}

/// A time, or a while, in seconds.
fn seconds(arguments: &mut Arguments, name: &str) -> Result<u64, Fail> {
    let seconds = number(arguments, name)?;
    check_seconds(name, seconds)
}

fn check_seconds(name: &str, seconds: u64) -> Result<u64, Fail> {
    if seconds > MOST_SECONDS {
        return Err(Fail::params(format!(
            "{name}: {seconds} seconds are too many: at most {MOST_SECONDS}"
        )));
    }
    Ok(seconds)
}

fn mine_options(options: Value) -> Result<(Option<u64>, u64), Fail> {
    let read = |value: &Value| -> Result<Option<u64>, Fail> {
        if value.is_null() {
            return Ok(None);
        }
        let number: U64 = serde_json::from_value(value.clone())
            .map_err(|error| Fail::params(format!("invalid argument 0, options: {error}")))?;
        Ok(Some(number.to()))
    };
    match &options {
        Value::Object(_) => {
            Ok((read(&options["timestamp"])?, read(&options["blocks"])?.unwrap_or(1)))
        }
        value => Ok((read(value)?, 1)),
    }
}

fn mine_many(node: &Node, arguments: &mut Arguments) -> Result<Value, Fail> {
    let count: Option<U256> = arguments.optional("number of blocks")?;
    let between = "seconds between them";
    let interval: Option<U256> = arguments.optional(between)?;
    let small = |number: U256| u64::try_from(number).unwrap_or(u64::MAX);
    let interval = interval.map(|interval| check_seconds(between, small(interval))).transpose()?;
    mine(node, count.map_or(1, small), None, interval)
}

fn mine(node: &Node, count: u64, time: Option<u64>, interval: Option<u64>) -> Result<Value, Fail> {
    if count > MAX_BLOCKS {
        return Err(Fail::params(format!(
            "{count} blocks are too many for one request: at most {MAX_BLOCKS}"
        )));
    }
    node.change(|ledger, events| {
        if let Some(time) = time {
            check_time(ledger, time)?;
            ledger.clock.next = Some(time);
        }
        for index in 0..count {
            if let (Some(interval), true) = (interval, index > 0) {
                let last = ledger.history.newest().header.timestamp;
                ledger.clock.next = Some(last.saturating_add(interval));
            }
            ledger.mine(node, events);
        }
        Ok(Value::Null)
    })
}

fn set_automine(node: &Node, arguments: &mut Arguments) -> Result<Value, Fail> {
    let automine: bool = arguments.next("whether")?;
    node.change(|ledger, events| {
        ledger.automine = automine;
        if automine {
            ledger.block_time = None;
            if !ledger.pool.is_empty() {
                ledger.mine(node, events);
            }
        }
        Ok(())
    })?;
    node.mining_changed.notify_one();
    Ok(Value::Null)
}

fn set_interval(node: &Node, arguments: &mut Arguments) -> Result<Value, Fail> {
    let seconds = seconds(arguments, "seconds")?;
    change(node, |ledger| {
        ledger.block_time = (seconds > 0).then_some(seconds);
        if seconds > 0 {
            ledger.automine = false;
        }
    })?;
    node.mining_changed.notify_one();
    Ok(Value::Null)
}

fn increase_time(node: &Node, arguments: &mut Arguments) -> Result<Value, Fail> {
    let seconds = seconds(arguments, "seconds")?;
    node.change(|ledger, _| {
        check_seconds("the time after it", ledger.clock.now().saturating_add(seconds))?;
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
        ledger.clock.offset = ledger.clock.offset.saturating_add(seconds);
        Ok(Value::from(ledger.clock.offset))
    })
}

fn check_time(ledger: &Ledger, time: u64) -> Result<(), Fail> {
    check_seconds("timestamp", time)?;
    let last = ledger.history.newest().header.timestamp;
    if time <= last {
        return Err(Fail::params(format!(
            "Timestamp error: {time} is lower than or equal to previous block's timestamp ({last})"
        )));
    }
    Ok(())
}

fn set_next_time(node: &Node, arguments: &mut Arguments) -> Result<Value, Fail> {
    let time = number(arguments, "timestamp")?;
    node.change(|ledger, _| {
        check_time(ledger, time)?;
        ledger.clock.next = Some(time);
        Ok(Value::Null)
    })
}

fn set_time(node: &Node, arguments: &mut Arguments) -> Result<Value, Fail> {
    let time = seconds(arguments, "timestamp")?;
    node.change(|ledger, _| {
        let before = ledger.clock.now();
        ledger.clock.set(time);
        Ok(Value::from(time.abs_diff(before)))
    })
}

fn snapshot(node: &Node, _: &mut Arguments) -> Result<Value, Fail> {
    node.change(|ledger, _| Ok(quantity(ledger.snapshot())))
}

fn revert(node: &Node, arguments: &mut Arguments) -> Result<Value, Fail> {
    let id = number(arguments, "snapshot")?;
    node.change(|ledger, events| Ok(Value::from(ledger.revert(id, events))))
}

fn set_balance(node: &Node, arguments: &mut Arguments) -> Result<Value, Fail> {
    let address = arguments.next("address")?;
    let wei: U256 = arguments.next("balance")?;
    account(node, address, |account| account.balance = wei.to_chain())
}

fn set_code(node: &Node, arguments: &mut Arguments) -> Result<Value, Fail> {
    let address = arguments.next("address")?;
    let code: Bytes = arguments.next("code")?;
    account(node, address, |account| account.code = code.to_vec().into())
}

fn set_nonce(node: &Node, arguments: &mut Arguments) -> Result<Value, Fail> {
    let address = arguments.next("address")?;
    let nonce = number(arguments, "nonce")?;
    account(node, address, |account| account.nonce = nonce)
}

fn set_storage(node: &Node, arguments: &mut Arguments) -> Result<Value, Fail> {
    let address = arguments.next("address")?;
    let key: JsonStorageKey = arguments.next("key")?;
    let word: B256 = arguments.next("word")?;
    account(node, address, |account| set_word(&mut account.storage, key.as_b256(), word))?;
    Ok(true.into())
}

fn impersonate(node: &Node, arguments: &mut Arguments) -> Result<Value, Fail> {
    let address: Address = arguments.next("address")?;
    change(node, |ledger| {
        ledger.impersonated.insert(address);
    })
}

fn stop_impersonating(node: &Node, arguments: &mut Arguments) -> Result<Value, Fail> {
    let address: Address = arguments.next("address")?;
    change(node, |ledger| {
        ledger.impersonated.remove(&address);
    })
}

fn drop_transaction(node: &Node, arguments: &mut Arguments) -> Result<Value, Fail> {
    let hash: B256 = arguments.next("hash")?;
    node.change(|ledger, _| answer(ledger.pool.remove(&hash).map(|_| hash)))
}

fn set_base_fee(node: &Node, arguments: &mut Arguments) -> Result<Value, Fail> {
    let wei = number(arguments, "base fee")?;
    change(node, |ledger| ledger.next_base_fee = Some(wei))
}

fn set_coinbase(node: &Node, arguments: &mut Arguments) -> Result<Value, Fail> {
    let address: Address = arguments.next("address")?;
    change(node, |ledger| ledger.chain.context.block_coinbase = address.to_chain())
}

fn set_gas_limit(node: &Node, arguments: &mut Arguments) -> Result<Value, Fail> {
    let limit = number(arguments, "gas limit")?;
    let limit = i64::try_from(limit)
        .map_err(|_| Fail::params(format!("gas limit: {limit} is too large")))?;
    node.change(|ledger, _| {
        ledger.gas_limit = limit.unsigned_abs();
        Ok(true.into())
    })
}

/// The chain's state as a state file has it.
pub(super) fn state(node: &Node, ledger: &Ledger) -> Value {
    let newest = ledger.history.newest();
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    state_file::to_json(&StateFile {
        accounts: ledger
            .world
            .accounts()
            .iter()
            .map(|(at, account)| (*at, account.clone()))
            .collect::<BTreeMap<_, _>>(),
        names: ledger.names.clone(),
        block: Some(LastBlock {
            number: whole(newest.number()),
            timestamp: whole(newest.header.timestamp),
        }),
        schedule: node.vm.options().schedule_in_force(),
    })
}

fn dump_state(node: &Node, _: &mut Arguments) -> Result<Value, Fail> {
    answer(Bytes::from(state(node, &node.read()).to_string().into_bytes()))
}

pub(super) fn load_state(node: &Node, arguments: &mut Arguments) -> Result<Value, Fail> {
    let given: Value = arguments.next("state")?;
    let wrong = |problem: String| Fail::params(format!("the state can't be used: {problem}"));
    let state = match &given {
        Value::String(_) => {
            let bytes: Bytes =
                serde_json::from_value(given).map_err(|error| wrong(error.to_string()))?;
            serde_json::from_slice(&bytes)
                .map_err(|error| wrong(format!("it is not JSON in hex: {error}")))?
        }
        _ => given,
    };
    let state = state_file::from_json(&state).map_err(wrong)?;
    node.change(|ledger, _| {
        ledger.load(state);
        Ok(true.into())
    })
}

fn reset(node: &Node, arguments: &mut Arguments) -> Result<Value, Fail> {
    let options: Option<Value> = arguments.optional("options")?;
    if options.is_some_and(|options| !options["forking"]["jsonRpcUrl"].is_null()) {
        return Err(Fail::params(
            "the node can't fork another chain: reset it without `jsonRpcUrl`",
        ));
    }
    node.change(|ledger, events: &mut Vec<Event>| {
        ledger.reset(node, events);
        Ok(Value::Null)
    })
}

fn node_info(node: &Node, _: &mut Arguments) -> Result<Value, Fail> {
    let ledger = node.read();
    let newest = Arc::clone(ledger.history.newest());
    let base_fee = u128::from(ledger.next_base_fee());
    let info = NodeInfo {
        current_block_number: newest.number(),
        current_block_timestamp: newest.header.timestamp,
        current_block_hash: newest.header.hash(),
        hard_fork: node.config.revision.to_string(),
        transaction_order: "fees".to_owned(),
        environment: NodeEnvironment {
            base_fee,
            chain_id: node.config.chain_id,
            gas_limit: ledger.gas_limit,
            gas_price: base_fee + super::fees::SUGGESTED_TIP,
        },
        fork_config: NodeForkConfig {
            fork_url: None,
            fork_block_number: None,
            fork_retry_backoff: None,
        },
        network: None,
    };
    let mut value = answer(info)?;
    value["clientVersion"] = json!(node.config.client_version);
    value["coinbase"] = json!(ledger.chain.context.block_coinbase.to_alloy());
    Ok(value)
}
