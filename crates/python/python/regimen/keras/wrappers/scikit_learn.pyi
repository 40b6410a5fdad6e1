"""Written by crates/python/make_stubs.py."""

from typing import Any

class BaseWrapper:
    """What both are. `build_fn` makes a compiled model; a compiled model is copied; without it, `__call__` of a subclass makes one."""
    build_fn: Any
    sk_params: Any
    model: Any
    def __init__(self, build_fn: Any = None, **sk_params: Any) -> None: ...
    def check_params(self, params: Any) -> Any:
        """Refuses names that neither the function nor a method of models takes."""
    def get_params(self, deep: bool = True) -> Any:
        """All parameters by name; `deep` is scikit-learn's, parameters of models have none of their own."""
    def set_params(self, **params: Any) -> Any:
        """Sets parameters."""
    def filter_sk_params(self, fn: Any, override: Any = None) -> Any:
        """The parameters that a function names, with others before them."""
    def fit(self, x: Any, y: Any) -> Any:
        """Makes the model anew and trains it; gives the history."""
    def __getattr__(self, name: str) -> Any: ...
    def __setattr__(self, name: str, value: Any) -> None: ...

class KerasClassifier(BaseWrapper):
    """A classifier: the model gives a probability for each class, or one for the second of two."""
    n_classes_: Any
    classes_: Any
    def predict(self, x: Any) -> Any:
        """Classes."""
    def predict_proba(self, x: Any, **kwargs: Any) -> Any:
        """A column for each class."""
    def score(self, x: Any, y: Any, **kwargs: Any) -> Any:
        """The share of rows that are right; the model has to be compiled with `metrics=["accuracy"]`."""

class KerasRegressor(BaseWrapper):
    """A regressor: the model gives a number, or several."""
    def predict(self, x: Any) -> Any:
        """The model's numbers, without axes of one element."""
    def score(self, x: Any, y: Any, **kwargs: Any) -> Any:
        """The loss, negated: more is better."""
