//! Curves of a run as one SVG: no script, no font, no link, readable on light and dark pages.
//!
//! A panel for the loss and one for each metric, the same pictures as in a run's page: training blue, validation orange with
//! its band of sampling error; a ring at the best validation loss, a dashed line where a finding begins.

use std::fmt::Write as _;

use regimen_run::Event;

use crate::chart::{HEIGHT, WIDTH, escape};
use crate::page::curves::{chart, validation};
use crate::panels::{Panel, Picture, Series, read};
use crate::short::short;

/// Room above a panel for its name.
const TITLE: i32 = 34;
/// Room above all panels.
const HEAD: i32 = 40;

const STYLE: &str = concat!(
    include_str!("chart.css"),
    "text.name{font-weight:600;font-size:14px;fill:var(--ink)}text.last{font-size:12px;fill:var(--muted)}\n\
     .bg{fill:var(--paper)}.key .l{fill:none;stroke-width:2}\n"
);

/// Losses and metrics of a run over its epochs. `events` may be a whole run's; only ends of epochs
/// and findings are read.
///
/// ```
/// let svg = regimen_view::curves_svg(&[]);
/// assert!(svg.starts_with("<svg") && svg.contains("no epoch has ended"));
/// ```
pub fn curves_svg(events: &[Event]) -> String {
    let picture = read(events);
    let validation = validation(events);
    let columns = picture.panels.len().clamp(1, 2) as i32;
    let rows = (picture.panels.len() as i32 + columns - 1) / columns;
    // On a page one panel wide the legend has a line of its own.
    let head = HEAD + if columns == 1 { 20 } else { 0 };
    let (width, height) = (columns * WIDTH, head + rows.max(1) * (TITLE + HEIGHT));
    let told = escape(&summary(&picture));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" role=\"img\">\n<title>{told}</title>\n\
         <style>{STYLE}</style>\n<rect class=\"bg\" width=\"100%\" height=\"100%\"/>\n\
         <text class=\"name\" x=\"16\" y=\"26\">{told}</text>\n"
    );
    legend(&mut svg, &picture, columns);
    for (index, panel) in picture.panels.iter().enumerate() {
        let index = index as i32;
        let (x, y) = (
            index % columns * WIDTH,
            head + index / columns * (TITLE + HEIGHT),
        );
        titles(&mut svg, panel, x, y);
        let drawn = chart(panel, &picture, &validation).picture();
        let place = format!(
            "<svg x=\"{x}\" y=\"{}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" ",
            y + TITLE
        );
        match drawn {
            Some(drawn) => svg += &drawn.svg.replacen("<svg ", &place, 1),
            None => {
                _ = write!(
                    svg,
                    "<text class=\"last\" x=\"{}\" y=\"{}\">no finite value</text>",
                    x + 58,
                    y + TITLE + 20
                );
            }
        }
        svg.push('\n');
    }
    svg.push_str("</svg>\n");
    let odd = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{fffe}' | '\u{ffff}');
    // Characters that XML does not allow.
    svg.replace(odd, "?")
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

/// What the colours mean: on the right, or below the sentence where there is one panel.
fn legend(svg: &mut String, picture: &Picture, columns: i32) {
    if picture.panels.is_empty() {
        return;
    }
    let (mut x, y) = match columns {
        1 => (16, 46),
        _ => (WIDTH + 58, 22),
    };
    let mut entry = |sign: &str, text: &str, width: i32| {
        _ = writeln!(
            svg,
            "<g class=\"key\" transform=\"translate({x} {y})\">{sign}<text class=\"last\" x=\"26\" y=\"4\">{text}</text></g>"
        );
        x += width;
    };
    entry("<path class=\"l s0\" d=\"M0 0H20\"/>", "training", 88);
    if picture.panels.iter().any(|panel| !panel.val.is_empty()) {
        entry("<path class=\"l s1\" d=\"M0 0H20\"/>", "validation", 98);
    }
    if picture.best.is_some() {
        let ring = "<circle class=\"l ink\" cx=\"10\" r=\"6\"/>";
        entry(ring, "best epoch", 100);
    }
    if !picture.marks.is_empty() {
        let line = "<path class=\"l alarm\" style=\"stroke-dasharray:4 3\" d=\"M10 -8V8\"/>";
        entry(line, "finding", 80);
    }
}

/// Name on the left, last values on the right.
fn titles(svg: &mut String, panel: &Panel, x: i32, y: i32) {
    let last = |series: &Series| series.last().map(|(_, value)| short(*value));
    let values = [
        last(&panel.train),
        last(&panel.val).map(|value| format!("val {value}")),
    ];
    let values: Vec<String> = values.into_iter().flatten().collect();
    _ = writeln!(
        svg,
        "<text class=\"name\" x=\"{}\" y=\"{y}\" dy=\"24\">{}</text>\
         <text class=\"last\" x=\"{}\" y=\"{y}\" dy=\"24\" text-anchor=\"end\">last {}</text>",
        x + 58,
        escape(&panel.name),
        x + WIDTH - 14,
        values.join(" · ")
    );
}

#[cfg(test)]
mod tests;
