//! What a host can be asked, and what it can answer: [`Host`](crate::Host) as data.

use super::{OwnedMessage, form};
use crate::{
    AccessStatus, Address, Bytes32, CallResult, HostFault, StatusCode, StorageStatus, TxContext,
    U256,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A question to the host, with its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostCall {
    /// Gas that the contract had left when it asked, in whole units; a unit that is begun counts as
    /// used. None where nobody told: behind EVMC's C interface, hosts don't learn it.
    pub gas: Option<u64>,
    /// What was asked.
    pub ask: Question,
    /// What the host answered.
    pub answer: Answer,
}

/// A call of one of the functions of [`Host`](crate::Host), by EVMC's names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)] // `Host` says what each is for.
pub enum Question {
    AccountExists {
        #[serde(with = "form::fixed")]
        address: Address,
    },
    GetStorage {
        #[serde(with = "form::fixed")]
        address: Address,
        #[serde(with = "form::fixed")]
        key: Bytes32,
    },
    SetStorage {
        #[serde(with = "form::fixed")]
        address: Address,
        #[serde(with = "form::fixed")]
        key: Bytes32,
        #[serde(with = "form::fixed")]
        value: Bytes32,
    },
    GetBalance {
        #[serde(with = "form::fixed")]
        address: Address,
    },
    GetNonce {
        #[serde(with = "form::fixed")]
        address: Address,
    },
    GetCodeSize {
        #[serde(with = "form::fixed")]
        address: Address,
    },
    GetCodeHash {
        #[serde(with = "form::fixed")]
        address: Address,
    },
    CopyCode {
        #[serde(with = "form::fixed")]
        address: Address,
        offset: u64,
        length: u64,
    },
    Selfdestruct {
        #[serde(with = "form::fixed")]
        address: Address,
        #[serde(with = "form::fixed")]
        beneficiary: Address,
    },
    Call(OwnedMessage),
    GetTxContext {},
    GetBlockHash {
        number: i64,
    },
    EmitLog {
        #[serde(with = "form::fixed")]
        address: Address,
        #[serde(with = "form::bytes")]
        data: Vec<u8>,
        #[serde(with = "form::words")]
        topics: Vec<Bytes32>,
    },
    AccessAccount {
        #[serde(with = "form::fixed")]
        address: Address,
    },
    AccessStorage {
        #[serde(with = "form::fixed")]
        address: Address,
        #[serde(with = "form::fixed")]
        key: Bytes32,
    },
    GetTransientStorage {
        #[serde(with = "form::fixed")]
        address: Address,
        #[serde(with = "form::fixed")]
        key: Bytes32,
    },
    SetTransientStorage {
        #[serde(with = "form::fixed")]
        address: Address,
        #[serde(with = "form::fixed")]
        key: Bytes32,
        #[serde(with = "form::fixed")]
        value: Bytes32,
    },
}

/// An answer of a host: each question has one kind of it, or the host's fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Answer {
    /// Yes or no.
    Flag(bool),
    /// A hash or a word of storage.
    Word(#[serde(with = "form::fixed")] Bytes32),
    /// An amount of wei.
    Number(#[serde(with = "form::number")] U256),
    /// A size in bytes, or a nonce.
    Size(u64),
    /// Bytes.
    Bytes(#[serde(with = "form::bytes")] Vec<u8>),
    /// What a store did.
    Stored(#[serde(with = "form::name")] StorageStatus),
    /// Whether it was accessed before.
    Accessed(#[serde(with = "form::name")] AccessStatus),
    /// How a nested message ended.
    Result(#[serde(with = "ResultForm")] CallResult),
    /// The transaction and block.
    TxContext(#[serde(with = "ContextForm")] TxContext),
    /// It was done.
    Done(Done),
    /// The host could not answer; the text is that of the [`HostFault`].
    Fault(String),
}

/// Nothing, written as `{}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Done {}

/// How a [`CallResult`] is written.
#[derive(Serialize, Deserialize)]
#[serde(remote = "CallResult", deny_unknown_fields)]
struct ResultForm {
    #[serde(with = "form::name")]
    status: StatusCode,
    gas_left: i64,
    gas_refund: i64,
    #[serde(with = "form::bytes")]
    output: Vec<u8>,
    #[serde(with = "form::fixed")]
    create_address: Address,
}

/// How a [`TxContext`] is written.
#[derive(Serialize, Deserialize)]
#[serde(remote = "TxContext", deny_unknown_fields)]
struct ContextForm {
    #[serde(with = "form::number")]
    tx_gas_price: U256,
    #[serde(with = "form::fixed")]
    tx_origin: Address,
    #[serde(with = "form::fixed")]
    block_coinbase: Address,
    block_number: i64,
    block_timestamp: i64,
    block_gas_limit: i64,
    #[serde(with = "form::number")]
    block_prev_randao: U256,
    #[serde(with = "form::number")]
    chain_id: U256,
    #[serde(with = "form::number")]
    block_base_fee: U256,
    #[serde(with = "form::number")]
    blob_base_fee: U256,
    #[serde(with = "form::words")]
    blob_hashes: Vec<Bytes32>,
}

/// What the host's answers are, one for each type; and back.
pub(super) trait Answered: Clone {
    /// What errors call it: the name of the answer's field.
    const KIND: &'static str;
    fn into_answer(self) -> Answer;
    fn from_answer(answer: &Answer) -> Option<Self>;
}

macro_rules! answered {
    ($($ty:ty: $variant:ident $kind:literal),*) => { $(
        impl Answered for $ty {
            const KIND: &'static str = $kind;
            fn into_answer(self) -> Answer {
                Answer::$variant(self)
            }
            fn from_answer(answer: &Answer) -> Option<Self> {
                match answer {
                    Answer::$variant(value) => Some(value.clone()),
                    _ => None,
                }
            }
        }
    )* };
}

answered! {
    bool: Flag "flag",
    Bytes32: Word "word",
    U256: Number "number",
    u64: Size "size",
    Vec<u8>: Bytes "bytes",
    StorageStatus: Stored "stored",
    AccessStatus: Accessed "accessed",
    CallResult: Result "result",
    TxContext: TxContext "tx_context",
    Done: Done "done"
}

impl Answer {
    /// What a host answered, or that it could not.
    pub(super) fn of<T: Answered>(answer: Result<T, HostFault>) -> Self {
        match answer {
            Ok(answer) => answer.into_answer(),
            Err(HostFault(text)) => Self::Fault(text.into_owned()),
        }
    }

    /// Whether `question` can be answered with this.
    ///
    /// # Errors
    ///
    /// The kind of answer that the question has.
    pub(super) fn fits(&self, question: &Question) -> Result<(), &'static str> {
        fn kind<T: Answered>(answer: &Answer) -> Result<(), &'static str> {
            T::from_answer(answer).map(drop).ok_or(T::KIND)
        }
        if let Self::Fault(_) = self {
            return Ok(());
        }
        match question {
            Question::AccountExists { .. } | Question::Selfdestruct { .. } => kind::<bool>(self),
            Question::GetStorage { .. }
            | Question::GetCodeHash { .. }
            | Question::GetBlockHash { .. }
            | Question::GetTransientStorage { .. } => kind::<Bytes32>(self),
            Question::SetStorage { .. } => kind::<StorageStatus>(self),
            Question::GetBalance { .. } => kind::<U256>(self),
            Question::GetCodeSize { .. } | Question::GetNonce { .. } => kind::<u64>(self),
            Question::CopyCode { .. } => kind::<Vec<u8>>(self),
            Question::Call(_) => kind::<CallResult>(self),
            Question::GetTxContext {} => kind::<TxContext>(self),
            Question::EmitLog { .. } | Question::SetTransientStorage { .. } => kind::<Done>(self),
            Question::AccessAccount { .. } | Question::AccessStorage { .. } => {
                kind::<AccessStatus>(self)
            }
        }
    }
}

impl Question {
    /// The function's name and its arguments, as they are written.
    pub(super) fn parts(&self) -> (String, serde_json::Map<String, serde_json::Value>) {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::Object(one)) => match one.into_iter().next() {
                Some((name, serde_json::Value::Object(arguments))) => (name, arguments),
                _ => unreachable!("every question has named arguments"),
            },
            other => unreachable!("a question is an object, not {other:?}"),
        }
    }
}

impl fmt::Display for Question {
    /// As a call: `get_storage(address 0x..., key 0x...)`; long arguments are clipped.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, arguments) = self.parts();
        write!(f, "{name}(")?;
        for (index, (name, value)) in arguments.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            write!(f, "{comma}{name} {}", argument(value))?;
        }
        f.write_str(")")
    }
}

/// An argument as it is shown in a sentence.
pub(super) fn argument(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => form::clip(text),
        other => form::clip(&other.to_string()),
    }
}
