//! Where the frames of a run are.
//!
//! A run has room for all slots that a message may use, which the system backs as they are used. Frames are at its
//! beginning. At its end are the functions that wait for what they called: each function counts some slots more than
//! its frame has, and they fit into these. A thread keeps a few stacks for its next runs, those of which little was
//! used; the others are given back.

use super::code::Instruction;
use hebe_gas::limits;
use hebe_host::Fault;
use memmap2::MmapMut;
use std::cell::RefCell;

/// How many slots a message may use.
pub(crate) const SLOTS: usize = limits::STACK.value as usize;

/// A stack of which more slots were used than this is given back.
const FEW_SLOTS: i32 = 2_048;

/// So many stacks are kept by a thread.
const SPARE: usize = 16;

/// The stack of a run.
pub(crate) struct Stack {
    slots: MmapMut,
    /// The functions that wait for what they called, the last one first. They are at the end of the slots.
    pub(crate) callers: *mut Caller,
    /// How many slots are left for what the function at hand calls.
    pub(crate) left: i32,
    /// The size of the frame at hand, in slots.
    pub(crate) frame: u32,
    /// The fewest slots that were left in this run.
    least_left: i32,
}

// What makes both ends of a stack fit into it.
const _: () = assert!(size_of::<Caller>() <= limits::CALL_SLOTS as usize * size_of::<u64>());

/// A function that waits for what it called.
#[derive(Clone, Copy)]
pub(crate) struct Caller {
    /// Where it goes on.
    pub(crate) next: *const Instruction,
    /// Its first slot.
    pub(crate) first: *mut u64,
    /// How many slots are left for what it calls.
    pub(crate) left: i32,
    /// The size of its frame, in slots.
    pub(crate) frame: u32,
}

thread_local! {
    static SPARES: RefCell<Vec<Stack>> = const { RefCell::new(Vec::new()) };
}

impl Stack {
    /// A stack of this thread's.
    ///
    /// # Errors
    ///
    /// [`Fault::Engine`] where the system has no memory.
    pub(crate) fn take() -> Result<Self, Fault> {
        let spare = SPARES.try_with(|spares| spares.borrow_mut().pop()).ok().flatten();
        if let Some(spare) = spare {
            return Ok(spare);
        }
        let slots = MmapMut::map_anon(SLOTS * size_of::<u64>())
            .map_err(|error| Fault::Engine(format!("there is no memory for a stack: {error}")))?;
        Ok(Self { slots, callers: std::ptr::null_mut(), left: 0, frame: 0, least_left: 0 })
    }

    /// Begins a run: gives the first slot.
    pub(crate) fn begin(&mut self) -> *mut u64 {
        self.left = limits::STACK.value.cast_signed();
        self.least_left = self.left;
        self.frame = 0;
        // The system gives whole pages, so that both ends are aligned.
        let slots = self.slots.as_mut_ptr_range();
        self.callers = slots.end.cast();
        slots.start.cast()
    }

    /// Takes the frame of a function, and what a call takes beside it. Whether there is as much.
    #[inline]
    pub(crate) fn enter(&mut self, slots: u16) -> bool {
        self.left -= i32::from(slots);
        if self.left < 0 {
            return false;
        }
        self.least_left = self.least_left.min(self.left);
        self.frame = u32::from(slots) - limits::CALL_SLOTS;
        true
    }

    /// Gives it back, after a run.
    pub(crate) fn give_back(self) {
        let used = limits::STACK.value.cast_signed().saturating_sub(self.least_left);
        if used > FEW_SLOTS {
            return;
        }
        // At the end of a thread there is no place to keep it.
        let _ = SPARES.try_with(|spares| {
            let mut spares = spares.borrow_mut();
            if spares.len() < SPARE {
                spares.push(self);
            }
        });
    }

    /// Puts a byte everywhere, as a run may leave it that has used little.
    pub(crate) fn soil(&mut self, byte: u8) {
        self.slots.fill(byte);
        self.least_left = limits::STACK.value.cast_signed();
    }
}
