//! The chain for tests in Rust: a story, and how it fails.

use hebe_host::StatusCode;
use hebe_testing::{
    contract,
    contract_file::{self, Section},
    harness::{On, TestChain},
    library_path, values,
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

const TRANSFER: &str = "Transfer(address indexed from, address indexed to, uint256 amount)";

fn sample(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts").join(name);
    contract_file::read(&path).expect("the sample is there")
}

#[test]
fn a_token() {
    let on = On::every().and_library(library_path().display().to_string());
    let mut chain = TestChain::with_options(&on, &[("schedule", "flat")]);
    chain.account("alice", "1 ether");
    chain.account("bob", 0);
    let (init, runtime) = (sample("erc20_init.wat"), sample("erc20.wat"));
    let init = contract_file::with_section(&init, Section::Runtime, &runtime).unwrap();

    let token = chain.create(&init).from("alice").named("token").expect_success();
    chain.expect_code("token", &sample("erc20.wat"));

    chain
        .call(&token)
        .function("transfer(address,uint256) returns (bool)", values!["bob", 250])
        .from("alice")
        .expect_success()
        .returns(values![true])
        .logs([(TRANSFER, values!["alice", "bob", 250])])
        .uses_gas_at_most(100_000);
    chain.expect_storage(&token, "bob", 250).expect_nonce("alice", 2);

    chain
        .call("token")
        .function("transfer(address,uint256)", values!["alice", 251])
        .from("bob")
        .expect_revert("insufficient balance")
        .logs_nothing();
    chain
        .call("token")
        .input([1, 2, 3])
        .value("1 wei")
        .expect_status(StatusCode::Revert)
        .output([]);
    chain.expect_balance("token", 0);
}

/// What a test that fails says.
fn failure(test: impl FnOnce(&mut TestChain)) -> String {
    let mut chain = TestChain::new();
    chain.account("alice", 5);
    chain.install("nothing", &contract(""));
    chain.install("reverts", &contract("(call $revert (i32.const 0) (i32.const 0))"));
    let failure = catch_unwind(AssertUnwindSafe(|| test(&mut chain))).expect_err("it is to fail");
    match failure.downcast::<String>() {
        Ok(text) => *text,
        Err(other) => panic!("not a text: {other:?}"),
    }
}

#[test]
fn failures_say_at_which_step() {
    assert_eq!(
        failure(|chain| {
            let _ = chain.call("nothing").expect_success();
            let _ = chain.call("reverts").function("f(uint8)", values![1]).expect_success();
        }),
        "step 2, call of reverts, f(uint8):\nstatus\n  expected SUCCESS\n  actual   REVERT with nothing"
    );
    assert_eq!(
        failure(|chain| drop(chain.call("nothing").expect_success().output([7]))),
        "step 1, call of nothing:\noutput\n  expected 0x07\n  actual   nothing"
    );
    assert_eq!(
        failure(|chain| _ = chain.expect_balance("alice", "6 wei")),
        "after step 0:\nbalance of alice\n  expected 6\n  actual   5"
    );
    assert_eq!(
        failure(|chain| drop(chain.call("reverts").expect_revert("no"))),
        "step 1, call of reverts:\nrevert\n  expected Error(\"no\")\n  actual   nothing"
    );
    assert_eq!(
        failure(|chain| drop(chain.call("reverts").expect_error("No()", []))),
        "step 1, call of reverts:\nrevert\n  expected No()\n  actual   nothing"
    );
    assert_eq!(
        failure(|chain| drop(
            chain.call("nothing").value(1).from("alice").expect_success().uses_gas(7)
        )),
        "step 1, call of nothing:\ngas\n  expected 7\n  actual   56 (+49)"
    );
    assert_eq!(
        failure(|chain| drop(chain.call("bob"))),
        "no account is called `bob`; there are alice, nothing, reverts, sender"
    );
    assert_eq!(
        failure(|chain| drop(chain.call("nothing").function("f(", []))),
        "`f(` is not a function: it ends where a type must be; such as `transfer(address,uint256) returns (bool)`"
    );
    assert_eq!(
        failure(|chain| drop(chain.call("nothing").expect_success().returns(values![1]))),
        "step 1, call of nothing: no function was called"
    );
}

#[test]
fn engines_that_differ_are_told() {
    // The same library, but one of them measures with another schedule.
    let library = library_path().display().to_string();
    let on = On::every().and_library(format!("{library},schedule=flat"));
    let mut chain = TestChain::with_options(&on, &[]);
    chain.install("adds", &contract("(drop (i32.add (i32.const 1) (i32.const 2)))"));
    let asked = AssertUnwindSafe(|| drop(chain.call("adds").expect_success()));
    let failure = catch_unwind(asked).expect_err("they differ").downcast::<String>().unwrap();
    let expected = format!(
        "step 1, call of adds:\ngas used: engines differ\n  expected interpreter: 57\n  actual   {library}: 4"
    );
    assert_eq!(*failure, expected);
}

/// A panic points at the line of the test, and not into the harness.
#[test]
fn mistakes_are_told_where_they_are_made() {
    let place = std::sync::Mutex::new(String::new());
    let place: &'static _ = Box::leak(Box::new(place));
    let previous = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if let Some(location) = info.location() {
            *place.lock().unwrap() = location.file().to_owned();
        }
    }));
    let told: Vec<String> = [
        |chain: &mut TestChain| drop(chain.call("nothing").from("carol").expect_success()),
        |chain: &mut TestChain| drop(chain.call("carol").expect_success()),
        |chain: &mut TestChain| drop(chain.call("nothing").function("f(", []).expect_success()),
        |chain: &mut TestChain| drop(chain.call("nothing").value("much").expect_success()),
        |chain: &mut TestChain| {
            chain.expect_storage("nothing", "x", 1);
        },
        |chain: &mut TestChain| drop(chain.call("nothing").expect_error("E(", [])),
        |chain: &mut TestChain| drop(chain.call("nothing").expect_success().output_packed("x:1")),
    ]
    .into_iter()
    .map(|mistake| {
        let mut chain = TestChain::with_options(&On::every(), &[]);
        chain.install(
            "nothing",
            &wat::parse_str(r#"(module (memory (export "memory") 1) (func (export "main")))"#)
                .unwrap(),
        );
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| mistake(&mut chain)));
        assert!(result.is_err());
        std::mem::take(&mut *place.lock().unwrap())
    })
    .collect();
    std::panic::set_hook(previous);
    assert!(told.iter().all(|file| file.ends_with("rust.rs")), "{told:?}");
}
