//! Bytecode by way of a contract at a system address, as Hera had it: `evm1mode=evm2wasm` and `evm1mode=runevm`.
//!
//! `evm2wasm`, at 0x…0b, gets the bytecode as its input and finishes with a Wasm contract that does the same. `runevm`, at
//! 0x…0c, gets no input and finishes with an interpreter in Wasm, which finds the bytecode by `getCodeSize` and `codeCopy`. Either
//! way, what it finished with runs in the message's place. The protocol is that of Hera 0.6, but for one thing: there the
//! system contract ran free of charge, and here the message pays.

use crate::{Vm, options::Evm1Mode};
use hebe_gas::is_wasm;
use hebe_host::{
    Address, Bytes32, CallKind, CallResult, Failure, Fault, Host, MAX_DEPTH, Message, Revision,
    StatusCode, U256,
};

/// Where a system contract lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SystemContract {
    name: &'static str,
    address: u64,
    /// Whether it is told the bytecode.
    takes_code: bool,
}

/// Makes Wasm of bytecode.
pub(crate) const EVM2WASM: SystemContract =
    SystemContract { name: "evm2wasm", address: 0x0b, takes_code: true };
/// Has an interpreter of bytecode.
pub(crate) const RUNEVM: SystemContract =
    SystemContract { name: "runevm", address: 0x0c, takes_code: false };

/// What runs in the place of bytecode, and the gas that is left for it.
pub(crate) struct Substitute {
    pub(crate) code: Vec<u8>,
    pub(crate) gas_left: i64,
}

impl Vm {
    /// The system contract that bytecode goes through.
    pub(crate) fn system_contract(&self) -> Option<SystemContract> {
        match self.options().evm1_mode {
            Evm1Mode::Evm2Wasm => Some(EVM2WASM),
            Evm1Mode::RunEvm => Some(RUNEVM),
            Evm1Mode::Evm | Evm1Mode::Fallback | Evm1Mode::Reject => None,
        }
    }

    /// Asks a system contract what to run in the place of `code`. It is the code of the option `sys:` that answers, or
    /// else the client's contract at the address; in a static call from the zero address.
    ///
    /// # Errors
    ///
    /// A [`Fault`] of the host's. A [`Failure`] is how the message ends where the contract has no answer.
    pub(crate) fn ask_system_contract(
        &self,
        system: SystemContract,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut dyn Host,
    ) -> Result<Result<Substitute, Failure>, Fault> {
        let address = Address::from_low_u64_be(system.address);
        // The client's contract there is bytecode itself: it would ask itself for ever.
        if message.contract() == address {
            return Ok(Err(Failure::NotWasm));
        }
        let question = Message {
            kind: CallKind::Call,
            is_static: true,
            is_delegated: false,
            // At the deepest level there is no deeper one to ask from.
            depth: (message.depth + 1).min(MAX_DEPTH),
            gas: message.gas,
            recipient: address,
            sender: Address::zero(),
            input: if system.takes_code { code } else { &[] },
            value: U256::zero(),
            create2_salt: Bytes32::zero(),
            code_address: address,
        };
        let answer: CallResult = match self.replacement(&question) {
            Some(own) => Ok(self.execute_unwatched(revision, &question, own, host, None)?).into(),
            None => {
                let answer = host.call(&question)?;
                answer.check(&question)?;
                answer
            }
        };
        Ok(match answer.status {
            StatusCode::Success if is_wasm(&answer.output) => {
                Ok(Substitute { code: answer.output, gas_left: answer.gas_left })
            }
            StatusCode::OutOfGas => Err(Failure::OutOfGas),
            status => Err(Failure::NotTranslated { by: system.name, status }),
        })
    }
}
