//! The main operations of the contracts in Rust, each on a chain that was set up for it.
//!
//! An operation runs on a copy of that chain, so that it can be repeated; the time that copying takes is measured
//! too, and taken off.

use crate::{ENGINES, show, thousands, time, vm};
use hebe_host::{Address, Revision, StatusCode, U256};
use hebe_testing::{Account, Chain, Report, Transaction, keccak256};
use hebe_vm::Vm;
use std::hint::black_box;

const ALICE: Address = Address::repeat_byte(0xa1);
const BOB: Address = Address::repeat_byte(0xb2);
const ETHER: u64 = 1_000_000_000_000_000_000;

/// A chain on its way to an operation.
struct World<'a> {
    chain: Chain,
    vm: &'a Vm,
}

fn word(number: u64) -> [u8; 32] {
    U256::from(number).to_big_endian()
}

fn address(address: Address) -> [u8; 32] {
    let mut word = [0; 32];
    word[12..].copy_from_slice(address.as_bytes());
    word
}

/// Call data of a function, its arguments as words.
fn data(signature: &str, words: &[[u8; 32]]) -> Vec<u8> {
    [&keccak256(signature.as_bytes())[..4], words.as_flattened()].concat()
}

fn transaction(from: Address, to: Option<Address>, input: Vec<u8>, value: u64) -> Transaction {
    Transaction { from, to, input, value: U256::from(value), gas: 1 << 40, is_static: false }
}

fn call(to: Address, signature: &str, words: &[[u8; 32]]) -> Transaction {
    transaction(ALICE, Some(to), data(signature, words), 0)
}

/// A contract with its constructor's arguments, ready to be created.
fn creation(name: &str, words: &[[u8; 32]]) -> Transaction {
    let arguments = words.as_flattened();
    let mut input = hebe_contracts::binary(name);
    input.push(0);
    let mut size = 10 + arguments.len() + 4;
    while size >= 0x80 {
        input.push(u8::try_from(size & 0x7f).expect("seven bits") | 0x80);
        size >>= 7;
    }
    input.push(u8::try_from(size).expect("seven bits"));
    input.push(9);
    input.extend(b"arguments");
    input.extend(arguments);
    input.extend(u32::try_from(arguments.len()).expect("they are few").to_le_bytes());
    transaction(ALICE, None, input, 0)
}

impl World<'_> {
    fn run(&mut self, transaction: &Transaction) -> Report {
        let report = self.chain.run(self.vm, transaction);
        assert_eq!(report.status, StatusCode::Success, "{report:?}");
        report
    }

    fn create(&mut self, name: &str, words: &[[u8; 32]]) -> Address {
        self.run(&creation(name, words)).created.expect("it was created")
    }

    fn call(&mut self, to: Address, signature: &str, words: &[[u8; 32]]) {
        self.run(&call(to, signature, words));
    }

    fn deposit(&mut self, vault: Address) {
        self.run(&transaction(ALICE, Some(vault), data("deposit()", &[]), ETHER));
    }

    /// A thing that belongs to Alice.
    fn thing(&mut self) -> Address {
        // Two texts: "Name" and "N".
        let text = |text: &[u8]| {
            let mut word = [0; 32];
            word[..text.len()].copy_from_slice(text);
            word
        };
        let words = [word(64), word(128), word(4), text(b"Name"), word(1), text(b"N")];
        let thing = self.create("erc721", &words);
        self.call(thing, "mint(address,uint256)", &[address(ALICE), word(7)]);
        thing
    }

    /// A wallet of Alice and Bob, both of whom must agree, with an ether.
    fn wallet(&mut self) -> Address {
        let words = [word(64), word(2), word(2), address(ALICE), address(BOB)];
        let wallet = self.create("multisig", &words);
        self.run(&transaction(ALICE, Some(wallet), Vec::new(), ETHER));
        wallet
    }

    /// A pool with both tokens in it, and its first token.
    fn pool(&mut self) -> (Address, Address) {
        let tokens = [0; 2].map(|_| self.create("erc20_rust", &[word(ETHER)]));
        let pool = self.create("pool", &tokens.map(address));
        for token in tokens {
            self.call(token, "approve(address,uint256)", &[address(pool), [0xff; 32]]);
        }
        self.call(pool, "add(uint256,uint256)", &[word(1_000_000), word(1_000_000)]);
        (pool, tokens[0])
    }
}

/// `propose(BOB, 1 wei, no data)`
const PROPOSE: &str = "propose(address,uint128,bytes)";

fn proposal() -> [[u8; 32]; 4] {
    [address(BOB), word(1), word(96), word(0)]
}

/// Sets a chain up, and gives the transaction to be measured.
type Setup = fn(&mut World<'_>) -> Transaction;

const OPERATIONS: &[(&str, &str, Setup)] = &[
    ("erc721", "create", |_| creation("erc721", &[word(64), word(96), word(0), word(0)])),
    ("erc721", "mint", |world| {
        let thing = world.thing();
        call(thing, "mint(address,uint256)", &[address(ALICE), word(8)])
    }),
    ("erc721", "transferFrom", |world| {
        let thing = world.thing();
        let words = [address(ALICE), address(BOB), word(7)];
        call(thing, "transferFrom(address,address,uint256)", &words)
    }),
    ("multisig", "create, two owners", |_| {
        let words = [word(64), word(2), word(2), address(ALICE), address(BOB)];
        creation("multisig", &words)
    }),
    ("multisig", "propose", |world| call(world.wallet(), PROPOSE, &proposal())),
    ("multisig", "confirm", |world| {
        let wallet = world.wallet();
        world.call(wallet, PROPOSE, &proposal());
        transaction(BOB, Some(wallet), data("confirm(uint32)", &[word(0)]), 0)
    }),
    ("multisig", "execute", |world| {
        let wallet = world.wallet();
        world.call(wallet, PROPOSE, &proposal());
        world.run(&transaction(BOB, Some(wallet), data("confirm(uint32)", &[word(0)]), 0));
        call(wallet, "execute(uint32)", &[word(0)])
    }),
    ("pool", "create", |_| creation("pool", &[address(ALICE), address(BOB)])),
    ("pool", "add", |world| {
        let (pool, _) = world.pool();
        call(pool, "add(uint256,uint256)", &[word(1_000), word(1_000)])
    }),
    ("pool", "swap", |world| {
        let (pool, token) = world.pool();
        let words = [address(token), word(1_000), word(0)];
        call(pool, "swap(address,uint256,uint256)", &words)
    }),
    ("pool", "remove", |world| {
        let (pool, _) = world.pool();
        call(pool, "remove(uint256)", &[word(1_000)])
    }),
    ("factory", "make: a token", |world| {
        let token = world.create("erc20_rust", &[word(1)]);
        let factory = world.create("factory", &[address(token)]);
        call(factory, "make(uint256)", &[word(1_000)])
    }),
    ("proxy", "deposit, by the vault's code", |world| {
        let vault = world.create("vault", &[]);
        let proxy = world.create("proxy", &[address(vault)]);
        transaction(ALICE, Some(proxy), data("deposit()", &[]), ETHER)
    }),
    ("vault", "deposit", |world| {
        let vault = world.create("vault", &[]);
        transaction(ALICE, Some(vault), data("deposit()", &[]), ETHER)
    }),
    ("vault", "withdraw", |world| {
        let vault = world.create("vault", &[]);
        world.deposit(vault);
        call(vault, "withdraw(uint128)", &[word(ETHER / 2)])
    }),
    ("attacker", "attack, refused once", |world| {
        let vault = world.create("vault", &[]);
        let attacker = world.create("attacker", &[]);
        let words = [address(vault), word(0), word(1)];
        let input = data("attack(address,bool,uint8)", &words);
        transaction(ALICE, Some(attacker), input, 1_000)
    }),
];

pub fn table() {
    print!("| contract | bytes | operation | gas |");
    ENGINES.iter().for_each(|engine| print!(" {engine} |"));
    println!();
    println!("|---|---|---|---|{}", "---|".repeat(ENGINES.len()));
    for (name, what, setup) in OPERATIONS {
        let size = thousands(hebe_contracts::binary(name).len());
        print!("| `{name}` | {size} | {what} |");
        let mut expected = None;
        for engine in ENGINES {
            let vm = vm(engine);
            let rich = Account { balance: U256::from(ETHER) * 10, ..Account::default() };
            let people = [ALICE, BOB].map(|person| (person, rich.clone())).into();
            let chain = Chain::new(Revision::Byzantium, people);
            let mut world = World { chain, vm: &vm };
            let transaction = setup(&mut world);
            let gas = World { chain: world.chain.clone(), vm: &vm }.run(&transaction).gas_used;
            match expected {
                None => print!(" {} |", thousands(gas)),
                Some(expected) => assert_eq!(gas, expected, "{name}, {what}: gas on {engine}"),
            }
            expected = Some(gas);
            let copying = time(|| drop(black_box(world.chain.clone())));
            let all = time(|| drop(black_box(world.chain.clone().run(&vm, &transaction))));
            print!(" {} |", show(all.saturating_sub(copying)));
        }
        println!();
    }
}
