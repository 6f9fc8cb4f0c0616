//! Functions of the interface.

use super::{Row, repeated};
use hebe_host::HostModule;

/// Functions of the interface, on a host that does nothing.
pub(super) fn host() -> Vec<Row> {
    let mut rows = Vec::new();
    for function in HostModule::ETHEREUM.functions {
        // These end the contract, call another, or fail in a host that has nothing.
        const LEFT_OUT: &[&str] = &[
            "finish",
            "revert",
            "selfDestruct",
            "call",
            "callCode",
            "callDelegate",
            "callStatic",
            "create",
            "create2",
        ];
        if LEFT_OUT.contains(&function.name) {
            continue;
        }
        let types = |types: &[hebe_gas::ValueType]| -> String {
            types.iter().map(|ty| format!(" {ty}")).collect()
        };
        let import = format!(
            "(import \"ethereum\" \"{name}\" (func $call (param{}) (result{})))",
            types(function.params),
            types(function.results),
            name = function.name,
        );
        let arguments: String =
            function.params.iter().map(|ty| format!("({ty}.const 0) ")).collect();
        let drops = "drop ".repeat(function.results.len());
        let price = if function.name == "useGas" { "trip" } else { "fee" };
        rows.push(
            repeated(
                format!("ethereum.{}", function.name),
                price,
                20,
                &format!("{arguments} (call $call) {drops}"),
            )
            .with(&import),
        );
    }
    rows
}
