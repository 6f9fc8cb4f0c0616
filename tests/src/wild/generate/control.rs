//! Blocks, branches and calls.

use super::super::module::{Code, Kind, Signature, index};
use super::body::{Body, Frame};
use super::{ELEMENTS, IMPORTS};
use wasm_encoder::{Instruction as I, ValType};

impl Body<'_, '_> {
    /// A block, a loop or an `if`, over what is on the stack.
    pub(super) fn block(&mut self) {
        // What it takes is mostly what is there.
        let most = if self.one_in(8) { 16 } else { 4 };
        let count = self.choose(most).min(self.operands().len());
        let mut params = self.operands()[self.operands().len() - count..].to_vec();
        if self.one_in(6) {
            params = self.generator.signature().params;
            params.truncate(16);
        }
        let mut results = self.generator.signature().results;
        let shape = self.choose(5);
        let (is_if, has_else) = (shape >= 3, shape == 3);
        if is_if && !has_else {
            results.clone_from(&params);
            results.truncate(16);
        }
        let condition = if is_if { &[ValType::I32][..] } else { &[] };
        self.want(&[&params[..], condition].concat());
        let ty = self.generator.module.type_index(&Signature::new(&params, &results));
        let code = if is_if {
            let then = self.part(&params, &results, false);
            let other = has_else.then(|| self.part(&params, &results, false));
            Code::If(ty, then, other)
        } else {
            let kind = if shape == 2 { Kind::Loop } else { Kind::Block };
            Code::Block(kind, ty, self.part(&params, &results, kind == Kind::Loop))
        };
        self.code.push(code);
        self.give(&results);
    }

    /// What is inside a block.
    fn part(&mut self, params: &[ValType], results: &[ValType], is_loop: bool) -> Vec<Code> {
        let outer = std::mem::take(&mut self.code);
        self.frames.push(Frame {
            label: if is_loop { params } else { results }.to_vec(),
            results: results.to_vec(),
            height: self.stack.len(),
            is_loop,
            is_reachable: true,
        });
        self.give(params);
        self.steps();
        if is_loop && self.frame().is_reachable && !self.one_in(4) {
            // Mostly it goes round.
            self.branch_if_to(0);
        }
        self.finish();
        let frame = self.frames.pop().expect("it was put there");
        self.stack.truncate(frame.height);
        std::mem::replace(&mut self.code, outer)
    }

    /// The block that is so many further out.
    fn target(&self, label: usize) -> &Frame {
        &self.frames[self.frames.len() - 1 - label]
    }

    /// A block to branch to, seldom the function itself, since that is its end.
    fn label(&mut self) -> usize {
        let label = self.choose(self.frames.len());
        if label + 1 == self.frames.len() && !self.one_in(4) { 0 } else { label }
    }

    pub(super) fn branch_if(&mut self) {
        if self.frames.len() > 1 || self.one_in(4) {
            let label = self.label();
            self.branch_if_to(label);
        }
    }

    fn branch_if_to(&mut self, label: usize) {
        let types = self.target(label).label.clone();
        if self.target(label).is_loop {
            self.want(&types);
            self.spend();
        } else {
            self.want(&[&types[..], &[ValType::I32]].concat());
        }
        self.emit(I::BrIf(index(label)));
        self.give(&types);
    }

    /// A branch that is always taken, or a return.
    pub(super) fn branch(&mut self) {
        if self.one_in(3) {
            return self.give_back();
        }
        let label = self.label();
        if self.target(label).is_loop {
            return self.branch_if_to(label);
        }
        let types = self.target(label).label.clone();
        self.want(&types);
        self.emit(I::Br(index(label)));
        self.leave();
    }

    fn give_back(&mut self) {
        // What `main` does is shown at its end.
        if self.is_main && !self.one_in(8) {
            return;
        }
        let results = self.results.clone();
        self.want(&results);
        self.emit(I::Return);
        self.leave();
    }

    pub(super) fn branch_table(&mut self) {
        let forward: Vec<usize> =
            (0..self.frames.len()).filter(|label| !self.target(*label).is_loop).collect();
        let default = self.generator.choices.pick(&forward);
        let types = self.target(default).label.clone();
        let fitting: Vec<usize> =
            (0..self.frames.len()).filter(|label| self.target(*label).label == types).collect();
        let mut labels = vec![index(default)];
        for _ in 0..self.choose(6) {
            labels.push(index(self.generator.choices.pick(&fitting)));
        }
        let goes_round = labels.iter().any(|label| self.target(*label as usize).is_loop);
        if goes_round {
            // Without fuel it takes the first.
            self.want(&types);
            self.spend();
            let choice = self.choose(8);
            self.emit_all([I::I32Const(i32::try_from(choice).expect("small")), I::I32Mul]);
        } else {
            self.want(&types);
            self.value(ValType::I32);
            self.stack.pop();
            if !self.one_in(4) {
                self.emit_all([I::I32Const(7), I::I32And]);
            }
        }
        self.emit(I::BrTable(labels.into(), index(default)));
        self.leave();
    }

    pub(super) fn call(&mut self) {
        let own = self.generator.module.functions.len() - 1;
        let function = index(IMPORTS.len() + self.choose(own));
        let ty = self.generator.module.type_of(function);
        let Signature { params, results } = self.generator.module.types[ty as usize].clone();
        self.want(&params);
        self.emit(I::Call(function));
        self.give(&results);
    }

    /// Mostly of a function that is there.
    pub(super) fn call_indirect(&mut self) {
        let module = &self.generator.module;
        let element = self.generator.choices.below(ELEMENTS as usize);
        let function = module.elements[0].items[element];
        let Some(type_index) = u32::try_from(function).ok().map(|index| module.type_of(index))
        else {
            return;
        };
        let Signature { params, results } = module.types[type_index as usize].clone();
        self.want(&params);
        if self.one_in(16) {
            self.value(ValType::I32);
            self.stack.pop();
            self.emit_all([I::I32Const(7), I::I32And]);
        } else {
            self.emit(I::I32Const(i32::try_from(element).expect("small")));
        }
        self.emit(I::CallIndirect { type_index, table_index: 0 });
        self.give(&results);
    }
}
