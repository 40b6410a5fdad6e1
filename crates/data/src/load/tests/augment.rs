//! Which inputs the steps of `data.augment` change, and which they refuse.

use regimen_run::spec::{AugmentSpec, Change, DropMode, Fill, FlipMode, WindowsSpec};

use super::*;
use crate::stored::RowMut;

fn flip() -> Change {
    Change::Flip {
        mode: FlipMode::Horizontal,
    }
}

fn unknown_words() -> Change {
    Change::TokenDropout {
        rate: 1.0,
        mode: DropMode::Unknown,
    }
}

fn step(input: Option<&str>, change: Change) -> AugmentSpec {
    AugmentSpec {
        input: input.map(str::to_owned),
        change,
    }
}

/// Two images of 2 x 3 with a channel, as whole numbers.
fn images() -> Case {
    let pixels: Vec<u8> = (1..13).collect();
    Case::npy(("(2, 2, 3, 1)", &pixels), ("(2,)", &[0, 1]))
}

/// Two texts and a number.
fn texts() -> Case {
    let mut case = Case::csv("a,b,n,y\nx y,z,1,0\ny,z w,2,1\n", "y");
    let named = |column: &str, length| match text(column, length) {
        InputSpec::Text {
            column,
            vocabulary,
            length,
            padding,
            truncating,
            lower,
            start,
            ..
        } => InputSpec::Text {
            name: Some(format!("words_{column}")),
            column,
            vocabulary,
            length,
            padding,
            truncating,
            lower,
            start,
        },
        other => other,
    };
    case.spec.inputs = vec![named("a", 2), numeric(&["n"]), named("b", 3)];
    case
}

/// Every fault's place and words.
fn faults(case: &Case) -> Vec<(String, String)> {
    let DataErrors(errors) = case.load().unwrap_err();
    errors
        .iter()
        .map(|e| (e.at.clone(), e.to_string()))
        .collect()
}

#[test]
fn images_are_changed_and_the_arrays_are_not() {
    let plain = images().good();
    assert_eq!(plain.augment, None);
    let mut case = images();
    case.spec.augment = vec![step(None, flip())];
    let data = case.good();
    assert_eq!(data.train, plain.train);
    let augment = data.augment.clone().unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for pass in 0..20 {
        let mut batch = data.train.x[0].take(&[1]);
        augment.apply_batch(pass, &[1], 0, &mut batch);
        seen.insert((0..6).map(|i| batch.at(i) as i32).collect::<Vec<_>>());
    }
    let kept = vec![7, 8, 9, 10, 11, 12];
    let flipped = vec![9, 8, 7, 12, 11, 10];
    assert_eq!(seen, [kept, flipped].into());
    assert_ne!(data, plain);
    assert_eq!(data, case.good());
    // Images without an axis of channels, and of the shape of a table.
    let mut case = Case::npy(("(2, 2, 3)", &[7; 12]), ("(2,)", &[0, 1]));
    case.spec.augment = vec![step(None, flip())];
    assert!(case.good().augment.is_some());
}

#[test]
fn the_text_named_is_changed() {
    let mut case = texts();
    case.spec.augment = vec![step(Some("words_b"), unknown_words())];
    let data = case.good();
    let augment = data.augment.clone().unwrap();
    let input = |name: &str| {
        let named = |i: &crate::NamedInput| i.name.as_deref() == Some(name);
        data.inputs.iter().position(named).unwrap()
    };
    let (a, b) = (input("words_a"), input("words_b"));
    let mut ids = [5, 6, 0];
    augment.apply(0, 0, b, RowMut::I32(&mut ids));
    assert_eq!(ids, [1, 1, 0]);
    let mut ids = [5, 6];
    augment.apply(0, 0, a, RowMut::I32(&mut ids));
    assert_eq!(ids, [5, 6]);
    // The only text among other inputs needs no name.
    case.spec.inputs.truncate(2);
    case.spec.augment = vec![step(None, unknown_words())];
    assert!(case.good().augment.is_some());
}

#[test]
fn what_does_not_fit_is_told_all_at_once() {
    let mut case = texts();
    let turn = Change::Rotate {
        factor: [-1.5, 2.0],
        fill: Fill::default(),
    };
    case.spec.augment = vec![
        step(None, unknown_words()),
        step(Some("word_a"), unknown_words()),
        step(Some("words_a"), flip()),
        step(Some("words_b"), unknown_words()),
        step(None, turn),
    ];
    let found = faults(&case);
    let expected = [
        (
            "data.augment[0].kind",
            "augmentation `token_dropout`: 2 inputs of the data are text (kind = \"text\" in \
             data.inputs); say which with `input = \"...\"` (words_a, words_b)",
        ),
        (
            "data.augment[1].input",
            "augmentation `token_dropout`: there is no input `word_a`; the inputs: words_a, \
             words_b; did you mean `words_a`",
        ),
        (
            "data.augment[2].input",
            "augmentation `flip`: the input `words_a` is a text, not images of (height, width, \
             channels); leave the step out",
        ),
        (
            "data.augment[4].factor",
            "factor is [-1.5, 2.0]; expected shares from -1 to 1",
        ),
        (
            "data.augment[4].kind",
            "augmentation `rotate`: none of the 3 inputs of the data is images",
        ),
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for ((at, words), (place, start)) in found.iter().zip(expected) {
        assert_eq!(at, place);
        assert!(words.starts_with(start), "{words}");
    }
}

#[test]
fn rows_that_are_no_images_say_what_they_are() {
    let refused = |case: &Case| {
        let (at, words) = case.bad();
        assert_eq!(at, "data.augment[0].kind");
        words
    };
    let mut case = Case::npy(("(2, 6)", &[7; 12]), ("(2,)", &[0, 1]));
    case.spec.augment = vec![step(None, flip())];
    let words = refused(&case);
    assert!(
        words.contains("the input has rows of shape (6,), not images"),
        "{words}"
    );
    case.spec.augment = vec![step(None, unknown_words())];
    let words = refused(&case);
    assert!(
        words.contains("rows of shape (6,), not text (kind = \"text\""),
        "{words}"
    );
    let mut case = Case::csv("a,y\n1,0\n2,1\n", "y");
    case.spec.augment = vec![step(None, flip())];
    let words = refused(&case);
    assert!(
        words.contains("the input is made of columns of a table"),
        "{words}"
    );
    case.spec.augment = vec![step(Some("x"), flip())];
    let (at, words) = case.bad();
    assert_eq!(at, "data.augment[0].input");
    assert!(
        words.contains("have no names; leave `input` out"),
        "{words}"
    );
    let mut case = Case::npy(("(4, 3)", &[7; 12]), ("(4,)", &[0, 1, 0, 1]));
    case.encoding = LabelEncoding::Number;
    case.spec.windows = Some(WindowsSpec {
        length: 2,
        horizon: 1,
        stride: 1,
    });
    case.spec.augment = vec![step(None, flip())];
    assert!(refused(&case).contains("is cut into windows"));
}
