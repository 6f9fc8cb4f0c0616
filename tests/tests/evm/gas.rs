//! Gas, worked out by hand, at the revisions that changed it.

use super::asm::asm;
use hebe_host::{Bytes32, Revision, StatusCode, StorageStatus};
use hebe_testing::{Check, OTHER, RECIPIENT, check_code};

use Revision::*;

fn at(revision: Revision, code: &str) -> Check {
    check_code(asm(code)).at(revision)
}

fn other() -> String {
    format!("0x{}", hex::encode(OTHER))
}

#[test]
fn questions_about_accounts() {
    let cases = [
        ("BALANCE", [(Frontier, 20), (TangerineWhistle, 400), (Istanbul, 700), (Berlin, 2_600)]),
        ("EXTCODESIZE", [(Frontier, 20), (TangerineWhistle, 700), (Istanbul, 700), (Osaka, 2_600)]),
        (
            "EXTCODEHASH",
            [(Constantinople, 400), (Petersburg, 400), (Istanbul, 700), (Berlin, 2_600)],
        ),
    ];
    for (name, prices) in cases {
        for (revision, price) in prices {
            println!("{name} at {revision}");
            at(revision, &format!("{} {name}", other())).succeeds(&[]).uses(3 + price);
        }
        let warm = at(Berlin, &format!("{} {name}", other()));
        warm.host(|host| host.warm_accounts.insert(OTHER)).succeeds(&[]).uses(3 + 100);
    }
    // 3 words of memory cost 3 each, and 3 to copy.
    for (revision, price) in [(Frontier, 20), (TangerineWhistle, 700), (Berlin, 2_600)] {
        let code = format!("96 0 0 {} EXTCODECOPY", other());
        at(revision, &code).succeeds(&[]).uses(4 * 3 + price + 9 + 9);
    }
}

#[test]
fn loads() {
    for (revision, price) in
        [(Frontier, 50), (TangerineWhistle, 200), (Istanbul, 800), (Berlin, 2_100)]
    {
        at(revision, "0 SLOAD").succeeds(&[]).uses(3 + price);
    }
    let warm =
        at(Berlin, "0 SLOAD").host(|host| host.warm_storage.insert((RECIPIENT, Bytes32::zero())));
    warm.succeeds(&[]).uses(3 + 100);
    // What can't be paid is noticed after the host said that it is cold.
    at(Berlin, "0 SLOAD").gas(2_102).fails(StatusCode::OutOfGas);
}

/// Every status at every way to price it; gas and refund of a word that is warm.
#[test]
fn stores() {
    use StorageStatus as Status;
    #[rustfmt::skip]
    let rows = [
        // By gross metering, EIP-1283, EIP-2200, EIP-2929, and EIP-3529.
        (Status::Assigned, [(5_000, 0), (200, 0), (800, 0), (100, 0), (100, 0)]),
        (Status::Added, [(20_000, 0), (20_000, 0), (20_000, 0), (20_000, 0), (20_000, 0)]),
        (Status::Deleted, [(5_000, 15_000), (5_000, 15_000), (5_000, 15_000), (2_900, 15_000), (2_900, 4_800)]),
        (Status::Modified, [(5_000, 0), (5_000, 0), (5_000, 0), (2_900, 0), (2_900, 0)]),
        (Status::DeletedAdded, [(20_000, 0), (200, -15_000), (800, -15_000), (100, -15_000), (100, -4_800)]),
        (Status::ModifiedDeleted, [(5_000, 15_000), (200, 15_000), (800, 15_000), (100, 15_000), (100, 4_800)]),
        (Status::DeletedRestored, [(20_000, 0), (200, -10_200), (800, -10_800), (100, -12_200), (100, -2_000)]),
        (Status::AddedDeleted, [(5_000, 15_000), (200, 19_800), (800, 19_200), (100, 19_900), (100, 19_900)]),
        (Status::ModifiedRestored, [(5_000, 0), (200, 4_800), (800, 4_200), (100, 2_800), (100, 2_800)]),
    ];
    let revisions: [&[Revision]; 5] = [
        &[Frontier, SpuriousDragon, Byzantium, Petersburg],
        &[Constantinople],
        &[Istanbul],
        &[Berlin],
        &[London, Osaka],
    ];
    for (status, prices) in rows {
        for ((gas, refund), revisions) in prices.into_iter().zip(revisions) {
            for revision in revisions {
                println!("{status:?} at {revision}");
                let case = at(*revision, "1 0 SSTORE").host(|host| {
                    host.storage_status = Some(status);
                    host.warm_storage.insert((RECIPIENT, Bytes32::zero()))
                });
                case.succeeds(&[]).uses(6 + gas).refunds(refund);
            }
        }
    }
    at(Berlin, "1 0 SSTORE").succeeds(&[]).uses(6 + 2_100 + 100);
    // With the stipend of a call nothing is stored (EIP-2200).
    at(Istanbul, "1 0 SSTORE").gas(6 + 2_300).fails(StatusCode::OutOfGas).asks(&[]);
    at(Istanbul, "1 0 SSTORE").gas(6 + 2_301).succeeds(&[]);
    at(Constantinople, "1 0 SSTORE").gas(6 + 200).succeeds(&[]);
}

#[test]
fn self_destruction() {
    let code = format!("{} SELFDESTRUCT", other());
    // To an account that is there; to one that is not, which before EIP-161 costs also where nothing is sent.
    for (revision, there, nothing, wei) in [
        (Frontier, 0, 0, 0),
        (TangerineWhistle, 5_000, 30_000, 30_000),
        (SpuriousDragon, 5_000, 5_000, 30_000),
        (Byzantium, 5_000, 5_000, 30_000),
        (Berlin, 7_600, 7_600, 32_600),
        (Osaka, 7_600, 7_600, 32_600),
    ] {
        let case = || at(revision, &code);
        case().host(|host| host.accounts.insert(OTHER)).succeeds(&[]).uses(3 + there);
        case().succeeds(&[]).uses(3 + nothing);
        case().host(|host| host.balances.insert(RECIPIENT, 1.into())).succeeds(&[]).uses(3 + wei);
    }
    for (revision, refund) in [(Frontier, 24_000), (Berlin, 24_000), (London, 0)] {
        let first = at(revision, &code).host(|host| host.first_selfdestruct = true);
        first.succeeds(&[]).refunds(refund);
        at(revision, &code).succeeds(&[]).refunds(0);
    }
}

#[test]
fn what_has_a_length() {
    at(Byzantium, "96 0 KECCAK256").succeeds(&[]).uses(6 + 30 + 3 * 6 + 9);
    at(Byzantium, "33 0 LOG0").succeeds(&[]).uses(6 + 375 + 33 * 8 + 6);
    at(Byzantium, "1 2 0 0 LOG2").succeeds(&[]).uses(12 + 3 * 375);
    // A byte of the exponent costs 10, and 50 since EIP-160.
    at(Frontier, "0x0100 2 EXP").succeeds(&[]).uses(6 + 10 + 20);
    at(SpuriousDragon, "0x0100 2 EXP").succeeds(&[]).uses(6 + 10 + 100);
    // 1,024 words: 3 each, and the square of it divided by 512.
    at(Byzantium, "0 32736 MSTORE").succeeds(&[]).uses(6 + 3 + 3 * 1024 + 2048);
    at(Byzantium, "0 0xffffffffffffffff MSTORE").fails(StatusCode::OutOfGas);
    at(Byzantium, "0 0x01ffffffffffffffff MSTORE").fails(StatusCode::OutOfGas);
}

#[test]
fn the_last_unit_counts() {
    at(Byzantium, "1 2 ADD").gas(9).succeeds(&[]).uses(9);
    at(Byzantium, "1 2 ADD").gas(8).fails(StatusCode::OutOfGas);
    at(Byzantium, "").gas(0).succeeds(&[]);
    at(Byzantium, "1 2 ADD").gas(i64::MAX).succeeds(&[]).uses(9);
}
