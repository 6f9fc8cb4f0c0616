//! `libhebe_evmc9.so`: Hebe for clients that speak EVMC's ABI 9.

// What is exported is named for C.
#![allow(unsafe_code)]

hebe_evmc::export!(Abi9: evmc_create_hebe_evmc9, evmc_create_evmc9, evmc_create);
