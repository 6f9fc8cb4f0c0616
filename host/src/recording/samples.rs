//! Recordings of every shape, for tests.

use super::{
    Answer, Ended, HostCall, OwnedMessage, Question, Recording, RecordingWriter, Subject,
    exchange::Done,
};
use crate::{
    AccessStatus, Address, Bytes32, CallKind, CallResult, Host, HostFault, Revision, StatusCode,
    StorageStatus, TxContext, U256, recording::CallLog,
};
use proptest::{collection::vec, option, prelude::*, sample::select};

pub(super) fn address() -> impl Strategy<Value = Address> {
    any::<[u8; 20]>().prop_map(Address)
}

fn word() -> impl Strategy<Value = Bytes32> {
    any::<[u8; 32]>().prop_map(Bytes32)
}

fn number() -> impl Strategy<Value = U256> {
    any::<[u64; 4]>().prop_map(U256)
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..40)
}

fn status() -> impl Strategy<Value = StatusCode> {
    select(StatusCode::ALL.map(|(status, _)| status).to_vec())
}

fn message() -> impl Strategy<Value = OwnedMessage> {
    let kinds = vec![
        CallKind::Call,
        CallKind::DelegateCall,
        CallKind::CallCode,
        CallKind::Create,
        CallKind::Create2,
    ];
    let numbers = (select(kinds), any::<bool>(), any::<bool>(), any::<u32>(), any::<i64>());
    (numbers, (address(), address(), address()), bytes(), number(), word()).prop_map(
        |(numbers, addresses, input, value, create2_salt)| OwnedMessage {
            kind: numbers.0,
            is_static: numbers.1,
            is_delegated: numbers.2,
            depth: numbers.3,
            gas: numbers.4,
            recipient: addresses.0,
            sender: addresses.1,
            input,
            value,
            create2_salt,
            code_address: addresses.2,
        },
    )
}

fn result() -> impl Strategy<Value = CallResult> {
    (status(), any::<i64>(), any::<i64>(), bytes(), address()).prop_map(
        |(status, gas_left, gas_refund, output, create_address)| CallResult {
            status,
            gas_left,
            gas_refund,
            output,
            create_address,
        },
    )
}

pub(super) fn context() -> impl Strategy<Value = TxContext> {
    let block = (any::<i64>(), any::<i64>(), any::<i64>());
    (vec(number(), 5), address(), address(), block, vec(word(), 0..3)).prop_map(
        |(numbers, tx_origin, block_coinbase, block, blob_hashes)| TxContext {
            tx_gas_price: numbers[0],
            tx_origin,
            block_coinbase,
            block_number: block.0,
            block_timestamp: block.1,
            block_gas_limit: block.2,
            block_prev_randao: numbers[1],
            chain_id: numbers[2],
            block_base_fee: numbers[3],
            blob_base_fee: numbers[4],
            blob_hashes,
        },
    )
}

/// A question other than for the context, with an answer that it can have.
fn exchange() -> impl Strategy<Value = (Question, Answer)> {
    let flag = || any::<bool>().prop_map(Answer::Flag);
    let a_word = || word().prop_map(Answer::Word);
    let done = || Just(Answer::Done(Done {}));
    let stored = vec![
        StorageStatus::Assigned,
        StorageStatus::Added,
        StorageStatus::Deleted,
        StorageStatus::Modified,
        StorageStatus::DeletedAdded,
        StorageStatus::ModifiedDeleted,
        StorageStatus::DeletedRestored,
        StorageStatus::AddedDeleted,
        StorageStatus::ModifiedRestored,
    ];
    let accessed =
        || select(vec![AccessStatus::Cold, AccessStatus::Warm]).prop_map(Answer::Accessed);
    prop_oneof![
        (address().prop_map(|address| Question::AccountExists { address }), flag()),
        (
            (address(), word()).prop_map(|(address, key)| Question::GetStorage { address, key }),
            a_word()
        ),
        (
            (address(), word(), word()).prop_map(|(address, key, value)| Question::SetStorage {
                address,
                key,
                value
            }),
            select(stored).prop_map(Answer::Stored)
        ),
        (
            address().prop_map(|address| Question::GetBalance { address }),
            number().prop_map(Answer::Number)
        ),
        (
            address().prop_map(|address| Question::GetNonce { address }),
            any::<u64>().prop_map(Answer::Size)
        ),
        (
            address().prop_map(|address| Question::GetCodeSize { address }),
            any::<u64>().prop_map(Answer::Size)
        ),
        (address().prop_map(|address| Question::GetCodeHash { address }), a_word()),
        (
            (address(), 0..1000u64).prop_map(|(address, offset)| Question::CopyCode {
                address,
                offset,
                length: 40
            }),
            bytes().prop_map(Answer::Bytes)
        ),
        (
            (address(), address())
                .prop_map(|(address, beneficiary)| Question::Selfdestruct { address, beneficiary }),
            flag()
        ),
        (
            message().prop_map(|message| Question::Call(OwnedMessage::sent(&message.borrow()))),
            result().prop_map(Answer::Result)
        ),
        (any::<i64>().prop_map(|number| Question::GetBlockHash { number }), a_word()),
        (
            (address(), bytes(), vec(word(), 0..5)).prop_map(|(address, data, topics)| {
                Question::EmitLog { address, data, topics }
            }),
            done()
        ),
        (address().prop_map(|address| Question::AccessAccount { address }), accessed()),
        (
            (address(), word()).prop_map(|(address, key)| Question::AccessStorage { address, key }),
            accessed()
        ),
        (
            (address(), word())
                .prop_map(|(address, key)| Question::GetTransientStorage { address, key }),
            a_word()
        ),
        (
            (address(), word(), word()).prop_map(|(address, key, value)| {
                Question::SetTransientStorage { address, key, value }
            }),
            done()
        ),
    ]
}

/// Calls of a host that never failed, one of them perhaps for the context.
pub(super) fn calls() -> impl Strategy<Value = Vec<HostCall>> {
    let call = (option::of(any::<u64>()), exchange()).prop_map(|(gas, (ask, answer))| HostCall {
        gas,
        ask,
        answer,
    });
    (vec(call, 0..12), option::of((any::<u8>(), context()))).prop_map(|(mut calls, context)| {
        if let Some((place, context)) = context {
            let place = usize::from(place) % (calls.len() + 1);
            let answer = Answer::TxContext(context);
            calls.insert(place, HostCall { gas: None, ask: Question::GetTxContext {}, answer });
        }
        calls
    })
}

fn ended() -> impl Strategy<Value = Ended> {
    (result(), option::of("\\PC*")).prop_map(|(result, reason)| Ended::new(&result, reason))
}

fn subject() -> impl Strategy<Value = Subject> {
    let revisions = Revision::ALL.map(|(revision, _)| revision).to_vec();
    let options = proptest::collection::btree_map("[a-z:_]{1,12}", "\\PC{0,12}", 0..4);
    (("\\PC*", select(revisions), options), message(), bytes(), option::of(bytes())).prop_map(
        |((vm, revision, options), message, code, replacement)| Subject {
            vm,
            revision,
            options,
            message,
            code,
            replacement,
        },
    )
}

/// Any recording whose host did not fail before its last call.
pub(super) fn recording() -> impl Strategy<Value = Recording> {
    let fault = option::weighted(0.1, ("\\PC*", exchange()));
    (subject(), calls(), fault, option::weighted(0.9, ended())).prop_map(
        |(subject, mut calls, fault, ended)| {
            if let Some((text, (ask, _))) = fault {
                calls.push(HostCall { gas: Some(1), ask, answer: Answer::Fault(text) });
            }
            Recording { subject, calls, is_cut: false, ended }
        },
    )
}

/// The bytes of the file that a recording is written to.
pub(super) fn written(recording: &Recording) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("recording");
    let mut writer = RecordingWriter::create(&path, recording.subject.clone()).unwrap();
    for call in &recording.calls {
        writer.note(call.clone());
    }
    match &recording.ended {
        Some(ended) => {
            writer.finish(ended.clone()).unwrap();
            std::fs::read(path).unwrap()
        }
        None => std::fs::read(folder.path().join("recording.partial")).unwrap(),
    }
}

/// Asks a host, with so much gas left.
pub(super) fn ask(
    host: &mut dyn Host,
    gas: Option<u64>,
    question: &Question,
) -> Result<Answer, HostFault> {
    if let Some(gas) = gas {
        host.note_gas_left(gas);
    }
    Ok(match question.clone() {
        Question::AccountExists { address } => Answer::Flag(host.account_exists(address)?),
        Question::GetStorage { address, key } => Answer::Word(host.get_storage(address, key)?),
        Question::SetStorage { address, key, value } => {
            Answer::Stored(host.set_storage(address, key, value)?)
        }
        Question::GetBalance { address } => Answer::Number(host.get_balance(address)?),
        Question::GetNonce { address } => Answer::Size(host.get_nonce(address)?),
        Question::GetCodeSize { address } => Answer::Size(host.get_code_size(address)? as u64),
        Question::GetCodeHash { address } => Answer::Word(host.get_code_hash(address)?),
        Question::CopyCode { address, offset, length } => {
            let mut buffer = vec![0; usize::try_from(length).unwrap()];
            let offset = usize::try_from(offset).unwrap();
            let copied = host.copy_code(address, offset, &mut buffer)?;
            buffer.truncate(copied);
            Answer::Bytes(buffer)
        }
        Question::Selfdestruct { address, beneficiary } => {
            Answer::Flag(host.selfdestruct(address, beneficiary)?)
        }
        Question::Call(message) => Answer::Result(host.call(&message.borrow())?),
        Question::GetTxContext {} => Answer::TxContext(host.get_tx_context()?),
        Question::GetBlockHash { number } => Answer::Word(host.get_block_hash(number)?),
        Question::EmitLog { address, data, topics } => {
            host.emit_log(address, &data, &topics)?;
            Answer::Done(Done {})
        }
        Question::AccessAccount { address } => Answer::Accessed(host.access_account(address)?),
        Question::AccessStorage { address, key } => {
            Answer::Accessed(host.access_storage(address, key)?)
        }
        Question::GetTransientStorage { address, key } => {
            Answer::Word(host.get_transient_storage(address, key)?)
        }
        Question::SetTransientStorage { address, key, value } => {
            host.set_transient_storage(address, key, value)?;
            Answer::Done(Done {})
        }
    })
}

/// Asks a host all that was recorded, for as long as it answers; gives what it answered last.
pub(super) fn ask_all(host: &mut dyn Host, calls: &[HostCall]) -> Result<(), HostFault> {
    for call in calls {
        let answer = ask(host, call.gas, &call.ask)?;
        assert_eq!(answer, call.answer);
    }
    Ok(())
}

/// A small recording without chance in it.
pub(super) fn small() -> Recording {
    let address = Address::repeat_byte(0xaa);
    let key = Bytes32::repeat_byte(1);
    let message = OwnedMessage {
        kind: CallKind::Call,
        is_static: false,
        is_delegated: false,
        depth: 0,
        gas: 1000,
        recipient: address,
        sender: Address::repeat_byte(0xbb),
        input: vec![1, 2],
        value: 7.into(),
        create2_salt: Bytes32::zero(),
        code_address: address,
    };
    let context = TxContext { block_number: 5, ..TxContext::default() };
    let call = |gas, ask, answer| HostCall { gas: Some(gas), ask, answer };
    Recording {
        subject: Subject {
            vm: "hebe".to_owned(),
            revision: Revision::Byzantium,
            options: [("metering".to_owned(), "off".to_owned())].into(),
            message: message.clone(),
            code: b"\0asm".to_vec(),
            replacement: None,
        },
        calls: vec![
            call(990, Question::GetTxContext {}, Answer::TxContext(context)),
            call(900, Question::GetStorage { address, key }, Answer::Word(Bytes32::repeat_byte(2))),
            call(
                800,
                Question::Call(OwnedMessage::sent(&message.borrow())),
                Answer::Result(CallResult {
                    status: StatusCode::Revert,
                    gas_left: 3,
                    gas_refund: 0,
                    output: vec![9],
                    create_address: Address::zero(),
                }),
            ),
        ],
        is_cut: false,
        ended: Some(Ended {
            status: StatusCode::Success,
            gas_left: 10,
            gas_refund: 0,
            output: vec![4],
            reason: None,
        }),
    }
}
