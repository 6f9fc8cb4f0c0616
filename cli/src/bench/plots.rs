//! Plots of samples, as SVG.

use super::{figures::time, samples::Samples};
use plotters::{coord::Shift, prelude::*};
use std::{error::Error, ops::Range};

const BLUE: RGBColor = RGBColor(0x2b, 0x6c, 0xb0);
const LIGHT: RGBColor = RGBColor(0x9b, 0xc3, 0xe8);
const GREY: RGBColor = RGBColor(0xdd, 0xdd, 0xdd);

/// How large the plot of a figure is, in points of the page.
const SIZE: (u32, u32) = (460, 220);

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), Box<dyn Error>>;

/// A plot of this size; in its place a sentence, if it can't be drawn.
fn svg(size: (u32, u32), draw: impl FnOnce(&Area<'_>) -> Drawn) -> String {
    let mut text = String::new();
    let area = SVGBackend::with_string(&mut text, size).into_drawing_area();
    let drawn = draw(&area).and_then(|()| Ok(area.present()?));
    drop(area);
    match drawn {
        Ok(()) => text,
        Err(problem) => format!("<p>There is no plot here: {problem}.</p>"),
    }
}

/// All figures below each other on one logarithmic axis: the middle half of the samples as a bar, and the median as
/// a line in it.
pub(super) fn overview(figures: &[(String, &Samples)]) -> String {
    let quantiles = |part| figures.iter().map(move |(_, samples)| samples.quantile(part).max(1.0));
    let least = quantiles(0.25).fold(f64::INFINITY, f64::min) / 1.5;
    let most = quantiles(0.75).fold(1.0, f64::max) * 1.5;
    let rows = i32::try_from(figures.len()).unwrap_or(i32::MAX);
    let name = |row: &SegmentValue<i32>| match row {
        SegmentValue::CenterOf(row) => {
            let row = usize::try_from(rows - 1 - row).unwrap_or(usize::MAX);
            figures.get(row).map(|(name, _)| name.clone()).unwrap_or_default()
        }
        _ => String::new(),
    };
    svg((2 * SIZE.0, 60 + 28 * rows.unsigned_abs()), |area| {
        let mut chart = ChartBuilder::on(area)
            .margin_right(30)
            .x_label_area_size(36)
            .y_label_area_size(190)
            .build_cartesian_2d((least..most).log_scale(), (0..rows - 1).into_segmented())?;
        chart
            .configure_mesh()
            .disable_y_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GREY)
            .y_labels(figures.len())
            .y_label_formatter(&name)
            .x_label_formatter(&|nanoseconds| time(*nanoseconds))
            .label_style(("sans-serif", 13))
            .draw()?;
        for ((_, samples), row) in figures.iter().zip((0..rows).rev()) {
            let [low, middle, high] = [0.25, 0.5, 0.75].map(|part| samples.quantile(part).max(1.0));
            // Across the row, from one time to another.
            let across =
                |from, to| [(from, SegmentValue::Exact(row)), (to, SegmentValue::Exact(row + 1))];
            let mut bar = Rectangle::new(across(low, high), LIGHT.filled());
            bar.set_margin(6, 6, 0, 0);
            chart.draw_series([bar])?;
            chart.draw_series([PathElement::new(across(middle, middle), BLUE.stroke_width(3))])?;
        }
        Ok(())
    })
}

/// How many times the middle half's width a sample may be away from it and still be shown. Farther ones, of which
/// there are few, would make the rest one column.
const OUTLIER: f64 = 6.0;

/// The times that are shown.
fn shown(samples: &Samples) -> Range<f64> {
    let [quarter, three_quarters] = [0.25, 0.75].map(|part| samples.quantile(part));
    let far = (three_quarters - quarter) * OUTLIER;
    let least = samples.quantile(0.0).max(quarter - far);
    let most = samples.quantile(1.0).min(three_quarters + far);
    let room = ((most - least) * 0.02).max(least * 0.001).max(0.1);
    least - room..most + room
}

/// How many columns a histogram has.
const COLUMNS: usize = 48;

/// How frequent which times are.
pub(super) fn histogram(samples: &Samples) -> String {
    let shown = shown(samples);
    let width = (shown.end - shown.start) / COLUMNS as f64;
    let mut counts = [0_u32; COLUMNS];
    for time in samples.sorted().iter().filter(|time| shown.contains(time)) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is an index"
        )]
        let column = ((time - shown.start) / width) as usize;
        counts[column.min(COLUMNS - 1)] += 1;
    }
    let top = f64::from(counts.iter().copied().max().unwrap_or(1)) * 1.08;
    svg(SIZE, |area| {
        let mut chart = ChartBuilder::on(area)
            .margin_right(20)
            .margin_top(8)
            .x_label_area_size(36)
            .y_label_area_size(60)
            .build_cartesian_2d(shown.clone(), 0.0..top)?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GREY)
            .x_labels(5)
            .y_labels(5)
            .x_label_formatter(&|nanoseconds| time(*nanoseconds))
            .y_label_formatter(&|count| format!("{count:.0}"))
            .y_desc("samples")
            .label_style(("sans-serif", 12))
            .draw()?;
        chart.draw_series(counts.iter().zip(0_u32..).map(|(count, column)| {
            let left = shown.start + width * f64::from(column);
            Rectangle::new([(left, 0.0), (left + width, f64::from(*count))], LIGHT.filled())
        }))?;
        let line = [(samples.median(), 0.0), (samples.median(), top)];
        chart.draw_series([PathElement::new(line, BLUE.stroke_width(2))])?;
        Ok(())
    })
}

/// How many points are drawn, about.
const POINTS: usize = 500;

/// The samples as they were taken, or some of them: whether the machine was at rest.
pub(super) fn course(samples: &Samples) -> String {
    let (shown, times) = (shown(samples), samples.in_order());
    let step = times.len().div_ceil(POINTS).max(1);
    svg(SIZE, |area| {
        let mut chart = ChartBuilder::on(area)
            .margin_right(20)
            .margin_top(8)
            .x_label_area_size(36)
            .y_label_area_size(70)
            .build_cartesian_2d(0.0..times.len() as f64, shown.clone())?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GREY)
            .x_labels(5)
            .y_labels(5)
            .x_label_formatter(&|sample| format!("{sample:.0}"))
            .y_label_formatter(&|nanoseconds| time(*nanoseconds))
            .x_desc("sample")
            .label_style(("sans-serif", 12))
            .draw()?;
        let points = times.iter().enumerate().step_by(step);
        let points = points.filter(|(_, time)| shown.contains(time));
        chart.draw_series(
            points.map(|(sample, time)| Circle::new((sample as f64, *time), 2, BLUE.filled())),
        )?;
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn outliers_leave_the_rest_its_columns() {
        let mut times: Vec<u64> = (0..200).map(|sample| 1_000 + sample % 50).collect();
        times.extend([90_000; 20]);
        let times: Vec<_> = times.into_iter().map(Duration::from_nanos).collect();
        let shown = shown(&Samples::new(&times));
        assert!(shown.start < 1_000.0 && shown.end > 1_049.0 && shown.end < 2_000.0, "{shown:?}");
    }

    #[test]
    fn labels_are_whole_numbers_of_samples() {
        let times = [Duration::from_nanos(5); 4_000];
        let plot = histogram(&Samples::new(&times));
        assert!(plot.contains("4000\n") && !plot.contains("000.0"), "{plot}");
    }

    /// Whatever the samples are, there are plots of them.
    #[test]
    fn odd_samples_have_plots() {
        let odd: [&[u64]; 6] =
            [&[0], &[5], &[7, 7, 7], &[0, 0, 1], &[1, 2, u64::MAX / 1_000], &[u64::MAX]];
        for nanoseconds in odd {
            let times: Vec<_> = nanoseconds.iter().copied().map(Duration::from_nanos).collect();
            let samples = Samples::new(&times);
            let figures = [("one".to_owned(), &samples), ("other".to_owned(), &samples)];
            for plot in [histogram(&samples), course(&samples), overview(&figures)] {
                assert!(
                    plot.starts_with("<svg") && !plot.contains("NaN"),
                    "{nanoseconds:?}: {plot}"
                );
            }
        }
    }
}
