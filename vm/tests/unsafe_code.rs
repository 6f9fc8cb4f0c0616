//! Where `unsafe` is: in files called `border.rs`, each beside what it serves, and in the interpreter's machine. The
//! compiler of Rust denies it everywhere else, so it is enough to look for who allows it.

use std::{fs, path::Path};

#[test]
fn only_borders_and_the_machine_allow_unsafe_code() {
    let mut found = Vec::new();
    visit(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found.sort();
    assert_eq!(
        found,
        ["compiler/border.rs", "interpreter/machine.rs", "native/border.rs"],
        "say at the top of the file why it needs unsafe code, and add it here"
    );
}

fn visit(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("it can be read").flatten() {
        let path = entry.path();
        if path.is_dir() {
            visit(&path, found);
        } else if fs::read_to_string(&path).expect("it is text").contains("allow(unsafe_code)") {
            let path = path.display().to_string();
            let (_, name) = path.rsplit_once("/vm/src/").expect("it is in there");
            found.push(name.to_owned());
        }
    }
}
