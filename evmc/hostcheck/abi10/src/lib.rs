//! `libhebe_hostcheck10.so`: checks a client that speaks EVMC's ABI 10.

// What is exported is named for C.
#![allow(unsafe_code)]

hebe_evmc::export!(Abi10, hebe_hostcheck::HostCheck: evmc_create_hebe_hostcheck10, evmc_create_hostcheck10, evmc_create);
