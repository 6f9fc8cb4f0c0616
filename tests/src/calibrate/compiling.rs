//! A search for modules that take long or much memory to compile, though they are within the compiler's bounds.
//!
//! Each module is put together of some sixty shapes by chance, made as large as the bounds let it be, and compiled; the worst are
//! changed. What is measured twice counts by the smaller figure.

use super::{
    bench::vm,
    course::{Course, float, number},
    shapes::{Body, FIELDS, PIECES, Shape},
};
use crate::{IdleHost, plain_message};
use cpu_time::ProcessTime;
use hebe_gas::Schedule;
use hebe_host::{Outcome, Revision};
use hebe_vm::Vm;
use serde_json::{Value, json};
use std::time::Duration;

/// A search, which can go on for as long as one likes, and be kept and taken up again.
pub struct CompileSearch {
    peak: Peak,
    /// Asked for what compiling is thought to take.
    vm: Vm,
    course: Course,
    worst: Vec<Compiling>,
}

/// Runs what it is given, and says how many bytes were allocated at once meanwhile, beyond what was before.
pub type Peak = fn(&mut dyn FnMut()) -> usize;

/// A module that was compiled.
#[derive(Clone, Debug)]
pub struct Compiling {
    /// What is in it.
    pub name: String,
    /// Bytes, without the section that means nothing.
    pub bytes: usize,
    /// Processor time.
    pub seconds: f64,
    /// Memory at its peak.
    pub mib: f64,
    /// What it was thought to take, of what it may take: 1 is the bound.
    pub thought: f64,
    shape: Shape,
}

/// What compiling a module may take.
const SECONDS: f64 = 1.0;
const MIB: f64 = 128.0;

impl Compiling {
    /// The larger of what it takes of a second and of 128 MiB.
    pub fn score(&self) -> f64 {
        (self.seconds / SECONDS).max(self.mib / MIB)
    }
}

const KEPT: usize = 20;
const BODIES: usize = 2;
const BODY_PIECES: usize = 3;
const VERSION: u64 = 1;

/// How large a text may become.
const MOST_TEXT: usize = 24 << 20;

impl CompileSearch {
    /// A search that begins with `seed`: the same one tries the same modules, as far as measurements agree.
    ///
    /// # Errors
    ///
    /// Where this build has no compiler.
    pub fn new(seed: u64, peak: Peak) -> Result<Self, String> {
        let vm = compiler()?;
        let search = Self { peak, vm, course: Course::new(seed), worst: Vec::new() };
        // The compiler itself is made once, for the first module.
        let empty = Shape { bodies: Vec::new(), fields: Vec::new() };
        search.measure(&empty).ok_or("the smallest contract is not compiled")?;
        Ok(search)
    }

    /// Tries one module more. Gives it if it is among the worst.
    pub fn step(&mut self) -> Option<Compiling> {
        let start = ProcessTime::now();
        let found = self.try_one();
        self.course.tried_since(start);
        found
    }

    fn try_one(&mut self) -> Option<Compiling> {
        let shape = if self.worst.len() < KEPT / 2 || self.course.random.below(4) == 0 {
            self.fresh()
        } else {
            self.changed()
        };
        let shape = self.largest(&shape)?;
        if self.worst.iter().any(|other| other.shape == shape) {
            return None;
        }
        let mut found = self.measure(&shape)?;
        if self.worst.get(KEPT - 1).is_some_and(|last| last.score() >= found.score()) {
            return None;
        }
        let again = self.measure(&shape)?;
        found.seconds = found.seconds.min(again.seconds);
        found.mib = found.mib.min(again.mib);
        self.insert(found.clone()).then_some(found)
    }

    /// Whether it is among the worst. Of those with the same pieces only the worst stays: the others are hardly news.
    fn insert(&mut self, found: Compiling) -> bool {
        if let Some(alike) =
            self.worst.iter().position(|other| is_alike(&other.shape, &found.shape))
        {
            if self.worst[alike].score() >= found.score() {
                return false;
            }
            self.worst.remove(alike);
        }
        let at = self.worst.partition_point(|other| other.score() >= found.score());
        if at >= KEPT {
            return false;
        }
        self.worst.insert(at, found);
        self.worst.truncate(KEPT);
        true
    }

    /// What compiling a module is thought to take, of what it may take; `None` where it is not valid.
    fn thought(&self, shape: &Shape) -> Option<(f64, Vec<u8>)> {
        let text = shape.text();
        if text.len() > MOST_TEXT {
            return None;
        }
        let code = wat::parse_str(text).unwrap_or_else(|error| panic!("{}: {error}", shape.name()));
        Some((self.vm.compile_effort(Revision::LATEST, &code)?, code))
    }

    /// As large as the bounds let it be: all of its numbers are multiplied by the same.
    fn largest(&self, shape: &Shape) -> Option<Shape> {
        let is_within = |factor: f64| {
            let scaled = scaled(shape, factor);
            self.thought(&scaled).is_some_and(|(thought, _)| thought <= 1.0).then_some(scaled)
        };
        let mut low = 1.0;
        let mut best = loop {
            match is_within(low) {
                Some(shape) => break shape,
                None if low < 1e-4 => return None,
                None => low /= 4.0,
            }
        };
        let mut high = low * 2.0;
        while high < 1e5
            && let Some(larger) = is_within(high)
        {
            if larger == best {
                break;
            }
            (best, low, high) = (larger, high, high * 2.0);
        }
        for _ in 0..4 {
            let middle = f64::midpoint(low, high);
            match is_within(middle) {
                Some(larger) => (best, low) = (larger, middle),
                None => high = middle,
            }
        }
        Some(best)
    }

    /// Compiles it.
    fn measure(&self, shape: &Shape) -> Option<Compiling> {
        let (thought, code) = self.thought(shape)?;
        // A VM of its own knows no contract.
        let vm = compiler().ok()?;
        let (mut took, mut ended) = (Duration::ZERO, None);
        let peak = (self.peak)(&mut || {
            let start = ProcessTime::now();
            ended =
                Some(vm.execute(Revision::LATEST, &plain_message(1 << 50), &code, &mut IdleHost));
            took = start.elapsed();
        });
        if !matches!(ended, Some(Ok(Outcome::Success { .. }))) {
            panic!("{}: {ended:?}", shape.name());
        }
        #[expect(clippy::cast_precision_loss, reason = "it is for reading")]
        let mib = peak as f64 / f64::from(1 << 20);
        let (name, seconds) = (shape.name(), took.as_secs_f64());
        let bytes = code.len().saturating_sub(super::shapes::ROOM);
        Some(Compiling { name, bytes, seconds, mib, thought, shape: shape.clone() })
    }

    /// The worst so far, the very worst first.
    pub fn worst(&self) -> &[Compiling] {
        &self.worst
    }

    /// How many modules were tried.
    pub fn tried(&self) -> u64 {
        self.course.tried
    }

    /// Processor time that it took so far, before it was kept, too.
    pub fn spent(&self) -> Duration {
        self.course.spent
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.course.seed
    }

    /// All that [`CompileSearch::resume`] needs.
    pub fn keep(&self) -> Value {
        let named = |pieces: &[(usize, usize)], name: fn(usize) -> &'static str| {
            pieces.iter().map(|(piece, count)| json!([name(*piece), count])).collect::<Value>()
        };
        let worst = self.worst.iter().map(|found| {
            let bodies = found.shape.bodies.iter().map(|body| {
                json!({
                    "pieces": named(&body.pieces, |piece| PIECES[piece].0),
                    "locals": body.locals,
                    "loops": body.loops,
                    "count": body.count,
                })
            });
            json!({
                "seconds": found.seconds,
                "mib": found.mib,
                "bodies": bodies.collect::<Vec<_>>(),
                "fields": named(&found.shape.fields, |field| FIELDS[field].0),
            })
        });
        let mut kept = json!({ "version": VERSION });
        self.course.keep(&mut kept);
        kept["worst"] = worst.collect();
        kept
    }

    /// Goes on where a search was kept. What is beyond the bounds by now is left out.
    ///
    /// # Errors
    ///
    /// What is missing, or of another version.
    pub fn resume(&mut self, kept: &Value) -> Result<(), String> {
        if number(kept, "version")? != VERSION {
            return Err(format!("it is of version {}, not {VERSION}", kept["version"]));
        }
        let course = Course::of(kept)?;
        let size = |value: &Value, name: &str| {
            number(value, name).map(|number| usize::try_from(number).unwrap_or(usize::MAX))
        };
        let mut worst = Vec::new();
        for found in kept["worst"].as_array().ok_or("`worst` must be a list")? {
            let mut bodies = Vec::new();
            for body in found["bodies"].as_array().ok_or("`bodies` must be a list")? {
                bodies.push(Body {
                    pieces: places(&body["pieces"], PIECES.len(), |piece| PIECES[piece].0)?,
                    locals: size(body, "locals")?.clamp(16, 8_000),
                    loops: body["loops"] == true,
                    count: size(body, "count")?.clamp(1, MOST),
                });
            }
            let fields = places(&found["fields"], FIELDS.len(), |field| FIELDS[field].0)?;
            let shape = Shape { bodies, fields };
            if let Some((thought, code)) = self.thought(&shape)
                && thought <= 1.0
            {
                let bytes = code.len().saturating_sub(super::shapes::ROOM);
                let size_of_find = |name| match float(found, name)? {
                    number if number >= 0.0 => Ok(number),
                    _ => Err(format!("`{name}` must be a number")),
                };
                let (seconds, mib) = (size_of_find("seconds")?, size_of_find("mib")?);
                worst.push(Compiling { name: shape.name(), bytes, seconds, mib, thought, shape });
            }
        }
        self.course = course;
        self.worst.clear();
        for found in worst {
            self.insert(found);
        }
        Ok(())
    }

    fn fresh(&mut self) -> Shape {
        let mut shape = Shape { bodies: Vec::new(), fields: Vec::new() };
        for _ in 0..self.course.random.index(BODIES + 1) {
            let body = self.body();
            shape.bodies.push(body);
        }
        if shape.bodies.is_empty() || self.course.random.below(3) == 0 {
            let field = self.field();
            shape.fields.push(field);
        }
        shape
    }

    fn body(&mut self) -> Body {
        let pieces = (0..=self.course.random.index(BODY_PIECES)).map(|_| self.piece()).collect();
        let locals = self.locals();
        Body { pieces, locals, loops: self.course.random.below(3) == 0, count: self.number() }
    }

    fn piece(&mut self) -> (usize, usize) {
        (self.course.random.index(PIECES.len()), self.number())
    }

    fn field(&mut self) -> (usize, usize) {
        (self.course.random.index(FIELDS.len()), self.number())
    }

    /// From 1 on, each power of two as likely as any other.
    fn number(&mut self) -> usize {
        let power = self.course.random.index(11);
        (1 << power) + self.course.random.index(1 << power)
    }

    fn locals(&mut self) -> usize {
        if self.course.random.below(2) == 0 { 16 } else { self.number().clamp(16, 4_000) }
    }

    /// One of the worst, with something more, less, or other in it.
    fn changed(&mut self) -> Shape {
        let one = self.course.random.index(self.worst.len());
        let mut shape = self.worst[one].shape.clone();
        if shape.bodies.is_empty() {
            let body = self.body();
            shape.bodies.push(body);
            return shape;
        }
        let at = self.course.random.index(shape.bodies.len());
        let piece = self.course.random.index(shape.bodies[at].pieces.len());
        match self.course.random.below(9) {
            0 if shape.bodies.len() > 1 => drop(shape.bodies.remove(at)),
            1 if shape.bodies.len() < BODIES => {
                let body = self.body();
                shape.bodies.push(body);
            }
            2 if shape.bodies[at].pieces.len() > 1 => drop(shape.bodies[at].pieces.remove(piece)),
            3 if shape.bodies[at].pieces.len() < BODY_PIECES => {
                let new = self.piece();
                shape.bodies[at].pieces.push(new);
            }
            4 => shape.bodies[at].locals = self.locals(),
            5 => shape.bodies[at].loops = !shape.bodies[at].loops,
            6 => shape.bodies[at].count = self.number(),
            7 => shape.bodies[at].pieces[piece].1 = self.number(),
            _ => shape.bodies[at].pieces[piece] = self.piece(),
        }
        shape
    }
}

/// The most of anything.
const MOST: usize = 1 << 20;

/// Whether two modules are of the same pieces, in whatever numbers.
fn is_alike(one: &Shape, other: &Shape) -> bool {
    let pieces = |shape: &Shape| {
        let mut pieces: Vec<usize> =
            shape.bodies.iter().flat_map(|body| &body.pieces).map(|(piece, _)| *piece).collect();
        pieces.sort_unstable();
        pieces.dedup();
        let mut fields: Vec<usize> = shape.fields.iter().map(|(field, _)| *field).collect();
        fields.sort_unstable();
        (pieces, fields)
    };
    pieces(one) == pieces(other)
}

/// With its numbers multiplied: of a function that is there once all that is in it, of others how many there are.
fn scaled(shape: &Shape, factor: f64) -> Shape {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "numbers are small, and need not be exact"
    )]
    let times = |number: usize| ((number as f64 * factor).round() as usize).clamp(1, MOST);
    let mut scaled = shape.clone();
    for body in &mut scaled.bodies {
        if body.count > 1 {
            body.count = times(body.count);
        } else {
            body.pieces.iter_mut().for_each(|(_, count)| *count = times(*count));
        }
    }
    scaled.fields.iter_mut().for_each(|(_, count)| *count = times(*count));
    scaled
}

/// Pieces that were kept by name.
fn places(
    kept: &Value,
    known: usize,
    name: fn(usize) -> &'static str,
) -> Result<Vec<(usize, usize)>, String> {
    let kept: Vec<(String, usize)> = serde_json::from_value(kept.clone())
        .map_err(|error| format!("a list of pieces: {error}"))?;
    let place = |(wanted, count): (String, usize)| {
        let at = (0..known).find(|piece| name(*piece) == wanted);
        let at = at.ok_or_else(|| format!("there is no shape `{wanted}` any more"))?;
        Ok((at, count.clamp(1, MOST)))
    };
    kept.into_iter().map(place).collect()
}

/// A VM that compiles before the first run.
fn compiler() -> Result<Vm, String> {
    vm("compiler", Schedule::measured())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One that is not valid would never be found to be slow.
    #[cfg(feature = "compiler")]
    #[test]
    fn every_shape_is_valid_and_grows() {
        let vm = compiler().expect("there is a compiler");
        let effort = |shape: &Shape| {
            let code = wat::parse_str(shape.text())
                .unwrap_or_else(|error| panic!("{}: {error}", shape.name()));
            let effort = vm.compile_effort(Revision::LATEST, &code);
            effort.unwrap_or_else(|| panic!("{} is no contract", shape.name()))
        };
        let function = |piece, n| {
            let body = Body { pieces: vec![(piece, n)], locals: 20, loops: true, count: 2 };
            Shape { bodies: vec![body], fields: Vec::new() }
        };
        for (piece, (name, ..)) in PIECES.iter().enumerate() {
            let (few, many) = (effort(&function(piece, 1)), effort(&function(piece, 300)));
            assert!(many > few, "{name}: {few} {many}");
        }
        for (field, (name, ..)) in FIELDS.iter().enumerate() {
            let of = |n| Shape { bodies: Vec::new(), fields: vec![(field, n)] };
            // Data is not the compiler's affair.
            let (few, many) = (effort(&of(1)), effort(&of(300)));
            assert!(many > few || name.contains("data"), "{name}: {few} {many}");
        }
    }
}
