"""Random models beside Keras itself (JAX): outputs, weights after ten steps, losses and metrics.

REGIMEN_MODELS says how many (default 40). What differs is an error unless Keras itself differs by as much between two of its
backends; such models would be listed in `LISTED` with the reason.
"""

import os

import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0")  # compiling takes longer than ten steps
theirs = pytest.importorskip("keras", reason="Keras is not installed here")

import regimen.keras as ours  # noqa: E402

from random_models import built, data, grown, spec  # noqa: E402

MODELS = int(os.environ.get("REGIMEN_MODELS", "40"))
FIRST = int(os.environ.get("REGIMEN_FIRST", "0"))
LISTED = {
    8: "UnitNormalization of a row of zeros: Keras on JAX trains into NaN, on TensorFlow and torch it does not",
}


def close(found, wanted, relative, absolute):
    return np.allclose(np.asarray(found, "float64"), np.asarray(wanted, "float64"), rtol=relative, atol=absolute)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + MODELS))
def test_a_random_model(seed):
    if seed in LISTED:
        pytest.skip(LISTED[seed])
    of = spec(seed)
    chosen = grown(of, theirs)
    x, y = data(of)
    models = []
    for keras in (theirs, ours):
        model, optimizer, loss, metrics = built(keras, of, chosen)
        model.compile(optimizer, loss, metrics=metrics, **({"jit_compile": False} if keras is theirs else {}))
        models.append(model)
    known, mine = models
    assert [w.shape for w in mine.get_weights()] == [w.shape for w in known.get_weights()], chosen
    mine.set_weights(known.get_weights())
    wanted = known.predict(x, verbose=0)
    scale = max(1.0, float(np.abs(wanted).max()))
    assert close(mine.predict(x, verbose=0), wanted, 1e-4, 1e-5 * scale), f"outputs: {chosen}"
    fit = {"epochs": 2, "batch_size": of["batch"], "shuffle": False, "verbose": 0}
    if seed % 4 == 0:  # each graph that Keras compiles takes seconds
        fit["validation_data"] = (x, y)
    histories = [model.fit(x, y, **fit).history for model in models]
    assert set(histories[0]) == set(histories[1])
    for name, values in histories[0].items():
        assert close(histories[1][name], values, 2e-3, 2e-4), f"{name}: {histories[1][name]} {values} {of['optimizer']} {chosen}"
    for path, a, b in zip([w.path for w in known.weights], mine.get_weights(), known.get_weights()):
        assert close(a, b, 2e-3, 2e-4), f"{path} after ten steps, {of['optimizer']}: {np.abs(a - b).max()} {chosen}"
