//! The last step: branches learn where they lead, and charges become a part of what leads to them.

use super::super::code::{Instruction, Label, Op, Shape, Translated};
use super::Translator;

impl Translator<'_> {
    /// The finished code.
    ///
    /// A branch to a charge pays it and leads behind it. If whatever stands before the charge pays it too, or
    /// never comes to it, the charge itself goes.
    pub(super) fn finish(self) -> Translated {
        let Self { mut out, labels, .. } = self;
        let gone = take_charges(&mut out);
        // Where each instruction is when those are gone.
        let mut places = Vec::with_capacity(out.len() + 1);
        let mut place = 0;
        for gone in &gone {
            places.push(place);
            place += u32::from(!gone);
        }
        places.push(place);

        let charge_at = |at: u32| match out.get(at as usize) {
            Some(Instruction { op: Op::Charge, imm, .. }) => u32::try_from(*imm).ok(),
            _ => None,
        };
        let places_of_labels: Vec<_> = labels
            .iter()
            .map(|label| {
                let charge = charge_at(label.at);
                let behind = label.at.saturating_add(u32::from(charge.is_some()));
                let at = places.get(behind as usize).copied().unwrap_or(u32::MAX);
                (Label { at, height: label.height }, charge.unwrap_or(0))
            })
            .collect();

        let mut code = Vec::with_capacity(place as usize);
        for (instruction, gone) in out.iter().zip(&gone) {
            if *gone {
                continue;
            }
            let mut instruction = *instruction;
            if instruction.is_branch()
                && let Some((label, cost)) = places_of_labels.get(instruction.target())
            {
                instruction = instruction.leading_to(label.at, *cost);
            }
            code.push(instruction);
        }
        Translated { code, labels: merged(places_of_labels.into_iter().map(|(label, _)| label)) }
    }
}

/// Has charges paid by what stands before them. Says which instructions are not needed any more.
fn take_charges(out: &mut [Instruction]) -> Vec<bool> {
    let mut gone = vec![false; out.len()];
    for at in 1..out.len() {
        let [before, charge] = &mut out[at - 1..=at] else { continue };
        // What branches can pay, so that no label needs the charge.
        if charge.op != Op::Charge || u32::try_from(charge.imm).is_err() {
            continue;
        }
        gone[at] = match before.op.shape() {
            Shape::Enter => {
                before.imm += charge.imm;
                true
            }
            Shape::BranchIf | Shape::BranchIfImm => match u16::try_from(charge.imm) {
                Ok(cost) => {
                    before.a = cost;
                    true
                }
                Err(_) => false,
            },
            _ => before.never_goes_on(),
        };
    }
    gone
}

/// Labels in the order of the code, one for each place. Where there are several, the lowest is right: from one to the
/// next only operands have been dropped.
fn merged(labels: impl Iterator<Item = Label>) -> Vec<Label> {
    let mut labels: Vec<_> = labels.filter(|label| label.at != u32::MAX).collect();
    labels.sort_unstable_by_key(|label| (label.at, label.height));
    labels.dedup_by_key(|label| label.at);
    labels
}
