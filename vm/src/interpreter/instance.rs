//! An instance of a module: all that a run can change.

use super::{contract::Code, memory::Memory, table::Table};
use crate::tiers::idle::{Counted, Waits};
use hebe_gas::{Constant, SegmentMode};
use hebe_host::{Exit, Failure, Fault, Trap};

/// More than so many bytes that were written to are not put back. An instance that waits keeps them from the system,
/// and a new one costs less.
const MOST_RESET_BYTES: usize = 256 << 10;

/// With more data segments than this, none is put back: each part that was written to looks at all of them.
const MOST_RESET_SEGMENTS: usize = 256;

/// An instance of a module.
pub(crate) struct Instance {
    pub(crate) memory: Memory,
    pub(crate) globals: Box<[u64]>,
    pub(crate) table: Table,
    /// Which data segments are as good as empty.
    dropped_data: Box<[bool]>,
    dropped_elements: Box<[bool]>,
    /// Whether one of those was dropped by an instruction.
    drops: bool,
    counted: Option<Counted>,
}

impl Instance {
    /// A new instance with the first values of its imported globals, of which a contract has none, and with its active
    /// segments in their places.
    ///
    /// # Errors
    ///
    /// [`Fault::Engine`] where the system has no memory; a trap where a segment has no place, which no contract has.
    pub(crate) fn new(code: &Code, mut globals: Vec<u64>) -> Result<Self, Exit> {
        let (prepared, module) = (code.prepared(), code.module());
        let memory = Memory::new(prepared.memory().initial, prepared.memory().maximum)?;
        let table = prepared.table();
        let table = table.map_or(Table::new(0, 0), |size| Table::new(size.initial, size.maximum));
        globals.reserve_exact(module.globals.len().saturating_sub(globals.len()));
        for global in module.globals.iter().skip(globals.len()) {
            let first = global.first.ok_or_else(|| missing("the value of an imported global"))?;
            globals.push(value(first, &globals));
        }
        let mut instance = Self {
            memory,
            globals: globals.into(),
            table,
            dropped_data: vec![false; module.data.len()].into(),
            dropped_elements: vec![false; module.elements.len()].into(),
            drops: false,
            counted: None,
        };
        instance.put_elements(code)?;
        for (segment, dropped) in module.data.iter().zip(&mut instance.dropped_data) {
            if let SegmentMode::Active(at) = segment.mode {
                let at = usize::try_from(value(at, &instance.globals)).unwrap_or(usize::MAX >> 1);
                instance.memory.put(at, code.bytes(&segment.bytes))?;
                *dropped = true;
            }
        }
        Ok(instance)
    }

    /// Puts active element segments into the table, which is as good as new afterwards.
    fn put_elements(&mut self, code: &Code) -> Result<(), Exit> {
        for (index, segment) in code.module().elements.iter().enumerate() {
            if let SegmentMode::Active(at) = segment.mode {
                let to = u32::try_from(value(at, &self.globals)).unwrap_or(u32::MAX);
                let length = u32::try_from(segment.items.len()).unwrap_or(u32::MAX);
                self.dropped_elements[index] = false;
                self.init_table(code, index, to, 0, length).map_err(Failure::Trap)?;
            }
            self.dropped_elements[index] = segment.mode != SegmentMode::Passive;
        }
        self.table.is_changed = false;
        Ok(())
    }

    /// Puts it back into its first state; says whether it could.
    pub(crate) fn reset(&mut self, code: &Code) -> bool {
        let Some(data) = code.data().filter(|data| data.len() <= MOST_RESET_SEGMENTS) else {
            return false;
        };
        let (prepared, module) = (code.prepared(), code.module());
        let pages = prepared.memory().initial;
        if !self.memory.reset(pages, MOST_RESET_BYTES, data, prepared.code()) {
            return false;
        }
        for (global, declared) in self.globals.iter_mut().zip(&module.globals) {
            // A contract's are constants.
            *global = declared.first.map_or(0, |first| value(first, &[]));
        }
        if self.drops {
            self.drops = false;
            for (segment, dropped) in module.data.iter().zip(&mut self.dropped_data) {
                *dropped = segment.mode != SegmentMode::Passive;
            }
            self.table.is_changed = true;
        }
        if self.table.is_changed {
            self.table.clear(prepared.table().map_or(0, |size| size.initial));
            return self.put_elements(code).is_ok();
        }
        true
    }

    /// `memory.init`
    pub(crate) fn init_memory(
        &mut self,
        code: &Code,
        segment: usize,
        to: u32,
        from: u32,
        length: u32,
    ) -> Result<(), Failure> {
        let bytes = match self.dropped_data[segment] {
            true => &[],
            false => code.bytes(&code.module().data[segment].bytes),
        };
        let from = from as usize;
        let bytes = bytes.get(from..from + length as usize).ok_or(Failure::InvalidMemoryAccess)?;
        self.memory.writable(to.into(), length.into())?.copy_from_slice(bytes);
        Ok(())
    }

    /// `table.init`
    pub(crate) fn init_table(
        &mut self,
        code: &Code,
        segment: usize,
        to: u32,
        from: u32,
        length: u32,
    ) -> Result<(), Trap> {
        let items = match self.dropped_elements[segment] {
            true => &[],
            false => &*code.module().elements[segment].items,
        };
        let globals = &self.globals;
        self.table.init(to, items.iter().map(|item| value(*item, globals)), from, length)
    }

    /// `data.drop`
    pub(crate) fn drop_data(&mut self, segment: usize) {
        self.drops = true;
        self.dropped_data[segment] = true;
    }

    /// `elem.drop`
    pub(crate) fn drop_elements(&mut self, segment: usize) {
        self.drops = true;
        self.dropped_elements[segment] = true;
    }
}

impl Waits for Instance {
    fn counted(&mut self) -> &mut Option<Counted> {
        &mut self.counted
    }
}

/// What a constant expression gives.
fn value(constant: Constant, globals: &[u64]) -> u64 {
    match constant {
        Constant::Number(number) => number,
        Constant::Null => super::table::NULL,
        Constant::Function(index) => u64::from(index) + 1,
        Constant::Global(index) => globals.get(index as usize).copied().unwrap_or(0),
    }
}

fn missing(what: &str) -> Fault {
    super::machine::fault(format!("{what} is missing"))
}
