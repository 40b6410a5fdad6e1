//! What image layers share: images in, a transformation drawn while training, images out.
//!
//!   x (B, H, W, C) or (B, C, H, W) -> transform(x, draw(x))
//!
//! As in Keras, a layer is two functions: one draws the transformation, the other applies a given one.
//! Images become float32, integers too; layers that keep integers say so. Inputs are arrays of images:
//! Keras's dicts with labels, masks and bounding boxes are not taken.
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/base_image_preprocessing_layer.py.

use serde_json::Value as Json;
use std::collections::BTreeMap;

use regimen_graph::{DType, Fault, Type, Var, elements};

use crate::{
    Call, Configured, DataFormat, Layer, Options, Scope, Value,
    limits::{self, Limits},
    spatial,
};

/// A drawn transformation: Keras's dict of named tensors, one entry an image in most of them.
#[derive(Debug, Clone, Default)]
pub struct Drawn(pub BTreeMap<String, Var>);

impl Drawn {
    /// None yet.
    pub fn new() -> Drawn {
        Drawn::default()
    }

    /// The same with one more tensor.
    pub fn with(mut self, name: &str, value: Var) -> Drawn {
        self.0.insert(name.to_string(), value);
        self
    }

    /// The tensors of another layer's transformation, their names behind `prefix` and a dot.
    pub(crate) fn add(&mut self, prefix: &str, drawn: Drawn) {
        for (name, value) in drawn.0 {
            self.0.insert(format!("{prefix}.{name}"), value);
        }
    }

    /// What [`Drawn::add`] put under this prefix.
    pub(crate) fn under(&self, prefix: &str) -> Drawn {
        let inner = |(name, value): (&String, &Var)| {
            let rest = name.strip_prefix(prefix)?.strip_prefix('.')?;
            Some((rest.to_string(), value.clone()))
        };
        Drawn(self.0.iter().filter_map(inner).collect())
    }

    /// A tensor in this shape; a fault where it is absent or has another number of elements.
    pub(crate) fn get(&self, name: &str, images: &Var, shape: &[usize]) -> Var {
        let found = match self.0.get(name) {
            Some(value) if elements(&value.shape()) == elements(shape) => {
                return value.reshape(shape);
            }
            Some(value) => value.ty().to_string(),
            None => "none".to_string(),
        };
        let fault = Fault::new(
            format!("`{name}` of the transformation: {found}"),
            format!("a tensor of shape {shape:?}"),
            "Give a transformation that the layer's `draw` makes for these images.",
        );
        images.builder().fault("transform_images", fault);
        images.builder().placeholder(Type::new(DType::F32, shape))
    }
}

/// What becomes of integer images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Integers {
    /// Floats come out.
    Floats,
    /// The nearest integers of the same type.
    Rounded,
    /// Integers of the same type, cut toward zero.
    Truncated,
}

/// A layer of images, as two functions: one draws, the other transforms.
pub trait ImageLayer: Layer {
    /// Where the channels stand.
    fn data_format(&self) -> DataFormat;

    /// Keras's `get_random_transformation` in training, for images (B, H, W, C).
    fn draw(&self, s: &mut Scope, images: &Var) -> Drawn;

    /// Keras's `transform_images` in training, for float images (B, H, W, C).
    fn transform_images(&self, images: &Var, drawn: &Drawn) -> Var;

    /// Whether it transforms in inference, too.
    fn in_inference(&self) -> bool {
        false
    }

    /// The numbers of channels that it takes; none stands for any.
    fn channels(&self) -> &'static [usize] {
        &[]
    }

    /// What becomes of integer images.
    fn integers(&self) -> Integers {
        Integers::Floats
    }

    /// Why images of these sizes do not fit, if they do not.
    fn misfit(&self, _images: &Var) -> Option<Fault> {
        None
    }
}

/// [`Layer`] for an [`ImageLayer`]. Options behind the name are those that Keras's config writes as the pair of
/// bounds that they stand for.
macro_rules! image_layer {
    ($name:ident $(, $field:ident = $pair:expr)* $(,)?) => {
        impl $crate::Layer for $name {
            fn class_name(&self) -> &'static str {
                stringify!($name)
            }

            fn config(&self) -> serde_json::Map<String, serde_json::Value> {
                #[allow(unused_mut)]
                let mut map = $crate::Configured::write(self);
                $(
                    let pair: fn(&$name) -> (f64, f64) = $pair;
                    let (low, high) = pair(self);
                    map.insert(stringify!($field).to_string(), serde_json::json!([low, high]));
                )*
                map
            }

            fn forward(&self, s: &mut $crate::Scope, call: &$crate::Call) -> Vec<$crate::Value> {
                $crate::image_layer::forward(self, s, call)
            }
        }
    };
}
pub(crate) use image_layer;

/// Reads an image layer. `bounding_box_format` says how boxes of dict inputs are written; there are none here, so it
/// cannot matter.
pub(crate) fn read<L>(options: &mut Options<'_>) -> Option<Box<dyn Layer>>
where
    L: Layer + Limits + Configured + 'static,
{
    limits::hint(
        options,
        "bounding_box_format",
        Json::is_string,
        "the name of a format",
    );
    limits::read::<L>(options)
}

/// Writes the layer: nothing in inference, unless it transforms there, too. A mask does not pass.
pub(crate) fn forward(
    layer: &(impl ImageLayer + Limits),
    s: &mut Scope,
    call: &Call,
) -> Vec<Value> {
    limits::note(s, layer);
    let x = &call.inputs[0].x;
    if !accepts(layer, s, x) || !layer.limits().0.is_empty() {
        return vec![x.clone().into()];
    }
    let dtype = x.dtype();
    let floats = x.cast(DType::F32);
    let keeps = !dtype.is_float() && layer.integers() != Integers::Floats;
    if !s.training() && !layer.in_inference() {
        return vec![if keeps { x.clone() } else { floats }.into()];
    }
    let images = layer.data_format().to_last(&floats);
    if let Some(fault) = layer.misfit(&images) {
        return vec![s.fault(layer.class_name(), fault, x.ty()).into()];
    }
    let drawn = layer.draw(s, &images);
    let y = layer.transform_images(&images, &drawn);
    let y = layer.data_format().restored(&y);
    vec![
        if keeps {
            back(layer.integers(), &y, dtype)
        } else {
            y
        }
        .into(),
    ]
}

/// Floats in an integer type, the nearest of it where they lie beyond.
fn back(integers: Integers, y: &Var, dtype: DType) -> Var {
    let y = match integers {
        Integers::Rounded => y.round(),
        _ => y.clone(),
    };
    match dtype {
        DType::U8 => y.clip(0.0, 255.0),
        // The largest float32 below 2^31.
        DType::I32 => y.clip(-2_147_483_648.0, 2_147_483_520.0),
        _ => y,
    }
    .cast(dtype)
}

/// Whether `x` is a batch of images with the channels that the layer takes; if not, a fault is noted.
fn accepts(layer: &dyn ImageLayer, s: &Scope, x: &Var) -> bool {
    if x.is_broken() {
        return false;
    }
    let format = layer.data_format();
    let axes = spatial::axes(2, format);
    let last = format.to_last(x);
    let number = x.dtype() != DType::Bool;
    let channels = layer.channels();
    let fault = if x.rank() != 4 || !number || last.shape()[1..].contains(&0) {
        Fault::new(
            format!("input {}", x.ty()),
            format!("images {axes} of one pixel or more"),
            spatial::axes_mend(2),
        )
    } else if !channels.is_empty() && !channels.contains(&last.dim(3)) {
        Fault::new(
            format!("input {} of {} channels", x.ty(), last.dim(3)),
            format!("{channels:?} channels"),
            "Colours need red, green and blue; check `data_format`.",
        )
    } else {
        return true;
    };
    s.builder().fault(layer.class_name(), fault);
    false
}

/// `a` for the images that are chosen, (B), `b` for the others.
pub(crate) fn per_image(chosen: &Var, a: &Var, b: &Var) -> Var {
    chosen.reshape(&[a.dim(0), 1, 1, 1]).select(a, b)
}
