//! What is needed to understand a step: names, files, and how values are written.

use super::tree::{Fields, Mistake, Node};
use crate::{
    Log, State,
    contract_file::{self, Contract},
    create_address,
    harness::{
        Expectation, ExpectedLog, Names, Sign, abi,
        names::{SENDER, check_name},
        slot, value,
    },
};
use alloy_json_abi::{Error, Event, Function};
use hebe_host::{Address, Bytes32, StatusCode, U256};
use std::{
    cell::RefCell,
    collections::BTreeMap,
    ops::Range,
    path::{Path, PathBuf},
};

/// Contracts that were read, by path: a test file names the same one often.
#[derive(Default)]
pub(super) struct Contracts(RefCell<BTreeMap<PathBuf, Contract>>);

impl Contracts {
    fn read(&self, path: &Path) -> Result<Contract, String> {
        if let Some(contract) = self.0.borrow().get(path) {
            return Ok(contract.clone());
        }
        let contract = contract_file::load(path, None)?;
        self.0.borrow_mut().insert(path.to_owned(), contract.clone());
        Ok(contract)
    }
}

/// What a step's fields are understood with.
pub(super) struct Reader<'a> {
    /// Where paths begin.
    pub(super) folder: &'a Path,
    pub(super) contracts: &'a Contracts,
    pub(super) names: &'a Names,
    /// The accounts before the step; none before anything runs.
    pub(super) state: Option<&'a State>,
    /// The gas of a step that does not say.
    pub(super) gas: i64,
}

/// What a step expects.
pub(super) struct Expected {
    pub(super) list: Vec<Expectation>,
    pub(super) gas_recorded: Option<Range<usize>>,
}

impl Reader<'_> {
    pub(super) fn sender(&self) -> Address {
        self.names.address(SENDER).unwrap_or_default()
    }

    pub(super) fn address(&self, node: &Node<'_>) -> Result<Address, Mistake> {
        self.named(node.text()?, node)
    }

    fn named(&self, text: &str, node: &Node<'_>) -> Result<Address, Mistake> {
        self.names.address(text).map_err(|problem| node.mistake(problem))
    }

    /// A name that nobody has yet.
    pub(super) fn new_name<'b>(&self, node: &Node<'b>) -> Result<&'b str, Mistake> {
        let name = node.text()?;
        check_name(name).map_err(|problem| node.mistake(problem))?;
        if self.names.is_known(name) {
            return Err(node.mistake(format!("there is already an account called `{name}`")));
        }
        Ok(name)
    }

    /// The contract in a file.
    pub(super) fn contract(&self, node: &Node<'_>) -> Result<Contract, Mistake> {
        let path = self.folder.join(node.text()?);
        self.contracts.read(&path).map_err(|problem| node.mistake(one_line(&problem)))
    }

    /// Where the next contract of this account will be.
    pub(super) fn next_created(&self, from: Address) -> Address {
        create_address(from, self.state.map_or(0, |state| state.nonce(from)))
    }

    /// A word of storage or a topic.
    pub(super) fn word(&self, node: &Node<'_>) -> Result<Bytes32, Mistake> {
        node.value()?.word(self.names).map_err(|problem| node.mistake(problem))
    }

    /// Words of storage, by how their keys are written.
    pub(super) fn storage(
        &self,
        node: &Node<'_>,
    ) -> Result<Vec<(String, Bytes32, Bytes32)>, Mistake> {
        let read = |(text, node): (&str, Node<'_>)| {
            let key = slot(text, self.names).map_err(|problem| node.mistake(problem))?;
            Ok((text.to_owned(), key, self.word(&node)?))
        };
        node.fields()?.entries().map(read).collect()
    }

    /// Code: hex with `0x`, nothing, or a file.
    pub(super) fn code(&self, node: &Node<'_>) -> Result<Contract, Mistake> {
        let text = node.text()?;
        match text.is_empty() || text.starts_with("0x") {
            true if text.is_empty() => Ok(Contract::default()),
            true => {
                let code = value::bytes(text).map_err(|problem| node.mistake(problem))?;
                Ok(Contract { code, interface: None })
            }
            false => self.contract(node),
        }
    }

    /// The table `expect` of a step.
    pub(super) fn expectations(
        &self,
        fields: &Fields<'_>,
        function: Option<&Function>,
        contract: Address,
        creates: bool,
    ) -> Result<Expected, Mistake> {
        let mut list = Vec::new();
        let status = fields.get("status");
        let revert = fields.get("revert");
        let error = fields.get("error");
        let reverts = revert.as_ref().or(error.as_ref());
        list.push(Expectation::Status(match (&status, reverts) {
            (Some(status), None) => read_status(status)?,
            (Some(status), Some(reverts)) if read_status(status)? != StatusCode::Revert => {
                return Err(reverts.mistake("what reverts has the status REVERT"));
            }
            (_, Some(_)) => StatusCode::Revert,
            (None, None) => StatusCode::Success,
        }));
        if let Some(reason) = &revert {
            list.push(Expectation::Reverts(None, abi::reason_data(reason.text()?)));
        }
        let error_args = fields.get("error_args");
        if let Some(node) = &error {
            if revert.is_some() {
                return Err(node.mistake("a step expects either `revert` or `error`"));
            }
            let error = self.error(node)?;
            let values = error_args.as_ref().map_or(Ok(Vec::new()), |args| args.values())?;
            let data = abi::error_data(&error, &values, self.names)
                .map_err(|problem| error_args.as_ref().unwrap_or(node).mistake(problem))?;
            list.push(Expectation::Reverts(Some(Box::new(error)), data));
        } else if let Some(args) = error_args {
            return Err(args.mistake("it goes with `error` only"));
        }
        if let Some(returns) = fields.get("returns") {
            let function = function.ok_or_else(|| {
                returns.mistake("it goes with `call` only; otherwise use `output`")
            })?;
            let data = abi::return_data(function, &returns.values()?, self.names)
                .map_err(|problem| returns.mistake(problem))?;
            list.push(Expectation::Returns(Box::new(function.clone()), data));
        }
        if let Some(output) = fields.get("output") {
            let bytes = abi::packed(&output.value()?, self.names)
                .map_err(|problem| output.mistake(problem))?;
            list.push(Expectation::Output(bytes));
        }
        let mut gas_recorded = None;
        if let Some(gas) = fields.get("gas") {
            let (at_least, at_most) = if gas.is_table() {
                let bounds = gas.fields()?;
                let at_least = bounds.get("at_least").map_or(Ok(0), |it| it.gas())?;
                let at_most = bounds.get("at_most").map_or(Ok(i64::MAX), |it| it.gas())?;
                bounds.finish()?;
                (at_least, at_most)
            } else {
                gas_recorded = Some(gas.span());
                let gas = gas.gas()?;
                (gas, gas)
            };
            list.push(Expectation::Gas { at_least, at_most });
        }
        if let Some(refund) = fields.get("refund") {
            list.push(Expectation::Refund(refund.gas()?));
        }
        if let Some(logs) = fields.get("logs") {
            let logs = logs.list()?;
            let logs: Result<_, _> = logs.iter().map(|log| self.log(log, contract)).collect();
            list.push(Expectation::Logs(logs?));
        }
        if let Some(accounts) = fields.get("storage") {
            for (name, words) in accounts.fields()?.entries() {
                let account = self.named(name, &words)?;
                for (text, key, word) in self.storage(&words)? {
                    list.push(Expectation::Storage(account, text, key, word));
                }
            }
        }
        if let Some(accounts) = fields.get("balances") {
            for (name, balance) in accounts.fields()?.entries() {
                list.push(self.balance(self.named(name, &balance)?, &balance)?);
            }
        }
        if let Some(accounts) = fields.get("nonces") {
            for (name, nonce) in accounts.fields()?.entries() {
                list.push(Expectation::Nonce(self.named(name, &nonce)?, nonce.small()?));
            }
        }
        if let Some(accounts) = fields.get("code") {
            for (name, code) in accounts.fields()?.entries() {
                let account = self.named(name, &code)?;
                list.push(Expectation::Code(account, self.code(&code)?.code.into()));
            }
        }
        if let Some(created) = fields.get("created") {
            if !creates {
                return Err(created.mistake("it goes with `deploy` and `create` only"));
            }
            list.push(Expectation::Created(self.address(&created)?));
        }
        if let Some(destructed) = fields.get("destructed") {
            let accounts = destructed.list()?;
            let accounts: Result<_, _> = accounts.iter().map(|it| self.address(it)).collect();
            list.push(Expectation::Destructed(accounts?));
        }
        fields.finish()?;
        Ok(Expected { list, gas_recorded })
    }

    fn balance(&self, account: Address, node: &Node<'_>) -> Result<Expectation, Mistake> {
        if let Ok(text) = node.text() {
            for (mark, sign) in [('+', Sign::Plus), ('-', Sign::Minus)] {
                if let Some(amount) = text.strip_prefix(mark) {
                    let wei = value::number(amount).map_err(|problem| node.mistake(problem))?;
                    return Ok(Expectation::BalanceChange(account, sign, wei));
                }
            }
        }
        Ok(Expectation::Balance(account, node.number()?))
    }

    /// An error by its signature, or by its name where an interface has it.
    fn error(&self, node: &Node<'_>) -> Result<Error, Mistake> {
        let text = node.text()?;
        match text.contains('(') {
            true => abi::error(text).map_err(|problem| node.mistake(problem)),
            false => self.names.errors_named(text).next().cloned().ok_or_else(|| {
                node.mistake(format!(
                    "no contract is known to have an error `{text}`: write it with its types, as in `{text}(uint256)`"
                ))
            }),
        }
    }

    /// An event by its signature, or by its name where an interface has it.
    fn event(&self, node: &Node<'_>, contract: Address) -> Result<Event, Mistake> {
        let text = node.text()?;
        match text.contains('(') {
            true => abi::event(text).map_err(|problem| node.mistake(problem)),
            false => self.names.events_named(contract, text).next().cloned().ok_or_else(|| {
                node.mistake(format!(
                    "no contract is known to have an event `{text}`: write it with its types, as in \
                     `{text}(address indexed from, uint256 amount)`"
                ))
            }),
        }
    }

    fn log(&self, node: &Node<'_>, contract: Address) -> Result<ExpectedLog, Mistake> {
        let fields = node.fields()?;
        let address = match fields.get("address") {
            Some(address) => self.address(&address)?,
            None => contract,
        };
        let (event, args) = (fields.get("event"), fields.get("args"));
        let (topics, data) = (fields.get("topics"), fields.get("data"));
        fields.finish()?;
        if let Some(signature) = event {
            if let Some(node) = topics.or(data) {
                return Err(node.mistake("a log has either `event` or `topics` and `data`"));
            }
            let event = self.event(&signature, address)?;
            let values = args.as_ref().map_or(Ok(Vec::new()), |args| args.values())?;
            let (topics, data) = abi::event_log(&event, &values, self.names)
                .map_err(|problem| args.as_ref().unwrap_or(&signature).mistake(problem))?;
            return Ok(ExpectedLog { log: Log { address, topics, data }, event: Some(event) });
        }
        if let Some(args) = args {
            return Err(args.mistake("it goes with `event` only"));
        }
        let topics = topics.map_or(Ok(Vec::new()), |topics| topics.list())?;
        let topics = topics.iter().map(|topic| self.word(topic)).collect::<Result<_, _>>()?;
        let data = match data {
            Some(data) => {
                abi::packed(&data.value()?, self.names).map_err(|problem| data.mistake(problem))?
            }
            None => Vec::new(),
        };
        Ok(ExpectedLog { log: Log { address, topics, data }, event: None })
    }
}

fn read_status(node: &Node<'_>) -> Result<StatusCode, Mistake> {
    let text = node.text()?;
    let found = StatusCode::ALL.iter().find(|(_, name)| name.eq_ignore_ascii_case(text));
    found.map(|(status, _)| *status).ok_or_else(|| {
        let names: Vec<&str> = StatusCode::ALL.iter().map(|(_, name)| *name).collect();
        node.mistake(format!("`{text}` is not a status; there are {}", names.join(", ")))
    })
}

/// The first line: what assemblers say has several.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A number that fits into 63 bits, as EVMC's context has them.
pub(super) fn to_i64(number: U256) -> Option<i64> {
    (number.bits() <= 63).then(|| i64::try_from(number.low_u64()).ok()).flatten()
}
