//! Writes a file as a whole or not at all.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};
use tempfile::NamedTempFile;

/// Puts `content` in the place of a file: a new file takes the old one's place in one step, with its
/// permissions. A file that was not there gets those of any new file, as the umask has them. Where the path is
/// a device or a pipe, it is written to.
///
/// # Errors
///
/// What the file system says; then the old file is as it was. The error names no temporary file.
pub fn replace(path: &Path, content: impl AsRef<[u8]>) -> io::Result<()> {
    // Where the path is a link, the file behind it is replaced.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let old = fs::metadata(&path).ok();
    if old.as_ref().is_some_and(|old| !old.is_file() && !old.is_dir()) {
        return fs::write(path, content);
    }
    let mut file = new_file(folder_of(&path))?;
    if let Some(old) = old.filter(fs::Metadata::is_file) {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.write_all(content.as_ref())?;
    file.as_file().sync_all()?;
    file.persist(&path).map_err(|failed| failed.error)?;
    Ok(())
}

/// Whether a file can be put there, for who would rather know before there is something to put.
///
/// # Errors
///
/// What the file system says.
pub fn check(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Err(io::Error::other("it is a folder"));
    }
    new_file(folder_of(path)).map(drop)
}

/// A file that is not there, with this content.
///
/// # Errors
///
/// What the file system says; [`io::ErrorKind::AlreadyExists`] where it is there.
pub fn create(path: &Path, content: impl AsRef<[u8]>) -> io::Result<File> {
    let mut file = new_file(folder_of(path))?;
    file.write_all(content.as_ref())?;
    file.persist_noclobber(path).map_err(|failed| failed.error)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."))
}

/// A file under a name that nobody else has. It is for whom the umask lets it, unlike a temporary file, and what the
/// system says of it does not have that name in it.
fn new_file(folder: &Path) -> io::Result<NamedTempFile> {
    let open = |path: &Path| File::options().read(true).write(true).create_new(true).open(path);
    tempfile::Builder::new().make_in(folder, open)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_no_temporary_file() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing").join("file");
        let error = replace(&missing, "x").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert_eq!(error.to_string(), io::Error::from_raw_os_error(2).to_string());
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_is_for_whom_the_umask_lets_it_and_an_old_one_stays_as_it_was() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let [ordinary, new] = ["ordinary", "new"].map(|name| folder.path().join(name));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        fs::write(&ordinary, "").unwrap();
        replace(&new, "x").unwrap();
        assert_eq!(mode(&new), mode(&ordinary));
        fs::set_permissions(&new, fs::Permissions::from_mode(0o640)).unwrap();
        replace(&new, "y").unwrap();
        assert_eq!((mode(&new), fs::read_to_string(&new).unwrap()), (0o640, "y".to_owned()));
    }

    #[test]
    fn a_folder_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        assert!(replace(folder.path(), "x").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
