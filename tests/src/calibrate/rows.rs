//! The programs, one for each price, each in the way that is worst for an engine.

mod control;
mod host;
mod instructions;
mod memory;
mod mixed;
mod modules;

use control::{branches, calls};
use host::host;
use instructions::instructions;
use memory::{memory, tables};
pub(super) use mixed::{Mixed, pieces};
use modules::{cold, starts};

/// A program that measures one thing.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it measures, such as `i32.add` or `call, 255 arguments`.
    pub name: String,
    /// The price that pays for it: an instruction's or a unit's name in a schedule.
    pub price: &'static str,
    /// How many of what has that price a copy has.
    pub units: usize,
    /// How it is run.
    pub(super) kind: Kind,
}

/// How a row is run.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// A loop over copies of some instructions.
    Loop {
        /// Fields of the module beside `main` and the memory.
        fields: String,
        /// The memory's limits.
        memory: &'static str,
        /// Declarations of locals; `$n` counts the rounds.
        locals: String,
        /// What stands before the loop.
        before: String,
        /// A copy.
        copy: String,
        /// How many copies there are.
        copies: usize,
    },
    /// A whole contract whose start is what is measured, again and again.
    Start(String),
    /// A whole contract that nobody has seen before.
    Cold(String),
}

impl Row {
    /// The program, with `halves` of its copies. A loop makes as many rounds as the input has bytes, at least one, so
    /// that the same code runs for any time.
    pub(super) fn text(&self, halves: usize) -> String {
        match &self.kind {
            Kind::Start(text) | Kind::Cold(text) => text.clone(),
            Kind::Loop { fields, memory, locals, before, copy, copies } => {
                let body = copy.repeat(copies * halves / 2);
                format!(
                    "(module (import \"ethereum\" \"getCallDataSize\" (func $input (result i32))) {fields} \
                     (memory (export \"memory\") {memory}) (func (export \"main\") \
                     (local $n i32) {locals} (local.set $n (call $input)) {before} \
                     (loop $rounds {body} (br_if $rounds (i32.gt_s (local.tee $n (i32.sub (local.get $n) \
                     (i32.const 1))) (i32.const 0))))))"
                )
            }
        }
    }
}

/// A loop in a small memory.
fn repeated(name: impl Into<String>, price: &'static str, copies: usize, copy: &str) -> Row {
    Row {
        name: name.into(),
        price,
        units: 1,
        kind: Kind::Loop {
            fields: String::new(),
            memory: "1 1",
            locals: LOCALS.into(),
            before: BEFORE.into(),
            copy: copy.into(),
            copies,
        },
    }
}

/// Locals whose values nobody can foretell.
const LOCALS: &str =
    "(local $i i32) (local $j i32) (local $k i32) (local $x i64) (local $y i64) (local $z i64)";
const BEFORE: &str =
    "(local.set $j (i32.load (i32.const 8))) (local.set $k (i32.load (i32.const 16)))
    (local.set $y (i64.load (i32.const 24))) (local.set $z (i64.load (i32.const 32)))";

/// Writes to each page of the memory.
const TOUCH_ALL: &str =
    "(memory.fill (i32.const 0) (i32.const 1) (i32.shl (memory.size) (i32.const 16)))
    (memory.fill (i32.const 0) (i32.const 0) (i32.shl (memory.size) (i32.const 16)))";

impl Row {
    fn with(mut self, more: &str) -> Self {
        if let Kind::Loop { fields, .. } = &mut self.kind {
            fields.push_str(more);
        }
        self
    }

    fn declare(mut self, more: &str) -> Self {
        if let Kind::Loop { locals, .. } = &mut self.kind {
            locals.push_str(more);
        }
        self
    }

    /// A memory of so many pages, all of which are there before the loop begins: that is what `page` pays for.
    fn pages(mut self, limits: &'static str) -> Self {
        if let Kind::Loop { memory, before, .. } = &mut self.kind {
            *memory = limits;
            before.push_str(TOUCH_ALL);
        }
        self
    }

    fn of(mut self, units: usize) -> Self {
        self.units = units;
        self
    }
}

/// All rows.
pub fn rows() -> Vec<Row> {
    [instructions(), branches(), calls(), memory(), tables(), host(), starts(), cold()].concat()
}

/// Names live as long as the program: there are some hundreds.
fn leaked(name: String) -> &'static str {
    Box::leak(name.into_boxed_str())
}
