"""SKLearnClassifier, SKLearnRegressor, SKLearnTransformer: a model, or a function that makes one of the data, as an estimator."""

import numpy as np

from ..._keras import copies
from ..._keras.model import Model
from ..._keras.reading import restored
from ._tags import tags


class _Estimator:
    """What all are. `model` is a compiled model, which is copied, or a function of X, y and `model_kwargs` that gives one."""

    _kind = "transformer"
    _options = ("model", "warm_start", "model_kwargs", "fit_kwargs")

    def __init__(self, model, warm_start=False, model_kwargs=None, fit_kwargs=None):
        self.model, self.warm_start, self.model_kwargs, self.fit_kwargs = model, warm_start, model_kwargs, fit_kwargs

    def __sklearn_tags__(self):
        return tags(self._kind)

    def __sklearn_clone__(self):
        return type(self)(**self.get_params())

    def __sklearn_is_fitted__(self):
        return "model_" in self.__dict__

    @property
    def _estimator_type(self):
        return self._kind

    def get_params(self, deep=True):
        """All options by name; `deep` is scikit-learn's, they have none of their own."""
        return {name: getattr(self, name) for name in self._options}

    def set_params(self, **params):
        """Sets options."""
        for name, value in params.items():
            if name not in self._options:
                raise ValueError(f"Invalid parameter {name!r} for estimator {type(self).__name__}. Valid parameters are: "
                                 f"{list(self._options)}.")
            setattr(self, name, value)
        return self

    def _made(self, X, y):
        if self.warm_start and hasattr(self, "model_"):
            return self.model_
        if not isinstance(self.model, Model):
            return self.model(X=X, y=y, **(self.model_kwargs or {}))
        if self.warm_start:
            return self.model
        return restored(self.model.to_json(), None, self.model._compiled, objects=copies.of_program(self.model))

    def fit(self, X, y=None, **kwargs):
        """Makes the model and trains it."""
        X = np.asarray(X)
        y = self._encoded(np.asarray(y), reset=True) if y is not None else None
        model = self._made(X, y)
        if not getattr(model, "compiled", False):
            raise RuntimeError("Given model needs to be compiled, and have a loss and an optimizer.")
        self.history_ = model.fit(X, y, **{**(self.fit_kwargs or {}), **kwargs})
        self.model_, self.n_features_in_ = model, X.shape[1] if X.ndim > 1 else 1
        return self

    def _outputs(self, X):
        if not hasattr(self, "model_"):
            raise ValueError(f"This {type(self).__name__} instance is not fitted yet. Call 'fit' with appropriate arguments first.")
        return self.model_.predict(np.asarray(X), verbose=0)

    def _encoded(self, y, reset=False):
        """Targets as columns."""
        if reset:
            self._flat = y.ndim == 1
        return y[:, None] if y.ndim == 1 else y


class SKLearnClassifier(_Estimator):
    """A classifier. The model sees a column for each class."""

    _kind = "classifier"

    def _encoded(self, y, reset=False):
        y = y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y
        if y.ndim != 1:
            raise ValueError(f"Only binary and multiclass target types are supported. Target of shape: {y.shape}")
        if reset:
            self.classes_ = np.unique(y)
            if len(self.classes_) == 1:
                raise ValueError("Classifier can't train when only one class is present.")
        return (y[:, None] == self.classes_[None]).astype("float32")

    def decision_function(self, X):
        """What the model gives."""
        return self._outputs(X)

    def predict(self, X):
        """Classes."""
        return self.classes_[self._outputs(X).argmax(axis=-1)]

    def score(self, X, y, sample_weight=None):
        """The share of rows that are right."""
        return float(np.average(self.predict(X) == np.asarray(y).reshape(-1), weights=sample_weight))


class SKLearnRegressor(_Estimator):
    """A regressor."""

    _kind = "regressor"

    def predict(self, X):
        """The model's numbers, in the form of the targets."""
        found = self._outputs(X)
        return found[:, 0] if self._flat and found.ndim == 2 and found.shape[1] == 1 else found

    def score(self, X, y, sample_weight=None):
        """R squared."""
        y = np.asarray(y, dtype=float)
        found, weights = self.predict(X).reshape(len(y), -1), np.ones(len(y)) if sample_weight is None else np.asarray(sample_weight,
                                                                                                                       dtype=float)
        y, weights = y.reshape(len(y), -1), weights[:, None]
        rest = (weights * (y - found) ** 2).sum(axis=0)
        whole = (weights * (y - np.average(y, axis=0, weights=weights[:, 0])) ** 2).sum(axis=0)
        return float(np.mean([1.0 if r == 0 else 0.0 if w == 0 else 1 - r / w for r, w in zip(rest, whole)]))


class SKLearnTransformer(_Estimator):
    """A transformer: what the model gives is the transformed data."""

    def transform(self, X):
        """What the model gives."""
        return self._outputs(X)

    def fit_transform(self, X, y=None, **kwargs):
        """`fit`, then `transform`."""
        return self.fit(X, y, **kwargs).transform(X)
