//! Each rule of the check: code that keeps it, code that breaks it, and the edge between them.

use super::super::code::{Instruction, Label, Op, Shape, Translated};
use super::check;
use hebe_gas::{Features, Prepared, Profile, Rules, limits, prepare};

/// The function whose code is checked: slot 0 is its parameter, 1 a local, 2 to 7 its operands.
const FUNCTION: u32 = 0;
const LOCALS: u16 = 2;
const FRAME: u16 = 8;
const LAST: u16 = FRAME - 1;
/// One that gives three results and has a frame of three.
const THREE: u32 = 1;

const MODULE: &str = r#"(module
    (type $two (func (param i32 i32) (result i32)))
    (type $results (func (result i32 i32 i32)))
    (type $many (func (param i32 i32 i32 i32 i32 i32 i32)))
    (import "host" "two" (func (type $two)))
    (import "host" "three" (func (type $results)))
    (table 2 funcref) (memory 1)
    (global (mut i32) (i32.const 0)) (global (mut i64) (i64.const 0))
    (func $function (param i64) (result i64) (local i64)
        (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0)
        drop drop drop drop drop)
    (func $three (type $results) (i32.const 1) (i32.const 2) (i32.const 3))
    (func $many (type $many))
    (elem func $three) (elem func $three) (data "abc") (data "def"))"#;

fn prepared(text: &str) -> Prepared {
    let code = wat::parse_str(text).expect("the text is right");
    let rules = Rules {
        features: Features::Default,
        profile: Profile::Script,
        imports: &[],
        metering: None,
    };
    prepare(&code, &rules).expect("it is valid")
}

fn op(op: Op, a: u16, b: u16, c: u16, imm: u64) -> Instruction {
    Instruction { op, a, b, c, imm }
}

fn slots(a: u16, b: u16, c: u16, what: Op) -> Instruction {
    op(what, a, b, c, 0)
}

/// The entry of [`FUNCTION`].
fn enter() -> Instruction {
    slots(FRAME + small(limits::CALL_SLOTS), 1, LOCALS, Op::Enter)
}

fn small(number: u32) -> u16 {
    u16::try_from(number).expect("it is small")
}

fn constant(slot: u16) -> Instruction {
    slots(slot, 0, 0, Op::Const)
}

fn branch(target: u64) -> Instruction {
    op(Op::Branch, 0, 0, 0, target)
}

/// A branch that is taken if slot 0 is not zero.
fn branch_if(target: u64) -> Instruction {
    op(Op::BrNeImm, 0, 0, 0, target)
}

const RETURN: Instruction = Instruction { op: Op::ReturnOne, a: 0, b: 0, c: 0, imm: 0 };

/// What the check says of a function's code, with labels of these places and heights.
fn checked_as(function: u32, code: &[Instruction], labels: &[(u32, u16)]) -> Result<(), String> {
    let labels = labels.iter().map(|(at, height)| Label { at: *at, height: *height }).collect();
    check(&Translated { code: code.to_vec(), labels }, &prepared(MODULE), function)
}

/// What it says of code of [`FUNCTION`] behind its entry.
fn checked(behind_entry: &[Instruction], labels: &[(u32, u16)]) -> Result<(), String> {
    let code: Vec<_> = [enter()].into_iter().chain(behind_entry.iter().copied()).collect();
    checked_as(FUNCTION, &code, labels)
}

#[track_caller]
fn accepts(code: &[Instruction], labels: &[(u32, u16)]) {
    assert_eq!(checked(code, labels), Ok(()));
}

#[track_caller]
fn refuses(why: &str, code: &[Instruction], labels: &[(u32, u16)]) {
    let refused = checked(code, labels).expect_err(why);
    assert!(refused.ends_with(why), "{refused}");
}

#[test]
fn a_function_begins_with_its_entry_and_has_no_other() {
    const ENTRY: &str = "a function begins with its entry, and has no other";
    accepts(&[RETURN], &[]);
    refuses(ENTRY, &[enter(), RETURN], &[]);
    refuses("its labels are not in order behind its entry", &[branch(0)], &[(0, 0)]);
    for code in [&[RETURN][..], &[constant(2), enter(), RETURN]] {
        assert!(checked_as(FUNCTION, code, &[]).unwrap_err().ends_with(ENTRY));
    }
}

#[test]
fn the_entry_takes_the_frame_and_clears_the_locals() {
    let refused = |enter| checked_as(FUNCTION, &[enter, RETURN], &[]).expect_err("it is wrong");
    let right = enter();
    for a in [0, FRAME, right.a - 1, right.a + 1] {
        let why = refused(Instruction { a, ..right });
        assert!(why.ends_with("it takes something else from the stack than its frame"), "{why}");
    }
    for (b, c) in [(0, LOCALS), (2, LOCALS), (1, 1), (1, 3), (LOCALS, 1)] {
        let why = refused(Instruction { b, c, ..right });
        assert!(why.ends_with("it clears something else than its locals"), "{why}");
    }
}

/// What an instruction of a shape reads and writes, as a letter of the parts that are slots: small ones are read, large ones
/// are written. `i` is the slot in the large number.
fn parts(shape: Shape) -> &'static str {
    match shape {
        Shape::Binary | Shape::TableGrow => "Abc",
        Shape::BinaryImm | Shape::Unary | Shape::Load | Shape::MemoryGrow | Shape::TableGet => "Ab",
        Shape::Const | Shape::LoadAt | Shape::GlobalGet | Shape::Query => "A",
        Shape::Select => "Abci",
        Shape::Store | Shape::TableSet | Shape::BranchIf => "bc",
        Shape::StoreAt => "c",
        Shape::GlobalSet
        | Shape::BranchIfImm
        | Shape::BranchTable
        | Shape::CallIndirect
        | Shape::ReturnOne => "b",
        Shape::MemoryBulk | Shape::MemoryInit | Shape::TableBulk | Shape::TableInit => "abc",
        // These have tests of their own.
        Shape::Pair => "",
        Shape::Move | Shape::Enter | Shape::Call | Shape::CallImport | Shape::Return => "",
        Shape::DataDrop
        | Shape::ElementDrop
        | Shape::Charge
        | Shape::Branch
        | Shape::Unreachable => "",
    }
}

/// An instruction that is right, and reads no slot but 0.
fn right(what: Op) -> Instruction {
    let written = if parts(what.shape()).contains('A') { LOCALS } else { 0 };
    match what.shape() {
        Shape::BranchIf | Shape::BranchIfImm => op(what, 0, 0, 0, 3),
        // Of the type without parameters.
        Shape::CallIndirect => op(what, LOCALS, 0, 0, 1),
        _ => op(what, written, 0, 0, 0),
    }
}

/// Code with this instruction at its second place, behind which everything ends well.
fn around(instruction: Instruction) -> (Vec<Instruction>, Vec<(u32, u16)>) {
    let before = constant(5);
    match instruction.op.shape() {
        Shape::ReturnOne => (vec![before, instruction], vec![]),
        Shape::BranchTable => (vec![before, instruction, branch(4), RETURN], vec![(4, LOCALS)]),
        _ => (vec![before, instruction, RETURN], vec![(3, LOCALS)]),
    }
}

#[test]
fn every_instruction_reads_what_is_written_and_writes_inside_of_the_frame() {
    let mut tried = 0;
    for what in Op::ALL.iter().copied() {
        let (instruction, parts) = (right(what), parts(what.shape()));
        let with = |part: char, slot: u16| {
            let mut changed = instruction;
            match part {
                'a' | 'A' => changed.a = slot,
                'b' => changed.b = slot,
                'c' => changed.c = slot,
                _ => changed.imm = slot.into(),
            }
            let (code, labels) = around(changed);
            checked(&code, &labels)
        };
        for part in parts.chars() {
            tried += 1;
            let told = |slot| with(part, slot).err().unwrap_or_default();
            if part == 'A' {
                assert_eq!(with(part, LAST), Ok(()), "{what:?}");
                for outside in [FRAME, u16::MAX] {
                    let why = told(outside);
                    assert!(why.ends_with("it writes outside of its frame"), "{what:?}: {why}");
                }
            } else {
                for written in [0, 1, 5] {
                    assert_eq!(with(part, written), Ok(()), "{what:?} {part}");
                }
                for not_written in [2, LAST, FRAME, u16::MAX] {
                    let why = told(not_written);
                    let is_it = why.ends_with("it reads a slot that may not be written");
                    assert!(is_it, "{what:?} {part} {not_written}: {why}");
                }
            }
        }
    }
    assert!(tried > 200, "only {tried}");
    let select = op(Op::Select, 2, 0, 0, 1 << 16);
    refuses("its condition is no slot", &[select, RETURN], &[]);
}

#[test]
fn pairs_have_names_only_after_the_check() {
    let pair = op(Op::XorThenXor, 2, 0, 0, 0);
    refuses("pairs are named afterwards", &[pair, op(Op::Xor, 2, 0, 0, 0), RETURN], &[]);
}

#[test]
fn what_is_written_in_any_order_is_written() {
    for order in [[2, 3, 4, 5, 6, 7], [7, 6, 5, 4, 3, 2], [4, 2, 7, 3, 6, 5]] {
        let code: Vec<_> = order.map(constant).into_iter().chain([branch(8), RETURN]).collect();
        // All of the frame, without a gap.
        accepts(&code, &[(8, FRAME)]);
        for missing in 0..6 {
            let mut code = code.clone();
            code[missing] = constant(2);
            if order[missing] != 2 {
                refuses("it leads to a label without all slots written", &code, &[(8, FRAME)]);
            }
        }
    }
}

#[test]
fn a_move_stays_inside_of_the_frame() {
    let moving =
        |to, from, count| [constant(2), constant(3), slots(to, from, count, Op::Move), RETURN];
    accepts(&moving(6, 2, 2), &[]);
    accepts(&moving(0, 0, 4), &[]);
    refuses("it reads a slot that may not be written", &moving(4, 2, 3), &[]);
    refuses("it writes outside of its frame", &moving(7, 2, 2), &[]);
    refuses("it writes outside of its frame", &moving(u16::MAX, 2, 2), &[]);
    refuses("it reads a slot that may not be written", &moving(2, u16::MAX, 2), &[]);
    refuses("it moves nothing", &moving(u16::MAX, u16::MAX, 0), &[]);
    let then_reads =
        |slot| [constant(2), slots(LAST, 2, 1, Op::Move), slots(3, slot, 0, Op::Copy), RETURN];
    accepts(&then_reads(LAST), &[]);
    refuses("it reads a slot that may not be written", &then_reads(6), &[]);
}

#[test]
fn branches_lead_to_labels() {
    accepts(&[branch(2), RETURN], &[(2, LOCALS)]);
    accepts(&[constant(2), branch(2)], &[(2, 3)]);
    accepts(&[branch_if(3), RETURN, RETURN], &[(3, LOCALS)]);
    for conditional in [branch(3), branch_if(3), op(Op::BrEq, 0, 0, 0, 3)] {
        refuses("it leads to where no label is", &[conditional, RETURN], &[(2, LOCALS)]);
    }
    refuses("it leads out of the function", &[branch_if(3), RETURN], &[(3, LOCALS)]);
    refuses("it leads to where no label is", &[branch_if(u64::from(u32::MAX)), RETURN], &[]);
    // What it costs is no place.
    accepts(&[branch(2 | 77 << 32), RETURN], &[(2, LOCALS)]);
}

#[test]
fn labels_are_in_order() {
    const ORDER: &str = "its labels are not in order behind its entry";
    let code = [constant(2), constant(3), branch(2)];
    accepts(&code, &[(2, LOCALS), (3, LOCALS)]);
    for labels in [&[(3, LOCALS), (2, LOCALS)][..], &[(2, LOCALS), (2, 3)], &[(0, 0), (2, LOCALS)]]
    {
        refuses(ORDER, &code, labels);
    }
}

#[test]
fn what_leads_to_a_label_has_written_what_that_counts_on() {
    const NOT_ALL: &str = "it leads to a label without all slots written";
    // From before it.
    accepts(&[constant(2), RETURN], &[(2, 3)]);
    refuses(NOT_ALL, &[constant(2), RETURN], &[(2, 4)]);
    refuses(NOT_ALL, &[constant(3), RETURN], &[(2, 4)]);
    // By a branch, forward and back.
    accepts(&[constant(2), branch(3), RETURN], &[(3, 3)]);
    refuses(NOT_ALL, &[constant(2), branch(3), RETURN], &[(3, 4)]);
    refuses(NOT_ALL, &[constant(3), branch(3), RETURN], &[(3, 4)]);
    accepts(&[constant(2), branch(2)], &[(2, LOCALS)]);
    refuses(NOT_ALL, &[constant(2), branch_if(4), RETURN, RETURN], &[(4, 4)]);
    // A frame has an end.
    refuses(
        "a label counts on more slots than the frame has",
        &[RETURN, RETURN],
        &[(2, FRAME + 1)],
    );
    accepts(&[RETURN, RETURN], &[(2, FRAME)]);
}

#[test]
fn behind_a_label_only_that_is_written_on_which_it_counts() {
    let code = |reads| [constant(2), constant(3), slots(4, reads, 0, Op::Copy), RETURN];
    accepts(&code(3), &[]);
    accepts(&code(2), &[(3, 3)]);
    refuses("it reads a slot that may not be written", &code(3), &[(3, 3)]);
    // Not even locals are, if it does not count on them.
    refuses("it reads a slot that may not be written", &[constant(2), RETURN], &[(2, 0)]);
}

#[test]
fn a_table_has_all_its_branches() {
    const NO_BRANCH: &str = "a table leads to something that is no branch";
    let table = |count| op(Op::BranchTable, 0, 0, 0, count);
    accepts(&[table(0), branch(3), RETURN], &[(3, LOCALS)]);
    accepts(&[table(1), branch(4), branch(4), RETURN], &[(4, LOCALS)]);
    refuses(NO_BRANCH, &[table(0), RETURN], &[]);
    refuses(NO_BRANCH, &[table(1), branch(4), RETURN, RETURN], &[(4, LOCALS)]);
    refuses(NO_BRANCH, &[table(1), branch(4), branch_if(4), RETURN], &[(4, LOCALS)]);
    refuses(NO_BRANCH, &[table(u64::MAX), branch(4), RETURN, RETURN], &[(4, LOCALS)]);
    refuses("it leads to where no label is", &[table(0), branch(3), RETURN], &[]);
    refuses("it is never reached", &[table(0), branch(4), constant(2), RETURN], &[(4, LOCALS)]);
    // The code ends in the middle of it.
    let [first, second] = [(1, LOCALS), (2, LOCALS)];
    refuses("function 0 has no end", &[constant(2), table(1), branch(1)], &[first]);
    refuses("function 0 has no end", &[constant(2), table(u64::MAX), branch(2)], &[second]);
}

/// From the table each of its branches is reached with what was written at the table, whatever stands between.
#[test]
fn no_label_is_between_the_branches_of_a_table() {
    let table = op(Op::BranchTable, 0, 0, 0, 1);
    let code = [table, branch(5), branch(4), slots(2, LAST, 0, Op::Copy), RETURN];
    for between in [2, 3] {
        let labels = [(between, FRAME), (4, FRAME), (5, LOCALS)];
        refuses("a label is between the branches of a table", &code, &labels);
    }
    let labels = [(4, FRAME), (5, LOCALS)];
    refuses("it leads to a label without all slots written", &code, &labels);
}

#[test]
fn what_is_never_reached_is_not_there() {
    let ends = [RETURN, slots(0, 0, 0, Op::Unreachable)];
    for end in ends {
        accepts(&[end], &[]);
        refuses("it is never reached", &[end, RETURN], &[]);
        accepts(&[end, RETURN], &[(2, LOCALS)]);
    }
    refuses("it is never reached", &[branch(3), constant(2), RETURN], &[(3, LOCALS)]);
}

#[test]
fn a_function_ends() {
    let end = "function 0 has no end";
    refuses(end, &[], &[]);
    refuses(end, &[constant(2)], &[]);
    refuses(end, &[branch_if(1)], &[(1, LOCALS)]);
    refuses(end, &[op(Op::BranchTable, 0, 0, 0, 0)], &[]);
    assert_eq!(checked_as(FUNCTION, &[], &[]), Err(end.to_owned()));
    accepts(&[branch(1)], &[(1, LOCALS)]);
}

#[test]
fn a_function_returns_what_its_type_says() {
    let may_not = "it returns what may not be written";
    accepts(&[slots(0, 0, 0, Op::Return)], &[]);
    refuses(may_not, &[branch(2), slots(0, 0, 0, Op::Return)], &[(2, 0)]);
    let enter = slots(3 + small(limits::CALL_SLOTS), 0, 0, Op::Enter);
    let three = |written: &[u16]| {
        let writes = written.iter().map(|slot| constant(*slot));
        let code: Vec<_> =
            [enter].into_iter().chain(writes).chain([slots(0, 0, 0, Op::Return)]).collect();
        checked_as(THREE, &code, &[])
    };
    assert_eq!(three(&[2, 1, 0]), Ok(()));
    assert!(three(&[0, 1]).unwrap_err().ends_with(may_not));
    assert!(three(&[0, 2]).unwrap_err().ends_with(may_not));
    let one = [enter, constant(0), RETURN];
    let why = checked_as(THREE, &one, &[]).unwrap_err();
    assert!(why.ends_with("it does not return what its type says"), "{why}");
}

#[test]
fn what_is_called_exists() {
    let call = |what, imm| [constant(2), constant(3), op(what, 2, 0, 0, imm), RETURN];
    // Two imports, three functions, three types and the one of `$function`.
    for (what, last, why) in [
        (Op::CallImport, 1, "there is no such import"),
        (Op::Call, 1, ""),
        (Op::CallIndirect, 1, ""),
    ] {
        accepts(&call(what, 0), &[]);
        accepts(&call(what, last), &[]);
        if !why.is_empty() {
            refuses(why, &call(what, last + 1), &[]);
        }
        assert!(checked(&call(what, u64::MAX), &[]).is_err());
        assert!(checked(&call(what, 1 << 32), &[]).is_err());
    }
    refuses("there is no such function", &call(Op::Call, 3), &[]);
    refuses("there is no such type", &call(Op::CallIndirect, 4), &[]);
}

#[test]
fn arguments_of_a_call_are_written_and_it_stays_inside_of_the_frame() {
    let import = |first, import, written: &[u16]| {
        let writes = written.iter().map(|slot| constant(*slot));
        let code: Vec<_> =
            writes.chain([op(Op::CallImport, first, 0, 0, import), RETURN]).collect();
        checked(&code, &[]).map_err(|why| why.rsplit(": ").next().unwrap_or_default().to_owned())
    };
    let all = [2, 3, 4, 5, 6, 7];
    let not_written = Err("it calls with arguments that may not be written".to_owned());
    assert_eq!(import(2, 0, &[2, 3]), Ok(()));
    assert_eq!(import(6, 0, &all), Ok(()));
    assert_eq!(import(2, 0, &[2]), not_written);
    assert_eq!(import(2, 0, &[3]), not_written);
    assert_eq!(import(3, 0, &[3, 4]), not_written);
    assert_eq!(import(7, 0, &all), not_written);
    assert_eq!(import(u16::MAX, 0, &all), not_written);
    // Three results.
    let outside = Err("results are outside of its frame".to_owned());
    assert_eq!(import(5, 1, &all), Ok(()));
    assert_eq!(import(6, 1, &all), outside);
    let takes_locals = Err("a call takes its locals".to_owned());
    assert_eq!(import(1, 0, &all), takes_locals);
    assert_eq!(import(0, 1, &all), takes_locals);
}

/// Own functions have the types behind those of the imports.
#[test]
fn a_call_goes_by_the_type_of_what_it_calls() {
    let all = [2, 3, 4, 5, 6, 7].map(constant);
    let own = |function, written: &[Instruction]| {
        let call = op(Op::Call, 2, 0, 0, function);
        let code: Vec<_> = written.iter().copied().chain([call, RETURN]).collect();
        checked(&code, &[])
    };
    // One parameter, none, and seven.
    assert_eq!(own(0, &all[..1]), Ok(()));
    assert!(own(0, &[]).is_err());
    assert_eq!(own(1, &[]), Ok(()));
    assert!(own(2, &all).is_err());
}

#[test]
fn behind_a_call_its_results_are_written_and_nothing_above() {
    let code = |reads| {
        [2, 3, 4, 5].map(constant).into_iter().chain([
            op(Op::CallImport, 3, 0, 0, 0),
            slots(6, reads, 0, Op::Copy),
            RETURN,
        ])
    };
    for (reads, right) in [(1, true), (2, true), (3, true), (4, false), (5, false)] {
        let code: Vec<_> = code(reads).collect();
        assert_eq!(checked(&code, &[]).is_ok(), right, "slot {reads}");
    }
}

#[test]
fn globals_and_segments_exist() {
    for (what, why) in [
        (Op::GlobalGet, "there is no such global"),
        (Op::GlobalSet, "there is no such global"),
        (Op::MemoryInit, "there is no such data segment"),
        (Op::DataDrop, "there is no such data segment"),
        (Op::TableInit, "there is no such element segment"),
        (Op::ElementDrop, "there is no such element segment"),
    ] {
        let code = |imm| [Instruction { imm, ..right(what) }, RETURN];
        accepts(&code(0), &[]);
        accepts(&code(1), &[]);
        for imm in [2, 1 << 32, u64::MAX] {
            refuses(why, &code(imm), &[]);
        }
    }
}

#[test]
fn addresses_do_not_overflow() {
    let (one, two) = (u64::from(u32::MAX), 2 * u64::from(u32::MAX));
    for what in Op::ALL.iter().copied() {
        let most = match what.shape() {
            Shape::Load | Shape::Store => one,
            Shape::LoadAt | Shape::StoreAt => two,
            _ => continue,
        };
        let code = |imm| [Instruction { imm, ..right(what) }, RETURN];
        accepts(&code(most), &[]);
        refuses("an offset is too large", &code(most + 1), &[]);
        refuses("an offset is too large", &code(u64::MAX), &[]);
    }
}

#[test]
fn a_table_is_used_only_if_there_is_one() {
    let without = prepared("(module (func (local i32) (drop (i32.const 0)) (drop (i32.const 0))))");
    let frame = small(without.functions()[0].frame);
    let enter = slots(frame + small(limits::CALL_SLOTS), 0, 1, Op::Enter);
    let end = slots(0, 0, 0, Op::Return);
    let mut refused = 0;
    for what in Op::ALL.iter().copied() {
        let is_needed = matches!(
            what.shape(),
            Shape::TableGet
                | Shape::TableSet
                | Shape::TableGrow
                | Shape::TableBulk
                | Shape::TableInit
                | Shape::CallIndirect
        );
        if is_needed {
            let code = vec![enter, slots(1, 0, 0, what), end];
            let why = check(&Translated { code, labels: Vec::new() }, &without, 0).unwrap_err();
            assert!(why.ends_with("there is no table"), "{what:?}: {why}");
            refused += 1;
        }
    }
    assert_eq!(refused, 7);
    // The size of none is nothing.
    let code = vec![enter, slots(1, 0, 0, Op::TableSize), end];
    assert_eq!(check(&Translated { code, labels: Vec::new() }, &without, 0), Ok(()));
}

#[test]
fn there_is_such_a_function() {
    let why = checked_as(3, &[enter(), RETURN], &[]).unwrap_err();
    assert_eq!(why, "there is no such function");
}
