//! An author's mistakes, each answered in a sentence that says where it is and what would be right. (Those of talking to
//! a contract are in `talk`, those in test files in the harness's own tests.)

use crate::support::Shell;
use hebe_contracts::Language;
use std::{fs, path::Path};

/// Whether contracts can be compiled here. If not, it is said.
fn has(language: Language) -> bool {
    match hebe_contracts::toolchain(language, None) {
        Ok(_) => true,
        Err(problem) => {
            eprintln!("not tried: {problem}");
            false
        }
    }
}

/// A project `auction` whose contract is this, with the target of another test that has built the library.
fn project(source: &str) -> Shell {
    let shell = Shell::new();
    assert_eq!(shell.hebe("new auction").code(), 0);
    fs::write(shell.path("auction/src/lib.rs"), source).unwrap();
    let lock = hebe_contracts::folder().join("Cargo.lock");
    fs::copy(lock, shell.path("auction/Cargo.lock")).unwrap();
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mistakes");
    fs::create_dir_all(&kept).unwrap();
    std::os::unix::fs::symlink(kept, shell.path("auction/target")).unwrap();
    shell
}

const HEAD: &str = "#![cfg_attr(target_arch = \"wasm32\", no_std)]\nuse hebe_sdk::prelude::*;\n";

/// A contract with these fields, items and functions.
fn contract(fields: &str, items: &str, functions: &str) -> String {
    format!(
        "{HEAD}#[storage]\npub struct C {{ {fields} }}\n{items}\n#[contract]\nimpl C {{\n{functions}\n}}\n"
    )
}

#[test]
fn what_the_sdk_would_do_silently_does_not_compile() {
    if !has(Language::Rust) {
        return;
    }
    const EVENT: &str = "#[derive(Event)] struct Moved { to: Address }";
    for (source, expected) in [
        (
            contract("n: Slot<u64>", EVENT, "pub fn f(&mut self) { Moved { to: Address::ZERO }; }"),
            "`Moved` is built and dropped: an event is written with `Moved { .. }.emit();`",
        ),
        (
            contract(
                "n: Slot<u64>",
                "",
                "pub fn f(&self) { let n = 1; require!(n > 2, \"{n} is too small\"); }",
            ),
            "a reason is a fixed text, and `{...}` in it is not filled in",
        ),
        (
            contract(
                "n: Slot<u64>",
                "",
                "pub fn f(&self) { require!(1 > 2, \"{} is too small\", 1); }",
            ),
            "a reason is a fixed text: revert with a `CustomError`",
        ),
        (contract("n: Slot<String>", "", ""), "`Slot<String>` can't be stored: write `Text`"),
        (contract("n: String", "", ""), "`String` can't be stored: write `Text`"),
        (contract("n: u64", "", ""), "`u64` can't be stored: write `Slot<u64>`"),
        (
            contract("n: Mapping<Address, u128>", "", ""),
            "`u128` can't be stored: write `Slot<u128>`",
        ),
        (contract("n: Array<U256>", "", ""), "`U256` can't be stored: write `Slot<U256>`"),
        (contract("n: Vec<u64>", "", ""), "`Vec<u64>` can't be stored: write `Array<Slot<u64>>`"),
        (contract("n: Slot<Vec<u64>>", "", ""), "can't be stored: write `Array<Slot<u64>>`"),
        (
            contract("n: Slot<u64>", "", "pub fn f(&self) -> f64 { 0.5 }"),
            "not a type of the ABI. There are bool, u8 to u128, U256,",
        ),
        (
            contract("n: Slot<u64>", "", "pub fn f(&self, text: &str) {}"),
            "take arguments by value, such as `String` and `Bytes`",
        ),
        (
            contract("n: Slot<u64>", "", "pub fn f(self) {}"),
            "take `&self` to read, or `&mut self` to write",
        ),
        (
            contract("n: Slot<u64>", "", "#[constructor] pub fn f(&self) {}"),
            "a constructor takes `&mut self` and gives nothing",
        ),
        (
            contract("n: Slot<u64>", "", "#[returns(a, b)] pub fn f(&self) -> u64 { 1 }"),
            "the function has 1 results: name each of them",
        ),
    ] {
        let ended = project(&source).hebe("build auction");
        assert_eq!(ended.code(), 2, "{source}");
        assert!(ended.problem().contains(expected), "{expected}\n{}", ended.problem());
        assert!(ended.problem().contains("src/lib.rs:"), "with the line: {}", ended.problem());
    }
}

#[test]
fn a_contract_that_is_none_is_told_with_its_function_and_line() {
    if !has(Language::Rust) {
        return;
    }
    let source =
        contract("n: Slot<u64>", "", "pub fn share(&self, of: u64) -> u64 {\n    half(of)\n}")
            + "#[inline(never)]\nfn half(of: u64) -> u64 {\n    (of as f64 * 0.5) as u64\n}\n";
    let ended = project(&source).hebe("build auction");
    assert_eq!(ended.code(), 1, "{}", ended.problem());
    assert!(ended.problem().contains("floating point is not deterministic"), "{}", ended.problem());
    assert!(ended.problem().contains("`auction::half`"), "the function: {}", ended.problem());
    assert!(ended.problem().contains("src/lib.rs:14"), "the line: {}", ended.problem());
}

#[test]
fn projects_that_are_none() {
    let shell = Shell::new();
    fs::create_dir_all(shell.path("empty")).unwrap();
    fs::create_dir_all(shell.path("library/src")).unwrap();
    shell.write("library/Cargo.toml", "[package]\nname = \"library\"\n[workspace]\n");
    shell.write("library/src/lib.rs", "");
    fs::create_dir_all(shell.path("broken")).unwrap();
    shell.write("broken/Cargo.toml", "[package\n");
    shell.write("a.rs", "").write("a.txt", "");
    for (arguments, expected) in [
        ("build missing", "there is no missing"),
        ("build empty", "there is no contract in empty: no Cargo.toml"),
        (
            "build a.rs",
            "a contract in Rust is built from its package: name the folder with Cargo.toml",
        ),
        ("build a.txt", "a.txt is neither Cargo.toml nor a source in C or AssemblyScript"),
        (
            "build library",
            "the package makes no contract: put `crate-type = [\"cdylib\"]` under [lib]",
        ),
        ("build broken", "unclosed table, expected `]` --> broken/Cargo.toml:1"),
        ("new token --template erc1155", "[possible values: counter, erc20, erc721]"),
        ("test", "there is nothing to run: no file ends in .test.toml"),
        ("test missing.test.toml", "missing.test.toml: can't be read"),
        ("test --check", "--gas-report"),
        ("test --debug --no-build", "cannot be used with"),
        ("completions tcsh", "possible values: bash"),
    ] {
        let ended = shell.hebe(arguments);
        assert!(ended.problem().contains(expected), "{arguments}: {}", ended.problem());
        assert_eq!(ended.code(), 2, "{arguments}");
    }
}

#[test]
fn mistakes_in_a_test_of_a_contract_with_an_interface() {
    let shell = Shell::new();
    shell.write("token.wasm", fs::read(hebe_contracts::path("erc20_rust")).unwrap());
    shell.write("token.abi.json", fs::read(hebe_contracts::abi_path("erc20_rust")).unwrap());
    let head =
        "[[step]]\ncreate = \"token.wasm\"\nargs = [5]\nas = \"token\"\n[[step]]\nto = \"token\"\n";
    for (step, expected) in [
        ("call = \"transfr\"", "token has no function `transfr` (`transfer`?)"),
        (
            "call = \"transfer\"\nargs = [\"sender\"]",
            "there is 1 value, and the signature has 2: (address,uint256)",
        ),
        (
            "call = \"transfer\"\nargs = [\"sendr\", 1]",
            "value 1 (to): no account is called `sendr` (`sender`?)",
        ),
        (
            "call = \"transfer\"\nargs = [\"sender\", \"1 eth\"]",
            "value 2 (value): `1 eth`: eth is none of wei, gwei, ether",
        ),
        (
            "call = \"name\"\nexpect.error = \"Late\"",
            "no contract is known to have an error `Late`: write it with its types",
        ),
        (
            "call = \"name\"\nexpect.logs = [{ event = \"Moved\" }]",
            "no contract is known to have an event `Moved`",
        ),
        (
            "call = \"name\"\nblock = { timestamp = \"+1y\" }",
            "`+1y` is not a time, such as 1700000000, +90",
        ),
        (
            "call = \"name\"\nblock = { time = 5 }",
            "there is no such field; there are number, timestamp",
        ),
        (
            "call = \"name\"\nblock = { timestamp = 0 }",
            "0 is before 1, where the chain is: a chain doesn't go back",
        ),
    ] {
        shell.write("token.test.toml", format!("{head}{step}\n"));
        let ended = shell.hebe("test token.test.toml");
        assert!(ended.problem().contains(expected), "{step}: {}", ended.problem());
        assert!(ended.problem().contains("step 2: "), "with its place: {}", ended.problem());
        assert_eq!(ended.code(), 2, "{step}");
    }
    shell.write("token.test.toml", "[[step]]\ndeploy = \"token.wasm\"\nas = \"token\"\n");
    let ended = shell.hebe("test token.test.toml");
    assert!(
        ended.problem().contains("its constructor would never run: write `create`"),
        "{}",
        ended.problem()
    );
}

#[test]
fn a_stale_build_is_told_or_built() {
    if !has(Language::C) {
        return;
    }
    let shell = Shell::new();
    assert_eq!(shell.hebe("new counter --language c").code(), 0);
    let missing = shell.hebe("test counter --no-build");
    assert!(
        missing.problem().contains("can't read counter/build/counter.wasm"),
        "{}",
        missing.problem()
    );
    assert_eq!(shell.hebe("test counter").code(), 0, "it builds first");
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(5);
    let source = fs::File::options().append(true).open(shell.path("counter/counter.c")).unwrap();
    source.set_modified(later).unwrap();
    let stale = shell.hebe("test counter --no-build");
    assert!(
        stale.problem().contains("counter.wasm is older than its source"),
        "{}",
        stale.problem()
    );
    fs::write(shell.path("counter/counter.c"), "CONTRACT void contract(void) { oops }").unwrap();
    source.set_modified(later).unwrap();
    let broken = shell.hebe("test counter");
    assert!(
        broken.problem().contains("counter/counter.c could not be compiled"),
        "{}",
        broken.problem()
    );
    assert_eq!(broken.code(), 2);
}

#[test]
fn a_gas_report_tells_what_has_changed() {
    let shell = Shell::new();
    shell.write("token.wasm", fs::read(hebe_contracts::path("erc20_rust")).unwrap());
    shell.write("token.abi.json", fs::read(hebe_contracts::abi_path("erc20_rust")).unwrap());
    let test = "[[step]]\ncreate = \"token.wasm\"\nargs = [5]\nas = \"token\"\n[[step]]\ncall = \"name\"\nto = \"token\"\n";
    shell.write("token.test.toml", test);
    shell.hebe("test --gas-report --check").refuses("there is no gas-report.json to check against");
    let first = shell.hebe("test --gas-report");
    assert!(first.text().contains("token.name()      1"), "{}", first.text());
    assert_eq!(shell.hebe("test --gas-report --check").code(), 0);
    shell.write("token.test.toml", test.replace("\"name\"", "\"symbol\""));
    let changed = shell.hebe("test --gas-report --check");
    assert_eq!(changed.code(), 1);
    assert!(changed.text().contains("token.name()   no longer called"), "{}", changed.text());
    assert!(
        changed.problem().contains("2 rows of the gas report changed"),
        "{}",
        changed.problem()
    );
}

/// The same source gives the same bytes, wherever it lies.
#[test]
fn builds_are_the_same_in_any_folder() {
    if !has(Language::Rust) {
        return;
    }
    let build = |place: &str| {
        let shell = Shell::new();
        fs::create_dir_all(shell.path(place)).unwrap();
        assert_eq!(shell.hebe(&format!("new {place}/counter")).code(), 0);
        let lock = hebe_contracts::folder().join("Cargo.lock");
        fs::copy(lock, shell.path(&format!("{place}/counter/Cargo.lock"))).unwrap();
        let built = shell.hebe(&format!("build {place}/counter"));
        assert_eq!(built.code(), 0, "{}", built.problem());
        fs::read(shell.path(&format!("{place}/counter/target/wasm32v1-none/release/counter.wasm")))
            .unwrap()
    };
    let (one, other) = (build("a"), build("a/much/longer/way/to/the/folder"));
    assert!(one == other, "{} and {} bytes", one.len(), other.len());
    let text = String::from_utf8_lossy(&one);
    for trace in ["/tmp", ".cargo", "/home", "/root", "rustlib"] {
        assert!(!text.contains(trace), "{trace} is in the contract");
    }
}
