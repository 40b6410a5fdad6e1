//! The report of a profile with everything in it, word for word.

use expect_test::expect;
use regimen::run::Profile;
use regimen::run::profile::{
    ClassProfile, ColumnProfile, Correlated, Correlation, DataWarning, Duplicates, FeatureProfile,
    Figures, InputProfile, LabelProfile, Neighbours, Shift, ShiftedFeature, TextProfile,
};

use super::report::{Style, text};

fn figures(min: f64, mean: f64, max: f64, deviation: f64) -> Figures {
    Figures {
        min,
        mean,
        max,
        deviation,
    }
}

fn class(name: &str, rows: [usize; 3], shares: [f64; 3]) -> ClassProfile {
    ClassProfile {
        name: name.to_owned(),
        rows,
        shares,
    }
}

fn column(name: &str, kind: &str, missing: usize, categories: Option<usize>) -> ColumnProfile {
    ColumnProfile {
        name: name.to_owned(),
        kind: kind.to_owned(),
        missing: Some(missing),
        categories,
    }
}

fn table() -> Profile {
    let feature = |i: usize| FeatureProfile {
        name: match i {
            0 => "a column with a name that is much too long for any table".to_owned(),
            i => format!("f{i}"),
        },
        figures: figures(
            -1.5 * i as f64,
            0.12345 * i as f64,
            1234.5678 * i as f64,
            1e-5,
        ),
        scaled: i > 3,
        correlation: (i % 5 != 4).then_some(i as f64 / 30.0),
    };
    Profile {
        rows: [700, 100, 0],
        label: LabelProfile {
            output: None,
            columns: vec!["income".to_owned()],
            encoding: "index".to_owned(),
            classes: vec![
                class("low", [650, 100, 0], [0.928571, 1.0, 0.0]),
                class("high", [50, 0, 0], [0.071429, 0.0, 0.0]),
            ],
            numbers: Vec::new(),
        },
        columns: vec![
            column("age", "numeric", 12, None),
            column("f1", "numeric", 0, None),
            column("town", "categorical", 3, Some(21)),
        ],
        inputs: vec![InputProfile {
            features: 24,
            figures: Some(figures(-34.5, 1.4, 28395.0, 77.0)),
            each: (0..24).map(feature).collect(),
            constant: 2,
            ..InputProfile::default()
        }],
        duplicates: Duplicates {
            train: 9,
            train_other_label: 2,
            validation: 5,
            ..Duplicates::default()
        },
        correlation: Correlation {
            measure: "eta".to_owned(),
            rows: 700,
            features: 24,
            of: 24,
            top: Vec::new(),
        },
        warnings: vec![DataWarning {
            id: "validation_in_training".to_owned(),
            text: "5 of 100 validation rows (5.0 %) are training rows, too".to_owned(),
            mend: "Drop the repeated rows, or keep them in one part with split.by = \"group\"."
                .to_owned(),
        }],
        notes: vec!["12 missing cells of `age` filled with the mean 38.6".to_owned()],
        ..Profile::default()
    }
}

const STYLE: Style = Style {
    width: 72,
    color: false,
    all: false,
};

#[test]
fn a_table() {
    expect![[r#"
        part        rows  also in training  with another label
        training     700                 9                   2
        validation   100                 5                   0

        Label `income` (index)
        class      training     validation
        low    650 (92.9 %)  100 (100.0 %)
        high    50 ( 7.1 %)     0 ( 0.0 %)

        Columns
        column         kind  missing  categories
        age         numeric       12           -
        town    categorical        3          21

        Input: 24 features from -34.5 to 28395, mean 1.4, deviation 77, 2 of one
        value
        feature                       min    mean    max  deviation  eta (label)
        f23                         -34.5   2.839  28395   1.000e-5        0.767
        f22                           -33   2.716  27160   1.000e-5        0.733
        f21                         -31.5   2.592  25926   1.000e-5        0.700
        f20                           -30   2.469  24691   1.000e-5        0.667
        f18                           -27   2.222  22222   1.000e-5        0.600
        f17                         -25.5   2.099  20988   1.000e-5        0.567
        f16                           -24   1.975  19753   1.000e-5        0.533
        f15                         -22.5   1.852  18519   1.000e-5        0.500
        f13                         -19.5   1.605  16049   1.000e-5        0.433
        f12                           -18   1.481  14815   1.000e-5        0.400
        f11                         -16.5   1.358  13580   1.000e-5        0.367
        f10                           -15   1.235  12346   1.000e-5        0.333
        f8                            -12  0.9876   9877   1.000e-5        0.267
        f7                          -10.5  0.8641   8642   1.000e-5        0.233
        f6                             -9  0.7407   7407   1.000e-5        0.200
        f5                           -7.5  0.6173   6173   1.000e-5        0.167
        f3                           -4.5  0.3704   3704   1.000e-5        0.100
        f2                             -3  0.2469   2469   1.000e-5        0.067
        f1                           -1.5  0.1235   1235   1.000e-5        0.033
        a column with a name that…      0       0      0   1.000e-5        0.000
        ... 4 more, less correlated with the label; --all shows them

        note: 12 missing cells of `age` filled with the mean 38.6

        warning[validation_in_training]: 5 of 100 validation rows (5.0 %) are
          training rows, too
          Drop the repeated rows, or keep them in one part with split.by =
          "group".
    "#]]
    .assert_eq(&text(&table(), STYLE));
}

#[test]
fn neighbours_and_features_that_differ() {
    let profile = Profile {
        neighbours: Some(Neighbours {
            rows: 707,
            neighbours: 10,
            commonest: 79,
            right: 683,
            agreeing: 650,
            contradicting: 4,
        }),
        shift: Some(Shift {
            rows: [700, 100],
            features: 24,
            shifted: 1,
            top: vec![ShiftedFeature {
                feature: "age".to_owned(),
                distance: 0.412,
                p: 3e-9,
            }],
        }),
        ..Profile::default()
    };
    let told = text(&profile, STYLE);
    let (_, told) = told.split_once("\n\n").expect("behind the parts");
    expect![[r#"
        Label ()
        part  min  mean  max  deviation

        The ten nearest rows tell the class of 96.6 % of 707 training rows (the
        commonest has 11.2 %); of 650 rows whose neighbours agree, 4 are of
        another class
        1 of 24 features differ between training and validation
        feature  distance       p
        age         0.412  3.0e-9
    "#]]
    .assert_eq(told);
}

#[test]
fn all_of_a_table_is_shown_when_asked_for() {
    let all = text(&table(), Style { all: true, ..STYLE });
    assert!(all.contains("\nf23 ") && !all.contains("--all"), "{all}");
    let names = all.find("\nf1 ").unwrap()..all.find("\nf2 ").unwrap();
    assert!(!names.is_empty(), "the order of the table");
}

#[test]
fn texts_and_wide_arrays() {
    let mut profile = table();
    (profile.columns, profile.warnings, profile.notes) = Default::default();
    profile.label = LabelProfile {
        encoding: "number".to_owned(),
        numbers: vec![
            Some(figures(0.0, 2.5, 1e9, 3.25)),
            Some(figures(0.0, 2.0, 5.0, 3.0)),
            None,
        ],
        ..LabelProfile::default()
    };
    profile.one_row_in = Some(4);
    profile.inputs = vec![
        InputProfile {
            name: Some("review".to_owned()),
            shape: vec![80],
            text: Some(TextProfile {
                column: "text".to_owned(),
                vocabulary: 20000,
                length: 80,
                median: 174,
                longest: 2470,
                cut: [600, 90, 0],
                words: [160_000, 20_000, 0],
                unknown: [0, 700, 0],
            }),
            ..InputProfile::default()
        },
        InputProfile {
            name: Some("town".to_owned()),
            shape: vec![1],
            ..InputProfile::default()
        },
        InputProfile {
            name: Some("image".to_owned()),
            shape: vec![28, 28, 1],
            features: 784,
            figures: Some(figures(0.0, 72.94, 255.0, 90.02)),
            constant: 12,
            ..InputProfile::default()
        },
    ];
    profile.correlation = Correlation {
        measure: "pearson".to_owned(),
        rows: 700,
        features: 392,
        of: 784,
        top: vec![Correlated {
            feature: "x[3, 4, 0]".to_owned(),
            value: -0.75,
            label: Some("y[1]".to_owned()),
        }],
    };
    expect![[r#"
        part        rows  also in training  with another label
        training     700                 9                   2
        validation   100                 5                   0
        One row in 4 was read.

        Label (number)
        part        min  mean      max  deviation
        training      0   2.5  1.000e9       3.25
        validation    0     2        5          3

        Input `review`: words
        `text`: 20000 ids, the median text has 174 words, the longest 2470; 80
        are kept
        part         words  unknown words  texts cut
        training    160000          0.0 %     85.7 %
        validation   20000          3.5 %     90.0 %

        Input `town`: ids

        Input `image` of 28 x 28 x 1: 784 features from 0 to 255, mean 72.94,
        deviation 90.02, 12 of one value

        Most correlated with the label, 700 rows, 392 of 784 features
        feature              pearson
        x[3, 4, 0] and y[1]   -0.750
    "#]]
    .assert_eq(&text(&profile, STYLE));
}

#[test]
fn names_do_not_steer_the_terminal() {
    let mut profile = table();
    profile.inputs[0].each[1].name = "a\u{1b}[2Jb".to_owned();
    profile.label.classes[0].name = "c\u{7}".to_owned();
    profile.warnings[0].text = "d\u{1b}e".to_owned();
    let said = text(&profile, Style { all: true, ..STYLE });
    assert!(
        !said.contains('\u{1b}') && !said.contains('\u{7}'),
        "{said}"
    );
    let painted = text(
        &profile,
        Style {
            color: true,
            ..STYLE
        },
    );
    assert!(painted.contains("\u{1b}[1;33mwarning[validation_in_training]\u{1b}[0m: d\u{FFFD}e"));
}
