//! `hebe conform`: our own libraries keep every rule, and each fault of a VM is found by the rule that is about it.

use crate::support::{Shell, library};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// Our library of an ABI.
fn library_of(abi: i32) -> PathBuf {
    match abi {
        12 => library(),
        _ => library().with_file_name(format!("libhebe_evmc{abi}.so")),
    }
}

const ABIS: [i32; 6] = [9, 10, 11, 12, 13, 18];

/// The rules of an answer that came to this.
fn rules<'a>(answer: &'a Value, result: &str) -> Vec<&'a str> {
    let rules = answer["rules"].as_array().unwrap().iter();
    rules
        .filter(|rule| rule["result"] == result)
        .map(|rule| rule["rule"].as_str().unwrap())
        .collect()
}

#[test]
fn our_libraries_keep_every_rule() {
    for abi in ABIS {
        let library = library_of(abi).display().to_string();
        let answer = Shell::new().hebe_with(["conform", "--json", &library]).json(0);
        assert_eq!((&answer["abi"], &answer["name"]), (&abi.into(), &"hebe".into()));
        assert_eq!(
            (rules(&answer, "broken"), rules(&answer, "skipped")),
            (vec![], vec![]),
            "{abi}"
        );
        assert_eq!(answer["conforms"], true);
        assert!(rules(&answer, "holds").len() > 150, "ABI {abi}");
    }
}

/// A VM in C of an ABI with a fault; `None`, with a note, on a machine without a compiler.
struct Faulty {
    shell: Shell,
    abi: i32,
}

impl Faulty {
    fn new(abi: i32) -> Option<Self> {
        let shell = Shell::new();
        let cli = Path::new(env!("CARGO_MANIFEST_DIR"));
        let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
        let status = Command::new(&compiler)
            .args(["-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"])
            .arg(format!("-DABI={abi}"))
            .arg("-I")
            .arg(cli.join("../evmc/tests"))
            .arg("-o")
            .arg(shell.path("libfaulty.so"))
            .arg(cli.join("tests/cli/faulty_vm.c"))
            .arg("-ldl")
            .status();
        let Ok(status) = status else {
            println!("not checked: there is no C compiler `{compiler}`");
            return None;
        };
        assert!(status.success(), "the VM does not compile");
        Some(Self { shell, abi })
    }

    fn hebe(&self, fault: &str, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_hebe"))
            .args(["conform", "./libfaulty.so", "--time-limit", "3"])
            .args(arguments)
            .env("FAULT", fault)
            .env("REAL", library_of(self.abi))
            .current_dir(self.shell.path("."))
            .output()
            .unwrap()
    }

    /// What the rules with `only` in their name say of a fault.
    #[track_caller]
    fn answer(&self, fault: &str, only: &str) -> Value {
        let output = self.hebe(fault, &["--json", "--only", only]);
        let problem = String::from_utf8_lossy(&output.stderr);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{fault}: {problem}"))
    }

    /// Whether the rule `name` finds the fault, and says so with this in it: if not, what it says.
    fn is_found(&self, fault: &str, name: &str, says: &str) -> Option<String> {
        let answer = self.answer(fault, name);
        let rules = answer["rules"].as_array().unwrap();
        let rule = rules.iter().find(|rule| rule["rule"] == name);
        let rule = rule.unwrap_or_else(|| panic!("{fault}: no {name}"));
        let is_found = rule["result"] == "broken"
            && rule["why"].as_str().is_some_and(|why| why.contains(says))
            && answer["conforms"] == (rule["weight"] != "must");
        (!is_found).then(|| format!("{fault}, by {name}: {} {}\n", rule["result"], rule["why"]))
    }
}

#[test]
fn what_has_no_fault_keeps_every_rule() {
    for abi in [9, 18] {
        let Some(faulty) = Faulty::new(abi) else { return };
        let answer = faulty.answer("", "");
        assert_eq!(rules(&answer, "broken"), [""; 0], "ABI {abi}");
    }
}

/// Faults, the rules that find them, and a part of what these say.
#[track_caller]
fn are_found(abi: i32, faults: &[(&str, &str, &str)]) {
    let Some(faulty) = Faulty::new(abi) else { return };
    let missed: String = faults
        .iter()
        .filter_map(|(fault, rule, says)| faulty.is_found(fault, rule, says))
        .collect();
    assert!(missed.is_empty(), "{missed}");
}

#[test]
fn faults_that_one_abi_can_have_are_found() {
    let no_code = "code_address: 0x707172737475767778797a7b7c7d7e7f80818283";
    are_found(9, &[("calls code at home", "callcode", no_code)]);
    are_found(
        18,
        &[
            (
                "computes no address",
                "create-computes-address",
                "the recipient that is sent must be",
            ),
            ("computes no address", "create2-computes-address", "the recipient that is sent must"),
            ("knows low nonces", "create-computes-address", "the output must be 0x"),
            ("knows low nonces", "create-nonce-limit", "the output must be 0x00"),
        ],
    );
}

#[test]
fn each_fault_is_found_by_its_rule() {
    let faults = [
        ("gives gas", "gas-left/evm", "101 gas left, of 100 that there were"),
        ("is cheap", "exact-gas", "gas left must be 0, and is"),
        ("keeps gas after failures", "failure-takes-all-gas/evm", "gas_left is 1, not 0"),
        ("refunds failures", "failure-has-no-refund/wasm", "gas_refund is 1"),
        ("speaks when it fails", "failure-has-no-output/evm", "output_size is 5, not 0"),
        ("refunds nothing", "sstore-refund", "the refund of Deleted must be 4800, and is 0"),
        ("has an unknown status", "success/wasm", "status 99"),
        ("has one failure", "stack-underflow", "must be STACK_UNDERFLOW, and is FAILURE"),
        ("answers null", "no-output-no-size/evm", "a null pointer, and output_size 5"),
        ("points at nothing", "no-output-no-size/evm", "not null, and output_size 0"),
        ("says where", "create-message/evm", "create_address must be 0x00"),
        ("changes its mind", "same-twice/evm", "the result of another time"),
        ("shares its output", "output-until-release/evm", "after another execution"),
        ("has a bad release", "success/evm", "ended by signal 6"),
        ("keeps results", "releases-results/evm", "released 0 times"),
        ("loses return data", "call-returns/evm", "the output must be 0x016e"),
        ("sends less gas", "call-all-but-one-64th", "the gas that is sent must be"),
        ("sends no flags", "staticcall", "is_static: true"),
        ("sends at the same depth", "call/evm", "depth: 1"),
        ("is static never", "static-changes-nothing/evm", "must fail"),
        ("ignores depth", "call-depth/evm", "the output must be 0x00, and is 0x01"),
        ("ignores balance", "call-balance/evm", "the output must be 0x00, and is 0x01"),
        ("reverses balances", "balance/evm", "the output must be 0x8182"),
        ("logs no data", "log/evm", "the host must be asked EmitLog"),
        ("forgets the input", "input/evm", "the output must be 0x00, and is 0x"),
        ("has short code", "large-code", "ended as FAILURE"),
        ("writes into the input", "constant-arguments/evm", "the output must be"),
        ("is a revision ahead", "since-push0", "runs at Paris, and came with Shanghai"),
        ("rejects numbers", "revisions", "STOP at Shanghai, number 11, ended with status 1"),
        ("crashes", "create-message/evm", "the process was ended by signal 11"),
        ("exits", "create-message/wasm", "the process exited with code 0"),
        ("hangs", "create-message/evm", "it did not end within 3 s"),
        ("is endless", "create-message/evm", "it did not end within 3 s"),
        ("enters once", "re-entrance/evm", "it did not end within 3 s"),
        ("can be destroyed once", "many-vms", "ended by signal 6"),
        ("takes any option", "unknown-option", "was accepted, which is none"),
        ("hangs in options", "unknown-option", "it did not end within 3 s"),
        ("can't do two things at once", "threads/evm", "ended by signal 6"),
        ("has odd precompiles", "precompiles", "the contract at 0x0 ended with status 4"),
        ("can do nothing", "capabilities", "its capabilities are 0x0"),
        ("has two versions of EVMC", "abi-version", "it is 1"),
        ("has no name", "name", "name is a null pointer"),
        ("has an empty version", "version", "version is empty"),
        ("can not execute", "functions", "execute is a null pointer"),
        ("needs a context", "null-context", "ended as -1"),
        ("can't stand liars", "lie-call-more-gas", "ended by signal 6"),
        ("crashes at once", "loading", "the process was ended by signal 6"),
    ];
    are_found(12, &faults);
}

/// What a VM does to one rule, or prints, is not in the answers to the others.
#[test]
fn a_fault_stays_with_its_rules() {
    let Some(faulty) = Faulty::new(12) else { return };
    let answer = faulty.answer("crashes", "create");
    assert!(rules(&answer, "broken").contains(&"create-message/evm"));
    assert!(rules(&answer, "holds").contains(&"create/evm"));
    let answer = faulty.answer("prints", "success");
    assert_eq!((rules(&answer, "broken").len(), &answer["held"]), (0, &2.into()));
}

#[test]
fn what_a_vm_can_not_do_is_not_tried() {
    let Some(faulty) = Faulty::new(12) else { return };
    let answer = faulty.answer("can do nothing", "");
    let tried = rules(&answer, "holds");
    assert!(tried.contains(&"name") && tried.contains(&"unknown-option"));
    assert!(rules(&answer, "skipped").contains(&"success/evm"));
    let answer = faulty.answer("has no options", "option");
    assert_eq!(rules(&answer, "broken"), [""; 0]);
}

#[test]
fn a_report_to_read() {
    let Some(faulty) = Faulty::new(12) else { return };
    let output = faulty.hebe("gives gas", &["--only", "gas-left"]);
    let text = String::from_utf8(output.stdout).unwrap();
    for line in [
        "./libfaulty.so: hebe",
        "\nFAIL  gas-left/evm                   evmc.h, evmc_message::gas",
        "\n      The gas left is between 0 and the gas given.\n",
        "\n0 hold, 2 are broken\n",
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
    assert_eq!(output.status.code(), Some(1));
    // What nobody promised is told, and no more.
    let output = faulty.hebe("has one failure", &["--only", "bad-jump"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("\nnote  bad-jump "), "{text}");
    assert!(text.contains("of those that EVMC does not promise, 1 do not hold"), "{text}");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn what_is_no_library_is_a_wrong_question() {
    let shell = Shell::new();
    shell.write("libtext.so", "not a library");
    shell.hebe("conform ./libtext.so").refuses("can't be opened as a library");
    shell.hebe("conform ./absent.so").refuses("can't be opened as a library");
    let library = library().display().to_string();
    let none = shell.hebe_with(["conform", &library, "--only", "no such rule"]);
    none.refuses("no rule of ABI 12 has `no such rule` in its name");
    let Some(faulty) = Faulty::new(12) else { return };
    for (fault, says) in
        [("is no VM", "made no VM"), ("is of a strange ABI", "has EVMC ABI version 15")]
    {
        let output = faulty.hebe(fault, &[]);
        assert_eq!(output.status.code(), Some(2), "{fault}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(says), "{fault}");
    }
}
