//! How far it is, on a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// Shows on standard error what is measured; where that is no terminal, it shows nothing.
pub(super) fn bar(figures: usize) -> ProgressBar {
    let bar = ProgressBar::new(figures as u64);
    let style = ProgressStyle::with_template("{bar:20} {pos} of {len} figures: {msg}");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
