//! What the documents say twice is said alike.

use hebe_gas::limits;
use hebe_vm::OPTIONS;
use std::{fs, path::Path};

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn the_architecture_has_every_limit() {
    let text = read("ARCHITECTURE.md");
    for limit in limits::TABLE {
        let row = format!("| {} | {} {} |", limit.name, limit.value, limit.unit);
        assert!(text.contains(&row), "ARCHITECTURE.md lacks `{row}`");
    }
}

#[test]
fn the_document_has_every_option() {
    let text = read("docs/options.md");
    for option in OPTIONS {
        let name = option.name.split('<').next().unwrap_or_default();
        let row = text.lines().find(|line| line.starts_with(&format!("| `{name}`")));
        let row = row.unwrap_or_else(|| panic!("docs/options.md lacks option {name}"));
        if !option.default.is_empty() {
            assert!(row.contains(&format!("| {} |", option.default)), "{row}");
        }
        for value in option.values.split(" | ").filter(|value| !value.contains(' ')) {
            assert!(row.contains(value), "{name}: {value} is not in {row}");
        }
    }
}
