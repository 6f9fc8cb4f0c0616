#![no_std]
#![no_main]
hebe_compute::contract!(ed25519_verify);
