//! Shapes of modules for the search over what compiling takes: pieces of functions, and what a module has beside them.

use std::fmt::Write;

/// A piece of a function's body: a name, and so many of it. The function has parameters 0 and 1 and at least 16 locals
/// from 3 on, all of i64, and local 2 of i32. A piece leaves nothing on the stack.
type Piece = (&'static str, fn(usize, usize) -> String);

/// The text for each number below a count.
fn each(count: usize, text: impl Fn(usize) -> String) -> String {
    (0..count).map(text).collect()
}

/// `depth` of something, one in another.
fn nested(depth: usize, open: &str, inside: &str) -> String {
    format!("{}{inside}{}", open.repeat(depth), ")".repeat(depth))
}

/// Nested ones in groups of this many: deeper is not valid.
const DEEP: usize = 200;

fn groups(count: usize, text: impl Fn(usize) -> String) -> String {
    each(count.div_ceil(DEEP), |group| text((count - group * DEEP).min(DEEP)))
}

const VALUES_16: &str = "i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64";

fn sixteen(text: &str) -> String {
    text.repeat(16)
}

/// A local beyond the first three, of `locals` of them.
fn local(number: usize, locals: usize) -> usize {
    3 + number % locals
}

/// What is written in functions. The arguments are how many, and how many locals there are from 3 on.
pub(super) const PIECES: &[Piece] = &[
    ("multiplications", |n, _| {
        "(local.set 0 (i64.add (i64.mul (local.get 0) (i64.const 77)) (local.get 1)))".repeat(n)
    }),
    ("loads", |n, _| "(local.set 0 (i64.load (i32.wrap_i64 (local.get 0))))".repeat(n)),
    ("loads at distinct offsets", |n, _| {
        each(n, |i| format!("(local.set 0 (i64.load offset={} (local.get 2)))", 8 * i))
    }),
    ("small loads", |n, _| "(local.set 2 (i32.load8_s (i32.load16_u (local.get 2))))".repeat(n)),
    ("stores", |n, _| {
        each(n, |i| format!("(i64.store offset={} (local.get 2) (local.get 0))", 8 * i))
    }),
    ("distinct constants", |n, _| {
        each(n, |i| {
            format!(
                "(local.set 0 (i64.xor (local.get 0) (i64.const {})))",
                0x1234_5678_9abc_usize + i
            )
        })
    }),
    ("empty blocks", |n, _| "(block)".repeat(n)),
    ("empty loops", |n, _| "(loop)".repeat(n)),
    ("loops that may go on", |n, _| {
        "(loop (local.set 0 (i64.add (local.get 0) (local.get 1))) (br_if 0 (i64.eqz (local.get 0))))".repeat(n)
    }),
    ("ifs", |n, _| "(if (i64.eqz (local.get 0)) (then (local.set 0 (local.get 1))))".repeat(n)),
    ("ifs with else", |n, _| {
        "(if (local.get 2) (then (local.set 0 (local.get 1))) (else (local.set 1 (local.get 0))))"
            .repeat(n)
    }),
    ("branches out", |n, _| {
        format!(
            "(block {})",
            "(br_if 0 (i64.eqz (local.tee 0 (i64.add (local.get 0) (local.get 1)))))".repeat(n)
        )
    }),
    ("small br_tables", |n, _| {
        "(block (block (block (br_table 0 1 2 (local.get 2))) (local.set 0 (local.get 1))) (local.set 1 (i64.const 4)))".repeat(n)
    }),
    ("a large br_table", |n, _| {
        format!(
            "(block (block (br_table {} (local.get 2))) (local.set 0 (local.get 1)))",
            "0 1 ".repeat(n.clamp(1, 4_000))
        )
    }),
    ("br_tables with values", |n, _| {
        format!("(block (result {VALUES_16}) (block (result {VALUES_16}) {} (br_table 0 1 0 1 (local.get 2)))) {}", sixteen("(local.get 0)"), sixteen("drop ")).repeat(n)
    }),
    ("blocks with results", |n, _| {
        format!("(block (result {VALUES_16}) {}) {}", sixteen("(local.get 0)"), sixteen("drop "))
            .repeat(n)
    }),
    ("loops with parameters", |n, _| {
        format!(
            "{} {} {}",
            sixteen("(local.get 1)"),
            format!("(loop (param {VALUES_16}) (result {VALUES_16}))").repeat(n),
            sixteen("drop ")
        )
    }),
    ("loops with parameters that may go on", |n, _| {
        format!(
            "{} {} {}",
            sixteen("(local.get 1)"),
            format!("(loop (param {VALUES_16}) (result {VALUES_16}) (br_if 0 (local.get 2)))")
                .repeat(n),
            sixteen("drop ")
        )
    }),
    ("branches with values", |n, _| {
        format!(
            "(block (result i64) (local.get 0) {}) drop",
            "(br_if 0 (i64.eqz (local.get 1)))".repeat(n)
        )
    }),
    ("calls", |n, _| "(call $f)".repeat(n)),
    ("calls with arguments", |n, _| format!("(call $p {})", sixteen("(local.get 0)")).repeat(n)),
    ("calls with 255 constants", |n, _| {
        format!("(call $many {})", "(i64.const 5)".repeat(255)).repeat(n)
    }),
    ("calls with results", |n, _| format!("(call $r) {}", sixteen("drop ")).repeat(n)),
    ("calls whose results are used", |n, _| {
        "(local.set 0 (call $g (local.get 0) (local.get 1)))".repeat(n)
    }),
    ("indirect calls", |n, _| "(call_indirect (type $t) (local.get 2))".repeat(n)),
    ("indirect calls with arguments", |n, _| {
        format!("(call_indirect (type $tp) {} (local.get 2))", sixteen("(local.get 0)")).repeat(n)
    }),
    ("references to functions", |n, _| "(table.set $table (local.get 2) (ref.func $f))".repeat(n)),
    ("reads of tables", |n, _| {
        "(local.set 2 (ref.is_null (table.get $table (local.get 2))))".repeat(n)
    }),
    ("table instructions", |n, _| {
        "(table.copy (i32.const 0) (i32.const 1) (local.get 2)) (table.init $e (i32.const 0) (i32.const 0) (local.get 2)) (elem.drop $e)".repeat(n)
    }),
    ("growth of tables", |n, _| {
        "(local.set 2 (table.grow $table (ref.null func) (local.get 2)))".repeat(n)
    }),
    ("copies of memory", |n, _| {
        "(memory.copy (local.get 2) (i32.const 8) (local.get 2))".repeat(n)
    }),
    ("fills of memory", |n, _| "(memory.fill (local.get 2) (i32.const 8) (local.get 2))".repeat(n)),
    ("memory from data", |n, _| {
        "(memory.init $d (local.get 2) (i32.const 0) (i32.const 1)) (data.drop $d)".repeat(n)
    }),
    ("growth of memory", |n, _| "(local.set 2 (memory.grow (local.get 2)))".repeat(n)),
    ("rotations", |n, _| "(local.set 0 (i64.rotl (local.get 0) (local.get 1)))".repeat(n)),
    ("shifts", |n, _| "(local.set 0 (i64.shr_u (local.get 0) (local.get 1)))".repeat(n)),
    ("divisions", |n, _| "(local.set 0 (i64.div_s (local.get 0) (local.get 1)))".repeat(n)),
    ("remainders", |n, _| {
        "(local.set 2 (i32.rem_u (local.get 2) (i32.wrap_i64 (local.get 1))))".repeat(n)
    }),
    ("counts of bits", |n, _| {
        "(local.set 0 (i64.popcnt (i64.clz (i64.ctz (local.get 0)))))".repeat(n)
    }),
    ("conversions", |n, _| {
        "(local.set 0 (i64.extend_i32_s (i32.extend8_s (i32.wrap_i64 (i64.extend16_s (local.get 0))))))".repeat(n)
    }),
    ("comparisons", |n, _| {
        "(local.set 2 (i32.add (i64.lt_s (local.get 0) (local.get 1)) (i32.eqz (local.get 2))))"
            .repeat(n)
    }),
    ("selections", |n, _| {
        "(local.set 0 (select (local.get 1) (local.get 0) (i64.eqz (local.get 0))))".repeat(n)
    }),
    ("globals", |n, _| {
        "(global.set $global (i64.add (global.get $global) (local.get 0)))".repeat(n)
    }),
    ("loads that wait", |n, _| {
        format!(
            "{} {} drop",
            each(n + 1, |i| format!("(i64.load offset={} (local.get 2))", 8 * i)),
            "i64.add ".repeat(n)
        )
    }),
    ("constants that wait", |n, _| {
        format!(
            "{} (block) {}",
            each(n, |i| format!("(i64.const {})", 1 + (i << 20))),
            "drop ".repeat(n)
        )
    }),
    ("calls whose results wait", |n, _| {
        format!(
            "{} {} drop",
            "(call $g (local.get 0) (local.get 1))".repeat(n + 1),
            "i64.xor ".repeat(n)
        )
    }),
    ("nested blocks", |n, _| groups(n, |deep| nested(deep, "(block ", "(br_if 0 (local.get 2))"))),
    ("nested blocks with ways out", |n, _| {
        groups(n, |deep| nested(deep, "(block (br_if 0 (local.get 2)) ", ""))
    }),
    ("nested ifs", |n, _| {
        groups(n, |deep| {
            format!(
                "{}{}",
                "(if (local.get 2) (then (local.set 0 (i64.add (local.get 0) (local.get 1))) "
                    .repeat(deep),
                "))".repeat(deep)
            )
        })
    }),
    ("nested loops", |n, _| {
        groups(n, |deep| {
            nested(
                deep,
                "(loop (local.set 0 (i64.mul (local.get 0) (local.get 1))) (br_if 0 (local.get 2)) ",
                "",
            )
        })
    }),
    ("nested loops with parameters", |n, _| {
        groups(n, |deep| {
            format!(
                "{} {} {}",
                sixteen("(local.get 1)"),
                nested(deep, &format!("(loop (param {VALUES_16}) (result {VALUES_16}) "), ""),
                sixteen("drop ")
            )
        })
    }),
    ("ways out of everything", |n, _| "(if (local.get 2) (then (return)))".repeat(n)),
    ("ends that are never reached", |n, _| "(if (local.get 2) (then unreachable))".repeat(n)),
    ("code that is never reached", |n, _| {
        format!(
            "(block (br 0) {})",
            "(local.set 0 (i64.add (local.get 0) (local.get 1)))".repeat(n)
        )
    }),
    ("each local by another", |n, locals| {
        each(n, |i| {
            format!(
                "(local.set {} (i64.add (local.get {}) (local.get {})))",
                local(i, locals),
                local(i + 1, locals),
                local(i + 7, locals)
            )
        })
    }),
    ("each local in an if", |n, locals| {
        each(n, |i| {
            format!(
                "(if (local.get 2) (then (local.set {} (local.get {}))))",
                local(i, locals),
                local(i * 31 + 5, locals)
            )
        })
    }),
    ("each local in a loop", |n, locals| {
        each(n, |i| {
            format!(
                "(loop (local.set {0} (i64.add (local.get {0}) (local.get 1))) (br_if 0 (i64.eqz (local.get {1}))))",
                local(i, locals),
                local(i * 17 + 3, locals)
            )
        })
    }),
    ("each local to memory", |n, locals| {
        each(n, |i| {
            format!(
                "(i64.store offset={} (local.get 2) (local.get {}))",
                8 * (i % 8_000),
                local(i, locals)
            )
        })
    }),
    ("locals that wait over calls", |n, locals| {
        each(n, |i| {
            format!(
                "(local.set {0} (i64.xor (local.get {0}) (call $g (local.get {1}) (local.get 1))))",
                local(i, locals),
                local(i + 1, locals)
            )
        })
    }),
    ("tees", |n, locals| {
        each(n, |i| {
            format!(
                "(local.set 0 (local.tee {} (i64.sub (local.get 0) (local.get {}))))",
                local(i, locals),
                local(i + 1, locals)
            )
        })
    }),
];

/// A shape by name, and its fields in so many copies.
pub(super) type Field = (&'static str, fn(usize) -> String);

/// What a module has beside its functions: a name, and so many of it.
pub(super) const FIELDS: &[Field] = &[
    ("types", |n| {
        let param = |i: usize, bit: usize| if (i >> bit) & 1 == 1 { "i64 " } else { "i32 " };
        each(n, |i| format!("(type (func (param {})))", each(14, |bit| param(i, bit).into())))
    }),
    ("elements", |n| format!("(elem func {})", "$f ".repeat(n))),
    ("segments of elements", |n| "(elem func $f)".repeat(n)),
    ("active segments of elements", |n| "(elem (table $table) (i32.const 0) func $f)".repeat(n)),
    ("segments of data", |n| "(data \"x\")".repeat(n)),
    ("active segments of data", |n| "(data (i32.const 0) \"x\")".repeat(n)),
    ("globals", |n| "(global (mut i64) (i64.const 7))".repeat(n)),
    ("exports", |n| each(n, |i| format!("(func (export \"f{i}\"))"))),
    ("empty functions", |n| "(func)".repeat(n)),
    ("small functions", |n| {
        "(func (param i64) (result i64) (i64.add (local.get 0) (i64.const 3)))".repeat(n)
    }),
    ("functions in a table", |n| {
        format!(
            "{} (elem declare func $f)",
            each(n, |i| format!("(func $t{i} (result i32) (i32.const {i})) (elem func $t{i})"))
        )
    }),
    ("functions with locals", |n| {
        "(func (local i64 i64 i64 i64 i64 i64 i64 i64) (local.set 3 (local.get 4)))".repeat(n)
    }),
];

/// A function of a module: pieces one after the other, or all but the first inside of a loop.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Body {
    /// By their place in [`PIECES`], and how many of each.
    pub(super) pieces: Vec<(usize, usize)>,
    /// Locals that are set to what nobody knows, and looked at in the end; at least 16.
    pub(super) locals: usize,
    /// Whether all is in a loop.
    pub(super) loops: bool,
    /// How many such functions there are.
    pub(super) count: usize,
}

/// A module.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape {
    pub(super) bodies: Vec<Body>,
    /// By their place in [`FIELDS`], and how many of each.
    pub(super) fields: Vec<(usize, usize)>,
}

/// Bytes that mean nothing, since much of one thing is valid only in a large contract.
pub(super) const ROOM: usize = 700_000;

impl Shape {
    /// The module's text.
    pub(super) fn text(&self) -> String {
        let mut text = format!(
            "(module (type $t (func)) (type $tp (func (param {VALUES_16}))) (table $table 16 100 funcref) \
             (memory (export \"memory\") 1 16) (global $global (mut i64) (i64.const 1)) (data $d \"x\") \
             (elem $e func $f) (func $f) (func $p (param {VALUES_16})) \
             (func $many (param {})) (func $r (result {VALUES_16}) {}) \
             (func $g (param i64 i64) (result i64) (local.get 0)) (func (export \"main\"))",
            "i64 ".repeat(255),
            sixteen("(i64.const 1)"),
        );
        for body in &self.bodies {
            text.push_str(&body.text().repeat(body.count));
        }
        for (field, count) in &self.fields {
            text.push_str(&FIELDS[*field].1(*count));
        }
        let _ = write!(text, "(@custom \"room\" \"{}\"))", " ".repeat(ROOM));
        text
    }

    /// In words.
    pub(super) fn name(&self) -> String {
        let bodies = self.bodies.iter().map(|body| {
            let pieces: Vec<String> = body
                .pieces
                .iter()
                .map(|(piece, count)| format!("{count} × {}", PIECES[*piece].0))
                .collect();
            format!(
                "{} × function of {} locals{} ({})",
                body.count,
                body.locals,
                if body.loops { " and a loop" } else { "" },
                pieces.join(", ")
            )
        });
        let fields =
            self.fields.iter().map(|(field, count)| format!("{count} × {}", FIELDS[*field].0));
        bodies.chain(fields).collect::<Vec<_>>().join("; ")
    }
}

impl Body {
    fn text(&self) -> String {
        let locals = self.locals;
        let set = each(locals, |i| {
            format!("(local.set {} (i64.load offset={} (local.get 2)))", 3 + i, 8 * (i % 8_000))
        });
        let pieces: String =
            self.pieces.iter().map(|(piece, count)| PIECES[*piece].1(*count, locals)).collect();
        let pieces =
            if self.loops { format!("(loop {pieces} (br_if 0 (local.get 2)))") } else { pieces };
        let seen = each(locals, |i| {
            format!("(i64.store offset={} (local.get 2) (local.get {}))", 8 * (i % 8_000), 3 + i)
        });
        let (set, seen) = if locals > 16 { (set, seen) } else { (String::new(), String::new()) };
        format!(
            "(func (param i64 i64) (local i32) (local {}) {set} {pieces} {seen})",
            "i64 ".repeat(locals)
        )
    }
}
