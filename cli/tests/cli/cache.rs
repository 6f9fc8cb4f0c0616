//! The VM's option `cache_dir`, and `hebe cache`.

use crate::support::{STORE, Shell};
use serde_json::Value;
use std::{
    fs::{self, File},
    path::PathBuf,
    process::Command,
    time::{Duration, SystemTime},
};

const RUN: &str = "run store.wat --input 2a --json --set engine=compiler --set cache_dir=cache";

fn shell() -> Shell {
    let shell = Shell::new();
    shell.write("store.wat", STORE);
    shell
}

fn files(shell: &Shell) -> Vec<PathBuf> {
    let entries = fs::read_dir(shell.path("cache")).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// Its last use, in seconds since 1970.
fn last_use(shell: &Shell) -> u64 {
    shell.hebe("cache list cache --json").json(0)["files"][0]["last_use"].as_u64().unwrap()
}

#[test]
fn the_next_process_finds_compiled_code() {
    let shell = shell();
    let interpreted =
        shell.hebe("run store.wat --input 2a --json --set engine=interpreter").json(0);
    assert_eq!(shell.hebe(RUN).json(0), interpreted);
    let [file] = &files(&shell)[..] else { panic!("there is one contract") };
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    File::open(file).unwrap().set_modified(long_ago).unwrap();
    let written = fs::read(file).unwrap();

    let list = shell.hebe("cache list cache --json").json(0);
    assert_eq!(list["bytes"], written.len());
    assert_eq!(list["files"][0]["usable"], true);
    assert_eq!(list["files"][0]["problem"], Value::Null);
    assert_eq!(last_use(&shell), 1_000_000_000, "looking is not using");
    let again = shell.hebe(RUN);
    assert_eq!((again.json(0), again.problem()), (interpreted, ""));
    assert!(last_use(&shell) > 1_000_000_000);
    assert_eq!(fs::read(file).unwrap(), written);
    // Other ways to trap, and other prices, are other code.
    for option in ["traps=explicit", "schedule=flat", "traps=signals"] {
        assert_eq!(shell.hebe(&format!("{RUN} --set {option}")).code(), 0);
    }
    assert_eq!(files(&shell).len(), 3);
}

/// In each part of a file: the magic, the name, the fingerprint, the maker, the length, the code, the sum.
#[test]
fn a_damaged_file_is_told_of_and_replaced() {
    let shell = shell();
    let good = shell.hebe(RUN).json(0);
    let [file] = &files(&shell)[..] else { panic!("there is one contract") };
    let whole = fs::read(file).unwrap();
    let end = whole.len();
    let code = 81 + usize::from(whole[72]);
    let changed = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        bytes
    };
    let places = [0, 8, 40, 72, 73, code - 8, code, (code + end) / 2, end - 33, end - 32, end - 1];
    let mut damaged: Vec<_> = places.iter().map(|at| changed(*at)).collect();
    damaged.extend([0, 1, 40, 80, code, end / 2, end - 32, end - 1].map(|to| whole[..to].to_vec()));
    damaged.push([&whole[..], b"0"].concat());
    damaged.push(vec![0; end]);
    for (number, bytes) in damaged.iter().enumerate() {
        fs::write(file, bytes).unwrap();
        let verified = shell.hebe("cache verify cache");
        assert!(verified.code() == 1 && verified.text().contains("1 file, "), "{number}");
        let run = shell.hebe(RUN);
        assert_eq!(run.json(0), good, "{number}");
        assert!(run.problem().contains("is not used: "), "{number}: {}", run.problem());
        assert_eq!(run.problem().lines().count(), 1, "{number}");
        assert!(fs::read(file).unwrap() == whole, "{number}: it is as it was");
    }
    shell
        .hebe("cache verify cache")
        .prints(&format!("0 files, 0 bytes damaged\n1 file, {} bytes whole\n", thousands(end)));
}

fn thousands(number: usize) -> String {
    assert!((1_000..1_000_000).contains(&number));
    format!("{},{:03}", number / 1_000, number % 1_000)
}

/// The shell forbids files of more than 4 KiB, which is what a full disk does in the middle of one.
#[cfg(unix)]
#[test]
fn a_full_disk_changes_nothing() {
    let shell = shell();
    let good = shell.hebe("run store.wat --input 2a --json").json(0);
    let script = format!("trap '' XFSZ; ulimit -f 4; exec \"$0\" {RUN}");
    let mut command = Command::new("sh");
    command.arg("-c").arg(script).arg(env!("CARGO_BIN_EXE_hebe")).current_dir(shell.path(""));
    let output = command.output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("compiled code can't be kept in "), "{told}");
    assert_eq!(told.lines().count(), 1);
    assert_eq!(serde_json::from_slice::<Value>(&output.stdout).unwrap(), good);
    assert!(files(&shell).is_empty(), "nothing is left of it");
}

#[cfg(unix)]
#[test]
fn a_folder_that_can_only_be_read_is_used() {
    use std::os::unix::{fs::PermissionsExt, process::CommandExt};
    let shell = shell();
    let good = shell.hebe(RUN).json(0);
    let mode = |mode| fs::set_permissions(shell.path("cache"), fs::Permissions::from_mode(mode));
    mode(0o555).unwrap();
    // Root may write everywhere, so root's test goes on as nobody, where nobody can reach the program.
    let is_root = File::create(shell.path("cache").join("probe")).is_ok();
    let mut command = Command::new(env!("CARGO_BIN_EXE_hebe"));
    command.current_dir(shell.path("")).args(RUN.split(' ')).args(["--set", "schedule=flat"]);
    if is_root {
        fs::remove_file(shell.path("cache").join("probe")).unwrap();
        fs::set_permissions(shell.path(""), fs::Permissions::from_mode(0o755)).unwrap();
        command.uid(65_534).gid(65_534);
    }
    match command.output() {
        Ok(output) => {
            let told = String::from_utf8(output.stderr).unwrap();
            assert!(output.status.success() && told.contains("can't be kept in "), "{told}");
            assert_eq!(told.lines().count(), 1);
        }
        Err(error) => assert!(is_root && error.kind() == std::io::ErrorKind::PermissionDenied),
    }
    assert_eq!(shell.hebe(RUN).json(0), good);
    assert_eq!(files(&shell).len(), 1);
    mode(0o755).unwrap();
}

#[test]
fn processes_share_a_folder() {
    let shell = shell();
    let good = shell.hebe("run store.wat --input 2a --json").json(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let run = shell.hebe(RUN);
                assert_eq!((run.json(0), run.problem()), (good.clone(), ""));
            });
        }
    });
    assert_eq!(files(&shell).len(), 1);
}

#[test]
fn cache_lists_verifies_and_clears() {
    let shell = shell();
    shell.hebe(RUN).json(0);
    fs::write(shell.path("cache").join("notes.txt"), "mine").unwrap();
    let foreign = shell.path("cache").join(format!("{}.hebe-code", "ab".repeat(32)));
    fs::write(&foreign, "hebe?").unwrap();
    let list = shell.hebe("cache list cache");
    assert!(list.text().contains("damaged: it is not one of Hebe's files"), "{}", list.text());
    assert_eq!((list.code(), list.text().lines().count()), (0, 4));
    let verify = shell.hebe("cache verify cache --json").json(1);
    let problems = verify["files"].as_array().unwrap().iter();
    assert_eq!(problems.filter(|file| file["problem"].is_string()).count(), 1);
    shell.hebe("cache clear cache --unusable").prints("removed 1 file, 5 bytes\n");
    assert_eq!(shell.hebe("cache verify cache").code(), 0);
    assert_eq!(
        shell.hebe("cache clear cache --json").json(0)["files"].as_array().unwrap().len(),
        1
    );
    shell.hebe("cache list cache").prints("0 files, 0 bytes\n");
    assert_eq!(files(&shell), [shell.path("cache").join("notes.txt")]);
}

#[test]
fn wrong_folders_are_refused() {
    let shell = shell();
    for command in ["list", "verify", "clear"] {
        shell.hebe(&format!("cache {command} nowhere")).refuses("nowhere: ");
        shell.hebe(&format!("cache {command} store.wat")).refuses("store.wat: ");
    }
    shell.hebe("run store.wat --set cache_dir=store.wat").refuses("it is not a folder");
    shell.hebe("run store.wat --set cache_dir=a/b/c").refuses("option `cache_dir`: a/b/c: ");
    shell.hebe("run store.wat --set cache_dir=").refuses("option `cache_dir`");
    shell
        .hebe("run store.wat --set cache_dir_size=many")
        .refuses("`many` is not a number of bytes");
}
