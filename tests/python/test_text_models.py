"""Models that begin with texts: what files hold of them."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers

TEXTS = np.array(["the cat sat", "a dog ran", "the dog sat"])


def stacked(**options):
    words = layers.TextVectorization(output_sequence_length=4, **options)
    words.adapt(TEXTS)
    numbers = [layers.Embedding(20, 3), layers.GlobalAveragePooling1D(), layers.Dense(1)]
    return keras.Sequential([keras.Input((1,), dtype="string"), words, *numbers])


def wired():
    text = keras.Input((1,), dtype="string", name="text")
    found = layers.StringLookup(vocabulary=["the", "cat", "dog"])(text)
    return keras.Model(text, layers.Dense(1)(layers.Flatten()(layers.Embedding(10, 2)(found))))


MODELS = {"stack": stacked, "pairs": lambda: stacked(ngrams=2, max_tokens=20), "lookup": wired}


@pytest.mark.parametrize("made", MODELS)
@pytest.mark.parametrize("end", ["keras", "h5"])
def test_files_have_words_and_weights(made, end, tmp_path):
    model = MODELS[made]()
    model.save(tmp_path / f"m.{end}")
    again = keras.models.load_model(tmp_path / f"m.{end}")
    words = lambda one: next(layer for layer in one.layers if hasattr(layer, "get_vocabulary"))
    assert again.inputs[0].dtype == "string"
    assert words(again).get_vocabulary() == words(model).get_vocabulary() and "cat" in words(again).get_vocabulary()
    assert np.array_equal(words(again)(TEXTS), words(model)(TEXTS))
    assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), again.get_weights())) and len(model.get_weights()) == 3


def test_weights_and_wiring_alone(tmp_path):
    model, again = stacked(), stacked()
    model.save_weights(tmp_path / "m.weights.h5")
    again.load_weights(tmp_path / "m.weights.h5")
    assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), again.get_weights()))
    assert keras.models.model_from_json(model.to_json()).inputs[0].dtype == "string"
