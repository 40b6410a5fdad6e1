//! MeanIoU: intersection over union, mean of all classes. Follows keras/src/metrics/iou_metrics.py.

use crate::metrics::MetricDef;
use crate::metrics::overlap::{Coding, CountType, MOST_CLASSES, Overlap};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "MeanIoU",
    aliases: &[],
    about: "intersection over union, mean of all classes",
    options: MeanIoU::options,
    read: |o| {
        let made = MeanIoU::read(o)?;
        let overlap = Overlap {
            class_name: "MeanIoU",
            classes: made.num_classes,
            target_classes: (0..made.num_classes.min(MOST_CLASSES) as i64).collect(),
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
    /// Intersection over union, mean of all classes.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("MeanIoU").with("num_classes", 3);
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "mean_io_u");
    /// ```
    pub struct MeanIoU(
        /// How many classes there are.
        num_classes: usize
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
