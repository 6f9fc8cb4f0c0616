//! How a file's tests follow each other, and how gas figures are renewed.

use crate::support::{account, run};
use hebe_testing::harness::{On, TestFile};
use std::path::Path;

/// Adds one to the word at key 0, unless it is 3 already.
const COUNTS: &str = r#"
    (call $storageLoad (i32.const 0) (i32.const 32))
    (if (i32.eq (i32.load8_u (i32.const 63)) (i32.const 3)) (then (unreachable)))
    (i32.store8 (i32.const 63) (i32.add (i32.load8_u (i32.const 63)) (i32.const 1)))
    (call $storageStore (i32.const 0) (i32.const 32))"#;

const STEP: &str = "send = \"\"\nto = \"count\"\n";

#[test]
fn each_test_begins_after_the_steps_at_the_top() {
    let count = account("count", COUNTS);
    let results = run(&format!(
        "[accounts]\n{count}[[step]]\n{STEP}\n\
         [[test]]\nname = \"a\"\n[[test.step]]\n{STEP}expect.storage.count.0 = 2\n\
         [[test]]\nname = \"b\"\n[[test.step]]\n{STEP}expect.storage.count.0 = 2\n"
    ));
    assert_eq!(results.len(), 3);
    assert!(results.iter().all(|result| result.passed()), "{results:?}");
}

#[test]
fn a_test_is_over_when_a_step_ends_otherwise() {
    let count = account("count", COUNTS);
    let steps = format!("[[test.step]]\n{STEP}").repeat(6);
    let results = run(&format!("[accounts]\n{count}[[test]]\nname = \"a\"\n{steps}"));
    assert_eq!((results[0].steps.len(), results[0].not_run), (4, 2));
    assert!(!results[0].passed());
}

#[test]
fn a_test_goes_on_when_something_else_is_different() {
    let count = account("count", COUNTS);
    let results =
        run(&format!("[accounts]\n{count}[[step]]\n{STEP}expect.gas = 0\n[[step]]\n{STEP}"));
    assert_eq!((results[0].steps.len(), results[0].not_run), (2, 0));
    assert!(!results[0].passed());
}

#[test]
fn no_test_begins_where_the_steps_at_the_top_did_not_end_well() {
    let count = account("count", COUNTS);
    let results = run(&format!(
        "[accounts]\n{count}[[step]]\n{STEP}gas = 10\n[[test]]\nname = \"a\"\n[[test.step]]\n{STEP}"
    ));
    assert_eq!((results[1].steps.len(), results[1].not_run), (0, 1));
    assert!(!results[1].passed());
}

#[test]
fn created_contracts_are_called_by_name() {
    let results = run("[[step]]\ndeploy = \"../contracts/counter.wat\"\nas = \"one\"\n\
         [[step]]\nsend = \"0x01\"\nto = \"one\"\n\
         [[step]]\ndeploy = \"../contracts/counter.wat\"\nas = \"two\"\n\
         [[step]]\nsend = \"\"\nto = \"one\"\nexpect.output = \"uint256:1\"\n\
         [[step]]\nsend = \"\"\nto = \"two\"\nexpect.output = \"uint256:0\"\n");
    assert!(results[0].passed(), "{results:?}");
}

#[test]
fn the_head_is_what_contracts_see() {
    let sees = account(
        "sees",
        "(i64.store (i32.const 0) (call $getBlockNumber))
         (i64.store (i32.const 8) (call $getBlockTimestamp))
         (i64.store (i32.const 16) (call $getBlockGasLimit))
         (call $getBlockCoinbase (i32.const 24))
         (call $getBlockDifficulty (i32.const 44))
         (call $getTxGasPrice (i32.const 76))
         (drop (call $getBlockHash (i64.const 6) (i32.const 92)))
         (call $finish (i32.const 0) (i32.const 124))",
    );
    let results = run(&format!(
        "[block]\nnumber = 7\ntimestamp = 8\ngas_limit = 9\ncoinbase = \"miner\"\ndifficulty = 10\n\
         gas_price = \"1 gwei\"\nhashes = {{ 6 = \"0xabcd\" }}\n\
         [accounts]\nminer = 0\n{sees}\
         [[step]]\nsend = \"\"\nto = \"sees\"\nexpect.output = [\n\
         \"0x0700000000000000\", \"0x0800000000000000\", \"0x0900000000000000\", \"address:miner\",\n\
         \"0x0a00000000000000000000000000000000000000000000000000000000000000\",\n\
         \"0x00ca9a3b000000000000000000000000\", \"uint256:0xabcd\"]\n"
    ));
    assert!(results[0].passed(), "{results:?}");
}

#[test]
fn options_of_the_vm_hold() {
    let loops = account("loops", "(loop (br 0))");
    let step = "[[step]]\nsend = \"\"\nto = \"loops\"\ngas = 1000\nexpect.status = ";
    let file = |metering: &str, status: &str| {
        format!("vm.metering = \"{metering}\"\n[accounts]\n{loops}{step}\"{status}\"\n")
    };
    assert!(run(&file("execution", "OUT_OF_GAS"))[0].passed());
    // Instructions cost one gas each, so that a contract that does nothing else needs exactly so much.
    let adds = account("adds", "(drop (i32.add (i32.const 1) (i32.const 2)))");
    let file = |schedule: &str, gas: u32| {
        format!(
            "vm.schedule = \"{schedule}\"\n[accounts]\n{adds}[[step]]\nsend = \"\"\nto = \"adds\"\n\
             expect.gas = {gas}\n"
        )
    };
    assert!(run(&file("flat", 4))[0].passed(), "{:?}", run(&file("flat", 4)));
}

#[test]
fn ewasm_system_contracts_stand_where_they_are_asked_for() {
    let file = |there: bool, output: &str| {
        format!(
            "revision = \"Byzantium\"\nchain.ewasm_system_contracts = {there}\n[[step]]\nsend = \"\"\n\
             to = \"0x0000000000000000000000000000000000000009\"\nexpect.output = \"{output}\"\n"
        )
    };
    let hash = "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470";
    assert!(run(&file(true, hash))[0].passed());
    assert!(run(&file(false, ""))[0].passed());
    // Those of the revision are always there: SHA-256.
    let sha256 = "[[step]]\nsend = \"\"\nto = \"0x0000000000000000000000000000000000000002\"\n\
                  expect.output = \"0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"\n";
    assert!(run(sha256)[0].passed());
}

#[test]
fn gas_figures_are_renewed_and_nothing_else() {
    let count = account("count", COUNTS);
    let text = |first: &str, bound: &str| {
        format!(
            "# kept\n[accounts]\n{count}\n[[step]]\n{STEP}expect.gas   =  {first} # also kept\n\n\
             [[step]]\n{STEP}expect.gas = {bound}\n[[step]]\n{STEP}expect = {{ gas = 0, nonces.count = 9 }}\n"
        )
    };
    let file =
        |text: String| TestFile::from_text(Path::new("test.toml"), text).expect("it is sound");
    let old = file(text("1", "{ at_most = 5 }"));
    let results = old.run(&On::every(), "").expect("it runs");
    let used = results[0].steps[0].report.gas_used;
    let new = old.with_new_gas(&results).expect("one figure is wrong");
    let figure = format!("{}_{:03}", used / 1000, used % 1000);
    // Neither the bound nor the figure of a step that differs in something else.
    assert_eq!((new.text.as_str(), new.figures), (text(&figure, "{ at_most = 5 }").as_str(), 1));
    let again = file(new.text);
    assert_eq!(again.with_new_gas(&again.run(&On::every(), "").expect("it runs")), None);
}
