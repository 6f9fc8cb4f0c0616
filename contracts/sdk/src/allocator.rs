//! Memory for a contract: taken from the end of its data upwards, and never given back. A call is short,
//! and what it leaves is thrown away with its instance.

use core::{
    alloc::{GlobalAlloc, Layout},
    cell::Cell,
};

/// Bytes of a page of WebAssembly memory.
const PAGE: usize = 65_536;

struct Bump {
    /// Where free memory begins; 0 before the first use.
    next: Cell<usize>,
}

// SAFETY: a contract has one thread.
unsafe impl Sync for Bump {}

#[global_allocator]
static ALLOCATOR: Bump = Bump { next: Cell::new(0) };

unsafe extern "C" {
    /// Where the linker says that data ends and the heap begins.
    static __heap_base: u8;
}

/// What the library calls where an area has no room, which [`Bump`] has answered before. Its own handler formats a text
/// about it, and that takes 1 KB. Unstable, so only where it may be.
#[cfg(hebe_build)]
#[alloc_error_handler]
fn no_room(_: Layout) -> ! {
    out_of_memory()
}

/// Traps: there is no memory left.
#[cold]
fn out_of_memory() -> ! {
    core::arch::wasm32::unreachable()
}

// SAFETY: areas begin at or behind `__heap_base`, end inside the memory, and do not overlap, since `next` only grows.
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let free = match self.next.get() {
            0 => (&raw const __heap_base).addr(),
            next => next,
        };
        let start = free.next_multiple_of(layout.align());
        let Some(end) = start.checked_add(layout.size()) else { out_of_memory() };
        let pages = core::arch::wasm32::memory_size(0);
        let needed = end.div_ceil(PAGE);
        if needed > pages && core::arch::wasm32::memory_grow(0, needed - pages) == usize::MAX {
            out_of_memory();
        }
        self.next.set(end);
        start as *mut u8
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}

    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // The last area grows in place, as a vector that is being filled does.
        if old.addr().wrapping_add(layout.size()) == self.next.get() {
            self.next.set(old.addr());
        }
        // SAFETY: the caller's size is valid with its alignment.
        let new = unsafe { self.alloc(Layout::from_size_align_unchecked(size, layout.align())) };
        if new != old {
            // SAFETY: both areas hold that many bytes, and `copy` minds no overlap.
            unsafe { core::ptr::copy(old, new, layout.size().min(size)) };
        }
        new
    }
}
