//! The schedule `flat`.

use super::{PARTICLES_PER_GAS, Price};

/// Where the prices come from.
pub(super) const ABOUT: &str =
    "By the ewasm draft of a fee schedule: the same for every instruction, easy to count by hand.";

/// Every price once.
pub(super) const PRICES: &[Price] = &[
    Price {
        names: "*",
        particles: PARTICLES_PER_GAS,
        why: "1 gas for each instruction, by the draft",
    },
    Price { names: "page", particles: 14_336 * PARTICLES_PER_GAS, why: "14,336 gas, by the draft" },
    Price {
        names: "word",
        particles: PARTICLES_PER_GAS,
        why: "1 gas for 32 bytes, as for an instruction; newer than the draft",
    },
    Price {
        names: "element",
        particles: PARTICLES_PER_GAS,
        why: "1 gas for an element, as for an instruction; newer than the draft",
    },
];
