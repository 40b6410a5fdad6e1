//! Output shapes of layers, where sizes may be unknown; Keras's rules (`compute_output_shape` of each layer).

use super::layers::Layer;
use super::value::{self, Shape, Size};

/// Why a layer cannot take its input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It takes `needs` axes beside the batch's.
    Axes { needs: usize },
    /// A window does not fit into an axis (0 is the first behind the batch).
    TooSmall {
        axis: usize,
        size: usize,
        window: usize,
    },
    /// Its weights need a last axis of a fixed size, and that may differ from batch to batch.
    OpenAxis,
    /// A Reshape to another number of elements.
    Elements { has: usize, wants: usize },
    /// Heads, groups or channels that do not divide.
    Channels { has: usize, groups: usize },
}

/// The shape of one row of a layer's output. A class that is not known gives a shape that is not known.
pub(super) fn output(layer: &Layer, input: &Shape) -> Result<Shape, Trouble> {
    let spatial = || {
        layer
            .class
            .chars()
            .find_map(|c| c.to_digit(10))
            .unwrap_or(0) as usize
    };
    match layer.class.as_str() {
        "Dense" => dense(layer, input),
        "Flatten" => Ok(input.as_ref().map(|sizes| vec![product(sizes)])),
        "Embedding" => Ok(input.as_ref().map(|sizes| {
            let mut out = sizes.clone();
            out.push(layer.count("output_dim").map_or(Size::Unknown, Size::Known));
            out
        })),
        "Reshape" => reshape(layer, input),
        "RepeatVector" => {
            let sizes = of_axes(input, 1)?;
            let n = layer.count("n").map_or(Size::Unknown, Size::Known);
            Ok(sizes.map(|sizes| vec![n, sizes[0]]))
        }
        "Permute" => Ok(permuted(layer, input)),
        "TimeDistributed" => time_distributed(layer, input),
        "Bidirectional" => bidirectional(layer, input),
        "LSTM" | "GRU" | "SimpleRNN" => recurrent(layer, input),
        "Dropout"
        | "Activation"
        | "BatchNormalization"
        | "LayerNormalization"
        | "GaussianNoise"
        | "GaussianDropout"
        | "AlphaDropout"
        | "ActivityRegularization"
        | "Masking"
        | "ReLU"
        | "LeakyReLU"
        | "PReLU"
        | "ELU"
        | "Softmax"
        | "ThresholdedReLU"
        | "Rescaling"
        | "Normalization"
        | "Identity"
        | "UnitNormalization" => Ok(input.clone()),
        "SpatialDropout1D" | "SpatialDropout2D" | "SpatialDropout3D" => {
            of_axes(input, spatial() + 1)
        }
        class if pools(class, "Global") => {
            let sizes = of_axes(input, spatial() + 1)?;
            let channels = |sizes: &[Size]| sizes[channel_axis(layer, sizes.len())];
            match layer.flag("keepdims", false) {
                Some(false) => Ok(sizes.map(|sizes| vec![channels(&sizes)])),
                _ => Ok(None),
            }
        }
        class if pools(class, "") => {
            let window = layer.config.get("pool_size");
            let window = value::per_axis(window, spatial()).or_else(|| match window {
                None => Some(vec![2; spatial()]),
                Some(_) => None,
            });
            let strides = strides_of(layer, spatial()).unwrap_or_else(|| window.clone());
            windows(layer, input, window, strides, None)
        }
        "Conv1D" | "Conv2D" | "Conv3D" | "SeparableConv1D" | "SeparableConv2D" => {
            let window = value::per_axis(layer.config.get("kernel_size"), spatial());
            let strides = strides_of(layer, spatial()).unwrap_or_else(|| Some(vec![1; spatial()]));
            let filters = layer.count("filters").map_or(Size::Unknown, Size::Known);
            windows(layer, input, window, strides, Some(filters))
        }
        "DepthwiseConv1D" | "DepthwiseConv2D" => {
            let window = value::per_axis(layer.config.get("kernel_size"), spatial());
            let strides = strides_of(layer, spatial()).unwrap_or_else(|| Some(vec![1; spatial()]));
            windows(layer, input, window, strides, Some(Size::Unknown))
        }
        _ => Ok(None),
    }
}

/// Whether a class is one of Keras's poolings, `MaxPooling2D` or `GlobalAveragePooling1D`; others may be named so, too.
fn pools(class: &str, begin: &str) -> bool {
    let rest = class.strip_prefix(begin).unwrap_or_default();
    let kinds = ["MaxPooling", "AveragePooling"];
    let dims = kinds.iter().find_map(|kind| rest.strip_prefix(kind));
    dims.is_some_and(|dims| ["1D", "2D", "3D"].contains(&dims))
}

/// The input's sizes, when it has as many axes as the layer takes or nobody knows.
fn of_axes(input: &Shape, needs: usize) -> Result<Shape, Trouble> {
    match input {
        Some(sizes) if sizes.len() != needs => Err(Trouble::Axes { needs }),
        known_or_not => Ok(known_or_not.clone()),
    }
}

fn product(sizes: &[Size]) -> Size {
    let open = sizes.contains(&Size::Open);
    let known: Option<usize> = sizes
        .iter()
        .map(|size| size.known())
        .try_fold(1usize, |all, size| all.checked_mul(size?));
    match (known, open) {
        (Some(n), _) => Size::Known(n),
        (None, true) => Size::Open,
        (None, false) => Size::Unknown,
    }
}

fn dense(layer: &Layer, input: &Shape) -> Result<Shape, Trouble> {
    let Some(sizes) = input else {
        return Ok(None);
    };
    match sizes.last() {
        None => return Err(Trouble::Axes { needs: 1 }),
        Some(Size::Open) => return Err(Trouble::OpenAxis),
        Some(_) => {}
    }
    let mut out = sizes.clone();
    out.pop();
    out.push(layer.count("units").map_or(Size::Unknown, Size::Known));
    Ok(Some(out))
}

fn reshape(layer: &Layer, input: &Shape) -> Result<Shape, Trouble> {
    let Some(Some(target)) = layer.config.get("target_shape").map(|value| {
        let list = value.as_array()?;
        Some(
            list.iter()
                .map(|v| (v.as_i64() == Some(-1), value::size(v)))
                .collect::<Vec<_>>(),
        )
    }) else {
        return Ok(None);
    };
    let fixed: Vec<Size> = target
        .iter()
        .filter(|(free, _)| !free)
        .map(|(_, size)| *size)
        .collect();
    let free = target.len() - fixed.len();
    let has = input.as_ref().map(|sizes| product(sizes));
    if let (Some(Size::Known(has)), Size::Known(wants)) = (has, product(&fixed)) {
        let fits = if free > 0 {
            wants > 0 && has % wants == 0
        } else {
            has == wants
        };
        if !fits {
            return Err(Trouble::Elements { has, wants });
        }
    }
    let rest = match (has, product(&fixed)) {
        (Some(Size::Known(has)), Size::Known(wants)) if wants > 0 => Size::Known(has / wants),
        _ => Size::Unknown,
    };
    let sizes = target
        .iter()
        .map(|(free, size)| if *free { rest } else { *size });
    Ok(Some(sizes.collect()))
}

fn permuted(layer: &Layer, input: &Shape) -> Shape {
    let dims = layer.config.get("dims")?.as_array()?;
    let sizes = input.as_ref()?;
    dims.iter()
        .map(|d| sizes.get(value::count(d)?.checked_sub(1)?).copied())
        .collect()
}

fn recurrent(layer: &Layer, input: &Shape) -> Result<Shape, Trouble> {
    let sizes = of_axes(input, 2)?;
    let units = layer.count("units").map_or(Size::Unknown, Size::Known);
    Ok(match layer.flag("return_sequences", false) {
        Some(true) => Some(vec![sizes.map_or(Size::Unknown, |sizes| sizes[0]), units]),
        Some(false) => Some(vec![units]),
        None => None,
    })
}

fn bidirectional(layer: &Layer, input: &Shape) -> Result<Shape, Trouble> {
    let Some(inner) = &layer.inner else {
        return Ok(None);
    };
    let one = output(inner, input)?;
    let merge = layer.config.get("merge_mode");
    let joined = merge.is_none_or(|mode| mode.as_str() == Some("concat"));
    Ok(one.map(|mut sizes| {
        if let (true, Some(last)) = (joined, sizes.last_mut()) {
            *last = match *last {
                Size::Known(n) => Size::Known(n.saturating_mul(2)),
                other => other,
            };
        }
        sizes
    }))
}

fn time_distributed(layer: &Layer, input: &Shape) -> Result<Shape, Trouble> {
    let (Some(inner), Some(sizes)) = (&layer.inner, input) else {
        return Ok(None);
    };
    if sizes.len() < 2 {
        return Err(Trouble::Axes { needs: 2 });
    }
    let step = output(inner, &Some(sizes[1..].to_vec()))?;
    Ok(step.map(|step| std::iter::once(sizes[0]).chain(step).collect()))
}

fn channel_axis(layer: &Layer, axes: usize) -> usize {
    match layer.name("data_format").as_deref() {
        Some("channels_first") => 0,
        _ => axes - 1,
    }
}

/// `None` where the spec names none, `Some(None)` where it names some in an expression.
fn strides_of(layer: &Layer, axes: usize) -> Option<Option<Vec<usize>>> {
    let given = layer
        .config
        .get("strides")
        .filter(|value| !value.is_null())?;
    Some(value::per_axis(Some(given), axes))
}

/// A window that slides over all axes but the channels'; `filters` replaces their number.
fn windows(
    layer: &Layer,
    input: &Shape,
    window: Option<Vec<usize>>,
    strides: Option<Vec<usize>>,
    filters: Option<Size>,
) -> Result<Shape, Trouble> {
    let axes = layer
        .class
        .chars()
        .find_map(|c| c.to_digit(10))
        .unwrap_or(0) as usize
        + 1;
    let Some(sizes) = of_axes(input, axes)? else {
        return Ok(None);
    };
    let channel = channel_axis(layer, axes);
    let dilation = value::per_axis(layer.config.get("dilation_rate"), axes - 1);
    let dilation = dilation.unwrap_or_else(|| vec![1; axes - 1]);
    let padding = match layer.config.get("padding") {
        None => Some("valid".to_owned()),
        Some(value) => value::name(value),
    };
    let mut out = sizes.clone();
    let spatial = (0..axes).filter(|axis| *axis != channel);
    for (i, axis) in spatial.enumerate() {
        let (window, stride) = match (&window, &strides) {
            (Some(window), Some(strides)) => (window[i], strides[i].max(1)),
            _ => {
                out[axis] = Size::Unknown;
                continue;
            }
        };
        let reach = (dilation[i].max(1).saturating_mul(window.saturating_sub(1))).saturating_add(1);
        out[axis] = match (sizes[axis], padding.as_deref()) {
            (Size::Known(size), Some("same" | "causal")) => Size::Known(size.div_ceil(stride)),
            (Size::Known(size), Some("valid")) if size < reach => {
                return Err(Trouble::TooSmall {
                    axis,
                    size,
                    window: reach,
                });
            }
            (Size::Known(size), Some("valid")) => Size::Known((size - reach) / stride + 1),
            (Size::Open, _) => Size::Open,
            _ => Size::Unknown,
        };
    }
    if let Some(filters) = filters {
        if sizes[channel] == Size::Open {
            return Err(Trouble::OpenAxis);
        }
        let groups = layer.count("groups").unwrap_or(1);
        if let Some(has) = sizes[channel]
            .known()
            .filter(|has| groups > 1 && has % groups != 0)
        {
            return Err(Trouble::Channels { has, groups });
        }
        out[channel] = filters;
    }
    Ok(Some(out))
}

#[cfg(test)]
mod tests;
