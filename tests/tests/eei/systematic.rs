//! What all functions have in common: an exact fee, checked memory, static mode, and the order in
//! which these are looked at.

use crate::rows::{Length, ROWS, Row};
use hebe_gas::ValueType;
use hebe_host::{HostFunction, HostModule, MAX_DEPTH, StatusCode};
use hebe_testing::{Check, check};

/// The size of a contract's one page.
const MEMORY_BYTES: i64 = 65_536;

/// The function's row in the interface, for its types.
fn function(row: &Row) -> &'static HostFunction {
    let mut functions = HostModule::ETHEREUM.functions.iter();
    functions.find(|function| function.name == row.name).expect("it is in the interface")
}

/// A contract that calls the function with these arguments.
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
fn every_fee_is_exact() {
    for row in ROWS {
        // At the greatest depth, so that a call or create has no gas to give away.
        let case = || calling(row, row.args).depth(MAX_DEPTH);
        let ran = case().gas(row.fee).run();
        assert!(ends_well(row, ran.result.status), "{}: {}", row.name, ran.result.status);
        assert_eq!(ran.result.gas_left, 0, "{} costs less than its fee", row.name);
        let ran = case().gas(row.fee + 10).run();
        assert_eq!(ran.result.gas_left, 10, "{} costs more than its fee", row.name);
        if row.fee > 0 {
            case().gas(row.fee - 1).fails(StatusCode::OutOfGas).asks(&[]);
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
                calling(row, &args).run().result.status
            };
            let last = MEMORY_BYTES - bytes;
            assert!(ends_well(row, at(0)), "{} argument {index} at the start", row.name);
            assert!(ends_well(row, at(last)), "{} argument {index} at the end", row.name);
            for bad in
                [last + 1, MEMORY_BYTES + 1, 0x8000_0000, 0xffff_ffff, 0x1_0000_0000 - bytes.max(1)]
            {
                let (name, status) = (row.name, at(bad));
                assert_eq!(
                    status,
                    StatusCode::InvalidMemoryAccess,
                    "{name} argument {index} at {bad:#x}"
                );
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
        if row.changes_state {
            calling(row, row.args).is_static().fails(StatusCode::StaticModeViolation).asks(&[]);
        } else {
            let ran = calling(row, row.args).is_static().run();
            assert!(ends_well(row, ran.result.status), "{}: {}", row.name, ran.result.status);
        }
    }
}

/// The fee is charged before static mode is looked at, and that before memory.
#[test]
fn the_order_of_checks_is_the_same_everywhere() {
    for row in ROWS.iter().filter(|row| row.changes_state) {
        calling(row, row.args).is_static().gas(row.fee - 1).fails(StatusCode::OutOfGas);
        let mut args = row.args.to_vec();
        let &(index, _) = row.pointers.last().expect("all of these have pointers");
        args[index] = MEMORY_BYTES;
        calling(row, &args).is_static().gas(row.fee).fails(StatusCode::StaticModeViolation);
        calling(row, &args).gas(row.fee).fails(StatusCode::InvalidMemoryAccess);
        calling(row, &args).gas(row.fee - 1).fails(StatusCode::OutOfGas);
    }
}

/// Memory is checked before the host is asked anything.
#[test]
fn the_host_is_asked_only_when_memory_is_right() {
    for row in ROWS {
        for &(index, _) in row.pointers {
            let mut args = row.args.to_vec();
            args[index] = MEMORY_BYTES + 1;
            let ran = calling(row, &args).run();
            // A create looks at balances before its data, as the interface says.
            if !(row.name == "create" && index == 1) {
                assert_eq!(ran.host.asked, [""; 0], "{} argument {index}", row.name);
            }
        }
    }
}
