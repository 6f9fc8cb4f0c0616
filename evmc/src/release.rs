//! Which ABIs of EVMC were released, and which library is for whom.

/// An ABI of EVMC that was released.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    /// Its version.
    pub abi: i32,
    /// What it was released with.
    pub with: &'static str,
    /// The file that a client of this ABI loads Hebe from.
    pub library: &'static str,
}

/// Every ABI that there is a library for, and that other VMs may speak. Versions 14 to 17 stood on a branch for some days
/// and were never released.
pub const RELEASES: [Release; 6] = [
    Release { abi: 9, with: "EVMC 9", library: "libhebe_evmc9.so" },
    Release { abi: 10, with: "EVMC 10", library: "libhebe_evmc10.so" },
    Release { abi: 11, with: "EVMC 11", library: "libhebe_evmc11.so" },
    Release { abi: 12, with: "EVMC 12, evmone up to 0.21", library: "libhebe.so" },
    Release { abi: 13, with: "evmone 0.22", library: "libhebe_evmc13.so" },
    Release { abi: 18, with: "evmone 0.23", library: "libhebe_evmc18.so" },
];
