//! What is known to be wrong in wasmi 2.0.0.
//!
//! It keeps values where they happen to lie, a local, a constant, the register of the last result, and has
//! to remember to move them where control joins. In its optimised builds these faults are wrong values;
//! with debug assertions some are panics. One more, the condition of a `select` that follows a comparison
//! with zero, has no place in these functions.

use super::cases::{Case, Inside, Over, Source};

/// A fault, and whether a case has what it needs.
type Fault = (&'static str, fn(&Case) -> bool);

/// Each fault. The first that explains a case is the one that is counted.
pub(super) const FAULTS: [Fault; 3] = [
    ("several values leave through a br_table while another lies below", |case| {
        case.inside == Inside::BrTable && case.results.len() > 1
    }),
    ("a local's value waits below the parameters of a block", |case| {
        let is_local = |source| {
            matches!(source, Source::Local | Source::Parameter | Source::UnsetLocal | Source::Tee)
        };
        !case.params.is_empty() && case.waiting.iter().any(|(source, _)| is_local(*source))
    }),
    ("a value lies in the register that a parameter of a loop or an if is put into", |case| {
        !case.params.is_empty() && case.over != Over::Block
    }),
];

/// The fault that explains a wrong value in this case.
pub(super) fn explains(case: &Case) -> Option<&'static str> {
    FAULTS.iter().find(|(_, explains)| explains(case)).map(|(name, _)| *name)
}
