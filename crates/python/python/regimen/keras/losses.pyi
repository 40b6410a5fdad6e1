"""Written by crates/python/make_stubs.py."""

from collections.abc import Mapping
from typing import Any
from typing_extensions import Self

class Loss:
    """What every class of this module is."""
    name: str
    def __init__(self, name: str | None = None, reduction: str | None = 'sum_over_batch_size', dtype: Any = None) -> None: ...
    def get_config(self) -> dict[str, Any]:
        """The options, each with its value."""
    @classmethod
    def from_config(cls, config: Any) -> Self: ...
    reduction: str | None
    @property
    def dtype(self) -> str:
        """The type in which it takes and gives arrays; inside it computes in float32."""
    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Values of the loss, one for each row: override it."""
    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any: ...
    def __getattr__(self, name: str) -> Any: ...
    def __setattr__(self, name: str, value: Any) -> None: ...

class CategoricalFocalCrossentropy(Loss):
    """Crossentropy of one-hot labels that counts what is easy less. `alpha` is a weight, or one for each class."""
    def __init__(self, alpha: Any = 0.25, gamma: float = 2.0, from_logits: bool = False, label_smoothing: float = 0.0, axis: Any = -1, reduction: str | None = 'sum_over_batch_size', name: str | None = None, dtype: Any = None) -> None: ...
    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Values of the loss, one for each row."""

class BinaryCrossentropy(Loss):
    """-(y ln p + (1 - y) ln(1 - p)), for labels 0 and 1."""
    def __init__(self, from_logits: bool = False, label_smoothing: float = 0.0, axis: Any = -1, reduction: str | None = 'sum_over_batch_size', name: str | None = None, dtype: Any = None) -> None: ...

class BinaryFocalCrossentropy(Loss):
    """Binary crossentropy that counts what is easy less."""
    def __init__(self, apply_class_balancing: bool = False, alpha: Any = 0.25, gamma: float = 2.0, from_logits: bool = False, label_smoothing: float = 0.0, axis: Any = -1, reduction: str | None = 'sum_over_batch_size', name: str | None = None, dtype: Any = None) -> None: ...

class CategoricalCrossentropy(Loss):
    """-Σ y ln p, for one-hot labels."""
    def __init__(self, from_logits: bool = False, label_smoothing: float = 0.0, axis: Any = -1, reduction: str | None = 'sum_over_batch_size', name: str | None = None, dtype: Any = None) -> None: ...

class CategoricalGeneralizedCrossEntropy(Loss):
    """(1 - p^q) / q of the labelled class, for integer labels of which some are wrong."""
    def __init__(self, q: float = 0.5, reduction: str | None = 'sum_over_batch_size', name: str | None = None, dtype: Any = None) -> None: ...

class CategoricalHinge(Loss):
    """Margin between the true class and the best other."""
    def __init__(self, reduction: str | None = 'sum_over_batch_size', name: str | None = None, dtype: Any = None) -> None: ...

class Circle(Loss):
    """Draws embeddings of one label together and others apart."""
    def __init__(self, gamma: float = 80.0, margin: float = 0.4, remove_diagonal: bool = True, reduction: str | None = 'sum_over_batch_size', name: str | None = None, dtype: Any = None) -> None: ...

class CosineSimilarity(Loss):
    """Minus the cosine between target and prediction."""
    def __init__(self, axis: Any = -1, reduction: str | None = 'sum_over_batch_size', name: str | None = None, dtype: Any = None) -> None: ...

class CTC(Loss):
    """Sequences of labels without their places in time; class 0 is the blank."""
    def __init__(self, reduction: str | None = 'sum_over_batch_size', name: str | None = None, dtype: Any = None) -> None: ...

class Dice(Loss):
    """1 - twice the overlap over the sum of both areas."""
    def __init__(self, reduction: str | None = 'sum_over_batch_size', name: str | None = None, axis: Any = None, dtype: Any = None) -> None: ...

class Hinge(Loss):
    """Mean of max(1 - y_true · y_pred, 0)."""
    def __init__(self, reduction: str | None = 'sum_over_batch_size', name: str | None = None, dtype: Any = None) -> None: ...

class Huber(Loss):
    """Squared near 0, linear beyond delta."""
    def __init__(self, delta: float = 1.0, reduction: str | None = 'sum_over_batch_size', name: str | None = None, dtype: Any = None) -> None: ...

class KLDivergence(Loss):
    """Sum of y_true · ln(y_true / y_pred)."""
    def __init__(self, reduction: str | None = 'sum_over_batch_size', name: str | None = None, dtype: Any = None) -> None: ...

class LogCosh(Loss):
    """Mean of ln cosh(error)."""
    def __init__(self, reduction: str | None = 'sum_over_batch_size', name: str | None = None, dtype: Any = None) -> None: ...

class MeanAbsoluteError(Loss):
    """Mean over the last axis of |y_pred - y_true|."""
    def __init__(self, reduction: str | None = 'sum_over_batch_size', name: str | None = None, dtype: Any = None) -> None: ...

class MeanAbsolutePercentageError(Loss):
    """100 times the mean of |error| / |y_true|."""
    def __init__(self, reduction: str | None = 'sum_over_batch_size', name: str | None = None, dtype: Any = None) -> None: ...

class MeanSquaredError(Loss):
    """Mean over the last axis of (y_pred - y_true)²."""
    def __init__(self, reduction: str | None = 'sum_over_batch_size', name: str | None = None, dtype: Any = None) -> None: ...

class MeanSquaredLogarithmicError(Loss):
    """Mean of (ln(1 + y_pred) - ln(1 + y_true))²."""
    def __init__(self, reduction: str | None = 'sum_over_batch_size', name: str | None = None, dtype: Any = None) -> None: ...

class Poisson(Loss):
    """Mean of y_pred - y_true · ln y_pred."""
    def __init__(self, reduction: str | None = 'sum_over_batch_size', name: str | None = None, dtype: Any = None) -> None: ...

class SparseCategoricalCrossentropy(Loss):
    """-ln p of the labelled class, for integer labels."""
    def __init__(self, from_logits: bool = False, ignore_class: int | None = None, reduction: str | None = 'sum_over_batch_size', axis: Any = -1, name: str | None = None, dtype: Any = None) -> None: ...

class SquaredHinge(Loss):
    """Mean of max(1 - y_true · y_pred, 0)²."""
    def __init__(self, reduction: str | None = 'sum_over_batch_size', name: str | None = None, dtype: Any = None) -> None: ...

class Tversky(Loss):
    """Dice's loss with weights for missed and wrongly found area."""
    def __init__(self, alpha: float = 0.5, beta: float = 0.5, reduction: str | None = 'sum_over_batch_size', name: str | None = None, axis: Any = None, dtype: Any = None) -> None: ...

def KLD(y_true: Any, y_pred: Any) -> Any:
    """Sum of y_true · ln(y_true / y_pred), for each row."""
def MAE(y_true: Any, y_pred: Any) -> Any:
    """Mean over the last axis of |y_pred - y_true|, for each row."""
def MAPE(y_true: Any, y_pred: Any) -> Any:
    """100 times the mean of |error| / |y_true|, for each row."""
def MSE(y_true: Any, y_pred: Any) -> Any:
    """Mean over the last axis of (y_pred - y_true)², for each row."""
def MSLE(y_true: Any, y_pred: Any) -> Any:
    """Mean of (ln(1 + y_pred) - ln(1 + y_true))², for each row."""
def bce(y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: Any = -1) -> Any:
    """-(y ln p + (1 - y) ln(1 - p)), for labels 0 and 1, for each row."""
def binary_crossentropy(y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: Any = -1) -> Any:
    """-(y ln p + (1 - y) ln(1 - p)), for labels 0 and 1, for each row."""
def binary_focal_crossentropy(y_true: Any, y_pred: Any, apply_class_balancing: bool = False, alpha: Any = 0.25, gamma: float = 2.0, from_logits: bool = False, label_smoothing: float = 0.0, axis: Any = -1) -> Any:
    """Binary crossentropy that counts what is easy less, for each row."""
def categorical_crossentropy(y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: Any = -1) -> Any:
    """-Σ y ln p, for one-hot labels, for each row."""
def categorical_focal_crossentropy(y_true: Any, y_pred: Any, alpha: Any = 0.25, gamma: float = 2.0, from_logits: bool = False, label_smoothing: float = 0.0, axis: Any = -1) -> Any:
    """Crossentropy of one-hot labels that counts what is easy less, for each row."""
def categorical_generalized_cross_entropy(y_true: Any, y_pred: Any, q: float = 0.5) -> Any:
    """(1 - p^q) / q of the labelled class, for integer labels of which some are wrong, for each row."""
def categorical_hinge(y_true: Any, y_pred: Any) -> Any:
    """Margin between the true class and the best other, for each row."""
def cce(y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: Any = -1) -> Any:
    """-Σ y ln p, for one-hot labels, for each row."""
def circle(y_true: Any, y_pred: Any, ref_labels: Any = None, ref_embeddings: Any = None, remove_diagonal: bool = True, gamma: float = 80.0, margin: float = 0.4) -> Any:
    """Draws embeddings of one label together and others apart, for each row."""
def cosine(y_true: Any, y_pred: Any, axis: Any = -1) -> Any:
    """Minus the cosine between target and prediction, for each row."""
def cosine_proximity(y_true: Any, y_pred: Any, axis: Any = -1) -> Any:
    """Minus the cosine between target and prediction, for each row."""
def cosine_similarity(y_true: Any, y_pred: Any, axis: Any = -1) -> Any:
    """Minus the cosine between target and prediction, for each row."""
def ctc(y_true: Any, y_pred: Any) -> Any:
    """Sequences of labels without their places in time; class 0 is the blank, for each row."""
def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """An object from `{class_name, config}` or a name."""
def dice(y_true: Any, y_pred: Any, axis: Any = None) -> Any:
    """1 - twice the overlap over the sum of both areas, for each row."""
def get(identifier: Any) -> Any:
    """A loss: a class by its name, a function by its own, an object by its config, what can be called as it is."""
def hinge(y_true: Any, y_pred: Any) -> Any:
    """Mean of max(1 - y_true · y_pred, 0), for each row."""
def huber(y_true: Any, y_pred: Any, delta: float = 1.0) -> Any:
    """Squared near 0, linear beyond delta, for each row."""
def huber_loss(y_true: Any, y_pred: Any, delta: float = 1.0) -> Any:
    """Squared near 0, linear beyond delta, for each row."""
def kl_divergence(y_true: Any, y_pred: Any) -> Any:
    """Sum of y_true · ln(y_true / y_pred), for each row."""
def kld(y_true: Any, y_pred: Any) -> Any:
    """Sum of y_true · ln(y_true / y_pred), for each row."""
def kullback_leibler_divergence(y_true: Any, y_pred: Any) -> Any:
    """Sum of y_true · ln(y_true / y_pred), for each row."""
def log_cosh(y_true: Any, y_pred: Any) -> Any:
    """Mean of ln cosh(error), for each row."""
def logcosh(y_true: Any, y_pred: Any) -> Any:
    """Mean of ln cosh(error), for each row."""
def mae(y_true: Any, y_pred: Any) -> Any:
    """Mean over the last axis of |y_pred - y_true|, for each row."""
def mape(y_true: Any, y_pred: Any) -> Any:
    """100 times the mean of |error| / |y_true|, for each row."""
def mean_absolute_error(y_true: Any, y_pred: Any) -> Any:
    """Mean over the last axis of |y_pred - y_true|, for each row."""
def mean_absolute_percentage_error(y_true: Any, y_pred: Any) -> Any:
    """100 times the mean of |error| / |y_true|, for each row."""
def mean_squared_error(y_true: Any, y_pred: Any) -> Any:
    """Mean over the last axis of (y_pred - y_true)², for each row."""
def mean_squared_logarithmic_error(y_true: Any, y_pred: Any) -> Any:
    """Mean of (ln(1 + y_pred) - ln(1 + y_true))², for each row."""
def mse(y_true: Any, y_pred: Any) -> Any:
    """Mean over the last axis of (y_pred - y_true)², for each row."""
def msle(y_true: Any, y_pred: Any) -> Any:
    """Mean of (ln(1 + y_pred) - ln(1 + y_true))², for each row."""
def poisson(y_true: Any, y_pred: Any) -> Any:
    """Mean of y_pred - y_true · ln y_pred, for each row."""
def scce(y_true: Any, y_pred: Any, from_logits: bool = False, ignore_class: int | None = None, axis: Any = -1) -> Any:
    """-ln p of the labelled class, for integer labels, for each row."""
def serialize(loss: Any) -> Any:
    """`{module, class_name, config, registered_name}`; None of None."""
def sparse_categorical_crossentropy(y_true: Any, y_pred: Any, from_logits: bool = False, ignore_class: int | None = None, axis: Any = -1) -> Any:
    """-ln p of the labelled class, for integer labels, for each row."""
def squared_hinge(y_true: Any, y_pred: Any) -> Any:
    """Mean of max(1 - y_true · y_pred, 0)², for each row."""
def tversky(y_true: Any, y_pred: Any, alpha: Any = 0.5, beta: float = 0.5, axis: Any = None) -> Any:
    """Dice's loss with weights for missed and wrongly found area, for each row."""
