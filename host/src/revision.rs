//! The Ethereum revisions, oldest first.

use std::{fmt, str::FromStr};

/// A revision of the Ethereum specification. Numbers are EVMC's affair: each of its ABIs has its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[allow(missing_docs)] // The names are all there is to say.
pub enum Revision {
    Frontier,
    Homestead,
    TangerineWhistle,
    SpuriousDragon,
    Byzantium,
    Constantinople,
    Petersburg,
    Istanbul,
    Berlin,
    London,
    Paris,
    Shanghai,
    Cancun,
    Prague,
    Osaka,
    /// Not final, so nothing runs at it.
    Amsterdam,
    Experimental,
}

impl Revision {
    /// The newest revision that main networks run, at which tools work unless they are told otherwise.
    pub const LATEST: Self = Self::Osaka;

    /// The revisions that contracts can run at, oldest first: those that have prices.
    pub const SUPPORTED: [Self; 11] = [
        Self::Byzantium,
        Self::Constantinople,
        Self::Petersburg,
        Self::Istanbul,
        Self::Berlin,
        Self::London,
        Self::Paris,
        Self::Shanghai,
        Self::Cancun,
        Self::Prague,
        Self::Osaka,
    ];

    /// Every revision, oldest first, with the name that it is written with.
    pub const ALL: [(Self, &'static str); 17] = [
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
        (Self::Amsterdam, "Amsterdam"),
        (Self::Experimental, "Experimental"),
    ];

    /// The revision with this number in `enum evmc_revision` of EVMC's ABI 12; `None` where that has none.
    pub fn from_number(number: i32) -> Option<Self> {
        Self::ALL.iter().map(|(revision, _)| *revision).find(|it| it.number() == Some(number))
    }

    /// Its number in `enum evmc_revision` of EVMC's ABI 12, which has none for Amsterdam.
    pub fn number(self) -> Option<i32> {
        match self {
            Self::Amsterdam => None,
            Self::Experimental => Some(15),
            other => Some(i32::from(other as u8)),
        }
    }

    /// Why nothing runs at this revision; `None` where contracts can run.
    pub fn why_not(self) -> Option<&'static str> {
        match self {
            _ if Self::SUPPORTED.contains(&self) => None,
            Self::Amsterdam | Self::Experimental => Some("it is not final, so it has no prices"),
            _ => Some("the interface begins with Byzantium"),
        }
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
        for number in 0..=15 {
            let revision = Revision::from_number(number).expect("ABI 12 has it");
            assert_eq!(revision.number(), Some(number));
        }
        assert_eq!(Revision::from_number(14), Some(Revision::Osaka));
        assert_eq!(Revision::from_number(15), Some(Revision::Experimental));
        assert_eq!(Revision::from_number(-1), None);
        assert_eq!(Revision::from_number(16), None);
        assert_eq!(Revision::Amsterdam.number(), None);
    }

    #[test]
    fn they_are_in_order() {
        assert!(Revision::ALL.is_sorted_by(|a, b| a.0 < b.0));
        assert!(Revision::ALL.iter().enumerate().all(|(index, it)| it.0 as usize == index));
        assert!(Revision::SUPPORTED.is_sorted_by(|a, b| a < b));
        assert_eq!(Revision::SUPPORTED.last(), Some(&Revision::LATEST));
    }

    #[test]
    fn what_can_not_run_is_told_why() {
        assert_eq!(Revision::Osaka.why_not(), None);
        assert!(Revision::Amsterdam.why_not().unwrap().contains("not final"));
        assert!(Revision::Frontier.why_not().unwrap().contains("Byzantium"));
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
