//! `hebe new`.

use crate::support::Shell;
use hebe_contracts::Language;
use serde_json::json;
use std::{fs, path::Path, process::Command};

#[test]
fn a_contract_to_begin_with() {
    let shell = Shell::new();
    shell.hebe("new my-token").prints(
        "\
my-token: a contract to begin with
  src/lib.rs          the contract
  my-token.test.toml  its tests
  tests/contract.rs   its tests in Rust
  Cargo.toml          where the SDK is, and how small the binary is to be
  tests/Cargo.toml    where the library for tests is
  .cargo/config.toml  where the contract's stack lies
  .gitignore          what not to commit

Next:
    cd my-token
    hebe build
    hebe test
    cargo test --manifest-path tests/Cargo.toml
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

/// As a stranger would go on, with every template. Needs the compilers for contracts, and says so where one is not there.
#[test]
fn what_it_makes_builds_and_passes_its_tests() {
    for (arguments, is_rust) in [
        ("new my-token", true),
        ("new my-token --template erc20", true),
        ("new my-token --template erc721", true),
        ("new my-token --language c", false),
        ("new my-token --language c --template erc20", false),
    ] {
        let language = if is_rust { Language::Rust } else { Language::C };
        if let Err(problem) = hebe_contracts::toolchain(language, None) {
            eprintln!("not tried: {problem}");
            continue;
        }
        let shell = Shell::new();
        assert_eq!(shell.hebe(arguments).code(), 0);
        if is_rust {
            // The versions that the samples have, so that nothing is looked up; and a folder that is kept, since the
            // compiler's library may be built, too.
            let lock = hebe_contracts::folder().join("Cargo.lock");
            fs::copy(lock, shell.path("my-token/Cargo.lock")).unwrap();
            let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("new");
            fs::create_dir_all(&kept).unwrap();
            std::os::unix::fs::symlink(kept, shell.path("my-token/target")).unwrap();
        }
        let built = shell.hebe("build my-token");
        assert_eq!(built.code(), 0, "{arguments}: {}", built.problem());
        let tested = shell.hebe("test my-token");
        assert_eq!(tested.code(), 0, "{arguments}: {}{}", tested.text(), tested.problem());
    }
}

/// What is derived in a crate that the contract uses is in the contract's interface; what it does not use is not.
#[test]
fn events_of_other_crates_are_in_the_interface() {
    if let Err(problem) = hebe_contracts::toolchain(Language::Rust, None) {
        eprintln!("not tried: {problem}");
        return;
    }
    let shell = Shell::new();
    assert_eq!(shell.hebe("new my-token").code(), 0);
    let change = |file: &str, change: &dyn Fn(String) -> String| {
        let path = shell.path(&format!("my-token/{file}"));
        let text = fs::read_to_string(&path).unwrap();
        let changed = change(text.clone());
        assert_ne!(changed, text, "{file}");
        fs::write(path, changed).unwrap();
    };
    fs::create_dir_all(shell.path("my-token/shared/src")).unwrap();
    let mut sdk = String::new();
    change("Cargo.toml", &|text| {
        text.replace("[dependencies]", "[dependencies]\nshared = { path = \"shared\" }")
    });
    for line in fs::read_to_string(shell.path("my-token/Cargo.toml")).unwrap().lines() {
        if line.starts_with("hebe-sdk") {
            line.clone_into(&mut sdk);
        }
    }
    let manifest = format!(
        "[package]\nname = \"shared\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\n{sdk}\n"
    );
    fs::write(shell.path("my-token/shared/Cargo.toml"), manifest).unwrap();
    let library = r#"#![no_std]
        use hebe_sdk::prelude::*;
        #[derive(Event)]
        pub struct Elsewhere { pub number: U256 }
        #[derive(CustomError)]
        pub struct TooFar { pub number: U256 }
    "#;
    fs::write(shell.path("my-token/shared/src/lib.rs"), library).unwrap();
    change("src/lib.rs", &|text| {
        text.replace(
            "        self.set(U256::zero());",
            "        require!(self.count.get() < U256::from(9_u64), shared::TooFar { number: self.count.get() });
            shared::Elsewhere { number: U256::zero() }.emit();
            self.set(U256::zero());",
        )
    });
    fs::copy(hebe_contracts::folder().join("Cargo.lock"), shell.path("my-token/Cargo.lock"))
        .unwrap();
    let built = shell.hebe("build my-token --json");
    assert_eq!(built.code(), 0, "{}", built.problem());
    let interface = built.json(0)["abi"].to_string();
    for name in ["Counted", "Elsewhere", "TooFar"] {
        assert!(interface.contains(&format!("\"{name}\"")), "{name}: {interface}");
    }
}

/// The tests in Rust, as a stranger runs them: a package of its own, which takes the library for tests from this source and
/// builds no compiler. Needs a compiler for contracts and the crates that this workspace has, and says so where they are not there.
#[test]
fn its_tests_in_rust_pass_without_a_compiler_of_native_code() {
    if let Err(problem) = hebe_contracts::toolchain(Language::C, None) {
        eprintln!("not tried: {problem}");
        return;
    }
    let shell = Shell::new();
    assert_eq!(shell.hebe("new my-token --language c").code(), 0);
    let built = shell.hebe("build my-token");
    assert_eq!(built.code(), 0, "{}", built.problem());
    // The versions that are here already, so that nothing is looked up.
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    fs::copy(lock, shell.path("my-token/tests/Cargo.lock")).unwrap();
    let cargo = |arguments: &[&str], engines: &str| {
        let output = Command::new(env!("CARGO"))
            .args(arguments)
            .args(["--offline", "--manifest-path"])
            .arg(shell.path("my-token/tests/Cargo.toml"))
            .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("new-tests"))
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_INCREMENTAL", "0")
            .env("HEBE_ENGINES", engines)
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        (output.status.success(), text(output.stdout), text(output.stderr))
    };
    let (has_all, tree, problem) = cargo(&["tree", "--prefix=none", "--edges=normal,build"], "");
    if !has_all {
        eprintln!("not tried: {problem}");
        return;
    }
    assert!(tree.contains("hebe-testing "), "{tree}");
    for heavy in ["wasmtime", "cranelift", "plotters", "revm "] {
        let found = tree.lines().find(|line| line.starts_with(heavy));
        assert_eq!(found, None, "it is built with each project's tests");
    }
    for engines in ["", "all"] {
        let (passed, text, problem) = cargo(&["test"], engines);
        assert!(passed, "{text}{problem}");
        assert!(text.contains("test result: ok. 1 passed"), "{text}");
    }
    let (passed, text, problem) = cargo(&["test"], "compiler");
    assert!(!passed, "{text}");
    let reason = "`compiler` needs the compiler, and this build has none";
    assert!(format!("{text}{problem}").contains(reason), "{text}{problem}");
}

#[test]
fn a_template_that_there_is_not() {
    let shell = Shell::new();
    shell.hebe("new token --language c --template erc721").refuses("there are counter and erc20");
    shell.hebe("new token --template erc1155").refuses("[possible values: counter, erc20, erc721]");
    assert!(shell.files().is_empty());
}
