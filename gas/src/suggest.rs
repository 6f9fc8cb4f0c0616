//! Which import was probably meant. Only used after a refusal.

use crate::ImportSignature;

/// Longer names than this have no near neighbour, and comparing them would take long.
const LONGEST: usize = 64;

/// The known import that `module.name` was probably meant to be, if one is obvious: the same but for
/// case and underscores, in another module, or within two letters.
pub(crate) fn nearest(imports: &[ImportSignature], module: &str, name: &str) -> Option<Box<str>> {
    if module.len() + name.len() > LONGEST {
        return None;
    }
    let name = plain(name);
    let same_letters = |row: &&ImportSignature| {
        let known = plain(row.name);
        known == name || plain(row.module) + &known == name
    };
    let close =
        |row: &&ImportSignature| row.module == module && distance(&plain(row.name), &name) <= 2;
    let row = imports
        .iter()
        .find(|row| row.module == module && same_letters(row))
        .or_else(|| imports.iter().find(same_letters))
        .or_else(|| imports.iter().find(close))?;
    Some(format!("{}.{}", row.module, row.name).into())
}

/// The names of all modules, each once, with commas between.
pub(crate) fn modules(imports: &[ImportSignature]) -> Box<str> {
    let mut names: Vec<&str> = Vec::new();
    for row in imports {
        if !names.contains(&row.module) {
            names.push(row.module);
        }
    }
    if names.is_empty() { "no module".into() } else { names.join(", ").into() }
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect()
}

/// How many letters must be put in, left out or replaced to make `a` into `b` (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMPORTS: &[ImportSignature] = &[
        ImportSignature { module: "ethereum", name: "finish", params: &[], results: &[] },
        ImportSignature { module: "ethereum", name: "getCaller", params: &[], results: &[] },
        ImportSignature { module: "debug", name: "print32", params: &[], results: &[] },
    ];

    fn nearest_to(module: &str, name: &str) -> Option<Box<str>> {
        nearest(IMPORTS, module, name)
    }

    #[test]
    fn finds_other_case_other_module_and_slips() {
        assert_eq!(nearest_to("ethereum", "get_caller").as_deref(), Some("ethereum.getCaller"));
        assert_eq!(nearest_to("env", "finish").as_deref(), Some("ethereum.finish"));
        assert_eq!(nearest_to("env", "ethereum_finish").as_deref(), Some("ethereum.finish"));
        assert_eq!(nearest_to("ethereum", "finnisch").as_deref(), Some("ethereum.finish"));
    }

    #[test]
    fn does_not_guess_wildly() {
        assert_eq!(nearest_to("ethereum", "sha256"), None);
        assert_eq!(nearest_to("env", "finnish"), None);
        assert_eq!(nearest_to("ethereum", &"finish".repeat(1000)), None);
    }

    #[test]
    fn lists_each_module_once() {
        assert_eq!(&*modules(IMPORTS), "ethereum, debug");
        assert_eq!(&*modules(&[]), "no module");
    }
}
