//! Reads a signature as people write it, and says what is wrong with one that is none.
//!
//! Taken is what Solidity writes, and what its tools do: names of parameters, also in tuples; `tuple(...)` or `(...)`;
//! `uint` for `uint256`; `address payable`; `memory`, `calldata`, `storage`; modifiers behind the parameters; a
//! keyword in front and a semicolon at the end; white space anywhere between words.

use super::nesting;
use alloy_dyn_abi::DynSolType;
use alloy_json_abi::{Error, Event, EventParam, Function, Param, StateMutability};

/// What kind of thing a signature is of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Function,
    Event,
    Error,
}

/// A signature in pieces.
struct Parsed {
    name: String,
    inputs: Vec<Parameter>,
    outputs: Vec<Parameter>,
    mutability: StateMutability,
    anonymous: bool,
}

struct Parameter {
    param: Param,
    indexed: bool,
}

/// A function: `transfer(address,uint256) returns (bool)`.
///
/// # Errors
///
/// What is wrong with it, and where.
pub(super) fn function(text: &str) -> Result<Function, String> {
    let Parsed { name, inputs, outputs, mutability, .. } = parse(text, Kind::Function)?;
    let params = |list: Vec<Parameter>| list.into_iter().map(|it| it.param).collect();
    Ok(Function {
        name,
        inputs: params(inputs),
        outputs: params(outputs),
        state_mutability: mutability,
    })
}

/// An event: `Transfer(address indexed from, address indexed to, uint256 amount)`.
///
/// # Errors
///
/// What is wrong with it, and where.
pub(super) fn event(text: &str) -> Result<Event, String> {
    let Parsed { name, inputs, anonymous, .. } = parse(text, Kind::Event)?;
    let topics = inputs.iter().filter(|it| it.indexed).count();
    let most = if anonymous { 4 } else { 3 };
    if topics > most {
        return Err(format!("{topics} parameters are indexed, and at most {most} can be"));
    }
    let inputs = inputs.into_iter().map(|Parameter { param, indexed }| EventParam {
        ty: param.ty,
        name: param.name,
        indexed,
        components: param.components,
        internal_type: None,
    });
    Ok(Event { name, inputs: inputs.collect(), anonymous })
}

/// A custom error: `InsufficientBalance(uint256,uint256)`.
///
/// # Errors
///
/// What is wrong with it, and where.
pub(super) fn error(text: &str) -> Result<Error, String> {
    let Parsed { name, inputs, .. } = parse(text, Kind::Error)?;
    Ok(Error { name, inputs: inputs.into_iter().map(|it| it.param).collect() })
}

fn parse(text: &str, kind: Kind) -> Result<Parsed, String> {
    nesting::check(text)?;
    let mut reader = Reader { text, at: 0, kind };
    let keyword = match kind {
        Kind::Function => "function",
        Kind::Event => "event",
        Kind::Error => "error",
    };
    let mut name = reader.word();
    if name == keyword && !reader.is_next('(') {
        name = reader.word();
    }
    if name.is_empty() {
        return Err(reader.wrong("a name must be"));
    }
    let inputs = reader.list()?;
    let mut parsed = Parsed {
        name: name.to_owned(),
        inputs,
        outputs: Vec::new(),
        mutability: StateMutability::NonPayable,
        anonymous: false,
    };
    loop {
        if kind == Kind::Function && reader.is_next('(') {
            parsed.outputs = reader.list()?;
            continue;
        }
        match (reader.word(), kind) {
            ("", _) => break,
            ("returns", Kind::Function) => parsed.outputs = reader.list()?,
            ("view", Kind::Function) => parsed.mutability = StateMutability::View,
            ("pure", Kind::Function) => parsed.mutability = StateMutability::Pure,
            ("payable", Kind::Function) => parsed.mutability = StateMutability::Payable,
            (
                "external" | "public" | "internal" | "private" | "nonpayable" | "virtual"
                | "override",
                Kind::Function,
            ) => {}
            ("anonymous", Kind::Event) => parsed.anonymous = true,
            (word, _) => return Err(format!("`{word}` can't stand behind the parameters")),
        }
    }
    reader.take(';');
    match reader.rest() {
        "" => Ok(parsed),
        rest => Err(format!("`{rest}` can't stand behind it")),
    }
}

struct Reader<'a> {
    text: &'a str,
    /// In bytes.
    at: usize,
    kind: Kind,
}

impl<'a> Reader<'a> {
    fn rest(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let trimmed = rest.trim_start();
        self.at += rest.len() - trimmed.len();
        trimmed.trim_end()
    }

    fn is_next(&mut self, mark: char) -> bool {
        self.rest().starts_with(mark)
    }

    fn take(&mut self, mark: char) -> bool {
        let is_next = self.is_next(mark);
        self.at += if is_next { mark.len_utf8() } else { 0 };
        is_next
    }

    /// A name or a keyword; nothing where none stands here.
    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || "_$".contains(letter);
        let end = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
        let word = &rest[..end];
        if word.starts_with(|first: char| first.is_ascii_digit()) {
            return "";
        }
        self.at += end;
        word
    }

    /// That something else stands here: `expected` is `x must be`.
    fn wrong(&mut self, expected: &str) -> String {
        match self.rest() {
            "" => format!("it ends where {expected}"),
            rest => {
                let found: String = rest.chars().take(12).collect();
                format!("`{found}` is where {expected}")
            }
        }
    }

    /// Parameters in parentheses.
    fn list(&mut self) -> Result<Vec<Parameter>, String> {
        if !self.take('(') {
            return Err(self.wrong("`(` must be"));
        }
        let mut list = Vec::new();
        if self.take(')') {
            return Ok(list);
        }
        loop {
            list.push(self.parameter()?);
            if self.take(')') {
                return Ok(list);
            }
            if !self.take(',') {
                return Err(self.wrong("`,` or `)` must be"));
            }
            if self.is_next(')') {
                return Err("a type is missing behind the last comma".to_owned());
            }
        }
    }

    fn parameter(&mut self) -> Result<Parameter, String> {
        let word = self.word();
        let (mut ty, components) = if (word.is_empty() || word == "tuple") && self.is_next('(') {
            let components = self.list()?;
            if let Some(wrong) = components.iter().find(|it| it.indexed) {
                return Err(format!("`{}` in a tuple can't be indexed", wrong.param.ty));
            }
            ("tuple".to_owned(), components.into_iter().map(|it| it.param).collect())
        } else if word.is_empty() {
            return Err(self.wrong("a type must be"));
        } else {
            (elementary(word)?, Vec::new())
        };
        while self.take('[') {
            let rest = self.rest();
            let end = rest.find(|digit: char| !digit.is_ascii_digit()).unwrap_or(rest.len());
            let size = &rest[..end];
            self.at += end;
            if !self.take(']') {
                return Err(self.wrong("`]` must be"));
            }
            if size.parse() == Ok(0) || (!size.is_empty() && size.parse::<usize>().is_err()) {
                return Err(format!("an array can't have {size} elements"));
            }
            ty += &format!("[{size}]");
        }
        let mut indexed = false;
        let mut name = "";
        loop {
            match self.word() {
                "" => break,
                "payable" if ty == "address" && name.is_empty() => {}
                "memory" | "calldata" | "storage" if name.is_empty() => {}
                "indexed" if self.kind == Kind::Event && name.is_empty() => indexed = true,
                "indexed" if name.is_empty() => {
                    return Err("only an event's parameters are indexed".to_owned());
                }
                word if name.is_empty() => name = word,
                word => return Err(format!("`{word}` is where `,` or `)` must be")),
            }
        }
        let param = Param { ty, name: name.to_owned(), components, internal_type: None };
        Ok(Parameter { param, indexed })
    }
}

/// A type without components, under the name that counts for selectors.
fn elementary(name: &str) -> Result<String, String> {
    let full = match name {
        "uint" => "uint256",
        "int" => "int256",
        "byte" => "bytes1",
        other => other,
    };
    let is_type = match DynSolType::parse(full) {
        Ok(DynSolType::Uint(bits) | DynSolType::Int(bits)) => bits % 8 == 0 && bits <= 256,
        Ok(_) => true,
        Err(_) => false,
    };
    match is_type {
        true => Ok(full.to_owned()),
        false => Err(format!("`{name}` is not a type")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_solidity_writes_is_understood() {
        for (text, expected) in [
            ("f()", "f()"),
            ("transfer(address,uint)", "transfer(address,uint256)"),
            ("function f ( address payable to , uint8 [ 3 ] n )", "f(address,uint8[3])"),
            ("f((uint256 a, (bool b, string c)[] d) e)", "f((uint256,(bool,string)[]))"),
            ("f(tuple(uint a)[2][] e) external view returns (bool);", "f((uint256)[2][])"),
            ("function(bytes calldata data)", "function(bytes)"),
            ("f(string memory)(uint256)", "f(string)"),
        ] {
            let function = function(text).unwrap_or_else(|problem| panic!("{text}: {problem}"));
            assert_eq!(function.signature(), expected);
        }
        let parsed = function("f(uint a) view returns (uint sum, (bool ok) both)").unwrap();
        assert_eq!(parsed.state_mutability, StateMutability::View);
        assert_eq!((&*parsed.inputs[0].name, &*parsed.outputs[0].name), ("a", "sum"));
        assert_eq!(parsed.outputs[1].components[0].name, "ok");
        let event = event("event E(address indexed a, uint b) anonymous").unwrap();
        assert!(event.anonymous && event.inputs[0].indexed && !event.inputs[1].indexed);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, expected) in [
            ("", "it ends where a name must be"),
            ("f", "it ends where `(` must be"),
            ("f(uint256", "it ends where `,` or `)` must be"),
            ("f(uint256,)", "a type is missing behind the last comma"),
            ("f(,uint256)", "`,uint256)` is where a type must be"),
            ("f(unit256)", "`unit256` is not a type"),
            ("f(uint7)", "`uint7` is not a type"),
            ("f(bytes33)", "`bytes33` is not a type"),
            ("f(uint256[)", "`)` is where `]` must be"),
            ("f(uint256[0])", "an array can't have 0 elements"),
            ("f(uint256 a b)", "`b` is where `,` or `)` must be"),
            ("f(uint256) return (bool)", "`return` can't stand behind the parameters"),
            ("f(uint256) returns bool", "`bool` is where `(` must be"),
            ("f(uint256))", "`)` can't stand behind it"),
            ("f(uint256 indexed a)", "only an event's parameters are indexed"),
            ("1f()", "`1f()` is where a name must be"),
        ] {
            assert_eq!(function(text).unwrap_err(), expected, "{text}");
        }
        let four = "E(bool indexed, bool indexed, bool indexed, bool indexed)";
        assert_eq!(event(four).unwrap_err(), "4 parameters are indexed, and at most 3 can be");
        assert_eq!(error("E(bool) view").unwrap_err(), "`view` can't stand behind the parameters");
    }
}
