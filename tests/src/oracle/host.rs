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
#[derive(Default)]
pub(super) struct Host {
    pub(super) input: Vec<u8>,
    pub(super) events: Vec<Event>,
    storage: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl Host {
    pub(super) fn new(input: &[u8]) -> Self {
        Self { input: input.to_vec(), ..Self::default() }
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
            "getCallDataSize" => Ok((self.input.len() as u64, pay(2)?)),
            "callDataCopy" => {
                let left = pay(3 + 3 * argument(2).div_ceil(32))?;
                let from = range(&mut self.input, argument(1), argument(2))?;
                range(memory, argument(0), argument(2))?.copy_from_slice(from);
                Ok((0, left))
            }
            "storageLoad" => {
                let left = pay(200)?;
                let path = range(memory, argument(0), 32)?.to_vec();
                let value = self.storage.get(&path).cloned().unwrap_or_else(|| vec![0; 32]);
                range(memory, argument(1), 32)?.copy_from_slice(&value);
                Ok((0, left))
            }
            "storageStore" => {
                let left = pay(500)?;
                let path = range(memory, argument(0), 32)?.to_vec();
                let value = range(memory, argument(1), 32)?.to_vec();
                self.storage.insert(path, value);
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
}

/// `length` bytes from `offset`.
fn range(bytes: &mut [u8], offset: u64, length: u64) -> Result<&mut [u8], Exit> {
    let end = offset.checked_add(length).ok_or(Exit::Failed)?;
    let (start, end) = (usize::try_from(offset), usize::try_from(end));
    let (Ok(start), Ok(end)) = (start, end) else { return Err(Exit::Failed) };
    bytes.get_mut(start..end).ok_or(Exit::Failed)
}
