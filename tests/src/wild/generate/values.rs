//! Values: where they come from, what is computed of them, where they go.

use super::super::module::{NULL, index, push};
use super::body::Body;
use super::{
    CALL_DATA_COPY, FUEL, GET_BLOCK_NUMBER, GET_CALL_DATA_SIZE, GET_GAS_LEFT, STORAGE_STORE,
};
use wasm_encoder::{HeapType, Instruction as I, MemArg, ValType};

use ValType::{I32, I64};

const FUNCREF: ValType = ValType::FUNCREF;

/// Instructions from i32 to i32, in pairs with those from i64 to i64.
static UNARY: [[I<'static>; 2]; 5] = [
    [I::I32Clz, I::I64Clz],
    [I::I32Ctz, I::I64Ctz],
    [I::I32Popcnt, I::I64Popcnt],
    [I::I32Extend8S, I::I64Extend8S],
    [I::I32Extend16S, I::I64Extend16S],
];

/// Of two operands, which give their type.
static BINARY: [[I<'static>; 2]; 11] = [
    [I::I32Add, I::I64Add],
    [I::I32Sub, I::I64Sub],
    [I::I32Mul, I::I64Mul],
    [I::I32And, I::I64And],
    [I::I32Or, I::I64Or],
    [I::I32Xor, I::I64Xor],
    [I::I32Shl, I::I64Shl],
    [I::I32ShrS, I::I64ShrS],
    [I::I32ShrU, I::I64ShrU],
    [I::I32Rotl, I::I64Rotl],
    [I::I32Rotr, I::I64Rotr],
];

/// Of two operands, where the second must not be zero.
static DIVISION: [[I<'static>; 2]; 4] = [
    [I::I32DivS, I::I64DivS],
    [I::I32DivU, I::I64DivU],
    [I::I32RemS, I::I64RemS],
    [I::I32RemU, I::I64RemU],
];

/// Of two operands, which give an i32.
static COMPARISON: [[I<'static>; 2]; 10] = [
    [I::I32Eq, I::I64Eq],
    [I::I32Ne, I::I64Ne],
    [I::I32LtS, I::I64LtS],
    [I::I32LtU, I::I64LtU],
    [I::I32GtS, I::I64GtS],
    [I::I32GtU, I::I64GtU],
    [I::I32LeS, I::I64LeS],
    [I::I32LeU, I::I64LeU],
    [I::I32GeS, I::I64GeS],
    [I::I32GeU, I::I64GeU],
];

/// A load or a store, its greatest alignment, and the type of its value.
type Access = (fn(MemArg) -> I<'static>, u32, ValType);

/// Loads, and what they give.
static LOADS: [Access; 12] = [
    (I::I32Load, 2, I32),
    (I::I64Load, 3, I64),
    (I::I32Load8S, 0, I32),
    (I::I32Load8U, 0, I32),
    (I::I32Load16S, 1, I32),
    (I::I32Load16U, 1, I32),
    (I::I64Load8S, 0, I64),
    (I::I64Load8U, 0, I64),
    (I::I64Load16S, 1, I64),
    (I::I64Load16U, 1, I64),
    (I::I64Load32S, 2, I64),
    (I::I64Load32U, 2, I64),
];

/// Stores, and what they take.
static STORES: [Access; 7] = [
    (I::I32Store, 2, I32),
    (I::I64Store, 3, I64),
    (I::I32Store8, 0, I32),
    (I::I32Store16, 1, I32),
    (I::I64Store8, 0, I64),
    (I::I64Store16, 1, I64),
    (I::I64Store32, 2, I64),
];

impl Body<'_, '_> {
    /// Puts a value of this type on the stack.
    pub(super) fn value(&mut self, ty: ValType) {
        let source = self.choose(8);
        match (source, ty, self.local(ty)) {
            (0..=3, _, Some(local)) => self.emit(I::LocalGet(local)),
            (4, _, _) => self.global_value(ty),
            (5, I32, _) => {
                let source = self.choose(4);
                self.emit(match source {
                    0 => I::Call(GET_CALL_DATA_SIZE),
                    1 => I::MemorySize(0),
                    2 => I::TableSize(0),
                    _ => I::GlobalGet(FUEL),
                });
            }
            (5, I64, _) if self.one_in(4) => self.emit(I::Call(GET_BLOCK_NUMBER)),
            (6, I32, Some(local)) => self.emit_all([I::LocalGet(local), I::I32Eqz]),
            (7, I32 | I64, Some(local)) => {
                // Computed, kept and used.
                let operator = self.generator.choices.below(BINARY.len());
                let operator = BINARY[operator][usize::from(ty == I64)].clone();
                let number = self.generator.choices.number();
                self.emit_all([I::LocalGet(local), push(ty, number), operator, I::LocalTee(local)]);
            }
            (_, I32 | I64, _) => {
                let number = self.generator.choices.number();
                self.emit(push(ty, number));
            }
            (5 | 6, _, _) => {
                let element = self.choose(8);
                self.emit_all([push(I32, element as u64), I::TableGet(0)]);
            }
            _ => {
                let function = self.generator.reference();
                self.emit(push(FUNCREF, function));
            }
        }
        self.stack.push(ty);
    }

    fn global_value(&mut self, ty: ValType) {
        match self.global(ty) {
            Some(global) => self.emit(I::GlobalGet(global)),
            None if ty == FUNCREF => self.emit(push(FUNCREF, NULL)),
            None => self.emit(push(ty, 3)),
        }
    }

    /// A global of this type that is for values.
    fn global(&mut self, ty: ValType) -> Option<u32> {
        let globals = self.generator.module.globals.iter().enumerate().skip(2);
        let globals: Vec<usize> =
            globals.filter(|(_, (found, _))| *found == ty).map(|(global, _)| global).collect();
        (!globals.is_empty()).then(|| index(self.generator.choices.pick(&globals)))
    }

    pub(super) fn set_global(&mut self) {
        let ty = self.generator.ty();
        if let Some(global) = self.global(ty) {
            self.want(&[ty]);
            self.emit(I::GlobalSet(global));
        }
    }

    pub(super) fn set_local(&mut self) {
        // Mostly what is on top.
        let ty = match self.operands().last().copied() {
            Some(ty) if !self.one_in(4) => ty,
            _ => self.generator.ty(),
        };
        let Some(local) = self.local(ty) else { return };
        self.want(&[ty]);
        if self.one_in(2) {
            self.emit(I::LocalTee(local));
            self.give(&[ty]);
        } else {
            self.emit(I::LocalSet(local));
        }
    }

    pub(super) fn compute(&mut self) {
        let ty = if self.one_in(2) { I64 } else { I32 };
        let width = usize::from(ty == I64);
        let kind = self.choose(16);
        let choose = self.choose(256);
        match kind {
            0 => self.unary(ty, ty, UNARY[choose % UNARY.len()][width].clone()),
            1 => self.unary(ty, I32, [I::I32Eqz, I::I64Eqz][width].clone()),
            2 => self.unary(I64, I32, I::I32WrapI64),
            3 => self.unary(I32, I64, [I::I64ExtendI32S, I::I64ExtendI32U][choose % 2].clone()),
            4 => self.unary(I64, I64, I::I64Extend32S),
            5 => self.unary(FUNCREF, I32, I::RefIsNull),
            6 | 7 => {
                self.want(&[ty, ty]);
                if !self.one_in(12) {
                    self.emit_all([push(ty, 1), [I::I32Or, I::I64Or][width].clone()]);
                }
                self.emit(DIVISION[choose % DIVISION.len()][width].clone());
                self.give(&[ty]);
            }
            8..=10 => {
                self.want(&[ty, ty]);
                self.emit(COMPARISON[choose % COMPARISON.len()][width].clone());
                self.give(&[I32]);
            }
            _ => {
                self.want(&[ty, ty]);
                self.emit(BINARY[choose % BINARY.len()][width].clone());
                self.give(&[ty]);
            }
        }
    }

    fn unary(&mut self, from: ValType, to: ValType, instruction: I<'static>) {
        self.want(&[from]);
        self.emit(instruction);
        self.give(&[to]);
    }

    pub(super) fn select(&mut self) {
        let ty = self.generator.ty();
        self.want(&[ty, ty, I32]);
        if ty == FUNCREF || self.one_in(3) {
            self.emit(I::TypedSelect(ty));
        } else {
            self.emit(I::Select);
        }
        self.give(&[ty]);
    }

    /// Keeps an address or a length that is on the stack small; seldom it stays as it is.
    fn mask(&mut self, mask: i32) {
        if !self.one_in(40) {
            self.emit_all([I::I32Const(mask), I::I32And]);
        }
    }

    /// Puts a small number there that is not known of on the stack.
    fn small(&mut self, mask: i32) {
        self.value(I32);
        self.stack.pop();
        self.mask(mask);
    }

    fn place(&mut self, align: u32) -> MemArg {
        let far = self.generator.module.memory.0 > 1 && self.one_in(8);
        let offset = if far { 65_000 + self.choose(256) * 50 } else { self.choose(100) };
        let align = index(self.choose(align as usize + 1));
        MemArg { offset: offset as u64, align, memory_index: 0 }
    }

    pub(super) fn load(&mut self) {
        let (load, align, ty) = self.generator.choices.pick(&LOADS);
        self.want(&[I32]);
        self.mask(0x1fff);
        let place = self.place(align);
        self.emit(load(place));
        self.give(&[ty]);
    }

    pub(super) fn store(&mut self) {
        let (store, align, ty) = self.generator.choices.pick(&STORES);
        let place = self.place(align);
        match self.local(ty) {
            // What waits is stored, by way of a local.
            Some(local) if self.operands().last() == Some(&ty) => {
                self.want(&[ty]);
                self.emit(I::LocalSet(local));
                self.small(0x1fff);
                self.emit(I::LocalGet(local));
            }
            _ => {
                self.want(&[I32]);
                self.mask(0x1fff);
                self.value(ty);
                self.stack.pop();
            }
        }
        self.emit(store(place));
    }

    /// Instructions on ranges of memory and table, and on segments.
    pub(super) fn bulk(&mut self) {
        match self.choose(10) {
            0 | 1 => {
                self.small(0x1fff);
                self.small(0xff);
                self.small(0x3f);
                self.emit(I::MemoryFill(0));
            }
            2 | 3 => {
                self.small(0x1fff);
                self.small(0x1fff);
                self.small(0x3f);
                self.emit(I::MemoryCopy { src_mem: 0, dst_mem: 0 });
            }
            4 => {
                self.small(0x1fff);
                self.small(7);
                self.small(15);
                self.emit(I::MemoryInit { mem: 0, data_index: 1 });
            }
            5 => {
                self.small(3);
                self.small(1);
                self.small(1);
                self.emit(I::TableInit { elem_index: 1, table: 0 });
            }
            6 => {
                self.small(3);
                self.small(3);
                self.small(3);
                self.emit(I::TableCopy { src_table: 0, dst_table: 0 });
            }
            7 => {
                self.small(3);
                self.value(FUNCREF);
                self.stack.pop();
                self.small(1);
                self.emit(I::TableFill(0));
            }
            8 => {
                self.small(7);
                self.value(FUNCREF);
                self.stack.pop();
                self.emit(I::TableSet(0));
            }
            _ => {
                self.small(7);
                self.emit(I::TableGet(0));
                self.give(&[FUNCREF]);
            }
        }
    }

    /// What is not needed often.
    pub(super) fn seldom(&mut self) {
        match self.choose(16) {
            0 | 1 => {
                self.small(1);
                self.emit(I::MemoryGrow(0));
                self.give(&[I32]);
            }
            2 | 3 => {
                self.want(&[FUNCREF]);
                self.small(1);
                self.emit(I::TableGrow(0));
                self.give(&[I32]);
            }
            4 if self.one_in(4) => self.emit(I::DataDrop(1)),
            5 if self.one_in(4) => self.emit(I::ElemDrop(1)),
            6 if self.one_in(8) => {
                self.emit(I::Unreachable);
                self.leave();
            }
            7 => {
                self.small(0x1fff);
                self.emit(I::I32Const(0));
                self.emit_all([I::Call(GET_CALL_DATA_SIZE), I::I32Const(7), I::I32And]);
                self.emit(I::Call(CALL_DATA_COPY));
            }
            8 if self.one_in(4) => {
                self.small(0x1fff);
                self.small(0x1fff);
                self.emit(I::Call(STORAGE_STORE));
            }
            9 if self.one_in(4) => {
                self.emit(I::Call(GET_GAS_LEFT));
                self.give(&[I64]);
            }
            // Many at once, for what comes over them.
            10 => {
                for _ in 0..self.choose(24) {
                    let ty = self.generator.ty();
                    self.value(ty);
                }
            }
            11 => self.emit_all([I::RefNull(HeapType::FUNC), I::RefIsNull, I::Drop]),
            _ => self.emit(I::Nop),
        }
    }
}
