//! Optimizers of old: `lr`, other defaults, the norm of all gradients, and where epsilon stood.

use serde_json::json;

use super::{Door, Refusal, inside};
use crate::{Object, OptionError, object::same_name, optimizers};

impl Door {
    /// Brings an optimizer up to date, and those inside it.
    pub(super) fn update_optimizer(
        &mut self,
        object: &mut Object,
        path: &str,
        errors: &mut Vec<OptionError>,
    ) {
        errors.extend(self.update_own(object, path).err());
        for (below, value) in inside::optimizers_mut(&mut object.config) {
            // What is no object is told by whoever reads it.
            if let Ok(mut inner) = Object::read(value) {
                self.update_optimizer(&mut inner, &format!("{path}.{below}"), errors);
                inside::put_back(value, inner);
            }
        }
    }

    fn update_own(&mut self, object: &mut Object, path: &str) -> Refusal {
        if same_name(&object.class_name, "TFOptimizer") {
            return Err(OptionError {
                path: path.to_string(),
                message: "TFOptimizer stood for an optimizer of TensorFlow, whose options Keras did not write; name that one, such as Adam, with its options".to_string(),
            });
        }
        // How tf_keras names what Keras 2 once registered beside TensorFlow's own.
        if let Some(plain) = object.class_name.strip_prefix("Custom>")
            && optimizers::find(plain).is_some()
        {
            object.class_name = plain.to_string();
        }
        self.rename(object, ("lr", "learning_rate"), path)?;
        // Keras wrote null for the default of its backend.
        if object
            .config
            .get("epsilon")
            .is_some_and(serde_json::Value::is_null)
        {
            object.config.shift_remove("epsilon");
        }
        // How an old Keras computed, not what.
        for option in ["kappa", "jit_compile", "is_legacy_optimizer"] {
            object.config.shift_remove(option);
        }
        if !self.version.before(2, 4, 0) {
            return Ok(());
        }
        let Some(class) = optimizers::find(&object.class_name).map(|d| d.class_name) else {
            return Ok(());
        };
        if object.config.contains_key("clipnorm") {
            self.rename(object, ("clipnorm", "global_clipnorm"), path)?;
            self.as_then("clipnorm limits the norm of all gradients together");
        }
        self.give_old_rates(class, object);
        self.give_old_epsilon(class, object);
        if class == "Nadam" {
            let text = "Nadam's momentum rises by schedule_decay = 0.004";
            self.default(&mut object.config, "schedule_decay", json!(0.004), text);
        }
        Ok(())
    }

    fn give_old_rates(&mut self, class: &str, object: &mut Object) {
        let rate = match class {
            "Adagrad" => 0.01,
            "Adadelta" => 1.0,
            "Adamax" | "Nadam" => 0.002,
            _ => return,
        };
        let text = format!("{class}'s learning rate is {rate}");
        self.default(&mut object.config, "learning_rate", json!(rate), &text);
        if class == "Adagrad" {
            let text = "Adagrad's sums begin at 0";
            self.default(
                &mut object.config,
                "initial_accumulator_value",
                json!(0.0),
                text,
            );
        }
    }

    fn give_old_epsilon(&mut self, class: &str, object: &mut Object) {
        let adds = ["RMSprop", "Adagrad", "Adadelta", "Adam", "Adamax", "Nadam"];
        if !adds.iter().any(|c| same_name(c, class)) {
            return;
        }
        let inside = ["RMSprop", "Adagrad", "Adadelta"].contains(&class);
        let epsilon = match () {
            () if self.version.before(1, 0, 3) && inside => 1e-6,
            () if self.version.before(2, 1, 0) => 1e-8,
            () => 1e-7,
        };
        if epsilon != 1e-7 {
            let text = format!("{class}'s epsilon is {epsilon:e}");
            self.default(&mut object.config, "epsilon", json!(epsilon), &text);
        }
        if ["RMSprop", "Adagrad"].contains(&class) && !self.version.before(1, 0, 3) {
            let text = format!("{class} adds epsilon to the root, not to what is under it");
            self.default(&mut object.config, "epsilon_outside", json!(true), &text);
        }
    }
}
