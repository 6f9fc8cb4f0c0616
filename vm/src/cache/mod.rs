//! What is kept for the next call: prepared contracts in memory, native code on disk.

pub(crate) mod disk;
mod memory;

pub(crate) use memory::{Cache, Entry, Key};
