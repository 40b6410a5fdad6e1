"""KerasClassifier and KerasRegressor, as of old: a function that makes a model, and the arguments of it and of `fit`, as one estimator."""

import inspect

import numpy as np

from ..._keras import copies
from ..._keras.model import Model
from ..._keras.reading import restored
from ..utils import to_categorical
from ._tags import tags

# What estimators pass on, by the method that takes it.
_METHODS = ("fit", "predict", "predict_classes", "evaluate")
_OLD = {"fit": ("nb_epoch",)}


class BaseWrapper:
    """What both are. `build_fn` makes a compiled model; a compiled model is copied; without it, `__call__` of a subclass makes one."""

    _kind = ""

    def __init__(self, build_fn=None, **sk_params):
        self._function = "model" if "model" in sk_params and build_fn is None else "build_fn"
        self.build_fn = sk_params.pop("model", build_fn)
        self.check_params(sk_params)
        self.sk_params = sk_params

    def __getattr__(self, name):
        # scikit-learn reads parameters as attributes.
        known = self.__dict__.get("sk_params", {})
        if name in known:
            return known[name]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __sklearn_tags__(self):
        return tags(self._kind)

    def __sklearn_is_fitted__(self):
        return "model" in self.__dict__

    @property
    def _estimator_type(self):
        return self._kind

    def _maker(self):
        return self.__call__ if self.build_fn is None else self.build_fn

    def check_params(self, params):
        """Refuses names that neither the function nor a method of models takes."""
        known = {name for method in _METHODS for name in _names(method)}
        made = {} if isinstance(self.build_fn, Model) else inspect.signature(self._maker()).parameters
        open_end = any(p.kind == inspect.Parameter.VAR_KEYWORD for p in made.values())
        for name in params:
            if not open_end and name not in known and name not in made:
                raise ValueError(f"{name} is not a legal parameter")

    def get_params(self, deep=True):
        """All parameters by name; `deep` is scikit-learn's, parameters of models have none of their own."""
        return {**self.sk_params, self._function: self.build_fn}

    def set_params(self, **params):
        """Sets parameters."""
        for name in ("build_fn", "model"):
            if name in params:
                self._function, self.build_fn = name, params.pop(name)
        self.check_params(params)
        self.sk_params.update(params)
        return self

    def filter_sk_params(self, fn, override=None):
        """The parameters that a function names, with others before them."""
        names = inspect.signature(fn).parameters
        return {**{name: value for name, value in self.sk_params.items() if name in names}, **(override or {})}

    def _given(self, method, override):
        names = _names(method)
        return {**{name: value for name, value in self.sk_params.items() if name in names}, **override}

    def fit(self, x, y, **kwargs):
        """Makes the model anew and trains it; gives the history."""
        if isinstance(self.build_fn, Model):
            self.model = restored(self.build_fn.to_json(), None, self.build_fn._compiled,
                                  objects=copies.of_program(self.build_fn))
        else:
            self.model = self._maker()(**self.filter_sk_params(self._maker()))
        y = self._encoded(np.asarray(y))
        return self.model.fit(x, y, **self._given("fit", kwargs))

    def _encoded(self, y):
        loss = getattr(self.model.loss, "__name__", None) or getattr(self.model.loss, "_class_name", None) or self.model.loss
        one_hot = loss in ("categorical_crossentropy", "CategoricalCrossentropy")
        return to_categorical(y, len(self.classes_)) if one_hot and y.ndim != 2 else y


def _names(method):
    """Arguments of a model's method."""
    found = inspect.signature(getattr(Model, method)).parameters
    return {name for name in found if name not in ("self", "kwargs", "x", "y")} | set(_OLD.get(method, ()))


class KerasClassifier(BaseWrapper):
    """A classifier: the model gives a probability for each class, or one for the second of two."""

    _kind = "classifier"

    def fit(self, x, y, **kwargs):
        """Makes the model anew and trains it on classes (of any names), or on one column for each class."""
        y = np.array(y)
        if y.ndim == 2 and y.shape[1] > 1:
            self.classes_ = np.arange(y.shape[1])
        elif y.ndim == 1 or (y.ndim == 2 and y.shape[1] == 1):
            self.classes_ = np.unique(y)
            y = np.searchsorted(self.classes_, y)
        else:
            raise ValueError(f"Invalid shape for y: {y.shape}")
        self.n_classes_ = len(self.classes_)
        return super().fit(x, y, **kwargs)

    def predict(self, x, **kwargs):
        """Classes."""
        found = self.model.predict_classes(x, **self._given("predict_classes", {**kwargs}))
        return self.classes_[found]

    def predict_proba(self, x, **kwargs):
        """A column for each class."""
        found = self.model.predict(x, **self._given("predict", kwargs))
        return np.hstack([1 - found, found]) if found.shape[1] == 1 else found

    def score(self, x, y, **kwargs):
        """The share of rows that are right; the model has to be compiled with `metrics=["accuracy"]`."""
        y = np.asarray(y)
        y = y if y.ndim == 2 and y.shape[1] > 1 else np.searchsorted(self.classes_, y)
        logs = self.model.evaluate(x, self._encoded(y), **{**self._given("evaluate", kwargs), "return_dict": True})
        for name in ("accuracy", "acc"):
            if name in logs:
                return logs[name]
        raise ValueError('The model is not configured to compute accuracy. You should pass `metrics=["accuracy"]` to the '
                         '`model.compile()` method.')


class KerasRegressor(BaseWrapper):
    """A regressor: the model gives a number, or several."""

    _kind = "regressor"

    def predict(self, x, **kwargs):
        """The model's numbers, without axes of one element."""
        return np.squeeze(self.model.predict(x, **self._given("predict", kwargs)))

    def score(self, x, y, **kwargs):
        """The loss, negated: more is better."""
        found = self.model.evaluate(x, y, **self._given("evaluate", kwargs))
        return -(found[0] if isinstance(found, list) else found)


__all__ = ["BaseWrapper", "KerasClassifier", "KerasRegressor"]
