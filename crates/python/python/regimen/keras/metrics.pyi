"""Written by crates/python/make_stubs.py."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from typing_extensions import Self

from regimen.keras import Variable

class Metric:
    """What every class of this module is."""
    name: str
    def __init__(self, dtype: Any = None, name: str | None = None) -> None: ...
    def get_config(self) -> dict[str, Any]:
        """The options, each with its value."""
    @classmethod
    def from_config(cls, config: Any) -> Self: ...
    @property
    def dtype(self) -> str:
        """The type in which it takes arrays; inside it computes in float32."""
    def add_weight(self, shape: Any = ..., initializer: Any = None, dtype: Any = None, name: str | None = None, **kwargs: Any) -> Variable:
        """A variable. With each epoch and each evaluation it begins at zero. How copies on devices are joined changes nothing here."""
    def add_variable(self, shape: Any = ..., initializer: Any = None, dtype: Any = None, name: str | None = None, **kwargs: Any) -> Variable:
        """A variable. With each epoch and each evaluation it begins at zero. How copies on devices are joined changes nothing here."""
    def update_state(self, *args: Any, **kwargs: Any) -> Any:
        """Takes a batch in. One of your own overrides it and assigns to its variables."""
    def result(self) -> Any:
        """The value now. One of your own overrides it."""
    def reset_state(self) -> None:
        """Begins anew."""
    def reset_states(self) -> None:
        """Begins anew."""
    @property
    def variables(self) -> list[Variable]:
        """What it keeps, and what metrics inside of it do."""
    def stateless_update_state(self, metric_variables: Any, *args: Any, **kwargs: Any) -> Any:
        """The variables after a batch, from these; its own stay what they are."""
    def stateless_result(self, metric_variables: Any) -> Any:
        """The value for these variables."""
    def stateless_reset_state(self) -> Any:
        """The variables as they begin."""
    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...
    def __getattr__(self, name: str) -> Any: ...
    def __setattr__(self, name: str, value: Any) -> None: ...

class Accuracy(Metric):
    """How often predictions equal targets exactly."""
    def __init__(self, name: str | None = None, dtype: Any = None) -> None: ...

class AUC(Metric):
    """Area under the ROC or precision-recall curve."""
    def __init__(self, num_thresholds: int = 200, curve: str = 'ROC', summation_method: str = 'interpolation', name: str | None = None, dtype: Any = None, thresholds: Any = None, multi_label: bool = False, num_labels: int | None = None, label_weights: Any = None, from_logits: bool = False) -> None: ...

class BinaryAccuracy(Metric):
    """How often predictions above a threshold are those labelled 1."""
    def __init__(self, name: str | None = None, dtype: Any = None, threshold: float | None = 0.5) -> None: ...

class BinaryCrossentropy(Metric):
    """Running mean of the crossentropy of labels 0 and 1."""
    def __init__(self, name: str | None = None, dtype: Any = None, from_logits: bool = False, label_smoothing: float = 0.0) -> None: ...

class BinaryIoU(Metric):
    """Intersection over union of two classes that a threshold tells."""
    def __init__(self, target_class_ids: Sequence[int] = ..., threshold: float | None = 0.5, name: str | None = None, dtype: Any = 'int') -> None: ...

class CategoricalAccuracy(Metric):
    """How often the largest prediction is the labelled class, one-hot labels."""
    def __init__(self, name: str | None = None, dtype: Any = None) -> None: ...

class CategoricalCrossentropy(Metric):
    """Running mean of the crossentropy of one-hot labels."""
    def __init__(self, name: str | None = None, dtype: Any = None, from_logits: bool = False, label_smoothing: float = 0.0, axis: Any = -1) -> None: ...

class CategoricalHinge(Metric):
    """Running mean of the hinge loss of one-hot labels."""
    def __init__(self, name: str | None = None, dtype: Any = None) -> None: ...

class ConcordanceCorrelation(Metric):
    """Agreement of target and prediction along an axis: correlation, less what differs in mean and spread."""
    def __init__(self, name: str | None = None, dtype: Any = None, axis: Any = -1) -> None: ...

class CosineSimilarity(Metric):
    """Running mean of the cosine between target and prediction."""
    def __init__(self, name: str | None = None, dtype: Any = None, axis: Any = -1) -> None: ...

class F1Score(Metric):
    """Harmonic mean of precision and recall."""
    def __init__(self, average: str | None = None, threshold: float | None = None, name: str | None = None, dtype: Any = None) -> None: ...

class FalseNegatives(Metric):
    """How many labelled positive are predicted negative."""
    def __init__(self, thresholds: Any = None, name: str | None = None, dtype: Any = None) -> None: ...

class FalsePositives(Metric):
    """How many labelled negative are predicted positive."""
    def __init__(self, thresholds: Any = None, name: str | None = None, dtype: Any = None) -> None: ...

class FBetaScore(Metric):
    """Weighted harmonic mean of precision and recall."""
    def __init__(self, average: str | None = None, beta: float = 1.0, threshold: float | None = None, name: str | None = None, dtype: Any = None) -> None: ...

class Hinge(Metric):
    """Running mean of the hinge loss."""
    def __init__(self, name: str | None = None, dtype: Any = None) -> None: ...

class IoU(Metric):
    """Intersection over union of some classes."""
    def __init__(self, num_classes: int, target_class_ids: Sequence[int], name: str | None = None, dtype: Any = 'int', ignore_class: int | None = None, sparse_y_true: bool = True, sparse_y_pred: bool = True, axis: Any = -1) -> None: ...

class KLDivergence(Metric):
    """Running mean of the divergence of predicted from true distributions."""
    def __init__(self, name: str | None = None, dtype: Any = None) -> None: ...

class LogCoshError(Metric):
    """Running mean of ln cosh(error)."""
    def __init__(self, name: str | None = None, dtype: Any = None) -> None: ...

class Mean(Metric):
    """Running mean of the predictions."""
    def __init__(self, name: str | None = None, dtype: Any = None) -> None: ...

class MeanAbsoluteError(Metric):
    """Running mean of errors' magnitudes."""
    def __init__(self, name: str | None = None, dtype: Any = None) -> None: ...

class MeanAbsolutePercentageError(Metric):
    """Running mean of errors in percent of the target."""
    def __init__(self, name: str | None = None, dtype: Any = None) -> None: ...

class MeanIoU(Metric):
    """Intersection over union, mean of all classes."""
    def __init__(self, num_classes: int, name: str | None = None, dtype: Any = 'int', ignore_class: int | None = None, sparse_y_true: bool = True, sparse_y_pred: bool = True, axis: Any = -1) -> None: ...

class MeanMetricWrapper(Metric):
    """Running mean of a loss, named by `fn`."""
    def __init__(self, fn: Callable[..., Any], name: str | None = None, dtype: Any = None) -> None: ...

class MeanSquaredError(Metric):
    """Running mean of squared errors."""
    def __init__(self, name: str | None = None, dtype: Any = None) -> None: ...

class MeanSquaredLogarithmicError(Metric):
    """Running mean of squared differences of ln(1 + y)."""
    def __init__(self, name: str | None = None, dtype: Any = None) -> None: ...

class OneHotIoU(Metric):
    """Intersection over union of some classes, one-hot labels."""
    def __init__(self, num_classes: int, target_class_ids: Sequence[int], name: str | None = None, dtype: Any = 'int', ignore_class: int | None = None, sparse_y_pred: bool = False, axis: Any = -1) -> None: ...

class OneHotMeanIoU(Metric):
    """Intersection over union, mean of all classes, one-hot labels."""
    def __init__(self, num_classes: int, name: str | None = None, dtype: Any = 'int', ignore_class: int | None = None, sparse_y_pred: bool = False, axis: Any = -1) -> None: ...

class PearsonCorrelation(Metric):
    """Correlation of target and prediction along an axis."""
    def __init__(self, name: str | None = None, dtype: Any = None, axis: Any = -1) -> None: ...

class Poisson(Metric):
    """Running mean of the Poisson loss."""
    def __init__(self, name: str | None = None, dtype: Any = None) -> None: ...

class Precision(Metric):
    """How many of those predicted positive are."""
    def __init__(self, thresholds: Any = None, top_k: int | None = None, class_id: int | None = None, name: str | None = None, dtype: Any = None) -> None: ...

class PrecisionAtRecall(Metric):
    """Largest precision where at least a given share of the positives is found."""
    def __init__(self, recall: float, num_thresholds: int = 200, class_id: int | None = None, name: str | None = None, dtype: Any = None) -> None: ...

class R2Score(Metric):
    """Share of the targets' variance that predictions explain."""
    def __init__(self, class_aggregation: str | None = 'uniform_average', num_regressors: int = 0, name: str | None = None, dtype: Any = None) -> None: ...

class Recall(Metric):
    """How many of the positive are predicted so."""
    def __init__(self, thresholds: Any = None, top_k: int | None = None, class_id: int | None = None, name: str | None = None, dtype: Any = None) -> None: ...

class RecallAtPrecision(Metric):
    """Largest share of the positives found where precision is at least a given one."""
    def __init__(self, precision: float, num_thresholds: int = 200, class_id: int | None = None, name: str | None = None, dtype: Any = None) -> None: ...

class RootMeanSquaredError(Metric):
    """Root of the running mean of squared errors."""
    def __init__(self, name: str | None = None, dtype: Any = None) -> None: ...

class SensitivityAtSpecificity(Metric):
    """Largest share of the positives found where at least a given share of the negatives is told."""
    def __init__(self, specificity: float, num_thresholds: int = 200, class_id: int | None = None, name: str | None = None, dtype: Any = None) -> None: ...

class SparseCategoricalAccuracy(Metric):
    """How often the largest prediction is the labelled class, integer labels."""
    def __init__(self, name: str | None = None, dtype: Any = None) -> None: ...

class SparseCategoricalCrossentropy(Metric):
    """Running mean of the crossentropy of integer labels."""
    def __init__(self, name: str | None = None, dtype: Any = None, from_logits: bool = False, ignore_class: int | None = None, axis: Any = -1) -> None: ...

class SparseTopKCategoricalAccuracy(Metric):
    """How often the labelled class is among the k best, integer labels."""
    def __init__(self, k: int = 5, name: str | None = None, dtype: Any = None, from_sorted_ids: bool = False) -> None: ...

class SpecificityAtSensitivity(Metric):
    """Largest share of the negatives told where at least a given share of the positives is found."""
    def __init__(self, sensitivity: float, num_thresholds: int = 200, class_id: int | None = None, name: str | None = None, dtype: Any = None) -> None: ...

class SquaredHinge(Metric):
    """Running mean of the squared hinge loss."""
    def __init__(self, name: str | None = None, dtype: Any = None) -> None: ...

class Sum(Metric):
    """Running sum of the predictions."""
    def __init__(self, name: str | None = None, dtype: Any = None) -> None: ...

class TopKCategoricalAccuracy(Metric):
    """How often the labelled class is among the k best, one-hot labels."""
    def __init__(self, k: int = 5, name: str | None = None, dtype: Any = None) -> None: ...

class TrueNegatives(Metric):
    """How many labelled negative are predicted negative."""
    def __init__(self, thresholds: Any = None, name: str | None = None, dtype: Any = None) -> None: ...

class TruePositives(Metric):
    """How many labelled positive are predicted positive."""
    def __init__(self, thresholds: Any = None, name: str | None = None, dtype: Any = None) -> None: ...

def binary_accuracy(y_true: Any, y_pred: Any, threshold: float | None = 0.5) -> Any:
    """For each element whether the prediction is above a threshold where the label is 1, and only there."""
def binary_crossentropy(y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: Any = -1) -> Any:
    """-(y ln p + (1 - y) ln(1 - p)), for labels 0 and 1, for each row."""
def binary_focal_crossentropy(y_true: Any, y_pred: Any, apply_class_balancing: bool = False, alpha: float = 0.25, gamma: float = 2.0, from_logits: bool = False, label_smoothing: float = 0.0, axis: Any = -1) -> Any:
    """Binary crossentropy that counts what is easy less, for each row."""
def categorical_accuracy(y_true: Any, y_pred: Any) -> Any:
    """Whether the largest prediction is where the target's largest value is."""
def categorical_crossentropy(y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: Any = -1) -> Any:
    """-Σ y ln p, for one-hot labels, for each row."""
def categorical_focal_crossentropy(y_true: Any, y_pred: Any, alpha: float = 0.25, gamma: float = 2.0, from_logits: bool = False, label_smoothing: float = 0.0, axis: Any = -1) -> Any:
    """Crossentropy of one-hot labels that counts what is easy less, for each row."""
def categorical_hinge(y_true: Any, y_pred: Any) -> Any:
    """Margin between the true class and the best other, for each row."""
def concordance_correlation(y_true: Any, y_pred: Any, axis: Any = -1) -> Any:
    """Agreement with the line of equal values, for each row: from -1 to 1."""
def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """An object from `{class_name, config}` or a name."""
def get(identifier: Any) -> Any: ...
def hinge(y_true: Any, y_pred: Any) -> Any:
    """Mean of max(1 - y_true · y_pred, 0), for each row."""
def huber(y_true: Any, y_pred: Any, delta: float = 1.0) -> Any:
    """Squared near 0, linear beyond delta, for each row."""
def kl_divergence(y_true: Any, y_pred: Any) -> Any:
    """Sum of y_true · ln(y_true / y_pred), for each row."""
def log_cosh(y_true: Any, y_pred: Any) -> Any:
    """Mean of ln cosh(error), for each row."""
def mean_absolute_error(y_true: Any, y_pred: Any) -> Any:
    """Mean over the last axis of |y_pred - y_true|, for each row."""
def mean_absolute_percentage_error(y_true: Any, y_pred: Any) -> Any:
    """100 times the mean of |error| / |y_true|, for each row."""
def mean_squared_error(y_true: Any, y_pred: Any) -> Any:
    """Mean over the last axis of (y_pred - y_true)², for each row."""
def mean_squared_logarithmic_error(y_true: Any, y_pred: Any) -> Any:
    """Mean of (ln(1 + y_pred) - ln(1 + y_true))², for each row."""
def pearson_correlation(y_true: Any, y_pred: Any, axis: Any = -1) -> Any:
    """Covariance over the product of the deviations, for each row: from -1 to 1."""
def poisson(y_true: Any, y_pred: Any) -> Any:
    """Mean of y_pred - y_true · ln y_pred, for each row."""
def serialize(metric: Any) -> Any:
    """`{module, class_name, config, registered_name}`; None of None."""
def sparse_categorical_accuracy(y_true: Any, y_pred: Any) -> Any:
    """Whether the largest prediction is that of the label."""
def sparse_categorical_crossentropy(y_true: Any, y_pred: Any, from_logits: bool = False, ignore_class: int | None = None, axis: Any = -1) -> Any:
    """-ln p of the labelled class, for integer labels, for each row."""
def sparse_top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5, from_sorted_ids: bool = False) -> Any:
    """Whether the label is among the k largest predictions, or the first k of classes that are sorted already."""
def squared_hinge(y_true: Any, y_pred: Any) -> Any:
    """Mean of max(1 - y_true · y_pred, 0)², for each row."""
def top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> Any:
    """Whether the target's class is among the k largest predictions."""
