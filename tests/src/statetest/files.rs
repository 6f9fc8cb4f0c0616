//! Where the tests are.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The files of a path: itself, or all that end in `.json` in the folder and those below it, in the order
/// of their names. What begins with a dot is left out, and so is what is no file; links to folders are not
/// followed.
///
/// # Errors
///
/// A sentence, when the path can't be read or has no such file.
pub fn files(path: &Path) -> Result<Vec<PathBuf>, String> {
    let metadata = fs::metadata(path).map_err(|error| format!("can't be read: {error}"))?;
    if !metadata.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    collect(path, &mut files).map_err(|error| format!("can't be read: {error}"))?;
    if files.is_empty() {
        return Err("is a folder without tests: no file in it ends in .json".to_owned());
    }
    files.sort();
    Ok(files)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        if entry.file_type()?.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "json")
            // What can't be looked at is a problem of that file's.
            && fs::metadata(&path).map_or(true, |metadata| metadata.is_file())
        {
            files.push(path);
        }
    }
    Ok(())
}
