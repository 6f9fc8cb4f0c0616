//! The contracts that are part of the protocol rather than of the state.

use crate::{
    Chain, Execution,
    call::{failed, succeeded},
    keccak256,
};
use hebe_gas::{Exports, Features, Profile, Rules, Schedule, meter_deployed};
use hebe_host::{Address, HostModule, Interface, Message, Revision, StatusCode};
use revm_precompile::{PrecompileSpecId, PrecompileStatus, Precompiles, calc_linear_cost};

/// A contract that runs without code.
pub(crate) enum Precompile {
    /// One of Ethereum's.
    Standard(&'static revm_precompile::Precompile),
    /// One of ewasm's.
    System(&'static SystemContract),
}

/// A system contract of ewasm, at an address that its compilers know.
pub(crate) struct SystemContract {
    /// The last byte of its address; the others are zero.
    address: u8,
    name: &'static str,
    /// Gas for a call, and for each 32-byte word of its input, rounded up.
    base: u64,
    word: u64,
    /// The output, or why there is none.
    run: fn(&[u8]) -> Result<Vec<u8>, String>,
}

/// ewasm's system contracts. Their prices are those of the EVM where it has the same (Yellow Paper,
/// appendix G: Gkeccak256, Gkeccak256word); metering has none, so it costs as much as hashing does.
const SYSTEM_CONTRACTS: [SystemContract; 2] = [
    SystemContract {
        address: 0x09,
        name: "keccak256",
        base: 30,
        word: 6,
        run: |input| Ok(keccak256(input).0.to_vec()),
    },
    SystemContract { address: 0x0a, name: "sentinel", base: 30, word: 6, run: meter },
];

/// The precompiled contract at this address, if the chain has one there.
pub(crate) fn at(address: Address, chain: &Chain) -> Option<Precompile> {
    if chain.ewasm_system_contracts
        && let Some(system) = SYSTEM_CONTRACTS
            .iter()
            .find(|system| Address::from_low_u64_be(system.address.into()) == address)
    {
        return Some(Precompile::System(system));
    }
    Precompiles::new(set(chain.revision)).get(&address.0.into()).map(Precompile::Standard)
}

/// The sets of precompiled contracts, each with the revision that it came with, newest first.
const SETS: [(Revision, PrecompileSpecId); 7] = [
    (Revision::Osaka, PrecompileSpecId::OSAKA),
    (Revision::Prague, PrecompileSpecId::PRAGUE),
    (Revision::Cancun, PrecompileSpecId::CANCUN),
    (Revision::Berlin, PrecompileSpecId::BERLIN),
    (Revision::Istanbul, PrecompileSpecId::ISTANBUL),
    (Revision::Byzantium, PrecompileSpecId::BYZANTIUM),
    (Revision::Frontier, PrecompileSpecId::HOMESTEAD),
];

/// The set of precompiled contracts that a revision has.
fn set(revision: Revision) -> PrecompileSpecId {
    let newest = SETS.iter().find(|(since, _)| *since <= revision);
    newest.map_or(PrecompileSpecId::HOMESTEAD, |(_, set)| *set)
}

impl Precompile {
    /// Runs it. A failure takes all gas.
    pub(crate) fn execute(&self, message: &Message<'_>) -> Execution {
        let gas = u64::try_from(message.gas).unwrap_or(0);
        let (used, output) = match self {
            Self::Standard(precompile) => match run_standard(precompile, message.input, gas) {
                Ok(ran) => ran,
                Err((status, reason)) => return failed(status, reason),
            },
            Self::System(system) => {
                let used = calc_linear_cost(message.input.len(), system.base, system.word);
                if used > gas {
                    let reason = format!("out of gas: {} costs {used}", system.name);
                    return failed(StatusCode::OutOfGas, reason);
                }
                match (system.run)(message.input) {
                    Ok(output) => (used, output),
                    Err(why) => {
                        let reason = format!("{}: {why}", system.name);
                        return failed(StatusCode::PrecompileFailure, reason);
                    }
                }
            }
        };
        let left = gas.saturating_sub(used);
        succeeded(i64::try_from(left).unwrap_or(i64::MAX), output)
    }
}

/// The gas that it used, and its output.
fn run_standard(
    precompile: &revm_precompile::Precompile,
    input: &[u8],
    gas: u64,
) -> Result<(u64, Vec<u8>), (StatusCode, String)> {
    let name = precompile.id().name();
    match precompile.execute(input, gas, 0) {
        Ok(output) => match output.status {
            PrecompileStatus::Success => Ok((output.gas_used, output.bytes.to_vec())),
            PrecompileStatus::Halt(halt) if halt.is_oog() => {
                Err((StatusCode::OutOfGas, format!("out of gas in {name}")))
            }
            PrecompileStatus::Halt(halt) => {
                Err((StatusCode::PrecompileFailure, format!("{name}: {halt}")))
            }
            PrecompileStatus::Revert => {
                Err((StatusCode::PrecompileFailure, format!("{name} reverted")))
            }
        },
        Err(error) => Err((StatusCode::InternalError, format!("{name}: {error}"))),
    }
}

/// The sentinel: validates a contract and gives it back with its metering in it.
fn meter(code: &[u8]) -> Result<Vec<u8>, String> {
    let interface = Interface::new(Revision::Byzantium, &[&HostModule::ETHEREUM])
        .ok_or("Byzantium has no price table")?;
    let profile = Profile::Contract { exports: Exports::Tolerant };
    let imports = interface.signatures();
    let rules = Rules { features: Features::Default, profile, imports, metering: None };
    let schedule = Schedule::all().first().ok_or("there is no schedule")?;
    meter_deployed(code, &rules, schedule).map_err(|rejected| rejected.to_string())
}
