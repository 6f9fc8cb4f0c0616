//! The VM under test, and how it is asked to run something.

use crate::{ScriptedHost, asm::asm, check::contract};
use hebe_evmc::{
    LoadedVm,
    abi::{EVMC_CAPABILITY_EVM1, EVMC_CAPABILITY_EWASM},
};
use hebe_host::{
    Address, Bytes32, CallKind, CallResult, Fault, Message, Revision, StatusCode, U256,
};
use std::fmt;

/// A kind of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Evm,
    /// WebAssembly with the EEI.
    Wasm,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Evm => "bytecode",
            Self::Wasm => "WebAssembly",
        })
    }
}

impl Kind {
    /// The kinds that a VM runs. Since ABI 18 it is not asked: it gets all code, so it must run bytecode. WebAssembly is tried
    /// where a contract that does nothing succeeds. A VM that says that it runs nothing is tried with bytecode.
    pub(super) fn of(vm: &LoadedVm) -> Vec<Self> {
        let has = |bit| vm.capabilities().is_none_or(|bits| bits & bit != 0);
        let mut kinds = Vec::new();
        if has(EVMC_CAPABILITY_EVM1) {
            kinds.push(Self::Evm);
        }
        let runs_wasm = || {
            let result = vm.execute(
                Revision::Byzantium,
                &message(),
                &contract(""),
                &mut ScriptedHost::default(),
            );
            result.is_ok_and(|result| result.status == StatusCode::Success)
        };
        if has(EVMC_CAPABILITY_EWASM) && runs_wasm() {
            kinds.push(Self::Wasm);
        }
        if kinds.is_empty() { vec![Self::Evm] } else { kinds }
    }
}

/// The account that code runs on.
pub(super) const OWN: Address = crate::RECIPIENT;
/// Who calls it.
pub(super) const CALLER: Address = crate::SENDER;
/// Another account.
pub(super) const OTHER: Address = crate::OTHER;

/// A call with 1,000,000 gas.
pub(super) fn message() -> Message<'static> {
    Message {
        kind: CallKind::Call,
        is_static: false,
        is_delegated: false,
        depth: 0,
        gas: 1_000_000,
        recipient: OWN,
        sender: CALLER,
        input: &[],
        value: U256::zero(),
        create2_salt: Bytes32::zero(),
        code_address: OWN,
    }
}

/// The same thing to do in both kinds of code: bytecode as [`asm`] reads it, and the body of a contract's `main`. A rule that
/// is about one kind leaves the other empty.
#[derive(Clone, Copy)]
pub(super) struct Program {
    pub(super) evm: &'static str,
    pub(super) wasm: &'static str,
}

/// The VM under test.
pub(super) struct Subject {
    pub(super) vm: LoadedVm,
    /// As it was named, to load it once more.
    pub(super) library: String,
    /// The kind of code that is tried.
    pub(super) kind: Kind,
    /// The first revision with what the rule is about.
    pub(super) since: Revision,
}

/// What came of a run.
pub(super) struct Ran {
    pub(super) result: CallResult,
    pub(super) host: ScriptedHost,
}

impl Subject {
    pub(super) fn abi(&self) -> i32 {
        self.vm.abi_version()
    }

    /// The newest revision that both sides have, but not newer than Cancun: VMs have it.
    pub(super) fn revision(&self) -> Revision {
        self.vm.last_revision().min(Revision::Cancun).max(self.since)
    }

    /// The code of a program, where it is for this kind of code.
    pub(super) fn code(&self, program: Program) -> Option<Vec<u8>> {
        match self.kind {
            Kind::Evm if program.evm.is_empty() => None,
            Kind::Evm => Some(asm(program.evm)),
            Kind::Wasm if program.wasm.is_empty() => None,
            Kind::Wasm => Some(contract(program.wasm)),
        }
    }

    /// Runs code; what can't be true of the answer is an error.
    pub(super) fn run(
        &self,
        code: &[u8],
        message: &Message<'_>,
        mut host: ScriptedHost,
    ) -> Result<Ran, String> {
        let result = self.vm.execute(self.revision(), message, code, &mut host);
        match result {
            Ok(result) => Ok(Ran { result, host }),
            Err(Fault::Engine(what)) => Err(what),
            Err(fault) => Err(fault.to_string()),
        }
    }

    /// Runs a program with a plain message, and expects success. `None` where it is not for this kind of code.
    pub(super) fn succeeds(
        &self,
        program: Program,
        host: ScriptedHost,
    ) -> Result<Option<Ran>, String> {
        self.succeeds_with(program, &message(), host)
    }

    /// The same with another message.
    pub(super) fn succeeds_with(
        &self,
        program: Program,
        message: &Message<'_>,
        host: ScriptedHost,
    ) -> Result<Option<Ran>, String> {
        let Some(code) = self.code(program) else { return Ok(None) };
        let ran = self.run(&code, message, host)?;
        match ran.result.status {
            StatusCode::Success => Ok(Some(ran)),
            status => Err(format!("a contract that succeeds ended with {status}")),
        }
    }

    /// Runs a program, and expects this output.
    pub(super) fn gives(
        &self,
        what: &str,
        program: Program,
        message: &Message<'_>,
        host: ScriptedHost,
        expected: &[u8],
    ) -> Result<(), String> {
        match self.succeeds_with(program, message, host)? {
            Some(ran) if ran.result.output != expected => Err(format!(
                "{what} is 0x{}, not 0x{}",
                hex::encode(&ran.result.output),
                hex::encode(expected)
            )),
            _ => Ok(()),
        }
    }
}
