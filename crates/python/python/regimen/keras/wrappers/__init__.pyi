"""Written by crates/python/make_stubs.py."""

from typing import Any

from . import scikit_learn as scikit_learn

class SKLearnClassifier:
    """A classifier. The model sees a column for each class."""
    history_: Any
    model: Any
    warm_start: Any
    model_kwargs: Any
    fit_kwargs: Any
    model_: Any
    n_features_in_: Any
    def __init__(self, model: Any, warm_start: bool = False, model_kwargs: Any = None, fit_kwargs: Any = None) -> None: ...
    def get_params(self, deep: bool = True) -> Any:
        """All options by name; `deep` is scikit-learn's, they have none of their own."""
    def set_params(self, **params: Any) -> Any:
        """Sets options."""
    def fit(self, X: Any, y: Any = None) -> Any:
        """Makes the model and trains it."""
    classes_: Any
    def decision_function(self, X: Any) -> Any:
        """What the model gives."""
    def predict(self, X: Any) -> Any:
        """Classes."""
    def score(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        """The share of rows that are right."""

class SKLearnRegressor:
    """A regressor."""
    history_: Any
    model: Any
    warm_start: Any
    model_kwargs: Any
    fit_kwargs: Any
    model_: Any
    n_features_in_: Any
    def __init__(self, model: Any, warm_start: bool = False, model_kwargs: Any = None, fit_kwargs: Any = None) -> None: ...
    def get_params(self, deep: bool = True) -> Any:
        """All options by name; `deep` is scikit-learn's, they have none of their own."""
    def set_params(self, **params: Any) -> Any:
        """Sets options."""
    def fit(self, X: Any, y: Any = None) -> Any:
        """Makes the model and trains it."""
    def predict(self, X: Any) -> Any:
        """The model's numbers, in the form of the targets."""
    def score(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        """R squared."""

class SKLearnTransformer:
    """A transformer: what the model gives is the transformed data."""
    history_: Any
    model: Any
    warm_start: Any
    model_kwargs: Any
    fit_kwargs: Any
    model_: Any
    n_features_in_: Any
    def __init__(self, model: Any, warm_start: bool = False, model_kwargs: Any = None, fit_kwargs: Any = None) -> None: ...
    def get_params(self, deep: bool = True) -> Any:
        """All options by name; `deep` is scikit-learn's, they have none of their own."""
    def set_params(self, **params: Any) -> Any:
        """Sets options."""
    def fit(self, X: Any, y: Any = None) -> Any:
        """Makes the model and trains it."""
    def transform(self, X: Any) -> Any:
        """What the model gives."""
    def fit_transform(self, X: Any, y: Any = None, **kwargs: Any) -> Any:
        """`fit`, then `transform`."""
