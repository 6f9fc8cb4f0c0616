//! What code is told of its message, its transaction and its block: each as a word, big-endian.

use super::super::{
    Check, Rule, Subject,
    evm::{Evm, op},
    host::Asked,
    programs::{OTHER, RECIPIENT, SENDER, WORD, address, word},
    scene::{GAS, Scene, Verdict, number, padded},
};
use hebe_host::{Address, Bytes32, Revision, U256};

/// A rule about an opcode that gives a word.
macro_rules! word {
    ($name:literal, $source:literal, $says:literal, $since:ident, $opcode:ident, $set:expr, $wanted:expr) => {
        Rule::must(
            $name,
            $source,
            $says,
            Check::Evm(|subject| {
                let code = Evm::new().op(op::$opcode).give_top();
                gives(subject, code, Revision::$since, $set, $wanted)
            }),
        )
        .since(Revision::$since)
    };
}

const COINBASE: Address = address(0xb0);
/// More than 32 bits of which no two bytes are alike.
const LONG: i64 = 0x0123_4567_89ab_cdef;

pub(super) const RULES: &[Rule] = &[
    word!(
        "address",
        "evmc.h, evmc_message::recipient (ABI 9: destination)",
        "ADDRESS is the message's recipient.",
        Frontier,
        ADDRESS,
        |_| (),
        padded(RECIPIENT)
    ),
    word!(
        "caller",
        "evmc.h, evmc_message::sender",
        "CALLER is the message's sender.",
        Frontier,
        CALLER,
        |_| (),
        padded(SENDER)
    ),
    word!(
        "callvalue",
        "evmc.h, evmc_message::value",
        "CALLVALUE is the message's value.",
        Frontier,
        CALLVALUE,
        |scene| scene.message.value = U256::from_big_endian(&WORD.0),
        WORD
    ),
    word!(
        "calldatasize",
        "evmc.h, evmc_message::input_size",
        "CALLDATASIZE is the size of the message's input.",
        Frontier,
        CALLDATASIZE,
        |scene| scene.message.input = &[1; 0x123],
        number(0x123)
    ),
    word!(
        "codesize",
        "evmc.h, evmc_execute_fn: code_size",
        "CODESIZE is the size of the code.",
        Frontier,
        CODESIZE,
        |_| (),
        number(9)
    ),
    Rule::must(
        "calldataload",
        "evmc.h, evmc_message::input_data",
        "CALLDATALOAD gives the input's bytes in their order, and zeros behind them.",
        Check::Evm(calldataload),
    ),
    word!(
        "origin",
        "evmc.h, evmc_tx_context::tx_origin",
        "ORIGIN is the host's tx_origin.",
        Frontier,
        ORIGIN,
        |scene| scene.host.tx.tx_origin = OTHER,
        padded(OTHER)
    ),
    word!(
        "gasprice",
        "evmc.h, evmc_tx_context::tx_gas_price",
        "GASPRICE is the host's tx_gas_price.",
        Frontier,
        GASPRICE,
        |scene| scene.host.tx.tx_gas_price = big(),
        WORD
    ),
    word!(
        "coinbase",
        "evmc.h, evmc_tx_context::block_coinbase",
        "COINBASE is the host's block_coinbase.",
        Frontier,
        COINBASE,
        |scene| scene.host.tx.block_coinbase = COINBASE,
        padded(COINBASE)
    ),
    word!(
        "timestamp",
        "evmc.h, evmc_tx_context::block_timestamp",
        "TIMESTAMP is the host's block_timestamp.",
        Frontier,
        TIMESTAMP,
        |scene| scene.host.tx.block_timestamp = LONG,
        number(LONG)
    ),
    word!(
        "number",
        "evmc.h, evmc_tx_context::block_number",
        "NUMBER is the host's block_number.",
        Frontier,
        NUMBER,
        |scene| scene.host.tx.block_number = LONG,
        number(LONG)
    ),
    word!(
        "gaslimit",
        "evmc.h, evmc_tx_context::block_gas_limit",
        "GASLIMIT is the host's block_gas_limit.",
        Frontier,
        GASLIMIT,
        |scene| scene.host.tx.block_gas_limit = LONG,
        number(LONG)
    ),
    word!(
        "difficulty",
        "evmc.h, evmc_tx_context::block_difficulty (since ABI 10: block_prev_randao)",
        "DIFFICULTY is the host's block_difficulty.",
        Frontier,
        PREVRANDAO,
        |scene| scene.host.tx.block_prev_randao = big(),
        WORD
    ),
    word!(
        "prevrandao",
        "EIP-4399",
        "PREVRANDAO is the host's block_prev_randao.",
        Paris,
        PREVRANDAO,
        |scene| scene.host.tx.block_prev_randao = big(),
        WORD
    ),
    word!(
        "chainid",
        "EIP-1344",
        "CHAINID is the host's chain_id.",
        Istanbul,
        CHAINID,
        |scene| scene.host.tx.chain_id = big(),
        WORD
    ),
    word!(
        "basefee",
        "EIP-3198",
        "BASEFEE is the host's block_base_fee.",
        London,
        BASEFEE,
        |scene| scene.host.tx.block_base_fee = big(),
        WORD
    ),
    word!(
        "blobbasefee",
        "EIP-7516",
        "BLOBBASEFEE is the host's blob_base_fee.",
        Cancun,
        BLOBBASEFEE,
        |scene| scene.host.tx.blob_base_fee = big(),
        WORD
    ),
    Rule::must(
        "blobhash",
        "EIP-4844; evmc.h, evmc_tx_context::blob_hashes",
        "BLOBHASH gives the host's blob_hashes by their index, and zero behind them.",
        Check::Evm(blobhash),
    )
    .since(Revision::Cancun),
    Rule::must(
        "blockhash",
        "evmc.h, evmc_get_block_hash_fn; Yellow Paper, appendix H",
        "BLOCKHASH gives the host's hash of one of the last 256 blocks; of others the host is not asked.",
        Check::Evm(blockhash),
    ),
    Rule::must(
        "gas-opcode",
        "Yellow Paper, appendix H",
        "GAS is the gas that is left behind it.",
        Check::Evm(gas),
    ),
];

fn big() -> U256 {
    U256::from_big_endian(&WORD.0)
}

fn gives(
    subject: &Subject,
    code: Vec<u8>,
    since: Revision,
    set: impl Fn(&mut Scene<'_>),
    wanted: Bytes32,
) -> Verdict {
    let mut scene = Scene::evm(code);
    scene.revision = scene.revision.max(since);
    set(&mut scene);
    scene.gives(&subject.vm()?, &wanted.0).map(drop)
}

fn calldataload(subject: &Subject) -> Verdict {
    let vm = subject.vm()?;
    let input = word(1).0;
    for start in [0, 1, 31, 32, 1000] {
        let mut scene = Scene::evm(Evm::new().number(start).op(op::CALLDATALOAD).give_top());
        scene.message.input = &input;
        let start = usize::try_from(start).unwrap_or_default();
        let mut wanted = input.get(start..).unwrap_or_default().to_vec();
        wanted.resize(32, 0);
        scene.gives(&vm, &wanted)?;
    }
    Ok(())
}

fn blobhash(subject: &Subject) -> Verdict {
    let vm = subject.vm()?;
    let hashes = [word(1), word(0x41)];
    for (index, wanted) in [(0, hashes[0]), (1, hashes[1]), (2, Bytes32::zero())] {
        let mut scene =
            Scene::evm(Evm::new().number(index).op(op::BLOBHASH).give_top()).at(Revision::Cancun);
        scene.host.tx.blob_hashes = hashes.into();
        scene.gives(&vm, &wanted.0)?;
    }
    Ok(())
}

fn blockhash(subject: &Subject) -> Verdict {
    let vm = subject.vm()?;
    const NOW: i64 = 1_000_000;
    for (asked, is_known) in [(NOW - 1, true), (NOW - 256, true), (NOW - 257, false), (NOW, false)]
    {
        let code = Evm::new().number(asked.unsigned_abs()).op(op::BLOCKHASH).give_top();
        let mut scene = Scene::evm(code);
        (scene.host.tx.block_number, scene.host.block_hash) = (NOW, WORD);
        if is_known {
            scene.gives(&vm, &WORD.0)?;
            scene.was_asked(&Asked::GetBlockHash(asked))?;
        } else {
            scene.gives(&vm, &[0; 32])?;
        }
    }
    Ok(())
}

fn gas(subject: &Subject) -> Verdict {
    const OPCODE: u8 = 0x5a;
    let mut scene = Scene::evm(Evm::new().number(0).op(OPCODE).give_top());
    scene.gives(&subject.vm()?, &number(GAS - 3 - 2).0).map(drop)
}
