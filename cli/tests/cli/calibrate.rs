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
        ("calibrate --keep kept", "required arguments were not provided"),
        ("calibrate --search 1 --keep no/where", "can't write no/where: "),
    ] {
        let refused = shell.hebe(question);
        assert_eq!(refused.code(), 2, "{question}");
        assert!(refused.problem().contains(says), "{question}: {}", refused.problem());
    }
}

#[test]
fn a_search_goes_on_where_it_was_kept() {
    let shell = Shell::new();
    const SEARCH: &str = "calibrate --search 1 --engine interpreter --keep kept --json";
    let first = shell.hebe(&format!("{SEARCH} --seed 5")).json(0);
    let second = shell.hebe(SEARCH).json(0);
    assert_eq!(shell.files(), ["kept"], "what is written beside it is put in its place");
    let number = |json: &serde_json::Value, name: &str| {
        json["engines"]["interpreter"][name].as_f64().expect("it is a number")
    };
    assert!(number(&second, "programs") > number(&first, "programs"));
    assert!(number(&first, "seconds") >= 1.0 && number(&second, "seconds") >= 2.0, "{second}");
    assert!((number(&second, "seed") - 5.0).abs() < 0.1, "the file's, as nothing else is said");
    let refused = shell.hebe("calibrate --search 1 --engine interpreter --keep kept --seed 6");
    assert_eq!(refused.code(), 2);
    let says = "can't go on with kept: it began with seed 5, not 6";
    assert!(refused.problem().contains(says), "{}", refused.problem());
    shell.write("kept", "no search");
    let refused = shell.hebe("calibrate --search 1 --engine interpreter --keep kept");
    assert!(refused.problem().contains("kept is no kept search: "), "{}", refused.problem());
}
