//! A chain in a readable JSON file.
//!
//! ```json
//! {
//!   "hebe_state": 3,
//!   "schedule": "measured@1",
//!   "block": { "number": 3, "timestamp": 37 },
//!   "accounts": {
//!     "0x00000000000000000000000000000000000000aa": {
//!       "name": "counter",
//!       "balance": "1000000",
//!       "nonce": 1,
//!       "code": "0x0061736d01000000",
//!       "storage": {
//!         "0x0000000000000000000000000000000000000000000000000000000000000001": "0x000000000000000000000000000000000000000000000000000000000000002a"
//!       },
//!       "interface": { "abi": [] }
//!     }
//!   }
//! }
//! ```
//!
//! Addresses, code and words are hex with `0x`, in full length. A balance is a string, decimal or hex
//! with `0x`, since few readers of JSON keep numbers of 256 bits; it is written in decimal. A nonce is
//! a JSON number. Every field of an account may be left out, and is then zero or empty.
//!
//! Version 1 has accounts without names and interfaces, and no block; version 2 has no schedule. Both are read, and written
//! where there is nothing more to write.

mod form;
mod lock;

pub use form::{from_json, parse_u256, to_json};
pub use lock::Lock;

use crate::{Account, files::replace, harness::Names};
use hebe_host::Address;
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// What a state file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StateFile {
    /// The accounts.
    pub accounts: BTreeMap<Address, Account>,
    /// What accounts are called, and what contracts can be asked.
    pub names: Names,
    /// The last block; none, where no transaction has made one.
    pub block: Option<LastBlock>,
    /// The schedule of prices that the last transaction paid by, as `name@version`; none where it is not known.
    pub schedule: Option<String>,
}

impl StateFile {
    /// A sentence where the state was made under another schedule than the one in force.
    pub fn made_under_another(&self, in_force: Option<&str>) -> Option<String> {
        let (made, now) = (self.schedule.as_deref()?, in_force?);
        (made != now).then(|| {
            format!(
                "the state was made under the prices of {made}, and {now} is in force now: the same transactions would take other gas"
            )
        })
    }
}

/// The block of the last transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastBlock {
    /// Its number.
    pub number: i64,
    /// Its time, in seconds since 1970.
    pub timestamp: i64,
}

/// A state file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StateFileError {
    /// The file system refused.
    #[error("can't {action} the state file {path}: {error}")]
    Io {
        /// `read`, `write` or `lock`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The file's content is not a state.
    #[error("the state file {path} can't be used: {problem}")]
    Content {
        /// The file.
        path: PathBuf,
        /// Which field, and what is wrong with it.
        problem: String,
    },
}

/// Reads a file.
///
/// # Errors
///
/// [`StateFileError`] names the file, and the field that is wrong.
pub fn load(path: &Path) -> Result<StateFile, StateFileError> {
    let bytes = fs::read(path).map_err(|error| io_error("read", path, error))?;
    // Editors of Windows put a byte order mark in front.
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let parsed = serde_json::from_slice(text)
        .map_err(|error| format!("it is not JSON: {error}"))
        .and_then(|value| from_json(&value));
    parsed.map_err(|problem| StateFileError::Content { path: path.to_owned(), problem })
}

/// Reads a file if it is there; where it is not, nothing has happened on its chain.
///
/// # Errors
///
/// As for [`load`].
pub fn load_or_new(path: &Path) -> Result<StateFile, StateFileError> {
    match path.try_exists() {
        Ok(false) => Ok(StateFile::default()),
        _ => load(path),
    }
}

/// Writes a file: into a new one that then takes the old one's place, so that a
/// failure leaves the old one as it was.
///
/// # Errors
///
/// [`StateFileError::Io`].
pub fn save(path: &Path, state: &StateFile) -> Result<(), StateFileError> {
    replace(path, format!("{:#}\n", to_json(state))).map_err(|error| io_error("write", path, error))
}

fn io_error(action: &'static str, path: &Path, error: io::Error) -> StateFileError {
    StateFileError::Io { action, path: path.to_owned(), error }
}

#[cfg(test)]
mod tests {
    use super::*;
    use form::tests::with_account;

    #[test]
    fn a_byte_order_mark_is_no_obstacle() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        fs::write(&path, "\u{feff}{\"hebe_state\": 1}").unwrap();
        assert_eq!(load(&path).unwrap(), StateFile::default());
    }

    #[test]
    fn what_is_saved_is_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let state = with_account();
        save(&path, &state).unwrap();
        assert_eq!(load(&path).unwrap(), state);
        save(&path, &StateFile::default()).unwrap();
        assert_eq!(load(&path).unwrap(), StateFile::default());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left");
    }

    #[test]
    fn the_old_file_is_replaced_and_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let [path, old] = ["state.json", "old.json"].map(|name| folder.path().join(name));
        save(&path, &StateFile::default()).unwrap();
        // A second name of the old file shows whether anything was written into it.
        fs::hard_link(&path, &old).unwrap();
        save(&path, &with_account()).unwrap();
        assert_eq!(load(&old).unwrap(), StateFile::default());
        assert_eq!(load(&path).unwrap(), with_account());
    }

    #[test]
    fn a_failure_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing").join("state.json");
        let error = save(&missing, &StateFile::default()).unwrap_err().to_string();
        assert!(error.starts_with("can't write the state file"), "{error}");
        let error = load(&missing).unwrap_err().to_string();
        assert!(error.starts_with("can't read the state file"), "{error}");
        // A folder can't be replaced by a file: the last step fails, and leaves nothing behind.
        let folder_there = folder.path().join("folder");
        fs::create_dir(&folder_there).unwrap();
        assert!(save(&folder_there, &StateFile::default()).is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
