"""Models as estimators of scikit-learn. They work without it, where it is not asked for anything."""

from . import scikit_learn
from ._estimators import SKLearnClassifier, SKLearnRegressor, SKLearnTransformer

__all__ = ["SKLearnClassifier", "SKLearnRegressor", "SKLearnTransformer", "scikit_learn"]
