//! The interpreter.
//!
//! It runs contracts, which import functions and nothing else. So instances call each other's functions here, and
//! have the values of each other's constant globals; modules that would share a memory, a table or a mutable
//! global are left out, as [`World::out_of_reach`] says.

use super::{EXHAUSTED, Failure, Value, World};
use hebe_gas::{ExternKind, FunctionType, Prepared, Type};
use hebe_host::{Exit, Trap};
use hebe_vm::plain::{Imports, Instance, Module, Running};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    sync::Arc,
};
use wasmparser::{Import, Parser, Payload, TypeRef};

/// More particles than any script uses.
const GAS: u64 = 1 << 62;

/// Why a module is left out, and what it would have changed.
const SHARES: &str =
    "its module shares a memory, a table or a mutable global, which no contract can";

/// Modules in the interpreter.
#[derive(Default)]
pub(crate) struct Interpreter {
    registered: BTreeMap<String, Rc<Linked>>,
}

/// An instance with what it imports.
pub(crate) struct Linked {
    prepared: Arc<Prepared>,
    instance: RefCell<Instance>,
    functions: RefCell<Functions>,
    /// Whether a module that was left out would have changed it.
    is_lost: Cell<bool>,
}

/// The functions that a module imports.
#[derive(Default)]
struct Functions(Vec<Imported>);

enum Imported {
    /// One of `spectest`, which does nothing.
    Silent,
    /// A function of another instance, by its index.
    Of(Rc<Linked>, u32),
}

impl Imports for Functions {
    fn call(
        &mut self,
        import: usize,
        _: &mut Running<'_>,
        slots: &mut [u64],
        gas: &mut u64,
    ) -> Result<(), Exit> {
        match &self.0[import] {
            Imported::Silent => Ok(()),
            Imported::Of(other, function) => other.call(*function, slots, gas),
        }
    }
}

impl Linked {
    fn call(&self, function: u32, slots: &mut [u64], gas: &mut u64) -> Result<(), Exit> {
        let mut imports = self.functions.borrow_mut();
        self.instance.borrow_mut().call(function, slots, gas, &mut *imports)
    }

    /// What is exported by this name.
    fn export(&self, name: &str, kind: ExternKind) -> Option<u32> {
        let found = self.prepared.exports().find(|export| export.name == name)?;
        (found.kind == kind).then_some(found.index)
    }
}

impl World for Interpreter {
    type Instance = Rc<Linked>;

    const REWRITES: bool = false;

    fn new(_: bool) -> Self {
        Self::default()
    }

    fn out_of_reach(&self, prepared: &Prepared) -> Option<String> {
        let shared = imports(prepared.code()).filter(|import| match import.ty {
            TypeRef::Memory(_) | TypeRef::Table(_) => true,
            // A reference means something to its own module only.
            TypeRef::Global(global) => global.mutable || global.content_type.is_reference_type(),
            _ => false,
        });
        let mut reason = None;
        for import in shared {
            reason = Some(SHARES.to_owned());
            // It would change what it imports.
            if let Some(other) = self.registered.get(import.module) {
                other.is_lost.set(true);
            }
        }
        reason
    }

    fn is_lost(instance: &Rc<Linked>) -> Option<String> {
        let functions = instance.functions.borrow();
        let mut others = functions.0.iter().filter_map(|function| match function {
            Imported::Silent => None,
            Imported::Of(other, _) => Self::is_lost(other),
        });
        instance.is_lost.get().then(|| SHARES.to_owned()).or_else(|| others.next_back())
    }

    fn instantiate(&mut self, prepared: &Arc<Prepared>) -> Result<Rc<Linked>, Failure> {
        let (mut functions, mut globals) = (Vec::new(), Vec::new());
        let mut types = prepared.module().functions.iter();
        for import in imports(prepared.code()) {
            match import.ty {
                TypeRef::Func(_) => {
                    let ty = types.next().expect("functions are counted");
                    let ty = &prepared.module().types[*ty as usize];
                    functions.push(self.function(&import, ty).ok_or_else(|| unknown(&import))?);
                }
                TypeRef::Global(global) => {
                    let ty = Type::from(global.content_type);
                    globals.push(self.global_of(&import, ty).ok_or_else(|| unknown(&import))?);
                }
                _ => return Err(unknown(&import)),
            }
        }
        let instance = Instance::new(&Module::new(prepared.clone()), globals).map_err(failure)?;
        let linked = Rc::new(Linked {
            prepared: prepared.clone(),
            instance: RefCell::new(instance),
            functions: RefCell::new(Functions(functions)),
            is_lost: Cell::new(false),
        });
        if let Some(start) = prepared.module().start {
            linked.call(start, &mut [], &mut GAS.clone()).map_err(failure)?;
        }
        Ok(linked)
    }

    fn register(&mut self, name: &str, instance: Rc<Linked>) -> Result<(), Failure> {
        self.registered.insert(name.to_owned(), instance);
        Ok(())
    }

    fn call(
        &mut self,
        instance: &Rc<Linked>,
        name: &str,
        arguments: &[Value],
    ) -> Option<Result<Vec<Value>, Failure>> {
        let function = instance.export(name, ExternKind::Function)?;
        let ty = instance.prepared.module().type_of(function)?;
        let mut slots = vec![0; ty.params.len().max(ty.results.len())];
        for (slot, argument) in slots.iter_mut().zip(arguments) {
            *slot = match argument {
                Value::I32(value) => value.cast_unsigned().into(),
                Value::I64(value) => value.cast_unsigned(),
                Value::Null | Value::Function => 0,
            };
        }
        let called = instance.call(function, &mut slots, &mut GAS.clone());
        let results = slots.iter().zip(&ty.results).map(|(slot, ty)| value(*slot, *ty)).collect();
        Some(called.map(|()| results).map_err(failure))
    }

    fn global(&mut self, instance: &Rc<Linked>, name: &str) -> Option<Value> {
        let index = instance.export(name, ExternKind::Global)?;
        let slot = instance.instance.borrow().global(index)?;
        Some(value(slot, instance.prepared.module().globals[index as usize].ty))
    }
}

impl Interpreter {
    fn function(&self, import: &Import<'_>, ty: &FunctionType) -> Option<Imported> {
        if import.module == "spectest" {
            let params: &[Type] = match import.name {
                "print" => &[],
                "print_i32" => &[Type::I32],
                "print_i64" => &[Type::I64],
                _ => return None,
            };
            return (*ty.params == *params && ty.results.is_empty()).then_some(Imported::Silent);
        }
        let other = self.registered.get(import.module)?;
        let function = other.export(import.name, ExternKind::Function)?;
        let found = other.prepared.module().type_of(function)?;
        let same = found.params == ty.params && found.results == ty.results;
        same.then(|| Imported::Of(other.clone(), function))
    }

    fn global_of(&self, import: &Import<'_>, ty: Type) -> Option<u64> {
        if import.module == "spectest" {
            let found = match import.name {
                "global_i32" => Type::I32,
                "global_i64" => Type::I64,
                _ => return None,
            };
            return (found == ty).then_some(666);
        }
        let other = self.registered.get(import.module)?;
        let index = other.export(import.name, ExternKind::Global)?;
        let found = other.prepared.module().globals[index as usize];
        let same = found.ty == ty && !found.is_mutable;
        same.then(|| other.instance.borrow().global(index)).flatten()
    }
}

fn value(slot: u64, ty: Type) -> Value {
    match ty {
        Type::I32 => Value::I32(u32::try_from(slot).expect("it has no upper half").cast_signed()),
        Type::I64 => Value::I64(slot.cast_signed()),
        Type::FuncRef if slot == 0 => Value::Null,
        Type::FuncRef => Value::Function,
    }
}

fn imports(code: &[u8]) -> impl Iterator<Item = Import<'_>> {
    let payloads = Parser::new(0).parse_all(code).filter_map(Result::ok);
    let imports = payloads.filter_map(|payload| match payload {
        Payload::ImportSection(imports) => Some(imports),
        _ => None,
    });
    imports.flat_map(|section| section.into_imports().filter_map(Result::ok))
}

fn unknown(import: &Import<'_>) -> Failure {
    Failure { trap: &[], text: format!("there is no such {}.{}", import.module, import.name) }
}

fn failure(exit: Exit) -> Failure {
    let Exit::Failure(why) = exit else {
        return Failure { trap: &[], text: format!("{exit:?}") };
    };
    let trap: &[_] = match why {
        hebe_host::Failure::Unreachable => &["unreachable"],
        hebe_host::Failure::InvalidMemoryAccess => &["out of bounds memory access"],
        hebe_host::Failure::StackOverflow => EXHAUSTED,
        hebe_host::Failure::Trap(trap) => match trap {
            // A call of what is outside of the table is an undefined element.
            Trap::TableOutOfBounds => &["undefined element", "out of bounds table access"],
            Trap::IndirectCallToNull => &["uninitialized element"],
            Trap::DivisionByZero => &["integer divide by zero"],
            Trap::IntegerOverflow => &["integer overflow"],
            Trap::BadSignature => &["indirect call type mismatch"],
        },
        _ => &[],
    };
    Failure { trap, text: why.to_string() }
}
