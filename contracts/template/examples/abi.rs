//! Prints the contract's interface as JSON, as wallets and libraries want it:
//! `cargo run --example abi > abi.json`.

fn main() {
    println!("{}", counter::Counter::ABI);
}
