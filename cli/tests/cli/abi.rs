//! `hebe abi`.

use crate::support::{Shell, library};

#[test]
fn a_library_says_who_can_load_it() {
    let shell = Shell::new();
    let path = library();
    let twelve = shell.hebe(&format!("abi {} --json", path.display())).json(0);
    assert_eq!((&twelve["abi"], &twelve["vm"]["name"]), (&12.into(), &"hebe".into()));
    assert_eq!(twelve["capabilities"], serde_json::json!(["EVM bytecode", "WebAssembly"]));
    assert_eq!(twelve["last_revision"], "Osaka");
    let options = twelve["options"].as_array().unwrap();
    assert!(options.contains(&"engine".into()) && options.contains(&"metering".into()), "{twelve}");

    let nine = path.with_file_name("libhebe_evmc9.so");
    let nine = shell.hebe(&format!("abi {}", nine.display()));
    assert_eq!(nine.code(), 0);
    assert!(nine.text().contains("\nABI          9, of EVMC 9\n"), "{}", nine.text());
    assert!(nine.text().contains("\nrevisions    up to London\n"), "{}", nine.text());
    assert!(nine.text().contains("\nABI 18 libhebe_evmc18.so    evmone 0.23\n"), "{}", nine.text());
}

#[test]
fn what_is_no_library_is_told() {
    let shell = Shell::new();
    shell.write("libx.so", "nothing");
    shell.hebe("abi ./libx.so").refuses("./libx.so can't be opened as a library");
    shell.hebe("abi ./none.so").refuses("./none.so can't be opened as a library");
}
