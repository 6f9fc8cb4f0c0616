//! What is on the chain before its first transaction.

use crate::{config::Config, forms::ToChain, keys::Keys};
use hebe_host::{Address, Bytes32, Revision, U256};
use hebe_testing::{Account, Accounts};

/// Wei of an ether.
const ETHER: u64 = 1_000_000_000_000_000_000;

/// Contracts that a chain has since a revision, with their runtime code: what EIPs put there, and the deployer at the same
/// address on every chain that scripts expect (github.com/Arachnid/deterministic-deployment-proxy).
const CONTRACTS: [(Revision, &str, &str); 3] = [
    (
        Revision::Constantinople,
        "4e59b44847b379578588920ca78fbf26c0b4956c",
        "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3",
    ),
    // EIP-4788, beacon roots.
    (
        Revision::Cancun,
        "000f3df6d732807ef1319fb7b8bb8522d0beac02",
        "3373fffffffffffffffffffffffffffffffffffffffe14604d57602036146024575f5ffd5b5f35801560495762001fff810690815414603c575f5ffd5b62001fff01545f5260205ff35b5f5ffd5b62001fff42064281555f359062001fff015500",
    ),
    // EIP-2935, block hashes.
    (
        Revision::Prague,
        "0000f90827f1c53a10cb7a02335b175320002935",
        "3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff81430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500",
    ),
];

/// The accounts that a chain begins with: those of the state that is loaded, and beside them the node's own and the
/// contracts of its revision.
pub(crate) fn accounts(config: &Config, keys: &Keys) -> Accounts {
    let mut accounts = Accounts::from(config.state.accounts.clone());
    for (since, address, code) in CONTRACTS {
        if config.revision >= since {
            let address: Address = address.parse().unwrap_or_default();
            let code = hex::decode(code).unwrap_or_default();
            let contract = Account { nonce: 1, code: code.into(), ..Account::default() };
            accounts.entry(address).or_insert(contract);
        }
    }
    for address in keys.addresses() {
        let balance = U256::from(config.balance) * U256::from(ETHER);
        let account = accounts.entry(address.to_chain()).or_default();
        account.balance = account.balance.max(balance);
    }
    accounts
}

/// Whether it is one of the contracts that a chain has of itself.
pub(crate) fn has(address: Address) -> bool {
    CONTRACTS.iter().any(|(_, own, _)| own.parse().is_ok_and(|own: Address| own == address))
}

/// The beacon chain's root that each block is told; there is no beacon chain.
pub(crate) const BEACON_ROOT: Bytes32 = Bytes32::zero();

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_has_its_contracts() {
        for (revision, contracts) in [
            (Revision::Byzantium, 0),
            (Revision::Istanbul, 1),
            (Revision::Cancun, 2),
            (Revision::Osaka, 3),
        ] {
            let config = Config { revision, ..Config::default() };
            let accounts = accounts(&config, &Keys::default());
            assert_eq!(accounts.len(), contracts, "{revision}");
            assert!(accounts.values().all(|account| !account.code.is_empty()));
        }
    }
}
