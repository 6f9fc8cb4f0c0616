//! Calls, results, errors and events in Solidity's notation and encoding.
//!
//! Signatures are what Solidity calls human-readable: `transfer(address,uint256) returns (bool)`,
//! `Transfer(address indexed from, address indexed to, uint256 amount)`. Names of parameters may be left out.

use super::{Names, Value, decode::decode, signature as parse, value::hex};
use crate::Log;
use alloy_dyn_abi::{DynSolType, DynSolValue, Specifier};
use alloy_json_abi::{Error, Event, EventParam, Function, Param};
use hebe_host::Bytes32;

/// A function of a contract.
///
/// # Errors
///
/// A sentence about the signature.
pub fn function(signature: &str) -> Result<Function, String> {
    parse::function(signature).map_err(|problem| {
        wrong(signature, "a function", &problem, "transfer(address,uint256) returns (bool)")
    })
}

/// An event.
///
/// # Errors
///
/// A sentence about the signature.
pub fn event(signature: &str) -> Result<Event, String> {
    parse::event(signature).map_err(|problem| {
        let one = "Transfer(address indexed from, address indexed to, uint256 amount)";
        wrong(signature, "an event", &problem, one)
    })
}

/// A custom error.
///
/// # Errors
///
/// A sentence about the signature.
pub fn error(signature: &str) -> Result<Error, String> {
    parse::error(signature).map_err(|problem| {
        wrong(signature, "an error", &problem, "InsufficientBalance(uint256,uint256)")
    })
}

fn wrong(signature: &str, kind: &str, problem: &str, one: &str) -> String {
    format!("`{signature}` is not {kind}: {problem}; such as `{one}`")
}

/// Arguments of a constructor, encoded.
///
/// # Errors
///
/// A sentence about the argument that does not fit.
pub fn arguments(
    parameters: &[Param],
    arguments: &[Value],
    names: &Names,
) -> Result<Vec<u8>, String> {
    Ok(encoded(typed_list(arguments, parameters, names)?))
}

/// The call data: selector and arguments.
///
/// # Errors
///
/// A sentence about the argument that does not fit.
pub fn call_data(
    function: &Function,
    arguments: &[Value],
    names: &Names,
) -> Result<Vec<u8>, String> {
    let arguments = self::arguments(&function.inputs, arguments, names)?;
    Ok([&function.selector()[..], &arguments].concat())
}

/// What a function returns, encoded.
///
/// # Errors
///
/// A sentence about the value that does not fit.
pub fn return_data(
    function: &Function,
    values: &[Value],
    names: &Names,
) -> Result<Vec<u8>, String> {
    if function.outputs.is_empty() && !values.is_empty() {
        return Err(format!(
            "what `{name}` returns is not known: write its types behind it, as in `{name}(...) \
             returns (uint256)`",
            name = function.name
        ));
    }
    Ok(encoded(typed_list(values, &function.outputs, names)?))
}

/// What a contract reverts with where it gives this error.
///
/// # Errors
///
/// A sentence about the value that does not fit.
pub fn error_data(error: &Error, values: &[Value], names: &Names) -> Result<Vec<u8>, String> {
    let values = typed_list(values, &error.inputs, names)?;
    Ok([&error.selector()[..], &encoded(values)].concat())
}

/// What a contract reverts with where it gives a reason: `Error(string)`.
pub fn reason_data(reason: &str) -> Vec<u8> {
    let error = solidity_error();
    let reason = encoded(vec![DynSolValue::String(reason.to_owned())]);
    [&error.selector()[..], &reason].concat()
}

fn solidity_error() -> Error {
    error("Error(string)").unwrap_or_else(|problem| unreachable!("it is one: {problem}"))
}

/// What a number in `Panic(uint256)` means, as Solidity's documentation has it.
fn panic_meaning(code: &DynSolValue) -> Option<&'static str> {
    let (number, _) = code.as_uint()?;
    Some(match u8::try_from(number).ok()? {
        0x01 => "assertion failed",
        0x11 => "arithmetic overflow",
        0x12 => "division by zero",
        0x21 => "value that no variant of the enum has",
        0x22 => "malformed bytes in storage",
        0x31 => "pop of an empty array",
        0x32 => "index out of bounds",
        0x41 => "too much memory",
        0x51 => "call of a function that was not set",
        _ => return None,
    })
}

/// The topics and the data of an event.
///
/// # Errors
///
/// A sentence about the value that does not fit.
pub fn event_log(
    event: &Event,
    values: &[Value],
    names: &Names,
) -> Result<(Vec<Bytes32>, Vec<u8>), String> {
    let parameters: Vec<Param> = event.inputs.iter().map(parameter).collect();
    let mut topics = Vec::new();
    if !event.anonymous {
        topics.push(Bytes32(event.selector().0));
    }
    let mut unindexed = Vec::new();
    for (value, input) in typed_list(values, &parameters, names)?.into_iter().zip(&event.inputs) {
        if input.indexed {
            topics.push(Bytes32(value.encode_topic().0));
        } else {
            unindexed.push(value);
        }
    }
    Ok((topics, encoded(unindexed)))
}

/// An event's parameter as any other.
fn parameter(input: &EventParam) -> Param {
    Param {
        ty: input.ty.clone(),
        name: input.name.clone(),
        components: input.components.clone(),
        internal_type: None,
    }
}

/// Bytes that are written as hex, or as typed values such as `uint64:100` or `address:alice`, one after the
/// other without padding.
///
/// # Errors
///
/// A sentence about the value that is wrong.
pub fn packed(value: &Value, names: &Names) -> Result<Vec<u8>, String> {
    match value {
        Value::Text(text) if text.is_empty() => Ok(Vec::new()),
        Value::Text(text) if text.contains(':') => packed_piece(text, names),
        Value::Text(text) => super::value::bytes(text),
        Value::List(pieces) => {
            let pieces: Result<Vec<Vec<u8>>, String> =
                pieces.iter().map(|piece| packed(piece, names)).collect();
            Ok(pieces?.concat())
        }
        other => Err(format!("{other} is not bytes: `0x` and hex digits, or `type:value`")),
    }
}

fn packed_piece(text: &str, names: &Names) -> Result<Vec<u8>, String> {
    let (ty, value) = text.split_once(':').unwrap_or((text, ""));
    super::nesting::check(ty)?;
    let parsed = DynSolType::parse(ty).map_err(|_| format!("`{text}`: `{ty}` is not a type"))?;
    let value = match (&parsed, value) {
        (DynSolType::Bool, "true" | "false") => Value::Boolean(value == "true"),
        _ => Value::Text(value.to_owned()),
    };
    Ok(value.typed(&parsed, names)?.abi_encode_packed())
}

/// The values in the encoding of these parameters, for reading; nothing where it is another encoding.
pub fn show_parameters(data: &[u8], parameters: &[Param], names: &Names) -> Option<String> {
    let values = decode(&types(parameters).ok()?, data)?;
    Some(list(&values, parameters, names))
}

/// Call data for reading, as a call of this function.
pub fn show_call(function: &Function, input: &[u8], names: &Names) -> Option<String> {
    let arguments = input.strip_prefix(&function.selector()[..])?;
    let shown = show_parameters(arguments, &function.inputs, names)?;
    Some(format!("{}({shown})", function.name))
}

/// What a contract reverted with, for reading: as one of the errors that are known, and else as bytes.
pub fn show_revert(data: &[u8], known: Option<&Error>, names: &Names) -> String {
    if data.is_empty() {
        return "nothing".to_owned();
    }
    revert_text(data, known, names).unwrap_or_else(|| hex(data))
}

/// What a contract reverted with, as an error; nothing where it is none that is known.
pub fn revert_text(data: &[u8], known: Option<&Error>, names: &Names) -> Option<String> {
    let selector = *data.first_chunk()?;
    let panic = error("Panic(uint256)").ok()?;
    let standard = [solidity_error(), panic.clone()];
    let errors = known.into_iter().chain(names.error(selector)).chain(&standard);
    for error in errors.filter(|error| error.selector() == selector) {
        let Some(values) = decode(&types(&error.inputs).ok()?, &data[4..]) else { continue };
        if *error == panic
            && let [code] = &values[..]
        {
            let meaning = panic_meaning(code).map(|meaning| format!(": {meaning}"));
            let code = list(&values, &error.inputs, names);
            return Some(format!("Panic({code}{})", meaning.unwrap_or_default()));
        }
        return Some(format!("{}({})", error.name, list(&values, &error.inputs, names)));
    }
    None
}

/// A log for reading: as one of these events, or of those that are known, where it is one.
pub fn show_log(log: &Log, events: &[&Event], names: &Names) -> Vec<String> {
    let from = names.show(log.address);
    if let Some(text) = log_text(log, events, names) {
        return vec![format!("{from}: {text}")];
    }
    show_log_raw(log, names)
}

/// A log for reading, as it is.
pub fn show_log_raw(log: &Log, names: &Names) -> Vec<String> {
    let from = names.show(log.address);
    let topics = log.topics.iter().map(|topic| format!("  topic {}", hex(&topic[..])));
    let data = (!log.data.is_empty()).then(|| format!("  data {}", hex(&log.data)));
    std::iter::once(format!("{from}:")).chain(topics).chain(data).collect()
}

/// A log as an event; nothing where it is none that is known.
pub fn log_text(log: &Log, events: &[&Event], names: &Names) -> Option<String> {
    let topic = log.topics.first().copied().unwrap_or_default();
    let known = names.events(log.address, topic);
    events.iter().copied().chain(known).find_map(|event| show_event(log, event, names))
}

fn show_event(log: &Log, event: &Event, names: &Names) -> Option<String> {
    let mut topics = log.topics.iter();
    if !event.anonymous && *topics.next()? != Bytes32(event.selector().0) {
        return None;
    }
    let (mut unindexed, mut indexed) = (Vec::new(), Vec::new());
    for input in &event.inputs {
        let parameter = parameter(input);
        let ty = resolve(&input.ty, input).ok()?;
        if !input.indexed {
            unindexed.push(ty);
            continue;
        }
        let topic = topics.next()?;
        // Of what does not fit into a word, the topic is a hash.
        let plain = matches!(
            ty,
            DynSolType::Bool
                | DynSolType::Address
                | DynSolType::Uint(_)
                | DynSolType::Int(_)
                | DynSolType::FixedBytes(_)
        );
        let value = plain.then(|| decode(&[ty], &topic[..])).flatten();
        let value = value.as_deref().and_then(<[_]>::first);
        indexed.push(value.map_or_else(
            || labelled(&parameter.name, &hex(&topic[..])),
            |value| show_named(value, &parameter, names),
        ));
    }
    if topics.next().is_some() {
        return None;
    }
    let values = decode(&unindexed, &log.data)?;
    let (mut indexed, mut values) = (indexed.into_iter(), values.iter());
    let shown = event.inputs.iter().map(|input| match input.indexed {
        true => indexed.next(),
        false => values.next().map(|value| show_named(value, &parameter(input), names)),
    });
    Some(format!("{}({})", event.name, shown.collect::<Option<Vec<_>>>()?.join(", ")))
}

fn list(values: &[DynSolValue], parameters: &[Param], names: &Names) -> String {
    let pairs = values.iter().zip(parameters);
    pairs.map(|(value, it)| show_named(value, it, names)).collect::<Vec<_>>().join(", ")
}

/// A value with its parameter's name, where that has one.
fn show_named(value: &DynSolValue, parameter: &Param, names: &Names) -> String {
    labelled(&parameter.name, &show(value, &parameter.components, names))
}

fn labelled(name: &str, value: &str) -> String {
    if name.is_empty() { value.to_owned() } else { format!("{name}: {value}") }
}

/// A value; `components` are those of the tuples in it.
fn show(value: &DynSolValue, components: &[Param], names: &Names) -> String {
    match value {
        DynSolValue::Bool(boolean) => boolean.to_string(),
        DynSolValue::Uint(number, bits) => show_uint(*number, *bits),
        DynSolValue::Int(number, _) => number.to_string(),
        DynSolValue::Address(address) => names.show(hebe_host::Address(address.0.0)),
        DynSolValue::FixedBytes(word, size) => hex(&word[..*size]),
        DynSolValue::Bytes(bytes) => hex(bytes),
        DynSolValue::String(text) => format!("{text:?}"),
        DynSolValue::Array(values) | DynSolValue::FixedArray(values) => {
            let shown: Vec<String> =
                values.iter().map(|value| show(value, components, names)).collect();
            format!("[{}]", shown.join(", "))
        }
        DynSolValue::Tuple(values) => format!("({})", list(values, components, names)),
        other => format!("{other:?}"),
    }
}

/// 0.0001 ether in wei.
const SHORTEST: u64 = 100_000_000_000_000;

/// A number. One that is a whole number of 0.0001 ether, and 0.001 ether or more, is written as a test would write it:
/// `1.5 ether`, which stands for 1.5 * 10^18 of whatever it is.
fn show_uint(number: alloy_primitives::U256, bits: usize) -> String {
    let (parts, rest) = number.div_rem(alloy_primitives::U256::from(SHORTEST));
    match u64::try_from(parts) {
        Ok(parts) if rest.is_zero() && bits > 64 && parts >= 10 => {
            let (whole, fraction) = (parts / 10_000, parts % 10_000);
            let fraction = format!(".{fraction:04}");
            let fraction = fraction.trim_end_matches('0').trim_end_matches('.');
            format!("{whole}{fraction} ether")
        }
        _ => number.to_string(),
    }
}

/// An amount of wei for reading: `1.5 ether`, `250 wei`.
pub fn show_wei(wei: &str) -> String {
    let number: alloy_primitives::U256 = wei.parse().unwrap_or_default();
    let shown = show_uint(number, 256);
    if shown.ends_with("ether") { shown } else { format!("{shown} wei") }
}

fn types(parameters: &[Param]) -> Result<Vec<DynSolType>, String> {
    parameters.iter().map(|parameter| resolve(&parameter.ty, parameter)).collect()
}

fn resolve(name: &str, parameter: &impl Specifier<DynSolType>) -> Result<DynSolType, String> {
    parameter.resolve().map(plain).map_err(|_| format!("`{name}` is not a type"))
}

/// The type without the names of structs, which are read from the parameters.
fn plain(ty: DynSolType) -> DynSolType {
    let all = |types: Vec<DynSolType>| types.into_iter().map(plain).collect();
    match ty {
        DynSolType::CustomStruct { tuple, .. } | DynSolType::Tuple(tuple) => {
            DynSolType::Tuple(all(tuple))
        }
        DynSolType::Array(of) => DynSolType::Array(Box::new(plain(*of))),
        DynSolType::FixedArray(of, size) => DynSolType::FixedArray(Box::new(plain(*of)), size),
        other => other,
    }
}

fn encoded(values: Vec<DynSolValue>) -> Vec<u8> {
    DynSolValue::Tuple(values).abi_encode_params()
}

fn typed_list(
    values: &[Value],
    parameters: &[Param],
    names: &Names,
) -> Result<Vec<DynSolValue>, String> {
    if values.len() != parameters.len() {
        let types: Vec<String> = parameters.iter().map(|it| it.selector_type().into()).collect();
        let there = match values.len() {
            1 => "there is 1 value".to_owned(),
            count => format!("there are {count} values"),
        };
        return Err(format!(
            "{there}, and the signature has {}: ({})",
            parameters.len(),
            types.join(",")
        ));
    }
    let pairs = (1..).zip(values.iter().zip(parameters));
    pairs
        .map(|(number, (value, parameter))| {
            let ty = resolve(&parameter.ty, parameter)?;
            let name = match &*parameter.name {
                "" => String::new(),
                name => format!(" ({name})"),
            };
            value.typed(&ty, names).map_err(|problem| format!("value {number}{name}: {problem}"))
        })
        .collect()
}
