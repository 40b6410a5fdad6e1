"""`model.treat`: trials in pairs, what they say, what they leave, and wrong arguments."""

import json

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers


def rows(n=200):
    random = np.random.RandomState(0)
    x = random.normal(size=(n, 12)).astype("float32")
    return x, (x[:, 0] + random.normal(size=n) > 0).astype("int32")


def model_of(outputs=1):
    model = keras.Sequential([keras.Input((12,)), layers.Dense(32, activation="relu"), layers.Dense(outputs, activation="sigmoid")])
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
    return model


def treated(folder, **options):
    x, y = rows()
    given = {"epochs": 4, "budget": 30, "remedies": ["dropout", "l2"], "seed": 3, "verbose": 0, "folder": folder, **options}
    return model_of().treat(x, y, **given)


def test_remedies_are_judged_in_pairs_and_the_folder_goes_on(tmp_path):
    treatment = treated(tmp_path / "t")
    judged = {remedy.id: remedy for remedy in treatment.remedies}
    assert {"dropout", "l2", "null"} <= set(judged)
    assert judged["dropout"].seeds >= 6 and judged["dropout"].low <= judged["dropout"].effect <= judged["dropout"].high
    assert "dropout" in str(treatment) and "<table" in treatment._repr_html_()
    trials = (tmp_path / "t" / "treatment" / "trials.jsonl").read_text()
    again = treated(tmp_path / "t", seed=None)
    assert [r.effect for r in again.remedies] == [r.effect for r in treatment.remedies]
    assert (tmp_path / "t" / "treatment" / "trials.jsonl").read_text() == trials, "nothing is trained twice"


def test_the_model_stays_as_it_is_and_seeds_decide(tmp_path):
    x, y = rows()
    model = model_of()
    before = model.get_weights()
    one = model.treat(x, y, epochs=2, budget=8, remedies=["l2"], seed=1, verbose=0, folder=tmp_path / "a")
    two = model.treat(x, y, epochs=2, budget=8, remedies=["l2"], seed=1, verbose=0, folder=tmp_path / "b")
    assert all((a == b).all() for a, b in zip(before, model.get_weights()))
    assert one.baseline == two.baseline
    assert json.loads((tmp_path / "a" / "run.json").read_text())["seed"] == 1


def test_parts_and_layers_of_ones_own(tmp_path):
    class Twice(layers.Layer):
        def call(self, x):
            return keras.ops.multiply(x, 2.0)

    x, y = rows()
    entry = keras.Input((12,))
    model = keras.Model(entry, layers.Dense(1, activation="sigmoid")(Twice()(entry)))
    model.compile("adam", "binary_crossentropy")
    treatment = model.treat(x[:120], y[:120], validation_data=(x[120:160], y[120:160]), test_data=(x[160:], y[160:]), epochs=2, budget=6,
                            remedies=["higher_learning_rate"], seed=1, verbose=0, folder=tmp_path / "t")
    assert treatment.metric == "loss" and not treatment.more_is_better


def test_what_is_wrong_is_said(tmp_path):
    class Own(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            """Nothing."""

    treated(tmp_path / "t", budget=4, epochs=1)
    for options, text in [
        ({"folder": tmp_path / "t", "epochs": 2}, "another model, or of other data or options"),
        ({"remedies": ["nothing"]}, "no remedy `nothing`"),
        ({"budget": "soon"}, "`soon` is no budget"),
        ({"metric": "f1"}, "f1"),
        ({"validation_split": 0.1, "validation_data": rows(20)}, "not both"),
    ]:
        with pytest.raises(ValueError, match=text):
            treated(**{"folder": tmp_path / text.replace("`", "")[:5], **options})
    with pytest.raises(NotImplementedError, match="Own is a callback of your own"):
        treated(tmp_path / "own", callbacks=[Own()])
    x, y = rows()
    with pytest.raises(ValueError, match="compile"):
        keras.Sequential([layers.Dense(1)]).treat(x, y, folder=tmp_path / "none")


def test_an_exception_of_the_screen_ends_it(tmp_path, monkeypatch):
    import builtins

    def broken(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(builtins, "print", broken)
    with pytest.raises(KeyboardInterrupt):
        treated(tmp_path / "t", verbose=1)
