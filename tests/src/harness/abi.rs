//! Calls, results, errors and events in Solidity's notation and encoding.
//!
//! Signatures are what Solidity calls human-readable: `transfer(address,uint256) returns (bool)`,
//! `Transfer(address indexed from, address indexed to, uint256 amount)`. Names of parameters may be left out.

use super::{Names, Value, value::hex};
use crate::Log;
use alloy_dyn_abi::{DynSolType, DynSolValue, Specifier};
use alloy_json_abi::{Error, Event, Function, Param};
use hebe_host::Bytes32;

/// A function of a contract.
///
/// # Errors
///
/// A sentence about the signature.
pub fn function(signature: &str) -> Result<Function, String> {
    Function::parse(signature).map_err(|_| {
        format!(
            "`{signature}` is not a function, such as `transfer(address,uint256) returns (bool)`"
        )
    })
}

/// An event.
///
/// # Errors
///
/// A sentence about the signature.
pub fn event(signature: &str) -> Result<Event, String> {
    Event::parse(signature).map_err(|_| {
        format!(
            "`{signature}` is not an event, such as \
             `Transfer(address indexed from, address indexed to, uint256 amount)`"
        )
    })
}

/// A custom error.
///
/// # Errors
///
/// A sentence about the signature.
pub fn error(signature: &str) -> Result<Error, String> {
    Error::parse(signature).map_err(|_| {
        format!("`{signature}` is not an error, such as `InsufficientBalance(uint256,uint256)`")
    })
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
    let types = types(&function.inputs)?;
    let arguments = typed_list(arguments, &types, names)?;
    Ok([&function.selector()[..], &parameters(arguments)].concat())
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
    let types = types(&function.outputs)?;
    Ok(parameters(typed_list(values, &types, names)?))
}

/// What a contract reverts with where it gives this error.
///
/// # Errors
///
/// A sentence about the value that does not fit.
pub fn error_data(error: &Error, values: &[Value], names: &Names) -> Result<Vec<u8>, String> {
    let types = types(&error.inputs)?;
    let values = typed_list(values, &types, names)?;
    Ok([&error.selector()[..], &parameters(values)].concat())
}

/// What a contract reverts with where it gives a reason: `Error(string)`.
pub fn reason_data(reason: &str) -> Vec<u8> {
    let error = solidity_error();
    let reason = parameters(vec![DynSolValue::String(reason.to_owned())]);
    [&error.selector()[..], &reason].concat()
}

fn solidity_error() -> Error {
    Error::parse("Error(string)").unwrap_or_else(|error| unreachable!("it is one: {error}"))
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
    let types = event.inputs.iter().map(|input| resolve(&input.ty, input));
    let types: Vec<DynSolType> = types.collect::<Result<_, _>>()?;
    let mut topics = Vec::new();
    if !event.anonymous {
        topics.push(Bytes32(event.selector().0));
    }
    let mut unindexed = Vec::new();
    for (value, input) in typed_list(values, &types, names)?.into_iter().zip(&event.inputs) {
        if input.indexed {
            topics.push(Bytes32(value.encode_topic().0));
        } else {
            unindexed.push(value);
        }
    }
    Ok((topics, parameters(unindexed)))
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
    let parsed = DynSolType::parse(ty).map_err(|_| format!("`{text}`: `{ty}` is not a type"))?;
    let value = match (&parsed, value) {
        (DynSolType::Bool, "true" | "false") => Value::Boolean(value == "true"),
        _ => Value::Text(value.to_owned()),
    };
    Ok(value.typed(&parsed, names)?.abi_encode_packed())
}

/// The values in the encoding of these parameters, for reading; nothing where it is another encoding.
pub fn show_parameters(data: &[u8], parameters: &[Param], names: &Names) -> Option<String> {
    let tuple = DynSolType::Tuple(types(parameters).ok()?);
    let DynSolValue::Tuple(values) = tuple.abi_decode_params(data).ok()? else { return None };
    Some(list(&values, names))
}

/// What a contract reverted with, for reading.
pub fn show_revert(data: &[u8], known: Option<&Error>, names: &Names) -> String {
    let panic = Error::parse("Panic(uint256)").ok();
    let errors = [known.cloned(), Some(solidity_error()), panic];
    for error in errors.iter().flatten() {
        if let Some(encoded) = data.strip_prefix(&error.selector()[..])
            && let Some(values) = show_parameters(encoded, &error.inputs, names)
        {
            return format!("{}({values})", error.name);
        }
    }
    if data.is_empty() { "nothing".to_owned() } else { hex(data) }
}

/// A log for reading: as one of these events where it is one.
pub fn show_log(log: &Log, events: &[&Event], names: &Names) -> Vec<String> {
    let from = names.show(log.address);
    if let Some(text) = events.iter().find_map(|event| show_event(log, event, names)) {
        return vec![format!("{from}: {text}")];
    }
    let topics = log.topics.iter().map(|topic| format!("  topic {}", hex(&topic[..])));
    let data = (!log.data.is_empty()).then(|| format!("  data {}", hex(&log.data)));
    std::iter::once(format!("{from}:")).chain(topics).chain(data).collect()
}

fn show_event(log: &Log, event: &Event, names: &Names) -> Option<String> {
    let mut topics = log.topics.iter();
    if !event.anonymous && *topics.next()? != Bytes32(event.selector().0) {
        return None;
    }
    let (mut types, mut indexed) = (Vec::new(), Vec::new());
    for input in &event.inputs {
        let ty = resolve(&input.ty, input).ok()?;
        if !input.indexed {
            types.push(ty);
            continue;
        }
        let topic = topics.next()?;
        let plain = matches!(
            ty,
            DynSolType::Bool
                | DynSolType::Address
                | DynSolType::Uint(_)
                | DynSolType::Int(_)
                | DynSolType::FixedBytes(_)
        );
        let value = plain.then(|| ty.abi_decode(&topic[..]).ok()).flatten();
        indexed.push(value.map_or_else(|| hex(&topic[..]), |value| show(&value, names)));
    }
    if topics.next().is_some() {
        return None;
    }
    let DynSolValue::Tuple(values) = DynSolType::Tuple(types).abi_decode_params(&log.data).ok()?
    else {
        return None;
    };
    let (mut indexed, mut values) = (indexed.into_iter(), values.iter());
    let shown = event.inputs.iter().map(|input| match input.indexed {
        true => indexed.next(),
        false => values.next().map(|value| show(value, names)),
    });
    Some(format!("{}({})", event.name, shown.collect::<Option<Vec<_>>>()?.join(", ")))
}

fn list(values: &[DynSolValue], names: &Names) -> String {
    values.iter().map(|value| show(value, names)).collect::<Vec<_>>().join(", ")
}

fn show(value: &DynSolValue, names: &Names) -> String {
    match value {
        DynSolValue::Bool(boolean) => boolean.to_string(),
        DynSolValue::Uint(number, _) => number.to_string(),
        DynSolValue::Int(number, _) => number.to_string(),
        DynSolValue::Address(address) => names.show(hebe_host::Address(address.0.0)),
        DynSolValue::FixedBytes(word, size) => hex(&word[..*size]),
        DynSolValue::Bytes(bytes) => hex(bytes),
        DynSolValue::String(text) => format!("{text:?}"),
        DynSolValue::Array(values) | DynSolValue::FixedArray(values) => {
            format!("[{}]", list(values, names))
        }
        DynSolValue::Tuple(values) => format!("({})", list(values, names)),
        other => format!("{other:?}"),
    }
}

fn types(parameters: &[Param]) -> Result<Vec<DynSolType>, String> {
    parameters.iter().map(|parameter| resolve(&parameter.ty, parameter)).collect()
}

fn resolve(name: &str, parameter: &impl Specifier<DynSolType>) -> Result<DynSolType, String> {
    parameter.resolve().map_err(|_| format!("`{name}` is not a type"))
}

fn parameters(values: Vec<DynSolValue>) -> Vec<u8> {
    DynSolValue::Tuple(values).abi_encode_params()
}

fn typed_list(
    values: &[Value],
    types: &[DynSolType],
    names: &Names,
) -> Result<Vec<DynSolValue>, String> {
    if values.len() != types.len() {
        let count = types.len();
        return Err(format!("there are {} values, and the signature has {count}", values.len()));
    }
    let pairs = (1..).zip(values.iter().zip(types));
    pairs
        .map(|(number, (value, ty))| {
            value.typed(ty, names).map_err(|problem| format!("value {number}: {problem}"))
        })
        .collect()
}
