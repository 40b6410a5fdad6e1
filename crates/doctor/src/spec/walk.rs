//! Shapes through the layers of a spec, and where they do not fit: which layer, why, and the edit.

use super::layers::Layer;
use super::rules::{self, Trouble};
use super::value::{Shape, Size, show};
use super::{Known, ShapeFault};

/// Row shapes of the outputs of all layers, and the first fault.
pub(super) struct Walk {
    /// What enters each layer.
    pub inputs: Vec<Shape>,
    /// What leaves it.
    pub outputs: Vec<Shape>,
    pub fault: Option<ShapeFault>,
}

/// Follows the list. `x` is the row shape of the data, for models that do not declare theirs.
pub(super) fn walk(layers: &[Layer], in_order: bool, x: &Shape) -> Walk {
    let mut walk = Walk {
        inputs: vec![],
        outputs: vec![],
        fault: None,
    };
    for (i, layer) in layers.iter().enumerate() {
        let declared = layer.declared();
        let input = match declared {
            Some(shape) if i == 0 || layer.class == "Input" => shape,
            None if i == 0 => x.clone(),
            _ if in_order => walk.outputs[i - 1].clone(),
            _ => None,
        };
        let output = match layer.class.as_str() {
            "Input" => input.clone(),
            _ => match rules::output(layer, &input) {
                Ok(shape) => shape,
                Err(trouble) => {
                    let told = Told {
                        layers,
                        i,
                        declared: layers[..=i].iter().any(|l| l.declared().is_some()),
                    };
                    walk.fault
                        .get_or_insert_with(|| told.explain(&trouble, &input));
                    None
                }
            },
        };
        walk.inputs.push(input);
        walk.outputs.push(output);
    }
    walk
}

/// One layer's trouble among the others.
struct Told<'a> {
    layers: &'a [Layer],
    i: usize,
    /// Whether the model declares its input.
    declared: bool,
}

impl Told<'_> {
    fn explain(&self, trouble: &Trouble, input: &Shape) -> ShapeFault {
        let layer = &self.layers[self.i];
        let has = input.clone().unwrap_or_default();
        match trouble {
            Trouble::Axes { needs } if self.is_first() => self.first_axes(*needs, &has),
            Trouble::Axes { needs } => self.later_axes(*needs, &has),
            Trouble::TooSmall { .. } if self.channels_seem_first(&has) => self.channels_first(&has),
            Trouble::TooSmall { axis, size, window } if self.is_first() => ShapeFault::new(
                "wrong_input_shape",
                layer,
                format!("its window of {window} does not fit into axis {axis} of {}, which has {size}", show(&has)),
                format!("declare the rows as (steps, channels) or (height, width, channels); a window of {window} needs {window} at least"),
                Known::Certain,
            ),
            Trouble::TooSmall { axis, size, window } => ShapeFault::new(
                "layer_output_too_small",
                layer,
                format!("its window of {window} does not fit into axis {axis} of {}: only {size} are left", show(&has)),
                "take padding=\"same\", smaller windows or strides, fewer poolings, or larger inputs".to_owned(),
                Known::Certain,
            ),
            Trouble::OpenAxis => ShapeFault::new(
                "wrong_input_shape",
                layer,
                format!("its weights need a last axis of fixed size, and {} leaves it open", show(&has)),
                "give the number of steps in the input's shape, or replace Flatten by a GlobalAveragePooling".to_owned(),
                Known::Certain,
            ),
            Trouble::Elements { has, wants } => ShapeFault::new(
                "wrong_layer_wiring",
                layer,
                format!("it reshapes {has} numbers a row to {wants}"),
                "let one size of the target be -1, or make the products equal".to_owned(),
                Known::Certain,
            ),
            Trouble::Channels { has, groups } => ShapeFault::new(
                "wrong_layer_wiring",
                layer,
                format!("{has} channels are no multiple of {groups} groups"),
                "take a number of groups that divides the channels".to_owned(),
                Known::Certain,
            ),
        }
    }

    /// Whether nothing but layers that leave shapes alone stands before it.
    fn is_first(&self) -> bool {
        self.layers[..self.i].iter().all(|layer| {
            matches!(
                layer.class.as_str(),
                "Input"
                    | "Dropout"
                    | "BatchNormalization"
                    | "Masking"
                    | "Rescaling"
                    | "Normalization"
                    | "GaussianNoise"
            )
        })
    }

    /// The first layer takes another number of axes than the rows have.
    fn first_axes(&self, needs: usize, has: &[Size]) -> ShapeFault {
        let layer = &self.layers[self.i];
        let form = match (layer.is_recurrent(), needs) {
            (true, _) => "(steps, features)",
            (_, 1) => "(features,)",
            (_, 2) => "(steps, channels)",
            (_, 3) => "(height, width, channels)",
            _ => "one size per axis, channels last",
        };
        let who = if self.declared {
            "the declared shape"
        } else {
            "the data"
        };
        let edit = match (has.len(), has.first(), has.last()) {
            (n, Some(Size::Open), _) if n == needs + 1 => {
                format!("leave the batch axis out: {}", show(&has[1..]))
            }
            (n, _, Some(Size::Known(1))) if n == needs + 1 => {
                format!("leave the last axis out: {}", show(&has[..n - 1]))
            }
            (n, ..) if n + 1 == needs => format!(
                "add an axis of one channel: reshape the rows to {}",
                show(&[has, &[Size::Known(1)]].concat())
            ),
            _ => format!("give the rows the form {form}; the axis of samples is not part of it"),
        };
        ShapeFault::new(
            "wrong_input_shape",
            layer,
            format!(
                "it takes rows of {needs} axes, {form}; {who} has {}: {}",
                has.len(),
                show(has)
            ),
            edit,
            Known::Certain,
        )
    }

    fn later_axes(&self, needs: usize, has: &[Size]) -> ShapeFault {
        let layer = &self.layers[self.i];
        let before = self.layers[..self.i].iter().rev();
        let maker = before.clone().find(|l| {
            l.is_recurrent()
                || l.has_kernel()
                || l.class == "Flatten"
                || l.class.contains("Pooling")
        });
        let what = format!(
            "it takes {needs} axes beside the batch's, and gets {}",
            show(has)
        );
        if let Some(rnn) = maker.filter(|l| l.is_recurrent() && has.len() == 1 && needs == 2) {
            return ShapeFault::new(
                "wrong_return_sequences",
                rnn,
                format!(
                    "it gives its last step only, and {} behind it goes through steps",
                    layer.path
                ),
                format!("{}: return_sequences=True", rnn.path),
                Known::Certain,
            );
        }
        let edit = match maker {
            Some(l) if l.class == "Flatten" => {
                format!("take {} away, or put it behind {}", l.path, layer.path)
            }
            Some(l) if l.class.starts_with("Global") => {
                format!("replace {} by a pooling that keeps the axes", l.path)
            }
            _ if layer.is_recurrent() && has.len() > needs => {
                format!("put a Reshape to (steps, features) before {}", layer.path)
            }
            _ if has.len() < needs => {
                format!("put a Reshape to {needs} axes before {}", layer.path)
            }
            _ => format!(
                "take a layer for {} axes in place of {}",
                has.len(),
                layer.path
            ),
        };
        ShapeFault::new("wrong_layer_wiring", layer, what, edit, Known::Certain)
    }

    /// `(1, 28, 28)` for a layer that has its channels last.
    fn channels_seem_first(&self, has: &[Size]) -> bool {
        let layer = &self.layers[self.i];
        let few = |size: &Size| matches!(size, Size::Known(1..=4));
        let many = |size: &Size| size.known().is_some_and(|n| n > 4);
        let last = layer.name("data_format").as_deref() != Some("channels_first");
        let before = self.layers[..self.i].iter();
        let own_form = before
            .filter(|l| l.class != "Input")
            .all(|l| l.is_convolution() || !l.has_kernel());
        // Where the first convolution had room, what is left of the axis is small, and the declared shape tells.
        let declared = self.layers.first().and_then(Layer::declared).flatten();
        let shape = declared.as_deref().unwrap_or(has);
        last && own_form
            && shape.len() >= 2
            && shape.len() == has.len()
            && few(&shape[0])
            && shape[1..].iter().all(many)
    }

    fn channels_first(&self, has: &[Size]) -> ShapeFault {
        let declared = self.layers.first().and_then(Layer::declared).flatten();
        let shape = declared.unwrap_or_else(|| has.to_vec());
        let turned = [&shape[1..], &shape[..1]].concat();
        ShapeFault::new(
            "wrong_input_shape",
            &self.layers[self.i],
            format!(
                "{} has its channels first, and the layers take them last: no window fits into an axis of {}",
                show(&shape),
                show(&shape[..1])
            ),
            format!(
                "reshape the rows to {}, or set data_format=\"channels_first\" in every layer",
                show(&turned)
            ),
            Known::Certain,
        )
    }
}
