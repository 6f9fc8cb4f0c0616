//! One step of a test file: what is asked, and what is expected.

use super::{
    reader::Reader,
    tree::{Fields, Mistake, Node},
};
use crate::{
    Transaction,
    contract_file::{self, Contract, Section},
    harness::{Expectation, Interface, Value, When, abi, time, when},
};
use alloy_json_abi::Function;
use std::ops::Range;

/// A step, with every name replaced by what it means.
pub(super) struct Step {
    /// What it is called, by its author or after what it does.
    pub(super) title: String,
    /// In bytes from the beginning of the file.
    pub(super) offset: usize,
    pub(super) transaction: Transaction,
    /// What the new contract is called.
    pub(super) created_as: Option<String>,
    /// The function that is called, as the file has it.
    pub(super) called: Option<Function>,
    /// The interface of the contract that is created.
    pub(super) interface: Option<Interface>,
    /// Where the block is to move before the step: its number and its time.
    pub(super) block: [Option<When>; 2],
    pub(super) expectations: Vec<Expectation>,
    /// Where the exact gas is written in the file, if it is.
    pub(super) gas_recorded: Option<Range<usize>>,
}

/// The ways in which a step can ask.
const ACTIONS: &str = "deploy, create, call or send";

impl Step {
    /// Reads a step; its mistakes' places begin with `prefix`.
    pub(super) fn read(
        node: &Node<'_>,
        prefix: &str,
        reader: &Reader<'_>,
    ) -> Result<Self, Mistake> {
        let fields = node.fields_called(format!("{prefix}: "))?;
        let actions = ["deploy", "create", "call", "send"];
        let given: Vec<(&str, Node<'_>)> =
            actions.into_iter().filter_map(|it| Some((it, fields.get(it)?))).collect();
        let [args, constructor, runtime, to, name, given_title] =
            ["args", "constructor", "runtime", "to", "as", "name"].map(|it| fields.get(it));
        let [from, value, gas, is_static, block, expect] =
            ["from", "value", "gas", "static", "block", "expect"].map(|it| fields.get(it));
        fields.finish()?;
        let given_title = given_title.map(|name| name.text()).transpose()?;
        let mut transaction = Transaction {
            from: from.map_or(Ok(reader.sender()), |from| reader.address(&from))?,
            to: None,
            input: Vec::new(),
            value: value.map_or(Ok(Default::default()), |value| value.number())?,
            gas: gas.map_or(Ok(reader.gas), |gas| gas.gas())?,
            is_static: is_static.map_or(Ok(false), |it| it.boolean())?,
        };
        let block = block.as_ref().map_or(Ok([None; 2]), read_block)?;
        let mut called = None;
        let mut interface = None;
        let title = match &given[..] {
            [("deploy", file)] => {
                let contract = reader.contract(file)?;
                if contract.interface.as_ref().is_some_and(|it| it.constructor().is_some()) {
                    let sentence = "its constructor would never run: write `create` for `deploy`, and the \
                                    constructor's arguments in `args`";
                    return Err(file.mistake(sentence));
                }
                transaction.input = contract_file::deploying(&contract.code)
                    .map_err(|problem| file.mistake(problem))?;
                interface = contract.interface;
                format!("deploy {}", file.text()?)
            }
            [("create", file)] => {
                let contract = reader.contract(file)?;
                interface.clone_from(&contract.interface);
                transaction.input = with_what_it_carries(contract, &fields, reader)?;
                format!("create {}", file.text()?)
            }
            [("call", signature)] => {
                let function = function(signature, to.as_ref(), reader)?;
                transaction.input = call_data(&function, signature, &fields, reader)?;
                let title = function.signature();
                called = Some(function);
                title
            }
            [(_, input)] => {
                transaction.input = abi::packed(&input.value()?, reader.names)
                    .map_err(|problem| input.mistake(problem))?;
                match transaction.input.len() {
                    0 => "send nothing".to_owned(),
                    1 => "send 1 byte".to_owned(),
                    size => format!("send {size} bytes"),
                }
            }
            [] => return Err(fields.mistake(format!("the step has none of {ACTIONS}"))),
            [(one, _), (two, second), ..] => {
                let sentence = format!("a step is either {one} or {two}, and this one is both");
                return Err(second.mistake(sentence));
            }
        };
        let creates = matches!(given[0].0, "deploy" | "create");
        let has_constructor = constructor.is_some()
            || interface.as_ref().is_some_and(|it: &Interface| it.constructor().is_some());
        let args_with = if has_constructor { "create" } else { "call" };
        for (field, with) in [(&constructor, "create"), (&args, args_with), (&runtime, "create")] {
            if let Some(node) = field
                && given[0].0 != with
            {
                return Err(node.mistake(format!("it goes with `{with}` only")));
            }
        }
        if !creates {
            let to =
                to.as_ref().ok_or_else(|| fields.mistake("`to` is missing: who is called?"))?;
            transaction.to = Some(reader.address(to)?);
        } else if let Some(to) = &to {
            return Err(to.mistake("a new contract is not called; its name is given with `as`"));
        }
        let created_as = match name {
            Some(name) if !creates => return Err(name.mistake("only a new contract gets a name")),
            Some(name) => Some(reader.new_name(&name)?.to_owned()),
            None => None,
        };
        let title = match (&given_title, &to) {
            (Some(title), _) => (*title).to_owned(),
            (None, Some(to)) => format!("{title} to {}", to.text()?),
            (None, None) => title,
        };
        // A new contract can be spoken of in what is expected of its creation.
        let mut names = reader.names.clone();
        let contract = transaction.to.unwrap_or_else(|| reader.next_created(transaction.from));
        if let Some(name) = &created_as {
            names.define(name, contract);
        }
        if creates && let Some(interface) = &interface {
            names.describe(contract, interface.clone());
        }
        let reader = Reader { names: &names, ..*reader };
        let mut gas_recorded = None;
        let expectations = match expect {
            Some(node) => {
                let expect_fields = node.fields()?;
                let expected =
                    reader.expectations(&expect_fields, called.as_ref(), contract, creates)?;
                gas_recorded = expected.gas_recorded;
                expected.list
            }
            None => vec![Expectation::Status(hebe_host::StatusCode::Success)],
        };
        let offset = node.span().start;
        Ok(Self {
            title,
            offset,
            transaction,
            created_as,
            called,
            interface,
            block,
            expectations,
            gas_recorded,
        })
    }
}

/// Init code with the runtime, or the constructor's arguments, that the step gives.
fn with_what_it_carries(
    Contract { code, interface }: Contract,
    fields: &Fields<'_>,
    reader: &Reader<'_>,
) -> Result<Vec<u8>, Mistake> {
    let declared = interface.as_ref().and_then(Interface::constructor);
    let (carried, section, content) = match (fields.get("runtime"), fields.get("constructor")) {
        (None, None) => {
            // Without arguments it is created as it is; a constructor that wants some refuses that by itself.
            let (Some(declared), Some(args)) = (declared, fields.get("args")) else {
                return Ok(code);
            };
            let data = abi::arguments(&declared.inputs, &args.values()?, reader.names)
                .map_err(|problem| args.mistake(problem))?;
            return contract_file::with_section(&code, Section::Arguments, &data)
                .map_err(|problem| args.mistake(problem));
        }
        (Some(_), Some(constructor)) => {
            let sentence = "init code carries either a runtime or a constructor's arguments";
            return Err(constructor.mistake(sentence));
        }
        (Some(runtime), None) => {
            let content = reader.contract(&runtime)?.code;
            (runtime, Section::Runtime, content)
        }
        (None, Some(types)) => {
            let function =
                abi::function(&format!("constructor{}", types.text()?)).map_err(|_| {
                    types.mistake("it is no list of types, such as `(uint256,address)`")
                })?;
            let data = call_data(&function, &types, fields, reader)?;
            let arguments = data.get(4..).unwrap_or_default().to_vec();
            (types, Section::Arguments, arguments)
        }
    };
    contract_file::with_section(&code, section, &content)
        .map_err(|problem| carried.mistake(problem))
}

/// The function that is called: by its signature, with what the contract's interface knows of it, or by its name alone
/// where the interface has it once.
fn function(
    signature: &Node<'_>,
    to: Option<&Node<'_>>,
    reader: &Reader<'_>,
) -> Result<Function, Mistake> {
    let text = signature.text()?;
    let wrong = |problem| signature.mistake(problem);
    let to = to.map(|to| Ok((to.text()?, reader.address(to)?))).transpose()?;
    let known = to.and_then(|(name, to)| Some((name, reader.names.interface(to)?)));
    match known {
        Some((name, interface)) if !text.contains('(') => {
            interface.function(text, name).map_err(wrong)
        }
        Some((name, interface)) => {
            // A test may call what is not there, to see it refused.
            let parsed = abi::function(text).map_err(wrong)?;
            Ok(interface.function(text, name).unwrap_or(parsed))
        }
        None => abi::function(text).map_err(wrong),
    }
}

/// Where the block moves: `{ number = "+1", timestamp = "+1d" }`.
fn read_block(node: &Node<'_>) -> Result<[Option<When>; 2], Mistake> {
    let fields = node.fields()?;
    let [number, timestamp] = ["number", "timestamp"].map(|it| fields.get(it));
    fields.finish()?;
    let read = |node: Option<Node<'_>>, parse: fn(&str) -> Result<When, String>| {
        let Some(node) = node else { return Ok(None) };
        match node.value()? {
            Value::Number(text) | Value::Text(text) => {
                parse(&text).map(Some).map_err(|problem| node.mistake(problem))
            }
            _ => Err(node.mistake("it must be a number, or text such as \"+100\" or \"+1d\"")),
        }
    };
    Ok([read(number, when)?, read(timestamp, time)?])
}

/// The call data of a function with the step's `args`.
fn call_data(
    function: &Function,
    signature: &Node<'_>,
    fields: &Fields<'_>,
    reader: &Reader<'_>,
) -> Result<Vec<u8>, Mistake> {
    let args = fields.get("args");
    let values = args.as_ref().map_or(Ok(Vec::new()), |args| args.values())?;
    abi::call_data(function, &values, reader.names)
        .map_err(|problem| args.as_ref().unwrap_or(signature).mistake(problem))
}
