//! Where is code charged, for what, and which instructions need attention when it is rewritten?
//!
//! Read-only, and one step for each instruction. A *stretch* is code that is always executed as a
//! whole. It begins at a function's entry, a loop's head, in each branch of an `if`, at `else` and
//! `end`, and after `br_if`, every call, `memory.grow` and the bulk and table instructions. It is
//! paid at its start, the instruction that ends it included. Code that can't be reached, from an
//! unconditional branch to the end of its block, costs nothing.
//!
//! Beside its own price, an instruction pays for the values that it carries: a call for arguments and
//! results, a branch for what its label takes, a block for its parameters. A function's first stretch pays
//! for the locals that are cleared.

mod labels;
mod opcodes;

use crate::body::Locals;
use crate::instruction::{INSTRUCTIONS, NUMBERS, PREFIX};
use crate::rewrite::bounded;
use crate::schedule::NEAR_PAGES;
use crate::validate::Valid;
use crate::{Module, Schedule, Unit, limits};
use labels::{Carried, Labels};
use opcodes::*;
use std::ops::Range;
use wasmparser::{BinaryReader, OperatorsReader};

/// What is known of the functions of a module when it has been validated.
#[derive(Clone, Debug, Default)]
pub(crate) struct Functions {
    /// The functions of the module's own, in order.
    pub(crate) functions: Vec<Function>,
    /// The charges of all functions, in the order of the code.
    pub(crate) charges: Vec<Charge>,
    /// Whether reachable code grows the memory.
    pub(crate) grows_memory: bool,
    /// Whether reachable code changes the table or drops a segment.
    pub(crate) changes_table_or_segments: bool,
}

/// What is known of a function of a module's own. Positions are offsets in the module.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its instructions, the last `end` included.
    pub instructions: Range<usize>,
    /// How many parameters it has.
    pub params: u32,
    /// How many locals it has, parameters included.
    pub locals: u32,
    /// Parameters, locals and the deepest operand stack, in slots. While it is active, the function takes as
    /// many from the stack, and [`CALL_SLOTS`](crate::limits::CALL_SLOTS) more.
    pub frame: u32,
    /// With what a compiler's work grows.
    pub effort: Effort,
    /// Which of [`Prepared::charges`](crate::Prepared::charges) are in it.
    pub charges: Range<usize>,
    /// How its locals are declared.
    pub(crate) declared: Locals,
}

/// How much a function has of what takes a compiler longer than its bytes say. Only code that can be reached is
/// counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effort {
    /// Blocks and branches, each target of a `br_table` counted.
    pub branches: u32,
    /// Values that calls, blocks and branches take or give; a `br_table` carries them to each target.
    pub operands: u32,
    /// Calls of functions by their index.
    pub calls: u32,
    /// Instructions that a compiler makes into calls and checks of its own: `call_indirect`, `ref.func`,
    /// `memory.grow`, bulk and table instructions.
    pub departures: u32,
    /// Rotations and divisions, whose operands have to be in certain registers.
    pub pinned: u32,
}

impl Function {
    /// Where each of its instructions is.
    fn each_instruction<'a>(&self, code: &'a [u8]) -> impl Iterator<Item = Range<usize>> + use<'a> {
        let Range { start, end } = self.instructions;
        let mut operators = OperatorsReader::new(BinaryReader::new(&code[start..end], start));
        std::iter::from_fn(move || {
            let start = operators.original_position();
            (start < end).then(|| {
                let read = operators.read();
                read.unwrap_or_else(|error| unreachable!("a valid module can be read: {error}"));
                start..operators.original_position()
            })
        })
    }
}

/// A stretch of code that costs something, which is paid at its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charge {
    /// Where in the module its first instruction is.
    pub at: usize,
    /// What it costs, in particles; never 0.
    pub particles: u64,
}

/// What rewriting has to know of functions beyond that.
pub(crate) struct Analysis {
    /// The functions of the module's own, in order.
    pub(crate) functions: Vec<Analysed>,
    /// The points of all functions, in the order of the code.
    pub(crate) points: Vec<Point>,
}

/// What rewriting has to know of a function.
#[derive(Clone, Debug, Default)]
pub(crate) struct Analysed {
    /// Which of [`Analysis::points`] are in it.
    pub(crate) points: Range<usize>,
    /// Whether anything in it is charged by the function itself.
    pub(crate) charges: bool,
    /// Whether it calls through the table.
    pub(crate) calls_indirectly: bool,
    /// Whether it has instructions that cost by their length.
    pub(crate) has_lengths: bool,
}

/// A place in the code where rewriting has something to do.
pub(crate) struct Point {
    /// Offset in the module.
    pub(crate) at: u32,
    /// How many blocks are open there, the function's own not counted.
    pub(crate) depth: u16,
    /// The size of the instruction, 0 for what stands between instructions.
    pub(crate) size: u8,
    /// What is there.
    pub(crate) what: What,
}

/// What is at a [`Point`].
pub(crate) enum What {
    /// A stretch begins that costs this many particles; 0 for one that need not be charged.
    Stretch(u64),
    /// `local.get`, `local.set` or `local.tee` of a local that is not a parameter.
    Local {
        opcode: u8,
        index: u32,
    },
    Return,
    Call {
        function: u32,
    },
    CallIndirect {
        ty: u32,
    },
    RefFunc {
        function: u32,
    },
    MemoryGrow,
    TableGrow,
    /// A bulk memory instruction; the last operand is its length in bytes.
    Bytes,
    /// A table instruction; the last operand is its length in elements.
    Elements,
    /// So many bytes of code that can't be reached.
    Unreachable(u32),
}

/// Analyses the functions of a valid module once more, for rewriting.
pub(crate) fn analyse(code: &[u8], valid: &Valid, schedule: &Schedule) -> Analysis {
    let mut analyser = Analyser::<true>::new(schedule);
    if let Some(memory) = &valid.memory {
        analyser.set_memory(bounded(memory.maximum, limits::MEMORY));
    }
    let imported = valid.sections.imported_functions;
    let functions = (imported..).zip(&valid.functions.functions).map(|(index, function)| {
        let (locals, start) = ([function.params, function.locals], function.instructions.start);
        analyser.begin(index, locals, &valid.sections, start);
        for range in function.each_instruction(code) {
            analyser.instruction(code, range, &valid.sections);
        }
        analyser.finish_function()
    });
    let functions = functions.collect();
    Analysis { functions, points: analyser.points }
}

/// Analyses one function after the other; what only rewriting needs, where `POINTS`.
pub(crate) struct Analyser<const POINTS: bool> {
    /// By the number of the instruction.
    prices: [u64; NUMBERS],
    value: u64,
    local: u64,
    far: u32,
    bytes_cost: bool,
    elements_cost: bool,
    found: Functions,
    points: Vec<Point>,
    /// Of the function at hand: its parameters, which stay where they are.
    parameters: u32,
    first_point: usize,
    first_charge: usize,
    analysed: Analysed,
    effort: Effort,
    depth: u16,
    labels: Labels,
    /// What validation took beside the bytes, by [`limits::steps`].
    steps: u64,
    /// Where the stretch at hand begins, and its point.
    stretch_at: usize,
    stretch: usize,
    cost: u64,
    /// How many blocks end before code can be reached again, 0 where it can be.
    unreachable: u32,
    unreachable_from: usize,
}

impl<const POINTS: bool> Analyser<POINTS> {
    pub(crate) fn new(schedule: &Schedule) -> Self {
        Self {
            prices: schedule.by_number().map(u64::from),
            value: schedule.unit(Unit::Value).into(),
            local: schedule.unit(Unit::Local).into(),
            far: schedule.unit(Unit::Far),
            bytes_cost: schedule.unit(Unit::Word) > 0,
            elements_cost: schedule.unit(Unit::Element) > 0,
            found: Functions::default(),
            points: Vec::new(),
            parameters: 0,
            first_point: 0,
            first_charge: 0,
            analysed: Analysed::default(),
            effort: Effort::default(),
            depth: 0,
            labels: Labels::default(),
            steps: 0,
            stretch_at: 0,
            stretch: 0,
            cost: 0,
            unreachable: 0,
            unreachable_from: 0,
        }
    }

    /// Takes notice of how many pages the memory can have, before the first function.
    pub(crate) fn set_memory(&mut self, most_pages: u32) {
        if most_pages > NEAR_PAGES {
            for row in INSTRUCTIONS {
                self.prices[usize::from(row.number)] +=
                    u64::from(self.far) * u64::from(row.accesses());
            }
        }
    }

    /// What validation took so far beside the bytes, by [`limits::steps`].
    pub(crate) fn steps(&self) -> u64 {
        self.steps
    }

    /// Counts so many things that take so many steps each.
    pub(crate) fn add_steps(&mut self, number: u64, each: u64) {
        self.steps += number * each;
    }

    /// Begins a function, imported ones counted, with so many parameters and so many locals with them, whose
    /// instructions begin at `start`.
    pub(crate) fn begin(
        &mut self,
        function: u32,
        [parameters, locals]: [u32; 2],
        module: &Module,
        start: usize,
    ) {
        self.parameters = parameters;
        self.labels.begin(function, module);
        self.first_point = self.points.len();
        self.first_charge = self.found.charges.len();
        self.analysed = Analysed::default();
        self.effort = Effort::default();
        self.depth = 0;
        self.unreachable = 0;
        self.open(start);
        self.cost = self.local * u64::from(locals - parameters);
    }

    /// Ends the function. The rest of what is known of it comes from validation.
    pub(crate) fn end(
        &mut self,
        declared: Locals,
        locals: u32,
        instructions: Range<usize>,
        frame: u32,
    ) {
        self.found.functions.push(Function {
            instructions,
            params: self.parameters,
            locals,
            frame,
            effort: self.effort,
            charges: self.first_charge..self.found.charges.len(),
            declared,
        });
    }

    fn finish_function(&mut self) -> Analysed {
        Analysed { points: self.first_point..self.points.len(), ..self.analysed.clone() }
    }

    pub(crate) fn finish(self) -> Functions {
        self.found
    }

    /// Takes the valid instruction at `range` of `code`.
    #[inline]
    pub(crate) fn instruction(&mut self, code: &[u8], range: Range<usize>, module: &Module) {
        let opcode = code[range.start];
        let Carried { values, looked_at } = match opcode {
            BLOCK..=IF | END | BR..=CALL_INDIRECT => self.labels.follow(code, &range, module),
            _ => Carried::default(),
        };
        self.steps += u64::from(looked_at);
        if self.unreachable > 0 {
            return self.unreachable_instruction(opcode, range);
        }
        self.effort.operands += looked_at;
        if opcode == PREFIX {
            return self.prefixed(code, range);
        }
        self.cost += self.prices[usize::from(opcode)] + self.value * u64::from(values);
        match opcode {
            BLOCK..=ELSE | BR | BR_IF => self.effort.branches += 1,
            BR_TABLE => self.effort.branches += 1 + leb(code, range.start + 1),
            CALL => self.effort.calls += 1,
            CALL_INDIRECT | TABLE_GET | TABLE_SET | MEMORY_GROW | REF_FUNC => {
                self.effort.departures += 1;
            }
            I32_DIV_S..=I32_REM_U | I64_DIV_S..=I64_REM_U => self.effort.pinned += 1,
            I32_ROTL | I32_ROTR | I64_ROTL | I64_ROTR => self.effort.pinned += 1,
            _ => {}
        }
        match opcode {
            UNREACHABLE | BR | BR_TABLE => self.leave(range.end),
            BLOCK => self.depth += 1,
            LOOP | IF => {
                self.depth += 1;
                self.next(range.end);
            }
            ELSE | BR_IF | TABLE_GET => self.next(range.end),
            TABLE_SET => {
                self.found.changes_table_or_segments = true;
                self.next(range.end);
            }
            END => self.end_block(range.end),
            RETURN => {
                let end = range.end;
                self.point(range, What::Return);
                self.leave(end);
            }
            CALL => {
                let function = if POINTS { leb(code, range.start + 1) } else { 0 };
                self.ending(range, What::Call { function });
            }
            CALL_INDIRECT => {
                let ty = if POINTS { leb(code, range.start + 1) } else { 0 };
                self.analysed.calls_indirectly = true;
                self.ending(range, What::CallIndirect { ty });
            }
            LOCAL_GET..=LOCAL_TEE if POINTS => {
                let index = leb(code, range.start + 1);
                if index >= self.parameters {
                    self.point(range, What::Local { opcode, index });
                }
            }
            MEMORY_GROW => {
                self.found.grows_memory = true;
                self.ending(range, What::MemoryGrow);
            }
            REF_FUNC if POINTS => {
                let function = leb(code, range.start + 1);
                self.point(range, What::RefFunc { function });
            }
            _ => {}
        }
    }

    /// The bulk and table instructions that have a prefix.
    fn prefixed(&mut self, code: &[u8], range: Range<usize>) {
        let second = leb(code, range.start + 1);
        self.effort.departures += 1;
        self.cost += self.prices[256 + second as usize];
        self.found.changes_table_or_segments |= matches!(
            second,
            DATA_DROP | ELEM_DROP | TABLE_INIT | TABLE_COPY | TABLE_GROW | TABLE_FILL
        );
        let (costs, what) = match second {
            MEMORY_INIT | MEMORY_COPY | MEMORY_FILL => (self.bytes_cost, What::Bytes),
            TABLE_INIT | TABLE_COPY | TABLE_FILL => (self.elements_cost, What::Elements),
            TABLE_GROW => (self.elements_cost, What::TableGrow),
            _ => return self.next(range.end),
        };
        if costs {
            self.analysed.charges = true;
            self.analysed.has_lengths = true;
            self.ending(range, what);
        } else {
            self.next(range.end);
        }
    }

    /// An instruction that needs attention and ends its stretch.
    fn ending(&mut self, range: Range<usize>, what: What) {
        let end = range.end;
        self.point(range, what);
        self.next(end);
    }

    #[inline]
    fn point(&mut self, range: Range<usize>, what: What) {
        if POINTS {
            self.points.push(Point {
                at: position(range.start),
                depth: self.depth,
                // No instruction with a point has more than three numbers of five bytes.
                size: u8::try_from(range.len()).unwrap_or(u8::MAX),
                what,
            });
        }
    }

    /// Opens a stretch at `start`.
    fn open(&mut self, start: usize) {
        self.stretch = self.points.len();
        self.stretch_at = start;
        self.cost = 0;
        self.point(start..start, What::Stretch(0));
    }

    /// Closes the stretch at hand; its cost is known now.
    fn close(&mut self) {
        if self.cost > 0 {
            self.analysed.charges = true;
            if POINTS {
                self.points[self.stretch].what = What::Stretch(self.cost);
            } else {
                self.found.charges.push(Charge { at: self.stretch_at, particles: self.cost });
            }
        } else if POINTS && self.stretch + 1 == self.points.len() {
            self.points.pop();
        }
    }

    fn next(&mut self, start: usize) {
        self.close();
        self.open(start);
    }

    /// What follows, from `end`, can't be reached.
    fn leave(&mut self, end: usize) {
        self.close();
        self.unreachable = 1;
        self.unreachable_from = end;
    }

    /// The `end` of a block, or of the function.
    fn end_block(&mut self, end: usize) {
        match self.depth.checked_sub(1) {
            Some(depth) => {
                self.close();
                self.depth = depth;
                self.open(end);
            }
            None => self.close(),
        }
    }

    fn unreachable_instruction(&mut self, opcode: u8, range: Range<usize>) {
        match opcode {
            BLOCK..=IF => self.unreachable += 1,
            END if self.unreachable > 1 => self.unreachable -= 1,
            END | ELSE if self.unreachable == 1 => {
                let length = range.start - self.unreachable_from;
                if length > 0 {
                    let from = self.unreachable_from..self.unreachable_from;
                    self.point(from, What::Unreachable(position(length)));
                }
                self.unreachable = 0;
                // Nothing is open, so nothing is closed.
                if opcode == ELSE {
                    self.open(range.end);
                } else if let Some(depth) = self.depth.checked_sub(1) {
                    self.depth = depth;
                    self.open(range.end);
                }
            }
            _ => {}
        }
    }
}

/// Modules have at most 1 MiB, so each offset is one of these.
fn position(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
