//! The prices, as the EIPs have them.

use super::*;
use StorageStatus::*;

/// A status, what a store costs in all, and its refund.
type Stores = [(StorageStatus, u64, i64); 9];

fn stores_cost(revisions: &[Revision], stores: Stores) {
    for revision in revisions {
        let fees = &Fees::of(*revision).unwrap().storage_store;
        for (status, gas, refund) in stores {
            let cost = fees.base() + fees.surcharge(status);
            assert_eq!((cost, fees.refund(status)), (gas, refund), "{revision} {status:?}");
        }
    }
}

#[test]
fn stores_by_the_yellow_paper() {
    let stores = [
        (Assigned, 5_000, 0),
        (Added, 20_000, 0),
        (Deleted, 5_000, 15_000),
        (Modified, 5_000, 0),
        (DeletedAdded, 20_000, 0),
        (ModifiedDeleted, 5_000, 15_000),
        (DeletedRestored, 20_000, 0),
        (AddedDeleted, 5_000, 15_000),
        (ModifiedRestored, 5_000, 0),
    ];
    stores_cost(&[Revision::Byzantium, Revision::Petersburg], stores);
}

#[test]
fn stores_by_eip_1283() {
    let stores = [
        (Assigned, 200, 0),
        (Added, 20_000, 0),
        (Deleted, 5_000, 15_000),
        (Modified, 5_000, 0),
        (DeletedAdded, 200, -15_000),
        (ModifiedDeleted, 200, 15_000),
        (DeletedRestored, 200, 4_800 - 15_000),
        (AddedDeleted, 200, 19_800),
        (ModifiedRestored, 200, 4_800),
    ];
    stores_cost(&[Revision::Constantinople], stores);
}

#[test]
fn stores_by_eip_2200() {
    let stores = [
        (Assigned, 800, 0),
        (Added, 20_000, 0),
        (Deleted, 5_000, 15_000),
        (Modified, 5_000, 0),
        (DeletedAdded, 800, -15_000),
        (ModifiedDeleted, 800, 15_000),
        (DeletedRestored, 800, 4_200 - 15_000),
        (AddedDeleted, 800, 19_200),
        (ModifiedRestored, 800, 4_200),
    ];
    stores_cost(&[Revision::Istanbul], stores);
}

#[test]
fn stores_by_eip_2929() {
    let stores = [
        (Assigned, 100, 0),
        (Added, 20_000, 0),
        (Deleted, 2_900, 15_000),
        (Modified, 2_900, 0),
        (DeletedAdded, 100, -15_000),
        (ModifiedDeleted, 100, 15_000),
        (DeletedRestored, 100, 2_800 - 15_000),
        (AddedDeleted, 100, 19_900),
        (ModifiedRestored, 100, 2_800),
    ];
    stores_cost(&[Revision::Berlin], stores);
}

#[test]
fn stores_by_eip_3529() {
    let stores = [
        (Assigned, 100, 0),
        (Added, 20_000, 0),
        (Deleted, 2_900, 4_800),
        (Modified, 2_900, 0),
        (DeletedAdded, 100, -4_800),
        (ModifiedDeleted, 100, 4_800),
        (DeletedRestored, 100, 2_800 - 4_800),
        (AddedDeleted, 100, 19_900),
        (ModifiedRestored, 100, 2_800),
    ];
    let since_london: Vec<Revision> =
        Revision::SUPPORTED.iter().copied().filter(|it| *it >= Revision::London).collect();
    stores_cost(&since_london, stores);
}

#[test]
fn what_is_before_byzantium_or_not_final_has_no_prices() {
    let priced = Revision::ALL.iter().map(|(revision, _)| *revision);
    let priced: Vec<Revision> = priced.filter(|revision| Fees::of(*revision).is_some()).collect();
    assert_eq!(priced, Revision::SUPPORTED);
    assert_eq!((priced[0], priced.len()), (Revision::Byzantium, 11));
}
