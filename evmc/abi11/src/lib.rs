//! `libhebe_evmc11.so`: Hebe for clients that speak EVMC's ABI 11.

// What is exported is named for C.
#![allow(unsafe_code)]

hebe_evmc::export!(Abi11: evmc_create_hebe_evmc11, evmc_create_evmc11, evmc_create);
