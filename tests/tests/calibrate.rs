//! Do the programs of `hebe calibrate` run, and does what they measure show what is there to be seen?

use hebe_gas::{Exports, Features, PARTICLES_PER_GAS, Profile, Rules, Schedule, meter_deployed};
use hebe_host::{HostModule, Interface, Outcome, Revision};
use hebe_testing::{
    IdleHost,
    calibrate::{CompileSearch, Measured, Row, Search, median, price, rounds_message, rows},
};
use hebe_vm::Vm;
use serde_json::{Value, json};

fn vm(engine: &str, schedule: &Schedule) -> Vm {
    let mut vm = Vm::default();
    vm.set_option("engine", engine).expect("it is an option");
    vm.set_option("schedule", schedule.name()).expect("it is an option");
    vm
}

fn measured(row: &Row, engine: &'static str, schedule: &Schedule) -> Option<Measured> {
    let measured = row.measure(&vm(engine, schedule), schedule, engine, 1);
    measured.unwrap_or_else(|why| panic!("{} on the {engine}: {why}", row.name))
}

fn named(name: &str) -> Row {
    rows().into_iter().find(|row| row.name == name).expect("there is such a row")
}

#[test]
fn every_row_runs_on_both_engines_and_costs_the_same() {
    let schedule = Schedule::measured();
    for row in rows() {
        let interpreted = measured(&row, "interpreter", schedule).expect("it has all rows");
        let Some(native) = measured(&row, "compiler", schedule) else { continue };
        // Rounds differ, and so does what of a unit of gas is lost to rounding.
        let difference = (interpreted.particles - native.particles).abs();
        let most = 0.1 * interpreted.particles + 10_000.0;
        assert!(difference <= most, "{interpreted:?} {native:?}");
    }
}

#[test]
fn every_price_has_a_row() {
    let rows = rows();
    let has_row = |name: &str| rows.iter().any(|row| row.price == name);
    // These take no time by themselves, or stand in every other row.
    let without = ["unreachable", "drop"];
    let schedule = Schedule::measured();
    for (name, _) in schedule.all_prices() {
        // `data` and `item` are measured by the starts that are full of them, together with other things.
        let known =
            has_row(name) || without.contains(&name) || ["data", "item", "return"].contains(&name);
        assert!(known, "no row measures `{name}`");
    }
    assert!(rows.iter().all(|row| row.price == "fee" || schedule.price_of(row.price).is_some()));
}

/// In the drafts, locals are cleared for nothing: a way to slow a node down a hundred times.
#[test]
fn what_is_too_cheap_is_seen() {
    let locals = named("call, 8190 locals");
    let rate = |row: &Row, schedule| {
        measured(row, "interpreter", schedule)
            .and_then(|row| row.nanoseconds_a_gas())
            .expect("it costs")
    };
    let ordinary = named("i64.add");
    let ratio = |schedule| rate(&locals, schedule) / rate(&ordinary, schedule);
    // A machine that does other things meanwhile shows nothing; it does not always.
    let is_seen = || ratio(Schedule::cycles()) > 50.0 && ratio(Schedule::measured()) < 10.0;
    assert!((0..20).any(|_| is_seen()), "it is not seen in twenty tries");
}

#[test]
fn a_price_follows_from_what_was_measured() {
    let row = |nanoseconds| Measured {
        name: "rows".into(),
        price: "i64.add",
        engine: "interpreter",
        nanoseconds,
        // Two additions, and as much again for what makes their operands.
        particles: 400.0,
        units: 2,
    };
    let schedule = Schedule::measured();
    assert_eq!(schedule.price("i64.add"), Some(100));
    // 10 ns are 1,250 particles with the margin, of which 200 are others'.
    assert_eq!(price("i64.add", &[row(2.0), row(10.0)], schedule, 100.0), Some(525));
    assert_eq!(price("i64.add", &[row(0.0)], schedule, 100.0), Some(0));
    assert_eq!(price("i64.sub", &[row(1.0)], schedule, 100.0), None);
}

fn search(seed: u64) -> Search {
    Search::new("interpreter", Schedule::measured(), seed).expect("there is an interpreter")
}

#[test]
fn a_search_finds_what_it_can_print_and_goes_on_where_it_was_kept() {
    let mut first = search(7);
    let mut found = 0;
    for _ in 0..60 {
        found += usize::from(first.step().is_some());
    }
    let worst = first.worst();
    assert!(found >= 5 && !worst.is_empty(), "{found} of 60 programs run");
    assert!(worst.iter().all(|found| !found.pieces.is_empty() && found.nanoseconds_a_gas > 0.0));
    assert!(worst.iter().map(|found| found.ratio).is_sorted_by(|a, b| a >= b));

    let kept = first.keep();
    let mut again = search(1);
    again.resume(&kept).expect("it was just kept");
    assert_eq!(again.keep(), kept, "nothing is lost");
    assert_eq!((again.seed(), again.tried(), again.spent()), (7, 60, first.spent()));
    again.step();
    assert!(again.tried() == 61 && again.spent() > first.spent());

    let before: Vec<f64> = first.worst().iter().map(|found| found.ratio).collect();
    first.measure_again();
    let after = first.worst().iter().map(|found| found.ratio);
    assert!(before.iter().zip(after).all(|(before, after)| after <= *before), "the smaller counts");
}

#[test]
fn what_is_no_kept_search_is_refused() {
    let mut one = search(7);
    while one.worst().is_empty() {
        one.step();
    }
    let kept = one.keep();
    let mut refused = |at: &str, value: Value, why: &str| {
        let mut other = kept.clone();
        *other.pointer_mut(at).expect("it is there") = value;
        assert_eq!(one.resume(&other), Err(why.to_owned()), "{at}");
        assert_eq!(one.keep(), kept, "a refusal changes nothing");
    };
    refused(
        "/engine",
        "compiler".into(),
        "it was kept with `engine` \"compiler\", and here it is \"interpreter\"",
    );
    refused("/version", 2.into(), "it was kept with `version` 2, and here it is 1");
    refused(
        "/schedule_version",
        99.into(),
        "it was kept with `schedule_version` 99, and here it is 1",
    );
    refused("/seconds", (-1).into(), "`seconds` must be a time");
    refused("/random", 0.into(), "`random` can't be 0");
    refused("/tried", "many".into(), "`tried` must be a whole number");
    refused("/worst", Value::Null, "`worst` must be a list");
    refused("/worst/0/ratio", Value::Null, "`ratio` must be a number");
    refused("/worst/0/pieces", json!([]), "a program has 1 to 4 pieces, not 0");
    refused("/worst/0/pieces", json!([["gone", 1]]), "there is no row `gone` any more");
    refused("/worst/0/pieces", json!([["i64.add", 7]]), "`i64.add` can't stand 7 times in a copy");
}

/// One that took less time with more copies says nothing, and is not an answer to anything.
#[test]
fn a_negative_time_is_nothing() {
    let row = |nanoseconds| Measured {
        name: "row".into(),
        price: "i64.add",
        engine: "interpreter",
        nanoseconds,
        particles: 100.0,
        units: 1,
    };
    let nothing = row(-0.5);
    assert!(nothing.is_nothing() && nothing.nanoseconds_a_gas().is_none());
    assert!(!row(0.0).is_nothing() && row(0.0).nanoseconds_a_gas() == Some(0.0));
    let measured = [row(-9.0), row(-8.0), row(-7.0), row(1.0), row(2.0), row(3.0)];
    let middle = median(&measured).expect("some were measured");
    assert!((middle - 200.0).abs() < 0.001, "{middle}");
    assert_eq!(price("i64.add", &[nothing], Schedule::measured(), 100.0), None);
}

/// Every shape is a valid contract, and is compiled; and the search's memory is what it is told.
#[test]
fn a_search_over_compiling_is_kept_too() {
    fn peak(run: &mut dyn FnMut()) -> usize {
        run();
        64 << 20
    }
    let new = |seed| CompileSearch::new(seed, peak).expect("there is a compiler");
    let mut first = new(3);
    while first.worst().len() < 2 {
        first.step();
    }
    for found in first.worst() {
        assert!(found.thought <= 1.0 && found.seconds > 0.0, "{found:?}");
        assert!((found.mib - 64.0).abs() < 0.001 && found.score() >= 0.5, "{found:?}");
    }
    let kept = first.keep();
    let mut again = new(1);
    again.resume(&kept).expect("it was just kept");
    assert_eq!(again.keep(), kept, "nothing is lost");
    for (at, value, why) in [
        ("/version", json!(7), "it is of version 7, not 1"),
        ("/random", json!(0), "`random` can't be 0"),
        ("/seconds", json!("x"), "`seconds` must be a number"),
        ("/worst/0/fields", json!([["gone", 1]]), "there is no shape `gone` any more"),
    ] {
        let mut other = kept.clone();
        *other.pointer_mut(at).expect("it is there") = value;
        assert_eq!(again.resume(&other), Err(why.to_owned()), "{at}");
    }
}

/// Code that pays for itself must not be the cheaper one, whatever it does.
#[test]
fn deployment_charges_no_less_than_execution() {
    const GAS: i64 = 1 << 40;
    let schedule = Schedule::measured();
    let interface =
        Interface::new(Revision::LATEST, &[&HostModule::ETHEREUM]).expect("it has prices");
    let rules = Rules {
        features: Features::Default,
        profile: Profile::Contract { exports: Exports::Tolerant },
        imports: interface.signatures(),
        metering: None,
    };
    let vm = |metering| {
        let mut vm = vm("interpreter", schedule);
        vm.set_option("metering", metering).expect("it is an option");
        vm
    };
    let (execution, deployment) = (vm("execution"), vm("deployment"));
    let used = |vm: &Vm, code: &[u8]| {
        match vm.execute(Revision::LATEST, &rounds_message(GAS, 3), code, &mut IdleHost) {
            Ok(Outcome::Success { gas_left, .. } | Outcome::Revert { gas_left, .. }) => {
                GAS - gas_left
            }
            // It destroyed itself, or the like.
            other => panic!("{other:?}"),
        }
    };
    let (mut compared, mut too_large) = (0, 0);
    for row in rows() {
        let code = row.code(2).unwrap_or_else(|why| panic!("{}: {why}", row.name));
        // Some rows are as large as a contract can be, and have no room for what pays.
        let Ok(metered) = meter_deployed(&code, &rules, schedule) else {
            too_large += 1;
            continue;
        };
        // Custom sections are not stored, so what is deployed may pay for fewer bytes. All else must not be less.
        let but_code = |gas: i64, code: &[u8]| {
            gas - i64::try_from(schedule.code_particles(code.len()) / u128::from(PARTICLES_PER_GAS))
                .expect("it is little")
        };
        let executed = but_code(used(&execution, &code), &code);
        let deployed = but_code(used(&deployment, &metered), &metered);
        // Either is rounded to whole gas.
        assert!(deployed + 1 >= executed, "{}: {deployed} deployed, {executed} executed", row.name);
        compared += 1;
    }
    println!("{compared} programs, {too_large} too large");
    assert!(too_large * 20 < compared, "{too_large} of {compared} are too large");
}
