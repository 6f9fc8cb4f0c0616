//! `hebe gas` and `hebe meter`.

use crate::support::Shell;

const NOP: &str = r#"(module (memory (export "memory") 1) (func (export "main") (nop) (nop)))"#;

#[test]
fn gas_prints_a_schedule() {
    let shell = Shell::new();
    let flat = shell.hebe("gas --schedule flat");
    assert!(flat.text().contains("\nnop                            1.0000\n"), "{}", flat.text());
    let json = shell.hebe("gas --json").json(0);
    assert_eq!(json["schedule"], "measured");
    assert_eq!(json["particles_per_gas"], 10_000);
    assert_eq!(json["instructions"]["i32.add"], 100);
    assert_eq!(shell.hebe("gas --schedule nonsense").code(), 2);
}

/// A schedule is printed as a file, changed, and read again.
#[test]
fn a_schedule_can_be_a_file() {
    let shell = Shell::new();
    let flat = shell.hebe("gas --schedule flat --text");
    let text = flat.text().replace("schedule = flat", "schedule = mine # by hand");
    shell.write("mine", text.replace("nop = 10000", "nop = 30000")).write("nop.wat", NOP);
    let json = shell.hebe("gas --schedule mine --json").json(0);
    assert_eq!((&json["schedule"], &json["instructions"]["nop"]), (&"mine".into(), &30_000.into()));
    assert_eq!(json["instructions"]["i32.add"], 10_000);
    assert_eq!(shell.hebe("meter nop.wat -o metered.wasm --schedule mine").code(), 0);
    let run = shell.hebe("run metered.wasm --set metering=off --json").json(0);
    assert_eq!(run["gas_used"], 6);
    // Printed again, it is the same.
    shell.write("again", shell.hebe("gas --schedule mine --text").text());
    assert_eq!(shell.hebe("gas --schedule again --json").json(0), json);
}

#[test]
fn a_wrong_schedule_file_is_refused_by_the_price() {
    let shell = Shell::new();
    let text = shell.hebe("gas --text").text().to_owned();
    shell.write("nop.wat", NOP);
    for (from, to, says) in [
        ("i32.add = 100\n", "", "`i32.add` has no price"),
        ("page = 20480000\n", "", "`page` has no price"),
        ("nop = 0", "nop = -5", "the price of `nop` is -5"),
        ("nop = 0", "nop = 0.5", "the price of `nop` is 0.5"),
        ("nop = 0", "nop = 99999999999999999999", "the price of `nop` is 9999"),
        ("nop = 0", "nop", "is not `name = price`"),
        ("nop = 0", "f32.add = 0", "no instruction or unit `f32.add`"),
    ] {
        assert!(text.contains(from), "{from}");
        shell.write("wrong", text.replacen(&format!("\n{from}"), &format!("\n{to}"), 1));
        for command in ["gas --schedule wrong", "meter nop.wat -o out.wasm --schedule wrong"] {
            let refused = shell.hebe(command);
            assert_eq!(refused.code(), 2);
            let problem = refused.problem();
            assert!(
                problem.contains("wrong is no schedule: ") && problem.contains(says),
                "{problem}"
            );
        }
    }
    // Nor is something else a schedule.
    for other in [".", "nop.wat"] {
        assert_eq!(shell.hebe(&format!("gas --schedule {other}")).code(), 2);
    }
    assert_eq!(shell.files(), ["nop.wat", "wrong"]);
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
