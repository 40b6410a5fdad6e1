//! Draws, ranges, texts, and what no change may touch.

use std::collections::BTreeSet;

use proptest::prelude::*;
use regimen_run::spec::{DropMode, Fill, FillMode, Interpolation, Side};

use super::*;
use crate::array::Array;
use crate::text::TextEncoding;

const SIZE: Size = Size {
    height: 4,
    width: 6,
    channels: 3,
};

fn images(changes: Vec<Change>) -> Augmentation {
    let step = |change| Step {
        input: 0,
        change,
        rows: Rows::Images(SIZE),
    };
    Augmentation {
        seed: 5,
        steps: changes.into_iter().map(step).collect(),
    }
}

fn texts(changes: Vec<Change>, start: bool, padding: Side) -> Augmentation {
    let encoding = TextEncoding {
        lower: true,
        length: 6,
        padding,
        truncating: Side::Post,
        start,
        words: vec![],
    };
    let step = |change| Step {
        input: 0,
        change,
        rows: Rows::Texts(Words::of(&encoding)),
    };
    Augmentation {
        seed: 5,
        steps: changes.into_iter().map(step).collect(),
    }
}

fn image(row: usize) -> Vec<f32> {
    let pixel = |i: usize| ((i * 7 + row * 3) % 11) as f32 - 4.0;
    (0..SIZE.height * SIZE.width * SIZE.channels)
        .map(pixel)
        .collect()
}

fn changed(by: &Augmentation, pass: u64, row: usize, of: &[f32]) -> Vec<f32> {
    let mut pixels = of.to_vec();
    by.apply(pass, row, 0, RowMut::F32(&mut pixels));
    pixels
}

fn ids(by: &Augmentation, pass: u64, row: usize, of: &[i32]) -> Vec<i32> {
    let mut ids = of.to_vec();
    by.apply(pass, row, 0, RowMut::I32(&mut ids));
    ids
}

fn flip_half() -> Change {
    Change::Flip {
        mode: FlipMode::Horizontal,
    }
}

fn every_kind_of_image() -> Vec<Change> {
    let fill = Fill::default();
    vec![
        flip_half(),
        Change::Shift {
            height_factor: [-0.3, 0.3],
            width_factor: [-0.1, 0.4],
            fill,
        },
        Change::Rotate {
            factor: [-0.2, 0.2],
            fill: Fill {
                fill_mode: FillMode::Constant,
                fill_value: 2.0,
                interpolation: Interpolation::Nearest,
            },
        },
        Change::Zoom {
            height_factor: [-0.5, 0.5],
            width_factor: None,
            fill,
        },
        Change::Contrast {
            factor: [0.5, 0.5],
            value_range: None,
        },
    ]
}

#[test]
fn the_same_place_gives_the_same_bits_and_no_other_place_does() {
    let by = images(every_kind_of_image());
    let of = image(0);
    let one = changed(&by, 2, 7, &of);
    assert_eq!(one, changed(&by, 2, 7, &of));
    assert_ne!(one, changed(&by, 3, 7, &of));
    assert_ne!(one, changed(&by, 2, 8, &of));
    let other_seed = Augmentation {
        seed: 6,
        ..by.clone()
    };
    assert_ne!(one, changed(&other_seed, 2, 7, &of));
    // Another input is not touched.
    let mut pixels = of.clone();
    by.apply(2, 7, 1, RowMut::F32(&mut pixels));
    assert_eq!(pixels, of);
}

#[test]
fn batches_do_not_matter() {
    let by = images(every_kind_of_image());
    let rows = [3, 0, 9, 4];
    let shape = |n| vec![n, SIZE.height, SIZE.width, SIZE.channels];
    let all: Vec<f32> = rows.iter().flat_map(|&row| image(row)).collect();
    let mut batch = Array::f32(shape(4), all);
    by.apply_batch(1, &rows, 0, &mut batch);
    assert_eq!(batch.shape, shape(4));
    let alone: Vec<f32> = rows
        .iter()
        .flat_map(|&row| changed(&by, 1, row, &image(row)))
        .collect();
    assert_eq!(batch, Array::f32(shape(4), alone));
}

#[test]
fn half_of_the_images_are_flipped() {
    let by = images(vec![flip_half()]);
    let of = image(0);
    let flipped = (0..4000).filter(|&row| changed(&by, 0, row, &of) != of);
    let flipped = flipped.count();
    // Four deviations of a binomial of 4000 and 1/2.
    assert!((1874..2126).contains(&flipped), "{flipped}");
}

#[test]
fn draws_are_even_over_their_range() {
    // A constant image under contrast stays; an image of 0 and 1 shows the multiplier as its range.
    let by = images(vec![Change::Contrast {
        factor: [0.5, 0.3],
        value_range: None,
    }]);
    let of: Vec<f32> = (0..SIZE.height * SIZE.width * SIZE.channels)
        .map(|i| (i / SIZE.channels % 2) as f32)
        .collect();
    let rows = 8000;
    let mut tenths = [0u32; 10];
    for row in 0..rows {
        let pixels = changed(&by, 0, row, &of);
        let factor = f64::from(pixels[SIZE.channels] - pixels[0]);
        assert!((0.4999..=1.3001).contains(&factor), "{factor}");
        tenths[(((factor - 0.5) / 0.08) as usize).min(9)] += 1;
    }
    // Chi-square with 9 degrees of freedom: 33.7 is passed once in 10,000.
    let expected = rows as f64 / 10.0;
    let off = |n: &u32| (f64::from(*n) - expected).powi(2) / expected;
    let chi: f64 = tenths.iter().map(off).sum();
    assert!(chi < 33.7, "{chi} {tenths:?}");
}

#[test]
fn angles_are_even_over_their_range() {
    let mut draws = Draws::new(3, Stream::Augment([1, 2, 3, 4]));
    let angles: Vec<f64> = (0..8000).map(|_| draws.between([-0.2, 0.4])).collect();
    let mean = angles.iter().sum::<f64>() / 8000.0;
    // The deviation of the mean is 0.6 / sqrt(12 * 8000).
    assert!((mean - 0.1).abs() < 0.008, "{mean}");
    assert!(angles.iter().all(|a| (-0.2..0.4).contains(a)));
    let below: BTreeSet<usize> = (0..200).map(|_| draws.below(5)).collect();
    assert_eq!(below.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
}

#[test]
fn nothing_changes_at_factor_zero() {
    let none = [0.0, 0.0];
    let fill = Fill::default();
    let by = images(vec![
        Change::Shift {
            height_factor: none,
            width_factor: none,
            fill,
        },
        Change::Rotate { factor: none, fill },
        Change::Zoom {
            height_factor: none,
            width_factor: Some(none),
            fill,
        },
    ]);
    assert_eq!(changed(&by, 0, 0, &image(0)), image(0));
    let by = images(vec![Change::Contrast {
        factor: none,
        value_range: None,
    }]);
    for (found, of) in changed(&by, 0, 0, &image(0)).into_iter().zip(image(0)) {
        assert!((found - of).abs() < 1e-5);
    }
}

#[test]
fn whole_pixels_stay_whole() {
    let by = images(vec![Change::Contrast {
        factor: [0.5, 0.5],
        value_range: Some([0.0, 255.0]),
    }]);
    let of: Vec<i32> = (0..SIZE.height * SIZE.width * SIZE.channels)
        .map(|i| i as i32 * 3)
        .collect();
    let found = ids(&by, 0, 1, &of);
    assert_ne!(found, of);
    assert!(found.iter().all(|x| (0..=255).contains(x)), "{found:?}");
}

fn dropout(rate: f64, mode: DropMode) -> Change {
    Change::TokenDropout { rate, mode }
}

fn swap(rate: Option<f64>, count: Option<usize>) -> Change {
    Change::Swap { rate, count }
}

#[test]
fn words_become_unknown() {
    let all = texts(vec![dropout(1.0, DropMode::Unknown)], true, Side::Pre);
    assert_eq!(ids(&all, 0, 0, &[0, 0, 1, 5, 2, 7]), [0, 0, 1, 2, 2, 2]);
    let all = texts(vec![dropout(1.0, DropMode::Unknown)], false, Side::Post);
    assert_eq!(ids(&all, 0, 0, &[3, 1, 5, 0, 0, 0]), [1, 1, 1, 0, 0, 0]);
    let none = texts(vec![dropout(0.0, DropMode::Unknown)], false, Side::Post);
    assert_eq!(ids(&none, 0, 0, &[3, 1, 5, 0, 0, 0]), [3, 1, 5, 0, 0, 0]);
    let some = texts(vec![dropout(0.3, DropMode::Unknown)], false, Side::Post);
    let dropped = (0..2000).map(|row| {
        let row = ids(&some, 0, row, &[3, 4, 5, 6, 7, 0]);
        row.iter().filter(|&&id| id == 1).count()
    });
    let dropped: usize = dropped.sum();
    // Four deviations of a binomial of 10,000 and 0.3.
    assert!((2817..3183).contains(&dropped), "{dropped}");
}

#[test]
fn words_are_removed_but_for_the_last() {
    for (start, padding, of) in [
        (false, Side::Post, [3, 4, 5, 6, 0, 0]),
        (true, Side::Post, [1, 4, 5, 6, 0, 0]),
        (false, Side::Pre, [0, 0, 3, 4, 5, 6]),
        (true, Side::Pre, [0, 0, 1, 4, 5, 6]),
    ] {
        let all = texts(vec![dropout(1.0, DropMode::Remove)], start, padding);
        let some = texts(vec![dropout(0.5, DropMode::Remove)], start, padding);
        let mut lengths = BTreeSet::new();
        for row in 0..100 {
            let left = ids(&all, 0, row, &of);
            let kept: Vec<i32> = left.iter().copied().filter(|&id| id != 0).collect();
            assert_eq!(kept.len(), 1 + usize::from(start), "{left:?}");
            let left = ids(&some, 0, row, &of);
            let kept: Vec<i32> = left.iter().copied().filter(|&id| id != 0).collect();
            assert!(kept.is_sorted(), "{left:?}");
            assert_eq!(kept[0] == 1, start, "{left:?}");
            let pads = 6 - kept.len();
            let whole = match padding {
                Side::Pre => [vec![0; pads], kept.clone()].concat(),
                Side::Post => [kept.clone(), vec![0; pads]].concat(),
            };
            assert_eq!(left, whole);
            lengths.insert(kept.len());
        }
        assert!(lengths.len() > 2, "{lengths:?}");
    }
    let all = texts(vec![dropout(1.0, DropMode::Remove)], true, Side::Post);
    assert_eq!(ids(&all, 0, 0, &[0; 6]), [0; 6]);
    assert_eq!(ids(&all, 0, 0, &[1, 0, 0, 0, 0, 0]), [1, 0, 0, 0, 0, 0]);
}

#[test]
fn neighbours_change_places() {
    let all = texts(vec![swap(Some(1.0), None)], true, Side::Post);
    assert_eq!(ids(&all, 0, 0, &[1, 4, 5, 6, 7, 8]), [1, 5, 4, 7, 6, 8]);
    let none = texts(vec![swap(Some(0.0), None)], false, Side::Post);
    assert_eq!(ids(&none, 0, 0, &[3, 4, 5, 6, 0, 0]), [3, 4, 5, 6, 0, 0]);
    let one = texts(vec![swap(None, Some(1))], false, Side::Pre);
    let found: BTreeSet<Vec<i32>> = (0..100)
        .map(|row| ids(&one, 0, row, &[0, 0, 3, 4, 5, 6]))
        .collect();
    let pairs = [[0, 0, 3, 4, 6, 5], [0, 0, 3, 5, 4, 6], [0, 0, 4, 3, 5, 6]];
    assert_eq!(found, pairs.map(|row| row.to_vec()).into());
    assert_eq!(ids(&one, 0, 0, &[0, 0, 0, 0, 0, 6]), [0, 0, 0, 0, 0, 6]);
}

fn range(low: f64, high: f64) -> impl Strategy<Value = [f64; 2]> {
    (low..high, low..high).prop_map(|(a, b): (f64, f64)| [a.min(b), a.max(b)])
}

fn fill() -> impl Strategy<Value = Fill> {
    let mode = prop_oneof![
        Just(FillMode::Reflect),
        Just(FillMode::Wrap),
        Just(FillMode::Constant),
        Just(FillMode::Nearest),
    ];
    let way = prop_oneof![Just(Interpolation::Bilinear), Just(Interpolation::Nearest)];
    (mode, -4.0..6.0, way).prop_map(|(fill_mode, fill_value, interpolation)| Fill {
        fill_mode,
        fill_value,
        interpolation,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Pixels are means of pixels and the fill value, so that they stay between the extremes.
    #[test]
    fn moved_images_stay_within_their_values(
        height in 1usize..6, width in 1usize..6, channels in 1usize..4,
        shift in (range(-1.0, 1.0), range(-1.0, 1.0)), turn in range(-1.0, 1.0),
        zoom in range(-0.99, 1.0), fill in fill(), row in 0usize..1000,
    ) {
        let size = Size { height, width, channels };
        let changes = [
            Change::Shift { height_factor: shift.0, width_factor: shift.1, fill },
            Change::Rotate { factor: turn, fill },
            Change::Zoom { height_factor: zoom, width_factor: None, fill },
            Change::Flip { mode: FlipMode::HorizontalAndVertical },
        ];
        let steps = changes.map(|change| Step { input: 0, change, rows: Rows::Images(size) });
        let by = Augmentation { seed: 1, steps: steps.to_vec() };
        let of: Vec<f32> = (0..height * width * channels).map(|i| (i % 11) as f32 - 4.0).collect();
        let pixels = changed(&by, 0, row, &of);
        prop_assert!(pixels.iter().all(|x| (-4.001..6.001).contains(x)), "{:?}", pixels);
    }

    #[test]
    fn padding_start_and_length_are_kept(
        words in prop::collection::vec(2i32..9, 0..5), start: bool, pre: bool, row in 0usize..1000,
        rate in 0.0..1.0, count in 0usize..5,
    ) {
        let padding = if pre { Side::Pre } else { Side::Post };
        let steps = vec![
            dropout(rate, DropMode::Unknown),
            swap(Some(rate), None),
            swap(None, Some(count)),
        ];
        let by = texts(steps, start, padding);
        let text: Vec<i32> = start.then_some(1).into_iter().chain(words).collect();
        let pads = vec![0; 6 - text.len()];
        let of = if pre { [pads, text].concat() } else { [text, pads].concat() };
        let found = ids(&by, 0, row, &of);
        for (found, of) in found.iter().zip(&of) {
            prop_assert_eq!(*found == 0, *of == 0);
            prop_assert_eq!(start && *found == 1, start && *of == 1);
        }
    }
}
