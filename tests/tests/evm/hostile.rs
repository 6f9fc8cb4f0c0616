//! Code that means ill, and code that is nothing.

use super::asm::{asm, returning};
use hebe_host::{CallKind, CallResult, Fault, Revision, StatusCode};
use hebe_testing::{Check, ScriptedHost, check_code, machines};
use hebe_vm::Vm;

use Revision::*;

fn code(bytes: &[u8]) -> Check {
    check_code(bytes.to_vec())
}

#[test]
fn code_of_few_bytes() {
    code(&[]).succeeds(&[]).uses(0);
    code(&[0x00]).succeeds(&[]).uses(0);
    code(&[0x5b]).succeeds(&[]).uses(1);
    code(&[0xfe]).fails(StatusCode::InvalidInstruction);
    code(&[0xff]).fails(StatusCode::StackUnderflow);
    // One byte less than WebAssembly: it stops.
    code(b"\0asm\x01\0\0").succeeds(&[]).uses(0);
    code(b"\0asm\x01\0\0\0").fails(StatusCode::ContractValidationFailure);
}

#[test]
fn a_push_past_the_end_pushes_zeros() {
    for push in 0x60..=0x7f_u8 {
        code(&[push]).succeeds(&[]).uses(3);
        code(&[push, 0x01]).succeeds(&[]).uses(3);
    }
    // What is past the end of the code is STOP.
    code(&[0x60, 0x03, 0x56, 0x5b]).succeeds(&[]).uses(3 + 8 + 1);
}

#[test]
fn jumps_lead_to_instructions_only() {
    // To a JUMPDEST that is data of a push, into the push itself, past the end, to no number at all.
    check_code(asm("4 JUMP :605b")).fails(StatusCode::BadJumpDestination);
    check_code(asm("3 JUMP :605b")).fails(StatusCode::BadJumpDestination);
    check_code(asm("5 JUMP :5b")).fails(StatusCode::BadJumpDestination);
    check_code(asm("0 NOT JUMP")).fails(StatusCode::BadJumpDestination);
    // A push that is data itself hides nothing: 60 60 5b, in which the second is data.
    check_code(asm("5 JUMP :60605b")).succeeds(&[]);
    // One that is past the end hides what follows.
    check_code(asm("4 JUMP :7f5b")).fails(StatusCode::BadJumpDestination);
}

/// Other formats and delegations are no instructions where they are run as code.
#[test]
fn bytes_that_begin_with_ef() {
    for revision in [Frontier, Berlin, London, Prague, Osaka] {
        for bytes in [&b"\xef"[..], b"\xef\0\x01", b"\xef\x01\0aaaaaaaaaaaaaaaaaaaa"] {
            code(bytes).at(revision).fails(StatusCode::UndefinedInstruction);
            code(bytes).at(revision).kind(CallKind::Create).fails(StatusCode::UndefinedInstruction);
        }
    }
}

/// Instructions that are not final yet are none.
#[test]
fn what_is_to_come_is_undefined() {
    for opcode in [0x4b_u8, 0xe6, 0xe7, 0xe8] {
        let bytes = [&[0x5f; 20][..], &[opcode, 0x00]].concat();
        code(&bytes).at(Osaka).fails(StatusCode::UndefinedInstruction);
    }
}

#[test]
fn revisions_that_are_not_final_are_rejected() {
    for (_, machine) in machines() {
        let status = |revision| code(&[0x5b]).at(revision).on(&**machine).result.status;
        assert_eq!(status(Experimental), StatusCode::Rejected);
    }
    let amsterdam = Vm::default().execute(
        Amsterdam,
        &code(&[]).message(),
        &[0x5b],
        &mut ScriptedHost::default(),
    );
    assert_eq!(amsterdam, Err(Fault::UnsupportedRevision(Amsterdam)));
}

#[test]
fn loops_end_with_their_gas() {
    check_code(asm("JUMPDEST 0 JUMP")).gas(1_000_000).fails(StatusCode::OutOfGas);
}

/// All gas there is buys memory that no machine has, and ends as if it were paid for.
#[test]
fn no_memory_is_too_much_to_ask_for() {
    check_code(asm("0 0x0100000000 MSTORE")).gas(i64::MAX).fails(StatusCode::OutOfGas);
}

/// What a host can't mean ends the message as a fault.
#[test]
fn a_host_that_lies_is_at_fault() {
    let call = "0 0 0 0 0 0 1000 CALL";
    let answered = |gas_left, gas_refund, status| {
        let case = check_code(returning(call)).host(|host| {
            host.call_results.push_back(CallResult {
                status,
                gas_left,
                gas_refund,
                output: vec![],
                create_address: Default::default(),
            });
        });
        case.run().result.status
    };
    assert_eq!(answered(1_000, 0, StatusCode::Success), StatusCode::Success);
    assert_eq!(answered(1_001, 0, StatusCode::Success), StatusCode::InternalError);
    assert_eq!(answered(-1, 0, StatusCode::Success), StatusCode::InternalError);
    assert_eq!(answered(0, i64::MAX, StatusCode::Success), StatusCode::InternalError);
    assert_eq!(answered(0, i64::MIN, StatusCode::Success), StatusCode::InternalError);
    for none in [StatusCode::Rejected, StatusCode::InternalError, StatusCode::OutOfMemory] {
        assert_eq!(answered(0, 0, none), StatusCode::InternalError);
    }
}
