//! `compile` of a model that is trained already, with layers frozen or thawed.

use regimen_nn::config::nearest;

use crate::{CompileOptions, TrainError, Trainer};

impl<'e> Trainer<'e> {
    /// Compiles the same model anew, as Keras's `compile` does with a model that has been trained: weights and their layers'
    /// own state stay, optimizer and metrics begin anew. Before, the layers named become trainable or not; as in Keras that
    /// counts from a `compile` on.
    ///
    /// ```
    /// use regimen_graph::{Reference, Tensor};
    /// use regimen_nn::{layers::Dense, model::Sequential};
    /// use regimen_train::{Arrays, CompileOptions, FitOptions, Trainer};
    ///
    /// let x = Tensor::f32([4, 1], vec![0.0, 1.0, 2.0, 3.0]).unwrap();
    /// let data = Arrays::new(x.clone(), x);
    /// let model = Sequential::new().add(Dense::new(2usize)).add(Dense::new(1usize)).build();
    /// let trainer = Trainer::new(&Reference, model, &CompileOptions::new("sgd", "mse"), &data, 7)?;
    /// let body = trainer.weight("dense/kernel");
    /// let mut trainer = trainer.recompiled(&CompileOptions::new("adam", "mse"), &[("dense", false)])?;
    /// trainer.fit(&data, None, &FitOptions::default(), &mut [], &mut ())?;
    /// assert_eq!(trainer.weight("dense/kernel"), body);
    /// # Ok::<(), regimen_train::TrainError>(())
    /// ```
    pub fn recompiled(
        mut self,
        options: &CompileOptions,
        trainable: &[(&str, bool)],
    ) -> Result<Trainer<'e>, TrainError> {
        for (name, trainable) in trainable {
            let known = self.model.layers.iter().map(|l| l.name.as_str());
            let near = nearest(name, known);
            let hint = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            let mut layers = self.model.layers.iter_mut();
            let Some(layer) = layers.find(|l| l.name == *name) else {
                return Err(TrainError::Arguments(format!(
                    "the model has no layer `{name}`{hint}"
                )));
            };
            layer.trainable = *trainable;
        }
        let weights = self.weights();
        let mut again = Trainer::for_shapes(
            self.engine,
            self.model,
            options,
            self.inputs,
            self.targets,
            self.seed,
        )?;
        again.set_weights(&weights)?;
        Ok(again)
    }
}
