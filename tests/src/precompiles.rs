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

/// Where the chain has precompiled contracts.
pub(crate) fn addresses(chain: &Chain) -> Vec<Address> {
    let standard = Precompiles::new(set(chain.revision)).addresses();
    let system = SYSTEM_CONTRACTS.iter().filter(|_| chain.ewasm_system_contracts);
    standard
        .map(|address| Address(address.0.0))
        .chain(system.map(|system| Address::from_low_u64_be(system.address.into())))
        .collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use hebe_host::{CallKind, U256};
    use std::collections::BTreeMap;

    fn chain(revision: Revision, ewasm_system_contracts: bool) -> Chain {
        Chain { ewasm_system_contracts, ..Chain::new(revision, BTreeMap::new()) }
    }

    /// Calls what the chain has at this address.
    fn call(chain: &Chain, address: u64, input: &[u8], gas: i64) -> Option<Execution> {
        let address = Address::from_low_u64_be(address);
        let message = Message {
            kind: CallKind::Call,
            is_static: false,
            is_delegated: false,
            depth: 1,
            gas,
            recipient: address,
            sender: Address::repeat_byte(1),
            input,
            value: U256::zero(),
            create2_salt: Default::default(),
            code_address: address,
        };
        at(address, chain).map(|precompile| precompile.execute(&message))
    }

    fn ends(chain: &Chain, address: u64, input: &[u8], gas: i64) -> (StatusCode, i64, Vec<u8>) {
        let result = call(chain, address, input, gas).expect("it is there").result;
        (result.status, result.gas_left, result.output)
    }

    #[test]
    fn each_revision_has_its_set() {
        for (revision, last) in [
            (Revision::Frontier, 4),
            (Revision::SpuriousDragon, 4),
            (Revision::Byzantium, 8),
            (Revision::Petersburg, 8),
            (Revision::Istanbul, 9),
            (Revision::Shanghai, 9),
            (Revision::Cancun, 10),
            (Revision::Prague, 17),
        ] {
            let chain = chain(revision, false);
            let there: Vec<u64> = (0..32)
                .filter(|address| at(Address::from_low_u64_be(*address), &chain).is_some())
                .collect();
            let expected: Vec<u64> = (1..=last).collect();
            assert_eq!(there, expected, "{revision}");
        }
    }

    #[test]
    fn a_price_is_charged_or_all_gas_is_gone() {
        let chain = chain(Revision::Byzantium, false);
        let identity = |gas| ends(&chain, 4, b"Hebe", gas);
        assert_eq!(identity(100), (StatusCode::Success, 82, b"Hebe".to_vec()));
        assert_eq!(identity(18), (StatusCode::Success, 0, b"Hebe".to_vec()));
        assert_eq!(identity(17), (StatusCode::OutOfGas, 0, vec![]));
        // One byte is no pair of points.
        assert_eq!(ends(&chain, 8, b"?", 1_000_000), (StatusCode::PrecompileFailure, 0, vec![]));
    }

    #[test]
    fn system_contracts_are_a_choice() {
        assert!(call(&chain(Revision::Byzantium, false), 9, b"", 1_000).is_none());
        let chain = chain(Revision::Istanbul, true);
        let hash = keccak256(b"Hebe").0.to_vec();
        assert_eq!(ends(&chain, 9, b"Hebe", 36), (StatusCode::Success, 0, hash));
        assert_eq!(ends(&chain, 9, b"Hebe", 35), (StatusCode::OutOfGas, 0, vec![]));
    }

    #[test]
    fn the_sentinel_meters_what_is_valid() {
        let chain = chain(Revision::Byzantium, true);
        let code = wat::parse_str(
            r#"(module (memory (export "memory") 1) (func (export "main") (drop (i32.const 7))))"#,
        );
        let code = code.expect("the text is right");
        let (status, _, metered) = ends(&chain, 10, &code, 10_000);
        assert_eq!((status, metered), (StatusCode::Success, meter(&code).expect("it is valid")));
        let execution = call(&chain, 10, b"\0asm\x01\0\0\0", 10_000).expect("it is there");
        assert_eq!(execution.result.status, StatusCode::PrecompileFailure);
        let reason = execution.reason.expect("it is known");
        assert!(reason.starts_with("sentinel: "), "{reason}");
    }
}
