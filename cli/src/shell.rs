//! `hebe completions` and `hebe man`: what shells and `man` know of the command.

use crate::{Mistake, output::Printout};
use clap::{Command, CommandFactory};
use clap_complete::Shell;
use std::path::PathBuf;

/// Print completions for a shell.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  hebe completions bash > ~/.local/share/bash-completion/completions/hebe\n  \
                  hebe completions zsh > ~/.zfunc/_hebe\n  hebe completions fish > ~/.config/fish/completions/hebe.fish"
)]
pub(crate) struct CompletionArguments {
    /// The shell
    shell: Shell,
}

/// Print the manual page, or write one for each command.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  hebe man | man -l -\n  hebe man --folder ~/.local/share/man/man1"
)]
pub(crate) struct ManArguments {
    /// Write hebe.1, hebe-build.1 and so on into this folder
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

/// Runs `hebe completions`.
pub(crate) fn completions<C: CommandFactory>(arguments: &CompletionArguments) -> Printout {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut C::command(), "hebe", &mut text);
    printed(text)
}

/// Runs `hebe man`.
///
/// # Errors
///
/// A [`Mistake`], where a page can't be written.
pub(crate) fn man<C: CommandFactory>(arguments: &ManArguments) -> Result<Printout, Mistake> {
    let mut command = C::command().name("hebe");
    command.build();
    let Some(folder) = &arguments.folder else { return page(command).map(printed) };
    let wrong = |error| Mistake(format!("{}: {error}", folder.display()));
    std::fs::create_dir_all(folder).map_err(wrong)?;
    let mut files = String::new();
    let subcommands: Vec<Command> =
        command.get_subcommands().filter(|it| it.get_name() != "help").cloned().collect();
    let pages = subcommands.into_iter().map(|it| (format!("hebe-{}.1", it.get_name()), it));
    for (name, command) in [("hebe.1".to_owned(), command)].into_iter().chain(pages) {
        let path = folder.join(name);
        let content = page(command)?;
        hebe_testing::files::replace(&path, content)
            .map_err(|error| Mistake(format!("{}: {error}", path.display())))?;
        files += &format!("{}\n", path.display());
    }
    Ok(Printout { text: files, problems: Vec::new(), code: 0 })
}

fn page(command: Command) -> Result<Vec<u8>, Mistake> {
    let mut text = Vec::new();
    let written = clap_mangen::Man::new(command).render(&mut text);
    written.map_err(|error| Mistake(format!("the manual can't be made: {error}")))?;
    Ok(text)
}

fn printed(text: Vec<u8>) -> Printout {
    let text = String::from_utf8_lossy(&text).into_owned();
    Printout { text, problems: Vec::new(), code: 0 }
}
