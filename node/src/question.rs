//! What is asked of contracts without a transaction: `eth_call`, estimates, access lists.

use crate::{
    fail::Fail,
    forms::{ToAlloy, ToChain, gas},
    ledger::Ledger,
    node::Node,
    trace,
    transactions::{self, whole_gas},
};
use alloy_eips::{
    BlockId,
    eip2930::{AccessList, AccessListItem},
};
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_rpc_types_eth::{
    BlockOverrides, TransactionRequest,
    state::{AccountOverride, StateOverride},
};
use hebe_host::{Bytes32, StatusCode};
use hebe_testing::{
    Account, Blobs, Chain, PaidTransaction, Price, Report, State, TransactionRules, Words,
    harness::Names,
};
use std::collections::BTreeSet;

/// An estimate is at most this part of itself above what suffices, as geth has it (1.5%).
const ESTIMATE_PARTS: u64 = 66;

/// How often an access list is asked for again, before it is given as it is.
const ACCESS_LIST_ROUNDS: usize = 8;

/// The most gas that a question gets, where a block has no more: geth's `--rpc.gascap`.
const MOST_GAS: u64 = 50_000_000;

/// A question of a contract.
pub(crate) struct Question {
    /// The chain that is asked, at the block that is meant, with what was to be different in it.
    pub(crate) chain: Chain,
    /// The transaction that would be sent.
    pub(crate) transaction: PaidTransaction,
    /// The gas limit that somebody gave, if somebody did.
    gas: Option<u64>,
    /// The gas limit of the blocks that come.
    block_gas_limit: u64,
    pub(crate) names: Names,
}

impl Ledger {
    /// A question at a point of the chain.
    ///
    /// # Errors
    ///
    /// A [`Fail`] about the block, the request or what was to be different.
    pub(crate) fn question(
        &self,
        node: &Node,
        request: &TransactionRequest,
        at: Option<BlockId>,
        state: Option<StateOverride>,
        block: Option<BlockOverrides>,
    ) -> Result<Question, Fail> {
        let point = self.point(at)?;
        let mut chain = self.chain_at(point, node);
        override_block(&mut chain, block.unwrap_or_default())?;
        for (address, account) in state.unwrap_or_default() {
            override_account(&mut chain, address, account)?;
        }
        Question::new(chain, request, self.gas_limit, self.names.clone())
    }
}

impl Question {
    /// A question of this chain.
    ///
    /// # Errors
    ///
    /// A [`Fail`] about the request.
    pub(crate) fn new(
        mut chain: Chain,
        request: &TransactionRequest,
        gas_limit: u64,
        names: Names,
    ) -> Result<Self, Fail> {
        check_request(request, &chain)?;
        let sender = request.from.unwrap_or_default();
        // Who asks pays nothing, and a loop with all the gas there could be would never end.
        let most = gas_limit.max(MOST_GAS);
        let gas = request.gas.map(|gas| gas.min(most));
        let nonce = chain.state.nonce(sender.to_chain());
        let transaction = paid(request, sender, nonce, gas.unwrap_or(gas_limit));
        // It is part of no block: what a block asks of a transaction besides its money doesn't hold.
        chain.allows_sender_code = true;
        chain.allows_any_gas = true;
        chain.context.block_gas_limit = i64::MAX;
        chain.is_quiet = true;
        if transaction.price == Price::default() {
            chain.context.block_base_fee = hebe_host::U256::zero();
        }
        if transaction.blobs.as_ref().is_some_and(|blobs| blobs.max_fee.is_zero()) {
            chain.context.blob_base_fee = hebe_host::U256::zero();
        }
        Ok(Self { chain, transaction, gas, block_gas_limit: gas_limit, names })
    }

    /// Asks, and gives the whole report.
    ///
    /// # Errors
    ///
    /// A [`Fail`] where it can't be a transaction at all.
    pub(crate) fn ask(&self, node: &Node) -> Result<Report, Fail> {
        self.ask_with(node, self.transaction.gas_limit)
    }

    fn ask_with(&self, node: &Node, gas_limit: u64) -> Result<Report, Fail> {
        let transaction = PaidTransaction { gas_limit, ..self.transaction.clone() };
        Ok(self.chain.clone().transact(&node.vm, &transaction)?)
    }

    /// The answer of `eth_call`.
    ///
    /// # Errors
    ///
    /// A [`Fail`] with what a revert returned, or why it failed.
    pub(crate) fn call(&self, node: &Node) -> Result<Bytes, Fail> {
        let mut chain = self.chain.clone();
        let report = chain.transact(&node.vm, &self.transaction)?;
        match (report.status, report.created) {
            // What a creation gives is its code.
            (StatusCode::Success, Some(address)) => {
                Ok(Bytes::copy_from_slice(&chain.state.code(address)))
            }
            (StatusCode::Success, None) => Ok(report.output.into()),
            _ => Err(failed(&report, &self.names)),
        }
    }

    /// Gas with which the transaction succeeds, and little more than what it needs.
    ///
    /// # Errors
    ///
    /// A [`Fail`] where it fails with all the gas that there is.
    pub(crate) fn estimate(&self, node: &Node) -> Result<u64, Fail> {
        // More than a transaction can have (EIP-7825) would not help whoever sends it then.
        let max_gas = TransactionRules::of(self.chain.revision).and_then(|rules| rules.max_gas);
        let most = self.gas.unwrap_or(self.block_gas_limit).min(max_gas.unwrap_or(u64::MAX));
        let mut high = self.affordable(most)?;
        let report = self.ask_with(node, high)?;
        if report.status != StatusCode::Success {
            return Err(match report.status {
                StatusCode::OutOfGas => Fail::refused(format!(
                    "gas required exceeds allowance ({high}): {}",
                    report.reason.as_deref().unwrap_or("out of gas")
                )),
                _ => failed(&report, &self.names),
            });
        }
        // With less than it used, before refunds, it can't succeed.
        let used = gas(report.gas_used);
        let mut low = used.saturating_sub(1);
        let succeeds = |limit: u64| match self.ask_with(node, limit) {
            Ok(report) => report.status == StatusCode::Success,
            Err(_) => false,
        };
        // What is held back from nested calls (EIP-150) and refunds are mostly all that is missing.
        let likely = (used + gas(report.gas_refund) + 2_300).saturating_mul(64) / 63;
        for guess in [used, likely] {
            if low < guess && guess < high {
                if succeeds(guess) {
                    high = guess;
                    break;
                }
                low = guess;
            }
        }
        while low + 1 < high && high - low > high / ESTIMATE_PARTS {
            let middle = (low + (high - low) / 2).min(low.saturating_mul(2).max(1));
            match succeeds(middle) {
                true => high = middle,
                false => low = middle,
            }
        }
        Ok(high)
    }

    /// As much gas as the sender can pay for, where there is a price.
    fn affordable(&self, limit: u64) -> Result<u64, Fail> {
        let price = match self.transaction.price {
            Price::Gas(price) => price,
            Price::Market { max_fee, .. } => max_fee,
        };
        if price.is_zero() {
            return Ok(limit);
        }
        let balance = self.chain.state.balance(self.transaction.sender);
        let left = balance
            .checked_sub(self.transaction.value)
            .ok_or_else(|| Fail::refused("insufficient funds for gas * price + value"))?;
        let most = u64::try_from(left / price).unwrap_or(u64::MAX);
        Ok(limit.min(most))
    }

    /// The access list with which the transaction finds nothing cold, the gas that it uses then, and why it fails, if it
    /// does (EIP-2930).
    ///
    /// # Errors
    ///
    /// As of [`Question::ask`].
    pub(crate) fn access_list(
        mut self,
        node: &Node,
    ) -> Result<(AccessList, u64, Option<String>), Fail> {
        let coinbase = self.chain.context.block_coinbase;
        let mut left_out: BTreeSet<_> = self.chain.precompiles().into_iter().collect();
        left_out.extend([self.transaction.sender, coinbase]);
        left_out.insert(self.transaction.to.unwrap_or_else(|| {
            hebe_testing::create_address(self.transaction.sender, self.transaction.nonce)
        }));
        let mut list = self.transaction.access_list.clone().unwrap_or_default();
        for _ in 0..ACCESS_LIST_ROUNDS {
            self.transaction.access_list = Some(list.clone());
            let mut chain = self.chain.clone();
            let (_, observed) = trace::observe(node, &mut chain, &self.transaction)?;
            let accessed = trace::accessed(observed);
            let words = |address| {
                accessed
                    .words
                    .range((address, Bytes32::zero())..=(address, Bytes32::repeat_byte(0xff)))
            };
            let found: Vec<_> = accessed
                .accounts
                .iter()
                .copied()
                .chain(accessed.words.iter().map(|(address, _)| *address))
                .collect::<BTreeSet<_>>()
                .into_iter()
                .map(|address| hebe_testing::AccessListEntry {
                    address,
                    keys: words(address).map(|(_, key)| *key).collect(),
                })
                .filter(|entry| !entry.keys.is_empty() || !left_out.contains(&entry.address))
                .collect();
            if found == list {
                break;
            }
            list = found;
        }
        self.transaction.access_list = Some(list.clone());
        let report = self.ask(node)?;
        let error =
            (report.status != StatusCode::Success).then(|| failed(&report, &self.names).message);
        let items = list.into_iter().map(|entry| AccessListItem {
            address: entry.address.to_alloy(),
            storage_keys: entry.keys.into_iter().map(ToAlloy::to_alloy).collect(),
        });
        Ok((AccessList(items.collect()), gas(report.gas_used), error))
    }
}

/// The transaction that a request asks for. Without a price it costs nothing.
fn paid(
    request: &TransactionRequest,
    sender: Address,
    nonce: u64,
    gas_limit: u64,
) -> PaidTransaction {
    let wei = |wei: Option<u128>| hebe_host::U256::from(wei.unwrap_or_default());
    let is_market = request.max_fee_per_gas.is_some() || request.max_priority_fee_per_gas.is_some();
    let max_fee = wei(request.max_fee_per_gas);
    let price = match is_market {
        true if !max_fee.is_zero() => {
            Price::Market { max_fee, priority_fee: wei(request.max_priority_fee_per_gas) }
        }
        _ => Price::Gas(wei(request.gas_price)),
    };
    let blobs = request.blob_versioned_hashes.as_ref().map(|hashes| Blobs {
        max_fee: wei(request.max_fee_per_blob_gas),
        hashes: hashes.iter().map(|hash| hash.to_chain()).collect(),
    });
    PaidTransaction {
        sender: sender.to_chain(),
        nonce,
        price,
        gas_limit,
        to: request.to.and_then(|to| to.into_to()).map(ToChain::to_chain),
        value: request.value.unwrap_or_default().to_chain(),
        data: request.input.input().map_or_else(Vec::new, |input| input.to_vec()),
        access_list: request.access_list.as_ref().map(transactions::access_list),
        blobs,
        authorizations: request.authorization_list.as_deref().map(transactions::authorizations),
    }
}

/// What no answer can be given to.
fn check_request(request: &TransactionRequest, chain: &Chain) -> Result<(), Fail> {
    let is_market = request.max_fee_per_gas.is_some() || request.max_priority_fee_per_gas.is_some();
    if request.gas_price.is_some() && is_market {
        return Err(Fail::params(
            "both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified",
        ));
    }
    if let (Some(max_fee), Some(tip)) = (request.max_fee_per_gas, request.max_priority_fee_per_gas)
        && tip > max_fee
    {
        return Err(Fail::params(format!(
            "maxFeePerGas ({max_fee}) < maxPriorityFeePerGas ({tip})"
        )));
    }
    request.input.unique_input().map_err(|_| {
        Fail::params("both \"data\" and \"input\" are set and not equal. Please use \"input\" to pass transaction call data")
    })?;
    let chain_id = chain.context.chain_id.low_u64();
    match request.chain_id {
        Some(own) if own != chain_id => Err(Fail::params(format!(
            "chainId does not match node's (have={own}, want={chain_id})"
        ))),
        _ => Ok(()),
    }
}

/// Why a transaction failed.
pub(crate) fn failed(report: &Report, names: &Names) -> Fail {
    match report.status {
        StatusCode::Revert => Fail::reverted(&report.output, names),
        status => Fail::refused(words(status, report.reason.as_deref())),
    }
}

/// What a failure is called: as geth has it where it has a name, and what is known beside it.
pub(crate) fn words(status: StatusCode, reason: Option<&str>) -> String {
    let words = match status {
        StatusCode::Revert => "execution reverted",
        StatusCode::OutOfGas => "out of gas",
        StatusCode::InvalidInstruction | StatusCode::UndefinedInstruction => "invalid opcode",
        StatusCode::StackOverflow => "stack limit reached",
        StatusCode::StackUnderflow => "stack underflow",
        StatusCode::BadJumpDestination => "invalid jump destination",
        StatusCode::CallDepthExceeded => "max call depth exceeded",
        StatusCode::StaticModeViolation => "write protection",
        StatusCode::InsufficientBalance => "insufficient balance for transfer",
        _ => {
            return reason
                .map_or_else(|| status.to_string(), |reason| format!("{status}: {reason}"));
        }
    };
    match reason {
        Some(reason) if reason != words => format!("{words}: {reason}"),
        _ => words.to_owned(),
    }
}

fn override_block(chain: &mut Chain, block: BlockOverrides) -> Result<(), Fail> {
    let context = &mut chain.context;
    let number = |name: &str, number: U256| {
        i64::try_from(number)
            .map_err(|_| Fail::params(format!("the block override {name} is too large")))
    };
    if let Some(value) = block.number {
        context.block_number = number("number", value)?;
    }
    if let Some(time) = block.time {
        context.block_timestamp = whole_gas(time);
    }
    if let Some(limit) = block.gas_limit {
        context.block_gas_limit = whole_gas(limit);
    }
    if let Some(coinbase) = block.coinbase {
        context.block_coinbase = coinbase.to_chain();
    }
    if let Some(random) = block.random {
        context.block_prev_randao = hebe_host::U256::from_big_endian(&random.0);
    }
    if let Some(difficulty) = block.difficulty {
        context.block_prev_randao = difficulty.to_chain();
    }
    if let Some(fee) = block.base_fee {
        context.block_base_fee = fee.to_chain();
    }
    if let Some(fee) = block.blob_base_fee {
        context.blob_base_fee = fee.to_chain();
    }
    for (block, hash) in block.block_hash.unwrap_or_default() {
        chain.block_hashes.insert(whole_gas(block), hash.to_chain());
    }
    Ok(())
}

fn override_account(
    chain: &mut Chain,
    address: Address,
    with: AccountOverride,
) -> Result<(), Fail> {
    if with.move_precompile_to.is_some() {
        return Err(Fail::params(
            "movePrecompileToAddress can't be done: precompiled contracts stay where they are",
        ));
    }
    let address = address.to_chain();
    let state: &mut State = &mut chain.state;
    let mut account: Account = state.account(address).cloned().unwrap_or_default();
    if let Some(balance) = with.balance {
        account.balance = balance.to_chain();
    }
    if let Some(nonce) = with.nonce {
        account.nonce = nonce;
    }
    if let Some(code) = with.code {
        account.code = code.to_vec().into();
    }
    if with.state.is_some() && with.state_diff.is_some() {
        return Err(Fail::params(format!("account {address:?} has both 'state' and 'stateDiff'")));
    }
    if with.state.is_some() {
        account.storage = Words::new();
    }
    for (key, word) in with.state.or(with.state_diff).unwrap_or_default() {
        set_word(&mut account.storage, key, word);
    }
    state.insert(address, account);
    Ok(())
}

/// Sets a word of storage; a zero is nothing.
pub(crate) fn set_word(words: &mut Words, key: B256, word: B256) {
    match word.is_zero() {
        true => words.remove(&key.to_chain()),
        false => words.insert(key.to_chain(), word.to_chain()),
    };
}
