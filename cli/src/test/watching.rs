//! `hebe test --watch`: again whenever a file changes.

use crate::{
    Mistake,
    output::{Printout, say},
};
use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, SystemTime},
};

/// How often is looked.
const PAUSE: Duration = Duration::from_millis(250);

/// Runs, prints, waits for a change, and begins again. It ends when the process is interrupted, or nobody reads what it
/// prints.
///
/// # Errors
///
/// A [`Mistake`] of the first run; a later one is told, and the next change awaited.
pub(super) fn again_and_again(
    paths: &[PathBuf],
    mut run: impl FnMut() -> Result<Printout, Mistake>,
) -> Result<Printout, Mistake> {
    let mut printout = run()?;
    loop {
        for problem in &printout.problems {
            eprintln!("hebe: {problem}");
        }
        say(&printout.text)?;
        let files: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        say(&format!("\nwaiting for a change in {}\n", files.join(", ")))?;
        // What the run itself has written is no change.
        let before = newest(paths);
        while newest(paths) == before {
            thread::sleep(PAUSE);
        }
        // Editors write in several steps.
        thread::sleep(PAUSE);
        printout = run().unwrap_or_else(|Mistake(problem)| Printout {
            text: String::new(),
            problems: vec![problem],
            code: 2,
        });
    }
}

/// The files that count, and when the last of them was changed.
fn newest(paths: &[PathBuf]) -> (usize, Option<SystemTime>) {
    let mut times = Vec::new();
    for path in paths {
        let folder = if path.is_dir() { Some(path.as_path()) } else { path.parent() };
        let folder = folder.filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        collect(folder, &mut times);
    }
    (times.len(), times.into_iter().max())
}

fn collect(folder: &Path, times: &mut Vec<SystemTime>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let is_other = ["target", "build", "node_modules"].iter().any(|it| name == **it)
            || name.as_encoded_bytes().starts_with(b".");
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && !is_other => collect(&path, times),
            Ok(kind) if kind.is_file() => {
                let ends = ["rs", "toml", "c", "h", "ts", "wat", "wasm", "hex"];
                if path.extension().is_some_and(|it| ends.iter().any(|end| it == *end)) {
                    times.extend(entry.metadata().and_then(|metadata| metadata.modified()).ok());
                }
            }
            _ => {}
        }
    }
}
