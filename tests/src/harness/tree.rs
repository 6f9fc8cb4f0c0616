//! A trace as a tree of calls for reading: who called whom with what, what was stored, logged and returned, and what it
//! cost.

use super::{Names, abi, layout::SlotNames, value::bytes};
use crate::Log;
use hebe_host::{Address, Bytes32, U256};
use serde_json::Value;
use std::{collections::BTreeSet, str::FromStr};

/// How wide the text is before the gas.
const WIDTH: usize = 72;

/// The lines of a tree, for the lines of a trace in docs/trace.md's form.
pub fn tree(trace: &str, names: &Names) -> Vec<String> {
    let events: Vec<Value> =
        trace.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let keys = keys(&events, names);
    let mut out = Vec::new();
    let mut rest = &events[..];
    while !rest.is_empty() {
        let before = rest.len();
        Tree { names, keys: &keys }.message(&mut rest, "", "", &mut out);
        if rest.len() == before {
            rest = &rest[1..];
        }
    }
    out
}

struct Tree<'a> {
    names: &'a Names,
    keys: &'a [Bytes32],
}

impl Tree<'_> {
    /// A message with all that belongs to it, from the front of `events`.
    fn message(&self, events: &mut &[Value], first: &str, prefix: &str, out: &mut Vec<String>) {
        let Some((begin, rest)) = events.split_first() else { return };
        if begin["event"] != "begin" {
            return;
        }
        *events = rest;
        let depth = &begin["depth"];
        let gas_limit = begin["gas"].as_i64().unwrap_or(0);
        let to: Address = address(&begin["to"]);
        let contract: Address = address(&begin["contract"]);
        let input = bytes(text(&begin["input"])).unwrap_or_default();
        let function = input.first_chunk().and_then(|it| self.names.function(contract, *it));
        let place = out.len();
        out.push(String::new());
        let (mut hosts, mut gas_left, mut ended) = (0, gas_limit, None);
        while let Some((event, rest)) = events.split_first() {
            if event["event"] == "begin" {
                if event["depth"].as_u64() <= depth.as_u64() {
                    break;
                }
                self.message(events, &format!("{prefix}├ "), &format!("{prefix}│ "), out);
                continue;
            }
            *events = rest;
            if event["event"] == "end" {
                gas_left = event["gas_left"].as_i64().unwrap_or(0);
                ended = Some(event);
                break;
            }
            let used = |event: &Value| {
                event["gas"].as_i64().unwrap_or(0) - event["gas_after"].as_i64().unwrap_or(0)
            };
            hosts += used(event);
            if let Some(line) = self.host_call(event, contract) {
                out.push(line_with(&format!("{prefix}├ {line}"), &thousands(used(event))));
            }
        }
        let used = gas_limit - gas_left;
        let shown = match (function, begin["kind"].as_str()) {
            (_, Some(kind)) if kind.starts_with("CREATE") => {
                let size = thousands(begin["code_bytes"].as_i64().unwrap_or(0));
                format!("create {} ({size} bytes)", self.names.show(to))
            }
            (Some(function), _) => abi::show_call(function, &input, self.names)
                .unwrap_or_else(|| format!("{} with {}", function.name, short(&input))),
            (None, _) if input.is_empty() => "no data".to_owned(),
            (None, _) => short(&input),
        };
        let value = match text(&begin["value"]) {
            "0" | "" => String::new(),
            wei => format!(" {{{}}}", abi::show_wei(wei)),
        };
        let kind = match begin["kind"].as_str() {
            Some("DELEGATECALL") => " as itself (delegate)",
            Some("CALLCODE") => " as itself (callcode)",
            _ if begin["static"] == true => " (static)",
            _ => "",
        };
        let whom = match begin["kind"].as_str() {
            Some(kind) if kind.starts_with("CREATE") => String::new(),
            Some("DELEGATECALL" | "CALLCODE") => format!(" → {}", self.names.show(contract)),
            _ => format!(" → {}", self.names.show(to)),
        };
        let from = self.names.show(address(&begin["from"]));
        out[place] =
            line_with(&format!("{first}{shown}{value} from {from}{whom}{kind}"), &thousands(used));
        let end = ended.map_or_else(
            || "not over".to_owned(),
            |end| {
                let output = bytes(text(&end["output"])).unwrap_or_default();
                match (text(&end["status"]), &end["reason"]) {
                    ("SUCCESS", _) => {
                        let returned = function
                            .filter(|function| !function.outputs.is_empty())
                            .and_then(|it| abi::show_parameters(&output, &it.outputs, self.names));
                        match (returned, begin["kind"].as_str()) {
                            (Some(returned), _) => format!("ok ({returned})"),
                            (None, Some(kind)) if kind.starts_with("CREATE") => {
                                format!(
                                    "ok, {} bytes of code",
                                    thousands(i64::try_from(output.len()).unwrap_or(0))
                                )
                            }
                            (None, _) if output.is_empty() => "ok".to_owned(),
                            (None, _) => format!("ok {}", short(&output)),
                        }
                    }
                    ("REVERT", _) => {
                        format!("REVERT {}", abi::show_revert(&output, None, self.names))
                    }
                    (status, Value::String(reason)) => format!("{status}: {reason}"),
                    (status, _) => status.to_owned(),
                }
            },
        );
        let instructions = format!("instructions: {}", thousands(used - hosts));
        out.push(line_with(&format!("{prefix}└ {end}"), &instructions));
    }

    /// A call of the interface, if it is worth a line: what is stored and logged, and what is moved.
    fn host_call(&self, event: &Value, contract: Address) -> Option<String> {
        let asked: Vec<&Value> = event["host"].as_array()?.iter().collect();
        let find =
            |kind: &str| asked.iter().find_map(|it| Some((it["ask"].get(kind)?, &it["answer"])));
        if let Some((log, _)) = find("emit_log") {
            let topics = log["topics"].as_array()?.iter();
            let log = Log {
                address: address(&log["address"]),
                topics: topics.map(word).collect(),
                data: bytes(text(&log["data"])).unwrap_or_default(),
            };
            let shown = abi::log_text(&log, &[], self.names);
            return Some(format!("emit  {}", shown.unwrap_or_else(|| short(&log.data))));
        }
        let stored = find("set_storage");
        if let Some((load, answer)) = find("get_storage") {
            let key = word(&load["key"]);
            let owner = address(&load["address"]);
            let name = self.slot(owner, contract, key);
            let before = self.word(word(&answer["word"]));
            return Some(match stored {
                Some((store, _)) => {
                    format!("store {name}   {before} → {}", self.word(word(&store["value"])))
                }
                None => format!("load  {name}   {before}"),
            });
        }
        if let Some((store, _)) = stored {
            let name = self.slot(address(&store["address"]), contract, word(&store["key"]));
            return Some(format!("store {name}   → {}", self.word(word(&store["value"]))));
        }
        if let Some((destruct, _)) = find("selfdestruct") {
            return Some(format!(
                "destruct, to {}",
                self.names.show(address(&destruct["beneficiary"]))
            ));
        }
        None
    }

    fn slot(&self, owner: Address, contract: Address, key: Bytes32) -> String {
        // Code that runs for another account lays out that account's storage.
        let interfaces = [contract, owner].map(|address| self.names.interface(address));
        let layouts = interfaces.into_iter().flatten().filter_map(|it| it.layout());
        let mut names =
            layouts.filter_map(|layout| SlotNames::new(layout, self.names, self.keys).name(key));
        names.next().unwrap_or_else(|| self.word(key))
    }

    /// A word as what it looks like.
    fn word(&self, word: Bytes32) -> String {
        let number = U256::from_big_endian(&word[..]);
        let account = Address::from(word);
        match self.names.of(account) {
            Some(name) if Bytes32::from(account) == word => name.to_owned(),
            _ if number.bits() <= 128 => abi::show_wei(&number.to_string()).replace(" wei", ""),
            _ => short(&word[..]),
        }
    }
}

/// Words that may be keys of mappings: accounts, small numbers, and what stands in call data, logs and storage.
fn keys(events: &[Value], names: &Names) -> Vec<Bytes32> {
    let mut keys: BTreeSet<Bytes32> = (0..16).map(Bytes32::from_low_u64_be).collect();
    keys.extend(names.iter().map(|(_, address)| Bytes32::from(address)));
    let mut take = |data: &[u8]| {
        keys.extend(data.chunks_exact(32).take(16).map(Bytes32::from_slice));
    };
    for event in events {
        for field in ["from", "to"] {
            if event[field].is_string() {
                take(&Bytes32::from(address(&event[field]))[..]);
            }
        }
        let input = bytes(text(&event["input"])).unwrap_or_default();
        take(input.get(4..).unwrap_or_default());
        for asked in event["host"].as_array().into_iter().flatten() {
            if asked["answer"]["word"].is_string() {
                take(&word(&asked["answer"]["word"])[..]);
            }
            if let Some(log) = asked["ask"].get("emit_log") {
                take(&bytes(text(&log["data"])).unwrap_or_default());
                log["topics"].as_array().into_iter().flatten().for_each(|it| take(&word(it)[..]));
            }
        }
    }
    keys.into_iter().take(200).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn address(value: &Value) -> Address {
    Address::from_str(text(value).trim_start_matches("0x")).unwrap_or_default()
}

fn word(value: &Value) -> Bytes32 {
    Bytes32::from_str(text(value).trim_start_matches("0x")).unwrap_or_default()
}

/// Bytes in hex, the middle of many left out.
fn short(bytes: &[u8]) -> String {
    let digits = hex::encode(bytes);
    match digits.len() {
        0..=40 => format!("0x{digits}"),
        length => format!("0x{}…{} ({} bytes)", &digits[..12], &digits[length - 8..], bytes.len()),
    }
}

fn line_with(text: &str, gas: &str) -> String {
    let room = WIDTH.saturating_sub(text.chars().count()).max(1);
    format!("{text}{}{gas:>14}", " ".repeat(room))
}

fn thousands(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && !text.ends_with('-') {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
