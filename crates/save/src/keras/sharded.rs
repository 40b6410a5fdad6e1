//! Weights in several files: `net.weights.json` says in which `net_00000.weights.h5` the variables of an object lie.
//!
//! ```text
//!   {"metadata": {"total_size": 123}, "weight_map": {"/layers/dense/vars": "net_00000.weights.h5"}}
//! ```
//!
//! Follows `ShardedH5IOStore` of keras/src/saving/saving_lib.py. A shard is a file beside the map: a name that leads
//! anywhere else is refused.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::path::Path;

use regimen_nn::{Model, WeightInfo};
use serde_json::{Map, Value as Json, json};

use super::fault::ModelFileError;
use super::low_rank;
use super::places::{Place, places};
use super::weights::{as_many, dataset_in};
use crate::hdf5::{Attribute, Element, H5Error, H5File, H5Limits, H5Writer};
use crate::json::parsed;
use crate::load::{LoadOptions, Loaded};
use crate::new_file::NewFile;
use crate::source::{WeightSource, put_weight};

/// Most bytes of the map, and most shards.
const MAP: u64 = 64 << 20;
const SHARDS: usize = 10_000;

/// Shards that were opened.
#[derive(Debug)]
pub(super) struct Shards {
    files: BTreeMap<String, H5File>,
}

impl Shards {
    /// Opens a map and all that it names.
    pub(super) fn open(path: &Path) -> Result<Shards, ModelFileError> {
        let fault = |fault: String| ModelFileError::file(path, fault);
        let names = names(path).map_err(fault)?;
        let mut files = BTreeMap::new();
        for name in names {
            if files.contains_key(&name) {
                continue;
            }
            if files.len() >= SHARDS {
                return Err(fault(format!("names more than {SHARDS} shards")));
            }
            let shard = path.with_file_name(&name);
            let file = H5File::open(&shard, H5Limits::default());
            files.insert(name, file.map_err(|e| ModelFileError::weights(&shard, e))?);
        }
        Ok(Shards { files })
    }

    /// The weights of a model, by path.
    pub(super) fn read(
        &self,
        model: &Model,
        weights: &[WeightInfo],
        options: &LoadOptions,
    ) -> Result<Loaded, H5Error> {
        let mut loaded = Loaded::default();
        let all = places(model, weights);
        for place in &all {
            if loaded.weights.contains_key(&place.weight) {
                continue;
            }
            let has = |file: &&H5File| file.datasets().contains_key(&dataset_in(file, place));
            if !model.tied.is_empty() && !self.files.values().any(|file| has(&file)) {
                let held = model.held_at(&place.weight);
                let elsewhere = all
                    .iter()
                    .filter(|other| model.held_at(&other.weight) == held);
                let known = |other: &Place, file: &H5File| {
                    file.datasets().contains_key(&dataset_in(file, other))
                };
                // Keras writes a layer that stands in several places once.
                if elsewhere
                    .into_iter()
                    .any(|o| self.files.values().any(|file| known(o, file)))
                {
                    continue;
                }
            }
            let read = match self.files.values().find(has) {
                Some(file) => {
                    let dataset = dataset_in(file, place);
                    // An object may be divided between shards.
                    as_many(self.files.values(), &dataset, &all, place)
                        .and_then(|()| file.read(&dataset, &place.shape))
                }
                None => Err(H5Error::Refused {
                    path: place.dataset(),
                    fault: "is in none of the shards".to_owned(),
                }),
            };
            loaded.take(place.weight.clone(), read, options)?;
        }
        loaded.weights.extend(low_rank::beginnings(weights));
        Ok(loaded)
    }
}

/// Names of the shards in a map.
fn names(path: &Path) -> Result<Vec<String>, String> {
    let file = std::fs::File::open(path).map_err(|e| e.to_string())?;
    let mut text = vec![];
    let mut limited = file.take(MAP + 1);
    limited.read_to_end(&mut text).map_err(|e| e.to_string())?;
    if text.len() as u64 > MAP {
        return Err(format!("has more than {MAP} bytes"));
    }
    let map: Json = parsed(&text)?;
    let map = map["weight_map"].as_object();
    let map =
        map.ok_or("has no `weight_map`; expected what Keras writes beside sharded weights")?;
    let listed = map.values().flat_map(|value| match value {
        Json::Array(all) => all.clone(),
        one => vec![one.clone()],
    });
    listed.map(|name| shard_name(&name)).collect()
}

fn shard_name(name: &Json) -> Result<String, String> {
    let text = name.as_str().unwrap_or_default();
    match !text.is_empty()
        && !text.contains(['/', '\\', ':'])
        && text != ".."
        && text.ends_with(".h5")
    {
        true => Ok(text.to_owned()),
        false => Err(format!(
            "names a shard {name}; expected the name of a .weights.h5 file beside it"
        )),
    }
}

/// Writes weights into shards of at most so many bytes, and the map last: where it stands, all shards do. Weights are asked
/// for one by one.
///
/// # Errors
///
/// A weight that is larger than a shard may be, one that there is not, and whatever writing files may meet.
pub fn write_sharded(
    path: &Path,
    model: &Model,
    weights: &[WeightInfo],
    weight: &dyn WeightSource,
    max_bytes: u64,
) -> Result<(), ModelFileError> {
    let write = || -> io::Result<()> {
        let shards = divided(&places(model, weights), max_bytes).map_err(io::Error::other)?;
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let stem = name.trim_end_matches(".json").trim_end_matches(".weights");
        let mut map: BTreeMap<String, Vec<Json>> = BTreeMap::new();
        for (i, shard) in shards.iter().enumerate() {
            let name = format!("{stem}_{i:05}.weights.h5");
            for place in shard {
                let named = map.entry(format!("/{}", place.group)).or_default();
                if !named.contains(&json!(name)) {
                    named.push(json!(name));
                }
            }
            write_shard(&path.with_file_name(&name), shard, weight)?;
        }
        let one = |mut all: Vec<Json>| match all.len() {
            1 => all.remove(0),
            _ => Json::Array(all),
        };
        let map: Map<String, Json> = map.into_iter().map(|(k, v)| (k, one(v))).collect();
        let total: u64 = shards.iter().flatten().map(bytes).sum();
        let text = json!({ "metadata": { "total_size": total }, "weight_map": map });
        NewFile::whole(path, |out| out.write_all(format!("{text:#}").as_bytes()))
    };
    write().map_err(|fault| ModelFileError::file(path, fault.to_string()))
}

fn bytes(place: &Place) -> u64 {
    4 * place.shape.iter().product::<usize>() as u64
}

fn divided(all: &[Place], max_bytes: u64) -> Result<Vec<Vec<Place>>, String> {
    let mut shards: Vec<Vec<Place>> = vec![vec![]];
    let mut held = 0;
    for place in all {
        let own = bytes(place);
        if own > max_bytes {
            return Err(format!(
                "{} has {own} bytes, more than a shard's {max_bytes}",
                place.weight
            ));
        }
        if held + own > max_bytes {
            shards.push(vec![]);
            held = 0;
        }
        held += own;
        if let Some(last) = shards.last_mut() {
            last.push(place.clone());
        }
    }
    Ok(shards)
}

fn write_shard(path: &Path, shard: &[Place], weight: &dyn WeightSource) -> io::Result<()> {
    let mut file = H5Writer::new();
    let mut paths = BTreeMap::new();
    for place in shard {
        file.dataset(&place.dataset(), Element::F32, &place.shape);
        file.attribute(&place.group, "name", Attribute::Text(place.name.clone()));
        paths.insert(place.dataset(), place.weight.clone());
    }
    NewFile::whole(path, |out| {
        file.write(out, &mut |dataset, out| {
            let path = paths.get(dataset).map_or(dataset, String::as_str);
            put_weight(out, weight, path)
        })
    })
}
