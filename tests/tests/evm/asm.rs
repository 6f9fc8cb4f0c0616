//! Bytecode from text.

use revm::bytecode::opcode::OpCode;

/// The bytecode of a text: names of instructions; numbers in hex or decimal, which are pushed; `:0a0b`, which is bytes as
/// they stand.
pub(crate) fn asm(text: &str) -> Vec<u8> {
    text.split_whitespace().flat_map(token).collect()
}

/// As [`asm`], and returns the word that is at the top of the stack then.
pub(crate) fn returning(text: &str) -> Vec<u8> {
    asm(&format!("{text} 0 MSTORE 32 0 RETURN"))
}

/// Init code that deploys this code.
pub(crate) fn deploying(code: &[u8]) -> Vec<u8> {
    const HEAD: usize = 12;
    let head = asm(&format!("0x{:04x} DUP1 {HEAD} 0 CODECOPY 0 RETURN", code.len()));
    assert_eq!(head.len(), HEAD);
    [head, code.to_vec()].concat()
}

fn token(token: &str) -> Vec<u8> {
    if let Some(bytes) = token.strip_prefix(':') {
        return hex::decode(bytes).expect("it is hex");
    }
    if token.starts_with(|first: char| first.is_ascii_digit()) {
        let bytes = match token.strip_prefix("0x") {
            Some(digits) => hex::decode(digits).expect("it is hex"),
            None => {
                let bytes = token.parse::<u64>().expect("it is a number").to_be_bytes();
                bytes[(bytes.len() - 1).min(bytes.iter().take_while(|byte| **byte == 0).count())..]
                    .to_vec()
            }
        };
        let push = 0x5f + u8::try_from(bytes.len()).expect("a word at most");
        return [vec![push], bytes].concat();
    }
    let opcode =
        (0..=u8::MAX).find(|code| OpCode::new(*code).is_some_and(|it| it.as_str() == token));
    vec![opcode.unwrap_or_else(|| panic!("{token} is no instruction"))]
}
