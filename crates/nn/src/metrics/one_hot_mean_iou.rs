//! OneHotMeanIoU: intersection over union, mean of all classes, one-hot labels. Follows keras/src/metrics/iou_metrics.py.

use crate::metrics::MetricDef;
use crate::metrics::overlap::{Coding, CountType, MOST_CLASSES, Overlap};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "OneHotMeanIoU",
    aliases: &[],
    about: "intersection over union, mean of all classes, one-hot labels",
    options: OneHotMeanIoU::options,
    read: |o| {
        let made = OneHotMeanIoU::read(o)?;
        let overlap = Overlap {
            class_name: "OneHotMeanIoU",
            classes: made.num_classes,
            target_classes: (0..made.num_classes.min(MOST_CLASSES) as i64).collect(),
            ignore_class: made.ignore_class,
            y_true: Coding::Scores,
            y_pred: Coding::of(made.sparse_y_pred),
            axis: made.axis,
            dtype: made.dtype,
        };
        overlap.checked(o)
    },
};

keras_config! {
    /// Intersection over union, mean of all classes, one-hot labels.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("OneHotMeanIoU").with("num_classes", 3);
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "one_hot_mean_io_u");
    /// ```
    pub struct OneHotMeanIoU(
        /// How many classes there are.
        num_classes: usize
    ) {
        /// Label of positions that do not count.
        ignore_class: Option<i64> = None,
        /// Whether predictions are ids of classes, not scores of each. Default false.
        sparse_y_pred: bool = false,
        /// Axis of the classes where they are not ids. Default the last.
        axis: i64 = -1,
        /// `float32` to count fractions of weights; default whole numbers.
        dtype: CountType = CountType::Whole,
    }
}
