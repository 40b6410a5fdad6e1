//! Curves of a run as one SVG: no script, no font, no link, readable on light and dark pages.
//!
//! A panel for the loss and one for each metric: training blue, validation orange; a ring at the
//! best validation loss, a dashed line where a finding begins. Values that are not finite leave
//! gaps; an axis of positive values over more than two decades is logarithmic.

use std::fmt::Write as _;

use regimen_run::Event;

use crate::panels::{Panel, Picture, Series, read};
use crate::scale::{Scale, short};

const PANEL_WIDTH: f64 = 480.0;
const PANEL_HEIGHT: f64 = 280.0;
/// Room inside a panel: left for labels, top for its title, bottom for epochs.
const LEFT: f64 = 64.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 40.0;
/// Up to this many epochs, each value gets a dot.
const MAX_DOTS: usize = 40;

const STYLE: &str = "\
.bg{fill:#ffffff}.grid{stroke:#e5e7eb}.axis{stroke:#9ca3af}\
text{font:12px system-ui,sans-serif;fill:#4b5563}.name{font-weight:600;font-size:14px;fill:#111827}\
.train{stroke:#2563eb}.val{stroke:#d97706}path{fill:none;stroke-width:2;stroke-linejoin:round}\
.dtrain{fill:#2563eb}.dval{fill:#d97706}.best{fill:none;stroke:#d97706;stroke-width:2}\
.mark{stroke:#dc2626;stroke-dasharray:4 3}.tmark{fill:#dc2626}\
@media(prefers-color-scheme:dark){.bg{fill:#111827}.grid{stroke:#1f2937}.axis{stroke:#6b7280}\
text{fill:#9ca3af}.name{fill:#f3f4f6}.train{stroke:#60a5fa}.val{stroke:#fbbf24}\
.dtrain{fill:#60a5fa}.dval{fill:#fbbf24}.best{stroke:#fbbf24}.mark{stroke:#f87171}.tmark{fill:#f87171}}";

/// Losses and metrics of a run over its epochs. `events` may be a whole run's; only ends of epochs
/// and findings are read.
///
/// ```
/// let svg = regimen_view::curves_svg(&[]);
/// assert!(svg.starts_with("<svg") && svg.contains("no epoch has ended"));
/// ```
pub fn curves_svg(events: &[Event]) -> String {
    let picture = read(events);
    let columns = picture.panels.len().clamp(1, 2);
    let rows = picture.panels.len().div_ceil(columns).max(1);
    // On a page one panel wide the legend has a line of its own.
    let head = if columns == 1 { 64.0 } else { 48.0 };
    let width = columns as f64 * PANEL_WIDTH;
    let height = head + rows as f64 * PANEL_HEIGHT;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" role=\"img\">\n<title>{}</title>\n\
         <style>{STYLE}</style>\n<rect class=\"bg\" width=\"100%\" height=\"100%\"/>\n",
        escape(&summary(&picture))
    );
    header(&mut svg, &picture);
    for (index, panel) in picture.panels.iter().enumerate() {
        let x = (index % columns) as f64 * PANEL_WIDTH;
        let y = head + (index / columns) as f64 * PANEL_HEIGHT;
        _ = writeln!(svg, "<g transform=\"translate({x} {y})\">");
        draw(&mut svg, panel, &picture);
        svg.push_str("</g>\n");
    }
    svg.push_str("</svg>\n");
    svg
}

/// One sentence: how many epochs, and the best validation loss.
fn summary(picture: &Picture) -> String {
    let epochs = picture
        .panels
        .iter()
        .flat_map(|panel| panel.train.iter().chain(&panel.val));
    let Some(last) = epochs.map(|(epoch, _)| *epoch).max() else {
        return "no epoch has ended yet".into();
    };
    let best = picture.best.map_or(String::new(), |(epoch, value)| {
        format!(", best val_loss {} at epoch {epoch}", short(value))
    });
    format!("{last} epoch{}{best}", if last == 1 { "" } else { "s" })
}

/// The sentence on the left; on the right what the colours mean.
fn header(svg: &mut String, picture: &Picture) {
    _ = writeln!(
        svg,
        "<text class=\"name\" x=\"20\" y=\"28\">{}</text>",
        escape(&summary(picture))
    );
    if picture.panels.is_empty() {
        return;
    }
    let has_val = picture.panels.iter().any(|panel| !panel.val.is_empty());
    let narrow = picture.panels.len() == 1;
    let (mut x, y) = if narrow {
        (20.0, 50.0)
    } else {
        (PANEL_WIDTH + LEFT, 24.0)
    };
    let mut entry = |sign: &str, text: &str, width: f64| {
        _ = writeln!(
            svg,
            "<g transform=\"translate({x} {y})\">{sign}<text x=\"26\" y=\"4\">{text}</text></g>"
        );
        x += width;
    };
    entry("<path class=\"train\" d=\"M0 0H20\"/>", "training", 88.0);
    if has_val {
        entry("<path class=\"val\" d=\"M0 0H20\"/>", "validation", 98.0);
    }
    if picture.best.is_some() {
        entry(
            "<circle class=\"best\" cx=\"10\" r=\"6\"/>",
            "best epoch",
            100.0,
        );
    }
    if !picture.marks.is_empty() {
        entry(
            "<line class=\"mark\" x1=\"10\" x2=\"10\" y1=\"-8\" y2=\"8\"/>",
            "finding",
            80.0,
        );
    }
}

/// One panel at the origin.
fn draw(svg: &mut String, panel: &Panel, picture: &Picture) {
    let points = || panel.train.iter().chain(&panel.val);
    let first = points().map(|(epoch, _)| *epoch).min().unwrap_or(1);
    let last = points().map(|(epoch, _)| *epoch).max().unwrap_or(1);
    let x = Scale::whole(first, last, LEFT, PANEL_WIDTH - RIGHT);
    let y = Scale::fit(
        points().map(|(_, value)| *value),
        PANEL_HEIGHT - BOTTOM,
        TOP,
    );
    titles(svg, panel);
    if !points().any(|(_, value)| value.is_finite()) {
        _ = writeln!(
            svg,
            "<text x=\"{LEFT}\" y=\"{}\">no finite value</text>",
            TOP + 20.0
        );
        return;
    }
    axes(svg, &x, &y);
    if panel.name == "loss" {
        marks(svg, picture, &x, (first, last));
    }
    curve(svg, &panel.train, "train", &x, &y);
    curve(svg, &panel.val, "val", &x, &y);
    if let (Some((epoch, value)), "loss") = (picture.best, panel.name.as_str()) {
        let (x, y) = (x.pixel(epoch as f64), y.pixel(value));
        _ = writeln!(
            svg,
            "<circle class=\"best\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"6\"/>"
        );
    }
}

/// Name on the left, last values on the right.
fn titles(svg: &mut String, panel: &Panel) {
    let last = |series: &Series| series.last().map(|(_, value)| short(*value));
    let values = [
        last(&panel.train),
        last(&panel.val).map(|value| format!("val {value}")),
    ];
    let values: Vec<String> = values.into_iter().flatten().collect();
    _ = writeln!(
        svg,
        "<text class=\"name\" x=\"{LEFT}\" y=\"24\">{}</text>\
         <text x=\"{}\" y=\"24\" text-anchor=\"end\">last {}</text>",
        escape(&panel.name),
        PANEL_WIDTH - RIGHT,
        values.join(" · ")
    );
}

/// Grid lines with labels, and the line of epochs.
fn axes(svg: &mut String, x: &Scale, y: &Scale) {
    let (right, bottom) = (PANEL_WIDTH - RIGHT, PANEL_HEIGHT - BOTTOM);
    for (value, label) in y.ticks(6) {
        let at = y.pixel(value);
        _ = writeln!(
            svg,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>",
            LEFT - 8.0,
            at + 4.0
        );
    }
    _ = writeln!(
        svg,
        "<line class=\"axis\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{bottom}\" y2=\"{bottom}\"/>"
    );
    for (value, label) in x.whole_ticks(8) {
        let at = x.pixel(value);
        _ = writeln!(
            svg,
            "<line class=\"axis\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{bottom}\" y2=\"{}\"/>\
             <text x=\"{at:.1}\" y=\"{}\" text-anchor=\"middle\">{label}</text>",
            bottom + 4.0,
            bottom + 18.0
        );
    }
    _ = writeln!(
        svg,
        "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">epoch</text>",
        (LEFT + right) / 2.0,
        bottom + 34.0
    );
}

/// A dashed line where each finding begins, its id beside it on whichever side has room.
fn marks(svg: &mut String, picture: &Picture, x: &Scale, (first, last): (usize, usize)) {
    let on_axis = picture
        .marks
        .iter()
        .filter(|mark| (first..=last).contains(&mark.epoch));
    for (index, mark) in on_axis.enumerate() {
        let at = x.pixel(mark.epoch as f64);
        let near_right = at > PANEL_WIDTH - RIGHT - 7.0 * mark.label.len() as f64;
        let (label_x, anchor) = if near_right {
            (at - 5.0, "end")
        } else {
            (at + 5.0, "start")
        };
        _ = writeln!(
            svg,
            "<line class=\"mark\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{TOP}\" y2=\"{}\"/>\
             <text class=\"tmark\" x=\"{label_x:.1}\" y=\"{}\" text-anchor=\"{anchor}\">{}</text>",
            PANEL_HEIGHT - BOTTOM,
            TOP + 10.0 + 14.0 * index as f64,
            escape(&mark.label)
        );
    }
}

/// The line through finite values, broken at others; dots where epochs are few or a value alone.
fn curve(svg: &mut String, series: &Series, class: &str, x: &Scale, y: &Scale) {
    let mut path = String::new();
    let mut dots = String::new();
    for run in series.split(|(_, value)| !value.is_finite()) {
        for (index, (epoch, value)) in run.iter().enumerate() {
            let (px, py) = (x.pixel(*epoch as f64), y.pixel(*value));
            _ = write!(
                path,
                "{}{px:.1} {py:.1}",
                if index == 0 { 'M' } else { 'L' }
            );
            if run.len() == 1 || series.len() <= MAX_DOTS {
                _ = write!(dots, "<circle cx=\"{px:.1}\" cy=\"{py:.1}\" r=\"2.5\"/>");
            }
        }
    }
    if !path.is_empty() {
        _ = writeln!(
            svg,
            "<path class=\"{class}\" d=\"{path}\"/><g class=\"d{class}\">{dots}</g>"
        );
    }
}

/// Text as XML; characters that XML does not allow become a question mark.
fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('?'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests;
