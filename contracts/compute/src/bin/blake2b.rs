#![no_std]
#![no_main]
hebe_compute::contract!(blake2b);
