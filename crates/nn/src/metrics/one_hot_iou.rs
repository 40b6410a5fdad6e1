//! OneHotIoU: intersection over union of some classes, one-hot labels. Follows keras/src/metrics/iou_metrics.py.

use crate::metrics::MetricDef;
use crate::metrics::overlap::{Coding, CountType, Overlap};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "OneHotIoU",
    aliases: &[],
    about: "intersection over union of some classes, one-hot labels",
    options: OneHotIoU::options,
    read: |o| {
        let made = OneHotIoU::read(o)?;
        let overlap = Overlap {
            class_name: "OneHotIoU",
            classes: made.num_classes,
            target_classes: made.target_class_ids,
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
    /// Intersection over union of some classes, one-hot labels.
    ///
    /// ```
    /// use regimen_nn::{Object, metrics};
    /// let object = Object::named("OneHotIoU").with("num_classes", 3).with("target_class_ids", vec![0, 2]);
    /// let named = metrics::read(&object, "compile.metrics[0]", &[8, 3], &[8, 3]).unwrap();
    /// assert_eq!(named.name, "one_hot_io_u");
    /// ```
    pub struct OneHotIoU(
        /// How many classes there are.
        num_classes: usize,
        /// Classes whose overlap is averaged.
        target_class_ids: Vec<i64>
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
