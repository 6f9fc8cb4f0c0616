//! Is docs/gas.md what the price tables say? `BLESS=1` writes it again.

#[test]
fn the_page_is_true() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/gas.md");
    let page = hebe_gas::gas_document();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, &page).unwrap();
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(found == page, "docs/gas.md is out of date: set BLESS=1 to write it");
}
