//! What safe Rust can't say about the process: that it was forked, who its user is, and that its signals are not for
//! our threads.

#![allow(unsafe_code)]

use std::mem::MaybeUninit;

/// Whether this process was forked from one in which [`watch_forks`] was called. Our threads are not in it,
/// and what they had locked stays locked.
pub(crate) fn is_forked() -> bool {
    fork::IS_FORKED.load(std::sync::atomic::Ordering::Relaxed)
}

/// Has forks noticed from now on.
pub(crate) fn watch_forks() {
    fork::watch();
}

#[cfg(unix)]
mod fork {
    use std::sync::{
        Once,
        atomic::{AtomicBool, Ordering},
    };

    pub(super) static IS_FORKED: AtomicBool = AtomicBool::new(false);

    extern "C" fn in_child() {
        IS_FORKED.store(true, Ordering::Relaxed);
    }

    pub(super) fn watch() {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            // SAFETY: the handler does nothing but a store, which is allowed after a fork. It stays where
            // it is: the library can't be unloaded (see the linker's `nodelete`).
            unsafe { libc::pthread_atfork(None, None, Some(in_child)) };
        });
    }
}

#[cfg(not(unix))]
mod fork {
    pub(super) static IS_FORKED: std::sync::atomic::AtomicBool =
        std::sync::atomic::AtomicBool::new(false);

    pub(super) fn watch() {}
}

/// The user whose rights this process has.
#[cfg(unix)]
pub(crate) fn user() -> u32 {
    // SAFETY: it has no arguments and can't fail.
    unsafe { libc::geteuid() }
}

/// Keeps the process's signals away from this thread. A client's handlers expect its own threads.
pub(crate) fn block_signals() {
    #[cfg(unix)]
    {
        let mut signals = MaybeUninit::uninit();
        // SAFETY: the first call writes the set that the second reads; the third argument may be null.
        unsafe {
            libc::sigfillset(signals.as_mut_ptr());
            libc::pthread_sigmask(libc::SIG_BLOCK, signals.as_ptr(), std::ptr::null_mut());
        }
    }
}
