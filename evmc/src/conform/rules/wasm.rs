//! What contracts in WebAssembly are told, by the Ethereum Environment Interface.

use super::super::{
    Check, Code, Rule, Subject,
    programs::{OTHER, RECIPIENT, SENDER, WORD, address, word},
    scene::{GAS, Scene, Verdict},
    wasm::{Arg, Keep, Wasm},
};
use hebe_host::{Address, StatusCode};

const EEI: &str = "Ethereum Environment Interface";
const COINBASE: Address = address(0xb0);
const LONG: i64 = 0x0123_4567_89ab_cdef;
const WEI: u128 = 0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10;

pub(super) const RULES: &[Rule] = &[
    Rule::must(
        "wasm-addresses",
        EEI,
        "getAddress, getCaller, getTxOrigin and getBlockCoinbase give the bytes that the host gives.",
        Check::Wasm(addresses),
    ),
    Rule::must(
        "wasm-numbers",
        EEI,
        "getBlockNumber, getBlockTimestamp and getBlockGasLimit give the host's numbers.",
        Check::Wasm(numbers),
    ),
    Rule::must(
        "wasm-wei",
        EEI,
        "getCallValue and getTxGasPrice give 128 bits, little-endian.",
        Check::Wasm(wei),
    ),
    Rule::must(
        "wasm-sizes",
        EEI,
        "getCallDataSize, getCodeSize and getExternalCodeSize give sizes.",
        Check::Wasm(sizes),
    ),
    Rule::must(
        "wasm-block-hash",
        EEI,
        "getBlockHash gives the host's hash.",
        Check::Wasm(block_hash),
    ),
    Rule::must("wasm-use-gas", EEI, "useGas takes the gas that it is told.", Check::Wasm(use_gas)),
    Rule::should(
        "wasm-unreachable",
        "evmc.h, EVMC_WASM_UNREACHABLE_INSTRUCTION",
        "`unreachable` ends as WASM_UNREACHABLE_INSTRUCTION.",
        Check::Wasm(|subject| {
            status(
                subject,
                Wasm::default().unreachable().code(),
                StatusCode::WasmUnreachableInstruction,
            )
        }),
    ),
    Rule::should(
        "wasm-not-valid",
        "evmc.h, EVMC_CONTRACT_VALIDATION_FAILURE",
        "A module that is not valid ends as CONTRACT_VALIDATION_FAILURE.",
        Check::Wasm(|subject| {
            status(subject, b"\0asm\x01\0\0\0\xff".to_vec(), StatusCode::ContractValidationFailure)
        }),
    ),
    Rule::should(
        "wasm-out-of-bounds",
        "evmc.h, EVMC_INVALID_MEMORY_ACCESS",
        "A range outside memory, given to the interface, ends as INVALID_MEMORY_ACCESS.",
        Check::Wasm(|subject| {
            let args = [Arg::I32(-1), Arg::I32(1)];
            let code = Wasm::default().call("finish", &args, Keep::Nothing).code();
            status(subject, code, StatusCode::InvalidMemoryAccess)
        }),
    ),
];

/// Runs a contract that writes into the first bytes of memory, and gives these.
fn gives(
    subject: &Subject,
    code: Wasm,
    set: impl FnOnce(&mut Scene<'_>),
    wanted: &[u8],
) -> Verdict {
    let size = i32::try_from(wanted.len()).unwrap_or(i32::MAX);
    let code = code.call("finish", &[Arg::I32(0), Arg::I32(size)], Keep::Nothing).code();
    let mut scene = Scene::new(Code::Wasm, code);
    set(&mut scene);
    scene.gives(&subject.vm()?, wanted).map(drop)
}

fn addresses(subject: &Subject) -> Verdict {
    let functions = ["getAddress", "getCaller", "getTxOrigin", "getBlockCoinbase"];
    let code = (0..).zip(functions).fold(Wasm::default(), |code, (place, name)| {
        code.call(name, &[Arg::I32(place * 20)], Keep::Nothing)
    });
    let set = |scene: &mut Scene<'_>| {
        (scene.host.tx.tx_origin, scene.host.tx.block_coinbase) = (OTHER, COINBASE);
    };
    gives(subject, code, set, &[RECIPIENT.0, SENDER.0, OTHER.0, COINBASE.0].concat())
}

fn numbers(subject: &Subject) -> Verdict {
    let functions = ["getBlockNumber", "getBlockTimestamp", "getBlockGasLimit"];
    let code = (0..)
        .zip(functions)
        .fold(Wasm::default(), |code, (place, name)| code.call(name, &[], Keep::Long(place * 8)));
    let values = [LONG, LONG + 1, LONG + 2];
    let set = |scene: &mut Scene<'_>| {
        let tx = &mut scene.host.tx;
        [tx.block_number, tx.block_timestamp, tx.block_gas_limit] = values;
    };
    gives(subject, code, set, &values.map(i64::to_le_bytes).concat())
}

fn wei(subject: &Subject) -> Verdict {
    let code = Wasm::default().call("getCallValue", &[Arg::I32(0)], Keep::Nothing).call(
        "getTxGasPrice",
        &[Arg::I32(16)],
        Keep::Nothing,
    );
    let set = |scene: &mut Scene<'_>| {
        scene.message.value = WEI.into();
        scene.host.tx.tx_gas_price = (WEI + 1).into();
    };
    gives(subject, code, set, &[WEI.to_le_bytes(), (WEI + 1).to_le_bytes()].concat())
}

fn sizes(subject: &Subject) -> Verdict {
    let code = Wasm::new([[0; 20], OTHER.0].concat())
        .call("getCallDataSize", &[], Keep::Word(0))
        .call("getExternalCodeSize", &[Arg::I32(20)], Keep::Word(4));
    let set = |scene: &mut Scene<'_>| {
        scene.message.input = &[1; 0x123];
        scene.host.codes.insert(OTHER, vec![0; 0x456]);
    };
    gives(subject, code, set, &[0x123_u32.to_le_bytes(), 0x456_u32.to_le_bytes()].concat())?;
    let end = [Arg::I32(0), Arg::I32(4)];
    let code =
        Wasm::default().call("getCodeSize", &[], Keep::Word(0)).call("finish", &end, Keep::Nothing);
    let mut scene = Scene::new(Code::Wasm, code.code());
    let size = u32::try_from(scene.code.len()).unwrap_or_default();
    scene.gives(&subject.vm()?, &size.to_le_bytes()).map(drop)
}

fn block_hash(subject: &Subject) -> Verdict {
    let code = Wasm::default().call("getBlockHash", &[Arg::I64(999), Arg::I32(1)], Keep::Byte(0));
    let set = |scene: &mut Scene<'_>| {
        (scene.host.tx.block_number, scene.host.block_hash) = (1_000, word(1));
    };
    gives(subject, code, set, &[&[0][..], &word(1).0].concat())?;
    // One that there is not yet.
    let code =
        Wasm::new(WORD.0).call("getBlockHash", &[Arg::I64(1_001), Arg::I32(1)], Keep::Byte(0));
    gives(subject, code, |scene| scene.host.tx.block_number = 1_000, &[1])
}

fn use_gas(subject: &Subject) -> Verdict {
    let vm = subject.vm()?;
    let program = |gas| Wasm::default().call("useGas", &[Arg::I64(gas)], Keep::Nothing).code();
    let left = |gas: i64| -> Result<i64, String> {
        Ok(Scene::new(Code::Wasm, program(gas)).succeeds(&vm)?.gas_left)
    };
    let (less, more) = (left(10_000)?, left(110_000)?);
    let mut scene = Scene::new(Code::Wasm, program(GAS));
    scene.equal("the gas for 100,000 more", 100_000, less - more)?;
    scene.ends(&vm, StatusCode::OutOfGas).map(drop)
}

fn status(subject: &Subject, code: Vec<u8>, status: StatusCode) -> Verdict {
    Scene::new(Code::Wasm, code).ends(&subject.vm()?, status).map(drop)
}
