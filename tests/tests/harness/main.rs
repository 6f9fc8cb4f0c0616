//! The harness for authors of contracts: every kind of expectation, met and not met; every mistake in a file;
//! and what its documentation says.

mod documents;
mod expectations;
mod mistakes;
mod rust;
mod stories;
mod support;
