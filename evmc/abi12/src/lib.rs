//! `libhebe.so`: Hebe for clients that speak EVMC's ABI 12.

// What is exported is named for C.
#![allow(unsafe_code)]

hebe_evmc::export!(Abi12: evmc_create_hebe, evmc_create);
