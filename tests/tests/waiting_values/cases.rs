//! The combinations, and the function of each.

use hebe_testing::wild::{Code, Function, Kind, Module, Signature};
use std::fmt;
use wasm_encoder::{Instruction as I, MemArg, ValType};

use ValType::{I32, I64};

// The locals of each function; the first two are its parameters.
/// Which way it goes: 0, 1 or 2.
const PATH: u32 = 0;
/// Where in memory it leaves what it read.
const OUT: u32 = 1;
const A32: u32 = 2;
const A64: u32 = 3;
const B32: u32 = 4;
const B64: u32 = 5;
/// Never set before.
const UNSET: u32 = 6;
/// Counts a loop's turns.
const TURN: u32 = 7;
const LOCALS: [ValType; 6] = [I32, I64, I32, I64, I32, I32];

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Local,
    Parameter,
    UnsetLocal,
    Tee,
    Constant,
    Add,
    Comparison,
    Eqz,
    Call,
    Load,
    Global,
}

/// What waits below the block, the topmost last.
const WAITING: &[&[(Source, ValType)]] = &[
    &[(Source::Local, I32)],
    &[(Source::Local, I64)],
    &[(Source::Tee, I32)],
    &[(Source::Tee, I64)],
    &[(Source::Constant, I64)],
    &[(Source::Add, I32)],
    &[(Source::Comparison, I32)],
    &[(Source::Call, I64)],
    &[(Source::Eqz, I32), (Source::Local, I64)],
    &[(Source::Local, I32), (Source::Local, I32)],
    &[(Source::Global, I32), (Source::Load, I64)],
    &[(Source::UnsetLocal, I32), (Source::Parameter, I32), (Source::Tee, I32)],
];

/// What comes over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    Block,
    /// A loop that is run through once.
    Loop,
    /// A loop that is run through three times.
    Turns,
    IfElse,
    /// Only where it gives what it takes.
    If,
}

const OVER: [Over; 5] = [Over::Block, Over::Loop, Over::Turns, Over::IfElse, Over::If];

/// The parameters that it has, and where they come from.
const PARAMS: &[&[(Source, ValType)]] = &[
    &[],
    &[(Source::Local, I32)],
    &[(Source::Constant, I64)],
    &[(Source::Tee, I32), (Source::Add, I64)],
    &[(Source::Local, I64), (Source::Local, I32)],
    &[(Source::Call, I32), (Source::Local, I32), (Source::Constant, I64)],
    &[(Source::Comparison, I32), (Source::Local, I64), (Source::Local, I64)],
];

/// What it gives.
const RESULTS: &[&[ValType]] = &[&[], &[I32], &[I64, I32], &[I32, I32, I64]];

/// What happens inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inside {
    Nothing,
    Set,
    Tee,
    /// The parameters are put into the locals that others wait in.
    SetFromParams,
    /// Set only where a `br_if` does not leave before.
    SetOnOnePath,
    /// Set and left, with another value below.
    SetAndBr,
    /// Left by a `br_table`, with another value below, and set elsewhere.
    BrTable,
    /// Returned from on one path.
    Return,
    SetInIf,
}

const INSIDE: [Inside; 9] = [
    Inside::Nothing,
    Inside::Set,
    Inside::Tee,
    Inside::SetFromParams,
    Inside::SetOnOnePath,
    Inside::SetAndBr,
    Inside::BrTable,
    Inside::Return,
    Inside::SetInIf,
];

/// How what waited is read after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    Store,
    SetAndStore,
    Add,
    Call,
    Select,
    Tee,
}

const AFTER: [After; 6] =
    [After::Store, After::SetAndStore, After::Add, After::Call, After::Select, After::Tee];

/// One combination.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) waiting: &'static [(Source, ValType)],
    pub(super) over: Over,
    pub(super) params: &'static [(Source, ValType)],
    pub(super) results: &'static [ValType],
    pub(super) inside: Inside,
    pub(super) after: After,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { waiting, over, params, results, inside, after } = self;
        write!(
            f,
            "{waiting:?} waits, {over:?} of {params:?} -> {results:?} over it, {inside:?} inside, read by {after:?}"
        )
    }
}

/// All combinations of what waits, what comes over it, what happens inside and what is read after. The
/// results of a block go by turns with these.
pub(super) fn cases() -> impl Iterator<Item = Case> {
    let mut turn = 0;
    let combinations = WAITING.iter().flat_map(move |waiting| {
        OVER.iter().flat_map(move |over| {
            PARAMS.iter().flat_map(move |params| {
                INSIDE.iter().flat_map(move |inside| {
                    AFTER.iter().map(move |after| (waiting, over, params, inside, after))
                })
            })
        })
    });
    combinations.map(move |(waiting, over, params, inside, after)| {
        turn += 1;
        let same =
            RESULTS.iter().find(|results| params.iter().map(|(_, ty)| ty).eq(results.iter()));
        let results = match over {
            Over::If => same.unwrap_or(&RESULTS[0]),
            _ => &RESULTS[turn % RESULTS.len()],
        };
        // An `if` without `else` gives what it takes.
        let over = if *over == Over::If && same.is_none() { Over::IfElse } else { *over };
        Case { waiting, over, params, results, inside: *inside, after: *after }
    })
}

/// The type of each function: a path and where to write; two values that are written by the caller.
pub(super) fn signature() -> Signature {
    Signature::new(&[I32, I32], &[I64, I32])
}

/// The function of a case.
pub(super) fn function(case: &Case, module: &mut Module) -> Function {
    let mut body = Body { code: Vec::new(), module };
    // What is in the locals differs from way to way.
    body.push([I::LocalGet(PATH), I::I32Const(0x1001), I::I32Mul, I::LocalSet(A32)]);
    body.push([I::I64Const(0x1111_2222_3333_4444), I::LocalGet(PATH), I::I64ExtendI32U, I::I64Add]);
    body.push([I::LocalSet(A64), I::LocalGet(A32), I::I32Const(7), I::I32Xor, I::LocalSet(B32)]);
    for (source, ty) in case.waiting {
        body.push([I::LocalGet(OUT)]);
        body.source(*source, *ty);
    }
    for (source, ty) in case.params {
        body.source(*source, *ty);
    }
    body.over(case);
    // What the block gave is kept where the function's own results come from.
    for ty in case.results.iter().rev() {
        body.combine(*ty);
    }
    for (place, (_, ty)) in case.waiting.iter().enumerate().rev() {
        body.read(case.after, *ty, place);
    }
    for (place, local, ty) in [(24, A32, I32), (28, B32, I32), (32, A64, I64)] {
        body.push([I::LocalGet(OUT), I::LocalGet(local)]);
        body.store(ty, place);
    }
    body.push([I::LocalGet(B64), I::LocalGet(TURN)]);
    let code = body.code;
    Function { ty: module.type_index(&signature()), locals: LOCALS.into(), body: code }
}

/// A function that is being written.
struct Body<'a> {
    code: Vec<Code>,
    module: &'a mut Module,
}

impl Body<'_> {
    fn push<const N: usize>(&mut self, instructions: [I<'static>; N]) {
        self.code.extend(instructions.map(Code::Plain));
    }

    /// What is written by `write`, by itself.
    fn part(&mut self, write: impl FnOnce(&mut Body<'_>)) -> Vec<Code> {
        let mut part = Body { code: Vec::new(), module: self.module };
        write(&mut part);
        part.code
    }

    fn block(&mut self, kind: Kind, params: &[ValType], results: &[ValType], body: Vec<Code>) {
        let ty = self.module.type_index(&Signature::new(params, results));
        self.code.push(Code::Block(kind, ty, body));
    }

    fn source(&mut self, source: Source, ty: ValType) {
        let is_32 = ty == I32;
        let (a, b) = if is_32 { (A32, B32) } else { (A64, B64) };
        match source {
            Source::Local => self.push([I::LocalGet(a)]),
            Source::Parameter => self.push([I::LocalGet(PATH)]),
            Source::UnsetLocal => self.push([I::LocalGet(UNSET)]),
            Source::Constant if is_32 => self.push([I::I32Const(0x0c0f_fee0)]),
            Source::Constant => self.push([I::I64Const(0x0123_4567_89ab_cdef)]),
            Source::Add | Source::Tee => {
                self.push([I::LocalGet(a), I::LocalGet(b)]);
                self.push([if is_32 { I::I32Add } else { I::I64Add }]);
                if source == Source::Tee {
                    self.push([I::LocalTee(a)]);
                }
            }
            Source::Comparison => self.push([I::LocalGet(A32), I::I32Const(0x1001), I::I32LtU]),
            Source::Eqz => self.push([I::LocalGet(A32), I::I32Eqz]),
            Source::Call if is_32 => self.push([I::LocalGet(A32), I::Call(self.helper(0))]),
            Source::Call => self.push([I::LocalGet(A64), I::Call(self.helper(1))]),
            Source::Load if is_32 => self.push([I::I32Const(0), I::I32Load(at(0, 2))]),
            Source::Load => self.push([I::I32Const(0), I::I64Load(at(0, 3))]),
            Source::Global => self.push([I::GlobalGet(u32::from(!is_32))]),
        }
    }

    /// The index of a function that others call.
    fn helper(&self, place: u32) -> u32 {
        u32::try_from(self.module.imports.len()).expect("one") + place
    }

    /// The block, in another where that has to be.
    fn over(&mut self, case: &Case) {
        let params: Vec<ValType> = case.params.iter().map(|(_, ty)| *ty).collect();
        let (params, results) = (&params[..], case.results);
        match case.over {
            Over::Block => {
                let inner = self.part(|body| body.inside(case, params, 0));
                let outer = self.part(|body| body.block(Kind::Block, params, results, inner));
                self.block(Kind::Block, params, results, outer);
            }
            Over::Loop | Over::Turns => {
                let inner = self.part(|body| {
                    body.inside(case, params, 1);
                    if case.over == Over::Turns {
                        body.turn(params, results);
                    }
                });
                let outer = self.part(|body| body.block(Kind::Loop, params, results, inner));
                self.block(Kind::Block, params, results, outer);
            }
            Over::IfElse | Over::If => {
                let then = self.part(|body| body.inside(case, params, 0));
                let other = self.part(|body| {
                    body.take(params, false);
                    body.give(results);
                });
                let other = (case.over == Over::IfElse).then_some(other);
                let outer = self.part(|body| {
                    let ty = body.module.type_index(&Signature::new(params, results));
                    body.push([I::LocalGet(PATH)]);
                    body.code.push(Code::If(ty, then, other));
                });
                self.block(Kind::Block, params, results, outer);
            }
        }
    }

    /// What happens inside, from parameters to results. The label to leave by is so many blocks out, and
    /// the next one leaves too.
    fn inside(&mut self, case: &Case, params: &[ValType], label: u32) {
        let results = case.results;
        self.take(params, case.inside == Inside::SetFromParams);
        match case.inside {
            Inside::Nothing | Inside::SetFromParams => {}
            Inside::Set => self.set(),
            Inside::Tee => {
                self.push([I::I32Const(0x7e7e), I::LocalTee(A32), I::LocalSet(B32)]);
                self.push([I::I64Const(-0x7e7e), I::LocalTee(A64), I::LocalSet(B64)]);
            }
            Inside::SetOnOnePath => {
                self.give(results);
                self.push([I::LocalGet(PATH), I::BrIf(label)]);
                self.drop(results);
                self.set();
            }
            Inside::SetAndBr => {
                self.set();
                self.push([I::LocalGet(B32)]);
                self.give(results);
                self.push([I::Br(label)]);
                return;
            }
            Inside::BrTable => {
                let ty = self.module.type_index(&Signature::default());
                let set = self.part(|body| {
                    body.push([I::LocalGet(A32)]);
                    body.give(results);
                    body.push([
                        I::LocalGet(PATH),
                        I::BrTable(vec![label + 2, label + 1].into(), label + 2),
                    ]);
                });
                let once = self.part(|body| {
                    body.push([I::LocalGet(PATH), I::I32Const(2), I::I32Eq, I::BrIf(0)]);
                    body.code.extend(set);
                });
                let once = if label == 0 {
                    once
                } else {
                    // Out of a loop there is one way.
                    self.part(|body| {
                        body.push([I::LocalGet(PATH), I::I32Const(2), I::I32Eq, I::BrIf(0)]);
                        body.push([I::I32Const(9)]);
                        body.give(results);
                        body.push([
                            I::LocalGet(PATH),
                            I::BrTable(vec![label + 1].into(), label + 1),
                        ]);
                    })
                };
                self.code.push(Code::Block(Kind::Block, ty, once));
                self.set();
            }
            Inside::Return => {
                let ty = self.module.type_index(&Signature::default());
                let then = self.part(|body| {
                    body.push([I::LocalGet(A32), I::LocalGet(A64), I::LocalGet(B32), I::Return]);
                });
                self.push([I::LocalGet(PATH), I::I32Const(1), I::I32Eq]);
                self.code.push(Code::If(ty, then, None));
                self.set();
            }
            Inside::SetInIf => {
                let ty = self.module.type_index(&Signature::default());
                let then = self.part(|body| body.set());
                self.push([I::LocalGet(PATH), I::I32Const(1), I::I32And]);
                self.code.push(Code::If(ty, then, None));
            }
        }
        self.give(results);
    }

    /// Runs the loop again, until it was run three times.
    fn turn(&mut self, params: &[ValType], results: &[ValType]) {
        self.drop(results);
        for ty in params {
            self.push([I::LocalGet(if *ty == I32 { B32 } else { A64 })]);
        }
        self.push([I::LocalGet(TURN), I::I32Const(1), I::I32Add, I::LocalTee(TURN)]);
        self.push([I::I32Const(3), I::I32LtU, I::BrIf(0)]);
        self.drop(params);
        self.give(results);
    }

    /// Takes parameters from the stack: into locals in which others wait, or to be seen in the end.
    fn take(&mut self, params: &[ValType], overwrite: bool) {
        for ty in params.iter().rev() {
            match (overwrite, *ty == I32) {
                (true, true) => self.push([I::LocalSet(A32)]),
                (true, false) => self.push([I::LocalSet(A64)]),
                (false, _) => self.combine(*ty),
            }
        }
    }

    /// Adds a value to what has been seen.
    fn combine(&mut self, ty: ValType) {
        if ty == I32 {
            self.push([I::I64ExtendI32U]);
        }
        self.push([I::LocalGet(B64), I::I64Const(5), I::I64Rotl, I::I64Xor, I::LocalSet(B64)]);
    }

    /// Puts results on the stack: a local, a sum, a constant by turns.
    fn give(&mut self, results: &[ValType]) {
        for (place, ty) in results.iter().enumerate() {
            self.source([Source::Local, Source::Add, Source::Constant][place % 3], *ty);
        }
    }

    fn drop(&mut self, values: &[ValType]) {
        for _ in values {
            self.push([I::Drop]);
        }
    }

    fn set(&mut self) {
        self.push([I::I32Const(0x5e75), I::LocalSet(A32)]);
        self.push([I::I64Const(-0x5e75), I::LocalSet(A64)]);
    }

    /// Reads what waited, which is on top of where it belongs.
    fn read(&mut self, after: After, ty: ValType, place: usize) {
        let is_32 = ty == I32;
        let (a, b) = if is_32 { (A32, B32) } else { (A64, B64) };
        match after {
            After::Store => {}
            After::SetAndStore => self.push([I::LocalSet(b), I::LocalGet(b)]),
            After::Tee => self.push([I::LocalTee(a)]),
            After::Add => self.push([I::LocalGet(a), if is_32 { I::I32Add } else { I::I64Add }]),
            After::Call => self.push([I::Call(self.helper(u32::from(!is_32)))]),
            After::Select => {
                self.push([I::LocalGet(a), I::LocalGet(PATH), I::Select]);
            }
        }
        self.store(ty, 8 * place as u64);
    }

    fn store(&mut self, ty: ValType, offset: u64) {
        let store = if ty == I32 { I::I32Store(at(offset, 2)) } else { I::I64Store(at(offset, 3)) };
        self.push([store]);
    }
}

fn at(offset: u64, align: u32) -> MemArg {
    MemArg { offset, align, memory_index: 0 }
}
