//! The rules.

mod calls;
mod environment;
mod execution;
mod failures;
mod library;
mod state;

use super::{Rule, subject::Subject};
use hebe_host::Revision;

const fn must(
    name: &'static str,
    source: &'static str,
    run: fn(&Subject) -> Result<(), String>,
) -> Rule {
    Rule { name, source, is_must: true, abis: (9, 18), since: Revision::Byzantium, run }
}

impl Rule {
    const fn should(self) -> Self {
        Self { is_must: false, ..self }
    }

    const fn since(self, since: Revision) -> Self {
        Self { since, ..self }
    }

    const fn in_abis(self, first: i32, last: i32) -> Self {
        Self { abis: (first, last), ..self }
    }
}

/// Every rule, in the order in which they are tried.
pub const RULES: &[Rule] = &[
    must("name-and-version", "EVMC, evmc_vm", library::has_a_name),
    must("capabilities", "EVMC, get_capabilities", library::says_what_it_runs).in_abis(9, 13),
    must("unknown-option", "EVMC, set_option", library::knows_its_options),
    must("many-vms", "EVMC, evmc_create_fn", library::can_be_made_often),
    must("vms-are-independent", "EVMC, evmc_vm", library::keeps_to_itself),
    must("unknown-revisions", "EVMC, evmc_revision", library::survives_unknown_revisions),
    must("empty-code", "Yellow Paper, section 9", execution::of_no_code),
    must("return", "EVMC, evmc_result", execution::returns),
    must("revert", "EIP-140", execution::reverts),
    must("gas-runs-out", "EVMC, EVMC_OUT_OF_GAS", failures::gas_runs_out),
    must("all-gas-there-can-be", "EVMC, evmc_message::gas", execution::with_all_gas_there_can_be),
    must("failures", "EVMC, evmc_status_code", failures::take_all),
    must("truncated-push", "Yellow Paper, section 9.4", failures::a_push_without_its_bytes),
    must("large-input", "EVMC, evmc_message::input_data", execution::of_a_large_input),
    must("same-twice", "EVMC, evmc_execute_fn", execution::twice_the_same),
    must("threads", "EVMC, evmc_execute_fn", execution::on_many_threads),
    must("re-entrance", "EVMC, evmc_call_fn", calls::come_back_in),
    must("storage", "EVMC, get_storage, set_storage", state::is_loaded_and_stored),
    must("refund", "EIP-3529; the host adds up in ABI 9", state::a_cleared_word_is_refunded)
        .since(Revision::London),
    must("transient-storage", "EIP-1153", state::transient_storage)
        .since(Revision::Cancun)
        .in_abis(11, 18),
    must("logs", "EVMC, emit_log", state::logs),
    must("selfdestruct", "EVMC, selfdestruct", state::selfdestruct),
    must("message", "EVMC, evmc_message", environment::the_message),
    must("transaction-and-block", "EVMC, evmc_tx_context", environment::transaction_and_block),
    must("base-fee", "EIP-3198", environment::base_fee).since(Revision::London),
    must("blobs", "EIP-4844, EIP-7516", environment::blobs).since(Revision::Cancun).in_abis(11, 18),
    must("block-hash", "EVMC, get_block_hash", environment::block_hash),
    must("accounts", "EVMC, get_balance, get_code_size", environment::accounts),
    must("call", "EVMC, evmc_message", calls::a_call_is_sent),
    must("other-calls", "EVMC, evmc_call_kind", calls::other_kinds_are_sent),
    must("call-gas", "EIP-150", calls::keep_a_64th),
    must("return-data", "EIP-211", calls::return_data_comes_back),
    must("call-that-fails", "EVMC, evmc_result", calls::that_fail_push_zero),
    must("depth", "Yellow Paper, section 8", calls::end_at_depth_1024),
    must("balance", "Yellow Paper, section 8", calls::need_the_balance),
    must("static", "EIP-214", calls::static_mode_forbids),
    must("static-is-inherited", "EIP-214", calls::static_mode_is_inherited),
    must(
        "create-address",
        "EVMC, evmc_result::create_address; computed since ABI 18",
        calls::a_creation,
    ),
    must("create2-address", "EIP-1014", calls::a_salted_creation).since(Revision::Petersburg),
    must("last-nonce", "EIP-2681", calls::a_creation_after_the_last_nonce).in_abis(18, 18),
    must("push0", "EIP-3855", execution::push0_begins_with_shanghai)
        .since(Revision::Shanghai)
        .in_abis(10, 18),
    must("gas-that-lies", "EVMC, evmc_result::gas_left", calls::of_a_host_that_lies).should(),
];
