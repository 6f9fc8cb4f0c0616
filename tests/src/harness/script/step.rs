//! One step of a test file: what is asked, and what is expected.

use super::{
    reader::Reader,
    tree::{Fields, Mistake, Node},
};
use crate::{
    Transaction,
    contract_file::{self, Section},
    harness::{Expectation, abi},
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
        let [from, value, gas, is_static, expect] =
            ["from", "value", "gas", "static", "expect"].map(|it| fields.get(it));
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
        let mut called = None;
        let title = match &given[..] {
            [("deploy", file)] => {
                let code = reader.contract(file)?;
                transaction.input =
                    contract_file::deploying(&code).map_err(|problem| file.mistake(problem))?;
                format!("deploy {}", file.text()?)
            }
            [("create", file)] => {
                let code = reader.contract(file)?;
                transaction.input = with_what_it_carries(code, &fields, reader)?;
                format!("create {}", file.text()?)
            }
            [("call", signature)] => {
                let function = signature.text()?;
                let function =
                    abi::function(function).map_err(|problem| signature.mistake(problem))?;
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
        let args_with = if constructor.is_some() { "create" } else { "call" };
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
        Ok(Self { title, offset, transaction, created_as, expectations, gas_recorded })
    }
}

/// Init code with the runtime, or the constructor's arguments, that the step gives.
fn with_what_it_carries(
    code: Vec<u8>,
    fields: &Fields<'_>,
    reader: &Reader<'_>,
) -> Result<Vec<u8>, Mistake> {
    let (carried, section, content) = match (fields.get("runtime"), fields.get("constructor")) {
        (None, None) => return Ok(code),
        (Some(_), Some(constructor)) => {
            let sentence = "init code carries either a runtime or a constructor's arguments";
            return Err(constructor.mistake(sentence));
        }
        (Some(runtime), None) => {
            let content = reader.contract(&runtime)?;
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
