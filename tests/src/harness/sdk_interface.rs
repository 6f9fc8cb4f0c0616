//! What the SDK's macros leave in a binary for tools: lines of JSON, of which the interface is made.
//!
//! | line | what |
//! |---|---|
//! | `{"type":"function",...}`, `event`, `error`, ... | an entry of the ABI; where a type is a struct, its components are missing |
//! | `{"type":"struct","name":...,"components":[...]}` | a struct of the ABI |
//! | `{"type":"storage","name":...,"fields":[[name, type],...]}` | a struct in storage, its types as they stand in the source |
//! | `{"type":"contract","name":...}` | which of these the contract is |

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// How deep structs may lie in each other. Deeper, they are in themselves, which no encoding has.
const DEEPEST: usize = 32;

/// Bytes of a slot.
const SLOT: usize = 32;

/// The document that lines make: `abi`, and `storageLayout` as solc writes it where all types are known. Nothing,
/// where they are no lines of the SDK's.
///
/// # Errors
///
/// A sentence about a line.
pub(super) fn document(text: &str) -> Option<Result<Value, String>> {
    let lines: Result<Vec<Value>, _> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(serde_json::from_str::<Value>)
        .collect();
    let lines = lines.ok()?;
    let is_line = |line: &Value| line.get("type").is_some_and(Value::is_string);
    (!lines.is_empty() && lines.iter().all(is_line)).then(|| read(&lines))
}

fn read(lines: &[Value]) -> Result<Value, String> {
    let of = |kind: &'static str| lines.iter().filter(move |line| line["type"] == kind);
    let named = |line: &Value| line["name"].as_str().unwrap_or_default().to_owned();
    let structs: BTreeMap<String, &Value> =
        of("struct").map(|line| (named(line), &line["components"])).collect();
    let mut abi: Vec<Value> = Vec::new();
    for line in lines {
        if ["struct", "storage", "contract"].iter().any(|kind| line["type"] == *kind) {
            continue;
        }
        let mut entry = line.clone();
        for list in ["inputs", "outputs"] {
            if let Some(Value::Array(parameters)) = entry.get_mut(list) {
                for parameter in parameters {
                    fill(parameter, &structs, 0)?;
                }
            }
        }
        // A package that is there twice, in two versions, says things twice.
        if !abi.contains(&entry) {
            abi.push(entry);
        }
    }
    // The linker's order is nobody's.
    let kinds = ["constructor", "function", "receive", "fallback", "event", "error"];
    abi.sort_by_key(|entry| kinds.iter().position(|kind| entry["type"] == *kind));
    let mut document = json!({ "abi": abi });
    let stored = of("storage").map(|line| (named(line), &line["fields"])).collect();
    if let Some(contract) = of("contract").next()
        && let Some(layout) = Layout::of(&stored, &named(contract))
    {
        document["storageLayout"] = layout;
    }
    Ok(document)
}

/// Puts the components of structs into a parameter.
fn fill(
    parameter: &mut Value,
    structs: &BTreeMap<String, &Value>,
    depth: usize,
) -> Result<(), String> {
    let name = parameter["internalType"].as_str().and_then(|it| it.strip_prefix("struct "));
    if let Some(name) = name.map(|name| name.split('[').next().unwrap_or(name).to_owned())
        && parameter.get("components").is_none()
    {
        let components = structs.get(&name).filter(|_| depth < DEEPEST);
        let components =
            components.ok_or_else(|| format!("nothing is said of the struct {name}"))?;
        parameter["components"] = (*components).clone();
    }
    if let Some(Value::Array(components)) = parameter.get_mut("components") {
        components.iter_mut().try_for_each(|it| fill(it, structs, depth + 1))?;
    }
    Ok(())
}

struct Layout<'a> {
    /// Fields of structs in storage, as `[name, type]`.
    stored: &'a BTreeMap<String, &'a Value>,
    /// Types by their names in the document.
    types: Map<String, Value>,
}

impl Layout<'_> {
    /// The layout of the contract that this struct is.
    fn of(stored: &BTreeMap<String, &Value>, contract: &str) -> Option<Value> {
        let mut layout = Layout { stored, types: Map::new() };
        let (members, _) = layout.members(contract, 0)?;
        Some(json!({ "storage": members, "types": layout.types }))
    }

    /// The fields of a struct, each with its place, and the slots that they take.
    fn members(&mut self, name: &str, depth: usize) -> Option<(Vec<Value>, usize)> {
        let fields = self.stored.get(name).filter(|_| depth < DEEPEST)?.as_array()?;
        let (mut slot, mut used) = (0, 0);
        let mut members = Vec::new();
        for field in fields {
            let (label, ty) = (field[0].as_str()?, field[1].as_str()?);
            let (id, bytes) = self.register(ty, depth)?;
            if used > 0 && used + bytes > SLOT {
                slot += 1;
                used = 0;
            }
            members.push(
                json!({ "label": label, "offset": used, "slot": slot.to_string(), "type": id }),
            );
            if bytes < SLOT {
                used += bytes;
            } else {
                slot += bytes / SLOT;
            }
        }
        Some((members, (slot + usize::from(used > 0)).max(1)))
    }

    /// The name of a type in the document, and the bytes that it takes.
    fn register(&mut self, ty: &str, depth: usize) -> Option<(String, usize)> {
        if let Some(inside) = ty.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            let (element, count) = inside.rsplit_once(';')?;
            let count: usize = count.parse().ok()?;
            let (base, bytes) = self.register(element, depth)?;
            let bytes =
                if bytes < SLOT { count.div_ceil(SLOT / bytes) * SLOT } else { count * bytes };
            let id = format!("t_array({base}){count}_storage");
            let label = format!("{}[{count}]", self.label(&base));
            self.put(&id, "inplace", &label, bytes, json!({ "base": base }));
            return Some((id, bytes));
        }
        let (name, arguments) = match ty.split_once('<') {
            Some((name, rest)) => (name, arguments(rest.strip_suffix('>')?)?),
            None => (ty, Vec::new()),
        };
        let name = name.rsplit("::").next()?;
        match (name, &arguments[..]) {
            ("Slot", [value]) => {
                let (label, bytes) = value_type(value)?;
                let id = format!("t_{label}");
                self.put(&id, "inplace", &label, bytes, json!({}));
                Some((id, bytes))
            }
            ("Text", []) => {
                self.put("t_string_storage", "bytes", "string", SLOT, json!({}));
                Some(("t_string_storage".to_owned(), SLOT))
            }
            ("Array", [element]) => {
                let (base, _) = self.register(element, depth)?;
                let id = format!("t_array({base})dyn_storage");
                let label = format!("{}[]", self.label(&base));
                self.put(&id, "dynamic_array", &label, SLOT, json!({ "base": base }));
                Some((id, SLOT))
            }
            ("Mapping", [key, value]) => {
                let label = match *key {
                    "String" => "string".to_owned(),
                    "Bytes" => "bytes".to_owned(),
                    key => value_type(key)?.0,
                };
                let key = format!("t_{label}");
                let (value, _) = self.register(value, depth + 1)?;
                let id = format!("t_mapping({key},{value})");
                let text = format!("mapping({label} => {})", self.label(&value));
                self.put(&id, "mapping", &text, SLOT, json!({ "key": key, "value": value }));
                Some((id, SLOT))
            }
            (name, []) => {
                let (members, slots) = self.members(name, depth + 1)?;
                let id = format!("t_struct({name})_storage");
                let label = format!("struct {name}");
                self.put(&id, "inplace", &label, slots * SLOT, json!({ "members": members }));
                Some((id, slots * SLOT))
            }
            _ => None,
        }
    }

    fn label(&self, id: &str) -> String {
        self.types.get(id).and_then(|ty| ty["label"].as_str()).unwrap_or(id).to_owned()
    }

    fn put(&mut self, id: &str, encoding: &str, label: &str, bytes: usize, more: Value) {
        let mut ty =
            json!({ "encoding": encoding, "label": label, "numberOfBytes": bytes.to_string() });
        if let (Value::Object(ty), Value::Object(more)) = (&mut ty, more) {
            ty.extend(more);
        }
        self.types.insert(id.to_owned(), ty);
    }
}

/// The types between the brackets of a type.
fn arguments(text: &str) -> Option<Vec<&str>> {
    let (mut pieces, mut begin, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, letter) in text.char_indices() {
        match letter {
            '<' | '[' | '(' => depth += 1,
            '>' | ']' | ')' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => {
                pieces.push(&text[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(&text[begin..]);
    Some(pieces.into_iter().filter(|piece| !piece.is_empty()).collect())
}

/// A value's type as Solidity calls it, and its bytes.
fn value_type(ty: &str) -> Option<(String, usize)> {
    let name = ty.rsplit("::").next()?;
    if let Some(size) = name.strip_prefix("FixedBytes<").and_then(|it| it.strip_suffix('>')) {
        let size: usize = size.parse().ok()?;
        return Some((format!("bytes{size}"), size));
    }
    let plain = match name {
        "bool" => ("bool", 1),
        "Address" => ("address", 20),
        "U256" => ("uint256", 32),
        "I256" => ("int256", 32),
        _ => {
            let (kind, bits) = name.split_at_checked(1)?;
            let bits: usize =
                bits.parse().ok().filter(|bits| [8, 16, 32, 64, 128].contains(bits))?;
            let kind = match kind {
                "u" => "uint",
                "i" => "int",
                _ => return None,
            };
            return Some((format!("{kind}{bits}"), bits / 8));
        }
    };
    Some((plain.0.to_owned(), plain.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structs_are_put_where_they_are_used() {
        let lines = r#"
{"type":"function","name":"bids","inputs":[],"outputs":[{"name":"","type":"tuple[]","internalType":"struct Bid[]"}],"stateMutability":"view"}
{"type":"struct","name":"Bid","components":[{"name":"by","type":"address"},{"name":"at","type":"tuple","internalType":"struct At"}]}
{"type":"struct","name":"At","components":[{"name":"time","type":"uint64"}]}
{"type":"error","name":"Late","inputs":[]}
{"type":"error","name":"Late","inputs":[]}
"#;
        let document = document(lines).unwrap().unwrap();
        let abi = document["abi"].as_array().unwrap();
        assert_eq!(abi.len(), 2, "what is said twice counts once");
        assert_eq!(abi[0]["outputs"][0]["components"][1]["components"][0]["name"], "time");
    }

    #[test]
    fn a_struct_that_is_missing_or_in_itself_is_told() {
        let uses = r#"{"type":"error","name":"E","inputs":[{"name":"","type":"tuple","internalType":"struct S"}]}"#;
        assert!(document(uses).unwrap().unwrap_err().contains("the struct S"));
        let itself = r#"{"type":"struct","name":"S","components":[{"name":"","type":"tuple","internalType":"struct S"}]}"#;
        assert!(document(&format!("{uses}\n{itself}")).unwrap().is_err());
        assert!(document("[]").is_none() && document("{\"abi\": []}").is_none());
    }

    #[test]
    fn the_layout_is_solc_s() {
        let lines = r#"
{"type":"contract","name":"House"}
{"type":"storage","name":"House","fields":[["owner","Slot<Address>"],["open","Slot<bool>"],["lots","Array<Lot>"],["ends","Mapping<u64,Mapping<Address,Slot<u64>>>"],["title","Text"],["four","[Slot<u64>;5]"]]}
{"type":"storage","name":"Lot","fields":[["seller","Slot<Address>"],["deadline","Slot<u64>"],["reserve","hebe_sdk::storage::Slot<U256>"]]}
"#;
        let document = document(lines).unwrap().unwrap();
        let layout = &document["storageLayout"];
        let places: Vec<String> = layout["storage"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| {
                format!(
                    "{} {}+{}",
                    it["label"].as_str().unwrap(),
                    it["slot"].as_str().unwrap(),
                    it["offset"]
                )
            })
            .collect();
        assert_eq!(
            places,
            ["owner 0+0", "open 0+20", "lots 1+0", "ends 2+0", "title 3+0", "four 4+0"]
        );
        let lot = &layout["types"]["t_struct(Lot)_storage"];
        assert_eq!(lot["numberOfBytes"], "64");
        assert_eq!(lot["members"][1]["offset"], 20);
        assert_eq!(lot["members"][2]["slot"], "1");
        assert_eq!(
            layout["types"]["t_mapping(t_uint64,t_mapping(t_address,t_uint64))"]["label"],
            "mapping(uint64 => mapping(address => uint64))"
        );
    }
}
