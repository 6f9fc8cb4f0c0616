//! Every function can be imported with its own type and no other.

use hebe_gas::ValueType::{self, I32, I64};
use hebe_host::{HostModule, Revision, StatusCode};
use hebe_testing::{Machine, ScriptedHost, check, check_code, contract};
use hebe_vm::Vm;

/// Runs a contract that imports `name` with this type and does nothing.
fn importing(module: &str, name: &str, params: &[ValueType], results: &[ValueType]) -> StatusCode {
    let types = |types: &[ValueType]| types.iter().map(|ty| format!(" {ty}")).collect::<String>();
    let text = format!(
        r#"(module (import "{module}" "{name}" (func (param{}) (result{})))
            (memory (export "memory") 1) (func (export "main")))"#,
        types(params),
        types(results),
    );
    check_code(wat::parse_str(text).unwrap()).at(Revision::LATEST).run().result.status
}

fn other(ty: ValueType) -> ValueType {
    match ty {
        I32 => I64,
        I64 => I32,
    }
}

#[test]
fn every_function_has_one_type() {
    for module in [HostModule::ETHEREUM, HostModule::DEBUG] {
        for function in module.functions {
            let (name, params, results) = (function.name, function.params, function.results);
            let import = |params: &[ValueType], results: &[ValueType]| {
                importing(module.name, name, params, results)
            };
            assert_eq!(import(params, results), StatusCode::Success, "{name}");

            let mut wrong: Vec<(Vec<ValueType>, Vec<ValueType>)> = Vec::new();
            for count in (0..=params.len() + 1).filter(|count| *count != params.len()) {
                let params = params.iter().copied().chain([I32]).take(count).collect();
                wrong.push((params, results.to_vec()));
            }
            for index in 0..params.len() {
                let mut params = params.to_vec();
                params[index] = other(params[index]);
                wrong.push((params, results.to_vec()));
            }
            wrong.push((
                params.to_vec(),
                match results {
                    [] => vec![I32],
                    _ => vec![],
                },
            ));
            if let [result] = results {
                wrong.push((params.to_vec(), vec![other(*result)]));
                wrong.push((params.to_vec(), vec![*result, *result]));
            }
            for (params, results) in wrong {
                let status = import(&params, &results);
                assert_eq!(
                    status,
                    StatusCode::ContractValidationFailure,
                    "{name} {params:?} {results:?}"
                );
            }
        }
    }
}

#[test]
fn nothing_else_can_be_imported() {
    let refused = StatusCode::ContractValidationFailure;
    assert_eq!(importing("ethereum", "getAddress2", &[I32], &[]), refused);
    assert_eq!(importing("ethereum", "GetAddress", &[I32], &[]), refused);
    assert_eq!(importing("ethereum", "", &[I32], &[]), refused);
    assert_eq!(importing("env", "getAddress", &[I32], &[]), refused);
    assert_eq!(importing("debug", "getAddress", &[I32], &[]), refused);
    assert_eq!(importing("", "getAddress", &[I32], &[]), refused);
}

/// Where nobody can be told why, as through EVMC, the status is all there is.
#[test]
fn the_first_revision_that_has_an_import_is_named() {
    let code = contract("(call $getBaseFee (i32.const 0))");
    let vm = Vm::default();
    let run = |revision| {
        Machine::execute(&vm, revision, &check("").message(), &code, &mut ScriptedHost::default())
    };
    assert_eq!(run(Revision::London).result.status, StatusCode::Success);
    let execution = run(Revision::Berlin);
    assert_eq!(execution.result.status, StatusCode::ContractValidationFailure);
    let reason = execution.reason.expect("the VM as a crate says why");
    let expected = "import ethereum.getBaseFee: Berlin does not have it; London is the first revision that does";
    assert!(reason.contains(expected), "{reason}");
}
