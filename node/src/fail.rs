//! Why a request has no answer, with the code and the words that clients know.

use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::Bytes;
use hebe_testing::{
    InvalidTransaction,
    harness::{Names, abi},
};
use jsonrpsee::types::ErrorObjectOwned;
use serde_json::Value;

/// What a client is told instead of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Fail {
    /// JSON-RPC's or Ethereum's number.
    pub code: i32,
    /// A sentence that begins with the words that clients look for.
    pub message: String,
    /// More for programs: what a revert returned.
    pub data: Option<Value>,
}

impl Fail {
    /// The parameters are wrong (JSON-RPC 2.0).
    pub(crate) fn params(message: impl Into<String>) -> Self {
        Self { code: -32602, message: message.into(), data: None }
    }

    /// It can't be done (Ethereum's number for whatever has none of its own).
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self { code: -32000, message: message.into(), data: None }
    }

    /// There is no such thing (EIP-1474).
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self { code: -32001, message: message.into(), data: None }
    }

    /// The fault is ours or the machine's (JSON-RPC 2.0).
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self { code: -32603, message: message.into(), data: None }
    }

    /// A contract reverted: the number and the form are geth's, and every client's.
    pub(crate) fn reverted(output: &[u8], names: &Names) -> Self {
        let message = match revert_reason(output, names) {
            Some(text) => format!("execution reverted: {text}"),
            None => "execution reverted".to_owned(),
        };
        let data = Value::from(Bytes::copy_from_slice(output).to_string());
        Self { code: 3, message, data: Some(data) }
    }
}

/// The selector of `Error(string)`, which is Solidity's.
const ERROR: [u8; 4] = [0x08, 0xc3, 0x79, 0xa0];

/// Why a contract reverted: the sentence of an `Error(string)`, or another error that is known, for reading.
pub(crate) fn revert_reason(output: &[u8], names: &Names) -> Option<String> {
    let selector: [u8; 4] = *output.first_chunk()?;
    if selector == ERROR
        && let Ok(DynSolValue::String(text)) = DynSolType::String.abi_decode(&output[4..])
    {
        return Some(text);
    }
    abi::revert_text(output, names.error(selector), names)
}

impl From<Fail> for ErrorObjectOwned {
    fn from(fail: Fail) -> Self {
        Self::owned(fail.code, fail.message, fail.data)
    }
}

/// The words are geth's, since clients look for them; what is behind them is ours.
impl From<InvalidTransaction> for Fail {
    fn from(invalid: InvalidTransaction) -> Self {
        use InvalidTransaction as Invalid;
        let words = match &invalid {
            Invalid::NonceTooLow { .. } => "nonce too low",
            Invalid::NonceTooHigh { .. } => "nonce too high",
            Invalid::NonceOverflow => "nonce has max value",
            Invalid::SenderHasCode => "sender not an eoa",
            Invalid::Balance { .. } => "insufficient funds for gas * price + value",
            Invalid::BlockGasLimit { .. } => "exceeds block gas limit",
            Invalid::MaxGas { .. } => "transaction gas limit too high",
            Invalid::IntrinsicGas { .. } => "intrinsic gas too low",
            Invalid::FloorGas { .. } => "insufficient gas for floor data gas cost",
            Invalid::InitCodeSize { .. } => "max initcode size exceeded",
            Invalid::MaxFee { .. } => "max fee per gas less than block base fee",
            Invalid::PriorityFee { .. } => "max priority fee per gas higher than max fee per gas",
            Invalid::MaxBlobFee { .. } => "max fee per blob gas less than block blob gas fee",
            Invalid::NoBlobs => "blob transaction missing blob hashes",
            Invalid::Type { .. } => "transaction type not supported",
            _ => "invalid transaction",
        };
        Self::refused(format!("{words}: {invalid}"))
    }
}
