//! Does `prepare` stand anything? Random bytes, and modules that are almost valid.

mod common;

use common::*;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Valid modules to start from: between them all sections, and many instructions.
fn seeds() -> Vec<Vec<u8>> {
    [
        "",
        r#"(import "ethereum" "finish" (func $finish (param i32 i32)))
           (import "ethereum" "getGasLeft" (func $gas (result i64)))
           (table 4 8 funcref) (elem (i32.const 1) $f $f) (elem declare func $gas)
           (global $g (mut i64) (i64.const 7)) (global funcref (ref.func $f))
           (type $t (func (param i32 i64) (result i32 i64)))
           (func $f (type $t) (local i32 i32) (local i64)
             (block (loop (br_if 1 (i32.const 1)) (br 0)))
             (br_table 0 0 0 (i32.const 1) (i64.const 2) (local.get 0)))
           (func $h (param i32) (result i32)
             (if (result i32) (local.get 0)
               (then (call $h (i32.sub (local.get 0) (i32.const 1))))
               (else (i32.load offset=4 (i32.const 8)))))
           (func (call $finish (i32.const 0) (i32.wrap_i64 (call $gas)))
             (drop (drop (call_indirect (type $t) (i32.const 1) (i64.const 2) (i32.const 0)))))
           (data (i32.const 8) "hello") (@custom "x" "y")"#,
        r#"(table 1 funcref) (elem $e func) (data $d "abc") (func (param i32)
             (memory.copy (i32.const 0) (i32.const 0) (i32.const 0))
             (memory.init $d (i32.const 0) (i32.const 0) (i32.const 0)) (data.drop $d)
             (table.init $e (i32.const 0) (i32.const 0) (i32.const 0)) (elem.drop $e)
             (drop (table.grow (ref.null func) (local.get 0)))
             (drop (i32.extend8_s (memory.grow (memory.size))))
             (drop (select (result funcref) (ref.null func) (table.get 0 (i32.const 0)) (local.get 0))))"#,
    ]
    .map(|fields| wasm(&contract(fields)))
    .into()
}

#[test]
fn the_seeds_are_valid() {
    for seed in seeds() {
        accepts_bytes(&seed, &RULES);
    }
}

#[test]
fn every_truncation() {
    for seed in seeds() {
        for length in 0..seed.len() {
            let _ = check_prepare(&seed[..length], &RULES);
        }
    }
}

#[test]
fn every_byte_replaced() {
    for seed in seeds() {
        for at in 0..seed.len() {
            for byte in [0, 1, 0x0b, 0x7f, 0x80, 0xff, seed[at].wrapping_add(1)] {
                let mut code = seed.clone();
                code[at] = byte;
                let _ = check_prepare(&code, &RULES);
            }
        }
    }
}

proptest! {
    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = check_prepare(&bytes, &RULES);
        let _ = check_prepare(&bytes, &MVP);
    }

    #[test]
    fn random_sections(sections in prop::collection::vec(
        (0_u8..15, prop::collection::vec(any::<u8>(), 0..40)), 0..8,
    )) {
        let mut sections = sections;
        sections.sort_by_key(|(id, _)| *id);
        let sections: Vec<_> = sections.iter().map(|(id, bytes)| (*id, &bytes[..])).collect();
        let _ = check_prepare(&binary(&sections), &RULES);
    }

    #[test]
    fn random_bodies(body in prop::collection::vec(any::<u8>(), 0..100)) {
        let code = [&[1], &*leb(u32::try_from(body.len() + 2).unwrap()), &[0], &body, &[0x0b]].concat();
        let code = binary(&[
            (1, b"\x01\x60\x00\x00"),
            (3, b"\x01\x00"),
            (4, b"\x01\x70\x00\x01"),
            (5, b"\x01\x00\x01"),
            (7, b"\x02\x04main\x00\x00\x06memory\x02\x00"),
            (10, &code),
        ]);
        let _ = check_prepare(&code, &RULES);
        let _ = check_prepare(&code, &MVP);
    }

    #[test]
    fn random_mutations(
        seed in select(seeds()),
        edits in prop::collection::vec((any::<Index>(), any::<u8>(), 0_u8..3), 1..6),
    ) {
        let mut code = seed;
        for (at, byte, how) in edits {
            let at = at.index(code.len());
            match how {
                0 => code[at] = byte,
                1 => code.insert(at, byte),
                _ => drop(code.remove(at)),
            }
        }
        let _ = check_prepare(&code, &RULES);
        let _ = check_prepare(&code, &MVP);
    }
}
