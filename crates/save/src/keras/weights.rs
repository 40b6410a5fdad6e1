//! `.weights.h5`: weights, and the optimizer's variables, of Keras 3.

use std::collections::BTreeMap;
use std::io::{self, Write};

use regimen_graph::{Data, Tensor};
use regimen_nn::{Model, WeightInfo};

use super::low_rank;
use super::places::{Place, idf_weights, places};
use crate::hdf5::{Attribute, Element, H5Error, H5File, H5Writer};
use crate::load::{LoadOptions, Loaded};
use crate::source::{OptimizerVariable, WeightSource, put_weight};

/// Variables of LossScaleOptimizer before those of the optimizer inside.
const OF_SCALE: usize = 4;

/// Where those lie once more.
pub(super) const INNER: &str = "optimizer/inner_optimizer/vars/";

/// Writes a `.weights.h5`. Weights are asked for one by one, so that no second copy of them is held; `optimizer` are its
/// variables in Keras's order, empty to leave them out.
pub fn write_weights(
    out: &mut dyn Write,
    model: &Model,
    weights: &[WeightInfo],
    weight: &dyn WeightSource,
    optimizer: (&str, &[OptimizerVariable]),
) -> io::Result<()> {
    let all = places(model, weights);
    let mut file = H5Writer::new();
    let mut paths: BTreeMap<String, String> = BTreeMap::new();
    for place in &all {
        file.dataset(&place.dataset(), Element::F32, &place.shape);
        file.attribute(&place.group, "name", Attribute::Text(place.name.clone()));
        paths.insert(place.dataset(), place.weight.clone());
    }
    let idf: BTreeMap<String, Vec<f32>> = idf_weights(model, "").into_iter().collect();
    for (path, numbers) in &idf {
        file.dataset(path, Element::F32, &[numbers.len()]);
    }
    let (name, slots) = optimizer;
    for (i, slot) in slots.iter().enumerate() {
        let ty = slot.ty();
        let element = Element::from(ty.dtype);
        file.dataset(&format!("optimizer/vars/{i}"), element, &ty.shape);
    }
    if !slots.is_empty() {
        file.attribute("optimizer/vars", "name", Attribute::Text(name.to_owned()));
    }
    // Keras has the variables of the optimizer inside once more.
    let inner = if name == "LossScaleOptimizer" {
        slots.get(OF_SCALE..).unwrap_or_default()
    } else {
        &[]
    };
    for (i, slot) in inner.iter().enumerate() {
        let ty = slot.ty();
        file.dataset(&format!("{INNER}{i}"), Element::from(ty.dtype), &ty.shape);
    }
    file.attribute("vars", "name", Attribute::Text(model.name.clone()));
    file.write(out, &mut |path, out| {
        if let Some(numbers) = idf.get(path) {
            let (shape, data) = (vec![numbers.len()], Data::F32(numbers.clone()));
            return put(out, &Tensor { shape, data });
        }
        let slot = path.strip_prefix("optimizer/vars/");
        let slot = slot.and_then(|n| slots.get(n.parse::<usize>().ok()?));
        let again = path.strip_prefix(INNER);
        let slot = slot.or_else(|| inner.get(again?.parse::<usize>().ok()?));
        match slot {
            Some(kept) => kept.put(out, weight),
            None => put_weight(out, weight, paths.get(path).map_or(path, String::as_str)),
        }
    })
}

/// Elements, little-endian, some at a time.
pub(crate) fn put(out: &mut dyn Write, tensor: &Tensor) -> io::Result<()> {
    fn each<T: Copy, const N: usize>(
        out: &mut dyn Write,
        values: &[T],
        of: impl Fn(T) -> [u8; N],
    ) -> io::Result<()> {
        let mut bytes = vec![0; N * values.len().min(1 << 14)];
        for part in values.chunks(1 << 14) {
            let room = &mut bytes[..N * part.len()];
            for (to, value) in room.chunks_exact_mut(N).zip(part) {
                to.copy_from_slice(&of(*value));
            }
            out.write_all(room)?;
        }
        Ok(())
    }
    match &tensor.data {
        Data::F32(values) => each(out, values, f32::to_le_bytes),
        Data::F64(values) => each(out, values, f64::to_le_bytes),
        Data::BF16(values) => each(out, values, u16::to_le_bytes),
        Data::I32(values) => each(out, values, i32::to_le_bytes),
        Data::I64(values) => each(out, values, i64::to_le_bytes),
        Data::U8(values) | Data::Bool(values) => out.write_all(values),
    }
}

/// Reads the weights of a model, by path. Names that Keras had at first are tried, too.
pub fn read_weights(
    file: &H5File,
    model: &Model,
    weights: &[WeightInfo],
    options: &LoadOptions,
) -> Result<Loaded, H5Error> {
    let mut loaded = Loaded::default();
    let all = places(model, weights);
    for place in &all {
        // A kernel that has two places is read from the first.
        if loaded.weights.contains_key(&place.weight) {
            continue;
        }
        let dataset = dataset_in(file, place);
        // Keras writes a layer that stands in several places once.
        let known = |place: &Place| file.datasets().contains_key(&dataset_in(file, place));
        let elsewhere =
            |other: &&Place| model.held_at(&other.weight) == model.held_at(&place.weight);
        if !model.tied.is_empty() && !known(place) && all.iter().filter(elsewhere).any(known) {
            continue;
        }
        let read = as_many(std::iter::once(file), &dataset, &all, place)
            .and_then(|()| file.read(&dataset, &place.shape));
        loaded.take(place.weight.clone(), read, options)?;
    }
    loaded.weights.extend(low_rank::beginnings(weights));
    Ok(loaded)
}

/// Refuses an object that has more variables in the file than in the model: their numbers would stand for others.
pub(super) fn as_many<'f>(
    files: impl Iterator<Item = &'f H5File>,
    dataset: &str,
    all: &[Place],
    place: &Place,
) -> Result<(), H5Error> {
    let group = dataset.rsplit_once('/').map_or("", |(group, _)| group);
    let wanted = all
        .iter()
        .filter(|other| other.group == place.group)
        .count();
    let found: usize = files.map(|file| file.variables(group)).sum();
    match found > wanted {
        true => Err(H5Error::Refused {
            path: group.to_owned(),
            fault: format!(
                "has {found} variables, `{}` of the model {wanted}: it was saved with other options (`use_bias`, `center`, `scale`)",
                place.name
            ),
        }),
        false => Ok(()),
    }
}

/// The dataset of a place. The first files of Keras 3 have `_layer_checkpoint_dependencies` where those of today have
/// `layers`.
pub(super) fn dataset_in(file: &H5File, place: &Place) -> String {
    let today = place.dataset();
    let parts = today.split('/').map(|part| match part {
        "layers" => "_layer_checkpoint_dependencies",
        part => part,
    });
    let first: Vec<&str> = parts.collect();
    let first = first.join("/");
    // MultiHeadAttention's attributes in the files of Keras 2.
    let private = ["query", "key", "value", "output"]
        .iter()
        .fold(today.clone(), |path, part| {
            path.replace(&format!("/{part}_dense/"), &format!("/_{part}_dense/"))
        });
    let known = [today.clone(), first, private];
    let found = known
        .into_iter()
        .find(|path| file.datasets().contains_key(path));
    found.unwrap_or(today)
}

impl Loaded {
    /// Weights of layers that stand in several places by the path of the first: what is read first counts, as in Keras.
    pub(crate) fn held_by(mut self, model: &Model) -> Loaded {
        if model.tied.is_empty() {
            return self;
        }
        let (first, others): (BTreeMap<_, _>, BTreeMap<_, _>) = std::mem::take(&mut self.weights)
            .into_iter()
            .partition(|(path, _)| model.held_at(path) == *path);
        self.weights = first;
        for (path, value) in others {
            self.weights.entry(model.held_at(&path)).or_insert(value);
        }
        self
    }

    /// Takes what was read of a weight, or tells why not where that may be.
    pub(super) fn take(
        &mut self,
        weight: String,
        read: Result<Tensor, H5Error>,
        options: &LoadOptions,
    ) -> Result<(), H5Error> {
        match read {
            Ok(tensor) => {
                self.weights.insert(weight, floats(tensor));
                Ok(())
            }
            Err(fault) if options.skip_mismatch => {
                self.skipped.push(format!("{weight}: {fault}"));
                Ok(())
            }
            Err(fault) => Err(fault),
        }
    }
}

/// Weights are float32 here, whatever they were in the file.
pub(crate) fn floats(tensor: Tensor) -> Tensor {
    let data = match tensor.data {
        Data::F32(values) => values,
        Data::I32(values) => values.iter().map(|v| *v as f32).collect(),
        Data::I64(values) => values.iter().map(|v| *v as f32).collect(),
        Data::U8(values) | Data::Bool(values) => values.iter().map(|v| f32::from(*v)).collect(),
        Data::F64(values) => values.iter().map(|v| *v as f32).collect(),
        Data::BF16(values) => values
            .iter()
            .map(|v| f32::from_bits(u32::from(*v) << 16))
            .collect(),
    };
    Tensor {
        shape: tensor.shape,
        data: Data::F32(data),
    }
}
