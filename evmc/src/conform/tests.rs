//! The table of rules in itself.

use super::*;
use std::collections::BTreeSet;

#[test]
fn every_rule_has_a_name_of_its_own() {
    let names: Vec<_> = rules().map(|rule| rule.name).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    for rule in rules() {
        assert!(
            rule.name.bytes().all(|it| it.is_ascii_lowercase() || b"-0123456789".contains(&it))
        );
        assert!(rule.says.ends_with('.') && !rule.source.is_empty(), "{}", rule.name);
    }
}

#[test]
fn each_abi_has_its_rules() {
    let has = |abi, name: &str| Case::all(abi).iter().any(|case| case.name() == name);
    for abi in crate::RELEASES.map(|release| release.abi) {
        assert!(has(abi, "call/evm") && has(abi, "call/wasm") && has(abi, "name"));
        assert_eq!(has(abi, "capabilities"), abi < 18);
        assert_eq!(has(abi, "sstore-refund"), abi > 9);
        assert_eq!(has(abi, "tload"), abi > 10);
        assert_eq!(has(abi, "create-nonce-limit"), abi == 18);
    }
    assert!(!has(9, "prevrandao") && !has(11, "call-delegation") && has(12, "call-delegation"));
}

/// In this process; `hebe conform` gives each case a process of its own.
#[test]
fn what_can_not_be_used_is_asked_the_first_rules_only() {
    let introduction = Introduction {
        abi: 12,
        name: None,
        version: None,
        no_use: Some("no name".to_owned()),
        no_evm: Some("no name".to_owned()),
        no_wasm: Some("no name".to_owned()),
    };
    let asked: Vec<_> = Case::all(12)
        .into_iter()
        .filter(|case| case.skipped(&introduction).is_none())
        .map(|case| case.name())
        .collect();
    assert!(asked.contains(&"name".to_owned()) && !asked.contains(&"success/evm".to_owned()));
}
