//! The figures as a page that needs nothing else.

use super::{
    figures::{Figures, machine},
    plots,
    samples::Samples,
};
use std::fmt::Write;

/// What is wider than the page scrolls by itself; plots shrink down to where their labels can be read. The plots'
/// colours are attributes, over which these rules go.
const STYLE: &str = "
    :root { color-scheme: light dark }
    body { font: 15px/1.5 sans-serif; color: #222; background: #fff; max-width: 960px; margin: 2em auto; padding: 0 1em }
    h1 { overflow-wrap: anywhere }
    .wide { overflow-x: auto }
    table { border-collapse: collapse; margin: 1em 0 }
    td, th { padding: .2em .8em; text-align: right; border-bottom: 1px solid #ddd; font-variant-numeric: tabular-nums; white-space: nowrap }
    td:first-child, th:first-child, td.text { text-align: left }
    figure { margin: 1.5em 0 } figcaption { font-weight: bold }
    svg { max-width: 100%; height: auto } .overview svg { min-width: 560px }
    svg text { fill: currentColor }
    code { overflow-wrap: anywhere }
    @media (prefers-color-scheme: dark) {
        body { color: #ddd; background: #181a1b }
        td, th { border-color: #444 }
        svg [stroke='#DDDDDD'] { stroke: #444 } svg [stroke='#000000'] { stroke: #bbb }
        svg [fill='#9BC3E8'] { fill: #3b6ea5 } svg [stroke='#2B6CB0'] { stroke: #8cc0f5 } svg [fill='#2B6CB0'] { fill: #8cc0f5 }
    }
";

/// The page.
pub(super) fn html(figures: &Figures) -> String {
    let title = escaped(&figures.title);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n<h1>{title}</h1>\n"
    );
    let _ = writeln!(page, "<p><code>{}</code></p>", escaped(&figures.command));
    add(&mut page, "p", &figures.ended());
    let version = env!("CARGO_PKG_VERSION");
    add(&mut page, "p", &format!("Measured by hebe {version} on {}.", machine()));
    table(&mut page, &figures.step_rows());
    table(&mut page, &figures.engine_rows());
    for note in figures.notes() {
        add(&mut page, "p", &note);
    }
    let all = all_samples(figures);
    add(&mut page, "h2", "At a glance");
    page += "<div class=\"wide overview\">";
    page += &plots::overview(&all);
    page += "</div>\n";
    add(
        &mut page,
        "p",
        "A bar is the middle half of the samples, the line in it the median. The axis is logarithmic.",
    );
    add(&mut page, "h2", "Each figure");
    let explanation = "Left, how frequent which times are, and the median; right, the samples in the order in which \
                       they were taken. Samples that are far slower than the rest are left out.";
    add(&mut page, "p", explanation);
    for (name, samples) in &all {
        page += "<figure>\n";
        add(&mut page, "figcaption", name);
        page += &plots::histogram(samples);
        page += &plots::course(samples);
        page += "</figure>\n";
    }
    page += "</html>\n";
    page
}

/// All samples, with what they are samples of.
fn all_samples(figures: &Figures) -> Vec<(String, &Samples)> {
    let measured = &figures.measured;
    let steps = measured.steps.iter().map(|step| (step.name.to_owned(), &step.samples));
    let calls = measured.speeds.iter().flat_map(|speed| {
        let engine = &speed.engine;
        [
            (format!("cold call, {engine}"), &speed.cold),
            (format!("warm call, {engine}"), &speed.warm),
        ]
    });
    steps.chain(calls).collect()
}

fn table(page: &mut String, rows: &[Vec<String>]) {
    page.push_str("<div class=\"wide\"><table>\n");
    for (index, row) in rows.iter().enumerate() {
        let cell = if index == 0 { "th" } else { "td" };
        page.push_str("<tr>");
        for text in row {
            // A sentence is not a number.
            let class = if text.len() > 20 { " class=\"text\"" } else { "" };
            // Writing into a string does not fail.
            let _ = write!(page, "<{cell}{class}>{}</{cell}>", escaped(text));
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</table></div>\n");
}

/// An element with nothing but text in it.
fn add(page: &mut String, element: &str, text: &str) {
    // Writing into a string does not fail.
    let _ = writeln!(page, "<{element}>{}</{element}>", escaped(text));
}

/// Text, of which nothing is taken for an element.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
