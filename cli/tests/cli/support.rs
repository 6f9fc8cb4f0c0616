//! Runs the `hebe` command as a shell does.

use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tempfile::TempDir;

/// A contract that stores its call data's first byte, padded to a word, at key 0 and returns it.
pub(crate) const STORE: &str = r#"
(module
  (import "ethereum" "callDataCopy" (func $callDataCopy (param i32 i32 i32)))
  (import "ethereum" "storageStore" (func $storageStore (param i32 i32)))
  (import "ethereum" "finish" (func $finish (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "main")
    (call $callDataCopy (i32.const 63) (i32.const 0) (i32.const 1))
    (call $storageStore (i32.const 0) (i32.const 32))
    (call $finish (i32.const 32) (i32.const 32))))"#;

/// A contract that logs two bytes with one topic and then reverts if it got call data.
pub(crate) const LOG: &str = r#"
(module
  (import "ethereum" "getCallDataSize" (func $size (result i32)))
  (import "ethereum" "log" (func $log (param i32 i32 i32 i32 i32 i32 i32)))
  (import "ethereum" "revert" (func $revert (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\c0\de")
  (func (export "main")
    (call $log (i32.const 0) (i32.const 2) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))
    (if (call $size) (then (call $revert (i32.const 0) (i32.const 2))))))"#;

/// A folder of its own for each test, to run `hebe` in.
pub(crate) struct Shell(TempDir);

impl Shell {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        fs::write(self.path(name), content).unwrap();
        self
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The files that are there, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Runs `hebe` where no file can grow beyond a few KiB, as on a disk that is full.
    pub(crate) fn hebe_on_a_full_disk(&self, arguments: &str) -> Ended {
        // Without the trap, the limit would kill it instead of failing its writes.
        let script = format!("trap '' XFSZ; ulimit -f 8; exec \"$0\" {arguments}");
        let mut command = Command::new("sh");
        let command = command.arg("-c").arg(script).arg(env!("CARGO_BIN_EXE_hebe"));
        Ended(command.current_dir(self.0.path()).output().unwrap())
    }

    /// Runs `hebe` with these arguments, which are separated by spaces.
    pub(crate) fn hebe(&self, arguments: &str) -> Ended {
        self.hebe_with(arguments.split_whitespace())
    }

    /// Runs `hebe` in another folder.
    pub(crate) fn hebe_in(folder: &Path, arguments: &str) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hebe"));
        Ended(command.current_dir(folder).args(arguments.split_whitespace()).output().unwrap())
    }

    pub(crate) fn hebe_with<A: AsRef<std::ffi::OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hebe"));
        Ended(command.current_dir(self.0.path()).args(arguments).output().unwrap())
    }
}

/// What a command left.
pub(crate) struct Ended(Output);

impl Ended {
    pub(crate) fn code(&self) -> i32 {
        self.0.status.code().expect("it was not killed")
    }

    pub(crate) fn text(&self) -> &str {
        str::from_utf8(&self.0.stdout).unwrap()
    }

    pub(crate) fn problem(&self) -> &str {
        str::from_utf8(&self.0.stderr).unwrap()
    }

    /// It went well and printed one JSON document.
    #[track_caller]
    pub(crate) fn json(&self, code: i32) -> Value {
        assert_eq!(self.code(), code, "{}{}", self.text(), self.problem());
        serde_json::from_str(self.text()).unwrap()
    }

    /// It went well and printed this.
    #[track_caller]
    pub(crate) fn prints(&self, expected: &str) {
        assert_eq!(self.problem(), "");
        assert_eq!(self.text(), expected);
        assert_eq!(self.code(), 0);
    }

    /// The question was wrong: exit code 2, nothing on standard output, and a sentence with this in it.
    #[track_caller]
    pub(crate) fn refuses(&self, expected: &str) {
        assert!(self.problem().contains(expected), "{}{}", self.text(), self.problem());
        assert_eq!((self.code(), self.text()), (2, ""));
    }
}

/// The shared library, which Cargo builds for this test because `hebe` depends on its crate.
pub(crate) fn library() -> PathBuf {
    let folder = Path::new(env!("CARGO_BIN_EXE_hebe")).parent().unwrap();
    let name = format!("{}hebe{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    // Beside the programs is what was last built by name; what belongs to this build is in `deps`.
    folder.join("deps").join(name)
}
