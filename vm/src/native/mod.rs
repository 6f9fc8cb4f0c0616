//! The process that we are in, and the native stack.

mod border;
pub(crate) mod stack;

#[cfg(unix)]
pub(crate) use border::user;
pub(crate) use border::{block_signals, is_forked, watch_forks};
