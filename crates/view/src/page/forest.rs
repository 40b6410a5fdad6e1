//! Effects side by side: each remedy's mean difference with its interval, beside zero and the margin.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use regimen_run::treatment::{RemedyResult, Treatment, Verdict};

use crate::chart::styled;
use crate::short::short;

const FINE: i32 = 4;
const ROW: i32 = 24;
const WIDTH: i32 = 860;
/// Room for names on the left, for numbers on the right.
const LEFT: i32 = 250;
const RIGHT: i32 = 270;

const INK: RGBColor = RGBColor(1, 1, 1);
const GRID: RGBColor = RGBColor(2, 2, 2);
const MUTED: RGBColor = RGBColor(3, 3, 3);
const ALARM: RGBColor = RGBColor(4, 4, 4);
const GOOD: RGBColor = RGBColor(10, 0, 2);
const PLAIN: RGBColor = RGBColor(10, 0, 0);

/// The picture in a `figure`; empty where no remedy has an interval.
pub(super) fn figure(treatment: &Treatment) -> String {
    let rows: Vec<(&RemedyResult, [f64; 3])> = treatment
        .remedies
        .iter()
        .filter_map(|r| Some((r, [r.low?, r.effect?, r.high?])))
        .filter(|(_, ends)| ends.iter().all(|x| x.is_finite()))
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let ends = rows.iter().flat_map(|(_, ends)| *ends);
    let margin = treatment.margin.abs();
    let far = ends
        .fold(1.2 * margin, |far, x| far.max(x.abs()))
        .max(1e-12);
    let middle = LEFT + (WIDTH - LEFT - RIGHT) / 2;
    let scale = f64::from((WIDTH - LEFT - RIGHT) / 2 - 6) / far;
    let at = |x: f64| ((f64::from(middle) + x * scale) * f64::from(FINE)) as i32;
    let height = (rows.len() as i32 + 1) * ROW + 12;
    let mut svg = String::new();
    {
        let size = ((WIDTH * FINE) as u32, (height * FINE) as u32);
        let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        let bottom = (height - ROW) * FINE;
        let text = |text: String, x: i32, y: i32, anchor: HPos, colour: RGBColor| {
            let style = ("sans-serif", 14 * FINE).into_font().color(&colour);
            Text::new(text, (x, y), style.pos(Pos::new(anchor, VPos::Center)))
        };
        // invariant: drawing into a string has no I/O that could fail.
        let _drawn = root.draw(&Rectangle::new(
            [(at(-margin), 0), (at(margin), bottom)],
            GRID.filled(),
        ));
        let _drawn = root.draw(&PathElement::new(
            vec![(at(0.0), 0), (at(0.0), bottom)],
            MUTED.stroke_width(FINE as u32),
        ));
        for (i, (result, [low, effect, high])) in rows.iter().enumerate() {
            let y = (i as i32 * ROW + ROW / 2 + 4) * FINE;
            let colour = match result.verdict {
                Verdict::Helps => GOOD,
                Verdict::Harms => ALARM,
                _ => PLAIN,
            };
            let name: String = result.id.chars().take(34).collect();
            let _drawn = root.draw(&text(name, (LEFT - 12) * FINE, y, HPos::Right, INK));
            let bar = vec![(at(*low), y), (at(*high), y)];
            let _drawn = root.draw(&PathElement::new(bar, colour.stroke_width(3 * FINE as u32)));
            let _drawn = root.draw(&Circle::new((at(*effect), y), 5 * FINE, colour.filled()));
            let numbers = format!("{} [{}, {}]", signed(*effect), signed(*low), signed(*high));
            let _drawn = root.draw(&text(
                numbers,
                (WIDTH - RIGHT + 10) * FINE,
                y,
                HPos::Left,
                MUTED,
            ));
        }
        let y = bottom + ROW / 2 * FINE;
        let _drawn = root.draw(&text("better →".to_owned(), at(far), y, HPos::Right, MUTED));
        let _drawn = root.draw(&text("← worse".to_owned(), at(-far), y, HPos::Left, MUTED));
        let _drawn = root.draw(&text("0".to_owned(), at(0.0), y, HPos::Center, MUTED));
        let _drawn = root.present();
    }
    let label = format!("Effects on {} with 95 % intervals", treatment.metric);
    format!(
        "<figure class=\"forest\"><figcaption>{}</figcaption>{}</figure>",
        crate::chart::escape(&label),
        styled(&svg, WIDTH * FINE, height * FINE, &label)
    )
}

/// A number with its sign: four places, or where it is too small for these, its first digits.
pub(super) fn signed(x: f64) -> String {
    match x.abs() {
        size if size >= 1000.0 || (size < 1e-3 && size > 0.0) => {
            let text = short(x);
            if x > 0.0 { format!("+{text}") } else { text }
        }
        _ => format!("{x:+.4}"),
    }
}
