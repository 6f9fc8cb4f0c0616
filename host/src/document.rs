//! The interface as a page for readers: docs/eei.md, made from the table.

use crate::{Fee, Fees, HostFunction, HostModule, Revision, StorageStatus};
use std::fmt::Write;

/// The page, in Markdown.
fn document() -> String {
    let mut page = BEGIN.to_owned();
    functions(&mut page);
    fees(&mut page);
    storage(&mut page);
    page
}

const BEGIN: &str = "\
# The Ethereum Environment Interface

The functions that a contract imports from the module `ethereum`, and what they cost at each revision of Ethereum that Hebe runs.
This page is made from the table that contracts are linked with (`host/src/ethereum/mod.rs`, `host/src/fees.rs`); a test holds it there.

A contract that imports what its revision does not have is not valid. Fees are gas, apart from what instructions cost
([gas.md](gas.md)).

A pointer is an i32, an offset into the contract's memory. Addresses have 20 bytes, hashes and words of storage 32, as they are. Numbers are
little-endian: wei has 16 bytes, difficulty, chain id and base fees have 32.

";

/// Names, types, and where they came.
fn functions(page: &mut String) {
    *page += "## Functions\n\n| function | type | since | in static mode |\n|---|---|---|---|\n";
    for function in HostModule::ETHEREUM.functions {
        let list = |types: &[hebe_gas::ValueType]| {
            types.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        };
        line(
            page,
            &[
                format!("`{}`", function.name),
                format!("({}) -> ({})", list(function.params), list(function.results)),
                function.since.to_string(),
                if function.changes_state { "fails" } else { "" }.to_owned(),
            ],
        );
    }
    page.push('\n');
}

/// Every function's fee, with what comes on top, at every revision that changes one of them.
fn fees(page: &mut String) {
    *page += "## Fees\n\nA word is 32 bytes, of which one that is begun counts. What stands below a function comes on top of its fee.\n\n\
              A function whose fee is less than `trip` costs `trip` instead: the VM's way out of the contract and back. By the \
              schedule `measured` that is 0.4 gas ([gas.md](gas.md)). So it is what `finish`, `revert` and `useGas(0)` cost, and it changes \
              nothing for the others. With `metering=off` there is no such price. The functions of `debug` cost nothing at all.\n\n";
    let mut columns: Vec<String> = vec!["function".to_owned()];
    columns.extend(Revision::SUPPORTED.iter().map(ToString::to_string));
    line(page, &columns);
    line(page, &vec!["---".to_owned(); columns.len()]);
    for function in HostModule::ETHEREUM.functions {
        row(page, format!("`{}`", function.name), |fees, revision| {
            (revision >= function.since).then(|| fee(function, fees))
        });
        for surcharge in function.surcharges {
            row(page, format!("… {}", surcharge.when), |fees, revision| {
                let price = (surcharge.price)(fees);
                (revision >= function.since && price > 0).then(|| format!("+{}", number(price)))
            });
        }
    }
    *page += "\nA call that sends value gives the callee ";
    *page += &number(
        Revision::SUPPORTED
            .iter()
            .filter_map(|it| Fees::of(*it))
            .map(|it| it.call_stipend)
            .max()
            .unwrap_or(0),
    );
    *page += " gas on top, for nothing. ";
    *page += "With no more gas than a revision's guard `storageStore` fails: ";
    let guards: Vec<String> = Revision::SUPPORTED
        .iter()
        .filter_map(|revision| {
            let guard = Fees::of(*revision)?.storage_store.guard();
            (guard > 0).then(|| format!("{revision} {}", number(guard)))
        })
        .collect();
    *page += &guards.join(", ");
    *page += ".\n\n";
}

/// What a store costs, and refunds, by what it does to the word.
fn storage(page: &mut String) {
    use StorageStatus as Status;
    *page += "## Stores\n\nWhat `storageStore` costs in all for a word that is not cold, and what it adds to the refund, by the original word (when the \
              transaction began), the current one and the new one. X, Y and Z are different and not zero.\n\n";
    let mut columns: Vec<String> = vec!["words".to_owned()];
    columns.extend(Revision::SUPPORTED.iter().map(ToString::to_string));
    line(page, &columns);
    line(page, &vec!["---".to_owned(); columns.len()]);
    for (status, words) in [
        (Status::Added, "0 → 0 → Z"),
        (Status::Modified, "X → X → Z"),
        (Status::Deleted, "X → X → 0"),
        (Status::DeletedAdded, "X → 0 → Z"),
        (Status::DeletedRestored, "X → 0 → X"),
        (Status::ModifiedDeleted, "X → Y → 0"),
        (Status::ModifiedRestored, "X → Y → X"),
        (Status::AddedDeleted, "0 → Y → 0"),
        (Status::Assigned, "any other"),
    ] {
        row(page, words.to_owned(), |fees, _| {
            let store = &fees.storage_store;
            let cost = number(store.base() + store.surcharge(status));
            Some(match store.refund(status) {
                0 => cost,
                refund => {
                    let sign = if refund < 0 { "-" } else { "+" };
                    format!("{cost} ({sign}{})", number(refund.unsigned_abs()))
                }
            })
        });
    }
    *page += "\nThe first `selfDestruct` of a contract adds ";
    let refunds: Vec<String> = Revision::SUPPORTED
        .iter()
        .filter_map(|revision| {
            let refund = Fees::of(*revision)?.self_destruct_refund;
            (refund != 0).then(|| format!("{} at {revision}", number(refund.unsigned_abs())))
        })
        .collect();
    *page += &refunds.join(", ");
    *page += ".\n";
}

/// A row with a cell for each revision.
fn row(page: &mut String, name: String, cell: impl Fn(&Fees, Revision) -> Option<String>) {
    let cells = Revision::SUPPORTED
        .iter()
        .map(|revision| cell(Fees::of(*revision)?, *revision))
        .map(Option::unwrap_or_default);
    line(page, &[vec![name], cells.collect()].concat());
}

fn line(page: &mut String, cells: &[String]) {
    // Writing to a string can't fail.
    let _ = writeln!(page, "| {} |", cells.join(" | "));
}

/// What a call costs before the host is asked.
fn fee(function: &HostFunction, fees: &Fees) -> String {
    match &function.fee {
        Fee::InBody(base) => number(base(fees)),
        Fee::Before { base, terms } => {
            let base = base(fees);
            let mut parts = Vec::new();
            if base > 0 || terms.is_empty() {
                parts.push(number(base));
            }
            for term in *terms {
                let price = (term.price)(fees);
                let what = term.unit.name();
                if price > 0 {
                    parts.push(format!("{} for each {what}", number(price)));
                }
            }
            parts.join(" + ")
        }
    }
}

/// A number with commas between thousands.
fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{env, fs, path::Path};

    /// `BLESS=1` writes it again.
    #[test]
    fn the_document_is_what_the_table_says() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/eei.md");
        let page = document();
        if env::var_os("BLESS").is_some() {
            fs::write(&file, &page).unwrap();
        }
        let found = fs::read_to_string(&file).unwrap_or_default();
        assert!(found == page, "docs/eei.md is out of date: set BLESS=1 to write it");
    }
}
