//! The imports that C and AssemblyScript contracts are written with are the VM's: same names, same
//! types, none missing.
//!
//! Fails when the interface's table changes: change `c/hebe.h` and `assemblyscript/hebe.ts` then.

use hebe_contracts::folder;
use hebe_gas::ValueType;
use hebe_host::HostModule;
use std::{collections::BTreeMap, fs};

type Signatures = BTreeMap<String, (Vec<ValueType>, Vec<ValueType>)>;

/// The functions of all revisions.
fn table() -> Signatures {
    HostModule::ETHEREUM
        .functions
        .iter()
        .map(|row| (row.name.to_owned(), (row.params.to_vec(), row.results.to_vec())))
        .collect()
}

fn value_type(name: &str) -> ValueType {
    match name {
        "i64" | "int64_t" => ValueType::I64,
        "i32" | "u32" | "usize" | "int32_t" | "uint32_t" => ValueType::I32,
        pointer if pointer.contains("uint8_t *") => ValueType::I32,
        other => panic!("`{other}` is no type of the interface"),
    }
}

fn result(name: &str) -> Vec<ValueType> {
    if name == "void" { Vec::new() } else { vec![value_type(name)] }
}

#[test]
fn c_imports_what_there_is() {
    let text = fs::read_to_string(folder().join("c/hebe.h")).unwrap();
    let mut found = Signatures::new();
    for line in text.lines().filter_map(|line| line.strip_prefix("EEI(")) {
        let (name, rest) = line.split_once(") ").unwrap();
        let (head, params) = rest.trim_end_matches(");").split_once('(').unwrap();
        let (ty, _) = head.trim_start_matches("_Noreturn ").split_once(' ').unwrap();
        let params = params.split(", ").filter(|param| *param != "void");
        let params = params.map(|param| match param.split_once('*') {
            Some((ty, _)) => value_type(&format!("{ty}*")),
            None => value_type(param.split_once(' ').unwrap().0),
        });
        found.insert(name.to_owned(), (params.collect(), result(ty)));
    }
    assert_eq!(found, table());
}

#[test]
fn assemblyscript_imports_what_there_is() {
    let text = fs::read_to_string(folder().join("assemblyscript/hebe.ts")).unwrap();
    let mut found = Signatures::new();
    for line in text.lines().filter_map(|line| line.strip_prefix("@external(\"ethereum\", \"")) {
        let (name, rest) = line.split_once("\") export declare function ").unwrap();
        let (_, rest) = rest.split_once('(').unwrap();
        let (params, ty) = rest.trim_end_matches(';').split_once("): ").unwrap();
        let params = params.split(", ").filter_map(|param| param.split_once(": "));
        let params = params.map(|(_, ty)| value_type(ty)).collect();
        found.insert(name.to_owned(), (params, result(ty)));
    }
    assert_eq!(found, table());
}
