//! A contract in the interpreter: its code, function by function, and how it runs a message.

use super::{
    check::check,
    code::{Instruction, Translated},
    instance::Instance,
    machine::{World, fault},
    memory::Data,
    pairs::name_pairs,
    translate::translate,
};
use crate::{engine::Executable, tiers::idle::Idle};
use hebe_gas::{Constant, Module, Prepared, SegmentMode, Unit};
use hebe_host::{Exit, Fault, Frame, HostFunction};
use std::{
    ops::Range,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

/// A module's code, of which a function is translated when it is first called.
pub(crate) struct Code {
    prepared: Arc<Prepared>,
    functions: Box<[OnceLock<Box<[Instruction]>>]>,
    /// What is in them, in bytes.
    translated_bytes: AtomicUsize,
    /// For each import how many slots its arguments or results take.
    import_widths: Box<[usize]>,
    /// What is in the memory at first, if that is known before it is instantiated.
    data: Option<Vec<Data>>,
}

impl Code {
    pub(crate) fn new(prepared: Arc<Prepared>) -> Self {
        let module = prepared.module();
        let active = module.data.iter().filter_map(|segment| match segment.mode {
            SegmentMode::Active(Constant::Number(at)) => {
                let data = |at| Data { at, bytes: segment.bytes.clone() };
                Some(usize::try_from(at).ok().map(data))
            }
            SegmentMode::Active(_) => Some(None),
            SegmentMode::Passive | SegmentMode::Declared => None,
        });
        Self {
            functions: (0..prepared.functions().len()).map(|_| OnceLock::new()).collect(),
            translated_bytes: AtomicUsize::new(0),
            import_widths: (0..module.imported_functions)
                .map(|import| width(module, import))
                .collect(),
            data: active.collect(),
            prepared,
        }
    }

    /// The code of the function of the module's own with this index among them.
    ///
    /// # Errors
    ///
    /// [`Fault::Engine`]: a bug of ours.
    #[inline]
    pub(crate) fn entry(&self, own: usize) -> Result<&[Instruction], Fault> {
        match self.functions[own].get() {
            Some(code) => Ok(code),
            None => self.translate(own),
        }
    }

    #[cold]
    fn translate(&self, own: usize) -> Result<&[Instruction], Fault> {
        let index = u32::try_from(own).unwrap_or(u32::MAX);
        let translated = translate(&self.prepared, index).map_err(fault)?;
        self.put(own, translated).map_err(fault)?;
        self.functions[own].get().map(|code| &**code).ok_or_else(|| fault("no code".into()))
    }

    /// Has a function run this code, if it passes the check; it keeps what it has. Two threads may translate the
    /// same function; nobody waits.
    pub(crate) fn put(&self, own: usize, translated: Translated) -> Result<(), String> {
        check(&translated, &self.prepared, u32::try_from(own).unwrap_or(u32::MAX))?;
        let code: Box<[Instruction]> = placed(translated.code).into();
        let bytes = size_of_val(&*code);
        if self.functions[own].set(code).is_ok() {
            self.translated_bytes.fetch_add(bytes, Ordering::Relaxed);
        }
        Ok(())
    }

    /// How much memory the code takes, in bytes: that of each function, and of those that were translated.
    pub(crate) fn held_bytes(&self) -> usize {
        size_of_val(&*self.functions) + self.translated_bytes.load(Ordering::Relaxed)
    }

    pub(crate) fn prepared(&self) -> &Prepared {
        &self.prepared
    }

    pub(crate) fn module(&self) -> &Module {
        self.prepared.module()
    }

    pub(crate) fn bytes(&self, range: &Range<usize>) -> &[u8] {
        &self.prepared.code()[range.clone()]
    }

    pub(crate) fn data(&self) -> Option<&[Data]> {
        self.data.as_deref()
    }

    pub(crate) fn imported_functions(&self) -> usize {
        self.import_widths.len()
    }

    pub(crate) fn import_width(&self, import: usize) -> usize {
        self.import_widths[import]
    }

    /// How many slots the arguments or the results of a function of the module's own take.
    pub(crate) fn width(&self, own: u32) -> usize {
        width(self.module(), self.module().imported_functions + own)
    }

    /// Whether a function, imported ones counted, has the type with this index.
    pub(crate) fn has_type(&self, function: usize, ty: usize) -> bool {
        let module = self.module();
        let Some(own) = module.functions.get(function) else { return false };
        *own as usize == ty || module.types[*own as usize].identity == module.types[ty].identity
    }

    /// What a page costs that the memory grows by.
    pub(crate) fn page_particles(&self) -> u64 {
        self.prepared.schedule().map_or(0, |prices| prices.unit(Unit::Page).into())
    }

    /// What so many bytes cost a bulk memory instruction.
    pub(crate) fn word_particles(&self, bytes: u32) -> u64 {
        let price = self.prepared.schedule().map_or(0, |prices| prices.unit(Unit::Word).into());
        u64::from(bytes).div_ceil(32) * price
    }

    /// What so many elements cost a table instruction.
    pub(crate) fn element_particles(&self, elements: u32) -> u64 {
        let price: u64 =
            self.prepared.schedule().map_or(0, |prices| prices.unit(Unit::Element).into());
        u64::from(elements) * price
    }
}

/// How many slots the arguments or the results of a function take.
fn width(module: &Module, function: u32) -> usize {
    module.type_of(function).map_or(0, |ty| ty.params.len().max(ty.results.len()))
}

/// Code that has been checked, as the machine wants it: branches by how far they lead, and pairs by their names.
fn placed(mut code: Vec<Instruction>) -> Vec<Instruction> {
    for (at, instruction) in code.iter_mut().enumerate() {
        if instruction.is_branch() {
            let (at, target) = (at as u64, instruction.target() as u64);
            let distance = target.wrapping_sub(at) & 0xffff_ffff;
            instruction.imm = instruction.imm >> 32 << 32 | distance;
        }
    }
    name_pairs(&mut code);
    code
}

/// A contract that the interpreter can run.
pub(crate) struct Contract {
    code: Code,
    imports: Vec<&'static HostFunction>,
    /// The function of its own that is called `main`.
    main: u32,
    idle: Arc<Idle<Instance>>,
}

impl Contract {
    pub(crate) fn new(
        prepared: Arc<Prepared>,
        imports: Vec<&'static HostFunction>,
    ) -> Result<Self, Fault> {
        let module = prepared.module();
        let main = module.main.and_then(|main| main.checked_sub(module.imported_functions));
        let main = main.ok_or_else(|| fault("there is no main of the module's own".into()))?;
        Ok(Self { code: Code::new(prepared), imports, main, idle: Idle::new() })
    }
}

impl Executable for Contract {
    fn run(&self, frame: &mut Frame<'_>) -> Result<(), Exit> {
        let mut instance = match self.idle.take() {
            Some(instance) => instance,
            None => Instance::new(&self.code, Vec::new())?,
        };
        let mut world = Chain { frame, imports: &self.imports };
        let ended = super::call(&self.code, &mut instance, &mut world, self.main, &mut []);
        if instance.reset(&self.code) {
            self.idle.keep(instance);
        }
        ended
    }

    fn bytes(&self) -> usize {
        self.code.held_bytes()
    }

    fn translate_all(&self) -> Result<(), Fault> {
        (0..self.code.functions.len()).try_for_each(|own| self.code.entry(own).map(drop))
    }
}

/// A contract's imports: rows of the interface, for the frame at hand.
struct Chain<'r, 'f> {
    frame: &'r mut Frame<'f>,
    imports: &'r [&'static HostFunction],
}

impl World for Chain<'_, '_> {
    fn counter(&mut self) -> u64 {
        // It is never negative.
        self.frame.counter().cast_unsigned()
    }

    fn set_counter(&mut self, counter: u64) {
        self.frame.set_counter(counter.cast_signed());
    }

    fn used_up(&mut self) -> Exit {
        self.frame.counter_used_up()
    }

    fn call(
        &mut self,
        import: usize,
        instance: &mut Instance,
        slots: &mut [u64],
    ) -> Result<(), Exit> {
        let row = self.imports[import];
        let result = row.call(self.frame, &mut instance.memory, &slots[..row.params.len()])?;
        if let ([_], Some(slot)) = (row.results, slots.first_mut()) {
            *slot = result;
        }
        Ok(())
    }
}
