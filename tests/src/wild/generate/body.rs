//! One function, instruction by instruction, with the types of what is on its operand stack.

use super::super::module::{Code, Signature, index, push};
use super::{FUEL, Generator, SUM};
use wasm_encoder::{Instruction as I, ValType};

/// How many values may wait on the stack before they are taken rather than added to.
const DEEP: usize = 40;

/// How deep blocks may be nested.
const NESTED: usize = 12;

/// A function that is being made.
pub(super) struct Body<'g, 'a> {
    pub(super) generator: &'g mut Generator<'a>,
    /// Types of parameters and locals.
    pub(super) locals: Vec<ValType>,
    /// Types of what is on the stack; in each frame what is above its height.
    pub(super) stack: Vec<ValType>,
    /// The function and the blocks that are open.
    pub(super) frames: Vec<Frame>,
    /// The code of the innermost frame.
    pub(super) code: Vec<Code>,
    /// What the function gives.
    pub(super) results: Vec<ValType>,
    pub(super) is_main: bool,
    /// How many more steps there are.
    steps: usize,
}

/// A block that is open.
pub(super) struct Frame {
    /// What a branch to it takes.
    pub(super) label: Vec<ValType>,
    pub(super) results: Vec<ValType>,
    /// How many values are below it.
    pub(super) height: usize,
    pub(super) is_loop: bool,
    /// Whether its code can be reached; where it can't, there is any value below what is known.
    pub(super) is_reachable: bool,
}

impl<'g, 'a> Body<'g, 'a> {
    pub(super) fn new(
        generator: &'g mut Generator<'a>,
        ty: u32,
        locals: &[ValType],
        is_main: bool,
    ) -> Self {
        let Signature { params, results } = generator.module.types[ty as usize].clone();
        let steps = 8 + generator.choices.below(120);
        Self {
            locals: [&params[..], locals].concat(),
            stack: Vec::new(),
            frames: vec![Frame {
                label: results.clone(),
                results: results.clone(),
                height: 0,
                is_loop: false,
                is_reachable: true,
            }],
            code: Vec::new(),
            results,
            is_main,
            steps,
            generator,
        }
    }

    pub(super) fn into_code(self) -> Vec<Code> {
        self.code
    }

    pub(super) fn choose(&mut self, number: usize) -> usize {
        self.generator.choices.below(number)
    }

    pub(super) fn one_in(&mut self, times: usize) -> bool {
        self.generator.choices.one_in(times)
    }

    pub(super) fn emit(&mut self, instruction: I<'static>) {
        self.code.push(Code::Plain(instruction));
    }

    pub(super) fn emit_all<const N: usize>(&mut self, instructions: [I<'static>; N]) {
        self.code.extend(instructions.map(Code::Plain));
    }

    pub(super) fn frame(&self) -> &Frame {
        self.frames.last().expect("the function is open")
    }

    /// What is on the stack in the innermost frame.
    pub(super) fn operands(&self) -> &[ValType] {
        &self.stack[self.frame().height..]
    }

    /// Spends fuel, and gives back what stands for nothing where there is none left.
    pub(super) fn enter(&mut self) {
        self.spend();
        self.emit(I::I32Eqz);
        let mut leave: Vec<Code> =
            self.results.iter().map(|ty| push(*ty, default(*ty)).into()).collect();
        leave.push(I::Return.into());
        let ty = self.generator.module.type_index(&Signature::default());
        self.code.push(Code::If(ty, leave, None));
    }

    /// Spends fuel, and puts on the stack whether there was some.
    pub(super) fn spend(&mut self) {
        self.emit_all([I::GlobalGet(FUEL), I::I32Const(1), I::I32Sub, I::GlobalSet(FUEL)]);
        self.emit_all([I::GlobalGet(FUEL), I::I32Const(0), I::I32GtS]);
    }

    /// Steps until there are no more, or nothing after can be reached.
    pub(super) fn steps(&mut self) {
        while self.steps > 0 && !self.generator.choices.are_used_up() {
            self.steps -= 1;
            if !self.frame().is_reachable && self.one_in(3) {
                break;
            }
            // A block ends at any time.
            if self.frames.len() > 1 && self.one_in(10) {
                break;
            }
            self.step();
        }
    }

    fn step(&mut self) {
        if self.operands().len() > DEEP {
            return self.take_one();
        }
        match self.choose(32) {
            0..=3 => {
                let ty = self.generator.ty();
                self.value(ty);
            }
            4..=8 => self.compute(),
            9..=11 => self.set_local(),
            12 => self.take_one(),
            13 => self.select(),
            14 | 15 => self.load(),
            16 | 17 => self.store(),
            18..=21 if self.frames.len() < NESTED => self.block(),
            22 | 23 => self.branch_if(),
            // In the function itself all that follows could not be reached.
            24 if self.frames.len() > 1 || self.one_in(8) => self.branch(),
            25 if self.frames.len() > 1 || self.one_in(8) => self.branch_table(),
            24..=27 => self.call(),
            28 => self.call_indirect(),
            29 => self.set_global(),
            30 => self.bulk(),
            _ => self.seldom(),
        }
    }

    /// Takes values of these types from the stack, and puts what is missing there before.
    pub(super) fn want(&mut self, types: &[ValType]) {
        let operands = self.operands();
        let there = operands.len();
        if !self.frame().is_reachable && there <= types.len() && types.ends_with(operands) {
            // What is missing is any value.
            self.stack.truncate(self.stack.len() - there);
            return;
        }
        let matching = (0..=types.len().min(there))
            .rev()
            .find(|count| operands.ends_with(&types[..*count]))
            .unwrap_or_default();
        for ty in &types[matching..] {
            self.value(*ty);
        }
        self.stack.truncate(self.stack.len() - types.len());
    }

    pub(super) fn give(&mut self, types: &[ValType]) {
        self.stack.extend(types);
    }

    /// Nothing after can be reached, up to the end of the frame.
    pub(super) fn leave(&mut self) {
        let frame = self.frames.last_mut().expect("the function is open");
        frame.is_reachable = false;
        self.stack.truncate(frame.height);
    }

    /// Takes the topmost value, into a local or away.
    pub(super) fn take_one(&mut self) {
        let Some(ty) = self.operands().last().copied() else { return };
        self.stack.pop();
        match self.local(ty) {
            Some(local) if self.one_in(2) => self.emit(I::LocalSet(local)),
            _ => self.emit(I::Drop),
        }
    }

    /// A local of this type.
    pub(super) fn local(&mut self, ty: ValType) -> Option<u32> {
        let locals: Vec<usize> =
            (0..self.locals.len()).filter(|local| self.locals[*local] == ty).collect();
        (!locals.is_empty()).then(|| index(self.generator.choices.pick(&locals)))
    }

    /// Ends the innermost frame: its results are on the stack, and nothing else of it.
    pub(super) fn finish(&mut self) {
        let results = self.frame().results.clone();
        if !self.frame().is_reachable {
            while !self.operands().is_empty() {
                self.stack.pop();
                self.emit(I::Drop);
            }
            // They need not be there.
            if self.one_in(3) {
                for ty in &results {
                    self.emit(push(*ty, default(*ty)));
                }
            }
            return;
        }
        if self.operands() == results {
            return self.want(&results);
        }
        // A branch takes the results and leaves what is below them; out of a loop it would not.
        if !self.frame().is_loop && !self.one_in(3) {
            self.want(&results);
            if !self.operands().is_empty() {
                self.emit(I::Br(0));
                self.leave();
            }
            return;
        }
        while !self.operands().is_empty() {
            self.take_one();
        }
        self.want(&results);
    }

    /// Ends the function: what is in its locals is added to the sum.
    pub(super) fn finish_function(&mut self) {
        if self.frame().is_reachable && !self.one_in(8) {
            for (local, ty) in (0..).zip(self.locals.clone()) {
                self.emit_all([I::GlobalGet(SUM), I::I64Const(7), I::I64Rotl, I::LocalGet(local)]);
                match ty {
                    ValType::I32 => self.emit(I::I64ExtendI32U),
                    ValType::I64 => {}
                    _ => self.emit_all([I::RefIsNull, I::I64ExtendI32U]),
                }
                self.emit_all([I::I64Add, I::GlobalSet(SUM)]);
            }
        }
        self.finish();
    }
}

/// What a local of this type is at first.
fn default(ty: ValType) -> u64 {
    if ty == ValType::FUNCREF { super::NULL } else { 0 }
}
