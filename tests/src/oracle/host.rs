//! Host functions that are simple and deterministic: the same under both meters.
//!
//! They have the names of the chain's, so that contracts can import them. A few do what these do, so
//! that contracts get somewhere; all others answer with a number that depends on the calls so far.

use super::prices::PARTICLES;
use hebe_gas::ImportSignature;
use hebe_host::{HostModule, Interface, Revision};
use std::{collections::BTreeMap, sync::LazyLock};

static INTERFACE: LazyLock<Interface> = LazyLock::new(|| {
    Interface::new(Revision::Byzantium, &[&HostModule::ETHEREUM, &HostModule::DEBUG])
        .expect("Byzantium has all its prices")
});

/// What may be imported: the signatures of the chain's functions.
pub fn imports() -> &'static [ImportSignature] {
    INTERFACE.signatures()
}

/// What a contract finds when it runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Setting {
    /// The call data.
    pub input: Vec<u8>,
    /// Who calls it. Where nobody is named, `getCaller` is like any other function.
    pub caller: Option<[u8; 20]>,
    /// The code that it reads as its own. Where it is empty, `getCodeSize` and `codeCopy` are like any
    /// other functions.
    pub code: Vec<u8>,
    /// What is stored, by key. All else is zero.
    pub storage: BTreeMap<[u8; 32], [u8; 32]>,
}

impl Setting {
    /// Nothing but this call data.
    pub fn with_input(input: &[u8]) -> Self {
        Self { input: input.to_vec(), ..Self::default() }
    }
}

/// A call of a host function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The function's name.
    pub function: String,
    /// Its arguments; an i32 is extended with zeros.
    pub arguments: Vec<u64>,
    /// The gas left when it was called, in particles.
    pub gas: i64,
}

/// Why a host function does not return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// `finish`, `revert` or `selfDestruct`, with the output.
    Ended(String, Vec<u8>),
    /// Its fee is more than the gas left.
    OutOfGas,
    /// It was asked for something that there is not.
    Failed,
}

/// The state of the host.
pub(super) struct Host {
    setting: Setting,
    pub(super) events: Vec<Event>,
}

impl Host {
    pub(super) fn new(setting: &Setting) -> Self {
        Self { setting: setting.clone(), events: Vec::new() }
    }

    /// Calls `function` with so much `gas` left. Gives its result, if it has one, and the gas left.
    pub(super) fn call(
        &mut self,
        function: &str,
        arguments: &[u64],
        gas: i64,
        memory: &mut [u8],
    ) -> Result<(u64, i64), Exit> {
        self.events.push(Event {
            function: function.to_owned(),
            arguments: arguments.to_vec(),
            gas,
        });
        let argument = |index: usize| arguments.get(index).copied().unwrap_or_default();
        let pay = |fee: u64| {
            let left = i128::from(gas) - i128::from(fee) * i128::from(PARTICLES);
            i64::try_from(left).ok().filter(|left| *left >= 0).ok_or(Exit::OutOfGas)
        };
        match function {
            "finish" | "revert" => {
                let output = range(memory, argument(0), argument(1))?.to_vec();
                Err(Exit::Ended(function.to_owned(), output))
            }
            "selfDestruct" => Err(Exit::Ended(function.to_owned(), Vec::new())),
            "useGas" if argument(0).cast_signed() < 0 => Err(Exit::Failed),
            "useGas" => Ok((0, pay(argument(0))?)),
            "getGasLeft" => {
                let left = pay(2)?;
                Ok(((left / PARTICLES).cast_unsigned(), left))
            }
            "getCallDataSize" => Ok((self.setting.input.len() as u64, pay(2)?)),
            "getCodeSize" if !self.setting.code.is_empty() => {
                Ok((self.setting.code.len() as u64, pay(2)?))
            }
            "callDataCopy" => self.copy(|setting| &mut setting.input, arguments, pay, memory),
            "codeCopy" if !self.setting.code.is_empty() => {
                self.copy(|setting| &mut setting.code, arguments, pay, memory)
            }
            "getCaller" if self.setting.caller.is_some() => {
                let left = pay(2)?;
                let caller = self.setting.caller.unwrap_or_default();
                range(memory, argument(0), 20)?.copy_from_slice(&caller);
                Ok((0, left))
            }
            "storageLoad" => {
                let left = pay(200)?;
                let key = word(memory, argument(0))?;
                let value = self.setting.storage.get(&key).copied().unwrap_or_default();
                range(memory, argument(1), 32)?.copy_from_slice(&value);
                Ok((0, left))
            }
            "storageStore" => {
                let left = pay(500)?;
                let (key, value) = (word(memory, argument(0))?, word(memory, argument(1))?);
                self.setting.storage.insert(key, value);
                Ok((0, left))
            }
            _ => {
                // A few bits of a sum over the calls so far, mostly small.
                let left = pay(1 + arguments.len() as u64)?;
                let mut sum = self.events.len() as u64;
                for argument in arguments {
                    sum = sum.wrapping_mul(31).wrapping_add(*argument);
                }
                Ok((sum.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (sum % 64), left))
            }
        }
    }

    /// Copies to memory, at the first argument, from what the setting has at the second, as many bytes
    /// as the third says.
    fn copy(
        &mut self,
        from: impl FnOnce(&mut Setting) -> &mut Vec<u8>,
        arguments: &[u64],
        pay: impl Fn(u64) -> Result<i64, Exit>,
        memory: &mut [u8],
    ) -> Result<(u64, i64), Exit> {
        let &[to, at, length] = arguments else { return Err(Exit::Failed) };
        let left = pay(3 + 3 * length.div_ceil(32))?;
        let from = range(from(&mut self.setting), at, length)?;
        range(memory, to, length)?.copy_from_slice(from);
        Ok((0, left))
    }
}

/// A word of storage.
fn word(memory: &mut [u8], offset: u64) -> Result<[u8; 32], Exit> {
    let mut word = [0; 32];
    word.copy_from_slice(range(memory, offset, 32)?);
    Ok(word)
}

/// `length` bytes from `offset`.
fn range(bytes: &mut [u8], offset: u64, length: u64) -> Result<&mut [u8], Exit> {
    let end = offset.checked_add(length).ok_or(Exit::Failed)?;
    let (start, end) = (usize::try_from(offset), usize::try_from(end));
    let (Ok(start), Ok(end)) = (start, end) else { return Err(Exit::Failed) };
    bytes.get_mut(start..end).ok_or(Exit::Failed)
}
