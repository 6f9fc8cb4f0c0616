//! One process at a time changes a state file.

use super::{StateFileError, io_error};
use crate::files::create;
use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

/// How long somebody waits before being told what for.
const PATIENCE: Duration = Duration::from_secs(1);

/// A state file that nobody else changes while this is held. The lock is advisory: it holds among those who take
/// it, and every reader sees a whole file without it.
///
/// It is on the file itself, which is made where there is none, as a chain on which nothing has happened yet. One that is
/// still that at the end is removed.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock, and waits for it if somebody else has it. After a second of that, `waits` is called, once.
    ///
    /// # Errors
    ///
    /// [`StateFileError::Io`], where the file can't be opened, made or locked.
    pub fn take(path: &Path, waits: impl FnOnce()) -> Result<Self, StateFileError> {
        let mut waits = Some(waits);
        loop {
            let file = open(path).map_err(|error| io_error("write", path, error))?;
            wait_for(&file, &mut waits).map_err(|error| io_error("lock", path, error))?;
            // Who had the lock before has put another file in the place of this one.
            if is_at(&file, path) {
                return Ok(Self { file, path: path.to_owned() });
            }
        }
    }
}

/// What a file is made with. It is written otherwise when something is written.
const NOTHING: &str = "{\"hebe_state\":1}";

impl Drop for Lock {
    fn drop(&mut self) {
        if is_at(&self.file, &self.path)
            && fs::read(&self.path).is_ok_and(|content| content == NOTHING.as_bytes())
        {
            // What can't be removed is a state too.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            match create(path, NOTHING) {
                // Somebody was quicker.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => File::open(path),
                opened => opened,
            }
        }
        opened => opened,
    }
}

fn wait_for(file: &File, waits: &mut Option<impl FnOnce()>) -> io::Result<()> {
    let begin = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if begin.elapsed() < PATIENCE => {
                thread::sleep(Duration::from_millis(5));
            }
            Err(TryLockError::WouldBlock) => {
                if let Some(waits) = waits.take() {
                    waits();
                }
                return file.lock();
            }
        }
    }
}

/// Whether the open file is the one that the path means now.
fn is_at(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
        let here = file.metadata().map(identity).ok();
        here.is_some() && here == fs::metadata(path).map(identity).ok()
    }
    // There, a file that is open can't be replaced.
    #[cfg(not(unix))]
    {
        let _ = (file, path);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state_file::{StateFile, load, save};
    use hebe_host::Address;

    #[test]
    fn nobody_loses_what_another_writes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..5 {
                        let lock = Lock::take(&path, || ()).unwrap();
                        let mut state = load(&path).unwrap();
                        let account = state.accounts.entry(Address::repeat_byte(1)).or_default();
                        account.nonce += 1;
                        save(&path, &state).unwrap();
                        drop(lock);
                    }
                });
            }
        });
        assert_eq!(load(&path).unwrap().accounts[&Address::repeat_byte(1)].nonce, 40);
    }

    #[test]
    fn where_nothing_was_written_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let lock = Lock::take(&path, || ()).unwrap();
        assert_eq!(load(&path).unwrap(), StateFile::default());
        drop(lock);
        assert!(!path.exists());
        let missing = folder.path().join("missing").join("state.json");
        let problem = Lock::take(&missing, || ()).unwrap_err().to_string();
        assert!(problem.starts_with("can't write the state file"), "{problem}");
    }

    #[test]
    fn who_waits_for_long_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let lock = Lock::take(&path, || panic!("nobody else is here")).unwrap();
        let (tell, told) = std::sync::mpsc::channel();
        thread::scope(|scope| {
            let waiting =
                scope.spawn(|| Lock::take(&path, move || tell.send(()).unwrap()).unwrap());
            told.recv().unwrap();
            drop(lock);
            waiting.join().unwrap();
        });
    }
}
