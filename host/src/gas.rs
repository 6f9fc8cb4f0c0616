//! The gas of a frame, in two units.
//!
//! Instructions are priced in particles, [`PARTICLES_PER_GAS`] to a gas, and running code counts them in
//! 63 bits. A message can have more gas than that holds, so what doesn't fit waits outside, in whole
//! units; fees look at both, and nothing is ever lost between them.

use hebe_gas::PARTICLES_PER_GAS;

/// What is left of a frame's gas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gas {
    /// What running code counts, in particles; never negative.
    counter: i64,
    /// What doesn't fit into the counter, in gas.
    outside: u64,
}

impl Gas {
    /// `gas` whole units.
    pub(crate) fn new(gas: u64) -> Self {
        Self { counter: 0, outside: gas }
    }

    /// Whole units that are left; one that is begun counts as used.
    pub(crate) fn left(self) -> u64 {
        self.outside + self.counter.cast_unsigned() / PER_GAS
    }

    /// Takes `particles`; says whether there were as many, and takes nothing otherwise.
    pub(crate) fn take(&mut self, particles: u128) -> bool {
        let counter = u128::from(self.counter.cast_unsigned());
        let missing = particles.saturating_sub(counter);
        let Ok(whole) = u64::try_from(missing.div_ceil(u128::from(PER_GAS))) else { return false };
        let Some(outside) = self.outside.checked_sub(whole) else { return false };
        let Ok(counter) =
            i64::try_from(counter + u128::from(whole) * u128::from(PER_GAS) - particles)
        else {
            return false;
        };
        *self = Self { counter, outside };
        true
    }

    /// Puts back whole units.
    pub(crate) fn give_back(&mut self, gas: u64) {
        self.outside += gas;
    }

    /// The counter for running code, with as much in it as it holds.
    pub(crate) fn counter(&mut self) -> i64 {
        let room = (i64::MAX - self.counter).cast_unsigned() / PER_GAS;
        let moved = room.min(self.outside);
        self.outside -= moved;
        self.counter += (moved * PER_GAS).cast_signed();
        self.counter
    }

    /// What running code has left of the counter; gives what was in it before.
    pub(crate) fn set_counter(&mut self, counter: i64) -> i64 {
        std::mem::replace(&mut self.counter, counter)
    }
}

const PER_GAS: u64 = PARTICLES_PER_GAS as u64;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_unit_that_is_begun_is_used() {
        let mut gas = Gas::new(2);
        assert!(gas.take(1));
        assert_eq!(gas.left(), 1);
        assert!(gas.take(9_999));
        assert_eq!(gas.left(), 1);
        assert!(!gas.take(10_001));
        assert!(gas.take(10_000));
        assert_eq!(gas.left(), 0);
    }

    #[test]
    fn what_does_not_fit_into_the_counter_is_not_lost() {
        let most = i64::MAX.cast_unsigned();
        let mut gas = Gas::new(most);
        let counter = gas.counter();
        assert!(counter > i64::MAX - 10_000);
        assert_eq!(gas.left(), most);
        gas.set_counter(0);
        assert_eq!(gas.left(), most - counter.cast_unsigned() / PER_GAS);
        assert!(gas.take(u128::from(gas.left()) * u128::from(PER_GAS)));
        assert_eq!(gas.left(), 0);
    }

    proptest! {
        /// Any sequence of what can happen, against one wide number.
        #[test]
        fn it_is_one_number(start in 0..=i64::MAX, steps in prop::collection::vec((0..4u8, any::<u64>()), 0..40)) {
            let mut gas = Gas::new(start.cast_unsigned());
            let mut particles = u128::from(start.cast_unsigned()) * u128::from(PER_GAS);
            for (step, number) in steps {
                match step {
                    0 => {
                        let asked = u128::from(number);
                        let enough = asked <= particles;
                        prop_assert_eq!(gas.take(asked), enough);
                        if enough {
                            particles -= asked;
                        }
                    }
                    1 => {
                        let asked = u128::from(number) * u128::from(PER_GAS);
                        let enough = asked <= particles;
                        prop_assert_eq!(gas.take(asked), enough);
                        if enough {
                            particles -= asked;
                        }
                    }
                    2 => {
                        let before = gas.counter();
                        let used = i64::try_from(number % (before.cast_unsigned() + 1)).unwrap();
                        gas.set_counter(before - used);
                        particles -= u128::from(used.cast_unsigned());
                    }
                    _ => {
                        // No more than a frame had before comes back to it.
                        let back = number % 1_000_000;
                        if gas.take(u128::from(back) * u128::from(PER_GAS)) {
                            gas.give_back(back);
                        }
                    }
                }
                prop_assert_eq!(u128::from(gas.left()), particles / u128::from(PER_GAS));
            }
        }
    }
}
