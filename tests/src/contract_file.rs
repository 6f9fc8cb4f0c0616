//! Reads a contract from a file, whatever form it is in, with its interface.

use crate::harness::Interface;
use serde_json::Value;
use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::OnceLock,
};

/// A contract as it is deployed, and what can be asked of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contract {
    /// The code, without the sections that are for tools.
    pub code: Vec<u8>,
    /// Its interface, where that is known.
    pub interface: Option<Interface>,
}

/// The custom section that has the ABI, as JSON.
pub const ABI_SECTION: &str = "abi";

/// The custom section that has the storage layout, as JSON in the form of solc.
pub const LAYOUT_SECTION: &str = "storage_layout";

/// The contract in a file, and its interface: from `abi`, a file with JSON, if that is given; or else from the contract's
/// own sections; or else from a file beside it, `NAME.abi.json` or `abi.json`.
///
/// # Errors
///
/// A sentence that names the file.
pub fn load(path: &Path, abi: Option<&Path>) -> Result<Contract, String> {
    let contract =
        split(&read(path)?).map_err(|problem| format!("{}: {problem}", path.display()))?;
    let beside = if contract.interface.is_some() { None } else { beside(path) };
    let layout = contract.interface.as_ref().and_then(|interface| interface.layout().cloned());
    let interface = match abi.or(beside.as_deref()) {
        Some(abi) => {
            Some(Interface::load(abi)?.with_layout(layout.or_else(|| layout_beside(path))))
        }
        None => contract.interface,
    };
    Ok(Contract { interface, ..contract })
}

/// The interface that lies beside a contract's file, if one does.
fn beside(path: &Path) -> Option<PathBuf> {
    if path.to_str() == Some("-") {
        return None;
    }
    let own = path.with_extension("abi.json");
    let others = path.with_file_name("abi.json");
    [own, others].into_iter().find(|path| path.is_file())
}

/// The storage layout in `NAME.storage.json`, if it lies there and is one.
fn layout_beside(path: &Path) -> Option<Value> {
    let text = std::fs::read(path.with_extension("storage.json")).ok()?;
    serde_json::from_slice(&text).ok()
}

/// Takes the sections for tools out of a contract. What is no module of WebAssembly stays as it is.
///
/// # Errors
///
/// A sentence, where such a section holds no interface.
pub fn split(code: &[u8]) -> Result<Contract, String> {
    let mut kept = Vec::new();
    let (mut abi, mut layout): (Option<&[u8]>, Option<&[u8]>) = (None, None);
    for (range, custom) in sections(code) {
        match custom {
            Some((name, content)) if name == ABI_SECTION.as_bytes() => abi = Some(content),
            Some((name, content)) if name == LAYOUT_SECTION.as_bytes() => layout = Some(content),
            _ => kept.extend_from_slice(&code[range]),
        }
    }
    if abi.is_none() && layout.is_none() {
        return Ok(Contract { code: code.to_vec(), interface: None });
    }
    let wrong = |name, problem| format!("its section `{name}` is no interface: {problem}");
    let layout = layout.map(serde_json::from_slice::<Value>).transpose();
    let layout = layout.map_err(|error| wrong(LAYOUT_SECTION, error.to_string()))?;
    let interface = Interface::parse(abi.unwrap_or(b"[]"));
    let interface = interface.map_err(|problem| wrong(ABI_SECTION, problem))?;
    Ok(Contract { code: kept, interface: Some(interface.with_layout(layout)) })
}

/// Code with an interface in sections for tools, where [`split`] finds it.
///
/// # Errors
///
/// A sentence, where it does not fit.
pub fn with_interface(code: &[u8], interface: &Interface) -> Result<Vec<u8>, String> {
    let document = interface.to_json();
    let mut joined = code.to_vec();
    let sections = [(ABI_SECTION, document.get("abi")), (LAYOUT_SECTION, interface.layout())];
    for (name, content) in sections {
        let Some(content) = content else { continue };
        let content = content.to_string();
        let too_large = |_| "the interface is larger than 4 GiB".to_owned();
        let size = u32::try_from(1 + name.len() + content.len()).map_err(too_large)?;
        joined.push(0);
        joined.extend(leb128(size));
        joined.push(u8::try_from(name.len()).unwrap_or_default());
        joined.extend_from_slice(name.as_bytes());
        joined.extend_from_slice(content.as_bytes());
    }
    Ok(joined)
}

/// A custom section: its name and its content.
type Custom<'a> = (&'a [u8], &'a [u8]);

/// The sections of a module, each with where it is, and what it is if it is a custom one. The head comes first, and
/// what is malformed last, in one piece.
fn sections(code: &[u8]) -> Vec<(std::ops::Range<usize>, Option<Custom<'_>>)> {
    const HEAD: usize = 8;
    let mut all = Vec::new();
    if !hebe_gas::is_wasm(code) || code.len() < HEAD {
        return all;
    }
    all.push((0..HEAD, None));
    let mut at = HEAD;
    while at < code.len() {
        let Some((size, content)) = read_leb128(code, at + 1) else { break };
        let Some(end) = content.checked_add(size).filter(|end| *end <= code.len()) else { break };
        let custom = (code[at] == 0)
            .then(|| {
                let (length, name) = read_leb128(&code[..end], content)?;
                let rest = name.checked_add(length).filter(|rest| *rest <= end)?;
                Some((&code[name..rest], &code[rest..end]))
            })
            .flatten();
        all.push((at..end, custom));
        at = end;
    }
    if at < code.len() {
        all.push((at..code.len(), None));
    }
    all
}

/// The number in unsigned LEB128 at this place, and where the next byte is.
fn read_leb128(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let mut number = 0;
    for shift in (0..32).step_by(7) {
        let byte = *bytes.get(at)?;
        at += 1;
        number |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some((number, at));
        }
    }
    None
}

/// The most that is read of a file, in bytes: a contract of 1 MiB in commented hex fits in well.
const MAX_FILE: u64 = 16 << 20;

/// The bytes of the contract in a file; `-` is standard input.
///
/// What the file is, is found out by its content: a WebAssembly binary begins with its magic, text
/// with `(` or `;`, and everything else is hex with an optional `0x`, in which white space means
/// nothing and `#` begins a comment.
///
/// # Errors
///
/// A sentence that names the file.
pub fn read(path: &Path) -> Result<Vec<u8>, String> {
    let name = path.display();
    let content = match path.to_str() {
        Some("-") => read_at_most(io::stdin().lock()),
        _ => File::open(path).and_then(read_at_most),
    };
    let content = content.map_err(|error| format!("can't read {name}: {error}"))?;
    decode(content, path).map_err(|problem| format!("{name} {problem}"))
}

fn read_at_most(source: impl Read) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    source.take(MAX_FILE + 1).read_to_end(&mut content)?;
    if content.len() as u64 > MAX_FILE {
        return Err(io::Error::other("it is larger than 16 MiB, which no contract is"));
    }
    Ok(content)
}

/// The contract in a file's content; `path` is what errors in text call the file.
fn decode(content: Vec<u8>, path: &Path) -> Result<Vec<u8>, String> {
    if hebe_gas::is_wasm(&content) {
        return Ok(content);
    }
    let nothing_known = "is neither a WebAssembly binary (which begins with 00 61 73 6d), nor \
                         WebAssembly text (which begins with `(` or `;`), nor hex";
    let text = str::from_utf8(&content).map_err(|_| nothing_known)?;
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with(['(', ';']) {
        return wat::Parser::new()
            .parse_str(Some(path), text)
            .map_err(|error| format!("is not valid WebAssembly text: {error}"));
    }
    let digits: String = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default())
        .flat_map(str::split_whitespace)
        .collect();
    let digits = digits.strip_prefix("0x").unwrap_or(&digits);
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(nothing_known.to_owned());
    }
    match hex::decode(digits) {
        Ok(code) if code.is_empty() => Err("holds no contract: it is empty".to_owned()),
        Ok(code) => Ok(code),
        Err(_) => Err("is hex with an odd number of digits".to_owned()),
    }
}

/// What init code can carry at its end.
#[derive(Clone, Copy, Debug)]
pub enum Section {
    /// The code that it is to deploy.
    Runtime,
    /// Its constructor's arguments.
    Arguments,
}

/// Init code that carries something: in a custom section at its end, with the content's length in
/// the last four bytes, little-endian, where init code can find it. EVM bytecode has it at its end, and nothing else, as
/// Solidity's constructors expect it.
///
/// # Errors
///
/// A sentence, where the length does not fit.
pub fn with_section(init_code: &[u8], section: Section, content: &[u8]) -> Result<Vec<u8>, String> {
    if !hebe_gas::is_wasm(init_code) {
        return Ok([init_code, content].concat());
    }
    const CUSTOM_SECTION: u8 = 0;
    // A name is preceded by its length.
    let (name, what): (&[u8], _) = match section {
        Section::Runtime => (b"\x07runtime", "runtime is"),
        Section::Arguments => (b"\x09arguments", "arguments are"),
    };
    let too_large = |_| format!("the {what} larger than 4 GiB");
    let length = u32::try_from(content.len()).map_err(too_large)?;
    let size = u32::try_from(name.len() + content.len() + size_of::<u32>()).map_err(too_large)?;
    Ok([init_code, &[CUSTOM_SECTION], &leb128(size), name, content, &length.to_le_bytes()].concat())
}

/// Init code that does nothing but deploy this code: `contracts/deploy.wat` with it as its runtime.
///
/// # Errors
///
/// A sentence, where the runtime's length does not fit.
pub fn deploying(runtime: &[u8]) -> Result<Vec<u8>, String> {
    static DEPLOY: OnceLock<Vec<u8>> = OnceLock::new();
    let deploy = DEPLOY.get_or_init(|| {
        let text = include_str!("../../contracts/deploy.wat");
        wat::parse_str(text).unwrap_or_else(|error| unreachable!("the sample is valid: {error}"))
    });
    with_section(deploy, Section::Runtime, runtime)
}

/// The number in WebAssembly's unsigned LEB128: seven bits in each byte, the lowest first.
fn leb128(mut number: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let [low, ..] = (number & 0x7f).to_le_bytes();
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODULE: &[u8] = b"\0asm\x01\0\0\0";

    #[test]
    fn the_form_is_known_by_the_content() {
        for content in [
            MODULE,
            b"(module)",
            b"\n ;; a comment\n(module)",
            b"\xef\xbb\xbf(module)",
            b"0061736d01000000\n",
            b"0x0061736D01000000",
            b"# a comment\n00 61 73 6d # magic\n 01000000",
        ] {
            assert_eq!(decode(content.to_vec(), Path::new("file")).as_deref(), Ok(MODULE));
        }
        assert_eq!(
            decode(b"60006000f3".to_vec(), Path::new("file")).unwrap().len(),
            5,
            "EVM code is hex too"
        );
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (content, expected) in [
            (&b""[..], "holds no contract: it is empty"),
            (b"# nothing", "holds no contract: it is empty"),
            (b"(module", "is not valid WebAssembly text: "),
            (b"006", "is hex with an odd number of digits"),
            (b"hello", "is neither a WebAssembly binary"),
            (b"\xff\xfe", "is neither a WebAssembly binary"),
        ] {
            let problem = decode(content.to_vec(), Path::new("file")).unwrap_err();
            assert!(problem.starts_with(expected), "{problem}");
        }
    }

    #[test]
    fn an_error_in_text_names_its_line() {
        let problem = decode(b"\n\n(module (bar))".to_vec(), Path::new("a.wat")).unwrap_err();
        assert!(problem.contains("a.wat:3:10"), "{problem}");
    }

    #[test]
    fn what_is_carried_is_a_custom_section() {
        let joined = with_section(MODULE, Section::Runtime, b"ab").unwrap();
        assert_eq!(joined, [MODULE, b"\x00\x0e\x07runtimeab\x02\0\0\0"].concat());
        let joined = with_section(MODULE, Section::Arguments, b"").unwrap();
        assert_eq!(joined, [MODULE, b"\x00\x0e\x09arguments\0\0\0\0"].concat());
        let joined = with_section(b"\x60\0", Section::Arguments, b"ab").unwrap();
        assert_eq!(joined, b"\x60\0ab", "EVM bytecode has no sections");
        let joined = with_section(MODULE, Section::Runtime, &[1; 300]).unwrap();
        assert_eq!(&joined[8..11], [0, 0xb8, 0x02], "312 in LEB128");
    }

    /// A module with these custom sections.
    fn with_custom(sections: &[(&str, &[u8])]) -> Vec<u8> {
        let mut code = MODULE.to_vec();
        for (name, content) in sections {
            code.push(0);
            code.extend(leb128(u32::try_from(1 + name.len() + content.len()).unwrap()));
            code.push(u8::try_from(name.len()).unwrap());
            code.extend([name.as_bytes(), content].concat());
        }
        code
    }

    #[test]
    fn the_interface_is_taken_out_of_the_code() {
        let (abi, layout) = (&br#"["error Late(uint64 by)"]"#[..], &br#"{"storage":[]}"#[..]);
        let code = with_custom(&[("abi", abi), ("runtime", b"ab"), ("storage_layout", layout)]);
        let Contract { code, interface } = split(&code).unwrap();
        assert_eq!(code, with_custom(&[("runtime", b"ab")]), "what a contract needs stays");
        let interface = interface.unwrap();
        assert_eq!(interface.abi().errors().count(), 1);
        assert_eq!(interface.layout().unwrap()["storage"], serde_json::json!([]));
    }

    #[test]
    fn what_is_put_in_is_found() {
        let interface =
            Interface::parse(br#"{"abi": ["error E()"], "storageLayout": {}}"#).unwrap();
        let joined = with_interface(MODULE, &interface).unwrap();
        let expected = Contract { code: MODULE.to_vec(), interface: Some(interface) };
        assert_eq!(split(&joined), Ok(expected));
    }

    #[test]
    fn code_without_an_interface_stays_as_it_is() {
        let malformed = [MODULE, &[0, 0xff]].concat();
        for code in
            [&b""[..], b"\0asm", MODULE, &with_custom(&[("name", b"x")]), &malformed, b"\x60\0"]
        {
            assert_eq!(split(code), Ok(Contract { code: code.to_vec(), interface: None }));
        }
        let problem = split(&with_custom(&[("abi", b"5")])).unwrap_err();
        assert!(problem.starts_with("its section `abi` is no interface: "), "{problem}");
    }

    #[test]
    fn the_interface_is_found_beside_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("a.wasm"), MODULE).unwrap();
        let errors = |abi: Option<&Path>| {
            let contract = load(&path("a.wasm"), abi).unwrap();
            contract.interface.map(|it| it.abi().errors().next().unwrap().name.clone())
        };
        assert_eq!(errors(None), None);
        std::fs::write(path("abi.json"), r#"["error Folder()"]"#).unwrap();
        assert_eq!(errors(None).as_deref(), Some("Folder"));
        std::fs::write(path("a.abi.json"), r#"{"abi": ["error Own()"]}"#).unwrap();
        assert_eq!(errors(None).as_deref(), Some("Own"));
        std::fs::write(path("other.json"), r#"["error Other()"]"#).unwrap();
        assert_eq!(errors(Some(&path("other.json"))).as_deref(), Some("Other"));
        std::fs::write(path("other.json"), "{}").unwrap();
        let problem = load(&path("a.wasm"), Some(&path("other.json"))).unwrap_err();
        assert!(
            problem.ends_with("other.json is no interface: it has no field `abi`"),
            "{problem}"
        );
    }

    #[test]
    fn leb128_by_its_specification() {
        assert_eq!(leb128(0), [0]);
        assert_eq!(leb128(127), [0x7f]);
        assert_eq!(leb128(128), [0x80, 0x01]);
        assert_eq!(leb128(624_485), [0xe5, 0x8e, 0x26]);
        assert_eq!(leb128(u32::MAX), [0xff, 0xff, 0xff, 0xff, 0x0f]);
    }
}
