//! `hebe bench`: never how fast, but what is measured and what is said.

use crate::support::{LOG, STORE, Shell};
use serde_json::Value;

const QUICK: &str = "--time 0 --runs 2";

fn shell() -> Shell {
    let shell = Shell::new();
    shell.write("store.wat", STORE).write("log.wat", LOG);
    shell
}

fn names<'a>(list: &'a Value, field: &str) -> Vec<&'a str> {
    list.as_array().unwrap().iter().map(|entry| entry[field].as_str().unwrap()).collect()
}

#[test]
fn every_step_and_engine_is_measured() {
    let shell = shell();
    let run = shell.hebe("run store.wat --input 2a --json").json(0);
    let bench = shell.hebe(&format!("bench store.wat --input 2a --json {QUICK}")).json(0);
    for field in ["status", "reason", "gas_used", "output"] {
        assert_eq!(bench[field], run[field], "{field}");
    }
    assert_eq!(bench["contract"], "store.wat");
    assert_eq!(names(&bench["steps"], "step"), ["prepare", "translate", "compile"]);
    assert_eq!(names(&bench["engines"], "engine"), ["interpreter", "compiler"]);
    let steps = bench["steps"].as_array().unwrap().iter();
    let calls = bench["engines"].as_array().unwrap().iter();
    for samples in steps.chain(calls.clone().flat_map(|engine| [&engine["cold"], &engine["warm"]]))
    {
        let times = ["least_ns", "quarter_ns", "median_ns", "three_quarters_ns", "most_ns"];
        let times = times.map(|field| samples[field].as_f64().unwrap());
        assert!(times[0] > 0.0 && times.is_sorted(), "{samples}");
        assert_eq!(samples["samples"], 2);
    }
    for engine in calls {
        let (median, per_gas) = (&engine["warm"]["median_ns"], &engine["ns_per_gas"]);
        let gas = bench["gas_used"].as_f64().unwrap();
        let difference = median.as_f64().unwrap() / gas - per_gas.as_f64().unwrap();
        assert!(difference.abs() < 1e-6, "{engine}");
        assert_eq!(engine["ends_alike"], true);
    }
}

#[test]
fn a_table_is_for_reading() {
    let shell = shell();
    let bench = shell.hebe(&format!("bench store.wat --input 2a --engine auto {QUICK}"));
    let text = bench.text();
    assert_eq!(bench.code(), 0);
    for part in
        ["contract     store.wat: 0x2a, ", "call         SUCCESS, ", "\ncompile ", "\nauto "]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("interpreter  "), "only what is asked for: {text}");
}

/// Nothing of a run is left, and the next begins as the first.
#[test]
fn runs_are_undone() {
    let shell = shell();
    assert_eq!(shell.hebe("run store.wat --input 01 --state chain.json").code(), 0);
    let before = shell.read("chain.json");
    let call = "--input 2a --state chain.json --json";
    let bench = shell.hebe(&format!("bench store.wat {call} {QUICK}")).json(0);
    assert_eq!(shell.read("chain.json"), before);
    assert_eq!(bench["gas_used"], shell.hebe(&format!("run store.wat {call}")).json(0)["gas_used"]);
    shell.hebe(&format!("bench store.wat --state none.json {QUICK}")).refuses("none.json");
}

#[test]
fn a_creation_is_measured() {
    let shell = shell();
    let call = "log.wat --create --arguments 2a --json";
    let bench = shell.hebe(&format!("bench {call} {QUICK}")).json(0);
    assert_eq!(bench["gas_used"], shell.hebe(&format!("run {call}")).json(0)["gas_used"]);
}

#[test]
fn what_reverts_or_fails_is_measured_and_said() {
    let shell = shell();
    for (input, status) in [("--input 01", "REVERT"), ("--gas 100", "OUT_OF_GAS")] {
        let bench = shell.hebe(&format!("bench log.wat {input} --json {QUICK}"));
        let document = bench.json(1);
        assert_eq!(document["status"], status);
        assert_eq!(names(&document["engines"], "engine").len(), 2);
        let said = format!("the contract did not succeed ({status}): that is what was measured");
        assert!(bench.problem().contains(&said), "{}", bench.problem());
    }
}

#[test]
fn what_can_not_run_is_not_measured() {
    let shell = shell();
    shell.write("floats.wat", "(module (func (param f32)))");
    let bench = shell.hebe(&format!("bench floats.wat --json {QUICK}")).json(1);
    let keys: Vec<_> = bench.as_object().unwrap().keys().map(String::as_str).collect();
    let status = Value::from("CONTRACT_VALIDATION_FAILURE");
    assert_eq!((keys, &bench["status"]), (vec!["status", "reason"], &status));
    let text = shell.hebe("bench floats.wat");
    assert!(text.text().ends_with("nothing was measured\n"), "{}", text.text());
    // The chain refuses before any VM is asked.
    shell.hebe("bench store.wat --value 2000000000000000000000000").refuses("no contract ran");
}

#[test]
fn a_page_stands_for_itself() {
    let shell = shell();
    shell.write("<a>&b.wat", STORE);
    shell.write("page.html", "old");
    let bench = shell.hebe(&format!("bench <a>&b.wat --input 2a --html page.html {QUICK}"));
    assert_eq!(bench.code(), 0);
    let page = shell.read("page.html");
    assert!(page.contains("<h1>&lt;a&gt;&amp;b.wat: ") && page.ends_with("</html>\n"));
    // One plot of all, and two for each of seven figures.
    assert_eq!(page.matches("<svg").count(), 1 + 2 * 7);
    assert!(!page.contains("There is no plot here"));
    for outside in ["src=", "href=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert_eq!(shell.files().len(), 4, "{:?}", shell.files());
    shell.hebe("bench store.wat --html no/page.html").refuses("no/page.html: ");
    std::fs::create_dir(shell.path("folder")).unwrap();
    shell.hebe("bench store.wat --html folder").refuses("folder: it is a folder");
}

#[test]
fn wrong_questions_are_refused() {
    let shell = shell();
    for (question, problem) in [
        ("store.wat --time -1", "such as 0.5"),
        ("store.wat --time soon", "such as 0.5"),
        ("store.wat --time NaN", "such as 0.5"),
        ("store.wat --runs 0", "--runs"),
        ("store.wat --engine fast", "interpreter, compiler, auto, shadow"),
        ("store.wat --set engine=auto", "chosen by --engine"),
        ("store.wat --set gas=1", "there is no option `gas`"),
        ("store.wat --revision Amsterdam", "it is not final, so it has no prices"),
        ("missing.wat", "missing.wat"),
        ("", "there is no contract to run"),
    ] {
        shell.hebe(&format!("bench {question}")).refuses(problem);
    }
}

#[test]
fn bytecode_is_measured_too() {
    let shell = Shell::new();
    shell.write("seven.hex", "600760005360016000f3");
    let json = shell.hebe("bench seven.hex --runs 2 --json").json(0);
    assert_eq!(json["engines"][0]["engine"], "EVM");
    assert_eq!((&json["gas_used"], json["steps"].as_array().unwrap().len()), (&18.into(), 0));
}
