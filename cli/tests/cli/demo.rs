//! `hebe demo`: the token through the shared library.

use crate::support::{Shell, library};

#[test]
fn the_token_is_deployed_and_transferred() {
    let library = library().display().to_string();
    let answer = Shell::new().hebe_with(["demo", "--json", "--vm", &library]).json(0);
    assert_eq!(answer["library"], library);
    let steps = answer["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 4);
    for step in steps {
        assert_eq!(step["report"]["status"], "SUCCESS");
    }
    let [deployed, transferred] = [0, 1].map(|step| &steps[step]["transfers"][0]);
    let [alice, bob] = [&deployed["to"], &transferred["to"]];
    assert_eq!(transferred["from"], *alice);
    assert_ne!(alice, bob);
    assert_eq!(
        (deployed["amount"].as_str(), transferred["amount"].as_str()),
        (Some("1000000"), Some("250"))
    );
    assert_eq!(
        (steps[2]["balance"].as_str(), steps[3]["balance"].as_str()),
        (Some("999750"), Some("250"))
    );
    assert!(steps[1]["report"]["gas_used"].as_u64() > Some(20_000), "a new word is stored");
}

#[test]
fn every_step_is_printed() {
    let library = library().display().to_string();
    let ended = Shell::new().hebe_with(["demo", "--vm", &library]);
    for line in [
        "1. Alice deploys the token",
        "2. Alice transfers 250 tokens to Bob",
        "   Transfer  250 tokens",
        "3. Alice's balance",
        "   balance   999,750 tokens",
        "4. Bob's balance",
        "   balance   250 tokens",
    ] {
        assert!(ended.text().contains(line), "{line} is missing in\n{}", ended.text());
    }
    assert_eq!(ended.code(), 0);
}

#[test]
fn without_a_library_it_says_how_to_get_one() {
    // A copy of the program in an empty folder has no library beside it.
    let shell = Shell::new();
    let program = shell.path("hebe");
    std::fs::copy(env!("CARGO_BIN_EXE_hebe"), &program).unwrap();
    let ended = std::process::Command::new(program).arg("demo").output().unwrap();
    let problem = String::from_utf8(ended.stderr).unwrap();
    assert!(problem.contains("build it with `cargo build --release`"), "{problem}");
    assert_eq!((ended.status.code(), ended.stdout), (Some(2), Vec::new()));
}
