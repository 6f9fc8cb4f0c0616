//! Accounts, storage and logs: what the host is asked, and what becomes of its answers.

use super::super::{
    Check, Code, Rule, Subject,
    evm::{Evm, op},
    host::Asked,
    programs::{KEY, OTHER, RECIPIENT, WORD, word},
    scene::{GAS, Scene, Verdict, number},
};
use hebe_host::{Revision, StorageStatus, U256};

pub(super) const RULES: &[Rule] = &[
    Rule::must("sload", "evmc.h, evmc_get_storage_fn",
        "A load asks the host for the word at this key of the recipient, and gives it.",
        Check::Each(load)),
    Rule::must("sstore", "evmc.h, evmc_set_storage_fn",
        "A store hands the key and the word to the host, for the recipient.", Check::Each(store)),
    Rule::must("sstore-gas", "EIP-2200, EIP-2929; evmc.h, evmc_storage_status",
        "What a store costs goes by the status that the host answers with.", Check::Evm(store_gas)),
    Rule::must("sstore-refund", "EIP-3529; evmc.h, evmc_storage_status",
        "What a store refunds goes by the status that the host answers with.", Check::Evm(store_refund))
        .abis(10..=18),
    Rule::must("sstore-guard", "EIP-2200",
        "A store with 2,300 gas or less runs out of gas, and the host is not asked.",
        Check::Evm(store_guard)),
    Rule::must("balance", "evmc.h, evmc_get_balance_fn",
        "A balance is asked for by the account's address, and given as the host gives it.",
        Check::Each(balance)),
    Rule::must("selfbalance", "EIP-1884",
        "SELFBALANCE is the recipient's balance.", Check::Evm(selfbalance)).since(Revision::Istanbul),
    Rule::must("extcodesize", "evmc.h, evmc_get_code_size_fn",
        "EXTCODESIZE gives the size that the host gives.", Check::Evm(extcodesize)),
    Rule::must("extcodehash", "evmc.h, evmc_get_code_hash_fn; EIP-1052",
        "EXTCODEHASH gives the hash that the host gives.", Check::Evm(extcodehash))
        .since(Revision::Petersburg),
    Rule::must("extcodecopy", "evmc.h, evmc_copy_code_fn",
        "EXTCODECOPY copies from the place that it is told, and fills up with zeros.", Check::Evm(extcodecopy)),
    Rule::must("cold-account", "EIP-2929; evmc.h, evmc_access_account_fn",
        "An account that the host calls cold costs 2,500 more than a warm one.", Check::Evm(cold_account))
        .since(Revision::Berlin),
    Rule::must("cold-storage", "EIP-2929; evmc.h, evmc_access_storage_fn",
        "A word that the host calls cold costs 2,000 more to load than a warm one.", Check::Evm(cold_storage))
        .since(Revision::Berlin),
    Rule::must("tload", "EIP-1153; evmc.h, evmc_get_transient_storage_fn",
        "TLOAD gives the word that the host gives.", Check::Evm(tload)).since(Revision::Cancun),
    Rule::must("tstore", "EIP-1153; evmc.h, evmc_set_transient_storage_fn",
        "TSTORE hands the key and the word to the host.", Check::Evm(tstore)).since(Revision::Cancun),
    Rule::must("log", "evmc.h, evmc_emit_log_fn",
        "A log has the recipient's address, its data, and its topics in their order.", Check::Each(log)),
    Rule::must("log-topics", "evmc.h, evmc_emit_log_fn",
        "LOG0 to LOG4 have as many topics as their names say.", Check::Evm(topics)),
    Rule::must("selfdestruct", "evmc.h, evmc_selfdestruct_fn",
        "A self-destruct hands the recipient and the beneficiary to the host, and ends the execution.",
        Check::Each(selfdestruct)),
    Rule::must("selfdestruct-refund", "evmc.h, evmc_selfdestruct_fn; EIP-3529",
        "Up to Berlin, a self-destruct that the host calls the first refunds 24,000, and no other does.",
        Check::Evm(selfdestruct_refund)).abis(10..=18),
];

fn load(subject: &Subject, code: Code) -> Verdict {
    let mut scene = Scene::new(code, code.loads());
    scene.host.storage.insert((RECIPIENT, KEY), WORD);
    scene.gives(&subject.vm()?, &WORD.0)?;
    scene.was_asked(&Asked::GetStorage(RECIPIENT, KEY))
}

fn store(subject: &Subject, code: Code) -> Verdict {
    let mut scene = Scene::new(code, code.stores());
    scene.host.stored = StorageStatus::Added;
    scene.gives(&subject.vm()?, b"")?;
    scene.was_asked(&Asked::SetStorage(RECIPIENT, KEY, WORD))
}

/// Statuses, what they cost at London where the word is warm, and what they refund.
const STORES: [(StorageStatus, i64, i64); 9] = [
    (StorageStatus::Assigned, 100, 0),
    (StorageStatus::Added, 20_000, 0),
    (StorageStatus::Deleted, 2_900, 4_800),
    (StorageStatus::Modified, 2_900, 0),
    (StorageStatus::DeletedAdded, 100, -4_800),
    (StorageStatus::ModifiedDeleted, 100, 4_800),
    (StorageStatus::DeletedRestored, 100, 2_800 - 4_800),
    (StorageStatus::AddedDeleted, 100, 19_900),
    (StorageStatus::ModifiedRestored, 100, 2_800),
];

fn store_gas(subject: &Subject) -> Verdict {
    let vm = subject.vm()?;
    for (status, costs, _) in STORES {
        for (is_cold, surcharge) in [(false, 0), (true, 2_100)] {
            let mut scene = Scene::evm(Code::Evm.stores());
            (scene.host.stored, scene.host.is_cold) = (status, is_cold);
            let result = scene.succeeds(&vm)?;
            let what =
                format!("the gas used, where the store is {status:?} and is_cold {is_cold},");
            scene.equal(&what, 3 + 3 + costs + surcharge, GAS - result.gas_left)?;
        }
    }
    Ok(())
}

fn store_refund(subject: &Subject) -> Verdict {
    let vm = subject.vm()?;
    for (status, _, refund) in STORES {
        let mut scene = Scene::evm(Code::Evm.stores());
        scene.host.stored = status;
        let result = scene.succeeds(&vm)?;
        scene.equal(&format!("the refund of {status:?}"), refund, result.gas_refund)?;
    }
    Ok(())
}

fn store_guard(subject: &Subject) -> Verdict {
    let mut scene = Scene::evm(Code::Evm.stores());
    scene.message.gas = 3 + 3 + 2_300;
    scene.fails(&subject.vm()?)?;
    let changes = scene.host.asked.iter().filter(|asked| asked.is_change()).collect::<Vec<_>>();
    scene.equal("what is changed", vec![], changes)
}

fn balance(subject: &Subject, code: Code) -> Verdict {
    let vm = subject.vm()?;
    let mut scene = Scene::new(code, code.asks_balance());
    match code {
        Code::Evm => {
            scene.host.balance = U256::from_big_endian(&WORD.0);
            scene.gives(&vm, &WORD.0)?;
        }
        // Contracts in WebAssembly have balances of 128 bits.
        Code::Wasm => {
            let balance: u128 = 0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10;
            scene.host.balance = balance.into();
            scene.gives(&vm, &balance.to_le_bytes())?;
        }
    }
    scene.was_asked(&Asked::GetBalance(OTHER))
}

fn selfbalance(subject: &Subject) -> Verdict {
    let mut scene = Scene::evm(Evm::new().op(op::SELFBALANCE).give_top());
    scene.host.balance = U256::from_big_endian(&WORD.0);
    scene.gives(&subject.vm()?, &WORD.0)?;
    scene.was_asked(&Asked::GetBalance(RECIPIENT))
}

fn extcodesize(subject: &Subject) -> Verdict {
    let mut scene = Scene::evm(Evm::new().push(&OTHER.0).op(op::EXTCODESIZE).give_top());
    scene.host.codes.insert(OTHER, vec![0; 0x1234]);
    scene.gives(&subject.vm()?, &number(0x1234).0).map(drop)
}

fn extcodehash(subject: &Subject) -> Verdict {
    let mut scene = Scene::evm(Evm::new().push(&OTHER.0).op(op::EXTCODEHASH).give_top());
    scene.host.code_hash = WORD;
    scene.gives(&subject.vm()?, &WORD.0)?;
    scene.was_asked(&Asked::GetCodeHash(OTHER))
}

fn extcodecopy(subject: &Subject) -> Verdict {
    let vm = subject.vm()?;
    for (offset, wanted) in [(0, &b"code\0\0"[..]), (2, b"de\0\0\0\0"), (9, &[0; 6])] {
        let copy = Evm::new().number(6).number(offset).number(0).push(&OTHER.0);
        // Memory holds what must be written over.
        let code = [
            Evm::new().push(&[0xff; 32]).number(0).op(op::MSTORE).code(),
            copy.op(op::EXTCODECOPY).give(6),
        ];
        let mut scene = Scene::evm(code.concat());
        scene.host.codes.insert(OTHER, b"code".to_vec());
        scene.gives(&vm, wanted)?;
    }
    Ok(())
}

/// How much more gas code takes where everything is cold.
fn surcharge(subject: &Subject, code: Vec<u8>, wanted: i64, asked: &Asked) -> Verdict {
    let vm = subject.vm()?;
    let mut scene = Scene::evm(code);
    let warm = scene.succeeds(&vm)?.gas_left;
    scene.was_asked(asked)?;
    scene.host.is_cold = true;
    let cold = scene.succeeds(&vm)?.gas_left;
    scene.equal("the gas for what is cold", wanted, warm - cold)
}

fn cold_account(subject: &Subject) -> Verdict {
    for opcode in [op::BALANCE, op::EXTCODESIZE, op::EXTCODEHASH] {
        let code = Evm::new().push(&OTHER.0).op(opcode).code();
        surcharge(subject, code, 2_500, &Asked::AccessAccount(OTHER))?;
    }
    Ok(())
}

fn cold_storage(subject: &Subject) -> Verdict {
    surcharge(subject, Code::Evm.loads(), 2_000, &Asked::AccessStorage(RECIPIENT, KEY))
}

fn tload(subject: &Subject) -> Verdict {
    let code = Evm::new().push(&KEY.0).op(op::TLOAD).give_top();
    let mut scene = Scene::evm(code).at(Revision::Cancun);
    scene.host.transient.insert((RECIPIENT, KEY), WORD);
    scene.gives(&subject.vm()?, &WORD.0)?;
    scene.was_asked(&Asked::GetTransientStorage(RECIPIENT, KEY))
}

fn tstore(subject: &Subject) -> Verdict {
    let code = Evm::new().push(&WORD.0).push(&KEY.0).op(op::TSTORE).code();
    let mut scene = Scene::evm(code).at(Revision::Cancun);
    scene.succeeds(&subject.vm()?)?;
    scene.was_asked(&Asked::SetTransientStorage(RECIPIENT, KEY, WORD))
}

fn log(subject: &Subject, code: Code) -> Verdict {
    let mut scene = Scene::new(code, code.logs());
    scene.succeeds(&subject.vm()?)?;
    scene.was_asked(&Asked::EmitLog(RECIPIENT, b"log".to_vec(), vec![KEY, WORD]))
}

fn topics(subject: &Subject) -> Verdict {
    let vm = subject.vm()?;
    let all = [1, 2, 3, 4].map(word);
    for count in 0..=4_u8 {
        let topics = &all[..usize::from(count)];
        let code = topics.iter().rev().fold(Evm::new(), |code, topic| code.push(&topic.0));
        let mut scene = Scene::evm(code.zeros(2).op(op::LOG0 + count).code());
        scene.succeeds(&vm)?;
        scene.was_asked(&Asked::EmitLog(RECIPIENT, Vec::new(), topics.to_vec()))?;
    }
    Ok(())
}

fn selfdestruct(subject: &Subject, code: Code) -> Verdict {
    let vm = subject.vm()?;
    let mut scene = Scene::new(code, code.destructs());
    if code == Code::Evm {
        // Nothing of this may be executed.
        scene.code.push(op::INVALID);
    }
    scene.gives(&vm, b"")?;
    scene.was_asked(&Asked::SelfDestruct(RECIPIENT, OTHER))
}

fn selfdestruct_refund(subject: &Subject) -> Verdict {
    let vm = subject.vm()?;
    for (revision, is_first, wanted) in [
        (Revision::Berlin, true, 24_000),
        (Revision::Berlin, false, 0),
        (Revision::London, true, 0),
    ] {
        let mut scene = Scene::evm(Code::Evm.destructs()).at(revision);
        scene.host.first_selfdestruct = is_first;
        let result = scene.succeeds(&vm)?;
        scene.equal(
            &format!("the refund, where is_first is {is_first},"),
            wanted,
            result.gas_refund,
        )?;
    }
    Ok(())
}
