//! `libhebe_hostcheck11.so`: checks a client that speaks EVMC's ABI 11.

// What is exported is named for C.
#![allow(unsafe_code)]

hebe_evmc::export!(Abi11, hebe_hostcheck::HostCheck: evmc_create_hebe_hostcheck11, evmc_create_hostcheck11, evmc_create);
