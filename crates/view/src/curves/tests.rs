//! Pictures of ordinary and of odd runs.

use std::collections::BTreeMap;

use regimen_run::{Event, Finding, Severity};

use super::*;

fn epoch_end(epoch: usize, logs: &[(&str, f64)]) -> Event {
    let logs = logs
        .iter()
        .map(|(name, value)| (name.to_string(), *value))
        .collect();
    Event::EpochEnd {
        epoch,
        logs,
        seconds: 0.0,
        step: 0,
        timing: None,
        telemetry: Default::default(),
    }
}

fn finding(id: &str, epoch: usize) -> Event {
    Event::Finding(Finding {
        id: id.into(),
        severity: Severity::Warning,
        probability: 1.0,
        title: String::new(),
        explanation: String::new(),
        from_epoch: Some(epoch),
        evidence: BTreeMap::new(),
        check: String::new(),
        remedies: vec![],
        causes: vec![],
        layer: None,
    })
}

/// A run that overfits, with two metrics.
fn overfits(n: usize) -> Vec<Event> {
    let row = |epoch: usize| {
        let t = epoch as f64;
        let loss = 1.6 * (-0.15 * t).exp() + 0.02;
        let val_loss = 1.5 * (-0.3 * t).exp() + 0.05 * t + 0.3 + 0.03 * (3.0 * t).sin();
        let accuracy = 1.0 - 0.75 * (-0.25 * t).exp();
        let logs = [
            ("loss", loss),
            ("val_loss", val_loss),
            ("accuracy", accuracy),
            ("val_accuracy", 0.62 - 0.4 * (-0.5 * t).exp()),
            ("auc", accuracy * 0.9),
            ("learning_rate", if epoch < n / 2 { 1e-3 } else { 1e-4 }),
        ];
        epoch_end(epoch, &logs)
    };
    (0..n).map(row).collect()
}

/// Tags are balanced and every number is one.
fn assert_sound(svg: &str) {
    for tag in ["g", "text", "svg", "style", "title"] {
        let open =
            svg.matches(&format!("<{tag} ")).count() + svg.matches(&format!("<{tag}>")).count();
        assert_eq!(open, svg.matches(&format!("</{tag}>")).count(), "<{tag}>");
    }
    assert!(
        !svg.contains("NaN\"") && !svg.contains("inf\"") && !svg.contains("=\"NaN"),
        "{svg}"
    );
    assert!(!svg.contains("<script") && !svg.contains("href"));
    // To look at them: REGIMEN_SVG_OUT=DIR cargo test -p regimen-view
    if let Some(folder) = std::env::var_os("REGIMEN_SVG_OUT") {
        let name = std::thread::current()
            .name()
            .unwrap_or("picture")
            .replace("::", "-");
        let path = std::path::Path::new(&folder)
            .join(name)
            .with_extension("svg");
        std::fs::write(path, svg).expect("a folder to write pictures to");
    }
}

#[test]
fn an_ordinary_run() {
    let mut events = overfits(20);
    events.push(finding("overfitting", 7));
    let svg = curves_svg(&events);
    assert_sound(&svg);
    for text in [
        ">loss<",
        ">accuracy<",
        ">auc<",
        ">learning_rate<",
        "\noverfitting\n",
        ">validation<",
    ] {
        assert!(svg.contains(text), "{text}");
    }
    assert!(svg.contains("20 epochs, best val_loss"), "{svg}");
}

#[test]
fn one_epoch() {
    let svg = curves_svg(&[epoch_end(0, &[("loss", 0.7), ("val_loss", 0.8)])]);
    assert_sound(&svg);
    assert!(
        svg.contains(">1 epoch, best val_loss 0.8 at epoch 1<"),
        "{svg}"
    );
}

#[test]
fn gaps_and_nothing_but_gaps() {
    let values = [
        2.0,
        f64::NAN,
        1.0,
        0.9,
        f64::INFINITY,
        f64::NEG_INFINITY,
        0.7,
        0.6,
    ];
    let events: Vec<Event> = values
        .iter()
        .enumerate()
        .map(|(i, v)| epoch_end(i, &[("loss", *v), ("mae", f64::NAN)]))
        .collect();
    let svg = curves_svg(&events);
    assert_sound(&svg);
    // The legend's line and three runs of values, of which one is a dot, too.
    assert_eq!(svg.matches("class=\"l s0\"").count(), 4);
    assert_eq!(svg.matches("class=\"f s0\"").count(), 1);
    assert!(svg.contains("no finite value"));
}

#[test]
fn a_thousand_epochs() {
    let svg = curves_svg(&overfits(1000));
    assert_sound(&svg);
    assert!(svg.len() < 200_000, "{} bytes", svg.len());
}

#[test]
fn huge_ranges() {
    let values = [1e12, 1e4, 3.0, 0.2, 1e-5];
    let events: Vec<Event> = values
        .iter()
        .enumerate()
        .map(|(i, v)| {
            epoch_end(
                i,
                &[
                    ("loss", *v),
                    ("val_loss", -v),
                    ("mse", f64::MAX / (1.0 + i as f64)),
                ],
            )
        })
        .collect();
    let svg = curves_svg(&events);
    assert_sound(&svg);
}

#[test]
fn names_are_text() {
    let svg = curves_svg(&[epoch_end(0, &[("<b>&\"\u{1}", 1.0)]), finding("a<b", 1)]);
    assert_sound(&svg);
    assert!(svg.contains("&lt;b&gt;&amp;&quot;?<"), "{svg}");
}
