//! Layers that stand in several places of a model: inside of several models or wrappers in it, with weights that are one.
//!
//! Configs call such layers by numbers: [`Shared`]. [`Model::tied`] has the path of every place but the first, with that of
//! the first, in the order in which Keras walks through the layers; or paths of single weights.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use crate::WeightInfo;
use crate::model::{Model, SHARED, Shared};

/// The path under which what lies at `path` is held; none where that is its own.
pub(crate) fn held(tied: &BTreeMap<String, String>, path: &str) -> Option<String> {
    if tied.is_empty() {
        return None;
    }
    // The longest of the paths above it, and itself, that is there.
    let ends = path.rmatch_indices('/').map(|(end, _)| end);
    let mut ends = std::iter::once(path.len()).chain(ends);
    let (end, first) = ends.find_map(|end| Some((end, tied.get(&path[..end])?)))?;
    Some(format!("{first}{}", &path[end..]))
}

/// Where a layer stands first, its class and options, and whether it is trained: one layer has one of each.
type Seen = (String, &'static str, Map<String, Json>, bool);

/// Options without what says which layers are one.
fn without_ids(value: &mut Json) {
    match value {
        Json::Array(all) => all.iter_mut().for_each(without_ids),
        Json::Object(map) => {
            SHARED.iter().for_each(|key| _ = map.shift_remove(*key));
            map.values_mut().for_each(without_ids);
        }
        _ => {}
    }
}

/// A path of a layer within a model, itself within another one or not.
fn below(within: &str, name: &str) -> String {
    match within {
        "" => name.to_owned(),
        within => format!("{within}/{name}"),
    }
}

impl Model {
    /// The path under which a weight is held: that of the first place of its layer.
    pub fn held_at(&self, path: &str) -> String {
        held(&self.tied, path).unwrap_or_else(|| path.to_owned())
    }

    /// Weights as files have them: one for each place of a layer that stands in several, in the order of the layers.
    pub fn in_every_place(&self, weights: &[WeightInfo]) -> Vec<WeightInfo> {
        if self.tied.is_empty() {
            return weights.to_vec();
        }
        let mut all = vec![];
        for weight in weights {
            all.push(weight.clone());
            for (place, first) in &self.tied {
                let rest = weight.path.strip_prefix(first.as_str());
                let Some(rest) = rest.filter(|r| r.is_empty() || r.starts_with('/')) else {
                    continue;
                };
                let path = format!("{place}{rest}");
                let layer = path.rsplit_once('/').map_or("", |(layer, _)| layer);
                all.push(WeightInfo {
                    layer: layer.to_owned(),
                    path: path.clone(),
                    ..weight.clone()
                });
            }
        }
        let mut layers = vec![];
        self.paths_of_layers("", &mut layers);
        let below = |weight: &WeightInfo, layer: &String| {
            let rest = weight.path.strip_prefix(layer.as_str());
            rest.is_some_and(|rest| rest.starts_with('/'))
        };
        all.sort_by_key(|weight| layers.iter().position(|layer| below(weight, layer)));
        all
    }

    /// Paths of the layers that are no models, in Keras's order.
    fn paths_of_layers(&self, within: &str, found: &mut Vec<String>) {
        for layer in self.keras_order() {
            let node = &self.layers[layer];
            let path = below(within, &node.name);
            match node.layer.model() {
                Some(inner) => inner.paths_of_layers(&path, found),
                None => found.push(path),
            }
        }
    }

    /// Ties the layers that have the id of one before them.
    pub(crate) fn tie_shared(&mut self) {
        let mut seen = BTreeMap::new();
        let mut tied = BTreeMap::new();
        self.places_of_shared("", &mut seen, &mut tied);
        self.tied.extend(tied);
    }

    fn places_of_shared(
        &self,
        within: &str,
        seen: &mut BTreeMap<Shared, Seen>,
        tied: &mut BTreeMap<String, String>,
    ) {
        let mut named = BTreeSet::new();
        for layer in self.keras_order() {
            let node = &self.layers[layer];
            let path = below(within, &node.name);
            if node.input.is_some() || !named.insert(node.name.as_str()) {
                continue;
            }
            let (class, mut config) = (node.layer.class_name(), node.layer.config());
            config.values_mut().for_each(without_ids);
            let same =
                |first: &&Seen| (first.1, &first.2, first.3) == (class, &config, node.trainable);
            match node.shared.and_then(|id| seen.get(&id)).filter(same) {
                Some(first) => _ = tied.insert(path, first.0.clone()),
                None => {
                    if let Some(id) = node.shared {
                        seen.insert(id, (path.clone(), class, config, node.trainable));
                    }
                    if let Some(inner) = node.layer.model() {
                        inner.places_of_shared(&path, seen, tied);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_below_a_place_is_held_by_the_first() {
        let one = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let tied = BTreeMap::from([one("b/d", "a/d"), one("c", "b2")]);
        assert_eq!(held(&tied, "b/d/kernel").as_deref(), Some("a/d/kernel"));
        assert_eq!(held(&tied, "b/d").as_deref(), Some("a/d"));
        assert_eq!(held(&tied, "c/x/bias").as_deref(), Some("b2/x/bias"));
        assert_eq!(held(&tied, "b/dense/kernel"), None);
        assert_eq!(held(&BTreeMap::new(), "b/d"), None);
    }
}
