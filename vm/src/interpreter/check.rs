//! Proves of translated code what the machine relies on.
//!
//! The machine reads and writes slots, follows branches and looks up globals, segments and functions without asking
//! whether they exist. This pass asks, for every function, before it runs for the first time. It knows nothing of how
//! the translator works; it goes by [`Shape`] alone. Code that passes
//!
//! - begins with its one [`Shape::Enter`], which takes the frame that the analysis found and clears all locals that
//!   are no parameters;
//! - uses only slots of that frame, also for what it calls;
//! - reads only slots that were written on every way there, so that nothing of an earlier run can be seen;
//! - branches only to labels, with all slots written that the code there counts on, and has none in a table;
//! - never runs past its end;
//! - names only globals, segments, functions and types that there are, and uses a table only if there is one.
//!
//! One pass, and for each instruction a bounded number of steps.

use super::code::{Instruction, Label, Shape, Translated};
use hebe_gas::{FunctionType, Module, Prepared, limits};

/// Checks the code of the function of the module's own with this index among them.
///
/// # Errors
///
/// Says what is wrong, and at which instruction.
pub(crate) fn check(translated: &Translated, module: &Prepared, own: u32) -> Result<(), String> {
    let mut checker = Checker::new(translated, module, own)?;
    for at in 0..translated.code.len() {
        checker
            .instruction(at)
            .map_err(|wrong| format!("function {own}, instruction {at}: {wrong}"))?;
    }
    let ends = !checker.reached && checker.table == 0;
    if ends { Ok(()) } else { Err(format!("function {own} has no end")) }
}

struct Checker<'a> {
    code: &'a [Instruction],
    labels: &'a [Label],
    module: &'a Prepared,
    sections: &'a Module,
    params: usize,
    locals: usize,
    results: usize,
    frame: usize,
    /// For each label whose place has been passed, and those that have not: the first that has not.
    next_label: usize,
    /// Whether the instruction at hand can be reached.
    reached: bool,
    /// How many branches of a table have to follow.
    table: u64,
    /// All slots below this one are written.
    written: usize,
    /// A slot above it is written if it has the number of the stretch at hand.
    marks: Vec<u32>,
    stretch: u32,
}

type Checked = Result<(), &'static str>;

impl<'a> Checker<'a> {
    fn new(translated: &'a Translated, module: &'a Prepared, own: u32) -> Result<Self, String> {
        let sections = module.module();
        let function = module.functions().get(own as usize).ok_or("there is no such function")?;
        let ty = sections.type_of(sections.imported_functions + own).ok_or("it has no type")?;
        let frame = function.frame as usize;
        let labels = &translated.labels;
        if !labels.is_sorted_by(|one, other| one.at < other.at)
            || labels.first().is_some_and(|first| first.at == 0)
        {
            return Err("its labels are not in order behind its entry".to_owned());
        }
        Ok(Self {
            code: &translated.code,
            labels: &translated.labels,
            module,
            sections,
            params: function.params as usize,
            locals: function.locals as usize,
            results: ty.results.len(),
            frame,
            next_label: 0,
            reached: true,
            table: 0,
            written: function.params as usize,
            marks: vec![0; frame],
            stretch: 1,
        })
    }

    fn instruction(&mut self, at: usize) -> Checked {
        if let Some(label) = self.labels.get(self.next_label)
            && label.at as usize == at
        {
            if self.table > 0 {
                // From the table it is reached with other slots written.
                return Err("a label is between the branches of a table");
            }
            self.next_label += 1;
            self.begin_at(label.height)?;
        }
        let code = self.code[at];
        if self.table > 0 {
            // The table leads here, whatever stands before.
            self.table -= 1;
            return if code.op.shape() == Shape::Branch {
                self.branch(code)
            } else {
                Err("a table leads to something that is no branch")
            };
        }
        if !self.reached {
            return Err("it is never reached");
        }
        if (at == 0) != (code.op.shape() == Shape::Enter) {
            return Err("a function begins with its entry, and has no other");
        }
        self.effect(code)?;
        self.reached &= !code.never_goes_on();
        Ok(())
    }

    /// What one instruction reads and writes.
    fn effect(&mut self, code: Instruction) -> Checked {
        let Instruction { a, b, c, imm, .. } = code;
        match code.op.shape() {
            Shape::Binary => {
                self.reads(b)?;
                self.reads(c)?;
                self.writes(a)
            }
            Shape::BinaryImm | Shape::Unary => {
                self.reads(b)?;
                self.writes(a)
            }
            Shape::Load => {
                is_offset(imm, 1)?;
                self.reads(b)?;
                self.writes(a)
            }
            Shape::LoadAt => {
                is_offset(imm, 2)?;
                self.writes(a)
            }
            Shape::Const | Shape::Query => self.writes(a),
            Shape::Select => {
                self.reads(b)?;
                self.reads(c)?;
                self.reads(u16::try_from(imm).map_err(|_| "its condition is no slot")?)?;
                self.writes(a)
            }
            Shape::Move => {
                // Of none it would not matter where they are, which may be outside of the stack.
                if c == 0 {
                    return Err("it moves nothing");
                }
                for slot in 0..c {
                    self.reads(b.checked_add(slot).ok_or("it moves too much")?)?;
                }
                for slot in 0..c {
                    self.writes(a.checked_add(slot).ok_or("it moves too much")?)?;
                }
                Ok(())
            }
            Shape::Store => {
                is_offset(imm, 1)?;
                self.reads(b)?;
                self.reads(c)
            }
            Shape::StoreAt => {
                is_offset(imm, 2)?;
                self.reads(c)
            }
            Shape::GlobalGet => {
                exists(imm, self.sections.globals.len(), "there is no such global")?;
                self.writes(a)
            }
            Shape::GlobalSet => {
                exists(imm, self.sections.globals.len(), "there is no such global")?;
                self.reads(b)
            }
            Shape::MemoryGrow => {
                self.reads(b)?;
                self.writes(a)
            }
            Shape::MemoryBulk => self.reads_three(code),
            Shape::MemoryInit => {
                exists(imm, self.sections.data.len(), "there is no such data segment")?;
                self.reads_three(code)
            }
            Shape::DataDrop => {
                exists(imm, self.sections.data.len(), "there is no such data segment")
            }
            Shape::TableGet => {
                self.needs_table()?;
                self.reads(b)?;
                self.writes(a)
            }
            Shape::TableSet => {
                self.needs_table()?;
                self.reads(b)?;
                self.reads(c)
            }
            Shape::TableGrow => {
                self.needs_table()?;
                self.reads(b)?;
                self.reads(c)?;
                self.writes(a)
            }
            Shape::TableBulk => {
                self.needs_table()?;
                self.reads_three(code)
            }
            Shape::TableInit => {
                self.needs_table()?;
                exists(imm, self.sections.elements.len(), "there is no such element segment")?;
                self.reads_three(code)
            }
            Shape::ElementDrop => {
                exists(imm, self.sections.elements.len(), "there is no such element segment")
            }
            Shape::Enter => self.enter(code),
            Shape::Charge => Ok(()),
            Shape::Branch => self.branch(code),
            Shape::BranchIf => {
                self.reads(b)?;
                self.reads(c)?;
                self.branch(code)
            }
            Shape::BranchIfImm => {
                self.reads(b)?;
                self.branch(code)
            }
            Shape::BranchTable => {
                self.reads(b)?;
                // The code is shorter than that.
                self.table = imm.saturating_add(1);
                Ok(())
            }
            Shape::Call => {
                exists(imm, self.module.functions().len(), "there is no such function")?;
                self.call_function(a, u64::from(self.sections.imported_functions) + imm)
            }
            Shape::CallImport => {
                let imports = self.sections.imported_functions as usize;
                exists(imm, imports, "there is no such import")?;
                self.call_function(a, imm)
            }
            Shape::CallIndirect => {
                self.needs_table()?;
                self.reads(b)?;
                let index = usize::try_from(imm).ok();
                let ty = index.and_then(|index| self.sections.types.get(index));
                self.call(a, ty.ok_or("there is no such type")?)
            }
            Shape::Return => self.returns(self.results),
            Shape::ReturnOne => {
                if self.results != 1 {
                    return Err("it does not return what its type says");
                }
                self.reads(b)
            }
            Shape::Unreachable => Ok(()),
            Shape::Pair => Err("pairs are named afterwards"),
        }
    }

    fn enter(&mut self, code: Instruction) -> Checked {
        let takes = self.frame + limits::CALL_SLOTS as usize;
        let clears = (usize::from(code.b), usize::from(code.c));
        if usize::from(code.a) != takes {
            return Err("it takes something else from the stack than its frame");
        }
        if clears != (self.params, self.locals) || self.locals > self.frame {
            return Err("it clears something else than its locals");
        }
        self.written = self.locals;
        Ok(())
    }

    /// From here on, all slots below `height` are written, and no others.
    fn begin_at(&mut self, height: u16) -> Checked {
        let height = usize::from(height);
        if height > self.frame {
            return Err("a label counts on more slots than the frame has");
        }
        if self.reached && self.written < height {
            return Err("it leads to a label without all slots written");
        }
        self.begin_stretch(height);
        self.reached = true;
        Ok(())
    }

    fn begin_stretch(&mut self, written: usize) {
        self.written = written;
        self.stretch += 1;
    }

    fn reads(&self, slot: u16) -> Checked {
        let slot = usize::from(slot);
        if slot < self.written || self.marks.get(slot) == Some(&self.stretch) {
            return Ok(());
        }
        Err("it reads a slot that may not be written")
    }

    fn reads_three(&self, code: Instruction) -> Checked {
        self.reads(code.a)?;
        self.reads(code.b)?;
        self.reads(code.c)
    }

    fn writes(&mut self, slot: u16) -> Checked {
        let slot = usize::from(slot);
        let mark = self.marks.get_mut(slot).ok_or("it writes outside of its frame")?;
        *mark = self.stretch;
        // Each step needs a write of this stretch.
        while self.marks.get(self.written) == Some(&self.stretch) {
            self.written += 1;
        }
        Ok(())
    }

    fn branch(&self, code: Instruction) -> Checked {
        let target = code.target();
        let label = self.labels.binary_search_by_key(&target, |label| label.at as usize);
        let label = label.map_err(|_| "it leads to where no label is")?;
        if target >= self.code.len() {
            return Err("it leads out of the function");
        }
        if self.written < usize::from(self.labels[label].height) {
            return Err("it leads to a label without all slots written");
        }
        Ok(())
    }

    fn call_function(&mut self, first: u16, index: u64) -> Checked {
        let ty = u32::try_from(index).ok().and_then(|index| self.sections.type_of(index));
        self.call(first, ty.ok_or("what it calls has no type")?)
    }

    /// What is called uses the slots from `first` on as its own.
    fn call(&mut self, first: u16, ty: &FunctionType) -> Checked {
        let (first, params, results) = (usize::from(first), ty.params.len(), ty.results.len());
        if self.written < first + params {
            return Err("it calls with arguments that may not be written");
        }
        if first + results > self.frame {
            return Err("results are outside of its frame");
        }
        if first < self.locals {
            return Err("a call takes its locals");
        }
        self.begin_stretch(first + results);
        Ok(())
    }

    fn returns(&self, results: usize) -> Checked {
        if self.written < results || results > self.frame {
            return Err("it returns what may not be written");
        }
        Ok(())
    }

    fn needs_table(&self) -> Checked {
        if self.module.table().is_some() { Ok(()) } else { Err("there is no table") }
    }
}

fn exists(index: u64, count: usize, otherwise: &'static str) -> Checked {
    if usize::try_from(index).is_ok_and(|index| index < count) { Ok(()) } else { Err(otherwise) }
}

/// Whether `number` is the sum of so many unsigned 32-bit numbers, so that no address overflows.
fn is_offset(number: u64, terms: u64) -> Checked {
    if number <= terms * u64::from(u32::MAX) { Ok(()) } else { Err("an offset is too large") }
}

#[cfg(test)]
mod tests;
