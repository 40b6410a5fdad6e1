//! The layers of a spec: class names, options by today's names, activations, what wrappers hold.

use serde_json::{Map, Value};

use super::value::{self, Shape};

/// A layer as the spec tells it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layer {
    /// Its name, or its class in snake case with a number, as Keras names it.
    pub path: String,
    /// Keras's class name of today.
    pub class: String,
    /// Options by today's names.
    pub config: Map<String, Value>,
    /// What a wrapper holds.
    pub inner: Option<Box<Layer>>,
    /// Names of the layers that it reads, where the spec tells.
    pub reads: Vec<String>,
}

/// Old class names and today's.
const RENAMED: [(&str, &str); 9] = [
    ("Convolution1D", "Conv1D"),
    ("Convolution2D", "Conv2D"),
    ("Convolution3D", "Conv3D"),
    ("Deconvolution2D", "Conv2DTranspose"),
    ("SeparableConvolution2D", "SeparableConv2D"),
    ("CuDNNLSTM", "LSTM"),
    ("CuDNNGRU", "GRU"),
    ("InputLayer", "Input"),
    ("TimeDistributedDense", "Dense"),
];

/// Old option names and today's, whatever the layer.
const OLD_OPTIONS: [(&str, &str); 9] = [
    ("nb_filter", "filters"),
    ("filter_length", "kernel_size"),
    ("subsample", "strides"),
    ("subsample_length", "strides"),
    ("border_mode", "padding"),
    ("pool_length", "pool_size"),
    ("init", "kernel_initializer"),
    ("W_regularizer", "kernel_regularizer"),
    ("p", "rate"),
];

/// Options in order of place, for calls such as `Conv2D(32, (3, 3))`.
fn places(class: &str) -> &'static [&'static str] {
    match class {
        "Dense" | "LSTM" | "GRU" | "SimpleRNN" => &["units", "activation"],
        "Conv1D" | "Conv2D" | "Conv3D" | "SeparableConv1D" | "SeparableConv2D"
        | "Conv2DTranspose" => &["filters", "kernel_size", "strides", "padding"],
        "Embedding" => &["input_dim", "output_dim"],
        "Activation" => &["activation"],
        "Reshape" => &["target_shape"],
        "RepeatVector" => &["n"],
        "Permute" => &["dims"],
        "Dropout" | "SpatialDropout1D" | "SpatialDropout2D" | "AlphaDropout" => &["rate"],
        "MaxPooling1D" | "MaxPooling2D" | "AveragePooling1D" | "AveragePooling2D" => {
            &["pool_size", "strides", "padding"]
        }
        _ => &[],
    }
}

impl Layer {
    /// A layer of a list; `place` is told in faults.
    pub fn read(value: &Value, place: &str) -> Result<Layer, String> {
        let object = value.as_object().ok_or_else(|| {
            format!("{place}: a layer is an object with `class_name` and `config`")
        })?;
        let class = object.get("class_name").or_else(|| object.get("layer"));
        let class = class.and_then(Value::as_str).ok_or_else(|| {
            format!(
                "{place}: `class_name` is missing; it says which layer this is, such as \"Dense\""
            )
        })?;
        let config = match object.get("config") {
            Some(Value::Object(config)) => config.clone(),
            Some(other) => {
                return Err(format!(
                    "{place}.config: an object is expected, not {other}"
                ));
            }
            // What a wrapper holds stands flat: `{"layer": "LSTM", "args": [20], "return_sequences": true}`.
            None => object.clone(),
        };
        let class = class.rsplit('.').next().unwrap_or(class);
        let mut layer = Layer::of(class, config);
        if let (true, Some(name)) = (
            layer.path.is_empty(),
            object.get("name").and_then(Value::as_str),
        ) {
            layer.path = name.to_owned();
        }
        layer.reads = reads(object);
        Ok(layer)
    }

    fn of(class: &str, mut config: Map<String, Value>) -> Layer {
        let today = RENAMED.iter().find(|(old, _)| *old == class);
        let class = today.map_or(class, |(_, today)| today).to_owned();
        for (place, option) in places(&class).iter().enumerate() {
            let given = config.remove(&format!("arg{place}"));
            let listed = || config.get("args")?.get(place).cloned();
            if let Some(value) = given.or_else(listed) {
                config.entry(*option).or_insert(value);
            }
        }
        for (old, today) in OLD_OPTIONS {
            if let Some(value) = config.remove(old) {
                config.entry(today).or_insert(value);
            }
        }
        if class != "Embedding"
            && let Some(units) = config.remove("output_dim")
        {
            config.entry("units").or_insert(units);
        }
        let held = ["inner", "layer", "forward_layer", "cell"]
            .iter()
            .find_map(|key| config.get(*key).filter(|held| held.is_object()));
        let inner = held
            .and_then(|held| Layer::read(held, "").ok())
            .map(Box::new);
        let path = config.get("name").and_then(Value::as_str);
        let path = path.unwrap_or_default().to_owned();
        Layer {
            path,
            class,
            config,
            inner,
            reads: vec![],
        }
    }

    /// A whole number among the options.
    pub fn count(&self, option: &str) -> Option<usize> {
        self.config.get(option).and_then(value::count)
    }

    /// A name among the options, in snake case.
    pub fn name(&self, option: &str) -> Option<String> {
        self.config.get(option).and_then(value::name)
    }

    /// A yes or no; `None` where the spec holds an expression.
    pub fn flag(&self, option: &str, default: bool) -> Option<bool> {
        match self.config.get(option) {
            None | Some(Value::Null) => Some(default),
            Some(value) => value.as_bool(),
        }
    }

    /// The activation at its end; `None` where it has none or the spec does not tell which.
    pub fn activation(&self) -> Option<String> {
        let by_class = match self.class.as_str() {
            "ReLU" => "relu",
            "LeakyReLU" => "leaky_relu",
            "PReLU" => "prelu",
            "ELU" => "elu",
            "ThresholdedReLU" => "thresholded_relu",
            "Softmax" => "softmax",
            "TimeDistributed" | "SpectralNormalization" => {
                return self.inner.as_ref()?.activation();
            }
            _ => "",
        };
        if !by_class.is_empty() {
            return Some(by_class.to_owned());
        }
        let default = match self.class.as_str() {
            "Dense" | "EinsumDense" => "linear",
            class if class.contains("Conv") && !class.starts_with("ConvLSTM") => "linear",
            class if self.is_recurrent() && class != "Bidirectional" => "tanh",
            "Activation" => return self.name("activation"),
            _ => return None,
        };
        match self.config.get("activation") {
            None | Some(Value::Null) => Some(default.to_owned()),
            Some(given) => value::name(given),
        }
    }

    /// Whether it goes through its input step by step, or holds a layer that does.
    pub fn is_recurrent(&self) -> bool {
        matches!(
            self.class.as_str(),
            "LSTM"
                | "GRU"
                | "SimpleRNN"
                | "RNN"
                | "ConvLSTM1D"
                | "ConvLSTM2D"
                | "ConvLSTM3D"
                | "Bidirectional"
        )
    }

    /// Whether it convolves.
    pub fn is_convolution(&self) -> bool {
        self.class.contains("Conv") && !self.is_recurrent()
    }

    /// Whether its result is a product with trained weights.
    pub fn has_kernel(&self) -> bool {
        let inside = || self.inner.as_ref().is_some_and(|inner| inner.has_kernel());
        let own = matches!(
            self.class.as_str(),
            "Dense" | "EinsumDense" | "MultiHeadAttention"
        );
        own || self.is_convolution()
            || self.is_recurrent()
            || (self.class == "TimeDistributed" && inside())
    }

    /// Units or filters of the result's last axis.
    pub fn units(&self) -> Option<usize> {
        match &self.inner {
            Some(inner) if self.class == "TimeDistributed" => inner.units(),
            _ => self.count("units").or_else(|| self.count("filters")),
        }
    }

    /// The row shape that it declares, `Some(None)` where it does in an expression.
    pub fn declared(&self) -> Option<Shape> {
        let shape = |key: &str| self.config.get(key).filter(|value| !value.is_null());
        if let Some(given) = shape("input_shape") {
            return Some(value::sizes(given));
        }
        if self.class == "Input"
            && let Some(given) = shape("shape")
        {
            return Some(value::sizes(given));
        }
        if let Some(given) = shape("batch_shape").or_else(|| shape("batch_input_shape")) {
            return Some(value::sizes(given).map(|sizes| sizes.into_iter().skip(1).collect()));
        }
        let steps = || shape("input_length").map_or(value::Size::Open, value::size);
        match (self.class.as_str(), shape("input_dim")) {
            ("Embedding", _) => Some(Some(vec![steps()])),
            (_, Some(features)) if self.is_recurrent() => {
                Some(Some(vec![steps(), value::size(features)]))
            }
            (_, Some(features)) => Some(Some(vec![value::size(features)])),
            _ => None,
        }
    }
}

/// Names in `inbound` (run files) or `inbound_nodes` (Keras: `["name", call, tensor, ...]`, or tensors with a
/// `keras_history` of the same form).
fn reads(object: &Map<String, Value>) -> Vec<String> {
    let mut names = vec![];
    if let Some(list) = object.get("inbound").and_then(Value::as_array) {
        names.extend(list.iter().filter_map(Value::as_str).map(str::to_owned));
    }
    if let Some(nodes) = object.get("inbound_nodes") {
        histories(nodes, &mut names);
    }
    names
}

fn histories(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Array(list) => match list.as_slice() {
            [Value::String(name), Value::Number(_), Value::Number(_), ..] => {
                names.push(name.clone())
            }
            _ => list.iter().for_each(|inner| histories(inner, names)),
        },
        Value::Object(object) => object.values().for_each(|inner| histories(inner, names)),
        _ => {}
    }
}

/// Gives layers without a name the one that Keras would.
pub(super) fn name_all(layers: &mut [Layer]) {
    let mut taken: Vec<String> = layers.iter().map(|layer| layer.path.clone()).collect();
    for layer in layers {
        if !layer.path.is_empty() {
            continue;
        }
        let base = class_in_snake(&layer.class);
        let free = |n: &usize| {
            let name = numbered(&base, *n);
            !taken.contains(&name)
        };
        let n = (0..).find(free).unwrap_or(0);
        layer.path = numbered(&base, n);
        taken.push(layer.path.clone());
    }
}

fn numbered(base: &str, n: usize) -> String {
    match n {
        0 => base.to_owned(),
        n => format!("{base}_{n}"),
    }
}

/// As Keras names layers: `conv2d`, `max_pooling2d`, `lstm`, `simple_rnn`.
fn class_in_snake(class: &str) -> String {
    let mut out = String::new();
    let letters: Vec<char> = class.chars().collect();
    for (i, c) in letters.iter().enumerate() {
        let after_lower = i > 0 && letters[i - 1].is_ascii_lowercase();
        let word_begins = i > 1
            && letters[i - 1].is_ascii_uppercase()
            && letters.get(i + 1).is_some_and(char::is_ascii_lowercase);
        if c.is_ascii_uppercase() && (after_lower || word_begins) {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn layer(value: Value) -> Layer {
        Layer::read(&value, "layers[0]").expect("a layer")
    }

    #[test]
    fn options_of_any_era_and_place() {
        let conv = layer(
            json!({"class_name": "Convolution2D", "config": {"arg0": 8, "arg1": [3, 3], "border_mode": "same"}}),
        );
        assert_eq!((conv.class.as_str(), conv.units()), ("Conv2D", Some(8)));
        assert_eq!(conv.name("padding").as_deref(), Some("same"));
        let tagger = layer(
            json!({"class_name": "TimeDistributed", "config": {"inner": {"layer": "Dense", "args": [3], "activation": "sigmoid"}}}),
        );
        assert_eq!(tagger.units(), Some(3));
        assert_eq!(tagger.activation().as_deref(), Some("sigmoid"));
        let keras = layer(
            json!({"class_name": "Bidirectional", "config": {"layer": {"class_name": "LSTM", "config": {"units": 4}}}}),
        );
        assert_eq!(keras.inner.and_then(|inner| inner.units()), Some(4));
    }

    #[test]
    fn activations_given_default_and_unknown() {
        let of = |class: &str, config: Value| {
            layer(json!({"class_name": class, "config": config})).activation()
        };
        assert_eq!(of("Dense", json!({})).as_deref(), Some("linear"));
        assert_eq!(of("LSTM", json!({})).as_deref(), Some("tanh"));
        assert_eq!(of("LeakyReLU", json!({})).as_deref(), Some("leaky_relu"));
        assert_eq!(
            of("Activation", json!({"activation": "activations.relu"})).as_deref(),
            Some("relu")
        );
        assert_eq!(of("Dense", json!({"activation": "config['a']"})), None);
        assert_eq!(of("Flatten", json!({})), None);
    }

    #[test]
    fn names_as_keras_gives_them() {
        let mut layers: Vec<Layer> = ["Dense", "MaxPooling2D", "Dense", "SimpleRNN", "LSTM"]
            .map(|class| layer(json!({"class_name": class, "config": {}})))
            .to_vec();
        layers[2].path = "dense".to_owned();
        name_all(&mut layers);
        let names: Vec<&str> = layers.iter().map(|layer| layer.path.as_str()).collect();
        assert_eq!(
            names,
            ["dense_1", "max_pooling2d", "dense", "simple_rnn", "lstm"]
        );
    }

    #[test]
    fn what_is_no_layer_is_named() {
        for wrong in [
            json!(3),
            json!({"config": {}}),
            json!({"class_name": "Dense", "config": 3}),
        ] {
            let fault = Layer::read(&wrong, "layers[4]").expect_err("no layer");
            assert!(fault.starts_with("layers[4]"), "{fault}");
        }
    }
}
