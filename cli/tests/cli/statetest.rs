//! `hebe statetest`.

use crate::support::{Shell, library};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The project's own state tests.
fn ours(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/statetests").join(name)
}

/// The file of transfers, spoilt by `spoil`.
fn spoilt(spoil: impl FnOnce(&mut Value)) -> String {
    let mut file = serde_json::from_slice(&std::fs::read(ours("transfer.json")).unwrap()).unwrap();
    spoil(&mut file);
    file.to_string()
}

/// With a wrong root in `toOneself`.
fn with_wrong_root() -> String {
    spoilt(|file| {
        file["toOneself"]["post"]["Byzantium"][0]["hash"] = json!(format!("0x{}", "11".repeat(32)));
    })
}

fn json_lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_summary_is_all_that_is_said_of_what_passes() {
    let shell = Shell::new();
    // Two of them expect that what is no WebAssembly does not run.
    let ended = shell.hebe_with([
        "statetest".as_ref(),
        ours("").as_os_str(),
        "--set".as_ref(),
        "evm1mode=reject".as_ref(),
    ]);
    assert_eq!((ended.code(), ended.problem()), (0, ""), "{}", ended.text());
    assert!(
        ended.text().starts_with("95 passed, 0 failed, 0 errors, 0 skipped; "),
        "{}",
        ended.text()
    );
}

#[test]
fn a_library_and_any_number_of_jobs_say_the_same() {
    let shell = Shell::new();
    let (library, folder) = (library().display().to_string(), ours("").display().to_string());
    let run = |more: &[&str]| {
        let always = ["statetest", &folder, "--json", "--set", "evm1mode=reject"];
        let ended = shell.hebe_with(always.iter().chain(more));
        assert_eq!((ended.code(), ended.problem()), (0, ""));
        ended.text().to_owned()
    };
    let one = run(&["--jobs", "1"]);
    assert_eq!(json_lines(&one).len(), 95);
    assert_eq!(one, run(&["--jobs", "8"]));
    assert_eq!(one, run(&["--vm", &library]));
    assert_eq!(one, run(&["--engine", "interpreter"]));
}

#[test]
fn a_difference_is_shown_and_fails() {
    let shell = Shell::new();
    shell.write("wrong.json", with_wrong_root());
    let ended = shell.hebe("statetest wrong.json --filter toOneself");
    assert_eq!((ended.code(), ended.problem()), (1, ""));
    let lines: Vec<_> = ended.text().lines().collect();
    assert_eq!(lines[0], "FAIL  wrong.json: toOneself, Byzantium, data 0, gas 0, value 0");
    assert!(lines[1].starts_with("  state root 0x"), "{}", lines[1]);
    assert_eq!(lines[2], format!("   expected  0x{}", "11".repeat(32)));
    assert_eq!(lines[3..5], ["  ended      SUCCESS", "  gas used   21,000"]);
    assert!(lines[5].starts_with("0 passed, 1 failed, 0 errors, 0 skipped; "), "{}", lines[5]);
}

#[test]
fn the_dump_has_the_accounts_in_the_form_of_the_tests() {
    let shell = Shell::new();
    shell.write("wrong.json", with_wrong_root());
    let ended = shell.hebe("statetest wrong.json --json --dump");
    assert_eq!(ended.code(), 1);
    let lines = json_lines(ended.text());
    let wrong: Vec<_> = lines.iter().filter(|line| line["pass"] == false).collect();
    assert_eq!(wrong.len(), 1);
    let line = wrong[0];
    assert_eq!((&line["name"], &line["fork"]), (&json!("toOneself"), &json!("Byzantium")));
    assert_eq!((&line["d"], &line["g"], &line["v"]), (&json!(0), &json!(0), &json!(0)));
    assert_eq!((&line["status"], &line["gasUsed"]), (&json!("SUCCESS"), &json!(21_000)));
    assert_eq!(line["file"], "wrong.json");
    let root = line["stateRoot"].as_str().unwrap();
    let error = line["error"].as_str().unwrap();
    assert!(error.starts_with(&format!("state root {root}, expected 0x1111")), "{error}");
    assert_eq!(
        line["postState"]["0x2adc25665018aa1fe0e6bc666dac8fc2697ff9ba"],
        json!({ "balance": "0x33450", "nonce": "0x0", "code": "0x", "storage": {} })
    );
    assert!(lines.iter().all(|line| line["pass"] == false || line.get("postState").is_none()));
}

#[test]
fn what_can_not_be_read_is_an_error_and_the_rest_goes_on() {
    let shell = Shell::new();
    std::fs::create_dir(shell.path("empty")).unwrap();
    shell
        .write("good.json", spoilt(|_| {}))
        .write(
            "number.json",
            spoilt(|file| {
                file["toOneself"]["env"]["currentNumber"] = json!("0x8000000000000000");
            }),
        )
        .write("text.json", "hello");
    let ended = shell.hebe("statetest absent.json empty good.json number.json text.json");
    assert_eq!((ended.code(), ended.problem()), (2, ""));
    let lines: Vec<_> = ended.text().lines().collect();
    assert_eq!(
        lines[..4],
        [
            "ERROR absent.json: can't be read: No such file or directory (os error 2)",
            "ERROR empty: is a folder without tests: no file in it ends in .json",
            "ERROR number.json: toOneself.env.currentNumber: 9223372036854775808 is too large: at most \
         9223372036854775807",
            "ERROR text.json: is not JSON: expected value at line 1 column 1",
        ]
    );
    assert!(lines[4].starts_with("17 passed, 0 failed, 4 errors, 0 skipped; "), "{}", lines[4]);

    let ended = shell.hebe("statetest text.json number.json --json --filter toOneself");
    let lines = json_lines(ended.text());
    assert_eq!((ended.code(), lines.len()), (2, 2));
    assert_eq!((&lines[0]["pass"], lines[0].get("name")), (&json!(false), None));
    assert_eq!((&lines[1]["pass"], &lines[1]["name"]), (&json!(false), &json!("toOneself")));
    assert_eq!(lines[1].get("stateRoot"), None);
}

#[test]
fn a_wrong_question_runs_nothing() {
    let shell = Shell::new();
    shell.write("good.json", spoilt(|_| {}));
    shell.hebe("statetest").refuses("<PATH>...");
    shell.hebe("statetest good.json --jobs 0").refuses("--jobs");
    shell.hebe("statetest good.json --engine steam").refuses("`steam` is none of");
    shell.hebe("statetest good.json --set metering=never").refuses("`never` is none of");
    let malformed = shell.write(
        "number.json",
        spoilt(|file| {
            file["toOneself"]["env"]["currentNumber"] = json!("x");
        }),
    );
    assert_eq!(malformed.hebe("statetest number.json").code(), 1, "a test of several");
    shell.hebe("statetest good.json --vm ./absent.so").refuses("absent.so can't be opened");
    let ended = shell.hebe("statetest good.json --filter nothing");
    assert_eq!(
        (ended.code(), ended.problem()),
        (2, "hebe: there is nothing to run: no test's name contains `nothing`\n")
    );
}

#[test]
fn metering_can_be_switched_on() {
    let shell = Shell::new();
    let code = wat::parse_str(
        r#"(module (memory (export "memory") 1) (func (export "main") (loop (br 0))))"#,
    );
    let code = format!("0x{}", hex::encode(code.unwrap()));
    shell.write(
        "loop.json",
        spoilt(|file| {
            let account = json!({ "balance": "0", "nonce": "1", "code": code, "storage": {} });
            let mut test = file["toNobody"].take();
            test["pre"][format!("0x{}", "aa".repeat(20))] = account;
            test["transaction"]["gasLimit"] = json!(["25000"]);
            *file = json!({ "loop": test });
        }),
    );
    let ended = shell.hebe("statetest loop.json --set metering=execution");
    assert!(ended.text().contains("ended      OUT_OF_GAS"), "{}", ended.text());
}

/// The example of the documents finds something.
#[test]
fn the_example_of_the_documents_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = std::fs::read_to_string(root.join("docs/cli.md")).unwrap();
    let line = text.lines().find(|line| line.contains("hebe statetest tests/")).unwrap();
    let line = line.trim().strip_prefix("hebe ").unwrap();
    let line = line.replace("tests/statetests", &ours("").display().to_string());
    let ended = Shell::new().hebe(&line);
    assert_eq!(ended.code(), 0, "{}{}", ended.text(), ended.problem());
    assert!(!ended.text().contains("0 passed"), "{}", ended.text());
}
