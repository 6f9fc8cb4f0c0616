//! What must a host do? Each check asks, and holds the answer against what it has to be.

mod access;
mod accounts;
mod calls;
mod creations;
mod storage;
mod surroundings;

use crate::probe::{Checked, Probe};
use hebe_host::Revision;
use std::fmt;

/// Something that a host must do.
pub struct Check {
    /// Its name.
    pub name: &'static str,
    /// Where it is written that a host must.
    pub source: &'static str,
    /// The first revision with what it is about.
    pub since: Revision,
    /// The first of EVMC's ABIs with it.
    pub since_abi: i32,
    pub(crate) run: fn(&mut Probe<'_>) -> Checked,
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

const fn check(
    name: &'static str,
    source: &'static str,
    run: fn(&mut Probe<'_>) -> Checked,
) -> Check {
    Check { name, source, since: Revision::Frontier, since_abi: 9, run }
}

impl Check {
    const fn since(self, since: Revision) -> Self {
        Self { since, ..self }
    }

    const fn since_abi(self, since_abi: i32) -> Self {
        Self { since_abi, ..self }
    }
}

/// Every check, in the order in which they are done. None relies on an earlier one having been good.
pub const CHECKS: &[Check] = &[
    check("context-stays", "EVMC, get_tx_context", surroundings::context_stays),
    check("context-is-plausible", "EVMC, evmc_tx_context", surroundings::context_is_plausible),
    check("sender-signed", "Yellow Paper, section 6", surroundings::sender_signed),
    check("block-hashes-out-of-range", "EVMC, get_block_hash", surroundings::old_hashes_are_zero),
    check("logs", "EVMC, emit_log", surroundings::logs_are_taken),
    check("account-exists", "EVMC, account_exists", accounts::existence),
    check("nobody-has-nothing", "EVMC, get_balance, get_code_hash", accounts::nobody_has_nothing),
    check("balance-is-big-endian", "EVMC, evmc_uint256be", accounts::balance_is_big_endian),
    check("code", "EVMC, get_code_size, get_code_hash", accounts::code_is_its_own),
    check("copy-code", "EVMC, copy_code", accounts::code_is_copied),
    check("nonce-of-nobody", "EVMC, get_nonce", accounts::nonce_of_nobody).since_abi(18),
    check("storage-keeps", "EVMC, get_storage", storage::words_keep),
    check("storage-keys-differ", "EVMC, set_storage", storage::keys_differ),
    check("storage-status", "EVMC, evmc_storage_status", storage::statuses_of_a_sequence),
    check("success-keeps", "Yellow Paper, section 8", storage::success_keeps),
    check("revert-undoes-storage", "EIP-140", storage::revert_undoes),
    check("failure-undoes-storage", "Yellow Paper, section 8", storage::failure_undoes),
    check("access-account", "EIP-2929", access::accounts_warm_up).since(Revision::Berlin),
    check("access-storage", "EIP-2929", access::words_warm_up).since(Revision::Berlin),
    check("access-of-the-transaction", "EIP-2929, EIP-3651", access::some_are_warm)
        .since(Revision::Berlin),
    check("revert-undoes-access", "EIP-2929", access::revert_cools_down).since(Revision::Berlin),
    check("transient-keeps", "EIP-1153", access::transient_keeps)
        .since(Revision::Cancun)
        .since_abi(11),
    check("revert-undoes-transient", "EIP-1153", access::revert_undoes_transient)
        .since(Revision::Cancun)
        .since_abi(11),
    check("call-delivers", "EVMC, evmc_message", calls::a_call_is_delivered),
    check("static-call-delivers", "EIP-214", calls::a_static_call_is_delivered)
        .since(Revision::Byzantium),
    check("delegate-call-delivers", "EIP-7", calls::a_delegate_call_is_delivered)
        .since(Revision::Homestead),
    check("callcode-delivers", "EVMC, evmc_call_kind", calls::a_callcode_is_delivered),
    check("large-input-is-delivered", "EVMC, evmc_message", calls::a_large_input_is_delivered),
    check("revert-gives-back", "EIP-140", calls::a_revert_gives_back).since(Revision::Byzantium),
    check("failure-takes-all", "Yellow Paper, section 8", calls::a_failure_takes_all),
    check("refund-comes-back", "EVMC, evmc_result::gas_refund", calls::a_refund_comes_back)
        .since_abi(10),
    check("call-of-nobody", "Yellow Paper, section 8", calls::nobody_can_be_called),
    check("value-moves", "Yellow Paper, section 8", calls::value_moves),
    check("messages-nest", "EVMC, evmc_message::depth", calls::messages_nest),
    check("create-stores-code", "EVMC, evmc_result::create_address", creations::code_is_stored),
    check("create-gives-value", "Yellow Paper, section 7", creations::value_is_given),
    check("create2-address", "EIP-1014", creations::create2_has_its_address)
        .since(Revision::Constantinople),
    check("create-raises-nonce", "EIP-161, EIP-684", creations::nonces_are_raised).since_abi(18),
    check("revert-undoes-create", "EIP-140", creations::revert_undoes).since(Revision::Byzantium),
    check("selfdestruct-once", "EVMC, selfdestruct", creations::a_contract_goes_once).since_abi(10),
];
