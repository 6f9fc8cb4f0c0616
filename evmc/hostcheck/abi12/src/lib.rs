//! `libhebe_hostcheck12.so`: checks a client that speaks EVMC's ABI 12.

// What is exported is named for C.
#![allow(unsafe_code)]

hebe_evmc::export!(Abi12, hebe_hostcheck::HostCheck: evmc_create_hebe_hostcheck12, evmc_create_hostcheck12, evmc_create);
