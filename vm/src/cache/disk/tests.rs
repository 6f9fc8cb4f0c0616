use super::*;

const MOST: u64 = 1 << 20;

struct Folder {
    folder: tempfile::TempDir,
    cache: DiskCache,
}

impl Folder {
    fn new(most_bytes: u64) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = DiskCache::open(folder.path(), most_bytes).expect("it is there");
        Self { folder, cache }
    }

    fn keep(&self, module: &str, code: &[u8]) -> PathBuf {
        let name = name(module);
        self.cache.keep(&name, &fingerprint(), code);
        self.folder.path().join(name.file())
    }

    fn find(&self, module: &str) -> Option<Vec<u8>> {
        self.cache.find(&name(module), |code| Some(code.bytes().to_vec()))
    }

    fn told_of_damage(&self) -> bool {
        self.cache.has_told_of_damage.load(Ordering::Relaxed)
    }

    fn told_of_writing(&self) -> bool {
        self.cache.has_told_of_writing.load(Ordering::Relaxed)
    }
}

fn fingerprint() -> Fingerprint {
    Fingerprint::new(&"an engine")
}

fn name(module: &str) -> Name {
    Name::new(&fingerprint(), module.as_bytes())
}

#[test]
fn what_is_kept_is_found_by_another_process() {
    let folder = Folder::new(MOST);
    assert_eq!(folder.find("module"), None);
    folder.keep("module", b"code");
    let other = DiskCache::open(folder.folder.path(), MOST).expect("it is there");
    assert_eq!(other.find(&name("module"), |code| Some(code.bytes().len())), Some(4));
    assert_eq!(folder.find("another module"), None);
    assert!(!folder.told_of_damage() && !folder.told_of_writing());
    // Nothing is left of the writing.
    assert_eq!(fs::read_dir(folder.folder.path()).expect("a folder").count(), 1);
}

/// Whatever is in a file's place, it is not used, and is replaced by what is kept next.
#[test]
fn what_is_damaged_is_replaced() {
    type Damaging = fn(&Path);
    let damages: [(&str, Damaging); 6] = [
        ("empty", |path| fs::write(path, b"").expect("written")),
        ("half", |path| {
            let bytes = fs::read(path).expect("read");
            fs::write(path, &bytes[..bytes.len() / 2]).expect("written");
        }),
        ("foreign", |path| fs::write(path, b"#!/bin/sh").expect("written")),
        ("another's", |path| {
            let other = file::write(&name("other"), &fingerprint(), b"code");
            fs::write(path, other).expect("written");
        }),
        ("a folder", |path| {
            fs::remove_file(path).expect("removed");
            fs::create_dir(path).expect("made");
        }),
        ("huge", |path| {
            File::create(path).and_then(|file| file.set_len(1 << 40)).expect("a sparse file");
        }),
    ];
    for (what, damage) in damages {
        let folder = Folder::new(MOST);
        let path = folder.keep("module", b"code");
        damage(&path);
        assert_eq!(folder.find("module"), None, "{what}");
        assert!(folder.told_of_damage(), "{what}");
        folder.keep("module", b"code");
        // What is no file is nobody's to remove.
        let found = if what == "a folder" { None } else { Some(b"code".to_vec()) };
        assert_eq!(folder.find("module"), found, "{what}");
        assert_eq!(folder.told_of_writing(), what == "a folder", "{what}");
    }
}

/// Neither a pipe, which would keep us waiting, nor a link to a file that others may write to.
#[cfg(unix)]
#[test]
fn what_is_no_plain_file_is_not_opened() {
    let folder = Folder::new(MOST);
    let path = folder.keep("module", b"code");
    let elsewhere = folder.folder.path().join("elsewhere");
    fs::rename(&path, &elsewhere).expect("renamed");
    std::os::unix::fs::symlink(&elsewhere, &path).expect("a link");
    assert_eq!(folder.find("module"), None);
    fs::remove_file(&path).expect("removed");
    let made = std::process::Command::new("mkfifo").arg(&path).status().expect("mkfifo is there");
    assert!(made.success());
    assert_eq!(folder.find("module"), None);
}

#[test]
fn what_the_engine_refuses_is_damaged() {
    let folder = Folder::new(MOST);
    folder.keep("module", b"code");
    assert_eq!(folder.cache.find(&name("module"), |_| None::<()>), None);
    assert!(folder.told_of_damage());
}

/// As on a disk that is read-only or full; permissions alone don't keep root from writing.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_can_not_be_written_to_is_told_of_once() {
    let unwritable = Path::new("/proc/self/fdinfo");
    let cache = DiskCache::open(unwritable, MOST).expect("it can be read");
    for _ in 0..2 {
        cache.keep(&name("module"), &fingerprint(), b"code");
        assert!(cache.has_told_of_writing.load(Ordering::Relaxed));
    }
    assert_eq!(cache.find(&name("module"), |_| Some(())), None);
}

#[test]
fn a_folder_that_is_taken_away_is_no_trouble() {
    let Folder { folder, cache } = Folder::new(MOST);
    folder.close().expect("removed");
    cache.keep(&name("module"), &fingerprint(), b"code");
    assert_eq!(cache.find(&name("module"), |_| Some(())), None);
    assert!(cache.has_told_of_writing.load(Ordering::Relaxed));
}

/// Others who can write there, or put another folder in its place, could have any code run.
#[cfg(unix)]
#[test]
fn a_folder_that_others_can_write_to_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let above = tempfile::tempdir().expect("a folder");
    let path = above.path().join("cache");
    // One that we make is its owner's alone.
    DiskCache::open(&path, MOST).expect("it is made");
    assert_eq!(fs::metadata(&path).expect("a folder").permissions().mode() & 0o777, 0o700);
    let change = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("changed");
    };
    let refused = |above_mode, mode| {
        change(above.path(), above_mode);
        change(&path, mode);
        DiskCache::open(&path, MOST).err().map(|error| error.to_string()).unwrap_or_default()
    };
    for mode in [0o700, 0o755, 0o750] {
        assert_eq!(refused(0o755, mode), "", "{mode:o}");
    }
    assert!(refused(0o755, 0o777).starts_with("anybody can write to it"));
    assert!(
        refused(0o755, 0o1777).starts_with("anybody can write to it"),
        "new files are anybody's"
    );
    assert!(refused(0o755, 0o775).starts_with("its group can write to it"));
    let folder = fs::canonicalize(above.path()).expect("a folder");
    let place = format!("can write to {}, ", folder.display());
    assert!(refused(0o777, 0o755).contains(&place) && refused(0o770, 0o755).contains(&place));
    assert_eq!(refused(0o1777, 0o755), "", "nobody else may move it");
    assert!(DiskCache::open(&above.path().join("a/b"), MOST).is_err());
}

/// The folder may have been open to others before.
#[cfg(unix)]
#[test]
fn a_file_that_others_may_have_written_is_not_used() {
    use std::os::unix::fs::{PermissionsExt as _, chown};
    let folder = Folder::new(MOST);
    let path = folder.keep("module", b"code");
    assert_eq!(fs::metadata(&path).expect("a file").permissions().mode() & 0o022, 0);
    for mode in [0o666, 0o664] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("changed");
        assert_eq!(folder.find("module"), None, "{mode:o}");
    }
    assert!(folder.told_of_damage());
    folder.keep("module", b"code");
    assert!(folder.find("module").is_some(), "it is replaced");
    // Only root may give a file away; others can't try this here.
    if chown(&path, Some(65_534), None).is_ok() {
        assert_eq!(folder.find("module"), None);
        let verified =
            verify(folder.folder.path(), &crate::compiler::fingerprints()).expect("a folder");
        assert_eq!(verified[0].problem.as_deref(), Some("another user has written it"));
        chown(folder.folder.path(), Some(65_533), None).expect("changed");
        let refused = DiskCache::open(folder.folder.path(), MOST).expect_err("it is another's");
        assert!(refused.to_string().starts_with("it belongs to another user"), "{refused}");
    }
}

/// The bound holds, and what was used last stays.
#[test]
fn the_oldest_go_first() {
    let folder = Folder::new(40_000);
    for number in 0..20 {
        let path = folder.keep(&number.to_string(), &[0; 5_000]);
        if number > 0 {
            assert!(folder.find("0").is_some(), "it is used all the time; {number}");
        }
        // A clock's ticks may be longer than a write takes.
        let age = Duration::from_secs(1_000 - number);
        File::open(path).and_then(|file| file.set_modified(SystemTime::now() - age)).expect("aged");
        let files = survey::files(folder.folder.path()).expect("a folder");
        assert!(files.iter().map(|file| file.bytes).sum::<u64>() <= 40_000);
    }
    assert!(folder.find("19").is_some() && folder.find("1").is_none());
    // What is larger than all of it is not kept, and pushes nothing out.
    folder.keep("large", &[0; 40_000]);
    assert!(folder.find("large").is_none() && folder.find("19").is_some());
    assert!(!folder.told_of_writing());
}

#[test]
fn nothing_of_others_is_removed() {
    let folder = Folder::new(MOST);
    let path = folder.keep("module", b"code");
    let others = ["notes.txt", "x.hebe-code", ".hebe-unfinished-now"];
    for name in others {
        fs::write(folder.folder.path().join(name), b"").expect("written");
    }
    let abandoned = folder.folder.path().join(".hebe-unfinished-old");
    let long_ago = SystemTime::now() - 2 * ABANDONED;
    File::create(&abandoned).and_then(|file| file.set_modified(long_ago)).expect("made");
    let removed =
        clear(folder.folder.path(), &crate::compiler::fingerprints(), |_| true).expect("a folder");
    assert_eq!(removed.iter().map(|file| &file.path).collect::<Vec<_>>(), [&path]);
    assert!(!path.exists() && !abandoned.exists());
    assert!(others.iter().all(|name| folder.folder.path().join(name).exists()));
}

#[test]
fn looking_after_a_folder_tells_what_is_wrong() {
    let folder = Folder::new(MOST);
    let (good, bad) = (folder.keep("good", b"code"), folder.keep("bad", b"code"));
    let mut bytes = fs::read(&bad).expect("read");
    let middle = bytes.len() - 34;
    bytes[middle] ^= 1;
    fs::write(&bad, bytes).expect("written");
    let problems = |files: Vec<Stored>| -> Vec<(PathBuf, Option<String>)> {
        files
            .into_iter()
            .filter(|file| file.problem.is_some())
            .map(|file| (file.path, file.problem))
            .collect()
    };
    assert_eq!(
        problems(list(folder.folder.path(), &crate::compiler::fingerprints()).expect("a folder")),
        [],
        "only heads are read"
    );
    let verified =
        verify(folder.folder.path(), &crate::compiler::fingerprints()).expect("a folder");
    assert!(verified.iter().all(|file| !file.is_usable && file.maker.starts_with("hebe ")));
    let expected = (bad.clone(), Some("its checksum does not match".to_owned()));
    assert_eq!(problems(verified), [expected]);
    clear(folder.folder.path(), &crate::compiler::fingerprints(), |file| file.problem.is_some())
        .expect("a folder");
    assert!(good.exists() && !bad.exists());
    assert!(list(Path::new("/no/such/folder"), &[]).is_err());
}

/// Threads stand for processes here: each has the folder opened for itself.
#[test]
fn a_folder_can_be_shared() {
    let folder = Folder::new(30_000);
    let path = folder.folder.path();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let cache = DiskCache::open(path, 30_000).expect("it is there");
                for round in 0..200_u32 {
                    let module = (round % 10).to_string();
                    let code = vec![(round % 10) as u8; 4_000];
                    if let Some(found) =
                        cache.find(&name(&module), |code| Some(code.bytes().to_vec()))
                    {
                        assert_eq!(found, code);
                    }
                    cache.keep(&name(&module), &fingerprint(), &code);
                }
                assert!(!cache.has_told_of_damage.load(Ordering::Relaxed));
                assert!(!cache.has_told_of_writing.load(Ordering::Relaxed));
            });
        }
    });
}
