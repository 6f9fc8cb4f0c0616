//! Reads a contract from a file, whatever form it is in.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    sync::OnceLock,
};

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
/// the last four bytes, little-endian, where init code can find it.
///
/// # Errors
///
/// A sentence, where the length does not fit.
pub fn with_section(init_code: &[u8], section: Section, content: &[u8]) -> Result<Vec<u8>, String> {
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
        let joined = with_section(MODULE, Section::Runtime, &[1; 300]).unwrap();
        assert_eq!(&joined[8..11], [0, 0xb8, 0x02], "312 in LEB128");
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
