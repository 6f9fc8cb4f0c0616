//! The committed binaries are what the manifest and the table say, and valid contracts. Needs no
//! toolchain.
//!
//! Fails when a contract or the table was changed without `cargo run -p hebe-contracts -- build`.

use alloy_json_abi::{JsonAbi, StateMutability};
use hebe_contracts::{EntryKind, Manifest, abi_path, folder, path, samples};
use hebe_gas::{Exports, Features, Metering, Profile, Rules, Schedule, prepare};
use hebe_host::{HostModule, Interface, MAX_CODE_SIZE, Revision};
use sha2::{Digest, Sha256};
use std::{collections::BTreeSet, fs};

#[test]
fn each_sample_has_a_row_and_each_row_a_sample() {
    let manifest = Manifest::read().unwrap();
    let samples = samples(&[]).unwrap();
    let names: BTreeSet<_> = samples.iter().map(|sample| &sample.name).collect();
    assert_eq!(names.len(), samples.len(), "no name may stand twice");
    let rows: Vec<_> = manifest.contract.iter().map(|entry| &entry.name).collect();
    assert_eq!(rows, names.iter().copied().collect::<Vec<_>>(), "rows are in order of names");
    for sample in &samples {
        let entry = manifest.entry(&sample.name).unwrap();
        assert_eq!(entry.language, sample.language, "{}", sample.name);
        assert_eq!(entry.source, sample.source, "{}", sample.name);
        assert_eq!(entry.entry, sample.entry, "{}", sample.name);
        assert!(sample.source().exists(), "{}: {} is not there", sample.name, sample.source);
    }
}

#[test]
fn each_binary_is_the_one_that_was_built() {
    for entry in Manifest::read().unwrap().contract {
        let code = hebe_contracts::binary(&entry.name);
        assert_eq!(code.len(), entry.size, "{}", entry.name);
        assert_eq!(hex::encode(Sha256::digest(&code)), entry.sha256, "{}", entry.name);
    }
}

#[test]
fn there_are_no_other_binaries() {
    let manifest = Manifest::read().unwrap();
    for file in fs::read_dir(folder().join("wasm")).unwrap() {
        let path = file.unwrap().path();
        let file = path.file_name().unwrap().to_string_lossy();
        let name = file.split('.').next().unwrap();
        let is_known = name == "manifest" || manifest.entry(name).is_some();
        assert!(is_known, "{} is not in the manifest", path.display());
    }
}

#[test]
fn each_binary_is_a_valid_contract() {
    let interface = Interface::new(Revision::LATEST, &[&HostModule::ETHEREUM]).unwrap();
    for entry in Manifest::read().unwrap().contract {
        let rules = Rules {
            features: Features::Default,
            profile: Profile::Contract { exports: Exports::Strict },
            imports: interface.signatures(),
            metering: Some(Metering::Execution(Schedule::measured())),
        };
        let prepared = prepare(&hebe_contracts::binary(&entry.name), &rules);
        assert!(prepared.is_ok(), "{}: {}", entry.name, prepared.unwrap_err());
    }
}

/// README.md says the same of them, and why.
#[test]
fn six_contracts_are_larger_than_a_chain_allows() {
    let contracts = Manifest::read().unwrap().contract.into_iter();
    let large: Vec<_> =
        contracts.filter(|entry| entry.size > MAX_CODE_SIZE).map(|entry| entry.name).collect();
    assert_eq!(
        large,
        ["bn128_add", "bn128_mul", "bn128_pairing", "ecrecover", "ed25519_verify", "modexp"]
    );
}

#[test]
fn what_creates_itself_asks_for_its_own_code() {
    for entry in Manifest::read().unwrap().contract {
        let code = hebe_contracts::binary(&entry.name);
        let copies_code = code.windows(8).any(|bytes| bytes == b"codeCopy");
        if entry.entry != EntryKind::Runtime {
            assert!(copies_code, "{} can't finish with a contract", entry.name);
        }
    }
}

/// As other libraries read them; the token's, entry by entry.
#[test]
fn contracts_of_the_sdk_have_their_interface_beside_them() {
    for sample in samples(&[]).unwrap() {
        let is_of_the_sdk = sample.source.starts_with("rust/");
        let text = fs::read_to_string(abi_path(&sample.name)).ok();
        assert_eq!(text.is_some(), is_of_the_sdk, "{}", sample.name);
        if let Some(text) = text {
            let abi: JsonAbi = serde_json::from_str(&text).unwrap();
            assert!(abi.functions().count() > 0, "{}", sample.name);
        }
    }
    let text = fs::read_to_string(abi_path("erc20_rust")).unwrap();
    let abi: JsonAbi = serde_json::from_str(&text).unwrap();
    let mut signatures: Vec<_> = abi.functions().map(|function| function.signature()).collect();
    signatures.extend(abi.events().map(|event| event.full_signature()));
    signatures.sort();
    let expected = [
        "allowance(address,address)",
        "approve(address,uint256)",
        "balanceOf(address)",
        "decimals()",
        "event Approval(address indexed owner, address indexed spender, uint256 value)",
        "event Transfer(address indexed from, address indexed to, uint256 value)",
        "name()",
        "symbol()",
        "totalSupply()",
        "transfer(address,uint256)",
        "transferFrom(address,address,uint256)",
    ];
    assert_eq!(signatures, expected);
    let mutability = |name: &str| abi.function(name).unwrap()[0].state_mutability;
    assert_eq!(mutability("name"), StateMutability::Pure);
    assert_eq!(mutability("balanceOf"), StateMutability::View);
    assert_eq!(mutability("transfer"), StateMutability::NonPayable);
    assert_eq!(abi.constructor().unwrap().inputs[0].ty, "uint256");
}

#[test]
fn a_name_that_is_not_there_is_named() {
    let problem = samples(&["nosuch".to_owned()]).unwrap_err();
    assert_eq!(problem.0, "there is no contract `nosuch`; `list` shows those that there are");
    assert!(path("x").ends_with("wasm/x.wasm"));
}
