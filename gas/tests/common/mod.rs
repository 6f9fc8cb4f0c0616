//! Helpers for all suites: is this module a contract, and if not, why?

// Each suite uses its part.
#![allow(dead_code)]

use hebe_gas::{
    Exports, Features, ImportSignature, Metering, Prepared, Profile, Reason, Rejected, Rules,
    Schedule, ValueType, limits, meter_deployed, prepare,
};

use ValueType::{I32, I64};

/// A few imports of each shape, in two modules.
pub(crate) const IMPORTS: &[ImportSignature] = &[
    ImportSignature { module: "ethereum", name: "getGasLeft", params: &[], results: &[I64] },
    ImportSignature { module: "ethereum", name: "finish", params: &[I32, I32], results: &[] },
    ImportSignature { module: "ethereum", name: "useGas", params: &[I64], results: &[] },
    ImportSignature { module: "ethereum", name: "nothing", params: &[], results: &[] },
    ImportSignature { module: "debug", name: "print32", params: &[I32], results: &[] },
];

/// The default rules.
pub(crate) const RULES: Rules<'static> = Rules {
    features: Features::Default,
    profile: Profile::Contract { exports: Exports::Tolerant },
    imports: IMPORTS,
    metering: None,
};

/// The WebAssembly MVP, otherwise the default rules.
pub(crate) const MVP: Rules<'static> = Rules { features: Features::Mvp, ..RULES };

/// A contract with `fields` in it, beside an empty `main` and a memory of one page.
pub(crate) fn contract(fields: &str) -> String {
    format!(r#"(module {fields} (func (export "main")) (memory (export "memory") 1))"#)
}

/// Bytes that mean nothing, so that [`limits::STEPS`](hebe_gas::limits::STEPS) lets a module have the most of
/// everything else.
pub(crate) fn room() -> String {
    format!("(data \"{}\")", " ".repeat(450_000))
}

/// The binary form of a module, not validated.
pub(crate) fn wasm(wat: &str) -> Vec<u8> {
    wat::parse_str(wat).unwrap_or_else(|error| panic!("{error}"))
}

/// Prepares a module that must be valid.
#[track_caller]
pub(crate) fn accepts(wat: &str) -> Prepared {
    accepts_bytes(&wasm(wat), &RULES)
}

/// Prepares a binary that must be valid by `rules`, however it is metered.
#[track_caller]
pub(crate) fn accepts_bytes(code: &[u8], rules: &Rules<'_>) -> Prepared {
    for metering in [Metering::Execution(Schedule::cycles()), Metering::Off] {
        let prepared = check_prepare(code, &Rules { metering: Some(metering), ..*rules });
        assert_eq!(prepared.err(), None, "{metering:?}");
    }
    check_prepare(code, rules).unwrap_or_else(|rejected| panic!("refused: {rejected}"))
}

/// Why a module is refused, which it must be.
#[track_caller]
pub(crate) fn refuses(wat: &str) -> Reason {
    rejected(wat).reason
}

/// The refusal of a module, which must be refused.
#[track_caller]
pub(crate) fn rejected(wat: &str) -> Rejected {
    refuses_bytes(&wasm(wat), &RULES)
}

/// The refusal of a binary, which must be refused by `rules`.
#[track_caller]
pub(crate) fn refuses_bytes(code: &[u8], rules: &Rules<'_>) -> Rejected {
    match check_prepare(code, rules) {
        Ok(_) => panic!("accepted"),
        Err(rejected) => rejected,
    }
}

/// Asserts that a module is refused because there is `found` of what `limit` bounds.
#[track_caller]
pub(crate) fn refuses_limit(wat: &str, limit: limits::Limit, found: u64) {
    assert_eq!(refuses(wat), Reason::Limit { limit, found });
}

/// Prepares any bytes, and holds what must be true of any result.
#[track_caller]
pub(crate) fn check_prepare(code: &[u8], rules: &Rules<'_>) -> Result<Prepared, Rejected> {
    match prepare(code, rules) {
        Ok(prepared) => {
            if rules.metering.is_some() {
                validates(&prepared.rewrite().code);
                return Ok(prepared);
            }
            check_deployed(code, rules);
            // A maximum that was put in may have made it larger than code may be.
            let rewritten = prepared.rewrite().code;
            if rewritten.len() <= limits::CODE.value as usize {
                let again = prepare(&rewritten, rules)
                    .unwrap_or_else(|rejected| panic!("prepared code is refused: {rejected}"));
                assert_eq!(again.rewrite().code, rewritten);
                assert_eq!(again.imports(), prepared.imports());
                assert_eq!(again.memory(), prepared.memory());
                assert_eq!(again.table(), prepared.table());
            }
            Ok(prepared)
        }
        Err(rejected) => {
            assert!(rejected.offset <= code.len(), "{rejected}");
            assert!(!rejected.to_string().contains(char::is_control), "{rejected}");
            Err(rejected)
        }
    }
}

/// Meters a valid module for deployment. If the result is not too large it is valid by the same rules
/// (or this would fail), and by those of an engine.
#[track_caller]
fn check_deployed(code: &[u8], rules: &Rules<'_>) {
    let imports = [
        rules.imports,
        &[ImportSignature { module: "ethereum", name: "useGas", params: &[I64], results: &[] }],
    ];
    let rules = Rules { imports: &imports.concat(), ..*rules };
    match meter_deployed(code, &rules, Schedule::cycles()) {
        Ok(metered) => validates(&metered),
        Err(rejected) => {
            let Reason::Metered(reason) = &rejected.reason else { panic!("refused: {rejected}") };
            assert!(matches!(**reason, Reason::Limit { .. }), "{rejected}");
        }
    }
}

/// Has a module validated as an engine does it.
#[track_caller]
pub(crate) fn validates(code: &[u8]) {
    use wasmparser::WasmFeatures;
    let features = WasmFeatures::WASM2.difference(WasmFeatures::FLOATS.union(WasmFeatures::SIMD));
    if let Err(error) = wasmparser::Validator::new_with_features(features).validate_all(code) {
        let text = wasmprinter::print_bytes(code).unwrap_or_else(|error| error.to_string());
        panic!("what was made does not validate: {error}\n{}", &text[..text.len().min(10_000)]);
    }
}

/// A binary module of these sections, each with its id.
pub(crate) fn binary(sections: &[(u8, &[u8])]) -> Vec<u8> {
    let mut code = b"\0asm\x01\0\0\0".to_vec();
    for (id, content) in sections {
        code.push(*id);
        code.extend(leb(u32::try_from(content.len()).unwrap()));
        code.extend_from_slice(content);
    }
    code
}

/// An unsigned LEB128 number.
pub(crate) fn leb(mut value: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let [byte, ..] = value.to_le_bytes();
        value >>= 7;
        if value == 0 {
            bytes.push(byte & 0x7f);
            return bytes;
        }
        bytes.push(byte | 0x80);
    }
}
