//! How much may there be? Each limit at its value, and one above.

mod common;

use common::*;
use hebe_gas::{Metering, Prepared, Reason, Rules, Schedule, limits};
use std::fmt::Write;

/// `count` times what `item` writes.
fn times(count: u32, item: impl Fn(u32) -> String) -> String {
    (0..count).map(item).collect()
}

/// Accepts what `wat` makes of the limit's value, and refuses what it makes of one more.
#[track_caller]
fn holds(limit: limits::Limit, wat: impl Fn(u32) -> String) {
    accepts(&wat(limit.value));
    translates(&wasm(&wat(limit.value)));
    refuses_limit(&wat(limit.value + 1), limit, u64::from(limit.value) + 1);
}

/// Prepares a module that must be valid, metered by the longest numbers that there are.
#[track_caller]
fn dearest(code: &[u8]) -> Prepared {
    let dearest = Schedule::flat().to_text().replace("= 10000", "= 2147483647");
    let dearest = Schedule::parse(&dearest).unwrap();
    let metering = Some(Metering::Execution(&dearest));
    accepts_bytes(code, &Rules { metering, ..RULES })
}

/// Has an engine translate all of a module.
#[track_caller]
fn translates(code: &[u8]) {
    let prepared = dearest(code);
    let mut config = wasmi::Config::default();
    config.compilation_mode(wasmi::CompilationMode::Eager);
    wasmi::Module::new(&wasmi::Engine::new(&config), prepared.rewrite().code).unwrap();
}

/// Bodies as long as they may be, of what grows most when it is metered. Engines take bodies of
/// 7,654,321 bytes.
#[test]
fn growth() {
    // Numbers of locals and blocks that take two bytes.
    let wide = |body: &str, repeated: &str| {
        let locals = "i32 ".repeat(200);
        let blocks = (" block".repeat(200), " end".repeat(200));
        let room = limits::BODY.value as usize - 1_200;
        let size = |text: &str| {
            let one = wasm(&format!(
                "(module (table 1 funcref) (memory 1) (func $f) (func (result i32 i32)) (type $t (func (result i32))) (func (param i32) {text}))"
            ));
            let none = wasm(
                "(module (table 1 funcref) (memory 1) (func $f) (func (result i32 i32)) (type $t (func (result i32))) (func (param i32)))",
            );
            one.len() - none.len()
        };
        let times = room / size(repeated);
        contract(&format!(
            "(table 1 funcref) (func $f) (type $t (func (result i32)))
             (func (param {locals}) {} {body} {} {})",
            blocks.0,
            repeated.repeat(times),
            "drop ".repeat(usize::from(!body.is_empty())) + &blocks.1,
        ))
    };
    for (body, repeated) in [
        ("", "call $f "),
        ("i32.const 0 ", "memory.grow "),
        ("i32.const 0 ", "call_indirect (type $t) "),
        ("", "block end "),
        ("", "loop nop end "),
        ("i32.const 0 ", "table.get 0 ref.is_null "),
        ("", "ref.null func i32.const 0 table.grow drop "),
        ("", "i32.const 0 i32.const 0 i32.const 0 memory.fill "),
        ("", "i32.const 0 br_if 0 "),
    ] {
        let code = wasm(&wide(body, repeated));
        assert!(code.len() > limits::BODY.value as usize * 9 / 10, "{repeated}: {}", code.len());
        let grown = dearest(&code).rewrite().code.len();
        assert!(grown < 7_654_321, "{repeated}: {grown}");
    }
}

#[test]
fn code() {
    // A custom section fills it up: id, four bytes of size, one of its name's length.
    let filled = |size: usize| {
        let mut code = wasm(&contract(""));
        let content = u32::try_from(size - code.len() - 4).unwrap();
        code.push(0);
        code.extend(leb(content));
        code.resize(size, 0);
        code
    };
    let limit = limits::CODE.value as usize;
    accepts_bytes(&filled(limit), &RULES);
    let found = u64::from(limits::CODE.value) + 1;
    let reason = Reason::Limit { limit: limits::CODE, found };
    assert_eq!(refuses_bytes(&filled(limit + 1), &RULES).reason, reason);
    // Before anything else is looked at.
    assert_eq!(refuses_bytes(&vec![0; limit + 1], &RULES).reason, reason);
}

#[test]
fn types() {
    // The contract's own function has the first type.
    holds(limits::TYPES, |count| contract(&(room() + &times(count, |_| "(type (func))".into()))));
}

/// Types of which metering makes three each: that of blocks, that of functions, and that of the block
/// around a function's body.
#[test]
fn types_that_multiply() {
    // Beside the type of `main`, of which it makes two.
    let module = |count: u32| {
        let ty = |_| "(type (func (param i32) (result i32 i32)))".into();
        contract(&(room() + &times(count - 1, ty)))
    };
    holds(limits::TYPES, module);
    let prepared = dearest(&wasm(&module(limits::TYPES.value)));
    let rewritten = prepared.rewrite().code;
    let payloads = wasmparser::Parser::new(0).parse_all(&rewritten);
    let types = payloads.map(|payload| match payload.unwrap() {
        wasmparser::Payload::TypeSection(types) => types.count(),
        _ => 0,
    });
    // And one of the imports that end a run.
    assert_eq!(types.sum::<u32>(), 3 * 4_095 + 2 + 1);
}

#[test]
fn functions() {
    let main = 1;
    holds(limits::FUNCTIONS, |count| {
        contract(&(room() + &times(count - main, |_| "(func)".into())))
    });
    let import = r#"(import "ethereum" "nothing" (func))"#;
    holds(limits::FUNCTIONS, |count| {
        contract(&(times(count - main - 5, |_| import.into()) + &times(5, |_| "(func)".into())))
    });
    // Imports that are too many by themselves.
    let count = limits::FUNCTIONS.value + 1;
    refuses_limit(&contract(&times(count, |_| import.into())), limits::FUNCTIONS, count.into());
}

#[test]
fn parameters() {
    holds(limits::PARAMETERS, |count| {
        contract(&format!("(func (param {}))", times(count, |_| "i32 ".into())))
    });
    // The validator's own limit is 1,000.
    let wat = contract(&format!("(func (param {}))", times(1001, |_| "i32 ".into())));
    refuses_limit(&wat, limits::PARAMETERS, 1001);
}

#[test]
fn results() {
    let types = |count| times(count, |_| "i32 ".into());
    holds(limits::RESULTS, |count| {
        contract(&format!("(func (result {}) unreachable)", types(count)))
    });
    holds(limits::RESULTS, |count| {
        contract(&format!(
            "(func unreachable (block (result {}) unreachable) unreachable)",
            types(count)
        ))
    });
    let wat = contract(&format!("(func (result {}) unreachable)", types(1001)));
    refuses_limit(&wat, limits::RESULTS, 1001);
}

#[test]
fn block_parameters() {
    for (block, end) in [("block", "end"), ("loop", "end"), ("if", "else unreachable end")] {
        holds(limits::BLOCK_PARAMETERS, |count| {
            let params = times(count, |_| "i32 ".into());
            contract(&format!("(func unreachable {block} (param {params}) unreachable {end})"))
        });
    }
}

#[test]
fn locals() {
    holds(limits::LOCALS, |count| {
        contract(&format!("(func (param i32 i32) (local {}))", times(count - 2, |_| "i64 ".into())))
    });
}

#[test]
fn four_billion_locals() {
    let module = |locals: &[u8]| {
        let body = [locals, &[0x0b]].concat();
        let code = [&[1], &*leb(u32::try_from(body.len()).unwrap()), &body].concat();
        binary(&[(1, b"\x01\x60\x00\x00"), (3, b"\x01\x00"), (10, &code)])
    };
    let all = b"\xff\xff\xff\xff\x0f\x7f";
    let reason = refuses_bytes(&module(&[&[1], &all[..]].concat()), &RULES).reason;
    assert_eq!(reason, Reason::Limit { limit: limits::LOCALS, found: u64::from(u32::MAX) });
    // Twice that much, after one that fits.
    let reason = refuses_bytes(&module(&[b"\x03\x01\x7f", &all[..], all].concat()), &RULES).reason;
    assert_eq!(reason, Reason::Limit { limit: limits::LOCALS, found: 1 << 32 });
}

#[test]
fn frame() {
    // Parameters, locals and operands all count.
    holds(limits::FRAME, |slots| {
        let operands = slots - 3;
        contract(&format!(
            "(func (param i32 i32) (local i64) {} {})",
            times(operands, |_| "i32.const 0 ".into()),
            times(operands, |_| "drop ".into()),
        ))
    });
    // So do those that a block pushes, and those in code that can't be reached.
    holds(limits::FRAME, |slots| {
        contract(&format!("(func return {} unreachable)", times(slots, |_| "i32.const 0 ".into())))
    });
    // But not twice what was dropped in between.
    accepts(&contract(&format!(
        "(func {})",
        times(limits::FRAME.value, |_| "i32.const 0 drop ".into())
    )));
}

#[test]
fn body() {
    // An entry is: no locals, `nop`s, `end`.
    holds(limits::BODY, |size| contract(&format!("(func {})", times(size - 2, |_| "nop ".into()))));
}

#[test]
fn nesting() {
    holds(limits::NESTING, |depth| {
        contract(&format!(
            "(func {} {})",
            times(depth, |i| ["block ", "loop ", "i32.const 0 if "][i as usize % 3].into()),
            times(depth, |_| "end ".into())
        ))
    });
}

#[test]
fn br_table() {
    holds(limits::BR_TABLE, |targets| {
        contract(&format!("(func (br_table {} 0 (i32.const 0)))", times(targets, |_| "0 ".into())))
    });
}

#[test]
fn table() {
    holds(limits::TABLE_ELEMENTS, |size| contract(&format!("(table {size} funcref)")));
    refuses_limit(
        &contract("(table 0xffffffff funcref)"),
        limits::TABLE_ELEMENTS,
        u64::from(u32::MAX),
    );
}

#[test]
fn memory() {
    let module =
        |pages| format!(r#"(module (func (export "main")) (memory (export "memory") {pages}))"#);
    holds(limits::MEMORY, module);
    refuses_limit(&module(65_536), limits::MEMORY, 65_536);
    // Beyond what any memory can have, it is not WebAssembly.
    assert_eq!(refuses(&module(65_537)).code(), "invalid");
}

#[test]
fn segments() {
    holds(limits::ELEMENT_SEGMENTS, |count| {
        contract(&(room() + &times(count, |_| "(elem func)".into())))
    });
    holds(limits::DATA_SEGMENTS, |count| contract(&times(count, |_| r#"(data "xx")"#.into())));
    // The data count section comes earlier, and is a number that may say anything.
    let code = binary(&[(12, &leb(u32::MAX))]);
    let found = u32::MAX.into();
    let reason = Reason::Limit { limit: limits::DATA_SEGMENTS, found };
    assert_eq!(refuses_bytes(&code, &RULES).reason, reason);
}

#[test]
fn steps() {
    // Each call takes two bytes and a step for each of its arguments.
    let module = |calls: u32| {
        let params = "i32 ".repeat(100);
        contract(&format!(
            "(func $f (param {params})) (func unreachable {})",
            "(call $f)".repeat(calls as usize)
        ))
    };
    // Beside 129 for each type, 24 for a function, and half of one for a local.
    let most = |code: &[u8]| 2 * code.len() as u64 + u64::from(limits::STEPS.value);
    let taken = |calls: u32| u64::from(2 * 128 + 3 * 24 + 2 * 128 + 32 + 100 * calls);
    let calls = (1..).find(|calls| taken(*calls) > most(&wasm(&module(*calls)))).unwrap();
    accepts(&module(calls - 1));
    let code = wasm(&module(calls));
    let rejected = refuses_bytes(&code, &RULES);
    let Reason::Limit { limit, found } = rejected.reason else { panic!("{rejected}") };
    assert_eq!((u64::from(limit.value), limit.name), (most(&code), limits::STEPS.name));
    assert_eq!(found, taken(calls));
    // What is not of code counts, too; with as many bytes beside it there may be more.
    let types = |count: usize| "(type (func (param i32)))".repeat(count);
    accepts(&contract(&types(20)));
    assert_eq!(refuses(&contract(&types(100))).code(), "limit");
    accepts(&contract(&(room() + &types(100))));
}

#[test]
fn globals() {
    holds(limits::GLOBALS, |count| {
        contract(&(room() + &times(count, |_| "(global i32 (i32.const 0))".into())))
    });
}

#[test]
fn exports() {
    holds(limits::EXPORTS, |count| {
        let mut fields = room() + "(func $f)";
        for i in 0..count - 2 {
            write!(fields, r#"(export "{i}" (func $f))"#).unwrap();
        }
        contract(&fields)
    });
}

#[test]
fn names() {
    let name = |length: u32| "a".repeat(length as usize);
    let export = |length| contract(&format!(r#"(func (export "{}"))"#, name(length)));
    let custom = |length| contract(&format!(r#"(@custom "{}" "")"#, name(length)));
    holds(limits::NAME, export);
    holds(limits::NAME, custom);
    // The validator's own limit is 100,000.
    refuses_limit(&export(100_001), limits::NAME, 100_001);
    refuses_limit(&custom(100_001), limits::NAME, 100_001);

    // An import with a name that long is not known, but up to there it is not the name's length.
    let import = |module: u32, field: u32| {
        contract(&format!(r#"(import "{}" "{}" (func))"#, name(module), name(field)))
    };
    assert_eq!(refuses(&import(256, 256)).code(), "unknown-import-module");
    refuses_limit(&import(257, 1), limits::NAME, 257);
    refuses_limit(&import(1, 257), limits::NAME, 257);
    refuses_limit(&import(1, 100_001), limits::NAME, 100_001);
}

#[test]
fn sections_that_promise_four_billion_items_are_refused_at_once() {
    let many = leb(u32::MAX);
    for (section, limit) in [
        (1, limits::TYPES),
        (2, limits::FUNCTIONS),
        (3, limits::FUNCTIONS),
        (6, limits::GLOBALS),
        (7, limits::EXPORTS),
        (9, limits::ELEMENT_SEGMENTS),
        (11, limits::DATA_SEGMENTS),
    ] {
        let reason = refuses_bytes(&binary(&[(section, &many)]), &RULES).reason;
        assert_eq!(reason, Reason::Limit { limit, found: u64::from(u32::MAX) }, "{section}");
    }
    let reason = |section| refuses_bytes(&binary(&[(section, &many)]), &RULES).reason;
    assert_eq!(reason(4), Reason::SeveralTables { found: u32::MAX });
    assert_eq!(reason(5), Reason::SeveralMemories { found: u32::MAX });
    assert_eq!(reason(10).code(), "malformed");
}

#[test]
fn the_table_names_each_limit_once() {
    for (index, limit) in limits::TABLE.iter().enumerate() {
        assert!(limits::TABLE[..index].iter().all(|other| other.name != limit.name), "{limit}");
        assert!(!limit.is_exceeded_by(limit.value.into()));
        assert!(limit.is_exceeded_by(u64::from(limit.value) + 1));
    }
    assert_eq!(limits::TABLE.len(), 20);
}
