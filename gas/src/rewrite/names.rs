//! The name section, for functions that have moved.
//!
//! Names never matter to a contract, and nobody has validated them: what can't be read is left out.

use super::module::{Form, Signatures};
use wasm_encoder::{IndirectNameMap, NameMap, NameSection, Section};
use wasmparser::{Name, NameSectionReader};

/// Writes the names again: of the module, of functions, of locals. Labels are left out, as there are
/// other blocks now, and so is what does not show in a trace.
pub(crate) fn rewrite(
    out: &mut Vec<u8>,
    reader: NameSectionReader<'_>,
    signatures: &Signatures,
    form: &impl Form,
) {
    let functions = signatures.functions();
    let mut names = NameSection::new();
    for name in reader.into_iter().map_while(Result::ok) {
        match name {
            Name::Module { name, .. } => names.module(name),
            Name::Function(map) => {
                let mut moved = NameMap::new();
                let known = map.into_iter().map_while(Result::ok);
                for naming in known.filter(|naming| naming.index < functions) {
                    moved.append(form.shift().function(naming.index), naming.name);
                }
                let first = form.shift().function(functions);
                for (index, (name, ..)) in (first..).zip(form.functions()) {
                    moved.append(index, name);
                }
                names.functions(&moved);
            }
            Name::Local(map) => {
                let mut moved = IndirectNameMap::new();
                let known = map.into_iter().map_while(Result::ok);
                for function in known.filter(|naming| naming.index < functions) {
                    let mut locals = NameMap::new();
                    for naming in function.names.into_iter().map_while(Result::ok) {
                        if let Some(local) = form.local(function.index, naming.index) {
                            locals.append(local, naming.name);
                        }
                    }
                    moved.append(form.shift().function(function.index), &locals);
                }
                names.locals(&moved);
            }
            _ => {}
        }
    }
    names.append_to(out);
}
