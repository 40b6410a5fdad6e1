"""Models as estimators: without scikit-learn, and in its searches where it is installed."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers
from regimen.keras.wrappers import SKLearnClassifier, SKLearnRegressor, SKLearnTransformer
from regimen.keras.wrappers.scikit_learn import KerasClassifier, KerasRegressor

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 4)).astype("float32")
NAMES = np.array(["a", "b", "c"])[X[:, :3].argmax(axis=1)]


def of_three(units=8):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(units, activation="relu"), layers.Dense(3, activation="softmax")])
    model.compile(keras.optimizers.Adam(0.02), "categorical_crossentropy", metrics=["accuracy"])
    return model


def of_two():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def line():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.05), "mse")
    return model


def test_a_classifier_of_named_classes():
    keras.utils.set_random_seed(1)
    made = KerasClassifier(build_fn=of_three, units=16, epochs=30, batch_size=8, verbose=0)
    history = made.fit(X, NAMES)
    assert len(history.history["loss"]) == 30 and made.model.layers[0].units == 16
    assert made.score(X, NAMES) == pytest.approx((made.predict(X) == NAMES).mean()) and made.score(X, NAMES) > 0.8
    assert made.predict_proba(X[:2]).shape == (2, 3) and list(made.classes_) == ["a", "b", "c"]
    assert made.get_params() == {"units": 16, "epochs": 30, "batch_size": 8, "verbose": 0, "build_fn": of_three}
    made.set_params(units=4).fit(X, NAMES, epochs=1)
    assert made.model.layers[0].units == 4
    with pytest.raises(ValueError, match="width is not a legal parameter"):
        KerasClassifier(build_fn=of_three, width=3)


def test_two_classes_and_one_output():
    made = KerasClassifier(of_two, nb_epoch=2, verbose=0)
    assert len(made.fit(X, X[:, 0] > 0).history["loss"]) == 2
    assert made.predict(X).shape == (60, 1) and np.allclose(made.predict_proba(X).sum(axis=1), 1)
    silent = KerasClassifier(model=line, verbose=0)
    silent.fit(X, X[:, 0] > 0)
    with pytest.raises(ValueError, match="not configured to compute accuracy"):
        silent.score(X, X[:, 0] > 0)


def test_a_regressor_and_a_model_that_is_given():
    made = KerasRegressor(model=line(), epochs=40, verbose=0)
    made.fit(X, X[:, 0])
    assert made.predict(X).shape == (60,) and -0.2 < made.score(X, X[:, 0]) < 0
    assert made.model is not made.build_fn and set(made.get_params()) == {"model", "epochs", "verbose"}


def test_estimators_of_today():
    keras.utils.set_random_seed(3)

    def made_for(X, y, units):
        model = keras.Sequential([keras.Input((X.shape[1],)), layers.Dense(units, activation="relu"),
                                  layers.Dense(y.shape[1], activation="softmax")])
        model.compile(keras.optimizers.Adam(0.02), "categorical_crossentropy")
        return model

    classifier = SKLearnClassifier(made_for, model_kwargs={"units": 12}, fit_kwargs={"epochs": 30, "verbose": 0}).fit(X, NAMES)
    assert classifier.score(X, NAMES) > 0.8 and classifier.predict(X[:2]).dtype == NAMES.dtype
    regressor = SKLearnRegressor(line(), fit_kwargs={"epochs": 40, "verbose": 0}).fit(X, X[:, 0])
    assert regressor.predict(X).shape == (60,)
    rest = ((X[:, 0] - regressor.predict(X)) ** 2).sum() / ((X[:, 0] - X[:, 0].mean()) ** 2).sum()
    assert regressor.score(X, X[:, 0]) == pytest.approx(1 - rest, abs=1e-5)
    assert SKLearnTransformer(line(), fit_kwargs={"verbose": 0}).fit_transform(X, X[:, :1]).shape == (60, 1)
    with pytest.raises(ValueError, match="not fitted"):
        SKLearnRegressor(line()).predict(X)
    with pytest.raises(RuntimeError, match="compiled"):
        SKLearnRegressor(lambda X, y: keras.Sequential([keras.Input((4,)), layers.Dense(1)])).fit(X, X[:, 0])


def test_in_searches_of_scikit_learn():
    selection = pytest.importorskip("sklearn.model_selection")
    from sklearn.base import clone, is_classifier, is_regressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    made = KerasClassifier(build_fn=of_three, epochs=3, verbose=0)
    assert is_classifier(made) and is_regressor(KerasRegressor(line)) and clone(made).get_params() == made.get_params()
    search = selection.GridSearchCV(made, {"units": [4, 8], "epochs": [1, 6]}, cv=2).fit(X, NAMES)
    assert set(search.best_params_) == {"units", "epochs"} and search.best_score_ > 0.2
    steps = make_pipeline(StandardScaler(), KerasRegressor(build_fn=line, epochs=3, verbose=0))
    assert np.isfinite(selection.cross_val_score(steps, X, X[:, 0], cv=selection.KFold(2))).all()
    assert len(selection.cross_val_score(SKLearnClassifier(of_three_of, fit_kwargs={"verbose": 0}), X, NAMES, cv=2)) == 2


def of_three_of(X, y):
    return of_three()
