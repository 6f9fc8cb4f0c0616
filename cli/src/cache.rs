//! `hebe cache`: what is in a folder of compiled code?

use crate::{
    Mistake,
    output::{Lines, Printout, document, thousands},
};
use hebe_vm::disk_cache::{self, Stored};
use serde_json::{Value, json};
use std::{
    io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Look after a folder of compiled code, which the VM's option `cache_dir` names.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// List what is there, by the beginnings of the files
    List(Common),

    /// Hold every file against its checksum
    #[command(
        after_help = "Exit code: 0 all are whole; 1 some are damaged; 2 the folder can't be read."
    )]
    Verify(Common),

    /// Remove compiled code, and nothing else that may be in the folder
    Clear {
        #[command(flatten)]
        common: Common,

        /// Only what is damaged, or made by another build of Hebe or for another processor
        #[arg(long)]
        unusable: bool,
    },
}

#[derive(clap::Args)]
struct Common {
    /// The folder
    folder: PathBuf,

    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
///
/// A [`Mistake`] where the folder can't be read, or a file not be removed.
pub(crate) fn cache(arguments: &Arguments) -> Result<Printout, Mistake> {
    let (common, found) = match &arguments.command {
        Command::List(common) => (common, disk_cache::list(&common.folder)),
        Command::Verify(common) => (common, disk_cache::verify(&common.folder)),
        Command::Clear { common, unusable } => {
            let goes = |file: &Stored| !unusable || !file.is_usable || file.problem.is_some();
            (common, disk_cache::clear(&common.folder, goes))
        }
    };
    let folder = &common.folder;
    let files = found.map_err(|error| wrong(folder, &error))?;
    let is_damaged = files.iter().any(|file| file.problem.is_some());
    let code = u8::from(matches!(arguments.command, Command::Verify(_)) && is_damaged);
    let text = match (common.json, &arguments.command) {
        (true, _) => document(&json(folder, &files)),
        (false, Command::List(_)) => table(&files, SystemTime::now()),
        (false, Command::Verify(_)) => verdict(&files),
        (false, Command::Clear { .. }) => format!("removed {}\n", amount(files.iter())),
    };
    Ok(Printout { text, problems: Vec::new(), code })
}

fn wrong(folder: &Path, error: &io::Error) -> Mistake {
    Mistake(format!("{}: {error}", folder.display()))
}

/// A line for each file.
fn table(files: &[Stored], now: SystemTime) -> String {
    let mut lines = Lines::default();
    if !files.is_empty() {
        lines.title(format!("{:<16}  {:>11}  {:>8}  made by", "contract", "bytes", "last use"));
    }
    for file in files {
        let Stored { bytes, used, maker, is_usable, problem, .. } = file;
        let note = match problem {
            Some(problem) => format!("damaged: {problem}"),
            None if *is_usable => maker.clone(),
            None => format!("{maker} (of no use here)"),
        };
        let age = now.duration_since(*used).unwrap_or_default();
        let name = file_name(file);
        let name = name.get(..16).unwrap_or(&name);
        lines.title(format!("{name}  {:>11}  {:>8}  {note}", thousands(bytes), short(age)));
    }
    lines.title(amount(files.iter()));
    lines.text()
}

/// A line for each file that is damaged, and the sum.
fn verdict(files: &[Stored]) -> String {
    let mut lines = Lines::default();
    for file in files {
        if let Some(problem) = &file.problem {
            lines.title(format!("{}: {problem}", file.path.display()));
        }
    }
    lines.title(format!("{} damaged", amount(files.iter().filter(|file| file.problem.is_some()))));
    lines.title(format!("{} whole", amount(files.iter().filter(|file| file.problem.is_none()))));
    lines.text()
}

/// `2 files, 1,000 bytes`.
fn amount<'a>(files: impl Iterator<Item = &'a Stored>) -> String {
    let (count, bytes) =
        files.fold((0_u64, 0), |(count, bytes), file| (count + 1, bytes + file.bytes));
    let plural = if count == 1 { "" } else { "s" };
    format!("{} file{plural}, {} bytes", thousands(count), thousands(bytes))
}

/// A time that has passed, in the largest unit that fits.
fn short(age: Duration) -> String {
    let seconds = age.as_secs();
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

fn json(folder: &Path, files: &[Stored]) -> Value {
    let file = |file: &Stored| {
        let used = file.used.duration_since(UNIX_EPOCH).unwrap_or_default();
        json!({
            "file": file_name(file),
            "bytes": file.bytes,
            "last_use": used.as_secs(),
            "made_by": file.maker,
            "usable": file.is_usable,
            "problem": file.problem,
        })
    };
    json!({
        "folder": folder.display().to_string(),
        "bytes": files.iter().map(|file| file.bytes).sum::<u64>(),
        "files": files.iter().map(file).collect::<Vec<_>>(),
    })
}

fn file_name(file: &Stored) -> String {
    file.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_in_the_largest_unit_that_fits() {
        let told = |seconds| short(Duration::from_secs(seconds));
        assert_eq!([told(0), told(59), told(60), told(3_599)], ["0 s", "59 s", "1 min", "59 min"]);
        assert_eq!([told(3_600), told(86_399), told(86_400)], ["1 h", "23 h", "1 d"]);
    }
}
