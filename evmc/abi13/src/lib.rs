//! `libhebe_evmc13.so`: Hebe for clients that speak EVMC's ABI 13.

// What is exported is named for C.
#![allow(unsafe_code)]

hebe_evmc::export!(Abi13: evmc_create_hebe_evmc13, evmc_create_evmc13, evmc_create);
