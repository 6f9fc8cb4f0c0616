//! Do the programs of `hebe calibrate` run, and does what they measure show what is there to be seen?

use hebe_gas::{Exports, Features, PARTICLES_PER_GAS, Profile, Rules, Schedule, meter_deployed};
use hebe_host::{HostModule, Interface, Outcome, Revision};
use hebe_testing::{
    IdleHost,
    calibrate::{Measured, Row, Search, price, rows},
    plain_message,
};
use hebe_vm::Vm;

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

#[test]
fn a_search_finds_what_it_can_print() {
    let schedule = Schedule::measured();
    let vm = vm("interpreter", schedule);
    let mut search = Search::new(7);
    for _ in 0..20 {
        search.step(&vm, schedule, "interpreter");
    }
    let worst = search.worst();
    assert!(!worst.is_empty() && worst.iter().all(|found| !found.pieces.is_empty()));
    let rates = worst.iter().map(|found| found.measured.nanoseconds_a_gas().unwrap_or(0.0));
    assert!(rates.is_sorted_by(|a, b| a >= b));
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
        match vm.execute(Revision::LATEST, &plain_message(GAS), code, &mut IdleHost) {
            Ok(Outcome::Success { gas_left, .. } | Outcome::Revert { gas_left, .. }) => {
                GAS - gas_left
            }
            // It destroyed itself, or the like.
            other => panic!("{other:?}"),
        }
    };
    let (mut compared, mut too_large) = (0, 0);
    for row in rows() {
        let code = row.code(3, 2).unwrap_or_else(|why| panic!("{}: {why}", row.name));
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
