//! The scenarios.

use crate::{A, B, C, Code, There, Twin, evm::Asm};
use hebe_host::{Address, Bytes32, Revision};
use hebe_testing::{create2_address, module};
use revm::bytecode::opcode::*;

/// Where things lie in a Wasm contract's memory: addresses of B and C, a value, a salt; a key and a word.
const FIRST: u32 = 0;
const SECOND: u32 = 32;
const VALUE: u32 = 64;
const SALT: u32 = 96;
const KEY: u32 = 128;
const WORD: u32 = 160;
const INIT: u32 = 1024;

const SALT_BYTES: Bytes32 = Bytes32::repeat_byte(0x5a);

/// A step of a contract, for both machines.
#[derive(Clone)]
struct Step(String, Asm);

fn step(wat: impl Into<String>, asm: Asm) -> Step {
    Step(wat.into(), asm)
}

fn asm() -> Asm {
    Asm::default()
}

/// A contract of these steps that sends `value` and creates with this init code.
fn contract(steps: &[Step], value: u64, init: (&[u8], &[u8])) -> Code {
    let data = |offset: u32, bytes: &[u8]| {
        let text: String = bytes.iter().map(|byte| format!("\\{byte:02x}")).collect();
        format!("(data (i32.const {offset}) \"{text}\")")
    };
    let fields = data(FIRST, B.as_bytes())
        + &data(SECOND, C.as_bytes())
        + &data(VALUE, &u128::from(value).to_le_bytes())
        + &data(SALT, SALT_BYTES.as_bytes())
        + &data(INIT, init.0);
    let body: String = steps.iter().map(|step| step.0.as_str()).collect();
    let mut code = Asm::new().memory(INIT.into(), init.1);
    for step in steps {
        code.0.extend(&step.1.0);
    }
    Code::Twins(module(&body, &fields), code)
}

fn plain(steps: &[Step]) -> Code {
    contract(steps, 0, (&[], &[]))
}

fn there(balance: u64, code: Code, storage: &[(u64, u64)]) -> There {
    There { balance, code, storage: storage.to_vec() }
}

/// Stores a small number at a small key.
fn store(key: u64, word: u64) -> Step {
    let wat = format!(
        "(i32.store8 (i32.const {}) (i32.const {key})) (i32.store8 (i32.const {}) (i32.const {word}))
         (call $storageStore (i32.const {KEY}) (i32.const {WORD}))",
        KEY + 31,
        WORD + 31
    );
    step(wat, asm().push(word).push(key).op(SSTORE))
}

/// Stores what a call gives: 1 where it succeeded.
fn store_success(key: u64, call: Step) -> Step {
    let wat = format!(
        "(i32.store8 (i32.const {}) (i32.const {key})) (i32.store8 (i32.const {}) (i32.eqz {}))
         (call $storageStore (i32.const {KEY}) (i32.const {WORD}))",
        KEY + 31,
        WORD + 31,
        call.0
    );
    let mut code = call.1;
    code = code.push(key).op(SSTORE);
    step(wat, code)
}

fn dropped(call: Step) -> Step {
    step(format!("(drop {})", call.0), call.1.op(POP))
}

fn load(key: u64) -> Step {
    let wat = format!(
        "(i32.store8 (i32.const {}) (i32.const {key}))
         (call $storageLoad (i32.const {KEY}) (i32.const 512))",
        KEY + 31
    );
    step(wat, asm().push(key).op(SLOAD).op(POP))
}

/// A call of the account whose address lies at `place`.
fn call(opcode: u8, place: u32, gas: u64) -> Step {
    let address = if place == FIRST { B } else { C };
    let (name, has_value) = match opcode {
        CALL => ("call", true),
        CALLCODE => ("callCode", true),
        DELEGATECALL => ("callDelegate", false),
        _ => ("callStatic", false),
    };
    call_with(opcode, name, (place, address), gas, has_value.then_some(0))
}

/// The same with the contract's value.
fn call_with(
    opcode: u8,
    name: &str,
    (place, address): (u32, Address),
    gas: u64,
    value: Option<u64>,
) -> Step {
    let (wat_value, asm_value) = match value {
        Some(value) => (
            format!("(i32.const {})", if value == 0 { 2048 } else { VALUE }),
            asm().push(0).push(0).push(0).push(0).push(value),
        ),
        None => (String::new(), asm().push(0).push(0).push(0).push(0)),
    };
    let wat = format!(
        "(call ${name} (i64.const {gas}) (i32.const {place}) {wat_value} (i32.const 0) (i32.const 0))"
    );
    step(wat, asm_value.address(address).push(gas).op(opcode))
}

fn revert() -> Step {
    step("(call $revert (i32.const 0) (i32.const 0))", asm().push(0).push(0).op(REVERT))
}

/// A log of 3 bytes, with so many topics, all of them zero.
fn log(topics: u8) -> Step {
    let wat = format!(
        "(call $log (i32.const 3000) (i32.const 3) (i32.const {topics})
           (i32.const 3000) (i32.const 3000) (i32.const 3000) (i32.const 3000))"
    );
    let code = (0..topics).fold(asm(), |code, _| code.push(0));
    step(wat, code.push(3).push(3000).op(LOG0 + topics))
}

fn twin(name: impl Into<String>, since: Revision, accounts: Vec<(Address, There)>) -> Twin {
    Twin { name: name.into(), since, accounts, differs: |_| 0, elsewhere: Vec::new() }
}

/// All of them.
pub(crate) fn all() -> Vec<Twin> {
    let all =
        [storage(), accounts(), calls(), creations(), transient(), destructs(), delegations()];
    all.into_iter().flatten().collect()
}

fn storage() -> Vec<Twin> {
    let mut twins = Vec::new();
    for (original, words) in [
        (0, &[0][..]),
        (0, &[3]),
        (0, &[2, 0]),
        (0, &[2, 3]),
        (1, &[1]),
        (1, &[0]),
        (1, &[3]),
        (1, &[0, 3]),
        (1, &[0, 1]),
        (1, &[2, 0]),
        (1, &[2, 1]),
        (1, &[2, 3]),
        (1, &[0, 3, 0]),
        (1, &[0, 1, 0]),
        (0, &[2, 0, 2]),
    ] {
        let steps: Vec<Step> = words.iter().map(|word| store(7, *word)).collect();
        let code = plain(&steps);
        let name = format!("{original} becomes {words:?}");
        twins.push(twin(name, Revision::Byzantium, vec![(A, there(0, code, &[(7, original)]))]));
    }
    let loads = plain(&[load(1), load(1), load(2), store(1, 9), load(1), store(3, 1), load(3)]);
    twins.push(twin("loads", Revision::Byzantium, vec![(A, there(0, loads, &[(1, 5)]))]));
    let logs = plain(&[log(0), log(1), log(4)]);
    twins.push(twin("logs", Revision::Byzantium, vec![(A, there(0, logs, &[]))]));
    twins
}

/// Questions about other accounts, twice each: of one that is there, and one that is not.
fn accounts() -> Vec<Twin> {
    let asks = |since, name: &str, wat: &dyn Fn(u32) -> String, code: &dyn Fn(Address) -> Asm| {
        let steps: Vec<Step> = [(FIRST, B), (FIRST, B), (SECOND, C), (SECOND, C)]
            .iter()
            .map(|(place, address)| step(wat(*place), code(*address)))
            .collect();
        let accounts = vec![(A, there(9, plain(&steps), &[])), (B, there(5, plain(&[]), &[]))];
        twin(name, since, accounts)
    };
    let mut twins = vec![
        asks(
            Revision::Byzantium,
            "balances",
            &|place| format!("(call $getExternalBalance (i32.const {place}) (i32.const 512))"),
            &|address| asm().address(address).op(BALANCE).op(POP),
        ),
        asks(
            Revision::Byzantium,
            "code sizes",
            &|place| format!("(drop (call $getExternalCodeSize (i32.const {place})))"),
            &|address| asm().address(address).op(EXTCODESIZE).op(POP),
        ),
        asks(
            Revision::Byzantium,
            "copies of code",
            &|place| {
                format!(
                    "(call $externalCodeCopy (i32.const {place}) (i32.const 512) (i32.const 0) (i32.const 0))"
                )
            },
            &|address| asm().push(0).push(0).push(512).address(address).op(EXTCODECOPY),
        ),
        asks(
            Revision::Petersburg,
            "code hashes",
            &|place| format!("(call $getExternalCodeHash (i32.const {place}) (i32.const 512))"),
            &|address| asm().address(address).op(EXTCODEHASH).op(POP),
        ),
    ];
    // What a frame knows anyway.
    let own = [
        ("(call $getAddress (i32.const 512))", ADDRESS),
        ("(call $getCaller (i32.const 512))", CALLER),
        ("(call $getTxOrigin (i32.const 512))", ORIGIN),
        ("(call $getCallValue (i32.const 512))", CALLVALUE),
        ("(drop (call $getCallDataSize))", CALLDATASIZE),
        ("(drop (call $getCodeSize))", CODESIZE),
        ("(drop (call $getReturnDataSize))", RETURNDATASIZE),
        ("(call $getBlockCoinbase (i32.const 512))", COINBASE),
        ("(drop (call $getBlockNumber))", NUMBER),
        ("(drop (call $getBlockTimestamp))", TIMESTAMP),
        ("(drop (call $getBlockGasLimit))", GASLIMIT),
        ("(call $getTxGasPrice (i32.const 512))", GASPRICE),
        ("(call $getBlockDifficulty (i32.const 512))", DIFFICULTY),
        ("(drop (call $getGasLeft))", GAS),
    ];
    let steps = own.map(|(wat, opcode)| step(wat, asm().op(opcode).op(POP)));
    let steps: Vec<Step> = steps.into();
    twins.push(twin("the frame", Revision::Byzantium, vec![(A, there(0, plain(&steps), &[]))]));
    for (since, wat, opcode) in [
        (Revision::Istanbul, "(call $getChainId (i32.const 512))", CHAINID),
        (Revision::Istanbul, "(call $getSelfBalance (i32.const 512))", SELFBALANCE),
        (Revision::London, "(call $getBaseFee (i32.const 512))", BASEFEE),
        (Revision::Paris, "(call $getPrevRandao (i32.const 512))", DIFFICULTY),
        (Revision::Cancun, "(call $getBlobBaseFee (i32.const 512))", BLOBBASEFEE),
    ] {
        let code = plain(&[step(wat, asm().op(opcode).op(POP))]);
        twins.push(twin(wat, since, vec![(A, there(3, code, &[]))]));
    }
    let blob = step(
        "(call $getBlobHash (i32.const 0) (i32.const 512))",
        asm().push(0).op(BLOBHASH).op(POP),
    );
    twins.push(twin("no blob", Revision::Cancun, vec![(A, there(0, plain(&[blob]), &[]))]));
    // A copy of 33 bytes is two words.
    let copy = step(
        "(call $codeCopy (i32.const 512) (i32.const 0) (i32.const 33))",
        asm().push(33).push(0).push(512).op(CODECOPY),
    );
    twins.push(twin("a copy", Revision::Byzantium, vec![(A, there(0, plain(&[copy]), &[]))]));
    // 800 instead of 20 (EEI revision 4).
    let hash = step(
        "(drop (call $getBlockHash (i64.const 299) (i32.const 160)))
         (call $storageStore (i32.const 2048) (i32.const 160))",
        asm().push(299).op(BLOCKHASH).push(0).op(SSTORE),
    );
    twins.push(Twin {
        differs: |_| 800 - 20,
        ..twin("a block's hash", Revision::Byzantium, vec![(A, there(0, plain(&[hash]), &[]))])
    });
    twins
}

fn calls() -> Vec<Twin> {
    let mut twins = Vec::new();
    // Each kind of call, of each kind of callee, twice.
    let callees = [
        ("nothing", vec![]),
        ("a store", vec![store(1, 4), log(1)]),
        ("a revert", vec![store(1, 4), log(1), revert()]),
        ("a restored word", vec![store(2, 0), store(2, 8)]),
        ("a cleared word", vec![store(2, 0)]),
    ];
    for (name, steps) in callees {
        for (kind, opcode) in [
            ("call", CALL),
            ("callCode", CALLCODE),
            ("callDelegate", DELEGATECALL),
            ("callStatic", STATICCALL),
        ] {
            let body = [
                store_success(11, call(opcode, FIRST, 60_000)),
                store_success(12, call(opcode, FIRST, 60_000)),
            ];
            let accounts = vec![
                (A, there(9, plain(&body), &[(2, 8)])),
                (B, there(0, plain(&steps), &[(2, 8)])),
            ];
            twins.push(twin(format!("{kind} of {name}"), Revision::Byzantium, accounts));
        }
    }
    // Value: to a contract, to somebody, to nobody, and more than there is.
    for (name, value, code, balance) in [
        ("a contract", 7, Some(plain(&[log(0)])), 9),
        ("somebody", 7, Some(Code::None), 9),
        ("nobody", 7, None, 9),
        ("a contract, more than there is", 7, Some(plain(&[log(0)])), 6),
        // A stipend is too little for a store: 2,300.
        ("a store", 7, Some(plain(&[store(1, 1)])), 9),
    ] {
        for (kind, opcode) in [("call", CALL), ("callCode", CALLCODE)] {
            let send = call_with(opcode, kind, (FIRST, B), 0, Some(value));
            let body = contract(&[store_success(1, send)], value, (&[], &[]));
            let mut accounts = vec![(A, there(balance, body, &[]))];
            accounts.extend(code.clone().map(|code| (B, there(1, code, &[]))));
            // A stipend is a gift to the callee: where there is none, the EVM gives it back to the caller, and the
            // interface does not.
            let differs = if balance < value { |_| 2_300 } else { |_| 0 };
            let name = format!("{kind} with value to {name}");
            twins.push(Twin { differs, ..twin(name, Revision::Byzantium, accounts) });
        }
    }
    // What a reverted call has accessed is cold again.
    let inner = plain(&[dropped(call(STATICCALL, SECOND, 0)), load(1), revert()]);
    let outer = plain(&[
        dropped(call(DELEGATECALL, FIRST, 60_000)),
        load(1),
        dropped(call(STATICCALL, SECOND, 0)),
    ]);
    let accounts = vec![(A, there(0, outer, &[])), (B, there(0, inner, &[]))];
    twins.push(twin("access in a reverted call", Revision::Byzantium, accounts));
    twins
}

/// Bytes of a word, rounded up.
fn word_count(bytes: usize) -> i64 {
    i64::try_from(bytes.div_ceil(32)).expect("it is small")
}

/// Init code that stores something and deploys nothing.
fn init_code() -> (Vec<u8>, Vec<u8>) {
    match plain(&[store(1, 6)]) {
        Code::Twins(wasm, Asm(evm)) => (wasm, evm),
        _ => unreachable!("it has two forms"),
    }
}

/// How many words longer the Wasm init code is.
fn longer() -> i64 {
    let (wasm, evm) = init_code();
    word_count(wasm.len()) - word_count(evm.len())
}

fn init_word(revision: Revision) -> i64 {
    if revision >= Revision::Shanghai { 2 } else { 0 }
}

fn creations() -> Vec<Twin> {
    let (wasm, evm) = init_code();
    let (wasm_length, evm_length) = (wasm.len(), evm.len() as u64);
    let create = |value: u32| {
        step(
            format!(
                "(call $create (i32.const {value}) (i32.const {INIT}) (i32.const {wasm_length}) (i32.const 700))"
            ),
            asm()
                .push(evm_length)
                .push(INIT.into())
                .push(if value == VALUE { 3 } else { 0 })
                .op(CREATE),
        )
    };
    let create2 = step(
        format!(
            "(call $create2 (i32.const {VALUE}) (i32.const {INIT}) (i32.const {wasm_length}) (i32.const {SALT})
               (i32.const 700))"
        ),
        asm()
            .memory(SALT.into(), SALT_BYTES.as_bytes())
            .push(SALT.into())
            .op(MLOAD)
            .push(evm_length)
            .push(INIT.into())
            .push(3)
            .op(CREATE2),
    );
    let accounts =
        |steps: &[Step], balance| vec![(A, there(balance, contract(steps, 3, (&wasm, &evm)), &[]))];
    let elsewhere =
        vec![(create2_address(A, SALT_BYTES, &evm), create2_address(A, SALT_BYTES, &wasm))];
    vec![
        Twin {
            differs: |revision| longer() * init_word(revision),
            ..twin("create", Revision::Byzantium, accounts(&[dropped(create(VALUE))], 9))
        },
        Twin {
            differs: |revision| 2 * longer() * init_word(revision),
            ..twin(
                "create twice",
                Revision::Byzantium,
                accounts(&[dropped(create(2048)), dropped(create(VALUE))], 9),
            )
        },
        Twin {
            differs: |revision| longer() * init_word(revision),
            ..twin(
                "create with more than there is",
                Revision::Byzantium,
                accounts(&[dropped(create(VALUE))], 2),
            )
        },
        Twin {
            differs: |revision| longer() * (init_word(revision) + 6),
            elsewhere: elsewhere.clone(),
            ..twin("create2", Revision::Petersburg, accounts(&[dropped(create2)], 9))
        },
    ]
}

fn transient() -> Vec<Twin> {
    // The key is 0, and the word what lies at 64: a value, of 16 bytes.
    let put = step(
        "(call $transientStore (i32.const 2048) (i32.const 96))",
        asm()
            .memory(SALT.into(), SALT_BYTES.as_bytes())
            .push(SALT.into())
            .op(MLOAD)
            .push(0)
            .op(TSTORE),
    );
    let get = step(
        "(call $transientLoad (i32.const 2048) (i32.const 600))
         (call $storageStore (i32.const 2048) (i32.const 600))",
        asm().push(0).op(TLOAD).push(0).op(SSTORE),
    );
    let mut twins = Vec::new();
    for (name, before, inner) in [
        ("nothing", vec![], vec![]),
        ("what was put", vec![put.clone()], vec![]),
        ("what a delegate put", vec![dropped(call(DELEGATECALL, FIRST, 9_000))], vec![put.clone()]),
        (
            "what a delegate put and undid",
            vec![dropped(call(DELEGATECALL, FIRST, 9_000))],
            vec![put.clone(), revert()],
        ),
        ("what another has", vec![dropped(call(CALL, FIRST, 9_000))], vec![put.clone()]),
        ("what a static call can't put", vec![dropped(call(STATICCALL, FIRST, 9_000))], vec![put]),
    ] {
        let steps = [before, vec![get.clone()]].concat();
        let accounts = vec![(A, there(0, plain(&steps), &[])), (B, there(0, plain(&inner), &[]))];
        twins.push(twin(format!("transient storage: {name}"), Revision::Cancun, accounts));
    }
    twins
}

fn destructs() -> Vec<Twin> {
    let mut twins = Vec::new();
    let destruct = step("(call $selfDestruct (i32.const 0))", asm().address(B).op(SELFDESTRUCT));
    for (name, balance, beneficiary) in [
        ("rich, to somebody", 7, Some(1)),
        ("rich, to nobody", 7, None),
        ("poor, to somebody", 0, Some(1)),
        ("poor, to nobody", 0, None),
    ] {
        let mut accounts =
            vec![(A, there(balance, plain(std::slice::from_ref(&destruct)), &[(1, 1)]))];
        accounts.extend(beneficiary.map(|balance| (B, there(balance, Code::None, &[]))));
        twins.push(twin(format!("self-destruct: {name}"), Revision::Byzantium, accounts));
    }
    // Called twice, and only the first one counts.
    let body = [
        store_success(1, call(CALL, SECOND, 60_000)),
        store_success(2, call(CALL, SECOND, 60_000)),
    ];
    let accounts = vec![
        (A, there(0, plain(&body), &[])),
        (B, there(1, Code::None, &[])),
        (C, there(5, plain(&[destruct]), &[])),
    ];
    twins.push(twin("self-destruct: twice", Revision::Byzantium, accounts));
    twins
}

/// Accounts that have delegated (EIP-7702).
fn delegations() -> Vec<Twin> {
    let to = |address: Address| Code::Same([&[0xef, 0x01, 0x00], address.as_bytes()].concat());
    let mut twins = Vec::new();
    for (name, target, delegate) in [
        ("a contract", C, plain(&[store(1, 5), log(0)])),
        ("a reverting contract", C, plain(&[store(1, 5), revert()])),
        ("nobody", Address::repeat_byte(0x99), Code::None),
        ("a precompile", Address::from_low_u64_be(4), Code::None),
        ("one that has delegated", C, to(A)),
        ("itself", B, Code::None),
    ] {
        for (kind, opcode) in [
            ("call", CALL),
            ("callCode", CALLCODE),
            ("callDelegate", DELEGATECALL),
            ("callStatic", STATICCALL),
        ] {
            let body = [
                store_success(11, call(opcode, FIRST, 60_000)),
                store_success(12, call(opcode, FIRST, 60_000)),
                dropped(call(STATICCALL, SECOND, 0)),
            ];
            let accounts = vec![
                (A, there(9, plain(&body), &[])),
                (B, there(0, to(target), &[])),
                (C, there(0, delegate.clone(), &[])),
            ];
            let name = format!("{kind} of one that has delegated to {name}");
            twins.push(twin(name, Revision::Prague, accounts));
        }
    }
    twins
}
