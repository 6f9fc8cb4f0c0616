//! What differs between revisions.

use hebe_host::Revision;
use revm_interpreter::{
    GasTable,
    context_interface::cfg::{GasParams, gas_params::GasId},
    instructions::gas_table_spec,
    primitives::hardfork::SpecId,
};
use std::sync::OnceLock;

/// The rules of one revision. Instructions and their prices are revm's.
pub(super) struct Rules {
    /// The revision as revm has it.
    pub(super) spec: SpecId,
    /// What an instruction costs at the least.
    pub(super) prices: GasTable,
    /// What else it may cost.
    pub(super) gas: GasParams,
    /// Whether stores are priced by what was there when the transaction began, too (EIP-1283, EIP-2200).
    pub(super) has_net_metering: bool,
    /// Whether what was accessed before costs less (EIP-2929).
    pub(super) has_access_lists: bool,
    /// Whether an account's code can be another account's (EIP-7702).
    pub(super) has_delegation: bool,
}

impl Rules {
    /// The rules of `revision`; `None` where they are not final.
    pub(super) fn of(revision: Revision) -> Option<&'static Self> {
        static RULES: [OnceLock<Rules>; Revision::ALL.len()] =
            [const { OnceLock::new() }; Revision::ALL.len()];
        let spec = spec(revision)?;
        Some(RULES[revision as usize].get_or_init(|| Self::new(revision, spec)))
    }

    fn new(revision: Revision, spec: SpecId) -> Self {
        let mut gas = GasParams::new_spec(spec);
        let net_before_istanbul = revision == Revision::Constantinople;
        if net_before_istanbul {
            gas.override_gas(EIP_1283);
        }
        Self {
            spec,
            prices: gas_table_spec(spec),
            gas,
            has_net_metering: net_before_istanbul || revision >= Revision::Istanbul,
            has_access_lists: revision >= Revision::Berlin,
            has_delegation: revision >= Revision::Prague,
        }
    }
}

/// The longest init code, in bytes, unless the VM's option says otherwise: twice the longest code (EIP-3860, EIP-170).
pub(super) const MAX_INIT_CODE_SIZE: usize = 49_152;

/// Stores at Constantinople (EIP-1283), which revm has not: a store that is dirty or changes nothing costs 200, the first
/// change 20,000 or 5,000, and what is undone comes back but for those 200.
const EIP_1283: [(GasId, u64); 5] = [
    (GasId::sstore_static(), 200),
    (GasId::sstore_set_without_load_cost(), 19_800),
    (GasId::sstore_reset_without_cold_load_cost(), 4_800),
    (GasId::sstore_set_refund(), 19_800),
    (GasId::sstore_reset_refund(), 4_800),
];

/// The revision as revm has it. It has none for Constantinople, which was Petersburg but for stores (EIP-1716).
fn spec(revision: Revision) -> Option<SpecId> {
    Some(match revision {
        Revision::Frontier => SpecId::FRONTIER,
        Revision::Homestead => SpecId::HOMESTEAD,
        Revision::TangerineWhistle => SpecId::TANGERINE,
        Revision::SpuriousDragon => SpecId::SPURIOUS_DRAGON,
        Revision::Byzantium => SpecId::BYZANTIUM,
        Revision::Constantinople | Revision::Petersburg => SpecId::PETERSBURG,
        Revision::Istanbul => SpecId::ISTANBUL,
        Revision::Berlin => SpecId::BERLIN,
        Revision::London => SpecId::LONDON,
        Revision::Paris => SpecId::MERGE,
        Revision::Shanghai => SpecId::SHANGHAI,
        Revision::Cancun => SpecId::CANCUN,
        Revision::Prague => SpecId::PRAGUE,
        Revision::Osaka => SpecId::OSAKA,
        Revision::Amsterdam | Revision::Experimental => return None,
    })
}
