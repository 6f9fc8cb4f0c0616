//! One message, one expectation, every machine.
//!
//! ```no_run
//! # // Beside the program of a documentation test there is no libhebe.so to run it through.
//! # use hebe_testing::{RECIPIENT, check};
//! check("(call $getAddress (i32.const 0)) (call $finish (i32.const 0) (i32.const 20))")
//!     .gas(100)
//!     .succeeds(RECIPIENT.as_bytes())
//!     .uses(2);
//! ```

use crate::{Execution, Machine, ScriptedHost, record, replay};
use hebe_evmc::{LoadedVm, RELEASES};
use hebe_host::{
    Address, Bytes32, CallKind, CallResult, HostModule, Message, Revision, StatusCode, U256,
    recording::Recording,
};
use hebe_vm::Vm;
use std::{env, path::PathBuf, sync::OnceLock};

/// The account that [`check`]ed contracts run on. No two bytes are alike, so that a reversed copy
/// is seen.
pub const RECIPIENT: Address = pattern_address(0x10);
/// Who calls them.
pub const SENDER: Address = pattern_address(0x40);
/// Another account.
pub const OTHER: Address = pattern_address(0x70);

/// An address of twenty bytes that count up from `first`.
pub const fn pattern_address(first: u8) -> Address {
    let mut bytes = [0; 20];
    let mut index = 0;
    while index < bytes.len() {
        #[expect(clippy::cast_possible_truncation, reason = "it is below 20")]
        let step = index as u8;
        bytes[index] = first + step;
        index += 1;
    }
    Address(bytes)
}

/// A word of 32 bytes that count up from `first`.
pub fn pattern_word(first: u8) -> Bytes32 {
    Bytes32::from_slice(&(first..first + 32).collect::<Vec<u8>>())
}

/// A contract with this body of `main`, in WAT. It imports whatever `$name`s of host functions stand
/// in the body, and has one page of memory.
pub fn contract(body: &str) -> Vec<u8> {
    module(body, "")
}

/// A [`contract`] with more fields, such as data segments.
pub fn module(body: &str, fields: &str) -> Vec<u8> {
    let mut imports = String::new();
    for host_module in [HostModule::ETHEREUM, HostModule::DEBUG] {
        for function in host_module.functions {
            if mentions(body, function.name) {
                let types = |types: &[hebe_gas::ValueType]| -> String {
                    types.iter().map(|ty| format!(" {ty}")).collect()
                };
                imports += &format!(
                    "(import \"{}\" \"{name}\" (func ${name} (param{}) (result{})))\n",
                    host_module.name,
                    types(function.params),
                    types(function.results),
                    name = function.name,
                );
            }
        }
    }
    let text = format!(
        "(module {imports} (memory (export \"memory\") 1) {fields} (func (export \"main\") {body}))"
    );
    wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Whether `body` has the identifier `$name`.
fn mentions(body: &str, name: &str) -> bool {
    body.match_indices(&format!("${name}")).any(|(start, found)| {
        !body[start + found.len()..].starts_with(|next: char| next.is_ascii_alphanumeric())
    })
}

/// The options of the machines that cases run on. Instructions cost nothing on them, so that gas is the sum of the
/// interface's fees.
const OPTIONS: [(&str, &str); 2] = [("debug", "true"), ("metering", "off")];

/// The machines that every case runs on: the VM as a crate with each engine, and the shared library as
/// clients load it.
pub fn machines() -> &'static [(&'static str, Box<dyn Machine + Send + Sync>)] {
    static MACHINES: OnceLock<Vec<(&str, Box<dyn Machine + Send + Sync>)>> = OnceLock::new();
    MACHINES.get_or_init(|| {
        let vm = |engine| {
            let mut vm = Vm::default();
            for (name, value) in OPTIONS.into_iter().chain([("engine", engine)]) {
                vm.set_option(name, value).expect("it is an option");
            }
            vm
        };
        vec![
            ("interpreter", Box::new(vm("interpreter"))),
            ("compiler", Box::new(vm("compiler"))),
            ("library", Box::new(library(12))),
        ]
    })
}

/// The libraries of EVMC's other ABIs. Every case runs on those that can carry its revision.
pub fn other_libraries() -> &'static [LoadedVm] {
    static LIBRARIES: OnceLock<Vec<LoadedVm>> = OnceLock::new();
    LIBRARIES.get_or_init(|| [9, 10, 11, 13, 18].map(library).into())
}

/// The library of an ABI, with [`OPTIONS`].
fn library(abi: i32) -> LoadedVm {
    let mut library = LoadedVm::load(library_path_of(abi)).expect("the library loads");
    for (name, value) in OPTIONS {
        library.set_option(name, value).expect("it is an option");
    }
    library
}

/// Where cargo put `libhebe.so`, which it builds because this crate depends on it.
pub fn library_path() -> PathBuf {
    library_path_of(12)
}

/// Where cargo put the library of one of EVMC's ABIs.
pub fn library_path_of(abi: i32) -> PathBuf {
    let executable = env::current_exe().expect("a test knows where it is");
    let release = RELEASES.iter().find(|release| release.abi == abi).expect("it was released");
    executable.with_file_name(release.library)
}

/// A case: a contract, its message, and what its host answers.
#[derive(Clone)]
#[must_use = "a case that nobody runs checks nothing"]
pub struct Check {
    revision: Revision,
    code: Vec<u8>,
    input: Vec<u8>,
    message: Message<'static>,
    host: ScriptedHost,
}

/// A case with this body of `main`, at Byzantium; see [`contract`].
pub fn check(body: &str) -> Check {
    check_code(contract(body))
}

/// A case with this binary, at Byzantium.
pub fn check_code(code: Vec<u8>) -> Check {
    let message = Message {
        kind: CallKind::Call,
        is_static: false,
        is_delegated: false,
        depth: 0,
        gas: 1_000_000,
        recipient: RECIPIENT,
        sender: SENDER,
        input: &[],
        value: U256::zero(),
        create2_salt: Bytes32::zero(),
        code_address: RECIPIENT,
    };
    let revision = Revision::Byzantium;
    Check { revision, code, input: Vec::new(), message, host: ScriptedHost::default() }
}

impl Check {
    /// At this revision instead of Byzantium.
    pub fn at(mut self, revision: Revision) -> Self {
        self.revision = revision;
        self
    }

    /// With this call data.
    pub fn input(mut self, input: &[u8]) -> Self {
        self.input = input.to_vec();
        self
    }

    /// With this much gas instead of 1,000,000.
    pub fn gas(mut self, gas: i64) -> Self {
        self.message.gas = gas;
        self
    }

    /// With this value.
    pub fn value(mut self, value: impl Into<U256>) -> Self {
        self.message.value = value.into();
        self
    }

    /// In static mode.
    pub fn is_static(mut self) -> Self {
        self.message.is_static = true;
        self
    }

    /// With code that came by delegation (EIP-7702).
    pub fn delegated(mut self) -> Self {
        self.message.is_delegated = true;
        self
    }

    /// At this depth instead of 0.
    pub fn depth(mut self, depth: u32) -> Self {
        self.message.depth = depth;
        self
    }

    /// Of this kind instead of a plain call.
    pub fn kind(mut self, kind: CallKind) -> Self {
        self.message.kind = kind;
        self
    }

    /// With a host that `prepare` has prepared.
    pub fn host<T>(mut self, prepare: impl FnOnce(&mut ScriptedHost) -> T) -> Self {
        let _ = prepare(&mut self.host);
        self
    }

    /// Runs on every machine and expects success with this output.
    pub fn succeeds(self, output: &[u8]) -> Ran {
        self.ends(StatusCode::Success, output)
    }

    /// Runs on every machine and expects a revert with this output.
    pub fn reverts(self, output: &[u8]) -> Ran {
        self.ends(StatusCode::Revert, output)
    }

    /// Runs on every machine and expects this failure, which takes all gas.
    pub fn fails(self, status: StatusCode) -> Ran {
        let ran = self.ends(status, &[]);
        assert_eq!((ran.result.gas_left, ran.result.gas_refund), (0, 0), "a failure takes all");
        ran
    }

    /// Runs on every machine; status, output, gas, refund and all that the host saw must agree.
    pub fn run(self) -> Ran {
        let mut runs = machines().iter().map(|(name, machine)| {
            let mut host = self.host.clone();
            let message = Message { input: &self.input, ..self.message };
            let (execution, recording) =
                record(&**machine, self.revision, &message, &self.code, &mut host);
            replays_everywhere(name, &recording);
            (*name, Ran { gas: message.gas, result: execution.result, host })
        });
        let (first_name, first) = runs.next().expect("there are machines");
        // What is printed goes to the library's own standard error.
        let seen =
            |ran: &Ran| (ran.result.clone(), ScriptedHost { lines: vec![], ..ran.host.clone() });
        for (name, ran) in runs {
            assert_eq!(seen(&first), seen(&ran), "{first_name} and {name} differ");
        }
        let creates = first.host.sent.iter().any(|sent| sent.kind.is_create());
        let is_delegated = self.message.is_delegated;
        for library in other_libraries().iter().filter(|library| library.carries(self.revision)) {
            let abi = library.abi_version();
            // The VM computes the address of a new contract since ABI 18, where this host has one ready. Chains try that.
            // ABIs before 12 can't say that code came by delegation.
            if creates && abi >= 18 || is_delegated && abi < 12 {
                continue;
            }
            let mut host = self.host.clone();
            let message = Message { input: &self.input, ..self.message };
            let result = library.execute(self.revision, &message, &self.code, &mut host);
            let result = result.unwrap_or_else(|fault| Err(fault).into());
            let ran = Ran { gas: message.gas, result, host };
            assert_eq!(
                seen(&first),
                seen(&ran),
                "{first_name} and the library of ABI {abi} differ"
            );
        }
        first
    }

    /// The message, without its input.
    pub fn message(&self) -> Message<'static> {
        self.message
    }

    /// Runs on one machine, whichever it is.
    pub fn on(&self, machine: &dyn Machine) -> Execution {
        let message = Message { input: &self.input, ..self.message };
        machine.execute(self.revision, &message, &self.code, &mut self.host.clone())
    }

    #[track_caller]
    fn ends(self, status: StatusCode, output: &[u8]) -> Ran {
        let ran = self.run();
        assert_eq!(ran.result.status, status, "asked: {:?}", ran.host.asked);
        assert_eq!(hex::encode(&ran.result.output), hex::encode(output));
        ran
    }
}

/// A recording of one machine makes the same run on every machine.
fn replays_everywhere(recorded_on: &str, recording: &Recording) {
    for (name, machine) in machines() {
        let replayed = replay(&**machine, recording, |_| ());
        if let Some(difference) = replayed.difference {
            panic!("recorded on {recorded_on}, replayed on {name}: {difference}");
        }
        assert!(!replayed.is_past_the_end);
    }
}

/// A case that ran, for more questions.
#[derive(Debug)]
pub struct Ran {
    gas: i64,
    /// How it ended.
    pub result: CallResult,
    /// What the host saw.
    pub host: ScriptedHost,
}

impl Ran {
    /// Expects this much gas to be used.
    #[track_caller]
    pub fn uses(self, gas: i64) -> Self {
        assert_eq!(self.gas - self.result.gas_left, gas, "gas used");
        self
    }

    /// Expects this refund.
    #[track_caller]
    pub fn refunds(self, gas: i64) -> Self {
        assert_eq!(self.result.gas_refund, gas, "gas refunded");
        self
    }

    /// Expects the host to have been asked this and nothing else.
    #[track_caller]
    pub fn asks(self, questions: &[&str]) -> Self {
        assert_eq!(self.host.asked, questions);
        self
    }
}
