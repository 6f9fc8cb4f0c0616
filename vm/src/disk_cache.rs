//! Folders of compiled code, for whoever looks after them.

pub use crate::cache::disk::{Damage, Stored};

use crate::{cache::disk, compiler::fingerprints};
use std::{io, path::Path};

/// The files of compiled code in a folder, by name. Of each only the beginning is looked at.
///
/// # Errors
///
/// Where the folder can't be read.
pub fn list(folder: &Path) -> io::Result<Vec<Stored>> {
    disk::list(folder, &fingerprints())
}

/// The files of compiled code in a folder, by name, each held against its sum and its name.
///
/// # Errors
///
/// Where the folder can't be read.
pub fn verify(folder: &Path) -> io::Result<Vec<Stored>> {
    disk::verify(folder, &fingerprints())
}

/// Removes files of compiled code, and what crashes have left; nothing else that is in the folder. `which`
/// says of each file whether it goes. Gives what was removed.
///
/// # Errors
///
/// Where the folder can't be read, or a file not be removed.
pub fn clear(folder: &Path, which: impl Fn(&Stored) -> bool) -> io::Result<Vec<Stored>> {
    disk::clear(folder, &fingerprints(), which)
}
