//! Why some rows are known to be above twice the median.

use super::Measured;

/// For rows of a price, or whose names begin like this: why they take long for their gas. docs/benchmarks.md has the figures.
const REASONS: &[(&str, &str)] = &[
    (
        "far",
        "each access waits for memory and for the page table; `far` pays for a third of that, since most accesses don't",
    ),
    (
        "code",
        "what takes longer than its bytes say is bounded to about twice ordinary code; little code takes what any takes at least",
    ),
    ("i32.const", "a constant is written to a slot as slowly as this only in a row of them"),
    ("i64.const", "a constant is written to a slot as slowly as this only in a row of them"),
    (
        "trip",
        "the price is that of native code's way out; a machine that is busy takes longer for it",
    ),
];

/// Why a row is above twice the median, where that is known.
pub fn reason(row: &Measured) -> Option<&'static str> {
    REASONS.iter().find(|(price, _)| row.price == *price).map(|(_, reason)| *reason)
}
