//! Batch renormalization: the batch's statistics, corrected toward the moving ones.
//!
//!   y = ((x - mean) / deviation · r + d) gamma + beta;  r = deviation / deviation', d = (mean - mean') / deviation'
//!
//! mean' and deviation' are averages over batches; no gradient passes through r and d, which may be clipped.
//! Ioffe 2017. Follows keras/src/layers/normalization/batch_normalization.py.

use regimen_graph::Var;
use serde_json::{Map, Value as Json};

use crate::initializers::{self, Initializer};
use crate::{OptionValue, Scope, normalization::move_toward};

/// Bounds of the corrections.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Clipping {
    /// Largest r.
    pub rmax: Option<f64>,
    /// Smallest r.
    pub rmin: Option<f64>,
    /// Largest magnitude of d.
    pub dmax: Option<f64>,
}

impl OptionValue for Clipping {
    const KIND: &'static str = "object with `rmax`, `rmin`, `dmax`";

    fn read(value: &Json) -> Result<Clipping, String> {
        let expected = || format!("expected an {} of numbers", Self::KIND);
        let map = value.as_object().ok_or_else(expected)?;
        let mut clipping = Clipping::default();
        for (key, value) in map {
            let bound = Option::<f64>::read(value).map_err(|_| expected())?;
            match key.as_str() {
                "rmax" => clipping.rmax = bound,
                "rmin" => clipping.rmin = bound,
                "dmax" => clipping.dmax = bound,
                other => return Err(format!("expected an {}: there is no `{other}`", Self::KIND)),
            }
        }
        match clipping {
            Clipping {
                rmax: Some(max),
                rmin: Some(min),
                ..
            } if max < min => Err(format!("expected `rmax` of at least `rmin` = {min}")),
            Clipping {
                dmax: Some(max), ..
            } if max < 0.0 => Err("expected `dmax` of 0 or more".to_string()),
            _ => Ok(clipping),
        }
    }

    fn write(&self) -> Json {
        let bounds = [
            ("rmax", self.rmax),
            ("rmin", self.rmin),
            ("dmax", self.dmax),
        ];
        let given = bounds
            .iter()
            .filter_map(|(key, bound)| Some((*key, (*bound)?)));
        let map: Map<String, Json> = given.map(|(k, b)| (k.to_string(), b.into())).collect();
        Json::Object(map)
    }
}

/// What renormalization needs of its layer.
pub(crate) struct Renorm<'a> {
    pub clipping: Clipping,
    /// Share of the old mean' and deviation' that stays.
    pub momentum: f64,
    pub epsilon: f64,
    pub mean_initializer: &'a Initializer,
    pub variance_initializer: &'a Initializer,
}

/// Its states, (C) each.
pub(crate) struct States {
    /// The average deviation, of which inference's variance is made.
    pub moving_stddev: Var,
    mean: Var,
    stddev: Var,
}

/// The initializer whose values are the roots of another's; none for one that draws.
pub(crate) fn root_of(initializer: &Initializer) -> Option<Initializer> {
    let config = &initializer.0.config;
    let value = match initializers::find(&initializer.0.class_name)?.class_name {
        "Zeros" => 0.0,
        "Ones" => 1.0,
        "Constant" => config.get("value").map_or(Some(0.0), Json::as_f64)?,
        _ => return None,
    };
    let root = crate::Object::named("Constant").with("value", value.sqrt());
    Some(Initializer(root))
}

impl Renorm<'_> {
    /// Makes the states, or finds them.
    pub fn states(&self, s: &mut Scope, channels: usize) -> States {
        let root = root_of(self.variance_initializer).unwrap_or(self.variance_initializer.clone());
        let mut state = |name: &str, initializer: &Initializer| {
            let made = s.state(name, &[channels], initializer);
            s.pending(name).unwrap_or(made)
        };
        States {
            moving_stddev: state("moving_stddev", &root),
            mean: state("renorm_mean", self.mean_initializer),
            stddev: state("renorm_stddev", &root),
        }
    }

    /// r and d for the batch's mean and deviation, (C) each; moves mean' and deviation' toward them.
    pub fn corrections(&self, s: &mut Scope, now: &States, mean: &Var, stddev: &Var) -> (Var, Var) {
        // Early deviations may be near 0.
        let floor = now.stddev.scalar_like(self.epsilon.sqrt());
        let held = now.stddev.maximum(&floor);
        let mut r = stddev / &held;
        if let Some(least) = self.clipping.rmin {
            r = r.maximum(&r.scalar_like(least));
        }
        if let Some(most) = self.clipping.rmax {
            r = r.minimum(&r.scalar_like(most));
        }
        let mut d = (mean - &now.mean) / &held;
        if let Some(most) = self.clipping.dmax {
            d = d.clip(-most, most);
        }
        move_toward(s, "renorm_mean", &now.mean, mean, self.momentum);
        move_toward(s, "renorm_stddev", &now.stddev, stddev, self.momentum);
        (r.stop_gradient(), d.stop_gradient())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn bounds_are_read_and_written() {
        let read = |value: Json| Clipping::read(&value);
        let clipping = read(json!({"rmax": 3, "dmax": null})).unwrap();
        assert_eq!(clipping.write(), json!({"rmax": 3.0}));
        assert!(
            read(json!({"rmaxx": 3}))
                .unwrap_err()
                .contains("no `rmaxx`")
        );
        assert!(
            read(json!({"rmax": 1, "rmin": 2}))
                .unwrap_err()
                .contains("at least `rmin`")
        );
        assert!(read(json!({"dmax": -1})).unwrap_err().contains("0 or more"));
        assert!(read(json!(3)).is_err());
    }

    #[test]
    fn roots_of_constants() {
        let constant = crate::Object::named("Constant").with("value", 4.0);
        let root = root_of(&Initializer(constant)).unwrap();
        assert_eq!(root.0.config["value"], json!(2.0));
        assert!(root_of(&"random_uniform".into()).is_none());
    }
}
