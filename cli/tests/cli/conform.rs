//! `hebe conform`.

use crate::support::{Shell, library};
use std::{path::Path, process::Command};

/// What it finds wrong, rule by rule.
fn wrong(json: &serde_json::Value) -> Vec<&str> {
    let rules = json["rules"].as_array().unwrap().iter();
    rules
        .filter(|rule| rule["verdict"] == "wrong")
        .map(|rule| rule["rule"].as_str().unwrap())
        .collect()
}

#[test]
fn our_libraries_do_what_a_vm_must() {
    let shell = Shell::new();
    for name in ["libhebe_evmc9.so", "libhebe.so", "libhebe_evmc18.so"] {
        let library = library().with_file_name(name);
        let json = shell.hebe(&format!("conform {} --json", library.display())).json(0);
        assert_eq!(wrong(&json), Vec::<&str>::new(), "{name}");
        assert_eq!((&json["wrong"], &json["worse"]), (&0.into(), &0.into()));
        assert!(json["good"].as_u64().unwrap() >= 37, "{json}");
    }
    // With an option, and as text.
    let shown =
        shell.hebe(&format!("conform {},engine=compiler --filter static", library().display()));
    assert_eq!(shown.code(), 0);
    assert!(shown.text().starts_with("ok       static\n"), "{}", shown.text());
    assert!(shown.text().ends_with("\n2 good, 0 wrong, 0 that should be better, 0 skipped\n"));
}

#[test]
fn each_planted_fault_is_found() {
    let shell = Shell::new();
    let faults = [
        (1, "return", "gas left, of 1000000 that there were"),
        (2, "failures", "with 1 gas left, not 0"),
        (3, "return", "a null pointer with a size of 5"),
        (4, "empty-code", "status 99"),
        (5, "return", "signal 11"),
        (6, "return", "did not come back in 1 s"),
        (7, "static", "in a static call"),
        (8, "depth", "a call at depth 1024 gave 0x"),
        (9, "message", "CALLVALUE is 0x"),
        (10, "same-twice", "ended in two ways"),
        (11, "capabilities", "it can run nothing"),
        (12, "unknown-option", "took an option"),
        (13, "name-and-version", "its name is ``"),
        (14, "return", "the input is 0x"),
        (15, "refund", "a refund of 0"),
        (16, "message", "CALLER is 0x"),
        (17, "revert", "a revert gave 0x, not 0x07"),
        (18, "push0", "PUSH0 at Paris ended with SUCCESS"),
        (19, "many-vms", "not again"),
    ];
    let sources = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (fault, rule, expected) in faults {
        let vm = shell.path(&format!("libfaulty{fault}.so"));
        let compiled = Command::new("cc")
            .args(["-shared", "-fPIC", "-D_GNU_SOURCE", "-DABI=12", &format!("-DFAULT={fault}")])
            .arg(format!("-DINNER=\"{}\"", library().display()))
            .arg("-I")
            .arg(sources.join("../evmc/tests"))
            .arg("-o")
            .arg(&vm)
            .arg(sources.join("tests/cli/faulty.c"))
            .arg("-ldl")
            .status();
        let Ok(compiled) = compiled else {
            println!("not checked: there is no C compiler `cc`");
            return;
        };
        assert!(compiled.success());
        // Only its rule: the others are slow where a VM hangs.
        let arguments = format!("conform {} --filter {rule} --limit 1 --json", vm.display());
        let expected_code = 1;
        let json = shell.hebe(&arguments).json(expected_code);
        assert!(wrong(&json).contains(&rule), "fault {fault}: {json}");
        let found = json["rules"].as_array().unwrap().iter().find(|it| it["rule"] == rule).unwrap();
        let why = found["why"].as_str().unwrap();
        assert!(why.contains(expected), "fault {fault}: {why}");
    }
}

#[test]
fn what_can_not_be_checked_is_told() {
    let shell = Shell::new();
    shell.hebe("conform ./none.so").refuses("./none.so can't be opened as a library");
    shell.hebe("conform ./none.so --filter nothing-like-that").refuses("no rule has");
    let with = format!("conform {},speed=1", library().display());
    shell.hebe(&with).refuses("it has no option `speed`");
}
