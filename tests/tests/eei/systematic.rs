//! What all functions have in common: an exact fee, checked memory, static mode, and the order in
//! which these are looked at.

use crate::rows::{Length, ROWS, Row};
use hebe_gas::ValueType;
use hebe_host::{HostFunction, HostModule, MAX_DEPTH, Revision, StatusCode};
use hebe_testing::{Check, check};

/// The size of a contract's one page.
const MEMORY_BYTES: i64 = 65_536;

/// The function's row in the interface, for its types.
fn function(row: &Row) -> &'static HostFunction {
    let mut functions = HostModule::ETHEREUM.functions.iter();
    functions.find(|function| function.name == row.name).expect("it is in the interface")
}

/// The first and the last revision that have the function: what does not depend on prices is the same at all.
fn first_and_last(row: &Row) -> [Revision; 2] {
    [row.since(), Revision::LATEST]
}

/// A contract that calls the function with these arguments, at the revision that it came with.
fn calling(row: &Row, args: &[i64]) -> Check {
    let function = function(row);
    let args: String = function
        .params
        .iter()
        .zip(args)
        .map(|(ty, value)| match ty {
            ValueType::I32 => format!("({ty}.const {:#x})", value & 0xffff_ffff),
            ValueType::I64 => format!("({ty}.const {value})"),
        })
        .collect();
    let call = format!("(call ${} {args})", row.name);
    check(&if function.results.is_empty() { call } else { format!("(drop {call})") })
        .at(row.since())
}

/// The row's call, which ends as it should with any arguments that are right.
fn ends_well(row: &Row, status: StatusCode) -> bool {
    status == if row.name == "revert" { StatusCode::Revert } else { StatusCode::Success }
}

#[test]
fn every_function_has_a_row() {
    let names = |names: &mut dyn Iterator<Item = &'static str>| {
        let mut names: Vec<_> = names.collect();
        names.sort_unstable();
        names
    };
    assert_eq!(
        names(&mut ROWS.iter().map(|row| row.name)),
        names(&mut HostModule::ETHEREUM.functions.iter().map(|function| function.name)),
    );
}

#[test]
fn every_fee_is_exact_at_every_revision() {
    for row in ROWS {
        for revision in row.revisions() {
            let (name, fee) = (row.name, row.fee(revision));
            // At the greatest depth, so that a call or create has no gas to give away. A store wants to have
            // some left (EIP-2200), which it does not use.
            let more = if name == "storageStore" { 2_301 } else { 0 };
            let case = || calling(row, row.args).at(revision).depth(MAX_DEPTH);
            let ran = case().gas(fee + more).run();
            let status = ran.result.status;
            assert!(ends_well(row, status), "{name} at {revision}: {status}");
            assert_eq!(ran.result.gas_left, more, "{name} costs less than its fee at {revision}");
            let ran = case().gas(fee + more + 10).run();
            assert_eq!(ran.result.gas_left, more + 10, "{name} costs more at {revision}");
            if fee > 0 {
                let ran = case().gas(fee - 1).fails(StatusCode::OutOfGas);
                let asked = ran.host.asked.iter();
                let answered: Vec<_> = asked.filter(|ask| !ask.starts_with("access_")).collect();
                assert!(answered.is_empty(), "{name} at {revision}: {answered:?}");
            }
        }
    }
}

#[test]
fn a_function_is_there_from_its_revision_on() {
    for row in ROWS {
        for revision in Revision::SUPPORTED {
            let status = calling(row, row.args).at(revision).run().result.status;
            if revision < row.since() {
                let (name, refused) = (row.name, StatusCode::ContractValidationFailure);
                assert_eq!(status, refused, "{name} at {revision}");
            } else {
                assert!(ends_well(row, status), "{} at {revision}: {status}", row.name);
            }
        }
    }
}

#[test]
fn every_pointer_is_checked() {
    for row in ROWS {
        for &(index, length) in row.pointers {
            let bytes = match length {
                Length::Bytes(bytes) => bytes,
                Length::Argument(length) | Length::DataArgument(length) => row.args[length],
            };
            let at = |pointer: i64| {
                let mut args = row.args.to_vec();
                args[index] = pointer;
                first_and_last(row).map(|at| calling(row, &args).at(at).run().result.status)
            };
            let last = MEMORY_BYTES - bytes;
            for good in [0, last] {
                for status in at(good) {
                    assert!(ends_well(row, status), "{} argument {index} at {good}", row.name);
                }
            }
            for bad in
                [last + 1, MEMORY_BYTES + 1, 0x8000_0000, 0xffff_ffff, 0x1_0000_0000 - bytes.max(1)]
            {
                let expected = [StatusCode::InvalidMemoryAccess; 2];
                assert_eq!(at(bad), expected, "{} argument {index} at {bad:#x}", row.name);
            }
        }
    }
}

#[test]
fn every_length_is_checked() {
    for row in ROWS {
        for &(index, length) in row.pointers {
            let (Length::Argument(argument) | Length::DataArgument(argument)) = length else {
                continue;
            };
            let with = |pointer: i64, length: i64| {
                let mut args = row.args.to_vec();
                args[index] = pointer;
                args[argument] = length;
                // Enough for any length, so that the fee does not come first.
                calling(row, &args).gas(1 << 40).run().result.status
            };
            let name = row.name;
            for (pointer, length) in [
                (1, MEMORY_BYTES),
                (0, 0xffff_ffff),
                (0xffff_ffff, 0xffff_ffff),
                (0x8000_0000, 0x8000_0000),
            ] {
                assert_eq!(
                    with(pointer, length),
                    StatusCode::InvalidMemoryAccess,
                    "{name} {pointer:#x} {length:#x}"
                );
            }
            assert!(ends_well(row, with(MEMORY_BYTES, 0)), "{name}: nothing, at the very end");
        }
    }
}

/// Nothing must be in bounds too, except as the data of a call or create, which is not looked at.
#[test]
fn an_empty_range_beyond_memory_is_an_error() {
    for row in ROWS {
        for &(index, length) in row.pointers {
            let mut args = row.args.to_vec();
            args[index] = MEMORY_BYTES + 1;
            let status = match length {
                Length::Bytes(_) => continue,
                Length::Argument(argument) | Length::DataArgument(argument) => {
                    args[argument] = 0;
                    calling(row, &args).run().result.status
                }
            };
            match length {
                Length::DataArgument(_) => assert!(ends_well(row, status), "{}", row.name),
                _ => assert_eq!(status, StatusCode::InvalidMemoryAccess, "{}", row.name),
            }
        }
    }
}

#[test]
fn static_mode_forbids_what_changes_the_state() {
    for row in ROWS {
        for revision in first_and_last(row) {
            let case = calling(row, row.args).at(revision).is_static();
            if row.changes_state {
                case.fails(StatusCode::StaticModeViolation).asks(&[]);
            } else {
                let ran = case.run();
                assert!(ends_well(row, ran.result.status), "{}: {}", row.name, ran.result.status);
            }
        }
    }
}

/// The fee is charged before static mode is looked at, and that before memory.
#[test]
fn the_order_of_checks_is_the_same_everywhere() {
    for row in ROWS.iter().filter(|row| row.changes_state) {
        let fee = row.fee(row.since());
        calling(row, row.args).is_static().gas(fee - 1).fails(StatusCode::OutOfGas);
        let mut args = row.args.to_vec();
        let &(index, _) = row.pointers.last().expect("all of these have pointers");
        args[index] = MEMORY_BYTES;
        calling(row, &args).is_static().gas(fee).fails(StatusCode::StaticModeViolation);
        calling(row, &args).gas(fee).fails(StatusCode::InvalidMemoryAccess);
        calling(row, &args).gas(fee - 1).fails(StatusCode::OutOfGas);
    }
}

/// Memory is checked before the host is asked anything.
#[test]
fn the_host_is_asked_only_when_memory_is_right() {
    for row in ROWS {
        for &(index, _) in row.pointers {
            let mut args = row.args.to_vec();
            args[index] = MEMORY_BYTES + 1;
            // A creation looks at balances before its data, as the interface says.
            if row.name.starts_with("create") && index == 1 {
                continue;
            }
            for revision in first_and_last(row) {
                let ran = calling(row, &args).at(revision).run();
                assert_eq!(ran.host.asked, [""; 0], "{} argument {index}", row.name);
            }
        }
    }
}
