//! `hebe new`.

use crate::support::Shell;
use serde_json::json;
use std::{fs, path::Path};

#[test]
fn a_contract_to_begin_with() {
    let shell = Shell::new();
    shell.hebe("new my-token").prints(
        "\
my-token: a counter, to make another contract of
  src/lib.rs          the contract
  my-token.test.toml  its tests
  Cargo.toml          where the SDK is, and how small the binary is to be
  .cargo/config.toml  where the contract's stack lies
  .gitignore          what not to commit

Next:
    cd my-token
    rustup target add wasm32v1-none        # once
    cargo build --release --target wasm32v1-none
    hebe test my-token.test.toml
",
    );
    assert_eq!(shell.files(), ["my-token"]);
    let manifest = shell.read("my-token/Cargo.toml");
    assert!(manifest.contains("name = \"my-token\"\n"), "{manifest}");
    assert!(manifest.contains("/contracts/sdk\" }\n"), "{manifest}");
    let test = shell.read("my-token/my-token.test.toml");
    assert!(test.contains("\"target/wasm32v1-none/release/my_token.wasm\"\n"), "{test}");
}

#[test]
fn json() {
    let answer = Shell::new().hebe("new --json x1").json(0);
    assert_eq!(answer["folder"], json!("x1"));
    assert_eq!(answer["files"][1], json!("x1.test.toml"));
}

#[test]
fn names_that_cant_be() {
    let shell = Shell::new();
    for name in ["Token", "1st", "a.b", "tøken", "fold/-a"] {
        shell.hebe(&format!("new -- {name}")).refuses(&format!(
            "`{}` can't be a contract's name: use small letters, digits, `-` and `_`, a letter first",
            name.rsplit('/').next().unwrap()
        ));
    }
    for name in ["match", "core", "hebe-sdk", "proc-macro"] {
        shell.hebe(&format!("new {name}")).refuses(&format!(
            "`{name}` can't be a contract's name: it means something else to Rust or Cargo"
        ));
    }
    shell.hebe("new ..").refuses("`..` does not end in a name");
    assert!(shell.files().is_empty());
}

#[test]
fn what_is_there_is_left_as_it_is() {
    let shell = Shell::new();
    shell.write("token", "a file");
    shell.hebe("new token").refuses("token is there already, and is left as it is");
    assert_eq!(shell.read("token"), "a file");
    assert_eq!(shell.hebe("new coin").code(), 0);
    shell.hebe("new coin").refuses("coin is there already, and is left as it is");
    assert_eq!(shell.files(), ["coin", "token"]);
}

#[test]
fn a_folder_that_cant_be_made_leaves_nothing() {
    let shell = Shell::new();
    shell
        .hebe("new no/such/token")
        .refuses("no/such/token can't be made: there is no folder no/such");
    shell.write("file", "");
    shell.hebe("new file/token").refuses("file/token can't be made: file is not a folder");
    assert_eq!(shell.files(), ["file"]);
}

#[test]
fn an_sdk_that_is_none() {
    let shell = Shell::new();
    shell.hebe("new token --sdk .").refuses(". is not Hebe's folder contracts/sdk");
    assert!(shell.files().is_empty());
}

/// As a stranger would go on. Needs a compiler for contracts, and says so where there is none.
#[test]
fn what_it_makes_builds_and_passes_its_tests() {
    let mut build = match hebe_contracts::cargo_build() {
        Ok(build) => build,
        Err(problem) => return eprintln!("not tried: {problem}"),
    };
    let shell = Shell::new();
    shell.hebe("new my-token");
    let folder = shell.path("my-token");
    // The versions that the samples have, so that nothing is looked up.
    fs::copy(hebe_contracts::folder().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    // Kept, since the compiler's library is built, too.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("new");
    let built = build
        .current_dir(&folder)
        .args(["--release", "--target-dir"])
        .arg(&target)
        .output()
        .expect("there is Cargo");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));

    let binary = "wasm32v1-none/release/my_token.wasm";
    fs::create_dir_all(folder.join("target/wasm32v1-none/release")).unwrap();
    fs::copy(target.join(binary), folder.join("target").join(binary)).unwrap();
    let tested = shell.hebe("test my-token/my-token.test.toml");
    assert_eq!(tested.code(), 0, "{}{}", tested.text(), tested.problem());
}
