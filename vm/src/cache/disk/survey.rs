//! What is in a folder of compiled code, for whoever looks after it.

use super::{ABANDONED, FILE_BYTES, Fingerprint, Owner, UNFINISHED, file, read};
use file::{Damage, Name};
use std::{
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// A file of compiled code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Where it is.
    pub path: PathBuf,
    /// How long it is, in bytes.
    pub bytes: u64,
    /// When it was written or last read by a VM.
    pub used: SystemTime,
    /// Who made it, in words, as the file says.
    pub maker: String,
    /// Whether this build of Hebe would use it on this machine, if it is whole.
    pub is_usable: bool,
    /// What is wrong with it, as far as was looked.
    pub problem: Option<String>,
}

/// The files of compiled code in a folder, by name. Of each only the beginning is looked at. `ours` can be run.
///
/// # Errors
///
/// Where the folder can't be read.
pub(crate) fn list(folder: &Path, ours: &[Fingerprint]) -> io::Result<Vec<Stored>> {
    look(folder, ours, file::HEAD_BYTES, |bytes, _| file::head(bytes).map(|_| ()))
}

/// The files of compiled code in a folder, by name, each held against its sum and its name.
///
/// # Errors
///
/// Where the folder can't be read.
pub(crate) fn verify(folder: &Path, ours: &[Fingerprint]) -> io::Result<Vec<Stored>> {
    look(folder, ours, FILE_BYTES, |bytes, name| file::read(bytes, name).map(|_| ()))
}

/// Removes files of compiled code, and what crashes have left; nothing else that is in the folder. `which`
/// says of each file whether it goes. Gives what was removed.
///
/// # Errors
///
/// Where the folder can't be read, or a file not be removed.
pub(crate) fn clear(
    folder: &Path,
    ours: &[Fingerprint],
    which: impl Fn(&Stored) -> bool,
) -> io::Result<Vec<Stored>> {
    let mut removed = verify(folder, ours)?;
    removed.retain(which);
    for file in &removed {
        match fs::remove_file(&file.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(io::Error::other(format!("{}: {error}", file.path.display())));
            }
            _ => {}
        }
    }
    remove_abandoned(folder);
    Ok(removed)
}

fn look(
    folder: &Path,
    ours: &[Fingerprint],
    most_bytes: u64,
    check: impl Fn(&[u8], &Name) -> Result<(), Damage>,
) -> io::Result<Vec<Stored>> {
    let owner = Owner::of(folder)?;
    let mut files = files(folder)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files
        .into_iter()
        .map(|found| {
            let Found { path, bytes, used, name } = found;
            let mut stored =
                Stored { path, bytes, used, maker: String::new(), is_usable: false, problem: None };
            match read(&stored.path, owner, most_bytes) {
                Ok((_, content)) => {
                    if let Ok((head, _)) = file::head(&content) {
                        stored.maker = head.to_string();
                        stored.is_usable = ours.iter().any(|ours| head.is_of(ours));
                    }
                    stored.problem = check(&content, &name).err().map(|damage| damage.to_string());
                }
                Err(error) => stored.problem = Some(error.to_string()),
            }
            stored
        })
        .collect())
}

/// A file that is called as ours are.
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    pub(super) used: SystemTime,
    name: Name,
}

/// The files in a folder that are called as ours are, in no order.
pub(super) fn files(folder: &Path) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Some(name) = entry.file_name().to_str().and_then(Name::of_file) else { continue };
        // Another process may have removed it meanwhile.
        let Ok(metadata) = entry.metadata() else { continue };
        let used = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        found.push(Found { path: entry.path(), bytes: metadata.len(), used, name });
    }
    Ok(found)
}

/// Removes what somebody began to write and did not finish, long ago.
pub(super) fn remove_abandoned(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let is_ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(UNFINISHED));
        let changed = entry.metadata().and_then(|metadata| metadata.modified());
        let age = changed.ok().and_then(|changed| changed.elapsed().ok());
        if is_ours && age.is_some_and(|age| age > ABANDONED) {
            let _ = fs::remove_file(entry.path());
        }
    }
}
