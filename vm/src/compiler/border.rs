//! What safe Rust can't say about the compiler's instances.
//!
//! Four things: an instance has to remember the [`Frame`] that it runs for, whose lifetime wasmtime can't express;
//! host functions of any type are called with their arguments in place; native code comes back from a file; and the
//! system is asked which pages of a memory were written to.

#![allow(unsafe_code)]

use super::Running;
use crate::cache::disk::Checked;
use hebe_gas::ValueType::{self, I32, I64};
use hebe_host::Frame;
use std::{mem::MaybeUninit, ops::Range, ptr::NonNull};
use wasmtime::{Caller, Engine, FuncType, Linker, Module, Store, ValRaw, ValType};

/// A place for the frame that an instance runs for.
#[derive(Default)]
pub(crate) struct FrameSlot(Option<NonNull<Frame<'static>>>);

// SAFETY: there is a pointer in it only while `with_frame` runs, which has the store borrowed: meanwhile
// no other thread can have it.
unsafe impl Send for FrameSlot {}
// SAFETY: nothing can be done with a shared one.
unsafe impl Sync for FrameSlot {}

impl FrameSlot {
    /// The frame, during [`with_frame`].
    pub(crate) fn get<'a>(&'a mut self) -> Option<&'a mut Frame<'a>> {
        // SAFETY: `with_frame` put the pointer there, has the frame borrowed for itself alone, and takes
        // the pointer away before that ends. What is given out borrows the slot, so there is one at a
        // time. The frame's own lifetime is cut down to that of this borrow: what it refers to lives
        // longer, and the only thing that could be put in through it, a tracer, is not.
        self.0.map(|frame| unsafe { &mut *frame.cast::<Frame<'a>>().as_ptr() })
    }
}

/// Does `run` with `frame` in the store's slot.
pub(crate) fn with_frame<T>(
    store: &mut Store<Running>,
    frame: &mut Frame<'_>,
    run: impl FnOnce(&mut Store<Running>) -> T,
) -> T {
    /// Takes the frame out of the slot, however `run` ends.
    struct Lent<'s>(&'s mut Store<Running>);
    impl Drop for Lent<'_> {
        fn drop(&mut self) {
            self.0.data_mut().frame = FrameSlot(None);
        }
    }
    store.data_mut().frame = FrameSlot(Some(NonNull::from(frame).cast()));
    let lent = Lent(store);
    run(lent.0)
}

/// Parameters or results, of a row and those that metering adds.
type Types = (&'static [ValueType], &'static [ValueType]);

/// The most parameters that a function can have.
const MOST_PARAMETERS: usize = 16;

/// Defines a function that gets its arguments and gives its results (as many of the two as it has; the last of
/// them is the last that metering adds) as raw numbers, i32 zero-extended.
pub(crate) fn raw_function(
    linker: &mut Linker<Running>,
    (from, name): (&str, &str),
    params: Types,
    results: Types,
    body: impl Fn(&mut Caller<'_, Running>, &[u64]) -> wasmtime::Result<[u64; 2]>
    + Send
    + Sync
    + 'static,
) -> wasmtime::Result<()> {
    let all = |(own, added): Types| own.iter().chain(added);
    let wasm = |types: Types| {
        all(types).map(|ty| match ty {
            I32 => ValType::I32,
            I64 => ValType::I64,
        })
    };
    let ty = FuncType::new(linker.engine(), wasm(params), wasm(results));
    if ty.params().len() > MOST_PARAMETERS || results.0.len() > 1 || results.1.len() != 1 {
        return Err(wasmtime::Error::msg(format!(
            "{from}.{name} has too many parameters or results"
        )));
    }
    let function = move |mut caller: Caller<'_, Running>, values: &mut [MaybeUninit<ValRaw>]| {
        let mut raw = [0; MOST_PARAMETERS];
        let mut count = 0;
        for (index, ty) in all(params).enumerate() {
            // SAFETY: wasmtime has written the arguments, of the types that were given to it, from the
            // first value on.
            let value = unsafe { values[index].assume_init_ref() };
            raw[index] = match ty {
                I32 => value.get_u32().into(),
                I64 => value.get_u64(),
            };
            count = index + 1;
        }
        let [result, last] = body(&mut caller, &raw[..count])?;
        for (index, ty) in all(results).enumerate() {
            let value = if index == results.0.len() { last } else { result };
            values[index].write(match ty {
                I32 => ValRaw::u32(low_half(value)),
                I64 => ValRaw::u64(value),
            });
        }
        Ok(())
    };
    // SAFETY: the function reads arguments and writes results of the types in `ty`.
    unsafe { linker.func_new_unchecked(from, name, ty, function) }.map(|_| ())
}

#[expect(clippy::cast_possible_truncation, reason = "an i32 has no upper half")]
fn low_half(raw: u64) -> u32 {
    raw as u32
}

/// A module from its native code.
///
/// # Errors
///
/// wasmtime's, where an engine with other settings has made it.
pub(crate) fn module_of(engine: &Engine, code: &Checked<'_>) -> wasmtime::Result<Module> {
    // SAFETY: the bytes must be what `Module::serialize` gave. A `Checked` is, byte by byte, what was
    // written into the folder by whoever may write there, in memory that nobody else has: no accident can
    // have changed it. That nobody but VMs of ours writes there is what the option `cache_dir` demands of
    // whoever sets it.
    unsafe { Module::deserialize(engine, code.bytes()) }
}

/// Which parts of `memory` may have been written to since they were mapped, in order, in bytes. All others
/// hold what they held at first. `None` where the system can't tell, or there are too many parts.
#[cfg(target_os = "linux")]
pub(crate) fn dirty_pages(memory: &[u8], ranges: &mut Vec<Range<usize>>) -> Option<()> {
    use std::{fs::File, os::fd::AsRawFd, process, sync::RwLock};

    /// `struct page_region` of linux/fs.h.
    #[repr(C)]
    #[derive(Clone, Copy, Default)]
    struct PageRegion {
        start: u64,
        end: u64,
        categories: u64,
    }
    /// `struct pm_scan_arg`.
    #[repr(C)]
    struct ScanArgument {
        size: u64,
        flags: u64,
        start: u64,
        end: u64,
        walk_end: u64,
        vec: u64,
        vec_len: u64,
        max_pages: u64,
        category_inverted: u64,
        category_mask: u64,
        category_anyof_mask: u64,
        return_mask: u64,
    }
    /// `_IOWR('f', 16, struct pm_scan_arg)`.
    const PAGEMAP_SCAN: u64 = 3 << 30 | (size_of::<ScanArgument>() as u64) << 16 | 0x66 << 8 | 16;
    const FILE: u64 = 1 << 2;
    const PRESENT: u64 = 1 << 3;
    const SWAPPED: u64 = 1 << 4;
    const ZERO: u64 = 1 << 5;

    /// The map of the process that opened it: a child after a fork needs its own.
    static MAP: RwLock<Option<(u32, File)>> = RwLock::new(None);
    let process = process::id();
    let map = loop {
        let map = MAP.read().ok()?;
        match &*map {
            Some((owner, _)) if *owner == process => break map,
            _ => drop(map),
        }
        let own = File::open("/proc/self/pagemap").ok()?;
        *MAP.write().ok()? = Some((process, own));
    };
    let (_, file) = map.as_ref()?;

    let mut regions = [PageRegion::default(); 32];
    let start = memory.as_ptr() as u64;
    let mut argument = ScanArgument {
        size: size_of::<ScanArgument>() as u64,
        flags: 0,
        start,
        end: start + memory.len() as u64,
        walk_end: 0,
        vec: regions.as_mut_ptr() as u64,
        vec_len: regions.len() as u64,
        max_pages: 0,
        // A page of zeros or of a file that was only read from is not the process's own.
        category_inverted: FILE | ZERO,
        category_mask: FILE | ZERO,
        category_anyof_mask: PRESENT | SWAPPED,
        return_mask: 0,
    };
    // SAFETY: the request takes a pointer to this structure; it writes to it and to as many regions as
    // `vec_len` says, and both live until it returns. The memory itself is only looked up.
    let found = unsafe { libc::ioctl(file.as_raw_fd(), PAGEMAP_SCAN as _, &raw mut argument) };
    let found = usize::try_from(found).ok()?;
    if argument.walk_end != argument.end {
        return None;
    }
    for region in regions.get(..found)? {
        let offset = |address: u64| usize::try_from(address - start).ok();
        ranges.push(offset(region.start)?..offset(region.end)?);
    }
    Some(())
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn dirty_pages(_: &[u8], _: &mut Vec<Range<usize>>) -> Option<()> {
    None
}
