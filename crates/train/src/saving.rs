//! Keras's `save`, `save_weights` and `load_weights` of a model that is trained.

use std::io;
use std::path::Path;

use regimen_graph::Tensor;
use regimen_nn::Model;
use regimen_nn::model::{Description, InputInfo};
use regimen_save::{
    FileConfig, LoadOptions, OptimizerVariable, Saving, WeightSource, load_weights, save,
};

use serde_json::Value as Json;

use crate::{TrainError, Trainer, Weights};

/// What names the variables of an optimizer that a file brought, by their place.
const OF_FILE: &str = "#file/";

/// Weights and optimizer's variables as the engine keeps them, some elements at a time.
struct Stored<'t, 'e>(&'t Trainer<'e>);

impl Stored<'_, '_> {
    /// The path under which the engine has a weight: files have tied ones for each place.
    fn held(&self, path: &str) -> String {
        self.0.model.held_at(path)
    }

    /// A variable of the optimizer.
    fn whole(&self, name: &str) -> Option<Tensor> {
        let place = name.strip_prefix(OF_FILE).and_then(|n| n.parse().ok());
        match (place, &self.0.slots_of_file) {
            (Some(place), Some(slots)) => slots.get::<usize>(place).cloned(),
            _ => self.0.store.get(name),
        }
    }
}

impl WeightSource for Stored<'_, '_> {
    fn weight(&self, path: &str) -> Option<Tensor> {
        self.0.weight(&self.held(path))
    }

    fn parts(
        &self,
        path: &str,
        each: &mut dyn FnMut(&Tensor) -> io::Result<()>,
    ) -> io::Result<bool> {
        let place = path.strip_prefix(OF_FILE).and_then(|n| n.parse().ok());
        if let (Some(place), Some(slots)) = (place, &self.0.slots_of_file) {
            let slot: Option<&Tensor> = slots.get::<usize>(place);
            return slot.map_or(Ok(false), |slot| each(slot).map(|()| true));
        }
        let mut written = Ok(());
        let found = self.0.store.parts(&self.held(path), &mut |part| {
            if written.is_ok() {
                written = each(part);
            }
        });
        written.map(|()| found)
    }
}

impl Trainer<'_> {
    /// Writes the model, whole or not at all, in the format that the name says: `.keras` and `.h5` hold the model and what it
    /// was compiled with, `.keras` the optimizer's state, too, so that Keras goes on training; `.weights.h5`,
    /// `.weights.json`, `.safetensors` and `.npz` the weights alone; `.onnx` what the model computes in inference.
    ///
    /// ```
    /// use regimen_graph::{Reference, Tensor};
    /// use regimen_nn::{layers::Dense, model::Sequential};
    /// use regimen_train::{Arrays, CompileOptions, Trainer};
    ///
    /// let (x, y) = (Tensor::f32([2, 1], vec![1.0, 2.0]), Tensor::f32([2, 1], vec![3.0, 5.0]));
    /// let data = Arrays::new(x.unwrap(), y.unwrap());
    /// let model = || Sequential::new().add(Dense::new(1usize)).build();
    /// let options = CompileOptions::new("adam", "mse");
    /// let first = Trainer::new(&Reference, model(), &options, &data, 7)?;
    /// let dir = tempfile::tempdir()?;
    /// let file = dir.path().join("line.weights.h5");
    /// first.save(&file)?;
    /// let mut second = Trainer::new(&Reference, model(), &options, &data, 8)?;
    /// let skipped = second.load_weights(&file, &Default::default())?;
    /// assert!(skipped.is_empty());
    /// assert_eq!(first.weights(), second.weights());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A name that ends otherwise, layers that the format cannot express, and whatever writing a file may meet.
    pub fn save(&self, path: &Path) -> Result<(), TrainError> {
        self.save_with(path, FileConfig::Own)
    }

    /// The same with another config beside the weights, or none: [`FileConfig::Left`] makes an `.h5` a file of weights alone.
    ///
    /// # Errors
    ///
    /// Those of [`Trainer::save`].
    pub fn save_with(&self, path: &Path, config: FileConfig<'_>) -> Result<(), TrainError> {
        let (model, inputs, description) = self.described()?;
        let compile = self.file_compile.as_ref().unwrap_or(&self.compile);
        let slots = match compile {
            Json::Null => vec![],
            _ => self.optimizer_state(),
        };
        let saving = Saving {
            model,
            inputs,
            description: &description,
            weight: &Stored(self),
            config,
            compile,
            optimizer: (&self.optimizer_class, &slots),
            shard: regimen_save::SHARD,
        };
        save(path, &saving).map_err(|e| TrainError::Arguments(e.to_string()))
    }

    /// Replaces weights by those of a file in any of these formats but ONNX. Tells what was left as it was, where `options`
    /// allow that; nothing changes where they do not.
    ///
    /// # Errors
    ///
    /// A damaged file, and weights that do not fit.
    pub fn load_weights(
        &mut self,
        path: &Path,
        options: &LoadOptions,
    ) -> Result<Vec<String>, TrainError> {
        let (weights, skipped) = self.read_weights(path, options)?;
        self.set_weights(&weights)?;
        Ok(skipped)
    }

    /// Weights of a file for this model, and what was skipped.
    pub(crate) fn read_weights(
        &self,
        path: &Path,
        options: &LoadOptions,
    ) -> Result<(Weights, Vec<String>), TrainError> {
        let (model, inputs, _) = self.described()?;
        let weights = model.describe(inputs)?.weights;
        let read = load_weights(path, model, &weights, options);
        let read = read.map_err(|e| TrainError::Arguments(e.to_string()))?;
        Ok((read.weights, read.skipped))
    }

    /// The whole model, with what works on words and categories before the graph; its inputs; its description.
    fn described(&self) -> Result<(&Model, &[InputInfo], Description), TrainError> {
        let (model, inputs) = match &self.whole {
            Some((model, inputs)) => (model, inputs),
            None => (&self.model, &self.inputs),
        };
        let description = model.describe_untied(inputs)?;
        Ok((model, inputs, description))
    }

    /// What the optimizer keeps as files have it, in Keras's order: empty where Keras would have something else.
    pub fn optimizer_of_file(&self) -> Vec<Tensor> {
        let value = |variable: OptimizerVariable| match variable {
            OptimizerVariable::Value(value) => Some(value),
            OptimizerVariable::Named(name, _) => Stored(self).whole(&name),
        };
        let all: Option<Vec<Tensor>> = self.optimizer_state().into_iter().map(value).collect();
        all.unwrap_or_default()
    }

    /// u_1 u_2 ... u_t of Nadam, u_i = beta_1 (1 - 0.96^i / 2): see keras/src/optimizers/nadam.py.
    fn nadam_product(&self) -> f64 {
        let beta = self.compile["optimizer"]["config"]["beta_1"].as_f64();
        let beta = beta.unwrap_or(0.9);
        // Long before so many steps it is 0 in float32.
        let steps = self.step().min(100_000) as i32;
        (1..=steps)
            .map(|i| beta * (1.0 - 0.5 * 0.96_f64.powi(i)))
            .product()
    }

    /// The optimizer's variables in Keras's order.
    pub(crate) fn optimizer_state(&self) -> Vec<OptimizerVariable> {
        let of_file = |i: usize, value: &Tensor| {
            OptimizerVariable::Named(format!("{OF_FILE}{i}"), value.ty())
        };
        if let Some(slots) = &self.slots_of_file {
            let each = slots.iter().enumerate();
            return each.map(|(i, value)| of_file(i, value)).collect();
        }
        let class = self.optimizer_class.as_str();
        if class.is_empty() || class == "MultiOptimizer" {
            return vec![];
        }
        let mut state = vec![];
        if class == "LossScaleOptimizer" {
            let inner = &self.compile["optimizer"]["config"]["inner_optimizer"]["class_name"];
            if ["Adafactor", "Nadam"].iter().any(|other| inner == other) {
                return vec![];
            }
            // A step and a rate of its own, which stay 0 in Keras.
            state
                .extend([Tensor::scalar_i64(0), Tensor::scalar(0.0)].map(OptimizerVariable::Value));
        }
        for (variable, kept) in self.optimizer_variables_of_file() {
            let whole = variable.name.ends_with("velocity") && variable.shape.len() < 2;
            if class == "Adafactor" && whole {
                // For weights that have no two axes to be factored Keras keeps two numbers that it never uses.
                state.extend([0.0; 2].map(|zero| OptimizerVariable::Value(Tensor::scalar(zero))));
            }
            state.push(
                match kept.then(|| self.store.ty(&variable.name)).flatten() {
                    Some(ty) => OptimizerVariable::Named(variable.name, ty),
                    None => OptimizerVariable::Value(variable.first(|path| self.store.get(path))),
                },
            );
        }
        if class == "Nadam" {
            // What its momenta have multiplied to is a variable of Keras's, a function of the step here.
            let product = Tensor::scalar(self.nadam_product() as f32);
            state.push(OptimizerVariable::Value(product));
        }
        state
    }
}
