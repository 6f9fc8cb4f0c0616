//! What must hold, by what it is about.

mod arguments;
mod calls;
mod context;
mod creations;
mod endings;
mod gas;
mod introduction;
mod liars;
mod nesting;
mod options;
mod results;
mod revisions;
mod state;
mod static_mode;
mod wasm;

use super::Rule;

/// Every rule, in the order in which they are reported.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [
        introduction::RULES,
        options::RULES,
        arguments::RULES,
        results::RULES,
        endings::RULES,
        gas::RULES,
        context::RULES,
        state::RULES,
        calls::RULES,
        creations::RULES,
        static_mode::RULES,
        revisions::RULES,
        nesting::RULES,
        wasm::RULES,
        liars::RULES,
    ]
    .into_iter()
    .flatten()
}
