#![no_std]
#![no_main]
hebe_compute::contract!(bn128_mul);
