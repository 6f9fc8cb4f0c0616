//! A chain to write tests on in Rust.

use super::{
    Engine, Expectation, Interface, Lanes, Mismatch, Names, On, Seen, Value, When, abi, address_of,
    expectation::ExpectedLog,
    mismatches,
    names::{GAS, SENDER, SENDERS_BALANCE},
    number, slot,
};
use crate::{
    Account, Chain, Log, Report, Transaction,
    contract_file::{self, Contract, Section},
    create_address,
};
use alloy_json_abi::Function;
use hebe_host::{Address, Revision, StatusCode, U256};
use std::{collections::BTreeMap, fmt::Write as _, path::Path};

/// A chain that runs everything on several engines and compares them. Whatever is not as expected panics
/// with what was expected, what there was, and at which step.
///
/// ```
/// use hebe_testing::{harness::TestChain, values};
///
/// let counter = wat::parse_str(include_str!("../../../contracts/counter.wat"))?;
/// let mut chain = TestChain::new();
/// chain.account("alice", "1 ether");
///
/// let counter = chain.deploy(&counter).from("alice").expect_success();
/// chain.call(&counter).input([1]).from("alice").expect_success().output([]);
/// chain.call(&counter).is_static().expect_success().output_packed("uint256:1");
/// chain.expect_storage(&counter, "0", 1);
/// # Ok::<(), wat::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct TestChain {
    lanes: Lanes,
    names: Names,
    steps: usize,
}

/// An account, by name or address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// By the name that the chain knows it by.
    Name(String),
    /// By address.
    Address(Address),
}

impl From<&str> for Who {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

impl From<Address> for Who {
    fn from(address: Address) -> Self {
        Self::Address(address)
    }
}

impl From<&Done> for Who {
    fn from(created: &Done) -> Self {
        Self::Address(created.address())
    }
}

impl Default for TestChain {
    fn default() -> Self {
        Self::new()
    }
}

impl TestChain {
    /// An empty chain at the latest revision, on the interpreter, or in a release build on every engine ([`On::usual`]). There
    /// is an account `sender` with 1,000,000 ether.
    pub fn new() -> Self {
        Self::with_options(&On::usual(), &[])
    }

    /// The same at another revision.
    pub fn at(revision: Revision) -> Self {
        let mut chain = Self::new();
        chain.change(|chain| chain.revision = revision);
        chain
    }

    /// An empty chain on these engines, with these options of the VM.
    ///
    /// # Panics
    ///
    /// Where there is no such engine, library or option.
    #[track_caller]
    pub fn with_options(on: &On, options: &[(&str, &str)]) -> Self {
        let options: Vec<(String, String)> =
            options.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        let engines = or_panic(on.engines(&options));
        Self::on_chain(&engines, &Chain::new(Revision::LATEST, BTreeMap::new()))
    }

    /// This chain on these engines.
    pub fn on_chain(engines: &[Engine], chain: &Chain) -> Self {
        let lanes = Lanes::new(engines, chain);
        let mut this = Self { lanes, names: Names::default(), steps: 0 };
        this.account(SENDER, U256::from(SENDERS_BALANCE));
        this
    }

    /// An account with this name and balance: a number of wei, or text such as `"1 ether"`.
    ///
    /// # Panics
    ///
    /// Where the balance is no number.
    #[track_caller]
    pub fn account(&mut self, name: &str, balance: impl Into<Value>) -> Address {
        let address = address_of(name);
        self.names.define(name, address);
        let balance = self.wei(balance);
        self.set_account(address, |account| account.balance = balance);
        address
    }

    /// Puts a contract in place, at the address of its name; no init code runs.
    ///
    /// # Panics
    ///
    /// Where the interface in it can't be read.
    #[track_caller]
    pub fn install(&mut self, name: &str, code: &[u8]) -> Address {
        let address = address_of(name);
        self.names.define(name, address);
        let Contract { code, interface } = or_panic(contract_file::split(code));
        if let Some(interface) = interface {
            self.names.describe(address, interface);
        }
        self.set_account(address, |account| {
            account.code = code.as_slice().into();
            // A contract's nonce begins at 1 (EIP-161).
            account.nonce = account.nonce.max(1);
        });
        address
    }

    fn set_account(&mut self, address: Address, change: impl Fn(&mut Account)) {
        self.lanes.change(|chain| {
            let mut account = chain.state.account(address).cloned().unwrap_or_default();
            change(&mut account);
            chain.state.insert(address, account);
        });
    }

    /// Creates a contract with this code.
    ///
    /// # Panics
    ///
    /// Where the code is larger than 4 GiB, or has a constructor, which would never run.
    #[track_caller]
    pub fn deploy(&mut self, code: &[u8]) -> Asked<'_> {
        let Contract { code, interface } = or_panic(contract_file::split(code));
        if interface.as_ref().is_some_and(|it| it.constructor().is_some()) {
            panic!(
                "its constructor would never run: use `create`, and `constructor` for its arguments"
            );
        }
        let init_code = or_panic(contract_file::deploying(&code));
        let asked = self.create(&init_code);
        Asked { title: "deploy".to_owned(), interface, ..asked }
    }

    /// Creates a contract with this init code. [`contract_file::with_section`] appends a runtime to one that
    /// expects it, and [`Asked::constructor`] the arguments of a constructor.
    ///
    /// # Panics
    ///
    /// Where the interface in it can't be read.
    #[track_caller]
    pub fn create(&mut self, init_code: &[u8]) -> Asked<'_> {
        let Contract { code, interface } = or_panic(contract_file::split(init_code));
        Asked { interface, ..self.ask("create".to_owned(), None, code) }
    }

    /// Lets so many seconds pass: the block's time from now on.
    ///
    /// # Panics
    ///
    /// Past 2^63-1.
    #[track_caller]
    pub fn warp(&mut self, seconds: i64) -> &mut Self {
        let time = self.chain().context.block_timestamp;
        let time = or_panic(When::Later(seconds).after(time));
        self.change(|chain| chain.context.block_timestamp = time);
        self
    }

    /// Lets so many blocks pass: the block's number from now on.
    ///
    /// # Panics
    ///
    /// Past 2^63-1.
    #[track_caller]
    pub fn roll(&mut self, blocks: i64) -> &mut Self {
        let number = self.chain().context.block_number;
        let number = or_panic(When::Later(blocks).after(number));
        self.change(|chain| chain.context.block_number = number);
        self
    }

    /// Says what can be asked of a contract, where its code doesn't: see [`Interface::from_json`].
    ///
    /// # Panics
    ///
    /// Where no account has this name.
    #[track_caller]
    pub fn describe(&mut self, contract: impl Into<Who>, interface: Interface) -> &mut Self {
        let address = self.address(contract);
        self.names.describe(address, interface);
        self
    }

    /// Calls an account.
    #[track_caller]
    pub fn call(&mut self, to: impl Into<Who>) -> Asked<'_> {
        let to = self.address(to);
        let title = format!("call of {}", self.names.show(to));
        self.ask(title, Some(to), Vec::new())
    }

    fn ask(&mut self, title: String, to: Option<Address>, input: Vec<u8>) -> Asked<'_> {
        let transaction = Transaction {
            from: address_of(SENDER),
            to,
            input,
            value: U256::zero(),
            gas: GAS,
            is_static: false,
        };
        Asked { chain: self, title, transaction, name: None, function: None, interface: None }
    }

    /// The address of an account.
    ///
    /// # Panics
    ///
    /// Where no account has this name.
    #[track_caller]
    pub fn address(&self, who: impl Into<Who>) -> Address {
        match who.into() {
            Who::Address(address) => address,
            Who::Name(name) => or_panic(self.names.address(&name)),
        }
    }

    /// The chain itself, as the first engine has left it.
    pub fn chain(&self) -> &Chain {
        self.lanes.chain()
    }

    /// Changes what is not an account: block, revision, what the chain offers.
    pub fn change(&mut self, change: impl Fn(&mut Chain)) {
        self.lanes.change(change);
    }

    /// Expects a word in storage; the slot is written as [`slot`] says, the word is a number, an account's name,
    /// or 32 bytes.
    #[track_caller]
    pub fn expect_storage(
        &self,
        account: impl Into<Who>,
        at: &str,
        word: impl Into<Value>,
    ) -> &Self {
        let account = self.address(account);
        let key = or_panic(slot(at, &self.names));
        let word = or_panic(word.into().word(&self.names));
        self.expect(&Expectation::Storage(account, at.to_owned(), key, word))
    }

    /// Expects a balance: a number of wei, or text such as `"1 ether"`.
    #[track_caller]
    pub fn expect_balance(&self, account: impl Into<Who>, wei: impl Into<Value>) -> &Self {
        let wei = self.wei(wei);
        self.expect(&Expectation::Balance(self.address(account), wei))
    }

    /// Expects a nonce.
    #[track_caller]
    pub fn expect_nonce(&self, account: impl Into<Who>, nonce: u64) -> &Self {
        self.expect(&Expectation::Nonce(self.address(account), nonce))
    }

    /// Expects an account to have this code.
    #[track_caller]
    pub fn expect_code(&self, account: impl Into<Who>, code: &[u8]) -> &Self {
        self.expect(&Expectation::Code(self.address(account), code.into()))
    }

    #[track_caller]
    fn expect(&self, expectation: &Expectation) -> &Self {
        let seen = Seen {
            report: &Report::of_nothing(StatusCode::Success),
            state: &self.chain().state,
            names: &self.names,
        };
        let found: Vec<Mismatch> = expectation.check(&seen).into_iter().collect();
        fail_with(&format!("after step {}", self.steps), &found);
        self
    }

    #[track_caller]
    fn wei(&self, wei: impl Into<Value>) -> U256 {
        let wei = match wei.into() {
            Value::Number(text) | Value::Text(text) => number(&text),
            other => Err(format!("{other} is not a number of wei")),
        };
        or_panic(wei)
    }
}

/// Something that is about to be asked of the chain. It happens when it is said what is expected.
#[must_use = "nothing happens until it is said how it is expected to end"]
#[derive(Debug)]
pub struct Asked<'a> {
    chain: &'a mut TestChain,
    title: String,
    transaction: Transaction,
    name: Option<String>,
    function: Option<Function>,
    /// Of the contract that is created.
    interface: Option<Interface>,
}

impl Asked<'_> {
    /// With arguments for the constructor: their types, such as `(string,uint256)`, and a list made by
    /// [`values!`](crate::values). Where the code has its interface with it, the types may be left out: `""`.
    ///
    /// # Panics
    ///
    /// Where the types are none, or an argument does not fit them.
    #[track_caller]
    pub fn constructor(mut self, types: &str, arguments: impl AsRef<[Value]>) -> Self {
        let declared = self.interface.as_ref().and_then(Interface::constructor);
        let inputs = match (types, declared) {
            ("", Some(declared)) => declared.inputs.clone(),
            _ => or_panic(abi::function(&format!("constructor{types}"))).inputs,
        };
        let data = or_panic(abi::arguments(&inputs, arguments.as_ref(), &self.chain.names));
        let code = &self.transaction.input;
        self.transaction.input =
            or_panic(contract_file::with_section(code, Section::Arguments, &data));
        self
    }

    /// By this account.
    #[track_caller]
    pub fn from(mut self, from: impl Into<Who>) -> Self {
        self.transaction.from = self.chain.address(from);
        self
    }

    /// With this input.
    pub fn input(mut self, input: impl AsRef<[u8]>) -> Self {
        self.transaction.input = input.as_ref().to_vec();
        self
    }

    /// With the input that calls this function: a signature such as `transfer(address,uint256) returns (bool)`, and
    /// a list made by [`values!`](crate::values).
    ///
    /// # Panics
    ///
    /// Where the signature is none, or an argument does not fit it.
    #[track_caller]
    pub fn function(mut self, signature: &str, arguments: impl AsRef<[Value]>) -> Self {
        let to = self.transaction.to.unwrap_or_default();
        let known = self.chain.names.interface(to).cloned();
        let function = match known {
            // What is not in the interface may be called, to see it refused.
            Some(interface) if signature.contains('(') => abi::function(signature)
                .map(|parsed| interface.function(signature, "the contract").unwrap_or(parsed)),
            Some(interface) => interface.function(signature, &self.chain.names.show(to)),
            None => abi::function(signature),
        };
        let encoded = function.and_then(|function| {
            let input = abi::call_data(&function, arguments.as_ref(), &self.chain.names)?;
            Ok((function, input))
        });
        let (function, input) = or_panic(encoded);
        let _ = write!(self.title, ", {}", function.signature());
        self.transaction.input = input;
        self.function = Some(function);
        self
    }

    /// With this value: a number of wei, or text such as `"1 ether"`.
    #[track_caller]
    pub fn value(mut self, wei: impl Into<Value>) -> Self {
        self.transaction.value = self.chain.wei(wei);
        self
    }

    /// With this gas instead of 10,000,000.
    pub fn gas(mut self, gas: i64) -> Self {
        self.transaction.gas = gas;
        self
    }

    /// As a static call.
    pub fn is_static(mut self) -> Self {
        self.transaction.is_static = true;
        self
    }

    /// And the new contract is to have this name.
    pub fn named(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// Expects it to succeed.
    #[track_caller]
    pub fn expect_success(self) -> Done {
        self.expect_status(StatusCode::Success)
    }

    /// Expects it to revert with this reason: `Error(string)`.
    #[track_caller]
    pub fn expect_revert(self, reason: &str) -> Done {
        let expected = Expectation::Reverts(None, abi::reason_data(reason));
        self.expect_status(StatusCode::Revert).expect(&expected)
    }

    /// Expects it to revert with this custom error.
    ///
    /// # Panics
    ///
    /// Where the signature is none, or a value does not fit it, too.
    #[track_caller]
    pub fn expect_error(self, signature: &str, values: impl AsRef<[Value]>) -> Done {
        let encoded = abi::error(signature).and_then(|error| {
            let data = abi::error_data(&error, values.as_ref(), &self.chain.names)?;
            Ok(Expectation::Reverts(Some(Box::new(error)), data))
        });
        let expected = or_panic(encoded);
        self.expect_status(StatusCode::Revert).expect(&expected)
    }

    /// Expects it to end with this status.
    #[track_caller]
    pub fn expect_status(self, status: StatusCode) -> Done {
        let Self { chain, title, transaction, name, function, interface } = self;
        chain.steps += 1;
        if let (Some(interface), None) = (interface, transaction.to) {
            let nonce = chain.chain().state.nonce(transaction.from);
            chain.names.describe(create_address(transaction.from, nonce), interface);
        }
        let title = format!("step {}, {title}", chain.steps);
        let (report, mut found) = chain.lanes.run(&transaction, &chain.names);
        if let (Some(name), Some(created)) = (&name, report.created) {
            chain.names.define(name, created);
        }
        let seen = Seen { report: &report, state: &chain.chain().state, names: &chain.names };
        found.extend(mismatches(&[Expectation::Status(status)], &seen));
        fail_with(&title, &found);
        let contract = transaction.to.or(report.created);
        Done { title, report, names: chain.names.clone(), function, contract }
    }
}

/// Something that has happened, for more expectations.
#[derive(Clone, Debug)]
pub struct Done {
    title: String,
    report: Report,
    names: Names,
    function: Option<Function>,
    /// Who was called or created.
    contract: Option<Address>,
}

impl Done {
    /// The contract that was created, or the account that was called.
    ///
    /// # Panics
    ///
    /// Where a creation created nothing.
    #[track_caller]
    pub fn address(&self) -> Address {
        match self.contract {
            Some(address) => address,
            None => panic!("{}: no contract was created", self.title),
        }
    }

    /// All that came of it.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Expects the function to return these values, made by [`values!`](crate::values).
    #[track_caller]
    pub fn returns(self, values: impl AsRef<[Value]>) -> Self {
        let Some(function) = self.function.clone() else {
            panic!("{}: no function was called", self.title)
        };
        let data = abi::return_data(&function, values.as_ref(), &self.names);
        let data = or_panic(data.map_err(|problem| format!("{}: {problem}", self.title)));
        self.expect(&Expectation::Returns(Box::new(function), data))
    }

    /// Expects this return data.
    #[track_caller]
    pub fn output(self, output: impl AsRef<[u8]>) -> Self {
        self.expect(&Expectation::Output(output.as_ref().to_vec()))
    }

    /// Expects this return data, written as [`abi::packed`] says, such as `"uint256:1"`.
    #[track_caller]
    pub fn output_packed(self, output: impl Into<Value>) -> Self {
        let output = abi::packed(&output.into(), &self.names);
        self.output(or_panic(output))
    }

    /// Expects exactly this much gas to be used, refunds not taken off.
    #[track_caller]
    pub fn uses_gas(self, gas: i64) -> Self {
        self.expect(&Expectation::Gas { at_least: gas, at_most: gas })
    }

    /// Expects no more gas than this to be used.
    #[track_caller]
    pub fn uses_gas_at_most(self, gas: i64) -> Self {
        self.expect(&Expectation::Gas { at_least: 0, at_most: gas })
    }

    /// Expects this refund, before any cap.
    #[track_caller]
    pub fn refunds(self, gas: i64) -> Self {
        self.expect(&Expectation::Refund(gas))
    }

    /// Expects these events of the contract that was called or created, and no other logs:
    /// `[("Transfer(address indexed, address indexed, uint256)", values!["alice", "bob", 5])]`.
    #[track_caller]
    pub fn logs<const N: usize, V: AsRef<[Value]>>(self, events: [(&str, V); N]) -> Self {
        let address = self.address();
        let expected = events.into_iter().map(|(signature, values)| {
            let event = abi::event(signature)?;
            let (topics, data) = abi::event_log(&event, values.as_ref(), &self.names)?;
            Ok(ExpectedLog { log: Log { address, topics, data }, event: Some(event) })
        });
        let expected: Result<Vec<ExpectedLog>, String> = expected.collect();
        let expected = or_panic(expected.map_err(|problem| format!("{}: {problem}", self.title)));
        self.expect(&Expectation::Logs(expected))
    }

    /// Expects that nothing was logged.
    #[track_caller]
    pub fn logs_nothing(self) -> Self {
        self.expect(&Expectation::Logs(Vec::new()))
    }

    /// Expects the new contract to be at this address.
    #[track_caller]
    pub fn creates(self, address: Address) -> Self {
        self.expect(&Expectation::Created(address))
    }

    /// Expects these accounts to have destructed themselves, and no others.
    #[track_caller]
    pub fn destructs(self, accounts: &[Address]) -> Self {
        self.expect(&Expectation::Destructed(accounts.to_vec()))
    }

    #[track_caller]
    fn expect(self, expectation: &Expectation) -> Self {
        let state = crate::State::default();
        let seen = Seen { report: &self.report, state: &state, names: &self.names };
        let found: Vec<Mismatch> = expectation.check(&seen).into_iter().collect();
        fail_with(&self.title, &found);
        self
    }
}

/// The contract in a file that `hebe build` wrote, for [`TestChain::create`] and [`TestChain::deploy`].
///
/// # Panics
///
/// Where it can't be read: it may not have been built.
#[track_caller]
pub fn built(path: impl AsRef<Path>) -> Vec<u8> {
    let path = path.as_ref();
    match contract_file::read(path) {
        Ok(contract) => contract,
        Err(problem) if path.exists() => panic!("{problem}"),
        Err(problem) => panic!("{problem}; `hebe build` makes it"),
    }
}

/// The value, or a panic that points at whose mistake it is: where the test calls the harness.
#[track_caller]
fn or_panic<T>(result: Result<T, String>) -> T {
    match result {
        Ok(value) => value,
        Err(problem) => panic!("{problem}"),
    }
}

/// Panics with what is not as expected, if anything is.
#[track_caller]
fn fail_with(title: &str, mismatches: &[Mismatch]) {
    if !mismatches.is_empty() {
        let texts: Vec<String> = mismatches.iter().map(ToString::to_string).collect();
        panic!("{title}:\n{}", texts.join("\n"));
    }
}
