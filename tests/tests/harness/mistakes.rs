//! Every mistake in a file is told in one line, with its place.

use crate::support::{account, mistakes};

/// The mistake in a file whose first line is an account `probe` and whose second step is this.
fn in_step(step: &str) -> Vec<String> {
    let probe = account("probe", "");
    mistakes(&format!("[accounts]\n{probe}[[step]]\nsend = \"\"\nto = \"probe\"\n[[step]]\n{step}"))
}

#[track_caller]
fn told_of_step(step: &str, line: usize, expected: &str) {
    assert_eq!(in_step(step), [format!("test.toml:{line}: step 2: {expected}")]);
}

#[test]
fn what_is_no_toml() {
    let mistakes = mistakes("[accounts]\nalice = \n");
    assert!(mistakes[0].starts_with("test.toml:2: it is not TOML: "), "{mistakes:?}");
    assert_eq!(mistakes.len(), 1);
}

#[test]
fn nothing_to_run() {
    let expected = "test.toml:1: there is nothing to run: it has no [[step]] and no [[test]]";
    assert_eq!(mistakes("title = \"x\""), [expected]);
}

#[test]
fn of_the_head() {
    for (head, expected) in [
        ("stepp = 1", "1: stepp: there is no such field; there are title, step, test,"),
        ("revision = \"Atlantis\"", "1: revision: `Atlantis` is not a revision;"),
        ("revision = \"Amsterdam\"", "1: revision: nothing can run at Amsterdam: it is not final"),
        ("gas = 9223372036854775808", "1: gas: 9223372036854775808 is too large: gas is at most"),
        ("gas = -1", "1: gas: `-1` is not a whole number"),
        ("gas = 1.5", "1: gas: it is a float, and must be a number, a string, a boolean or a list"),
        ("vm.metering = \"no\"", "1: vm.metering: option `metering`: `no` is none of"),
        ("vm.speed = \"fast\"", "1: vm.speed: there is no option `speed`; there are engine,"),
        ("vm.engine = \"interpreter\"", "1: vm.engine: it is up to who runs the test;"),
        ("block.numbr = 1", "1: block.numbr: there is no such field; there are number,"),
        ("block.number = \"0x8000000000000000\"", "1: block.number: the number is too large"),
        ("block.coinbase = \"carol\"", "1: block.coinbase: no account is called `carol`"),
        ("block.hashes.x = 1", "1: block.hashes.x: its name must be a block's number"),
        ("chain.max_code_size = true", "1: chain.max_code_size: it is a boolean, and must be"),
        ("chain.size = 1", "1: chain.size: there is no such field;"),
        ("accounts.a = \"much\"", "1: accounts.a: `much` is not a whole number"),
        ("accounts.a = \"1 pound\"", "1: accounts.a: `1 pound`: pound is none of wei, gwei, ether"),
        ("accounts.a = \"1.5 wei\"", "1: accounts.a: `1.5 wei` is not a whole number of wei"),
        ("accounts.1a = 1", "1: accounts.1a: `1a` can't be a name"),
        (
            "accounts.a.balanse = 1",
            "1: accounts.a.balanse: there is no such field; there are address,",
        ),
        ("accounts.a.code = \"none.wat\"", "1: accounts.a.code: can't read none.wat: "),
        ("accounts.a.code = \"0x1\"", "1: accounts.a.code: `0x1` is not hex"),
        ("accounts.a.address = \"0x1\"", "1: accounts.a.address: it must be 0x and 40 hex digits"),
        (
            "accounts.a.storage = { \"0[b]\" = 1 }",
            "1: accounts.a.storage.0[b]: slot `0[b]`: `b` is",
        ),
        (
            "accounts = { a = \"0x8000000000000000000000000000000000000000000000000000000000000000\" }",
            "1: accounts.a: the balances add up to 256 bits",
        ),
    ] {
        let step = "[[step]]\nsend = \"\"\nto = \"sender\"\n";
        let mistakes = mistakes(&format!("{head}\n{step}"));
        assert_eq!(mistakes.len(), 1, "{mistakes:?}");
        assert!(mistakes[0].starts_with(&format!("test.toml:{expected}")), "{mistakes:?}");
    }
}

#[test]
fn of_what_a_step_does() {
    told_of_step("to = \"probe\"", 6, "the step has none of deploy, create, call or send");
    told_of_step(
        "to = \"probe\"\nsend = \"\"\ncall = \"f()\"",
        8,
        "send: a step is either call or send, and this one is both",
    );
    told_of_step("send = \"\"", 6, "`to` is missing: who is called?");
    told_of_step(
        "send = \"\"\nto = \"nobody\"",
        8,
        "to: no account is called `nobody`; there are probe, sender",
    );
    told_of_step(
        "send = \"01\"\nto = \"probe\"",
        7,
        "send: `01` is not bytes: they are written 0x and hex digits",
    );
    told_of_step("send = \"uint9:1\"\nto = \"probe\"", 7, "send: `uint9:1`: `uint9` is not a type");
    told_of_step("send = \"\"\nto = \"probe\"\nargs = []", 9, "args: it goes with `call` only");
    told_of_step(
        "send = \"\"\nto = \"probe\"\nas = \"x\"",
        9,
        "as: only a new contract gets a name",
    );
    told_of_step(
        "deploy = \"none.wat\"",
        7,
        "deploy: can't read none.wat: No such file or directory (os error 2)",
    );
    told_of_step(
        "deploy = \"../contracts/empty.wat\"\nto = \"probe\"",
        8,
        "to: a new contract is not called; its name is given with `as`",
    );
    told_of_step(
        "deploy = \"../contracts/empty.wat\"\nas = \"probe\"",
        8,
        "as: there is already an account called `probe`",
    );
    told_of_step(
        "deploy = \"../contracts/empty.wat\"\nruntime = \"x\"",
        8,
        "runtime: it goes with `create` only",
    );
}

#[test]
fn of_a_constructor() {
    told_of_step(
        "send = \"\"\nto = \"probe\"\nconstructor = \"()\"",
        9,
        "constructor: it goes with `create` only",
    );
    let create = "create = \"../contracts/empty.wat\"";
    for (rest, line, expected) in [
        (
            "constructor = \"(uint8\"\nargs = [1]",
            8,
            "constructor: it is no list of types, such as `(uint256,address)`",
        ),
        ("constructor = \"(uint8)\"\nargs = [256]", 9, "args: value 1: 256 is too large for uint8"),
        (
            "constructor = \"(uint8)\"",
            8,
            "constructor: there are 0 values, and the signature has 1: (uint8)",
        ),
        (
            "constructor = \"()\"\nruntime = \"../contracts/empty.wat\"",
            8,
            "constructor: init code carries either a runtime or a constructor's arguments",
        ),
        ("args = [1]", 8, "args: it goes with `call` only"),
    ] {
        told_of_step(&format!("{create}\n{rest}"), line, expected);
    }
}

#[test]
fn of_arguments() {
    let call = |signature: &str, args: &str| {
        let step = format!("to = \"probe\"\ncall = \"{signature}\"\nargs = {args}");
        let told = in_step(&step);
        assert_eq!(told.len(), 1, "{told:?}");
        told[0].strip_prefix("test.toml:").expect("it names the file").to_owned()
    };
    assert_eq!(
        call("f(uint256", "[]"),
        "8: step 2: call: `f(uint256` is not a function: it ends where `,` or `)` must be; such as `transfer(address,uint256) returns (bool)`"
    );
    for (types, args, expected) in [
        ("uint8", "[]", "there are 0 values, and the signature has 1: (uint8)"),
        ("uint8", "[256]", "value 1: 256 is too large for uint8"),
        ("uint8", "[-1]", "value 1: -1 is negative, and uint8 is not"),
        ("int8", "[128]", "value 1: 128 does not fit into int8"),
        ("int8", "[-129]", "value 1: -129 does not fit into int8"),
        ("uint8", "[\"x\"]", "value 1: `x` is not a whole number (decimal, or hex with 0x)"),
        ("uint8", "[true]", "value 1: true is not a whole number"),
        ("bool", "[1]", "value 1: 1 is not a bool: true or false"),
        ("address", "[1]", "value 1: 1 is not an address: a name, or 0x and 40 hex digits"),
        (
            "address",
            "[\"0x1\"]",
            "value 1: `0x1` is not an address: it must be 0x and 40 hex digits",
        ),
        ("address", "[\"bob\"]", "value 1: no account is called `bob`; there are probe, sender"),
        ("bytes2", "[\"0x00\"]", "value 1: `0x00` has 1 bytes, and bytes2 has 2"),
        ("bytes", "[\"zz\"]", "value 1: `zz` is not bytes: they are written 0x and hex digits"),
        ("bytes", "[5]", "value 1: 5 is not bytes: 0x and hex digits, in quotes"),
        ("string", "[5]", "value 1: 5 is not a string in quotes"),
        ("uint8[]", "[5]", "value 1: 5 is not a list [...]"),
        ("uint8[2]", "[[5]]", "value 1: [5] is not a list of 2 values"),
        ("(uint8,bool)", "[[5]]", "value 1: [5] is not a list of 2 values"),
        ("uint8", "5", "it is an integer, and must be a list [...]"),
        ("uint8", "[1.5]", "it is a float, and must be a number, a string, a boolean or a list"),
        (
            "uint256",
            "[115792089237316195423570985008687907853269984665640564039457584007913129639936]",
            "value 1: 115792089237316195423570985008687907853269984665640564039457584007913129639936 \
             is too large: a number has at most 256 bits",
        ),
    ] {
        let told = call(&format!("f({types})"), args);
        let place = told.split(": ").take(3).collect::<Vec<_>>().join(": ");
        let place =
            if place.ends_with("args[0]") { "9: step 2: args[0]" } else { "9: step 2: args" };
        assert_eq!(told, format!("{place}: {expected}"));
    }
}

#[test]
fn of_expectations() {
    for (expect, place, expected) in [
        (
            "statis = 1",
            "statis",
            "there is no such field; there are status, revert, error, error_args, returns, output, gas, refund, logs, storage, balances, nonces, code, created, destructed",
        ),
        ("status = \"FINE\"", "status", "`FINE` is not a status; there are SUCCESS, "),
        (
            "status = \"SUCCESS\"\nexpect.revert = \"x\"",
            "revert",
            "what reverts has the status REVERT",
        ),
        (
            "revert = \"x\"\nexpect.error = \"E()\"",
            "error",
            "a step expects either `revert` or `error`",
        ),
        ("revert = 1", "revert", "it is an integer, and must be a string in quotes"),
        ("error = \"E(\"", "error", "`E(` is not an error: it ends where a type must be; such as"),
        (
            "error = \"E(uint8)\"\nexpect.error_args = []",
            "error_args",
            "there are 0 values, and the signature has 1",
        ),
        ("error_args = []", "error_args", "it goes with `error` only"),
        (
            "returns = [1]",
            "returns",
            "what `f` returns is not known: write its types behind it, as in `f(...) returns (uint256)`",
        ),
        ("output = 5", "output", "5 is not bytes: `0x` and hex digits, or `type:value`"),
        ("gas.most = 5", "gas.most", "there is no such field; there are at_least, at_most"),
        ("logs = 1", "logs", "it is an integer, and must be a list [...]"),
        (
            "logs = [{ even = \"E()\" }]",
            "logs[0].even",
            "there is no such field; there are address, event, args, topics, data",
        ),
        (
            "logs = [{ event = \"E(\" }]",
            "logs[0].event",
            "`E(` is not an event: it ends where a type must be; such as",
        ),
        (
            "logs = [{ event = \"E()\", data = \"\" }]",
            "logs[0].data",
            "a log has either `event` or `topics` and `data`",
        ),
        ("logs = [{ args = [] }]", "logs[0].args", "it goes with `event` only"),
        (
            "logs = [{ topics = [\"x\"] }]",
            "logs[0].topics[0]",
            "`x` is neither a word (a number, or 0x and hex digits) nor an account",
        ),
        (
            "storage.nobody = {}",
            "storage.nobody",
            "no account is called `nobody`; there are probe, sender",
        ),
        (
            "storage.probe = { \"0[\" = 1 }",
            "storage.probe.0[",
            "slot `0[`: `[` is not [key], [] or +number",
        ),
        (
            "balances.probe = \"+x\"",
            "balances.probe",
            "`x` is not a whole number (decimal, or hex with 0x)",
        ),
        (
            "nonces.probe = 18446744073709551616",
            "nonces.probe",
            "18446744073709551616 is too large: it has more than 64 bits",
        ),
        ("code.probe = \"none.wat\"", "code.probe", "can't read none.wat: No such file"),
        ("created = \"probe\"", "created", "it goes with `deploy` and `create` only"),
        (
            "destructed = [\"x\"]",
            "destructed[0]",
            "no account is called `x`; there are probe, sender",
        ),
    ] {
        let step = format!("call = \"f()\"\nto = \"probe\"\nexpect.{expect}");
        let told = in_step(&step);
        assert_eq!(told.len(), 1, "{told:?}");
        let expected = format!(": step 2: expect.{place}: {expected}");
        assert!(told[0].contains(&expected), "{told:?}\nshould have\n{expected}");
    }
}

#[test]
fn of_tests() {
    let step = "[[test.step]]\nsend = \"\"\nto = \"sender\"\n";
    assert_eq!(
        mistakes(&format!("[[test]]\n{step}")),
        ["test.toml:1: test[0]: a test must have a `name`"]
    );
    assert_eq!(
        mistakes("[[test]]\nname = \"x\"\n"),
        ["test.toml:1: test[0]: a test must have a `step`"]
    );
    assert_eq!(
        mistakes(&format!("[[test]]\nname = \"x\"\nnam = 1\n{step}")),
        ["test.toml:3: test[0].nam: there is no such field; there are name, step"]
    );
}

#[test]
fn all_are_told_at_once() {
    let told = mistakes(
        "[[step]]\nsend = \"\"\n[[test]]\nname = \"a\"\n[[test.step]]\nsend = \"0x\"\nto = \"x\"\n\
         [[test.step]]\nsen = \"\"\n",
    );
    assert_eq!(
        told,
        [
            "test.toml:1: step 1: `to` is missing: who is called?",
            "test.toml:7: test `a`, step 1: to: no account is called `x`; there are sender",
            "test.toml:9: test `a`, step 2: sen: there is no such field; there are deploy, create, call, \
             send, args, constructor, runtime, to, as, name, from, value, gas, static, block, expect",
        ]
    );
}
