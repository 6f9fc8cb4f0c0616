//! `hebe gas` and `hebe meter`.

use crate::support::Shell;

const NOP: &str = r#"(module (memory (export "memory") 1) (func (export "main") (nop) (nop)))"#;

#[test]
fn gas_prints_a_schedule() {
    let shell = Shell::new();
    let flat = shell.hebe("gas --schedule flat");
    assert!(flat.text().contains("\nnop                            1.0000\n"), "{}", flat.text());
    let json = shell.hebe("gas --json").json(0);
    assert_eq!(json["schedule"], "cycles");
    assert_eq!(json["particles_per_gas"], 10_000);
    assert_eq!(json["instructions"]["i32.add"], 45);
    assert_eq!(shell.hebe("gas --schedule nonsense").code(), 2);
}

/// The metered form pays for itself what the original is charged.
#[test]
fn meter_writes_a_contract_that_pays() {
    let shell = Shell::new();
    shell.write("nop.wat", NOP);
    assert_eq!(shell.hebe("meter nop.wat -o metered.wasm --schedule flat").code(), 0);
    assert_eq!(shell.hebe("check metered.wasm").code(), 0);
    let used = |arguments: &str| shell.hebe(arguments).json(0)["gas_used"].clone();
    assert_eq!(used("run metered.wasm --set metering=off --json"), 2);
    assert_eq!(used("run nop.wat --set schedule=flat --json"), 2);
    let text = shell.hebe("meter nop.wat --wat -o -");
    assert!(text.text().contains("\"useGas\""), "{}", text.text());
}

#[test]
fn meter_writes_nothing_when_it_can_not() {
    let shell = Shell::new();
    shell.write("bad.wat", "(module)").write("nop.wat", NOP);
    assert_eq!(shell.hebe("meter bad.wat -o out.wasm").code(), 1);
    assert_eq!(shell.hebe("meter absent.wat -o out.wasm").code(), 2);
    assert_eq!(shell.hebe("meter nop.wat -o no/such/folder/out.wasm").code(), 2);
    assert_eq!(shell.hebe("meter nop.wat --schedule nonsense -o out.wasm").code(), 2);
    assert_eq!(shell.files(), ["bad.wat", "nop.wat"]);
}
