//! `libhebe_evmc10.so`: Hebe for clients that speak EVMC's ABI 10.

// What is exported is named for C.
#![allow(unsafe_code)]

hebe_evmc::export!(Abi10: evmc_create_hebe_evmc10, evmc_create_evmc10, evmc_create);
