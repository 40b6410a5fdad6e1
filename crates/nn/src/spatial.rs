//! What layers over spatial axes share: where the axes stand, what messages call them, and options of one number
//! per axis.
//!
//!   (B, T, C), (B, H, W, C), (B, D, H, W, C); with the channels first (B, C, T) and so on

use regimen_graph::{DType, Type, Var};
use serde_json::{Map, Value as Json};

use crate::{
    DataFormat, OptionValue, Scope, Value, config::PerAxis, input_spec::InputSpec, limits::Checks,
};

/// A layer's input: how many spatial axes, and where they stand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spatial {
    pub class_name: &'static str,
    /// Number of spatial axes, 1 to 3.
    pub count: usize,
    pub data_format: DataFormat,
}

impl Spatial {
    fn spec(self) -> InputSpec<'static> {
        InputSpec {
            class_name: self.class_name,
            axes: axes(self.count, self.data_format),
            mend: axes_mend(self.count),
        }
    }

    /// Whether `x` has the axes of this layer; if not, a fault is noted.
    pub fn accepts(self, s: &Scope, x: &Var) -> bool {
        self.spec().accepts(s, x)
    }

    /// Stands for the result after an input with other axes: one step along each spatial axis.
    pub fn placeholder(self, s: &Scope, x: &Var, channels: usize) -> Vec<Value> {
        let shape = [vec![x.dim(0)], vec![1; self.count], vec![channels]].concat();
        let meant = Type::new(DType::F32, self.data_format.move_to(&shape));
        vec![s.builder().placeholder(meant).into()]
    }

    /// Number of channels of `x`.
    pub fn channels(self, x: &Var) -> usize {
        x.dim(match self.data_format {
            DataFormat::ChannelsLast => -1,
            DataFormat::ChannelsFirst => 1,
        })
    }

    /// Places of the spatial axes.
    pub fn spatial_axes(self) -> Vec<usize> {
        let first = match self.data_format {
            DataFormat::ChannelsLast => 1,
            DataFormat::ChannelsFirst => 2,
        };
        (first..first + self.count).collect()
    }
}

/// Numbers per spatial axis; 1 where the option is broken.
pub(crate) fn per_axis(option: &PerAxis, spatial: usize) -> Vec<usize> {
    let list = option.expand(spatial).unwrap_or(vec![1; spatial]);
    list.into_iter().map(|n| n.max(1)).collect()
}

/// Limits of a list of numbers per spatial axis.
pub(crate) fn per_axis_limits(
    checks: Checks,
    option: &'static str,
    list: &PerAxis,
    n: usize,
) -> Checks {
    let ok = list.expand(n).is_some_and(|l| !l.contains(&0));
    let expected = match n {
        1 => "a whole number, 1 or more".to_string(),
        n => format!("one whole number, 1 or more, or {n} of them"),
    };
    checks.holds(ok, option, format!("{:?}", list.0), &expected)
}

/// Numbers per spatial axis written out, as Keras's configs have them.
pub(crate) fn write_per_axis(map: &mut Map<String, Json>, name: &str, list: &PerAxis, n: usize) {
    let list = list.expand(n).map_or(list.clone(), PerAxis);
    map.insert(name.to_string(), list.write());
}

/// The axes of the input, for messages.
pub(crate) fn axes(spatial: usize, format: DataFormat) -> &'static str {
    match (spatial, format) {
        (1, DataFormat::ChannelsLast) => "(B, T, C)",
        (1, DataFormat::ChannelsFirst) => "(B, C, T)",
        (2, DataFormat::ChannelsLast) => "(B, H, W, C)",
        (2, DataFormat::ChannelsFirst) => "(B, C, H, W)",
        (_, DataFormat::ChannelsLast) => "(B, D, H, W, C)",
        (_, DataFormat::ChannelsFirst) => "(B, C, D, H, W)",
    }
}

/// What to change when the input has another number of axes.
pub(crate) fn axes_mend(spatial: usize) -> &'static str {
    match spatial {
        1 => {
            "Sequences need (steps, channels): add a channel axis with Reshape, or Embedding for token ids."
        }
        2 => {
            "Pictures need (height, width, channels): add a channel axis, such as Reshape([28, 28, 1])."
        }
        _ => {
            "Volumes need (depth, height, width, channels): add a channel axis, such as Reshape([16, 16, 16, 1])."
        }
    }
}
