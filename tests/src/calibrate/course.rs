//! How far a search has come, so that it can be kept and taken up again.

use super::random::Random;
use cpu_time::ProcessTime;
use serde_json::{Value, json};
use std::time::Duration;

/// How far a search has come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Course {
    /// What its chance began with.
    pub(super) seed: u64,
    pub(super) random: Random,
    /// How much was tried.
    pub(super) tried: u64,
    /// Processor time that it took, before it was kept, too.
    pub(super) spent: Duration,
}

impl Course {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed, random: Random::new(seed), tried: 0, spent: Duration::ZERO }
    }

    /// Counts one try more, which began then.
    pub(super) fn tried_since(&mut self, start: ProcessTime) {
        self.tried += 1;
        self.spent += start.elapsed();
    }

    /// Puts all that [`Course::of`] needs beside what else is kept.
    pub(super) fn keep(&self, kept: &mut Value) {
        kept["seed"] = self.seed.into();
        kept["random"] = self.random.0.into();
        kept["tried"] = self.tried.into();
        kept["seconds"] = json!(self.spent.as_secs_f64());
    }

    /// Of a search that was kept.
    ///
    /// # Errors
    ///
    /// What is missing.
    pub(super) fn of(kept: &Value) -> Result<Self, String> {
        let seconds = float(kept, "seconds")?;
        let spent = Duration::try_from_secs_f64(seconds)
            .map_err(|_| "`seconds` must be a time".to_owned())?;
        let random = match number(kept, "random")? {
            0 => return Err("`random` can't be 0".into()),
            random => Random(random),
        };
        Ok(Self { seed: number(kept, "seed")?, random, tried: number(kept, "tried")?, spent })
    }
}

/// A whole number among the fields of what was kept.
pub(super) fn number(kept: &Value, name: &str) -> Result<u64, String> {
    kept[name].as_u64().ok_or_else(|| format!("`{name}` must be a whole number"))
}

/// A number among the fields of what was kept.
pub(super) fn float(kept: &Value, name: &str) -> Result<f64, String> {
    kept[name].as_f64().ok_or_else(|| format!("`{name}` must be a number"))
}
