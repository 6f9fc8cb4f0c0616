//! The methods, by Ethereum's names.

mod blocks;
mod debug;
mod develop;
mod fees;
mod filters;
mod forms;
mod hebe;
mod lists;
mod other;
mod pace;
mod questions;
mod reading;
mod send;
mod state;
mod subscriptions;

pub(crate) use filters::Filters;

use crate::{fail::Fail, node::Node, print::Printer};
use jsonrpsee::{
    RpcModule,
    server::RegisterMethodError,
    types::{ErrorCode, ErrorObjectOwned, Params},
};
use pace::Pace;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, value::RawValue};
use std::{sync::Arc, vec};

/// How a method is answered.
type Method = fn(&Node, &mut Arguments) -> Result<Value, Fail>;

/// A list of methods.
type Methods = &'static [(&'static str, Method)];

/// All methods but the subscriptions.
const METHODS: [Methods; 11] = [
    blocks::METHODS,
    state::METHODS,
    questions::METHODS,
    send::METHODS,
    fees::METHODS,
    filters::METHODS,
    develop::METHODS,
    debug::METHODS,
    other::METHODS,
    hebe::METHODS,
    lists::METHODS,
];

/// What a server answers.
pub(crate) struct Served {
    /// The chain.
    pub(crate) node: Arc<Node>,
    /// Who tells the terminal.
    pub(crate) printer: Printer,
}

/// All methods, to be served.
///
/// # Errors
///
/// Where two methods have the same name.
pub(crate) fn module(served: Served) -> Result<RpcModule<Served>, RegisterMethodError> {
    let mut module = RpcModule::new(served);
    for (name, method) in METHODS.iter().copied().flatten().copied() {
        let pace = Arc::new(Pace::default());
        module.register_async_method(name, move |params, served: Arc<Served>, _| {
            let pace = Arc::clone(&pace);
            async move {
                pace.run(move || {
                    let answer = run(&served.node, method, &params);
                    served.printer.request(name, answer.as_ref().err());
                    answer.map_err(ErrorObjectOwned::from)
                })
                .await
                .unwrap_or_else(|| Err(ErrorCode::InternalError.into()))
            }
        })?;
    }
    subscriptions::register(&mut module)?;
    Ok(module)
}

/// The names of all methods but the subscriptions.
#[cfg(test)]
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    METHODS.iter().copied().flatten().map(|(name, _)| *name)
}

/// Calls a method as a client would.
#[cfg(test)]
pub(crate) fn call(node: &Node, name: &str, params: &Value) -> Result<Value, Fail> {
    let mut methods = METHODS.iter().copied().flatten();
    let (_, method) = methods.find(|(own, _)| *own == name).ok_or_else(|| Fail {
        code: -32601,
        message: "Method not found".into(),
        data: None,
    })?;
    let text = params.to_string();
    run(node, *method, &Params::new(Some(&text)))
}

fn run(node: &Node, method: Method, params: &Params<'_>) -> Result<Value, Fail> {
    let mut arguments = Arguments::of(params)?;
    node.catch_up()?;
    method(node, &mut arguments)
}

/// The parameters of a request, first to last.
pub(crate) struct Arguments {
    values: vec::IntoIter<Box<RawValue>>,
    /// How many were read.
    read: usize,
}

impl Arguments {
    fn of(params: &Params<'_>) -> Result<Self, Fail> {
        let values: Vec<Box<RawValue>> = match params.as_str() {
            None => Vec::new(),
            Some(text) if text.trim_start().starts_with('[') => serde_json::from_str(text)
                .map_err(|error| Fail::params(format!("the parameters are no list: {error}")))?,
            Some(_) => return Err(Fail::params("the parameters must be a list: [...]")),
        };
        Ok(Self { values: values.into_iter(), read: 0 })
    }

    /// The next one, which has to be there.
    ///
    /// # Errors
    ///
    /// A [`Fail`] that names it.
    pub(crate) fn next<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, Fail> {
        let index = self.read;
        self.optional(name)?.ok_or_else(|| {
            Fail::params(format!("missing value for required argument {index}, {name}"))
        })
    }

    /// The next one, which may be missing or null.
    ///
    /// # Errors
    ///
    /// A [`Fail`] that names it.
    pub(crate) fn optional<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, Fail> {
        let index = self.read;
        self.read += 1;
        let Some(value) = self.values.next() else { return Ok(None) };
        serde_json::from_str(value.get())
            .map_err(|error| Fail::params(format!("invalid argument {index}, {name}: {error}")))
    }
}

/// An answer.
pub(crate) fn answer(value: impl Serialize) -> Result<Value, Fail> {
    serde_json::to_value(value)
        .map_err(|error| Fail::internal(format!("the answer has no JSON: {error}")))
}

/// A number as JSON-RPC has it: hex without leading zeros.
pub(crate) fn quantity(number: u64) -> Value {
    format!("{number:#x}").into()
}
