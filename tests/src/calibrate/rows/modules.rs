//! Whole modules: what it takes to start one, and to see one for the first time.

use super::{Kind, Row};

/// The start of contracts.
pub(super) fn starts() -> Vec<Row> {
    let row = |name: &str,
               price: &'static str,
               units: usize,
               fields: &str,
               memory: &str,
               body: &str| Row {
        name: name.to_owned(),
        price,
        units,
        kind: Kind::Start(format!(
            "(module {fields} {} (memory (export \"memory\") {memory}) (func (export \"main\") {body}))",
            room(fields)
        )),
    };
    let touches: String = (0..16)
        .map(|page| format!("(i32.store8 (i32.const {}) (i32.const 1))", page * 4096))
        .collect();
    let import = "(import \"ethereum\" \"getGasLeft\" (func (result i64)))";
    vec![
        row("an empty contract", "start", 1, "", "1 1", ""),
        row("a start that soils the free page", "start", 1, "", "1 1", &touches),
        row("a start with 32 pages", "page", 31, "", "32 32", ""),
        row(
            "a start and a growth by a page",
            "page",
            1,
            "",
            "1 2",
            "(drop (memory.grow (i32.const 1)))",
        ),
        row(
            "a start, a growth by 15 pages, all soiled",
            "page",
            15,
            "",
            "1 16",
            "(local i32) (drop (memory.grow (i32.const 15))) (loop (i32.store8 (local.get 0) (i32.const 1)) (br_if 0 (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 4096))) (i32.const 1048576))))",
        ),
        row(
            "a start with 1,024 globals",
            "global",
            1_024,
            &"(global (mut i64) (i64.const 7))".repeat(1_024),
            "1 1",
            "(global.set 0 (i64.const 1))",
        ),
        row("a start with 1,000 imports", "import", 1_000, &import.repeat(1_000), "1 1", ""),
        row(
            "a start with 4,096 data segments",
            "segment",
            4_096,
            &"(data (i32.const 0) \"x\")".repeat(4_096),
            "1 1",
            "(i32.store (i32.const 0) (i32.const 0))",
        ),
        row(
            "a start with 64 KiB of data",
            "word",
            2_048,
            &format!("(data (i32.const 0) \"{}\")", "x".repeat(65_536)),
            "1 1",
            &touches,
        ),
        row(
            "a start with 4,096 passive element segments of 10",
            "element",
            40_960,
            &format!(
                "(table 1 funcref) (func $f) {}",
                format!("(elem func {})", "$f ".repeat(10)).repeat(4_096)
            ),
            "1 1",
            "",
        ),
        row(
            "a start with 4,096 active element segments",
            "segment",
            4_096,
            &format!(
                "(table 1 funcref) (func $f) {}",
                "(elem (i32.const 0) func $f)".repeat(4_096)
            ),
            "1 1",
            "",
        ),
        row(
            "a start that changes a table of 16,000",
            "element",
            32_000,
            &format!(
                "(table 16000 funcref) (func $f) (elem (i32.const 0) func {})",
                "$f ".repeat(16_000)
            ),
            "1 1",
            "(table.set (i32.const 1) (ref.null func))",
        ),
        row("a start with 16,000 functions", "start", 1, &"(func)".repeat(16_000), "1 1", ""),
    ]
}

/// Code that nobody has seen: of what is most in it.
pub(super) fn cold() -> Vec<Row> {
    let row = |name: &str, fields: &str| Row {
        name: format!("cold: {name}"),
        price: "code",
        units: 1,
        kind: Kind::Cold(format!(
            "(module {fields} (memory (export \"memory\") 1 1) (func (export \"main\")))"
        )),
    };
    let step = "(local.set 0 (i64.add (i64.mul (local.get 0) (i64.const 77)) (local.get 1)))
        (if (i64.eqz (local.get 0)) (then (i64.store (i32.const 8) (call $g (local.get 0)))))";
    let ordinary = |functions: usize| {
        format!(
            "(func $g (param i64) (result i64) (local.get 0)) {}",
            format!("(func (local i64 i64) {})", step.repeat(30)).repeat(functions)
        )
    };
    // What takes longer than its bytes say is bounded by them: so beside it there has to be ordinary code.
    let with = |fields: &str, functions| format!("{fields} {}", ordinary(functions));
    let numbered = |count: usize, field: &dyn Fn(usize) -> String| -> String {
        (0..count).map(field).collect()
    };
    let args = "(local.get 0) ".repeat(255);
    let params = "i64 ".repeat(255);
    let block = "i64 ".repeat(16);
    let drops = "drop ".repeat(16);
    let ty = |i: usize| {
        let param = |bit: usize| if (i >> bit) & 1 == 1 { "i64 " } else { "i32 " };
        format!("(type (func (param {})))", (0..12).map(param).collect::<String>())
    };
    let export = |i: usize| format!("(func (export \"f{i}\"))");
    let table = format!("(func (block (br_table {} (i32.const 0))))", "0 ".repeat(8_000));
    let table_of_values = format!(
        "(func (block (result {block}) unreachable (br_table {} (i32.const 0))) {drops})",
        "0 ".repeat(1_000)
    );
    let call_of_many = format!("(func (local i64) {args} (call $f))");
    let unreached =
        format!("(func $f (param {params})) (func unreachable {})", "(call $f)".repeat(16));
    let results = format!("(func (result {block}) unreachable)");
    let calls_of_many_results = format!("(func {})", format!("(call $f) {drops}").repeat(3_000));
    let deep = format!("(func {}{})", "(i32.const 1) ".repeat(10_000), "drop ".repeat(10_000));
    let import = "(import \"ethereum\" \"getGasLeft\" (func (result i64)))";
    let segments = format!("(table 1 funcref) (func $f) {}", "(elem func $f)".repeat(400));
    let elements = format!("(table 1 funcref) (func $f) (elem func {})", "$f ".repeat(40_000));
    vec![
        row("the smallest contract", ""),
        row("ordinary code, 24 KiB", &ordinary(23)),
        row("ordinary code, 200 KiB", &ordinary(190)),
        row("functions of 5 bytes", &with(&"(func nop nop)".repeat(4_000), 30)),
        row("types", &with(&numbered(700, &ty), 55)),
        row("blocks", &format!("(func {})", "(block)".repeat(60_000))),
        row(
            "nested blocks",
            &format!("(func {}{})", "(block ".repeat(1_000), ")".repeat(1_000)).repeat(60),
        ),
        row(
            "branches",
            &format!("(func (local i32) {})", "(br_if 0 (local.get 0))".repeat(40_000)),
        ),
        row("br_tables", &table.repeat(20)),
        row("br_tables with values", &with(&table_of_values.repeat(2), 20)),
        row(
            "calls with 255 arguments",
            &format!("(func $f (param {params})) {}", call_of_many.repeat(300)),
        ),
        row("calls with 255 arguments that can't be reached", &unreached),
        row(
            "calls with 16 results",
            &(results.replace("(func", "(func $f") + &calls_of_many_results),
        ),
        row(
            "locals, in many groups",
            &format!("(func {})", "(local i32) (local i64)".repeat(4_000)).repeat(8),
        ),
        row(
            "locals, 8,000 in each function",
            &with(&format!("(func (local {}))", "i32 ".repeat(8_000)).repeat(1_000), 27),
        ),
        row("imports", &import.repeat(6_000)),
        row("globals", &with(&"(global i64 (i64.const 7))".repeat(600), 30)),
        row("element segments", &with(&segments, 30)),
        row("elements", &with(&elements, 35)),
        row("data segments", &with(&"(data \"x\")".repeat(4_000), 10)),
        row("data", &format!("(data \"{}\")", "x".repeat(200_000))),
        row("exports", &with(&numbered(500, &export), 40)),
        row("constants", &format!("(func {})", "(i64.const -1) drop ".repeat(60_000))),
        row("operands, 10,000 deep", &deep.repeat(8)),
    ]
}

/// Bytes that mean nothing, where a module has much of something that its bytes have to make up for.
pub(super) fn room(fields: &str) -> String {
    match fields.len() {
        0..1_000 => String::new(),
        _ => format!("(@custom \"room\" \"{}\")", " ".repeat(400_000)),
    }
}
