//! What the values of options mean: numbers, sizes, choices, files.

use super::{Options, Stage};
use hebe_gas::{is_wasm, limits, prepare};
use hebe_host::{Address, Interface, Revision, trace::JsonTrace};
use std::{
    fs::{self, OpenOptions},
    io,
    path::Path,
};

/// The ewasm system contracts that `sys:` knows by name; addresses as ewasm gave them.
const ALIASES: [(&str, u64); 3] = [("sentinel", 0x0a), ("evm2wasm", 0x0b), ("runevm", 0x0c)];

/// A trace at the end of a file.
pub(super) fn open_trace(value: &str) -> Result<JsonTrace, String> {
    if value == "-" {
        return Ok(JsonTrace::new(io::stderr(), "standard error"));
    }
    match OpenOptions::new().append(true).create(true).open(value) {
        Ok(file) => Ok(JsonTrace::new(file, value)),
        Err(error) => Err(format!("{value}: {error}")),
    }
}

/// The choice that `value` names.
pub(super) fn one_of<T: Copy>(value: &str, choices: &[(&str, T)]) -> Result<T, String> {
    choices.iter().find(|(name, _)| *name == value).map(|(_, choice)| *choice).ok_or_else(|| {
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        format!("`{value}` is none of {}", names.join(", "))
    })
}

/// A number in decimal digits, without a sign.
pub(super) fn whole_number(text: &str) -> Option<u64> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A number of bytes, perhaps with a suffix.
pub(super) fn bytes(value: &str) -> Result<u64, String> {
    let (number, shift) = match value.char_indices().last() {
        Some((end, 'K' | 'k')) => (&value[..end], 10),
        Some((end, 'M' | 'm')) => (&value[..end], 20),
        Some((end, 'G' | 'g')) => (&value[..end], 30),
        _ => (value, 0),
    };
    whole_number(number)
        .and_then(|number| number.checked_mul(1 << shift))
        .filter(|bytes| *bytes <= MAX_CACHE_BYTES)
        .ok_or_else(|| format!("`{value}` is not a number of bytes up to 1024G, such as 64M"))
}

/// More than any machine of today would give to a cache.
const MAX_CACHE_BYTES: u64 = 1 << 40;

/// `sys:`: reads the file at once, so that a bad one is noticed here and not in a call.
pub(super) fn replace_code(options: &mut Options, key: &str, value: &str) -> Result<(), String> {
    let address = match ALIASES.iter().find(|(alias, _)| *alias == key) {
        Some((_, address)) => Address::from_low_u64_be(*address),
        None => parse_address(key).ok_or_else(|| {
            format!(
                "`{key}` is neither sentinel, evm2wasm or runevm nor an address of 40 hex digits"
            )
        })?,
    };
    let code = read_code(Path::new(value)).map_err(|error| format!("{value}: {error}"))?;
    if !is_wasm(&code) {
        return Err(format!("{value} is not a WebAssembly binary"));
    }
    let interface = Interface::new(Revision::LATEST, options.modules());
    let interface = interface.unwrap_or_else(|| unreachable!("the latest revision has prices"));
    prepare(&code, &options.rules(&interface, Stage::Stored))
        .map_err(|rejected| format!("{value}: {}", interface.explain(rejected)))?;
    options.replacements.insert(address, code.into());
    Ok(())
}

/// The contents of a file that can hold a contract. What is no file, or too large, is not read: a
/// device or a pipe would keep the client waiting.
fn read_code(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    if limits::CODE.is_exceeded_by(metadata.len()) {
        return Err(io::Error::other(format!("it is longer than {} bytes", limits::CODE.value)));
    }
    fs::read(path)
}

fn parse_address(text: &str) -> Option<Address> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let mut bytes = [0; 20];
    hex::decode_to_slice(digits, &mut bytes).ok()?;
    Some(Address::from(bytes))
}
