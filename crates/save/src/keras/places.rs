//! Where Keras 3 keeps a weight in a `.weights.h5`: the walk over attributes that leads to the object that owns it, then
//! `vars/N`, N counting the object's variables.
//!
//! `layers/<class>[_N]` of a model, N counting the layers of one class; below it the attributes of the layer: `cell` of a
//! recurrent layer, `forward_layer`, `query_dense`. Follows `_walk_saveable` of keras/src/saving/saving_lib.py; the names
//! of the attributes are those of Keras 3.15.1.

use std::collections::BTreeMap;

use super::low_rank;
use regimen_nn::foreign::MODULE as HOST;
use regimen_nn::host::HostLayer;
use regimen_nn::object::snake_case;
use regimen_nn::{Layer, Model, WeightInfo};

/// The place of a weight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The group of the object's variables: `layers/dense/vars`.
    pub group: String,
    /// Its number among them.
    pub index: usize,
    /// The weight's path: `dense/kernel`.
    pub weight: String,
    /// Its sizes.
    pub shape: Vec<usize>,
    /// Name of the object in Keras.
    pub name: String,
}

impl Place {
    /// Path of the dataset.
    pub fn dataset(&self) -> String {
        format!("{}/{}", self.group, self.index)
    }
}

/// The name that a class has in Keras's own code, where it is exported by another one.
fn keras_class(class: &str) -> &str {
    match class {
        "GroupQueryAttention" => "GroupedQueryAttention",
        class => class,
    }
}

/// The places of a model's weights. A kernel under SpectralNormalization has two.
pub fn places(model: &Model, weights: &[WeightInfo]) -> Vec<Place> {
    let mut found = Places {
        weights,
        places: vec![],
    };
    found.model(model, "", "");
    found.places
}

/// The layers of a model with their names, and their groups, which begin with `group`.
fn groups<'m>(model: &'m Model, group: &str) -> Vec<(&'m str, &'m dyn Layer, String)> {
    let mut counter = Counter::default();
    let order = model.keras_order().into_iter();
    let named = order.map(|place| {
        let node = &model.layers[place];
        let group = counter.group(group, node.layer.class_name());
        (node.name.as_str(), node.layer.as_ref(), group)
    });
    named.collect()
}

/// Numbers the layers of each class in a model, in their order.
#[derive(Debug, Default)]
pub(super) struct Counter(BTreeMap<String, usize>);

impl Counter {
    /// The group of the next layer of a class within the group of its model.
    pub(super) fn group(&mut self, model: &str, class: &str) -> String {
        let class = snake_case(keras_class(class));
        let count = self.0.entry(class.clone()).or_insert(0);
        let own = match *count {
            0 => class,
            n => format!("{class}_{n}"),
        };
        *count += 1;
        below(model, &format!("layers/{own}"))
    }
}

/// A dataset and its numbers.
pub(super) type Numbers = (String, Vec<f32>);

/// What tf_idf multiplies by, in the layers of a model that count words: no weight of ours, and a variable of Keras's.
pub(super) fn idf_weights(model: &Model, group: &str) -> Vec<Numbers> {
    let mut found = vec![];
    for (_, layer, group) in groups(model, group) {
        if let Some(inner) = layer.model() {
            found.extend(idf_weights(inner, &group));
        }
        let Some(idf) = layer.host().and_then(HostLayer::idf_weights) else {
            continue;
        };
        if layer.class_name() == "TextVectorization" {
            let inside = format!("{group}/_lookup_layer/vars/idf_weights");
            found.push((inside, idf.clone()));
        }
        found.push((format!("{group}/vars/idf_weights"), idf));
    }
    found
}

struct Places<'a> {
    weights: &'a [WeightInfo],
    places: Vec<Place>,
}

impl Places<'_> {
    /// The layers of a model whose weights begin with `scope` and whose groups begin with `group`.
    fn model(&mut self, model: &Model, scope: &str, group: &str) {
        for (name, layer, group) in groups(model, group) {
            let group = layer.held("").map_or(group, |(own, _)| own);
            self.layer(layer, &below(scope, name), &group);
        }
    }

    /// What lies below `path` inside a layer of a host language; `class` is that of the layer there.
    fn held(&mut self, layer: &dyn Layer, (path, class): (&str, &str), scope: &str, group: &str) {
        for (i, name) in self.names_inside(scope).into_iter().enumerate() {
            let inner = below(path, &name);
            let (attribute, class) = layer
                .held(&inner)
                .unwrap_or_else(|| (attribute(class, &name, i), String::new()));
            let (scope, group) = (below(scope, &name), below(group, &attribute));
            self.own(&scope, &group, 0);
            self.held(layer, (&inner, &class), &scope, &group);
        }
    }

    /// A layer: its own weights, then those of what is inside.
    fn layer(&mut self, layer: &dyn Layer, scope: &str, group: &str) {
        if let Some(model) = layer.model() {
            return self.model(model, scope, group);
        }
        let class = layer.class_name();
        if class == "SpectralNormalization" {
            self.normalized(layer, scope, group);
        }
        self.own(scope, group, usize::from(class == "SpectralNormalization"));
        if layer.module() == HOST {
            return self.held(layer, ("", class), scope, group);
        }
        let inside = layer.children();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for (i, name) in self.names_inside(scope).into_iter().enumerate() {
            let child = inside.iter().find(|(known, _)| *known == name);
            let attribute = match (class, child) {
                ("StackedRNNCells", Some((_, cell))) => {
                    let class = snake_case(cell.class_name());
                    let count = counts.entry(class.clone()).or_insert(0);
                    *count += 1;
                    match *count {
                        1 => format!("cells/{class}"),
                        n => format!("cells/{class}_{}", n - 1),
                    }
                }
                _ => attribute(class, &name, i),
            };
            let (scope, group) = (below(scope, &name), below(group, &attribute));
            match child {
                Some((_, child)) => self.layer(*child, &scope, &group),
                None => self.own(&scope, &group, 0),
            }
        }
    }

    /// The weights that an object owns itself, its variables numbered from `from`.
    fn own(&mut self, scope: &str, group: &str, from: usize) {
        let own = self.weights.iter();
        let own = own.filter(|w| w.layer == scope && !low_rank::is_part(w));
        let name = scope.rsplit('/').next().unwrap_or_default();
        for (i, weight) in own.enumerate() {
            self.places.push(Place {
                group: below(group, "vars"),
                index: from + i,
                weight: weight.path.clone(),
                shape: weight.shape.clone(),
                name: name.to_owned(),
            });
        }
    }

    /// Names of what is inside a layer and has weights, in their order.
    fn names_inside(&self, scope: &str) -> Vec<String> {
        let mut names: Vec<String> = vec![];
        let prefix = format!("{scope}/");
        for weight in self.weights {
            let rest = weight.layer.strip_prefix(&prefix);
            let name = rest.and_then(|rest| rest.split('/').next());
            if let Some(name) = name.filter(|name| !names.iter().any(|known| known == name)) {
                names.push(name.to_owned());
            }
        }
        names
    }

    /// SpectralNormalization has the kernel of the layer inside as its own first variable, too.
    fn normalized(&mut self, layer: &dyn Layer, scope: &str, group: &str) {
        let inner = layer.children().into_iter().next();
        let inner = inner.map(|(name, _)| below(scope, &name));
        let kernels = ["kernel", "embeddings"];
        let is_kernel = |w: &&WeightInfo| {
            let name = w.path.rsplit('/').next().unwrap_or_default();
            Some(&w.layer) == inner.as_ref() && kernels.contains(&name)
        };
        if let Some(weight) = self.weights.iter().find(is_kernel) {
            self.places.push(Place {
                group: below(group, "vars"),
                index: 0,
                weight: weight.path.clone(),
                shape: weight.shape.clone(),
                name: scope.rsplit('/').next().unwrap_or_default().to_owned(),
            });
        }
    }
}

fn below(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path => format!("{path}/{name}"),
    }
}

/// The attribute by which a layer of a class holds what has this name and number inside it.
fn attribute(class: &str, name: &str, number: usize) -> String {
    let dense = |name: &str| match name {
        "attention_output" => "output_dense".to_owned(),
        name => format!("{name}_dense"),
    };
    match class {
        "MultiHeadAttention" if name != "gate" => dense(name),
        "MultiHeadAttention" | "GroupQueryAttention" | "GroupedQueryAttention" => {
            format!("_{}", dense(name))
        }
        "Bidirectional" if number == 0 => "forward_layer".to_owned(),
        "Bidirectional" => "backward_layer".to_owned(),
        "TimeDistributed" | "SpectralNormalization" => "layer".to_owned(),
        _ => "cell".to_owned(),
    }
}
