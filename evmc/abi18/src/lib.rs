//! `libhebe_evmc18.so`: Hebe for clients that speak EVMC's ABI 18.

// What is exported is named for C.
#![allow(unsafe_code)]

hebe_evmc::export!(Abi18: evmc_create_hebe_evmc18, evmc_create_evmc18, evmc_create);
