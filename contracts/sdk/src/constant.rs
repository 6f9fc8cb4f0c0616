//! Text put together while compiling: names of types and signatures. Nothing of it is in a contract.

/// The longest [`Name`] in bytes.
const LONGEST: usize = 256;

/// A name that grows while compiling.
#[derive(Clone, Copy, Debug)]
pub struct Name {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Name {
    /// A name.
    pub const fn new(text: &str) -> Self {
        Self { bytes: [0; LONGEST], length: 0 }.then(text)
    }

    /// The name with `text` behind it. More than 256 bytes don't compile.
    #[must_use]
    pub const fn then(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        let mut index = 0;
        while index < text.len() {
            self.bytes[self.length] = text[index];
            self.length += 1;
            index += 1;
        }
        self
    }

    /// The name with a decimal number behind it.
    #[must_use]
    pub const fn then_number(self, number: usize) -> Self {
        let mut name = if number >= 10 { self.then_number(number / 10) } else { self };
        name.bytes[name.length] = b'0' + (number % 10) as u8;
        name.length += 1;
        name
    }

    /// The name as text.
    pub const fn as_str(&self) -> &str {
        match str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => panic!("names are made of whole texts"),
        }
    }

    /// Whether it is `text`.
    pub const fn is(&self, text: &str) -> bool {
        let (text, mut index) = (text.as_bytes(), 0);
        while index < self.length && index < text.len() {
            if self.bytes[index] != text[index] {
                return false;
            }
            index += 1;
        }
        self.length == text.len()
    }
}

/// The Keccak-256 of a signature that is known while compiling.
pub const fn hash(signature: Name) -> [u8; 32] {
    hebe_sdk_keccak::constant_keccak256(signature.bytes.split_at(signature.length).0)
}

/// The first four bytes of a signature's hash.
pub const fn selector(signature: Name) -> [u8; 4] {
    let hash = hash(signature);
    [hash[0], hash[1], hash[2], hash[3]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        const NAME: Name = Name::new("uint").then_number(256).then("[]").then_number(0);
        assert_eq!(NAME.as_str(), "uint256[]0");
        assert!(NAME.is("uint256[]0"));
        assert!(!NAME.is("uint256[]") && !NAME.is("uint256[]01") && !NAME.is("uint256[]1"));
    }

    #[test]
    fn signatures() {
        const SELECTOR: [u8; 4] = selector(Name::new("transfer(address,").then("uint256)"));
        assert_eq!(SELECTOR, [0xa9, 0x05, 0x9c, 0xbb]);
    }
}
