//! Kinds of options that several layers share: padding, order of axes, lists of axes.

use regimen_graph::Var;
use serde_json::Value as Json;

use crate::{OptionValue, config::nearest};

/// What stands beyond the edges of the spatial axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Padding {
    /// Nothing: windows stay inside.
    Valid,
    /// Cells on both sides, the odd one at the end, so that stride 1 keeps the size.
    Same,
    /// Cells before the first step, so that no output sees the future. Conv1D only.
    Causal,
}

impl Padding {
    /// Keras's name.
    pub fn name(self) -> &'static str {
        match self {
            Padding::Valid => "valid",
            Padding::Same => "same",
            Padding::Causal => "causal",
        }
    }

    /// The padding with this name, in any case.
    pub fn from_name(name: &str) -> Option<Padding> {
        let all = [Padding::Valid, Padding::Same, Padding::Causal];
        all.into_iter()
            .find(|p| p.name().eq_ignore_ascii_case(name))
    }

    /// Cells before and after an axis of `size`, for a window that reaches over `reach` cells.
    pub(crate) fn cells(self, size: usize, reach: usize, stride: usize) -> (usize, usize) {
        match self {
            Padding::Valid => (0, 0),
            Padding::Causal => (reach.saturating_sub(1), 0),
            Padding::Same => {
                let last = size.div_ceil(stride.max(1)).saturating_sub(1);
                let end = last.saturating_mul(stride).saturating_add(reach);
                let total = end.saturating_sub(size);
                (total / 2, total - total / 2)
            }
        }
    }

    /// Size of the result along an axis; `None` where the window does not fit.
    pub(crate) fn output_size(self, size: usize, reach: usize, stride: usize) -> Option<usize> {
        let (low, high) = self.cells(size, reach, stride);
        let padded = size.saturating_add(low).saturating_add(high);
        let room = padded.checked_sub(reach)?;
        (size > 0).then(|| room / stride.max(1) + 1)
    }
}

impl OptionValue for Padding {
    const KIND: &'static str = "`valid`, `same` or, in convolutions along one axis, `causal`";

    fn read(value: &Json) -> Result<Padding, String> {
        choice(value, &["valid", "same", "causal"], Padding::from_name)
    }

    fn write(&self) -> Json {
        self.name().into()
    }
}

/// Where the channels stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataFormat {
    /// (B, spatial axes, C).
    ChannelsLast,
    /// (B, C, spatial axes).
    ChannelsFirst,
}

impl DataFormat {
    /// Keras's name.
    pub fn name(self) -> &'static str {
        match self {
            DataFormat::ChannelsLast => "channels_last",
            DataFormat::ChannelsFirst => "channels_first",
        }
    }

    /// The format with this name, in any case.
    pub fn from_name(name: &str) -> Option<DataFormat> {
        let all = [DataFormat::ChannelsLast, DataFormat::ChannelsFirst];
        all.into_iter()
            .find(|f| f.name().eq_ignore_ascii_case(name))
    }

    /// A value of this format with its channels moved to the end.
    pub(crate) fn to_last(self, x: &Var) -> Var {
        if self == DataFormat::ChannelsLast || x.rank() < 3 {
            return x.clone();
        }
        let mut perm: Vec<usize> = (0..x.rank()).filter(|&i| i != 1).collect();
        perm.push(1);
        x.transpose(&perm)
    }

    /// A value with its channels at the end, in this format.
    pub(crate) fn restored(self, x: &Var) -> Var {
        if self == DataFormat::ChannelsLast || x.rank() < 3 {
            return x.clone();
        }
        x.transpose(&self.move_to(&(0..x.rank()).collect::<Vec<_>>()))
    }

    /// Sizes with the channels at the end, in this format's order.
    pub(crate) fn move_to(self, last: &[usize]) -> Vec<usize> {
        match (self, last) {
            (DataFormat::ChannelsFirst, [batch, spatial @ .., channels]) => {
                [&[*batch, *channels], spatial].concat()
            }
            _ => last.to_vec(),
        }
    }
}

impl OptionValue for DataFormat {
    const KIND: &'static str = "`channels_last` or `channels_first`";

    /// `null` is Keras's default, channels last.
    fn read(value: &Json) -> Result<DataFormat, String> {
        if value.is_null() {
            return Ok(DataFormat::ChannelsLast);
        }
        choice(
            value,
            &["channels_last", "channels_first"],
            DataFormat::from_name,
        )
    }

    fn write(&self) -> Json {
        self.name().into()
    }
}

/// One axis or several; negative ones count from the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axes(pub Vec<i64>);

impl Axes {
    /// Counted from the front, sorted, each once; `None` where one is beyond `rank`.
    pub fn resolve(&self, rank: usize) -> Option<Vec<usize>> {
        let mut list: Vec<usize> = self
            .0
            .iter()
            .map(|&a| resolve_axis(a, rank))
            .collect::<Option<_>>()?;
        list.sort_unstable();
        list.dedup();
        Some(list)
    }

    /// The same where weights have the sizes of these axes: the number of rows is no size.
    pub fn behind_rows(&self, rank: usize) -> Option<Vec<usize>> {
        self.resolve(rank).filter(|axes| !axes.contains(&0))
    }
}

/// An axis counted from the front; `None` when there is no such axis.
pub(crate) fn resolve_axis(axis: i64, rank: usize) -> Option<usize> {
    let at = if axis < 0 {
        axis.checked_add(rank as i64)?
    } else {
        axis
    };
    usize::try_from(at).ok().filter(|&a| a < rank)
}

impl OptionValue for Axes {
    const KIND: &'static str = "integer or list of integers";

    fn read(value: &Json) -> Result<Axes, String> {
        let read = match value {
            Json::Array(_) => Vec::<i64>::read(value),
            one => i64::read(one).map(|a| vec![a]),
        };
        match read {
            Ok(list) if !list.is_empty() => Ok(Axes(list)),
            _ => Err("expected a whole number or a list of them".to_string()),
        }
    }

    fn write(&self) -> Json {
        self.0.clone().into()
    }
}

impl From<i64> for Axes {
    fn from(axis: i64) -> Axes {
        Axes(vec![axis])
    }
}

impl<const N: usize> From<[i64; N]> for Axes {
    fn from(list: [i64; N]) -> Axes {
        Axes(list.to_vec())
    }
}

/// One axis or several, written as they were given: a single axis stays a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AxisOrAxes {
    /// A number.
    One(i64),
    /// A list.
    List(Vec<i64>),
}

impl AxisOrAxes {
    /// As a list, whichever way it was given.
    pub fn axes(&self) -> Axes {
        match self {
            AxisOrAxes::One(axis) => Axes(vec![*axis]),
            AxisOrAxes::List(axes) => Axes(axes.clone()),
        }
    }
}

impl OptionValue for AxisOrAxes {
    const KIND: &'static str = Axes::KIND;

    fn read(value: &Json) -> Result<AxisOrAxes, String> {
        let Axes(axes) = Axes::read(value)?;
        Ok(match axes[..] {
            [axis] if !value.is_array() => AxisOrAxes::One(axis),
            _ => AxisOrAxes::List(axes),
        })
    }

    fn write(&self) -> Json {
        match self {
            AxisOrAxes::One(axis) => (*axis).into(),
            AxisOrAxes::List(axes) => axes.clone().into(),
        }
    }
}

impl From<i64> for AxisOrAxes {
    fn from(axis: i64) -> AxisOrAxes {
        AxisOrAxes::One(axis)
    }
}

impl<const N: usize> From<[i64; N]> for AxisOrAxes {
    fn from(list: [i64; N]) -> AxisOrAxes {
        AxisOrAxes::List(list.to_vec())
    }
}

/// A choice by name, or what was expected, with the nearest name.
pub(crate) fn choice<T>(
    value: &Json,
    names: &[&str],
    from_name: impl Fn(&str) -> Option<T>,
) -> Result<T, String> {
    let list = names
        .iter()
        .map(|n| format!("`{n}`"))
        .collect::<Vec<_>>()
        .join(", ");
    let name = value
        .as_str()
        .ok_or_else(|| format!("expected one of {list}"))?;
    from_name(name).ok_or_else(|| match nearest(name, names.iter().copied()) {
        Some(near) => format!("expected one of {list}: did you mean `{near}`?"),
        None => format!("expected one of {list}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn same_padding_puts_the_odd_cell_at_the_end() {
        assert_eq!(Padding::Same.cells(7, 2, 1), (0, 1));
        assert_eq!(Padding::Same.cells(7, 4, 3), (1, 2));
        assert_eq!(Padding::Same.output_size(7, 4, 3), Some(3));
        assert_eq!(Padding::Causal.cells(7, 5, 1), (4, 0));
        assert_eq!(Padding::Valid.output_size(3, 4, 1), None);
        assert_eq!(Padding::Same.output_size(0, 4, 1), None);
        assert!(Padding::Same.output_size(usize::MAX, 4, 1).is_some());
    }

    #[test]
    fn names_are_offered() {
        assert_eq!(Padding::read(&json!("SAME")), Ok(Padding::Same));
        assert!(
            Padding::read(&json!("smae"))
                .unwrap_err()
                .contains("did you mean `same`?")
        );
        assert!(Padding::read(&json!(3)).unwrap_err().contains("`valid`"));
        assert!(
            DataFormat::read(&json!("channel_first"))
                .unwrap_err()
                .contains("`channels_first`?")
        );
        assert_eq!(DataFormat::read(&json!(null)), Ok(DataFormat::ChannelsLast));
    }

    #[test]
    fn axes_count_from_both_ends() {
        assert_eq!(Axes(vec![-1, 1]).resolve(3), Some(vec![1, 2]));
        assert_eq!(Axes(vec![-1, 2]).resolve(3), Some(vec![2]));
        assert_eq!(Axes(vec![3]).resolve(3), None);
        assert_eq!(Axes(vec![i64::MIN]).resolve(3), None);
        assert_eq!(Axes(vec![0]).resolve(0), None);
        assert!(Axes::read(&json!([])).is_err());
        assert!(Axes::read(&json!(1.5)).is_err());
    }

    #[test]
    fn channels_move_and_return() {
        assert_eq!(
            DataFormat::ChannelsFirst.move_to(&[2, 5, 6, 3]),
            [2, 3, 5, 6]
        );
        assert_eq!(
            DataFormat::ChannelsLast.move_to(&[2, 5, 6, 3]),
            [2, 5, 6, 3]
        );
    }
}
