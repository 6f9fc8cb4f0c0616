//! The README's commands, from an empty folder: they do what it says.

use crate::support::Shell;
use hebe_contracts::Language;
use std::{fs, path::Path};

/// The lines of the document that are commands of `hebe`'s.
fn commands(document: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = fs::read_to_string(root.join(document)).unwrap();
    let lines = text.lines().filter_map(|line| line.strip_prefix("    "));
    let lines = lines.map(|line| line.trim_start_matches("$ ").trim().to_owned());
    lines.filter(|line| line.starts_with("hebe ")).collect()
}

#[test]
fn a_day_from_the_readme_and_from_the_guide() {
    if let Err(problem) = hebe_contracts::toolchain(Language::Rust, None) {
        return eprintln!("not tried: {problem}");
    }
    for document in ["README.md", "docs/writing-contracts.md"] {
        let shell = Shell::new();
        let mut said = String::new();
        let mut ran = Vec::new();
        for command in commands(document) {
            let command = command.split('#').next().unwrap_or_default();
            // After the counter in Rust come other languages.
            let words = command.split_whitespace().skip(1).collect::<Vec<_>>().join(" ");
            let words = words.split(" && ").next().unwrap_or_default().to_owned();
            if ran.iter().any(|it: &String| it.starts_with("call")) {
                break;
            }
            let is_new = words.starts_with("new ");
            let inside = shell.path("counter");
            let ended = match is_new {
                true => shell.hebe(&words),
                false => Shell::hebe_in(&inside, &words),
            };
            assert_eq!(
                ended.code(),
                0,
                "{document}: hebe {words}: {}{}",
                ended.text(),
                ended.problem()
            );
            if is_new {
                let lock = hebe_contracts::folder().join("Cargo.lock");
                fs::copy(lock, inside.join("Cargo.lock")).unwrap();
            }
            said = ended.text().to_owned();
            ran.push(words);
        }
        assert!(ran.len() >= 5, "{document}: {ran:?}");
        assert_eq!(said, "7\n", "{document}: what was asked last");
    }
}
