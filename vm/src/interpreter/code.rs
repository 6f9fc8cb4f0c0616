//! The interpreter's own code: what a function becomes when it is translated.
//!
//! An instruction has 16 bytes: what to do, three small numbers, and a large one. The small ones mostly name *slots*
//! of the function's frame. A frame has its parameters first, then its other locals, then its operand stack: the
//! operand at height `n` has a slot of its own, `locals + n`. An i32 is zero-extended in its slot; a reference
//! to a function is its index and one, and 0 is none.
//!
//! What each instruction reads and writes is its [`Shape`]. Everything that looks at code without running it
//! goes by that: the pass that checks it, and the translator where it changes what it has just written.

/// An instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub(crate) struct Instruction {
    pub(crate) op: Op,
    /// The slot that is written, mostly.
    pub(crate) a: u16,
    /// The first slot that is read, mostly.
    pub(crate) b: u16,
    /// The second slot that is read, mostly.
    pub(crate) c: u16,
    /// A constant, an offset, an index, or where a branch leads and what it costs.
    pub(crate) imm: u64,
}

/// What the small numbers and the large one of an instruction mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `a = b op c`
    Binary,
    /// `a = b op imm`
    BinaryImm,
    /// `a = op b`
    Unary,
    /// `a = imm`
    Const,
    /// `a = imm ? b : c`, where `imm` is a slot.
    Select,
    /// `c` slots from `b` on go to `a` and on.
    Move,
    /// `a =` memory at `b + imm`
    Load,
    /// `a =` memory at `imm`
    LoadAt,
    /// memory at `b + imm` `= c`
    Store,
    /// memory at `imm` `= c`
    StoreAt,
    /// `a =` global `imm`
    GlobalGet,
    /// global `imm` `= b`
    GlobalSet,
    /// `a =` something of the instance's
    Query,
    /// `a =` what growing the memory by `b` gives
    MemoryGrow,
    /// Three operands: `a`, `b`, `c`.
    MemoryBulk,
    /// Three operands: `a`, `b`, `c`, and the data segment `imm`.
    MemoryInit,
    /// The data segment `imm`.
    DataDrop,
    /// `a =` element `b`
    TableGet,
    /// element `b` `= c`
    TableSet,
    /// `a =` what growing the table by `c` of `b` gives
    TableGrow,
    /// Three operands: `a`, `b`, `c`.
    TableBulk,
    /// Three operands: `a`, `b`, `c`, and the element segment `imm`.
    TableInit,
    /// The element segment `imm`.
    ElementDrop,
    /// The beginning of a function: `a` is what it takes from the stack, slots `b..c` become 0, and `imm` is paid.
    Enter,
    /// `imm` is paid.
    Charge,
    /// Leads to [`Instruction::target`].
    Branch,
    /// As a branch, if `b op c`; otherwise `a` is paid.
    BranchIf,
    /// As a branch, if `b op` the number `c`; otherwise `a` is paid.
    BranchIfImm,
    /// Leads to the `b`th of the branches behind it, or to the `imm`th if there are not so many.
    BranchTable,
    /// Calls the function `imm` of the module's own, whose parameters are from slot `a` on.
    Call,
    /// Calls the imported function `imm`, whose parameters are from slot `a` on.
    CallImport,
    /// Calls the function in element `b`, of type `imm`; its parameters are from slot `a` on.
    CallIndirect,
    /// Leaves the function.
    Return,
    /// Leaves the function with the result `b`.
    ReturnOne,
    /// Never goes on.
    Unreachable,
    /// Does what it stands for and what is behind it; it has only its name changed, by [`pairs`](super::pairs).
    Pair,
}

/// Writes each instruction once: its name and its shape.
macro_rules! instructions {
    ($($shape:ident: $($name:ident)+;)*) => {
        /// What an instruction does.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u16)]
        pub(crate) enum Op {
            $($($name,)+)*
        }

        impl Op {
            /// All of them.
            pub(crate) const ALL: &[Self] = &[$($(Self::$name,)+)*];

            /// What its numbers mean.
            pub(crate) fn shape(self) -> Shape {
                match self {
                    $($(Self::$name)|+ => Shape::$shape,)*
                }
            }
        }
    };
}

// Where a number has no sign, an i32 is an i64 that is small, and one instruction serves both.
instructions! {
    Binary:
        Add32 Sub32 Mul32 DivS32 RemS32 Shl32 ShrS32 ShrU32 Rotl32 Rotr32
        Add64 Sub64 Mul64 DivS64 RemS64 Shl64 ShrS64 ShrU64 Rotl64 Rotr64
        DivU RemU And Or Xor
        Eq Ne LtU LeU LtS32 LeS32 LtS64 LeS64;
    BinaryImm:
        Add32Imm Mul32Imm DivS32Imm RemS32Imm Shl32Imm ShrS32Imm ShrU32Imm Rotl32Imm
        Add64Imm Mul64Imm DivS64Imm RemS64Imm Shl64Imm ShrS64Imm ShrU64Imm Rotl64Imm
        DivUImm RemUImm AndImm OrImm XorImm
        EqImm NeImm LtUImm GtUImm LeUImm GeUImm
        LtS32Imm GtS32Imm LeS32Imm GeS32Imm LtS64Imm GtS64Imm LeS64Imm GeS64Imm;
    Unary:
        Copy Clz32 Clz64 Ctz32 Ctz64 Popcnt Extend8S32 Extend16S32 Extend8S64 Extend16S64 Extend32S64;
    Const: Const;
    Select: Select;
    Move: Move;
    Load: Load8 Load16 Load32 Load64 Load8S32 Load16S32 Load8S64 Load16S64 Load32S64;
    LoadAt:
        Load8At Load16At Load32At Load64At Load8S32At Load16S32At Load8S64At Load16S64At Load32S64At;
    Store: Store8 Store16 Store32 Store64;
    StoreAt: Store8At Store16At Store32At Store64At;
    GlobalGet: GlobalGet;
    GlobalSet: GlobalSet;
    Query: MemorySize TableSize;
    MemoryGrow: MemoryGrow;
    MemoryBulk: MemoryFill MemoryCopy;
    MemoryInit: MemoryInit;
    DataDrop: DataDrop;
    TableGet: TableGet;
    TableSet: TableSet;
    TableGrow: TableGrow;
    TableBulk: TableFill TableCopy;
    TableInit: TableInit;
    ElementDrop: ElementDrop;
    Enter: Enter;
    Charge: Charge;
    Branch: Branch;
    BranchIf: BrEq BrNe BrLtU BrLeU BrLtS32 BrLeS32 BrLtS64 BrLeS64;
    BranchIfImm:
        BrEqImm BrNeImm BrLtUImm BrGtUImm BrLeUImm BrGeUImm
        BrLtS32Imm BrGtS32Imm BrLeS32Imm BrGeS32Imm BrLtS64Imm BrGtS64Imm BrLeS64Imm BrGeS64Imm;
    BranchTable: BranchTable;
    Call: Call;
    CallImport: CallImport;
    CallIndirect: CallIndirect;
    Return: Return;
    ReturnOne: ReturnOne;
    Unreachable: Unreachable;
    Pair:
        Add32ImmThenBrNe Add32ImmThenBrNeImm Add32ImmThenBrLtU Add32ImmThenBrLtUImm
        Add64ImmThenBrNe Add64ImmThenBrNeImm Add64ImmThenBrLtU XorThenRotl32Imm XorThenRotl64Imm
        Add32ThenAdd32 Add64ThenAdd64 Add64ThenXor Add32ThenXor XorThenXor AndThenXor XorThenAnd
        Rotl32ImmThenXor Rotl64ImmThenXor Rotl64ImmThenAdd64 Load64ThenAdd64 Load64ThenXor
        Load32ThenAdd32 Load32ThenXor Load64ThenLoad64 Add32ImmThenLoad8 Add32ThenLoad8
        Add32ThenLoad32 Add32ThenLoad64 Shl32ImmThenAdd32 Add64ThenStore64 XorThenStore64
        Add32ThenStore32 CopyThenCopy;
}

impl Instruction {
    /// An instruction on slots alone.
    pub(crate) fn slots(op: Op, a: u16, b: u16, c: u16) -> Self {
        Self { op, a, b, c, imm: 0 }
    }

    /// Where a branch leads: the index of an instruction of the same function.
    pub(crate) fn target(self) -> usize {
        (self.imm & 0xffff_ffff) as usize
    }

    /// How far a branch leads, where [`Instruction::target`] has been replaced by that.
    #[inline]
    pub(crate) fn distance(&self) -> isize {
        let [a, b, c, d, ..] = self.imm.to_le_bytes();
        i32::from_le_bytes([a, b, c, d]) as isize
    }

    /// What taking a branch costs, in particles.
    #[inline]
    pub(crate) fn branch_cost(&self) -> u64 {
        self.imm >> 32
    }

    /// The same branch, which leads to `target` and costs `particles`.
    pub(crate) fn leading_to(self, target: u32, particles: u32) -> Self {
        Self { imm: u64::from(particles) << 32 | u64::from(target), ..self }
    }

    /// Whether it is a branch, conditional or not.
    pub(crate) fn is_branch(self) -> bool {
        matches!(self.op.shape(), Shape::Branch | Shape::BranchIf | Shape::BranchIfImm)
    }

    /// Whether what stands behind it is never reached from it.
    pub(crate) fn never_goes_on(self) -> bool {
        matches!(
            self.op.shape(),
            Shape::Branch
                | Shape::BranchTable
                | Shape::Return
                | Shape::ReturnOne
                | Shape::Unreachable
        )
    }

    /// The slot that it writes and has no other effect, so that it may write another one as well.
    pub(crate) fn pure_result(self) -> Option<u16> {
        matches!(
            self.op.shape(),
            Shape::Binary
                | Shape::BinaryImm
                | Shape::Unary
                | Shape::Const
                | Shape::Select
                | Shape::Load
                | Shape::LoadAt
                | Shape::GlobalGet
                | Shape::Query
        )
        .then_some(self.a)
    }
}

/// Pairs of a comparison and the branch that does the same; and of each comparison and its opposite, where operands
/// may have to change places.
macro_rules! comparisons {
    ($($compare:ident $branch:ident, $opposite:ident $swapped:literal;)*) => {
        impl Op {
            /// The branch that compares as this does.
            pub(crate) fn as_branch(self) -> Option<Self> {
                match self {
                    $(Self::$compare => Some(Self::$branch),)*
                    _ => None,
                }
            }

            /// The comparison that is true where this is false, and whether its operands change places.
            pub(crate) fn opposite(self) -> Option<(Self, bool)> {
                match self {
                    $(Self::$compare => Some((Self::$opposite, $swapped)),)*
                    _ => None,
                }
            }
        }
    };
}

comparisons! {
    Eq BrEq, Ne false;
    Ne BrNe, Eq false;
    LtU BrLtU, LeU true;
    LeU BrLeU, LtU true;
    LtS32 BrLtS32, LeS32 true;
    LeS32 BrLeS32, LtS32 true;
    LtS64 BrLtS64, LeS64 true;
    LeS64 BrLeS64, LtS64 true;
    EqImm BrEqImm, NeImm false;
    NeImm BrNeImm, EqImm false;
    LtUImm BrLtUImm, GeUImm false;
    GtUImm BrGtUImm, LeUImm false;
    LeUImm BrLeUImm, GtUImm false;
    GeUImm BrGeUImm, LtUImm false;
    LtS32Imm BrLtS32Imm, GeS32Imm false;
    GtS32Imm BrGtS32Imm, LeS32Imm false;
    LeS32Imm BrLeS32Imm, GtS32Imm false;
    GeS32Imm BrGeS32Imm, LtS32Imm false;
    LtS64Imm BrLtS64Imm, GeS64Imm false;
    GtS64Imm BrGtS64Imm, LeS64Imm false;
    LeS64Imm BrLeS64Imm, GtS64Imm false;
    GeS64Imm BrGeS64Imm, LtS64Imm false;
}

/// A function's code, with what the pass that checks it must know.
#[derive(Clone, Debug, Default)]
pub(crate) struct Translated {
    pub(crate) code: Vec<Instruction>,
    /// Where branches lead, in the order of the code.
    pub(crate) labels: Vec<Label>,
}

/// A place to which branches lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    /// The index of an instruction.
    pub(crate) at: u32,
    /// How many slots hold something there, from slot 0 on: the locals, and the operands.
    pub(crate) height: u16,
}
