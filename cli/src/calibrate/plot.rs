//! All rows as a plot, the worst above.

use hebe_testing::calibrate::Measured;
use plotters::prelude::*;
use std::error::Error;

const INTERPRETER: RGBColor = RGBColor(0x2b, 0x6c, 0xb0);
const COMPILER: RGBColor = RGBColor(0xdd, 0x6b, 0x20);
const GREY: RGBColor = RGBColor(0xdd, 0xdd, 0xdd);

/// Nanoseconds a gas of each row against the median, on a logarithmic axis, as SVG.
pub(super) fn svg(measured: &[Measured], median: f64) -> String {
    let mut text = String::new();
    match draw(measured, median, &mut text) {
        Ok(()) => text,
        Err(problem) => format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><text y=\"20\">It can't be drawn: {problem}</text></svg>"
        ),
    }
}

fn draw(measured: &[Measured], median: f64, text: &mut String) -> Result<(), Box<dyn Error>> {
    let mut rows: Vec<(&Measured, f64)> =
        measured.iter().filter_map(|row| Some((row, row.nanoseconds_a_gas()? / median))).collect();
    rows.sort_by(|a, b| a.1.total_cmp(&b.1));
    let most = rows.last().map_or(2.0, |row| row.1.max(2.0)) * 1.2;
    let count = i32::try_from(rows.len())?;
    let area =
        SVGBackend::with_string(text, (1_000, 60 + 15 * count.unsigned_abs())).into_drawing_area();
    let mut chart = ChartBuilder::on(&area)
        .margin_right(30)
        .x_label_area_size(36)
        .y_label_area_size(400)
        .build_cartesian_2d((0.01..most).log_scale(), (0..count - 1).into_segmented())?;
    let name = |row: &SegmentValue<i32>| match row {
        SegmentValue::CenterOf(row) => usize::try_from(*row)
            .ok()
            .and_then(|row| rows.get(row))
            .map(|(row, _)| row.name.clone())
            .unwrap_or_default(),
        _ => String::new(),
    };
    chart
        .configure_mesh()
        .disable_y_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GREY)
        .y_labels(rows.len())
        .y_label_formatter(&name)
        .x_desc("nanoseconds a gas, against the interpreter's median; blue: interpreter, orange: native code")
        .label_style(("sans-serif", 11))
        .draw()?;
    for ((row, ratio), at) in rows.iter().zip(0..) {
        let colour = if row.engine == "interpreter" { INTERPRETER } else { COMPILER };
        let mut bar = Rectangle::new(
            [(0.01, SegmentValue::Exact(at)), (ratio.max(0.01), SegmentValue::Exact(at + 1))],
            colour.filled(),
        );
        bar.set_margin(2, 2, 0, 0);
        chart.draw_series([bar])?;
    }
    area.present()?;
    drop(chart);
    Ok(())
}
