//! What code does to the state.

use crate::{
    ScriptedHost,
    conform::subject::{CALLER, OTHER, OWN, Program, Subject, message},
    pattern_word,
};
use hebe_host::{Bytes32, Fees, Message, StorageStatus};

pub(super) fn is_loaded_and_stored(subject: &Subject) -> Result<(), String> {
    // Copies the word at the key in the input to the key 1.
    const COPY: Program = Program {
        evm: "0 CALLDATALOAD SLOAD DUP1 1 SSTORE 0 MSTORE 32 0 RETURN",
        wasm: "(call $callDataCopy (i32.const 0) (i32.const 0) (i32.const 32))
               (call $storageLoad (i32.const 0) (i32.const 32))
               (i32.store8 (i32.const 95) (i32.const 1))
               (call $storageStore (i32.const 64) (i32.const 32))
               (call $finish (i32.const 32) (i32.const 32))",
    };
    let (key, value) = (pattern_word(0xa0), pattern_word(0x21));
    let mut host = ScriptedHost::default();
    host.storage.insert((OWN, key), value);
    let message = Message { input: &key.0, ..message() };
    let Some(ran) = subject.succeeds_with(COPY, &message, host)? else { return Ok(()) };
    if ran.result.output != value.0 {
        return Err(format!(
            "a word was loaded as 0x{}, not {value:?}",
            hex::encode(ran.result.output)
        ));
    }
    let stored = ran.host.storage.get(&(OWN, Bytes32::from_low_u64_be(1)));
    if stored != Some(&value) {
        return Err(format!("{stored:?} was stored, not {value:?}"));
    }
    Ok(())
}

pub(super) fn a_cleared_word_is_refunded(subject: &Subject) -> Result<(), String> {
    const CLEAR: Program = Program {
        evm: "0 1 SSTORE",
        wasm: "(i32.store8 (i32.const 31) (i32.const 1)) (call $storageStore (i32.const 0) (i32.const 32))",
    };
    let host = ScriptedHost { storage_status: Some(StorageStatus::Deleted), ..Default::default() };
    let Some(ran) = subject.succeeds(CLEAR, host)? else { return Ok(()) };
    let fees = Fees::of(subject.revision()).ok_or("there are no prices at this revision")?;
    let expected = fees.storage_store.refund(StorageStatus::Deleted);
    if ran.result.gas_refund != expected {
        return Err(format!(
            "a cleared word gave a refund of {}, not {expected}",
            ran.result.gas_refund
        ));
    }
    Ok(())
}

pub(super) fn transient_storage(subject: &Subject) -> Result<(), String> {
    const COPY: Program = Program {
        evm: "0 CALLDATALOAD TLOAD DUP1 1 TSTORE 0 MSTORE 32 0 RETURN",
        wasm: "(call $callDataCopy (i32.const 0) (i32.const 0) (i32.const 32))
               (call $transientLoad (i32.const 0) (i32.const 32))
               (i32.store8 (i32.const 95) (i32.const 1))
               (call $transientStore (i32.const 64) (i32.const 32))
               (call $finish (i32.const 32) (i32.const 32))",
    };
    let (key, value) = (pattern_word(0xa0), pattern_word(0x21));
    let mut host = ScriptedHost::default();
    host.transient_storage.insert((OWN, key), value);
    let message = Message { input: &key.0, ..message() };
    let Some(ran) = subject.succeeds_with(COPY, &message, host)? else { return Ok(()) };
    let stored = ran.host.transient_storage.get(&(OWN, Bytes32::from_low_u64_be(1)));
    if ran.result.output != value.0 || stored != Some(&value) {
        return Err(format!(
            "a word was loaded as 0x{}, not {value:?}",
            hex::encode(ran.result.output)
        ));
    }
    Ok(())
}

pub(super) fn logs(subject: &Subject) -> Result<(), String> {
    const LOGS: Program = Program {
        evm: "7 0 MSTORE8 1 0 LOG0 4 3 2 1 1 0 LOG4",
        wasm: "(i32.store8 (i32.const 0) (i32.const 7))
               (call $log (i32.const 0) (i32.const 1) (i32.const 0)
                 (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))
               (i32.store8 (i32.const 63) (i32.const 1)) (i32.store8 (i32.const 95) (i32.const 2))
               (i32.store8 (i32.const 127) (i32.const 3)) (i32.store8 (i32.const 159) (i32.const 4))
               (call $log (i32.const 0) (i32.const 1) (i32.const 4)
                 (i32.const 32) (i32.const 64) (i32.const 96) (i32.const 128))",
    };
    let Some(ran) = subject.succeeds(LOGS, ScriptedHost::default())? else { return Ok(()) };
    let topics = [1, 2, 3, 4].map(Bytes32::from_low_u64_be).to_vec();
    let expected = vec![(OWN, vec![7], vec![]), (OWN, vec![7], topics)];
    if ran.host.logs != expected {
        return Err(format!("the host got {:?}, not {expected:?}", ran.host.logs));
    }
    Ok(())
}

pub(super) fn selfdestruct(subject: &Subject) -> Result<(), String> {
    const DESTRUCT: Program = Program {
        evm: "CALLER SELFDESTRUCT",
        wasm: "(call $getCaller (i32.const 0)) (call $selfDestruct (i32.const 0))",
    };
    let mut host = ScriptedHost::default();
    host.accounts.extend([CALLER, OTHER]);
    let Some(ran) = subject.succeeds(DESTRUCT, host)? else { return Ok(()) };
    let expected = format!("selfdestruct {OWN:x} {CALLER:x}");
    if !ran.host.asked.contains(&expected) {
        return Err(format!("the host was asked {:?}, and not {expected}", ran.host.asked));
    }
    Ok(())
}
