//! Compiled code in a folder, for the processes to come and for those beside this one.
//!
//! It is an optimisation: whatever is wrong with the folder or with a file, the contract is compiled as if
//! there were none. A file is written whole under another name and then renamed, so nobody sees a half of it
//! but after a crash, which its sum tells; it is read whole before any of it is looked at, so nobody changes
//! it meanwhile.
//!
//! The sum is against accidents. It is no signature: who may write into the folder may have this process
//! run any code. `trust.rs` says whose folder is taken.

mod file;
mod survey;
mod trust;

pub use file::Damage;
pub(crate) use file::{Checked, Fingerprint, Name};
pub use survey::Stored;
pub(crate) use survey::{clear, list, verify};
use trust::Owner;

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::{Duration, SystemTime},
};

/// More than this is neither kept nor read, in bytes: ten times what the largest module becomes that is
/// compiled.
const FILE_BYTES: u64 = 64 << 20;

/// What the name of a file begins with that is being written.
const UNFINISHED: &str = ".hebe-unfinished-";

/// After such a time without a change nobody is writing it any more.
const ABANDONED: Duration = Duration::from_secs(3_600);

/// A folder of compiled code.
pub(crate) struct DiskCache {
    path: PathBuf,
    owner: Owner,
    /// How much it may hold, in bytes.
    most_bytes: u64,
    /// How much it holds, as far as is known: other processes write too.
    bytes: AtomicU64,
    has_told_of_damage: AtomicBool,
    has_told_of_writing: AtomicBool,
}

impl DiskCache {
    /// The folder at `path`, made where there is none, to hold about `most_bytes`.
    ///
    /// # Errors
    ///
    /// Where it is no folder, can't be made or read, or others could write to it.
    pub(crate) fn open(path: &Path, most_bytes: u64) -> io::Result<Self> {
        if !path.try_exists()? {
            make(path)?;
        }
        if !fs::metadata(path)?.is_dir() {
            return Err(io::Error::other("it is not a folder"));
        }
        // Where clients stand may change; the folder stays.
        let path = fs::canonicalize(path)?;
        let owner = Owner::trusted(&path)?;
        let bytes = survey::files(&path)?.iter().map(|file| file.bytes).sum();
        Ok(Self {
            path,
            owner,
            most_bytes,
            bytes: AtomicU64::new(bytes),
            has_told_of_damage: AtomicBool::new(false),
            has_told_of_writing: AtomicBool::new(false),
        })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What `load` makes of the code that is kept under `name`. Nothing where none is kept, or it is
    /// damaged, or `load` won't have it.
    pub(crate) fn find<T>(
        &self,
        name: &Name,
        load: impl FnOnce(&Checked<'_>) -> Option<T>,
    ) -> Option<T> {
        let path = self.path.join(name.file());
        let bytes = match read(&path, self.owner, FILE_BYTES) {
            Ok((file, bytes)) => {
                mark_used(&file);
                bytes
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => {
                self.tell_of_damage(&path, &error.to_string());
                return None;
            }
        };
        let loaded =
            file::read(&bytes, name).and_then(|(_, code)| load(&code).ok_or(Damage::Refused));
        loaded.map_err(|damage| self.tell_of_damage(&path, &damage.to_string())).ok()
    }

    /// Keeps code under `name`. If that can't be, standard error is told, once.
    pub(crate) fn keep(&self, name: &Name, fingerprint: &Fingerprint, code: &[u8]) {
        let bytes = file::write(name, fingerprint, code);
        let length = bytes.len() as u64;
        if length > FILE_BYTES.min(self.most_bytes) {
            return;
        }
        if self.bytes.fetch_add(length, Ordering::Relaxed).saturating_add(length) > self.most_bytes
        {
            self.make_room(length);
        }
        if let Err(error) = self.write(&self.path.join(name.file()), &bytes) {
            self.tell_of_writing(&error);
        }
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut builder = tempfile::Builder::new();
        // Who runs a client may have filled the folder as root. What is in it is no secret.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
        let mut file = builder.prefix(UNFINISHED).tempfile_in(&self.path)?;
        file.write_all(bytes)?;
        // A folder in its place would stay for ever.
        let persisted = file.persist(path).map(|_| ());
        persisted.map_err(|failed| failed.error)
    }

    /// Removes files, those first that were not used for longest, until there is room for another with so
    /// many bytes; a quarter more than that, so that it is not done for every file.
    fn make_room(&self, bytes: u64) {
        let Ok(mut files) = survey::files(&self.path) else { return };
        files.sort_by_key(|file| file.used);
        let mut total: u64 = files.iter().map(|file| file.bytes).sum();
        let goal = (self.most_bytes - self.most_bytes / 4).saturating_sub(bytes);
        if total.saturating_add(bytes) > self.most_bytes {
            for file in &files {
                if total <= goal {
                    break;
                }
                if fs::remove_file(&file.path).is_ok() {
                    total -= file.bytes;
                }
            }
        }
        survey::remove_abandoned(&self.path);
        self.bytes.store(total.saturating_add(bytes), Ordering::Relaxed);
    }

    fn tell_of_damage(&self, path: &Path, problem: &str) {
        if !self.has_told_of_damage.swap(true, Ordering::Relaxed) {
            let path = path.display();
            tell(&format!(
                "{path} is not used: {problem}; its contract is compiled again, and the file replaced \
                 (this is told once; `hebe cache verify` finds others)"
            ));
        }
    }

    fn tell_of_writing(&self, error: &io::Error) {
        if !self.has_told_of_writing.swap(true, Ordering::Relaxed) {
            let path = self.path.display();
            tell(&format!("compiled code can't be kept in {path}: {error} (this is told once)"));
        }
    }
}

impl std::fmt::Debug for DiskCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DiskCache({}, {} bytes)", self.path.display(), self.most_bytes)
    }
}

/// Tells standard error, which may be closed.
fn tell(sentence: &str) {
    let _ = writeln!(io::stderr(), "hebe: {sentence}");
}

/// A file's first bytes, `most` if there are as many. What is no plain file, or too large, is not read: a pipe
/// would keep us waiting. Nor is what `owner` does not vouch for.
fn read(path: &Path, owner: Owner, most: u64) -> io::Result<(File, Vec<u8>)> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        libc::O_NONBLOCK | libc::O_NOFOLLOW,
    );
    let file = options.open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    owner.vouches_for(&metadata)?;
    if metadata.len() > FILE_BYTES {
        return Err(io::Error::other(format!("it is longer than {FILE_BYTES} bytes")));
    }
    let most = most.min(metadata.len() + 1);
    let mut bytes = Vec::with_capacity(usize::try_from(most).unwrap_or_default());
    (&file).take(most).read_to_end(&mut bytes)?;
    Ok((file, bytes))
}

/// So that it is not among the first to be removed. The clock decides nothing else. Who may only read can't
/// mark.
fn mark_used(file: &File) {
    let _ = file.set_modified(SystemTime::now());
}

/// Makes a folder that is its owner's alone.
fn make(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(path) {
        // Another process was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests;
