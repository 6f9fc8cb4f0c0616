//! How a message runs: what comes before and after the contract's own code.

use crate::{
    Chain, Execution, Machine, Observed, Snapshot, TransferError, create_address, create2_address,
    host::Running, precompiles,
};
use hebe_host::{Address, CallKind, CallResult, MAX_DEPTH, Message, Revision, StatusCode};
use std::sync::Arc;

/// Gas for each byte of a new contract's code (Gcodedeposit, Yellow Paper, appendix G).
const CODE_DEPOSIT: u64 = 200;

/// The nonce of a new contract (EIP-161; before, it was 0).
const FIRST_NONCE: u64 = 1;

impl Chain {
    /// Runs a message with all that belongs to it. What did not succeed has no effect, apart from
    /// the sender's nonce after a creation.
    pub(crate) fn call(&mut self, machine: &dyn Machine, message: &Message<'_>) -> Execution {
        if self.observed.is_none() {
            return self.run_message(machine, message);
        }
        self.observe(|_| Observed::Begin(message.into()));
        let execution = self.run_message(machine, message);
        self.observe(|_| Observed::End(execution.clone()));
        execution
    }

    fn run_message(&mut self, machine: &dyn Machine, message: &Message<'_>) -> Execution {
        if message.depth > MAX_DEPTH {
            let reason = "messages are nested too deeply";
            return not_started(message, StatusCode::CallDepthExceeded, reason);
        }
        let moves_value = message.kind == CallKind::Call && !message.value.is_zero();
        if message.is_static && (moves_value || message.is_create()) {
            let reason = "the state can't be changed in a static call";
            return failed(StatusCode::StaticModeViolation, reason);
        }
        // A delegate call shows the calling frame's value, and nothing moves.
        if message.kind != CallKind::DelegateCall
            && self.state.balance(message.sender) < message.value
        {
            let reason = TransferError::InsufficientBalance.to_string();
            return not_started(message, StatusCode::InsufficientBalance, reason);
        }
        if message.is_create() {
            self.create(machine, message)
        } else {
            self.call_code(machine, message)
        }
    }

    fn call_code(&mut self, machine: &dyn Machine, message: &Message<'_>) -> Execution {
        let snapshot = self.state.snapshot();
        if message.kind == CallKind::Call
            && let Err(error) =
                self.state.transfer(message.sender, message.recipient, message.value)
        {
            return failed(StatusCode::Failure, error);
        }
        // What is delegated is code, which a precompiled contract has none of (EIP-7702).
        let precompile = match message.is_delegated {
            true => None,
            false => precompiles::at(message.contract(), self),
        };
        let execution = match precompile {
            Some(precompile) => precompile.execute(message),
            None => {
                let code = self.state.code(message.contract());
                self.execute(machine, message, &code)
            }
        };
        self.keep_if_success(snapshot, execution)
    }

    fn create(&mut self, machine: &dyn Machine, message: &Message<'_>) -> Execution {
        let (sender, init_code) = (message.sender, message.input);
        let nonce = self.state.nonce(sender);
        let Some(next_nonce) = nonce.checked_add(1) else {
            let reason = "the sender's nonce is the largest there can be (EIP-2681)";
            return not_started(message, StatusCode::Failure, reason);
        };
        let address = match message.kind {
            _ if !message.recipient.is_zero() => message.recipient,
            CallKind::Create2 => create2_address(sender, message.create2_salt, init_code),
            _ => create_address(sender, nonce),
        };
        self.state.set_nonce(sender, next_nonce);
        self.state.access_account(address);
        let (size, max) = (init_code.len(), self.max_init_code_size());
        if self.revision >= Revision::Shanghai && message.depth == 0 && size > max {
            let reason = format!(
                "the init code has {size} bytes, {} more than twice max_code_size ({max}; EIP-3860)",
                size - max
            );
            return failed(StatusCode::OutOfGas, reason);
        }

        let snapshot = self.state.snapshot();
        if self.state.account(address).is_some_and(|account| account.is_taken()) {
            let reason = format!("there is an account at the new contract's address, {address:?}");
            return failed(StatusCode::Failure, reason);
        }
        if self.revision >= Revision::SpuriousDragon {
            self.state.set_nonce(address, FIRST_NONCE);
        }
        self.state.note_created(address);
        let mut execution = match self.state.transfer(sender, address, message.value) {
            Ok(()) => {
                let message =
                    Message { recipient: address, code_address: address, input: &[], ..*message };
                self.execute(machine, &message, init_code)
            }
            Err(error) => failed(StatusCode::Failure, error),
        };
        if execution.result.status == StatusCode::Success {
            execution = self.deploy(address, execution.result);
        }
        self.keep_if_success(snapshot, execution)
    }

    /// Stores the code that a creation finished with. It is paid from what the init code left; a
    /// creation that can't pay has failed (EIP-2), but at Frontier, where the contract has no code then. The code is
    /// not return data.
    fn deploy(&mut self, address: Address, mut result: CallResult) -> Execution {
        let code: Arc<[u8]> = std::mem::take(&mut result.output).into();
        let (size, max) = (code.len(), self.max_code_size());
        if size > max {
            let reason = format!(
                "the code has {size} bytes, {} more than max_code_size allows ({max}; EIP-170 has \
                 24,576)",
                size - max
            );
            return failed(StatusCode::Failure, reason);
        }
        if code.first() == Some(&0xef) && self.revision >= Revision::London {
            let reason = "the code begins with 0xef, which no contract can (EIP-3541)";
            return failed(StatusCode::ContractValidationFailure, reason);
        }
        let size = u64::try_from(code.len()).unwrap_or(u64::MAX);
        let deposit = i64::try_from(size.saturating_mul(CODE_DEPOSIT)).unwrap_or(i64::MAX);
        if deposit > result.gas_left {
            if self.revision < Revision::Homestead {
                result.create_address = address;
                return Execution { result, reason: None };
            }
            let reason = format!("out of gas: storing {size} bytes of code costs {deposit}");
            return failed(StatusCode::OutOfGas, reason);
        }
        result.gas_left -= deposit;
        result.create_address = address;
        self.state.set_code(address, code);
        Execution { result, reason: None }
    }

    fn execute(&mut self, machine: &dyn Machine, message: &Message<'_>, code: &[u8]) -> Execution {
        if code.is_empty() {
            return succeeded(message.gas, Vec::new());
        }
        let revision = self.revision;
        let mut host = Running { chain: self, machine };
        let mut execution = machine.execute(revision, message, code, &mut host);
        let gas_left = execution.result.gas_left;
        if !(0..=message.gas).contains(&gas_left) {
            let reason = format!("the VM gave back {gas_left} gas of {}", message.gas);
            execution = failed(StatusCode::InternalError, reason);
        }
        execution
    }

    fn keep_if_success(&mut self, snapshot: Snapshot, execution: Execution) -> Execution {
        if execution.result.status != StatusCode::Success {
            self.state.roll_back(snapshot);
        }
        execution
    }
}

/// A message that succeeded without any code of a contract's.
pub(crate) fn succeeded(gas_left: i64, output: Vec<u8>) -> Execution {
    let status = StatusCode::Success;
    let create_address = Address::zero();
    Execution::from(CallResult { status, gas_left, gas_refund: 0, output, create_address })
}

/// A message that could not begin: all of its gas is left, unlike after a failure of the contract.
fn not_started(message: &Message<'_>, status: StatusCode, reason: impl ToString) -> Execution {
    let mut execution = failed(status, reason);
    execution.result.gas_left = message.gas;
    execution
}

/// A message that failed: none of its gas is left.
pub(crate) fn failed(status: StatusCode, reason: impl ToString) -> Execution {
    let result = CallResult {
        status,
        gas_left: 0,
        gas_refund: 0,
        output: Vec::new(),
        create_address: Default::default(),
    };
    Execution { result, reason: Some(reason.to_string()) }
}

#[cfg(test)]
mod tests;
