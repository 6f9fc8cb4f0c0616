//! Which VM runs a contract: the one built in, or a library.

use crate::Mistake;
use hebe_host::recording::Subject;
use hebe_testing::{Machine, Opened};
use hebe_vm::Vm;

/// The VM to use, with its options set. `library` is `LIB[,option=value...]`.
///
/// # Errors
///
/// A [`Mistake`] says what is wrong with the library or the option.
pub(crate) fn open(
    library: Option<&str>,
    options: &[(String, String)],
) -> Result<Box<dyn Machine + Send + Sync>, Mistake> {
    Ok(open_with(library, &[], options)?.machine)
}

/// The VM to use, with `defaults` in place of its own where nobody sets these options.
///
/// # Errors
///
/// As for [`open`].
pub(crate) fn open_with(
    library: Option<&str>,
    defaults: &[(&str, &str)],
    options: &[(String, String)],
) -> Result<Opened, Mistake> {
    hebe_testing::open(library, defaults, options).map_err(Mistake)
}

/// The VM built in, with these options set, first to last.
///
/// # Errors
///
/// A [`Mistake`] says what is wrong with an option.
pub(crate) fn built_in<'a>(
    options: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Vm, Mistake> {
    hebe_testing::built_in(options).map_err(Mistake)
}

/// The VM to replay a message with: with the options of its recording, and on top of them `options`.
///
/// # Errors
///
/// A [`Mistake`] says what is wrong with the library or with `options`.
pub(crate) fn for_recording(
    library: Option<&str>,
    subject: &Subject,
    options: &[(String, String)],
) -> Result<Opened, Mistake> {
    let recorded = subject.options.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let mut defaults: Vec<(&str, &str)> = recorded.collect();
    let Some(code) = &subject.replacement else { return open_with(library, &defaults, options) };
    // A VM that has the option reads the file at once.
    let file = tempfile::NamedTempFile::new()
        .and_then(|file| std::fs::write(file.path(), code).map(|()| file))
        .map_err(|error| Mistake(format!("can't write a temporary file: {}", error.kind())))?;
    let name = format!("sys:{:?}", subject.message.borrow().contract());
    let path = file.path().display().to_string();
    defaults.push((&name, &path));
    open_with(library, &defaults, options)
}
