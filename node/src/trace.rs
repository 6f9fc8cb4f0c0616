//! What happened inside of a transaction, in the forms of geth's tracers, and in one of ours.

use crate::{
    block::Block,
    fail::{Fail, revert_reason},
    forms::{ToAlloy, ToChain, gas},
    inside,
    ledger::Ledger,
    mine::Header,
    node::Node,
    question::{Question, words},
    transactions,
};
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_rpc_types_trace::geth::{
    AccountState, CallConfig, CallFrame, CallLogFrame, DiffMode,
    GethDebugBuiltInTracerType as BuiltIn, GethDebugTracerType, GethDebugTracingOptions, NoopFrame,
    PreStateConfig, PreStateFrame, PreStateMode,
};
use hebe_host::{CallKind, StatusCode, recording::OwnedMessage};
use hebe_testing::{
    Accessed, Accounts, Chain, Execution, InvalidTransaction, Observed, PaidTransaction, Report,
    State, harness::Names,
};
use serde_json::Value;
use std::collections::BTreeMap;

/// What somebody wants to see of a transaction.
pub(crate) enum Tracer {
    /// The tree of calls.
    Calls(CallConfig),
    /// Accounts before, or before and after.
    PreState(PreStateConfig),
    /// What contracts ask of the chain: ours, for Wasm and bytecode (docs/trace.md).
    Inside,
    /// Nothing.
    Noop,
}

impl Tracer {
    /// The tracer that options name.
    ///
    /// # Errors
    ///
    /// A [`Fail`] that says which there are.
    pub(crate) fn of(options: GethDebugTracingOptions) -> Result<Self, Fail> {
        let wrong = |error: serde_json::Error| Fail::params(format!("tracerConfig: {error}"));
        let is_default = options.tracer_config.is_null();
        match options.tracer {
            Some(GethDebugTracerType::BuiltInTracer(BuiltIn::CallTracer)) => {
                let config = if is_default {
                    CallConfig::default()
                } else {
                    options.tracer_config.into_call_config().map_err(wrong)?
                };
                Ok(Self::Calls(config))
            }
            Some(GethDebugTracerType::BuiltInTracer(BuiltIn::PreStateTracer)) => {
                let config = if is_default {
                    PreStateConfig::default()
                } else {
                    options.tracer_config.into_pre_state_config().map_err(wrong)?
                };
                Ok(Self::PreState(config))
            }
            Some(GethDebugTracerType::BuiltInTracer(BuiltIn::NoopTracer)) => Ok(Self::Noop),
            Some(GethDebugTracerType::JsTracer(name)) if name == "hebeTracer" => Ok(Self::Inside),
            Some(other) => Err(Fail::params(format!(
                "the tracer {} is not there: callTracer, prestateTracer, hebeTracer and noopTracer are",
                other.as_str()
            ))),
            None => Err(Fail::params(
                "say a tracer: callTracer, prestateTracer, hebeTracer or noopTracer; steps of bytecode are not kept",
            )),
        }
    }

    /// Runs a transaction on a chain, of which nobody needs what it becomes, and says what happened.
    ///
    /// # Errors
    ///
    /// A [`Fail`] where the transaction is not valid.
    pub(crate) fn run(
        &self,
        node: &Node,
        chain: &mut Chain,
        transaction: &PaidTransaction,
        names: &Names,
    ) -> Result<Value, Fail> {
        let to_value = |value: Result<Value, serde_json::Error>| {
            value.map_err(|error| Fail::internal(error.to_string()))
        };
        match self {
            Self::Noop => {
                chain.transact(&node.vm, transaction)?;
                to_value(serde_json::to_value(NoopFrame::default()))
            }
            Self::Inside => inside::trace(node, chain, transaction),
            Self::Calls(config) => {
                let (report, observed) = observe(node, chain, transaction)?;
                let frame = call_frame(*config, observed, &report, transaction, names);
                to_value(serde_json::to_value(frame))
            }
            Self::PreState(config) => {
                let before = chain.state.accounts().clone();
                let (_, observed) = observe(node, chain, transaction)?;
                let precompiles = chain.precompiles();
                let mut accessed = accessed(observed);
                let coinbase = chain.context.block_coinbase;
                accessed.accounts.extend([transaction.sender, coinbase]);
                accessed.accounts.retain(|address| {
                    !precompiles.contains(address) || before.contains_key(address)
                });
                let frame = pre_state(*config, &accessed, &before, chain.state.accounts());
                to_value(serde_json::to_value(frame))
            }
        }
    }
}

/// What a transaction has accessed, of what happened inside of it.
pub(crate) fn accessed(observed: Vec<Observed>) -> Accessed {
    let last = observed.into_iter().rev().find_map(|event| match event {
        Observed::Accessed(accessed) => Some(accessed),
        _ => None,
    });
    last.unwrap_or_default()
}

/// Runs a transaction and notes what happens.
///
/// # Errors
///
/// Where the transaction is not valid.
pub(crate) fn observe(
    node: &Node,
    chain: &mut Chain,
    transaction: &PaidTransaction,
) -> Result<(Report, Vec<Observed>), InvalidTransaction> {
    chain.observed = Some(Vec::new());
    let report = chain.transact(&node.vm, transaction);
    let observed = chain.observed.take().unwrap_or_default();
    Ok((report?, observed))
}

/// Runs a transaction, and gives the tree of its calls, logs included.
///
/// # Errors
///
/// As of [`Tracer::run`].
pub(crate) fn calls(
    node: &Node,
    chain: &mut Chain,
    transaction: &PaidTransaction,
    names: &Names,
) -> Result<(CallFrame, Report), Fail> {
    let (report, observed) = observe(node, chain, transaction)?;
    let config = CallConfig::default().with_log();
    Ok((call_frame(config, observed, &report, transaction, names), report))
}

/// The tree of calls, as geth's callTracer has it.
fn call_frame(
    config: CallConfig,
    observed: Vec<Observed>,
    report: &Report,
    transaction: &PaidTransaction,
    names: &Names,
) -> CallFrame {
    let (with_log, only_top) = (config.with_log == Some(true), config.only_top_call == Some(true));
    let mut open: Vec<CallFrame> = Vec::new();
    let mut whole = CallFrame::default();
    let mut logs = 0;
    for event in observed {
        match event {
            Observed::Begin(message) => open.push(begun(&message)),
            Observed::End(execution) => {
                let Some(mut frame) = open.pop() else { continue };
                end(&mut frame, &execution, names);
                match open.last_mut() {
                    Some(_) if only_top => {}
                    Some(parent) => parent.calls.push(frame),
                    None => whole = frame,
                }
            }
            Observed::Log(log) if with_log => {
                if let Some(frame) = open.last_mut() {
                    let alloy_primitives::Log { address, data } = log.to_alloy();
                    let (topics, data) = data.split();
                    frame.logs.push(CallLogFrame {
                        address: Some(address),
                        topics: Some(topics),
                        data: Some(data),
                        position: Some(frame.calls.len() as u64),
                        index: Some(logs),
                    });
                    logs += 1;
                }
            }
            Observed::Selfdestruct { address, beneficiary, balance } if !only_top => {
                if let Some(frame) = open.last_mut() {
                    frame.calls.push(CallFrame {
                        typ: "SELFDESTRUCT".to_owned(),
                        from: address.to_alloy(),
                        to: Some(beneficiary.to_alloy()),
                        value: Some(balance.to_alloy()),
                        ..CallFrame::default()
                    });
                }
            }
            Observed::Log(_) | Observed::Selfdestruct { .. } | Observed::Accessed(_) => {}
        }
    }
    // The transaction's own gas is part of the first call's.
    whole.gas = U256::from(transaction.gas_limit);
    whole.gas_used = U256::from(gas(report.gas_used));
    if report.status != StatusCode::Success {
        drop_logs(&mut whole);
    }
    whole
}

/// What failed has logged nothing.
fn drop_logs(frame: &mut CallFrame) {
    frame.logs.clear();
    frame.calls.iter_mut().for_each(drop_logs);
}

fn begun(message: &OwnedMessage) -> CallFrame {
    let OwnedMessage { kind, is_static, recipient, sender, code_address, .. } = *message;
    let typ = match kind {
        CallKind::Call if is_static => "STATICCALL",
        CallKind::Call => "CALL",
        CallKind::DelegateCall => "DELEGATECALL",
        CallKind::CallCode => "CALLCODE",
        CallKind::Create => "CREATE",
        CallKind::Create2 => "CREATE2",
    };
    let (from, to) = match kind {
        // Whose code runs is called, by the account on which it runs.
        CallKind::DelegateCall | CallKind::CallCode => (recipient, Some(code_address)),
        CallKind::Create | CallKind::Create2 => (sender, None),
        CallKind::Call => (sender, Some(recipient)),
    };
    CallFrame {
        typ: typ.to_owned(),
        from: from.to_alloy(),
        to: to.map(ToAlloy::to_alloy),
        gas: U256::from(gas(message.gas)),
        input: message.input.clone().into(),
        value: (!is_static).then(|| message.value.to_alloy()),
        ..CallFrame::default()
    }
}

fn end(frame: &mut CallFrame, execution: &Execution, names: &Names) {
    let result = &execution.result;
    let left = U256::from(gas(result.gas_left));
    frame.gas_used = frame.gas.saturating_sub(left);
    let is_creation = frame.typ.starts_with("CREATE");
    if result.status == StatusCode::Success {
        if is_creation {
            frame.to = Some(result.create_address.to_alloy());
        }
    } else {
        frame.error = Some(match result.status {
            StatusCode::Revert => words(result.status, None),
            status => words(status, execution.reason.as_deref()),
        });
        if result.status == StatusCode::Revert {
            frame.revert_reason = revert_reason(&result.output, names);
        }
        drop_logs(frame);
    }
    if !result.output.is_empty() {
        frame.output = Some(result.output.clone().into());
    }
}

/// What a transaction touched, as geth's prestateTracer has it.
fn pre_state(
    config: PreStateConfig,
    accessed: &Accessed,
    before: &Accounts,
    after: &Accounts,
) -> PreStateFrame {
    let state = |accounts: &Accounts, address: hebe_host::Address| {
        let account = accounts.get(&address)?;
        let words =
            accessed.words.iter().filter(|(of, _)| *of == address && config.storage_enabled());
        let storage = words.map(|(_, key)| {
            (key.to_alloy(), account.storage.get(key).copied().unwrap_or_default().to_alloy())
        });
        let code = (config.code_enabled() && !account.code.is_empty())
            .then(|| Bytes::copy_from_slice(&account.code));
        let mut state =
            AccountState::from_account_info(account.nonce, account.balance.to_alloy(), code);
        state.storage = storage.collect();
        Some(state)
    };
    let all = |accounts: &Accounts| -> BTreeMap<Address, AccountState> {
        let addresses = accessed.accounts.iter();
        addresses
            .filter_map(|address| Some((address.to_alloy(), state(accounts, *address)?)))
            .collect()
    };
    if !config.is_diff_mode() {
        let mut pre = all(before);
        // An account that was not there is there as an empty one.
        for address in &accessed.accounts {
            pre.entry(address.to_alloy()).or_insert_with(|| AccountState {
                balance: Some(U256::ZERO),
                ..AccountState::default()
            });
        }
        return PreStateFrame::Default(PreStateMode(pre));
    }
    let mut diff = DiffMode { pre: all(before), post: all(after) };
    diff.remove_zero_storage_values();
    diff.retain_changed();
    PreStateFrame::Diff(diff)
}

impl Ledger {
    /// The chain as it was before one of a block's transactions, which have run before it.
    ///
    /// # Errors
    ///
    /// A [`Fail`] where the block is the first one, or one before it doesn't run again.
    pub(crate) fn chain_before(
        &self,
        node: &Node,
        block: &Block,
        index: usize,
    ) -> Result<Chain, Fail> {
        let before = block.number().checked_sub(1);
        let before = before.ok_or_else(|| Fail::refused("genesis is not traceable"))?;
        let mut chain = self.chain.clone();
        chain.state = State::from(self.history.accounts_at(before, &self.world));
        chain.context.block_coinbase = block.header.beneficiary.to_chain();
        chain.is_quiet = true;
        Header::of(block).enter(&mut chain);
        chain.block_hashes = self.hashes_before(block.number());
        chain.start_block(
            &node.vm,
            crate::genesis::BEACON_ROOT,
            block.header.parent_hash.to_chain(),
        );
        chain.allows_sender_code = true;
        for mined in &block.transactions[..index] {
            let paid = transactions::paid(mined.transaction.inner(), mined.transaction.signer());
            chain.transact(&node.vm, &paid)?;
        }
        Ok(chain)
    }

    /// A block's transaction, and the chain before it.
    ///
    /// # Errors
    ///
    /// A [`Fail`] where there is none of this hash.
    pub(crate) fn before_transaction(
        &self,
        node: &Node,
        hash: &B256,
    ) -> Result<(Chain, PaidTransaction), Fail> {
        let (block, index, mined) = self
            .history
            .transaction(hash)
            .ok_or_else(|| Fail::not_found(format!("transaction not found: {hash}")))?;
        let paid = transactions::paid(mined.transaction.inner(), mined.transaction.signer());
        Ok((self.chain_before(node, block, index)?, paid))
    }
}

/// Traces a question.
///
/// # Errors
///
/// As of [`Tracer::run`].
pub(crate) fn trace_question(
    node: &Node,
    question: &Question,
    tracer: &Tracer,
) -> Result<Value, Fail> {
    tracer.run(node, &mut question.chain.clone(), &question.transaction, &question.names)
}
