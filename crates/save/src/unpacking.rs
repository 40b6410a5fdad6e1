//! What reading a file may take: one and a half times the tensors that its config implies, its own size, and 64 MiB.
//!
//! Weights are held once. What has to be held beside them (an HDF5 file that lies deflated in a zip, the largest weight where its
//! axes are turned) is refused before it is inflated, where it would take more than is left of that.

use regimen_nn::optimizers::{self, Weight};
use regimen_nn::{Object, WeightInfo};
use serde_json::Value as Json;

/// Memory beside weights and files.
pub(crate) const BESIDE: u64 = 64 << 20;
/// Slots for each weight, where the optimizer is not known: as many as any has.
const MOST_SLOTS: u64 = 3;

fn bytes(shape: &[usize]) -> u64 {
    let count = shape.iter().map(|n| *n as u64);
    count.fold(size_of::<f32>() as u64, u64::saturating_mul)
}

/// Bytes of the weights.
pub(crate) fn bytes_of(weights: &[WeightInfo]) -> u64 {
    let each = weights.iter().map(|w| bytes(&w.shape));
    each.fold(0, u64::saturating_add)
}

/// Bytes of the largest weight.
pub(crate) fn largest(weights: &[WeightInfo]) -> u64 {
    weights.iter().map(|w| bytes(&w.shape)).max().unwrap_or(0)
}

/// Refuses `held` bytes beside the weights, where a file of `file` bytes is packed so tightly that they take more than is left.
pub(crate) fn check_held(held: u64, weights: &[WeightInfo], file: u64) -> Result<(), String> {
    let left = (bytes_of(weights) / 2)
        .saturating_add(file)
        .saturating_add(BESIDE);
    match held > left {
        true => Err(format!(
            "{} MiB would have to be unpacked out of a file of {} MiB beside {} MiB of weights: packed so tightly, they are not; write them unpacked",
            held >> 20,
            file >> 20,
            bytes_of(weights) >> 20
        )),
        false => Ok(()),
    }
}

/// Bytes that the optimizer of a `compile_config` keeps for these weights.
pub(crate) fn slots_of(compile: &Json, weights: &[WeightInfo]) -> u64 {
    let object = Object::read(&compile["optimizer"]);
    let optimizer = object.ok().and_then(|o| optimizers::read(&o, "").ok());
    let Some(optimizer) = optimizer else {
        return bytes_of(weights).saturating_mul(MOST_SLOTS);
    };
    let weight = |info: &WeightInfo| Weight {
        path: info.path.clone(),
        model: None,
        shape: info.shape.clone(),
    };
    let weights: Vec<Weight> = weights.iter().map(weight).collect();
    let variables = optimizers::variables(optimizer.as_ref(), &weights);
    let each = variables.iter().map(|v| bytes(&v.shape));
    each.fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;
    use regimen_nn::layers::Dense;
    use regimen_nn::model::Sequential;
    use serde_json::json;

    fn weights() -> Vec<WeightInfo> {
        let net = Sequential::new().input([50]).add(Dense::new(100usize));
        let model = net.build();
        let inputs = model.declared_inputs().expect("has an Input");
        model.describe(&inputs).expect("is sound").weights
    }

    #[test]
    fn slots_are_those_of_the_optimizer() {
        let weights = weights();
        let own = 4 * (50 * 100 + 100);
        assert_eq!((bytes_of(&weights), largest(&weights)), (own, 20_000));
        let slots = |class: &str, config: Json| {
            let compile = json!({ "optimizer": { "class_name": class, "config": config } });
            slots_of(&compile, &weights) / own
        };
        assert_eq!(slots("SGD", json!({})), 0);
        assert_eq!(slots("SGD", json!({ "momentum": 0.9 })), 1);
        assert_eq!(slots("Adam", json!({})), 2);
        assert_eq!(slots("Adam", json!({ "amsgrad": true })), 3);
        assert_eq!(slots("Own>Optimizer", json!({})), 3);
    }

    #[test]
    fn what_is_packed_too_tightly_is_refused() {
        let weights = weights();
        assert_eq!(check_held(BESIDE + 10_200, &weights, 0), Ok(()));
        assert_eq!(check_held(BESIDE + 20_000, &weights, 9_800), Ok(()));
        let refused = check_held(BESIDE + 10_201, &weights, 0).expect_err("is too much");
        assert!(
            refused.starts_with("64 MiB would have to be unpacked out of a file of 0 MiB"),
            "{refused}"
        );
    }
}
