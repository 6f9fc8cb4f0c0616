//! The documentation of all prices, made of the prices.

use super::{FREE_PAGES, PARTICLES_PER_GAS, Schedule, Unit};
use std::fmt::Write;

/// All schedules as a page of Markdown, `docs/gas.md`.
pub fn gas_document() -> String {
    let mut page = format!(
        "# Gas\n\
         \n\
         <!-- Made of the price tables in gas/src/schedule. Change these, then run\n     \
         BLESS=1 cargo test -p hebe-gas --test document -->\n\
         \n\
         What running a contract costs, beside the fees of the functions that it imports. Prices are\n\
         in *particles*, {PARTICLES_PER_GAS} to one gas; what is reported outside is rounded so that \
         used gas is\nrounded up. The option `schedule` chooses between the schedules:\n\n"
    );
    for schedule in Schedule::all() {
        let default = if schedule == Schedule::measured() { ", the default" } else { "" };
        line(
            &mut page,
            format_args!("- `{}`, version {}{default}", schedule.name, schedule.version),
        );
    }
    line(
        &mut page,
        format_args!(
            "\nIn every schedule `else` and `end` cost nothing, and the first {FREE_PAGES} page of \
             the initial memory\nis free, since every contract must have a memory. Other initial \
             pages are paid before the contract\nstarts. Pages of `memory.grow` are paid before it \
             grows; where the memory can't grow that far the\ninstruction gives -1, and costs \
             nothing more. Bulk memory instructions pay for their length in\nwords of 32 bytes, \
             rounded up, table instructions in elements, before they act.\n\n\
             Code is charged in stretches: at a function's entry, a loop's head, in each branch of \
             an `if`, after\n`end`, `br_if`, calls, `memory.grow`, bulk and table instructions, for \
             everything up to the next such\nplace. So the gas left is exact wherever anyone can \
             see it: in a host function, and at the end."
        ),
    );
    for schedule in Schedule::all() {
        line(&mut page, format_args!("\n## `{}`\n\n{}\n", schedule.name, schedule.about));
        line(&mut page, format_args!("| price of | particles | gas | why |\n|---|---:|---:|---|"));
        for row in schedule.rows() {
            let names: Vec<String> =
                row.names.split_whitespace().map(|name| format!("`{name}`")).collect();
            let names = match (row.names, Unit::by_name(row.names)) {
                ("*", _) => "every instruction".to_owned(),
                (_, Some(unit)) => format!("`{}`: {}", unit.name(), unit.about()),
                _ => names.join(" "),
            };
            let (particles, gas, why) = (row.particles, gas(row.particles), row.why);
            line(&mut page, format_args!("| {names} | {particles} | {gas} | {why} |"));
        }
    }
    page
}

/// Writing to a string can't fail.
fn line(page: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = writeln!(page, "{text}");
}

/// Particles as gas, without zeros at the end.
fn gas(particles: u32) -> String {
    let (whole, rest) = (particles / PARTICLES_PER_GAS, particles % PARTICLES_PER_GAS);
    let text = format!("{whole}.{rest:04}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
