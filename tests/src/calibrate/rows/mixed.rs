//! Programs of pieces of several rows, in one loop.

use super::{Kind, Row, TOUCH_ALL, repeated};

/// Which pieces, by their place among those of [`pieces`], how often each stands in a copy, and whether the address is put
/// back between them.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct Mixed {
    pub(in super::super) pieces: Vec<(usize, usize)>,
    /// Some pieces take `$i` for an address, and others leave there what is none.
    pub(in super::super) resets: bool,
}

/// Rows from which mixtures are made: all loops but those of host functions, whose fees are Ethereum's, and those that are
/// too large to stand beside another.
pub(in super::super) fn pieces() -> Vec<Row> {
    let is_piece = |row: &Row| {
        row.price != "fee"
            && matches!(&row.kind, Kind::Loop { copy, fields, .. }
                if copy.len() < 5_000 && fields.len() < 50_000)
    };
    super::rows().into_iter().filter(is_piece).collect()
}

impl Mixed {
    /// The row. Where pieces don't go together, such as two with a table, the program is not valid.
    pub(in super::super) fn row(&self, pieces: &[Row]) -> Row {
        let mut seen = Vec::new();
        let (mut all_fields, mut all_copies) = (String::new(), String::new());
        let mut mixed = repeated(format!("{self:?}"), "", 1, "");
        let Kind::Loop { fields, memory, locals, before, copy, copies } = &mut mixed.kind else {
            unreachable!("it is a loop");
        };
        for (piece, times) in &self.pieces {
            let Some(Row {
                kind: Kind::Loop { fields, memory: limits, locals: more, copy, .. },
                ..
            }) = pieces.get(*piece)
            else {
                continue;
            };
            all_copies.push_str(&renamed(copy, *piece).repeat(*times));
            if self.resets {
                all_copies.push_str("(local.set $i (i32.const 0)) ");
            }
            if seen.contains(piece) {
                continue;
            }
            seen.push(*piece);
            all_fields.push_str(&renamed(fields, *piece));
            if first_number(limits) > first_number(memory) {
                *memory = limits;
            }
            if more.len() > locals.len() {
                locals.clone_from(more);
            }
        }
        if first_number(memory) > 1 {
            before.push_str(TOUCH_ALL);
        }
        *copies = (20_000 / all_copies.len().max(1)).clamp(2, 200);
        (*fields, *copy) = (all_fields, all_copies);
        mixed
    }
}

/// The pages that a memory has at first.
fn first_number(limits: &str) -> u32 {
    limits.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// With `piece` behind each name but those of the locals that all loops have.
fn renamed(text: &str, piece: usize) -> String {
    let mut parts = text.split('$');
    let mut renamed = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(part.len());
        let (name, rest) = part.split_at(end);
        let is_local = ["n", "i", "j", "k", "x", "y", "z", "r"].contains(&name);
        renamed.push('$');
        renamed.push_str(name);
        if !is_local {
            renamed.push_str(&format!("_{piece}"));
        }
        renamed.push_str(rest);
    }
    renamed
}
