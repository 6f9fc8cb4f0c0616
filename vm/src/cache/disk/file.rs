//! How compiled code stands in a file, and how it is known again.
//!
//! | bytes | |
//! |---|---|
//! | 8 | `hebecode` |
//! | 32 | the name: SHA-256 of fingerprint and code |
//! | 32 | the fingerprint of who compiled it |
//! | 1, and as many as it says | who that was, for people to read |
//! | 8, and as many as they say | the native code |
//! | 32 | SHA-256 of all before |
//!
//! Numbers are little-endian. Whatever is cut off, added or changed does not match the sum at the end.

use sha2::{Digest, Sha256};
use std::{fmt, hash::Hasher};

const MAGIC: &[u8; 8] = b"hebecode";

/// SHA-256.
type Hash = [u8; 32];

/// What the extension of a file's name is.
pub(super) const EXTENSION: &str = "hebe-code";

/// Who compiles: everything that decides what native code a module becomes, and whether it can run here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    hash: Hash,
    maker: String,
}

impl Fingerprint {
    /// That of this version of ours and of an engine, which has its version, its settings and the
    /// processor's features in it.
    pub(crate) fn new(engine: &impl std::hash::Hash) -> Self {
        let version = env!("CARGO_PKG_VERSION");
        let mut hasher = Sum(Sha256::new_with_prefix(version));
        engine.hash(&mut hasher);
        let hash: Hash = hasher.0.finalize().into();
        let (architecture, system) = (std::env::consts::ARCH, std::env::consts::OS);
        let short = hex::encode(&hash[..4]);
        Self { hash, maker: format!("hebe {version}, {architecture} {system}, {short}") }
    }
}

/// Gives what is hashed to SHA-256, which no accident and nobody's luck can make equal.
struct Sum(Sha256);

impl Hasher for Sum {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        unreachable!("the sum is taken as a whole")
    }
}

/// What native code is found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name(Hash);

impl Name {
    /// That of a module, as it is given to the compiler: what decides a contract's meaning (prices, metering,
    /// features, revision) has been written into it by then.
    pub(crate) fn new(fingerprint: &Fingerprint, module: &[u8]) -> Self {
        Self(Sha256::new_with_prefix(fingerprint.hash).chain_update(module).finalize().into())
    }

    /// The file's.
    pub(super) fn file(&self) -> String {
        format!("{}.{EXTENSION}", hex::encode(self.0))
    }

    /// The name that a file's name tells.
    pub(super) fn of_file(name: &str) -> Option<Self> {
        let digits = name.strip_suffix(EXTENSION)?.strip_suffix('.')?;
        let mut hash = Hash::default();
        hex::decode_to_slice(digits, &mut hash).ok()?;
        Some(Self(hash)).filter(|name| name.0.map(|byte| format!("{byte:02x}")).concat() == digits)
    }
}

/// Native code that is what was written, byte by byte. Only [`read`] makes one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Checked<'a>(&'a [u8]);

impl Checked<'_> {
    /// The native code, in the engine's form.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0
    }
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// It does not begin as our files do.
    #[error("it is not one of Hebe's files")]
    Foreign,
    /// It ends before it should.
    #[error("a part of it is missing")]
    Short,
    /// It goes on after it should have ended.
    #[error("something follows after its end")]
    Long,
    /// Its sum does not match.
    #[error("its checksum does not match")]
    Altered,
    /// It is what it was, but its name says that it is something else.
    #[error("it belongs to another contract or to another build of Hebe")]
    Misplaced,
    /// The engine won't have it.
    #[error("the compiler refuses it")]
    Refused,
}

/// The bytes of a file.
pub(super) fn write(name: &Name, fingerprint: &Fingerprint, code: &[u8]) -> Vec<u8> {
    let maker = fingerprint.maker.as_bytes();
    let maker_bytes = u8::try_from(maker.len()).unwrap_or_default();
    let mut bytes = Vec::with_capacity(code.len() + maker.len() + 256);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&name.0);
    bytes.extend_from_slice(&fingerprint.hash);
    bytes.push(maker_bytes);
    bytes.extend_from_slice(&maker[..maker_bytes.into()]);
    bytes.extend_from_slice(&(code.len() as u64).to_le_bytes());
    bytes.extend_from_slice(code);
    let sum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&sum);
    bytes
}

/// The native code in a file that is called `name`, and who made it.
pub(super) fn read<'a>(bytes: &'a [u8], name: &Name) -> Result<(Fingerprint, Checked<'a>), Damage> {
    let (head, mut rest) = head(bytes)?;
    let length = u64::from_le_bytes(take(&mut rest)?);
    let length = usize::try_from(length).map_err(|_| Damage::Short)?;
    let (code, mut rest) = rest.split_at_checked(length).ok_or(Damage::Short)?;
    let sum: Hash = take(&mut rest)?;
    if !rest.is_empty() {
        return Err(Damage::Long);
    }
    if sum != *Sha256::digest(&bytes[..bytes.len() - sum.len()]) {
        return Err(Damage::Altered);
    }
    if head.name != *name {
        return Err(Damage::Misplaced);
    }
    Ok((head.fingerprint, Checked(code)))
}

/// What stands before the native code takes at most so many bytes.
pub(super) const HEAD_BYTES: u64 = 8 + 32 + 32 + 1 + 255;

/// What stands before the native code.
pub(super) struct Head {
    name: Name,
    fingerprint: Fingerprint,
}

impl Head {
    /// Whether `fingerprint`'s owner can use it.
    pub(super) fn is_of(&self, fingerprint: &Fingerprint) -> bool {
        self.fingerprint.hash == fingerprint.hash
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fingerprint.maker)
    }
}

/// Reads what stands before the native code; nothing of it has been checked yet.
pub(super) fn head(bytes: &[u8]) -> Result<(Head, &[u8]), Damage> {
    let mut rest = bytes.strip_prefix(MAGIC).ok_or(match MAGIC.starts_with(bytes) {
        true => Damage::Short,
        false => Damage::Foreign,
    })?;
    let (name, hash) = (Name(take(&mut rest)?), take(&mut rest)?);
    let [maker_bytes] = take(&mut rest)?;
    let (maker, rest) = rest.split_at_checked(maker_bytes.into()).ok_or(Damage::Short)?;
    // It is shown to people; what a terminal would obey is not.
    let maker = String::from_utf8_lossy(maker).replace(|c: char| c.is_control(), "?");
    Ok((Head { name, fingerprint: Fingerprint { hash, maker } }, rest))
}

fn take<const BYTES: usize>(rest: &mut &[u8]) -> Result<[u8; BYTES], Damage> {
    let (taken, behind) = rest.split_first_chunk().ok_or(Damage::Short)?;
    *rest = behind;
    Ok(*taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint() -> Fingerprint {
        Fingerprint::new(&"an engine")
    }

    fn sample() -> (Name, Vec<u8>) {
        let name = Name::new(&fingerprint(), b"a module");
        let bytes = write(&name, &fingerprint(), b"native code");
        (name, bytes)
    }

    #[test]
    fn what_is_written_is_read() {
        let (name, bytes) = sample();
        let (by, code) = read(&bytes, &name).expect("it is whole");
        assert_eq!((by, code.bytes()), (fingerprint(), &b"native code"[..]));
        assert_eq!(Name::of_file(&name.file()), Some(name));
    }

    #[test]
    fn any_changed_bit_is_noticed() {
        let (name, bytes) = sample();
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut bytes = bytes.clone();
                bytes[at] ^= 1 << bit;
                assert!(read(&bytes, &name).is_err(), "byte {at}, bit {bit}");
            }
        }
    }

    #[test]
    fn any_part_is_noticed() {
        let (name, bytes) = sample();
        for end in 0..bytes.len() {
            assert_eq!(read(&bytes[..end], &name), Err(Damage::Short), "{end}");
        }
        assert_eq!(read(&[&bytes[..], b"x"].concat(), &name), Err(Damage::Long));
        assert_eq!(read(b"\x7fELF", &name), Err(Damage::Foreign));
    }

    /// A file in another's place is whole, and still not what it is taken for.
    #[test]
    fn another_contract_and_another_processor_have_other_names() {
        let (name, bytes) = sample();
        let other = Name::new(&fingerprint(), b"a modulf");
        assert_eq!(read(&bytes, &other), Err(Damage::Misplaced));
        let foreign = Fingerprint::new(&"an engine with wider registers");
        assert_ne!(Name::new(&foreign, b"a module"), name);
    }

    #[test]
    fn other_files_have_no_name() {
        let file = sample().0.file();
        for name in ["", ".hebe-code", "x.hebe-code", &file.to_uppercase(), &file[1..]] {
            assert_eq!(Name::of_file(name), None, "{name}");
        }
        assert_eq!(Name::of_file(&file.replace(|c: char| c.is_ascii_digit(), "A")), None);
    }

    #[test]
    fn a_maker_can_not_speak_to_a_terminal() {
        let evil = Fingerprint { maker: "\x1b[31mhebe\n".into(), ..fingerprint() };
        let (name, _) = sample();
        let bytes = write(&name, &evil, b"");
        assert_eq!(head(&bytes).map(|(head, _)| head.to_string()), Ok("?[31mhebe?".into()));
    }
}
