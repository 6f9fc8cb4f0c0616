//! What is measured: the rows of the table.

use crate::native;
use sha2::Digest;
use std::{fs, path::Path};

/// A contract, and what else does the same work.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) code: Vec<u8>,
    pub(crate) input: Vec<u8>,
    pub(crate) native: Option<Native>,
    pub(crate) evm: Option<Evm>,
    pub(crate) kind: Kind,
}

/// The same work in Rust; gives what the contract finishes with.
pub(crate) type Native = Box<dyn FnMut() -> Vec<u8>>;

/// The same work on the EVM.
pub(crate) struct Evm {
    /// In hex, as solc writes it.
    pub(crate) code: &'static str,
    pub(crate) input: Vec<u8>,
    /// Whether it gives the same number, with 32 bytes, highest first.
    pub(crate) gives_number: bool,
}

/// Which calls are measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Of a contract that was called before.
    Warm,
    /// The same, for hashes, of which aims are about the median.
    Hash,
    /// The same, where the call itself is most of it.
    Short,
    /// Of a contract that nobody has seen before.
    First,
}

const LOOPS: &str = include_str!("evm/loops.hex");
const TOKEN: &str = include_str!("evm/token.hex");

/// Bytes that are hashed.
const HASHED: usize = 8 << 10;

pub(crate) fn rows() -> Vec<Row> {
    let data: Vec<u8> = (0..=250).cycle().take(HASHED).collect();
    let transfer = [&[0xa9, 0x05, 0x9c, 0xbb][..], &[0; 12], &[0x33; 20], &[0; 31], &[1]].concat();
    vec![
        Row { kind: Kind::Short, ..row("empty contract", text(EMPTY)) },
        Row {
            input: transfer.clone(),
            evm: Some(Evm { code: TOKEN, input: transfer.clone(), gives_number: false }),
            kind: Kind::Short,
            ..row("ERC-20 transfer, written by hand", text(ERC20))
        },
        Row {
            input: data.clone(),
            native: Some(hash::<sha3::Keccak256>(&data)),
            kind: Kind::Hash,
            ..row("Keccak-256 of 8 KiB", binary("keccak256"))
        },
        Row {
            input: data.clone(),
            native: Some(soft_sha256(&data)),
            kind: Kind::Hash,
            ..row("SHA-256 of 8 KiB", binary("sha256"))
        },
        Row {
            input: data.clone(),
            native: Some(hash::<blake2::Blake2b512>(&data)),
            kind: Kind::Hash,
            ..row("BLAKE2b of 8 KiB", binary("blake2b"))
        },
        Row {
            native: Some(Box::new(|| native::i64_loop().to_le_bytes().to_vec())),
            evm: Some(loops("i64Loop()")),
            ..row("i64 loop, 1,000,000 turns", text(I64_LOOP))
        },
        Row {
            native: Some({
                let mut memory = Box::new([0; 16_384]);
                Box::new(move || {
                    native::memory_loop(&mut memory);
                    Vec::new()
                })
            }),
            evm: Some(loops("memoryLoop()")),
            ..row("memory loop, 100,000 turns", text(MEMORY_LOOP))
        },
        Row {
            native: Some(Box::new(|| native::fib(std::hint::black_box(20)).to_le_bytes().to_vec())),
            evm: Some(loops("fib20()")),
            ..row("fib(20), recursive", text(FIB))
        },
        Row {
            native: Some(Box::new(|| native::interpreter().to_le_bytes().to_vec())),
            ..row("interpreter loop, 10,000 turns", text(include_str!("interpreter.wat")))
        },
        Row { kind: Kind::First, ..row("first call, 1 KB", ordinary(KILOBYTE)) },
        Row { kind: Kind::First, ..row("first call, 65 KB", ordinary(LARGE)) },
    ]
}

fn row(name: &'static str, code: Vec<u8>) -> Row {
    Row { name, code, input: Vec::new(), native: None, evm: None, kind: Kind::Warm }
}

const EMPTY: &str = include_str!("../../../contracts/empty.wat");
const ERC20: &str = include_str!("../../../contracts/erc20.wat");

const I64_LOOP: &str = r#"(module
    (import "ethereum" "finish" (func $finish (param i32 i32)))
    (memory (export "memory") 1)
    (func (export "main") (local $i i64) (local $acc i64)
        (loop
            (local.set $acc (i64.add (i64.mul (local.get $acc) (i64.const 3)) (local.get $i)))
            (br_if 0 (i64.lt_u (local.tee $i (i64.add (local.get $i) (i64.const 1))) (i64.const 1000000))))
        (i64.store (i32.const 0) (local.get $acc))
        (call $finish (i32.const 0) (i32.const 8))))"#;

const FIB: &str = r#"(module
    (import "ethereum" "finish" (func $finish (param i32 i32)))
    (memory (export "memory") 1)
    (func $fib (param i32) (result i32)
        (if (result i32) (i32.lt_u (local.get 0) (i32.const 2))
            (then (local.get 0))
            (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1)))
                           (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
    (func (export "main")
        (i32.store (i32.const 0) (call $fib (i32.const 20)))
        (call $finish (i32.const 0) (i32.const 4))))"#;

/// The memory that it leaves is checked by nobody: the next call begins with zeros, and native code with what is there.
const MEMORY_LOOP: &str = r#"(module (memory (export "memory") 1) (func (export "main") (local $i i32)
    (loop
        (i32.store (i32.and (local.get $i) (i32.const 0xfffc))
            (i32.add (i32.load (i32.and (i32.mul (local.get $i) (i32.const 13)) (i32.const 0xfffc))) (local.get $i)))
        (br_if 0 (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 4))) (i32.const 400000))))))"#;

fn text(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the text is right")
}

/// A contract of the compute suite, as it is built.
fn binary(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../contracts/wasm/{name}.wasm"));
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// How many functions make a contract of 1 KB, and one of 65 KB.
pub(crate) const KILOBYTE: usize = 27;
pub(crate) const LARGE: usize = 1_855;

/// A contract with so many functions of ordinary arithmetic, of which one runs.
pub(crate) fn ordinary(functions: usize) -> Vec<u8> {
    let function = "(func (param i32 i32) (result i32) (local i32)
        (local.set 2 (i32.mul (local.get 0) (i32.const 31)))
        (block (br_if 0 (i32.lt_u (local.get 1) (local.get 2)))
            (local.set 2 (i32.load (local.get 1))))
        (i32.add (local.get 2) (i32.const 7)))";
    text(&format!(
        r#"(module (memory (export "memory") 1) {}
            (func (export "main") (drop (call 3 (i32.const 1) (i32.const 2)))))"#,
        function.repeat(functions)
    ))
}

fn hash<D: Digest>(data: &[u8]) -> Native {
    let data = data.to_vec();
    Box::new(move || D::digest(&data).to_vec())
}

/// Without the processor's instructions for it, which a contract does not have.
fn soft_sha256(data: &[u8]) -> Native {
    use sha2_soft::Digest as _;
    let data = data.to_vec();
    Box::new(move || sha2_soft::Sha256::digest(&data).to_vec())
}

/// A function of evm/loops.sol.
fn loops(signature: &str) -> Evm {
    let selector = sha3::Keccak256::digest(signature)[..4].to_vec();
    Evm { code: LOOPS, input: selector, gives_number: signature != "memoryLoop()" }
}
