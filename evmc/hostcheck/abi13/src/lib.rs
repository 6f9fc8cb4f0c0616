//! `libhebe_hostcheck13.so`: checks a client that speaks EVMC's ABI 13.

// What is exported is named for C.
#![allow(unsafe_code)]

hebe_evmc::export!(Abi13, hebe_hostcheck::HostCheck: evmc_create_hebe_hostcheck13, evmc_create_hostcheck13, evmc_create);
