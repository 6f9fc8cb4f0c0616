//! Each kind of expectation: one that is met, and one that is not, with the difference that is shown.

use crate::support::{account, differences};

/// Stores 7 at key 1, logs the word 5 with topic 7, and returns the word 5.
const BUSY: &str = r#"
    (i32.store8 (i32.const 31) (i32.const 1))
    (i32.store8 (i32.const 63) (i32.const 7))
    (i32.store8 (i32.const 95) (i32.const 5))
    (call $storageStore (i32.const 0) (i32.const 32))
    (call $log (i32.const 64) (i32.const 32) (i32.const 1) (i32.const 32) (i32.const 0) (i32.const 0) (i32.const 0))
    (call $finish (i32.const 64) (i32.const 32))"#;

/// Reverts with its input.
const REVERTS: &str = r#"
    (call $callDataCopy (i32.const 0) (i32.const 0) (call $getCallDataSize))
    (call $revert (i32.const 0) (call $getCallDataSize))"#;

/// Logs its input: two topics, and a word of data.
const EMITS: &str = r#"
    (call $callDataCopy (i32.const 0) (i32.const 0) (i32.const 96))
    (call $log (i32.const 64) (i32.const 32) (i32.const 2) (i32.const 0) (i32.const 32) (i32.const 0) (i32.const 0))"#;

/// Gives what it has to the account 0x00…00 and is gone.
const GOES: &str = "(call $selfDestruct (i32.const 0))";

/// A file with one step, whose `expect` has this in it.
fn file(step: &str, expect: &str) -> String {
    format!(
        "revision = \"Byzantium\"\n[accounts]\nalice = 1000\n{}{}{}{}\n[[step]]\n{step}\nfrom = \"alice\"\n[step.expect]\n{expect}\n",
        account("busy", BUSY),
        account("reverts", REVERTS),
        account("goes", GOES),
        account("emits", EMITS),
    )
}

#[track_caller]
fn met(step: &str, expect: &str) {
    assert_eq!(differences(&file(step, expect)), "");
}

#[track_caller]
fn not_met(step: &str, expect: &str, difference: &str) {
    assert_eq!(differences(&file(step, expect)), difference);
}

const CALL_BUSY: &str = "call = \"get() returns (uint256)\"\nto = \"busy\"";
const SEND_NOTHING: &str = "send = \"\"\nto = \"reverts\"";
const SEND_MONEY: &str = "send = \"\"\nto = \"busy\"\nvalue = 5";
const DEPLOY: &str = "deploy = \"contracts/counter.wat\"\nas = \"new\"";

#[test]
fn status() {
    met(CALL_BUSY, "status = \"success\"");
    met(SEND_NOTHING, "status = \"REVERT\"");
    not_met(SEND_NOTHING, "", "status\n  expected SUCCESS\n  actual   REVERT with nothing");
    not_met(
        &format!("{CALL_BUSY}\nstatic = true"),
        "status = \"OUT_OF_GAS\"",
        "status\n  expected OUT_OF_GAS\n  actual   STATIC_MODE_VIOLATION: the state can't be changed in \
         a static call",
    );
}

#[test]
fn a_wrong_status_hides_the_rest() {
    not_met(
        SEND_NOTHING,
        "output = \"0x01\"\ngas = 0",
        "status\n  expected SUCCESS\n  actual   REVERT with nothing",
    );
}

#[test]
fn output() {
    met(CALL_BUSY, "output = \"uint256:5\"");
    met(CALL_BUSY, "output = [\"uint128:0\", \"uint128:5\"]");
    not_met(
        CALL_BUSY,
        "output = \"0x01\"",
        &format!("output\n  expected 0x01\n  actual   0x{:064x}", 5),
    );
    not_met(
        CALL_BUSY,
        "output = \"\"",
        &format!("output\n  expected nothing\n  actual   0x{:064x}", 5),
    );
}

#[test]
fn returns() {
    met(CALL_BUSY, "returns = [5]");
    not_met(CALL_BUSY, "returns = [6]", "returns\n  expected (6)\n  actual   (5)");
    // What can't be decoded is shown as it is.
    not_met(
        "call = \"get() returns (string)\"\nto = \"busy\"",
        "returns = [\"x\"]",
        &format!("returns\n  expected (\"x\")\n  actual   0x{:064x}", 5),
    );
}

#[test]
fn revert_reasons() {
    let failing = "call = \"Error(string)\"\nargs = [\"too small\"]\nto = \"reverts\"";
    met(failing, "revert = \"too small\"");
    not_met(
        failing,
        "revert = \"too large\"",
        "revert\n  expected Error(\"too large\")\n  actual   Error(\"too small\")",
    );
    not_met(SEND_NOTHING, "revert = \"\"", "revert\n  expected Error(\"\")\n  actual   nothing");
    not_met(failing, "", "status\n  expected SUCCESS\n  actual   REVERT with Error(\"too small\")");
}

#[test]
fn custom_errors() {
    let failing = "call = \"Short(address,int8)\"\nargs = [\"alice\", -3]\nto = \"reverts\"";
    met(failing, "error = \"Short(address,int8)\"\nerror_args = [\"alice\", -3]");
    not_met(
        failing,
        "error = \"Short(address,int8)\"\nerror_args = [\"busy\", -4]",
        "revert\n  expected Short(busy, -4)\n  actual   Short(alice, -3)",
    );
    let panics = "call = \"Panic(uint256)\"\nargs = [17]\nto = \"reverts\"";
    met(panics, "error = \"Panic(uint256)\"\nerror_args = [17]");
    not_met(
        panics,
        "error = \"Other()\"",
        "revert\n  expected Other()\n  actual   Panic(17: arithmetic overflow)",
    );
}

#[test]
fn gas() {
    met(CALL_BUSY, "gas = { at_least = 1, at_most = 30_000 }");
    let used = crate::support::run(&file(CALL_BUSY, ""))[0].steps[0].report.gas_used;
    met(CALL_BUSY, &format!("gas = {used}"));
    not_met(
        CALL_BUSY,
        &format!("gas = {}", used - 1),
        &format!("gas\n  expected {}\n  actual   {used} (+1)", used - 1),
    );
    not_met(
        CALL_BUSY,
        "gas = { at_most = 10 }",
        &format!("gas\n  expected at most 10\n  actual   {used} (+{})", used - 10),
    );
    not_met(
        CALL_BUSY,
        &format!("gas = {{ at_least = {} }}", used + 2),
        &format!("gas\n  expected at least {}\n  actual   {used} (-2)", used + 2),
    );
}

#[test]
fn refunds() {
    let goes = "send = \"\"\nto = \"goes\"";
    met(goes, "refund = 24_000");
    not_met(goes, "refund = 0", "refund\n  expected 0\n  actual   24000");
}

#[test]
fn logs() {
    let one = |topic: &str, data: &str| format!("logs = [{{ topics = [{topic}], data = {data} }}]");
    met(CALL_BUSY, &one("7", "\"uint256:5\""));
    met(SEND_NOTHING, "status = \"REVERT\"\nlogs = []");
    not_met(
        CALL_BUSY,
        "logs = []",
        &format!(
            "logs\n  - expected, + actual\n  - none\n  + busy:\n  +   topic 0x{:064x}\n  +   data 0x{:064x}",
            7, 5
        ),
    );
    not_met(
        CALL_BUSY,
        &one("8", "\"uint256:5\""),
        &format!(
            "logs\n  - expected, + actual\n    busy:\n  -   topic 0x{:064x}\n  +   topic 0x{:064x}\n      data \
             0x{:064x}",
            8, 7, 5
        ),
    );
    let of_alice = "logs = [{ address = \"alice\", topics = [7], data = \"uint256:5\" }]";
    let difference = differences(&file(CALL_BUSY, of_alice));
    assert!(difference.contains("\n  - alice:\n  + busy:\n"), "{difference}");
}

#[test]
fn events() {
    let event = |args: &str| {
        format!("logs = [{{ event = \"Seen(address indexed who, int8 what)\", args = {args} }}]")
    };
    let signature = hex::encode(hebe_testing::keccak256(b"Seen(address,int8)"));
    let sends = |what: &str| {
        format!(
            "send = [\"0x{signature}\", \"uint96:0\", \"address:alice\", \"{what}\"]\nto = \"emits\""
        )
    };
    met(&sends("int256:-3"), &event("[\"alice\", -3]"));
    not_met(
        &sends("int256:-3"),
        &event("[\"busy\", 3]"),
        "logs\n  expected emits: Seen(who: busy, what: 3)\n  actual   emits: Seen(who: alice, what: -3)",
    );
    // What is not that event is shown as it is.
    let difference = differences(&file(
        &sends("uint256:1").replace(&signature, &format!("00{}", &signature[2..])),
        &event("[\"alice\", 1]"),
    ));
    assert!(
        difference.contains("\n  - emits: Seen(who: alice, what: 1)\n  + emits:\n  +   topic 0x00"),
        "{difference}"
    );
}

#[test]
fn storage() {
    met(CALL_BUSY, "storage.busy = { 1 = 7, 2 = 0 }");
    not_met(
        CALL_BUSY,
        "storage.busy = { \"0+1\" = \"alice\" }",
        "storage of busy at 0+1\n  expected alice\n  actual   7",
    );
}

#[test]
fn balances() {
    met(SEND_MONEY, "balances = { busy = 105, alice = \"-5\", goes = \"+0\" }");
    not_met(SEND_MONEY, "balances.busy = 5", "balance of busy\n  expected 5\n  actual   105");
    not_met(
        SEND_MONEY,
        "balances.alice = \"+5\"",
        "change of the balance of alice\n  expected +5\n  actual   -5",
    );
}

#[test]
fn nonces() {
    met(CALL_BUSY, "nonces = { alice = 1, busy = 1 }");
    not_met(CALL_BUSY, "nonces.alice = 2", "nonce of alice\n  expected 2\n  actual   1");
}

#[test]
fn code() {
    let file = |expect: &str| file(DEPLOY, expect).replace("\"contracts/", "\"../contracts/");
    assert_eq!(
        differences(&file("code = { new = \"../contracts/counter.wat\", alice = \"\" }")),
        ""
    );
    let difference = differences(&file("code.new = \"\""));
    assert!(difference.starts_with("code of new\n  expected none\n  actual   "), "{difference}");
}

#[test]
fn created() {
    let file = |expect: &str| file(DEPLOY, expect).replace("\"contracts/", "\"../contracts/");
    assert_eq!(differences(&file("created = \"new\"")), "");
    assert_eq!(
        differences(&file("created = \"alice\"")),
        "created\n  expected alice\n  actual   new"
    );
}

#[test]
fn destructed() {
    let goes = "send = \"\"\nto = \"goes\"";
    met(goes, "destructed = [\"goes\"]");
    met(CALL_BUSY, "destructed = []");
    not_met(goes, "destructed = []", "destructed\n  expected none\n  actual   goes");
    not_met(CALL_BUSY, "destructed = [\"busy\"]", "destructed\n  expected busy\n  actual   none");
}

#[test]
fn every_difference_is_shown() {
    let difference = differences(&file(CALL_BUSY, "returns = [6]\nnonces.alice = 2"));
    assert_eq!(
        difference,
        "returns\n  expected (6)\n  actual   (5)\nnonce of alice\n  expected 2\n  actual   1"
    );
}
