//! The programs, one for each price, each in the way that is worst for an engine.

use hebe_host::HostModule;
use std::fmt::Write;

/// A program that measures one thing.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it measures, such as `i32.add` or `call, 255 arguments`.
    pub name: String,
    /// The price that pays for it: an instruction's or a unit's name in a schedule.
    pub price: &'static str,
    /// How many of what has that price a copy has.
    pub units: usize,
    /// How it is run.
    pub(super) kind: Kind,
}

/// How a row is run.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// A loop over copies of some instructions.
    Loop {
        /// Fields of the module beside `main` and the memory.
        fields: String,
        /// The memory's limits.
        memory: &'static str,
        /// Declarations of locals; `$n` counts the rounds.
        locals: String,
        /// What stands before the loop.
        before: String,
        /// A copy.
        copy: String,
        /// How many copies there are.
        copies: usize,
    },
    /// A whole contract whose start is what is measured, again and again.
    Start(String),
    /// A whole contract that nobody has seen before.
    Cold(String),
}

impl Row {
    /// The program, with so many rounds and `halves` of its copies.
    pub(super) fn text(&self, rounds: u32, halves: usize) -> String {
        match &self.kind {
            Kind::Start(text) | Kind::Cold(text) => text.clone(),
            Kind::Loop { fields, memory, locals, before, copy, copies } => {
                let body = copy.repeat(copies * halves / 2);
                format!(
                    "(module {fields} (memory (export \"memory\") {memory}) (func (export \"main\") \
                     (local $n i32) {locals} (local.set $n (i32.const {rounds})) {before} \
                     (loop $rounds {body} (br_if $rounds (local.tee $n (i32.sub (local.get $n) \
                     (i32.const 1)))))))"
                )
            }
        }
    }
}

/// A loop in a small memory.
fn repeated(name: impl Into<String>, price: &'static str, copies: usize, copy: &str) -> Row {
    Row {
        name: name.into(),
        price,
        units: 1,
        kind: Kind::Loop {
            fields: String::new(),
            memory: "1 1",
            locals: LOCALS.into(),
            before: BEFORE.into(),
            copy: copy.into(),
            copies,
        },
    }
}

/// Locals whose values nobody can foretell.
const LOCALS: &str =
    "(local $i i32) (local $j i32) (local $k i32) (local $x i64) (local $y i64) (local $z i64)";
const BEFORE: &str =
    "(local.set $j (i32.load (i32.const 8))) (local.set $k (i32.load (i32.const 16)))
    (local.set $y (i64.load (i32.const 24))) (local.set $z (i64.load (i32.const 32)))";

impl Row {
    /// A loop over a copy that was put together elsewhere.
    pub(super) fn mixed(name: String, copy: String) -> Self {
        let copies = (20_000 / copy.len().max(1)).clamp(2, 200);
        repeated(name, "", copies, &copy)
    }

    fn with(mut self, more: &str) -> Self {
        if let Kind::Loop { fields, .. } = &mut self.kind {
            fields.push_str(more);
        }
        self
    }

    fn declare(mut self, more: &str) -> Self {
        if let Kind::Loop { locals, .. } = &mut self.kind {
            locals.push_str(more);
        }
        self
    }

    /// A memory of so many pages, all of which are there before the loop begins: that is what `page` pays for.
    fn pages(mut self, limits: &'static str) -> Self {
        if let Kind::Loop { memory, before, .. } = &mut self.kind {
            *memory = limits;
            before.push_str(
                "(memory.fill (i32.const 0) (i32.const 1) (i32.shl (memory.size) (i32.const 16)))
                 (memory.fill (i32.const 0) (i32.const 0) (i32.shl (memory.size) (i32.const 16)))",
            );
        }
        self
    }

    fn of(mut self, units: usize) -> Self {
        self.units = units;
        self
    }
}

/// All rows.
pub fn rows() -> Vec<Row> {
    [instructions(), branches(), calls(), memory(), tables(), host(), starts(), cold()].concat()
}

/// Arithmetic, constants, locals, globals.
fn instructions() -> Vec<Row> {
    let mut rows = Vec::new();
    const BINARY: &[&str] =
        &["add", "sub", "mul", "and", "or", "xor", "shl", "shr_s", "shr_u", "rotl", "rotr"];
    const COMPARE: &[&str] =
        &["eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u"];
    for (ty, into, first, second) in [("i32", "$i", "$j", "$k"), ("i64", "$x", "$y", "$z")] {
        for op in BINARY {
            let name = leaked(format!("{ty}.{op}"));
            // A chain, so that each waits for the one before; operands change, so that nothing is known of them.
            let copy = format!(
                "(local.set {into} ({name} ({name} (local.get {into}) (local.get {first})) (local.get {second})))"
            );
            rows.push(repeated(name, name, 150, &copy).of(2));
        }
        for op in ["div_s", "div_u", "rem_s", "rem_u"] {
            let name = leaked(format!("{ty}.{op}"));
            // Never zero, never an overflow, and the quotient is long.
            let copy = format!(
                "(local.set {into} ({name} ({ty}.or (local.get {into}) ({ty}.const 0x7ffffff1)) ({ty}.or (local.get {first}) ({ty}.const 3))))"
            );
            rows.push(repeated(name, name, 150, &copy));
        }
        for op in COMPARE {
            let name = leaked(format!("{ty}.{op}"));
            let copy = match ty {
                "i32" => format!("(local.set $i ({name} (local.get $i) (local.get $j)))"),
                _ => format!(
                    "(local.set $i (i32.add (local.get $i) ({name} (local.get $x) (local.get $y)))) (local.set $x (i64.add (local.get $x) (local.get $z)))"
                ),
            };
            rows.push(repeated(name, name, 150, &copy));
        }
        for op in ["clz", "ctz", "popcnt", "extend8_s", "extend16_s"] {
            let name = leaked(format!("{ty}.{op}"));
            let copy = format!(
                "(local.set {into} ({ty}.add ({name} (local.get {into})) (local.get {first})))"
            );
            rows.push(repeated(name, name, 150, &copy));
        }
    }
    rows.extend([
        repeated("i32.eqz", "i32.eqz", 150, "(local.set $i (i32.eqz (local.get $i)))"),
        repeated("i64.eqz", "i64.eqz", 150, "(local.set $i (i64.eqz (local.get $x))) (local.set $x (i64.add (local.get $x) (local.get $y)))"),
        repeated("i64.extend32_s", "i64.extend32_s", 150, "(local.set $x (i64.extend32_s (i64.add (local.get $x) (local.get $y))))"),
        repeated("i64.extend_i32_s", "i64.extend_i32_s", 150, "(local.set $x (i64.add (local.get $x) (i64.extend_i32_s (i32.wrap_i64 (local.get $x)))))"),
        repeated("i64.extend_i32_u", "i64.extend_i32_u", 150, "(local.set $x (i64.add (local.get $x) (i64.extend_i32_u (i32.wrap_i64 (local.get $x)))))"),
        repeated("i32.wrap_i64", "i32.wrap_i64", 150, "(local.set $x (i64.extend_i32_u (i32.wrap_i64 (i64.add (local.get $x) (local.get $y)))))"),
        repeated("select", "select", 150, "(local.set $i (select (local.get $j) (local.get $k) (local.get $i)))"),
        // Written to slots, since a block comes.
        repeated("i32.const, dropped", "i32.const", 1, &format!("{}{}", "(i32.const 77) ".repeat(400), "drop ".repeat(400))).of(400),
        repeated("i64.const, dropped", "i64.const", 1, &format!("{}{}", "(i64.const 0x1234567812345678) ".repeat(400), "drop ".repeat(400))).of(400),
        repeated("i64.const, stored", "i64.const", 200, "(local.set $x (i64.const 0x1234567812345678))"),
        repeated("local.get, dropped", "local.get", 1, &format!("{}{}", "(local.get $i) (local.get $j) ".repeat(200), "drop ".repeat(400))).of(400),
        repeated("local.get and local.set", "local.set", 200, "(local.set $x (local.get $y)) (local.set $y (local.get $z)) (local.set $z (local.get $x))").of(3),
        repeated("local.tee", "local.tee", 200, "(local.set $x (local.tee $y (local.tee $z (i64.add (local.get $x) (local.get $y)))))").of(2),
        repeated("nop", "nop", 400, "nop "),
        repeated("global.get", "global.get", 200, "(local.set $x (i64.add (local.get $x) (global.get $g)))").with("(global $g (mut i64) (i64.const 5))"),
        repeated("global.set", "global.set", 200, "(global.set $g (local.get $x)) (global.set $h (local.get $y))").with("(global $g (mut i64) (i64.const 5)) (global $h (mut i64) (i64.const 5))").of(2),
        repeated("memory.size", "memory.size", 200, "(local.set $i (i32.add (local.get $i) (memory.size)))"),
    ]);
    rows
}

/// Blocks, branches, and what they carry.
fn branches() -> Vec<Row> {
    let many = |n: usize| format!("(param {0}) (result {0})", "i64 ".repeat(n));
    let results = |n: usize| format!("(result {})", "i64 ".repeat(n));
    let mut rows = vec![
        repeated("block", "block", 400, "(block)"),
        repeated("loop", "loop", 400, "(loop)"),
        repeated(
            "if, not taken",
            "if",
            200,
            "(if (local.get $i) (then (local.set $j (local.get $k))))",
        ),
        repeated(
            "if, taken",
            "if",
            200,
            "(if (local.get $n) (then (local.set $j (i32.add (local.get $j) (local.get $k)))) (else (nop)))",
        ),
        repeated(
            "if, by chance",
            "if",
            100,
            "(local.set $x (i64.add (i64.mul (local.get $x) (i64.const 6364136223846793005)) (i64.const 1442695040888963407))) (if (i32.wrap_i64 (i64.shr_u (local.get $x) (i64.const 63))) (then (local.set $j (i32.add (local.get $j) (local.get $k)))))",
        ),
        repeated("br", "br", 200, "(block (br 0))"),
        repeated("br_if, not taken", "br_if", 200, "(block (br_if 0 (local.get $i)))"),
        repeated("br_if, taken", "br_if", 200, "(block (br_if 0 (local.get $n)))"),
        repeated(
            "br_if, by chance",
            "br_if",
            100,
            "(local.set $x (i64.add (i64.mul (local.get $x) (i64.const 6364136223846793005)) (i64.const 1442695040888963407))) (block (br_if 0 (i32.wrap_i64 (i64.shr_u (local.get $x) (i64.const 63)))) (local.set $j (i32.add (local.get $j) (local.get $k))))",
        ),
        repeated(
            "br_table, the same target",
            "br_table",
            100,
            "(block (block (br_table 0 1 0 1 (local.get $i))))",
        ),
        repeated(
            "br_table, by chance",
            "br_table",
            100,
            "(local.set $x (i64.add (i64.mul (local.get $x) (i64.const 6364136223846793005)) (i64.const 1442695040888963407))) (block (block (block (block (br_table 0 1 2 3 (i32.wrap_i64 (i64.shr_u (local.get $x) (i64.const 62))))) (local.set $j (local.get $k))) (local.set $j (i32.add (local.get $j) (local.get $k)))) (local.set $k (local.get $j)))",
        ),
        repeated(
            "loops, one in another, 16 parameters",
            "value",
            1,
            &format!(
                "{}{}{}{}",
                "(i64.const 5) ".repeat(16),
                format!("(loop {} ", many(16)).repeat(100),
                ")".repeat(100),
                "drop ".repeat(16)
            ),
        )
        .of(1600),
    ];
    for n in [1, 4, 16] {
        let gets = "(local.get $y) ".repeat(n);
        let drops = "drop ".repeat(n);
        rows.push(
            repeated(
                format!("br with {n} values"),
                "value",
                60,
                &format!("(block {} (local.get $x) {gets} (br 0)) {drops}", results(n)),
            )
            .of(n),
        );
        rows.push(repeated(format!("br_if with {n} values"), "value", 60, &format!("(block {} (local.get $x) drop (local.get $z) {gets} (br_if 0 (local.get $n)) br 0) {drops}", results(n))).of(2 * n));
        rows.push(repeated(format!("br_table with {n} values"), "value", 60, &format!("(block {r} (block {r} (local.get $z) {gets} (br_table 0 1 (local.get $i))) ) {drops}", r = results(n))).of(n));
    }
    rows
}

/// Functions: arguments, results, locals, frames.
fn calls() -> Vec<Row> {
    let mut rows = vec![
        repeated("call", "call", 100, "(call $f)").with("(func $f)"),
        repeated("call_indirect", "call_indirect", 100, "(call_indirect (type $t) (local.get $i))")
            .with("(type $t (func)) (table 1 1 funcref) (elem (i32.const 0) func $f) (func $f (type $t))"),
        repeated("return", "return", 100, "(call $f)").with("(func $f return)"),
        repeated("recursion, fib", "call", 1, "(drop (call $fib (i32.const 14)))")
            .with("(func $fib (param i32) (result i32) (if (result i32) (i32.lt_u (local.get 0) (i32.const 2)) (then (local.get 0)) (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1))) (call $fib (i32.sub (local.get 0) (i32.const 2)))))))")
            .of(1219),
        repeated("recursion, 3,000 deep", "call", 1, "(call $deep (i32.const 3000))")
            .with("(func $deep (param i32) (if (local.get 0) (then (call $deep (i32.sub (local.get 0) (i32.const 1))))))")
            .of(3001),
    ];
    for n in [1, 8, 64, 255] {
        let args = "(local.get $y) ".repeat(n);
        rows.push(
            repeated(format!("call, {n} arguments"), "value", 3, &format!("{args} (call $f)"))
                .with(&format!("(func $f (param {}))", "i64 ".repeat(n)))
                .of(n),
        );
        let constants = "(i64.const 0x123456789a) ".repeat(n);
        rows.push(
            repeated(format!("call, {n} constants"), "value", 3, &format!("{constants} (call $f)"))
                .with(&format!("(func $f (param {}))", "i64 ".repeat(n)))
                .of(n),
        );
    }
    for n in [1, 4, 16] {
        let types = "i64 ".repeat(n);
        rows.push(
            repeated(
                format!("call, {n} results"),
                "value",
                30,
                &format!("(call $f) {}", "drop ".repeat(n)),
            )
            .with(&format!(
                "(global $g (mut i64) (i64.const 1)) (func $f (result {types}) {})",
                "(global.get $g) ".repeat(n)
            ))
            .of(n),
        );
    }
    for n in [8, 128, 1_024, 8_190] {
        rows.push(
            repeated(format!("call, {n} locals"), "local", 5, "(call $f)")
                .with(&format!("(func $f (local {}))", "i64 ".repeat(n)))
                .of(n),
        );
        let alive: String = (0..n.min(1_000)).fold(String::new(), |mut text, i| {
            let _ =
                write!(text, "(if (local.get {i}) (then (local.set {} (i32.const 1))))", n - 1 - i);
            text
        });
        if n <= 1_024 {
            rows.push(
                repeated(format!("call, {n} locals alive"), "local", 5, "(call $f)")
                    .with(&format!("(func $f (local {}) {alive})", "i32 ".repeat(n)))
                    .of(n),
            );
        }
    }
    rows
}

/// Loads and stores near and far, growth, and bulk instructions.
fn memory() -> Vec<Row> {
    let mut rows = Vec::new();
    const LOADS: &[(&str, &str)] = &[
        ("i32.load", "i32"),
        ("i32.load8_s", "i32"),
        ("i32.load8_u", "i32"),
        ("i32.load16_s", "i32"),
        ("i32.load16_u", "i32"),
        ("i64.load", "i64"),
        ("i64.load8_s", "i64"),
        ("i64.load8_u", "i64"),
        ("i64.load16_s", "i64"),
        ("i64.load16_u", "i64"),
        ("i64.load32_s", "i64"),
        ("i64.load32_u", "i64"),
    ];
    for (name, ty) in LOADS {
        // The memory is zero, so each finds the address of the next.
        let copy = match *ty {
            "i32" => format!("(local.set $i ({name} (local.get $i)))"),
            _ => format!("(local.set $i (i32.wrap_i64 ({name} (local.get $i))))"),
        };
        rows.push(repeated(*name, name, 150, &copy));
    }
    for (name, value) in [
        ("i32.store", "$j"),
        ("i32.store8", "$j"),
        ("i32.store16", "$j"),
        ("i64.store", "$y"),
        ("i64.store8", "$y"),
        ("i64.store16", "$y"),
        ("i64.store32", "$y"),
    ] {
        rows.push(repeated(name, name, 75, &format!("({name} offset=64 (local.get $i) (local.get {value})) ({name} offset=80 (local.get $i) (local.get {value}))")).of(2));
    }
    rows.push(repeated("a store and a load of it", "i64.load", 100, "(i64.store (i32.const 64) (local.get $x)) (local.set $x (i64.add (i64.load (i32.const 64)) (local.get $y)))"));
    // Addresses by a generator of numbers, each load waiting for the one before.
    let chance = |mask: u64, what: &str| {
        format!(
            "(local.set $x (i64.add (i64.mul (local.get $x) (i64.const 6364136223846793005)) (i64.const 1442695040888963407))) (local.set $i (i32.wrap_i64 (i64.and (i64.xor (i64.shr_u (local.get $x) (i64.const 30)) (local.get $y)) (i64.const {mask})))) {what}"
        )
    };
    let load = "(local.set $y (i64.load (local.get $i)))";
    let store = "(i64.store (local.get $i) (i64.const 0))";
    for (size, mask, pages) in [
        ("64 KiB", 0xfff8, "1 1"),
        ("1 MiB", 0xf_fff8, "16 16"),
        ("2 MiB", 0x1f_fff8, "32 32"),
        ("32 MiB", 0x1ff_fff8, "512 512"),
    ] {
        let price = if mask > 0xf_ffff { "far" } else { "i64.load" };
        rows.push(
            repeated(format!("loads by chance, {size}"), price, 100, &chance(mask, load))
                .pages(pages),
        );
        rows.push(
            repeated(
                format!("stores by chance, {size}"),
                if price == "far" { "far" } else { "i64.store" },
                100,
                &chance(mask, store),
            )
            .pages(pages),
        );
    }
    rows.push(repeated("memory.copy of 8 bytes by chance, 32 MiB", "far", 100, &chance(0x1ff_fff8, "(memory.copy (local.get $i) (i32.xor (local.get $i) (i32.const 0x1248000)) (i32.const 8))")).pages("512 512"));
    for (bytes, size) in [(0, "0 bytes"), (32, "32 bytes"), (1 << 16, "64 KiB"), (1 << 20, "1 MiB")]
    {
        let words = if bytes == 0 { 0 } else { bytes / 32 };
        let pages = if bytes > 1 << 16 { "32 32" } else { "2 2" };
        for (op, source) in [
            ("memory.copy", "(i32.const 65535)"),
            ("memory.fill", "(local.get $j)"),
            ("memory.init $d", "(i32.const 0)"),
        ] {
            if op.starts_with("memory.init") && bytes > 1 << 16 {
                continue;
            }
            let name = op.trim_end_matches(" $d");
            let price = if words == 0 { leaked(name.to_owned()) } else { "word" };
            let row = repeated(
                format!("{name}, {size}"),
                price,
                if bytes > 64 { 2 } else { 50 },
                &format!("({op} (i32.const 1) {source} (i32.const {bytes}))"),
            )
            .pages(pages)
            .of(words.max(1));
            let data = if op.starts_with("memory.init") {
                format!("(data $d \"{}\")", "x".repeat(bytes.max(1)))
            } else {
                String::new()
            };
            rows.push(row.with(&data));
        }
    }
    rows.push(repeated(
        "memory.grow by nothing",
        "memory.grow",
        50,
        "(local.set $i (memory.grow (i32.const 0)))",
    ));
    rows.push(repeated(
        "memory.grow that fails",
        "memory.grow",
        50,
        "(local.set $i (memory.grow (i32.const 1)))",
    ));
    rows.push(repeated("data.drop", "data.drop", 100, "(data.drop $d)").with("(data $d \"x\")"));
    rows
}

/// Tables and references.
fn tables() -> Vec<Row> {
    const FIELDS: &str = "(table $t 4096 4096 funcref) (elem $e func $f $f $f $f) (func $f)";
    let mut rows: Vec<Row> = [
        ("ref.null", "(ref.null func) drop "),
        ("ref.is_null", "(local.set $i (i32.add (local.get $i) (ref.is_null (local.get $r))))"),
        ("ref.func", "(local.set $r (ref.func $f)) (local.set $i (i32.add (local.get $i) (ref.is_null (local.get $r))))"),
        ("table.get", "(local.set $i (ref.is_null (table.get $t (local.get $i))))"),
        ("table.set", "(table.set $t (local.get $i) (local.get $r))"),
        ("table.size", "(local.set $i (i32.add (local.get $i) (table.size $t)))"),
        ("table.grow", "(local.set $i (table.grow $t (local.get $r) (i32.const 1)))"),
        ("table.fill", "(table.fill $t (i32.const 0) (local.get $r) (i32.const 0))"),
        ("table.copy", "(table.copy $t $t (i32.const 0) (i32.const 9) (i32.const 0))"),
        ("table.init", "(table.init $t $e (i32.const 0) (i32.const 0) (i32.const 0))"),
        ("elem.drop", "(elem.drop $e)"),
    ]
    .into_iter()
    .map(|(name, copy)| repeated(name, name, 100, copy).with(FIELDS).declare("(local $r funcref)"))
    .collect();
    for (name, copy, units) in [
        (
            "table.fill, 4,096 elements",
            "(table.fill $t (i32.const 0) (local.get $r) (i32.const 4096))",
            4_096,
        ),
        (
            "table.copy, 2,000 elements",
            "(table.copy $t $t (i32.const 0) (i32.const 9) (i32.const 2000))",
            2_000,
        ),
        (
            "table.init, 2,000 elements",
            "(table.init $t $e (i32.const 0) (i32.const 0) (i32.const 2000))",
            2_000,
        ),
    ] {
        let fields = format!(
            "(table $t 4096 4096 funcref) (elem $e func {}) (func $f)",
            "$f ".repeat(2_000)
        );
        rows.push(
            repeated(name, "element", 2, copy)
                .with(&fields)
                .declare("(local $r funcref)")
                .of(units),
        );
    }
    rows.push(
        repeated(
            "ref.func of many, in a table",
            "ref.func",
            1,
            &(0..400).fold(String::new(), |mut text, i| {
                let _ = write!(text, "(table.set $t (i32.const {i}) (ref.func $f{i}))");
                text
            }),
        )
        .with(&(0..400).fold(
            room(&" ".repeat(1_000)) + "(table $t 400 400 funcref)",
            |mut text, i| {
                let _ = write!(text, "(func $f{i}) (elem declare func $f{i})");
                text
            },
        ))
        .of(400),
    );
    rows
}

/// Functions of the interface, on a host that does nothing.
fn host() -> Vec<Row> {
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

/// The start of contracts.
fn starts() -> Vec<Row> {
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
fn cold() -> Vec<Row> {
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
fn room(fields: &str) -> String {
    match fields.len() {
        0..1_000 => String::new(),
        _ => format!("(@custom \"room\" \"{}\")", " ".repeat(400_000)),
    }
}

/// Names live as long as the program: there are some hundreds.
fn leaked(name: String) -> &'static str {
    Box::leak(name.into_boxed_str())
}
