//! Raw rows to a dataset: balance, split, fit to the training part, apply, measure.

use regimen_run::spec::{
    Balance, DataSpec, LabelEncoding, Scale, SplitBy, TargetSpec, WindowsSpec,
};

use super::LoadContext;
use super::before;
use super::build::{RawCategories, RawColumns, RawDates, ids};
use super::fitted::{Features, fit};
use super::given::{Given, Place};
use super::profile::{Measured, profile};
use super::streaming::FitRows;
use crate::array::Array;
use crate::dataset::{Dataset, NamedInput, Part};
use crate::error::{DataError, DataErrors, Fault};
use crate::labels::Labels;
use crate::per_target::PerTarget;
use crate::preprocessing::{InputRecipe, Preprocessing};
use crate::profile::SourceFacts;
use crate::raw_texts::RawTexts;
use crate::split::{Parts, downsample, shares};
use crate::split_by::{Rule, SplitKey, cut_by, upsample};
use crate::stored::RowType;
use crate::target::Target;
use crate::text::TextEncoding;
use crate::windows;

/// Rows of a source before balancing and splitting.
pub(super) struct Raw {
    pub inputs: Inputs,
    pub targets: PerTarget<RawTarget>,
    pub weights: Option<Vec<f32>>,
    /// The part of each row, where the source decides it.
    pub given: Option<Given>,
    /// What a split by class, group or time looks at.
    pub key: Option<SplitKey>,
    pub file: String,
    pub notes: Vec<String>,
}

/// The labels of every row for one output of the model.
pub(super) struct RawTarget {
    /// What the run file says of them; a label column goes by the name that the table gives it.
    pub spec: TargetSpec,
    pub labels: Labels,
}

/// Features of every row.
pub(super) enum Inputs {
    InMemory(Vec<RawInput>),
    OnDisk(Box<dyn FitRows>),
}

/// One block of features of every row.
pub(super) enum RawInput {
    /// An array from a file.
    Numbers {
        array: Array,
        scale: Option<Scale>,
    },
    Columns(RawColumns),
    Categories(RawCategories),
    Dates(RawDates),
    /// Texts as they are, by number.
    Raw {
        name: Option<String>,
        columns: Vec<String>,
        texts: RawTexts,
        array: Array,
    },
    /// Texts; the encoding's words are still to be found.
    Text {
        name: Option<String>,
        column: String,
        texts: Vec<String>,
        encoding: TextEncoding,
        vocabulary: Option<usize>,
    },
}

pub(super) fn assemble(
    mut raw: Raw,
    spec: &DataSpec,
    cx: &LoadContext<'_>,
) -> Result<Dataset, DataErrors> {
    if let Some(windows) = &spec.windows {
        check_windows(&raw, windows, spec)?;
    }
    let seed = spec.split.seed.unwrap_or(cx.seed);
    let at_split = |fault| DataErrors::from(DataError::new("data.split", fault));
    let rows = balance(&mut raw, spec, seed)?;
    let key = split_key(&mut raw, spec)?;
    let rule = Rule {
        by: spec.split.by,
        shares: match spec.split.by {
            SplitBy::Column => [1.0, 0.0, 0.0],
            _ => shares(&spec.split, Given::which(raw.given.as_ref())).map_err(at_split)?,
        },
        permute: spec.split.shuffle,
        seed,
        key: key.as_ref(),
    };
    let open = rows.len();
    let mut parts = cut_by(rows, &rule).map_err(at_split)?;
    let kept = parts.train.len() + parts.validation.len() + parts.test.len();
    if kept < open {
        raw.notes.push(format!(
            "{} of {open} rows are in no part: the shares of `split` sum to less than 1",
            open - kept
        ));
    }
    if let Some(given) = &raw.given {
        given.add_to(&mut parts);
    }
    for target in raw.targets.iter() {
        let note = check_classes(target, &parts, spec, &raw.file)?;
        raw.notes.extend(note);
    }

    let Raw {
        inputs,
        targets,
        weights,
        mut notes,
        ..
    } = raw;
    let missing = before::missing(&inputs);
    let fitted = fit(inputs, &parts)?;
    let recipes = fitted.recipes;
    notes.extend(fitted.notes);
    let source = SourceFacts {
        missing,
        texts: fitted.texts,
    };
    let part = |features: Features, rows: &[usize]| {
        let y = targets.map(|target| target.labels.y.take(rows));
        Part {
            x: features.x,
            stored: features.stored,
            y: y.first,
            more: y.more,
            sample_weight: weights
                .as_ref()
                .map(|w| rows.iter().map(|&row| w[row]).collect()),
        }
    };
    let [train, validation, test] = fitted.parts;
    let mut train = part(train, &parts.train);
    if spec.balance == Some(Balance::Upsample) {
        let labels = &targets.first.labels;
        notes.extend(repeat(&mut train, &parts.train, labels, spec, seed, cx)?);
    }
    let mut test = part(test, &parts.test);
    let mut validation = part(validation, &parts.validation);
    if let Some(spec) = &spec.windows {
        [train, validation, test] = in_windows(spec, [train, validation, test], cx)?;
    }
    let profile = profile(&Measured {
        train: &train,
        validation: &validation,
        test: &test,
        recipes: &recipes,
        labels: &targets.first.labels,
        notes,
    })?;
    Ok(Dataset {
        inputs: recipes
            .iter()
            .zip(train.input_types())
            .map(|(recipe, row)| named(recipe, row))
            .collect(),
        train,
        validation,
        test,
        classes: targets.first.labels.classes.clone(),
        profile,
        source,
        preprocessing: Preprocessing {
            inputs: recipes,
            targets: targets.map(|target| Target::of(&target.spec, &target.labels)),
            windows: spec.windows.clone(),
            time: match (&spec.windows, spec.split.by) {
                (Some(_), SplitBy::Time) => spec.split.column.clone(),
                _ => None,
            },
        },
        augment: None,
    })
}

/// Windows take numbers in time order, one row after the other.
fn check_windows(raw: &Raw, windows: &WindowsSpec, spec: &DataSpec) -> Result<(), DataErrors> {
    let text = |input: &RawInput| matches!(input, RawInput::Text { .. } | RawInput::Raw { .. });
    let texts = match &raw.inputs {
        Inputs::InMemory(inputs) => inputs.iter().any(text),
        Inputs::OnDisk(_) => false,
    };
    let ordered = match spec.split.by {
        SplitBy::Time => true,
        SplitBy::Random => !spec.split.shuffle,
        _ => false,
    };
    let of_classes = |target: &RawTarget| target.labels.encoding != LabelEncoding::Number;
    let classes = raw.targets.iter().any(of_classes);
    let reason = match () {
        () if windows.length == 0 || windows.horizon == 0 || windows.stride == 0 => {
            "length, horizon and stride are 1 or more"
        }
        () if texts => "texts cannot stand in windows; give inputs of numbers",
        () if !ordered => "rows must keep their order; split by time, or set split.shuffle = false",
        () if spec.balance.is_some() => "balance would break the order of rows; leave it out",
        () if classes && windows.horizon > 1 => {
            "a horizon above 1 is for labels that are numbers; set horizon = 1"
        }
        () => return Ok(()),
    };
    let reason = reason.to_owned();
    Err(DataError::new("data.windows", Fault::Windows { reason }).into())
}

/// The parts cut into windows, where they fit into memory.
fn in_windows(
    spec: &WindowsSpec,
    parts: [Part; 3],
    cx: &LoadContext<'_>,
) -> Result<[Part; 3], DataErrors> {
    let fault = |fault| DataErrors::from(DataError::new("data.windows", fault));
    let all = parts.iter().map(|part| windows::elements(spec, part));
    let all = all.fold(0usize, usize::saturating_add);
    cx.budget()
        .check(
            &format!("{all} elements of windows"),
            (all as u64).saturating_mul(4),
        )
        .map_err(fault)?;
    let [train, validation, test] = parts;
    Ok([
        windows::cut(spec, &train, Some("training")).map_err(fault)?,
        windows::cut(spec, &validation, Some("validation")).map_err(fault)?,
        windows::cut(spec, &test, Some("test")).map_err(fault)?,
    ])
}

/// Classes of some rows; none when labels are numbers.
pub(super) fn classes_of(labels: &Labels, rows: &[usize]) -> Vec<u32> {
    rows.iter()
        .filter_map(|&row| labels.class_of.get(row).copied())
        .collect()
}

/// The rows to be split that balancing keeps.
fn balance(raw: &mut Raw, spec: &DataSpec, seed: u64) -> Result<Vec<usize>, DataErrors> {
    let labels = &raw.targets.first.labels;
    let open: Vec<usize> = match &raw.given {
        Some(given) => given.rows(Place::Train).collect(),
        None => (0..labels.y.rows()).collect(),
    };
    let count = open.len();
    match spec.balance {
        None => Ok(open),
        Some(_) if labels.class_of.is_empty() => Err(DataError::new(
            "data.balance",
            Fault::Option {
                option: "balance".to_owned(),
                reason: "needs one class per row, but the labels are numbers or several; take it \
                         out, or set label_encoding"
                    .to_owned(),
            },
        )
        .into()),
        Some(Balance::Upsample) => Ok(open),
        Some(Balance::Downsample) => {
            let class_of = classes_of(labels, &open);
            let rows = downsample(&class_of, labels.classes.len(), seed);
            let rows: Vec<usize> = rows.into_iter().map(|i| open[i]).collect();
            raw.notes.push(format!(
                "{} of {count} rows dropped to balance the classes: {} rows are left",
                count - rows.len(),
                rows.len()
            ));
            Ok(rows)
        }
    }
}

/// What a split by class, group or time looks at: a column's values, or else the classes of the first target that has some.
fn split_key(raw: &mut Raw, spec: &DataSpec) -> Result<Option<SplitKey>, DataErrors> {
    if let Some(key) = raw.key.take() {
        return Ok(Some(key));
    }
    let mut classes = raw.targets.iter().map(|target| &target.labels.class_of);
    let classes = classes.find(|class_of| !class_of.is_empty());
    match (spec.split.by, classes) {
        (SplitBy::Stratified, None) => {
            let reason = "stratified needs one class per row, but the labels are numbers or \
                          several; name a column to go by in split.column, or split at random"
                .to_owned();
            Err(DataError::new("data.split.by", Fault::Split { reason }).into())
        }
        (SplitBy::Stratified, Some(classes)) => Ok(Some(SplitKey::Groups(classes.clone()))),
        _ => Ok(None),
    }
}

/// Repeats training rows of the rarer classes. `rows` are those of the part.
fn repeat(
    train: &mut Part,
    rows: &[usize],
    labels: &Labels,
    spec: &DataSpec,
    seed: u64,
    cx: &LoadContext<'_>,
) -> Result<Option<String>, DataErrors> {
    let class_of = classes_of(labels, rows);
    let permute = spec.split.shuffle && spec.split.by != SplitBy::Time;
    let order = upsample(&class_of, labels.classes.len(), permute, seed);
    let width: usize = train.x.iter().map(Array::row_len).sum();
    let what = format!("the training part with {} rows", order.len());
    let need = crate::memory::arrays(order.len(), width + train.y.row_len());
    cx.budget()
        .check(&what, need)
        .map_err(|fault| DataError::new("data.balance", fault))?;
    let before = rows.len();
    *train = train.take(&order);
    Ok((order.len() > before).then(|| {
        format!(
            "{} training rows repeated to balance the classes: {} rows in all",
            order.len() - before,
            order.len()
        )
    }))
}

/// Refuses a training part of one class; a note on classes that it lacks.
fn check_classes(
    target: &RawTarget,
    parts: &Parts,
    spec: &DataSpec,
    file: &str,
) -> Result<Option<String>, DataErrors> {
    let labels = &target.labels;
    let classes = &labels.classes;
    if labels.encoding == LabelEncoding::Number || labels.class_of.is_empty() {
        return Ok(None);
    }
    let mut counts = vec![0usize; classes.len()];
    for class in classes_of(labels, &parts.train) {
        counts[class as usize] += 1;
    }
    let of_output = match &target.spec.name {
        Some(name) => format!(" of `{name}`"),
        None => String::new(),
    };
    let present: Vec<usize> = (0..counts.len()).filter(|&c| counts[c] > 0).collect();
    if let [class] = present[..] {
        let mend = match spec.split.shuffle {
            true => "",
            false => ": the rows seem sorted by label, set split.shuffle = true",
        };
        let fault = Fault::OneClass {
            place: format!("the training part of {file}"),
            class: format!("{}{of_output}", crate::numbers::shorten(&classes[class])),
            mend: mend.to_owned(),
        };
        return Err(DataError::new("data.split", fault).into());
    }
    let missing: Vec<&str> = (0..counts.len())
        .filter(|&c| counts[c] == 0)
        .take(10)
        .map(|c| classes[c].as_str())
        .collect();
    Ok((!missing.is_empty()).then(|| {
        format!(
            "{} of {} classes{of_output} have no training row: {}",
            classes.len() - present.len(),
            classes.len(),
            missing.join(", ")
        )
    }))
}

fn named(recipe: &InputRecipe, row: RowType) -> NamedInput {
    NamedInput {
        name: recipe.name().cloned(),
        shape: row.shape,
        vocabulary: ids(recipe),
    }
}
