//! The Ethereum revisions, oldest first.

use std::{fmt, str::FromStr};

/// A revision of the Ethereum specification, by EVMC's number (`enum evmc_revision`, ABI 12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[allow(missing_docs)] // The names are all there is to say.
pub enum Revision {
    Frontier = 0,
    Homestead = 1,
    TangerineWhistle = 2,
    SpuriousDragon = 3,
    Byzantium = 4,
    Constantinople = 5,
    Petersburg = 6,
    Istanbul = 7,
    Berlin = 8,
    London = 9,
    Paris = 10,
    Shanghai = 11,
    Cancun = 12,
    Prague = 13,
    Osaka = 14,
    Experimental = 15,
}

impl Revision {
    /// Every revision, oldest first, with the name that it is written with.
    pub const ALL: [(Self, &'static str); 16] = [
        (Self::Frontier, "Frontier"),
        (Self::Homestead, "Homestead"),
        (Self::TangerineWhistle, "Tangerine Whistle"),
        (Self::SpuriousDragon, "Spurious Dragon"),
        (Self::Byzantium, "Byzantium"),
        (Self::Constantinople, "Constantinople"),
        (Self::Petersburg, "Petersburg"),
        (Self::Istanbul, "Istanbul"),
        (Self::Berlin, "Berlin"),
        (Self::London, "London"),
        (Self::Paris, "Paris"),
        (Self::Shanghai, "Shanghai"),
        (Self::Cancun, "Cancun"),
        (Self::Prague, "Prague"),
        (Self::Osaka, "Osaka"),
        (Self::Experimental, "Experimental"),
    ];

    /// The revision with this EVMC number; `None` if EVMC (ABI 12) has none.
    pub fn from_number(number: i32) -> Option<Self> {
        let index = usize::try_from(number).ok()?;
        Self::ALL.get(index).map(|(revision, _)| *revision)
    }

    /// The EVMC number.
    pub fn number(self) -> i32 {
        i32::from(self as u8)
    }

    /// The name, as Ethereum's specifications write it.
    pub fn name(self) -> &'static str {
        Self::ALL[usize::from(self as u8)].1
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text is not the name of a revision.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a revision; the known ones are {known}", known = known_names())]
pub struct UnknownRevision(String);

fn known_names() -> String {
    let names: Vec<&str> = Revision::ALL.iter().map(|(_, name)| *name).collect();
    names.join(", ")
}

impl FromStr for Revision {
    type Err = UnknownRevision;

    /// Reads a name in any case, with or without the space in it.
    fn from_str(text: &str) -> Result<Self, UnknownRevision> {
        let plain = |name: &str| name.replace([' ', '_', '-'], "").to_lowercase();
        Self::ALL
            .iter()
            .find(|(_, name)| plain(name) == plain(text))
            .map(|(revision, _)| *revision)
            .ok_or_else(|| UnknownRevision(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_evmcs() {
        for (index, (revision, _)) in Revision::ALL.iter().enumerate() {
            assert_eq!(usize::try_from(revision.number()), Ok(index));
            assert_eq!(Revision::from_number(revision.number()), Some(*revision));
        }
        assert_eq!(Revision::from_number(-1), None);
        assert_eq!(Revision::from_number(16), None);
    }

    #[test]
    fn names_are_read_in_any_case() {
        assert_eq!("byzantium".parse(), Ok(Revision::Byzantium));
        assert_eq!("TangerineWhistle".parse(), Ok(Revision::TangerineWhistle));
        let error = "Atlantis".parse::<Revision>().unwrap_err().to_string();
        assert!(
            error.starts_with("`Atlantis` is not a revision; the known ones are Frontier,"),
            "{error}"
        );
    }
}
