//! BinaryIoU: intersection over union of two classes that a threshold tells. Follows keras/src/metrics/iou_metrics.py.

use crate::metrics::MetricDef;
use crate::metrics::overlap::{Coding, CountType, Overlap};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "BinaryIoU",
    aliases: &[],
    about: "intersection over union of two classes that a threshold tells",
    options: BinaryIoU::options,
    read: |o| {
        let made = BinaryIoU::read(o)?;
        let overlap = Overlap {
            class_name: "BinaryIoU",
            classes: 2,
            target_classes: made.target_class_ids,
            ignore_class: None,
            y_true: Coding::Ids,
            y_pred: Coding::Threshold(made.threshold),
            axis: -1,
            dtype: made.dtype,
        };
        overlap.checked(o)
    },
};

keras_config! {
    /// Intersection over union of two classes that a threshold tells.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("BinaryIoU").with("threshold", 0.3);
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 1], &[8, 1]).unwrap();
    /// assert_eq!(named.name, "binary_io_u");
    /// ```
    pub struct BinaryIoU() {
        /// Classes whose overlap is averaged. Default both.
        target_class_ids: Vec<i64> = vec![0, 1],
        /// From it up a prediction is of class 1. Default 0.5.
        threshold: f64 = 0.5,
        /// `float32` to count fractions of weights; default whole numbers.
        dtype: CountType = CountType::Whole,
    }
}
