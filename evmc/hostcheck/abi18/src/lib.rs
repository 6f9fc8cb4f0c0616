//! `libhebe_hostcheck18.so`: checks a client that speaks EVMC's ABI 18.

// What is exported is named for C.
#![allow(unsafe_code)]

hebe_evmc::export!(Abi18, hebe_hostcheck::HostCheck: evmc_create_hebe_hostcheck18, evmc_create_hostcheck18, evmc_create);
