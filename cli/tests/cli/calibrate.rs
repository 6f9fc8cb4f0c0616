//! `hebe calibrate`.

use crate::support::Shell;

#[test]
fn a_row_is_measured_against_its_price() {
    let shell = Shell::new();
    let json = shell.hebe("calibrate --only i64.mul --quick --engine interpreter --json").json(0);
    assert_eq!(
        (&json["schedule"], &json["rows"][0]["row"]),
        (&"measured".into(), &"i64.mul".into())
    );
    assert!(json["rows"][0]["nanoseconds_a_gas"].as_f64().is_some_and(|rate| rate > 0.0), "{json}");
    let table = shell.hebe("calibrate --only i64.mul --quick --write mine --plot plot.svg");
    assert!(table.text().contains("median of the interpreter's rows: "), "{}", table.text());
    assert_eq!(shell.files(), ["mine", "plot.svg"]);
    assert_eq!(shell.hebe("gas --schedule mine --json").json(0)["version"], 2);
}

#[test]
fn wrong_questions_are_refused() {
    let shell = Shell::new();
    for (question, says) in [
        (
            "calibrate --schedule nonsense",
            "there is no schedule `nonsense`; there are measured, cycles, flat",
        ),
        ("calibrate --only nonsense", "no row has `nonsense` in its name or its price"),
        ("calibrate --engine wasmi", "invalid value 'wasmi'"),
        ("calibrate --only i64.mul --quick --write no/where", "can't write no/where: "),
        ("calibrate --search 1 --only x", "cannot be used with"),
    ] {
        let refused = shell.hebe(question);
        assert_eq!(refused.code(), 2, "{question}");
        assert!(refused.problem().contains(says), "{question}: {}", refused.problem());
    }
}
