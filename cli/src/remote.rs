//! `hebe deploy`, `send` and `call` against a node: the same commands over Ethereum's JSON-RPC.

use crate::{
    Mistake,
    contract_file::Contract,
    deploy,
    output::{Printout, Reading, exit_code, hex},
    session::{Place, Sending},
    talk::{self, Question},
};
use alloy_consensus::{SignableTransaction, TxEip1559, TxEnvelope};
use alloy_eips::eip2718::Encodable2718;
use alloy_primitives::TxKind;
use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;
use hebe_host::{Address, Bytes32, StatusCode, U256};
use hebe_node::visible;
use hebe_testing::{
    Log, Report,
    harness::{Interface, Names, check_name},
};
use serde_json::{Value, json};
use std::{
    env, thread,
    time::{Duration, Instant},
};

/// How long a node may take for an answer.
const TIMEOUT: Duration = Duration::from_secs(120);

/// The longest answer that is read, in bytes.
const MAX_ANSWER_BYTES: u64 = 256 << 20;

/// How often a receipt is asked for, and when somebody is told that it takes a while.
const POLL: Duration = Duration::from_millis(200);
const PATIENCE: Duration = Duration::from_secs(2);

/// JSON-RPC's number for a method that is not there.
const METHOD_NOT_FOUND: i64 = -32601;

/// A node.
struct Remote {
    url: String,
    agent: ureq::Agent,
    /// What the node calls its accounts, where it does.
    names: Names,
    key: Option<PrivateKeySigner>,
}

/// Why a node gave no answer.
struct Refusal {
    code: i64,
    message: String,
    data: Option<Vec<u8>>,
}

/// A transaction that is to be sent.
struct Wanted {
    from: Address,
    to: Option<Address>,
    value: U256,
    input: Vec<u8>,
    gas: Option<i64>,
}

/// Deploys a contract on a node.
///
/// # Errors
///
/// A [`Mistake`]; then nothing was sent.
pub(crate) fn deploy(
    url: &str,
    arguments: &deploy::Arguments,
    contract: Contract,
) -> Result<Printout, Mistake> {
    let mut remote = Remote::open(url, &arguments.place)?;
    let name = arguments.name()?;
    let from = remote.sender(&arguments.sending.from)?;
    let input = deploy::init_code(arguments, &contract, &remote.names)?;
    let Sending { value, gas, .. } = arguments.sending;
    let (report, hash) = remote.send(&Wanted { from, to: None, value, input, gas })?;
    let mut problems = Vec::new();
    if let (Some(address), Some(interface)) = (report.created, &contract.interface) {
        remote.names.define(&name, address);
        remote.names.describe(address, interface.clone());
        let parameters = json!([hex(&address[..]), interface.to_json(), name]);
        match remote.ask("hebe_setInterface", &parameters)? {
            Err(refusal) if refusal.code != METHOD_NOT_FOUND => problems.push(format!(
                "the node does not take the contract's interface: {}",
                refusal.message
            )),
            _ => {}
        }
    }
    let reading = Reading::of(&remote.names, None);
    let size = match report.created {
        Some(address) => Some(remote.code(address)?.len()),
        None => None,
    };
    let text = deploy::deployed(&report, reading, &name, size, arguments.place.json, Some(&hash));
    Ok(Printout { text, problems, code: exit_code(report.status) })
}

/// Sends a transaction to a node.
///
/// # Errors
///
/// A [`Mistake`]; then nothing was sent.
pub(crate) fn send(
    url: &str,
    question: &Question,
    sending: &Sending,
    place: &Place,
) -> Result<Printout, Mistake> {
    let mut remote = Remote::open(url, place)?;
    let to = remote.account(&question.to)?;
    let from = remote.sender(&sending.from)?;
    let is_contract = !remote.code(to)?.is_empty();
    let (input, function) = question.input(to, is_contract, &mut remote.names)?;
    let wanted = Wanted { from, to: Some(to), value: sending.value, input, gas: sending.gas };
    let (report, hash) = remote.send(&wanted)?;
    let reading = Reading::of(&remote.names, function.as_ref());
    let text = talk::sent(&report, reading, place.json, Some(&hash));
    Ok(Printout { text, problems: Vec::new(), code: exit_code(report.status) })
}

/// Asks a contract on a node.
///
/// # Errors
///
/// A [`Mistake`].
pub(crate) fn call(
    url: &str,
    question: &Question,
    sending: &Sending,
    place: &Place,
) -> Result<Printout, Mistake> {
    let mut remote = Remote::open(url, place)?;
    let to = remote.account(&question.to)?;
    let from = remote.sender(&sending.from)?;
    if remote.code(to)?.is_empty() {
        return Err(Mistake(format!("{} is no contract: there is no code at {to:?}", question.to)));
    }
    let (input, function) = question.input(to, true, &mut remote.names)?;
    let wanted = Wanted { from, to: Some(to), value: sending.value, input, gas: sending.gas };
    let report = match remote.ask("eth_call", &json!([wanted.json(), "latest"]))? {
        Ok(output) => Report { output: bytes(&output), ..Report::of_nothing(StatusCode::Success) },
        Err(refusal) => refusal.report()?,
    };
    let reading = Reading::of(&remote.names, function.as_ref());
    Ok(talk::answered(&report, reading, place.json))
}

impl Wanted {
    fn json(&self) -> Value {
        let mut object = json!({
            "from": hex(&self.from[..]),
            "value": format!("{:#x}", self.value),
            "data": hex(&self.input),
        });
        if let Some(to) = self.to {
            object["to"] = hex(&to[..]).into();
        }
        if let Some(gas) = self.gas {
            object["gas"] = format!("{gas:#x}").into();
        }
        object
    }
}

impl Refusal {
    /// What came of a contract that reverted; else it is a mistake of who asked, or the node's.
    fn report(self) -> Result<Report, Mistake> {
        match self.data {
            Some(output) => Ok(Report { output, ..Report::of_nothing(StatusCode::Revert) }),
            None if self.message.starts_with("execution reverted") => {
                Ok(Report::of_nothing(StatusCode::Revert))
            }
            None => Err(self.into()),
        }
    }
}

impl From<Refusal> for Mistake {
    fn from(refusal: Refusal) -> Self {
        Self(format!("the node refuses: {} ({})", refusal.message, refusal.code))
    }
}

impl Remote {
    fn open(url: &str, place: &Place) -> Result<Self, Mistake> {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(TIMEOUT))
            .build()
            .into();
        let key = match &place.private_key {
            Some(key) => Some(("--private-key", key.clone())),
            None => env::var("HEBE_PRIVATE_KEY").ok().map(|key| ("HEBE_PRIVATE_KEY", key)),
        };
        let key = key.map(|(place, key)| {
            // The key itself is not repeated.
            key.trim().parse().map_err(|_| {
                Mistake(format!("{place} is no secret key: 64 hex digits, perhaps with 0x"))
            })
        });
        let mut remote =
            Self { url: url.to_owned(), agent, names: Names::default(), key: key.transpose()? };
        remote.names = remote.names()?;
        Ok(remote)
    }

    /// Asks for a method.
    ///
    /// # Errors
    ///
    /// A [`Mistake`] where there is no node at all; a [`Refusal`] is the node's answer.
    fn ask(&self, method: &str, parameters: &Value) -> Result<Result<Value, Refusal>, Mistake> {
        let wrong = |error: &dyn std::fmt::Display| Mistake(format!("--rpc {}: {error}", self.url));
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": parameters });
        let mut response = self
            .agent
            .post(&self.url)
            .header("content-type", "application/json")
            .send(request.to_string())
            .map_err(|error| wrong(&error))?;
        let text = response
            .body_mut()
            .with_config()
            .limit(MAX_ANSWER_BYTES)
            .read_to_string()
            .map_err(|error| wrong(&error))?;
        let status = response.status();
        let Ok(mut answer) = serde_json::from_str::<Value>(&text) else {
            return Err(wrong(&format!(
                "this is no node: its answer is no JSON (status {status})"
            )));
        };
        match answer.get("error") {
            Some(error) if !error.is_null() => Ok(Err(Refusal {
                code: error["code"].as_i64().unwrap_or_default(),
                message: visible(error["message"].as_str().unwrap_or("no reason given")),
                data: error["data"]
                    .as_str()
                    .filter(|data| data.starts_with("0x"))
                    .map(|_| bytes(&error["data"])),
            })),
            _ if answer.get("result").is_none() => {
                Err(wrong(&"this is no node: its answer has no result"))
            }
            _ => Ok(Ok(answer["result"].take())),
        }
    }

    /// Asks for a method that has to have an answer.
    fn answer(&self, method: &str, parameters: &Value) -> Result<Value, Mistake> {
        self.ask(method, parameters)?.map_err(Mistake::from)
    }

    fn number(&self, method: &str, parameters: &Value) -> Result<u64, Mistake> {
        let answer = self.answer(method, parameters)?;
        number(&answer)
            .ok_or_else(|| Mistake(format!("--rpc {}: {method} gives no number", self.url)))
    }

    fn code(&self, address: Address) -> Result<Vec<u8>, Mistake> {
        Ok(bytes(&self.answer("eth_getCode", &json!([hex(&address[..]), "latest"]))?))
    }

    /// What the node calls its accounts, and what its contracts can be asked. Only Hebe's node says so.
    fn names(&self) -> Result<Names, Mistake> {
        let mut names = Names::default();
        let Ok(known) = self.ask("hebe_names", &json!([]))? else { return Ok(names) };
        for entry in known.as_array().into_iter().flatten() {
            let Some(address) = address(&entry["address"]) else { continue };
            if let Some(name) = entry["name"].as_str().filter(|name| check_name(name).is_ok()) {
                names.define(name, address);
            }
            if let Ok(interface) = Interface::from_json(&entry["interface"]) {
                names.describe(address, interface);
            }
        }
        Ok(names)
    }

    fn account(&self, text: &str) -> Result<Address, Mistake> {
        self.names.address(text).map_err(Mistake)
    }

    /// Who sends: who has the key, or one of the node's accounts.
    fn sender(&self, from: &str) -> Result<Address, Mistake> {
        if let Some(key) = &self.key {
            return Ok(Address(key.address().0.0));
        }
        let index = match from {
            "sender" => Some(0),
            text => text.parse::<usize>().ok(),
        };
        let Some(index) = index else { return self.account(from) };
        let accounts = self.answer("eth_accounts", &json!([]))?;
        let found = accounts.get(index).and_then(address);
        found.ok_or_else(|| {
            let count = accounts.as_array().map_or(0, Vec::len);
            Mistake(format!("--from: the node has {count} accounts of its own, and no number {index}: sign with --private-key"))
        })
    }

    /// Sends a transaction, and waits until it is in a block. Gives its hash, too.
    fn send(&self, wanted: &Wanted) -> Result<(Report, String), Mistake> {
        let mut request = wanted.json();
        if wanted.gas.is_none() {
            match self.ask("eth_estimateGas", &json!([request]))? {
                Ok(gas) => request["gas"] = gas,
                // It would fail: nothing is sent.
                Err(refusal) => return Ok((refusal.report()?, String::new())),
            }
        }
        let hash = match &self.key {
            None => self.answer("eth_sendTransaction", &json!([request]))?,
            Some(key) => {
                let raw = self.signed(wanted, number(&request["gas"]).unwrap_or_default(), key)?;
                self.answer("eth_sendRawTransaction", &json!([hex(&raw)]))?
            }
        };
        let begin = Instant::now();
        let mut is_told = false;
        loop {
            let receipt = self.answer("eth_getTransactionReceipt", &json!([hash]))?;
            if !receipt.is_null() {
                let text = visible(hash.as_str().unwrap_or_default());
                return Ok((self.report(wanted, &receipt, number(&request["gas"]))?, text));
            }
            if !is_told && begin.elapsed() > PATIENCE {
                is_told = true;
                let hash = visible(hash.as_str().unwrap_or_default());
                eprintln!("hebe: waiting for a block with {hash}");
            }
            thread::sleep(POLL);
        }
    }

    fn signed(
        &self,
        wanted: &Wanted,
        gas_limit: u64,
        key: &PrivateKeySigner,
    ) -> Result<Vec<u8>, Mistake> {
        let sender = hex(&wanted.from[..]);
        let tip = match self.ask("eth_maxPriorityFeePerGas", &json!([]))? {
            Ok(tip) => number(&tip).unwrap_or_default(),
            Err(_) => 0,
        };
        let block = self.answer("eth_getBlockByNumber", &json!(["latest", false]))?;
        let base_fee = number(&block["baseFeePerGas"]).unwrap_or_default();
        let transaction = TxEip1559 {
            chain_id: self.number("eth_chainId", &json!([]))?,
            nonce: self.number("eth_getTransactionCount", &json!([sender, "pending"]))?,
            gas_limit,
            max_fee_per_gas: 2 * u128::from(base_fee) + u128::from(tip),
            max_priority_fee_per_gas: tip.into(),
            to: wanted.to.map_or(TxKind::Create, |to| TxKind::Call(to.0.into())),
            value: alloy_primitives::U256::from_be_bytes(wanted.value.to_big_endian()),
            input: wanted.input.clone().into(),
            ..TxEip1559::default()
        };
        let signature = key
            .sign_hash_sync(&transaction.signature_hash())
            .map_err(|error| Mistake(format!("the key can't sign: {error}")))?;
        Ok(TxEnvelope::from(transaction.into_signed(signature)).encoded_2718())
    }

    /// What came of a transaction, as far as its receipt says. What a revert returned is asked for again, where it doesn't.
    fn report(
        &self,
        wanted: &Wanted,
        receipt: &Value,
        gas: Option<u64>,
    ) -> Result<Report, Mistake> {
        let is_success = number(&receipt["status"]) == Some(1);
        let whole = |gas: Option<u64>| i64::try_from(gas.unwrap_or_default()).unwrap_or(i64::MAX);
        let used = whole(number(&receipt["gasUsed"]));
        let logs = receipt["logs"].as_array().into_iter().flatten().map(|log| Log {
            address: address(&log["address"]).unwrap_or_default(),
            topics: log["topics"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|topic| Bytes32::from_slice(&padded(&bytes(topic))))
                .collect(),
            data: bytes(&log["data"]),
        });
        let mut report = Report {
            gas_used: used,
            gas_left: whole(gas).saturating_sub(used).max(0),
            created: is_success
                .then(|| address(&receipt["contractAddress"]))
                .flatten()
                .filter(|_| wanted.to.is_none()),
            logs: logs.collect(),
            ..Report::of_nothing(if is_success { StatusCode::Success } else { StatusCode::Failure })
        };
        if is_success {
            return Ok(report);
        }
        let output = match &receipt["revertReason"] {
            Value::String(_) => Some(bytes(&receipt["revertReason"])),
            _ => {
                let again =
                    self.ask("eth_call", &json!([wanted.json(), receipt["blockNumber"]]))?;
                again.err().and_then(|refusal| {
                    report.reason = Some(refusal.message);
                    refusal.data
                })
            }
        };
        if let Some(output) = output {
            (report.status, report.output, report.reason) = (StatusCode::Revert, output, None);
        }
        Ok(report)
    }
}

/// What is not hex is nothing.
fn bytes(value: &Value) -> Vec<u8> {
    let digits = value.as_str().and_then(|text| text.strip_prefix("0x")).unwrap_or_default();
    hex::decode(digits).unwrap_or_default()
}

fn padded(bytes: &[u8]) -> [u8; 32] {
    let mut word = [0; 32];
    let length = bytes.len().min(32);
    word[32 - length..].copy_from_slice(&bytes[..length]);
    word
}

fn number(value: &Value) -> Option<u64> {
    u64::from_str_radix(value.as_str()?.strip_prefix("0x")?, 16).ok()
}

fn address(value: &Value) -> Option<Address> {
    value.as_str()?.strip_prefix("0x")?.parse().ok()
}
