//! The token in its languages: the same calls give the same status, output, logs and storage.
//!
//! Calls are generated, in sequences, and put to all of them; what they ought to give is in
//! `rust/erc20/erc20.test.toml`, which runs against each of them too.

mod support;

use hebe_host::{Address, Bytes32, Revision, U256};
use hebe_testing::{
    Account, Chain, Report, Transaction,
    harness::{On, TestFile},
    keccak256, library_path,
};
use hebe_vm::Vm;
use proptest::{collection::vec, prelude::*, sample::select};

/// The first is what the others are compared with.
const TOKENS: &[&str] = &["erc20_rust", "erc20_c", "erc20_assemblyscript"];

const CREATOR: Address = Address::repeat_byte(0xc1);
const OTHERS: [Address; 2] = [Address::repeat_byte(0xa2), Address::repeat_byte(0xb3)];

/// The token on a chain of its own, created with this supply.
struct Token {
    name: &'static str,
    chain: Chain,
    vm: Vm,
    address: Address,
}

impl Token {
    fn create(name: &'static str, arguments: &[u8]) -> (Option<Self>, Report) {
        let rich = Account { balance: U256::from(1_000_000), ..Account::default() };
        let people = [CREATOR, OTHERS[0], OTHERS[1], Address::zero()];
        let accounts = people.map(|person| (person, rich.clone())).into();
        let mut chain = Chain::new(Revision::Byzantium, accounts);
        let vm = Vm::default();
        let input = [hebe_contracts::binary(name), arguments.to_vec()].concat();
        let report = chain.run(&vm, &transaction(CREATOR, None, &input, 0));
        let token = report.created.map(|address| Self { name, chain, vm, address });
        (token, report)
    }

    fn call(&mut self, call: &Call) -> Report {
        let transaction = transaction(call.from, Some(self.address), &call.input, call.value);
        let report = self.chain.run(&self.vm, &transaction);
        // What costs what is the business of each.
        Report { gas_used: 0, gas_left: 0, ..report }
    }
}

fn transaction(from: Address, to: Option<Address>, input: &[u8], value: u64) -> Transaction {
    let value = U256::from(value);
    Transaction { from, to, input: input.to_vec(), value, gas: 50_000_000, is_static: false }
}

/// Constructor arguments as a custom section.
fn section(arguments: &[u8]) -> Vec<u8> {
    let size = 10 + arguments.len() + 4;
    let mut section = vec![0, u8::try_from(size).expect("they are few"), 9];
    section.extend(b"arguments");
    section.extend(arguments);
    section.extend(u32::try_from(arguments.len()).expect("they are few").to_le_bytes());
    section
}

fn supply(number: u64) -> Vec<u8> {
    section(&U256::from(number).to_big_endian())
}

fn tokens() -> Vec<Token> {
    let create = |name: &&'static str| {
        let (token, report) = Token::create(name, &supply(1_000_000));
        token.unwrap_or_else(|| panic!("{name}: {report:?}"))
    };
    TOKENS.iter().map(create).collect()
}

#[derive(Clone, Debug)]
struct Call {
    from: Address,
    input: Vec<u8>,
    value: u64,
}

const SIGNATURES: &[(&str, usize)] = &[
    ("name()", 0),
    ("symbol()", 0),
    ("decimals()", 0),
    ("totalSupply()", 0),
    ("balanceOf(address)", 1),
    ("transfer(address,uint256)", 2),
    ("approve(address,uint256)", 2),
    ("allowance(address,address)", 2),
    ("transferFrom(address,address,uint256)", 3),
    ("burn(uint256)", 1),
];

fn person() -> impl Strategy<Value = Address> {
    select(vec![CREATOR, OTHERS[0], OTHERS[1], Address::zero()])
}

/// An argument: a person, an amount, or neither.
fn argument() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => person().prop_map(|person| [&[0; 12], person.as_bytes()].concat()),
        3 => (0_u64..1_200_000).prop_map(|number| U256::from(number).to_big_endian().to_vec()),
        1 => Just(vec![0xff; 32]),
        1 => vec(any::<u8>(), 32),
    ]
}

/// A call of a function of the token, mostly in order, sometimes too short, too long or with value.
fn call() -> impl Strategy<Value = Call> {
    let arguments = (argument(), argument(), argument());
    let shape = prop_oneof![12 => Just(0_i8), 1 => -40_i8..40];
    let value = prop_oneof![20 => Just(0_u64), 1 => Just(1)];
    (person(), select(SIGNATURES), arguments, shape, value).prop_map(
        |(from, (signature, count), (a, b, c), shape, value)| {
            let mut input = keccak256(signature.as_bytes())[..4].to_vec();
            input.extend([a, b, c].concat().iter().take(32 * count));
            let length = input.len().saturating_add_signed(shape.into());
            input.resize(length, 0x55);
            Call { from, input, value }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn they_answer_alike(calls in vec(call(), 1..40)) {
        let mut tokens = tokens();
        for call in &calls {
            let mut reports = tokens.iter_mut().map(|token| (token.name, token.call(call)));
            let (first, expected) = reports.next().expect("there are tokens");
            for (name, report) in reports {
                prop_assert_eq!(&report, &expected, "{} and {}: {:?}", name, first, call);
            }
        }
    }
}

/// On every engine and through the shared library.
#[test]
fn each_does_what_the_tests_of_one_say() {
    let path = hebe_contracts::folder().join("rust/erc20/erc20.test.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("/erc20_rust.wasm"), "the test file names the token");
    for name in TOKENS {
        let text = text.replace("/erc20_rust.wasm", &format!("/{name}.wasm"));
        let file = TestFile::from_text(&path, text).unwrap();
        let on = On::every().and_library(library_path().display().to_string());
        let results = file.run(&on, "").unwrap();
        assert!(results.len() > 3, "{name}");
        for result in results {
            assert!(result.passed(), "{name}: {result:#?}");
        }
    }
}

/// Sequences that come to the same storage: the key of a mapping is the hash of key and slot.
#[test]
fn storage_is_laid_out_as_solidity_does() {
    let word = |number: u64| Bytes32(U256::from(number).to_big_endian());
    let key = |person: Address, slot: Bytes32| {
        keccak256(&[&[0; 12], person.as_bytes(), slot.as_bytes()].concat())
    };
    for mut token in tokens() {
        let input = |signature: &str, to: Address, amount: u64| {
            let selector = &keccak256(signature.as_bytes())[..4];
            [selector, &[0; 12], to.as_bytes(), word(amount).as_bytes()].concat()
        };
        for (signature, amount) in
            [("transfer(address,uint256)", 7), ("approve(address,uint256)", 9)]
        {
            let input = input(signature, OTHERS[0], amount);
            let report = token.call(&Call { from: CREATOR, input, value: 0 });
            assert_eq!(report.output, word(1).as_bytes(), "{}", token.name);
        }
        let stored = |key| token.chain.state.storage(token.address, key);
        assert_eq!(stored(word(0)), word(1_000_000));
        assert_eq!(stored(key(CREATOR, word(1))), word(999_993));
        assert_eq!(stored(key(OTHERS[0], word(1))), word(7));
        assert_eq!(stored(key(OTHERS[0], key(CREATOR, word(2)))), word(9));
    }
}

#[test]
fn creation_needs_its_argument_and_no_value() {
    for name in TOKENS {
        let (token, report) = Token::create(name, &supply(5));
        let token = token.unwrap();
        let code = token.chain.state.code(token.address);
        assert_eq!(*code, *hebe_contracts::binary(name), "{name}: the code without the arguments");
        assert_eq!(report.logs.len(), 1);

        for wrong in [vec![], section(&[]), section(&[1; 31])] {
            let (token, report) = Token::create(name, &wrong);
            assert!(token.is_none(), "{name}: {}", hex::encode(wrong));
            let reason = "the constructor's arguments are missing or malformed";
            assert_eq!(support::reason(&report.output), reason, "{name}");
        }
    }
}
