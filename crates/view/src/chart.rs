//! A chart as inline SVG: lines with bands over a common axis, drawn by plotters, coloured by the page's style sheet.
//!
//! Colours are written as marks and replaced by classes (`s0` ... `s7`, `ink`, `grid`), so that one picture serves light
//! pages, dark ones and paper. The series travel beside the picture, for whoever hovers over it.

use std::ops::Range;

use plotters::coord::Shift;
use plotters::coord::ranged1d::{AsRangedCoord, ValueFormatter};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use serde_json::json;

use crate::short::short;

/// Pixels of the drawing for one of the page: plotters places on whole pixels.
const FINE: i32 = 4;
/// Width and height of a picture.
pub(crate) const WIDTH: i32 = 560;
pub(crate) const HEIGHT: i32 = 260;
/// Colours of series; more than these begin again.
pub(crate) const COLOURS: usize = 8;

const INK: RGBColor = RGBColor(1, 1, 1);
const GRID: RGBColor = RGBColor(2, 2, 2);
const MUTED: RGBColor = RGBColor(3, 3, 3);
const ALARM: RGBColor = RGBColor(4, 4, 4);

/// A line of a chart.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Line {
    pub name: String,
    /// Colour, one of eight.
    pub colour: usize,
    /// In order of x. What is not finite, or beyond 1e15, leaves a gap.
    pub points: Vec<(f64, f64)>,
    /// Ends of an interval at some x: a band behind the line.
    pub band: Vec<(f64, f64, f64)>,
    /// A dot at each point, with its band as a bar.
    pub dots: bool,
    pub dashed: bool,
}

/// A chart.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Chart {
    pub title: String,
    pub x: String,
    pub y: String,
    pub lines: Vec<Line>,
    /// Vertical lines with a label.
    pub marks: Vec<(f64, String)>,
    /// A ring, such as around the best value.
    pub ring: Option<(f64, f64)>,
    /// Whether a line that is alone is named in the legend.
    pub named: bool,
    /// Whether x counts something.
    pub whole_x: bool,
    /// Ends of y; default those of the values.
    pub range_y: Option<(f64, f64)>,
    /// Whether large ranges of positive values are drawn by their logarithm.
    pub may_log: bool,
}

/// A chart that was drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Picture {
    /// An `svg` element; its colours are classes.
    pub svg: String,
    /// The series, and where the axes lie.
    pub data: serde_json::Value,
}

/// What drawing gives: writing into a string does not fail, so that a fault leaves the chart as far as it got.
type Drawn = Result<(), Box<dyn std::error::Error>>;

impl Chart {
    /// The picture in a `figure` with title, legend and data; empty where nothing is finite.
    pub fn figure(&self) -> String {
        let Some(Picture { svg, data }) = self.picture() else {
            return String::new();
        };
        format!(
            "<figure class=\"chart\"><figcaption>{}</figcaption>{svg}<div class=\"legend\">{}</div>\
             <script type=\"application/json\">{}</script></figure>",
            escape(&self.title),
            self.legend(),
            data.to_string().replace('<', "\\u003c")
        )
    }

    /// The picture; `None` where nothing is finite.
    pub fn picture(&self) -> Option<Picture> {
        let (x, y) = self.ranges()?;
        let (width, height) = (WIDTH * FINE, HEIGHT * FINE);
        let mut svg = String::new();
        let mut place = None;
        {
            let root = SVGBackend::with_string(&mut svg, (width as u32, height as u32))
                .into_drawing_area();
            let log = self.is_log(&y);
            // invariant: drawing into a string has no I/O that could fail; a picture cut short is still a picture.
            let _drawn = match log {
                true => self.draw(&root, x, (y.0..y.1).log_scale(), &mut place),
                false => self.draw(&root, x, y.0..y.1, &mut place),
            };
            let _drawn = root.present();
        }
        Some(Picture {
            svg: styled(&svg, width, height, &self.title),
            data: self.data(x, y, place),
        })
    }

    fn finite(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let points = self.lines.iter().flat_map(|line| {
            let ends = line.band.iter().flat_map(|b| [(b.0, b.1), (b.0, b.2)]);
            line.points.iter().copied().chain(ends)
        });
        points.filter(|(x, y)| x.is_finite() && drawable(*y))
    }

    /// Ranges of both axes; `None` where nothing is finite.
    fn ranges(&self) -> Option<((f64, f64), (f64, f64))> {
        let fold = |of: fn(&(f64, f64)) -> f64| {
            self.finite().fold((f64::MAX, f64::MIN), |(low, high), p| {
                (low.min(of(&p)), high.max(of(&p)))
            })
        };
        let (x, y) = (fold(|p| p.0), fold(|p| p.1));
        if x.0 > x.1 {
            return None;
        }
        let wide = |(low, high): (f64, f64), at_least: f64| match high > low {
            true => (low, high),
            false => (low - at_least, high + at_least),
        };
        let x = wide(x, 0.5);
        if let Some(range) = self.range_y {
            return Some((x, range));
        }
        if self.is_log(&y) {
            return Some((x, (y.0 / 1.2, y.1 * 1.2)));
        }
        let y = match y.1 - y.0 > 1e-6 * y.1.abs().max(y.0.abs()).max(1e-6) {
            true => y,
            // Rounding makes no axis.
            false => {
                let half = (0.05 * y.0.abs()).max(1e-6);
                (y.0 - half, y.1 + half)
            }
        };
        let room = 0.06 * (y.1 - y.0);
        // An axis that could begin at zero does.
        let low = match y.0 >= 0.0 && y.0 < 0.35 * y.1 {
            true => 0.0,
            false => y.0 - room,
        };
        Some((x, (low, y.1 + room)))
    }

    fn is_log(&self, (low, high): &(f64, f64)) -> bool {
        self.may_log && *low > 1e-12 && high / low > 100.0
    }

    fn draw<Y>(
        &self,
        root: &DrawingArea<SVGBackend<'_>, Shift>,
        x: (f64, f64),
        y: Y,
        place: &mut Option<(Range<i32>, Range<i32>)>,
    ) -> Drawn
    where
        Y: AsRangedCoord<Value = f64>,
        Y::CoordDescType: Ranged<ValueType = f64> + ValueFormatter<f64>,
    {
        let mut chart = ChartBuilder::on(root)
            .margin(8 * FINE)
            .margin_right(14 * FINE)
            .x_label_area_size(34 * FINE)
            .y_label_area_size(50 * FINE)
            .build_cartesian_2d(x.0..x.1, y)?;
        let whole = self.whole_x;
        let label = |v: &f64| match whole && v.fract() != 0.0 {
            true => String::new(),
            false => short(*v),
        };
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID.stroke_width(FINE as u32))
            .axis_style(MUTED.stroke_width(FINE as u32))
            .set_all_tick_mark_size(4 * FINE)
            .x_labels(if whole { 8 } else { 6 })
            .y_labels(6)
            .x_label_formatter(&label)
            .y_label_formatter(&|v| short(*v))
            .x_desc(&self.x)
            .y_desc(&self.y)
            .label_style(("sans-serif", 14 * FINE).into_font().color(&MUTED))
            .axis_desc_style(("sans-serif", 14 * FINE).into_font().color(&MUTED))
            .draw()?;
        let area = chart.plotting_area();
        *place = Some(area.get_pixel_range());
        for (at, label) in &self.marks {
            let top = area.get_pixel_range().1;
            let column = area.map_coordinate(&(*at, self.middle())).0;
            root.draw(&PathElement::new(
                vec![(column, top.start), (column, top.end)],
                ALARM.stroke_width(FINE as u32),
            ))?;
            let near_end = column > area.get_pixel_range().0.end - 7 * FINE * label.len() as i32;
            let (anchor, shift) = match near_end {
                true => (HPos::Right, -4),
                false => (HPos::Left, 4),
            };
            let style = ("sans-serif", 13 * FINE).into_font().color(&ALARM);
            let style = style.pos(Pos::new(anchor, VPos::Top));
            let row = self.marks.iter().position(|m| m.1 == *label).unwrap_or(0) as i32;
            let at = (column + shift * FINE, top.start + (2 + 12 * row) * FINE);
            root.draw(&Text::new(label.clone(), at, style))?;
        }
        for line in &self.lines {
            let colour = colour(line.colour);
            let band: Vec<_> = line
                .band
                .iter()
                .filter(|b| drawable(b.1) && drawable(b.2))
                .collect();
            if line.dots {
                for (x, low, high) in band.iter().copied() {
                    let bar = vec![(*x, *low), (*x, *high)];
                    chart.draw_series([PathElement::new(bar, colour.stroke_width(FINE as u32))])?;
                }
            } else if band.len() > 1 {
                let there = band.iter().map(|b| (b.0, b.2));
                let back = band.iter().rev().map(|b| (b.0, b.1));
                let outline: Vec<(f64, f64)> = there.chain(back).collect();
                chart.draw_series([Polygon::new(outline, colour.mix(0.16).filled())])?;
            }
            let style = colour.stroke_width(2 * FINE as u32);
            for run in line
                .points
                .split(|(_, y)| !drawable(*y))
                .filter(|run| !run.is_empty())
            {
                let points = run.iter().copied();
                match line.dashed {
                    true => {
                        let dashed =
                            DashedLineSeries::new(points, 5 * FINE as u32, 4 * FINE as u32, style);
                        chart.draw_series(dashed)?;
                    }
                    false => {
                        chart.draw_series(LineSeries::new(points, style))?;
                    }
                }
                if line.dots || run.len() == 1 {
                    let dot = |p: &(f64, f64)| Circle::new(*p, 3 * FINE, colour.filled());
                    chart.draw_series(run.iter().map(dot))?;
                }
            }
        }
        if let Some(ring) = self.ring {
            chart.draw_series([Circle::new(
                ring,
                6 * FINE,
                INK.stroke_width(2 * FINE as u32),
            )])?;
        }
        Ok(())
    }

    /// Any y of the chart.
    fn middle(&self) -> f64 {
        self.finite().next().map_or(0.0, |p| p.1)
    }

    fn legend(&self) -> String {
        if self.lines.len() < 2
            && !self.named
            && self.ring.is_none()
            && self.lines.iter().all(|l| l.band.is_empty())
        {
            return String::new();
        }
        let entry = |line: &Line| {
            let kind = if line.dashed { " dashed" } else { "" };
            let (colour, name) = (line.colour % COLOURS, escape(&line.name));
            format!("<span><i class=\"key k{colour}{kind}\"></i>{name}</span>")
        };
        let mut text: String = self.lines.iter().map(entry).collect();
        if self.ring.is_some() {
            text += "<span><i class=\"ring\"></i>best</span>";
        }
        text
    }

    /// What hovering needs: where the axes lie, as shares of the picture, and the series.
    fn data(
        &self,
        x: (f64, f64),
        y: (f64, f64),
        place: Option<(Range<i32>, Range<i32>)>,
    ) -> serde_json::Value {
        let (across, down) = place.unwrap_or((0..1, 0..1));
        let share = |v: i32, of: i32| f64::from(v) / f64::from(of * FINE);
        let series: Vec<_> = self
            .lines
            .iter()
            .map(|line| {
                let xs: Vec<f64> = line.points.iter().map(|p| p.0).collect();
                let ys: Vec<Option<f64>> = line
                    .points
                    .iter()
                    .map(|p| drawable(p.1).then_some(p.1))
                    .collect();
                json!({"name": line.name, "x": xs, "y": ys, "c": line.colour % COLOURS})
            })
            .collect();
        json!({
            "x": [x.0, x.1], "y": [y.0, y.1], "label": self.x,
            "at": [share(across.start, WIDTH), share(across.end, WIDTH), share(down.start, HEIGHT), share(down.end, HEIGHT)],
            "series": series,
        })
    }
}

/// Whether a value can stand on an axis: ticks of a larger one would never end.
fn drawable(value: f64) -> bool {
    value.abs() <= 1e15
}

fn colour(index: usize) -> RGBColor {
    RGBColor(10, 0, (index % COLOURS) as u8)
}

/// Text as HTML.
pub(crate) fn escape(text: &str) -> String {
    maud::html! { (text) }.into_string()
}

/// The picture with classes for its colours, in the page's size and font.
pub(crate) fn styled(svg: &str, width: i32, height: i32, label: &str) -> String {
    let mut out = svg.to_owned();
    for (colour, class) in [
        (INK, "ink"),
        (GRID, "grid"),
        (MUTED, "muted"),
        (ALARM, "alarm"),
    ] {
        out = classed(&out, colour, class);
    }
    for index in 0..COLOURS {
        out = classed(&out, colour(index), &format!("s{index}"));
    }
    // The first line is plotters's own opening tag.
    let body = out.split_once('\n').map_or("", |(_, body)| body);
    format!(
        "<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}\">\n{}",
        escape(label),
        body.trim_end()
    )
}

fn classed(svg: &str, colour: RGBColor, class: &str) -> String {
    let hex = format!("#{:02X}{:02X}{:02X}", colour.0, colour.1, colour.2);
    svg.replace(&format!("fill=\"{hex}\""), &format!("class=\"f {class}\""))
        .replace(
            &format!("stroke=\"{hex}\""),
            &format!("class=\"l {class}\""),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(values: &[f64]) -> Chart {
        let points = values.iter().enumerate().map(|(i, v)| (i as f64 + 1.0, *v));
        Chart {
            title: "loss <b>".to_owned(),
            whole_x: true,
            may_log: true,
            lines: vec![Line {
                name: "a</script>".to_owned(),
                points: points.collect(),
                ..Line::default()
            }],
            ..Chart::default()
        }
    }

    #[test]
    fn colours_become_classes_and_text_is_escaped() {
        let figure = chart(&[3.0, 2.0, 1.0]).figure();
        assert!(figure.contains("class=\"l s0\""), "{figure}");
        assert!(!figure.contains("#0A0000") && !figure.contains("#010101"));
        assert!(figure.contains("loss &lt;b&gt;") && !figure.contains("</script>\","));
    }

    #[test]
    fn odd_values_are_drawn_or_nothing_is() {
        assert_eq!(chart(&[]).figure(), "");
        assert_eq!(chart(&[f64::NAN, f64::INFINITY, f64::MAX]).figure(), "");
        for odd in [
            &[0.0][..],
            &[5.0, 5.0],
            &[1e-320, 1.0],
            &[1.0, f64::NAN, 2.0],
        ] {
            assert!(chart(odd).figure().contains("<svg"), "{odd:?}");
        }
    }

    #[test]
    fn wide_ranges_of_positive_values_are_logarithmic() {
        let values = [1000.0, 1.0];
        assert!(chart(&values).is_log(&(1.0, 1000.0)));
        assert!(
            !Chart {
                may_log: false,
                ..chart(&values)
            }
            .is_log(&(1.0, 1000.0))
        );
    }
}
