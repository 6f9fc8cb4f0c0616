//! `engine=shadow`: each message runs in the interpreter, and then once more as native code.
//!
//! The second run has no chain: it gets the answers that the first got. Whatever it asks, however much gas it
//! has left when it asks, and however it ends must be the same. If anything is not, standard error is told, the
//! message is written into a file from which anybody can replay it, and the interpreter's answer stands.

use super::told;
use crate::{Vm, options::EngineChoice};
use hebe_host::{
    Fault, Host, Message, Outcome, Revision,
    recording::{CallLog, Difference, Ended, HostCall, Recorder, Recording, RecordingWriter},
    trace::Tracer,
};
use std::{
    env,
    io::{self, Write},
    path::PathBuf,
    process,
    sync::atomic::{AtomicU64, Ordering},
};

/// So many calls of the host are held against each other, at most.
const MOST_CALLS: usize = 1 << 16;

/// The calls of the host, up to [`MOST_CALLS`].
#[derive(Default)]
struct Log {
    calls: Vec<HostCall>,
    is_cut: bool,
}

impl CallLog for Log {
    fn note(&mut self, call: HostCall) {
        if self.calls.len() < MOST_CALLS {
            self.calls.push(call);
        } else {
            self.is_cut = true;
        }
    }
}

impl Vm {
    /// Runs a message on both engines; the outcome is the interpreter's.
    pub(crate) fn run_shadowed(
        &self,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut dyn Host,
        tracer: Option<&Tracer<'_>>,
    ) -> Result<Outcome, Fault> {
        // Bytecode has one engine.
        if self.runs_as_bytecode(self.replacement(message).unwrap_or(code)) {
            return self.run(EngineChoice::Interpreter, revision, message, code, host, tracer);
        }
        let mut log = Log::default();
        let mut recorder = Recorder::new(host, &mut log);
        let outcome =
            self.run(EngineChoice::Interpreter, revision, message, code, &mut recorder, tracer);
        let (result, reason) = told(&outcome);
        let recording = Recording {
            subject: self.subject(revision, message, code),
            calls: log.calls,
            is_cut: log.is_cut,
            ended: Some(Ended::new(&result, reason)),
        };
        if let Some(difference) = self.again(&recording, revision, message, code) {
            self.counts().differences.add_one();
            report(&difference, &recording);
        }
        outcome
    }

    /// Runs a recorded message as native code. Where it differs, if it does.
    fn again(
        &self,
        recording: &Recording,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
    ) -> Option<Difference> {
        let mut replayer = recording.replayer();
        let outcome =
            self.run(EngineChoice::Compiler, revision, message, code, &mut replayer, None);
        let (result, reason) = told(&outcome);
        recording.difference(replayer.told(), Ended::new(&result, reason))
    }
}

/// Tells standard error, which may be closed.
fn report(difference: &Difference, recording: &Recording) {
    let kept = match keep(recording) {
        Ok(path) => format!("`hebe replay {}` shows it", path.display()),
        Err(error) => format!("the message could not be recorded: {error}"),
    };
    let _ = writeln!(
        io::stderr(),
        "hebe: the engines differ, which is a bug of Hebe's that we want to hear of: {difference}; the \
         interpreter's answer stands; {kept}"
    );
}

/// Writes a recording into the system's folder for temporary files.
fn keep(recording: &Recording) -> io::Result<PathBuf> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path =
            env::temp_dir().join(format!("hebe-difference-{}-{number}.jsonl", process::id()));
        let mut writer = match RecordingWriter::create_new(&path, recording.subject.clone()) {
            Ok(writer) => writer,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(error),
        };
        for call in &recording.calls {
            writer.note(call.clone());
        }
        if let Some(ended) = &recording.ended {
            writer.finish(ended.clone())?;
        }
        return Ok(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Options,
        engine::{Engine, Executable},
        interpreter::Interpreter,
    };
    use hebe_gas::Prepared;
    use hebe_host::{Address, Bytes32, CallKind, Exit, Frame, HostFunction, U256};
    use std::{fs, sync::Arc};

    /// An interpreter that takes one gas too much.
    struct Greedy(Interpreter);

    impl Engine for Greedy {
        fn translate(
            &self,
            module: &Arc<Prepared>,
            imports: Vec<&'static HostFunction>,
        ) -> Result<Box<dyn Executable>, Fault> {
            Ok(Box::new(GreedyContract(self.0.translate(module, imports)?)))
        }
    }

    struct GreedyContract(Box<dyn Executable>);

    impl Executable for GreedyContract {
        fn run(&self, frame: &mut Frame<'_>) -> Result<(), Exit> {
            frame.charge(1)?;
            self.0.run(frame)
        }
    }

    /// Runs a contract that ends with its input on engines that differ. Gives the outcome and what was written
    /// of the difference.
    fn shadowed(engine: Arc<dyn Engine>) -> (Vm, Outcome, Option<Recording>) {
        let mut options = Options::default();
        options.set("engine", "shadow").expect("it is an option");
        let vm = Vm::with_interpreter(options, engine);
        let code = wat::parse_str(
            r#"(module
                (import "ethereum" "callDataCopy" (func $copy (param i32 i32 i32)))
                (import "ethereum" "finish" (func $finish (param i32 i32)))
                (memory (export "memory") 1)
                (func (export "main")
                    (call $copy (i32.const 0) (i32.const 0) (i32.const 3))
                    (call $finish (i32.const 0) (i32.const 3))))"#,
        );
        let message = Message {
            kind: CallKind::Call,
            is_static: false,
            is_delegated: false,
            depth: 0,
            gas: 1_000,
            recipient: Address::zero(),
            sender: Address::zero(),
            input: &[1, 2, 3],
            value: U256::zero(),
            create2_salt: Bytes32::zero(),
            code_address: Address::zero(),
        };
        // A host is never asked here; one that knows nothing is a recording without calls.
        let nothing = Recording {
            subject: vm.subject(Revision::Byzantium, &message, &[]),
            calls: Vec::new(),
            is_cut: false,
            ended: None,
        };
        let code = code.expect("the text is right");
        let mut host = nothing.replayer();
        let outcome = vm.execute(Revision::Byzantium, &message, &code, &mut host);
        let path = env::temp_dir().join(format!("hebe-difference-{}-0.jsonl", process::id()));
        let kept = Recording::load(&path).ok();
        let _ = fs::remove_file(path);
        (vm, outcome.expect("there is no fault"), kept)
    }

    #[test]
    fn a_difference_is_counted_and_recorded_and_the_interpreter_is_right() {
        let (vm, right, kept) = shadowed(Arc::new(Interpreter));
        assert_eq!((vm.shadow_differences(), vm.compiled_contracts()), (0, 1));
        assert_eq!(kept, None);

        let (vm, greedy, kept) = shadowed(Arc::new(Greedy(Interpreter)));
        assert_eq!((vm.shadow_differences(), vm.compiled_contracts()), (1, 1));
        let (Outcome::Success { gas_left: right, .. }, Outcome::Success { gas_left: answered, .. }) =
            (right, &greedy)
        else {
            panic!("the contract succeeds");
        };
        assert_eq!(*answered, right - 1);

        // Anybody can see it again.
        let kept = kept.expect("it was written");
        let mut replayer = kept.replayer();
        let message = kept.subject.message.borrow();
        let compiler = vm.run(
            EngineChoice::Compiler,
            Revision::Byzantium,
            &message,
            &kept.subject.code,
            &mut replayer,
            None,
        );
        let (result, reason) = told(&compiler);
        let difference = kept.difference(replayer.told(), Ended::new(&result, reason));
        assert!(difference.is_some_and(|difference| difference.to_string().contains("gas")));
    }
}
