//! `libhebe_hostcheck9.so`: checks a client that speaks EVMC's ABI 9.

// What is exported is named for C.
#![allow(unsafe_code)]

hebe_evmc::export!(Abi9, hebe_hostcheck::HostCheck: evmc_create_hebe_hostcheck9, evmc_create_hostcheck9, evmc_create);
