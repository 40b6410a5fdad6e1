"""Texts and sequences of old. The numbers are those of Keras 3.15.1 (`keras.src.legacy.preprocessing`)."""

import json
import random

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers
from regimen.keras.preprocessing import sequence, text

TEXTS = ["the cat sat on the mat", "the dog, the end!"]


def fitted(**options):
    made = text.Tokenizer(**options)
    made.fit_on_texts(TEXTS)
    return made


def test_words_and_hashes():
    assert text.text_to_word_sequence("The cat, the END!\n") == ["the", "cat", "the", "end"]
    assert text.text_to_word_sequence("a-B c", filters="-", lower=False, split=" ") == ["a", "B", "c"]
    assert text.hashing_trick("a b c", 50, "md5") == [15, 33, 1]
    assert text.one_hot("a b a", 9) == [hash(w) % 8 + 1 for w in "aba"]
    assert text.hashing_trick("xyz", 10, hash_function=len, analyzer=list) == [2, 2, 2]


def test_a_tokenizer_numbers_words_as_keras_does():
    made = fitted(num_words=5, oov_token="?")
    assert made.word_index == {"?": 1, "the": 2, "cat": 3, "sat": 4, "on": 5, "mat": 6, "dog": 7, "end": 8}
    assert made.texts_to_sequences(["the cat ran to the end"]) == [[2, 3, 1, 1, 2, 1]]
    assert made.sequences_to_texts([[2, 3, 8, 99]]) == ["the cat ? ?"]
    assert made.texts_to_matrix(["the cat the end"], "tfidf")[0] == pytest.approx([0, 1.0986, 0.8649, 0.6931, 0], abs=1e-4)
    assert made.texts_to_matrix(["the cat the end"], "count").tolist() == [[0, 1, 2, 1, 0]]
    assert made.texts_to_matrix(["the cat the end"], "freq").tolist() == [[0, 0.25, 0.5, 0.25, 0]]
    assert fitted().texts_to_sequences(["the unknown end", ["the", "END"]]) == [[1, 7], [1, 7]]
    assert fitted(char_level=True).texts_to_sequences(["et x"])[0][:2] == [3, 2]
    assert fitted(analyzer=lambda t: [t]).word_index == {TEXTS[0]: 1, TEXTS[1]: 2}


def test_what_a_tokenizer_refuses():
    with pytest.raises(ValueError, match="Specify a dimension"):
        text.Tokenizer().texts_to_matrix(["a"])
    with pytest.raises(ValueError, match="Fit the Tokenizer"):
        text.Tokenizer(num_words=3).sequences_to_matrix([[1]], "tfidf")
    with pytest.raises(ValueError, match="Unknown vectorization mode"):
        fitted().texts_to_matrix(["the"], "other")
    with pytest.raises(TypeError, match="Unrecognized"):
        text.Tokenizer(words=3)
    with pytest.warns(UserWarning, match="num_words"):
        assert text.Tokenizer(nb_words=3).num_words == 3


def test_json_goes_both_ways():
    made = fitted(num_words=5, oov_token="?")
    config = json.loads(made.to_json())
    assert config["class_name"] == "Tokenizer" and json.loads(config["config"]["index_word"])["2"] == "the"
    again = text.tokenizer_from_json(made.to_json())
    assert again.texts_to_matrix(TEXTS, "tfidf").tolist() == made.texts_to_matrix(TEXTS, "tfidf").tolist()
    assert again.to_json() == made.to_json()
    again.fit_on_texts(["new words"])
    assert again.document_count == 3 and "new" in again.word_index


def test_pairs_of_words():
    random.seed(1)
    couples, labels = sequence.skipgrams([1, 2, 3], 6, window_size=1)
    assert couples == [[2, 4], [2, 1], [3, 2], [2, 4], [1, 1], [2, 3], [3, 3], [1, 2]] and labels == [0, 1, 1, 0, 0, 1, 0, 1]
    assert sequence.make_sampling_table(4) == pytest.approx([0.003152, 0.003152, 0.005476, 0.007416], abs=1e-6)
    couples, labels = sequence.skipgrams([1, 0, 3], 6, negative_samples=0, categorical=True, shuffle=False)
    assert couples == [[1, 3], [3, 1]] and labels == [[0, 1], [0, 1]]


def test_windows_of_a_series_train_a_model():
    data = np.arange(40, dtype="float32").reshape(20, 2)
    made = sequence.TimeseriesGenerator(data, data[:, 0], length=4, sampling_rate=2, stride=2, batch_size=3)
    x, y = made[1]
    assert len(made) == 3 and x[0, :, 0].tolist() == [12, 16] and y.tolist() == [20, 24, 28]
    again = sequence.timeseries_generator_from_json(made.to_json())
    assert len(again) == 3 and np.array_equal(again[2][0], made[2][0])
    assert np.array_equal(sequence.TimeseriesGenerator(data, data, length=3, reverse=True)[0][0][0], data[2::-1])
    model = keras.Sequential([keras.Input((2, 2)), layers.Flatten(), layers.Dense(1)])
    model.compile("sgd", "mse")
    assert model.fit(made, epochs=2, verbose=0).params["steps"] == 3
    with pytest.raises(ValueError, match="is disallowed"):
        sequence.TimeseriesGenerator(data, data, length=30)
    with pytest.raises(ValueError, match="same length"):
        sequence.TimeseriesGenerator(data, data[1:], length=3)


def test_datasets_of_series_and_texts(tmp_path, capsys):
    made = keras.utils.timeseries_dataset_from_array(np.arange(10), np.arange(10) * 10, sequence_length=3, sampling_rate=2, batch_size=4)
    (x, y), last = list(made)
    assert x.tolist() == [[0, 2, 4], [1, 3, 5], [2, 4, 6], [3, 5, 7]] and y.tolist() == [0, 10, 20, 30] and len(last[0]) == 2
    for name in ("bad", "good"):
        (tmp_path / name).mkdir()
        for i in range(4):
            (tmp_path / name / f"{i}.txt").write_text(f"{name} {i}")
    made = keras.utils.text_dataset_from_directory(tmp_path, batch_size=3, shuffle=False, label_mode="binary")
    batches = list(made)
    assert made.class_names == ["bad", "good"] and batches[0][0].tolist() == ["bad 0", "bad 1", "bad 2"] and batches[2][1].tolist() == [[1],
                                                                                                                                        [1]]
    train, held = keras.utils.text_dataset_from_directory(tmp_path, batch_size=8, seed=1, validation_split=0.25, subset="both")
    assert sorted([*train[0][0], *held[0][0]]) == [f"{n} {i}" for n in ("bad", "good") for i in range(4)]
    assert "Using 6 files for training." in capsys.readouterr().out
    with pytest.raises(ValueError, match="provide a `seed`"):
        keras.utils.text_dataset_from_directory(tmp_path, validation_split=0.25, subset="training")
