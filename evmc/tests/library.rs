//! The library file as others see it: its symbols, the loader, and a client written in C.

#![allow(unsafe_code)] // Tests speak to the VM as C does.

mod common;

use common::{CALLER, ECHO, every_abi, library, library_of, wasm};
use hebe_evmc::{LoadError, LoadedVm, OptionRefused, abi::*};
use object::Object;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The function that EVMC's loader looks for first in the library of an ABI.
fn create_function<A: Abi>() -> String {
    match A::VERSION {
        12 => "evmc_create_hebe".to_owned(),
        version => format!("evmc_create_hebe_evmc{version}"),
    }
}

#[test]
fn the_create_functions_are_all_that_is_exported() {
    fn are_all<A: Abi>() {
        let file = fs::read(library_of::<A>()).unwrap();
        let file = object::File::parse(&file[..]).unwrap();
        let exports = file.exports().unwrap();
        let mut names: Vec<_> = exports
            .iter()
            .map(|export| String::from_utf8_lossy(export.name()).into_owned())
            .collect();
        names.sort();
        // Every name that EVMC's loader derives from the file's.
        let mut expected = vec!["evmc_create".to_owned(), create_function::<A>()];
        if A::VERSION != 12 {
            expected.insert(1, format!("evmc_create_evmc{}", A::VERSION));
        }
        assert_eq!(names, expected);
    }
    every_abi!(are_all);
}

#[test]
fn the_libraries_load_as_clients_load_them() {
    fn load<A: Abi>() {
        let mut vm = LoadedVm::load(library_of::<A>()).unwrap();
        assert_eq!((vm.name(), vm.version()), ("hebe", env!("CARGO_PKG_VERSION")));
        assert_eq!((vm.abi_version(), vm.last_revision()), (A::VERSION, A::LAST));
        let capabilities = |bits| if A::VERSION < 18 { Some(bits) } else { None };
        assert_eq!(vm.capabilities(), capabilities(3));
        vm.set_option("evm1mode", "reject").unwrap();
        assert_eq!(vm.capabilities(), capabilities(2));
        let refused = vm.set_option("evm1mode", "x").unwrap_err().to_string();
        assert_eq!(refused, "its option `evm1mode` can't be `x`");
        assert_eq!(vm.set_option("x", "y"), Err(OptionRefused::InvalidName("x".to_owned())));
        assert!(matches!(vm.set_option("debug", "t\0e"), Err(OptionRefused::ZeroByte(_))));
    }
    every_abi!(load);
}

#[test]
fn a_renamed_library_is_found_by_its_last_name() {
    let folder = tempfile::tempdir().unwrap();
    let renamed = folder.path().join("libsomething-else.so");
    fs::copy(library(), &renamed).unwrap();
    assert_eq!(LoadedVm::load(renamed).unwrap().name(), "hebe");
}

#[test]
fn options_come_with_the_librarys_name() {
    let config = |options| format!("{}{options}", library().display());
    let vm = LoadedVm::load_with_options(&config(",evm1mode=fallback,debug=true")).unwrap();
    assert_eq!(vm.options()["evm1mode"], "fallback");
    let refused = |options| match LoadedVm::load_with_options(&config(options)) {
        Err(LoadError::Option { refused, .. }) => refused.to_string(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("{options} was accepted"),
    };
    assert_eq!(refused(",debug"), "its option `debug` can't be ``");
    assert_eq!(refused(",debug=true,color=red"), "it has no option `color`");
    assert_eq!(refused(","), "it has no option ``");
}

#[test]
fn what_is_not_a_library_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("libtext.so");
    fs::write(&text, "not a library").unwrap();
    assert!(matches!(LoadedVm::load(&text), Err(LoadError::Open { .. })));
    assert!(matches!(LoadedVm::load(folder.path().join("none.so")), Err(LoadError::Open { .. })));
    assert!(matches!(
        LoadedVm::load(""),
        Err(LoadError::Open { .. } | LoadError::NoCreateFunction { .. })
    ));
}

/// Compiles C; `None`, with a note, on a machine without a compiler.
fn compile(source: &Path, output: PathBuf, arguments: &[&str]) -> Option<PathBuf> {
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let Ok(status) =
        Command::new(&compiler).arg("-o").arg(&output).arg(source).args(arguments).status()
    else {
        println!("not checked: there is no C compiler `{compiler}`");
        return None;
    };
    assert!(status.success(), "{} does not compile", source.display());
    Some(output)
}

/// Loads a library with this C code in it, and says why that fails.
fn refused(code: &str) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("other.c");
    fs::write(&source, code).unwrap();
    let library = compile(&source, folder.path().join("libother.so"), &["-shared", "-fPIC"])?;
    let error = LoadedVm::load(&library).err().expect("the library was loaded").to_string();
    Some(error.replace(&*library.to_string_lossy(), "libother.so"))
}

#[test]
fn libraries_that_make_no_vm_of_ours_are_refused() {
    let cases = [
        (
            "int answer = 42;",
            "libother.so is not an EVMC library: it exports none of evmc_create_other, evmc_create",
        ),
        (
            "void* evmc_create_other(void) { return 0; }",
            "libother.so made no VM (its create function returned null)",
        ),
        (
            "static int version = 15; void* evmc_create_other(void) { return &version; }",
            "libother.so has EVMC ABI version 15, and hebe speaks 9, 10, 11, 12, 13, 18; so another build of it is needed",
        ),
        (
            "static struct { int version; void* rest[6]; } vm = { 12 };
             void* evmc_create(void) { return &vm; }",
            "libother.so gives no destroy (null pointer), which EVMC requires",
        ),
    ];
    for (code, expected) in cases {
        let Some(error) = refused(code) else { return };
        assert_eq!(error, expected);
    }
}

#[test]
fn a_client_in_c_gets_what_evmc_promises() {
    let folder = tempfile::tempdir().unwrap();
    let contract = |name, wat| {
        let path = folder.path().join(name);
        fs::write(&path, wasm(wat)).unwrap();
        path
    };
    let contracts = [contract("echo.wasm", ECHO), contract("caller.wasm", CALLER)];
    fn gets<A: Abi>(contracts: &[PathBuf; 2]) {
        let Some(client) = c_client::<A>("client.c", contracts[0].with_file_name("client")) else {
            return;
        };
        let run = Command::new(client).arg(library_of::<A>()).args(contracts).output().unwrap();
        let errors = String::from_utf8_lossy(&run.stderr);
        assert!(run.status.success(), "ABI {}: {}: {errors}", A::VERSION, run.status);
    }
    gets::<Abi9>(&contracts);
    gets::<Abi10>(&contracts);
    gets::<Abi11>(&contracts);
    gets::<Abi12>(&contracts);
    gets::<Abi13>(&contracts);
    gets::<Abi18>(&contracts);
}

/// Compiles a client for an ABI.
fn c_client<A: Abi>(source: &str, output: PathBuf) -> Option<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(source);
    let abi = format!("-DABI={}", A::VERSION);
    let create = format!("-DCREATE=\"{}\"", create_function::<A>());
    let flags = [
        "-std=c11",
        "-D_GNU_SOURCE",
        "-Wall",
        "-Wextra",
        "-Werror",
        &abi,
        &create,
        "-pthread",
        "-ldl",
    ];
    compile(&source, output, &flags)
}

/// Signal handlers of the client's, forks, and a library that is closed: see the program.
#[test]
fn a_client_does_as_it_likes_with_its_process() {
    let folder = tempfile::tempdir().unwrap();
    let Some(client) = c_client::<Abi12>("foreign.c", folder.path().join("foreign")) else {
        return;
    };
    let echo = folder.path().join("echo.wasm");
    fs::write(&echo, wasm(ECHO)).unwrap();
    for traps in ["signals", "explicit"] {
        let run = Command::new(&client).arg(library()).arg(&echo).arg(traps).output().unwrap();
        let errors = String::from_utf8_lossy(&run.stderr);
        assert!(run.status.success(), "traps={traps}: {}: {errors}", run.status);
    }
}
