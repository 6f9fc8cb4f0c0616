//! A search for programs that take long for their gas: pieces of the rows, mixed by chance, and changed as long as
//! that makes them worse.

use super::{
    bench::Measured,
    rows::{Kind, Row, rows},
};
use hebe_gas::Schedule;
use hebe_vm::Vm;

/// A search, which can go on for as long as one likes.
pub struct Search {
    pieces: Vec<Row>,
    random: u64,
    /// The worst so far, the very worst first.
    worst: Vec<Found>,
}

/// A program that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The pieces, by the names of their rows, and how often each stands in a copy.
    pub pieces: Vec<(String, usize)>,
    /// What it took.
    pub measured: Measured,
    mix: Vec<(usize, usize)>,
}

impl Found {
    /// Nanoseconds a gas; nothing that is free is a find.
    fn rate(&self) -> f64 {
        self.measured.nanoseconds_a_gas().unwrap_or(0.0)
    }
}

/// How many finds are kept.
const KEPT: usize = 20;

/// How many pieces a program has at most, and how often one stands in it.
const PIECES: usize = 4;
const TIMES: usize = 6;

impl Search {
    /// A search that begins with `seed`: the same one tries the same programs, as far as measurements agree.
    pub fn new(seed: u64) -> Self {
        let pieces = rows().into_iter().filter(|row| row.price != "fee" && row.is_plain());
        Self { pieces: pieces.collect(), random: seed | 1, worst: Vec::new() }
    }

    /// Tries one program more on `engine`. Gives it if it is among the worst. A mixture that does not end with success,
    /// since one piece makes an address of which another knows nothing, is none.
    pub fn step(&mut self, vm: &Vm, schedule: &Schedule, engine: &'static str) -> Option<Found> {
        let mix =
            if self.worst.is_empty() || self.below(4) == 0 { self.fresh() } else { self.changed() };
        let (name, text) = (format!("{mix:?}"), self.text(&mix));
        let row = Row::mixed(name, text);
        let measured = row.measure(vm, schedule, engine, 2).ok().flatten()?;
        let names = mix.iter().map(|(piece, times)| (self.pieces[*piece].name.clone(), *times));
        let found = Found { pieces: names.collect(), measured, mix };
        let at = self.worst.partition_point(|other| other.rate() >= found.rate());
        if at >= KEPT || self.worst.iter().any(|other| other.mix == found.mix) {
            return None;
        }
        self.worst.insert(at, found.clone());
        self.worst.truncate(KEPT);
        Some(found)
    }

    /// The worst so far, the very worst first.
    pub fn worst(&self) -> &[Found] {
        &self.worst
    }

    fn fresh(&mut self) -> Vec<(usize, usize)> {
        (0..=self.index(PIECES)).map(|_| self.piece()).collect()
    }

    /// One of the worst, with a piece more, less, or another.
    fn changed(&mut self) -> Vec<(usize, usize)> {
        let one = self.index(self.worst.len());
        let mut mix = self.worst[one].mix.clone();
        let at = self.index(mix.len());
        match self.below(4) {
            0 if mix.len() > 1 => drop(mix.remove(at)),
            1 if mix.len() < PIECES => {
                let piece = self.piece();
                mix.insert(at, piece);
            }
            2 => mix[at].1 = 1 + self.index(TIMES),
            _ => mix[at] = self.piece(),
        }
        mix
    }

    fn text(&self, mix: &[(usize, usize)]) -> String {
        let part = |(piece, times): &(usize, usize)| self.pieces[*piece].copy().repeat(*times);
        mix.iter().map(part).collect()
    }

    fn piece(&mut self) -> (usize, usize) {
        (self.index(self.pieces.len()), 1 + self.index(TIMES))
    }

    fn index(&mut self, bound: usize) -> usize {
        usize::try_from(self.below(bound.max(1) as u64)).unwrap_or(0)
    }

    /// Xorshift: the next of a row of numbers, below `bound`.
    fn below(&mut self, bound: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 11) % bound
    }
}

impl Row {
    /// Whether its copies need nothing but the locals and the memory that all loops have.
    fn is_plain(&self) -> bool {
        matches!(&self.kind, Kind::Loop { fields, memory: "1 1", copy, .. }
            if fields.is_empty() && copy.len() < 2_000 && !copy.contains("memory.grow"))
    }

    /// What is repeated.
    fn copy(&self) -> &str {
        match &self.kind {
            Kind::Loop { copy, .. } => copy,
            Kind::Start(text) | Kind::Cold(text) => text,
        }
    }
}
