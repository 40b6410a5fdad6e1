//! IoU: intersection over union of some classes. Follows keras/src/metrics/iou_metrics.py.

use crate::metrics::MetricDef;
use crate::metrics::overlap::{Coding, CountType, Overlap};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "IoU",
    aliases: &[],
    about: "intersection over union of some classes",
    options: IoU::options,
    read: |o| {
        let made = IoU::read(o)?;
        let overlap = Overlap {
            class_name: "IoU",
            classes: made.num_classes,
            target_classes: made.target_class_ids,
            ignore_class: made.ignore_class,
            y_true: Coding::of(made.sparse_y_true),
            y_pred: Coding::of(made.sparse_y_pred),
            axis: made.axis,
            dtype: made.dtype,
        };
        overlap.checked(o)
    },
};

keras_config! {
    /// Intersection over union of some classes.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("IoU").with("num_classes", 3).with("target_class_ids", vec![0, 2]);
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "io_u");
    /// ```
    pub struct IoU(
        /// How many classes there are.
        num_classes: usize,
        /// Classes whose overlap is averaged.
        target_class_ids: Vec<i64>
    ) {
        /// Label of positions that do not count.
        ignore_class: Option<i64> = None,
        /// Whether targets are ids of classes, not one-hot. Default true.
        sparse_y_true: bool = true,
        /// Whether predictions are ids of classes, not scores of each. Default true.
        sparse_y_pred: bool = true,
        /// Axis of the classes where they are not ids. Default the last.
        axis: i64 = -1,
        /// `float32` to count fractions of weights; default whole numbers.
        dtype: CountType = CountType::Whole,
    }
}
