use super::{format, *};
use crate::{InvalidTransaction, Price, TransactionType};
use hebe_host::{Address, Revision, U256};
use serde_json::{Value, json};
use std::{
    fs,
    os::unix::{fs::symlink, net::UnixListener},
    path::Path,
};

/// A test that is right, to be spoilt.
fn good() -> Value {
    json!({
        "env": {
            "currentCoinbase": "0x2adc25665018aa1fe0e6bc666dac8fc2697ff9ba",
            "currentDifficulty": "0x20000",
            "currentGasLimit": "89128960",
            "currentNumber": "0x01",
            "currentTimestamp": "0x03e8",
        },
        "pre": {
            "0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b": {
                "balance": "1000000", "nonce": "", "code": "", "storage": { "0x00": "0x01" },
            },
        },
        "transaction": {
            "data": ["0x", "0x00ff"],
            "gasLimit": ["0x5208"],
            "gasPrice": "0x0a",
            "nonce": "0x00",
            "secretKey": "0x45a915e4d060149eb4365960e6a7a45f334393093061116b197e3240065ff2d8",
            "to": "",
            "value": ["0x00", "7"],
        },
        "post": {
            "Byzantium": [{
                "hash": "0x1111111111111111111111111111111111111111111111111111111111111111",
                "logs": "0x2222222222222222222222222222222222222222222222222222222222222222",
                "indexes": { "data": 1, "gas": 0, "value": 1 },
            }],
        },
    })
}

fn read_one(test: Value) -> Result<StateTest, String> {
    let document = json!({ "spoilt": test }).to_string();
    format::parse(document.as_bytes()).unwrap().remove(0).test
}

#[test]
fn a_test_is_read_as_it_is_written() {
    let test = read_one(good()).unwrap();
    let sender: Address = "a94f5374fce5edbc8e2a8697c15331677e6ebf0b".parse().unwrap();
    assert_eq!((test.block.gas_limit, test.block.timestamp), (89_128_960, 1_000));
    assert_eq!(test.pre[&sender].balance, 1_000_000.into());
    assert_eq!((test.pre[&sender].nonce, test.pre[&sender].storage.len()), (0, 1));
    let case = &test.cases[0];
    assert_eq!((case.revision, case.expected.exception.clone()), (Revision::Byzantium, None));
    let transaction = test.transaction.transaction(case.indexes).unwrap();
    assert_eq!((transaction.sender, transaction.to), (sender, None));
    assert_eq!((transaction.data, transaction.value), (vec![0, 0xff], 7.into()));
    assert_eq!((transaction.gas_limit, transaction.price), (21_000, Price::Gas(10.into())));
}

#[test]
fn forks_have_names_of_their_own() {
    for (name, revision) in [
        ("EIP150", Revision::TangerineWhistle),
        ("EIP158", Revision::SpuriousDragon),
        ("ConstantinopleFix", Revision::Petersburg),
        ("Merge", Revision::Paris),
        ("Cancun", Revision::Cancun),
    ] {
        let mut test = good();
        let cases = test["post"]["Byzantium"].clone();
        test["post"] = json!({ name: cases });
        assert_eq!(read_one(test).unwrap().cases[0].revision, revision, "{name}");
    }
}

#[test]
fn a_field_that_is_missing_is_named() {
    for path in [
        "/env",
        "/env/currentCoinbase",
        "/env/currentDifficulty",
        "/env/currentGasLimit",
        "/env/currentNumber",
        "/env/currentTimestamp",
        "/pre",
        "/transaction",
        "/transaction/data",
        "/transaction/gasLimit",
        "/transaction/gasPrice",
        "/transaction/nonce",
        "/transaction/secretKey",
        "/transaction/value",
        "/post",
        "/post/Byzantium/0/hash",
        "/post/Byzantium/0/logs",
        "/post/Byzantium/0/indexes",
        "/post/Byzantium/0/indexes/gas",
        "/pre/0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b/balance",
        "/pre/0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b/storage",
    ] {
        let (parent, name) = path.rsplit_once('/').unwrap();
        let mut test = good();
        test.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name).unwrap();
        let error = read_one(test).unwrap_err();
        let place = format!("spoilt{}", parent.replace("/0/", "[0].").replace('/', "."));
        let place = place.strip_suffix(".0").map_or(place.clone(), |list| format!("{list}[0]"));
        assert_eq!(error, format!("{place}: the field `{name}` is missing"));
    }
}

#[test]
fn whoever_calls_nobody_creates() {
    for nobody in [Some(json!("")), Some(json!(null)), None] {
        let mut test = good();
        let transaction = test["transaction"].as_object_mut().unwrap();
        transaction.remove("to");
        transaction.extend(nobody.map(|nobody| ("to".to_owned(), nobody)));
        assert_eq!(read_one(test).unwrap().transaction.to, None);
    }
}

#[test]
fn a_field_that_is_wrong_is_named() {
    let too_large = format!("0x1{}", "0".repeat(64));
    for (path, value, expected) in [
        ("/env", json!([]), "spoilt.env: [] is not an object {...}"),
        (
            "/env/currentNumber",
            json!("one"),
            "spoilt.env.currentNumber: `one` is not a whole number",
        ),
        ("/env/currentNumber", json!("0x8000000000000000"), "at most 9223372036854775807"),
        ("/env/currentNumber", json!(-1), "-1 is not a whole number"),
        ("/env/currentNumber", json!(1.5), "1.5 is not a whole number"),
        ("/env/currentNumber", json!(true), "true is not a string in quotes"),
        ("/env/currentDifficulty", json!(too_large), "too large: a number has at most 256 bits"),
        ("/env/currentCoinbase", json!("0x12"), "currentCoinbase: `0x12` must be 40 hex digits"),
        ("/transaction/nonce", json!("0x10000000000000000"), "at most 18446744073709551615"),
        ("/transaction/data", json!("0x"), "spoilt.transaction.data: \"0x\" is not a list [...]"),
        ("/transaction/data/1", json!("0xg"), "spoilt.transaction.data[1]: it is not hex"),
        ("/transaction/gasLimit/0", json!("-1"), "gasLimit[0]: `-1` is not a whole number"),
        ("/transaction/value/0", json!(null), "value[0]: null is not a string in quotes"),
        ("/transaction/to", json!("0xzz"), "to: `0xzz` must be 40 hex digits"),
        ("/transaction/secretKey", json!("0x01"), "secretKey: `0x01` must be 64 hex digits"),
        ("/transaction/secretKey", json!("0".repeat(64)), "this is no key of secp256k1"),
        ("/transaction/sender", json!("00".repeat(20)), "the secret key is that of 0xa94f"),
        ("/pre/0x12", json!({}), "spoilt.pre: `0x12` must be 40 hex digits"),
        ("/post", json!({}), "spoilt.post: nothing is expected"),
        ("/post/Atlantis", json!([]), "spoilt.post.Atlantis: this fork is not known"),
        ("/post/Byzantium/0/hash", json!("0x00"), "Byzantium[0].hash: `0x00` must be 64 hex"),
        ("/post/Byzantium/0/indexes/data", json!(2), "indexes.data: 2 is past the end"),
        ("/post/Byzantium/0/indexes/gas", json!(-1), "indexes.gas: -1 is not a whole number"),
    ] {
        let mut test = good();
        let (parent, name) = path.rsplit_once('/').unwrap();
        match test.pointer_mut(parent).unwrap() {
            Value::Array(list) => list[name.parse::<usize>().unwrap()] = value,
            object => object[name] = value,
        }
        let error = read_one(test).unwrap_err();
        assert!(error.contains(expected), "{path}: {error}");
        assert!(!error.contains('\n'), "{error}");
    }
}

/// What today's files have that ours have not.
#[test]
fn newer_fields_are_read() {
    let mut test = good();
    test["transaction"]["data"] = json!(["0x123", "0x"]);
    test["transaction"].as_object_mut().unwrap().remove("gasPrice");
    for (name, value) in [
        ("maxFeePerGas", json!("0x10")),
        ("maxPriorityFeePerGas", json!("0x1")),
        ("maxFeePerBlobGas", json!("0x2")),
        ("blobVersionedHashes", json!([format!("0x01{}", "00".repeat(31))])),
        ("accessLists", json!([[{ "address": "00".repeat(20), "storageKeys": ["0x1"] }], null])),
        (
            "authorizationList",
            json!([{
                "chainId": "0x1", "address": "11".repeat(20), "nonce": "0x2", "v": "0x1", "r": "0x3",
                "s": "0x4", "signer": "22".repeat(20)
            }]),
        ),
    ] {
        test["transaction"][name] = value;
    }
    test["env"]["currentExcessBlobGas"] = json!("0x20000");
    test["config"] = json!({
        "chainid": "0x7",
        "blobSchedule": { "Osaka": { "target": "0x1", "max": "0x2", "baseFeeUpdateFraction": "0x3" } }
    });
    let test = read_one(test).unwrap();
    let indexes = Indexes { data: 0, gas: 0, value: 0 };
    let transaction = test.transaction.transaction(indexes).unwrap();
    assert_eq!(transaction.ty(), TransactionType::SetCode);
    assert_eq!(transaction.data, [0x01, 0x23]);
    let market = Price::Market { max_fee: 16.into(), priority_fee: 1.into() };
    assert_eq!(transaction.price, market);
    assert_eq!(transaction.access_list.unwrap()[0].keys[0].0[31], 1);
    assert_eq!(transaction.blobs.unwrap().max_fee, 2.into());
    assert_eq!(transaction.authorizations.unwrap()[0].s, 4.into());
    let other = Indexes { data: 1, ..indexes };
    assert_eq!(test.transaction.transaction(other).unwrap().access_list, None);
    assert_eq!(test.network.chain_id, Some(7.into()));
    assert_eq!(test.network.blob_schedules["Osaka"].max, 2);
    assert_eq!(test.block.excess_blob_gas, Some(0x20000));
}

/// A number that is too large for any transaction is what the test is about.
#[test]
fn numbers_that_no_transaction_has_make_it_invalid() {
    let invalid = |change: &dyn Fn(&mut Value)| {
        let mut test = good();
        change(&mut test);
        let test = read_one(test).unwrap();
        test.transaction.transaction(Indexes { data: 0, gas: 0, value: 0 }).err()
    };
    let wide = format!("0x:bigint 0x1{}", "0".repeat(64));
    assert_eq!(
        invalid(&|test| test["transaction"]["value"] = json!([wide, "0x0"])),
        Some(InvalidTransaction::ValueOverflow)
    );
    let with = |field: &'static str, number: &'static str| {
        invalid(&move |test| {
            let mut one = json!({
                "chainId": "0x1", "address": "11".repeat(20), "nonce": "0x2", "v": "0x1", "r": "0x3", "s": "0x4"
            });
            one[field] = json!(number);
            test["transaction"]["authorizationList"] = json!([one]);
        })
    };
    assert_eq!(with("nonce", "0xffffffffffffffff"), None);
    let refused = Some(InvalidTransaction::AuthorizationFormat(0));
    assert_eq!(with("nonce", "0x10000000000000000"), refused);
    assert_eq!(with("v", "0x100"), refused);
    assert_eq!(with("v", "0xff"), None);
}

#[test]
fn one_wrong_test_leaves_the_others() {
    let document = json!({ "wrong": {}, "right": good() }).to_string();
    let tests = format::parse(document.as_bytes()).unwrap();
    let right: Vec<_> = tests.iter().map(|test| (test.name.as_str(), test.test.is_ok())).collect();
    assert_eq!(right, [("wrong", false), ("right", true)]);
}

#[test]
fn a_name_is_there_once() {
    let twice = r#"{ "test": { "env": { "a": 1, "a": 2 } } }"#;
    let error = format::parse(twice.as_bytes()).unwrap_err();
    assert!(error.contains("the field `a` is there twice at line 1"), "{error}");
    let mut test = good();
    let account = test["pre"]["0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b"].clone();
    test["pre"]["0xA94F5374FCE5EDBC8E2A8697C15331677E6EBF0B"] = account;
    assert!(read_one(test).unwrap_err().contains("this account is there twice"));
    let mut test = good();
    test["pre"]["0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b"]["storage"]["0"] = json!("1");
    assert!(read_one(test).unwrap_err().contains("this key is there twice"));
}

#[test]
fn what_is_no_document_of_tests_is_refused() {
    let nested = "[".repeat(100_000);
    for (document, expected) in [
        ("", "is not JSON: EOF"),
        ("{ \"a\": ", "is not JSON: EOF"),
        ("{} {}", "is not JSON: trailing characters"),
        (nested.as_str(), "is not JSON: recursion limit"),
        ("\u{feff}{}", "holds no tests"),
        ("\u{feff}\u{feff}{}", "is not JSON"),
        ("{}", "holds no tests"),
        ("[]", "holds no tests"),
        ("7", "holds no tests"),
    ] {
        let error = format::parse(document.as_bytes()).unwrap_err();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn folders_are_searched_for_files_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    assert!(files(folder.path()).unwrap_err().starts_with("is a folder without tests"));
    fs::create_dir_all(path("b/deep")).unwrap();
    fs::create_dir_all(path(".meta")).unwrap();
    for name in ["c.json", "a.json", "b/deep/d.json", "b/readme.md", ".meta/index.json"] {
        fs::write(path(name), "").unwrap();
    }
    // What is no file is none of them; what can't be looked at is told.
    let _socket = UnixListener::bind(path("socket.json")).unwrap();
    symlink("nowhere", path("broken.json")).unwrap();
    let found = [path("a.json"), path("b/deep/d.json"), path("broken.json"), path("c.json")];
    assert_eq!(files(folder.path()).unwrap(), found);
    // What is named by itself is read, whatever its name.
    assert_eq!(files(&path("b/readme.md")).unwrap(), [path("b/readme.md")]);
    assert!(files(Path::new("/no/such/folder")).unwrap_err().starts_with("can't be read"));
    assert!(read(folder.path()).unwrap_err().starts_with("can't be read"));
    assert!(read(&path("broken.json")).unwrap_err().starts_with("can't be read"));
    assert_eq!(read(Path::new("/dev/zero")).unwrap_err(), "is larger than 256 MiB");
}

#[test]
fn numbers_are_hex_or_decimal_and_may_be_empty() {
    for (text, value) in [("", 0), ("0x", 0), ("0x00", 0), ("0x0a", 10), ("10", 10), ("0010", 10)] {
        assert_eq!(fields::number(text), Ok(U256::from(value)), "{text}");
    }
    let padded = format!("0x{}1", "0".repeat(100));
    assert_eq!(fields::number(&padded), Ok(U256::one()));
    for text in ["0X1", "a", "0xg", "-1", "+1", " 1", "1e3", "0x-1"] {
        assert!(fields::number(text).is_err(), "{text}");
    }
}
