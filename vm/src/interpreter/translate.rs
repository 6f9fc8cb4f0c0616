//! From a function's WebAssembly to the interpreter's code.
//!
//! One pass over the instructions, with the operand stack as it will be at run time. Each operand has a slot of its
//! own. One that is a local or a constant may *wait* outside of it, so that the instruction that takes it reads the
//! local or has the constant in place. Two rules keep that right:
//!
//! - Where control can join or leave (a block's beginning and end, a branch, a call, a return) nothing waits: all
//!   operands are in their slots before it. So whatever way leads to a place, it finds the same slots.
//! - Before a local is set, operands that wait in it move to their slots.
//!
//! At most [`WAITING`] operands wait, those on top, so that both take a bounded number of steps.
//!
//! A comparison that a branch follows becomes a part of it, and an instruction whose result goes into a local writes
//! that local; both only look at the instruction just written, and only if no label has been put behind it. What
//! stretches of code cost is said by [`Prepared::charges`]; [`finish`] makes charges a part of branches where
//! it can.

mod finish;
mod operands;
mod plain;

use super::code::{Instruction, Label, Op, Translated};
use hebe_gas::{Charge, Function, FunctionType, Module, Prepared};
use operands::Operands;
use wasmparser::{BinaryReader, BlockType, Operator, OperatorsReader};

/// So many operands may wait outside of their slots.
const WAITING: usize = 8;

/// Translates the function of the module's own with this index among them. Time and memory are linear in the size of
/// its code.
///
/// # Errors
///
/// Says what was not expected. No [`Prepared`] module gets there.
pub(crate) fn translate(module: &Prepared, own: u32) -> Result<Translated, String> {
    let sections = module.module();
    let index = sections.imported_functions + own;
    let function = &module.functions()[own as usize];
    let ty = sections.type_of(index).ok_or("a function has no type")?;
    let mut translator = Translator::new(sections, function, ty, module);
    translator.translate(module.code())?;
    Ok(translator.finish())
}

/// A function that is being translated.
struct Translator<'a> {
    module: &'a Module,
    function: &'a Function,
    charges: std::iter::Peekable<std::slice::Iter<'a, Charge>>,
    out: Vec<Instruction>,
    /// The first slot of the operand stack.
    locals: u16,
    operands: Operands,
    /// The blocks that are open; the function's own is the first.
    controls: Vec<Control>,
    /// Where labels are, by their number; they have a place when they are put.
    labels: Vec<Label>,
    /// Instructions before this one must stay as they are: a label is behind them.
    fixed: usize,
    /// How many blocks have been opened in code that can't be reached; `None` where it can be.
    unreachable: Option<u32>,
    /// How many `br_table`s there were.
    tables: u32,
}

/// An open block.
struct Control {
    kind: Kind,
    /// Where branches to it lead.
    label: u32,
    /// How many operands are below its parameters.
    height: usize,
    params: usize,
    results: usize,
    /// The way of the `br_table` at hand to it, if there is one: the number of that table, and a label.
    way: (u32, u32),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Function,
    Block,
    Loop,
    /// An `if`, with the label of its `else`.
    If(u32),
    Else,
}

impl Control {
    /// How many operands a branch to it takes along.
    fn arity(&self) -> usize {
        if self.kind == Kind::Loop { self.params } else { self.results }
    }
}

/// What a branch does with its operands.
struct Way {
    label: u32,
    arity: u16,
    from: u16,
    to: u16,
}

impl Way {
    /// The instruction that brings the operands, which are in their slots, to where they are wanted, if they are not
    /// there.
    fn moving(&self) -> Option<Instruction> {
        let moves = self.arity > 0 && self.from != self.to;
        moves.then(|| Instruction::slots(Op::Move, self.to, self.from, self.arity))
    }
}

/// A label that has not been put yet.
const NOWHERE: u32 = u32::MAX;

impl<'a> Translator<'a> {
    fn new(
        module: &'a Module,
        function: &'a Function,
        ty: &FunctionType,
        prepared: &'a Prepared,
    ) -> Self {
        let charges = &prepared.charges()[function.charges.clone()];
        let mut translator = Self {
            module,
            function,
            charges: charges.iter().peekable(),
            out: Vec::with_capacity(function.instructions.len() / 2 + 4),
            // Limits keep all of these far below 2^16.
            locals: small(function.locals as usize),
            operands: Operands::default(),
            controls: Vec::new(),
            labels: Vec::new(),
            fixed: 0,
            unreachable: None,
            tables: 0,
        };
        translator.open(Kind::Function, 0, 0, ty.results.len());
        translator
    }

    fn translate(&mut self, code: &[u8]) -> Result<(), String> {
        let range = self.function.instructions.clone();
        let reader = BinaryReader::new(&code[range.clone()], range.start);
        let mut operators = OperatorsReader::new(reader);
        self.enter();
        loop {
            let at = operators.original_position();
            if at >= range.end {
                return Ok(());
            }
            if let Some(charge) = self.charges.next_if(|charge| charge.at == at) {
                self.charge(charge.particles);
            }
            let operator = operators.read().map_err(|error| error.to_string())?;
            match self.unreachable {
                None => self.operator(operator)?,
                Some(depth) => self.skip(&operator, depth)?,
            }
        }
    }

    /// The first instruction: it takes the frame from the stack, and clears the locals.
    fn enter(&mut self) {
        let frame = self.function.frame + hebe_gas::limits::CALL_SLOTS;
        let (params, locals) = (small(self.function.params as usize), self.locals);
        self.emit(Instruction::slots(Op::Enter, small(frame as usize), params, locals));
    }

    fn charge(&mut self, particles: u64) {
        let fixed = self.fixed;
        let is_behind_label = self.out.len() == fixed;
        match self.out.last_mut() {
            // A stretch of which nothing was left, and the next one.
            Some(last) if last.op == Op::Charge && !is_behind_label => last.imm += particles,
            _ => {
                self.emit(Instruction { imm: particles, ..Instruction::slots(Op::Charge, 0, 0, 0) })
            }
        }
    }

    /// Takes an instruction that can't be reached.
    fn skip(&mut self, operator: &Operator<'_>, depth: u32) -> Result<(), String> {
        match operator {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
                self.unreachable = Some(depth + 1);
            }
            Operator::End if depth > 0 => self.unreachable = Some(depth - 1),
            Operator::End => return self.end(),
            Operator::Else if depth == 0 => return self.or_else(),
            _ => {}
        }
        Ok(())
    }

    /// Takes an instruction that can be reached.
    fn operator(&mut self, operator: Operator<'_>) -> Result<(), String> {
        match operator {
            Operator::Block { blockty } => {
                self.flush();
                self.open_block(Kind::Block, blockty)?;
            }
            Operator::Loop { blockty } => {
                self.flush();
                self.open_block(Kind::Loop, blockty)?;
                let control = self.control(0)?;
                let (label, height) = (control.label, control.height + control.params);
                self.put(label, height);
            }
            Operator::If { blockty } => {
                let condition = self.condition();
                self.flush();
                let otherwise = self.new_label();
                self.branch_unless(condition, otherwise);
                self.open_block(Kind::If(otherwise), blockty)?;
            }
            Operator::Else => {
                self.flush();
                let label = self.control(0)?.label;
                self.branch(label);
                return self.or_else();
            }
            Operator::End => {
                return self.end();
            }
            Operator::Br { relative_depth } => {
                self.branch_out(relative_depth)?;
                self.leave();
            }
            Operator::BrIf { relative_depth } => self.br_if(relative_depth)?,
            Operator::BrTable { targets } => {
                let depths = targets.targets().collect::<Result<Vec<_>, _>>();
                let depths = depths.map_err(|error| error.to_string())?;
                self.br_table(&depths, targets.default())?;
                self.leave();
            }
            Operator::Return => {
                self.give_back();
                self.leave();
            }
            Operator::Unreachable => {
                self.emit(Instruction::slots(Op::Unreachable, 0, 0, 0));
                self.leave();
            }
            Operator::Call { function_index } => {
                let ty = self.module.type_of(function_index).ok_or("there is no such function")?;
                let imported = self.module.imported_functions;
                let (op, index) = match function_index.checked_sub(imported) {
                    Some(own) => (Op::Call, own),
                    None => (Op::CallImport, function_index),
                };
                self.call(ty, Instruction { imm: index.into(), ..Instruction::slots(op, 0, 0, 0) });
            }
            Operator::CallIndirect { type_index, .. } => {
                let ty = self.module.types.get(type_index as usize).ok_or("there is no type")?;
                let element = self.pop_slot();
                let call = Instruction::slots(Op::CallIndirect, 0, element, 0);
                self.call(ty, Instruction { imm: type_index.into(), ..call });
            }
            other => return self.plain(&other),
        }
        Ok(())
    }

    /// Calls a function, whose parameters and results take the same place.
    fn call(&mut self, ty: &FunctionType, call: Instruction) {
        self.flush();
        self.operands.truncate(self.operands.len() - ty.params.len());
        let a = self.slot(self.operands.len());
        self.emit(Instruction { a, ..call });
        self.operands.push_settled(ty.results.len());
    }

    fn open_block(&mut self, kind: Kind, ty: BlockType) -> Result<(), String> {
        let (params, results) = match ty {
            BlockType::Empty => (0, 0),
            BlockType::Type(_) => (0, 1),
            BlockType::FuncType(index) => {
                let ty = self.module.types.get(index as usize).ok_or("a block has no type")?;
                (ty.params.len(), ty.results.len())
            }
        };
        self.open(kind, self.operands.len() - params, params, results);
        Ok(())
    }

    fn open(&mut self, kind: Kind, height: usize, params: usize, results: usize) {
        let label = self.new_label();
        self.controls.push(Control { kind, label, height, params, results, way: (0, 0) });
    }

    /// The open block that so many others are in.
    fn control(&mut self, depth: u32) -> Result<&mut Control, String> {
        let index = self.controls.len().checked_sub(depth as usize + 1);
        index.and_then(|index| self.controls.get_mut(index)).ok_or_else(|| "no block".to_owned())
    }

    /// `else`, to which the code before it does not lead.
    fn or_else(&mut self) -> Result<(), String> {
        let control = self.control(0)?;
        let Kind::If(otherwise) = control.kind else { return Err("an else without an if".into()) };
        control.kind = Kind::Else;
        let (height, params) = (control.height, control.params);
        self.operands.truncate(height);
        self.operands.push_settled(params);
        self.put(otherwise, height + params);
        self.unreachable = None;
        Ok(())
    }

    /// `end`, reached or not.
    fn end(&mut self) -> Result<(), String> {
        let reached = self.unreachable.is_none();
        let Some(control) = self.controls.pop() else { return Err("an end too many".into()) };
        let after = control.height + control.results;
        if control.kind == Kind::Function {
            // Where no branch leads here, results need not be brought together first.
            if self.is_used(control.label) {
                if reached {
                    self.flush();
                }
                self.operands.truncate(0);
                self.operands.push_settled(control.results);
                self.put(control.label, after);
                self.give_back_as(control.results);
            } else if reached {
                self.give_back_as(control.results);
            }
            return Ok(());
        }
        if reached {
            self.flush();
        }
        if let Kind::If(otherwise) = control.kind {
            // Without an `else`, its parameters are its results.
            self.put(otherwise, after);
        }
        self.operands.truncate(control.height);
        self.operands.push_settled(control.results);
        if control.kind != Kind::Loop {
            self.put(control.label, after);
        } else if !reached {
            // No branch leads behind a loop. What is there is never reached, but written all the same.
            let nobody = self.new_label();
            self.put(nobody, after);
        }
        self.unreachable = None;
        Ok(())
    }

    /// Nothing behind this is reached, up to the end of the block.
    fn leave(&mut self) {
        self.unreachable = Some(0);
    }

    /// A branch that is taken, with what it takes along.
    fn branch_out(&mut self, depth: u32) -> Result<(), String> {
        let way = self.way_out(depth)?;
        match way.arity {
            0 => {}
            // One goes straight to where it is wanted.
            1 => {
                let operand = self.operands.pop();
                self.bring(operand, self.operands.len(), way.to);
            }
            _ => {
                self.flush();
                self.out.extend(way.moving());
            }
        }
        self.branch(way.label);
        Ok(())
    }

    /// Where a branch leads, and what it takes along.
    fn way_out(&mut self, depth: u32) -> Result<Way, String> {
        let operands = self.operands.len();
        let control = self.control(depth)?;
        let (label, arity, to) = (control.label, control.arity(), control.height);
        let (from, to) = (self.slot(operands - arity), self.slot(to));
        Ok(Way { label, arity: small(arity), from, to })
    }

    fn br_if(&mut self, depth: u32) -> Result<(), String> {
        let condition = self.condition();
        self.flush();
        let way = self.way_out(depth)?;
        let Some(moving) = way.moving() else {
            self.branch_if(condition, way.label);
            return Ok(());
        };
        let on = self.new_label();
        self.branch_unless(condition, on);
        self.emit(moving);
        self.branch(way.label);
        self.put(on, self.operands.len());
        Ok(())
    }

    /// Each target is a branch behind the table. Where operands have to be moved, it leads to where that is done,
    /// once for each block.
    fn br_table(&mut self, depths: &[u32], default: u32) -> Result<(), String> {
        let index = self.pop_slot();
        self.flush();
        let count = depths.len() as u64;
        let table = Instruction::slots(Op::BranchTable, 0, index, 0);
        self.emit(Instruction { imm: count, ..table });
        self.tables += 1;
        let number = self.tables;
        let mut ways = Vec::new();
        for depth in depths.iter().copied().chain([default]) {
            let way = self.way_out(depth)?;
            let Some(moving) = way.moving() else {
                self.branch(way.label);
                continue;
            };
            if self.control(depth)?.way.0 != number {
                let first = self.new_label();
                self.control(depth)?.way = (number, first);
                ways.push((first, moving, way.label));
            }
            let first = self.control(depth)?.way.1;
            self.branch(first);
        }
        for (first, moving, label) in ways {
            self.put(first, self.operands.len());
            self.emit(moving);
            self.branch(label);
        }
        Ok(())
    }

    /// `return`.
    fn give_back(&mut self) {
        let results = self.controls.first().map_or(0, |function| function.results);
        self.give_back_as(results);
    }

    fn give_back_as(&mut self, results: usize) {
        match results {
            0 => self.emit(Instruction::slots(Op::Return, 0, 0, 0)),
            1 => {
                let slot = self.pop_slot();
                self.emit(Instruction::slots(Op::ReturnOne, 0, slot, 0));
            }
            _ => {
                self.flush();
                let from = self.slot(self.operands.len() - results);
                self.emit(Instruction::slots(Op::Move, 0, from, small(results)));
                self.emit(Instruction::slots(Op::Return, 0, 0, 0));
            }
        }
    }

    /// Takes the condition from the stack: a comparison that branches can do themselves.
    fn condition(&mut self) -> Instruction {
        let operand = self.operands.pop();
        let own = self.slot(self.operands.len());
        let maker = self.maker(operand, own).copied();
        if let Some(last) = maker
            && last.op.as_branch().is_some()
            && (!has_number(last) || branch_number(last).is_some())
        {
            self.out.pop();
            return last;
        }
        let slot = self.settle(operand, self.operands.len());
        test(slot)
    }

    fn branch_if(&mut self, condition: Instruction, label: u32) {
        let number = branch_number(condition);
        let op = condition.op.as_branch().unwrap_or(Op::BrNeImm);
        let c = number.unwrap_or(condition.c);
        self.emit(Instruction { op, a: 0, b: condition.b, c, imm: u64::from(label) });
    }

    fn branch_unless(&mut self, condition: Instruction, label: u32) {
        let (op, swapped) = condition.op.opposite().unwrap_or((Op::EqImm, false));
        let (b, c) = if swapped { (condition.c, condition.b) } else { (condition.b, condition.c) };
        self.branch_if(Instruction { op, b, c, ..condition }, label);
    }

    fn branch(&mut self, label: u32) {
        self.emit(Instruction { imm: label.into(), ..Instruction::slots(Op::Branch, 0, 0, 0) });
    }

    fn new_label(&mut self) -> u32 {
        self.labels.push(Label { at: NOWHERE, height: 0 });
        u32::try_from(self.labels.len() - 1).unwrap_or(NOWHERE)
    }

    /// Puts a label here, where there are so many operands.
    fn put(&mut self, label: u32, operands: usize) {
        let height = self.slot(operands);
        let at = u32::try_from(self.out.len()).unwrap_or(NOWHERE);
        if let Some(place) = self.labels.get_mut(label as usize) {
            *place = Label { at, height };
        }
        self.fixed = self.out.len();
    }

    /// Whether a branch leads to a label that has not been put.
    fn is_used(&self, label: u32) -> bool {
        // Only the function's own is asked for, once, at its end.
        let is_it = |code: &Instruction| code.is_branch() && code.target() == label as usize;
        self.out.iter().any(is_it)
    }

    fn emit(&mut self, instruction: Instruction) {
        self.out.push(instruction);
    }

    /// The slot of the operand at this height.
    fn slot(&self, height: usize) -> u16 {
        self.locals + small(height)
    }
}

/// The comparison of a slot with zero: whether it is something else.
fn test(slot: u16) -> Instruction {
    Instruction::slots(Op::NeImm, 0, slot, 0)
}

/// Whether a comparison is one with a number.
fn has_number(comparison: Instruction) -> bool {
    comparison.op.shape() == super::code::Shape::BinaryImm
}

/// The number of a comparison as a branch has it, if it has room for it; see [`Op`].
fn branch_number(comparison: Instruction) -> Option<u16> {
    if !has_number(comparison) {
        return None;
    }
    let number = comparison.imm;
    match comparison.op {
        Op::LtS32Imm | Op::GtS32Imm | Op::LeS32Imm | Op::GeS32Imm => {
            let number = u32::try_from(number).ok()?.cast_signed();
            i16::try_from(number).ok().map(i16::cast_unsigned)
        }
        Op::LtS64Imm | Op::GtS64Imm | Op::LeS64Imm | Op::GeS64Imm => {
            i16::try_from(number.cast_signed()).ok().map(i16::cast_unsigned)
        }
        _ => u16::try_from(number).ok(),
    }
}

/// A slot, or how many there are. Limits keep both far below 2^16.
fn small(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}
