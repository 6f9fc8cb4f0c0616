//! What stands in a state file: from and to JSON.

use super::{LastBlock, StateFile};
use crate::{
    Account,
    harness::{Interface, check_name},
};
use hebe_host::{Address, Bytes32, U256};
use serde_json::{Map, Value, json};
use std::str::FromStr;

/// The versions of the format, in the field `hebe_state`: accounts alone, with names and a block, and with the schedule.
const VERSIONS: [u64; 3] = [1, 2, 3];

/// The file's content. Accounts that are empty and have no name are left out, and so are an account's empty fields.
pub fn to_json(state: &StateFile) -> Value {
    let StateFile { accounts, names, block, schedule } = state;
    let named = names.iter().map(|(_, address)| address);
    let mut addresses: Vec<Address> = accounts
        .iter()
        .filter(|(_, account)| !account.is_empty())
        .map(|(address, _)| *address)
        .chain(named)
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    let mut has_more = block.is_some();
    let empty = Account::default();
    let mut entries = Map::new();
    for address in addresses {
        let mut fields = account_to_json(accounts.get(&address).unwrap_or(&empty));
        if let Some(name) = names.of(address) {
            fields["name"] = name.into();
            has_more = true;
        }
        if let Some(interface) = names.interface(address) {
            fields["interface"] = interface.to_json();
            has_more = true;
        }
        entries.insert(hex(&address[..]), fields);
    }
    let mut file = Map::new();
    let version = if schedule.is_some() { 3 } else { 1 + u64::from(has_more) };
    file.insert("hebe_state".into(), version.into());
    if let Some(schedule) = schedule {
        file.insert("schedule".into(), schedule.clone().into());
    }
    if let Some(LastBlock { number, timestamp }) = block {
        file.insert("block".into(), json!({ "number": number, "timestamp": timestamp }));
    }
    file.insert("accounts".into(), entries.into());
    file.into()
}

fn account_to_json(account: &Account) -> Value {
    let mut fields = json!({ "balance": account.balance.to_string(), "nonce": account.nonce });
    if !account.code.is_empty() {
        fields["code"] = hex(&account.code).into();
    }
    if !account.storage.is_empty() {
        let words = account.storage.iter();
        let words: Map<String, Value> =
            words.map(|(key, word)| (hex(&key[..]), hex(&word[..]).into())).collect();
        fields["storage"] = words.into();
    }
    fields
}

/// Reads a file's content.
///
/// # Errors
///
/// A sentence that names the field and what is wrong with it.
pub fn from_json(value: &Value) -> Result<StateFile, String> {
    let foreign = || "it has no field `hebe_state`, so it is not a state file of Hebe".to_owned();
    let version = value.get("hebe_state").ok_or_else(foreign)?;
    let Some(number) = version.as_u64().filter(|number| VERSIONS.contains(number)) else {
        return Err(format!("hebe_state is {version}, and only 1, 2 and 3 can be read"));
    };
    let is_new = number > 1;
    let known = ["hebe_state", "accounts", "block", "schedule"];
    let known = &known[..[2, 3, 4][usize::try_from(number - 1).unwrap_or(0)]];
    let fields = object("the file", value, known)?;
    let mut state = StateFile::default();
    if let Some(schedule) = fields.get("schedule") {
        state.schedule = Some(text("schedule", schedule)?.to_owned());
    }
    if let Some(block) = fields.get("block") {
        state.block = Some(block_from_json(block)?);
    }
    let mut sum = U256::zero();
    if let Some(list) = fields.get("accounts") {
        for (name, value) in object("accounts", list, &[])? {
            let path = format!("accounts.{name}");
            let address: Address = fixed_hex(name).map_err(|problem| at("accounts", problem))?;
            let account = account_from_json(&path, value, is_new)?;
            sum = sum
                .checked_add(account.balance)
                .ok_or("accounts: the balances add up to more than 256 bits can hold")?;
            if state.accounts.insert(address, account).is_some() {
                return Err(format!("{path} is there twice"));
            }
            if let Some(name) = value.get("name") {
                let path = format!("{path}.name");
                let name = text(&path, name)?;
                if state.names.is_known(name) {
                    return Err(format!("{path}: two accounts are called `{name}`"));
                }
                check_name(name).map_err(|problem| at(&path, problem))?;
                state.names.define(name, address);
            }
            if let Some(interface) = value.get("interface") {
                let interface = Interface::from_json(interface)
                    .map_err(|problem| at(&format!("{path}.interface"), problem))?;
                state.names.describe(address, interface);
            }
        }
    }
    Ok(state)
}

fn block_from_json(value: &Value) -> Result<LastBlock, String> {
    let fields = object("block", value, &["number", "timestamp"])?;
    let number = |name: &str| {
        let value = fields.get(name).ok_or_else(|| format!("block has no field `{name}`"))?;
        value.as_i64().filter(|number| *number >= 0).ok_or_else(|| {
            format!("block.{name}: {value} is not a whole number from 0 to {}", i64::MAX)
        })
    };
    Ok(LastBlock { number: number("number")?, timestamp: number("timestamp")? })
}

fn account_from_json(path: &str, value: &Value, is_new: bool) -> Result<Account, String> {
    let known = ["balance", "nonce", "code", "storage", "name", "interface"];
    let fields = object(path, value, if is_new { &known } else { &known[..4] })?;
    let mut account = Account::default();
    if let Some(value) = fields.get("balance") {
        let path = format!("{path}.balance");
        account.balance = parse_u256(text(&path, value)?).map_err(|problem| at(&path, problem))?;
    }
    if let Some(value) = fields.get("nonce") {
        account.nonce = value.as_u64().ok_or_else(|| {
            format!("{path}.nonce: {value} is not a whole number from 0 to {}", u64::MAX)
        })?;
    }
    if let Some(value) = fields.get("code") {
        let path = format!("{path}.code");
        account.code = bytes(text(&path, value)?).map_err(|problem| at(&path, problem))?.into();
    }
    if let Some(value) = fields.get("storage") {
        let path = format!("{path}.storage");
        for (name, value) in object(&path, value, &[])? {
            let key: Bytes32 = fixed_hex(name).map_err(|problem| at(&path, problem))?;
            let path = format!("{path}.{name}");
            let word: Bytes32 =
                fixed_hex(text(&path, value)?).map_err(|problem| at(&path, problem))?;
            if !word.is_zero() && account.storage.insert(key, word).is_some() {
                return Err(format!("{path} is there twice"));
            }
        }
    }
    Ok(account)
}

/// Reads a number of 256 bits: decimal, or hex with `0x`.
///
/// # Errors
///
/// A sentence about the text.
pub fn parse_u256(text: &str) -> Result<U256, String> {
    let (digits, radix) = match text.strip_prefix("0x") {
        Some(digits) => (digits, 16),
        None => (text, 10),
    };
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return Err(format!("`{text}` is not a whole number (decimal, or hex with 0x)"));
    }
    U256::from_str_radix(digits, radix)
        .map_err(|_| format!("{text} is too large: a number has at most 256 bits"))
}

fn at(path: &str, problem: String) -> String {
    format!("{path}: {problem}")
}

fn hex(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

/// The fields of an object; where `known` is not empty, there may be no others.
fn object<'a>(
    path: &str,
    value: &'a Value,
    known: &[&str],
) -> Result<&'a Map<String, Value>, String> {
    let fields = value.as_object().ok_or_else(|| format!("{path} is not an object {{...}}"))?;
    match fields.keys().find(|name| !known.is_empty() && !known.contains(&name.as_str())) {
        Some(name) => Err(format!("{path} has an unknown field `{name}`")),
        None => Ok(fields),
    }
}

fn text<'a>(path: &str, value: &'a Value) -> Result<&'a str, String> {
    value.as_str().ok_or_else(|| format!("{path}: {value} must be a string in quotes"))
}

fn bytes(text: &str) -> Result<Vec<u8>, String> {
    let digits = text.strip_prefix("0x").ok_or_else(|| {
        let start: String = text.chars().take(80).collect();
        format!("`{start}` must begin with 0x")
    })?;
    hex::decode(digits).map_err(|error| format!("it is not hex: {error}"))
}

/// Reads an address or a word: hex with `0x`, in full length.
fn fixed_hex<T: FromStr>(text: &str) -> Result<T, String> {
    let digits = text.strip_prefix("0x").unwrap_or("");
    digits.parse().ok().filter(|_| !digits.starts_with("0x")).ok_or_else(|| {
        let digits = size_of::<T>() * 2;
        format!("`{text}` must be 0x and {digits} hex digits")
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::Words;

    fn account() -> Account {
        Account {
            balance: U256::MAX,
            nonce: u64::MAX,
            code: vec![0, 0x61].into(),
            storage: Words::unit(Bytes32::repeat_byte(1), Bytes32::repeat_byte(2)),
        }
    }

    pub(in crate::state_file) fn with_account() -> StateFile {
        let accounts = [(Address::repeat_byte(0xaa), account())].into();
        StateFile { accounts, ..StateFile::default() }
    }

    #[test]
    fn names_interfaces_and_the_block_are_kept() {
        let mut state = with_account();
        state.names.define("token", Address::repeat_byte(0xaa));
        state.names.define("alice", Address::repeat_byte(0xbb));
        state.accounts.insert(Address::repeat_byte(0xbb), Account::default());
        let interface = json!({ "abi": [{ "type": "error", "name": "Late", "inputs": [] }] });
        let interface = Interface::from_json(&interface).unwrap();
        state.names.describe(Address::repeat_byte(0xaa), interface);
        state.block = Some(LastBlock { number: 3, timestamp: 37 });
        let written = to_json(&state);
        assert_eq!(written["hebe_state"], 2);
        assert_eq!(from_json(&written).unwrap(), state);
        assert_eq!(to_json(&with_account())["hebe_state"], 1, "nothing is new in it");
    }

    #[test]
    fn the_schedule_is_kept_and_another_one_is_told() {
        let mut state = with_account();
        assert_eq!(state.made_under_another(Some("measured@1")), None, "nobody knows");
        state.schedule = Some("cycles@1".into());
        let written = to_json(&state);
        assert_eq!(written["hebe_state"], 3);
        assert_eq!(from_json(&written).unwrap(), state);
        let told = state.made_under_another(Some("measured@1")).unwrap();
        assert!(
            told.starts_with("the state was made under the prices of cycles@1, and measured@1")
        );
        assert_eq!(state.made_under_another(Some("cycles@1")), None);
        assert_eq!(state.made_under_another(None), None, "nothing is paid");
    }

    #[test]
    fn a_version_knows_nothing_of_later_ones() {
        let address = "0x00000000000000000000000000000000000000aa";
        for (value, expected) in [
            (json!({ "hebe_state": 1, "block": {} }), "the file has an unknown field `block`"),
            (
                json!({ "hebe_state": 1, "accounts": { address: { "name": "a" } } }),
                "accounts.0x00000000000000000000000000000000000000aa has an unknown field `name`",
            ),
            (json!({ "hebe_state": 2, "block": {} }), "block has no field `number`"),
            (
                json!({ "hebe_state": 2, "schedule": "flat@1" }),
                "the file has an unknown field `schedule`",
            ),
            (json!({ "hebe_state": 3, "schedule": 5 }), "schedule: 5 must be a string in quotes"),
            (
                json!({ "hebe_state": 2, "block": { "number": -1, "timestamp": 1 } }),
                "block.number: -1 is not a whole number from 0 to 9223372036854775807",
            ),
            (
                json!({ "hebe_state": 2, "accounts": { address: { "name": "0" } } }),
                "accounts.0x00000000000000000000000000000000000000aa.name: `0` can't be a name: a \
                 letter, then letters, digits, `_` and `-`",
            ),
        ] {
            assert_eq!(from_json(&value).unwrap_err(), expected);
        }
    }

    #[test]
    fn empty_accounts_are_left_out_and_fields_may_be() {
        let accounts = [(Address::repeat_byte(0xaa), Account::default())].into();
        let state = StateFile { accounts, ..StateFile::default() };
        assert_eq!(to_json(&state), json!({ "hebe_state": 1, "accounts": {} }));
        let address = "0x00000000000000000000000000000000000000aa";
        let read = from_json(&json!({ "hebe_state": 1, "accounts": { address: {} } })).unwrap();
        assert_eq!(read.accounts[&Address::from_low_u64_be(0xaa)], Account::default());
    }

    #[test]
    fn a_balance_is_decimal_or_hex() {
        assert_eq!(parse_u256("255"), Ok(255.into()));
        assert_eq!(parse_u256("0xfF"), Ok(255.into()));
        assert_eq!(parse_u256(&U256::MAX.to_string()), Ok(U256::MAX));
        for wrong in ["", "0x", "-1", "+1", "1.5", "ff", "0xfg", "1 ", "1_000"] {
            let problem = parse_u256(wrong).unwrap_err();
            assert!(problem.contains("is not a whole number"), "{wrong}: {problem}");
        }
        let too_large = format!("0x1{}", "0".repeat(64));
        assert!(parse_u256(&too_large).unwrap_err().contains("at most 256 bits"));
    }

    /// The problem of a file with one account, whose fields are these.
    fn problem(fields: Value) -> String {
        let address = "0x00000000000000000000000000000000000000aa";
        from_json(&json!({ "hebe_state": 1, "accounts": { address: fields } })).unwrap_err()
    }

    #[test]
    fn a_damaged_file_is_told_by_field() {
        let account = "accounts.0x00000000000000000000000000000000000000aa";
        let key = "0x0000000000000000000000000000000000000000000000000000000000000001";
        for (fields, expected) in [
            (json!(5), format!("{account} is not an object {{...}}")),
            (json!({ "balanse": "1" }), format!("{account} has an unknown field `balanse`")),
            (json!({ "balance": 5 }), format!("{account}.balance: 5 must be a string in quotes")),
            (
                json!({ "nonce": -1 }),
                format!("{account}.nonce: -1 is not a whole number from 0 to 18446744073709551615"),
            ),
            (json!({ "code": "00" }), format!("{account}.code: `00` must begin with 0x")),
            (
                json!({ "code": "0x0" }),
                format!("{account}.code: it is not hex: Odd number of digits"),
            ),
            (
                json!({ "storage": { "0x1": "0x2" } }),
                format!("{account}.storage: `0x1` must be 0x and 64 hex digits"),
            ),
            (
                json!({ "storage": { key: "0x2" } }),
                format!("{account}.storage.{key}: `0x2` must be 0x and 64 hex digits"),
            ),
        ] {
            assert_eq!(problem(fields), expected);
        }
    }

    #[test]
    fn a_foreign_file_is_refused() {
        for (value, expected) in [
            (json!([]), "it has no field `hebe_state`, so it is not a state file of Hebe"),
            (json!({}), "it has no field `hebe_state`, so it is not a state file of Hebe"),
            (json!({ "hebe_state": 4 }), "hebe_state is 4, and only 1, 2 and 3 can be read"),
            (json!({ "hebe_state": 1, "x": 1 }), "the file has an unknown field `x`"),
            (
                json!({ "hebe_state": 1, "accounts": { "0x12": {} } }),
                "accounts: `0x12` must be 0x and 40 hex digits",
            ),
        ] {
            assert_eq!(from_json(&value).unwrap_err(), expected);
        }
    }

    #[test]
    fn balances_that_no_chain_has_are_refused() {
        let account = json!({ "balance": U256::MAX.to_string() });
        let one = "0x0000000000000000000000000000000000000001";
        let two = "0x0000000000000000000000000000000000000002";
        let problem =
            from_json(&json!({ "hebe_state": 1, "accounts": { one: account, two: account } }));
        assert!(problem.unwrap_err().starts_with("accounts: the balances add up"));
    }

    #[test]
    fn the_same_account_twice_is_refused() {
        let [small, large] = ["aa", "AA"].map(|end| format!("0x{}{end}", "0".repeat(38)));
        let problem = from_json(&json!({ "hebe_state": 1, "accounts": { large: {}, small: {} } }));
        assert!(problem.unwrap_err().ends_with(" is there twice"));
    }
}
