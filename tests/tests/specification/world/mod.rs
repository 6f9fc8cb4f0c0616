//! Engines that scripts run on.

pub(crate) mod interpreter;
pub(crate) mod wasmi;
pub(crate) mod wasmtime;

use hebe_gas::Prepared;
use std::sync::Arc;

/// What a script needs of an engine: modules that are instantiated, see each other, and are called. In a
/// rewritten world, functions take gas and height behind their parameters and give gas back.
pub(crate) trait World {
    /// An instance, by which it is found again.
    type Instance: Clone;

    /// Whether it runs rewritten modules, whose functions take gas and stack behind their arguments.
    const REWRITES: bool = true;

    /// Why a module can't be run here, if it can't.
    fn out_of_reach(&self, _: &Prepared) -> Option<String> {
        None
    }

    /// Why nothing can be said of an instance any more, if nothing can.
    fn is_lost(_: &Self::Instance) -> Option<String> {
        None
    }

    /// An empty world, apart from the module `spectest`, which the specification's interpreter documents.
    fn new(rewritten: bool) -> Self;

    /// Instantiates a module.
    ///
    /// # Errors
    ///
    /// Why that is not possible, or how it trapped.
    fn instantiate(&mut self, module: &Arc<Prepared>) -> Result<Self::Instance, Failure>;

    /// Lets later modules import from `instance` by this name.
    ///
    /// # Errors
    ///
    /// Why that is not possible.
    fn register(&mut self, name: &str, instance: Self::Instance) -> Result<(), Failure>;

    /// Calls an exported function; `None` if there is none of that name.
    fn call(
        &mut self,
        instance: &Self::Instance,
        name: &str,
        arguments: &[Value],
    ) -> Option<Result<Vec<Value>, Failure>>;

    /// The value of an exported global; `None` if there is none of that name.
    fn global(&mut self, instance: &Self::Instance, name: &str) -> Option<Value>;
}

/// A value of the types that contracts have.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value {
    I32(i32),
    I64(i64),
    /// No function.
    Null,
    /// Some function.
    Function,
}

/// An engine could not do something.
#[derive(Debug)]
pub(crate) struct Failure {
    /// If it is a trap, what the specification calls it; one has two names.
    pub(crate) trap: &'static [&'static str],
    /// What the engine says.
    pub(crate) text: String,
}

impl Failure {
    /// Whether it is what the specification calls so.
    pub(crate) fn is(&self, message: &str) -> bool {
        match self.trap {
            [] => self.text.contains(message),
            names => names.iter().any(|name| message.starts_with(name)),
        }
    }
}

/// How a rewritten module says that its gas is used up, which never happens here.
const OUT_OF_GAS_TEXT: &str = "out of gas";

/// How it says so of its stack.
const EXHAUSTED: &[&str] = &["call stack exhausted"];
