//! Every limit on a contract, in one table.
//!
//! The numbers are part of consensus: changing one is a new version of the rules. They are far above
//! what compilers emit and below every engine's own, so that no engine refuses or stops what passed.
//!
//! That holds for what metering makes of a module, too: it has at most three times as many types and
//! two more, functions with two parameters and one result more, three locals more, and three more
//! blocks around all code. Code grows most where it is all calls: two bytes become at most 25, so that
//! a body of 512 KiB stays below the 7,654,321 bytes that engines take. Tests have the largest of each
//! validated and translated.

use std::fmt;

/// One limit: what it bounds, the largest number that is still allowed, and what is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limit {
    /// What is bounded, such as `locals of a function`.
    pub name: &'static str,
    /// The largest number allowed.
    pub value: u32,
    /// What `value` counts, such as `slots`.
    pub unit: &'static str,
}

impl Limit {
    /// Whether `found` is more than this limit allows.
    pub fn is_exceeded_by(&self, found: u64) -> bool {
        found > u64::from(self.value)
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}", self.name, self.value, self.unit)
    }
}

/// Writes each limit once: as a constant and as a row of [`TABLE`].
macro_rules! limits {
    ($($(#[$doc:meta])* $constant:ident = $value:expr, $unit:literal, $name:literal;)*) => {
        $($(#[$doc])* pub const $constant: Limit =
            Limit { name: $name, value: $value, unit: $unit };)*

        /// All limits, for documentation, tests and the command line.
        pub const TABLE: &[Limit] = &[$($constant),*];
    };
}

limits! {
    /// The whole binary, as it is in the state.
    CODE = 1024 * 1024, "bytes", "code";
    /// Entries of the type section.
    TYPES = 4_096, "types", "types";
    /// Imported functions and own ones together.
    FUNCTIONS = 16_384, "functions", "functions, imports included";
    /// Parameters of any function type.
    PARAMETERS = 255, "parameters", "parameters of a function";
    /// Results of any function type, and so of any block that uses it.
    RESULTS = 16, "results", "results of a function or block";
    /// Parameters of any block that uses a function type. Each label of a `br_table` in code that
    /// cannot be reached makes a validator look at all parameters of the loop it names: with 255 of
    /// them, 1 MiB of code took 2.3 s. Compilers hardly ever emit one.
    BLOCK_PARAMETERS = 16, "parameters", "parameters of a block";
    /// Parameters and declared locals together.
    LOCALS = 8_192, "locals", "locals of a function, parameters included";
    /// Parameters, locals and the deepest operand stack. That is the greatest height of the operand
    /// stack after any instruction, as the validation algorithm of the WebAssembly specification
    /// (appendix A.3) has it, code that cannot be reached included. Every value is one slot.
    FRAME = 12_288, "slots", "frame of a function";
    /// The entry of a function in the code section: its locals and instructions, without the size
    /// that is written before them.
    BODY = 512 * 1024, "bytes", "body of a function";
    /// Blocks, loops and ifs open at one time, the function's own block not counted.
    NESTING = 1_024, "blocks", "nesting of blocks";
    /// Labels of one `br_table`, its default not counted.
    BR_TABLE = 8_192, "targets", "targets of a br_table";
    /// Elements of the table, initially and at most.
    TABLE_ELEMENTS = 16_384, "elements", "table";
    /// Entries of the element section.
    ELEMENT_SEGMENTS = 4_096, "segments", "element segments";
    /// Entries of the data section, and what the data count section says.
    DATA_SEGMENTS = 4_096, "segments", "data segments";
    /// Entries of the global section.
    GLOBALS = 1_024, "globals", "globals";
    /// Entries of the export section.
    EXPORTS = 1_024, "exports", "exports";
    /// Module and field of an import, an export's name, a custom section's name, in UTF-8.
    NAME = 256, "bytes", "name";
    /// Pages of 64 KiB, initially and at most.
    MEMORY = 512, "pages", "memory";
    /// What takes a validator longer than its bytes say, in [`steps`] of some 5 ns, beside two for each
    /// byte of code. Two bytes can call a function with 255 parameters, where it can't be reached; where it
    /// can, arguments have to be pushed first, by an instruction for each. So nothing takes more than about
    /// twice as long as ordinary code of its size.
    STEPS = 4_096, "steps", "steps of validation, beside two for each byte of code";
    /// All active functions of one message, each counting its frame and [`CALL_SLOTS`] more. It is
    /// counted while a message runs; no single function can reach it.
    STACK = 65_536, "slots", "stack of a message";
}

/// [`STEPS`] for code of so many bytes.
pub(crate) fn most_steps(code_bytes: usize) -> Limit {
    let bytes = u32::try_from(code_bytes).unwrap_or(u32::MAX);
    Limit { value: bytes.saturating_mul(2).saturating_add(STEPS.value), ..STEPS }
}

/// How many steps of [`STEPS`] a thing takes, measured with modules that are full of it. A value that a call, a
/// block or a branch takes or gives is one; a `br_table` gives to each of its targets.
pub mod steps {
    /// A type.
    pub const TYPE: u64 = 128;
    /// A function of the module's own.
    pub const FUNCTION: u64 = 24;
    /// A function for each two of its first 64 locals, which a validator keeps one by one.
    pub const TWO_LOCALS: u64 = 1;
    /// A global.
    pub const GLOBAL: u64 = 64;
    /// An export.
    pub const EXPORT: u64 = 128;
    /// An element segment.
    pub const ELEMENT_SEGMENT: u64 = 96;
    /// An element of a segment.
    pub const ELEMENT: u64 = 3;
    /// A data segment.
    pub const DATA_SEGMENT: u64 = 8;
}

/// Slots that an active function occupies beside its frame: the price of a call in stack.
pub const CALL_SLOTS: u32 = 8;
