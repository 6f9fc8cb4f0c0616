//! What can be asked of a contract, and what it says: its interface, by which data becomes readable.

use super::{abi, closest, nesting, sdk_interface};
use alloy_json_abi::{AbiItem, Constructor, Error, Event, Function, JsonAbi};
use hebe_host::Bytes32;
use serde_json::{Value, json};
use std::{fs, path::Path};

/// The interface of a contract: its ABI, and where it keeps what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interface {
    abi: JsonAbi,
    /// As solc writes it (`storageLayout`).
    layout: Option<Value>,
}

impl Interface {
    /// The interface in a JSON document: an ABI; an artifact of solc, Foundry or Hardhat, which has one in `abi` and
    /// may have a `storageLayout`; or a list of signatures, such as `"function count() view returns (uint256)"`.
    ///
    /// # Errors
    ///
    /// A sentence about what is wrong with it.
    pub fn from_json(document: &Value) -> Result<Self, String> {
        let (list, layout) = match document {
            Value::Array(_) => (document, None),
            Value::Object(fields) => {
                let abi = fields.get("abi").ok_or("it has no field `abi`")?;
                (abi, fields.get("storageLayout").filter(|layout| !layout.is_null()).cloned())
            }
            _ => {
                return Err("it is neither a list of entries nor an artifact with `abi`".to_owned());
            }
        };
        let entries = list.as_array().ok_or("`abi` is not a list [...]")?;
        let mut abi = JsonAbi::new();
        for (number, entry) in (1..).zip(entries) {
            let item = match entry {
                Value::String(signature) => item(signature),
                entry => nesting::check_entry(entry).and_then(|()| {
                    serde_json::from_value(entry.clone()).map_err(|error| error.to_string())
                }),
            };
            let item = item.map_err(|problem| format!("entry {number} of the ABI: {problem}"))?;
            insert(&mut abi, item)
                .map_err(|kind| format!("entry {number} of the ABI: there is another {kind}"))?;
        }
        Ok(Self { abi, layout })
    }

    /// The interface in a file; what it may be is said at [`Interface::from_json`].
    ///
    /// # Errors
    ///
    /// A sentence that names the file.
    pub fn load(path: &Path) -> Result<Self, String> {
        let name = path.display();
        let bytes = fs::read(path).map_err(|error| format!("can't read {name}: {error}"))?;
        Self::parse(&bytes).map_err(|problem| format!("{name} is no interface: {problem}"))
    }

    /// The interface in a document of JSON, or in the lines that the SDK leaves in a binary.
    ///
    /// # Errors
    ///
    /// A sentence about what is wrong with it.
    pub fn parse(document: &[u8]) -> Result<Self, String> {
        let text = document.strip_prefix(b"\xef\xbb\xbf").unwrap_or(document);
        if let Some(lines) = str::from_utf8(text).ok().and_then(sdk_interface::document) {
            return Self::from_json(&lines?);
        }
        let document: Value =
            serde_json::from_slice(text).map_err(|error| format!("it is not JSON: {error}"))?;
        Self::from_json(&document)
    }

    /// This interface with another's storage layout, where it has none.
    #[must_use]
    pub fn with_layout(mut self, layout: Option<Value>) -> Self {
        self.layout = self.layout.or(layout);
        self
    }

    /// As JSON: `abi` and, if it is known, `storageLayout`.
    pub fn to_json(&self) -> Value {
        let mut document = json!({ "abi": self.abi });
        if let Some(layout) = &self.layout {
            document["storageLayout"] = layout.clone();
        }
        document
    }

    /// The ABI.
    pub fn abi(&self) -> &JsonAbi {
        &self.abi
    }

    /// The storage layout, as solc writes it.
    pub fn layout(&self) -> Option<&Value> {
        self.layout.as_ref()
    }

    /// The constructor, if it has one.
    pub fn constructor(&self) -> Option<&Constructor> {
        self.abi.constructor.as_ref()
    }

    pub(super) fn add_event(&mut self, event: Event) {
        let list = self.abi.events.entry(event.name.clone()).or_default();
        if !list.contains(&event) {
            list.push(event);
        }
    }

    pub(super) fn add_error(&mut self, error: Error) {
        let list = self.abi.errors.entry(error.name.clone()).or_default();
        if !list.contains(&error) {
            list.push(error);
        }
    }

    /// The function that somebody calls by signature or, where only one has it, by name. `contract` is what errors
    /// call the contract. What the signature says of results counts where it says something.
    ///
    /// # Errors
    ///
    /// A sentence that says which functions there are.
    pub fn function(&self, text: &str, contract: &str) -> Result<Function, String> {
        let functions: Vec<&Function> = self.abi.functions().collect();
        let has_parameters = text.contains('(');
        let (name, parsed) = match has_parameters {
            true => {
                let parsed = abi::function(text)?;
                (parsed.name.clone(), Some(parsed))
            }
            false => (text.trim().to_owned(), None),
        };
        let mut named = functions.iter().filter(|it| it.name == name);
        let found = match &parsed {
            Some(parsed) => functions.iter().find(|it| it.selector() == parsed.selector()),
            None => match (named.next(), named.next()) {
                (Some(one), None) => Some(one),
                (Some(one), Some(two)) => {
                    return Err(format!(
                        "{contract} has several functions `{name}`: say which one, {} or {}",
                        one.signature(),
                        two.signature()
                    ));
                }
                _ => None,
            },
        };
        if let Some(found) = found {
            let outputs = parsed.map(|parsed| parsed.outputs).unwrap_or_default();
            let mut function = (**found).clone();
            if !outputs.is_empty() {
                function.outputs = outputs;
            }
            return Ok(function);
        }
        let asked = parsed.map_or_else(|| name.clone(), |parsed| parsed.signature());
        let of_name = functions.iter().find(|it| it.name == name).map(|it| it.signature());
        let names: Vec<&str> = functions.iter().map(|it| it.name.as_str()).collect();
        let all = || {
            let all: Vec<String> = functions.iter().map(|it| it.signature()).collect();
            if all.is_empty() { "none".to_owned() } else { all.join(", ") }
        };
        Err(match (of_name, closest(&name, &names)) {
            (Some(other), _) => format!("{contract} has no function `{asked}`; it has `{other}`"),
            (None, Some(meant)) => format!(
                "{contract} has no function `{asked}` (`{meant}`?); its functions are {}",
                all()
            ),
            (None, None) => {
                format!("{contract} has no function `{asked}`; its functions are {}", all())
            }
        })
    }

    /// The function with this selector.
    pub fn function_of(&self, selector: [u8; 4]) -> Option<&Function> {
        self.abi.functions().find(|function| function.selector() == selector)
    }

    /// The error with this selector.
    pub fn error_of(&self, selector: [u8; 4]) -> Option<&Error> {
        self.abi.errors().find(|error| error.selector() == selector)
    }

    /// The events with this topic. There can be several that differ in what is indexed.
    pub fn events_of(&self, topic: Bytes32) -> impl Iterator<Item = &Event> {
        self.abi.events().filter(move |event| event.selector().0 == topic.0)
    }
}

/// Puts an entry into an ABI; of some kinds there can be one only.
fn insert(abi: &mut JsonAbi, item: AbiItem<'_>) -> Result<(), &'static str> {
    fn once<T>(place: &mut Option<T>, value: T, kind: &'static str) -> Result<(), &'static str> {
        place.replace(value).map_or(Ok(()), |_| Err(kind))
    }
    match item {
        AbiItem::Constructor(it) => {
            return once(&mut abi.constructor, it.into_owned(), "constructor");
        }
        AbiItem::Fallback(it) => return once(&mut abi.fallback, it.into_owned(), "fallback"),
        AbiItem::Receive(it) => return once(&mut abi.receive, it.into_owned(), "receive"),
        AbiItem::Function(it) => {
            abi.functions.entry(it.name.clone()).or_default().push(it.into_owned());
        }
        AbiItem::Event(it) => abi.events.entry(it.name.clone()).or_default().push(it.into_owned()),
        AbiItem::Error(it) => abi.errors.entry(it.name.clone()).or_default().push(it.into_owned()),
    }
    Ok(())
}

/// An entry that is written as a signature, with its kind in front.
fn item(signature: &str) -> Result<AbiItem<'static>, String> {
    let kind = signature.split_whitespace().next().unwrap_or_default();
    match kind {
        "function" => abi::function(signature).map(Into::into),
        "event" => abi::event(signature).map(Into::into),
        "error" => abi::error(signature).map(Into::into),
        _ if signature.trim_start().starts_with("constructor") => {
            let function = abi::function(signature)?;
            let (inputs, state_mutability) = (function.inputs, function.state_mutability);
            Ok(Constructor { inputs, state_mutability }.into())
        }
        _ => Err(format!("`{signature}` must begin with function, event, error or constructor")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> Interface {
        Interface::from_json(&json!([
            "constructor(string name)",
            "function transfer(address to, uint256 amount) returns (bool)",
            "function safe(uint256)",
            "function safe(address)",
            "error Late(uint64 by)",
            { "type": "event", "name": "Moved", "anonymous": false,
              "inputs": [{ "name": "to", "type": "address", "indexed": true }] },
        ]))
        .unwrap()
    }

    #[test]
    fn every_form_is_read() {
        let plain = token();
        assert_eq!(plain.constructor().unwrap().inputs[0].name, "name");
        let artifact =
            json!({ "abi": plain.to_json()["abi"], "bytecode": {}, "storageLayout": {} });
        let artifact = Interface::from_json(&artifact).unwrap();
        assert_eq!(artifact.abi(), plain.abi());
        assert_eq!(Interface::from_json(&artifact.to_json()).unwrap(), artifact);
    }

    #[test]
    fn a_function_is_found_by_signature_or_name() {
        let token = token();
        let named = token.function("transfer", "token").unwrap();
        assert_eq!(token.function("transfer(address,uint)", "token").unwrap(), named);
        assert_eq!(named.outputs.len(), 1, "from the interface");
        let own = token.function("safe(address) returns (uint256)", "token").unwrap();
        assert_eq!(own.outputs[0].ty, "uint256");
    }

    #[test]
    fn a_function_that_is_not_there_is_told_with_those_that_are() {
        for (text, expected) in [
            (
                "transfer(address)",
                "token has no function `transfer(address)`; it has `transfer(address,uint256)`",
            ),
            (
                "tranfser",
                "token has no function `tranfser` (`transfer`?); its functions are safe(uint256), \
                 safe(address), transfer(address,uint256)",
            ),
            (
                "safe",
                "token has several functions `safe`: say which one, safe(uint256) or safe(address)",
            ),
        ] {
            assert_eq!(token().function(text, "token").unwrap_err(), expected);
        }
    }

    #[test]
    fn what_is_no_interface_is_told() {
        for (document, expected) in [
            (json!(5), "it is neither a list of entries nor an artifact with `abi`"),
            (json!({}), "it has no field `abi`"),
            (json!({ "abi": 5 }), "`abi` is not a list [...]"),
            (
                json!(["f()"]),
                "entry 1 of the ABI: `f()` must begin with function, event, error or constructor",
            ),
        ] {
            assert_eq!(Interface::from_json(&document).unwrap_err(), expected);
        }
        let problem = Interface::from_json(&json!([{ "type": "funktion" }])).unwrap_err();
        assert!(problem.starts_with("entry 1 of the ABI: "), "{problem}");
    }
}
